"""The command: exit status, what is printed in each format, and that no input makes it fail otherwise."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from macros import cli, workspace
from macros.cli import app
from macros.codes import codes
from macros.finding import Finding, Place, Related, Severity
from macros.model import KINDS
from tests.conftest import BIN, LIBRARY, ROOT, findings_of_the_project, inventory, write_data

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


FOLDERS = ("--data", "--docs", "--diagrams")
TEXT = """\
Errors: Reading files
data/channels.yml:2:9: SRC013: `no` means different things to different readers: write "no" in quotes as text, or \
`true` or `false` where a yes or no is meant

Errors: Records and their fields
data/teams.yml:1:20: MOD001: `nmae` is no key here; did you mean `name`?

Errors: Ids and names
data/teams.yml:2:8: ID001: `B` is no id: an id starts with a letter and has lower-case letters, digits and hyphens, \
at most 63; did you mean `b`?

Errors: Drawings
diagrams/d.yml:1:5: DIA001: the id `e` is not the file's name: write `d`

Errors: Pages and files
docs/index.md:3:4: DOC003: `tabel` is no macro; did you mean `table`?

Errors: References
data/channels.yml:3:10: REF001: `nobody` is no team; add it to teams.yml
"""
"""What is printed of `BAD`."""


def run(*arguments: str | Path, **environment: str) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env=environment)


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
    done = inventory("check", "--severity", "error")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    rows = findings_of_the_project()
    assert {row["file"].split("/")[0] for row in rows} <= {"data", "docs", "diagrams"}


def test_where_something_is_an_error_it_exits_with_1(bad: Path) -> None:
    assert run("check", *everything()).exit_code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["chekc"],
        ["check", "--format", "xml"],
        ["check", "--severity", "fatal"],
        ["check", "--explain", "XYZ999"],
        ["check", "--explain", "OWN001", "--format", "json"],
        ["rules", "--format", "xml"],
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
    assert all(name in run("--help").output for name in ("check", "build", "schema", "rules"))
    shown = re.sub(r"\x1b\[[0-9;]*m", "", run("check", "--help").output)
    assert all(option in shown for option in (*FOLDERS, "--format", "--severity", "--explain"))


# What is printed


LINE = re.compile(r"(\S+):(\d+):(\d+): ([A-Z]+\d+): \S")


def test_text_is_a_line_a_finding_under_headings_with_their_number_beside(bad: Path) -> None:
    result = run("check", *everything())
    assert (result.stdout, result.stderr) == (TEXT, "6 errors\n")
    places = [LINE.match(line) for line in TEXT.splitlines()]
    assert sorted((m[1], int(m[2]), int(m[3]), m[4]) for m in places if m) == SAID


def test_text_in_a_pipe_has_no_colours_and_whole_lines(bad: Path) -> None:
    for environment in ({}, {"FORCE_COLOR": "1"}, {"COLUMNS": "20", "TERM": "xterm-256color"}, {"NO_COLOR": "1"}):
        done = inventory("check", *everything(), root=bad, **environment)
        assert (done.returncode, done.stdout, done.stderr) == (1, TEXT, "6 errors\n")


def terminal(root: Path, *arguments: str, **environment: str) -> str:
    """What the command prints on a terminal of 80 columns, with line ends as in a pipe."""
    leader, follower = pty.openpty()
    termios.tcsetwinsize(follower, (24, 80))
    known = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR", "COLUMNS"}}
    command = [str(BIN / "inventory"), *arguments]
    variables = {**known, "PYTHONUTF8": "1", "TERM": "xterm-256color", **environment}
    with subprocess.Popen(command, cwd=root, env=variables, stdout=follower, stderr=subprocess.DEVNULL):
        os.close(follower)
        return b"".join(_read(leader)).decode().replace("\r\n", "\n")


def _read(leader: int) -> Iterator[bytes]:
    try:
        while chunk := os.read(leader, 65536):
            yield chunk
    except OSError:  # how a terminal ends here
        pass
    finally:
        os.close(leader)


def test_text_on_a_terminal_has_colours_and_the_same_lines(bad: Path) -> None:
    shown = terminal(bad, "check", *everything())
    assert "\x1b[1;31mSRC013\x1b[0m" in shown
    assert "\x1b[1mErrors: Reading files\x1b[0m" in shown
    assert re.sub(r"\x1b\[[0-9;]*m", "", shown) == TEXT


def test_text_on_a_terminal_has_no_colours_where_the_reader_wants_none(bad: Path) -> None:
    assert terminal(bad, "check", *everything(), NO_COLOR="1") == TEXT
    assert "\x1b[" in terminal(bad, "check", *everything(), NO_COLOR="")  # empty is as good as unset


def test_related_places_stand_indented_below_an_error() -> None:
    result = run("check", "--data", FAULTS / "circle-of-three" / "data", "--severity", "error")
    heading, first, *rest = result.stdout.splitlines()
    assert heading == "Errors: References"
    assert ": REF005: " in first
    assert len(rest) == 2
    assert all(re.match(r"    \S+services\.yml:\d+:\d+: `service\.\w+` depends on ", line) for line in rest)


# What is judged


def planted(severity: Severity, code: str, line: int, *, assumed: bool = False) -> Finding:
    """A finding of a rule in `data/teams.yml`, with a related place."""
    place = Place(Path("data/teams.yml"), line, 3)
    related = (Related(Place(Path("data/teams.yml"), line, 9), "stands here"),)
    return Finding(code, f"Nr. {line} is odd", place, severity, related, ("team.a",), f"team.a {line}", assumed)


PLANTED = [
    planted(Severity.NOTE, "OWN002", 1),
    planted(Severity.WARNING, "OWN001", 1, assumed=True),
    planted(Severity.WARNING, "OWN001", 2),
    planted(Severity.WARNING, "OWN004", 3),
]
ERROR = planted(Severity.ERROR, "PRT001", 2)


def waiver(finding: Finding) -> str:
    key = f"w-{finding.code.lower()}-{finding.place.line}"
    return (
        f"- {{id: {key}, name: {key}, owner: a, code: {finding.code}, finding: '{finding.fingerprint}', "
        "reason: It is merged soon., expires: 2999-01-31}\n"
    )


@pytest.fixture
def judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    """The working folder has sound facts; the list holds what the rules find, and may be changed."""
    found = list(PLANTED)
    write_data(tmp_path, GOOD)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(workspace, "judge", lambda *_: list(found))
    return found


def accept(*findings: Finding) -> None:
    """Waive the findings in the working folder."""
    write_data(Path(), {"data/waivers.yml": "".join(map(waiver, findings))})


def test_warnings_and_notes_are_a_line_each_and_no_failure(judged: list[Finding]) -> None:
    result = run("check", "--data", "data")
    assert result.exit_code == 0
    assert result.stdout == (
        "Warnings: Ownership\n"
        "data/teams.yml:1:3: OWN001: Nr. 1 is odd\n"
        "data/teams.yml:2:3: OWN001: Nr. 2 is odd\n"
        "data/teams.yml:3:3: OWN004: Nr. 3 is odd\n"
        "\n"
        "Notes: Ownership\n"
        "data/teams.yml:1:3: OWN002: Nr. 1 is odd\n"
    )
    assert result.stderr == "3 warnings, 1 note\n"


def test_an_error_of_a_rule_comes_first_and_exits_with_1(judged: list[Finding]) -> None:
    judged.append(ERROR)
    result = run("check", "--data", "data")
    assert result.exit_code == 1
    assert result.stdout.startswith(
        "Errors: Ports\ndata/teams.yml:2:3: PRT001: Nr. 2 is odd\n    data/teams.yml:2:9: stands here\n\nWarnings: "
    )
    assert result.stderr == "1 error, 3 warnings, 1 note\n"


@pytest.mark.parametrize(
    ("severity", "codes", "summary"),
    [
        ("note", ["PRT001", "OWN001", "OWN001", "OWN004", "OWN002"], "1 error, 3 warnings, 1 note\n"),
        ("warning", ["PRT001", "OWN001", "OWN001", "OWN004"], "1 error, 3 warnings\n"),
        ("error", ["PRT001"], "1 error\n"),
    ],
)
def test_severity_is_the_least_that_is_printed(
    severity: str, codes: list[str], summary: str, judged: list[Finding]
) -> None:
    judged.append(ERROR)
    result = run("check", "--data", "data", "--severity", severity)
    assert [m[4] for line in result.stdout.splitlines() if (m := LINE.match(line))] == codes
    assert (result.exit_code, result.stderr) == (1, summary)
    told = {output: run("check", "--data", "data", "--severity", severity, "--format", output) for output in OTHERS}
    assert sorted(row["code"] for row in json.loads(told["json"].stdout)) == sorted(codes)
    assert re.findall(r"title=(\w+)::", told["github"].stdout) == codes
    assert sorted(row["ruleId"] for row in json.loads(told["sarif"].stdout)["runs"][0]["results"]) == sorted(codes)
    assert {result.exit_code for result in told.values()} == {1}


OTHERS = ("json", "github", "sarif")


@pytest.mark.parametrize("output", ["text", *OTHERS])
def test_where_nothing_is_an_error_it_exits_with_0_in_every_format(output: str, judged: list[Finding]) -> None:
    assert run("check", "--data", "data", "--format", output).exit_code == 0


def test_annotations_are_of_the_severity_errors_first(judged: list[Finding]) -> None:
    judged.append(ERROR)
    lines = run("check", "--data", "data", "--format", "github").stdout.splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error", "::warning", "::warning", "::warning", "::notice"]


# What is accepted


def test_what_is_accepted_is_counted_and_not_printed(judged: list[Finding]) -> None:
    accept(PLANTED[0], PLANTED[1])
    result = run("check", "--data", "data")
    assert result.stdout == (
        "Warnings: Ownership\ndata/teams.yml:2:3: OWN001: Nr. 2 is odd\ndata/teams.yml:3:3: OWN004: Nr. 3 is odd\n"
    )
    assert (result.exit_code, result.stderr) == (0, "2 warnings, 2 accepted\n")
    assert run("check", "--data", "data", "--severity", "warning").stderr == "2 warnings, 1 accepted\n"


def test_where_all_is_accepted_only_their_number_is_said(judged: list[Finding]) -> None:
    accept(*PLANTED)
    result = run("check", "--data", "data")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "4 accepted\n")
    assert run("check", "--data", "data", "--severity", "error").output == ""


def test_where_facts_cannot_be_read_nothing_is_accepted(judged: list[Finding]) -> None:
    accept(*PLANTED)
    write_data(Path(), {"data/channels.yml": "- {id: c, name: C, owner: a, x: 1}\n"})
    result = run("check", "--data", "data")
    assert (result.exit_code, result.stderr) == (1, "1 error\n")


def test_only_sarif_has_what_is_accepted_with_the_reason(judged: list[Finding]) -> None:
    accept(PLANTED[1])
    results = json.loads(run("check", "--data", "data", "--format", "sarif").stdout)["runs"][0]["results"]
    assert [result["partialFingerprints"]["inventory/v1"] for result in results if result["suppressions"]] == [
        PLANTED[1].fingerprint
    ]
    assert results[-1]["suppressions"][0]["justification"] == "It is merged soon."
    assert PLANTED[1].fingerprint not in run("check", "--data", "data", "--format", "json").stdout
    assert run("check", "--data", "data", "--format", "github").stdout.count("::warning") == 2


# What a code means


def test_a_code_is_explained_with_its_findings_in_full(judged: list[Finding]) -> None:
    accept(PLANTED[2])
    result = run("check", "--data", "data", "--explain", "OWN001")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "OWN001: warning, Ownership\n"
        f"{codes()['OWN001'].meaning}\n"
        "\n"
        "data/teams.yml:1:3: OWN001: Nr. 1 is odd\n"
        "    data/teams.yml:1:9: stands here\n"
        "    it rests on a relation that was assumed, and that nobody has confirmed\n"
        f"    fingerprint {PLANTED[1].fingerprint}\n"
        "\n"
        "data/teams.yml:2:3: OWN001: Nr. 2 is odd\n"
        "    data/teams.yml:2:9: stands here\n"
        f"    fingerprint {PLANTED[2].fingerprint}\n"
        "    accepted until 2999-01-31 by `waiver.w-own001-2`: It is merged soon.\n"
    )
    assert run("check", "--data", "data", "--explain", "own001").stdout == result.stdout


def test_a_code_is_explained_where_nothing_is_found_of_it(tmp_path: Path) -> None:
    result = run("check", "--data", write_data(tmp_path, GOOD) / "data", "--explain", "SEC001")
    assert result.exit_code == 0
    assert result.stdout == f"SEC001: error, Credentials\n{codes()['SEC001'].meaning}\n\nNothing of it was found.\n"


def test_to_explain_a_code_changes_no_exit_status(bad: Path) -> None:
    result = run("check", *everything(), "--explain", "OWN001")
    assert result.exit_code == 1
    assert result.stdout.endswith("It was not looked for: some facts could not be read. Mend the errors first.\n")


def test_the_source_is_quoted_where_a_code_of_the_project_is_explained() -> None:
    rows = findings_of_the_project()
    quoted = next(
        row for row in rows if any(place["message"].startswith("the source says: ") for place in row["related"])
    )
    done = inventory("check", "--explain", quoted["code"])
    for place in quoted["related"]:
        assert re.search(f"^    {re.escape(place['file'])}:{place['line']}:\\d+: ", done.stdout, re.M)
    assert f"    fingerprint {quoted['fingerprint']}\n" in done.stdout
    assert ": the source says: " in done.stdout


@pytest.mark.parametrize(
    ("written", "said"), [("ONW001", "`OWN001`"), ("OWN01", "`OWN001`"), ("zzz", "inventory rules")]
)
def test_an_unknown_code_is_answered_with_the_nearest(written: str, said: str) -> None:
    done = run("check", "--explain", written, COLUMNS="200")
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"`{written}` is no code; " in done.stderr
    assert said in done.stderr


def test_a_code_is_explained_as_text_alone() -> None:
    done = run("check", "--explain", "OWN001", "--format", "sarif", COLUMNS="200")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "leave --format out" in done.stderr


# The list of codes


def test_rules_lists_every_code_on_a_line_however_narrow_the_terminal(tmp_path: Path) -> None:
    done = inventory("rules", root=tmp_path, COLUMNS="20")
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(line.split()[0] for line in lines) == list(codes())
    for line in lines:
        known = codes()[line.split()[0]]
        assert line.endswith(f"  {known.meaning}")
        assert re.match(rf"{known.code} +{known.severity} +{re.escape(known.area)}  ", line)
    assert re.sub(r"\x1b\[[0-9;]*m", "", terminal(tmp_path, "rules")) == done.stdout


def test_rules_as_json() -> None:
    rows = json.loads(run("rules", "--format", "json").stdout)
    assert {row["code"]: (row["severity"], row["area"], row["meaning"]) for row in rows} == {
        code: (known.severity, known.area, known.meaning) for code, known in codes().items()
    }


# Other formats


def test_fingerprints_stay_when_lines_move(tmp_path: Path) -> None:
    copy = shutil.copytree(LIBRARY, tmp_path / "copy")

    def told() -> dict[str, tuple[str, int]]:
        rows = json.loads(run("check", "--data", copy / "data", "--format", "json").stdout)
        assert len({row["fingerprint"] for row in rows}) == len(rows)
        return {row["fingerprint"]: (row["message"], row["line"]) for row in rows}

    before = told()
    for path in (copy / "data").rglob("*.yml"):
        path.write_text("# moved\n\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    after = told()
    assert len(before) > 10
    assert {name: message for name, (message, _) in after.items()} == {n: message for n, (message, _) in before.items()}
    assert all(after[name][1] == line + 2 for name, (_, line) in before.items())


def test_json_is_a_list_of_findings_with_every_key(bad: Path) -> None:
    result = run("check", *everything(), "--format", "json")
    rows: list[dict[str, Any]] = json.loads(result.stdout)
    assert [(row["file"], row["line"], row["column"], row["code"]) for row in rows] == SAID
    assert result.stderr == ""
    for row in rows:
        assert list(row) == [
            *("code", "severity", "area", "message", "file", "line", "column"),
            *("related", "subjects", "assumed", "fingerprint"),
        ]
        assert row["severity"] == "error"
        assert isinstance(row["message"], str)


def test_json_has_the_related_places() -> None:
    data = FAULTS / "id-twice-in-two-files" / "data"
    result = run("check", "--data", data, "--format", "json", "--severity", "error")
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
    assert (done.returncode, done.stderr) == (0, "")
    text = json.dumps(findings_of_the_project())
    for name in ("data", "docs"):
        text = text.replace(f'"{name}/', f'"{ROOT}/{name}/')
    assert json.loads(done.stdout) == json.loads(text)


def test_schemas_are_written_where_they_are_wanted(tmp_path: Path) -> None:
    result = run("schema", "--to", tmp_path / "schemas")
    assert (result.exit_code, result.output) == (0, "")
    assert len(list((tmp_path / "schemas").glob("*.json"))) == len(KINDS) + 3


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
