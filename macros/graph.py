"""The relations of an inventory as one directed graph, readable both ways.

A node is a record's key (`kind.id`). An edge goes from the record that states the relation to the one it leads to; for
a dependency that is from the one that stops working to the one it needs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from macros.inventory import Inventory
from macros.model import RELATIONS, Link, Record, RelationType

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True)
class Edge:
    """One relation between two records.

    `confirmed` is false where an engineer assumed it; `inherited` is true where the tail has it from another record
    (a service's owner from its group). `steps` lead from the tail's record to where it is written. `redundant` is true
    where the tail goes on without it, since any one of several is enough for it.
    """

    tail: str
    relation: RelationType
    head: str
    confirmed: bool
    note: str | None = None
    inherited: bool = False
    steps: tuple[str | int, ...] = ()
    redundant: bool = False


class Graph:
    """All relations of an inventory. Edges that lead nowhere are not in it: they are findings already."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.edges: list[Edge] = list(_edges(inventory))
        self._outgoing: dict[str, list[Edge]] = defaultdict(list)
        self._incoming: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            self._outgoing[edge.tail].append(edge)
            self._incoming[edge.head].append(edge)

    def outgoing(self, key: str) -> list[Edge]:
        """What the record states of others, field by field, in the order of a field's list; then what it inherits."""
        return list(self._outgoing.get(key, ()))

    def incoming(self, key: str) -> list[Edge]:
        """What others state of the record."""
        return list(self._incoming.get(key, ()))

    @cached_property
    def owners(self) -> dict[str, str]:
        """The team that answers for each record, its own or its group's; without those of which nobody knows."""
        return {edge.tail: edge.head for edge in self.edges if edge.relation.name == "owner"}

    @cached_property
    def paying(self) -> set[str]:
        """The records whose money goes through something."""
        return {edge.tail for edge in self.edges if edge.relation.name == "paid_through"}

    @cached_property
    def dependencies(self) -> nx.DiGraph[str]:
        """The edges along which a failure travels, from the one that fails to the one it needs."""
        import networkx as nx  # a fifth of a second: a check without circles does without it

        found: nx.DiGraph[str] = nx.DiGraph()
        found.add_nodes_from(self.inventory.entries)
        found.add_edges_from(
            (edge.tail, edge.head) for edge in self.edges if edge.relation.dependency and not edge.redundant
        )
        return found

    def dependents(self, key: str) -> set[str]:
        """All that stops working, at once or in turn, when the record's thing does (its blast radius)."""
        return self._closure(key, self._incoming, lambda edge: edge.tail)

    def needs(self, key: str) -> set[str]:
        """All that must work for the record's thing to work."""
        return self._closure(key, self._outgoing, lambda edge: edge.head)

    @staticmethod
    def _closure(key: str, edges: dict[str, list[Edge]], end: Callable[[Edge], str]) -> set[str]:
        """What is reached along dependencies in any number of steps, without the start."""
        reached, border = {key}, [key]
        while border:
            for edge in edges.get(border.pop(), ()):
                if edge.relation.dependency and not edge.redundant and end(edge) not in reached:
                    reached.add(end(edge))
                    border.append(end(edge))
        return reached - {key}

    def service_cycles(self) -> Iterator[list[str]]:
        """Circles of services that depend on each other, one for each knot, as the keys along the circle.

        A service that says why it is `circular` is in none.
        """
        services = {record.key for record in self.inventory.of("service") if not getattr(record, "circular", None)}
        found = [
            (edge.tail, edge.head)
            for edge in self.edges
            if edge.relation.name == "depends_on" and {edge.tail, edge.head} <= services and edge.tail != edge.head
        ]
        if not _has_circle(found):
            return
        import networkx as nx  # as above

        calls: nx.DiGraph[str] = nx.DiGraph(found)
        for knot in sorted(nx.strongly_connected_components(calls), key=min):
            if len(knot) > 1:
                within = [(tail, head) for tail, head in calls.edges if tail in knot and head in knot]
                yield [tail for tail, *_ in nx.find_cycle(nx.DiGraph(within), min(knot))]

    def knots(self) -> list[set[str]]:
        """Sets of records that all need each other, by any relation that a failure travels along."""
        edges = [(edge.tail, edge.head) for edge in self.edges if edge.relation.dependency and edge.tail != edge.head]
        if not _has_circle(edges):
            return []
        import networkx as nx  # as above

        needing: nx.DiGraph[str] = nx.DiGraph(edges)
        return sorted((knot for knot in nx.strongly_connected_components(needing) if len(knot) > 1), key=min)

    def circle(self, knot: set[str]) -> list[Edge]:
        """One circle within a knot, as its edges, from the record that comes first by key."""
        import networkx as nx  # as above

        edges = {
            (edge.tail, edge.head): edge
            for edge in self.edges
            if edge.relation.dependency and {edge.tail, edge.head} <= knot and edge.tail != edge.head
        }
        return [edges[(tail, head)] for tail, head, *_ in nx.find_cycle(nx.DiGraph(list(edges)), min(knot))]

    def neighbourhood(self, key: str, relations: Iterable[str], limit: int) -> tuple[list[Edge], int]:
        """The edges of those relations at the record, at most `limit` of them, and how many were left out.

        Confirmed edges come before assumed ones, dependencies before the rest.
        """
        wanted = set(relations)
        edges = [edge for edge in (*self.outgoing(key), *self.incoming(key)) if edge.relation.name in wanted]
        edges.sort(key=lambda edge: (not edge.relation.dependency, not edge.confirmed))
        return edges[:limit], max(0, len(edges) - limit)


def _has_circle(edges: Iterable[tuple[str, str]]) -> bool:
    order: TopologicalSorter[str] = TopologicalSorter()
    for tail, head in edges:
        order.add(tail, head)
    try:
        order.prepare()
    except CycleError:
        return True
    return False


def _edges(inventory: Inventory) -> Iterator[Edge]:
    for record in inventory.records():
        stated = set()
        several = _several(record)
        for name, position, link in record.links():
            stated.add(name)
            if link.key:
                steps = (name,) if position is None else (name, position)
                spare = name in several
                yield Edge(
                    record.key, RELATIONS[name], link.key, link.confirmed, link.note, steps=steps, redundant=spare
                )
        if record.inherits_from:
            yield from _inherited(inventory, record.key, stated)


def _several(record: Record) -> set[str]:
    """The relations of which any one is enough for the record, where it states more than one."""
    wanted: tuple[str, ...] = getattr(record, "any_one_of", ())
    return {name for name in wanted if len(getattr(record, name, ()) or ()) > 1}


def _inherited(inventory: Inventory, key: str, stated: set[str]) -> Iterator[Edge]:
    record = inventory[key]
    parent = inventory.parent(record)
    if parent is None:
        return
    shared = (set(record.relation_fields()) & set(parent.relation_fields())) - stated
    for name in sorted(shared):
        value = inventory.value(parent, name)
        for link in (value,) if isinstance(value, Link) else value or ():
            if link.key:
                yield Edge(key, RELATIONS[name], link.key, link.confirmed, link.note, inherited=True)
