"""What records say, as plain values by which two inventories are compared.

A state holds what is written, whatever the model of today thinks of it, so that older facts can be compared as well. How it
is written is no part of it: the order of records, a relation's short or long form, an empty list, a default written out,
`unknown`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from macros.inventory import Inventory
from macros.model import KINDS
from macros.model.record import UNKNOWN, kinds_of
from macros.model.values import ID_PATTERN

Value = Any
"""Text, a whole number, true, false, nothing, a list of values, or a mapping of text to values."""

Resolve = Callable[[str, tuple[str, ...]], str]
"""From a reference as it is written, and the kinds that it may mean, to a key; the reference itself where it means none."""


@dataclass(frozen=True, order=True)
class Relation:
    """A relation that a record states. `to` is a key; a reference that leads nowhere is as it is written."""

    name: str
    to: str
    confirmed: bool = True
    note: str = ""


@dataclass(frozen=True)
class RecordState:
    """What a record says: its fields, without those that say nothing, and its relations."""

    key: str
    fields: dict[str, Value] = field(default_factory=dict)
    relations: frozenset[Relation] = frozenset()

    @property
    def kind(self) -> str:
        """Its kind."""
        return self.key.partition(".")[0]

    @property
    def id(self) -> str:
        """Its id."""
        return self.key.partition(".")[2]

    @property
    def name(self) -> str:
        """What people call it; its id where nobody wrote a name."""
        name = self.fields.get("name")
        return name if isinstance(name, str) else self.id


State = dict[str, RecordState]
"""The states of all records by key."""


def state_of(inventory: Inventory) -> State:
    """What the records of an inventory say, those that do not fit their model among them."""

    def resolve(written: str, kinds: tuple[str, ...]) -> str:
        found = inventory.find(written, kinds)
        return found[0] if len(found) == 1 else written

    fitting = ((entry.record.kind, entry.written) for entry in inventory.entries.values())
    return states([*fitting, *inventory.left_out], resolve)


def states(written: Iterable[tuple[str, dict[str, Any]]], resolve: Resolve) -> State:
    """The states of records as they are written, each with its kind. Of two with one id the first counts.

    What has no id is no record that could be compared.
    """
    found: State = {}
    for kind, raw in written:
        name = raw.get("id")
        if isinstance(name, str) and re.fullmatch(ID_PATTERN, name) and f"{kind}.{name}" not in found:
            found[f"{kind}.{name}"] = _record(kind, raw, resolve)
    return found


def _record(kind: str, raw: dict[str, Any], resolve: Resolve) -> RecordState:
    model = KINDS[kind].model
    relation_fields = model.relation_fields()
    fields: dict[str, Value] = {}
    relations: set[Relation] = set()
    for name, value in raw.items():
        if name == "id":
            continue
        mark = relation_fields.get(name)
        links = _links(value) if mark is not None else None
        if mark is not None and links is not None:
            kinds = kinds_of(mark)
            relations.update(Relation(name, resolve(to, kinds), sure, note) for to, sure, note in links)
        elif not _says_nothing(value, name, kind):
            fields[name] = plain(value)
    if "formerly" in fields and isinstance(fields["formerly"], list):
        fields["formerly"] = sorted(fields["formerly"], key=str)
    return RecordState(f"{kind}.{raw['id']}", fields, frozenset(relations))


def _links(value: Any) -> list[tuple[str, bool, str]] | None:
    """The relations of a field as reference, whether confirmed, and note; None where it holds something else."""
    items = value if isinstance(value, tuple) else (value,)
    found = []
    for item in items:
        if item == UNKNOWN:
            continue
        link = {"to": item} if isinstance(item, str) else item
        if not isinstance(link, dict) or not isinstance(link.get("to"), str):
            return None
        note = link.get("note")
        found.append((link["to"], link.get("confirmed", True) is not False, note if isinstance(note, str) else ""))
    return found


def _says_nothing(value: Any, name: str, kind: str) -> bool:
    """Whether a value says no more than its absence."""
    if value is None or value in ((), UNKNOWN):
        return True
    known = KINDS[kind].model.model_fields.get(name)
    return known is not None and type(value) is type(known.default) and bool(value == known.default)


def plain(value: Any) -> Value:
    """A value of a file as JSON has it: days and decimal numbers as text."""
    match value:
        case dict():
            return {str(key): plain(inner) for key, inner in value.items()}
        case tuple() | list():
            return [plain(item) for item in value]
        case date() | Decimal():
            return str(value)
        case _:
            return value


def renamed(state: State, keys: dict[str, str]) -> State:
    """The state with records under new keys, by old key, and with all that refers to them following."""
    if not keys:
        return dict(state)
    return {
        keys.get(key, key): RecordState(
            keys.get(key, key),
            {name: _following(value, keys) for name, value in record.fields.items()},
            frozenset(
                Relation(one.name, keys.get(one.to, one.to), one.confirmed, one.note) for one in record.relations
            ),
        )
        for key, record in state.items()
    }


_NAMED_BY_ID = {"use": "procedure", "runbook": "runbook"}
"""Keys within steps whose value is the id of a record, with its kind."""


def _following(value: Value, keys: dict[str, str], within: str = "") -> Value:
    """A value in which references that are no relations (in the texts of steps) follow the renaming."""
    match value:
        case str():
            if within in _NAMED_BY_ID and f"{_NAMED_BY_ID[within]}.{value}" in keys:
                return keys[f"{_NAMED_BY_ID[within]}.{value}"].partition(".")[2]
            return keys.get(value) or _in_text(value, keys)
        case list():
            return [_following(item, keys, within) for item in value]
        case dict():
            return {name: _following(inner, keys, name) for name, inner in value.items()}
        case _:
            return value


def _in_text(text: str, keys: dict[str, str]) -> str:
    if "${" in text:
        for old, new in keys.items():
            text = text.replace(f"${{{old}}}", f"${{{new}}}").replace(f"${{{old}.", f"${{{new}.")
    return text


def used(value: Value, within: str = "") -> Iterator[str]:
    """The keys of the records that steps name by id: procedures, and runbooks to go on with."""
    if isinstance(value, str) and within in _NAMED_BY_ID:
        yield f"{_NAMED_BY_ID[within]}.{value}"
    elif isinstance(value, list):
        for item in value:
            yield from used(item, within)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from used(inner, name)
