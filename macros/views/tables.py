"""A table for any kind, and names with links for prose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from markupsafe import Markup, escape

from macros.model import KINDS, Kind, Link, Record, Runbook
from macros.model.record import UNKNOWN
from macros.model.values import Interval, Offset, Ports, Size, Status
from macros.nearest import did_you_mean, listed
from macros.placeholders import shown
from macros.views import Scene, ViewError, view
from macros.views.render import anchor, render

MAX_CHOICES = 12
"""A column with more different values than this is searched, not filtered."""

FACETS = frozenset(
    {
        "status",
        "severity",
        "priority",
        "owner",
        "group",
        "environment",
        "access_level",
        "area",
        "critical_path",
        "category",
        "compliance",
        "tier",
        "signed",
        "done",
        "domain",
        "primary",
        "secondary",
        "escalates_to",
        "integration",
    }
)
"""Columns that readers narrow a table by."""


@dataclass(frozen=True)
class Column:
    """A column: its field and heading, whether readers filter by it, how it sorts, and what follows its numbers."""

    field: str
    label: str
    facet: bool
    numeric: bool
    unit: str


@dataclass(frozen=True)
class Cell:
    """A value with what it sorts and filters by."""

    field: str
    value: Any
    sort: str
    facet: str


@dataclass(frozen=True)
class Row:
    """A record with its cells, and its id on the page (empty where the id is taken)."""

    record: Record
    cells: tuple[Cell, ...]
    id: str


def known_kind(name: str) -> Kind:
    """The kind of that name; raises `ViewError` where there is none."""
    if name not in KINDS:
        hint = did_you_mean(name, KINDS) or f"; the kinds are {listed(KINDS, 40)}"
        raise ViewError(f"`{name}` is no kind{hint}")
    return KINDS[name]


@view
def table(scene: Scene, /, kind: str, **only: str) -> Markup:
    """A table of the records of a kind. `area="identity"` keeps those whose field has that value."""
    known = known_kind(kind)
    records = [record for record in scene.workspace.inventory.of(kind) if _kept(scene, record, known, only)]
    return records_table(scene, known, records, hidden=frozenset(only))


@view
def link(scene: Scene, reference: str, text: str | None = None) -> Markup:
    """The name of a record, linked to its page. `reference` is `kind.id`, or any spelling that means one record."""
    found = scene.workspace.inventory.find(reference)
    if len(found) != 1:
        near = scene.workspace.inventory.suggestions(reference)
        nearby = f"; did you mean {listed(near)}?" if near else ""
        hint = f"may mean {listed(found)}" if found else f"is no record{nearby}"
        raise ViewError(f"`{reference}` {hint}")
    return render(scene, "link.html", key=found[0], text=text)


@view
def count(scene: Scene, kind: str) -> Markup:
    """How many records of a kind there are."""
    return escape(len(scene.workspace.inventory.of(known_kind(kind).name)))


def records_table(scene: Scene, kind: Kind, records: Iterable[Record], hidden: frozenset[str] = frozenset()) -> Markup:
    """A table of records of one kind, without the hidden columns."""
    shown = list(records)
    fields = [field for field in kind.columns if field not in hidden]
    rows = [_row(scene, record, fields) for record in shown]
    columns = [_column(kind, field, [row.cells[position] for row in rows]) for position, field in enumerate(fields)]
    return render(scene, "table.html", kind=kind, columns=columns, rows=rows)


def _kept(scene: Scene, record: Record, kind: Kind, only: dict[str, str]) -> bool:
    for field, wanted in only.items():
        if field not in kind.model.model_fields:
            known = kind.model.model_fields
            hint = did_you_mean(field, known) or f"; the fields are {listed(known, 40)}"
            raise ViewError(f"`{field}` is no field of a {kind.name}{hint}")
        value = scene.workspace.inventory.value(record, field)
        written = value.key.partition(".")[2] if isinstance(value, Link) else _plain(scene, value)
        if written != wanted:
            return False
    return True


def _row(scene: Scene, record: Record, fields: list[str]) -> Row:
    name = anchor(record.key)
    taken = name in scene.anchors
    scene.anchors.add(name)
    return Row(record, tuple(_cell(scene, record, field) for field in fields), "" if taken else name)


def _cell(scene: Scene, record: Record, field: str) -> Cell:
    value = _shown(scene, record, field)
    return Cell(field, value, _sort(scene, value), _plain(scene, value))


def _shown(scene: Scene, record: Record, field: str) -> Any:
    """The field's value; a name that is no field is a relation that others state of the record."""
    if isinstance(record, Runbook) and field == "trigger":
        return shown(record.trigger, scene.workspace.inventory)
    if field in type(record).model_fields:
        return scene.workspace.inventory.value(record, field)
    backward = [edge for edge in scene.workspace.graph.incoming(record.key) if edge.relation.backward == field]
    links = []
    for edge in backward:
        back = Link(to=edge.tail, confirmed=edge.confirmed, note=edge.note)
        back.resolve(edge.tail)
        links.append(back)
    return tuple(links)


def _plain(scene: Scene, value: Any) -> str:
    """A value as a word to filter by."""
    if value is None or value == ():
        return UNKNOWN
    if isinstance(value, Link):
        return scene.workspace.inventory[value.key].name
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(_plain(scene, item) for item in value)
    return str(value)


def _sort(scene: Scene, value: Any) -> str:
    """What a value sorts by: a number where it has one, in the order of its enumeration, else its words."""
    if isinstance(value, tuple) and value and isinstance(value[0], Ports):
        value = value[0]
    number = _number(value)
    return str(number) if number is not None else _plain(scene, value)


def _number(value: Any) -> Decimal | int | None:
    match value:
        case bool():
            return None
        case int() | Decimal():
            return value
        case Interval():
            return value.minutes
        case Offset():
            return value.hours
        case Size():
            return value.gigabytes
        case Ports():
            return value.first
        case Status():
            return list(Status).index(value)
        case _:
            return None


def _column(kind: Kind, field: str, cells: list[Cell]) -> Column:
    choices = {cell.facet for cell in cells}
    facet = field in FACETS and 1 < len(choices) <= MAX_CHOICES
    known = [
        cell.value[0] if isinstance(cell.value, tuple) else cell.value for cell in cells if cell.value not in (None, ())
    ]
    numeric = bool(known) and all(_number(value) is not None for value in known)
    return Column(field, kind.label(field), facet, numeric, kind.unit(field))


@view
def kind_meaning(scene: Scene, kind: str) -> Markup:
    """What a kind is, in a sentence."""
    return render(scene, "kind_meaning.html", kind=known_kind(kind))
