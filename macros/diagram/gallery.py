"""Every drawing of an inventory, each made once: its picture, its DOT and its SVG."""

from __future__ import annotations

from dataclasses import dataclass

from macros.diagram.description import Drawings
from macros.diagram.dot import fingerprint, kind_sample, relation_sample, to_dot
from macros.diagram.layout import Dot, Later, Layout
from macros.diagram.picture import Picture, neighbourhood, select
from macros.graph import Graph
from macros.model import KINDS, RELATIONS


@dataclass(frozen=True)
class Sketch:
    """A picture and how to get its DOT; nothing where there is nothing to draw but a single node."""

    picture: Picture
    source: Later | None

    def is_like(self, other: Sketch) -> bool:
        """Whether both are drawn alike."""
        if self.source is None or other.source is None:
            return self.source is other.source
        return self.source.key == other.source.key

    @property
    def dot(self) -> str:
        """The DOT; empty where there is nothing to draw."""
        return self.source.make() if self.source else ""


class Gallery:
    """The drawings of records and those of `diagrams/`, with samples for their legends."""

    def __init__(self, graph: Graph, drawings: Drawings, layout: Layout) -> None:
        self.graph = graph
        self.drawings = drawings
        self.layout = layout
        self._records: dict[str, Sketch] = {}
        self._diagrams: dict[str, Sketch] = {}
        self._samples: dict[str, str] = {}
        self._said: dict[str, str] = {}
        self._style = drawings.style.model_dump_json()

    def of_record(self, key: str) -> Sketch:
        """What a record leads to and what leads to it."""
        if key not in self._records:
            self._records[key] = self._sketch(neighbourhood(self.graph, key))
        return self._records[key]

    def of_diagram(self, name: str) -> Sketch:
        """A drawing of `diagrams/`; `KeyError` where there is none of that name."""
        if name not in self._diagrams:
            self._diagrams[name] = self._sketch(select(self.graph, self.drawings.diagrams[name]))
        return self._diagrams[name]

    def svg(self, sketch: Sketch) -> str:
        """The sketch drawn, as an `<svg>` element whose links begin with `ROOT`."""
        return self.layout.svg(sketch.picture.name, sketch.source or "")

    def kind_sample(self, kind: str) -> str:
        """The shape of a kind, for a legend."""
        return self._sample(f"legend-kind-{kind}", kind_sample(kind, self.drawings.style))

    def relation_sample(self, relation: str) -> str:
        """The arrow of a relation, for a legend."""
        return self._sample(f"legend-relation-{relation}", relation_sample(relation, self.drawings.style))

    def _sample(self, name: str, dot: str) -> str:
        if name not in self._samples:
            self._samples[name] = self.layout.svg(name, dot)
        return self._samples[name]

    def draw_all(self) -> None:
        """Draw everything in one go, so that one process serves all drawings."""
        style = self.drawings.style
        sketches = [self.of_record(key) for key in self.graph.inventory.entries]
        sketches += [self.of_diagram(name) for name in self.drawings.diagrams]
        dots: dict[str, Dot] = {sketch.picture.name: sketch.source for sketch in sketches if sketch.source}
        dots |= {f"legend-kind-{name}": kind_sample(name, style) for name in KINDS}
        dots |= {f"legend-relation-{name}": relation_sample(name, style) for name in RELATIONS}
        self.layout.draw(dots)

    def _sketch(self, picture: Picture) -> Sketch:
        if not picture.lines and len(picture.nodes) < 2:  # noqa: PLR2004 - one node alone says nothing
            return Sketch(picture, None)
        inventory, style = self.graph.inventory, self.drawings.style
        key = fingerprint(picture, inventory, self._style, self._said)
        return Sketch(picture, Later(key, lambda: to_dot(picture, inventory, style)))
