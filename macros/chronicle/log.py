"""The commits that touched the folder of the facts, with the versions of the files that each touched: one call of git."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from macros import git
from macros.finding import one_line

MOST_COMMITS = 400
"""Commits that are looked at, the newest of git's order."""

MOST_WORDS = 200
"""Characters of a subject or a name."""

_FIELDS = ("%H", "%at", "%ct", "%aN", "%s")
_ASKED = (
    *("-c", "log.showRoot=true", "log", "-z", "-c", "--raw", "--no-abbrev", "--no-renames", "--no-relative"),
    *("--encoding=UTF-8", "--no-show-signature", "--no-color", "--no-notes", f"--format={'%x00'.join(_FIELDS)}"),
)
"""The same whatever a person's settings are. (`-c` after `log`: of a merge, the files that it has from none of its parents.)"""

_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
_FILE = "100"
"""How the mode of a plain file begins; links and other repositories are no facts."""


@dataclass(frozen=True)
class Touched:
    """A file that a commit touched: its path from the folder of the facts, and its version in each parent and after.

    A version is the name of a blob; it is empty where there was no such file.
    """

    path: str
    before: tuple[str, ...]
    after: str


@dataclass(frozen=True)
class Commit:
    """A commit: its full hash, who wrote it, when (in UTC, as the author says), its first line, and what it touched.

    Texts are on one line, with nothing in them that cannot be seen.
    """

    hash: str
    at: datetime
    author: str
    subject: str
    touched: tuple[Touched, ...] = ()

    @property
    def short(self) -> str:
        """The hash as people write it."""
        return self.hash[:10]


@dataclass(frozen=True)
class Log:
    """The commits in git's order, the newest first, and where the folder lies in its repository.

    `shallow`: older ones are not in this clone; `more`: there are older ones than are looked at.
    """

    commits: tuple[Commit, ...] = ()
    shallow: bool = False
    more: bool = False
    place: str = ""


def log(data: Path) -> Log:
    """The log of a folder.

    What a branch changed is told under the branch's own commits, whose authors and words are those of the change; the
    merge tells only what it has from none of its parents. So nothing is told twice, whichever way branches are merged.
    """
    told = git.raw(data, "rev-parse", "--is-shallow-repository", "--git-path", "shallow", "--show-prefix")
    if not told:
        return Log()
    shallow, cut, prefix = [*told.decode("utf-8", "surrogateescape").split("\n", 2), "", ""][:3]
    found = list(_commits(git.raw(data, *_ASKED, f"-{MOST_COMMITS + 1}", "--", "."), prefix.removesuffix("\n")))
    ends = _ends(data / cut) if shallow == "true" else frozenset()
    return Log(
        tuple(commit for commit in found[:MOST_COMMITS] if commit.hash not in ends),
        shallow=any(commit.hash in ends for commit in found),
        more=len(found) > MOST_COMMITS,
        place=prefix.removesuffix("\n"),
    )


def _ends(file: Path) -> frozenset[str]:
    """The commits at which a shallow clone ends: what they changed, it does not know."""
    with suppress(OSError):
        return frozenset(file.read_text(encoding="ascii", errors="replace").split())
    return frozenset()


def _commits(told: bytes, prefix: str) -> Iterator[Commit]:
    """The commits from what git prints: fields, then files, each ended by a zero byte, which no text can hold."""
    tokens = told.decode("utf-8", "surrogateescape").split("\0")
    at = 0
    while at + len(_FIELDS) <= len(tokens):
        name = tokens[at].strip("\n")
        if not _HASH.match(name):
            at += 1
            continue
        _, written, committed, author, subject = tokens[at : at + len(_FIELDS)]
        at += len(_FIELDS)
        touched: list[Touched] = []
        while at + 1 < len(tokens) and (said := tokens[at].strip("\n"))[:1] in {"", ":"}:
            if said:
                touched += _touched(said, tokens[at + 1], prefix)
            at += 2 if said else 1  # before the files of a merge stands nothing
        yield Commit(name, _moment(written, committed), _text(author), _text(subject), tuple(touched))


def _touched(said: str, path: str, prefix: str) -> Iterator[Touched]:
    """A file from a line as `:100644 100644 <before> <after> M`; a merge has as many colons as parents."""
    parents = len(said) - len(said.lstrip(":"))
    words = said[parents:].split(" ")
    if path.startswith(prefix) and len(words) > 2 * (parents + 1):
        modes, blobs = words[: parents + 1], words[parents + 1 : 2 * (parents + 1)]
        *before, after = (blob if mode.startswith(_FILE) else "" for mode, blob in zip(modes, blobs, strict=True))
        yield Touched(path.removeprefix(prefix), tuple(before), after)


def _moment(*stamps: str) -> datetime:
    """The first of some seconds since 1970 that is a time."""
    for stamp in stamps:
        with suppress(ValueError, OverflowError, OSError):
            return datetime.fromtimestamp(int(stamp), UTC)
    return datetime.fromtimestamp(0, UTC)


def _text(text: str) -> str:
    """A text of a commit, which may hold anything."""
    flat = one_line(text.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
    return flat if len(flat) <= MOST_WORDS else f"{flat[: MOST_WORDS - 1]}…"
