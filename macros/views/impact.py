"""The sheet for a thing that is down: whom to page, who notices, what falls with it, what to do."""

from __future__ import annotations

from markupsafe import Markup

from macros.impact import Impact, impact
from macros.model import KINDS, Record
from macros.views import Scene
from macros.views.entities import EntityPage, Section
from macros.views.render import render

FOLDER = "if-down"
AT_MOST = 14
"""Names of a kind that a sheet lists; it has to fit on a page, and the record's page has the rest."""

SECTIONS = (
    Section("page", "Page"),
    Section("notices", "Who notices"),
    Section("do", "What to do"),
    Section("falls", "What falls with it"),
    Section("tell", "Whom to tell"),
    Section("needs", "What it needs, in start order"),
)


def address(key: str) -> str:
    """The address of a record's sheet, from the site's root."""
    kind, _, name = key.partition(".")
    return f"{FOLDER}/{kind}/{name}/"


def sheet(scene: Scene, record: Record) -> EntityPage:
    """The sheet of a record."""
    found = impact(scene.workspace.reach, record)
    title = f"If {record.name} is down"
    description = f"{title}: whom to page, who notices, what falls with it ({found.number}), what to do"
    return EntityPage(title, description, SECTIONS, _content(scene, record, found))


def _content(scene: Scene, record: Record, found: Impact) -> Markup:
    return render(scene, "sheet.html", record=record, kind=KINDS[record.kind], found=found, at_most=AT_MOST)
