"""`inventory publish` by hand: what it says where something is missing or not as it should be."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from macros.publication import command
from tests.conftest import write_data

RUN = {
    "GITHUB_API_URL": "http://127.0.0.1:9",
    "GITHUB_SERVER_URL": "https://forge.example",
    "GITHUB_REPOSITORY": "bakery/inventory",
    "GITHUB_TOKEN": "x",
    "GITHUB_RUN_ID": "9",
    "RUN_ID": "5",
    "RUN_REPOSITORY": "bakery/inventory",
    "RUN_BRANCH": "change",
    "RUN_COMMIT": "a" * 40,
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a commit, whose remote is beside it."""
    for name in (*RUN, "COMMENT_AUTHOR"):
        monkeypatch.delenv(name, raising=False)
    folder = write_data(tmp_path / "project", {"data/teams.yml": "- {id: ops, name: Ops}\n", ".gitignore": "/site/\n"})
    git = ("git", "-c", "user.name=A", "-c", "user.email=a@example.com")
    subprocess.run(["git", "init", "-q", "--bare", "remote.git"], cwd=tmp_path, check=True)
    for arguments in (
        ["init", "-q", "-b", "main"],
        ["remote", "add", "origin", str(tmp_path / "remote.git")],
        ["add", "-A"],
        ["commit", "-q", "-m", "x"],
    ):
        subprocess.run([*git, *arguments], cwd=folder, check=True, capture_output=True)
    write_data(folder / "site", {"index.html": "<html><head></head></html>"})
    monkeypatch.setattr(command, "PROJECT", folder)
    monkeypatch.chdir(folder)
    return folder


def publish(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(command.app, list(arguments))
    return done.exit_code, done.output


def test_a_site_is_published_to_the_remote_of_that_name(project: Path) -> None:
    code, said = publish("site")
    assert code == 0, said
    assert "is published" in said
    assert "was published before" in publish("site")[1]
    listed = subprocess.run(
        ["git", "ls-tree", "--name-only", "published"],
        cwd=project.parent / "remote.git",
        capture_output=True,
        text=True,
        check=True,
    )
    assert listed.stdout.split() == [".nojekyll", "index.html", "releases", "robots.txt"]


def test_what_is_not_committed_is_no_release(project: Path) -> None:
    (project / "data" / "teams.yml").write_text("", encoding="utf-8")
    code, said = publish("site")
    assert (code, "commit what has changed" in said) == (1, True)


def test_a_site_of_another_commit_is_not_published(project: Path) -> None:
    style = ':root { --paper-commit: "commit 0123456789"; }'
    write_data(project / "site", {"assets/inventory/commit.css": style})
    code, said = publish("site")
    assert (code, "was built of 0123456789" in said) == (1, True)


def test_a_remote_that_is_not_there_is_said(project: Path) -> None:
    code, said = publish("site", "--remote", str(project / "nowhere"))
    assert code == 1
    assert said.startswith("git ls-remote: fatal:")


@pytest.mark.parametrize("missing", RUN)
def test_what_a_run_lacks_is_named(project: Path, missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in RUN.items():
        monkeypatch.setenv(name, "" if name == missing else value)
    code, said = publish("preview")
    assert code == 1
    assert said.startswith(f"{missing} is not set")


@pytest.mark.parametrize(
    ("name", "value"),
    [("RUN_COMMIT", "main"), ("RUN_ID", "5/../6"), ("GITHUB_API_URL", "file:///")],
)
def test_what_a_run_has_in_another_form_is_refused(
    project: Path, name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, right in {**RUN, name: value}.items():
        monkeypatch.setenv(variable, right)
    code, said = publish("preview")
    assert (code, said.startswith(f"{name} is not set as")) == (1, True)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("site_name: x\nsite_url: https://example.com/x/  # there\n", "https://example.com/x/"),
        ("site_url: 'https://example.com'\n", "https://example.com"),
        ("site_name: x\n# site_url: https://example.com\nsite_url: ''\n", ""),
    ],
)
def test_previews_are_below_the_address_of_the_site(project: Path, written: str, address: str) -> None:
    (project / "mkdocs.yml").write_text(written, encoding="utf-8")
    assert command._site_url() == address


def test_a_forge_that_cannot_be_reached_is_said(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("macros.publication.forge.AGAIN", 0)
    for name, value in RUN.items():
        monkeypatch.setenv(name, value)
    assert publish("preview") == (1, "127.0.0.1 cannot be reached: ConnectionError\n")
