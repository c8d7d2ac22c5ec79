"""The site as one file that opens without a server: its pages for `file://`, zipped, with a search that works there.

A page from a disk may not fetch, and starts no worker. So the search index and the graph are scripts, and what the theme
would start as a worker runs in a frame. The policy of each page allows files, and still nothing from elsewhere.
"""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath

from macros.provenance import commit_of
from macros.publish import turn

DROPPED = frozenset({"sw.js", "sitemap.xml", "sitemap.xml.gz", "404.html"})
"""Files at the root that only a server has a use for."""

INDEX = "search/search_index.json"
READ = "assets/inventory/graph.json"
"""What a script of the site fetches: in the archive it is a script as well."""

WORKERS = "assets/javascripts/workers"
WORKER, FRAME, FRAMED = f"{WORKERS}/worker.js", f"{WORKERS}/frame.html", f"{WORKERS}/frame.js"
"""What stands in for a worker, beside the theme's: it finds its languages from there."""

TEMPLATES = Path(__file__).parent / "templates" / "archive"

STAMP = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the archive (the first that a zip can hold), so that one site makes one archive."""


class ArchiveError(Exception):
    """No archive can be made. The message says what to do."""


def archive(site: Path, to: Path, commit: str, day: date) -> int:
    """Write the archive of a built site, and say how many files are in it. `commit` and `day` are those of the facts.

    Raises `ArchiveError` where there is no site, where it was built of other facts, or where the file cannot be written.
    What was there before stays until the new one is whole. A build of the same site waits meanwhile: otherwise the pages
    could be of two.
    """
    if to.resolve().is_relative_to(site.resolve()):
        raise ArchiveError(f"{to} lies in the site, which would then hold its own archive: name a file elsewhere")
    if not (site / "index.html").is_file():
        raise ArchiveError(f"{site / 'index.html'} is not there: build the site first, `make site`")
    entries = sorted([*_read(site, commit), ("README.txt", _readme(commit, day))])
    _write(entries, to)
    return len(entries)


def _read(site: Path, commit: str) -> list[tuple[str, bytes]]:
    """The files of the archive by name, of one build, which was of this commit."""
    try:
        with turn(site.resolve()):
            if (built := commit_of(site)) not in {commit, None}:
                told = f"{site} was built of {built or 'no commit'}, and the facts are of {commit or 'no commit'}"
                raise ArchiveError(f"{told}: build the site anew, `make site`")
            return list(_entries(site))
    except OSError as error:
        raise ArchiveError(f"{error.filename or site}: {error.strerror}: nothing was written") from None
    except (ValueError, LookupError, TypeError):
        raise ArchiveError(
            f"{site} holds a file that is not as the engine writes it: `make site` builds it anew"
        ) from None


def _write(entries: list[tuple[str, bytes]], to: Path) -> None:
    """Put the files into a zip that takes the place of `to` when it is whole."""
    beside = to.with_name(f".{to.name}.{os.getpid()}.part")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(beside, "w") as packed:
            for name, content in entries:
                packed.writestr(_entry(name), content, zipfile.ZIP_DEFLATED)
        beside.replace(to)
    except OSError as error:
        raise ArchiveError(f"{to}: {error.strerror}: nothing was written") from None
    finally:
        with suppress(OSError):
            beside.unlink()


def _entry(name: str) -> zipfile.ZipInfo:
    """A file that everybody may read once it is unpacked, and that says nothing of the system it was packed on."""
    entry = zipfile.ZipInfo(name, STAMP)
    entry.create_system = _UNIX
    entry.external_attr = 0o100644 << 16
    return entry


_UNIX = 3
"""The system whose file modes an entry holds."""


def _entries(site: Path) -> Iterator[tuple[str, bytes]]:
    """The files of the archive by name."""
    workers = []
    for file in sorted(site.rglob("*")):
        name = file.relative_to(site).as_posix()
        if not file.is_file() or name in DROPPED or file.suffix in {".map", ".part"}:
            continue
        if file.suffix == ".html":
            yield name, for_files(file.read_text(encoding="utf-8"), name).encode()
        elif name == INDEX:
            text = file.read_text(encoding="utf-8")
            yield name.replace(".json", ".js"), f"var __index = {_located(text)};\n".encode()
        else:
            yield name, file.read_bytes()
        if name == READ:
            yield f"{name}.js", f"window.__fetched = {file.read_text(encoding='utf-8')};\n".encode()
        if re.fullmatch(rf"{WORKERS}/search\.[^/]*\.js", name):
            workers.append(name)
    if workers:
        yield WORKER, (TEMPLATES / "worker.js").read_bytes()
        yield FRAMED, (TEMPLATES / "frame.js").read_bytes()
        frame = (TEMPLATES / "frame.html").read_text(encoding="utf-8")
        yield FRAME, frame.replace("@worker@", PurePosixPath(workers[0]).name).encode()


def _located(index: str) -> str:
    """The search index with places that are files."""
    found = json.loads(index)
    for entry in found["docs"]:
        place = str(entry["location"])
        entry["location"] = f"index.html{place}" if not place or place.startswith("#") else as_file(place)
    return json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def as_file(link: str) -> str:
    """A link to a folder as a link to the page in it; any other link as it is."""
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#", link) or not link:
        return link
    path = re.split(r"[?#]", link, maxsplit=1)[0]
    rest = link.removeprefix(path)
    if path and path.rpartition("/")[2] in {"", ".", ".."}:
        path = f"{path.rstrip('/') or '.'}/index.html"
    return f"{path}{rest}"


def for_files(page: str, name: str) -> str:
    """A page of the site as one that opens from a disk. `name` is its own, from the root."""
    return _Rewriter(page, "../" * (len(PurePosixPath(name).parts) - 1)).rewritten()


class _Rewriter(HTMLParser):
    """Notes the tags that lead or load, with what stands in their place; all else of the page is not touched."""

    def __init__(self, page: str, base: str) -> None:
        super().__init__(convert_charrefs=False)
        self.page, self.base = page, base
        self.edits: list[tuple[int, int, str]] = []
        self._lines = [0, *(match.end() for match in re.finditer("\n", page))]

    def rewritten(self) -> str:
        """The page with its edits."""
        self.feed(self.page)
        self.close()
        made, done = [], 0
        for start, end, text in self.edits:
            made += [self.page[done:start], text]
            done = end
        return "".join([*made, self.page[done:]])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at a tag."""
        written = self.get_starttag_text() or ""
        text = written
        given = dict(attrs)
        if tag == "meta" and given.get("http-equiv") == "Content-Security-Policy":
            text = _for_files(written)
        elif tag == "meta" and given.get("http-equiv") == "refresh":  # where a record had another address before
            text = _MOVED.sub(lambda match: f'{match[1]}{escape(as_file(unescape(match[2])))}"', written)
        elif tag == "script" and "javascripts/bundle." in (given.get("src") or ""):
            text = f'<script src="{self.base}{WORKER}"></script>{written}'
        elif tag in {"a", "link", "area", "form"}:
            text = _LED.sub(lambda match: f'{match[1]}"{escape(as_file(unescape(match[2])))}"', written)
        if text != written:
            line, column = self.getpos()
            start = self._lines[line - 1] + column
            self.edits.append((start, start + len(written), text))


def _for_files(policy: str) -> str:
    """A policy that allows the same from a disk, where nothing is fetched and a frame stands in for a worker."""
    unused = re.sub(r"(?:connect|manifest)-src 'self'; ", "", policy)
    return unused.replace("'self'", "file:").replace("worker-src file:", "frame-src file:")


_MOVED = re.compile(r'(content="\d+; url=)([^"]*)"')
_LED = re.compile(r'(\s(?:href|action)=)"([^"]*)"')


def _readme(commit: str, day: date) -> bytes:
    return (
        f"The production inventory of {day}, {f'commit {commit}' if commit else 'no commit'}.\n\n"
        "Unpack all of it and open index.html in a browser. It needs no network and no server; the search works.\n"
        "Nothing here is updated: what changed since is on the site.\n"
    ).encode()
