"""A difference in words: each edit and each consequence as a change that says what follows from it, the gravest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from macros.diff.consequence import Compared, OwnerChanged, consequences
from macros.diff.consequences_told import OfConsequences
from macros.diff.document import MAX_BYTES, MOST_CHANGES, MOST_TEXT, Change, Document, Level, Same, Side, Team, Type
from macros.diff.edits_told import OfEdits
from macros.diff.voice import Voice
from macros.diff.words import shortened

_WEIGHTS = list(Level)
_ORDER = [
    Type.ENTITY_REMOVED,
    Type.OWNER_CHANGED,
    Type.PAGING_CHANGED,
    Type.STATUS_MOVED,
    Type.SIGNOFF_STALE,
    Type.BLAST_RADIUS_CHANGED,
    Type.ENTITY_ADDED,
    Type.RUNBOOK_CHANGED,
    Type.RELATION_MOVED,
    Type.RELATION_REMOVED,
    Type.RELATION_ADDED,
    Type.MILESTONE_MOVED,
    Type.READINESS_MOVED,
    Type.ENTITY_RENAMED,
    Type.EXERCISE_STALE,
    Type.FINDING_APPEARED,
    Type.FIELD_CHANGED,
    Type.RELATION_CONFIRMED,
    Type.FINDING_RESOLVED,
]
"""Of changes of one level, what is told first."""


def document(compared: Compared, base: Side, head: Side, not_compared: Iterable[str] = ()) -> Document:
    """The document of a difference, whose facts are taken to differ."""
    voice = Voice(compared)
    changes = _ranked(voice)
    kept = list(_bounded(changes))
    teams = sorted({key for one in kept for key in (*one.reviewers, *one.affected)})
    return Document(
        base=base,
        head=head,
        same=Same.LITTLE,
        changes=tuple(kept),
        more=len(changes) - len(kept),
        teams=tuple(Team(key=key, name=shortened(voice.name(key), MOST_TEXT)) for key in teams[:MOST_TEAMS]),
        not_compared=tuple(shortened(text, MOST_TEXT) for text in not_compared),
    )


MOST_TEAMS = 5_000
"""Teams that a document names; of others it has the ids."""

MOST_WRITTEN = MAX_BYTES * 3 // 4
"""Bytes that the changes of a document may take, so that whoever reads it takes all of it."""


def _bounded(changes: Iterable[Change]) -> Iterator[Change]:
    """As many changes as a document holds, the gravest first."""
    written = 0
    for number, change in enumerate(changes):
        written += 2 * len(change.model_dump_json())  # laid out in lines it is longer
        if number == MOST_CHANGES or written > MOST_WRITTEN:
            return
        yield change


def _ranked(voice: Voice) -> list[Change]:
    """All changes: by weight, then by what is told first, then by how much falls with what they are of."""
    follows = list(consequences(voice.compared))
    handed_on = {key for one in follows if isinstance(one, OwnerChanged) for key in one.keys}
    found = [*OfConsequences(voice, follows).changes(), *OfEdits(voice, handed_on).changes()]

    def rank(change: Change) -> tuple[int, int, int, tuple[str, ...], str]:
        falls = max((voice.falls(key) for key in change.records[:20]), default=0)
        return _WEIGHTS.index(change.level), _ORDER.index(change.type), -falls, change.records, change.id

    return sorted(found, key=rank)
