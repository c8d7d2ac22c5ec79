"""Two builds of one inventory are the same, byte for byte, wherever, whenever and by whomever they are made."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import OTHER, ROOT, build
from tests.repository import Repository, repository

SETTINGS = {
    "day": {"PYTHONPATH": str(ROOT / "tests" / "another_day")},
    "time zone": {"TZ": "Asia/Tokyo"},
    "locale": {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0"},
    "hash seed": {"PYTHONHASHSEED": "7"},
    "terminal": {"COLUMNS": "20", "NO_COLOR": "1", "TERM": "dumb"},
}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


STAMP = "2000000000"
"""The day of these builds."""


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """An inventory in a repository: its commit has one before it, so that the site has a history to tell."""
    repo = repository(tmp_path_factory.mktemp("facts"))
    shutil.copytree(OTHER, repo.folder, dirs_exist_ok=True)
    (repo.folder / "docs" / "history.md").write_text("# What changed\n\n{{ history() }}\n", encoding="utf-8")
    repo.commit("Begin", {"teams.yml": "- {id: counter, name: Counter}\n"}, "2031-12-31T23:30:00-0500")
    shutil.copytree(OTHER / "data", repo.data, dirs_exist_ok=True)
    repo.commit("Name the teams", {}, "2032-01-01T09:00:00+0900")
    return repo


def built(facts: Repository, target: Path, **environment: str) -> dict[str, bytes]:
    done = build(target, "--data", str(facts.data), root=ROOT, SOURCE_DATE_EPOCH=STAMP, **environment)
    assert done.returncode == 0, done.stderr
    return contents(target)


@pytest.fixture(scope="module")
def plain(facts: Repository, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return built(facts, tmp_path_factory.mktemp("plain") / "site", PYTHONHASHSEED="1", TZ="UTC")


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_makes_no_difference(
    setting: str, facts: Repository, plain: dict[str, bytes], tmp_path: Path
) -> None:
    again = built(facts, tmp_path / "another place" / "site", **SETTINGS[setting])
    assert again.keys() == plain.keys()
    assert [name for name in plain if again[name] != plain[name]] == []


def test_the_other_day_is_another(tmp_path: Path) -> None:
    """Without a stamp the clock counts, so that the test above tells something."""
    later = {"PYTHONPATH": SETTINGS["day"]["PYTHONPATH"]}
    code = "from macros.history import real_day; print(real_day().year)"
    years = [
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, **more}, capture_output=True, text=True, check=True
        )
        for more in ({}, later)
    ]
    assert int(years[1].stdout) - int(years[0].stdout) in {9, 10}


def test_the_rights_of_new_files_make_no_difference(facts: Repository, plain: dict[str, bytes], tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        assert built(facts, tmp_path / "site") == plain
    finally:
        os.umask(before)


def test_where_the_files_lie_and_in_which_order_they_were_written_makes_no_difference(
    facts: Repository, plain: dict[str, bytes], tmp_path: Path
) -> None:
    """In another clone of the commit, with nothing that an earlier build kept."""
    moved = tmp_path / "moved"
    facts.git("clone", "-q", str(facts.folder), str(moved))
    for name in sorted((path for path in facts.folder.glob("[!.]*/**/*") if path.is_file()), reverse=True):
        target = moved / name.relative_to(facts.folder)
        target.unlink()
        target.write_bytes(name.read_bytes())
    shutil.rmtree(ROOT / ".cache" / "chronicle", ignore_errors=True)
    assert built(Repository(moved), tmp_path / "site") == plain


def test_the_site_tells_its_history(plain: dict[str, bytes]) -> None:
    """So that the tests above compare it, too."""
    assert b"Name the teams" in plain["history/index.html"]
    assert b"<updated>2032-01-01T04:30:00Z</updated>" in plain["history/feed.xml"]
