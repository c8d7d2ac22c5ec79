"""What changes between two states of the inventory, as pages: the difference itself, and its marks on other pages."""

from __future__ import annotations

from markupsafe import Markup

from macros.diff.arrangement import arranged
from macros.diff.document import Document, Level
from macros.views import Scene
from macros.views.render import render
from macros.workspace import Workspace

PAGE = "changes"
"""Where a preview has the page of changes."""


def changes(scene: Scene, document: Document, *, linked: bool = True) -> Markup:
    """The difference, the gravest change first. `linked`: whether records lead to their pages."""
    return render(
        scene, "changes.html", document=document, order=arranged(document), levels=Level, linked=linked, page=PAGE
    )


def alone(workspace: Workspace, document: Document, address: str = "") -> str:
    """The difference as a page of its own. Records lead to the site at an address, where there is one."""
    base = f"{address.rstrip('/')}/" if address else ""
    scene = Scene(workspace, base)
    content = changes(scene, document, linked=bool(address))
    return str(render(scene, "changes_alone.html", document=document, content=content))
