"""Rules of states that refute each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from macros.finding import Severity
from macros.model import Readiness, ReadinessArea, Record
from macros.model.values import Severity as Reading
from macros.model.values import Status
from macros.rules import Case, Cited, Found, rule
from macros.rules.words import many


def _status(record: Record) -> tuple[str, Status | None]:
    """The field that says how a record is, and what it says."""
    for name in ("status", "compliance"):
        value = getattr(record, name, None)
        if isinstance(value, Status):
            return name, value
    return "status", None


@rule("STS001", Severity.WARNING)
def area_against_its_items(case: Case) -> Iterator[Found]:
    """A part of the checklist is complete when each of its items is ticked, and not before."""
    items: dict[str, list[Readiness]] = defaultdict(list)
    for item in case.all(Readiness):
        items[item.area.key].append(item)
    for area in case.all(ReadinessArea):
        open_items = [item for item in items[area.key] if not item.done]
        complete = area.status is not None and area.status.reading is Reading.GOOD
        if area.status is None or not items[area.key] or complete is not bool(open_items):
            continue
        number = len(open_items)
        message = f"`{area.name}` is stated as {area.status.shown.lower()}, and " + (
            f"{number} of its {many(len(items[area.key]), 'item')} {'are' if number > 1 else 'is'} not ticked: change the "
            f"status, or tick {'them' if number > 1 else 'it'}"
            if open_items
            else "all of its items are ticked: change the status"
        )
        cited = (Cited(item.key, ("done",), "not ticked") for item in open_items)
        yield Found(message, (Cited(area.key, ("status",)), *cited))


@rule("STS002", Severity.WARNING)
def ticked_while_unfinished(case: Case) -> Iterator[Found]:
    """A ticked readiness item speaks of what is finished. (Where it has evidence, that decides instead.)"""
    for item in case.all(Readiness):
        if not item.done or item.evidence:
            continue
        unfinished = []
        for key in case.whole(item.subject):
            status = _status(case.inventory[key])[1]
            if status is not None and status.reading in {Reading.MOVING, Reading.BAD}:
                unfinished.append((key, status))
        if unfinished:
            told = ", ".join(f"`{case.name(key)}` is {status.shown.lower()}" for key, status in unfinished)
            message = f"“{item.name}” is ticked, and {told}: untick it, or change the status"
            cited = (Cited(key, (_status(case.inventory[key])[0],), "its status") for key, _ in unfinished)
            yield Found(message, (Cited(item.key, ("done",)), *cited))


@rule("STS003", Severity.WARNING)
def finished_on_unfinished(case: Case) -> Iterator[Found]:
    """What is called finished does not stand on what is still being built, tested or taken out of service."""
    apart: dict[str, list[tuple[str, tuple[str | int, ...]]]] = defaultdict(list)
    for edge in case.graph.edges:
        if not edge.relation.dependency or edge.inherited or edge.tail == edge.head:
            continue
        mine, theirs = _status(case.inventory[edge.tail])[1], _status(case.inventory[edge.head])[1]
        if mine is None or theirs is None or mine.reading is not Reading.GOOD:
            continue
        if theirs.reading in {Reading.MOVING, Reading.BAD} and theirs is not Status.DEGRADED:
            apart[edge.head].append((edge.tail, edge.steps))
    for head, tails in apart.items():
        name, status = _status(case.inventory[head])
        says = {key: _status(case.inventory[key])[1] for key, _ in tails}
        told = ", ".join(f"`{case.name(key)}` is {word.shown.lower()}" for key, word in says.items() if word)
        state = status.shown.lower() if status else "unknown"
        message = (
            f"`{case.name(head)}` is in the state “{state}”, and what stands on it is called finished: {told}: change one of "
            "the states"
        )
        cited = (Cited(key, steps, "stands on it") for key, steps in tails)
        yield Found(message, (Cited(head, (name,)), *cited))


@rule("STS004", Severity.NOTE)
def open_while_finished(case: Case) -> Iterator[Found]:
    """An open readiness item speaks of something unfinished: where all it speaks of is called finished, one is wrong."""
    for item in case.all(Readiness):
        stated = [(link.key, *_status(case.inventory[link.key])) for link in item.subject if link.key]
        finished = [(key, name, status) for key, name, status in stated if status is not None]
        if item.done or item.evidence or not finished or len(finished) < len(item.subject):
            continue  # of what nobody states, nobody says that it is finished
        if all(status.reading is Reading.GOOD for _, _, status in finished):
            told = ", ".join(f"`{case.name(key)}` is {status.shown.lower()}" for key, _, status in finished)
            message = f"“{item.name}” is not ticked, and {told}: say what is missing there, or tick it"
            cited = (Cited(key, (name,), "its state") for key, name, _ in finished)
            yield Found(message, (Cited(item.key, ("done",)), *cited))
