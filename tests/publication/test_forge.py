"""What the forge is asked and what it is told, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from macros.publication import forge as forges
from macros.publication.forge import Forge, ForgeError, Run
from tests.publication.forge import REPOSITORY, TOKEN, State, serving

HEAD = "a" * 40
RUN = Run(id=5, repository=REPOSITORY, branch="change", commit=HEAD)


@pytest.fixture
def state() -> State:
    return State()


@pytest.fixture
def forge(state: State) -> Iterator[Forge]:
    with serving(state) as address:
        yield Forge(address, REPOSITORY, TOKEN)


def test_a_pull_request_is_found_by_its_branch_and_commit(state: State, forge: Forge) -> None:
    state.pull(7, HEAD)
    found = forge.pull_requests(RUN)
    assert [(one.number, one.is_open, one.head) for one in found] == [(7, True, HEAD)]
    assert not forge.is_stranger(found[0])


def test_a_branch_of_odd_letters_is_asked_for_as_it_is(state: State, forge: Forge) -> None:
    state.pull(7, HEAD, branch="a&state=b#c%d/ü e")
    assert [one.number for one in forge.pull_requests(replace(RUN, branch="a&state=b#c%d/ü e"))] == [7]


@pytest.mark.parametrize(
    "other", [{"head": "b" * 40}, {"branch": "other"}, {"of": "stranger/inventory"}, {"of": "bakery/other"}]
)
def test_another_commit_branch_or_repository_is_another_pull_request(
    other: dict[str, str], state: State, forge: Forge
) -> None:
    state.pull(7, **{"head": HEAD, **other})
    assert forge.pull_requests(RUN) == []


def test_a_branch_elsewhere_is_a_stranger_s_even_where_that_is_gone(state: State, forge: Forge) -> None:
    state.pull(7, HEAD, of="stranger/inventory")
    found = forge.pull_request(7)
    assert found is not None
    assert forge.is_stranger(found)
    state.pulls[7]["head"]["repo"] = None
    found = forge.pull_request(7)
    assert found is not None
    assert forge.is_stranger(found)
    assert forge.pull_request(8) is None


def test_every_page_of_a_list_is_read(state: State, forge: Forge) -> None:
    for number in range(230):
        state.comment(7, f"somebody-{number}", "x")
    assert len(forge.comments(7)) == 230


def test_the_newest_artifact_of_that_name_is_taken(state: State, forge: Forge, tmp_path: Path) -> None:
    for run, content, name in ((5, b"old", "preview"), (5, b"new", "preview"), (5, b"x", "logs"), (6, b"y", "preview")):
        state.hand_over(run, content, name)
    assert forge.download(5, "preview", tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_bytes() == b"new"
    assert not forge.download(7, "preview", tmp_path / "b.zip")


def test_the_token_does_not_go_to_another_server(state: State, forge: Forge, tmp_path: Path) -> None:
    state.hand_over(5, b"x")
    forge.download(5, "preview", tmp_path / "a.zip")
    shown = {(server, token) for server, _, token in state.asked}
    assert shown == {("forge", f"Bearer {TOKEN}"), ("elsewhere", "")}
    assert TOKEN not in repr(forge)


def test_a_netrc_of_the_machine_adds_nothing(
    state: State, forge: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password hers\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    state.hand_over(5, b"x")
    assert forge.download(5, "preview", tmp_path / "a.zip")


def test_a_download_that_does_not_end_is_given_up(
    state: State, forge: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forges, "MAX_ZIP", 1_000)
    state.hand_over(5, bytes(2_000))
    with pytest.raises(ForgeError, match="more than 1,000 bytes"):
        forge.download(5, "preview", tmp_path / "a.zip")


@pytest.mark.parametrize("address", ["https://127.0.0.1:1/x", "file:///etc/passwd", "ftp://127.0.0.1/x"])
def test_a_download_leads_to_no_other_kind_of_address(address: str, state: State, forge: Forge, tmp_path: Path) -> None:
    state.hand_over(5, b"x")
    state.elsewhere = address
    with pytest.raises(ForgeError, match="another kind"):
        forge.download(5, "preview", tmp_path / "a.zip")


def test_a_server_that_is_busy_is_asked_again(state: State, forge: Forge) -> None:
    state.pull(7, HEAD)
    state.troubles = [503, 502]
    assert [one.number for one in forge.pull_requests(RUN)] == [7]


def test_what_writes_is_not_tried_again(state: State, forge: Forge) -> None:
    state.troubles = [503, 503]
    with pytest.raises(ForgeError, match="POST issues/7/comments with 503"):
        forge.add_comment(7, "x")
    assert len(state.asked) == 1


def test_a_token_that_may_not_is_said(state: State, forge: Forge) -> None:
    with pytest.raises(ForgeError, match=r"with 401: may the token do that\?"):
        replace(forge, token="other").comments(7)  # noqa: S106 - of no use anywhere


def test_a_forge_that_cannot_be_reached_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forges, "AGAIN", 0)
    with pytest.raises(ForgeError, match=r"127\.0\.0\.1 cannot be reached"):
        Forge("http://127.0.0.1:9", REPOSITORY, TOKEN).add_comment(7, "x")


@pytest.mark.parametrize("repository", ["", "bakery", "bakery/inventory/../other", "bakery/a b", "?/x"])
def test_a_repository_is_an_owner_and_a_name(repository: str) -> None:
    with pytest.raises(ForgeError, match="OWNER/NAME"):
        Forge("https://forge.example", repository, TOKEN)


def test_pages_that_are_not_switched_on_are_nowhere(state: State, forge: Forge) -> None:
    assert forge.pages_address() == ""
    forge.show_pages()
    state.pages = "https://bakery.example/inventory"
    assert forge.pages_address() == "https://bakery.example/inventory/"


@pytest.mark.parametrize("answer", [{"number": 7}, {"number": "x", "head": {}, "base": {}}, {"head": []}])
def test_an_answer_of_another_shape_is_said(answer: dict[str, object], state: State, forge: Forge) -> None:
    state.pulls[7] = answer
    with pytest.raises(ForgeError, match="not known here"):
        forge.pull_request(7)
