"""Rules of relations."""

from __future__ import annotations

from collections.abc import Iterator

from macros.rules import Case, Cited, Found, rule


@rule("REF003")
def needs_itself(case: Case) -> Iterator[Found]:
    """A record may not depend on itself."""
    for edge in case.graph.edges:
        if edge.tail == edge.head:
            message = f"`{edge.tail}` names itself in `{edge.steps[0]}`: name another record, or delete the line"
            yield Found(message, (Cited(edge.tail, edge.steps),))


@rule("REF005")
def service_cycle(case: Case) -> Iterator[Found]:
    """Services may not depend on each other in a circle: none of them could be started first."""
    for cycle in case.graph.service_cycles():
        path = " → ".join(key.partition(".")[2] for key in (*cycle, cycle[0]))
        yield Found(
            f"these services depend on each other in a circle: {path}; "
            "remove one dependency, or say in `circular` why it is meant",
            tuple(_stated(case, tail, head) for tail, head in zip(cycle, (*cycle[1:], cycle[0]), strict=True)),
            about=tuple(cycle),
        )


def _stated(case: Case, tail: str, head: str) -> Cited:
    edges = (edge for edge in case.graph.outgoing(tail) if edge.head == head and edge.relation.name == "depends_on")
    return Cited(tail, next(edges).steps, f"`{tail}` depends on `{head}`")


@rule("REF006")
def stated_twice(case: Case) -> Iterator[Found]:
    """A relation is stated once: two statements of one fact come to differ."""
    first: dict[tuple[str, str, str], tuple[str | int, ...]] = {}
    for edge in case.graph.edges:
        if edge.inherited:
            continue
        seen = first.setdefault((edge.tail, edge.relation.name, edge.head), edge.steps)
        if seen != edge.steps:
            message = f"`{edge.tail}` {edge.relation.forward} `{edge.head}` twice: delete one"
            cited = (Cited(edge.tail, edge.steps), Cited(edge.tail, seen, "the first of the two"))
            yield Found(message, cited, about=(edge.tail, edge.head), detail=edge.relation.name)
