"""A drawing as it was beside the drawing as it is, with what is gone and what is new."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from macros.diagram.dot import ROOT
from macros.diagram.gallery import Sketch
from macros.diagram.marked import Arrow, Elsewhere, Parts, arrow, lacking, marked
from macros.diagram.picture import Line
from macros.inventory import Inventory
from macros.model import RELATIONS
from macros.views import Scene
from macros.views.drawings import legend_of
from macros.views.render import path, render
from macros.workspace import Workspace


@dataclass(frozen=True)
class End:
    """A record by its name, and where its page is; nowhere where it has none any more."""

    name: str
    href: str


@dataclass(frozen=True)
class Relation:
    """A line in words."""

    tail: End
    says: str
    head: End
    assumed: bool
    marked: bool


@dataclass(frozen=True)
class Shown:
    """One of the two drawings: `when` it was, its SVG (empty where there is none), and the same in words.

    `fate` is what is said of the parts that the other has not; `alone` are nodes among them without a marked line.
    """

    when: str
    fate: str
    name: str
    svg: Markup
    lines: tuple[Relation, ...]
    alone: tuple[End, ...]
    omitted: int
    why_empty: str


def figure_beside(
    scene: Scene,
    earlier: Workspace,
    before: Sketch | None,
    after: Sketch | None,
    *,
    gone: Parts | None = None,
    new: Parts | None = None,
    caption: str = "",
) -> Markup:
    """A drawing before and after: `before` is of the workspace `earlier`, `after` of the scene's own.

    None stands for a drawing that there was not, or is no more. What is gone and what is new is found by holding the
    two against each other, unless it is given. Links of both lead to pages of the scene's site.
    """
    if scene.dry or (before is None and after is None):
        return Markup()
    own = scene.workspace
    today = partial(renamed, earlier.inventory, own.inventory)
    formerly = partial(renamed, own.inventory, earlier.inventory)
    if before is not None and after is not None:
        gone = gone if gone is not None else lacking(before.picture, after.picture, today, partial(states, own))
        new = new if new is not None else lacking(after.picture, before.picture, formerly, partial(states, earlier))
    gone, new = gone or Parts(), new or Parts()
    sketches = [sketch.picture for sketch in (before, after) if sketch is not None]
    return render(
        scene,
        "figure_beside.html",
        title=sketches[-1].title,
        caption=caption,
        before=_shown(scene, earlier, before, "Before", gone, today),
        after=_shown(scene, own, after, "After", new, lambda key: key),
        legend=legend_of(scene, sketches),
        assumed=any(not line.confirmed for picture in sketches for line in picture.lines),
        has_gone=bool(gone.nodes or gone.arrows),
        has_new=bool(new.nodes or new.arrows),
    )


def renamed(one: Inventory, other: Inventory, key: str) -> str:
    """The key in the other inventory of a record of the first, by its id or a former one of either; empty where it has
    none.
    """
    if key in other:
        return key
    record = one[key]
    kind = record.kind
    former = next((f"{kind}.{name}" for name in record.formerly if f"{kind}.{name}" in other), "")
    return former or next((each.key for each in other.of(kind) if record.id in each.formerly), "")


def states(workspace: Workspace, relation: Arrow) -> bool:
    """Whether an inventory states a relation."""
    tail, head, name = relation
    return any(edge.head == head and edge.relation.name == name for edge in workspace.graph.outgoing(tail))


FATES = {"Before": "gone", "After": "new"}


def _shown(
    scene: Scene, workspace: Workspace, sketch: Sketch | None, when: str, parts: Parts, today: Elsewhere
) -> Shown:
    fate = FATES[when]
    if sketch is None or sketch.source is None:
        why = "There is no such drawing." if sketch is None else "No relations are stated."
        return Shown(when, fate, "", Markup(), (), (), 0, why)
    picture, inventory = sketch.picture, workspace.inventory

    def end(key: str) -> End:
        page = today(key)
        return End(inventory[key].name, f"{scene.base}{path(page)}" if page else "")

    def relation(line: Line) -> Relation:
        says = RELATIONS[line.relation].forward
        return Relation(end(line.tail), says, end(line.head), not line.confirmed, arrow(line) in parts.arrows)

    told = {key for tail, head, _ in parts.arrows for key in (tail, head)}
    svg = marked(workspace.gallery.svg(sketch), parts, fate, today).replace(f'href="{ROOT}/', f'href="{scene.base}')
    return Shown(
        when,
        fate,
        picture.name,
        Markup(svg),  # noqa: S704 - cleaned output of `dot`
        tuple(map(relation, picture.lines)),
        tuple(end(key) for key in picture.nodes if key in parts.nodes - told),
        picture.omitted,
        "",
    )
