"""The published branch, in real repositories: the site, its releases and previews, and several who push at once."""

from __future__ import annotations

import json
import subprocess
import threading
from pathlib import Path

import pytest

from macros.publication.branch import Access, BranchError, Contents, PublishedBranch
from macros.publication.layout import (
    LayoutError,
    Release,
    previews,
    publish_preview,
    publish_site,
    releases,
    remove_previews,
)
from tests.conftest import write_data

DAY = 24 * 60 * 60
START = 1_900_000_000
"""A time on 2030-03-17."""


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "--bare", "remote.git")
    return tmp_path / "remote.git"


@pytest.fixture
def branch(remote: Path) -> PublishedBranch:
    return PublishedBranch(str(remote), "published")


def site(tmp_path: Path, words: str = "today", **more: str) -> Path:
    folder = tmp_path / f"site-{words}"
    page = f'<html><head><link rel="stylesheet" href="assets/a.css"></head><body>{words}</body></html>'
    return write_data(folder, {"index.html": page, "assets/a.css": "b {}", "sw.js": "caches", "_headers": "/*", **more})


def release(number: int) -> Release:
    return Release(f"{number:010x}", START + number * DAY)


def newest() -> bool:
    return True


def files(remote: Path) -> dict[str, str]:
    names = git(remote, "ls-tree", "-r", "-z", "--name-only", "published").split("\0")[:-1]
    return {name: git(remote, "show", f"published:{name}") for name in names}


def test_the_site_is_at_the_root_and_kept_as_a_release(tmp_path: Path, remote: Path, branch: PublishedBranch) -> None:
    assert publish_site(branch, site(tmp_path), Release("a0b1c2d3e4", START), newest)
    found = files(remote)
    assert found["sw.js"] == "caches"
    assert "today" in found["index.html"]
    assert "noindex" not in found["index.html"]
    assert found[".nojekyll"] == ""
    assert "Disallow: /previews/\nDisallow: /releases/" in found["robots.txt"]
    kept = "releases/2030-03-17-a0b1c2d3e4"
    assert "today" in found[f"{kept}/index.html"]
    assert "noindex" in found[f"{kept}/index.html"]
    assert "unregister" in found[f"{kept}/sw.js"]
    assert f"{kept}/_headers" not in found
    assert '<a href="2030-03-17-a0b1c2d3e4/">2030-03-17</a>' in found["releases/index.html"]
    assert '<link rel="stylesheet" href="../assets/a.css">' in found["releases/index.html"]
    assert json.loads(found["releases/releases.json"])[0] == {
        "name": "2030-03-17-a0b1c2d3e4",
        "day": "2030-03-17",
        "commit": "a0b1c2d3e4",
        "at": START,
    }


def test_publishing_the_same_again_changes_nothing(tmp_path: Path, remote: Path, branch: PublishedBranch) -> None:
    assert publish_site(branch, site(tmp_path), release(1), newest)
    before = git(remote, "rev-parse", "published")
    assert not publish_site(branch, site(tmp_path), release(1), newest)
    assert git(remote, "rev-parse", "published") == before


def test_previews_and_releases_stay_and_old_pages_go(tmp_path: Path, remote: Path, branch: PublishedBranch) -> None:
    publish_site(branch, site(tmp_path, "before", **{"gone/index.html": "x"}), release(1), newest)
    publish_preview(branch, 7, site(tmp_path, "change"))
    publish_site(branch, site(tmp_path, "after"), release(2), newest)
    found = files(remote)
    assert "after" in found["index.html"]
    assert "gone/index.html" not in found
    assert "change" in found["previews/7/index.html"]
    assert "noindex" in found["previews/7/index.html"]
    assert "unregister" in found["previews/7/sw.js"]
    assert f"releases/{release(1).name}/gone/index.html" in found


def test_of_eleven_releases_the_oldest_goes(tmp_path: Path, remote: Path, branch: PublishedBranch) -> None:
    def ten(contents: Contents) -> str:
        for number in range(10):
            contents.write(f"releases/{release(number).name}/index.html", b"x")
        return "publish ten"

    branch.change(ten)
    publish_site(branch, site(tmp_path), release(10), newest)
    found = files(remote)
    names = [entry["name"] for entry in json.loads(found["releases/releases.json"])]
    assert names == [release(number).name for number in range(10, 0, -1)]
    assert not [name for name in found if name.startswith(f"releases/{release(0).name}/")]
    assert [found["releases/index.html"].index(name) for name in names] == sorted(
        found["releases/index.html"].index(name) for name in names
    )
    assert release(0).name not in found["releases/index.html"]


def test_two_releases_of_a_day_are_in_the_order_of_their_commits(
    tmp_path: Path, remote: Path, branch: PublishedBranch
) -> None:
    publish_site(branch, site(tmp_path, "a"), Release("ffffffffff", START), newest)
    publish_site(branch, site(tmp_path, "b"), Release("0000000000", START + 60), newest)
    assert [entry["commit"] for entry in json.loads(files(remote)["releases/releases.json"])] == [
        "0000000000",
        "f" * 10,
    ]


@pytest.mark.parametrize("broken", [b"{", b"[1]", b"\xff", b'[{"name": "x"}]'])
def test_a_list_of_releases_that_is_broken_is_made_anew(
    tmp_path: Path, remote: Path, branch: PublishedBranch, broken: bytes
) -> None:
    publish_site(branch, site(tmp_path), release(1), newest)

    def spoil(contents: Contents) -> str:
        contents.write("releases/releases.json", broken)
        return "spoil"

    branch.change(spoil)
    publish_site(branch, site(tmp_path), release(2), newest)
    assert [entry["name"] for entry in json.loads(files(remote)["releases/releases.json"])] == [
        release(2).name,
        release(1).name,
    ]


def test_an_older_build_that_is_done_later_leaves_the_site_in_force(
    tmp_path: Path, remote: Path, branch: PublishedBranch
) -> None:
    publish_site(branch, site(tmp_path, "newer"), release(2), newest)
    publish_site(branch, site(tmp_path, "older"), release(1), lambda: False)
    found = files(remote)
    assert "newer" in found["index.html"]
    assert "older" in found[f"releases/{release(1).name}/index.html"]


@pytest.mark.parametrize("folder", ["previews", "releases"])
def test_a_site_with_a_page_in_the_way_is_refused(tmp_path: Path, branch: PublishedBranch, folder: str) -> None:
    with pytest.raises(LayoutError, match=f"`{folder}/`"):
        publish_site(branch, site(tmp_path, "x", **{f"{folder}/index.html": "x"}), release(1), newest)


def test_without_a_site_nothing_is_published(tmp_path: Path, branch: PublishedBranch) -> None:
    with pytest.raises(LayoutError, match="make site"):
        publish_site(branch, tmp_path, release(1), newest)
    assert previews(branch) == []


def test_a_preview_comes_is_replaced_and_goes(tmp_path: Path, remote: Path, branch: PublishedBranch) -> None:
    assert publish_preview(branch, 7, site(tmp_path, "first", **{"old/index.html": "x"}))
    assert publish_preview(branch, 70, site(tmp_path, "other"))
    assert publish_preview(branch, 7, site(tmp_path, "second"))
    assert previews(branch) == [7, 70]
    assert "second" in files(remote)["previews/7/index.html"]
    assert "previews/7/old/index.html" not in files(remote)
    assert remove_previews(branch, [7])
    assert previews(branch) == [70]
    assert not remove_previews(branch, [7])


def test_removing_from_a_branch_that_is_not_there_makes_none(remote: Path, branch: PublishedBranch) -> None:
    assert not remove_previews(branch, [7])
    assert git(remote, "branch", "--list") == ""


def test_the_branch_has_one_commit_however_often_it_changes(
    tmp_path: Path, remote: Path, branch: PublishedBranch
) -> None:
    for number in range(3):
        publish_preview(branch, 7, site(tmp_path, str(number)))
    assert git(remote, "rev-list", "--count", "published").strip() == "1"


def test_files_are_published_byte_by_byte(tmp_path: Path, remote: Path, branch: PublishedBranch) -> None:
    folder = site(
        tmp_path, "x", **{"a.txt": "", ".gitattributes": "*.txt text eol=lf ident\n", ".gitignore": "b.txt\n"}
    )
    (folder / "a.txt").write_bytes(b"one\r\n$Id$\r\n")
    (folder / "b.txt").write_bytes(b"ignored")
    publish_preview(branch, 7, folder)
    shown = subprocess.run(["git", "show", "published:previews/7/a.txt"], cwd=remote, capture_output=True, check=True)
    assert shown.stdout == b"one\r\n$Id$\r\n"
    assert files(remote)["previews/7/b.txt"] == "ignored"


# Several at once


def test_two_pushes_at_once_are_both_there(tmp_path: Path, branch: PublishedBranch) -> None:
    sites = [site(tmp_path, str(number)) for number in range(3)]
    meeting = threading.Barrier(len(sites))

    def push(number: int) -> None:
        meeting.wait()
        publish_preview(branch, number + 1, sites[number])

    threads = [threading.Thread(target=push, args=(number,)) for number in range(len(sites))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert previews(branch) == [1, 2, 3]


def test_what_was_pushed_meanwhile_stays(tmp_path: Path, branch: PublishedBranch) -> None:
    publish_preview(branch, 1, site(tmp_path, "first"))
    runs = []

    def edit(contents: Contents) -> str:
        runs.append(contents.names("previews"))
        if len(runs) == 1:
            publish_preview(branch, 2, site(tmp_path, "meanwhile"))
        contents.write("note.txt", b"x")
        return "write a note"

    assert branch.change(edit)
    assert runs == [["1"], ["1", "2"]]
    assert previews(branch) == [1, 2]


def test_whoever_is_overtaken_again_and_again_gives_up(
    tmp_path: Path, branch: PublishedBranch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("macros.publication.branch.ATTEMPTS", 2)
    runs = []

    def edit(contents: Contents) -> str:
        runs.append(1)
        publish_preview(branch, len(runs), site(tmp_path, str(len(runs))))
        contents.write("note.txt", b"x")
        return "write a note"

    with pytest.raises(BranchError, match="2 times meanwhile"):
        branch.change(edit)


# What goes wrong


def test_a_remote_that_is_not_there_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BranchError, match=r"git ls-remote: fatal: .*nowhere"):
        remove_previews(PublishedBranch(str(tmp_path / "nowhere.git"), "published"), [1])


def test_a_push_that_is_turned_away_is_said_and_not_tried_again(
    tmp_path: Path, remote: Path, branch: PublishedBranch
) -> None:
    hook = remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho turned >>count\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    with pytest.raises(BranchError, match="git push"):
        publish_preview(branch, 1, site(tmp_path))
    assert (remote / "count").read_text(encoding="utf-8") == "turned\n"


def test_the_token_is_for_one_address_and_in_no_argument() -> None:
    settings = Access("https://forge.example/", "secret").settings()
    assert settings["GIT_CONFIG_KEY_0"] == "http.https://forge.example/.extraheader"
    assert "secret" not in str(settings)
    assert Access("https://forge.example", "").settings() == {}


def test_releases_are_known_by_their_names(branch: PublishedBranch) -> None:
    def edit(contents: Contents) -> str:
        for name in ("2030-03-17-a0b1c2d3e4", "2030-13-45-a0b1c2d3e4", "notes", "index.html"):
            contents.write(f"releases/{name}/index.html" if "." not in name else f"releases/{name}", b"x")
        return "write releases"

    branch.change(edit)
    found: list[Release] = []
    branch.look(lambda contents: found.extend(releases(contents)))
    assert [one.name for one in found] == ["2030-03-17-a0b1c2d3e4"]
