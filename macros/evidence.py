"""Answers to queries over the inventory: what bears them out, what refutes them, and what nobody knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, get_args

from macros.inventory import Inventory
from macros.model import KINDS, Condition, Link, Query, Record
from macros.model.query import Count, given
from macros.model.values import Interval, Offset, Size
from macros.nearest import did_you_mean, listed, with_article

CRITICAL = "critical"
"""A field that every record has: whether a critical path names it."""

Truth = bool | None
"""Whether something is so; None where nobody knows."""

Amount = Callable[[str], Decimal]
"""Reads a value as a number that can be compared; `ValueError` or `InvalidOperation` where it is none."""


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(text)
    return number


_AMOUNTS: dict[Any, Amount] = {
    Interval: lambda text: Decimal(Interval.parse(text).minutes),
    Offset: lambda text: Decimal(Offset.parse(text).hours),
    Size: lambda text: Size.parse(text).gigabytes,
    int: _number,
    Decimal: _number,
}
"""The types of fields whose values are more or less than others. (How a value is spelled is no part of how much it is.)"""


@dataclass
class Answer:
    """What a query came to. `against` and `unknown` are the records, with the field that decides and what it holds.

    `count` is how many records there are of those asked for, `fits` whether that is as many as there must be.
    """

    truth: Truth
    count: int
    asked: list[str] = field(default_factory=list)
    """The records that were asked for."""

    against: list[tuple[str, str, str]] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)
    fits: Truth = True


@dataclass(frozen=True)
class Problem:
    """What is wrong with a query: the way to it from the query, and what to write instead."""

    steps: tuple[str | int, ...]
    message: str


def answer(query: Query, inventory: Inventory, critical: Iterable[str]) -> Answer:
    """Ask the inventory. `critical` are the keys of what critical paths name."""
    known = set(critical)
    asked: list[Record] = []
    perhaps: list[tuple[Record, str]] = []  # of which nobody knows whether they are asked for, with the field
    for record in (record for kind in query.kinds for record in inventory.of(kind)):
        truths = [(_holds(condition, record, inventory, known), condition.field) for condition in query.where]
        if all(truth for truth, _ in truths):
            asked.append(record)
        elif not any(truth is False for truth, _ in truths):
            perhaps.append((record, next(name for truth, name in truths if truth is None)))
    found = Answer(
        truth=True,
        count=len(asked),
        asked=[record.key for record in asked],
        fits=_fits(query, len(asked), len(perhaps)),
    )
    for record in asked:
        for condition in query.holds:
            truth = _holds(condition, record, inventory, known)
            if truth is None:
                found.unknown.append((record.key, condition.field))
            elif not truth:
                values = _shown(condition.field, record, inventory, known)
                found.against.append((record.key, condition.field, ", ".join(values)))
    for record, name in perhaps:
        if found.fits is None or not all(_holds(condition, record, inventory, known) for condition in query.holds):
            found.unknown.append((record.key, name))
    if found.against or found.fits is False:
        found.truth = False
    elif found.unknown or (query.holds and not asked):
        found.truth = None
    return found


def _fits(query: Query, number: int, perhaps: int) -> Truth:
    """Whether there are as many as there must be; None where that hangs on those that may be more."""
    if query.count is None:
        return True
    least, most = query.count.at_least, query.count.at_most
    fits = {
        (least is None or there >= least) and (most is None or there <= most)
        for there in range(number, number + perhaps + 1)
    }
    return fits.pop() if len(fits) == 1 else None


def _holds(condition: Condition, record: Record, inventory: Inventory, critical: set[str]) -> Truth:
    values = _values(condition.field, record, inventory, critical)
    amount = _amount(type(record), condition.field)
    truths = [_compared(name, wanted, values, amount) for name, wanted in given(condition).items()]
    if False in truths:
        return False
    return None if None in truths else True


def _compared(name: str, wanted: Any, values: list[str], amount: Amount | None) -> Truth:
    if name == "known":
        return bool(values) is wanted
    if not values:
        return None
    if name in {"among", "none_of"}:
        hit = any(_same(value, word, amount) for value in values for word in wanted)
        return hit is (name == "among")
    mine, limit = (_read(text, amount) for text in (values[0], wanted))
    if mine is None or limit is None:
        return None
    return mine >= limit if name == "at_least" else mine <= limit


def _same(value: str, word: str, amount: Amount | None) -> bool:
    mine = _read(value, amount)
    return value.casefold() == word.casefold() or (mine is not None and mine == _read(word, amount))


def _read(text: str, amount: Amount | None) -> Decimal | None:
    """How much a value is; None where it is none that can be compared."""
    try:
        return amount(text) if amount is not None else None
    except (ValueError, InvalidOperation):
        return None


def _amount(model: type[Record], name: str) -> Amount | None:
    """How the values of a field are read as amounts; None where they are words."""
    return next((_AMOUNTS[kind] for kind in _types(model, name) if kind in _AMOUNTS), None)


def _types(model: type[Record], name: str) -> list[type]:
    """The types that a field is made of, however deep: `tuple[Priority, ...]` of Priority, `Percent | None` of Decimal."""
    return _parts(model.model_fields[name].annotation if name in model.model_fields else bool)


def _parts(annotation: Any) -> list[type]:
    found = [annotation] if isinstance(annotation, type) else []
    return [*found, *(inner for part in get_args(annotation) for inner in _parts(part))]


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
            yield _written(item)
        case _:
            yield str(item)


def _written(interval: Interval) -> str:
    """An interval as a person writes it: in the largest unit that it is a whole number of."""
    units = (("w", 7 * 24 * 60), ("d", 24 * 60), ("h", 60), ("m", 1))
    unit, minutes = next((pair for pair in units if interval.minutes % pair[1] == 0), units[-1])
    return f"{interval.minutes // minutes}{unit}" if interval.minutes else "continuous"


def problems(query: Query) -> Iterator[Problem]:
    """What a query asks that no record can answer."""
    for position, kind in enumerate(query.kinds):
        if kind not in KINDS:
            hint = did_you_mean(kind, KINDS) or f"; write one of {listed(KINDS, 40)}"
            yield Problem(("kinds", position), f"`{kind}` is no kind{hint}")
    if not query.kinds:
        yield Problem(("kinds",), f"this asks of nothing: write one of {listed(KINDS, 40)}")
    if not query.holds and query.count is None:
        yield Problem((), "this asks nothing: add `holds` or `count`")
    if query.count is not None:
        yield from _count(query.count)
    models = [KINDS[kind].model for kind in query.kinds if kind in KINDS]
    for part, conditions in (("where", query.where), ("holds", query.holds)):
        for position, condition in enumerate(conditions):
            said: set[tuple[str | int, ...]] = set()
            for problem in _condition(condition, models):
                if problem.steps not in said:  # of several kinds, one after the other would say the same
                    said.add(problem.steps)
                    yield Problem((part, position, *problem.steps), problem.message)


def _count(count: Count) -> Iterator[Problem]:
    if count.at_least is None and count.at_most is None:
        yield Problem(("count",), "this counts and wants no number: add `at_least` or `at_most`")
    elif count.at_least is not None and count.at_most is not None and count.at_least > count.at_most:
        yield Problem(("count",), f"nothing is at least {count.at_least} and at most {count.at_most}: swap the two")


def _condition(condition: Condition, models: list[type[Record]]) -> Iterator[Problem]:
    if not given(condition):
        ways = "`among`, `none_of`, `at_least`, `at_most` or `known`"
        yield Problem((), f"nothing is said of `{condition.field}`: add {ways}")
    for model in models:
        if condition.field != CRITICAL and condition.field not in model.model_fields:
            names = [CRITICAL, *model.model_fields]
            hint = did_you_mean(condition.field, names) or f"; write one of {listed(names, 40)}"
            yield Problem(("field",), f"`{condition.field}` is no field of {with_article(model.kind)}{hint}")
        else:
            yield from _words_of(condition, model)


def _words_of(condition: Condition, model: type[Record]) -> Iterator[Problem]:
    """Words that the field can never hold."""
    types = _types(model, condition.field)
    enumeration = next((kind for kind in types if issubclass(kind, StrEnum)), None)
    choices = ["true", "false"] if bool in types else [word.value for word in enumeration] if enumeration else None
    for part, words in (("among", condition.among), ("none_of", condition.none_of)):
        for position, word in enumerate(words):
            if choices is not None and word.casefold() not in [choice.casefold() for choice in choices]:
                hint = did_you_mean(word, choices) or f"; write one of {listed(choices, 40)}"
                yield Problem((part, position), f"`{condition.field}` is never `{word}`{hint}")
    yield from _limits_of(condition, _amount(model, condition.field))


def _limits_of(condition: Condition, amount: Amount | None) -> Iterator[Problem]:
    """Limits that no value can be held against."""
    for part in ("at_least", "at_most"):
        text = getattr(condition, part)
        if text is not None and amount is None:
            yield Problem((part,), f"no `{condition.field}` is more or less than another: write `among` or `none_of`")
        elif text is not None and _read(text, amount) is None:
            yield Problem((part,), f"`{text}` is no limit of `{condition.field}`: write a value as in that field")
