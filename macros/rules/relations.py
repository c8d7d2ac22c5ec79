"""Rules of relations."""

from __future__ import annotations

from collections.abc import Iterator

from macros.finding import Related
from macros.graph import Graph
from macros.rules import Found, rule


@rule("REF003")
def needs_itself(graph: Graph) -> Iterator[Found]:
    """A record may not depend on itself."""
    for edge in graph.edges:
        if edge.tail == edge.head:
            place = graph.inventory.entries[edge.tail].place(*edge.steps)
            yield f"`{edge.tail}` names itself in `{edge.steps[0]}`: name another record, or delete the line", place, ()


@rule("REF005")
def service_cycle(graph: Graph) -> Iterator[Found]:
    """Services may not depend on each other in a circle: none of them could be started first."""
    for cycle in graph.service_cycles():
        path = " → ".join(key.partition(".")[2] for key in (*cycle, cycle[0]))
        links = [_stated(graph, tail, head) for tail, head in zip(cycle, (*cycle[1:], cycle[0]), strict=True)]
        first, *rest = links
        yield (
            f"these services depend on each other in a circle: {path}; "
            "remove one dependency, or say in `circular` why it is meant",
            first.place,
            tuple(rest),
        )


def _stated(graph: Graph, tail: str, head: str) -> Related:
    edge = next(edge for edge in graph.outgoing(tail) if edge.head == head and edge.relation.name == "depends_on")
    return Related(graph.inventory.entries[tail].place(*edge.steps), f"`{tail}` depends on `{head}`")


@rule("REF006")
def stated_twice(graph: Graph) -> Iterator[Found]:
    """A relation is stated once: two statements of one fact come to differ."""
    first: dict[tuple[str, str, str], tuple[str | int, ...]] = {}
    for edge in graph.edges:
        if edge.inherited:
            continue
        seen = first.setdefault((edge.tail, edge.relation.name, edge.head), edge.steps)
        if seen != edge.steps:
            entry = graph.inventory.entries[edge.tail]
            related = (Related(entry.place(*seen), "the first of the two"),)
            yield (
                f"`{edge.tail}` {edge.relation.forward} `{edge.head}` twice: delete one",
                entry.place(*edge.steps),
                related,
            )
