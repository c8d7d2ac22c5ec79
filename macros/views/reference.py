"""The data reference: every kind and field, from the model that checks the data."""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, Union, get_args, get_origin

import yaml
from markupsafe import Markup
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from macros.model import KINDS, Kind, Link, To
from macros.model.record import kinds_of, knows_unknown
from macros.model.values import Colour, Interval, Offset, Ports, Size
from macros.views import Scene, view
from macros.views.render import render


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
class ModelBlock:
    """A kind, or a mapping inside one, with its fields."""

    name: str
    title: str
    meaning: str
    file: str
    rows: tuple[FieldRow, ...]
    example: str


_WORDS = {
    str: "text",
    int: "whole number",
    bool: "true or false",
    Interval: "interval",
    Offset: "offset from launch",
    Ports: "port or range",
    Size: "size",
    Colour: "colour",
}


@view
def data_reference(scene: Scene, kind: str = "") -> Markup:
    """The fields of every kind, or of one."""
    blocks = [_block(known) for name, known in KINDS.items() if kind in ("", name)]
    inner = dict.fromkeys(found for known in KINDS.values() for found in _inner(known.model))
    parts = [_inner_block(model) for model in inner] if not kind else []
    return render(scene, "reference.html", blocks=blocks, parts=parts)


def _block(kind: Kind) -> ModelBlock:
    rows = tuple(_rows(kind.model))
    return ModelBlock(kind.name, kind.title, kind.meaning, f"data/{kind.plural}.yml", rows, example_record(kind))


def _inner_block(model: type[BaseModel]) -> ModelBlock:
    meaning = " ".join((model.__doc__ or "").split())
    return ModelBlock(model.__name__.lower(), model.__name__, meaning, "", tuple(_rows(model)), "")


def example_record(kind: Kind) -> str:
    """A record of the kind as YAML, from the fields' examples: the required ones."""
    record = {
        name: _plain(field.examples[0])
        for name, field in kind.model.model_fields.items()
        if field.is_required() and field.examples
    }
    return yaml.safe_dump([record], sort_keys=False, allow_unicode=True, width=100)


def _plain(example: Any) -> Any:
    return list(example) if isinstance(example, tuple) else example


def _rows(model: type[BaseModel]) -> Iterator[FieldRow]:
    for name, field in model.model_fields.items():
        mark = next((found for found in field.metadata if isinstance(found, To)), None)
        yield FieldRow(
            name,
            _type(field),
            tuple(KINDS[kind] for kind in kinds_of(mark)) if mark else (),
            _choices(field.annotation),
            field.description or "",
            field.is_required(),
            knows_unknown(field),
            _example(name, field),
        )


def _example(name: str, field: FieldInfo) -> str:
    if not field.examples:
        return ""
    text: str = yaml.safe_dump({name: _plain(field.examples[0])}, sort_keys=False, allow_unicode=True, width=100)
    return text.strip()


def _type(field: FieldInfo) -> str:
    return _type_of(field.annotation)


def _type_of(annotation: Any) -> str:
    origin = get_origin(annotation)
    if origin in {Union, types.UnionType}:
        return " or ".join(_type_of(part) for part in get_args(annotation) if part is not type(None))
    if origin is tuple:
        inner = get_args(annotation)[0]
        return f"list of {_plural(_type_of(inner))}"
    if origin is dict:
        return "mapping"
    if hasattr(annotation, "__metadata__"):
        return _type_of(annotation.__origin__)
    if isinstance(annotation, type):
        if annotation is Link:
            return "reference"
        if issubclass(annotation, Enum):
            return "one of"
        if issubclass(annotation, BaseModel):
            return annotation.__name__.lower()
        if annotation.__name__ == "date":
            return "date"
        if annotation.__name__ == "Decimal":
            return "number"
        return _WORDS.get(annotation, annotation.__name__.lower())
    return "value"


def _plural(word: str) -> str:
    return {"text": "texts", "one of": "any of", "port or range": "ports or ranges"}.get(word, f"{word}s")


def _choices(annotation: Any) -> tuple[str, ...]:
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return tuple(str(item.value) for item in annotation)
    for part in get_args(annotation):
        if found := _choices(part):
            return found
    return ()


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
