"""A state of the project that is meant by a word: a folder, or a commit, branch or tag of git.

What a commit holds is put into a folder of the cache, once a tree. Nothing of it is run.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from macros import git
from macros.cache import keep_newest
from macros.nearest import listed, nearest
from macros.workspace import Folders

PARTS = ("data", "docs", "diagrams")
"""What of a state is looked at: the fields of `Folders`."""

KEPT = 24
"""How many states are kept in the cache."""


class RevisionError(ValueError):
    """No state is meant by the word; the message says why and what to do."""


@dataclass(frozen=True)
class Revision:
    """A state: what it is called, where it is, and its commit (empty for a folder that git knows nothing of).

    A note says where it has no facts at all.
    """

    name: str
    folders: Folders
    commit: str
    note: str = ""


def working(folders: Folders) -> Revision:
    """The state of the folders as they are now."""
    commit = git.said(folders.data, "rev-parse", "HEAD")
    changed = bool(commit) and bool(git.said(folders.data, "status", "--porcelain", "--", "."))
    return Revision("the working tree" if changed or not commit else commit[:10], folders, commit)


def revision(word: str, folders: Folders) -> Revision:
    """The state that is meant: of a folder, itself or what is in its `data`; of git, the same folders in that commit.

    Raises `RevisionError`.
    """
    if not word or word.startswith("-"):
        raise RevisionError(f"`{word}` is no revision: write a branch, tag or commit, or a folder")
    commit = git.said(folders.data, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{word}^{{commit}}")
    if commit:
        put_out = _put_out(commit, word, folders)
        has_facts = any(put_out.data.iterdir())
        note = "" if has_facts else f"`{word}` has no facts in `{folders.data.name}`: everything is new."
        return Revision(word, put_out, commit, note)
    if os.path.isdir(word):  # noqa: PTH112 - a path's own question fails for a word that is too long for a name
        return Revision(word, _of_folder(Path(word), folders), "")
    raise RevisionError(_unknown(word, folders))


def _of_folder(folder: Path, folders: Folders) -> Folders:
    """The folders of a state that lies in one: a project, or its facts alone."""
    if (folder / "data").is_dir():
        found = {name: folder / name for name in PARTS if (folder / name).is_dir()}
        return replace(folders, **found)
    return replace(folders, data=folder)


def _unknown(word: str, folders: Folders) -> str:
    """Why git knows no such commit, and what to do."""
    if not git.said(folders.data, "rev-parse", "--git-dir"):
        return f"`{word}` is no folder, and {folders.data} is in no repository: name a folder"
    if git.said(folders.data, "rev-parse", "--is-shallow-repository") == "true":
        return (
            f"`{word}` is not in this clone, which is shallow: run `git fetch --unshallow`, "
            f"or `git fetch --depth=50 origin {word}`, then this again"
        )
    names = git.said(folders.data, "for-each-ref", "--format=%(refname:short)").split()
    near = nearest(word, names, 3)
    hint = f"did you mean {listed(near)}?" if near else "fetch it first, or name a folder"
    return f"`{word}` is no branch, tag or commit here; {hint}"


def _put_out(commit: str, word: str, folders: Folders) -> Folders:
    """The folders of a commit, written out below the cache."""
    top = Path(git.said(folders.data, "rev-parse", "--show-toplevel"))
    found = {}
    for name in PARTS:
        folder: Path = getattr(folders, name)
        try:
            inside = folder.resolve().relative_to(top.resolve()).as_posix()
        except ValueError:
            continue  # another project's: it is the same in both states
        tree = git.said(
            top, "rev-parse", "--verify", "--quiet", f"{commit}{f':{inside}' if inside != '.' else '^{tree}'}"
        )
        try:
            found[name] = _tree(top, tree, name, folders.cache) if tree else _empty(name, folders.cache)
        except git.TreeError as error:
            raise RevisionError(str(error)) from None
        except OSError as error:
            message = f"`{word}` cannot be written out into `{folders.cache}`: {error.strerror}"
            raise RevisionError(message) from None
    if "data" not in found:
        raise RevisionError(f"{folders.data} is in no repository that has `{word}`: name a folder")
    return replace(folders, **found)


def _tree(top: Path, tree: str, name: str, cache: Path) -> Path:
    """A tree of git as a folder of that name, which is made once. Raises `OSError` and `TreeError`."""
    kept = cache / "revisions" / tree
    if (kept / name).is_dir():
        with suppress(OSError):  # of a cache that may only be read
            os.utime(kept)
        return kept / name
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".", dir=kept.parent) as made:
        target = Path(made) / name
        target.mkdir()
        if git.said(top, "cat-file", "-t", tree) == "tree":  # else it was a file, or is another repository's
            git.write_out(top, tree, target)
        try:
            target.rename(kept / name)
        except OSError:
            if not (kept / name).is_dir():  # which another run made meanwhile
                raise
    keep_newest(kept.parent, KEPT)
    return kept / name


def _empty(name: str, cache: Path) -> Path:
    folder = cache / "revisions" / "none" / name
    folder.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):
        os.utime(folder.parent)
    return folder
