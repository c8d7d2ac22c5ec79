"""While a change is previewed: what it changes of each record, for marks on pages. Otherwise there is nothing to mark."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Literal
from weakref import WeakKeyDictionary

from macros.diff.arrangement import arranged, said
from macros.diff.comparison import Difference
from macros.diff.document import Change, Document, Type
from macros.diff.edit import Added, Renamed
from macros.finding import errors
from macros.workspace import Workspace

PAGE = "changes"
"""Where a preview has the page of changes."""

STYLESHEETS = ("assets/inventory/preview.css", "assets/inventory/changes.css")
"""How marks, the page of changes and pages before and after look; other sites go without."""


@dataclass(frozen=True)
class Mark:
    """That a record is new or changed, and the gravest change of it."""

    word: Literal["new", "changed"]
    change: Change
    number: int


class Preview:
    """The difference that a preview shows."""

    def __init__(self, difference: Difference) -> None:
        self.difference = difference

    @property
    def document(self) -> Document:
        """What changes, in words."""
        return self.difference.document

    @property
    def base(self) -> Workspace | None:
        """The state before; None where too much of it is wrong for its drawings."""
        base = self.difference.base
        return None if base is None or errors([*base.inventory.findings, *base.drawings.findings]) else base

    def changes_of(self, key: str) -> list[Change]:
        """The changes that speak of a record, the gravest first."""
        return self._by_record.get(key, [])

    def mark(self, key: str) -> Mark | None:
        """The mark of a record; None where nothing of it changes."""
        found = self.changes_of(key)
        if not found:
            return None
        return Mark("new" if key in self.new else "changed", found[0], len(found))

    @cached_property
    def new(self) -> frozenset[str]:
        """The records that were not there."""
        return frozenset(edit.record.key for edit in self.difference.edits if isinstance(edit, Added))

    def old(self, key: str) -> str:
        """The key that a record had."""
        renamings = (edit for edit in self.difference.edits if isinstance(edit, Renamed))
        return next((edit.before for edit in renamings if edit.after == key), key)

    @cached_property
    def _by_record(self) -> dict[str, list[Change]]:
        found: dict[str, list[Change]] = defaultdict(list)
        for change in self.document.changes:
            for key in change.records if change.type is not Type.FINDING_RESOLVED else change.records[:1]:
                found[key].append(change)
        return found


_previews: WeakKeyDictionary[Workspace, Preview] = WeakKeyDictionary()


def show(workspace: Workspace, preview: Preview) -> None:
    """Mark the pages of a workspace with what a difference changes."""
    _previews[workspace] = preview


def of(workspace: Workspace) -> Preview | None:
    """What is previewed; None where nothing is."""
    return _previews.get(workspace)


def banner(preview: Preview) -> dict[str, str]:
    """What every page of a preview says at its top."""
    document = preview.document
    return {
        "base": document.base.name,
        "head": document.head.name,
        "headline": said(arranged(document)),
        "page": PAGE,
    }
