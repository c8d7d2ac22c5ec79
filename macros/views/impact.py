"""The sheet for a thing that is down: whom to page, who notices, what falls with it, what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from macros.impact import Falling, Impact, impact
from macros.model import KINDS, Record
from macros.views import Scene
from macros.views.entities import EntityPage, Section
from macros.views.paper import paper
from macros.views.render import environment, render

FOLDER = "if-down"
AT_MOST = 14
"""Names of a kind that a sheet lists; it has to fit on a page, and the record's page has the rest."""

SURE = Markup('<span class="sheet__one">{}</span>')
ASSUMED = Markup('<span class="sheet__one sheet__one--assumed" title="By a relation that was assumed">{}</span>')

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
    if scene.dry:
        return Markup()
    link: Any = environment(scene.workspace).globals["entity"]

    def some(fallen: Sequence[Falling]) -> Markup:
        """The names of the first few, and how many more there are. (Here, since a sheet has hundreds of them.)"""
        names = Markup(", ").join(
            (SURE if one.sure else ASSUMED).format(link(one.key, scene.base)) for one in fallen[:AT_MOST]
        )
        more = len(fallen) - AT_MOST
        return names + (Markup(' <span class="quiet">and {} more</span>').format(more) if more > 0 else "")

    return render(
        scene,
        "sheet.html",
        record=record,
        kind=KINDS[record.kind],
        found=found,
        some=some,
        at_most=AT_MOST,
        paper=paper(scene, record, address(record.key)),
    )
