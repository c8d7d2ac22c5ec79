"""Answers to queries over the inventory: what bears them out, what refutes them, and what nobody knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, get_args

from macros.inventory import Inventory
from macros.model import KINDS, Condition, Link, Query, Record
from macros.model.query import given
from macros.model.values import Interval, Offset, Size
from macros.nearest import did_you_mean, listed

CRITICAL = "critical"
"""A field that every record has: whether a critical path names it."""

Truth = bool | None
"""Whether something is so; None where nobody knows."""

_PARSED: tuple[Any, ...] = (Interval, Offset, Size)


@dataclass
class Answer:
    """What a query came to. `against` and `unknown` are the records, with the field that decides and what it holds.

    `count` is how many records there are of those asked for.
    """

    truth: Truth
    count: int
    against: list[tuple[str, str, str]] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Problem:
    """What is wrong with a query: the way to it from the query, and what to write instead."""

    steps: tuple[str | int, ...]
    message: str


def answer(query: Query, inventory: Inventory, critical: Iterable[str]) -> Answer:
    """Ask the inventory. `critical` are the keys of what critical paths name."""
    known = set(critical)
    asked = [
        record
        for kind in query.kinds
        for record in inventory.of(kind)
        if all(_holds(condition, record, inventory, known) for condition in query.where)
    ]
    found = Answer(truth=True, count=len(asked))
    for record in asked:
        for condition in query.holds:
            truth = _holds(condition, record, inventory, known)
            if truth is None:
                found.unknown.append((record.key, condition.field))
            elif not truth:
                values = _shown(condition.field, record, inventory, known)
                found.against.append((record.key, condition.field, ", ".join(values)))
    fits = _fits(query, len(asked))
    if found.against or not fits:
        found.truth = False
    elif found.unknown or (query.holds and not asked):
        found.truth = None
    return found


def _fits(query: Query, number: int) -> bool:
    if query.count is None:
        return True
    least, most = query.count.at_least, query.count.at_most
    return (least is None or number >= least) and (most is None or number <= most)


def _holds(condition: Condition, record: Record, inventory: Inventory, critical: set[str]) -> Truth:
    values = _values(condition.field, record, inventory, critical)
    truths = [_compared(name, wanted, values, condition, record) for name, wanted in given(condition).items()]
    if False in truths:
        return False
    return None if None in truths else True


def _compared(name: str, wanted: Any, values: list[str], condition: Condition, record: Record) -> Truth:
    if name == "known":
        return bool(values) is wanted
    if not values:
        return None
    if name in {"among", "none_of"}:
        hit = bool({value.casefold() for value in values} & {word.casefold() for word in wanted})
        return hit is (name == "among")
    mine, limit = (_quantity(text, condition.field, record) for text in (values[0], wanted))
    if mine is None or limit is None:
        return None
    return bool(mine >= limit) if name == "at_least" else bool(mine <= limit)


def _quantity(text: str, name: str, record: Record) -> Any:
    """A value that can be compared: an interval, an offset, a size or a number."""
    kind = _parsed_type(type(record), name)
    if kind is not None:
        try:
            return kind.parse(text)
        except ValueError:
            return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _parsed_type(model: type[Record], name: str) -> Any:
    annotation = model.model_fields[name].annotation if name in model.model_fields else None
    return next((kind for kind in _types(annotation) if kind in _PARSED), None)


def _types(annotation: Any) -> list[Any]:
    """The types that an annotation is made of, however deep."""
    return [annotation, *(inner for part in get_args(annotation) for inner in _types(part))]


def _values(name: str, record: Record, inventory: Inventory, critical: set[str]) -> list[str]:
    """The values of a field as words: for a relation the keys and ids that it leads to."""
    if name == CRITICAL:
        return ["true" if record.key in critical else "false"]
    value = inventory.value(record, name)
    items = value if isinstance(value, tuple) else () if value is None else (value,)
    return [word for item in items for word in _words(item)]


def _shown(name: str, record: Record, inventory: Inventory, critical: set[str]) -> list[str]:
    """As `_values`, each once: of a relation the ids."""
    value = inventory.value(record, name) if name != CRITICAL else None
    items = value if isinstance(value, tuple) else (value,)
    links = [item.key.partition(".")[2] or item.to for item in items if isinstance(item, Link)]
    return links or _values(name, record, inventory, critical)


def _words(item: Any) -> Iterator[str]:
    match item:
        case Link():
            yield item.key or item.to
            yield item.key.partition(".")[2] or item.to
        case bool():
            yield "true" if item else "false"
        case StrEnum():
            yield item.value
        case Interval():
            yield "continuous" if not item.minutes else f"{item.minutes}m"
        case _:
            yield str(item)


def problems(query: Query) -> Iterator[Problem]:
    """What a query asks that no record can answer."""
    for position, kind in enumerate(query.kinds):
        if kind not in KINDS:
            hint = did_you_mean(kind, KINDS) or f"; write one of {listed(KINDS, 40)}"
            yield Problem(("kinds", position), f"`{kind}` is no kind{hint}")
    if not query.holds and query.count is None:
        yield Problem((), "this asks nothing: add `holds` or `count`")
    models = [KINDS[kind].model for kind in query.kinds if kind in KINDS]
    for part, conditions in (("where", query.where), ("holds", query.holds)):
        for position, condition in enumerate(conditions):
            for problem in _condition(condition, models):
                yield Problem((part, position, *problem.steps), problem.message)


def _condition(condition: Condition, models: list[type[Record]]) -> Iterator[Problem]:
    if not given(condition):
        yield Problem((), f"nothing is said of `{condition.field}`: add `among`, `at_least`, `at_most` or `known`")
    for model in models:
        if condition.field != CRITICAL and condition.field not in model.model_fields:
            names = [CRITICAL, *model.model_fields]
            hint = did_you_mean(condition.field, names) or f"; write one of {listed(names, 40)}"
            yield Problem(("field",), f"`{condition.field}` is no field of a {model.kind}{hint}")
        else:
            yield from _words_of(condition, model)


def _words_of(condition: Condition, model: type[Record]) -> Iterator[Problem]:
    """Words that the field can never hold."""
    inner = _types(model.model_fields[condition.field].annotation if condition.field != CRITICAL else bool)
    enumeration = next((part for part in inner if isinstance(part, type) and issubclass(part, StrEnum)), None)
    choices = ["true", "false"] if bool in inner else [word.value for word in enumeration] if enumeration else None
    for part, words in (("among", condition.among), ("none_of", condition.none_of)):
        for position, word in enumerate(words):
            if choices is not None and word.casefold() not in [choice.casefold() for choice in choices]:
                hint = did_you_mean(word, choices) or f"; write one of {listed(choices, 40)}"
                yield Problem((part, position), f"`{condition.field}` is never `{word}`{hint}")
    parsed = _parsed_type(model, condition.field) if condition.field != CRITICAL else None
    for part in ("at_least", "at_most"):
        text = getattr(condition, part)
        if text is not None and not _is_quantity(text, parsed):
            yield Problem((part,), f"`{text}` is no limit of `{condition.field}`: write a value as in that field")


def _is_quantity(text: str, parsed: Any) -> bool:
    try:
        parsed.parse(text) if parsed is not None else Decimal(text)
    except (ValueError, InvalidOperation):
        return False
    return True
