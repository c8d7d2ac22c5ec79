"""The workflows: what they may do, and a dry run of them from a pull request to its removal."""

from __future__ import annotations

import compileall
import io
import json
import os
import re
import shutil
import subprocess
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Any

import pytest
import yaml

from macros.publication import remark
from macros.publication.branch import PublishedBranch
from macros.publication.layout import publish_preview
from tests.conftest import BIN, ROOT, write_data
from tests.publication.forge import BOT, REPOSITORY, State, serving
from tests.publication.runner import WORKFLOWS, Run, Runner, workflow

NAMES = sorted(path.stem for path in WORKFLOWS.glob("*.yml"))
ACTIONS = sorted((ROOT / ".github" / "actions").glob("*/action.yml"))
MAY_WRITE = {"preview", "publish"}
"""The workflows that may write: they run as main has them, and run main's code alone."""


def jobs(name: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = workflow(name)["jobs"]
    return found


def steps(name: str) -> list[dict[str, Any]]:
    return [step for job in jobs(name).values() for step in job["steps"]]


# What they may do


@pytest.mark.parametrize("name", NAMES)
def test_a_token_may_do_what_its_job_needs_and_no_more(name: str) -> None:
    assert workflow(name)["permissions"] == {}
    assert {job: granted.get("permissions") for job, granted in jobs(name).items()} == {
        "check": {"check": {"contents": "read"}},
        "changes": {"preview": {"contents": "read"}, "told": {}},
        "preview": {
            "stranger": {"contents": "read", "pull-requests": "read"},
            "publish": {"actions": "read", "contents": "write", "pages": "write", "pull-requests": "write"},
        },
        "publish": {"publish": {"contents": "write", "pages": "write", "pull-requests": "write"}},
    }[name]


@pytest.mark.parametrize("name", NAMES)
def test_what_may_write_is_not_started_by_a_pull_request_itself(name: str) -> None:
    started = set(workflow(name)["on"])
    assert started <= ({"workflow_run", "push"} if name in MAY_WRITE else {"pull_request", "push"})
    assert "pull_request_target" not in started


@pytest.mark.parametrize("name", NAMES)
def test_a_checkout_leaves_no_token_and_only_pull_requests_check_out_their_own(name: str) -> None:
    taken = [step.get("with", {}) for step in steps(name) if step.get("uses", "").startswith("actions/checkout@")]
    assert all(given["persist-credentials"] is False for given in taken)
    assert not [given for given in taken if "ref" in given and name in MAY_WRITE]


@pytest.mark.parametrize("name", NAMES)
def test_a_workflow_ends_and_makes_way(name: str) -> None:
    assert all(job["timeout-minutes"] <= 30 for job in jobs(name).values())
    assert {job["runs-on"] for job in jobs(name).values()} == {"ubuntu-latest"}
    assert workflow(name)["concurrency"]["group"].startswith(f"{name}-")
    cancels = workflow(name)["concurrency"]["cancel-in-progress"]
    assert cancels is False if name in MAY_WRITE else cancels


@pytest.mark.parametrize("name", sorted(MAY_WRITE))
def test_what_may_write_keeps_and_takes_nothing_between_runs(name: str) -> None:
    assert not [step for step in steps(name) if "cache" in str(step.get("uses", "")) or "cache" in step.get("with", {})]


@pytest.mark.parametrize("name", NAMES)
def test_no_value_of_the_forge_becomes_shell(name: str) -> None:
    assert not [step["run"] for step in steps(name) if "${{" in step.get("run", "")]
    assert "secrets." not in (WORKFLOWS / f"{name}.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "file", [*(WORKFLOWS / f"{name}.yml" for name in NAMES), *ACTIONS], ids=lambda path: str(path)[-24:]
)
def test_actions_of_others_are_pinned_and_say_their_version(file: Path) -> None:
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if re.search(r"\buses: (?!\./)", line)]
    assert lines
    for line in lines:
        assert re.search(r"uses: [\w-]+/[\w/-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+$", line), line


SHELL = [
    pytest.param(step, id=f"{name} {job} {step.get('name')}")
    for name in NAMES
    for job, of in jobs(name).items()
    for step in of["steps"]
    if "run" in step
]


@pytest.mark.parametrize("step", SHELL)
def test_the_shell_of_a_step_is_sound(step: dict[str, Any]) -> None:
    given = "".join(f"export {key}=x\n" for key in {**step.get("env", {}), "GITHUB_OUTPUT": ""})
    command = [str(BIN / "shellcheck"), "--shell=bash", "-"]
    done = subprocess.run(command, input=f"{given}{step['run']}", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


# The dry run


class Project:
    """A small inventory with this project's code, on a remote with the branch `main`; and a clone to work in."""

    def __init__(self, folder: Path, seed: Path) -> None:
        self.folder = folder
        self.remote = folder / "remote.git"
        self.clone = folder / "clone"
        shutil.copytree(seed / "remote.git", self.remote)
        self.git("clone", "-q", str(self.remote), str(self.clone), at=folder)

    def git(self, *arguments: str, at: Path | None = None) -> str:
        who = {f"GIT_{role}_{what}": "a@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        done = subprocess.run(
            ["git", *arguments],
            cwd=at or self.clone,
            env={**os.environ, **who},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def change(self, branch: str, old: str, new: str, file: str = "data/services/shop.yml", *, to: str = "") -> str:
        """Replace a text on a branch, push it (to a reference of that name), and say the commit."""
        self.git("checkout", "-q", "-B", branch)
        path = self.clone / file
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        assert old in text
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", new[:40])
        self.git("push", "-q", "--force", "origin", f"HEAD:{to or f'refs/heads/{branch}'}")
        return self.git("rev-parse", "HEAD")

    @property
    def main(self) -> str:
        return self.git("rev-parse", "main", at=self.remote)

    def all_shown(self) -> dict[str, str]:
        """Every file of the published branch, by name."""
        packed = subprocess.run(
            ["git", "archive", "published"], cwd=self.remote, capture_output=True, check=True
        ).stdout
        found = {}
        with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
            for member in tar:
                if file := tar.extractfile(member):
                    found[member.name] = file.read().decode("utf-8", "replace")
        return found


@dataclass
class World:
    """The project, its forge, and what runs the workflows."""

    project: Project
    state: State
    runner: Runner

    def pull_request(
        self, number: int, action: str, commit: str, *, of: str = REPOSITORY, branch: str = "change"
    ) -> Run:
        """Something happens to a pull request: what its own workflow does, and then the one that follows it."""
        if action == "closed":
            self.state.pulls[number]["state"] = "closed"
        else:
            self.state.pull(number, commit, of=of, branch=branch, base=self.project.main)
        pull = self.state.pulls[number]
        self.project.git("update-ref", f"refs/pull/{number}/head", commit, at=self.project.remote)
        payload = {"action": action, "pull_request": pull, "number": number}
        before = self.runner.run("changes", "pull_request", payload, f"refs/pull/{number}/merge", commit)
        started = {
            "id": before.id,
            "event": "pull_request",
            "conclusion": before.conclusion,
            "head_repository": {"full_name": of},
            "head_branch": branch,
            "head_sha": commit,
        }
        assert workflow("preview")["on"]["workflow_run"]["workflows"] == [workflow("changes")["name"]]
        return self.runner.run(
            "preview", "workflow_run", {"workflow_run": started}, "refs/heads/main", self.project.main
        )

    def push(self, commit: str) -> Run:
        """Main was moved to a commit."""
        return self.runner.run("publish", "push", {}, "refs/heads/main", commit)


@pytest.fixture(scope="session")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The remote that every dry run starts from: the code of this project over another inventory, which is small."""
    folder = tmp_path_factory.mktemp("seed")
    work = folder / "work"
    for name in ("data", "docs", "diagrams"):
        shutil.copytree(ROOT / "tests" / "other" / name, work / name)
    for name in ("macros", "scripts", ".github"):
        shutil.copytree(ROOT / name, work / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "mkdocs.yml", "pyproject.toml", "requirements.txt"):
        shutil.copy(ROOT / name, work / name)
    settings = (work / "mkdocs.yml").read_text(encoding="utf-8")
    (work / "mkdocs.yml").write_text(re.sub(r"\nnav:\n(?:[ #].*\n|\n)*", "\n", settings), encoding="utf-8")
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").replace("__pycache__/\n", "")
    (work / ".gitignore").write_text(ignored, encoding="utf-8")
    # Compiled once for all checkouts, by what is in a file: each has other times.
    compileall.compile_dir(work / "macros", quiet=2, workers=2, invalidation_mode=PycInvalidationMode.CHECKED_HASH)
    git = ("git", "-c", "user.name=A", "-c", "user.email=a@example.com")
    # Releases are in the order of their commits: the first is not of the second in which a test makes another.
    earlier = {f"GIT_{role}_DATE": f"{int(time.time()) - 60} +0000" for role in ("AUTHOR", "COMMITTER")}
    for arguments in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "The inventory"]):
        subprocess.run([*git, *arguments], cwd=work, env={**os.environ, **earlier}, check=True, capture_output=True)
    subprocess.run(["git", "clone", "-q", "--bare", "work", "remote.git"], cwd=folder, check=True)
    for setting in ("uploadpack.allowAnySHA1InWant", "uploadpack.allowFilter"):
        subprocess.run(["git", "config", setting, "true"], cwd=folder / "remote.git", check=True)
    return folder


@contextmanager
def world_at(folder: Path, seed: Path, server: str) -> Iterator[World]:
    state = State(pages="https://bakery.example/inventory/")
    with serving(state) as api:
        project = Project(folder, seed)
        yield World(project, state, Runner(project.remote, folder / "runner", state, api, server))


@pytest.fixture
def world(tmp_path: Path, seed: Path) -> Iterator[World]:
    with world_at(tmp_path, seed, "https://github.com") as made:
        yield made


@dataclass
class Moment:
    """What there is to see at one moment: the published branch, and the comments on the pull request."""

    ran: Run
    files: dict[str, str]
    comments: list[str]


@dataclass
class Story:
    """A change from its pull request to the site, a moment after each thing that happened. Pull request 7 is the change."""

    before: str
    """The commit of main, and of the change."""
    commit: str
    opened: Moment
    closed: Moment
    published: Moment
    overtaken: Moment


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, seed: Path) -> Story:
    """The change is merged. Of two more previews one is open, and the removal of the other was missed.

    Then the workflow of the commit before the merge is done, later than that of the merge.
    """
    with world_at(tmp_path_factory.mktemp("story"), seed, "https://github.com") as world:
        project = world.project

        def moment(ran: Run) -> Moment:
            assert ran.conclusion == "success", ran.jobs
            return Moment(ran, project.all_shown(), world.state.texts(7))

        before = project.main
        commit = project.change("change", "name: till\n", "name: cash desk\n")
        opened = moment(world.pull_request(7, "opened", commit))
        project.git("push", "-q", "origin", "change:main")
        closed = moment(world.pull_request(7, "closed", commit))
        left = write_data(project.folder / "left", {"index.html": "<html><head></head>left</html>"})
        for number in (8, 9):
            world.state.pull(number, "f" * 40, branch=f"other-{number}")
            publish_preview(PublishedBranch(str(project.remote), "published"), number, left)
            world.state.comment(number, BOT, f"{remark.MARK}\n")
        world.state.comment(9, "somebody", f"{remark.MARK}\n")
        world.state.pulls[9]["state"] = "closed"
        published = moment(world.push(commit))
        assert (world.state.texts(9), len(world.state.texts(9, "somebody")), len(world.state.texts(8))) == ([], 1, 1)
        return Story(before, commit, opened, closed, published, moment(world.push(before)))


def test_a_pull_request_gets_a_preview_and_a_comment(story: Story) -> None:
    assert "cash desk" in story.opened.files["previews/7/services/till/index.html"]
    assert "noindex" in story.opened.files["previews/7/changes/index.html"]
    (comment,) = story.opened.comments
    assert comment.startswith(remark.MARK)
    assert "https://bakery.example/inventory/previews/7/changes/" in comment
    assert "cash desk" in comment
    assert f"`{story.before[:10]}` → `{story.commit[:10]}`" in comment


def test_when_it_closes_both_go(story: Story) -> None:
    assert story.closed.comments == []
    assert [name for name in story.closed.files if name.startswith("previews/")] == []


def test_main_is_published_beside_what_is_open_and_what_was_missed_goes(story: Story) -> None:
    assert "cash desk" in story.published.files["services/till/index.html"]
    assert {name for name in story.published.files if name.startswith("previews/")} == {
        "previews/8/index.html",
        "previews/8/sw.js",
    }
    assert "pull request 9 is closed" in story.published.ran.said("publish", "Remove previews that were missed")


def test_a_build_that_main_has_overtaken_leaves_the_site_in_force(story: Story) -> None:
    assert "cash desk" in story.overtaken.files["services/till/index.html"]
    listed = json.loads(story.overtaken.files["releases/releases.json"])
    assert [release["commit"] for release in listed] == [story.commit[:10], story.before[:10]]
    older = next(
        name for name in story.overtaken.files if re.search(f"{story.before[:10]}/services/till/index.html", name)
    )
    assert "cash desk" not in story.overtaken.files[older]


SERVERS = {"github.com": "https://github.com", "Enterprise Server": "https://forge.bakery.example"}


@pytest.mark.parametrize("server", SERVERS)
def test_a_stranger_s_change_is_shown_as_our_code_builds_it(server: str, tmp_path: Path, seed: Path) -> None:
    trap = tmp_path / "trap"
    with world_at(tmp_path, seed, SERVERS[server]) as world:
        clone = world.project.clone
        for file in ("macros/cli.py", "macros/main.py", "macros/__init__.py"):
            (clone / file).write_text(f"import pathlib\npathlib.Path({str(trap)!r}).touch()\n", encoding="utf-8")
        for file in ("scripts/preview-untrusted", "Makefile"):
            (clone / file).write_text(f"x:\n\ttouch {trap}\ntouch {trap}\n", encoding="utf-8")
        (clone / ".gitattributes").write_text("* filter=trap\ndata/** export-ignore\n", encoding="utf-8")
        world.project.git("add", "-A")
        commit = world.project.change("stranger", "name: till\n", "name: cash desk\n", to="refs/pull/8/head")
        run = world.pull_request(8, "opened", commit, of="stranger/inventory", branch="main")
        assert run.conclusion == "success", run.jobs
        assert "cash desk" in world.project.all_shown()["previews/8/services/till/index.html"]
        (comment,) = world.state.texts(8)
        assert "cash desk" in comment
        assert f"`{world.project.main[:10]}` → `{commit[:10]}`" in comment
        assert world.project.git("ls-tree", "--name-only", commit, "Makefile") == "Makefile"
        assert "touch" in world.project.git("show", f"{commit}:Makefile")
        assert not trap.exists()


def test_where_the_site_cannot_be_built_the_comment_says_so(world: World) -> None:
    commit = world.project.change("change", "group: shop\n", "group: nowhere\n")
    run = world.pull_request(7, "opened", commit)
    (comment,) = world.state.texts(7)
    assert "There is no preview" in comment
    assert world.project.git("branch", "--list", "published", at=world.project.remote) == ""
    assert f"https://github.com/{REPOSITORY}/actions/runs/{run.id - 1}" in comment
    assert "<!-- " in comment.splitlines()[0]


def test_what_is_wrong_with_the_data_is_said_at_its_line(world: World) -> None:
    commit = world.project.change("change", "group: shop\n", "group: nowhere\n")
    step = next(step for step in jobs("check")["check"]["steps"] if step.get("name") == "The data")
    assert step["run"] == "make check ARGS='--format github'"
    workspace = world.runner.folder / "workspace"
    workspace.mkdir(parents=True)
    github = {"server_url": "", "repository": "", "run_id": 1, "sha": commit, "ref": "", "event_name": ""}
    world.runner._checkout(workspace, {"ref": commit}, github)
    world.runner._shell("make setup", workspace, github, {})
    outcome, said, _ = world.runner._shell(step["run"], workspace, github, {})
    assert outcome == "failure"
    assert re.search(r"^::error file=data/services/shop\.yml,line=4,", said, re.MULTILINE)


def test_the_workflows_hold_what_a_linter_of_such_asks(tmp_path: Path) -> None:
    command = [str(BIN / "zizmor"), "--offline", "--pedantic", "--no-progress", "--format=plain"]
    assert subprocess.run([*command, ".github"], cwd=ROOT, capture_output=True, check=False).returncode == 0
    broken = tmp_path / ".github" / "workflows"
    broken.mkdir(parents=True)
    text = (WORKFLOWS / "preview.yml").read_text(encoding="utf-8")
    (broken / "preview.yml").write_text(re.sub(r"# zizmor: ignore.*", "", text), encoding="utf-8")
    assert subprocess.run([*command, "."], cwd=tmp_path, capture_output=True, check=False).returncode != 0
    assert yaml.safe_load(text)
