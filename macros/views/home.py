"""The home page: what this is, and the ways in for three readers."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from macros.model import KINDS, CriticalPath, Kind
from macros.paging import Paging, paging
from macros.views import Scene, view
from macros.views.impact import address
from macros.views.render import render
from macros.views.sources import about


@dataclass(frozen=True)
class PathRow:
    """A critical path with whom to page for it, and its runbooks."""

    path: CriticalPath
    page: Paging
    runbooks: tuple[str, ...]


@view
def introduction(scene: Scene) -> Markup:
    """What this inventory is, from its own record."""
    return render(scene, "introduction.html", own=about(scene), total=len(scene.workspace.inventory.entries))


@view
def critical_paths(scene: Scene) -> Markup:
    """The critical paths in their order: what is hit, whom to page first, what to do."""
    inventory, graph = scene.workspace.inventory, scene.workspace.graph
    paths = sorted(
        (item for item in inventory.of("critical-path") if isinstance(item, CriticalPath)), key=lambda item: item.rank
    )
    rows = []
    for path in paths:
        runbooks = [edge.tail for edge in graph.incoming(path.key) if edge.relation.name == "handles"]
        rows.append(PathRow(path, paging(graph, path), tuple(runbooks)))
    return render(scene, "critical_paths.html", rows=rows, sheet=address)


@view
def kinds_index(scene: Scene) -> Markup:
    """Every kind that has records, with how many, as ways in."""
    inventory = scene.workspace.inventory
    found: list[tuple[Kind, int]] = [(kind, len(inventory.of(kind.name))) for kind in KINDS.values()]
    return render(scene, "kinds_index.html", found=[(kind, number) for kind, number in found if number])


@view
def diagrams_index(scene: Scene) -> Markup:
    """The drawings by name with a sentence each."""
    return render(scene, "diagrams_index.html", diagrams=list(scene.workspace.drawings.diagrams.values()))
