"""How findings are printed: as lines, under headings, in full, as JSON and as annotations."""

from __future__ import annotations

import json
from datetime import date
from itertools import groupby
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from macros.codes import codes
from macros.finding import Finding, Place, Related, Severity
from macros.model import Link, Waiver
from macros.report import as_github, as_json, as_text, explained, gravest_first, grouped, table, table_as_json


def finding(message: str = "It is wrong: write right.", severity: Severity = Severity.ERROR) -> Finding:
    return Finding("MOD001", message, Place(Path("data/teams.yml")), severity)


def place(line: int, file: str = "a") -> Place:
    return Place(Path(f"data/{file}.yml"), line, 3)


RELATED = Finding("ID002", "taken", place(4, "b"), related=(Related(Place(Path("data/a.yml"), 2, 5), "stands here"),))
UNSURE = Finding(
    "OWN001",
    "no domain",
    place(7),
    Severity.WARNING,
    related=(Related(place(8), "owned by it"), Related(Place(Path("docs/s.md"), 9), "the source says: a | b")),
    subjects=("team.a", "service.b"),
    identity="team.a",
    assumed=True,
)
MIXED = [
    UNSURE,
    Finding("OWN002", "owns nothing", place(1), Severity.NOTE),
    Finding("ONC004", "the same", place(2), Severity.WARNING),
    RELATED,
    Finding("OWN001", "no domain either", place(5), Severity.WARNING),
    Finding("MOD001", "no key", place(9)),
]


def plain(code: str, *findings: Finding, accepted: tuple[tuple[Finding, Waiver], ...] = (), judged: bool = True) -> str:
    return "\n".join(line.plain for line in explained(codes()[code], findings, accepted, judged=judged))


# Lines


def test_text_has_the_related_places_below() -> None:
    assert as_text([RELATED, finding()]).splitlines() == [
        "data/b.yml:4:3: ID002: taken",
        "    data/a.yml:2:5: stands here",
        "data/teams.yml:1:1: MOD001: It is wrong: write right.",
    ]
    assert as_text([]) == ""


def test_headings_are_by_severity_and_area_and_only_errors_have_their_related_places() -> None:
    told = "\n".join(line.plain for line in grouped(MIXED))
    errors, warnings = told.split("\n\nWarnings: ", 1)
    assert errors == (
        "Errors: Records and their fields\n"
        "data/a.yml:9:3: MOD001: no key\n"
        "\n"
        "Errors: Ids and names\n"
        "data/b.yml:4:3: ID002: taken\n"
        "    data/a.yml:2:5: stands here"
    )
    parts = f"Warnings: {warnings}".split("\n\n")
    assert sorted(parts[:-1]) == [
        "Warnings: On-call\ndata/a.yml:2:3: ONC004: the same",
        "Warnings: Ownership\ndata/a.yml:5:3: OWN001: no domain either\ndata/a.yml:7:3: OWN001: no domain",
    ]
    assert parts[-1] == "Notes: Ownership\ndata/a.yml:1:3: OWN002: owns nothing"
    assert list(grouped([])) == []


def test_a_code_that_nobody_declared_is_printed_all_the_same() -> None:
    stray = Finding("XYZ001", "odd", place(1))
    assert [line.plain for line in grouped([stray])] == ["Errors: XYZ001", "data/a.yml:1:3: XYZ001: odd"]
    assert json.loads(as_json([stray]))[0]["area"] == "XYZ001"


def test_the_gravest_come_first_and_stay_in_order_within() -> None:
    assert [one.code for one in gravest_first(MIXED)] == ["ID002", "MOD001", "OWN001", "ONC004", "OWN001", "OWN002"]


# In full


def test_a_code_is_explained_with_each_finding_in_full() -> None:
    own001 = codes()["OWN001"]
    other = MIXED[4]
    assert plain("OWN001", *MIXED) == (
        f"OWN001: warning, Ownership\n{own001.meaning}\n"
        "\n"
        "data/a.yml:5:3: OWN001: no domain either\n"
        f"    fingerprint {other.fingerprint}\n"
        "\n"
        "data/a.yml:7:3: OWN001: no domain\n"
        "    data/a.yml:8:3: owned by it\n"
        "    docs/s.md:9:1: the source says: a | b\n"
        "    it rests on a relation that was assumed, and that nobody has confirmed\n"
        f"    fingerprint {UNSURE.fingerprint}"
    )


def test_a_code_is_explained_where_nothing_is_found() -> None:
    meaning = codes()["SRC001"].meaning
    assert plain("SRC001", *MIXED) == f"SRC001: error, Reading files\n{meaning}\n\nNothing of it was found."


def test_what_was_not_looked_for_is_not_said_to_be_missing() -> None:
    assert plain("OWN001", judged=False).endswith(
        "\n\nIt was not looked for: some facts could not be read. Mend the errors first."
    )
    assert plain("SRC001", judged=False).endswith("\n\nNothing of it was found.")


def test_an_accepted_finding_is_explained_with_who_accepts_it() -> None:
    waiver = Waiver(
        id="known",
        name="Known",
        owner=Link(to="team.a"),
        code="OWN001",
        finding=UNSURE.fingerprint,
        reason="It is merged soon.",
        expires=date(2030, 1, 31),
    )
    told = plain("OWN001", accepted=((UNSURE, waiver), (RELATED, waiver)))
    assert told.count("fingerprint") == 1
    assert told.endswith("\n    accepted until 2030-01-31 by `waiver.known`: It is merged soon.")
    assert "Nothing of it was found" not in told


def test_what_stands_at_a_related_place_stays_on_its_line() -> None:
    odd = Finding("ID002", "taken", place(4), related=(Related(place(2), "a\nb\x1b[31m"),))
    assert as_text([odd]).splitlines() == ["data/a.yml:4:3: ID002: taken", "    data/a.yml:2:3: a b\\x1b[31m"]


# Codes


def test_the_table_of_codes_is_a_line_each_in_columns() -> None:
    lines = [line.plain for line in table()]
    assert sorted(line.split()[0] for line in lines) == list(codes())
    start = lines[0].index(codes()["SRC001"].meaning)
    for line in lines:
        code = codes()[line.split()[0]]
        assert line[:8].strip() == code.code
        assert line[8:17].strip() == code.severity.value
        assert line[17:start].strip() == code.area
        assert line[start:] == code.meaning
    groups = [codes()[line.split()[0]].area for line in lines]
    assert len(list(groupby(groups))) == len(set(groups))


def test_the_table_as_json_has_the_same() -> None:
    rows = json.loads(table_as_json())
    assert [row["code"] for row in rows] == [line.plain.split()[0] for line in table()]
    own = codes()["OWN001"]
    row = next(row for row in rows if row["code"] == "OWN001")
    assert row == {"code": "OWN001", "severity": "warning", "area": "Ownership", "meaning": own.meaning}


# JSON


def test_json_has_every_key_and_real_characters() -> None:
    [row] = json.loads(as_json([UNSURE]))
    assert row == {
        "code": "OWN001",
        "severity": "warning",
        "area": "Ownership",
        "message": "no domain",
        "file": "data/a.yml",
        "line": 7,
        "column": 3,
        "related": [
            {"file": "data/a.yml", "line": 8, "message": "owned by it"},
            {"file": "docs/s.md", "line": 9, "message": "the source says: a | b"},
        ],
        "subjects": ["team.a", "service.b"],
        "assumed": True,
        "fingerprint": UNSURE.fingerprint,
    }
    assert "Zürich →" in as_json([finding("Zürich →")])


def test_every_key_of_a_row_is_documented() -> None:
    [row] = json.loads(as_json([UNSURE]))
    assert [key for key in row if f"`{key}`" not in (as_json.__doc__ or "")] == []


# Annotations


def test_github_escapes_what_would_end_a_command_or_a_property() -> None:
    odd = Place(Path("data/a,b:c%.yml"), 4, 7)
    told = as_github([Finding("MOD001", "100%\r\n::error::no, a: b", odd, Severity.NOTE)])
    assert told == ("::notice file=data/a%2Cb%3Ac%25.yml,line=4,col=7,title=MOD001::100%25%0D%0A::error::no, a: b")


def test_github_has_errors_first() -> None:
    found = as_github(finding(severity=severity) for severity in reversed(Severity))
    assert [line.split(" ")[0] for line in found.splitlines()] == ["::error", "::warning", "::notice"]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_a_message_stays_in_its_line_in_every_format(message: str) -> None:
    one = finding(message)
    assert len(as_github([one]).split("\n")) == 1
    assert len(as_text([one]).split("\n")) == 1
    assert [line.plain for line in grouped([one])][1:] == [str(one)]
    assert json.loads(as_json([one]))[0]["message"] == message
