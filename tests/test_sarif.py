"""SARIF: valid by the format's own schema, and true to what was found."""

from __future__ import annotations

import json
import os
import re
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import jsonschema
import pytest
from jsonschema.validators import validator_for

from macros import sarif
from macros.codes import codes
from macros.finding import Finding, Place, Related, Severity
from macros.model import Link, Waiver
from macros.sarif import as_sarif
from tests.conftest import ROOT, findings_of_the_project, inventory, write_data

SCHEMA = json.loads((ROOT / "tests" / "schemas" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
ADDRESS = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=@:/-]|%[0-9A-F]{2})+")
"""The characters that an address may have."""

FOUND = [
    Finding("MOD001", "no\nkey", Place(Path("data/teams.yml"), 3, 7)),
    Finding(
        "OWN001",
        "no domain",
        Place(Path("data/teams.yml"), 1, 3),
        Severity.WARNING,
        related=(Related(Place(Path("data/services.yml"), 8, 2), "owned by\tit"),),
        identity="team.a",
    ),
    Finding("OWN002", "owns nothing", Place(Path("data/teams.yml"), 2, 3), Severity.NOTE),
    Finding("OWN001", "no domain", Place(Path("data/teams.yml"), 9, 3), Severity.WARNING, identity="team.b"),
]


def waiver(finding: Finding) -> Waiver:
    return Waiver(
        id="known",
        name="Known",
        owner=Link(to="team.a"),
        code=finding.code,
        finding=finding.fingerprint,
        reason="It is merged soon.",
        expires=date(2030, 1, 31),
    )


def valid(text: str) -> dict[str, Any]:
    """The run of a log that is valid, with addresses that are some."""
    log: dict[str, Any] = json.loads(text)
    validator_for(SCHEMA)(SCHEMA).validate(log)
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    run: dict[str, Any] = log["runs"][0]
    for artifact in artifacts(run):
        assert ADDRESS.fullmatch(artifact["uri"])
        assert (artifact.get("uriBaseId") == "%SRCROOT%") == (not urlsplit(artifact["uri"]).scheme)
    return run


def artifacts(run: dict[str, Any]) -> list[dict[str, Any]]:
    """Where the run's results and what is related to them lie."""
    places = [place for result in run["results"] for place in (*result["locations"], *result["relatedLocations"])]
    return [place["physicalLocation"]["artifactLocation"] for place in places]


def file_of(artifact: dict[str, Any], root: Path) -> Path:
    """The file that an address leads to."""
    return root / os.fsdecode(unquote_to_bytes(urlsplit(artifact["uri"]).path))


def test_the_schema_refuses_what_is_no_log() -> None:
    with pytest.raises(jsonschema.ValidationError):
        valid('{"version": "2.1.0", "runs": [{"results": []}]}')
    broken = as_sarif(FOUND, []).replace('"level": "note"', '"level": "notice"')
    with pytest.raises(jsonschema.ValidationError):
        valid(broken)


def test_a_log_of_nothing_is_valid() -> None:
    run = valid(as_sarif([], []))
    assert (run["results"], run["tool"]["driver"]["rules"]) == ([], [])
    assert run["tool"]["driver"]["version"] == version("production-inventory")
    assert run["columnKind"] == "unicodeCodePoints"


def test_an_engine_that_is_not_installed_states_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(sarif, "version", missing)
    assert "version" not in valid(as_sarif([], []))["tool"]["driver"]


def test_a_result_says_all_of_its_finding() -> None:
    run = valid(as_sarif(FOUND, []))
    assert run["results"][1] == {
        "ruleId": "OWN001",
        "ruleIndex": 1,
        "level": "warning",
        "message": {"text": "no domain"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "data/teams.yml", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 1, "startColumn": 3},
                }
            }
        ],
        "relatedLocations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "data/services.yml", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 8, "startColumn": 2},
                },
                "message": {"text": "owned by it"},
            }
        ],
        "partialFingerprints": {"inventory/v1": FOUND[1].fingerprint},
        "suppressions": [],
    }
    assert [(result["level"], result["message"]["text"]) for result in run["results"]] == [
        ("error", "no key"),
        ("warning", "no domain"),
        ("note", "owns nothing"),
        ("warning", "no domain"),
    ]


def test_each_code_is_described_once() -> None:
    run = valid(as_sarif(FOUND, []))
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["MOD001", "OWN001", "OWN002"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [one.code for one in FOUND]
    own = codes()["OWN001"]
    assert rules[1] == {
        "id": "OWN001",
        "name": "OwnerWithoutDomain",
        "shortDescription": {"text": "A team that owns things is the primary of a domain."},
        "fullDescription": {"text": own.meaning},
        "help": {"text": f"{own.meaning} `inventory check --explain OWN001` shows each finding in full."},
        "defaultConfiguration": {"level": "warning"},
        "properties": {"tags": ["Ownership"]},
    }
    assert [rule["defaultConfiguration"]["level"] for rule in rules] == ["error", "warning", "note"]
    assert rules[0]["name"] == "RecordsAndTheirFields"


def test_what_is_accepted_is_suppressed_with_its_reason() -> None:
    run = valid(as_sarif(FOUND[:2], [(FOUND[3], waiver(FOUND[3]))]))
    assert [result["suppressions"] for result in run["results"]] == [
        [],
        [],
        [{"kind": "external", "status": "accepted", "justification": "It is merged soon."}],
    ]
    assert run["results"][2]["partialFingerprints"] == {"inventory/v1": FOUND[3].fingerprint}


def test_a_code_that_nobody_declared_is_valid_all_the_same() -> None:
    run = valid(as_sarif([Finding("XYZ001", "odd", Place(Path("data")))], []))
    assert run["tool"]["driver"]["rules"][0]["id"] == "XYZ001"


def test_every_code_makes_a_valid_rule() -> None:
    run = valid(as_sarif([Finding(code, "x", Place(Path("data"))) for code in codes()], []))
    rules = run["tool"]["driver"]["rules"]
    assert len(rules) == len(codes())
    assert [rule["id"] for rule in rules if not re.fullmatch(r"([A-Z][a-z]*)+", rule["name"])] == []
    assert [rule["id"] for rule in rules if not re.fullmatch(r"[A-Z].*[^.]\.", rule["shortDescription"]["text"])] == []


# From the command line

NAMES = ["a b.yml", "50% #1?&.yml", "Zürich →.yml", "a:b.yml", "tab\there.yml", "a\\b.yml"]


def odd_files(folder: Path) -> Path:
    """A folder of facts with files of odd names, each with an error in it."""
    write_data(folder, {f"data/channels/{name}": f"- {{id: c{n}, nmae: x}}\n" for n, name in enumerate(NAMES)})
    bytes_name = folder / "data" / "channels" / os.fsdecode(b"caf\xe9.yml")
    bytes_name.write_text("- {id: c, nmae: x}\n", encoding="utf-8")
    return folder


def test_the_projects_own_findings_are_valid() -> None:
    done = inventory("check", "--format", "sarif")
    run = valid(done.stdout)
    rows = findings_of_the_project()
    accepted = [result for result in run["results"] if result["suppressions"]]
    told = [result["partialFingerprints"]["inventory/v1"] for result in run["results"] if result not in accepted]
    assert told == [row["fingerprint"] for row in rows]
    assert all(file_of(artifact, ROOT).exists() for artifact in artifacts(run))
    assert all("uriBaseId" in artifact for artifact in artifacts(run))
    assert str(ROOT) not in done.stdout


def test_any_name_of_a_file_comes_through_from_within_and_from_elsewhere(tmp_path: Path) -> None:
    folder = odd_files(tmp_path / "mein Ordner ü")
    files = {path.resolve() for path in (folder / "data" / "channels").iterdir()}
    (tmp_path / "here").mkdir()
    for data, root in (("data", folder), ("../mein Ordner ü/data", tmp_path / "here")):
        done = inventory("check", "--data", data, "--format", "sarif", root=root)
        run = valid(done.stdout)
        assert done.returncode == 1
        assert {file_of(artifact, root) for artifact in artifacts(run)} == files
        assert {"uriBaseId" in artifact for artifact in artifacts(run)} == {root == folder}
        assert ".." not in "".join(artifact["uri"] for artifact in artifacts(run))


def test_it_is_valid_on_a_terminal_that_knows_few_characters(tmp_path: Path) -> None:
    folder = write_data(tmp_path, {"data/channels.yml": "- {id: c, name: C, Zürich: →}\n"})
    for output in ("sarif", "json"):
        done = inventory(
            "check", "--data", "data", "--format", output, root=folder, PYTHONUTF8="0", PYTHONIOENCODING="ascii"
        )
        assert "Zürich" in json.dumps(json.loads(done.stdout), ensure_ascii=False)
