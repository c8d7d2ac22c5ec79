"""From two inventories to the document of their difference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from macros.cache import digest
from macros.diff.consequence import Compared
from macros.diff.document import MOST_TEXT, Document, Same, Side
from macros.diff.edit import Added, Edit, Removed, Renamed, edits
from macros.diff.snapshot import Snapshot, snapshot
from macros.diff.telling import document
from macros.diff.words import plural, shortened
from macros.model import KINDS
from macros.workspace import Workspace

MOST_PROBLEMS = 5
"""Of what is wrong with a state, so much is told."""


def compared(before: Snapshot, after: Snapshot) -> Compared:
    """Two snapshots and the edits between them, without those that only say that a file could not be read."""
    found = edits(before.state, after.state)
    return Compared(before, after, tuple(edit for edit in found if not _may_be_there(edit, before, after)))


def _may_be_there(edit: Edit, before: Snapshot, after: Snapshot) -> bool:
    """Whether a record is missing in one of the two where some file of its kind could not be read."""
    match edit:
        case Added(record):
            return record.kind in before.unread
        case Removed(record):
            return record.kind in after.unread
        case _:
            return False


@dataclass(frozen=True)
class Difference:
    """Two workspaces, the document of what changes from one to the other, and the edits behind it.

    `base` is None where there was nothing to compare with.
    """

    base: Workspace | None
    head: Workspace
    document: Document
    edits: tuple[Edit, ...]

    @property
    def names(self) -> dict[str, str]:
        """New keys of renamed records, by old ones."""
        return {edit.before: edit.after for edit in self.edits if isinstance(edit, Renamed)}


def difference(base: Workspace, head: Workspace, base_name: Side, head_name: Side, note: str = "") -> Difference:
    """The difference of two workspaces, which are of one day. The sides carry their names and commits.

    A note says what of the base is not as one would expect.
    """
    before, after = snapshot(base), snapshot(head)
    found = compared(before, after)
    sides = _side(base_name, before), _side(head_name, after)
    told = document(found, *sides, [*filter(None, [note]), *_not_compared(before, after)])
    same = Same.ALL if digest(base.data) == digest(head.data) else Same.FACTS
    is_read = same is Same.ALL or not (before.unread or after.unread)
    if not found.edits and not told.changes and is_read:
        told = told.model_copy(update={"same": same})
    return Difference(base, head, told, found.edits)


def uncompared(head: Workspace, base_name: Side, head_name: Side, why: str) -> Difference:
    """What is told of a head that there is nothing to compare with, and why."""
    side = _side(head_name, snapshot(head))
    told = Document(base=base_name, head=side, same=Same.UNKNOWN, not_compared=(shortened(why, MOST_TEXT),))
    return Difference(None, head, told, ())


def _side(side: Side, found: Snapshot) -> Side:
    return side.model_copy(update={"records": len(found.state), "errors": len(found.problems)})


def _not_compared(before: Snapshot, after: Snapshot) -> Iterator[str]:
    """What could not be read or compared, the base's first."""
    for name, found in (("base", before), ("head", after)):
        if found.problems:
            yield f"The {name} has {plural(len(found.problems), 'error')}; what could be read of it is compared."
            told = found.problems if found is before else ()  # those of the head are found now
            yield from told[:MOST_PROBLEMS]
            if len(told) > MOST_PROBLEMS:
                yield f"… and {len(told) - MOST_PROBLEMS} more."
        for kind in found.unread:
            what = KINDS[kind].titles
            yield f"{what}: some file of the {name} could not be read, so what was added or removed is not told."
    if not (before.judged and after.judged):
        yield "Warnings and notes are not compared, since the rules could not judge both."
