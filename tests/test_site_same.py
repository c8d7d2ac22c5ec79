"""Two builds of one inventory are the same, byte for byte, wherever, whenever and by whomever they are made."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import OTHER, ROOT, build

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
"""The day of these builds, as that of a commit would be: a copy is outside its repository. (Which commit it was, a file of
its own says for printed pages.)"""


def built(target: Path, **environment: str) -> dict[str, bytes]:
    done = build(target, "--data", str(OTHER / "data"), root=ROOT, SOURCE_DATE_EPOCH=STAMP, **environment)
    assert done.returncode == 0, done.stderr
    return contents(target)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return built(tmp_path_factory.mktemp("plain") / "site", PYTHONHASHSEED="1", TZ="UTC")


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_makes_no_difference(setting: str, plain: dict[str, bytes], tmp_path: Path) -> None:
    again = built(tmp_path / "another place" / "site", **SETTINGS[setting])
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


def test_the_rights_of_new_files_make_no_difference(plain: dict[str, bytes], tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        assert built(tmp_path / "site") == plain
    finally:
        os.umask(before)


def test_where_the_files_lie_and_in_which_order_they_were_written_makes_no_difference(
    plain: dict[str, bytes], tmp_path: Path
) -> None:
    for name in sorted((path for path in OTHER.rglob("*") if path.is_file()), reverse=True):
        target = tmp_path / "moved" / name.relative_to(OTHER)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(name.read_bytes())
    done = build(tmp_path / "site", "--data", str(tmp_path / "moved" / "data"), SOURCE_DATE_EPOCH=STAMP)
    assert done.returncode == 0, done.stderr
    made = contents(tmp_path / "site")
    assert {name for name in plain if made.get(name) != plain[name]} <= {"assets/inventory/commit.css"}
    assert made.keys() == plain.keys()
