"""Questions from the command line: the answers of the sheets, in text and JSON, and what is said where there are none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from macros.cli import app
from tests.conftest import inventory, write_data
from tests.test_impact import FILES


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_data(tmp_path / "data", FILES)


def ask(data: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--data", str(data)])


def answer(data: Path, *arguments: str) -> Any:
    done = ask(data, *arguments, "--format", "json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_who(data: Path) -> None:
    assert ask(data, "who", "orders").stdout.splitlines()[:3] == [
        "Orders (database, database.orders)",
        "1  Ops   owner",
        "2  Shop  secondary of Running",
    ]
    found = answer(data, "who", "orders")
    assert [step["key"] for step in found["steps"]] == ["team.ops", "team.shop"]
    assert found["gaps"] == ["Its on-call tier is unknown: Ops can state it."]


def test_impact(data: Path) -> None:
    lines = ask(data, "impact", "database.orders").stdout.splitlines()
    assert lines[0] == "Orders (database, database.orders)"
    assert "notices   Looking: Nobody can look (assumed)" in lines
    assert "falls     Services: cart, till" in lines
    assert "backups   Every 4 hours, kept in copies" in lines
    assert "needs 1   Cloud" in lines
    found = answer(data, "impact", "main")
    assert {one["key"]: one["confirmed"] for one in found["falling"]}["database.orders"] is False
    assert found["needs"] == [["vendor.cloud"]]
    assert {one["key"] for one in answer(data, "impact", "main", "--depth", "1")["falling"]} == {"database.orders"}


def test_path_either_way(data: Path) -> None:
    lines = ["till depends on cart", "cart depends on Orders"]
    assert ask(data, "path", "till", "orders").stdout.splitlines() == lines
    assert ask(data, "path", "orders", "till").stdout.splitlines() == lines
    assert "Orders depends on Main (assumed)" in ask(data, "path", "cart", "main").stdout
    assert [step["relation"] for step in answer(data, "path", "main", "cloud")["steps"]] == ["provided_by"]


def test_where_there_is_no_path_that_is_the_answer(data: Path) -> None:
    done = ask(data, "path", "dns", "pay")
    assert done.exit_code == 1
    assert "neither of `provider.dns` and `processor.pay` needs the other" in done.stdout
    assert json.loads(ask(data, "path", "dns", "pay", "--format", "json").stdout)["steps"] == []
    assert ask(data, "path", "dns", "dns").exit_code == 1


def test_spof(data: Path) -> None:
    lines = ask(data, "spof", "--top", "2").stdout.splitlines()
    assert len(lines) == 2
    assert lines[0].split()[:2] == ["7", "vendor.cloud"]
    assert answer(data, "spof")[0]["key"] == "vendor.cloud"


@pytest.mark.parametrize("command", ["who", "impact", "path"])
def test_an_unknown_id_is_answered_with_the_nearest_ones(data: Path, command: str) -> None:
    arguments = [command, "ordres", *(["till"] if command == "path" else [])]
    done = ask(data, *arguments)
    assert done.exit_code == 2
    assert "`ordres` is no record; did you mean `database.orders`" in done.stderr
    assert done.stdout == ""


def test_of_two_that_may_be_meant_the_one_that_runs_is_taken_and_said(data: Path) -> None:
    write_data(data, {"claims.yml": "- {id: orders, name: Claim of orders, statement: They come.}\n"})
    done = ask(data, "who", "orders")
    assert done.stdout.startswith("Orders (database")
    assert "taken for `database.orders`; there is `claim.orders` as well" in done.stderr


def test_of_two_that_run_none_is_taken(data: Path) -> None:
    write_data(data, {"monitors.yml": "- {id: orders, name: Watch, owner: ops}\n"})
    done = ask(data, "who", "orders")
    assert done.exit_code == 2
    assert "may mean" in done.stderr


def test_broken_facts_are_answered_as_far_as_they_go(data: Path) -> None:
    write_data(data, {"tools.yml": "- {id: Wrong Id, name: X, owner: ops}\n"})
    done = ask(data, "who", "orders")
    assert done.exit_code == 0
    assert "1 error in the facts" in done.stderr


def test_a_name_is_found_whatever_the_language_of_the_terminal(data: Path) -> None:
    write_data(data, {"monitors.yml": "- {id: eye, name: Übersicht, owner: ops}\n"})
    done = inventory("who", "Übersicht", "--data", str(data), LC_ALL="C", PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("\\xdcbersicht (monitor, monitor.eye)")
