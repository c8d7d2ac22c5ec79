"""The pages of the records: written into a shell that the theme has rendered once, without Markdown.

Knows HTML and files, not the site generator: that gives it shells and takes the pages.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from macros.impact import can_be_down
from macros.model import KINDS, Link, Record, Runbook
from macros.placeholders import shown
from macros.views import Scene, impact
from macros.views.entities import Section, entity_page, sections
from macros.views.render import path
from macros.workspace import Workspace

TITLE, DESCRIPTION, CONTENT = "\ue0a0title\ue0a0", "\ue0a0description\ue0a0", "\ue0a0content\ue0a0"
STAND_IN = "kind-plural/record-id/"
"""The address of a shell: as deep as a record's, and replaced by it."""

SHEET_STAND_IN = "if-down/kind-name/record-id/"
"""The same of a sheet."""

SHEET_BASE = "../../../"
"""From a sheet to the site's root."""

BASE = "../../"
"""From a record's page to the site's root."""


@dataclass(frozen=True)
class Shell:
    """A page of the theme with marks where a record's title, description, address and content go."""

    html: str
    stand_in: str = STAND_IN

    def fill(self, address: str, title: str, description: str, content: str) -> str:
        """The page of a record. `content` is HTML; the rest is text."""
        filled = self.html.replace(self.stand_in, address).replace(TITLE, escape(title))
        return filled.replace(DESCRIPTION, escape(description)).replace(CONTENT, content)


@dataclass(frozen=True)
class BuiltPage:
    """A page ready to be written: its address from the root, and its HTML."""

    address: str
    html: str


def record_pages(workspace: Workspace, shell: Callable[[tuple[Section, ...]], Shell]) -> Iterator[BuiltPage]:
    """The page of every record, and of every address that a record had before. `shell` makes a shell for sections."""
    shells: dict[tuple[Section, ...], Shell] = {}
    for record in workspace.inventory.records():
        parts = sections(KINDS[record.kind])
        if parts not in shells:
            shells[parts] = shell(parts)
        page = entity_page(Scene(workspace, BASE), record)
        yield BuiltPage(
            path(record.key), shells[parts].fill(path(record.key), page.title, page.description, page.content)
        )
        for former in record.formerly:
            yield BuiltPage(path(f"{record.kind}.{former}"), _redirect(path(record.key), page.title))


def sheet_pages(workspace: Workspace, shell: Callable[[tuple[Section, ...]], Shell]) -> Iterator[BuiltPage]:
    """The sheet of every record that can be down. `shell` makes a shell for sections."""
    filled: Shell | None = None
    for kind in KINDS.values():
        for record in workspace.inventory.of(kind.name) if can_be_down(kind) else ():
            page = impact.sheet(Scene(workspace, SHEET_BASE), record)
            filled = filled or shell(page.sections)
            address = impact.address(record.key)
            yield BuiltPage(address, filled.fill(address, page.title, page.description, page.content))


def _redirect(address: str, title: str) -> str:
    """A page that leads to another, with a link for those whose browser does not follow."""
    to = escape(f"{BASE}{address}")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta http-equiv="refresh" content="0; url={to}"><link rel="canonical" href="{to}"></head>'
        f'<body><p>This page moved to <a href="{to}">{escape(title)}</a>.</p></body></html>\n'
    )


def write(pages: Iterator[BuiltPage], site: Path) -> list[str]:
    """Write pages as `<address>/index.html` below the site's folder; their addresses."""
    addresses = []
    for page in pages:
        folder = site / page.address
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "index.html").write_text(page.html, encoding="utf-8")
        addresses.append(page.address)
    return addresses


def write_files(files: Iterator[tuple[str, bytes]], site: Path) -> None:
    """Write files, each given with its address, below the site's folder."""
    for address, content in files:
        path = site / address
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def add_to_search(workspace: Workspace, index: Path) -> None:
    """Add every record to the search index, so that it is found by name, alias, owner, technology and ports."""
    if not index.is_file():
        return
    found = json.loads(index.read_text(encoding="utf-8"))
    found["docs"].extend(search_entry(workspace, record) for record in workspace.inventory.records())
    index.write_text(json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False), encoding="utf-8")


FOLLOWING = frozenset({"alert", "procedure"})
"""Kinds that are called after what they are about, and come after it in the search."""


def _named_after(record: Record) -> Iterator[str]:
    """What else somebody looks for it by: the technology, which others are called after."""
    technology = getattr(record, "technology", None)
    if technology:
        yield technology


def search_entry(workspace: Workspace, record: Record) -> dict[str, Any]:
    """A record as the search sees it. The search shows title and text as HTML, so both are escaped."""
    kind = KINDS[record.kind]
    words = [kind.title, *_words(workspace, record)]
    sentence = " · ".join(dict.fromkeys(word for word in words if word))
    return {
        "location": path(record.key),
        "title": escape(record.name),
        "text": f"<p>{escape(sentence)}</p>",
        "tags": [escape(word) for word in (*record.aliases, *_named_after(record))],  # weigh as much as the title
        "boost": 1 if record.kind in FOLLOWING else 2,
    }


def _words(workspace: Workspace, record: Record) -> Iterator[str]:
    """What people would type to find the record."""
    inventory = workspace.inventory
    yield record.id
    yield from record.aliases
    for field in (
        "handle",
        "purpose",
        "impact",
        "criterion",
        "statement",
        "technology",
        "ports",
        "port",
        "path",
        "status",
        "group",
        "owner",
        "environment",
        "backup",
        "trigger",
        "severity",
        "domain",
        "primary",
        "area",
        "theme",
        "stated_in",
    ):
        value = inventory.value(record, field)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Link) and item.key:
                linked = inventory[item.key]
                yield linked.name
                if linked.kind == "team":
                    yield from linked.aliases
                    yield getattr(linked, "handle", None) or ""
                elif linked.kind == "group":
                    yield from _group_ports(workspace, linked)
            elif item is not None:
                yield shown(str(getattr(item, "value", item)), inventory)
    if isinstance(record, Runbook):
        yield from (shown(text, inventory) for text in record.symptoms)
        yield from (inventory[link.key].name for link in record.answers if link.key)


def _group_ports(workspace: Workspace, group: Record) -> Iterator[str]:
    yield from (str(ports) for ports in workspace.inventory.value(group, "ports") or ())


def write_sitemap(target: Path, root: str | None, addresses: list[str]) -> None:
    """Write `sitemap.xml` with all pages, and the same compressed. A site whose address nobody knows has none.

    Nothing of the day or the machine is in it, so that two builds of one inventory are the same.
    """
    plain, packed = target / "sitemap.xml", target / "sitemap.xml.gz"
    if not root:
        plain.unlink(missing_ok=True)
        packed.unlink(missing_ok=True)
        return
    base = root.rstrip("/")
    rows = "".join(f"<url><loc>{escape(f'{base}/{address}')}</loc></url>\n" for address in sorted(set(addresses)))
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    text = f"{head}{rows}</urlset>\n"
    plain.write_text(text, encoding="utf-8")
    packed.write_bytes(gzip.compress(text.encode(), mtime=0))
