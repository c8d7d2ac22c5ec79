"""`${…}` in a runbook's text: the name of a record, one of its values, or an input that the reader fills in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from macros.inventory import Inventory
from macros.model import KINDS, Link, Record
from macros.model.runbooks import PLACEHOLDER, Input
from macros.nearest import did_you_mean, listed, nearest, with_article


@dataclass(frozen=True)
class Part:
    """A piece of a text. `key` names the record it was taken from, `input` the input it stands for or was meant to.

    `code` is true between backticks, for what is typed into a machine.
    """

    text: str
    key: str = ""
    input: str = ""
    problem: str = ""
    code: bool = False


def with_code(pieces: Iterable[Part]) -> Iterator[Part]:
    """The pieces of a sentence, cut again at its backticks, which go. A backtick without a partner stays."""
    cut = list(pieces)
    left = sum(part.text.count("`") for part in cut if not part.key and not part.input) // 2 * 2
    inside = False
    for part in cut:
        if part.key or part.input or part.problem:
            yield replace(part, code=inside)
            continue
        text = part.text
        while left and "`" in text:
            before, _, text = text.partition("`")
            if before:
                yield replace(part, text=before, code=inside)
            inside, left = not inside, left - 1
        if text:
            yield replace(part, text=text, code=inside)


def parts(text: str, inventory: Inventory, inputs: Iterable[str]) -> Iterator[Part]:
    """The text cut at its placeholders, each with what it stands for or with what is wrong with it."""
    known = list(inputs)
    done = 0
    for match in PLACEHOLDER.finditer(text):
        if match.start() > done:
            yield Part(text[done : match.start()])
        yield _part(match[1], match[0], inventory, known)
        done = match.end()
    if done < len(text):
        yield Part(text[done:])


def shown(text: str, inventory: Inventory) -> str:
    """A sentence in plain words, without backticks."""
    return "".join(part.text for part in with_code(parts(text, inventory, ())))


_PLAIN = re.compile(r"[\w./:@=+-]+")


def typed(text: str, inventory: Inventory, inputs: Iterable[Input]) -> str:
    """A command as it would be typed: records by name, each input as its example (its own name, where that has spaces)."""
    asked = {one.id: one.example if one.example and _PLAIN.fullmatch(one.example) else one.id for one in inputs}
    return "".join(asked.get(part.input, part.text) for part in parts(text, inventory, asked))


def _part(inside: str, written: str, inventory: Inventory, inputs: list[str]) -> Part:
    if "." not in inside:
        if inside in inputs:
            return Part(f"<{inside}>", input=inside)
        hint = did_you_mean(inside, inputs)
        return Part(
            written,
            input=next(iter(nearest(inside, inputs)), ""),
            problem=f"`{written}` is no input of this runbook{hint}; declare it in `inputs`, "
            f"or write `${inside}` where the shell's own variable is meant",
        )
    kind, name, *rest = inside.split(".")
    if kind not in KINDS:
        hint = did_you_mean(kind, KINDS) or f"; write `${{kind.id}}` with one of {listed(KINDS, 40)}"
        return Part(written, problem=f"`{kind}` in `{written}` is no kind{hint}")
    found = inventory.find(name, (kind,))
    if len(found) != 1:
        problem = inventory.problem(name, (kind,))
        return Part(written, problem=f"{problem[1]} (in `{written}`)" if problem else "")
    record = inventory[found[0]]
    if not rest:
        return Part(record.name, key=record.key)
    fields = type(record).model_fields
    if len(rest) > 1 or rest[0] not in fields:
        what = f"`{'.'.join(rest)}` in `{written}` is no field of {with_article(kind)}"
        return Part(written, problem=what + (did_you_mean(rest[0], fields) or f"; the fields are {listed(fields, 40)}"))
    return _value(record, rest[0], written, inventory)


def _value(record: Record, field: str, written: str, inventory: Inventory) -> Part:
    value = inventory.value(record, field)
    if value is None or isinstance(value, tuple):
        known = [name for name in type(record).model_fields if _single(inventory.value(record, name))]
        what = f"`{record.key}` has no single value for `{field}` (in `{written}`)"
        return Part(written, problem=f"{what}; it has one for {listed(known, 40)}")
    if isinstance(value, Link):
        return (
            Part(inventory[value.key].name, key=value.key) if value.key else Part(written)
        )  # said where it is written
    return Part(("no", "yes")[value] if isinstance(value, bool) else str(value), key=record.key)


def _single(value: object) -> bool:
    return value is not None and not isinstance(value, tuple)
