"""Findings: how they are printed, sorted, counted, and what a person most likely meant."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from macros.finding import Finding, Place, Severity, by_place, counted, errors, from_here, one_line, shown_path
from macros.nearest import did_you_mean, listed, nearest, with_article


def finding(
    message: str = "It is wrong: write right.", *, line: int = 1, column: int = 1, severity: Severity = Severity.ERROR
) -> Finding:
    return Finding("MOD001", message, Place(Path("data/teams.yml"), line, column), severity)


def test_a_finding_is_file_line_column_code_message() -> None:
    assert str(finding(line=3, column=7)) == "data/teams.yml:3:7: MOD001: It is wrong: write right."


def test_a_finding_is_one_line_whatever_its_message() -> None:
    assert str(finding(message="a\nb\r\n  c\td")) == "data/teams.yml:1:1: MOD001: a b c d"


def test_a_path_below_the_working_folder_is_shown_from_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert shown_path(tmp_path / "here" / "data" / "teams.yml") == "data/teams.yml"
    assert shown_path(Path("data/teams.yml")) == "data/teams.yml"
    assert shown_path(Path("../here/data/teams.yml")) == "data/teams.yml"
    assert shown_path(tmp_path / "there.yml") == (tmp_path / "there.yml").as_posix()


def test_a_link_is_shown_as_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link.yml").symlink_to(tmp_path / "other.yml")
    (tmp_path / "circle.yml").symlink_to("circle.yml")
    assert shown_path(Path("link.yml")) == "link.yml"
    assert shown_path(Path("circle.yml")) == "circle.yml"
    assert shown_path(Path("circle.yml/deeper")) == "circle.yml/deeper"


def test_a_path_from_here_is_that_of_the_file_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert from_here(Path("data/a\nb.yml")) == Path("data/a\nb.yml")
    assert from_here(tmp_path / "data") == Path("data")
    assert from_here(tmp_path.parent / "there.yml") is None


def test_a_text_on_one_line_hides_nothing() -> None:
    assert one_line(" a\n\tb\u202ec\x1b[31m ") == "a b\\u202ec\\x1b[31m"


def test_findings_are_sorted_by_file_line_column_and_code() -> None:
    rows = [
        ("b.yml", 1, 1, "A"),
        ("a.yml", 10, 1, "A"),
        ("a.yml", 9, 5, "A"),
        ("a.yml", 9, 5, "B"),
        ("a.yml", 9, 10, "A"),
    ]
    found = by_place(Finding(code, "", Place(Path(file), line, column)) for file, line, column, code in reversed(rows))
    told = [(one.place.file.name, one.place.line, one.place.column, one.code) for one in found]
    assert told == [rows[2], rows[3], rows[4], rows[1], rows[0]]


def test_only_errors_stop_a_build() -> None:
    found = [finding(severity=severity) for severity in Severity]
    assert errors(found) == [found[0]]
    assert found[0].severity is Severity.ERROR


@pytest.mark.parametrize(
    ("severities", "shown"),
    [
        ([], ""),
        ([Severity.ERROR], "1 error"),
        ([Severity.NOTE, Severity.ERROR, Severity.ERROR], "2 errors, 1 note"),
        ([Severity.WARNING] * 3, "3 warnings"),
    ],
)
def test_findings_are_counted_by_severity(severities: list[Severity], shown: str) -> None:
    assert counted(finding(severity=severity) for severity in severities) == shown


# Fingerprints


def test_a_fingerprint_is_the_same_for_ever() -> None:
    """Waivers and permalinks hold it: another way to make it would lose them all."""
    assert finding().fingerprint == "95d2c08313b6"
    assert replace(finding(), identity="team.a team.b").fingerprint == "adf22ace68ec"


def test_a_fingerprint_stays_when_lines_move_and_numbers_change() -> None:
    first = finding("3 of 5 are wrong", line=1)
    assert finding("4 of 17 are wrong", line=9, column=7).fingerprint == first.fingerprint
    assert (
        replace(first, identity="team.a", message="other words").fingerprint
        == replace(first, identity="team.a", place=Place(Path("data/others.yml"))).fingerprint
    )


def test_another_finding_has_another_fingerprint() -> None:
    first = finding()
    others = [
        first,
        finding("Another."),
        replace(first, code="MOD002"),
        replace(first, place=Place(Path("data/others.yml"))),
        replace(first, identity="team.a"),
        replace(first, identity="team.b"),
    ]
    assert len({one.fingerprint for one in others}) == len(others)


# What was most likely meant


@pytest.mark.parametrize(
    ("written", "best"),
    [("purpse", "purpose"), ("ownr", "owner"), ("OWNER", "owner"), ("Purpose", "purpose"), ("owner", "owner")],
)
def test_the_nearest_word(written: str, best: str) -> None:
    known = ["purpose", "owner", "status"]
    assert nearest(written, known) == [best]
    assert did_you_mean(written, known) == f"; did you mean `{best}`?"


def test_nothing_is_near_to_what_is_unlike_all() -> None:
    assert nearest("zzz", ["purpose", "owner"]) == []
    assert did_you_mean("zzz", ["purpose", "owner"]) == ""
    assert did_you_mean("owner", []) == ""


def test_the_nearest_words_come_best_first() -> None:
    assert nearest("service", ["service", "services", "servant"], 3) == ["service", "services", "servant"]


def test_a_list_counts_what_it_leaves_out() -> None:
    assert listed(["a", "b"]) == "`a`, `b`"
    assert listed("abcd", 2) == "`a`, `b` and 2 more"
    assert listed([]) == ""


def test_articles() -> None:
    assert [with_article(words) for words in ("team", "on-call tier", "AWS account", "")] == [
        "a team",
        "an on-call tier",
        "an AWS account",
        "a ",
    ]
