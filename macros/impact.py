"""If a thing is down: what falls with it, who notices, who is told, what takes over, and what it needs to come back."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from functools import cache
from typing import Any

from macros.graph import Edge
from macros.model import KINDS, RELATIONS, CriticalPath, Database, Kind, Record
from macros.model.record import kinds_of
from macros.paging import Paging, paging
from macros.reach import Reach

MONEY = frozenset({"processor", "financial-service"})
"""Kinds through which money moves, besides whatever is `paid_through` something."""


def can_be_down(kind: Kind) -> bool:
    """Whether records of the kind depend on something, or something on them."""
    leads = any(RELATIONS[name].dependency for name in kind.model.relation_fields())
    return leads or kind.name in _depended_on()


@cache
def _depended_on() -> frozenset[str]:
    """The kinds that a dependency may lead to."""
    return frozenset(
        name
        for kind in KINDS.values()
        for field, mark in kind.model.relation_fields().items()
        if RELATIONS[field].dependency
        for name in kinds_of(mark)
    )


@dataclass(frozen=True)
class Falling:
    """A record that falls, and whether it does so by confirmed relations alone."""

    key: str
    sure: bool


@dataclass(frozen=True)
class Told:
    """Somebody whose things fall: the team, and which of them."""

    team: str
    things: tuple[str, ...]


@dataclass(frozen=True)
class Failover:
    """What takes over, or brings it back: of which record, what that is called, and what is stated."""

    key: str
    what: str
    stated: str


@dataclass(frozen=True)
class Impact:
    """The answers for one record."""

    record: Record
    page: Paging
    falling: tuple[tuple[Kind, tuple[Falling, ...]], ...]
    """By kind, in the order of the table of kinds."""

    paths: tuple[tuple[CriticalPath, bool], ...]
    """The critical paths that fail, by rank, with whether that is sure."""

    platforms: tuple[Falling, ...]
    money: tuple[Falling, ...]
    told: tuple[Told, ...]
    """Whose things fall, those with most first."""

    weakened: tuple[Edge, ...]
    failover: tuple[Failover, ...]
    runbooks: tuple[str, ...]
    needs: tuple[tuple[Falling, ...], ...]
    """What it needs, in the order in which that can be started."""

    @property
    def assumed(self) -> bool:
        """Whether something falls by a relation that was assumed."""
        return any(not one.sure for _, records in self.falling for one in records)

    @property
    def number(self) -> int:
        """How many records fall."""
        return sum(len(records) for _, records in self.falling)


def impact(reach: Reach, record: Record, depth: int = 0) -> Impact:
    """What is to be known when the record's thing is down; with a depth, what falls in so many steps."""
    graph = reach.graph
    fallen = _fallen(reach, record, depth)
    paths = [(graph.inventory[one.key], one.sure) for one in fallen if one.key.startswith("critical-path.")]
    if isinstance(record, CriticalPath):
        paths.append((record, True))
    hit = sorted(
        ((path, is_sure) for path, is_sure in paths if isinstance(path, CriticalPath)), key=lambda pair: pair[0].rank
    )
    return Impact(
        record,
        paging(graph, record),
        _by_kind([one for one in fallen if not one.key.startswith("critical-path.")]),
        tuple(hit),
        tuple(one for one in fallen if one.key.startswith("platform.")),
        tuple(one for one in fallen if _moves_money(reach, one.key)),
        _told(reach, fallen),
        tuple(reach.weakened(record.key)),
        tuple(_failover(reach, record)),
        tuple(_runbooks(reach, record, [path.key for path, _ in hit])),
        _needs(reach, record),
    )


def _fallen(reach: Reach, record: Record, depth: int) -> list[Falling]:
    """What falls with the record, in the order of the inventory. A critical path is down when what it goes through is."""
    causes = [(record.key, True)]
    if isinstance(record, CriticalPath):
        causes = [(link.key, link.confirmed) for link in record.through if link.key]
    sure: dict[str, bool] = {}
    for cause, confirmed in causes:
        surely = reach.surely_falling(cause) if confirmed else set()
        near = _within(reach, cause, depth) if depth else None
        for key in reach.falling(cause):
            if near is None or key in near:
                sure[key] = sure.get(key, False) or key in surely
        if cause != record.key:
            sure[cause] = sure.get(cause, False) or confirmed
    sure.pop(record.key, None)
    return [Falling(key, sure[key]) for key in reach.in_order(sure)]


def _within(reach: Reach, key: str, depth: int) -> set[str]:
    """The records that a failure reaches in so many steps."""
    reached, border = {key}, deque([(key, 0)])
    while border:
        at, steps = border.popleft()
        for edge in reach.graph.incoming(at) if steps < depth else ():
            if edge.relation.dependency and not edge.redundant and edge.tail not in reached:
                reached.add(edge.tail)
                border.append((edge.tail, steps + 1))
    return reached


def _by_kind(fallen: list[Falling]) -> tuple[tuple[Kind, tuple[Falling, ...]], ...]:
    kinds: dict[str, list[Falling]] = defaultdict(list)
    for one in fallen:
        kinds[one.key.partition(".")[0]].append(one)
    return tuple((kind, tuple(kinds[name])) for name, kind in KINDS.items() if name in kinds)


def _moves_money(reach: Reach, key: str) -> bool:
    return key.partition(".")[0] in MONEY or key in reach.graph.paying


def _told(reach: Reach, fallen: list[Falling]) -> tuple[Told, ...]:
    things: dict[str, list[str]] = defaultdict(list)
    for one in fallen:
        if owner := reach.graph.owners.get(one.key):
            things[owner].append(one.key)
    order = sorted(things, key=lambda team: (-len(things[team]), team))
    return tuple(Told(team, tuple(things[team])) for team in order)


def _failover(reach: Reach, record: Record) -> list[Failover]:
    """What is stated to take over from the record, or to bring back what it holds; of what it needs directly, as well."""
    found = _stated(record)
    for edge in reach.graph.outgoing(record.key):
        if edge.relation.dependency:
            found += [one for one in _stated(reach.graph.inventory[edge.head]) if one.what == "backup plan"]
    return list(dict.fromkeys(found))


def _stated(record: Record) -> list[Failover]:
    found = []
    plan: Any = getattr(record, "backup_plan", None)
    if plan:
        found.append(Failover(record.key, "backup plan", plan))
    if isinstance(record, Database) and record.backup is not None:
        places = [link.key.partition(".")[2] for link in record.backed_up_to if link.key]
        kept = f", kept in {', '.join(places)}" if places else ""
        found.append(Failover(record.key, "backups", f"{record.backup}{kept}"))
    return found


def _runbooks(reach: Reach, record: Record, paths: list[str]) -> list[str]:
    """Those that handle the record, then those of the critical paths that it is on."""
    handled: dict[str, list[str]] = defaultdict(list)
    for key in (record.key, *paths):
        for edge in reach.graph.incoming(key):
            if edge.relation.name == "handles":
                handled[key].append(edge.tail)
    return list(dict.fromkeys(runbook for key in (record.key, *paths) for runbook in handled[key]))


def _needs(reach: Reach, record: Record) -> tuple[tuple[Falling, ...], ...]:
    sure = reach.surely_needed(record.key)
    return tuple(tuple(Falling(key, key in sure) for key in step) for step in reach.start_order(record.key))
