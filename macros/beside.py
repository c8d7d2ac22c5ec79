"""Two built sites side by side: which pages differ for a reader, and how.

Knows pages and files; nothing here knows what a site is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from pathlib import Path

from rapidfuzz.distance import Indel, LCSseq

from macros.article import Block, Sort, core, read

CONTEXT = 3
"""Unchanged blocks that are shown on either side of a change."""

MOST_ROWS = 400
"""Blocks that the comparison of one page shows; of the others it is said how many there are."""

MOST_ALIGNED = 100_000_000
"""How large the product of the lengths of two texts may be for them to be aligned; beyond it, all of both differs."""

MOST_PAIRED = 10_000
"""The same for a stretch of blocks that were rewritten, each of which is compared with each; beyond it, the first
goes with the first.
"""

ALIKE = 0.5
"""From which share of common characters on a block is the other one rewritten, and not another."""

LOOKED_AT = 2_000
"""Characters of a block that decide whether it is like another."""


class NoSiteError(ValueError):
    """A folder holds no built site. The message says what to do."""


# Two pages


class Fate(StrEnum):
    """What became of a block."""

    SAME = "same"
    CHANGED = "changed"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a block, and whether the other side has others in their place."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Side:
    """A block as one of the two pages has it, in pieces that together are its text."""

    sort: Sort
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The whole block."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Row:
    """A block before and after; None on the side that has it not."""

    fate: Fate
    before: Side | None
    after: Side | None


@dataclass(frozen=True, slots=True)
class Gap:
    """Rows that are not shown: how many are the same on both sides, and how many differ."""

    same: int
    differing: int = 0


def compare(before: Sequence[Block], after: Sequence[Block]) -> tuple[Row, ...]:
    """Two pages side by side, in reading order: the left sides are all of `before`, the right sides all of `after`."""
    rows: list[Row] = []
    for same, left, right in _stretches(before, after):
        if same:
            rows.extend(Row(Fate.SAME, side, side) for side in map(_whole, before[left]))
        else:
            rows.extend(_rewritten(before[left], after[right]))
    return tuple(rows)


def shortened(rows: Sequence[Row], context: int = CONTEXT, most: int = MOST_ROWS) -> tuple[Row | Gap, ...]:
    """The rows that differ with some that do not around them, and no more than `most`; gaps say what is left out."""
    shown: list[Row | Gap] = []
    kept = 0
    for is_near, stretch in groupby(zip(_near(rows, context), rows, strict=True), key=lambda pair: pair[0]):
        found = [row for _, row in stretch]
        room = max(0, most - kept) if is_near else 0
        shown.extend(found[:room])
        kept += len(found[:room])
        if left := found[room:]:
            _leave_out(shown, left)
    return tuple(shown)


def _near(rows: Sequence[Row], context: int) -> list[bool]:
    """Which rows are so near to one that differs that they are shown; a gap of one would take as much room as it."""
    near = [False] * len(rows)
    for place, row in enumerate(rows):
        if row.fate is not Fate.SAME:
            low, high = max(0, place - context), min(len(rows), place + context + 1)
            near[low:high] = [True] * (high - low)
    for place in range(1, len(rows) - 1):
        near[place] = near[place] or (near[place - 1] and near[place + 1])
    return near


def _leave_out(shown: list[Row | Gap], left: Sequence[Row]) -> None:
    """Say that these rows are not shown, in one gap with those before."""
    same = sum(row.fate is Fate.SAME for row in left)
    last = shown.pop() if shown and isinstance(shown[-1], Gap) else Gap(0)
    assert isinstance(last, Gap)  # noqa: S101 - what was just asked
    shown.append(Gap(last.same + same, last.differing + len(left) - same))


Stretch = tuple[bool, slice, slice]
"""Whether it is the same on both sides, and where it is in each."""


def _stretches(before: Sequence[object], after: Sequence[object]) -> Iterator[Stretch]:
    """Two sequences cut into stretches, by turns the same and not; empty ones are left out."""
    first = _common(before, after)
    last = _common(before[first:][::-1], after[first:][::-1])
    left, right = len(before) - last, len(after) - last
    if first:
        yield True, slice(0, first), slice(0, first)
    yield from _middle(before[first:left], after[first:right], first)
    if last:
        yield True, slice(left, len(before)), slice(right, len(after))


def _common(before: Sequence[object], after: Sequence[object]) -> int:
    """How many items the two begin with alike."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(before), len(after)))


def _middle(before: Sequence[object], after: Sequence[object], offset: int) -> Iterator[Stretch]:
    numbers: dict[object, int] = {}  # the alignment tells items apart by their hash, and only numbers have their own
    one = [numbers.setdefault(item, len(numbers)) for item in before]
    other = [numbers.setdefault(item, len(numbers)) for item in after]
    if not one and not other:
        return
    if len(one) * len(other) > MOST_ALIGNED:
        yield False, slice(offset, offset + len(one)), slice(offset, offset + len(other))
        return
    steps = [(code.tag == "equal", code) for code in LCSseq.opcodes(one, other)]
    for same, group in groupby(steps, key=lambda step: step[0]):
        codes = [code for _, code in group]
        yield (
            same,
            slice(offset + codes[0].src_start, offset + codes[-1].src_end),
            slice(offset + codes[0].dest_start, offset + codes[-1].dest_end),
        )


def _rewritten(before: Sequence[Block], after: Sequence[Block]) -> Iterator[Row]:
    """A stretch that is another: blocks that were rewritten beside each other, in order, the rest alone."""
    left = right = 0
    for one, other in [*_pairs(before, after), (len(before), len(after))]:
        yield from (Row(Fate.GONE, _whole(block), None) for block in before[left:one])
        yield from (Row(Fate.NEW, None, _whole(block)) for block in after[right:other])
        if one < len(before):
            yield Row(Fate.CHANGED, *_marked(before[one], after[other]))
        left, right = one + 1, other + 1


def _pairs(before: Sequence[Block], after: Sequence[Block]) -> list[tuple[int, int]]:
    """Which block became which: the pairs in order that are together the most alike."""
    if len(before) * len(after) > MOST_PAIRED:
        return [(at, at) for at in range(min(len(before), len(after))) if _likeness(before[at], after[at])]
    likeness = [[_likeness(one, other) for other in after] for one in before]
    best = [[0.0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for i in reversed(range(len(before))):
        for j in reversed(range(len(after))):
            paired = likeness[i][j] + best[i + 1][j + 1] if likeness[i][j] else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], paired)
    pairs, i, j = [], 0, 0
    while i < len(before) and j < len(after):
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            pairs.append((i, j))
            i, j = i + 1, j + 1
    return pairs


def _likeness(one: Block, other: Block) -> float:
    """How much of two blocks is the same, from 0 to 1; 0 where one cannot be the other rewritten."""
    if one.sort is not other.sort:
        return 0.0
    alike = Indel.normalized_similarity(one.text[:LOOKED_AT], other.text[:LOOKED_AT])
    if one.sort is Sort.FACT and one.text.partition(":")[0] == other.text.partition(":")[0]:
        return max(alike, ALIKE)
    return alike if alike >= ALIKE else 0.0


_WORD = re.compile(r"\w+|\s+|[^\w\s]")


def _marked(before: Block, after: Block) -> tuple[Side, Side]:
    """A block and what became of it, with the words that differ marked on both sides."""
    one, other = _WORD.findall(before.text), _WORD.findall(after.text)
    left: list[Piece] = []
    right: list[Piece] = []
    stretches = list(_stretches(one, other))
    for place, (same, here, there) in enumerate(stretches):
        # A space or a comma between two words that differ is no island for the eye.
        alone = same and 0 < place < len(stretches) - 1 and not any(word[0].isalnum() for word in one[here])
        _add(left, "".join(one[here]), differs=alone or not same)
        _add(right, "".join(other[there]), differs=alone or not same)
    return Side(before.sort, tuple(left)), Side(after.sort, tuple(right))


def _add(pieces: list[Piece], text: str, *, differs: bool) -> None:
    """Put words at the end, as one piece with those before that are marked alike."""
    if text:
        last = pieces.pop().text if pieces and pieces[-1].differs is differs else ""
        pieces.append(Piece(last + text, differs))


def _whole(block: Block) -> Side:
    return Side(block.sort, (Piece(block.text, differs=False),))


# Two sites


@dataclass(frozen=True, slots=True)
class PageName:
    """A page by its address from the site's root (`services/x/`, empty for the home page) and its title."""

    address: str
    title: str


@dataclass(frozen=True, slots=True)
class PageChange:
    """A page that both sites have and that says other things, shortened to what changed.

    `changed`, `gone` and `new` count blocks, those that are not shown among them.
    """

    address: str
    title_before: str
    title_after: str
    rows: tuple[Row | Gap, ...]
    changed: int
    gone: int
    new: int


@dataclass(frozen=True, slots=True)
class SiteChange:
    """What a reader of the second site sees otherwise than one of the first; each list in the order of addresses."""

    changed: tuple[PageChange, ...]
    added: tuple[PageName, ...]
    removed: tuple[PageName, ...]


def compare_sites(before: Path, after: Path) -> SiteChange:
    """Compare all pages below two folders of built sites. Raises `NoSiteError` where one holds no page."""
    old, new = _pages(before), _pages(after)
    both = sorted(old.keys() & new.keys())
    changes = (compare_pages(address, old[address].read_bytes(), new[address].read_bytes()) for address in both)
    return SiteChange(
        tuple(change for change in changes if change is not None),
        tuple(PageName(address, read(new[address].read_bytes()).title) for address in sorted(new.keys() - old.keys())),
        tuple(PageName(address, read(old[address].read_bytes()).title) for address in sorted(old.keys() - new.keys())),
    )


def compare_pages(address: str, before: bytes, after: bytes) -> PageChange | None:
    """Compare two HTML pages; None where they say the same."""
    if before == after or core(before) == core(after):
        return None
    one, other = read(before), read(after)
    if one.blocks == other.blocks:
        return None
    rows = compare(one.blocks, other.blocks)
    count = {fate: sum(row.fate is fate for row in rows) for fate in Fate}
    counts = (count[Fate.CHANGED], count[Fate.GONE], count[Fate.NEW])
    return PageChange(address, one.title, other.title, shortened(rows), *counts)


def _pages(site: Path) -> dict[str, Path]:
    """The pages of a site by their addresses."""
    found = {
        path.relative_to(site).as_posix().removesuffix("index.html"): path
        for path in site.rglob("*.html")
        if path.is_file()
    }
    if not found:
        raise NoSiteError(f"{site} holds no built site: build one there first, `inventory build --site {site}`")
    return found
