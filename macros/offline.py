"""The pages that are needed most while something is down, kept by each reader's browser for when the site is down as well.

A service worker keeps them. It asks the site first and falls back on what it keeps, so that nobody reads an old page while
there is a new one. It is made of the finished site: what it names is there, and it changes when any of that does.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from posixpath import normpath
from urllib.parse import quote, unquote, urlsplit

from macros import provenance

FILE = "sw.js"
"""Where the worker lies: it may answer for what lies beside and below it."""

SCRIPT = "assets/inventory/offline.js"
"""The script that has a page's browser take the worker up. A server that follows every change goes without."""

RETIRED = """\
/* While every change is followed, nothing is kept; what a build kept at this address goes. */
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.registration.unregister()));
"""

PAGES = ("", "runbooks/", "procedures/", "if-down/", "teams/", "rotations/")
"""What is kept: the home page, and of the others each with all pages below."""

INDEX = "search/search_index.json"

_TEMPLATE = Path(__file__).parent / "templates" / FILE
_TAG = re.compile(r"<(?:link|script|img|source)\b[^>]*>", re.IGNORECASE)
_LEADS = re.compile(r"""\s(?:href|src)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_SEARCH = re.compile(r'"search":\s*"([^"]+)"')
_URL = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)""")


def worker(site: Path) -> str:
    """The service worker of a finished site."""
    names = kept(site)
    template = _TEMPLATE.read_text(encoding="utf-8")
    addresses = [quote(name.removesuffix("index.html")) for name in names]
    filled = template.replace('["@files@"]', json.dumps(addresses, indent=0))
    return filled.replace("@digest@", _digest(site, names, template))


def kept(site: Path) -> list[str]:
    """The files that are kept, from the site's folder: pages, and what they and their styles load."""
    pages = [path for path in sorted(set(_pages(site))) if path.is_file()]
    found = {path.relative_to(site).as_posix() for path in pages}
    parts = {part for page in pages for part in _loaded(page.read_text(encoding="utf-8"), page, site)}
    for sheet in sorted(part for part in parts if part.endswith(".css")):
        parts |= set(_within(_URL.findall((site / sheet).read_text(encoding="utf-8")), site / sheet, site))
    if (site / INDEX).is_file():
        parts.add(INDEX)
    return sorted(found | parts)


def _pages(site: Path) -> Iterator[Path]:
    for name in PAGES:
        yield site / name / "index.html"
        if name:
            yield from (site / name).rglob("index.html")


def _loaded(html: str, page: Path, site: Path) -> Iterator[str]:
    """What a page loads when it is opened, and the program of its search."""
    leads = [next(filter(None, match), "") for tag in _TAG.findall(html) for match in _LEADS.findall(tag)]
    yield from _within([*leads, *_SEARCH.findall(html)], page, site)


def _within(addresses: Iterable[str], source: Path, site: Path) -> Iterator[str]:
    """Those that are files of the site, pages not, as names from its folder."""
    folder = source.parent.relative_to(site).as_posix()
    for address in addresses:
        parts = urlsplit(address)
        if parts.scheme or parts.netloc or not parts.path:
            continue
        name = normpath(f"{folder}/{unquote(parts.path)}")
        if not name.startswith("..") and (site / name).is_file() and not name.endswith(".html"):
            yield name


def _digest(site: Path, names: list[str], template: str) -> str:
    """Tells two states of what is kept apart. (Another commit with the same pages is no other state.)"""
    whole = hashlib.sha256(template.encode())
    for name in (name for name in names if name != provenance.FILE):
        whole.update(f"{name}\0{hashlib.sha256((site / name).read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()[:16]
