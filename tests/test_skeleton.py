"""`inventory new runbook`: a file that is valid at once, or a sentence that says why there is none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from macros.cli import app
from macros.finding import errors
from macros.inventory import load
from macros.workspace import Folders, Workspace
from tests.conftest import GOLDEN, ROOT


@pytest.fixture
def data(tmp_path: Path) -> Path:
    shutil.copytree(GOLDEN / "inventory" / "data", tmp_path / "data")
    return tmp_path / "data"


def new(data: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["new", "runbook", *arguments, "--data", str(data)])
    return done.exit_code, done.output


def test_the_new_file_is_valid_and_says_what_is_to_be_written(data: Path) -> None:
    before = load(data)
    code, said = new(data, "titles-lost", "--for", "titles", "--for", "critical-path.borrowing")
    path = data / "runbooks" / "titles-lost.yml"
    assert (code, str(path) in said) == (0, True)
    workspace = Workspace(
        Folders(data, GOLDEN / "inventory" / "docs", GOLDEN / "inventory" / "diagrams", data / "cache")
    )
    assert errors(workspace.findings) == []
    record = workspace.inventory["runbook.titles-lost"]
    assert [link.key for _, _, link in record.links() if link.to != "catalogue"][-2:] == [
        "database.titles",
        "critical-path.borrowing",
    ]
    assert record.name == "Titles lost"
    assert path.read_text(encoding="utf-8").count("To be written:") == 12
    assert len(workspace.inventory.entries) == len(before.entries) + 1


def test_the_owner_is_that_of_what_it_is_for_and_is_to_be_confirmed(data: Path) -> None:
    assert new(data, "desk", "--for", "service.loan-desk")[0] == 0
    record = load(data)["runbook.desk"]
    owner = getattr(record, "owner")  # noqa: B009 - every runbook has one
    assert (owner.key, owner.confirmed) == ("team.lending", False)


def test_one_for_nothing_yet_has_no_owner(data: Path) -> None:
    assert new(data, "later")[0] == 0
    assert "owner: unknown\nhandles: []\n" in (data / "runbooks" / "later.yml").read_text(encoding="utf-8")


def test_in_the_project_it_names_its_schema(data: Path) -> None:
    assert new(data, "later")[0] == 0
    first = (data / "runbooks" / "later.yml").read_text(encoding="utf-8").splitlines()[0]
    schema = (data / "runbooks" / first.removeprefix("# yaml-language-server: $schema=")).resolve()
    assert schema == ROOT / ".schema" / "runbook.json"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("Titles Lost",), "did you mean `titles-lost`?"),
        (("../../escape",), "is no id"),
        (("x" * 64,), "at most 63"),
        (("lending-stopped",), "is a runbook already: write another id"),
        (("later", "--for", "titels"), "did you mean `database.titles`"),
        (("later", "--for", "runbook.lending-stopped"), "is a runbook"),
    ],
)
def test_what_cannot_be_begun_is_said_and_nothing_is_written(arguments: tuple[str, ...], says: str, data: Path) -> None:
    before = sorted(data.rglob("*"))
    code, said = new(data, *arguments)
    assert code == 1
    assert says in " ".join(said.split())
    assert sorted(data.rglob("*")) == before


def test_a_file_in_the_way_stays_as_it_is(data: Path) -> None:
    (data / "runbooks" / "later.yml").write_text("[]\n", encoding="utf-8")
    code, said = new(data, "later")
    assert code == 1
    assert "exists" in said
    assert (data / "runbooks" / "later.yml").read_text(encoding="utf-8") == "[]\n"
