"""A banner on served pages while what they were made from is broken: the reader sees the last good site, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

SHOWN = 5
"""How many lines of what is wrong the banner shows."""


@dataclass
class Trouble:
    """What is wrong now, as text of many lines; empty where all is well."""

    message: str = ""

    def banner(self) -> str:
        """The HTML of the banner; empty where all is well."""
        lines = self.message.splitlines()
        if not lines:
            return ""
        more = f"\n… and {len(lines) - SHOWN} more lines" if len(lines) > SHOWN else ""
        text = escape("\n".join(lines[:SHOWN]) + more)
        return (
            '<div class="trouble" role="alert"><strong>This is the last good site; what it is made from is broken now.'
            f"</strong><pre>{text}</pre></div>"
        )


def with_banner(application: Application, trouble: Trouble) -> Application:
    """The application with the banner on each of its HTML pages, as long as there is trouble."""

    def served(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def keep(status: str, headers: list[tuple[str, str]], *_: object) -> None:
            started.append((status, headers))

        body = application(environ, keep)
        status, headers = started[0]
        banner = trouble.banner()
        is_html = any(name.lower() == "content-type" and "text/html" in value for name, value in headers)
        if not banner or not is_html:
            start_response(status, headers)
            return body
        content = _insert(b"".join(body), banner.encode())
        kept = [(name, value) for name, value in headers if name.lower() != "content-length"]
        start_response(status, [*kept, ("Content-Length", str(len(content)))])
        return [content]

    return served


def _insert(page: bytes, banner: bytes) -> bytes:
    """The page with the banner as the first thing in its body."""
    body = page.find(b"<body")
    end = page.find(b">", body) + 1 if body >= 0 else 0
    return page[:end] + banner + page[end:]
