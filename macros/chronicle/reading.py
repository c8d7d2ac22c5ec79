"""Old versions of files as the states of their records. Each piece of a file is read once, whatever number of versions hold it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from macros import git, source
from macros.diff.state import RecordState, Resolve, State, states
from macros.inventory import PLURALS

MOST_MENDED = 512 * 1024
"""Bytes of a file that is read as a whole where a piece of it alone cannot be read."""

_ITEM = re.compile(rb"^(?=-\s)", re.MULTILINE)
_NOTHING = re.compile(rb"(?:[ \t\r]*(?:#[^\n]*|---[ \t\r]*)?(?:\n|\Z))*\Z")


def kind_of(path: str) -> str:
    """The kind of the records in a file, by its path from the folder of the facts; empty where it is no file of facts."""
    parts = PurePosixPath(path).parts
    if not path.endswith(".yml") or any(part.startswith(".") for part in parts):
        return ""
    stem = parts[0] if len(parts) > 1 else parts[0].removesuffix(".yml")
    return PLURALS[stem].name if stem in PLURALS else ""


@dataclass
class Side:
    """What one state of some files says, and the kinds of which some file could not be read as a whole."""

    state: State = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class _Read:
    records: tuple[RecordState, ...]
    whole: bool


class Reader:
    """Reads versions of files, which it is given by the name of their blob. References lead where they lead today."""

    def __init__(self, blobs: dict[str, bytes], resolve: Resolve) -> None:
        self._blobs = blobs
        self._resolve = resolve
        self._versions: dict[tuple[str, str], _Read] = {}
        self._pieces: dict[tuple[str, bytes], _Read] = {}

    def side(self, versions: Iterable[tuple[str, str]]) -> Side:
        """What files say together, each given as path and blob. Of two records with one key the first counts."""
        side = Side()
        for path, blob in versions:
            kind = kind_of(path)
            if kind and blob:
                read = self._version(kind, blob)
                for record in read.records:
                    side.state.setdefault(record.key, record)
                if not read.whole:
                    side.unread.add(kind)
        return side

    def _version(self, kind: str, blob: str) -> _Read:
        asked = (kind, blob)
        if asked not in self._versions:
            raw = self._blobs.get(blob)
            self._versions[asked] = self._file(kind, raw) if raw is not None else _Read((), whole=False)
        return self._versions[asked]

    def _file(self, kind: str, raw: bytes) -> _Read:
        """A file piece by piece; as a whole where one piece alone makes no sense, such as a quoted text over some lines."""
        parts = pieces(raw)
        found = [self._piece(kind, part) for part in parts]
        if not all(one.whole for one in found) and len(parts) > 1 and len(raw) <= MOST_MENDED:
            whole = self._piece(kind, raw)
            if whole.whole:
                return whole
        return _Read(tuple(record for one in found for record in one.records), all(one.whole for one in found))

    def _piece(self, kind: str, raw: bytes) -> _Read:
        asked = (kind, raw)
        if asked not in self._pieces:
            self._pieces[asked] = self._parsed(kind, raw)
        return self._pieces[asked]

    def _parsed(self, kind: str, raw: bytes) -> _Read:
        if _NOTHING.match(raw):
            return _Read((), whole=True)
        value = source.parse(Path(PLURAL_OF[kind]), raw).value
        items = value if isinstance(value, tuple) else (value,)
        written = [(kind, item) for item in items if isinstance(item, dict)]
        found = tuple(states(written, self._resolve).values())
        return _Read(found, whole=len(found) == len(items))


PLURAL_OF = {kind.name: f"{plural}.yml" for plural, kind in PLURALS.items()}
"""The file that the records of a kind may stand in, for messages that nobody sees."""


def pieces(raw: bytes) -> list[bytes]:
    """A file as the items of its list, which begin in the first column; a file of another shape is one piece."""
    head, *items = _ITEM.split(raw)
    return items if items and _NOTHING.match(head) else [raw]


def sizes(data: Path, blobs: Iterable[str]) -> dict[str, int]:
    """How many bytes each blob has; those that are not in this clone are left out."""
    asked = "".join(f"{blob}\n" for blob in blobs).encode()
    told = git.raw(data, *git.STAY, "cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)", given=asked)
    rows = (line.split(" ") for line in told.decode("ascii", "replace").splitlines())
    return {row[0]: int(row[2]) for row in rows if len(row) == 3 and row[1] == "blob"}  # noqa: PLR2004 - as asked above
