"""What is wrong, where it is wrong, and what to write instead."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Severity(StrEnum):
    """How much a finding weighs. An error stops the build; a warning and a note are published."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, order=True)
class Place:
    """A place in a file. `line` and `column` count from 1."""

    file: Path
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{shown_path(self.file)}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Related:
    """A second place that a finding speaks of, and its part in it."""

    place: Place
    message: str


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    `code` is stable and names the rule; `message` says what is wrong and what to write instead; `related` holds the
    other places involved, such as the first of two records with one id. `subjects` are the records it speaks of, as
    `kind.id`; `identity` is what makes it the same finding when lines move and numbers change.
    """

    code: str
    message: str
    place: Place
    severity: Severity = Severity.ERROR
    related: tuple[Related, ...] = field(default=())
    subjects: tuple[str, ...] = field(default=())
    identity: str = ""
    assumed: bool = False
    """Whether it rests on a relation that somebody assumed and nobody has confirmed."""

    @property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that stay the same while the finding is the same: its permalink."""
        identity = self.identity or f"{self.place.file.name} {re.sub('[0-9]+', '0', self.message)}"
        return hashlib.sha256(f"{self.code} {identity}".encode(errors="surrogateescape")).hexdigest()[:12]

    def __str__(self) -> str:
        return f"{self.place}: {self.code}: {one_line(self.message)}"


def shown_path(path: Path) -> str:
    """The path as a reader types it: relative to the working folder where it lies below it, else as it is.

    What cannot be printed is escaped: the name of a file may hold anything, and a terminal or a forge would obey it.
    """
    return visible((from_here(path) or path).as_posix())


def from_here(path: Path) -> Path | None:
    """The path from the working folder on; None where it does not lie below it, or nobody can tell.

    A link stays itself: it is what a finding speaks of, not what it leads to.
    """
    try:
        return (path.parent.resolve() / path.name).relative_to(Path.cwd().resolve())
    except (ValueError, OSError, RuntimeError):  # elsewhere, or links in a circle
        return None


def visible(text: str) -> str:
    """The text with all that cannot be seen (line ends, escapes of a terminal, marks of direction) written out."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def one_line(text: str) -> str:
    """The text on one line, with nothing in it that cannot be seen."""
    return visible(" ".join(text.split()))


def by_place(findings: Iterable[Finding]) -> list[Finding]:
    """The findings sorted by file, line, column and code."""
    return sorted(findings, key=lambda f: (f.place.file.as_posix(), f.place.line, f.place.column, f.code, f.message))


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Those of the findings that stop a build."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def counted(findings: Iterable[Finding]) -> str:
    """How many there are of each severity: `2 errors, 1 note`."""
    number = Counter(finding.severity for finding in findings)
    return ", ".join(f"{number[kind]} {kind}{'s' if number[kind] > 1 else ''}" for kind in Severity if number[kind])
