"""Real git repositories for tests, with commits of which every byte is known."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import write_data

AUTHOR = "A. Person"


@dataclass(frozen=True)
class Repository:
    """A repository whose facts are in `data/`. Moments are as git takes them: `2030-03-18T09:00:00+0100`."""

    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def git(self, *arguments: str, at: str = "2030-03-18T09:00:00+0000", author: str = AUTHOR) -> str:
        """Run git, whatever the settings of the person are; what it says."""
        own = {
            "GIT_AUTHOR_NAME": author,
            "GIT_AUTHOR_EMAIL": "a@example.com",
            "GIT_AUTHOR_DATE": at,
            "GIT_COMMITTER_NAME": AUTHOR,
            "GIT_COMMITTER_EMAIL": "a@example.com",
            "GIT_COMMITTER_DATE": at,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        done = subprocess.run(
            ["git", *arguments], cwd=self.folder, env={**os.environ, **own}, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(
        self,
        subject: str,
        files: dict[str, str | None],
        at: str = "2030-03-18T09:00:00+0000",
        author: str = AUTHOR,
    ) -> str:
        """Write files below `data/` (None: take it away), commit everything, and return the commit's hash."""
        write_data(self.data, {name: text for name, text in files.items() if text is not None})
        for name, text in files.items():
            if text is None:
                (self.data / name).unlink()
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "--allow-empty-message", "-m", subject, at=at, author=author)
        return self.git("rev-parse", "HEAD")


def repository(folder: Path) -> Repository:
    """An empty repository in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    found = Repository(folder)
    found.git("init", "-q", "-b", "main")
    return found
