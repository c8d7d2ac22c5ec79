"""Runs the workflows of the project here: their shell as it is written, in the order and the environment of the forge.

There are no containers, and three things are done in another way. A checkout is git's, from a repository on this disk, with the
depth that the step says. `make setup` makes a `.venv` whose commands run the checked out code with the packages that the
tests run with. What a run keeps goes to the forge of these tests (`tests.publication.forge`), which is what stands in here.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import ROOT
from tests.publication.expression import filled, holds
from tests.publication.forge import REPOSITORY, State

WORKFLOWS = ROOT / ".github" / "workflows"
STATUS = re.compile(r"\b(success|failure|cancelled|always)\(\)")

MAKE = """\
#!/bin/sh
# Sets up a .venv that runs the code beside it, with the packages of the tests.
if [ "$1" = setup ]; then
  mkdir -p .venv/bin
  printf '#!/bin/sh\\nPYTHONPATH="%s" exec {python} -m macros.cli "$@"\\n' "$PWD" >.venv/bin/inventory
  chmod +x .venv/bin/inventory
  ln -sf {tools}/dot .venv/bin/dot
  exit
fi
exec {make} -o setup -o .schema/.stamp "$@"
"""


def workflow(name: str) -> dict[str, Any]:
    """A workflow as it is written; what starts it is under `on`."""
    found = yaml.safe_load((WORKFLOWS / f"{name}.yml").read_text(encoding="utf-8"))
    found["on"] = found.pop(True)  # YAML of old takes the word for a truth
    return dict(found)


@dataclass
class Step:
    """What became of a step."""

    name: str
    outcome: str
    said: str


@dataclass
class Run:
    """A run that has ended: its number, how, and what each job's steps said. A job that did not run has no steps."""

    id: int
    conclusion: str
    jobs: dict[str, list[Step]]

    def said(self, job: str, step: str) -> str:
        """What a step said."""
        return next(found.said for found in self.jobs[job] if found.name == step)


@dataclass
class Runner:
    """Runs workflows over a remote, with a forge at an address."""

    remote: Path
    folder: Path
    state: State
    api: str
    server: str = "https://github.com"
    runs: int = 100
    _kept: dict[str, bytes] = field(default_factory=dict)
    """What a run on Enterprise Server keeps until it has ended."""

    def run(self, name: str, event: str, payload: dict[str, Any], ref: str, commit: str) -> Run:
        """Run a workflow for an event. `ref` and `commit` are what a checkout takes that names none."""
        self.runs += 1
        written = workflow(name)
        github = {
            "event_name": event,
            "event": payload,
            "repository": REPOSITORY,
            "server_url": self.server,
            "ref": ref,
            "sha": commit,
            "run_id": self.runs,
            "workflow": written["name"],
        }
        jobs: dict[str, list[Step]] = {}
        results: dict[str, str] = {}
        self._kept = {}
        for key, job in written["jobs"].items():
            results[key], jobs[key] = self._job(key, job, written, github, results)
        for artifact, content in self._kept.items():
            self.state.hand_over(self.runs, content, artifact)
        conclusion = "failure" if "failure" in results.values() else "success"
        return Run(self.runs, conclusion, jobs)

    def _job(
        self, key: str, job: dict[str, Any], written: dict[str, Any], github: dict[str, Any], results: dict[str, str]
    ) -> tuple[str, list[Step]]:
        needed = job.get("needs", [])
        needed = [needed] if isinstance(needed, str) else needed
        contexts = {"github": github, "needs": {name: {"result": results[name]} for name in needed}, "vars": {}}
        fine = all(results[name] == "success" for name in needed)
        if not _runs(job.get("if", ""), contexts, fine=fine):
            return "skipped", []
        workspace = self.folder / "workspace"
        shutil.rmtree(workspace, ignore_errors=True)
        workspace.mkdir(parents=True)
        token = f"token-of-{self.runs}-{key}"
        self.state.grants[token] = job["permissions"]
        github = {**github, "token": token}
        contexts["github"] = github
        environment = {name: filled(text, contexts, {}) for name, text in written.get("env", {}).items()}
        steps: list[Step] = []
        outputs: dict[str, Any] = {}
        failed = False
        for step in job["steps"]:
            contexts |= {"env": environment, "steps": outputs}
            name = step.get("name") or step["uses"].partition("@")[0]
            if not _runs(step.get("if", ""), contexts, fine=not failed):
                continue
            own = {**environment, **{key: filled(text, contexts, {}) for key, text in step.get("env", {}).items()}}
            outcome, said, made = self._step(step, workspace, contexts, own)
            outputs[step.get("id", "")] = {"outputs": made}
            failed = failed or (outcome == "failure" and not step.get("continue-on-error"))
            steps.append(Step(name, outcome, said))
        return ("failure" if failed else "success"), steps

    def _step(
        self, step: dict[str, Any], workspace: Path, contexts: dict[str, Any], environment: dict[str, str]
    ) -> tuple[str, str, dict[str, str]]:
        if "run" in step:
            return self._shell(step["run"], workspace, contexts["github"], environment)
        given = {key: filled(text, contexts, {}) for key, text in step.get("with", {}).items()}
        return self._action(step["uses"], given, workspace, contexts["github"]), "", {}

    def _shell(
        self, script: str, workspace: Path, github: dict[str, Any], environment: dict[str, str]
    ) -> tuple[str, str, dict[str, str]]:
        outputs = self.folder / "outputs"
        outputs.write_text("", encoding="utf-8")
        done = subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=workspace,
            env={**self._base(github), "GITHUB_OUTPUT": str(outputs), **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        made = dict(line.split("=", 1) for line in outputs.read_text(encoding="utf-8").splitlines())
        return ("success" if done.returncode == 0 else "failure"), done.stdout + done.stderr, made

    def _base(self, github: dict[str, Any]) -> dict[str, str]:
        """What every step finds in its environment, and nothing of this one's."""
        tools = self.folder / "tools"
        if not tools.is_dir():
            tools.mkdir(parents=True)
            make = MAKE.format(python=sys.executable, tools=Path(sys.executable).parent, make=shutil.which("make"))
            (tools / "make").write_text(make, encoding="utf-8")
            (tools / "make").chmod(0o755)
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        return {
            "PATH": f"{tools}:{os.environ['PATH']}",
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.api,
            "GITHUB_SERVER_URL": github["server_url"],
            "GITHUB_REPOSITORY": github["repository"],
            "GITHUB_RUN_ID": str(github["run_id"]),
            "GITHUB_SHA": github["sha"],
            "GITHUB_REF": github["ref"],
            "GITHUB_EVENT_NAME": github["event_name"],
        }

    def _action(self, uses: str, given: dict[str, str], workspace: Path, github: dict[str, Any]) -> str:
        if uses.startswith("actions/checkout@"):
            self._checkout(workspace, given, github)
        elif uses.startswith("actions/upload-artifact@") or uses == "./.github/actions/hand-over":
            self._keep(workspace / given["path"], given["name"], ends=uses.startswith("./"))
        elif uses == "./.github/actions/take-over":
            if given["name"] not in self._kept:
                return "failure"
            with zipfile.ZipFile(io.BytesIO(self._kept[given["name"]])) as packed:
                packed.extractall(workspace / given["path"])
        else:
            assert uses.startswith("actions/setup-python@"), f"nobody knows how to run {uses}"
        return "success"

    def _checkout(self, workspace: Path, given: dict[str, str], github: dict[str, Any]) -> None:
        def git(*arguments: str) -> None:
            subprocess.run(["git", *arguments], cwd=workspace, check=True, capture_output=True)

        git("init", "-q")
        git("remote", "add", "origin", self.remote.as_uri())
        depth = given.get("fetch-depth", "1")
        if depth == "0":
            git("fetch", "-q", "origin", "+refs/heads/*:refs/remotes/origin/*")
        else:
            git("fetch", "-q", f"--depth={depth}", "origin", given.get("ref") or github["sha"])
        git("checkout", "-q", "--detach", given.get("ref") or github["sha"])

    def _keep(self, folder: Path, name: str, *, ends: bool) -> None:
        """Keep a folder as an artifact: at once, or where a run on Enterprise Server does, when it has ended."""
        files = [path for path in sorted(folder.rglob("*")) if path.is_file()] if folder.is_dir() else []
        if not files:
            return
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in files:
                archive.write(path, path.relative_to(folder).as_posix())
        if ends:
            self._kept[name] = packed.getvalue()
        else:
            self.state.hand_over(self.runs, packed.getvalue(), name)


def _runs(condition: str, contexts: dict[str, Any], *, fine: bool) -> bool:
    """Whether a job or a step runs: where its condition asks for no status, only after what went well."""
    functions = {
        "cancelled": lambda: False,
        "always": lambda: True,
        "success": lambda: fine,
        "failure": lambda: not fine,
    }
    if not condition:
        return fine
    return (fine or bool(STATUS.search(condition))) and holds(condition, contexts, functions)
