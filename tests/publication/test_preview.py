"""From a run that has ended to its preview and its comment: for our own branches, for strangers, and when it closes."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from macros.diff.document import as_json
from macros.publication import remark
from macros.publication.branch import PublishedBranch
from macros.publication.forge import Forge, Run
from macros.publication.layout import previews
from macros.publication.preview import NotShownError, Previews
from tests.conftest import write_data
from tests.publication.forge import BOT, REPOSITORY, TOKEN, State, serving
from tests.publication.inventories import difference, handed_over

HEAD = "a" * 40
RUN = Run(id=5, repository=REPOSITORY, branch="change", commit=HEAD)
OURS = 99
"""The run that publishes."""
STRANGER = replace(RUN, repository="stranger/inventory")


@pytest.fixture
def state() -> State:
    return State(pages="https://bakery.example/inventory")


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", "--bare", "remote.git"], cwd=tmp_path, check=True)
    return tmp_path / "remote.git"


@pytest.fixture
def shown(state: State, remote: Path) -> Iterator[Previews]:
    with serving(state) as address:
        branch = PublishedBranch(str(remote), "published")
        yield Previews(Forge(address, REPOSITORY, TOKEN), branch, "https://forge.example", BOT)


def page(remote: Path, number: int) -> str:
    command = ["git", "show", f"published:previews/{number}/index.html"]
    return subprocess.run(command, cwd=remote, capture_output=True, text=True, check=False).stdout


def test_a_branch_of_ours_is_shown_as_its_run_made_it(state: State, shown: Previews, remote: Path) -> None:
    state.pull(7, HEAD)
    state.hand_over(RUN.id, handed_over(words="as built"))
    said = shown.follow(RUN, OURS)
    assert said == ["pull request 7: its preview is published, https://bakery.example/inventory/previews/7/"]
    assert "as built" in page(remote, 7)
    (comment,) = state.texts(7)
    assert comment.startswith(remark.MARK)
    assert "Oven" in comment
    assert "https://bakery.example/inventory/previews/7/" in comment
    assert state.shown == 1


def test_another_push_writes_the_same_comment_anew(state: State, shown: Previews, remote: Path) -> None:
    state.pull(7, HEAD)
    state.hand_over(RUN.id, handed_over(words="first"))
    shown.follow(RUN, OURS)
    state.pulls[7]["head"]["sha"] = "b" * 40
    state.hand_over(6, handed_over("Kiln", words="second"))
    shown.follow(replace(RUN, id=6, commit="b" * 40), OURS)
    assert "second" in page(remote, 7)
    (comment,) = state.texts(7)
    assert "Kiln" in comment
    assert "Oven" not in comment


def test_a_run_of_a_commit_that_was_replaced_shows_nothing(state: State, shown: Previews, remote: Path) -> None:
    state.pull(7, "b" * 40)
    state.hand_over(RUN.id, handed_over())
    assert "nothing to show" in shown.follow(RUN, OURS)[0]
    assert (page(remote, 7), state.comments) == ("", {})


def test_a_number_in_the_artifact_is_not_believed(state: State, shown: Previews) -> None:
    state.pull(7, HEAD)
    state.pull(8, "c" * 40, branch="other")
    state.hand_over(RUN.id, handed_over(changes=json.dumps({"version": 1, "number": 8}).encode()))
    with pytest.raises(NotShownError, match="pull request 7"):
        shown.follow(RUN, OURS)
    assert state.texts(8) == []
    assert previews(shown.branch) == []


# Strangers


def test_of_a_stranger_only_what_our_code_made_is_shown(state: State, shown: Previews, remote: Path) -> None:
    state.pull(7, HEAD, of="stranger/inventory")
    state.hand_over(RUN.id, handed_over("Trap", words="a stranger's code"))
    state.hand_over(OURS, handed_over(words="our code"))
    shown.follow(STRANGER, OURS)
    assert "our code" in page(remote, 7)
    assert "Trap" not in state.texts(7)[0]


def test_a_stranger_s_own_artifact_alone_is_never_taken(state: State, shown: Previews, remote: Path) -> None:
    state.pull(7, HEAD, of="stranger/inventory")
    state.hand_over(RUN.id, handed_over("Trap"))
    shown.follow(STRANGER, OURS)
    assert page(remote, 7) == ""
    (comment,) = state.texts(7)
    assert "could not be told" in comment
    assert f"https://forge.example/{REPOSITORY}/actions/runs/{OURS}" in comment


def test_where_the_forge_has_no_artifact_yet_a_folder_is_handed_on(
    state: State, shown: Previews, remote: Path, tmp_path: Path
) -> None:
    state.pull(7, HEAD, of="stranger/inventory")
    folder = write_data(tmp_path / "handed", {"changes.json": "{}", "site/index.html": "our code"})
    with pytest.raises(NotShownError):
        shown.follow(STRANGER, OURS, folder)
    (folder / "changes.json").write_text(as_json(difference()), encoding="utf-8")
    shown.follow(STRANGER, OURS, folder)
    assert page(remote, 7) == "our code"


def test_a_folder_is_not_taken_for_a_branch_of_ours(state: State, shown: Previews, tmp_path: Path) -> None:
    state.pull(7, HEAD)
    folder = write_data(tmp_path / "handed", {"changes.json": "{}", "site/index.html": "x"})
    shown.follow(RUN, OURS, folder)
    assert "could not be told" in state.texts(7)[0]


# What could not be built, or is refused


def test_a_difference_without_a_site_is_told(state: State, shown: Previews, remote: Path) -> None:
    state.pull(7, HEAD)
    state.hand_over(RUN.id, handed_over(words="old"))
    shown.follow(RUN, OURS)
    state.hand_over(RUN.id, handed_over("Kiln", site=False))
    assert shown.follow(RUN, OURS) == ["pull request 7: it has no preview"]
    assert page(remote, 7) == ""
    (comment,) = state.texts(7)
    assert "the site could not be built" in comment
    assert f"/actions/runs/{RUN.id})" in comment
    assert "Kiln" in comment
    assert "previews/7" not in comment


def test_without_an_artifact_the_comment_says_so(state: State, shown: Previews) -> None:
    state.pull(7, HEAD)
    shown.follow(RUN, OURS)
    assert "could not be told" in state.texts(7)[0]


HOSTILE = {
    "no zip": b"<html>",
    "unknown key": handed_over(changes=b'{"version": 1, "run": "x"}'),
    "other version": handed_over(changes=b'{"version": 2}'),
    "no text": handed_over(changes=b"\xff\xfe{}"),
    "no JSON": handed_over(changes=b"{"),
    "deep": handed_over(changes=b"[" * 100_000),
    "empty": handed_over(changes=b""),
}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_is_refused_is_not_published_and_said(hostile: str, state: State, shown: Previews, remote: Path) -> None:
    state.pull(7, HEAD)
    state.hand_over(RUN.id, HOSTILE[hostile])
    with pytest.raises(NotShownError) as error:
        shown.follow(RUN, OURS)
    assert str(error.value).startswith("pull request 7: ")
    assert str(error.value).isprintable()
    assert page(remote, 7) == ""
    assert "was refused" in state.texts(7)[0]


def said_outright(comment: str) -> str:
    """A comment without what stands in it as code, which a forge shows letter by letter."""
    return re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", comment)


@pytest.mark.parametrize(
    "name", ["@everybody", "<img src=x onerror=alert(1)>", "[a](https://evil.example)", "#1", f"`{remark.MARK}"]
)
def test_a_name_in_the_difference_speaks_to_nobody(name: str, state: State, shown: Previews) -> None:
    state.pull(7, HEAD)
    state.hand_over(RUN.id, handed_over(name))
    shown.follow(RUN, OURS)
    assert name in state.texts(7)[0]
    assert name not in said_outright(state.texts(7)[0])


def test_a_branch_that_takes_nothing_does_not_keep_the_comment_back(
    state: State, shown: Previews, remote: Path
) -> None:
    hook = remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    state.pull(7, HEAD)
    state.hand_over(RUN.id, handed_over())
    with pytest.raises(NotShownError, match="git push"):
        shown.follow(RUN, OURS)
    assert "could not be published" in state.texts(7)[0]
    assert "Oven" in state.texts(7)[0]


# The comment


def test_a_comment_by_somebody_else_is_neither_believed_nor_touched(state: State, shown: Previews) -> None:
    state.pull(7, HEAD)
    state.comment(7, "somebody", f"{remark.MARK}\n\nAll is well.")
    state.comment(7, BOT, "Another workflow's words.")
    state.hand_over(RUN.id, handed_over())
    shown.follow(RUN, OURS)
    assert state.texts(7, "somebody") == [f"{remark.MARK}\n\nAll is well."]
    assert len(state.texts(7)) == 2
    state.pulls[7]["state"] = "closed"
    shown.follow(RUN, OURS)
    assert state.texts(7, "somebody") == [f"{remark.MARK}\n\nAll is well."]
    assert state.texts(7) == ["Another workflow's words."]


def test_of_two_comments_of_ours_one_stays(state: State, shown: Previews) -> None:
    state.pull(7, HEAD)
    for words in ("one", "two"):
        state.comment(7, BOT, f"{remark.MARK}\n\n{words}")
    state.hand_over(RUN.id, handed_over())
    shown.follow(RUN, OURS)
    assert len(state.texts(7)) == 1


def test_the_preview_has_the_address_that_was_given(state: State, shown: Previews) -> None:
    state.pull(7, HEAD)
    state.hand_over(RUN.id, handed_over())
    replace(shown, address="https://elsewhere.example").follow(RUN, OURS)
    assert "https://elsewhere.example/previews/7/" in state.texts(7)[0]


def test_where_nothing_shows_the_branch_the_comment_has_no_address(state: State, shown: Previews) -> None:
    state.pages = ""
    state.pull(7, HEAD)
    state.hand_over(RUN.id, handed_over())
    shown.follow(RUN, OURS)
    assert "previews/7" not in state.texts(7)[0]
    assert "Oven" in state.texts(7)[0]


def test_a_token_that_may_not_show_pages_still_comments(state: State, shown: Previews, remote: Path) -> None:
    state.grants[TOKEN] = {"pull-requests": "write", "actions": "read"}
    state.pull(7, HEAD)
    state.hand_over(RUN.id, handed_over())
    assert shown.follow(RUN, OURS)
    assert "preview" in page(remote, 7)
    assert "Oven" in state.texts(7)[0]


# Closed


def test_what_is_closed_goes(state: State, shown: Previews, remote: Path) -> None:
    state.pull(7, HEAD)
    state.hand_over(RUN.id, handed_over())
    shown.follow(RUN, OURS)
    state.pulls[7]["state"] = "closed"
    shown.follow(RUN, OURS)
    assert (page(remote, 7), state.texts(7)) == ("", [])


def test_a_branch_whose_first_pull_request_closed_shows_the_second(state: State, shown: Previews, remote: Path) -> None:
    state.pull(7, HEAD)
    state.hand_over(RUN.id, handed_over())
    shown.follow(RUN, OURS)
    state.pulls[7]["state"] = "closed"
    state.pull(8, HEAD)
    shown.follow(RUN, OURS)
    assert previews(shown.branch) == [8]
    assert (len(state.texts(7)), len(state.texts(8))) == (0, 1)


def test_what_was_missed_is_swept(state: State, shown: Previews) -> None:
    for number, commit in ((7, HEAD), (8, "b" * 40)):
        state.pull(number, commit, branch=f"change-{number}")
        state.hand_over(number, handed_over())
        shown.follow(Run(number, REPOSITORY, f"change-{number}", commit), OURS)
    state.pulls[7]["state"] = "closed"
    assert len(shown.sweep()) == 1
    assert previews(shown.branch) == [8]
    assert (len(state.texts(7)), len(state.texts(8))) == (0, 1)
    assert shown.sweep() == []
