"""What was written differently, as edits: done to the first state, in order, they give the second."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from macros.diff.state import RecordState, Relation, State, Value, renamed

ALIKE = 0.6
"""The least share of what two records say alike (of all that either says) that makes one the other, renamed."""

SHARED = frozenset({"stated_in", "reviewed"})
"""Fields that many records have alike: they make no two of them one."""

MOST_PAIRS = 200_000
"""Pairs of a removed and an added record that are compared for likeness; past that only those of one name are."""


@dataclass(frozen=True)
class Added:
    """A record that was not there."""

    record: RecordState


@dataclass(frozen=True)
class Removed:
    """A record that is not there any more."""

    record: RecordState


@dataclass(frozen=True)
class Renamed:
    """A record with a new id. `declared`: it says so in `formerly`, so that its old address leads on."""

    before: str
    after: str
    declared: bool


@dataclass(frozen=True)
class FieldChanged:
    """A field of a record that says something else; None where it says nothing."""

    key: str
    field: str
    before: Value
    after: Value


@dataclass(frozen=True)
class RelationAdded:
    """A relation that a record did not state."""

    key: str
    relation: Relation


@dataclass(frozen=True)
class RelationRemoved:
    """A relation that a record states no longer."""

    key: str
    relation: Relation


@dataclass(frozen=True)
class RelationChanged:
    """A relation that was confirmed, is now assumed, or has another note."""

    key: str
    before: Relation
    after: Relation


Edit = Renamed | Removed | Added | FieldChanged | RelationRemoved | RelationAdded | RelationChanged


def edits(before: State, after: State) -> list[Edit]:
    """What was written differently. Renamings come first; all else speaks of records by their new keys."""
    names = list(_renamings(before, after))
    start = renamed(before, {one.before: one.after for one in names})
    for one in names:
        if one.declared:
            start[one.after] = _formerly(start[one.after], one.before)
    found: list[Edit] = [*names]
    found += [Removed(start[key]) for key in sorted(start.keys() - after.keys())]
    found += [Added(after[key]) for key in sorted(after.keys() - start.keys())]
    for key in sorted(start.keys() & after.keys()):
        found += _within(start[key], after[key])
    return found


def apply(state: State, done: Iterable[Edit]) -> State:
    """The state after the edits, in their order."""
    found = dict(state)
    done = list(done)
    names = [edit for edit in done if isinstance(edit, Renamed)]
    found = renamed(found, {edit.before: edit.after for edit in names})
    for edit in done:
        match edit:
            case Renamed(before, after, declared):
                if declared:
                    found[after] = _formerly(found[after], before)
            case Added(record):
                found[record.key] = record
            case Removed(record):
                del found[record.key]
            case FieldChanged(key, name, _, value):
                fields = {other: kept for other, kept in found[key].fields.items() if other != name}
                found[key] = replace(found[key], fields=fields if value is None else {**fields, name: value})
            case RelationAdded(key, relation):
                found[key] = replace(found[key], relations=found[key].relations | {relation})
            case RelationRemoved(key, relation):
                found[key] = replace(found[key], relations=found[key].relations - {relation})
            case RelationChanged(key, old, new):
                found[key] = replace(found[key], relations=found[key].relations - {old} | {new})
    return found


def _formerly(record: RecordState, old: str) -> RecordState:
    """The record with an old id among those that it had."""
    had = record.fields.get("formerly", [])
    ids = {*(had if isinstance(had, list) else []), old.partition(".")[2]}
    return replace(record, fields={**record.fields, "formerly": sorted(ids, key=str)})


def _within(before: RecordState, after: RecordState) -> Iterator[Edit]:
    """What one record says differently."""
    for name in sorted(before.fields.keys() | after.fields.keys()):
        old, new = before.fields.get(name), after.fields.get(name)
        if not _is_same(old, new):
            yield FieldChanged(after.key, name, old, new)
    gone, come = before.relations - after.relations, after.relations - before.relations
    again = {(one.name, one.to): one for one in sorted(come, reverse=True)}
    for old_one in sorted(gone):
        new_one = again.pop((old_one.name, old_one.to), None)
        if new_one is not None:
            come -= {new_one}
            yield RelationChanged(after.key, old_one, new_one)
        else:
            yield RelationRemoved(after.key, old_one)
    for relation in sorted(come):
        yield RelationAdded(after.key, relation)


def _is_same(one: Value, other: Value) -> bool:
    """Whether two values are the same, however deep: 1 is not true."""
    if one != other or type(one) is not type(other):
        return False
    match one:
        case list():
            return all(map(_is_same, one, other))
        case dict():
            return all(_is_same(inner, other[name]) for name, inner in one.items())
        case _:
            return True


def _renamings(before: State, after: State) -> Iterator[Renamed]:
    """Records with a new id: those that say so, then those so like a removed one that they must be it."""
    gone = {key: before[key] for key in sorted(before.keys() - after.keys())}
    come = {key: after[key] for key in sorted(after.keys() - before.keys())}
    for key, record in sorted(after.items()):
        had = record.fields.get("formerly")
        for old in had if isinstance(had, list) else ():
            if f"{record.kind}.{old}" in gone and key in come:
                del gone[f"{record.kind}.{old}"], come[key]
                yield Renamed(f"{record.kind}.{old}", key, declared=True)
    for old_key, new_key in _alike(before, after, gone, come):
        yield Renamed(old_key, new_key, declared=False)


def _alike(before: State, after: State, gone: State, come: State) -> Iterator[tuple[str, str]]:
    """Pairs of a removed and an added record of one kind that are one, the most alike first."""
    kinds = {record.kind for record in gone.values()} & {record.kind for record in come.values()}
    if not kinds:
        return
    said_before, said_after = _said(before, kinds), _said(after, kinds)
    common = Counter(piece for key, pieces in said_before.items() for piece in pieces if key not in come)
    by_kind: dict[str, list[RecordState]] = defaultdict(list)
    for record in come.values():
        by_kind[record.kind].append(record)
    few = sum(len(by_kind[record.kind]) for record in gone.values()) <= MOST_PAIRS
    pairs = [
        (-likeness, old.key, new.key)
        for old in gone.values()
        for new in by_kind[old.kind]
        if (few or old.name == new.name)
        and (likeness := _likeness(said_before[old.key], said_after[new.key], common)) >= ALIKE
    ]
    taken: set[str] = set()
    for _, old_key, new_key in sorted(pairs):
        if not {old_key, new_key} & taken:
            taken |= {old_key, new_key}
            yield old_key, new_key


Piece = tuple[str, str]


def _likeness(one: set[Piece], other: set[Piece], common: Counter[Piece]) -> float:
    """The share of what two records say alike among all that either says; none where others say all of that as well."""
    alike = one & other
    return len(alike) / len(one | other) if any(common[piece] == 1 for piece in alike) else 0.0


def _said(state: State, kinds: set[str]) -> dict[str, set[Piece]]:
    """What records of some kinds say, and what is said of them, piece by piece."""
    found: dict[str, set[Piece]] = {key: set() for key, record in state.items() if record.kind in kinds}
    for key, record in state.items():
        if key in found:
            found[key] |= {(name, repr(value)) for name, value in record.fields.items() if name not in SHARED}
            found[key] |= {(one.name, one.to) for one in record.relations}
        for one in record.relations:
            if one.to in found:
                found[one.to].add((f"is {one.name} of", key))
    return found
