"""Which nodes and edges a drawing has."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from macros.diagram.description import BY_KIND, Diagram, Direction
from macros.graph import Edge, Graph
from macros.model import KINDS, RELATIONS, Link

PEOPLE = frozenset({"owner", "tier", "group", "domain", "primary", "secondary", "escalates_to"})
"""Relations that say who answers for a thing, not what it works with."""

NEIGHBOURS = 16
"""How many relations the drawing of one record shows."""


@dataclass(frozen=True)
class Line:
    """A drawn edge. `count` is how many relations it stands for."""

    tail: str
    head: str
    relation: str
    confirmed: bool
    count: int = 1


@dataclass(frozen=True)
class Picture:
    """The part of the graph that a drawing shows.

    `boxes` gives the box of a node, by the key of the record or the name of the kind it stands for. `omitted` counts
    the nodes that did not fit, `left_out` names their kinds; `centre` is the record that the drawing is about.
    """

    name: str
    title: str
    about: str
    nodes: tuple[str, ...]
    lines: tuple[Line, ...]
    boxes: dict[str, str]
    omitted: int = 0
    centre: str = ""
    left_out: tuple[str, ...] = ()


def neighbourhood(graph: Graph, key: str) -> Picture:
    """The drawing of one record: what it leads to and what leads to it.

    Relations of people are left out where there are others: they stand in words on the same page.
    """
    here = {edge.relation.name for edge in (*graph.outgoing(key), *graph.incoming(key))}
    relations = here - PEOPLE or here
    edges, omitted = graph.neighbourhood(key, relations, NEIGHBOURS)
    nodes = dict.fromkeys([key, *(end for edge in edges for end in (edge.tail, edge.head))])
    name = graph.inventory[key].name
    about = f"What {name} leads to, and what leads to it."
    return Picture(key, name, about, tuple(nodes), tuple(_lines(edges)), {}, omitted, key)


def select(graph: Graph, diagram: Diagram) -> Picture:
    """The part of the graph that a drawing describes."""
    relations = set(diagram.relations) or {name for name, relation in RELATIONS.items() if relation.dependency}
    allowed = set(diagram.kinds) or set(KINDS)
    chosen = _reached(graph, diagram, relations, allowed)
    stand_in = _stand_in(graph, diagram.collapse)
    nodes = list(dict.fromkeys(stand_in(key) for key in chosen))
    kept = set(nodes[: diagram.max_nodes])
    edges = [
        edge
        for key in chosen
        for edge in graph.outgoing(key)
        if edge.relation.name in relations and edge.head in chosen
    ]
    lines = [line for line in _lines(edges, stand_in) if line.tail in kept and line.head in kept]
    beyond = {key.partition(".")[0] for key in nodes[diagram.max_nodes :]}
    boxes = {key: box for key in nodes if key in kept and (box := _box(graph, diagram.group_by, key))}
    return Picture(
        diagram.id,
        diagram.title,
        diagram.about,
        tuple(nodes[: diagram.max_nodes]),
        tuple(lines),
        boxes,
        max(0, len(nodes) - diagram.max_nodes),
        left_out=tuple(kind for kind in KINDS if kind in beyond),
    )


def _reached(graph: Graph, diagram: Diagram, relations: set[str], allowed: set[str]) -> dict[str, None]:
    """The records of the drawing, the nearest to its start first."""
    inventory = graph.inventory
    if not diagram.start:
        return dict.fromkeys(record.key for record in inventory.records() if record.kind in allowed)
    start = [key for written in diagram.start for key in _expanded(graph, inventory.find(written)[0])]
    reached = dict.fromkeys(start)
    queue = deque((key, 0) for key in reached)
    while queue:
        key, depth = queue.popleft()
        if depth == diagram.depth:
            continue
        for neighbour in _neighbours(graph, key, diagram.direction, relations):
            if neighbour not in reached and inventory[neighbour].kind in allowed:
                reached[neighbour] = None
                queue.append((neighbour, depth + 1))
    return reached


def _expanded(graph: Graph, key: str) -> list[str]:
    """A group stands for its members."""
    if not key.startswith("group."):
        return [key]
    return [edge.tail for edge in graph.incoming(key) if edge.relation.name == "group"]


def _neighbours(graph: Graph, key: str, direction: Direction, relations: set[str]) -> Iterable[str]:
    if direction is not Direction.DEPENDENTS:
        yield from (edge.head for edge in graph.outgoing(key) if edge.relation.name in relations)
    if direction is not Direction.NEEDS:
        yield from (edge.tail for edge in graph.incoming(key) if edge.relation.name in relations)


def _shared(graph: Graph, relation: str, key: str) -> str:
    """The record that this one leads to by the relation, itself or by what it inherits; empty where there is none."""
    value = graph.inventory.value(graph.inventory[key], relation)
    link = value[0] if isinstance(value, tuple) and value else value
    return link.key if isinstance(link, Link) else ""


def _stand_in(graph: Graph, relation: str | None) -> Callable[[str], str]:
    if relation is None:
        return lambda key: key
    return lambda key: _shared(graph, relation, key) or key


def _box(graph: Graph, group_by: str | None, key: str) -> str:
    if group_by is None:
        return ""
    return graph.inventory[key].kind if group_by == BY_KIND else _shared(graph, group_by, key)


def _lines(edges: Iterable[Edge], stand_in: Callable[[str], str] = lambda key: key) -> list[Line]:
    """The edges between the nodes that are drawn, equal ones as one, confirmed where one of them is."""
    count: Counter[tuple[str, str, str]] = Counter()
    sure: set[tuple[str, str, str]] = set()
    for edge in edges:
        ends = (stand_in(edge.tail), stand_in(edge.head), edge.relation.name)
        if ends[0] == ends[1] and edge.tail != edge.head:
            continue
        count[ends] += 1
        if edge.confirmed:
            sure.add(ends)
    return [
        Line(tail, head, relation, (tail, head, relation) in sure, n) for (tail, head, relation), n in count.items()
    ]
