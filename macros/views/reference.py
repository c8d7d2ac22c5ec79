"""The data reference: every kind and field, from the model that checks the data."""

from __future__ import annotations

import datetime
import types
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, Union, get_args, get_origin

import yaml
from markupsafe import Markup
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from macros.inventory import Inventory
from macros.model import KINDS, Kind, Link, Record, To
from macros.model.record import Operated, kinds_of, knows_unknown
from macros.model.values import Colour, Interval, Offset, Ports, Size
from macros.views import Scene, view
from macros.views.render import render
from macros.views.tables import known_kind


@dataclass(frozen=True)
class FieldRow:
    """A field of a model, in words."""

    name: str
    type: str
    leads_to: tuple[Kind, ...]
    choices: tuple[str, ...]
    meaning: str
    required: bool
    may_be_unknown: bool
    example: str


@dataclass(frozen=True)
class Block:
    """The fields of a kind, of what kinds share, or of a mapping inside a record.

    `shares` names the blocks whose fields a record of the kind has as well.
    """

    id: str
    title: str
    meaning: str
    rows: tuple[FieldRow, ...]
    shares: tuple[Block, ...] = ()
    kind: Kind | None = None
    example: str = ""


_WORDS: dict[type, str] = {
    str: "text",
    int: "whole number",
    bool: "true or false",
    Decimal: "number",
    datetime.date: "date",
    Link: "reference",
    Interval: "interval",
    Offset: "offset from launch",
    Ports: "port or range",
    Size: "size",
    Colour: "colour",
}
_PLURALS = {"text": "texts", "one of": "any of", "port or range": "ports or ranges"}


@view
def data_reference(scene: Scene, kind: str = "") -> Markup:
    """The fields of every kind, or of one."""
    inventory = scene.workspace.inventory
    every = Block("every-record", "Every record", "What a record of any kind may say.", _rows(inventory, Record))
    running = Block(
        "whatever-runs",
        "Whatever runs",
        "What anything that runs, fails and gets somebody paged may say besides.",
        _rows(inventory, Operated, Record),
    )
    chosen = [known_kind(kind)] if kind else list(KINDS.values())
    blocks = [_block(inventory, known, every, running) for known in chosen]
    inner = dict.fromkeys(found for known in chosen for found in _inner(known.model))
    parts = [_inner_block(inventory, model) for model in inner]
    return render(scene, "reference.html", shared=[every, running], blocks=blocks, parts=parts)


def _block(inventory: Inventory, kind: Kind, every: Block, running: Block) -> Block:
    runs = issubclass(kind.model, Operated)
    return Block(
        f"kind-{kind.name}",
        kind.title,
        kind.meaning,
        _rows(inventory, kind.model, Operated if runs else Record),
        (every, running) if runs else (every,),
        kind,
        example_record(inventory, kind),
    )


def _inner_block(inventory: Inventory, model: type[BaseModel]) -> Block:
    meaning = " ".join((model.__doc__ or "").split())
    return Block(f"part-{model.__name__.lower()}", model.__name__, meaning, _rows(inventory, model))


def example_record(inventory: Inventory, kind: Kind) -> str:
    """The least record of a kind as YAML: its required fields. References lead to records that this inventory has."""
    record = {
        name: _example_value(inventory, field) for name, field in kind.model.model_fields.items() if field.is_required()
    }
    return _yaml([record])


def _example_value(inventory: Inventory, field: FieldInfo) -> Any:
    """The field's example. A reference's is a record of this inventory, where it has one of the right kind."""
    example = field.examples[0] if field.examples else None
    if isinstance(example, str) and "date" in str(field.annotation):
        return datetime.date.fromisoformat(example)  # a schema's examples are JSON, which has no dates
    mark = _mark(field)
    if mark is None:
        return list(example) if isinstance(example, tuple) else example
    found = next((record for kind in kinds_of(mark) for record in inventory.of(kind)), None)
    if found is None:
        return example
    written = found.id if len(kinds_of(mark)) == 1 else found.key
    return [written] if isinstance(example, list) else written


def _yaml(value: Any) -> str:
    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=100)
    return text.strip()


def _mark(field: FieldInfo) -> To | None:
    return next((found for found in field.metadata if isinstance(found, To)), None)


def _rows(inventory: Inventory, model: type[BaseModel], base: type[BaseModel] | None = None) -> tuple[FieldRow, ...]:
    """The fields of a model, without those that it has unchanged from `base`."""
    inherited = base.model_fields if base is not None else {}
    return tuple(
        _row(inventory, name, field)
        for name, field in model.model_fields.items()
        if name not in inherited or field.description != inherited[name].description
    )


def _row(inventory: Inventory, name: str, field: FieldInfo) -> FieldRow:
    mark = _mark(field)
    return FieldRow(
        name,
        _type(field.annotation),
        tuple(KINDS[kind] for kind in kinds_of(mark)) if mark else (),
        _choices(field.annotation),
        field.description or "",
        field.is_required(),
        knows_unknown(field),
        _yaml({name: _example_value(inventory, field)}) if field.examples else "",
    )


def _type(annotation: Any) -> str:
    """What a person calls the type."""
    origin = get_origin(annotation)
    if origin in {Union, types.UnionType}:
        return " or ".join(_type(part) for part in _without_none(get_args(annotation)))
    if origin is tuple:
        inner = _type(get_args(annotation)[0])
        return f"list of {_PLURALS.get(inner, f'{inner}s')}"
    if hasattr(annotation, "__metadata__"):
        return _type(annotation.__origin__)
    if not isinstance(annotation, type):
        return "value"
    if issubclass(annotation, Enum):
        return "one of"
    return _WORDS.get(annotation, annotation.__name__.lower())


def _without_none(parts: Iterable[Any]) -> Iterator[Any]:
    return (part for part in parts if part is not type(None))


def _choices(annotation: Any) -> tuple[str, ...]:
    """The words that an enumeration allows."""
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return tuple(str(item.value) for item in annotation)
    return next((found for part in get_args(annotation) if (found := _choices(part))), ())


def _inner(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The mappings that a model's fields hold, and those inside them."""
    for field in model.model_fields.values():
        for found in _models(field.annotation):
            yield found
            yield from _inner(found)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)
