"""What changes between two states of the inventory: as a page, and as what a record's page says of it."""

from __future__ import annotations

from markupsafe import Markup

from macros.beside import PageChange
from macros.diff.arrangement import arranged
from macros.diff.document import Document, Level
from macros.views import Scene, preview
from macros.views.beside import page_beside
from macros.views.render import render
from macros.workspace import Workspace

MOST_ON_PAGE = 6
"""Changes that a record's page lists; the page of changes has them all."""


def changes(
    scene: Scene, document: Document, pages: Markup | None = None, *, linked: bool = True, titled: bool = True
) -> Markup:
    """The difference, the gravest change first; then the pages that read differently, where somebody compared them.

    `linked`: whether records lead to their pages. `titled`: whether it has a title of its own.
    """
    return render(
        scene,
        "changes.html",
        document=document,
        order=arranged(document),
        levels=Level,
        linked=linked,
        pages=pages,
        titled=titled,
    )


def page_changes(scene: Scene, key: str) -> Markup:
    """What a previewed change does to a record, for its page; nothing where it does nothing, or nothing is previewed."""
    shown = preview.of(scene.workspace)
    mark = shown.mark(key) if shown else None
    if shown is None or mark is None:
        return Markup()
    found = shown.changes_of(key)
    return render(scene, "page_changes.html", mark=mark, changes=found, page=preview.PAGE, most=MOST_ON_PAGE)


def beside_link(scene: Scene, address: str) -> Markup:
    """The link from a page that reads differently to where it stands before and after."""
    return render(scene, "beside_link.html", address=address)


def before_and_after(scene: Scene, change: PageChange, name: str) -> Markup:
    """A page before and after, as a page of its own."""
    table = page_beside(scene, change, after=f"{scene.base}{change.address}")
    return render(scene, "before_and_after.html", name=name, table=table, changes=preview.PAGE)


def alone(workspace: Workspace, document: Document, address: str = "") -> str:
    """The difference as a page of its own. Records lead to the site at an address, where there is one."""
    base = f"{address.rstrip('/')}/" if address else ""
    scene = Scene(workspace, base)
    content = changes(scene, document, linked=bool(address), titled=False)
    return str(render(scene, "changes_alone.html", document=document, content=content))
