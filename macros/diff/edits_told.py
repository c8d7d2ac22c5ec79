"""Edits in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import get_origin

from macros.diff.consequence import SECTIONS, WORDS, is_dependency, procedures
from macros.diff.document import Change, Level, Part, Type
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
from macros.diff.state import RecordState, Relation, Value
from macros.diff.voice import Teams, Voice
from macros.diff.words import enumerated, forward, label, moved, of_lists, plural, shown, words
from macros.model import KINDS
from macros.model.values import Severity as Reading
from macros.model.values import Status

SCHEDULED = {"milestone": ("at",), "freeze": ("starts", "ends"), "launch": ("date",)}
"""Kinds that stand on the calendar, with the fields that say when."""

MOST_FIELDS = 6
"""Fields that a sentence names."""

TICKED = {"readiness": "done", "signoff": "signed"}
"""Kinds that are ticked, with the field."""

ANSWERING = frozenset({"tier", "primary", "secondary", "escalates_to"})
"""Relations by which somebody is paged."""


class OfEdits:
    """Tells edits. `handed_on` are the records whose owner is another, which is told by itself."""

    def __init__(self, voice: Voice, handed_on: set[str]) -> None:
        self.voice = voice
        self.handed_on = handed_on

    def changes(self) -> Iterator[Change]:
        """Every edit, those of one record together where they mean one thing."""
        for edit in self.voice.compared.edits:
            match edit:
                case Renamed():
                    yield self._renaming(edit)
                case Removed(record):
                    yield self._removal(record)
                case Added(record):
                    yield self._addition(record)
                case _:
                    pass
        for key, edits in self._by_record.items():
            yield from self._fields(key, [edit for edit in edits if isinstance(edit, FieldChanged)])
            yield from self._relations(key, edits)
        yield from self._order_of_tiers()

    def _order_of_tiers(self) -> Iterator[Change]:
        """That other tiers are graver than before. (Of no other records does the order say anything.)"""
        was = [self.voice.compared.names.get(tier, tier) for tier in self.voice.before.ranks]
        now = [tier for tier in self.voice.after.ranks if tier in was]
        if now != [tier for tier in was if tier in now]:
            names = enumerated([self.voice.record(tier) for tier in now], 8)
            says = [words("The on-call tiers weigh in another order, the gravest first: "), *names]
            yield self.voice.change(Type.FIELD_CHANGED, Level.CRITICAL, says, now)

    @cached_property
    def _renamed(self) -> set[str]:
        return set(self.voice.compared.names.values())

    @cached_property
    def _by_record(self) -> dict[str, list[Edit]]:
        found: dict[str, list[Edit]] = defaultdict(list)
        for edit in self.voice.compared.edits:
            match edit:
                case FieldChanged(key=key) | RelationAdded(key=key) | RelationRemoved(key=key):
                    found[key].append(edit)
                case RelationChanged(key=key):
                    found[key].append(edit)
                case _:
                    pass
        return found

    def _renaming(self, edit: Renamed) -> Change:
        key = edit.after
        kind = KINDS[key.partition(".")[0]]
        thing, ids = self.voice.record(key), moved(edit.before.partition(".")[2], key.partition(".")[2])
        if edit.declared:
            says = [words(f"{kind.title} "), thing, words(" has a new address, and the old one leads to it: "), *ids]
        else:
            says = [words(f"The old address of the {kind.noun} "), thing, words(" leads nowhere: "), *ids]
            says += [words(", which "), Part(text="formerly", role="value"), words(" does not say")]
        number = sum(any(one.to == key for one in record.relations) for record in self.voice.after.state.values())
        details = [[words(f"{plural(number, 'record refers', 'records refer')} to it, by the new id")]]
        was = self.voice.before.name(edit.before)
        called = [[words("it was called "), shown(was)]] if was != self.voice.name(key) else []
        level = Level.MINOR if edit.declared else Level.MAJOR
        return self.voice.change(
            Type.ENTITY_RENAMED,
            level,
            says,
            [key],
            details=[*called, *details] if number else called,
            why=self.voice.why(key),
        )

    def _removal(self, record: RecordState) -> Change:
        key = record.key
        old = self.voice.compared.old(key)
        kind = KINDS[record.kind]
        fell = [self.voice.compared.names.get(one, one) for one in self.voice.before.falling(old)]
        needing = [self.voice.compared.names.get(one, one) for one in self.voice.before.dependents(old)]
        dangling = self._still_referring(key)
        says = [words(f"{kind.title} "), self.voice.record(key), words(" is removed")]
        if dangling:
            what = plural(len(dangling), "record still refers", "records still refer")
            says.append(words(f"; {what} to it, which leads nowhere"))
        elif needing:
            says += [words("; without it: "), *self.voice.records(needing)]
        details = [[words("still refers to it: "), self.voice.record(one)] for one in dangling]
        details += [
            [self.voice.record(one), words(" said that it needs it, and no longer does")]
            for one in needing
            if one not in dangling and one not in self.voice.removed
        ]
        is_heavy = bool(dangling) or bool(needing) or self.voice.is_critical(key)
        level = Level.CRITICAL if is_heavy else Level.MAJOR if key in self.voice.running else Level.MINOR
        reviewers = (*self.voice.reviewers(key), *self.voice.owners(needing))
        return self.voice.change(
            Type.ENTITY_REMOVED,
            level,
            says,
            [key],
            details=details,
            why=self.voice.why(key),
            teams=Teams(reviewers, self.voice.owners(fell)),
        )

    def _still_referring(self, key: str) -> list[str]:
        """The records that refer to one that is gone, by a spelling that leads nowhere now."""
        before = {
            (tail, relation.name)
            for tail, record in self.voice.before.state.items()
            for relation in record.relations
            if relation.to == self.voice.compared.old(key)
        }
        names = self.voice.compared.names
        found = {
            names.get(tail, tail)
            for tail, name in before
            if (record := self.voice.after.state.get(names.get(tail, tail)))
            and any(
                relation.name == name and relation.to not in self.voice.after.state for relation in record.relations
            )
        }
        return sorted(found)

    def _addition(self, record: RecordState) -> Change:
        key = record.key
        kind = KINDS[record.kind]
        owner = self.voice.after.owners.get(key, "")
        says = [words(f"New {kind.noun} "), self.voice.record(key)]
        if owner:
            says += [words(", owned by "), self.voice.team(owner)]
        elif "owner" in kind.model.relation_fields():
            says.append(words(", owned by nobody that is known"))
        needed = self.voice.after.needed(key)
        if needed:
            says += [words("; falls with "), *self.voice.records(needed)]
        details = (
            [[words("paged first: "), self.voice.record(self.voice.after.pages[key][0])]]
            if self.voice.after.pages.get(key)
            else []
        )
        by_name: dict[str, list[str]] = defaultdict(list)
        for relation in sorted(record.relations):
            if relation.name != "owner" and relation.to in self.voice.after.state:
                by_name[relation.name].append(relation.to)
        details += [[words(f"{forward(name)} "), *self.voice.records(keys, 8)] for name, keys in by_name.items()]
        is_running = key in self.voice.running
        level = Level.CRITICAL if self.voice.is_critical(key) else Level.MAJOR if is_running else Level.MINOR
        direct = [one.to for one in record.relations if is_dependency(one.name) and one.to in self.voice.after.state]
        reviewers = (*self.voice.reviewers(key), *self.voice.owners(direct))
        affected = (owner,) if owner else ()
        return self.voice.change(
            Type.ENTITY_ADDED, level, says, [key], details=details, why=self.voice.why(key), teams=Teams(reviewers, affected)
        )  # fmt: skip

    def _fields(self, key: str, edits: list[FieldChanged]) -> Iterator[Change]:
        """What one record's fields say differently: what has a meaning of its own by itself, the rest together."""
        kind = key.partition(".")[0]
        rest: list[FieldChanged] = []
        for edit in edits:
            if edit.field in {"status", "compliance"}:
                yield self._status(edit)
            elif edit.field in SCHEDULED.get(kind, ()):
                yield self._moment(edit)
            elif edit.field == TICKED.get(kind):
                yield self._tick(edit)
            elif edit.field == "name" and key in self._renamed:
                continue  # which the renaming tells
            elif edit.field == "name":
                says = [
                    words(f"{KINDS[kind].title} "),
                    shown(edit.before),
                    words(" is called "),
                    self.voice.record(key),
                ]
                yield self.voice.change(Type.ENTITY_RENAMED, Level.MINOR, says, [key])
            else:
                rest.append(edit)
        if kind in {"runbook", "procedure"} and any(edit.field not in WORDS for edit in rest):
            yield self._runbook(key, rest)
            return
        for is_wording in (False, True):
            some = [edit for edit in rest if (edit.field in WORDS) is is_wording]
            if some:
                yield self._plain(key, some, is_wording=is_wording)

    def _status(self, edit: FieldChanged) -> Change:
        says = [
            self.voice.record(edit.key),
            words(f": {label(edit.key, edit.field).lower()} "),
            *moved(edit.before, edit.after),
        ]
        was, now = _reading(edit.before), _reading(edit.after)
        worse = now in {Reading.BAD, Reading.UNKNOWN} and now is not was
        critical = self.voice.is_critical(edit.key)
        level = Level.CRITICAL if worse and critical else Level.MAJOR if worse or critical else Level.MINOR
        return self.voice.change(Type.STATUS_MOVED, level, says, [edit.key], why=self.voice.why(edit.key))

    def _moment(self, edit: FieldChanged) -> Change:
        kind = KINDS[edit.key.partition(".")[0]]
        field = "" if edit.field in {"at", "date"} else f", {label(edit.key, edit.field).lower()},"
        says = [
            words(f"{kind.title} "),
            self.voice.record(edit.key),
            words(f"{field} moves: "),
            *moved(edit.before, edit.after),
        ]
        waiting = [
            key
            for key, record in self.voice.after.state.items()
            if any(one.to == edit.key and one.name in {"after", "launch"} for one in record.relations)
        ]
        own = self.voice.after.state[edit.key].relations
        bound = [one for one in sorted(own) if one.name in {"begins", "lifts"}]
        details = [[words("what waits for it: "), *self.voice.records(waiting, 8)]] if waiting else []
        details += [[words(f"{forward(one.name)} "), self.voice.record(one.to)] for one in bound]
        level = Level.CRITICAL if kind.name in {"launch", "freeze"} or bound else Level.MAJOR
        return self.voice.change(Type.MILESTONE_MOVED, level, says, [edit.key], details=details)

    def _tick(self, edit: FieldChanged) -> Change:
        word = "signed" if edit.field == "signed" else "ticked"
        now = edit.after is True
        says = [self.voice.record(edit.key), words(f" is {'' if now else 'no longer '}{word}")]
        truth = self.voice.after.truths.get(edit.key)
        if now and truth == "no":
            says.append(words(", and its evidence speaks against it"))
        elif now and truth is None:
            says.append(words(", without evidence"))
        level = Level.MINOR if now and truth != "no" else Level.MAJOR
        return self.voice.change(Type.READINESS_MOVED, level, says, [edit.key])

    def _runbook(self, key: str, edits: list[FieldChanged]) -> Change:
        """What to do when something is down is another: for what, and which steps."""
        kind = KINDS[key.partition(".")[0]]
        in_steps = [edit for edit in edits if edit.field in SECTIONS]
        details: list[list[Part]] = []
        for edit in sorted(edits, key=lambda edit: edit.field not in SECTIONS):
            if _holds_mappings(edit.before) or _holds_mappings(edit.after):
                what = "step" if edit.field in SECTIONS else label(key, edit.field).lower().removesuffix("s")
                details += of_lists(edit.before, edit.after, what)
            else:
                details.append([words(f"{label(key, edit.field)}: "), *moved(edit.before, edit.after)])
        risky = [item for edit in in_steps for item in _new_items(edit.before, edit.after) if item.get("danger")]
        said = plural(len(details), "change") + (" in what to do" if in_steps else "")
        says = [words(f"{kind.title} "), self.voice.record(key), words(f": {said}")]
        if risky:
            says.append(words(f", {plural(len(risky), 'dangerous step')} among them"))
        state = self.voice.after.state
        users = sorted(one for one, record in state.items() if key in procedures(self.voice.after, record))
        subjects = self._handled([key, *users])
        why: list[tuple[Part, ...]] = []
        if subjects:
            why.append((words("for "), *self.voice.records(subjects)))
        if users:
            why.append((words("part of "), *self.voice.records(users)))
        is_critical = any(self.voice.is_critical(one) for one in subjects)
        level = Level.MINOR
        if in_steps:
            level = Level.CRITICAL if risky and is_critical else Level.MAJOR
        reviewers = (*self.voice.reviewers(key), *self.voice.owners(subjects))
        return self.voice.change(
            Type.RUNBOOK_CHANGED, level, says, [key, *users], details=details, why=why, teams=Teams(reviewers)
        )

    def _handled(self, keys: Iterable[str]) -> list[str]:
        """What runbooks are for."""
        relations = (
            one for key in keys for one in sorted(self.voice.after.state[key].relations) if one.name == "handles"
        )
        return list(dict.fromkeys(one.to for one in relations if one.to in self.voice.after.state))

    def _plain(self, key: str, edits: list[FieldChanged], *, is_wording: bool) -> Change:
        sentences: list[list[Part]] = []
        for edit in edits:
            heading = f"{label(key, edit.field)}: "
            if _holds_mappings(edit.before) or _holds_mappings(edit.after):
                sentences += [[words(heading), *one] for one in of_lists(edit.before, edit.after, "item")]
            else:
                sentences.append([words(heading), *moved(edit.before, edit.after)])
        says = [self.voice.record(key), words(": ")]
        if len(sentences) == 1:
            says += sentences.pop()
        else:
            names = list(dict.fromkeys(label(key, edit.field).lower() for edit in edits))
            says.append(words(", ".join(names[:MOST_FIELDS]) + (" …" if len(names) > MOST_FIELDS else "")))
        level = Level.WORDING if is_wording else Level.MAJOR if self.voice.is_critical(key) else Level.MINOR
        why = [] if is_wording else self.voice.why(key)
        return self.voice.change(Type.FIELD_CHANGED, level, says, [key], details=sentences, why=why)

    def _relations(self, key: str, edits: list[Edit]) -> Iterator[Change]:
        come: dict[str, list[Relation]] = defaultdict(list)
        gone: dict[str, list[Relation]] = defaultdict(list)
        for edit in edits:
            match edit:
                case RelationAdded(relation=one) if not self._told_elsewhere(key, one):
                    come[one.name].append(one)
                case RelationRemoved(relation=one) if not self._told_elsewhere(key, one):
                    gone[one.name].append(one)
                case RelationChanged():
                    yield self._sureness(edit)
        for name in dict.fromkeys((*gone, *come)):
            if _is_single(key, name):
                yield self._moving(key, name, gone[name] or self._left(edits, name), come[name])
                continue
            if come[name]:
                yield self._relation(key, name, come[name], Type.RELATION_ADDED)
            if gone[name]:
                yield self._relation(key, name, gone[name], Type.RELATION_REMOVED)

    @staticmethod
    def _left(edits: list[Edit], name: str) -> list[Relation]:
        """What a relation led to before, though the removal of that tells that it leads there no longer."""
        return [edit.relation for edit in edits if isinstance(edit, RelationRemoved) and edit.relation.name == name]

    def _moving(self, key: str, name: str, gone: list[Relation], come: list[Relation]) -> Change:
        """A relation of which a record has one, and now another or none."""
        ends = [self.voice.record(one[0].to) if one else shown(None) for one in (gone, come)]
        says = [self.voice.record(key), words(f": {forward(name)} "), ends[0], words(" → "), ends[1]]
        level = Level.MINOR
        if is_dependency(name) or name in ANSWERING:
            level = Level.CRITICAL if not come and self.voice.is_critical(key) else Level.MAJOR
        keys = [key, *(one.to for one in (*gone, *come))]
        return self.voice.change(Type.RELATION_MOVED, level, says, keys, why=self.voice.why(key))

    def _told_elsewhere(self, key: str, relation: Relation) -> bool:
        """Whether a removal or a change of owner says it already, or an error that a reference leads nowhere."""
        if relation.to in self.voice.removed or (relation.name == "owner" and key in self.handed_on):
            return True
        return relation.to not in self.voice.after.state and relation.to not in self.voice.before.state

    def _relation(self, key: str, name: str, relations: list[Relation], kind: Type) -> Change:
        heads = [one.to for one in relations]
        is_new = kind is Type.RELATION_ADDED
        word = forward(name)
        says = [
            self.voice.record(key),
            words(f" {'now ' if is_new else 'no longer '}{word} "),
            *self.voice.records(heads),
        ]
        if is_new and all(not one.confirmed for one in relations):
            says.append(words(" (assumed)"))
        level = Level.MINOR
        if is_dependency(name) or name in ANSWERING:
            level = Level.CRITICAL if not is_new and self.voice.is_critical(key) else Level.MAJOR
        reviewers = (*self.voice.reviewers(key), *(self.voice.owners(heads) if is_dependency(name) else ()))
        return self.voice.change(kind, level, says, [key, *heads], why=self.voice.why(key), teams=Teams(reviewers))

    def _sureness(self, edit: RelationChanged) -> Change:
        word = forward(edit.after.name)
        says = [self.voice.record(edit.key), words(f" {word} "), self.voice.record(edit.after.to)]
        level = Level.MINOR
        if edit.before.confirmed != edit.after.confirmed:
            says.append(words(": confirmed" if edit.after.confirmed else ": no longer confirmed"))
        else:
            says += [words(", note: "), *moved(edit.before.note or None, edit.after.note or None)]
            level = Level.WORDING
        return self.voice.change(Type.RELATION_CONFIRMED, level, says, [edit.key, edit.after.to])


def _is_single(key: str, relation: str) -> bool:
    """Whether a record has at most one relation of the name."""
    field = KINDS[key.partition(".")[0]].model.model_fields.get(relation)
    return field is not None and get_origin(field.annotation) is not tuple


def _reading(value: Value) -> Reading:
    try:
        return Status(value).reading
    except ValueError:
        return Reading.UNKNOWN


def _holds_mappings(value: Value) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def _new_items(before: Value, after: Value) -> list[dict[str, Value]]:
    """The items of a list of mappings that were not in it as they are."""
    old = before if isinstance(before, list) else []
    return [item for item in (after if isinstance(after, list) else []) if isinstance(item, dict) and item not in old]
