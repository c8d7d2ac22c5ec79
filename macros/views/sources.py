"""Where a record is written, and the link by which a reader changes it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from macros.model import InventoryRecord, Record
from macros.views import Scene

CONTRIBUTE = "contribute"


@dataclass(frozen=True)
class Written:
    """A record's place: file (from the project's root) and line; where to edit it; the document it came from.

    `edit` is the forge's address, or the page that says how; empty where there is neither.
    """

    file: str
    line: int
    edit: str
    document: str


def about(scene: Scene) -> InventoryRecord | None:
    """The record of the inventory itself, where there is one."""
    found = scene.workspace.inventory.of("inventory")
    return found[0] if found and isinstance(found[0], InventoryRecord) else None


def how_to(scene: Scene, anchor: str) -> str:
    """The address of a part of the page on contributing; empty where the site has no such page."""
    return f"{scene.base}{CONTRIBUTE}/#{anchor}" if scene.workspace.has_page(CONTRIBUTE) else ""


def written(scene: Scene, record: Record) -> Written:
    """Where a record is written."""
    entry = scene.workspace.inventory.entries[record.key]
    data = scene.workspace.data
    file = f"{data.resolve().name}/{entry.file.relative_to(data).as_posix()}"
    own = about(scene)
    edit = how_to(scene, "change-a-record")
    if own is not None and own.repository_url:
        edit = f"{own.repository_url.rstrip('/')}/edit/{quote(own.branch)}/{quote(file)}#L{entry.line}"
    document = (own.source_document if own is not None else None) or "the source document"
    return Written(file, entry.line, edit, document)
