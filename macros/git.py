"""What git says, as text or bytes: nothing where it fails, is not there, or takes too long."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

PATIENCE = 20.0
"""Seconds that git may take."""


def said(folder: Path, *arguments: str) -> str:
    """What git says in a folder, without white space around it; empty where it fails."""
    return raw(folder, *arguments).decode("utf-8", "replace").strip()


def raw(folder: Path, *arguments: str, given: bytes | None = None) -> bytes:
    """The bytes that git prints in a folder, having read what is given; none where it fails."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            capture_output=True,
            input=given,
            timeout=PATIENCE,
            env=_environment(),
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return done.stdout if done.returncode == 0 else b""


OF_ANOTHER = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR")
"""What git sets for its hooks: asked in a folder, it would speak of the repository of the hook all the same."""


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in OF_ANOTHER}
