"""Mutants of the real data through reader, model, graph and rules."""

from __future__ import annotations

import copy
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import hypothesis
from hypothesis import strategies

from macros import source
from macros.commands import Commands
from macros.finding import Finding, errors
from macros.graph import Graph
from macros.inventory import PLURALS, Inventory, of_documents
from macros.model import Kind
from macros.rules import judge
from tests.campaign.mutants import mutate
from tests.campaign.result import Result
from tests.conftest import ROOT

DATA = ROOT / "data"

Document = tuple[Kind, source.Document]

_COMMANDS = Commands(None)
"""What the mutants share: most of their commands are those of the real data, which are read once."""


def _good_documents() -> list[Document]:
    found = []
    for path in sorted(DATA.rglob("*.yml")):
        parts = path.relative_to(DATA).parts
        stem = parts[0] if len(parts) > 1 else path.stem
        found.append((PLURALS[stem], source.load(path)))
    return found


def _misplaced(findings: list[Finding], lengths: dict[Path, int]) -> str:
    """A finding whose place is in no file, or past the end of one; nothing where all are right."""
    for finding in findings:
        lines = lengths.get(finding.place.file)
        if lines is None or not 1 <= finding.place.line <= lines or finding.place.column < 1:
            return f"{finding} lies outside its file"
    return ""


def reading(seed: int, scale: float) -> Result:
    """Byte and line mutants of the real data into the reader and the model: refused with a place, or read."""
    random, result = Random(seed), Result("byte and line mutants")
    documents = _good_documents()
    texts = [document.path.read_bytes() for _, document in documents]
    for number in range(int(20_000 * scale)):
        at = random.randrange(len(documents))
        kind, document = documents[at]
        broken = mutate(texts[at], random)
        lengths = {document.path: broken.count(b"\n") + broken.count(b"\r") + 1}
        try:
            parsed = source.parse(document.path, broken)
            inventory = of_documents(DATA, [(kind, parsed)])
            mine = [finding for finding in inventory.findings if not finding.code.startswith("REF")]
        except Exception:  # noqa: BLE001 - whatever it is, it may not happen
            result.broken.append(f"mutant {number} of {document.path.name}: {traceback.format_exc(limit=-1)}")
            continue
        result.counts["refused" if mine else "read"] += 1
        if problem := _misplaced(mine, lengths):
            result.broken.append(f"mutant {number} of {document.path.name}: {problem}")
    return result


def _paths(value: Any, steps: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The ways to everything inside a value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, tuple | list) else ()
    for key, inner in items:
        yield (*steps, key)
        yield from _paths(inner, (*steps, key))


def _changed(value: Any, steps: tuple[Any, ...], change: Callable[[Any, Any], None]) -> Any:
    """A copy of the value with the change made in the container at the end of the steps."""
    fresh = _lists(copy.deepcopy(value))
    container = fresh
    for step in steps[:-1]:
        container = container[step]
    change(container, steps[-1])
    return _tuples(fresh)


def _lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _lists(inner) for key, inner in value.items()}
    return [_lists(inner) for inner in value] if isinstance(value, tuple | list) else value


def _tuples(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _tuples(inner) for key, inner in value.items()}
    return tuple(_tuples(inner) for inner in value) if isinstance(value, tuple | list) else value


STRANGE: tuple[Any, ...] = (
    "", " ", "unknown", "nosuch", "service.nosuch", 0, -1, 70000, True, None, [], {}, ["x"], {"to": "nosuch"}, "é",
    "x" * 300,
)  # fmt: skip


def _drop(container: Any, key: Any, _: Any) -> None:
    del container[key]


def _retype(container: Any, key: Any, strange: Any) -> None:
    container[key] = strange


def _rename(container: Any, key: Any, _: Any) -> None:
    if isinstance(container, dict):
        container[f"{key}x"] = container.pop(key)
    else:
        container.reverse()


def _duplicate(container: Any, key: Any, _: Any) -> None:
    if isinstance(container, list):
        container.append(container[key])
    else:
        container[key] = [container[key], container[key]]


def _dangle(container: Any, key: Any, _: Any) -> None:
    container[key] = f"{container[key]}-gone"


CHANGES: dict[str, Callable[[Any, Any, Any], None]] = {
    "dropped": _drop, "retyped": _retype, "renamed": _rename, "doubled": _duplicate, "left dangling": _dangle,
}  # fmt: skip


def _dependence(value: Any, number: int) -> Any:
    """Each service depends on the next, and the last on the first: a circle as long as the file."""
    records = _lists(value)
    for position, record in enumerate(records):
        record["depends_on"] = [records[(position + 1) % max(number, 1) % len(records)]["id"]]
    return _tuples(records)


def _overlap(value: Any, number: int) -> Any:
    """Two groups with one range of ports."""
    records = _lists(value)
    records[number % len(records)]["ports"] = list(records[(number + 1) % len(records)].get("ports", ["1-2"]))
    return _tuples(records)


def models(seed: int, scale: float) -> Result:
    """Values dropped, retyped, renamed, doubled, left dangling, circles and overlaps: through model, graph and rules.

    The mutants are drawn by hypothesis.
    """
    result = Result("model mutants")
    documents = _good_documents()
    lengths = {document.path: len(document.path.read_text(encoding="utf-8").splitlines()) for _, document in documents}
    paths = [list(_paths(document.value)) for _, document in documents]
    of_kind = {kind.name: at for at, (kind, _) in enumerate(documents)}

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=max(1, int(2_000 * scale)), deadline=None, database=None, phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    @hypothesis.given(strategies.data())
    def try_one(data: strategies.DataObject) -> None:
        how = data.draw(strategies.sampled_from([*CHANGES, "in a circle", "overlapping"]))
        number = data.draw(strategies.integers(1, 1000))
        if how in CHANGES:
            at = data.draw(strategies.integers(0, len(documents) - 1))
            steps = data.draw(strategies.sampled_from(paths[at]))
            strange = data.draw(strategies.sampled_from(STRANGE))
            value = _changed(documents[at][1].value, steps, lambda inside, key: CHANGES[how](inside, key, strange))
        else:
            at = of_kind["service" if how == "in a circle" else "group"]
            value = (_dependence if how == "in a circle" else _overlap)(documents[at][1].value, number)
        _judged(result, documents, at, value, how, lengths)

    try_one()
    return result


def _judged(result: Result, documents: list[Document], at: int, value: Any, how: str, lengths: dict[Path, int]) -> None:
    """Put a mutant through model, graph and rules, and note how that went."""
    kind, document = documents[at]
    mutant = copy.copy(document)
    mutant.value = value
    try:
        inventory: Inventory = of_documents(DATA, [*documents[:at], (kind, mutant), *documents[at + 1 :]])
        found = [*inventory.findings, *judge(Graph(inventory), commands=_COMMANDS)]
    except Exception:  # noqa: BLE001 - whatever it is, it may not happen
        result.broken.append(f"{document.path.name}, {how}: {traceback.format_exc(limit=-1)}")
        return
    result.counts["refused" if errors(found) else "fit all the same"] += 1
    if how in {"in a circle", "overlapping"} and not errors(found):
        result.broken.append(f"{document.path.name}, {how}: nothing was found")
    if problem := _misplaced(found, lengths):
        result.broken.append(f"{document.path.name}, {how}: {problem}")
