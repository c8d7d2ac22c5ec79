"""From pydantic's errors to what a person should write instead."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from macros.nearest import did_you_mean, listed
from macros.source import Steps


@dataclass(frozen=True)
class Refusal:
    """Why a record was refused: `steps` lead from the record to the value, or with `at_key` to its key."""

    code: str
    message: str
    steps: Steps
    at_key: bool = False


class Modelled(Protocol):
    """What a mapping is checked against, and what it is called."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def model(self) -> type[BaseModel]:
        """What it is checked against."""


_MEANT = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "`true` or `false`",
    "decimal_type": "a number",
    "is_instance_of": "a number",
    "date_type": "a date as YYYY-MM-DD",
    "tuple_type": "a list, each item on a line of its own after a hyphen",
    "model_type": "a mapping of keys",
    "model_attributes_type": "a mapping of keys",
    "dict_type": "a mapping of keys",
}


def refusals(error: ValidationError, kind: Modelled, raw: dict[str, Any]) -> Iterator[Refusal]:
    """One refusal for each thing that is wrong with a record of that kind."""
    for detail in error.errors(include_url=False):
        yield _refusal(detail, kind, raw)


def _refusal(detail: ErrorDetails, kind: Modelled, raw: dict[str, Any]) -> Refusal:
    steps: Steps = tuple(detail["loc"])
    name = str(steps[-1]) if steps else kind.name
    problem = detail["type"]
    written = detail.get("input")
    if problem == "extra_forbidden":
        known = _model_at(kind.model, steps[:-1]).model_fields
        hint = did_you_mean(name, known) or f"; the keys are {listed(known, 40)}"
        return Refusal("MOD001", f"`{name}` is no key here{hint}", steps, at_key=True)
    if problem == "missing":
        field = _model_at(kind.model, steps[:-1]).model_fields.get(name)
        what = f": {field.description}" if field is not None and field.description else ""
        where = steps[:-1]
        of = raw.get("id") if len(steps) == 1 and isinstance(raw.get("id"), str) else None
        return Refusal("MOD002", f"`{name}` is missing{f' in `{of}`' if of else ''}{what}", where)
    if problem in _MEANT:
        return Refusal("MOD003", f"`{name}` is {_described(written)}; {_meant(problem, written)} is meant", steps)
    if problem == "enum":
        options = [
            word.strip("' ") for word in re.split(r", | or ", str((detail.get("ctx") or {}).get("expected", "")))
        ]
        hint = did_you_mean(str(written), options)
        return Refusal("MOD004", f"`{name}` may not be `{written}`{hint}; it is one of {listed(options, 40)}", steps)
    if problem == "string_pattern_mismatch":
        slug = re.sub(r"[^a-z0-9]+", "-", str(written).lower()).strip("-")[:63]
        hint = f"; did you mean `{slug}`?" if slug and slug[0].isalpha() else ""
        form = "an id starts with a letter and has lower-case letters, digits and hyphens, at most 63"
        return Refusal("ID001", f"`{written}` is no id: {form}{hint}", steps)
    if problem == "value_error":
        return Refusal("MOD004", f"`{name}`: {detail['msg'].removeprefix('Value error, ')}", steps)
    return Refusal("MOD004", f"`{name}` may not be {_described(written)}: {_lowered(detail['msg'])}", steps)


def _lowered(message: str) -> str:
    return message[:1].lower() + message[1:]


def _described(written: Any) -> str:
    if isinstance(written, dict):
        return "a mapping of keys"
    if isinstance(written, tuple):
        return "a list"
    if isinstance(written, bool):
        return f"`{str(written).lower()}`"
    shown = str(written)
    return f"`{textwrap.shorten(shown, 60, placeholder=' …')}`"


def _meant(problem: str, written: Any) -> str:
    plain = isinstance(written, (str, int, bool)) or type(written).__name__ in {"Decimal", "date"}
    if problem == "string_type" and plain:
        shown = str(written).lower() if isinstance(written, bool) else written
        return f'text, in quotes: "{shown}",'
    return _MEANT[problem]


def _model_at(model: type[BaseModel], steps: Steps) -> type[BaseModel]:
    """The model of the mapping at the end of the steps."""
    for step in steps:
        if isinstance(step, str) and step in model.model_fields:
            found = _inner_model(model.model_fields[step].annotation)
            if found is not None:
                model = found
    return model


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        if not isinstance(part, Enum) and (found := _inner_model(part)) is not None:
            return found
    return None
