"""What a rule looks at, and how it says what it found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TypeVar

from macros.citation import Citations, Quote
from macros.commands import Commands
from macros.finding import Place
from macros.flow import Way, way
from macros.graph import Edge, Graph
from macros.inventory import Inventory
from macros.model import KINDS, CriticalPath, Link, Record, Rotation
from macros.model.runbooks import Stepped

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Cited:
    """A fact that a finding speaks of: the record, the way to the field in it, and what it says."""

    key: str
    steps: tuple[str | int, ...] = ()
    says: str = ""


@dataclass(frozen=True)
class Found:
    """What a rule found: the facts that cannot all hold and how to resolve that, and where each of them is.

    The first fact is where it is reported. `about` are the records that make it the same finding tomorrow (the first
    fact's where nothing is said; none where the finding is the same whatever records it comes to name), `detail` what
    tells it from another of the rule about the same records.
    """

    message: str
    cited: tuple[Cited, ...]
    about: tuple[str, ...] | None = None
    detail: str = ""


@dataclass
class Case:
    """An inventory before its rules: its graph, the day, the source document's lines, and who reads commands."""

    graph: Graph
    today: date
    citations: Citations
    commands: Commands = field(default_factory=lambda: Commands(None))
    at: str = field(default="", init=False)
    """The record that is looked at, for whoever has to find out why a rule failed."""

    _ways: dict[str, Way] = field(default_factory=dict, init=False)

    @property
    def inventory(self) -> Inventory:
        """The records."""
        return self.graph.inventory

    def all(self, model: type[R]) -> Iterator[R]:
        """The records of every kind that is a `model`."""
        before = self.at
        for name, kind in KINDS.items():
            if issubclass(kind.model, model):
                for record in self.inventory.of(name):
                    self.at = record.key
                    yield record  # type: ignore[misc] # of this kind, hence of this model
        self.at = before

    def name(self, key: str) -> str:
        """What people call the record."""
        return self.inventory[key].name

    def names(self, keys: Iterator[str] | list[str] | tuple[str, ...], most: int = 4) -> str:
        """The names of the records in a sentence, the first few of them."""
        words = [f"`{self.name(key)}`" for key in keys]
        rest = len(words) - most
        return ", ".join(words[:most]) + (f" and {rest} more" if rest > 0 else "")

    def place(self, cited: Cited) -> Place:
        """Where a fact stands."""
        return self.inventory.entries[cited.key].place(*cited.steps)

    def quote(self, cited: Cited) -> Quote | None:
        """The line of the source that states the record."""
        return self.citations.of(self.inventory[cited.key])

    def is_assumed(self, cited: Cited) -> bool:
        """Whether the fact is a relation that an engineer assumed."""
        value = getattr(self.inventory[cited.key], str(cited.steps[0]), None) if cited.steps else None
        position = cited.steps[1] if len(cited.steps) > 1 else None
        if isinstance(value, tuple) and isinstance(position, int):
            value = value[position]
        return isinstance(value, Link) and not value.confirmed

    def owner(self, key: str) -> str:
        """The team that answers for the record; empty where nobody knows."""
        return self._one(key, "owner")

    def tier(self, key: str) -> str:
        """The on-call tier of the record; empty where nobody knows."""
        return self._one(key, "tier")

    def _one(self, key: str, relation: str) -> str:
        return next((edge.head for edge in self.graph.outgoing(key) if edge.relation.name == relation), "")

    def stated(self, key: str, relation: str) -> tuple[str | int, ...]:
        """The way to where the record states the relation; to the record itself where it has it from another."""
        edges = [edge for edge in self.graph.outgoing(key) if edge.relation.name == relation]
        return edges[0].steps if edges else ()

    def pointing(self, key: str, relation: str) -> list[Edge]:
        """The edges of the relation that lead to the record, without those that another record passes on."""
        return [edge for edge in self.graph.incoming(key) if edge.relation.name == relation and not edge.inherited]

    @cached_property
    def tiers(self) -> dict[str, int]:
        """The on-call tiers in their order, the most important first."""
        return {record.key: position for position, record in enumerate(self.inventory.of("rotation"))}

    @cached_property
    def critical(self) -> dict[str, list[CriticalPath]]:
        """What critical paths name: the records they go through, and the services of a group."""
        found: dict[str, list[CriticalPath]] = defaultdict(list)
        for path in self.all(CriticalPath):
            for key in self.whole(path.through):
                found[key].append(path)
        return dict(found)

    def whole(self, links: tuple[Link, ...]) -> list[str]:
        """What the links lead to, each once; of a group also its services."""
        found: dict[str, None] = {}
        for link in links:
            if link.key:
                members = [edge.tail for edge in self.pointing(link.key, "group")]
                found.update(dict.fromkeys((link.key, *members)))
        return list(found)

    def way(self, record: Stepped) -> Way:
        """The way through a runbook or a procedure."""
        if record.key not in self._ways:
            self._ways[record.key] = way(record, self.inventory)
        return self._ways[record.key]

    def rotation(self, key: str) -> Rotation | None:
        """The on-call tier of the record."""
        tier = self.tier(key)
        found = self.inventory[tier] if tier else None
        return found if isinstance(found, Rotation) else None
