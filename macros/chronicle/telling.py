"""What one commit changed, in words: of each record whether it came, went, was renamed or changed, and how."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from macros.chronicle.log import Touched
from macros.chronicle.reading import Reader, Side
from macros.diff.consequence import SECTIONS
from macros.diff.document import MOST_TEXT, Key, Part, Sentence
from macros.diff.edit import (
    Added,
    Edit,
    FieldChanged,
    RelationAdded,
    RelationChanged,
    RelationRemoved,
    Removed,
    Renamed,
    edits,
)
from macros.diff.state import RecordState, Relation, Value
from macros.diff.words import forward, label, moved, named, of_lists, shortened, words
from macros.model import KINDS
from macros.model.values import ID_PATTERN
from macros.secrets import opens_something

MOST_SENTENCES = 12
"""Sentences that are told of one record in one commit."""


class How(StrEnum):
    """What became of a record."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    CHANGED = "changed"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class RecordChange(_Strict):
    """What a commit changed of one record.

    `key` is the record's after the commit (before it, where it went), `was` the one that it had before a renaming;
    `owner` is the team that owned it then, empty where nobody is known. `more` are sentences that are left out.
    """

    how: How
    key: Key
    was: Key | None = None
    name: str
    owner: str = ""
    says: tuple[Sentence, ...] = ()
    more: int = 0


class Told(_Strict):
    """What a commit changed. `unread` are kinds of which some file could not be read; `bytes` were to be read."""

    records: tuple[RecordChange, ...] = ()
    unread: tuple[str, ...] = ()
    bytes: Annotated[int, Field(ge=0)] = 0

    @property
    def nothing(self) -> bool:
        """Whether only layout, order or comments differ."""
        return not self.records and not self.unread


Name = Callable[[str], str]
"""From a key to what people call the record today; the key itself where there is none."""


def told(touched: Iterable[Touched], reader: Reader, name: Name, size: int) -> Told:
    """What a commit that touched these files changed."""
    files = sorted(touched, key=lambda file: file.path)
    after = reader.side((file.path, file.after) for file in files)
    number = len(files[0].before) if files else 0
    befores = [reader.side((file.path, file.before[at]) for file in files) for at in range(number)]
    found = _of_all([list(_certain(before, after)) for before in befores])
    unread = sorted(after.unread.union(*(before.unread for before in befores)))
    return Told(records=tuple(_Telling(name, after).records(found)), unread=tuple(unread), bytes=size)


def _certain(before: Side, after: Side) -> Iterator[Edit]:
    """The edits, without those that only say that a file could not be read."""
    for edit in edits(before.state, after.state):
        match edit:
            case Added(record) if record.kind in before.unread:
                continue
            case Removed(record) if record.kind in after.unread:
                continue
            case _:
                yield edit


def _of_all(by_parent: list[list[Edit]]) -> list[Edit]:
    """Of a merge, what it has from none of its parents: the outcomes that are new to each of them."""
    if not by_parent:
        return []
    first, *others = by_parent
    known = [{_outcome(edit) for edit in found} for found in others]
    return [edit for edit in first if all(_outcome(edit) in found for found in known)]


def _outcome(edit: Edit) -> str:
    """What is so after an edit, whatever was before."""
    match edit:
        case FieldChanged(key, field, _, after):
            return repr((key, field, after))
        case RelationChanged(key, _, relation) | RelationAdded(key, relation):
            return repr((key, relation))
        case RelationRemoved(key, relation):
            return repr((key, relation.name, relation.to, "no longer"))
        case Renamed(before, after, _):
            return repr((before, after))
        case Added(record) | Removed(record):
            return repr((type(edit).__name__, record.key))


class _Telling:
    """Tells the edits of one commit. `after` is what it left."""

    def __init__(self, name: Name, after: Side) -> None:
        self._name = name
        self._state = after.state

    def records(self, found: Iterable[Edit]) -> list[RecordChange]:
        """What became of each record: those that came first, then those that went."""
        whole: list[RecordChange] = []
        renamings: dict[str, str] = {}
        parts: dict[str, list[Edit]] = defaultdict(list)
        for edit in found:
            match edit:
                case Added(record):
                    whole.append(_change(How.ADDED, record))
                case Removed(record):
                    whole.append(_change(How.REMOVED, record))
                case Renamed(before, after, _):
                    renamings[after] = before
                    parts[after] += []
                case (
                    FieldChanged(key=key) | RelationAdded(key=key) | RelationRemoved(key=key) | RelationChanged(key=key)
                ):
                    parts[key].append(edit)
        for key, some in parts.items():
            says = [sentence for edit in some for sentence in self._sentences(edit)]
            how = How.RENAMED if key in renamings else How.CHANGED
            whole.append(_change(how, self._state[key], renamings.get(key), says))
        order, kinds = list(How), list(KINDS)
        return sorted(whole, key=lambda one: (order.index(one.how), kinds.index(one.key.partition(".")[0]), one.key))

    def _sentences(self, edit: Edit) -> Iterator[list[Part]]:
        """An edit within a record in words; a value that could open something is not repeated."""
        match edit:
            case FieldChanged(key, field, before, after):
                yield from _field(key, field, before, after)
            case RelationAdded(_, relation):
                assumed = "" if relation.confirmed else " (assumed)"
                yield [words(f"now {forward(relation.name)} "), self._end(relation), words(assumed)]
            case RelationRemoved(_, relation):
                yield [words(f"no longer {forward(relation.name)} "), self._end(relation)]
            case RelationChanged(_, before, after):
                yield self._sureness(before, after)
            case _:
                return

    def _end(self, relation: Relation) -> Part:
        """What a relation leads to."""
        known = self._state.get(relation.to)
        name = known.name if known is not None else self._name(relation.to)
        return named(_safe(name), relation.to if _is_key(relation.to) else None)

    def _sureness(self, before: Relation, after: Relation) -> list[Part]:
        says = [words(f"{forward(after.name)} "), self._end(after)]
        if before.confirmed != after.confirmed:
            return [*says, words(": confirmed" if after.confirmed else ": no longer confirmed")]
        return [*says, words(", note: "), *_moved(before.note or None, after.note or None)]


def _change(
    how: How, record: RecordState, was: str | None = None, says: list[list[Part]] | None = None
) -> RecordChange:
    shown = says or []
    return RecordChange(
        how=how,
        key=record.key,
        was=was,
        name=shortened(_safe(record.name), MOST_TEXT // 2),
        owner=next((one.to for one in sorted(record.relations) if one.name == "owner"), ""),
        says=tuple(tuple(sentence) for sentence in shown[:MOST_SENTENCES]),
        more=max(0, len(shown) - MOST_SENTENCES),
    )


def _field(key: str, field: str, before: Value, after: Value) -> Iterator[list[Part]]:
    heading = words(f"{label(key, field).lower()} ")
    if any(_opens(field, value) for value in (before, after)):
        yield [heading, _WITHHELD]
    elif _holds_mappings(before) or _holds_mappings(after):
        what = "step" if field in SECTIONS else "item"
        where = [] if field == SECTIONS[0] else [words(f"{label(key, field).lower()}: ")]
        yield from ([*where, *one] for one in of_lists(before, after, what))
    else:
        yield [heading, *_moved(*_singles(before, after))]


def _singles(*values: Value) -> tuple[Value, ...]:
    """What the lists hold, where each holds one value alone."""
    alone = all(isinstance(value, list) and len(value) == 1 for value in values)
    return tuple(value[0] for value in values) if alone else values


_WITHHELD = words("changed: what stands or stood there looks like a credential and is not repeated")


def _moved(before: Value, after: Value) -> list[Part]:
    """From one value to another, as far as they may be read by everybody."""
    return [_WITHHELD] if _opens("", before) or _opens("", after) else moved(before, after)


def _opens(name: str, value: Value) -> bool:
    """Whether a value, or one within it, looks like a credential."""
    match value:
        case dict():
            return any(_opens(str(inner), one) for inner, one in value.items())
        case list():
            return any(_opens(name, one) for one in value)
        case str():
            return opens_something(f"{name}: {value}" if name else value)
        case _:
            return False


def _safe(name: str) -> str:
    return name if not opens_something(name) else "…"


def _holds_mappings(value: Value) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def _is_key(text: str) -> bool:
    """Whether a reference is a key, rather than what somebody wrote in place of one."""
    kind, dot, name = text.partition(".")
    return bool(dot) and kind in KINDS and bool(re.fullmatch(ID_PATTERN, name))
