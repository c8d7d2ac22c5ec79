"""What follows from what was written differently: who answers, what falls, what is found, what is no longer vouched for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from macros.diff.edit import (
    Added,
    Edit,
    FieldChanged,
    RelationAdded,
    RelationChanged,
    RelationRemoved,
    Removed,
    Renamed,
)
from macros.diff.snapshot import Noticed, Snapshot
from macros.diff.state import RecordState, used
from macros.finding import Severity
from macros.model import RELATIONS

SECTIONS = ("steps", "verification", "rollback")
"""The fields of a runbook or procedure that are worked through."""

MOST_REACHES = 400
"""Things whose blast radius is compared, those of which most dependencies change first."""


@dataclass(frozen=True)
class OwnerChanged:
    """Records that another team answers for. A team is empty where nobody knows."""

    before: str
    after: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class PagingChanged:
    """Records for which somebody else is paged first. Empty where nobody is."""

    before: str
    after: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class ReachChanged:
    """Things with which more falls than before, or less: the same for each of `keys`. (Their blast radius.)"""

    keys: tuple[str, ...]
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    number_before: int
    number_after: int
    """Of the first of `keys`."""


@dataclass(frozen=True)
class FindingAppeared:
    """Something that is found now."""

    finding: Noticed


@dataclass(frozen=True)
class FindingResolved:
    """Something that is found no longer."""

    finding: Noticed


@dataclass(frozen=True)
class EvidenceMoved:
    """A readiness item, sign-off or claim whose evidence came to something else: `yes`, `no`, `unknown`, or nothing."""

    key: str
    before: str
    after: str


@dataclass(frozen=True)
class ReadinessMoved:
    """An area of the readiness checklist in which another number of items is ticked."""

    area: str
    done_before: int
    of_before: int
    done_after: int
    of_after: int


@dataclass(frozen=True)
class SignoffStale:
    """A sign-off that was signed before what it vouches for changed."""

    key: str
    changed: tuple[str, ...]


@dataclass(frozen=True)
class ExerciseStale:
    """A runbook that somebody worked through on a day, before its steps became others."""

    key: str
    on: str


Consequence = (
    OwnerChanged
    | PagingChanged
    | ReachChanged
    | FindingAppeared
    | FindingResolved
    | EvidenceMoved
    | ReadinessMoved
    | SignoffStale
    | ExerciseStale
)


@dataclass(frozen=True)
class Compared:
    """Two snapshots with the edits between them; what the first says of a record is asked for by its new key."""

    before: Snapshot
    after: Snapshot
    edits: tuple[Edit, ...]

    @cached_property
    def names(self) -> dict[str, str]:
        """New keys by old ones."""
        return {edit.before: edit.after for edit in self.edits if isinstance(edit, Renamed)}

    @cached_property
    def _old(self) -> dict[str, str]:
        return {new: old for old, new in self.names.items()}

    def old(self, key: str) -> str:
        """The key that a record had."""
        return self._old.get(key, key)

    @cached_property
    def both(self) -> set[str]:
        """The records that are in both, by new key."""
        return {self.names.get(key, key) for key in self.before.state} & self.after.state.keys()


def consequences(compared: Compared) -> Iterator[Consequence]:
    """All that follows."""
    yield from _owners(compared)
    yield from _pages(compared)
    yield from _reaches(compared)
    yield from _findings(compared)
    yield from _evidence(compared)
    yield from _readiness(compared)
    yield from _signoffs(compared)
    yield from _exercises(compared)


def _owners(compared: Compared) -> Iterator[OwnerChanged]:
    names = compared.names
    moved: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key in sorted(compared.both):
        old_owner = compared.before.owners.get(compared.old(key), "")
        before, after = names.get(old_owner, old_owner), compared.after.owners.get(key, "")
        if before != after:
            moved[(before, after)].append(key)
    return (OwnerChanged(before, after, tuple(keys)) for (before, after), keys in sorted(moved.items()))


def _pages(compared: Compared) -> Iterator[PagingChanged]:
    """Who is paged first; where the owner is another, that says it."""
    names = compared.names
    moved: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key in sorted(compared.both & compared.after.pages.keys()):
        old = compared.before.pages.get(compared.old(key))
        if old is None:
            continue
        first = names.get(old[0], old[0]) if old else ""
        now = next(iter(compared.after.pages[key]), "")
        owner = compared.before.owners.get(compared.old(key), "")
        same_owner = names.get(owner, owner) == compared.after.owners.get(key, "")
        if first != now and (same_owner or now != compared.after.owners.get(key, "")):
            moved[(first, now)].append(key)
    return (PagingChanged(before, after, tuple(keys)) for (before, after), keys in sorted(moved.items()))


def _reaches(compared: Compared) -> Iterator[ReachChanged]:
    """Whose blast radius is another. What was added or removed is told by itself."""
    both, names = compared.both, compared.names
    groups: dict[tuple[frozenset[str], frozenset[str]], list[str]] = defaultdict(list)
    for key in sorted(_touched(compared) & both):
        before = frozenset(names.get(one, one) for one in compared.before.falling(compared.old(key)))
        after = compared.after.falling(key)
        gained, lost = (after - before) & both, (before - after) & both
        if gained or lost:
            groups[(gained, lost)].append(key)
    for (gained, lost), keys in groups.items():
        keys.sort(key=lambda key: (-len(compared.after.falling(key)), key))
        yield ReachChanged(
            tuple(keys),
            tuple(sorted(gained)),
            tuple(sorted(lost)),
            len(compared.before.falling(compared.old(keys[0]))),
            len(compared.after.falling(keys[0])),
        )


def _touched(compared: Compared) -> set[str]:
    """The things with which something else may fall: what changed dependencies lead to, and all that these need."""
    names = compared.names
    before = {(names.get(a.tail, a.tail), names.get(a.head, a.head), a.redundant) for a in compared.before.arrows}
    after = {(a.tail, a.head, a.redundant) for a in compared.after.arrows}
    found: set[str] = set()
    heads = Counter(head for _, head, _ in before ^ after)
    for head, _ in sorted(heads.items(), key=lambda pair: (-pair[1], pair[0])):
        old = compared.old(head)
        found |= {head, *compared.after.needed(head), *(names.get(one, one) for one in compared.before.needed(old))}
        if len(found) > MOST_REACHES:
            break
    return found


def _findings(compared: Compared) -> Iterator[FindingAppeared | FindingResolved]:
    """What is found now and was not, and the other way round. Nothing where the rules did not judge both."""
    keys = {**compared.names, **{new: new for new in compared.names.values()}}
    before, after = _by_sameness(compared.before, keys), _by_sameness(compared.after, keys)
    judged = compared.before.judged and compared.after.judged
    for name in dict.fromkeys((*after, *before)):
        was, now = before.get(name, []), after.get(name, [])
        for finding in now[len(was) :]:
            if judged or finding.severity is Severity.ERROR:
                yield FindingAppeared(finding)
        for finding in was[len(now) :]:
            if judged or finding.severity is Severity.ERROR:
                yield FindingResolved(finding)


def _by_sameness(snapshot: Snapshot, keys: dict[str, str]) -> dict[tuple[str, ...], list[Noticed]]:
    """The findings by what makes them the same; one mistake may be made in several places."""
    found: dict[tuple[str, ...], list[Noticed]] = defaultdict(list)
    for finding in snapshot.noticed:
        found[_same(finding, keys)].append(finding)
    return found


def _same(finding: Noticed, keys: dict[str, str]) -> tuple[str, ...]:
    """What makes two findings the same: the fingerprint; of a record that was renamed, the rule and the records.

    `keys` gives the key of now for each record that was renamed, by its key of now and of before.
    """
    if any(key in keys for key in finding.subjects):
        return finding.code, *sorted({keys.get(key, key) for key in finding.subjects})
    return (finding.fingerprint,)


def _evidence(compared: Compared) -> Iterator[EvidenceMoved]:
    for key in sorted(compared.both):
        before, after = compared.before.truths.get(compared.old(key), ""), compared.after.truths.get(key, "")
        if before != after and before:
            yield EvidenceMoved(key, before, after)


def _readiness(compared: Compared) -> Iterator[ReadinessMoved]:
    before = _ticked(compared.before.state.values(), compared.names)
    after = _ticked(compared.after.state.values(), {})
    for area in sorted(before.keys() | after.keys()):
        was, now = before.get(area, (0, 0)), after.get(area, (0, 0))
        if was != now:
            yield ReadinessMoved(area, *was, *now)


def _ticked(records: Iterable[RecordState], names: dict[str, str]) -> dict[str, tuple[int, int]]:
    """How many items of each area are ticked, and of how many. `names` are new keys of areas, by old ones."""
    found: dict[str, tuple[int, int]] = {}
    for record in records:
        if record.kind == "readiness":
            written = next((one.to for one in sorted(record.relations) if one.name == "area"), "")
            area = names.get(written, written)
            done, of = found.get(area, (0, 0))
            found[area] = done + (record.fields.get("done") is True), of + 1
    return found


WORDS = frozenset({"purpose", "note", "aliases", "formerly", "stated_in", "reviewed", "name"})
"""Fields that say nothing of how a thing works: no signature goes stale by them."""


def changed_keys(edits: Iterable[Edit]) -> set[str]:
    """The records that say something else of how their things work."""
    found = set()
    for edit in edits:
        match edit:
            case Added(record) | Removed(record):
                found.add(record.key)
            case FieldChanged(key, field, _, _) if field not in WORDS:
                found.add(key)
            case RelationAdded(key, _) | RelationRemoved(key, _):
                found.add(key)
            case RelationChanged(key, before, after) if before.confirmed != after.confirmed:
                found.add(key)
    return found


def _signoffs(compared: Compared) -> Iterator[SignoffStale]:
    """Those that were signed, stay so, and vouch for something that changed."""
    changed, names = changed_keys(compared.edits), compared.names
    for key in sorted(compared.both):
        record = compared.after.state[key]
        was = compared.before.state[compared.old(key)]
        if record.kind != "signoff" or not (record.fields.get("signed") is True and was.fields.get("signed") is True):
            continue
        scope = {names.get(one, one) for one in compared.before.vouched.get(compared.old(key), ())}
        if stale := sorted((scope | set(compared.after.vouched.get(key, ()))) & changed):
            yield SignoffStale(key, tuple(stale))


def _exercises(compared: Compared) -> Iterator[ExerciseStale]:
    """Runbooks whose steps, or those of a procedure in them, are others than those that somebody worked through."""
    worked = {edit.key for edit in compared.edits if isinstance(edit, FieldChanged) and edit.field in SECTIONS}
    for key in sorted(compared.both):
        record = compared.after.state[key]
        exercise = record.fields.get("exercised")
        if record.kind != "runbook" or not isinstance(exercise, dict):
            continue
        if exercise != compared.before.state[compared.old(key)].fields.get("exercised"):
            continue
        if {key, *procedures(compared.after, record)} & worked:
            yield ExerciseStale(key, str(exercise.get("on", "")))


def procedures(snapshot: Snapshot, record: RecordState) -> set[str]:
    """The procedures whose steps are worked through with those of a record, at any depth."""
    found: set[str] = set()
    border = [record]
    while border:
        at = border.pop()
        for section in SECTIONS:
            for key in used(at.fields.get(section)):
                if key not in found and key in snapshot.state and key.startswith("procedure."):
                    found.add(key)
                    border.append(snapshot.state[key])
    return found


def is_dependency(relation: str) -> bool:
    """Whether a failure travels along the relation."""
    return relation in RELATIONS and RELATIONS[relation].dependency
