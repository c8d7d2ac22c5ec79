"""Drawings on pages: the SVG, a legend of what it shows, and the same relations as a list."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from macros.diagram.dot import ROOT, to_dot
from macros.diagram.picture import Picture, select
from macros.model import KINDS, RELATIONS, Kind
from macros.nearest import did_you_mean, listed
from macros.views import Scene, ViewError, view
from macros.views.render import render


@dataclass(frozen=True)
class LegendLine:
    """A kind of line in a drawing, in words."""

    relation: str
    label: str
    line: str


@view
def diagram(scene: Scene, name: str) -> Markup:
    """A drawing of `diagrams/` by its name."""
    drawings = scene.workspace.drawings.diagrams
    if name not in drawings:
        hint = did_you_mean(name, drawings) or f"; the drawings are {listed(drawings, 40)}"
        raise ViewError(f"`{name}` is no drawing{hint}")
    return figure(scene, select(scene.workspace.graph, drawings[name]), caption=drawings[name].about)


def figure(scene: Scene, picture: Picture, caption: str = "") -> Markup:
    """A picture as a figure. Nothing but a sentence where it has a single node."""
    workspace = scene.workspace
    if scene.dry:
        return Markup()
    if not picture.lines and len(picture.nodes) < 2:
        return render(scene, "figure.html", picture=None, svg=None, kinds_shown=[], lines=[], caption=caption, assumed=False)
    svg = workspace.layout.svg(picture.name, to_dot(picture, workspace.inventory, workspace.drawings.style))
    return render(
        scene,
        "figure.html",
        picture=picture,
        svg=Markup(svg.replace(f'href="{ROOT}/', f'href="{scene.base}')),  # noqa: S704 - cleaned output of `dot`
        kinds_shown=_kinds(picture),
        lines=_legend(scene, picture),
        caption=caption,
        assumed=any(not line.confirmed for line in picture.lines),
    )


def _kinds(picture: Picture) -> list[Kind]:
    shown = {key.partition(".")[0] for key in picture.nodes}
    return [kind for name, kind in KINDS.items() if name in shown]


def _legend(scene: Scene, picture: Picture) -> list[LegendLine]:
    style = scene.workspace.drawings.style
    names = dict.fromkeys(line.relation for line in picture.lines)
    return [LegendLine(name, RELATIONS[name].forward, style.of_relation(name).line.value) for name in names]
