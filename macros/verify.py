"""Looks at a finished site before it is published: every link and anchor leads somewhere, nothing is left half-made."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from macros.finding import Finding, Place
from macros.policy import strays

TIME_LIMIT = 300.0
"""Seconds that the link checker may take; 14,000 links take less than one."""

_LEFT_OVER = re.compile("[\ue000-\uf8ff]")
"""Characters that stand for something until a page is finished; facts and pages may not hold them."""


class VerifyError(Exception):
    """The site could not be looked at; the message says why."""


def verify(site: Path, docs: Path, address: str = "") -> list[Finding]:
    """What is wrong with a site. A page that somebody wrote is named by its file below `docs`.

    `address` is where the site is published, where that is known: the page for what is not there links by its path, since
    nobody knows how deep a reader looked for it.
    """
    return [*_half_made(site, docs), *_dead_links(site, docs, urlsplit(address).path.strip("/"))]


def complained(message: str, docs: Path) -> Finding:
    """What the site generator warns of, with the place that it speaks of where it names a page."""
    quoted = re.findall(r"'([^']+)'", message)
    page = next((docs / name for name in quoted if name.endswith(".md") and (docs / name).is_file()), docs)
    words = [word for word in quoted if docs / word != page]
    place = _place(page, words[0]) if words and page != docs else Place(page)
    return Finding("SIT003", f"{message} Mend it, or delete it", place)


def _half_made(site: Path, docs: Path) -> Iterator[Finding]:
    """Pages with something in them that does not belong there."""
    for page in sorted(site.rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        if found := _LEFT_OVER.search(text):
            message = f"the page is half-made: U+{ord(found[0]):04X} stands for something that was not put in"
            yield Finding("SIT001", message, Place(_written(page, site, docs)))
        if strays(text):
            message = "the page holds a script that is not the theme's: delete it from what the page is made of"
            yield Finding("SIT004", message, Place(_written(page, site, docs)))


def _dead_links(site: Path, docs: Path, below: str) -> Iterator[Finding]:
    """Those that the link checker (lychee) finds, one a page and address. `below` is the path of the site's address."""
    with _root(site, below) as root:
        found = _checked(site, root)
    for page, entries in sorted(found.items()):
        source = _written(Path(page), site, docs)
        for address in sorted({str(entry["url"]) for entry in entries}):  # found in any order
            shown = (
                unquote(address).removeprefix(f"file://{site}").removeprefix(f"file://{root}").removeprefix("/") or "/"
            )
            what = "an anchor that is not on that page" if "#" in shown else "which is not there"
            message = f"a link leads to `{shown}`, {what}: mend the link, or add what it leads to"
            yield Finding("SIT002", message, _place(source, shown))


@contextmanager
def _root(site: Path, below: str) -> Iterator[Path]:
    """A folder in which the site lies where its address has it."""
    if not below:
        yield site
        return
    with tempfile.TemporaryDirectory(prefix="root-") as folder:
        place = Path(folder) / below
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(site.resolve())
        yield Path(folder)


def _checked(site: Path, root: Path) -> dict[str, list[dict[str, Any]]]:
    """The failed links of each page."""
    command = [
        str(Path(sys.executable).parent / "lychee"), "--offline", "--include-fragments", "--no-progress",
        "--index-files", "index.html", "--root-dir", str(root), "--format", "json", f"{_literal(site)}/**/*.html",
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, timeout=TIME_LIMIT, check=False)
    except OSError as error:
        raise VerifyError(
            f"the link checker cannot be run: {error.strerror}: run `make` to set the project up"
        ) from None
    except subprocess.TimeoutExpired:
        raise VerifyError(f"the link checker took more than {TIME_LIMIT:g} seconds") from None
    try:
        found: dict[str, list[dict[str, Any]]] = json.loads(done.stdout)["error_map"]
    except (ValueError, KeyError):
        said = done.stderr.decode("utf-8", "replace").strip()
        raise VerifyError(f"the link checker failed: {said or f'exit status {done.returncode}'}") from None
    return found


def _literal(path: Path) -> str:
    """The path with nothing in it that a pattern would read as more than itself."""
    return re.sub(r"([\[\]*?{}])", r"[\1]", str(path))


def _written(page: Path, site: Path, docs: Path) -> Path:
    """The file that somebody wrote for a page; the page itself where nobody did."""
    address = page.relative_to(site).parent
    for name in (f"{address}.md", f"{address}/index.md"):
        if (docs / name).is_file():
            return docs / name
    return page.relative_to(site)


def _place(source: Path, address: str) -> Place:
    """The line of a written page that names the address or its last part, else its first."""
    if source.suffix == ".md" and (found := first_place(source, address)):
        return found
    part = address.partition("#")[2] or address.rstrip("/").rpartition("/")[2]
    return (first_place(source, part) if source.suffix == ".md" and part else None) or Place(source)


def first_place(source: Path, words: str) -> Place | None:
    """Where the words stand first in a file."""
    for number, line in enumerate(source.read_text(encoding="utf-8").splitlines(), 1):
        if words in line:
            return Place(source, number, line.index(words) + 1)
    return None
