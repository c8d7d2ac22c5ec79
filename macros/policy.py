"""The Content-Security-Policy of a page: it loads from its own site only, and runs only scripts known by hash."""

from __future__ import annotations

import base64
import hashlib
import re

_INLINE = re.compile(r"<script(?P<attributes>[^>]*)>(?P<code>.*?)</script>", re.DOTALL)
_DATA = re.compile(r"""type\s*=\s*["']?application/""")
_HEAD = re.compile(r"""<head[^>]*>(?:\s*<meta charset="?utf-8"?>)?""")


def policy(html: str) -> str:
    """The policy that fits a page: the hash of each script that stands in it, and nothing from elsewhere.

    Styles may stand in the page, since the theme and the drawings give sizes that way.
    """
    hashes = sorted({_hash(match["code"]) for match in _INLINE.finditer(html) if _runs(match["attributes"])})
    return "; ".join((
        "default-src 'none'",
        " ".join(("script-src 'self'", *hashes)),
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    ))  # fmt: skip


def _runs(attributes: str) -> bool:
    return "src=" not in attributes and not _DATA.search(attributes)


def _hash(code: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"


def with_policy(html: str) -> str:
    """The page with its policy at the top of its head, before anything that could run."""
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(html)}">'
    return _HEAD.sub(lambda match: match[0] + meta, html, count=1)
