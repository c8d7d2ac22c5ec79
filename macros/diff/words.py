"""Pieces of sentences about records and values."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

from macros.diff.document import MOST_TEXT, Part
from macros.diff.state import Value
from macros.finding import one_line
from macros.model import KINDS, RELATIONS

NOTHING = "nothing"
"""What a field says that says nothing."""

MOST_SHOWN = 160
"""Characters of a value that a sentence shows."""


def words(text: str) -> Part:
    """Text of the engine's own; its end left out where it is long, since a label may come from a key that no model knows."""
    return Part(text=text if len(text) <= MOST_TEXT else f"{text[: MOST_TEXT - 1]}…")


def shown(value: Value) -> Part:
    """A value of the data on one line, its end left out where it is long."""
    return Part(text=shortened(_flat(value)), role="value")


def shortened(text: str, most: int = MOST_SHOWN) -> str:
    """The text on one line, its end left out where it is long."""
    flat = one_line(text) or NOTHING
    return flat if len(flat) <= most else f"{flat[: most - 1]}…"


def _flat(value: Value) -> str:
    match value:
        case None:
            return NOTHING
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(_flat(item) for item in value)
        case dict():
            return "; ".join(f"{name}: {_flat(inner)}" for name, inner in value.items())
        case _:
            return str(value)


def named(name: str, key: str | None) -> Part:
    """A record's name; with a key where it has a page."""
    return Part(text=shortened(name, MOST_TEXT // 2), role="record", key=key)


MOST_NAMED = 3
"""Names that a sentence lists before it counts the rest."""


def enumerated(parts: Sequence[Part], most: int = MOST_NAMED) -> list[Part]:
    """Names with commas between them, the first few."""
    found: list[Part] = []
    for position, part in enumerate(parts[:most]):
        last = position == len(parts) - 1 and position > 0
        found += [words(" and " if last else ", ")] if position else []
        found.append(part)
    if len(parts) > most:
        found.append(words(f" and {len(parts) - most} more"))
    return found


def moved(before: Value, after: Value) -> list[Part]:
    """From one value to another; of a list, what came and went."""
    if (
        isinstance(before, list)
        and isinstance(after, list)
        and not any(isinstance(one, dict) for one in before + after)
    ):
        gone, come = [one for one in before if one not in after], [one for one in after if one not in before]
        if not gone and not come and len(before) == len(after):
            return [words("in another order: "), shown(after)]
        parts = [words("no longer "), shown(gone)] if gone else []
        if gone or come:
            return [*parts, *([words(", " if gone else ""), words("now also "), shown(come)] if come else [])]
    if isinstance(before, str) and isinstance(after, str):
        before, after = _parting(before, after)
    if shown(before) == shown(after):  # such as a number that is text now, or two spaces for one
        return [words("written otherwise: "), shown(after)]
    return [shown(before), words(" → "), shown(after)]


MOST_AROUND = 40
"""Characters of what two texts have in common that stand before and after what they have not."""


def _parting(before: str, after: str) -> tuple[str, str]:
    """Two texts without most of what both begin and end with, where they are long."""
    if max(len(before), len(after)) <= MOST_SHOWN // 2:
        return before, after
    old, new = before.split(), after.split()
    start = next(
        (at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new))
    )
    left = min(len(old), len(new)) - start
    end = next((at for at, (one, other) in enumerate(zip(old[::-1], new[::-1], strict=False)) if one != other), left)
    end = min(end, left)

    def around(text: list[str]) -> str:
        head, middle, tail = text[:start], text[start : len(text) - end], text[len(text) - end :]
        first, last = " ".join(head), " ".join(tail)
        first = f"…{first[-MOST_AROUND:]}" if len(first) > MOST_AROUND else first
        last = f"{last[:MOST_AROUND]}…" if len(last) > MOST_AROUND else last
        return " ".join(filter(None, (first, *middle, last)))

    return around(old), around(new)


def sentence_of(message: str) -> list[Part]:
    """The message of a finding: what stands in backticks in it is a value."""
    pieces = shortened(message, MOST_TEXT).split("`")
    return [Part(text=text, role="value" if at % 2 else "plain") for at, text in enumerate(pieces) if text]


def plural(number: int, one: str, several: str = "") -> str:
    """A number of things."""
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"


def label(key: str, field: str) -> str:
    """What a field is called, within a sentence."""
    return KINDS[key.partition(".")[0]].label(field)


def forward(relation: str) -> str:
    """How a relation reads; by its name where the engine of today does not know it."""
    return RELATIONS[relation].forward if relation in RELATIONS else relation.replace("_", " ")


def of_lists(before: Value, after: Value, what: str) -> Iterator[list[Part]]:
    """What changed in a list of mappings, such as steps: an item a sentence."""
    old, new = _items(before), _items(after)
    match = SequenceMatcher(None, [_name(one) for one in old], [_name(one) for one in new], autojunk=False)
    for _, start, end, new_start, new_end in match.get_opcodes():
        gone, come = old[start:end], new[new_start:new_end]
        while gone and come and _is_one(gone[0], come[0]):
            yield from _item(gone.pop(0), come.pop(0), what)
        yield from ([words(f"{what} gone: "), _title(one)] for one in gone)
        yield from ([words(f"new {what}: "), _title(one), *_rest(one)] for one in come)


def _items(value: Value) -> list[dict[str, Any]]:
    items = value if isinstance(value, list) else []
    return [one if isinstance(one, dict) else {"do": one} for one in items]


_TITLES = ("do", "use", "id", "to", "when")
"""The fields by which a reader knows an item, the best first."""


def _name(item: dict[str, Any]) -> str:
    """By what an item is found again: what titles it, else all of it."""
    return next((f"{name} {item[name]}" for name in _TITLES if name in item), json.dumps(item, sort_keys=True))


def _is_one(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether an item is another one written anew: it has its id, or most of its words."""
    if _name(one) == _name(other) or ("id" in one and one.get("id") == other.get("id")):
        return True
    return SequenceMatcher(None, _name(one).split(), _name(other).split(), autojunk=False).ratio() > SAME_ITEM


SAME_ITEM = 0.5
"""The share of words in common above which an item is the same one, reworded."""


def _title(item: dict[str, Any]) -> Part:
    for name in _TITLES:
        if isinstance(item.get(name), str):
            return Part(text=f"“{shortened(item[name], 80)}”")
    return shown(item)


def _rest(item: dict[str, Any]) -> list[Part]:
    parts = []
    for name in ("command", "danger"):
        if item.get(name) is not None:
            parts += [words(f", {name} "), shown(item[name])]
    return parts


def _item(before: dict[str, Any], after: dict[str, Any], what: str) -> Iterator[list[Part]]:
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if old != new:
            yield [words(f"{what} "), _title(after), words(f", {name.replace('_', ' ')}: "), *moved(old, new)]
