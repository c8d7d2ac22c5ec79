"""Rules of facts that nobody has looked at for too long."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from macros.finding import Severity
from macros.model import InventoryRecord, Operated, Record
from macros.model.values import Interval
from macros.rules import Case, Cited, Found, rule
from macros.rules.words import length, many

A_YEAR = Interval(365 * 24 * 60, "Every 365 days")
"""How long a fact is taken for fresh where nobody has said how long."""


def _own(case: Case) -> InventoryRecord | None:
    return next(iter(list(case.all(InventoryRecord))), None)


def _limit(case: Case, record: Record) -> Interval:
    """How often a record is to be reviewed: as its tier says, else the inventory, else once a year."""
    rotation = case.rotation(record.key) if isinstance(record, Operated) else None
    own = _own(case)
    stated = (rotation.review_every if rotation else None) or (own.review_every if own else None)
    return stated if stated is not None else A_YEAR


def _overdue(since: date, limit: Interval, today: date) -> int:
    """Days since then, where these are more than the limit; else 0."""
    passed = today - since
    return passed.days if passed > timedelta(minutes=limit.minutes) else 0


@rule("FRS001", Severity.WARNING)
def source_out_of_date(case: Case) -> Iterator[Found]:
    """The document that the facts were taken from is no older than facts may be."""
    own = _own(case)
    if own is None or own.source_updated is None:
        return
    limit = own.review_every or A_YEAR
    held = max(
        own.source_updated, own.reviewed or own.source_updated
    )  # somebody may have held it against the truth since
    if days := _overdue(held, limit, case.today):
        message = (
            f"the source was last updated on {own.source_updated}, and nobody has held it against the truth for "
            f"{many(days, 'day')} before {case.today}; {length(limit)} is what facts may be old: review them, and write "
            "`reviewed` in this record"
        )
        yield Found(message, (Cited(own.key, ("source_updated",)),))


@rule("FRS002", Severity.WARNING)
def review_overdue(case: Case) -> Iterator[Found]:
    """A record that somebody has reviewed is reviewed again in the time that its on-call tier allows."""
    late: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for record in case.all(Record):
        if record.reviewed is None:
            continue
        limit = _limit(case, record)
        if days := _overdue(record.reviewed, limit, case.today):
            late[(record.kind, length(limit))].append((record.key, days))
    for (kind, allowed), records in late.items():
        told = ", ".join(f"`{case.name(key)}` ({many(days, 'day')} ago)" for key, days in records[:4])
        more = f" and {len(records) - 4} more" if len(records) > 4 else ""  # noqa: PLR2004 - what a line holds
        them = "them" if len(records) > 1 else "it"
        message = f"not reviewed for longer than {allowed}: {told}{more}: review {them}, and write `reviewed` anew"
        cited = tuple(Cited(key, ("reviewed",), "overdue") for key, _ in records)
        yield Found(message, cited, about=(), detail=f"{kind} {allowed}")


@rule("FRS003", Severity.ERROR)
def reviewed_in_the_future(case: Case) -> Iterator[Found]:
    """Nothing has been reviewed on a day that is yet to come."""
    for record in case.all(Record):
        if record.reviewed is not None and record.reviewed > case.today + timedelta(days=1):
            message = f"`{record.reviewed}` lies after {case.today}: write the day on which it was reviewed"
            yield Found(message, (Cited(record.key, ("reviewed",)),))
