"""Findings: how they are printed, sorted, counted, and what a person most likely meant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from macros.finding import (
    Finding,
    Place,
    Related,
    Severity,
    as_github,
    as_json,
    as_text,
    by_place,
    counted,
    errors,
    shown_path,
)
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


RELATED = Finding(
    "ID002",
    "taken",
    Place(Path("data/b.yml"), 4, 7),
    related=(Related(Place(Path("data/a.yml"), 2, 3), "stands here"),),
)


def test_text_has_the_related_places_below() -> None:
    assert as_text([RELATED, finding()]).splitlines() == [
        "data/b.yml:4:7: ID002: taken",
        "    data/a.yml:2:3: stands here",
        "data/teams.yml:1:1: MOD001: It is wrong: write right.",
    ]
    assert as_text([]) == ""


def test_json_has_every_key_and_real_characters() -> None:
    [row] = json.loads(as_json([RELATED]))
    assert row == {
        "code": "ID002",
        "severity": "error",
        "message": "taken",
        "file": "data/b.yml",
        "line": 4,
        "column": 7,
        "related": [{"file": "data/a.yml", "line": 2, "message": "stands here"}],
    }
    assert "Zürich →" in as_json([finding(message="Zürich →")])


def test_github_escapes_what_would_end_a_command_or_a_property() -> None:
    place = Place(Path("data/a,b:c%.yml"), 4, 7)
    told = as_github([Finding("MOD001", "100%\r\n::error::no, a: b", place, Severity.NOTE)])
    assert told == ("::notice file=data/a%2Cb%3Ac%25.yml,line=4,col=7,title=MOD001::100%25%0D%0A::error::no, a: b")
    assert [line.split(" ")[0] for line in as_github(finding(severity=s) for s in Severity).splitlines()] == [
        "::error",
        "::warning",
        "::notice",
    ]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_a_message_stays_in_its_line_in_every_format(message: str) -> None:
    one = finding(message=message)
    assert len(as_github([one]).split("\n")) == 1
    assert len(str(one).split("\n")) == 1
    assert json.loads(as_json([one]))[0]["message"] == message


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
