"""Publishing: the old site or the new one, never a part of either, and nothing left behind."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from macros import publish
from macros.publish import staged


def write(folder: Path, text: str) -> None:
    (folder / "deep").mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(text, encoding="utf-8")
    (folder / "deep" / f"{text}.html").write_text(text, encoding="utf-8")


def files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file()
    }


OLD = {"index.html": "old", "deep/old.html": "old"}
NEW = {"index.html": "new", "deep/new.html": "new"}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site built before."""
    folder = tmp_path / "site"
    write(folder, "old")
    return folder


def alone(site: Path) -> bool:
    return [path.name for path in site.parent.iterdir()] == [site.name]


def test_the_new_site_takes_the_place_of_the_old_one(site: Path) -> None:
    with staged(site) as staging:
        write(staging, "new")
        assert files(site) == OLD
    assert files(site) == NEW
    assert alone(site)


def test_the_first_site_is_published_even_below_folders_that_are_not_there(tmp_path: Path) -> None:
    site = tmp_path / "not" / "there" / "site"
    with staged(site) as staging:
        write(staging, "new")
    assert files(site) == NEW
    assert alone(site)


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt])
def test_where_the_build_fails_the_old_site_stays_and_nothing_is_left(site: Path, error: type[BaseException]) -> None:
    with pytest.raises(error), staged(site) as staging:
        write(staging, "new")
        raise error
    assert files(site) == OLD
    assert alone(site)


def test_where_the_first_build_fails_there_is_no_site(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no"), staged(tmp_path / "site") as staging:
        write(staging, "new")
        raise ValueError("no")
    assert list(tmp_path.iterdir()) == []


def test_where_the_swap_fails_the_old_site_comes_back(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = Path.replace

    def fail(path: Path, target: Path) -> Path:
        if ".new-" in path.name:
            raise OSError("disk full")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"), staged(site) as staging:
        write(staging, "new")
    assert files(site) == OLD
    assert alone(site)


def test_what_an_earlier_build_left_is_cleared(site: Path) -> None:
    left = site.with_name(f".{site.name}.new-{os.getpid()}")
    write(left, "left")
    with staged(site) as staging:
        assert files(staging) == {}
        write(staging, "new")
    assert files(site) == NEW
    assert alone(site)


def test_the_staging_folder_is_on_the_same_disk_and_hidden(site: Path) -> None:
    with staged(site) as staging:
        assert staging.parent == site.parent
        assert staging.name.startswith(".")


def test_a_linked_site_is_replaced_where_it_lies(tmp_path: Path) -> None:
    write(tmp_path / "www" / "real", "old")
    (tmp_path / "site").symlink_to(tmp_path / "www" / "real")
    with staged(tmp_path / "site") as staging:
        write(staging, "new")
    assert (tmp_path / "site").is_symlink()
    assert files(tmp_path / "www" / "real") == NEW
    assert alone(tmp_path / "www" / "real")


def test_a_relative_folder_is_that_of_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    with staged(Path("site")) as staging:
        write(staging, "new")
        monkeypatch.chdir(tmp_path / "elsewhere")
    assert files(tmp_path / "site") == NEW


def test_there_is_a_site_at_every_moment_but_the_swap(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the two renames nothing else happens: the old site is deleted after the new one stands."""
    order: list[str] = []
    replace, rmtree = Path.replace, shutil.rmtree

    def renamed(path: Path, target: Path) -> Path:
        order.append("rename")
        return replace(path, target)

    def removed(path: Path, *, ignore_errors: bool = False) -> None:
        order.append(f"remove {'old' if '.old-' in path.name else 'new'}")
        rmtree(path, ignore_errors=ignore_errors)

    with staged(site) as staging:
        write(staging, "new")
        monkeypatch.setattr(Path, "replace", renamed)
        monkeypatch.setattr(publish.shutil, "rmtree", removed)
    assert order == ["rename", "rename", "remove old", "remove new"]
