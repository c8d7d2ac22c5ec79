"""Two built sites beside each other: a page before and after, and which pages differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from markupsafe import Markup

from macros.beside import PageChange, PageName, SiteChange
from macros.views import Scene
from macros.views.render import render

Leads = Callable[[str], str]
"""The address that a page's own leads to, as a link has it; empty where there is none."""


@dataclass(frozen=True)
class Entry:
    """A page in a list: what it is called, where it is, where its link leads (empty without one), what changed."""

    title: str
    address: str
    href: str
    said: str


def page_beside(scene: Scene, change: PageChange, before: str = "", after: str = "") -> Markup:
    """A page before and after as a table of two columns; `before` and `after` are links to the pages themselves."""
    return render(scene, "beside.html", change=change, said=_said(change), before=before, after=after)


def pages_beside(scene: Scene, change: SiteChange, compared: Leads, added: Leads, removed: Leads) -> Markup:
    """The pages that differ as lists, each linked to where `compared`, `added` or `removed` say for its address."""
    return render(
        scene,
        "beside_pages.html",
        changed=[
            Entry(page.title_after or page.address, page.address, compared(page.address), _said(page))
            for page in change.changed
        ],
        added=_entries(change.added, added),
        removed=_entries(change.removed, removed),
    )


def _entries(pages: Iterable[PageName], leads: Leads) -> list[Entry]:
    return [Entry(page.title or page.address, page.address, leads(page.address), "") for page in pages]


def _said(change: PageChange) -> str:
    """How much of a page changed: `3 changed, 1 new, 2 gone`."""
    counts = ((change.changed, "changed"), (change.new, "new"), (change.gone, "gone"))
    return ", ".join(f"{count:,} {word}" for count, word in counts if count)
