"""The focus view: one record and what it hangs together with, drawn in the browser as its reader asks."""

from __future__ import annotations

from markupsafe import Markup

from macros.views import Scene, view
from macros.views.render import render


@view
def focus(scene: Scene) -> Markup:
    """The questions that the page asks, which its script answers from the exported graph."""
    return render(scene, "focus.html", total=len(scene.workspace.inventory.entries))
