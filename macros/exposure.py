"""Where one failure is enough: what falls with each thing, and which things have nothing beside them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from macros.graph import Edge
from macros.model import Control, CriticalPath, Domain, Operated, Record
from macros.model.values import SecurityArea
from macros.reach import Reach

WAYS = {"paid_through": "the only way of payment of", "provided_by": "the only party that provides"}
"""Relations of which one is a risk, and how that is said."""

MINUTES_A_MONTH = Decimal(30 * 24 * 60)
"""Minutes of thirty days, which availability is counted against."""


@dataclass(frozen=True)
class SinglePoint:
    """A record with what falls with it, and why nothing stands beside it."""

    key: str
    number: int
    sure: int
    """How many of these fall by confirmed relations alone."""

    paths: tuple[str, ...]
    reasons: tuple[str, ...]
    backup_plan: str | None


def single_points(reach: Reach) -> list[SinglePoint]:
    """Every record that something falls with, those first with which most falls."""
    graph = reach.graph
    cuts = _articulation_points(reach)
    ways = _sole_ways(reach)
    found = []
    for record in graph.inventory.records():
        falling = reach.falling(record.key)
        if not falling:
            continue
        paths = tuple(key for key in falling if key.startswith("critical-path."))
        reasons = (("what falls is joined to the rest only by it",) if record.key in cuts else ()) + ways.get(
            record.key, ()
        )
        plan: Any = getattr(record, "backup_plan", None)
        sure = len(reach.surely_falling(record.key))
        found.append(SinglePoint(record.key, len(falling), sure, paths, reasons, plan))
    return sorted(found, key=lambda one: (-one.number, -one.sure, one.key))


def _articulation_points(reach: Reach) -> set[str]:
    """Records without which the dependencies fall apart into pieces that know nothing of each other."""
    import networkx as nx  # a fifth of a second, for this page alone

    together: nx.Graph[str] = nx.Graph()
    together.add_edges_from(
        (edge.tail, edge.head) for edge in reach.graph.edges if edge.relation.dependency and edge.tail != edge.head
    )
    return set(nx.articulation_points(together))


def _sole_ways(reach: Reach) -> dict[str, tuple[str, ...]]:
    """For each record what it is the only way of."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    inventory = reach.graph.inventory
    for record in inventory.records():
        for relation, words in WAYS.items():
            heads = [edge.head for edge in reach.graph.outgoing(record.key) if edge.relation.name == relation]
            if len(heads) == 1 and not getattr(record, "backup_plan", None):
                found[heads[0]][words].append(record.name)
        sign_in = [edge.head for edge in reach.graph.outgoing(record.key) if _signs_in(inventory[edge.head], edge)]
        if len(sign_in) == 1:
            found[sign_in[0]]["the only control of identity that lets in"].append(record.name)
    return {key: tuple(f"{words} {_few(names)}" for words, names in ways.items()) for key, ways in found.items()}


def _signs_in(head: Record, edge: Edge) -> bool:
    """Whether an edge is a need of a control of identity."""
    return edge.relation.dependency and isinstance(head, Control) and head.area is SecurityArea.IDENTITY


def _few(names: list[str], at_most: int = 3) -> str:
    more = len(names) - at_most
    return ", ".join(names[:at_most]) + (f" and {more} more" if more > 0 else "")


@dataclass(frozen=True)
class SoleOwner:
    """A team that things stand on with nobody behind it, and how many."""

    team: str
    things: int


def sole_owners(reach: Reach) -> list[SoleOwner]:
    """Teams that own something operated and have no second in the ownership matrix, those with most first."""
    inventory = reach.graph.inventory
    backed = {
        domain.primary.key
        for domain in inventory.of("domain")
        if isinstance(domain, Domain) and domain.primary and domain.secondary
    }
    owned: dict[str, int] = defaultdict(int)
    for edge in reach.graph.edges:
        if edge.relation.name == "owner" and isinstance(inventory[edge.tail], Operated):
            owned[edge.head] += 1
    alone = [SoleOwner(team, number) for team, number in owned.items() if team not in backed]
    return sorted(alone, key=lambda one: (-one.things, one.team))


@dataclass(frozen=True)
class Promise:
    """The availability that a critical path can have at most: the product of the promises of what it needs.

    `stated` are the records with their percentages; `silent` how many of what it needs promise nothing. `percent` and
    `minutes` (of thirty days, in which it may be down) are None where nothing is stated.
    """

    path: CriticalPath
    stated: tuple[tuple[str, Decimal], ...]
    silent: int
    percent: Decimal | None
    minutes: Decimal | None


def promises(reach: Reach) -> list[Promise]:
    """The composite availability of each critical path, by rank. Availabilities in series multiply."""
    inventory = reach.graph.inventory
    paths = sorted(
        (path for path in inventory.of("critical-path") if isinstance(path, CriticalPath)), key=lambda p: p.rank
    )
    return [_promise(reach, path) for path in paths]


def _promise(reach: Reach, path: CriticalPath) -> Promise:
    inventory = reach.graph.inventory
    needed = [inventory[key] for key in reach.needed(path.key)]
    stated = tuple((record.key, sla) for record in needed if (sla := _sla(record)) is not None)
    silent = sum(isinstance(record, Operated) and _sla(record) is None for record in needed)
    if not stated:
        return Promise(path, stated, silent, None, None)
    product = Decimal(1)
    for _, sla in stated:
        product *= sla / 100
    return Promise(path, stated, silent, product * 100, (1 - product) * MINUTES_A_MONTH)


def _sla(record: Record) -> Decimal | None:
    value: Any = getattr(record, "sla", None)
    return Decimal(value) if value is not None else None
