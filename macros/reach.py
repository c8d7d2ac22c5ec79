"""What falls with what: everything that a failure reaches along the dependencies, for every record at once.

A set of records is an integer with a bit for each, so that ten thousand records with all that falls with them take a few
megabytes and a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from macros.graph import Edge, Graph

if TYPE_CHECKING:
    import networkx as nx


class Reach:
    """The closures of a graph's dependencies, both ways: over all of them, and over those that are confirmed.

    A dependency of which another can take the place (`any_one_of`) lets nothing fall; see `weakened`.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._keys = [record.key for record in graph.inventory.records()]
        self._bits = {key: position for position, key in enumerate(self._keys)}
        self._edges = [edge for edge in graph.edges if edge.relation.dependency and edge.tail != edge.head]

    def falling(self, key: str) -> list[str]:
        """All that stops working when the record's thing does, in the order of the inventory."""
        return self._named(self._falling[self._bits[key]] & ~self._own(key))

    def surely_falling(self, key: str) -> set[str]:
        """Those of them that do so by relations that somebody confirmed."""
        return set(self._named(self._surely_falling[self._bits[key]] & ~self._own(key)))

    def number_falling(self, key: str) -> int:
        """How many fall with it."""
        return (self._falling[self._bits[key]] & ~self._own(key)).bit_count()

    def needed(self, key: str) -> list[str]:
        """All that must work for the record's thing to work, in the order of the inventory."""
        return self._named(self._needed[self._bits[key]] & ~self._own(key))

    def surely_needed(self, key: str) -> set[str]:
        """Those of them that are needed by relations that somebody confirmed."""
        return set(self._named(self._surely_needed[self._bits[key]] & ~self._own(key)))

    def weakened(self, key: str) -> list[Edge]:
        """What goes on without it, having lost one of several of which one is enough."""
        return [edge for edge in self.graph.incoming(key) if edge.redundant]

    def start_order(self, key: str) -> list[list[str]]:
        """What it needs, in the order in which that can be started: each list stands on those before it.

        What needs each other stands in one list.
        """
        steps: dict[int, list[str]] = {}
        for needed in self.needed(key):
            steps.setdefault(self._heights[self._bits[needed]], []).append(needed)
        return [steps[height] for height in sorted(steps)]

    def in_order(self, keys: Iterable[str]) -> list[str]:
        """The records in the order of the inventory."""
        return sorted(keys, key=self._bits.__getitem__)

    # Sets as integers

    def _own(self, key: str) -> int:
        return 1 << self._bits[key]

    def _named(self, bits: int) -> list[str]:
        found = []
        while bits:
            lowest = bits & -bits
            found.append(self._keys[lowest.bit_length() - 1])
            bits ^= lowest
        return found

    @staticmethod
    def _firm(edges: Iterable[Edge]) -> Iterator[Edge]:
        return (edge for edge in edges if not edge.redundant)

    @cached_property
    def _heights(self) -> list[int]:
        """For each record the number of steps below it: what it needs is lower, what needs each other is level."""
        import networkx as nx  # a fifth of a second: what asks nothing of this does without it

        needing: nx.DiGraph[int] = nx.DiGraph()
        needing.add_nodes_from(range(len(self._keys)))
        needing.add_edges_from((self._bits[edge.head], self._bits[edge.tail]) for edge in self._firm(self._edges))
        knots = nx.condensation(needing)
        found = [0] * len(self._keys)
        for height, generation in enumerate(nx.topological_generations(knots)):
            for knot in generation:
                for member in knots.nodes[knot]["members"]:
                    found[member] = height
        return found

    @cached_property
    def _falling(self) -> list[int]:
        return self._closed((edge.head, edge.tail) for edge in self._firm(self._edges))

    @cached_property
    def _surely_falling(self) -> list[int]:
        return self._closed((edge.head, edge.tail) for edge in self._firm(self._edges) if edge.confirmed)

    @cached_property
    def _needed(self) -> list[int]:
        return self._closed((edge.tail, edge.head) for edge in self._firm(self._edges))

    @cached_property
    def _surely_needed(self) -> list[int]:
        return self._closed((edge.tail, edge.head) for edge in self._firm(self._edges) if edge.confirmed)

    def _closed(self, arrows: Iterable[tuple[str, str]]) -> list[int]:
        """For each record the set of those that arrows lead to from it, in any number of steps."""
        import networkx as nx  # as above

        reached: nx.DiGraph[int] = nx.DiGraph()
        reached.add_nodes_from(range(len(self._keys)))
        reached.add_edges_from((self._bits[start], self._bits[end]) for start, end in arrows)
        knots = nx.condensation(reached)
        found = [0] * len(self._keys)
        of_knot = [0] * len(knots)
        for knot in reversed(list(nx.topological_sort(knots))):
            members = knots.nodes[knot]["members"]
            bits = 0
            for member in members:
                bits |= 1 << member
            for further in knots.successors(knot):
                bits |= of_knot[further]
            of_knot[knot] = bits
            for member in members:
                found[member] = bits
        return found
