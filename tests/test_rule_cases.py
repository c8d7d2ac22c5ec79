"""Every rule with data in which it finds something, and data as near to it in which it does not.

`rules/<CODE>.case` holds sections. `=== fires` is data in which the rule speaks, and below `--- expect` a line a finding
of this rule, sorted by place: `CODE file:line:column`, then words that its message must have, after bars. `=== silent` is
data in which it does not. Below `--- name.yml` stands a file of the data; `--- today 2031-05-02` sets the day. What
follows a colon behind `fires` or `silent` is what the section is about; lines that start with `#` above the first
section are for the reader. Other rules may speak in any of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from macros.finding import Finding, Severity, by_place
from macros.graph import Graph
from macros.inventory import Inventory, load
from macros.model import Role, Team
from macros.model.values import Interval
from macros.rules import RULES, Case, Cited, Found, every_rule, judge, rule
from macros.rules.words import length, many, often
from tests.conftest import ROOT, write_data

FOLDER = ROOT / "tests" / "rules"

TODAY = date(2030, 1, 1)

TELLS = re.compile(
    r"[:;,] (?:or )?(?:write|add|name|give|say|state|change|confirm|put|rank|raise|cut|delete|merge|take|move|tick|sign|look|"
    r"promise|keep|let|watch|review|back|close|settle|call|untick|remove|escalate|declare|did you mean|this|swap|nothing)\b"
)
"""Where a message says what to do."""


@dataclass
class Section:
    """Data, the day, and what the rule says of it."""

    code: str
    fires: bool
    about: str
    today: date = TODAY
    files: dict[str, str] = field(default_factory=dict)
    expected: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.code}-{'fires' if self.fires else 'silent'}-{self.about}"


def sections(path: Path) -> Iterator[Section]:
    """The sections of a file of cases."""
    _, *parts = re.split(r"^=== ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for number, part in enumerate(parts, 1):
        head, _, text = part.partition("\n")
        word, _, about = head.partition(":")
        assert word.strip() in {"fires", "silent"}, head
        section = Section(path.stem, word.strip() == "fires", about.strip() or str(number))
        before, *blocks = re.split(r"^--- ", text, flags=re.MULTILINE)
        assert not before.strip(), before
        for block in blocks:
            _read(section, *block.split("\n", 1))
        yield section


def _read(section: Section, name: str, text: str) -> None:
    if name.startswith("today "):
        section.today = date.fromisoformat(name.removeprefix("today "))
    elif name == "expect":
        for line in filter(None, text.splitlines()):
            head, *words = line.split(" | ")
            code, place = head.split(" ", 1)
            section.expected.append((code, place, tuple(words)))
    else:
        section.files[name] = text


SECTIONS = [section for path in sorted(FOLDER.glob("*.case")) for section in sections(path)]


def judged(section: Section, folder: Path, files: dict[str, str] | None = None) -> tuple[Inventory, list[Finding]]:
    """The inventory of a section, and what all rules say of it."""
    inventory = load(write_data(folder, section.files if files is None else files))
    return inventory, by_place(judge(Graph(inventory), section.today))


def placed(finding: Finding, folder: Path) -> str:
    place = finding.place
    return f"{place.file.relative_to(folder).as_posix()}:{place.line}:{place.column}"


@pytest.mark.parametrize("section", SECTIONS, ids=str)
def test_a_rule_says_what_its_case_expects_and_where(section: Section, tmp_path: Path) -> None:
    inventory, findings = judged(section, tmp_path)
    assert inventory.findings == []
    own = [finding for finding in findings if finding.code == section.code]
    told = "\n".join(map(str, own))
    assert bool(section.expected) is section.fires
    assert [(finding.code, placed(finding, tmp_path)) for finding in own] == [one[:2] for one in section.expected], told
    for finding, (_, _, words) in zip(own, section.expected, strict=True):
        assert words
        assert [word for word in words if word not in finding.message] == [], told


@pytest.mark.parametrize("section", SECTIONS, ids=str)
def test_what_a_rule_says_is_fit_to_be_read(section: Section, tmp_path: Path) -> None:
    inventory, findings = judged(section, tmp_path)
    for finding in findings:
        assert finding.code != "RUL001", finding.message
        assert TELLS.search(finding.message), f"does not tell what to do: {finding.message}"
        assert not re.search(r"\bNone\b|\b1 (?!readiness)\w+s\b|  |\(\)|``", finding.message), finding.message
        assert set(finding.subjects) <= set(inventory.entries)
        assert all(related.message and related.place.file.exists() for related in finding.related)
    assert len({finding.fingerprint for finding in findings}) == len(findings)


@pytest.mark.parametrize("section", [section for section in SECTIONS if section.fires], ids=str)
def test_a_finding_is_the_same_where_lines_have_moved(section: Section, tmp_path: Path) -> None:
    moved = {name: f"\n# Moved\n\n{text}" for name, text in section.files.items()}
    _, before = judged(section, tmp_path / "before")
    _, after = judged(section, tmp_path / "after", moved)
    assert [finding.fingerprint for finding in after] == [finding.fingerprint for finding in before]
    lines = [finding.place.line for finding in before]
    assert [finding.place.line for finding in after] == [line + 3 for line in lines]


@pytest.mark.parametrize("section", SECTIONS, ids=str)
def test_no_rule_fails_where_a_record_is_missing(section: Section, tmp_path: Path) -> None:
    """What leads to it leads nowhere then; that is said once, and no rule stumbles over it."""
    for number, files in enumerate(_without_a_record(section.files)):
        _, findings = judged(section, tmp_path / str(number), files)
        assert [finding.message for finding in findings if finding.code == "RUL001"] == []


def _without_a_record(files: dict[str, str]) -> Iterator[dict[str, str]]:
    for name, text in files.items():
        for position in range(len(_records(text))):
            rest = [record for at, record in enumerate(_records(text)) if at != position]
            yield {**files, name: yaml.safe_dump(rest, allow_unicode=True) if rest else "[]\n"}


@pytest.mark.parametrize("section", SECTIONS, ids=str)
def test_no_rule_fails_where_a_value_is_unknown(section: Section, tmp_path: Path) -> None:
    for number, files in enumerate(_without_a_value(section.files)):
        _, findings = judged(section, tmp_path / str(number), files)
        assert [finding.message for finding in findings if finding.code == "RUL001"] == []


def _without_a_value(files: dict[str, str]) -> Iterator[dict[str, str]]:
    for name, text in files.items():
        for field_name in sorted({key for record in _records(text) for key in record} - {"id", "name"}):
            records = _records(text)
            for record in records:
                if field_name in record:
                    record[field_name] = [] if isinstance(record[field_name], list) else "unknown"
            yield {**files, name: yaml.safe_dump(records, allow_unicode=True)}


def _records(text: str) -> list[dict[str, Any]]:
    value = yaml.safe_load(text)
    return value if isinstance(value, list) else [value]


def test_every_rule_has_a_case_in_which_it_fires_and_one_in_which_it_is_silent() -> None:
    fires = {section.code for section in SECTIONS if section.fires}
    silent = {section.code for section in SECTIONS if not section.fires}
    assert (fires, silent) == (set(every_rule()), set(every_rule()))


GraphOf = Callable[[dict[str, str]], Graph]

STUMBLES = {
    "teams.yml": "- {id: books, name: Books}\n- {id: front, name: Front}\n",
    "launches.yml": "- {id: spring, name: Spring}\n",
}


@contextmanager
def temporary(check: Callable[[Case], Iterator[Found]]) -> Iterator[None]:
    """A rule that is there for a test only."""
    every_rule()
    rule("ZZZ001", Severity.WARNING)(check)
    try:
        yield
    finally:
        del RULES["ZZZ001"]


def said(graph: Graph) -> tuple[Finding, list[str]]:
    """What is said of the rule that fails, and the codes of all others."""
    findings = judge(graph, TODAY)
    [failure] = [finding for finding in findings if finding.code == "RUL001"]
    return failure, [finding.code for finding in findings if finding.code != "RUL001"]


def test_a_rule_that_fails_is_said_with_the_record_it_stumbled_on(small_graph: GraphOf) -> None:
    def stumbles(case: Case) -> Iterator[Found]:
        """Nothing."""
        for team in case.all(Team):
            yield Found("told before", (Cited(team.key),))
            assert not [role for role in case.all(Role) if role.holder]
            if team.id == "front":
                raise ValueError("what nobody thought of")

    graph = small_graph({**STUMBLES, "roles.yml": "- {id: chief, name: Chief}\n"})
    with temporary(stumbles):
        failure, others = said(graph)
    assert failure.message.startswith("the rule ZZZ001 failed at `team.front` (ValueError: what nobody thought of): ")
    assert (failure.place.file.name, failure.place.line, failure.place.column) == ("teams.yml", 2, 3)
    assert failure.severity is Severity.ERROR
    assert failure.subjects == ("team.front",)
    assert others == ["SCH004", "ZZZ001", "ZZZ001"]


def test_a_rule_that_fails_before_it_looks_is_said_of_the_folder(small_graph: GraphOf) -> None:
    def fails(case: Case) -> Iterator[Found]:
        """Nothing."""
        yield from ()
        raise KeyError("nowhere")

    graph = small_graph(STUMBLES)
    with temporary(fails):
        failure, others = said(graph)
    assert failure.message.startswith("the rule ZZZ001 failed (KeyError: 'nowhere'): ")
    assert failure.place.file == graph.inventory.folder
    assert others == ["SCH004"]


def test_a_rule_that_speaks_of_no_record_is_said(small_graph: GraphOf) -> None:
    def speaks(case: Case) -> Iterator[Found]:
        """Nothing."""
        yield Found("of nobody", (Cited("team.nobody"),))

    with temporary(speaks):
        failure, others = said(small_graph(STUMBLES))
    assert "team.nobody" in failure.message
    assert others == ["SCH004"]


def test_two_findings_of_one_record_are_told_apart(small_graph: GraphOf) -> None:
    def twice(case: Case) -> Iterator[Found]:
        """Nothing."""
        for _ in range(2):
            yield Found("said twice", (Cited("team.books"),))

    with temporary(twice):
        findings = [finding for finding in judge(small_graph(STUMBLES), TODAY) if finding.code == "ZZZ001"]
    assert [finding.identity for finding in findings] == ["team.books", "team.books 2"]


@pytest.mark.parametrize(
    ("written", "often_", "length_"),
    [
        ("continuous", "continuously", "0 days"),
        ("1h", "every hour", "1 hour"),
        ("61m", "every 61 minutes", "61 minutes"),
        ("1d", "daily", "1 day"),
        ("2d", "every 2 days", "2 days"),
        ("1w", "weekly", "1 week"),
        ("10w", "every 10 weeks", "10 weeks"),
    ],
)
def test_an_interval_in_a_sentence(written: str, often_: str, length_: str) -> None:
    assert (often(Interval.parse(written)), length(Interval.parse(written))) == (often_, length_)


def test_a_number_in_a_sentence() -> None:
    assert [many(number, "record") for number in (0, 1, 2)] == ["0 records", "1 record", "2 records"]
    assert [many(number, "item is", "items are") for number in (1, 2)] == ["1 item is", "2 items are"]
