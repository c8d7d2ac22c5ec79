"""While a change is previewed: what it changes of each record, for marks on pages. Otherwise there is nothing to mark."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal
from weakref import WeakKeyDictionary

from macros.diff.arrangement import headline
from macros.diff.comparison import Difference
from macros.diff.document import Change, Document, Type
from macros.diff.edit import Added, Renamed
from macros.finding import errors
from macros.graph import Graph
from macros.workspace import Workspace

PAGE = "changes"
"""Where a preview has the page of changes."""

Arrow = tuple[str, str]
"""The tail and the head of a relation, by key."""


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
        return None if errors([*base.inventory.findings, *base.drawings.findings]) else base

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

    @cached_property
    def new_arrows(self) -> frozenset[Arrow]:
        """The relations that nobody stated before."""
        return frozenset(self._arrows_after - self._arrows_before)

    @cached_property
    def gone_arrows(self) -> frozenset[Arrow]:
        """The relations that nobody states any more, by the keys of before."""
        return frozenset(
            arrow for arrow in _arrows(self.difference.base.graph) if self._renamed(arrow) not in self._arrows_after
        )

    @cached_property
    def gone(self) -> frozenset[str]:
        """The records that are there no longer, by the keys of before."""
        after = self.difference.head.inventory
        names = self.difference.names
        return frozenset(key for key in self.difference.base.inventory.entries if names.get(key, key) not in after)

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

    @cached_property
    def _arrows_after(self) -> set[Arrow]:
        return set(_arrows(self.difference.head.graph))

    @cached_property
    def _arrows_before(self) -> set[Arrow]:
        return {self._renamed(arrow) for arrow in _arrows(self.difference.base.graph)}

    def _renamed(self, arrow: Arrow) -> Arrow:
        names = self.difference.names
        return names.get(arrow[0], arrow[0]), names.get(arrow[1], arrow[1])


def _arrows(graph: Graph) -> Iterator[Arrow]:
    return ((edge.tail, edge.head) for edge in graph.edges)


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
        "headline": headline(document),
        "page": PAGE,
    }
