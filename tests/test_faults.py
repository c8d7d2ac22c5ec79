"""Bad input, one fault a folder: what is said of it, where, and that nothing else is said.

Each folder of `faults/` holds a small `data/` (and `docs/`, `diagrams/` where the fault is there) and `expect.txt`: a
line a finding, `code file:line:column`, then words that its message must have, after bars. Input that an editor or the
version control would not keep as it is stands below as bytes.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from macros import pages, source
from macros.cli import app
from macros.finding import Finding, Severity, by_place, errors
from macros.pages import check_pages
from macros.rules import every_rule
from macros.workspace import Folders, Workspace
from tests.conftest import ROOT

FAULTS = ROOT / "tests" / "faults"
NAMES = sorted(folder.name for folder in FAULTS.iterdir() if folder.is_dir())

TELLS = re.compile(
    r"\b(write|writes|change|take|did you mean|is meant|delete|remove|save|add|put|keep|use|close|give|say|name|begin|line it up|"
    r"move|declare|split|is one of|the keys are|the kinds are|is missing|its name ends|a drawing is|a key is|"
    r"an id starts|such as|does not take|one file holds|is the limit)\b"
)
"""Words by which a message tells what to write instead."""


@dataclass(frozen=True)
class Expected:
    code: str
    place: str
    words: tuple[str, ...]


def _expected(name: str) -> list[Expected]:
    found = []
    for line in (FAULTS / name / "expect.txt").read_text(encoding="utf-8").splitlines():
        head, *words = line.split(" | ")
        code, place = head.split(" ", 1)
        found.append(Expected(code, place, tuple(words)))
    return found


def _found(folder: Path, cache: Path) -> list[Finding]:
    """The errors. (What rules warn of has cases of its own; a fault is too small to be without a warning.)"""
    workspace = Workspace(Folders(folder / "data", folder / "docs", folder / "diagrams", cache))
    return by_place(errors([*workspace.findings, *check_pages(workspace)]))


def _placed(finding: Finding, folder: Path) -> str:
    place = finding.place
    return f"{place.file.relative_to(folder).as_posix()}:{place.line}:{place.column}"


def _assert_said(found: Iterable[Finding], expected: list[Expected], folder: Path) -> None:
    found = list(found)
    said = [(finding.code, _placed(finding, folder)) for finding in found]
    assert said == [(one.code, one.place) for one in expected], "\n".join(map(str, found))
    for finding, one in zip(found, expected, strict=True):
        assert finding.severity is Severity.ERROR
        assert TELLS.search(finding.message), f"does not tell what to write: {finding.message}"
        for words in one.words:
            assert words in finding.message
        assert all(related.place.file.exists() for related in finding.related)


@pytest.mark.parametrize("name", NAMES)
def test_a_fault_is_said_once_where_it_is_with_what_to_write(name: str, tmp_path: Path) -> None:
    _assert_said(_found(FAULTS / name, tmp_path), _expected(name), FAULTS / name)


RECORD = "- id: pager\n  name: Pager\n  owner: unknown\n"

RAW = {
    "byte-order-mark": (b"\xef\xbb\xbf" + RECORD.encode(), "SRC010", "1:1", "UTF-8 without BOM"),
    "utf-16": (RECORD.encode("utf-16"), "SRC010", "1:1", "save it as UTF-8"),
    "utf-16-big-endian": (b"\xfe\xff" + RECORD.encode("utf-16-be"), "SRC010", "1:1", "save it as UTF-8"),
    "utf-16-without-a-mark": (RECORD.encode("utf-16-le"), "SRC010", "1:1", "save it as UTF-8"),
    "utf-32": (RECORD.encode("utf-32"), "SRC010", "1:1", "save it as UTF-8"),
    "latin-1": (RECORD.encode() + "  note: Café\n".encode("latin-1"), "SRC010", "4:12", "byte 0xe9"),
    "latin-1-after-other-characters": (RECORD.encode() + "  note: „é".encode() + b"\xe9\n", "SRC010", "4:11", "UTF-8"),
    "cut-in-a-character": (RECORD.encode() + "  note: é".encode()[:-1], "SRC010", "4:9", "UTF-8"),
    "nul": (RECORD.encode() + b"  note: Pa\0ger\n", "SRC011", "4:11", "U+0000"),
    "escape-of-a-terminal": (RECORD.encode() + b"  note: Pa\x1b[31m\n", "SRC011", "4:11", "U+001B"),
    "carriage-returns-alone": (RECORD.replace("\n", "\r").encode(), "SRC011", "1:12", "Unix line ends"),
    "byte-order-mark-inside": ((RECORD + "  note: Pa\ufeffger\n").encode(), "SRC011", "4:11", "delete it"),
    "mojibake-with-control-characters": (
        (RECORD + "  note: Pa\u00e2\u0080\u0094ger\n").encode(),
        "SRC012",
        "4:11",
        "—",
    ),
    "text-too-long": (
        RECORD.encode() + b"  note: " + b"x" * (source.MAX_TEXT + 1) + b"\n",
        "SRC008",
        "4:9",
        f"{source.MAX_TEXT:,} is the limit",
    ),
    "file-too-large": (b"#" * (source.MAX_BYTES + 1), "SRC008", "1:1", "split it into a folder"),
    "brackets-without-end": (b"[" * 100_000, "SRC007", "1:52", "levels deep"),
}


@pytest.mark.parametrize("name", RAW)
def test_bytes_that_are_no_text_are_said_once(name: str, tmp_path: Path) -> None:
    raw, code, position, words = RAW[name]
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "channels.yml").write_bytes(raw)
    _assert_said(_found(tmp_path, tmp_path), [Expected(code, f"data/channels.yml:{position}", (words,))], tmp_path)


def _referring(folder: Path) -> None:
    """A record that refers to what the fault is in: nothing may be said of it."""
    (folder / "data").mkdir()
    (folder / "data" / "channels.yml").write_text("- id: pager\n  name: Pager\n  owner: DevOps\n", encoding="utf-8")


def test_a_linked_file_is_not_followed(tmp_path: Path) -> None:
    _referring(tmp_path)
    (tmp_path / "elsewhere.yml").write_text("- id: devops\n  name: DevOps\n", encoding="utf-8")
    (tmp_path / "data" / "teams.yml").symlink_to(tmp_path / "elsewhere.yml")
    expected = Expected("SRC016", "data/teams.yml:1:1", ("put what it leads to here",))
    _assert_said(_found(tmp_path, tmp_path), [expected], tmp_path)


def test_a_linked_folder_is_not_followed(tmp_path: Path) -> None:
    _referring(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "all.yml").write_text("- id: devops\n  name: DevOps\n", encoding="utf-8")
    (tmp_path / "data" / "teams").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    expected = Expected("SRC016", "data/teams:1:1", ("put what it leads to here",))
    _assert_said(_found(tmp_path, tmp_path), [expected], tmp_path)


@pytest.mark.parametrize("target", ["nowhere.yml", "teams.yml", "."])
def test_a_link_to_nothing_or_in_a_circle_is_said_of(target: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "teams.yml").symlink_to(target)
    found = _found(tmp_path, tmp_path)
    _assert_said(found, [Expected("SRC016", "data/teams.yml:1:1", ())], tmp_path)
    assert str(found[0]).startswith(f"{tmp_path.as_posix()}/data/teams.yml:1:1: SRC016: ")


def test_a_linked_drawing_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "diagrams").mkdir()
    (tmp_path / "diagrams" / "payments.yml").symlink_to("/dev/null")
    _assert_said(_found(tmp_path, tmp_path), [Expected("SRC016", "diagrams/payments.yml:1:1", ())], tmp_path)


def test_a_folder_named_like_a_file_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "data" / "teams.yml").mkdir(parents=True)
    expected = Expected("SRC017", "data/teams.yml:1:1", ("did you mean `teams`?",))
    _assert_said(_found(tmp_path, tmp_path), [expected], tmp_path)


def test_a_file_that_cannot_be_read_is_said_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _referring(tmp_path)
    (tmp_path / "data" / "teams.yml").write_text("- id: devops\n  name: DevOps\n", encoding="utf-8")
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "teams.yml":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    found = _found(tmp_path, tmp_path)
    assert [(finding.code, _placed(finding, tmp_path)) for finding in found] == [("SRC001", "data/teams.yml:1:1")]
    assert "Permission denied" in found[0].message


PAGES = {
    "latin-1": (b"# Home\n\nCaf\xe9\n", "SRC010", "3:4", "UTF-8"),
    "byte-order-mark-that-hides-settings": (b"\xef\xbb\xbf---\ntemplate: x\n---\n", "SRC010", "1:1", "without BOM"),
    "nul": (b"# Ho\0me\n", "SRC011", "1:5", "U+0000"),
    "escape-of-a-terminal": (b"# Home\n\nx\x1b[31m\n", "SRC011", "3:2", "U+001B"),
    "too-long": (b"x" * (pages.MAX_PAGE + 1), "DOC001", "1:1", "is the limit: split it"),
}


def test_a_page_that_cannot_be_read_is_said_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# Home\n", encoding="utf-8")

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    found = _found(tmp_path, tmp_path)
    assert [(finding.code, finding.place.file.name) for finding in found] == [("DOC001", "index.md")]
    assert "Permission denied" in found[0].message


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_is_no_text_is_said_of(name: str, tmp_path: Path) -> None:
    raw, code, position, words = PAGES[name]
    (tmp_path / "data").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_bytes(raw)
    _assert_said(_found(tmp_path, tmp_path), [Expected(code, f"docs/index.md:{position}", (words,))], tmp_path)


@pytest.mark.parametrize("name", ["a\x1b[31m.md", "a\nb.png", os.fsdecode(b"a\xff.md"), "a\u202eb.csv"])
def test_a_name_that_cannot_be_seen_is_said_of_in_one_line(name: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / name).write_text("# Home\n", encoding="utf-8")
    found = _found(tmp_path, tmp_path)
    assert [finding.code for finding in found] == ["DOC006"]
    assert str(found[0]).isprintable()


def test_pages_that_differ_in_capitals_are_one_address(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "docs").mkdir()
    for name in ("Shelves.md", "shelves.md"):
        (tmp_path / "docs" / name).write_text("# Shelves\n", encoding="utf-8")
    if len(list((tmp_path / "docs").iterdir())) == 1:
        return  # this file system knows one of them only
    _assert_said(_found(tmp_path, tmp_path), [Expected("DOC009", "docs/shelves.md:1:1", ("/shelves/",))], tmp_path)


def test_every_code_of_an_error_has_a_fault() -> None:
    """Those of reading, pages and drawings, and the rules that have been faults from the first. (The others have cases.)"""
    engine = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "macros").rglob("*.py"))
    emitted = set(re.findall(r'"((?:SRC|MOD|ID|REF|PRT|RUN|DIA|DOC|SEC)\d{3})"', engine))
    emitted -= {code for code, known in every_rule().items() if known.severity is not Severity.ERROR}
    planted = {one.code for name in NAMES for one in _expected(name)} | {code for _, code, *_ in RAW.values()}
    made_elsewhere = {
        "SRC016",  # needs links, which are made above
        "DOC010",  # a page that takes too long is found when it is built
        "DOC011",  # what the navigation names, too
    }
    assert emitted - planted == made_elsewhere
    assert not planted - emitted


@pytest.mark.parametrize(
    "name",
    [
        "trap-where-true-is-meant",
        "key-unknown-in-a-step",
        "id-twice-in-two-files",
        "circle-of-three",
        "drawing-that-starts-nowhere-on-a-page",
        "page-with-an-unknown-macro",
    ],
)
def test_the_command_says_the_same_and_exits_with_1(name: str) -> None:
    folder = FAULTS / name
    places = [f"--{part}={folder / part}" for part in ("data", "docs", "diagrams") if (folder / part).is_dir()]
    done = CliRunner().invoke(app, ["check", *places, "--format", "json"])
    assert done.exit_code == 1, done.output
    rows = [row for row in json.loads(done.stdout) if row["severity"] == "error"]
    said = [(row["code"], row["file"].rpartition(f"{name}/")[2], row["line"]) for row in rows]
    assert said == [(one.code, *_position(one)) for one in _expected(name)]


def _position(one: Expected) -> tuple[str, int]:
    file, line, _ = one.place.split(":")
    return file, int(line)
