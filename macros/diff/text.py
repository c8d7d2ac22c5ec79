"""A difference as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.text import Text

from macros.diff.arrangement import NOBODY, arranged
from macros.diff.document import Change, Document, Level, Part

STYLES = {Level.CRITICAL: "bold red", Level.MAJOR: "yellow", Level.MINOR: "", Level.WORDING: "dim"}


def as_text(document: Document) -> Iterator[Text]:
    """The lines, the gravest change first."""
    order = arranged(document)
    yield Text(f"{document.base.name} → {document.head.name}: {order.headline}", "bold")
    if order.first:
        yield Text()
        yield Text(Level.CRITICAL.heading, "bold")
        for change in order.first:
            yield from _change(change, document)
    for group in order.groups:
        yield Text()
        name = "Nobody is known to answer for this" if group.team == NOBODY else f"For {document.team(group.team)}"
        yield Text(name, "bold")
        for change in group.changes:
            yield from _change(change, document, beside=group.team)
    if document.more:
        yield Text(f"… and {document.more:,} more")
    yield from _people(order.reviewers, order.affected, document)
    if document.not_compared:
        yield Text()
        yield Text("Not compared", "bold")
        yield from (Text(f"  {line}") for line in document.not_compared)


def _people(reviewers: tuple[tuple[str, int], ...], affected: tuple[str, ...], document: Document) -> Iterator[Text]:
    if reviewers:
        yield Text()
        yield Text(f"To review: {', '.join(f'{document.team(team)} ({number})' for team, number in reviewers)}")
    if affected:
        yield Text(f"Newly affected: {', '.join(document.team(team) for team in affected)}")


def _change(change: Change, document: Document, beside: str = "") -> Iterator[Text]:
    """One change: what it says, why it weighs and who should look; then its details."""
    reasons = "; ".join(sentence(reason) for reason in change.why)
    line = Text(f"  {sentence(change.says)}", STYLES[change.level])
    if reasons:
        line.append(f"  ({reasons})", "dim")
    others = [document.team(team) for team in change.reviewers if team != beside]
    if others:
        line.append(f"  review: {', '.join(others)}", "dim")
    yield line
    for detail in change.details:
        yield Text(f"      {sentence(detail)}")
    if change.more:
        yield Text(f"      … and {change.more:,} more")


def sentence(parts: Iterable[Part]) -> str:
    """A sentence without marks; values in backticks."""
    return "".join(f"`{part.text}`" if part.role == "value" else part.text for part in parts)
