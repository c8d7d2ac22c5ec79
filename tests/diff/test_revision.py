"""What a word means: a folder, or a state that git keeps; and why it means nothing, with what to do."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from macros.cache import keep_newest
from macros.comparing import compare
from macros.diff.document import Same
from macros.revision import KEPT, RevisionError, revision, working
from macros.workspace import Folders
from tests.conftest import write_data

ENV = {
    **os.environ,
    **{
        f"GIT_{who}_{what}": word for who in ("AUTHOR", "COMMITTER") for what, word in (("NAME", "A"), ("EMAIL", "a@x"))
    },
    "GIT_CONFIG_GLOBAL": os.devnull,
}


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, env=ENV, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with the facts in a folder of it, in two commits."""
    folder = tmp_path / "project" / "inventory"
    write_data(folder / "data", {"teams.yml": "- {id: ops, name: Ops}\n"})
    write_data(folder / "docs", {"index.md": "# One\n"})
    git(folder.parent, "init", "-q", "-b", "main")
    git(folder.parent, "add", ".")
    git(folder.parent, "commit", "-qm", "one")
    write_data(folder / "data", {"teams.yml": "- {id: ops, name: Operations}\n"})
    git(folder.parent, "commit", "-qam", "two")
    return folder


def folders(project: Path) -> Folders:
    return Folders(project / "data", project / "docs", project / "diagrams", project.parent.parent / "cache")


def test_a_commit_is_its_files_as_they_were(project: Path) -> None:
    before = revision("main~1", folders(project))
    assert (before.folders.data / "teams.yml").read_text() == "- {id: ops, name: Ops}\n"
    assert (before.folders.docs / "index.md").read_text() == "# One\n"
    assert list(before.folders.diagrams.iterdir()) == []
    assert before.commit == git(project, "rev-parse", "main~1")
    assert (project / "data" / "teams.yml").read_text() == "- {id: ops, name: Operations}\n"


def test_it_is_written_out_once(project: Path) -> None:
    first = revision("main~1", folders(project)).folders.data
    marked = first / "mark"
    marked.touch()
    assert revision("HEAD~1", folders(project)).folders.data == first
    assert marked.exists()


def test_a_folder_is_itself_or_what_is_in_it(project: Path) -> None:
    assert revision(str(project / "data"), folders(project)).folders.data == project / "data"
    assert revision(str(project), folders(project)).folders.docs == project / "docs"


def test_the_working_tree_is_what_lies_there(project: Path) -> None:
    assert working(folders(project)).name == git(project, "rev-parse", "HEAD")[:10]
    (project / "data" / "teams.yml").write_text("- {id: ops, name: O}\n")
    assert working(folders(project)).name == "the working tree"


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("mian", "`mian` is no branch, tag or commit here; did you mean `main`?"),
        ("0123456789", "is no branch, tag or commit here; fetch it first, or name a folder"),
        ("--output=x", "is no revision"),
        ("", "is no revision"),
        ("x" * 5000, "is no branch, tag or commit here"),
        ("$(touch ran)", "is no branch, tag or commit here"),
        ("main:inventory", "is no branch, tag or commit here"),
    ],
)
def test_a_word_that_means_nothing_says_what_to_do(project: Path, word: str, said: str) -> None:
    with pytest.raises(RevisionError) as error:
        revision(word, folders(project))
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_shallow_clone_says_how_to_deepen(project: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{project.parent}", "shallow")
    with pytest.raises(RevisionError, match="git fetch --unshallow"):
        revision("main~1", folders(tmp_path / "shallow" / "inventory"))


def test_outside_a_repository_a_folder_is_asked_for(tmp_path: Path) -> None:
    write_data(tmp_path / "data", {"teams.yml": "- {id: ops, name: Ops}\n"})
    with pytest.raises(RevisionError, match="is in no repository: name a folder"):
        revision("main", folders(tmp_path))


def test_a_commit_without_the_facts_says_so(project: Path) -> None:
    git(project.parent, "checkout", "-q", "--orphan", "empty")
    git(project.parent, "rm", "-rqf", ".")
    git(project.parent, "commit", "-qm", "none", "--allow-empty")
    git(project.parent, "checkout", "-q", "main")
    empty = revision("empty", folders(project))
    assert list(empty.folders.data.iterdir()) == []
    assert empty.note == "`empty` has no facts in `data`: everything is new."


def test_nothing_of_a_commit_leads_out_of_it(project: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.yml").write_text("- {id: x, name: X}\n")
    (project / "data" / "roles").symlink_to(outside)
    (project / "data" / "roles.yml").symlink_to(outside / "secret.yml")
    (project / ".gitattributes").write_text("teams.yml export-ignore\n")
    git(project.parent, "add", ".")
    git(project.parent, "commit", "-qm", "links")
    data = revision("main", folders(project)).folders.data
    assert (data / "roles").is_symlink()  # which the reading of facts refuses
    assert (data / "teams.yml").is_file()


def test_what_attributes_say_of_exports_changes_nothing(project: Path) -> None:
    (project / "data" / ".gitattributes").write_text("teams.yml export-ignore\n*.yml text eol=crlf\n")
    git(project.parent, "add", ".")
    git(project.parent, "commit", "-qm", "attributes")
    data = revision("main", folders(project)).folders.data
    assert (data / "teams.yml").read_bytes() == b"- {id: ops, name: Operations}\n"


def test_within_a_hook_it_is_the_repository_of_the_facts(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", str(project.parent / ".git"))
    assert (revision("main", folders(project)).folders.data / "teams.yml").is_file()


def test_a_cache_that_cannot_be_written_is_a_sentence(project: Path) -> None:
    folders(project).cache.write_text("in the way")
    with pytest.raises(RevisionError, match=r"^`main` cannot be written out into `.*cache`: Not a directory$"):
        revision("main", folders(project))


def test_a_commit_that_holds_a_file_in_place_of_the_folder_has_no_facts(project: Path) -> None:
    git(project.parent, "rm", "-rq", "inventory/data")
    (project / "data").write_text("x")
    git(project.parent, "add", ".")
    git(project.parent, "commit", "-qm", "file")
    (project / "data").unlink()
    git(project.parent, "checkout", "-q", "HEAD~1", "--", ".")
    assert "has no facts" in revision("main", folders(project)).note


def test_few_states_are_kept(project: Path) -> None:
    for number in range(KEPT + 3):
        (project / "data" / "teams.yml").write_text(f"- {{id: ops, name: Ops {number}}}\n")
        git(project.parent, "commit", "-qam", str(number))
        revision("main", folders(project))
    kept = [path for path in (folders(project).cache / "revisions").iterdir() if path.name != "none"]
    assert len(kept) <= KEPT


def test_a_repository_may_name_its_commits_by_longer_hashes(tmp_path: Path) -> None:
    write_data(tmp_path / "data", {"teams.yml": "- {id: ops, name: Ops}\n"})
    git(tmp_path, "init", "-q", "-b", "main", "--object-format=sha256")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "one")
    found = compare(Folders(tmp_path / "data", cache=tmp_path / "cache"), "main").document
    assert found.base.commit == git(tmp_path, "rev-parse", "main")
    assert found.same is Same.ALL


def test_what_another_run_clears_costs_no_newer_entry(tmp_path: Path) -> None:
    for number in (3, 1, 2):
        (tmp_path / str(number)).mkdir()
        os.utime(tmp_path / str(number), (number, number))
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")  # as an entry that is gone before its time is asked for
    keep_newest(tmp_path, 2)
    assert {path.name for path in tmp_path.iterdir() if path.exists()} == {"2", "3"}
