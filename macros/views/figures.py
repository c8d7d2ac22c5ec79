"""The drawing of a record, or one of `diagrams/`; while a change of it is previewed, as it was beside as it is."""

from __future__ import annotations

from markupsafe import Markup

from macros.diagram.gallery import Sketch
from macros.nearest import did_you_mean, listed
from macros.views import Scene, ViewError, preview, view
from macros.views.drawings import figure
from macros.views.figure_beside import figure_beside
from macros.workspace import Workspace


@view
def diagram(scene: Scene, name: str) -> Markup:
    """A drawing of `diagrams/` by its name."""
    drawings = scene.workspace.drawings.diagrams
    if name not in drawings:
        hint = did_you_mean(name, drawings) or f"; the drawings are {listed(drawings, 40)}"
        raise ViewError(f"`{name}` is no drawing{hint}")
    if scene.dry:
        return Markup()
    shown = preview.of(scene.workspace)
    base = shown.base if shown else None
    before = base.gallery.of_diagram(name) if base and name in base.drawings.diagrams else None
    return _figure(scene, base, before, scene.workspace.gallery.of_diagram(name), drawings[name].about)


def figure_of(scene: Scene, key: str) -> Markup:
    """The drawing of a record."""
    shown = preview.of(scene.workspace)
    base = shown.base if shown else None
    before = base.gallery.of_record(shown.old(key)) if shown and base and shown.old(key) in base.inventory else None
    return _figure(scene, base, before, scene.workspace.gallery.of_record(key))


def _figure(scene: Scene, base: Workspace | None, before: Sketch | None, after: Sketch, caption: str = "") -> Markup:
    """The drawing; where it was another before, both."""
    if base is None or before is None or before.is_like(after):
        return figure(scene, after, caption)
    return figure_beside(scene, base, before, after, caption=caption)
