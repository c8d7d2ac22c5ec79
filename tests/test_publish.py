"""Publishing: the old site or the new one, never a part of either, and nothing left behind."""

from __future__ import annotations

import errno
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from macros import publish
from macros.publish import PublishError, staged
from tests.conftest import ROOT


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


@pytest.fixture(params=["exchange", "two renames"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The two ways to swap: at once, and as on systems that cannot."""
    if request.param == "two renames":
        monkeypatch.setattr(publish, "_exchange", lambda *_: False)
    return str(request.param)


def alone(site: Path) -> bool:
    return [path.name for path in site.parent.iterdir()] == [site.name]


@contextmanager
def failing(site: Path, error: BaseException) -> Iterator[None]:
    """A build that fails after it has written."""
    with staged(site) as staging:
        write(staging, "new")
        yield
        raise error


def test_the_new_site_takes_the_place_of_the_old_one(way: str, site: Path) -> None:
    with staged(site) as staging:
        write(staging, "new")
        assert files(site) == OLD
    assert files(site) == NEW
    assert alone(site)


def test_the_first_site_is_published_even_below_folders_that_are_not_there(way: str, tmp_path: Path) -> None:
    site = tmp_path / "not" / "there" / "site"
    with staged(site) as staging:
        write(staging, "new")
    assert files(site) == NEW
    assert alone(site)


def test_an_empty_folder_becomes_the_site(way: str, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    with staged(tmp_path / "site") as staging:
        write(staging, "new")
    assert files(tmp_path / "site") == NEW


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(1), KeyboardInterrupt()], ids=repr)
def test_where_the_build_fails_the_old_site_stays_and_nothing_is_left(site: Path, error: BaseException) -> None:
    with pytest.raises(type(error)), failing(site, error):
        assert files(site) == OLD
    assert files(site) == OLD
    assert alone(site)


def test_where_the_first_build_fails_there_is_no_site(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no"), failing(tmp_path / "site", ValueError("no")):
        pass
    assert list(tmp_path.iterdir()) == []


def test_where_the_swap_fails_the_old_site_comes_back(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = Path.replace

    def fail(path: Path, target: Path) -> Path:
        if ".new-" in path.name:
            raise OSError("no room")
        return replace(path, target)

    monkeypatch.setattr(publish, "_exchange", lambda *_: False)
    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="no room"), staged(site) as staging:
        write(staging, "new")
    assert files(site) == OLD
    assert alone(site)


@pytest.mark.parametrize("held", ["notes.txt", "data/teams.yml"])
def test_a_folder_that_holds_something_else_is_not_replaced(held: str, tmp_path: Path) -> None:
    path = tmp_path / "site" / held
    path.parent.mkdir(parents=True)
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(PublishError, match="something else than a site"), staged(tmp_path / "site"):
        pytest.fail("nothing may be built")
    assert files(tmp_path / "site") == {held: "mine"}


def test_a_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("mine", encoding="utf-8")
    with pytest.raises(PublishError, match="is no folder"), staged(tmp_path / "site"):
        pytest.fail("nothing may be built")
    assert (tmp_path / "site").read_text(encoding="utf-8") == "mine"


def test_what_killed_builds_left_is_cleared(site: Path) -> None:
    write(site.with_name(".site.new-1"), "left")
    write(site.with_name(".site.old-2"), "left")
    with staged(site) as staging:
        assert files(staging) == {}
        write(staging, "new")
    assert files(site) == NEW
    assert alone(site)


def test_the_site_that_a_killed_build_had_put_aside_comes_back(tmp_path: Path) -> None:
    write(tmp_path / ".site.old-2", "old")
    with pytest.raises(ValueError, match="no"), failing(tmp_path / "site", ValueError("no")):
        pass
    assert files(tmp_path / "site") == OLD
    assert alone(tmp_path / "site")


def test_a_build_that_is_killed_leaves_the_old_site(site: Path) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path; from macros.publish import staged\n"
        "with staged(Path(sys.argv[1])) as staging:\n"
        "    (staging / 'index.html').write_text('new')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(site)], cwd=ROOT, check=False)
    assert done.returncode < 0
    assert files(site) == OLD
    with staged(site) as staging:
        write(staging, "new")
    assert files(site) == NEW
    assert alone(site)


def test_a_second_build_waits_for_the_first(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    order: list[str] = []

    def second() -> None:
        with staged(site) as staging:
            order.append("second begins")
            write(staging, "second")

    thread = threading.Thread(target=second)
    with staged(site) as staging:
        thread.start()
        time.sleep(0.3)
        write(staging, "new")
        order.append("first ends")
    thread.join(10)
    assert order == ["first ends", "second begins"]
    assert files(site)["index.html"] == "second"
    assert "Waiting for another build" in capsys.readouterr().err
    assert alone(site)


def test_a_reader_finds_a_whole_site_at_every_moment(site: Path) -> None:
    """Where the system can exchange names; where it cannot, there is a moment without a site."""
    probe = [site.with_name("one"), site.with_name("two")]
    for folder in probe:
        folder.mkdir()
    able = publish._exchange(*probe)
    for folder in probe:
        folder.rmdir()
    if not able:
        pytest.skip("this file system cannot exchange names")
    missed: list[str] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                if (site / "index.html").read_text(encoding="utf-8") not in {"old", "new"}:
                    missed.append("a part")
            except OSError as error:
                missed.append(str(error))

    thread = threading.Thread(target=read)
    thread.start()
    for _ in range(30):
        with staged(site) as staging:
            write(staging, "new")
    done.set()
    thread.join(10)
    assert missed == []


def test_the_staging_folder_is_beside_the_site_and_hidden(site: Path) -> None:
    with staged(site) as staging:
        write(staging, "new")
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


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device"),
            "No space left on device; the one built before is untouched",
        ),
        (OSError(errno.EROFS, "Read-only file system"), "Read-only file system; the one built before is untouched"),
        (PermissionError(errno.EACCES, "Permission denied", "site"), "`site` cannot be written: Permission denied"),
    ],
)
def test_a_place_that_cannot_be_written_is_said_of(site: Path, error: OSError, said: str) -> None:
    with pytest.raises(PublishError, match=said), failing(site, error):
        pass
    assert files(site) == OLD
    assert alone(site)


def test_another_failure_stays_what_it_is(site: Path) -> None:
    with pytest.raises(OSError, match="odd") as failed, failing(site, OSError(errno.EIO, "odd")):
        pass
    assert not isinstance(failed.value, PublishError)
