"""What git knows of the facts, in real repositories: the day of a build, and how the number of findings has changed."""

from __future__ import annotations

import os
import subprocess
from datetime import date
from pathlib import Path

import pytest

from macros import history
from macros.history import build_day, real_day, trend
from tests.conftest import write_data

TWO_ROLES = "- {id: cto, name: CTO, holder: unknown}\n"
DOMAIN = "- {id: shop, name: Shop, primary: ops, secondary: unknown, escalates_to: role.cto}\n"
DAY = 24 * 60 * 60
START = 1_900_000_000
"""A time in March 2030."""


@pytest.fixture(autouse=True)
def no_stamp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


def git(folder: Path, *arguments: str, seconds: int = START) -> None:
    stamp = f"{seconds} +0000"
    person = {"NAME": "A", "EMAIL": "a@example.com", "DATE": stamp}
    own = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in person.items()}
    subprocess.run(["git", *arguments], cwd=folder, env={**os.environ, **own}, check=True, capture_output=True)


def commit(folder: Path, files: dict[str, str], seconds: int) -> None:
    write_data(folder / "data", files)
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "x", seconds=seconds)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Facts of which the first state has one finding more than the one a week later, and one less than the last."""
    git(tmp_path, "init", "-q")
    teams = "- {id: ops, name: Ops}\n"
    commit(tmp_path, {"teams.yml": teams, "roles.yml": TWO_ROLES, "domains.yml": DOMAIN}, START)
    return tmp_path


def told(repository: Path, now: int) -> str:
    return trend(repository / "data", repository / "cache", now)


def test_a_build_has_the_day_of_its_commit(repository: Path) -> None:
    assert build_day(repository / "data") == date(2030, 3, 17)


def test_the_stamp_goes_before_the_commit(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    assert build_day(repository / "data") == date(2001, 9, 9)


@pytest.mark.parametrize("stamp", ["", "soon", "-1", "9" * 30])
def test_a_stamp_that_is_none_is_passed_over(repository: Path, monkeypatch: pytest.MonkeyPatch, stamp: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", stamp)
    assert build_day(repository / "data") in {date(2030, 3, 17), real_day()}


def test_outside_a_repository_it_is_the_real_day_and_there_is_no_trend(tmp_path: Path) -> None:
    write_data(tmp_path / "data", {"teams.yml": "- {id: ops, name: Ops}\n"})
    assert build_day(tmp_path / "data") == real_day()
    assert told(tmp_path, 3) == ""


def test_without_git_nothing_fails(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert build_day(repository / "data") == real_day()
    assert told(repository, 3) == ""


def test_one_state_has_no_trend(repository: Path) -> None:
    assert told(repository, 1) == ""


def test_findings_are_compared_with_those_a_week_before_the_last_change(repository: Path) -> None:
    commit(repository, {"monitors.yml": "- {id: m, name: M, owner: ops}\n"}, START + 5 * DAY)
    commit(repository, {"roles.yml": TWO_ROLES.replace("unknown", "A. Person")}, START + 13 * DAY)
    then = told(repository, 0)
    number = int(then.split()[0])
    assert then == f"{number} fewer than on 2030-03-22"
    assert told(repository, number) == "as many as on 2030-03-22"
    assert told(repository, number + 2) == "2 more than on 2030-03-22"


def test_what_git_leaves_out_of_its_exports_counts_as_well(repository: Path) -> None:
    (repository / "data" / ".gitattributes").write_text("* export-ignore\n", encoding="utf-8")
    commit(repository, {"roles.yml": TWO_ROLES.replace("unknown", "A. Person")}, START + DAY)
    commit(repository, {"monitors.yml": "- {id: m, name: M, owner: ops}\n"}, START + 20 * DAY)
    assert int(told(repository, 0).split()[0]) > 0


def test_facts_younger_than_a_week_are_compared_with_the_first(repository: Path) -> None:
    commit(repository, {"roles.yml": TWO_ROLES.replace("unknown", "A. Person")}, START + DAY)
    assert told(repository, 0).endswith("on 2030-03-17")


def test_facts_that_cannot_be_read_today_have_no_trend(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    commit(tmp_path, {"teams.yml": "- {id: ops, nam: Ops}\n"}, START)
    commit(tmp_path, {"teams.yml": "- {id: ops, name: Ops}\n"}, START + 30 * DAY)
    assert told(tmp_path, 1) == ""


def test_numbers_are_kept_between_builds(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(repository, {"roles.yml": TWO_ROLES.replace("unknown", "A. Person")}, START + 30 * DAY)
    first = told(repository, 1)
    monkeypatch.setattr(history, "_judged", lambda *_: pytest.fail("judged again"))
    assert told(repository, 1) == first
    for kept in (repository / "cache" / "findings").iterdir():
        kept.write_text("{", encoding="utf-8")
    monkeypatch.setattr(history, "_judged", lambda *_: 7)
    assert told(repository, 7).startswith("as many as")
