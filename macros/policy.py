"""The Content-Security-Policy of a page: it loads from its own site only, and runs only scripts known by hash."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable

_INLINE = re.compile(r"<script(?P<attributes>[^>]*)>(?P<code>.*?)</script>", re.DOTALL | re.IGNORECASE)
_DATA = re.compile(r"""type\s*=\s*["']?application/(?:ld\+)?json\b""", re.IGNORECASE)
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="[^"]*">')
_HEAD = re.compile(r"""<head[^>]*>(?:\s*<meta charset="?utf-8"?>)?""")


def scripts(html: str) -> frozenset[str]:
    """The hash of each script that stands in a page, as a policy writes it."""
    return frozenset(_hash(match["code"]) for match in _INLINE.finditer(html) if _runs(match["attributes"]))


def policy(known: Iterable[str]) -> str:
    """The policy of a page that may run the scripts with these hashes, and load nothing from elsewhere.

    Styles may stand in the page, since the theme and the drawings give sizes that way.
    """
    return "; ".join((
        "default-src 'none'",
        " ".join(("script-src 'self'", *sorted(known))),
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    ))  # fmt: skip


def headers(known: Iterable[str]) -> str:
    """The headers that a server sends with every page, in the form of a `_headers` file.

    The policy is that of the pages with what only a header can say: nobody may frame them.
    """
    lines = (
        f"Content-Security-Policy: {policy(known)}; frame-ancestors 'none'",
        "X-Content-Type-Options: nosniff",
        "X-Frame-Options: DENY",
        "Referrer-Policy: same-origin",
    )
    return "\n".join(["/*", *(f"  {line}" for line in lines)]) + "\n"


def _runs(attributes: str) -> bool:
    return "src=" not in attributes and not _DATA.search(attributes)


def _hash(code: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"


def with_policy(html: str, known: Iterable[str]) -> str:
    """The page with its policy at the top of its head, before anything that could run.

    `known` are the hashes of the theme's own scripts. A script that came into the page in another way is not among
    them, and no browser runs it.
    """
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(known)}">'
    return _HEAD.sub(lambda match: match[0] + meta, html, count=1)


def strays(html: str) -> bool:
    """Whether a page holds a script that its policy does not know."""
    found = _POLICY.search(html)
    return not all(script in found[0] for script in scripts(html)) if found else False
