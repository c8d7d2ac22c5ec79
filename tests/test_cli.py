"""The command: exit status, what is printed in each format, and that no input makes it fail otherwise."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from macros import cli
from macros.cli import app
from macros.model import KINDS
from tests.conftest import ROOT, inventory, write_data

FAULTS = ROOT / "tests" / "faults"

GOOD = {"data/teams.yml": "- {id: a, name: A}\n"}
BAD = {
    "data/teams.yml": "- {id: a, name: A, nmae: A}\n- {id: B, name: B}\n",
    "data/channels.yml": "- id: c\n  name: no\n  owner: nobody\n",
    "diagrams/d.yml": "id: e\ntitle: D\nabout: D.\nkinds: [channel]\n",
    "docs/index.md": "# Home\n\n{{ tabel() }}\n",
}
SAID = [
    ("data/channels.yml", 2, 9, "SRC013"),
    ("data/channels.yml", 3, 10, "REF001"),
    ("data/teams.yml", 1, 20, "MOD001"),
    ("data/teams.yml", 2, 8, "ID001"),
    ("diagrams/d.yml", 1, 5, "DIA001"),
    ("docs/index.md", 3, 4, "DOC003"),
]


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which much is wrong, as the working folder."""
    monkeypatch.chdir(write_data(tmp_path, BAD))
    return tmp_path


def everything() -> list[str]:
    return ["--data", "data", "--docs", "docs", "--diagrams", "diagrams"]


# Exit status


def test_where_nothing_is_wrong_it_prints_nothing_and_exits_with_0(tmp_path: Path) -> None:
    result = run("check", "--data", write_data(tmp_path, GOOD) / "data")
    assert (result.exit_code, result.output) == (0, "")


def test_the_project_itself_is_checked_where_nothing_is_said() -> None:
    done = inventory("check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_where_something_is_an_error_it_exits_with_1(bad: Path) -> None:
    assert run("check", *everything()).exit_code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["chekc"],
        ["check", "--format", "xml"],
        ["check", "--data", "no-such-folder"],
        ["check", "--data", "pyproject.toml"],
        ["check", "--docs", "no-such-folder"],
        ["check", "--diagrams", "no-such-folder"],
        ["check", "--dta", "data"],
        ["check", "data"],
        ["build", "--data", "no-such-folder"],
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_with_2_and_says_why(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Usage" in result.output
    assert "Traceback" not in result.output


def test_help_names_the_commands_and_options() -> None:
    assert all(name in run("--help").output for name in ("check", "build", "schema"))
    shown = re.sub(r"\x1b\[[0-9;]*m", "", run("check", "--help").output)
    assert all(option in shown for option in ("--data", "--docs", "--diagrams", "--format"))


# What is printed


def test_text_is_a_line_a_finding_with_the_number_of_errors_beside(bad: Path) -> None:
    result = run("check", *everything())
    lines = result.stdout.splitlines()
    places = [re.match(r"(\S+):(\d+):(\d+): ([A-Z]+\d+): \S", line) for line in lines]
    assert [(m[1], int(m[2]), int(m[3]), m[4]) for m in places if m] == SAID
    assert len(lines) == len(SAID)
    assert result.stderr == "6 errors\n"


def test_related_places_stand_indented_below_their_finding() -> None:
    result = run("check", "--data", FAULTS / "circle-of-three" / "data")
    first, *rest = result.stdout.splitlines()
    assert ": REF005: " in first
    assert len(rest) == 2
    assert all(re.match(r"    \S+services\.yml:\d+:\d+: `service\.\w+` depends on ", line) for line in rest)


def test_json_is_a_list_of_findings_with_every_key(bad: Path) -> None:
    result = run("check", *everything(), "--format", "json")
    rows: list[dict[str, Any]] = json.loads(result.stdout)
    assert [(row["file"], row["line"], row["column"], row["code"]) for row in rows] == SAID
    assert result.stderr == ""
    for row in rows:
        assert list(row) == ["code", "severity", "message", "file", "line", "column", "related"]
        assert row["severity"] == "error"
        assert isinstance(row["message"], str)


def test_json_has_the_related_places() -> None:
    result = run("check", "--data", FAULTS / "id-twice-in-two-files" / "data", "--format", "json")
    [row] = json.loads(result.stdout)
    [related] = row["related"]
    assert list(related) == ["file", "line", "message"]
    assert related["file"].endswith("data/services/a.yml")
    assert related["line"] == 1


def test_json_of_nothing_is_an_empty_list(tmp_path: Path) -> None:
    result = run("check", "--data", write_data(tmp_path, GOOD) / "data", "--format", "json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])


def test_github_is_a_workflow_command_a_finding(bad: Path) -> None:
    result = run("check", *everything(), "--format", "github")
    found = [
        re.fullmatch(r"::error file=([^,]+),line=(\d+),col=(\d+),title=([A-Z]+\d+)::.+", line)
        for line in result.stdout.splitlines()
    ]
    assert [(m[1], int(m[2]), int(m[3]), m[4]) for m in found if m] == SAID
    assert len(found) == len(SAID)


def test_github_of_nothing_is_nothing(tmp_path: Path) -> None:
    result = run("check", "--data", write_data(tmp_path, GOOD) / "data", "--format", "github")
    assert (result.exit_code, result.output) == (0, "")


# Which folders


def test_with_data_alone_only_the_facts_are_read(bad: Path) -> None:
    rows = json.loads(run("check", "--data", "data", "--format", "json").stdout)
    assert {row["file"].partition("/")[0] for row in rows} == {"data"}


@pytest.mark.parametrize("part", ["docs", "diagrams"])
def test_pages_and_drawings_are_read_where_they_are_given(part: str, bad: Path) -> None:
    rows = json.loads(run("check", "--data", "data", f"--{part}", part, "--format", "json").stdout)
    assert {row["file"].partition("/")[0] for row in rows} == {"data", part}


def test_files_elsewhere_are_named_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_data(tmp_path / "there", BAD)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    rows = json.loads(run("check", "--data", "../there/data", "--format", "json").stdout)
    assert {Path(row["file"]).name for row in rows} == {"channels.yml", "teams.yml"}
    assert all(Path(row["file"]).exists() for row in rows)


def test_the_command_works_from_any_folder(tmp_path: Path) -> None:
    done = inventory("check", "--format", "json", root=tmp_path)
    assert (done.returncode, json.loads(done.stdout), done.stderr) == (0, [], "")


def test_schemas_are_written_where_they_are_wanted(tmp_path: Path) -> None:
    result = run("schema", "--to", tmp_path / "schemas")
    assert (result.exit_code, result.output) == (0, "")
    assert len(list((tmp_path / "schemas").glob("*.json"))) == len(KINDS) + 2


# Whatever the input


def test_a_file_whose_name_is_no_text_is_said_of_on_any_terminal(tmp_path: Path) -> None:
    write_data(tmp_path, GOOD)
    (tmp_path / "data" / os.fsdecode(b"caf\xe9 \xe2\x86\x92.yml")).touch()
    done = inventory("check", "--data", str(tmp_path / "data"), PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert (done.returncode, "SRC017" in done.stdout, "Traceback" in done.stderr) == (1, True, False)


def test_findings_of_all_faults_at_once_are_sorted_by_place_and_none_is_lost(tmp_path: Path) -> None:
    """The faults of many files, read as the files of one inventory."""
    folders = [folder for folder in sorted(FAULTS.iterdir()) if (folder / "data" / "channels.yml").exists()]
    for folder in folders:
        raw = (folder / "data" / "channels.yml").read_bytes()
        target = tmp_path / "data" / "channels" / f"{folder.name}.yml"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(raw)
    result = run("check", "--data", tmp_path / "data", "--format", "json")
    assert result.exit_code == 1
    rows = json.loads(result.stdout)
    places = [(row["file"], row["line"], row["column"], row["code"]) for row in rows]
    assert places == sorted(places)
    said = {Path(row["file"]).stem for row in rows}
    own = {folder.name for folder in folders if "channels.yml:" in (folder / "expect.txt").read_text(encoding="utf-8")}
    assert own - said == set()


def test_a_build_stops_before_anything_is_written_and_the_old_site_stays(tmp_path: Path) -> None:
    write_data(tmp_path, BAD)
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("the old site", encoding="utf-8")
    done = inventory("build", "--data", str(tmp_path / "data"), "--site", str(tmp_path / "site"))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    for file, line, column, code in SAID:
        assert re.search(rf"{file}:{line}:{column}: {code}: ", done.stderr)
    assert [path.name for path in (tmp_path / "site").iterdir()] == ["index.html"]
    assert (tmp_path / "site" / "index.html").read_text(encoding="utf-8") == "the old site"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "diagrams", "docs", "site"]


def test_the_projects_own_folders_are_named_shortly_from_within(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(ROOT)
    assert cli._own("data") == Path("data")
    monkeypatch.chdir(tmp_path)
    assert cli._own("data") == ROOT / "data"


def test_a_fault_of_the_engine_is_a_sentence_and_no_trace(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no such luck")

    monkeypatch.setattr(cli, "check_pages", fail)
    monkeypatch.setattr(sys, "argv", ["inventory", "check"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == cli.ENGINE_FAULT
    said = capsys.readouterr().err
    assert "fault of the engine" in said
    assert "RuntimeError: no such luck (test_cli.py:" in said
    assert "Traceback" not in said
    monkeypatch.setenv(cli.TRACEBACK, "1")
    with pytest.raises(RuntimeError):
        cli.main()
