"""An inventory with what follows from it, as plain data: what one state is compared with another by.

It is made once for facts, engine and day, and kept, since reading ten thousand records takes seconds.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from macros.cache import digest, keep_newest
from macros.diff.state import RecordState, Relation, State, state_of
from macros.evidence import answer
from macros.finding import Finding, Severity, errors, one_line, shown_path
from macros.graph import Graph
from macros.history import engine
from macros.model import Query
from macros.paging import paging, responsible
from macros.rules import Case
from macros.workspace import Workspace

VERSION = 2
"""Of the shape in which snapshots are kept."""


@dataclass(frozen=True)
class Arrow:
    """A dependency: the tail stops working when the head does, unless others can stand in for it (`redundant`)."""

    tail: str
    head: str
    redundant: bool


@dataclass(frozen=True)
class Noticed:
    """A finding, by what makes it the same tomorrow, with the team that is to resolve it."""

    fingerprint: str
    code: str
    severity: Severity
    message: str
    subjects: tuple[str, ...]
    owner: str


@dataclass
class Snapshot:
    """What is compared. Records are named by key."""

    state: State
    arrows: list[Arrow]
    owners: dict[str, str]
    """The team that answers for a record, its own or its group's."""

    reviewer: dict[str, str]
    """The team that should look at what changes of a record."""

    pages: dict[str, tuple[str, ...]]
    """Whom to page for a record, in order."""

    tiers: dict[str, str]
    """The on-call tier of a record."""

    ranks: tuple[str, ...]
    """The tiers, the most important first."""

    paths: dict[str, tuple[str, ...]]
    """The critical paths that a record is on."""

    noticed: list[Noticed]
    truths: dict[str, str]
    """Whether all evidence of a record holds: `yes`, `no` or `unknown`."""

    vouched: dict[str, tuple[str, ...]]
    """What a sign-off vouches for."""

    judged: bool = True
    """Whether all rules had their say."""

    unread: tuple[str, ...] = ()
    """The kinds of which some file could not be read."""

    problems: tuple[str, ...] = ()
    """What is wrong with what was read, each as `file:line:column: code: message`."""

    accepted: tuple[str, ...] = ()
    """The fingerprints of findings that a waiver accepts."""

    _falls: dict[str, frozenset[str]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def _needing(self) -> dict[str, list[str]]:
        return _leads((arrow.head, arrow.tail) for arrow in self.arrows if not arrow.redundant)

    @cached_property
    def _needed(self) -> dict[str, list[str]]:
        return _leads((arrow.tail, arrow.head) for arrow in self.arrows if not arrow.redundant)

    def falling(self, key: str) -> frozenset[str]:
        """All that stops working when the record's thing does (its blast radius)."""
        if key not in self._falls:
            self._falls[key] = _closure(key, self._needing)
        return self._falls[key]

    def needed(self, key: str) -> frozenset[str]:
        """All that must work for the record's thing to work."""
        return _closure(key, self._needed)

    def dependents(self, key: str) -> list[str]:
        """What needs it directly, by key."""
        return sorted({arrow.tail for arrow in self.arrows if arrow.head == key})

    def name(self, key: str) -> str:
        """What people call the record; its key where it is not there."""
        return self.state[key].name if key in self.state else key


def _leads(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for start, end in pairs:
        found[start].append(end)
    return found


def _closure(key: str, leads: dict[str, list[str]]) -> frozenset[str]:
    reached, border = {key}, [key]
    while border:
        for other in leads.get(border.pop(), ()):
            if other not in reached:
                reached.add(other)
                border.append(other)
    return frozenset(reached - {key})


def snapshot(workspace: Workspace) -> Snapshot:
    """The snapshot of a workspace, on its day."""
    kept = workspace.folders.cache / "snapshots" / f"{_name(workspace)}.json"
    with suppress(OSError, ValueError, KeyError, TypeError):
        return _read(json.loads(kept.read_text(encoding="utf-8")))
    found = taken(workspace)
    with suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        beside = kept.with_suffix(".new")
        beside.write_text(json.dumps(_written(found), ensure_ascii=True, separators=(",", ":")), encoding="utf-8")
        beside.replace(kept)
        keep_newest(kept.parent, KEPT)
    return found


KEPT = 20
"""How many snapshots are kept."""


def _name(workspace: Workspace) -> str:
    """What tells one snapshot from another: the facts, the engine, the day."""
    made_of = f"{VERSION} {engine()} {workspace.today} {digest(workspace.data)}"
    return hashlib.sha256(made_of.encode()).hexdigest()[:32]


def taken(workspace: Workspace) -> Snapshot:
    """As `snapshot`, made anew."""
    inventory, graph = workspace.inventory, workspace.graph
    wrong = errors(workspace.facts_findings)
    case = Case(graph, workspace.today, workspace.citations)
    pages = {key: tuple(step.key for step in paging(graph, inventory[key]).steps) for key in inventory.entries}
    return Snapshot(
        state=state_of(inventory),
        arrows=[Arrow(e.tail, e.head, e.redundant) for e in graph.edges if e.relation.dependency],
        owners=graph.owners,
        reviewer=dict(_reviewers(graph, pages)),
        pages=pages,
        tiers={edge.tail: edge.head for edge in graph.edges if edge.relation.name == "tier"},
        ranks=tuple(case.tiers),
        paths={key: tuple(path.key for path in found) for key, found in case.critical.items()},
        noticed=[_noticed(workspace, finding) for finding in workspace.facts_findings],
        truths=dict(_truths(workspace, case)),
        vouched=dict(_vouched(workspace, case)),
        judged=workspace.is_judged,
        unread=tuple(sorted(inventory.unread)),
        problems=tuple(_said(workspace, finding) for finding in wrong),
        accepted=tuple(sorted({finding.fingerprint for finding, _ in workspace.accepted})),
    )


def _noticed(workspace: Workspace, finding: Finding) -> Noticed:
    subjects = tuple(key for key in finding.subjects if key in workspace.inventory)
    if not subjects and (written := workspace.inventory.written_at(finding.place)):
        subjects = (written,)
    owner = next((team for key in subjects if (team := responsible(workspace.graph, key))), "")
    message = _said(workspace, finding) if finding.severity is Severity.ERROR else finding.message
    return Noticed(finding.fingerprint, finding.code, finding.severity, one_line(message), subjects, owner)


def _said(workspace: Workspace, finding: Finding) -> str:
    """A finding on one line, with its place from the folder of the facts on."""
    place = finding.place
    with suppress(ValueError):
        file = f"{workspace.data.name}/{place.file.relative_to(workspace.data).as_posix()}"
        return f"{one_line(file)}:{place.line}:{place.column}: {finding.code}: {one_line(finding.message)}"
    return f"{shown_path(place.file)}:{place.line}:{place.column}: {finding.code}: {one_line(finding.message)}"


def _reviewers(graph: Graph, pages: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Who is responsible; where nobody is, the first team that is paged."""
    for key, page in pages.items():
        if team := responsible(graph, key) or next((one for one in page if one.startswith("team.")), ""):
            yield key, team


def _truths(workspace: Workspace, case: Case) -> Iterator[tuple[str, str]]:
    for record in workspace.inventory.records():
        queries: tuple[Query, ...] = getattr(record, "evidence", ())
        if queries:
            truths = {answer(query, workspace.inventory, case.critical).truth for query in queries}
            yield record.key, "no" if False in truths else "unknown" if None in truths else "yes"


def _vouched(workspace: Workspace, case: Case) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What each sign-off vouches for: what its evidence asks of, else what its signer owns."""
    owned: dict[str, list[str]] = defaultdict(list)
    for key, team in workspace.graph.owners.items():
        owned[team].append(key)
    for record in workspace.inventory.of("signoff"):
        queries: tuple[Query, ...] = getattr(record, "evidence", ())
        asked = [key for query in queries for key in answer(query, workspace.inventory, case.critical).asked]
        signer = responsible(workspace.graph, record.key)
        yield record.key, tuple(dict.fromkeys(asked or owned[signer]))


# Keeping


def _written(found: Snapshot) -> dict[str, Any]:
    """A snapshot as JSON has it: what is no plain value by rows."""
    rows = [
        [record.key, record.fields, [[r.name, r.to, r.confirmed, r.note] for r in sorted(record.relations)]]
        for record in found.state.values()
    ]
    fields = {one.name: getattr(found, one.name) for one in dataclasses.fields(found) if not one.name.startswith("_")}
    return {
        **fields,
        "state": rows,
        "arrows": [[arrow.tail, arrow.head, arrow.redundant] for arrow in found.arrows],
        "noticed": [dataclasses.asdict(one) for one in found.noticed],
    }


def _read(kept: dict[str, Any]) -> Snapshot:
    """A snapshot from JSON. Raises `KeyError` or `TypeError` where that is of another shape."""
    states = (
        RecordState(key, fields, frozenset(Relation(*relation) for relation in relations))
        for key, fields, relations in kept["state"]
    )
    noticed = (
        Noticed(**{**row, "severity": Severity(row["severity"]), "subjects": tuple(row["subjects"])})
        for row in kept["noticed"]
    )
    listed = {name: tuple(kept[name]) for name in ("ranks", "unread", "problems", "accepted")}
    by_key = {name: {key: tuple(keys) for key, keys in kept[name].items()} for name in ("pages", "paths", "vouched")}
    return Snapshot(
        **{
            **kept,
            **listed,
            **by_key,
            "state": {record.key: record for record in states},
            "arrows": [Arrow(*row) for row in kept["arrows"]],
            "noticed": list(noticed),
        }
    )
