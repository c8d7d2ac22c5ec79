"""Every fact of the document that the inventory was made from can be read on the site.

A fact is a row of a table, an item of a checklist with its state, a line of a list, a stage or a gate of the pipeline,
or a milestone. It counts as found where all its words stand together: in one row, one item, one card, or on one short
page of a record.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from bs4 import Tag

from tests.conftest import ROOT
from tests.test_site_checks import Page, read

DOCUMENT = ROOT / "docs" / "source" / "production-inventory.md"
SHORT = 600
"""A page of a record with more words than this does not count: too much stands on it by chance."""


@dataclass(frozen=True)
class Fact:
    """A statement of the document: what it is, the line it stands on, its phrases, and whether it is ticked."""

    shape: str
    line: int
    phrases: tuple[str, ...]
    ticked: bool | None = None

    def __str__(self) -> str:
        state = "" if self.ticked is None else f" [{'x' if self.ticked else ' '}]"
        return f"{DOCUMENT.name}:{self.line}: {self.shape}{state}: {' | '.join(self.phrases)}"


def normal(text: str) -> str:
    """Words alone, between single spaces: no case, no signs around words, one spelling of a team and of a hyphen."""
    text = re.sub("[‐-―]", "-", text.lower())
    text = re.sub(r"@([a-z]+)-team\b", r"\1", text)
    words = (word.strip("*`_:;.,()[]“”\"'→·✅🔄<>") for word in text.split())
    return f" {' '.join(word for word in words if word)} "


def phrases(*cells: str) -> tuple[str, ...]:
    """The phrases of a fact: what stands between commas, colons and brackets of its cells."""
    pieces = (piece for cell in cells for piece in re.split(r"[,()→]|:\s", cell))
    found = (normal(re.sub(r"\bTeam\s*$", "", piece.strip(" *`"))).strip() for piece in pieces)
    return tuple(phrase for phrase in found if phrase)


def facts(lines: list[str]) -> Iterator[Fact]:
    """The facts of the document, from its lines."""
    fence: list[tuple[int, str]] | None = None
    for number, line in enumerate(lines, 1):
        if line.startswith("```"):
            if fence is not None:
                yield from drawn(fence)
            fence = [] if fence is None else None
        elif fence is not None:
            fence.append((number, line))
        elif line.startswith("|") and number > 2 and lines[number - 3].startswith("|"):
            yield Fact("row", number, phrases(*line.strip("|").split("|")))
        elif box := re.match(r"- \[([ x])\] ", line):
            yield Fact("item", number, phrases(line[box.end() :]), ticked=box[1] == "x")
        elif mark := re.match(r"(?:-|\d+\.) ", line):
            yield Fact("line", number, phrases(line[mark.end() :]))


def drawn(block: list[tuple[int, str]]) -> Iterator[Fact]:
    """The facts of a block of fixed width: milestones, one a line, or the pipeline."""
    if block[0][1].startswith("T-"):
        for number, line in block:
            yield Fact("milestone", number, phrases(line))
        return
    number, stages = block[0]
    names = [stage.strip() for stage in stages.split("→")]
    columns = [match.start() for match in re.finditer("↓", block[1][1])]
    gates = gates_below(columns, [line for _, line in block[2:]])
    for name, gate in zip(names, gates, strict=True):
        yield Fact("stage", number, phrases(name))
        yield Fact("gate", number + 2, (*phrases(name), *phrases(gate)))


def gates_below(columns: list[int], lines: Iterable[str]) -> list[str]:
    """The words below each arrow."""
    cut = [cells_below(columns, list(re.finditer(r"\S+", line))) for line in lines]
    return [" ".join(cells) for cells in zip(*cut, strict=True)]


def cells_below(columns: list[int], words: list[re.Match[str]]) -> list[str]:
    """A line cut into one cell an arrow, so that the words are as near to their arrows as can be."""

    def cells(cuts: tuple[int, ...]) -> list[list[re.Match[str]]]:
        return [words[start:end] for start, end in pairwise((0, *cuts, len(words)))]

    def distance(cuts: tuple[int, ...]) -> float:
        cut = zip(columns, cells(cuts), strict=True)
        return sum(abs(column - (word.start() + word.end() - 1) / 2) for column, cell in cut for word in cell)

    nearest = min(combinations(range(1, len(words)), len(columns) - 1), key=distance)
    return [" ".join(word[0] for word in cell) for cell in cells(nearest)]


@dataclass(frozen=True)
class Shown:
    """Words that stand together on the site, and the state of the box among them."""

    words: str
    ticked: bool | None = None

    def has(self, fact: Fact) -> bool:
        if fact.ticked is not None and fact.ticked is not self.ticked:
            return False
        return all(f" {phrase} " in self.words for phrase in fact.phrases)


def shown(pages: Iterable[Page]) -> Iterator[Shown]:
    for page in pages:
        if page.address == "404.html":
            continue
        for block in page.article.select("tr, li, dl.card"):
            yield Shown(normal(block.get_text(" ")), box_of(block))
        words = normal(page.article.get_text(" "))
        if page.article.select_one(".facts--record") and len(words.split()) < SHORT:
            yield Shown(words)


def box_of(block: Tag) -> bool | None:
    box = block.select_one("input[type=checkbox]")
    return None if box is None else box.has_attr("checked")


def missing(wanted: Iterable[Fact], found: list[Shown]) -> list[Fact]:
    return [fact for fact in wanted if not any(block.has(fact) for block in found)]


FACTS = list(facts(DOCUMENT.read_text(encoding="utf-8").splitlines()))


@pytest.fixture(scope="module")
def on_the_site(site: Path) -> list[Shown]:
    return list(shown(read(site).values()))


def test_the_document_has_all_its_facts() -> None:
    """A reader that skips a part of the document would find everything."""
    number = Counter(fact.shape for fact in FACTS)
    assert number == {"row": 91, "item": 28, "line": 9, "stage": 6, "gate": 6, "milestone": 6}
    assert len(FACTS) == 146


def test_stages_are_read_with_their_gates() -> None:
    gates = [" | ".join(fact.phrases) for fact in FACTS if fact.shape == "gate"]
    assert gates == [
        "developer | local testing",
        "feature branch | ci tests + security",
        "pr | integration testing",
        "staging | security review",
        "uat | performance testing",
        "production | live traffic",
    ]


def test_every_fact_is_on_the_site(on_the_site: list[Shown]) -> None:
    lost = missing(FACTS, on_the_site)
    assert not lost, f"{len(lost)} of {len(FACTS)} facts are not on the site:\n" + "\n".join(map(str, lost))


@pytest.mark.parametrize("shape", ["row", "line", "stage", "gate", "milestone", "item"])
def test_a_fact_that_is_not_on_the_site_is_missed(on_the_site: list[Shown], shape: str) -> None:
    for fact in (fact for fact in FACTS if fact.shape == shape):
        changed = replace(fact, phrases=(*fact.phrases[:-1], f"{fact.phrases[-1]} altered"))
        assert missing([changed], on_the_site) == [changed]


def test_a_box_in_the_other_state_is_missed(on_the_site: list[Shown]) -> None:
    flipped = [replace(fact, ticked=not fact.ticked) for fact in FACTS if fact.ticked is not None]
    assert missing(flipped, on_the_site) == flipped
