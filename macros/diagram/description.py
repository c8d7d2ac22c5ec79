"""What people write in `diagrams/`: one file a drawing, and one file of style."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import Field

from macros import source
from macros.finding import Finding, Place
from macros.graph import Graph
from macros.inventory import Inventory
from macros.model import KINDS, RELATIONS
from macros.model.record import Strict
from macros.model.values import Id, Name, Text
from macros.nearest import did_you_mean, listed
from macros.refusals import checked, unsaid

STYLE_FILE = "style.yml"
BY_KIND = "kind"
"""As `group_by`: a box for each kind."""


class Direction(StrEnum):
    """Which way the relations are followed from the start."""

    NEEDS = "needs"
    DEPENDENTS = "dependents"
    BOTH = "both"


class Line(StrEnum):
    """How an edge is drawn."""

    SOLID = "solid"
    DASHED = "dashed"
    DOTTED = "dotted"
    BOLD = "bold"


class Diagram(Strict):
    """One drawing: what part of the graph it shows, and how."""

    id: Id = Field(description="The file's name without `.yml`.", examples=["payments"])
    title: Name = Field(description="What it is called.", examples=["Payments"])
    about: Text = Field(description="What a reader sees in it, in one sentence.", examples=["How money moves."])
    start: tuple[Name, ...] = Field(
        default=(), description="Records to start from, as `kind.id`.", examples=[["group.checkout"]]
    )
    kinds: tuple[Name, ...] = Field(
        default=(), description="Only records of these kinds; without `start`, all of them.", examples=[["service"]]
    )
    relations: tuple[Name, ...] = Field(
        default=(), description="Only these relations; without it, all dependencies.", examples=[["depends_on"]]
    )
    direction: Annotated[Direction, Field(strict=False)] = Field(
        default=Direction.NEEDS, description="Which way to follow the relations.", examples=["needs"]
    )
    depth: int = Field(default=2, ge=0, le=20, description="How many relations to follow from the start.", examples=[2])
    group_by: Name | None = Field(
        default=None, description="A relation, or `kind`: records that share it stand in one box.", examples=["owner"]
    )
    collapse: Name | None = Field(
        default=None, description="A relation: records that share it become one node.", examples=["group"]
    )
    max_nodes: int = Field(default=60, ge=2, le=200, description="How many nodes it may have.", examples=[60])


class ColourPair(Strict):
    """A colour on a light and on a dark page."""

    light: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] = Field(description="On white.", examples=["#1f5fae"])
    dark: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] = Field(description="On dark.", examples=["#7db3f2"])


class KindStyle(Strict):
    """How a kind is drawn."""

    shape: Name = Field(description="A shape of Graphviz.", examples=["cylinder"])
    colour: Name = Field(description="A name among `colours`.", examples=["amber"])


class RelationStyle(Strict):
    """How a relation is drawn."""

    line: Annotated[Line, Field(strict=False)] = Field(default=Line.SOLID, description="Its line.", examples=["solid"])
    arrow: Name = Field(default="normal", description="An arrow head of Graphviz.", examples=["vee"])


class Style(Strict):
    """Colours by name, shape and colour by kind, line and arrow by relation."""

    colours: dict[str, ColourPair] = Field(
        description="Colours by name.", examples=[{"blue": {"light": "#1f5fae", "dark": "#7db3f2"}}]
    )
    kinds: dict[str, KindStyle] = Field(
        description="By kind.", examples=[{"database": {"shape": "cylinder", "colour": "amber"}}]
    )
    relations: dict[str, RelationStyle] = Field(
        default={}, description="By relation.", examples=[{"runs_on": {"arrow": "vee"}}]
    )

    def of_kind(self, kind: str) -> KindStyle:
        """The style of a kind; a plain box in the first colour where none is given."""
        return self.kinds.get(kind) or KindStyle.model_construct(shape="box", colour=next(iter(self.colours)))

    def of_relation(self, relation: str) -> RelationStyle:
        """The style of a relation; a plain arrow where none is given."""
        return self.relations.get(relation) or PLAIN_LINE


PLAIN_LINE = RelationStyle()
DEFAULT_STYLE = Style(colours={"grey": ColourPair(light="#4a5568", dark="#a0aec0")}, kinds={})

SHAPES = (
    "box",
    "box3d",
    "cds",
    "circle",
    "component",
    "cylinder",
    "diamond",
    "doublecircle",
    "doubleoctagon",
    "egg",
    "ellipse",
    "folder",
    "hexagon",
    "house",
    "invhouse",
    "invtrapezium",
    "note",
    "octagon",
    "oval",
    "parallelogram",
    "pentagon",
    "plain",
    "rect",
    "rectangle",
    "septagon",
    "square",
    "tab",
    "trapezium",
    "triangle",
)
ARROWS = (
    "box",
    "crow",
    "curve",
    "diamond",
    "dot",
    "empty",
    "inv",
    "none",
    "normal",
    "odiamond",
    "odot",
    "onormal",
    "tee",
    "vee",
)


@dataclass
class Drawings:
    """All drawings of a folder, their style, and what is wrong with the files."""

    diagrams: dict[str, Diagram] = field(default_factory=dict)
    style: Style = DEFAULT_STYLE
    findings: list[Finding] = field(default_factory=list)


S = TypeVar("S", Diagram, Style)


def load(folder: Path, graph: Graph) -> Drawings:
    """Read a folder of drawings. Never raises for what it holds."""
    drawings = Drawings()
    if not folder.is_dir():
        return drawings
    for path in sorted(folder.rglob("*")):
        if path.name.startswith(".") or (path.is_dir() and not path.is_symlink()):
            continue
        if path.is_symlink():
            drawings.findings.append(
                Finding("SRC016", "a link is not followed: put what it leads to here", Place(path))
            )
        elif path.suffix != ".yml" or path.parent != folder:
            message = f"`{path.name}` is no drawing: a drawing is a file `<id>.yml` in this folder"
            drawings.findings.append(Finding("SRC017", message, Place(path)))
        elif path.name == STYLE_FILE:
            _read_style(path, drawings)
        else:
            _read_diagram(path, drawings, graph)
    return drawings


def _read(path: Path, model: type[S], findings: list[Finding]) -> tuple[S | None, source.Document]:
    document = source.load(path)
    findings.extend(document.findings)
    if document.value is None:
        return None, document
    if not isinstance(document.value, dict):
        message = "a drawing's file is a mapping of keys, such as `title: Payments`"
        findings.extend(unsaid(document, [Finding("MOD003", message, document.place())]))
        return None, document
    made, wrong = checked(model, path.stem, document, (), document.value)
    findings.extend(wrong)
    return made, document


def _read_style(path: Path, drawings: Drawings) -> None:
    style, document = _read(path, Style, drawings.findings)
    if style is None:
        return
    say = _Speaker(document, drawings.findings)
    for name, kind in style.kinds.items():
        say.unless_known("kind", name, KINDS, ("kinds", name), key=True)
        say.unless_known("colour", kind.colour, style.colours, ("kinds", name, "colour"))
        say.unless_known("shape", kind.shape, SHAPES, ("kinds", name, "shape"))
    for name, relation in style.relations.items():
        say.unless_known("relation", name, RELATIONS, ("relations", name), key=True)
        say.unless_known("arrow", relation.arrow, ARROWS, ("relations", name, "arrow"))
    if not style.colours:
        say.that("`colours` is empty: name at least one", ("colours",))
        return
    drawings.style = style


def _read_diagram(path: Path, drawings: Drawings, graph: Graph) -> None:
    diagram, document = _read(path, Diagram, drawings.findings)
    if diagram is None:
        return
    say = _Speaker(document, drawings.findings)
    if diagram.id != path.stem:
        say.that(f"the id `{diagram.id}` is not the file's name: write `{path.stem}`", ("id",))
    if not diagram.start and not diagram.kinds:
        say.that("say where to begin: give `start`, or `kinds`", ())
    for position, name in enumerate(diagram.kinds):
        say.unless_known("kind", name, KINDS, ("kinds", position))
    for position, name in enumerate(diagram.relations):
        say.unless_known("relation", name, RELATIONS, ("relations", position))
    if diagram.group_by:
        say.unless_known("relation", diagram.group_by, (*RELATIONS, BY_KIND), ("group_by",))
    if diagram.collapse:
        say.unless_known("relation", diagram.collapse, RELATIONS, ("collapse",))
    for position, written in enumerate(diagram.start):
        say.unless_found(written, graph.inventory, ("start", position))
    drawings.diagrams[diagram.id] = diagram


@dataclass
class _Speaker:
    document: source.Document
    findings: list[Finding]

    def that(self, message: str, steps: source.Steps, *, key: bool = False, code: str = "DIA001") -> None:
        self.findings.append(Finding(code, message, self.document.place(steps, key=key)))

    def unless_known(self, what: str, written: str, known: Any, steps: source.Steps, *, key: bool = False) -> None:
        if written not in known:
            hint = did_you_mean(written, known) or f"; it is one of {listed(known, 40)}"
            self.that(f"`{written}` is no {what}{hint}", steps, key=key)

    def unless_found(self, written: str, inventory: Inventory, steps: source.Steps) -> None:
        problem = inventory.problem(written, tuple(KINDS))
        if problem is not None:
            self.that(problem[1], steps, code=problem[0])
