"""A stranger's branch is built with no code of it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from macros import provenance
from macros.diff import document
from tests.conftest import BIN, ROOT

CHANNEL = "- id: pager\n  name: {}\n  owner: unknown\n"


def git(root: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *identity, *arguments], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with the scripts of this project, its environment, and a branch of a stranger."""
    root = tmp_path / "project"
    shutil.copytree(ROOT / "scripts", root / "scripts")
    shutil.copy(ROOT / "Makefile", root)
    (root / ".venv").symlink_to(BIN.parent)
    (root / ".gitignore").write_text("/.venv\n/.cache/\n/site-untrusted/\n", encoding="utf-8")
    write(root, "data/channels.yml", CHANNEL.format("Pager"))
    write(root, "docs/index.md", "# Home\n")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "base")
    return root


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text, encoding="utf-8")


def preview(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["sh", "scripts/preview-untrusted", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120, check=False)


def test_facts_come_from_the_branch_and_code_does_not(project: Path) -> None:
    git(project, "checkout", "-q", "-b", "stranger")
    write(project, "data/channels.yml", CHANNEL.format("Beeper"))
    write(project, "mkdocs.yml", "site_name: taken over\nhooks: [evil.py]\n")
    for name in ("evil.py", "macros/main.py", "macros/cli.py"):
        write(project, name, "from pathlib import Path\nPath('/nowhere/ran').touch()\n")
    write(project, "scripts/preview-untrusted", "touch ran\n")
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "take over")
    git(project, "checkout", "-q", "main")
    done = preview(project, "stranger")
    assert done.returncode == 0, done.stderr
    page = (project / "site-untrusted" / "channels" / "pager" / "index.html").read_text(encoding="utf-8")
    assert "Beeper" in page
    assert "taken over" not in page
    assert not (project / "ran").exists()
    assert "Pager" in (project / "data" / "channels.yml").read_text(encoding="utf-8")


def test_with_a_base_it_tells_what_changes_since(project: Path) -> None:
    base = git(project, "rev-parse", "HEAD").strip()
    git(project, "checkout", "-q", "-b", "stranger")
    write(project, "data/channels.yml", CHANNEL.format("Beeper"))
    write(project, "data/.gitattributes", "* text eol=crlf ident filter=trap\n")
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "rename")
    commit = git(project, "rev-parse", "HEAD").strip()
    git(project, "checkout", "-q", "main")
    done = preview(project, "stranger", "main")
    assert done.returncode == 0, done.stderr
    told = document.read((project / ".cache" / "untrusted" / "changes.json").read_bytes())
    assert (told.base.commit, told.head.commit) == (base, commit)
    assert [change.records for change in told.changes] == [("channel.pager",)]
    assert "Beeper" in (project / "site-untrusted" / "changes" / "index.html").read_text(encoding="utf-8")
    assert commit[:10] in (project / "site-untrusted" / provenance.FILE).read_text(encoding="utf-8")


@pytest.mark.parametrize("base", ["nosuch", "--output=x", "$(touch ran)"])
def test_the_name_of_a_base_is_a_name(base: str, project: Path) -> None:
    command = ["make", "-s", "-o", "setup", "preview-untrusted", "BRANCH=main", f"BASE={base}"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert "is no branch or commit here" in done.stderr
    assert not (project / "ran").exists()


def test_a_link_in_the_branch_is_refused(project: Path) -> None:
    git(project, "checkout", "-q", "-b", "stranger")
    (project / "data" / "teams.yml").symlink_to("/etc/hostname")
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "read your files")
    git(project, "checkout", "-q", "main")
    done = preview(project, "stranger")
    assert done.returncode == 1
    assert "SRC016" in done.stderr
    assert not (project / "site-untrusted").exists()


@pytest.mark.parametrize(
    "name", ["nosuch", "--output=x", "$(touch ran)", "`touch ran`", "'; touch ran; '", "$(shell touch ran)"]
)
def test_a_name_is_a_name(name: str, project: Path) -> None:
    command = ["make", "-s", "-o", "setup", "preview-untrusted", f"BRANCH={name}"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert "is no branch or commit here" in done.stderr
    assert not (project / "ran").exists()
