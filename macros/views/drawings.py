"""Drawings on pages: the SVG, a legend of what it shows, and the same relations as a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from macros.diagram.dot import ROOT
from macros.diagram.gallery import Sketch
from macros.diagram.picture import Picture
from macros.model import KINDS, RELATIONS
from macros.views import Scene
from macros.views.render import render


@dataclass(frozen=True)
class LegendEntry:
    """A kind of node or line that a drawing has, as a sample and in words."""

    sample: Markup
    label: str


def figure(scene: Scene, sketch: Sketch, caption: str = "") -> Markup:
    """A drawing as a figure; a sentence alone where there is nothing to draw."""
    if sketch.source is None:
        return render(scene, "figure.html", picture=None)
    svg = scene.workspace.gallery.svg(sketch).replace(f'href="{ROOT}/', f'href="{scene.base}')
    return render(
        scene,
        "figure.html",
        picture=sketch.picture,
        svg=Markup(svg),  # noqa: S704 - cleaned output of `dot`
        legend=legend_of(scene, [sketch.picture]),
        caption=caption,
        assumed=any(not line.confirmed for line in sketch.picture.lines),
        focus=f"focus/?of={sketch.picture.centre}" if sketch.picture.centre and _has_focus(scene) else "",
    )


def _has_focus(scene: Scene) -> bool:
    return scene.workspace.has_page("focus")


def legend_of(scene: Scene, pictures: Sequence[Picture]) -> list[LegendEntry]:
    """The kinds of the nodes, in the order of the table of kinds, then the relations of the lines."""
    gallery = scene.workspace.gallery
    shown = {key.partition(".")[0] for picture in pictures for key in picture.nodes}
    relations = dict.fromkeys(line.relation for picture in pictures for line in picture.lines)
    return [
        *(_entry(gallery.kind_sample(name), KINDS[name].title) for name in KINDS if name in shown),
        *(_entry(gallery.relation_sample(name), RELATIONS[name].forward) for name in relations),
    ]


def _entry(sample: str, label: str) -> LegendEntry:
    return LegendEntry(Markup(sample), label)  # noqa: S704 - cleaned output of `dot`
