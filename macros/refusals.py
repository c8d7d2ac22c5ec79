"""From pydantic's errors to what a person should write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from macros.finding import Finding
from macros.model.record import knows_unknown
from macros.model.relations import Link
from macros.model.values import ID_PATTERN
from macros.nearest import did_you_mean, listed, nearest
from macros.source import Document, Steps

MOST_SHOWN = 60
"""Characters of a value that a message shows."""


@dataclass(frozen=True)
class Refusal:
    """Why a record was refused: `steps` lead from the record to the value, or with `at_key` to its key."""

    code: str
    message: str
    steps: Steps
    at_key: bool = False


_MEANT = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "`true` or `false`",
    "decimal_type": "a number",
    "is_instance_of": "a number",
    "date_type": "a date as YYYY-MM-DD",
    "tuple_type": "a list",
    "model_type": "a mapping of keys",
    "model_attributes_type": "a mapping of keys",
    "dict_type": "a mapping of keys",
}

_UNQUOTED = {
    "int_type": r"-?[0-9]+",
    "bool_type": "true|false",
    "decimal_type": r"-?[0-9]+(\.[0-9]+)?",
    "is_instance_of": r"-?[0-9]+(\.[0-9]+)?",
    "date_type": "[0-9]{4}-[0-9]{2}-[0-9]{2}",
}
"""Text that would be what is meant, were it not in quotes."""

_BOUNDS = {"greater_than_equal": ("ge", "more"), "less_than_equal": ("le", "less")}

_MERGE = "<<"


M = TypeVar("M", bound=BaseModel)


def checked(
    model: type[M], name: str, document: Document, steps: Steps, raw: dict[str, Any]
) -> tuple[M | None, list[Finding]]:
    """The mapping at the steps of a document as its model; where it does not fit, None, and all that is wrong with it.

    `name` is what such a mapping is called. What the reading of the file said already is not said again.
    """
    wrong = list(_blanks(model, raw))
    empty = [refusal.steps for refusal in wrong]
    record = None
    try:
        record = model.model_validate(raw)
    except ValidationError as error:
        wrong += [found for found in refusals(error, model, name, raw) if not _under(found.steps, empty)]
    findings = [
        Finding(found.code, found.message, document.place((*steps, *found.steps), key=found.at_key)) for found in wrong
    ]
    return (None if wrong else record), unsaid(document, findings)


def unsaid(document: Document, findings: Iterable[Finding]) -> list[Finding]:
    """The findings without those of places that the reading of the file found fault with: they follow from that."""
    said = {finding.place for finding in document.findings}
    return [finding for finding in findings if finding.code == "MOD002" or finding.place not in said]


def _blanks(model: type[BaseModel], raw: dict[str, Any]) -> Iterator[Refusal]:
    """The values that were left empty."""
    for steps in _empty(raw):
        yield Refusal("MOD006", f"{_subject(steps, raw)} has no value: {_instead(model, steps)}", steps, at_key=True)


def _empty(raw: Any, steps: Steps = ()) -> Iterator[Steps]:
    """The ways to the values that were left empty."""
    for step, value in raw.items() if isinstance(raw, dict) else enumerate(raw) if isinstance(raw, tuple) else ():
        if value is None:
            yield (*steps, step)
        else:
            yield from _empty(value, (*steps, step))


def _instead(model: type[BaseModel], steps: Steps) -> str:
    """What to write where a value was left empty."""
    field = _model_at(model, steps[:-1]).model_fields.get(str(steps[-1]))
    if field is None:
        return "write one, or delete the line"
    unknown = ", or `unknown`" if knows_unknown(field) else ""
    return f"write one{unknown}{'' if field.is_required() else ', or delete the line'}"


def _under(steps: Steps, roots: list[Steps]) -> bool:
    return any(steps[: len(root)] == root for root in roots)


def refusals(error: ValidationError, model: type[BaseModel], name: str, raw: dict[str, Any]) -> Iterator[Refusal]:
    """One refusal for each thing that is wrong with a mapping; what follows from another is left out."""
    details = error.errors(include_url=False)
    misspelled = {
        (*detail["loc"][:-1], meant)
        for detail in details
        if detail["type"] == "extra_forbidden"
        for meant in nearest(str(detail["loc"][-1]), _model_at(model, detail["loc"][:-1]).model_fields)
    }
    for detail in details:
        typed_wrongly = detail["type"] == "missing" and detail["loc"] in misspelled
        if not typed_wrongly and not _follows(detail):
            yield _refusal(detail, model, name, raw)


def _follows(detail: ErrorDetails) -> bool:
    """Whether something else was said already: of a merge key (by the reading), of the items of a list."""
    written = detail.get("input")
    match detail["type"]:
        case "extra_forbidden":
            return detail["loc"][-1] == _MERGE
        case "missing":
            return isinstance(written, dict) and _MERGE in written
        case "too_short":
            return isinstance(written, tuple) and len(written) >= detail["ctx"]["min_length"]
    return False


def _refusal(detail: ErrorDetails, model: type[BaseModel], called: str, raw: dict[str, Any]) -> Refusal:
    steps: Steps = tuple(detail["loc"])
    name = str(steps[-1]) if steps else called
    what = _subject(steps, raw) or called
    problem = detail["type"]
    written = detail.get("input")
    context = detail.get("ctx") or {}
    if problem == "extra_forbidden":
        known = _model_at(model, steps[:-1]).model_fields
        hint = did_you_mean(name, known) or f"; the keys are {listed(known, 40)}"
        return Refusal("MOD001", f"`{name}` is no key here{hint}", steps, at_key=True)
    if problem == "missing":
        field = _model_at(model, steps[:-1]).model_fields.get(name)
        meaning = f": {field.description}" if field is not None and field.description else ""
        of = raw.get("id") if len(steps) == 1 and isinstance(raw.get("id"), str) else None
        return Refusal("MOD002", f"`{name}` is missing{f' in `{of}`' if of else ''}{meaning}", steps[:-1])
    if problem in _MEANT:
        return Refusal("MOD003", f"{what} is {_described(written)}; {_meant(detail)} is meant", steps)
    if problem == "enum":
        options = [word.strip("' ") for word in re.split(r", | or ", str(context.get("expected", "")))]
        hint = did_you_mean(written, options) if isinstance(written, str) else ""
        return Refusal(
            "MOD004", f"{what} may not be {_described(written)}{hint}; it is one of {listed(options, 40)}", steps
        )
    if problem == "string_pattern_mismatch" and context.get("pattern") == ID_PATTERN:
        slug = re.sub(r"[^a-z0-9]+", "-", str(written).lower()).strip("-")[:63]
        hint = f"; did you mean `{slug}`?" if slug and slug[0].isalpha() else ""
        form = "an id starts with a letter and has lower-case letters, digits and hyphens, at most 63"
        return Refusal("ID001", f"{_described(written)} is no id: {form}{hint}", steps)
    if problem == "value_error":
        return Refusal("MOD004", f"{what}: {detail['msg'].removeprefix('Value error, ')}", steps)
    return Refusal("MOD004", f"{what}{_other(problem, context, written, _model_at(model, steps[:-1]), name)}", steps)


def _other(problem: str, context: dict[str, Any], written: Any, model: type[BaseModel], name: str) -> str:
    """What is wrong with a value of the right type, and what to write."""
    if problem in _BOUNDS:
        bound, direction = _BOUNDS[problem]
        return f" may not be {_described(written)}: write {context[bound]} or {direction}"
    if problem == "too_short":
        return " is empty: add an item"
    if problem in {"too_long", "string_too_long"}:
        return f" has {len(written)} characters: write at most {context['max_length']}"
    field = model.model_fields.get(name)
    example = f", such as `{field.examples[0]}`" if field is not None and field.examples else ""
    return f" may not be {_described(written)}: write another value{example}"


def _subject(steps: Steps, raw: Any) -> str:
    """What a message calls the value at the end of the steps: its key, or its position in a list."""
    *before, last = steps or ("",)
    if last == "to" and isinstance(_at(raw, before), str):
        return _subject(tuple(before), raw)  # a reference in its short form: nobody wrote `to`
    if isinstance(last, int):
        return f"item {last + 1} of `{before[-1]}`" if before else f"item {last + 1}"
    return f"`{last}`" if last else ""


def _at(raw: Any, steps: Iterable[str | int]) -> Any:
    for step in steps:
        raw = raw[step]
    return raw


def _described(written: Any) -> str:
    """A value in a message, on one line and not at length."""
    if isinstance(written, dict):
        return "a mapping of keys"
    if isinstance(written, tuple):
        return "a list"
    if isinstance(written, bool):
        return f"`{str(written).lower()}`"
    shown = " ".join(str(written).split())
    return f"`{shown if len(shown) <= MOST_SHOWN else shown[:MOST_SHOWN] + ' …'}`"


def _meant(detail: ErrorDetails) -> str:
    """What to write instead of a value of the wrong type."""
    problem, written = detail["type"], detail.get("input")
    if problem == "string_type" and not isinstance(written, (dict, tuple)):
        return f'text, in quotes: "{_described(written)[1:-1]}",'
    if problem == "tuple_type":
        shown = _described(written)[1:-1] if not isinstance(written, dict) else ""
        return f"a list (`[{shown}]`)" if shown else "a list, each item on a line of its own after a hyphen,"
    if problem.startswith("model_") and (detail.get("ctx") or {}).get("class_name") == Link.__name__:
        return "a reference as text, such as `kind.id`,"
    if isinstance(written, str) and problem in _UNQUOTED and re.fullmatch(_UNQUOTED[problem], written):
        return f"{_MEANT[problem]}, without quotes,"
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
