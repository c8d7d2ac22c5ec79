"""A forge for tests: a real HTTP server that keeps state and answers as the REST interface of the forge does.

It is the one part of these tests that stands in for something else, since the forge itself cannot run here.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

BOT = "github-actions[bot]"
TOKEN = "token-of-this-run"  # noqa: S105 - opens nothing but this server
REPOSITORY = "bakery/inventory"
ALL = {"pull-requests": "write", "actions": "read", "pages": "write"}


@dataclass
class State:
    """What the forge knows."""

    pulls: dict[int, dict[str, Any]] = field(default_factory=dict)
    artifacts: dict[int, tuple[int, str, bytes]] = field(default_factory=dict)
    """Artifacts by id: the run, the name, the zip."""
    comments: dict[int, dict[str, Any]] = field(default_factory=dict)
    pages: str = ""
    shown: int = 0
    """How often pages were asked for."""
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    """Every request: which server, what was asked, and with which authorisation."""
    troubles: list[int] = field(default_factory=list)
    """Statuses that the next requests get instead of an answer."""
    elsewhere: str = ""
    """The server that keeps the artifacts."""
    grants: dict[str, dict[str, str]] = field(default_factory=lambda: {TOKEN: ALL})
    """What each token may do."""

    def pull(
        self, number: int, head: str, *, branch: str = "change", of: str = REPOSITORY, base: str = "0" * 40
    ) -> None:
        """Open a pull request."""
        self.pulls[number] = {
            "number": number,
            "state": "open",
            "head": {
                "sha": head,
                "ref": branch,
                "repo": {"full_name": of},
                "label": f"{of.partition('/')[0]}:{branch}",
            },
            "base": {"sha": base, "ref": "main"},
        }

    def hand_over(self, run: int, content: bytes, name: str = "preview") -> None:
        """Keep an artifact of a run."""
        self.artifacts[len(self.artifacts) + 1] = (run, name, content)

    def comment(self, number: int, author: str, text: str) -> int:
        """Write a comment, as somebody."""
        found = max(self.comments, default=0) + 1
        self.comments[found] = {"id": found, "issue": number, "user": {"login": author}, "body": text}
        return found

    def texts(self, number: int, author: str = BOT) -> list[str]:
        """What somebody wrote on a pull request."""
        found = (one for one in self.comments.values() if one["issue"] == number)
        return [one["body"] for one in found if one["user"]["login"] == author]


@contextmanager
def serving(state: State) -> Iterator[str]:
    """Serve the state, and say the address of the interface. Artifacts are kept by a second server."""
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), _handler(state, name)) for name in ("forge", "elsewhere")]
    threads = [threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True) for server in servers]
    for thread in threads:
        thread.start()
    state.elsewhere = f"http://127.0.0.1:{servers[1].server_port}"
    try:
        yield f"http://127.0.0.1:{servers[0].server_port}"
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


def _handler(state: State, name: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def _serve(self) -> None:
            state.asked.append((name, f"{self.command} {self.path}", self.headers.get("Authorization", "")))
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, headers, answer = _stored(state, self.path) if name == "elsewhere" else self._forge(body)
            self.send_response(status)
            for key, value in headers.items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def _forge(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
            if state.troubles:
                return state.troubles.pop(0), {}, b"{}"
            grants = state.grants.get(self.headers.get("Authorization", "").removeprefix("Bearer "))
            if grants is None:
                return 401, {}, b"{}"
            parts = urlsplit(self.path)
            asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
            path = parts.path.removeprefix(f"/repos/{REPOSITORY}/")
            wanted = {"issues": "pull-requests", "pulls": "pull-requests"}.get(
                path.partition("/")[0], path.partition("/")[0]
            )
            if grants.get(wanted, "") not in ({"read", "write"} if self.command == "GET" else {"write"}):
                return 403, {}, b"{}"
            status, answer = _answer(state, self.command, path, asked, json.loads(body or b"null"))
            if isinstance(answer, str):
                return status, {"Location": answer}, b""
            return (
                status,
                {"Content-Type": "application/json"},
                json.dumps(answer).encode() if answer is not None else b"",
            )

        do_GET = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815 - the server looks for these names

    return Handler


def _stored(state: State, path: str) -> tuple[int, dict[str, str], bytes]:
    """What the other server keeps: whoever has the address gets it, and whoever shows a token is turned away."""
    found = state.artifacts.get(int(path.strip("/").partition("?")[0]))
    if found is None or "signed" not in path or state.asked[-1][2]:
        return 400, {}, b""
    return 200, {"Content-Type": "application/zip"}, found[2]


def _answer(state: State, method: str, path: str, asked: dict[str, str], body: Any) -> tuple[int, Any]:
    """The status and what is answered: JSON, or text for an address to go to."""
    if match := re.fullmatch(r"issues/comments/(\d+)", path):
        return _one_comment(state, method, int(match[1]), body)
    if match := re.fullmatch(r"issues/(\d+)/comments", path):
        if method == "POST":
            return 201, state.comments[state.comment(int(match[1]), BOT, body["body"])]
        return 200, _page([one for one in state.comments.values() if one["issue"] == int(match[1])], asked)
    if match := re.fullmatch(r"pulls/(\d+)", path):
        found = state.pulls.get(int(match[1]))
        return (200, found) if found else (404, {})
    if path == "pulls":
        pulls = [one for one in state.pulls.values() if one["head"]["label"] == asked["head"]]
        wanted = asked.get("state", "open")
        return 200, _page([one for one in pulls if wanted in {"all", one["state"]}][::-1], asked)
    if path in {"pages", "pages/builds"}:
        state.shown += path == "pages/builds"
        return (200, {"html_url": state.pages}) if state.pages else (404, {})
    return _artifacts(state, path, asked)


def _one_comment(state: State, method: str, number: int, body: Any) -> tuple[int, Any]:
    if number not in state.comments:
        return 404, {}
    if state.comments[number]["user"]["login"] != BOT:
        return 403, {}
    if method == "DELETE":
        del state.comments[number]
        return 204, None
    state.comments[number]["body"] = body["body"]
    return 200, state.comments[number]


def _artifacts(state: State, path: str, asked: dict[str, str]) -> tuple[int, Any]:
    if match := re.fullmatch(r"actions/runs/(\d+)/artifacts", path):
        found = [
            {"id": number, "name": name, "expired": False}
            for number, (run, name, _) in state.artifacts.items()
            if run == int(match[1]) and asked.get("name", name) == name
        ]
        return 200, {"total_count": len(found), "artifacts": _page(found, asked)}
    if match := re.fullmatch(r"actions/artifacts/(\d+)/zip", path):
        return 302, f"{state.elsewhere}/{match[1]}?signed"
    return 404, {}


def _page(found: list[Any], asked: dict[str, str]) -> list[Any]:
    size, page = int(asked.get("per_page", 30)), int(asked.get("page", 1))
    return found[(page - 1) * size : page * size]
