"""The branch that is published: a plain git branch that the forge's pages, or any server, shows as it is.

It has one commit, which each change replaces. All that it holds is what readers may see now: ten releases and the previews
of what is open. A history of built pages would tell nothing that the history of the facts does not, and would grow by the
size of the site with every merge.

Two may change it at once. A change is made of what was fetched, and pushed only where that is still what is there; else it is
made again, of what is there now.
"""

from __future__ import annotations

import base64
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from macros.publication.artifact import plain

ATTEMPTS = 6
"""How often a change is made anew where others push meanwhile."""

PAUSE = 0.3
"""Seconds before the second attempt; before each later one it is as much more."""

PATIENCE = 300.0
"""Seconds that git may take for one step."""

_EMPTY = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
"""What git calls the tree that holds nothing."""

_AS_THEY_ARE = "* -text -ident -filter -working-tree-encoding\n"
"""Attributes that go before any that a folder brings along: its files are stored byte by byte."""

_WHO = {"NAME": "Production inventory", "EMAIL": "inventory@localhost"}
_KEPT = ("GIT_ASKPASS", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_PROXY_COMMAND")


class BranchError(Exception):
    """The branch could not be changed, and is as it was; the message says why."""


@dataclass(frozen=True)
class Access:
    """What a remote wants to know of whoever pushes: the token for an address that begins so; none for any other."""

    address: str = ""
    token: str = ""

    def settings(self) -> dict[str, str]:
        """Git's settings, handed on in the environment, where no list of processes shows them."""
        if not (self.address and self.token):
            return {}
        secret = base64.b64encode(f"x-access-token:{self.token}".encode()).decode()
        return {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"http.{self.address.rstrip('/')}/.extraheader",
            "GIT_CONFIG_VALUE_0": f"AUTHORIZATION: basic {secret}",
        }


@dataclass(frozen=True)
class PublishedBranch:
    """A branch of a remote, which need not be there yet."""

    remote: str
    name: str
    access: Access = Access()

    def change(self, edit: Callable[[Contents], str]) -> bool:
        """Change what the branch holds, and say whether anything was pushed.

        `edit` gets the contents, changes them, and says in a line what it did. It runs again where somebody else pushed
        meanwhile. Raises `BranchError`.
        """
        with self._repository() as git:
            for attempt in range(ATTEMPTS):
                time.sleep(attempt * PAUSE)
                before = self._fetch(git)
                contents = Contents(git, before)
                said = edit(contents)
                tree = git("write-tree")
                if tree == (git("rev-parse", f"{before}^{{tree}}") if before else _EMPTY):
                    return False
                commit = git("commit-tree", tree, "-m", said)
                if self._push(git, commit, before):
                    return True
        raise BranchError(f"others pushed to `{self.name}` {ATTEMPTS} times meanwhile: try again")

    def look(self, see: Callable[[Contents], None]) -> None:
        """Show what the branch holds, without changing it."""
        with self._repository() as git:
            see(Contents(git, self._fetch(git)))

    def tip(self, branch: str) -> str:
        """The commit of another branch of the remote; empty where there is none."""
        with self._repository() as git:
            return self._tip(git, branch)

    @contextmanager
    def _repository(self) -> Iterator[Git]:
        with tempfile.TemporaryDirectory(prefix="published-") as folder:
            git = Git(Path(folder) / "git", self.access)
            git("init", "-q", "--bare", str(git.folder))
            (git.folder / "info").mkdir(exist_ok=True)
            (git.folder / "info" / "attributes").write_text(_AS_THEY_ARE, encoding="utf-8")
            yield git

    def _tip(self, git: Git, branch: str) -> str:
        return git("ls-remote", self.remote, f"refs/heads/{branch}").partition("\t")[0]

    def _fetch(self, git: Git) -> str:
        """Fetch what is there, and say its commit; empty where there is no such branch yet."""
        if not self._tip(git, self.name):
            return ""
        git("fetch", "-q", "--depth=1", "--no-tags", self.remote, f"+refs/heads/{self.name}:refs/published")
        return git("rev-parse", "refs/published")

    def _push(self, git: Git, commit: str, before: str) -> bool:
        """Put the commit in the place of the one before; False where another is there by now."""
        lease = f"--force-with-lease=refs/heads/{self.name}:{before}"
        try:
            git("push", "-q", lease, self.remote, f"{commit}:refs/heads/{self.name}")
        except BranchError:
            if self._tip(git, self.name) == before:
                raise
            return False
        return True


class Git:
    """A bare repository of its own, which knows nothing of the one that this runs in."""

    def __init__(self, folder: Path, access: Access) -> None:
        self.folder = folder
        self._environment = {
            **_environment(access),
            "GIT_DIR": str(folder),
            "GIT_INDEX_FILE": str(folder / "index"),
            "GIT_LITERAL_PATHSPECS": "1",
        }

    def __call__(self, *arguments: str, environment: Mapping[str, str] | None = None, given: bytes = b"") -> str:
        """What git says, without white space around it. Raises `BranchError` where it fails."""
        return self.raw(*arguments, environment=environment, given=given).decode("utf-8", "replace").strip()

    def raw(self, *arguments: str, environment: Mapping[str, str] | None = None, given: bytes = b"") -> bytes:
        """The bytes that git prints."""
        return _run(arguments, {**self._environment, **(environment or {})}, given)


def fetch(project: Path, remote: str, reference: str, access: Access) -> str:
    """Fetch what a reference of a remote leads to into a repository, without checking it out. Returns the commit.

    Raises `BranchError`.
    """
    here = ("-C", str(project))
    _run((*here, "fetch", "-q", "--no-tags", "--no-recurse-submodules", "--", remote, reference), _environment(access))
    return _run((*here, "rev-parse", "--verify", "FETCH_HEAD^{commit}"), _environment(access)).decode().strip()


def _environment(access: Access) -> dict[str, str]:
    return {
        **{key: value for key, value in os.environ.items() if not key.startswith("GIT_") or key in _KEPT},
        **{f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in _WHO.items()},
        **access.settings(),
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }


def _run(arguments: tuple[str, ...], environment: dict[str, str], given: bytes = b"") -> bytes:
    step = arguments[2] if arguments[0] == "-C" else arguments[0]
    try:
        done = subprocess.run(
            ["git", *arguments], env=environment, input=given, capture_output=True, timeout=PATIENCE, check=False
        )
    except FileNotFoundError:
        raise BranchError("git is not installed") from None
    except subprocess.TimeoutExpired:
        raise BranchError(f"git {step} took longer than {PATIENCE:.0f} s") from None
    if done.returncode != 0:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or [f"exit status {done.returncode}"]
        said = next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[-1])
        raise BranchError(f"git {step}: {plain(said)}")
    return done.stdout


class Contents:
    """What the branch holds while it is changed. Names are relative to its root, with `/` between folders."""

    def __init__(self, git: Git, commit: str) -> None:
        self._git = git
        if commit:
            git("read-tree", commit)
        else:
            git("read-tree", "--empty")

    def names(self, folder: str = "") -> list[str]:
        """The names of what is in a folder."""
        within = f"{folder}/" if folder else ""
        listed = self._git.raw("ls-files", "-z", "--", within or ".").decode("utf-8", "replace").split("\0")
        return sorted({name.removeprefix(within).partition("/")[0] for name in listed if name})

    def read(self, name: str) -> bytes | None:
        """A file's bytes; None where there is no such file."""
        if not self._git.raw("ls-files", "-z", "--", name):
            return None
        return self._git.raw("cat-file", "blob", f":{name}")

    def write(self, name: str, data: bytes) -> None:
        """Put a file in its place."""
        blob = self._git("hash-object", "-w", "--stdin", given=data)
        self._git("update-index", "--add", "--cacheinfo", f"100644,{blob},{name}")

    def remove(self, name: str) -> None:
        """Take a file, or a folder with all in it, away; where it is not there, nothing happens."""
        self._git("rm", "-r", "-q", "--cached", "--ignore-unmatch", "--", name)

    def put(self, folder: Path, name: str) -> None:
        """Put the files of a folder in the place of what is called so."""
        self.remove(name)
        self._git("read-tree", "-i", f"--prefix={name}/", self._tree(folder))

    def put_at_root(self, folder: Path, keep: tuple[str, ...]) -> None:
        """Put the files of a folder in the place of everything but the folders to keep."""
        kept = {name: self._git("write-tree", f"--prefix={name}/") for name in keep if self.names(name)}
        self._git("read-tree", self._tree(folder))
        for name, tree in kept.items():
            self._git("read-tree", "-i", f"--prefix={name}/", tree)

    def _tree(self, folder: Path) -> str:
        """The files of a folder as a tree."""
        environment = {"GIT_INDEX_FILE": str(self._git.folder / "index.folder"), "GIT_WORK_TREE": str(folder.resolve())}
        self._git("read-tree", "--empty", environment=environment)
        self._git("-C", str(folder), "add", "--all", "--force", ".", environment=environment)
        return self._git("write-tree", environment=environment)
