"""Drawings on pages: the SVG, a legend of what it shows, and the same relations as a list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from macros.diagram.dot import ROOT, kind_sample, relation_sample, to_dot
from macros.diagram.picture import Picture, select
from macros.model import KINDS, RELATIONS
from macros.nearest import did_you_mean, listed
from macros.views import Scene, ViewError, view
from macros.views.render import render


@dataclass(frozen=True)
class LegendEntry:
    """A kind of node or line that a drawing has, as a sample and in words."""

    sample: Markup
    label: str


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
    if not picture.lines and len(picture.nodes) <= 1:
        return render(scene, "figure.html", picture=None)
    svg = workspace.layout.svg(picture.name, to_dot(picture, workspace.inventory, workspace.drawings.style))
    return render(
        scene,
        "figure.html",
        picture=picture,
        svg=Markup(svg.replace(f'href="{ROOT}/', f'href="{scene.base}')),  # noqa: S704 - cleaned output of `dot`
        legend=[*_kinds(scene, picture), *_relations(scene, picture)],
        caption=caption,
        assumed=any(not line.confirmed for line in picture.lines),
    )


def _kinds(scene: Scene, picture: Picture) -> Iterator[LegendEntry]:
    shown = {key.partition(".")[0] for key in picture.nodes}
    style = scene.workspace.drawings.style
    for name, kind in KINDS.items():
        if name in shown:
            yield LegendEntry(_sample(scene, f"legend-{name}", kind_sample(name, style)), kind.title)


def _relations(scene: Scene, picture: Picture) -> Iterator[LegendEntry]:
    style = scene.workspace.drawings.style
    for name in dict.fromkeys(line.relation for line in picture.lines):
        yield LegendEntry(_sample(scene, f"legend-{name}", relation_sample(name, style)), RELATIONS[name].forward)


def _sample(scene: Scene, name: str, dot: str) -> Markup:
    return Markup(scene.workspace.layout.svg(name, dot))  # noqa: S704 - cleaned output of `dot`
