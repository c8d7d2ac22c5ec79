"""`${…}` in a runbook's text: the name of a record, one of its values, or an input that the reader fills in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from macros.inventory import Inventory
from macros.model import KINDS
from macros.model.runbooks import PLACEHOLDER
from macros.nearest import did_you_mean


@dataclass(frozen=True)
class Part:
    """A piece of a text. `key` names the record it was taken from, `input` the input it stands for.

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


def _part(inside: str, written: str, inventory: Inventory, inputs: list[str]) -> Part:
    if "." not in inside:
        if inside in inputs:
            return Part(f"<{inside}>", input=inside)
        hint = did_you_mean(inside, inputs)
        return Part(
            written,
            problem=f"`{written}` is no input of this runbook{hint}; declare it in `inputs`, "
            f"or write `${inside}` where the shell's own variable is meant",
        )
    kind, name, *rest = inside.split(".")
    if kind not in KINDS:
        return Part(written, problem=f"`{kind}` in `{written}` is no kind{did_you_mean(kind, KINDS)}")
    found = inventory.find(name, (kind,))
    if len(found) != 1:
        problem = inventory.dangling(f"{kind}.{name}", (kind,))
        return Part(written, problem=f"{problem[1]} (in `{written}`)" if problem else "")
    record = inventory[found[0]]
    if not rest:
        return Part(record.name, key=record.key)
    if len(rest) > 1 or rest[0] not in type(record).model_fields:
        fields = type(record).model_fields
        return Part(
            written, problem=f"`{'.'.join(rest)}` in `{written}` is no field of a {kind}{did_you_mean(rest[0], fields)}"
        )
    value = inventory.value(record, rest[0])
    if value is None or isinstance(value, tuple):
        return Part(written, problem=f"`{record.key}` has no single value for `{rest[0]}` (in `{written}`)")
    return Part(str(value), key=record.key)
