"""In which order a difference is told: what to look at first, then by who should review, the gravest first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from macros.diff.document import Change, Document, Level, Part, Same
from macros.diff.words import plural

NOBODY = ""
"""In place of a team, where nobody is known to answer for what changes."""


@dataclass(frozen=True)
class Group:
    """What one team should review, besides what is told first."""

    team: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Arranged:
    """The changes of a document, each once, in the order in which they are told."""

    heading: tuple[Part, ...]
    """What the gravest change says; nothing where there is none."""

    headline: str
    first: tuple[Change, ...]
    groups: tuple[Group, ...]
    reviewers: tuple[tuple[str, int], ...]
    """The teams that should review, with how many changes, the one with the gravest first."""

    affected: tuple[str, ...]
    """The teams that are newly affected, those with most first."""


def arranged(document: Document) -> Arranged:
    """The order for a document, whose changes are ranked."""
    first = tuple(change for change in document.changes if change.level is Level.CRITICAL)
    by_team: dict[str, list[Change]] = {}
    for change in document.changes:
        if change.level is not Level.CRITICAL:
            by_team.setdefault(change.reviewers[0] if change.reviewers else NOBODY, []).append(change)
    number = Counter(team for change in document.changes for team in change.reviewers)
    affected = Counter(team for change in document.changes for team in change.affected)
    return Arranged(
        document.changes[0].says if document.changes else (),
        headline(document),
        first,
        tuple(Group(team, tuple(changes)) for team, changes in by_team.items()),
        tuple(number.items()),
        tuple(team for team, _ in affected.most_common()),
    )


def said(order: Arranged) -> str:
    """What the change comes to, as text: what its gravest part says, else how much there is of it."""
    return "".join(part.text for part in order.heading) or order.headline


def headline(document: Document) -> str:
    """What the change comes to, in a sentence."""
    match document.same:
        case Same.ALL:
            return "The facts are the same."
        case Same.FACTS:
            return "Only order, comments or layout differ: every fact is the same."
        case Same.UNKNOWN:
            return "There was nothing to compare with."
        case _:
            number = Counter(change.level for change in document.changes)
            told = {
                Level.CRITICAL: "to look at first",
                Level.MAJOR: "that change what happens" if number[Level.MAJOR] != 1 else "that changes what happens",
                Level.MINOR: "of facts",
                Level.WORDING: "of words",
            }
            parts = [f"{number[level]:,} {words}" for level, words in told.items() if number[level]]
            total = len(document.changes) + document.more
            if not parts:
                return "No change of facts in what could be compared."
            return f"{plural(total, 'change')}: {', '.join(parts)}."
