"""What git says, as text or bytes: nothing where it fails, is not there, or takes too long."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
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


STAY = ("-c", "protocol.allow=never")
"""What keeps git from fetching what a partial clone left out: a build asks nobody."""


class TreeError(ValueError):
    """A tree cannot be written out; the message says why and what to do."""


def write_out(top: Path, tree: str, target: Path) -> None:
    """Write the files of a tree into a folder as git keeps them, whatever its attributes say of exports.

    A link stays a link: the reading of facts says what it thinks of one. Links come last, so that no file goes through one.
    Raises `OSError` and `TreeError`.
    """
    rows = [row.partition(b"\t") for row in raw(top, "ls-tree", "-r", "-z", tree).split(b"\0") if row]
    told = [(*head.split(), path) for head, _, path in rows]
    files = [(mode, blob, Path(os.fsdecode(path))) for mode, kind, blob, path in told if kind == b"blob"]
    texts = contents(top, {blob.decode() for _, blob, _ in files})
    if any(blob.decode() not in texts for _, blob, _ in files) or (not rows and said(top, "ls-tree", tree)):
        raise TreeError(f"git cannot write the tree {tree[:10]} out: run `git fsck`, or fetch what is missing")
    for mode, blob, path in sorted(files, key=lambda file: file[0] == _LINK):
        if path.is_absolute() or ".." in path.parts:
            raise TreeError(f"the tree {tree[:10]} has a file outside of it: run `git fsck`")
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        text = texts[blob.decode()]
        if mode == _LINK:
            (target / path).symlink_to(os.fsdecode(text))
        else:
            (target / path).write_bytes(text)


_LINK = b"120000"
"""The mode of a link in a tree."""


def contents(folder: Path, blobs: Iterable[str]) -> dict[str, bytes]:
    """The bytes of blobs by their names, those that are not in this clone left out."""
    asked = "".join(f"{blob}\n" for blob in blobs).encode()
    told = raw(folder, *STAY, "cat-file", "--batch", given=asked) if asked else b""
    found: dict[str, bytes] = {}
    at = 0
    while (end := told.find(b"\n", at)) >= 0:
        name, _, size = told[at:end].decode("ascii", "replace").partition(" blob ")
        if size.isdecimal():
            found[name] = told[end + 1 : end + 1 + int(size)]
            at = end + int(size) + 2
        else:
            at = end + 1
    return found
