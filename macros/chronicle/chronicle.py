"""The chronicle of an inventory: the commits that changed its facts, and by record which of them changed it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from macros import git
from macros.chronicle import kept
from macros.chronicle.log import Commit, Log, Touched, log
from macros.chronicle.reading import Reader, kind_of, sizes
from macros.chronicle.telling import How, RecordChange, Told, told
from macros.diff.state import Resolve
from macros.inventory import Inventory
from macros.source import MAX_BYTES

MOST_BYTES = 64 * 1024 * 1024
"""Bytes of old versions that are compared, those of the newest commits: some seconds, where nothing is kept."""


@dataclass(frozen=True)
class Change:
    """What a commit changed of a record. `now` is the record's key today, if it is there."""

    now: str
    record: RecordChange


@dataclass(frozen=True)
class Entry:
    """A commit that changed facts, and what it changed. `unread` are kinds of which some file could not be read."""

    commit: Commit
    changes: tuple[Change, ...]
    unread: tuple[str, ...]


@dataclass(frozen=True)
class Chronicle:
    """The entries, the newest first by the day that their authors say."""

    entries: tuple[Entry, ...] = ()
    layout: int = 0
    """How many commits changed nothing but layout, order or comments."""

    end: str = ""
    """Why it goes no further back, as sentences; empty where it begins with the first commit."""

    nothing: str = ""
    """Why there is nothing to tell, as sentences; empty where there is."""

    by_record: dict[str, list[tuple[Entry, RecordChange]]] = field(default_factory=dict)
    """By the key of today what changed a record, the newest first."""


UNKNOWN = (
    "Git tells nothing of the facts that this site was built from: there is no git here, they are a copy outside their "
    "repository, or nobody has committed them yet; nor does a preview tell what changed before. "
    "Build it in a clone, and what changed is told here."
)
SHALLOW = (
    "Older changes are not in the clone that this site was built in: `git fetch --unshallow` gets them, "
    "then build it again."
)
MORE = "Older changes are not read for this site: `git log` in the folder of the facts lists them all."


def chronicle(inventory: Inventory, cache: Path) -> Chronicle:
    """The chronicle of an inventory from the repository that its folder lies in.

    What is told of a commit is kept below the cache folder; with or without it the chronicle is the same.
    """
    found = log(inventory.folder)
    if not found.commits:
        return Chronicle(nothing=SHALLOW if found.shallow else UNKNOWN)
    file = kept.file_of(cache, inventory, found.place)
    known = kept.read(file)
    commits, all_told = _told(found, inventory, known)
    if all_told != known:
        kept.write(file, all_told)
    entries = _entries(commits, all_told, inventory)
    by_record: dict[str, list[tuple[Entry, RecordChange]]] = defaultdict(list)
    for entry in entries:
        for change in entry.changes:
            by_record[change.now].append((entry, change.record))
    is_cut = found.more or len(commits) < len(found.commits)
    end = MORE if is_cut else SHALLOW if found.shallow else ""
    return Chronicle(entries, len(commits) - len(entries), end, "" if entries else end, dict(by_record))


def _told(found: Log, inventory: Inventory, known: dict[str, Told]) -> tuple[list[Commit], dict[str, Told]]:
    """The commits that are within bounds, and what each changed. The bounds go by what git holds, not by what is kept."""
    new = [commit for commit in found.commits if commit.hash not in known]
    size = sizes(inventory.folder, _blobs(new)) if new else {}
    weight = {commit.hash: sum(size.get(blob, 0) for blob in _versions(commit)) for commit in new}
    within: list[Commit] = []
    total = 0
    for commit in found.commits:
        total += weight[commit.hash] if commit.hash in weight else known[commit.hash].bytes
        if total > MOST_BYTES:
            break
        within.append(commit)
    missing = [commit for commit in within if commit.hash not in known]
    readable = [blob for blob in _blobs(missing) if size.get(blob, MAX_BYTES + 1) <= MAX_BYTES]
    reader = Reader(git.contents(inventory.folder, readable), _leading_today(inventory))

    def name(key: str) -> str:
        return inventory[key].name if key in inventory else key

    return within, {
        commit.hash: known[commit.hash]
        if commit.hash in known
        else told(_facts(commit), reader, name, weight[commit.hash])
        for commit in within
    }


def _facts(commit: Commit) -> list[Touched]:
    return [file for file in commit.touched if kind_of(file.path)]


def _versions(commit: Commit) -> list[str]:
    return [blob for file in _facts(commit) for blob in (*file.before, file.after) if blob]


def _blobs(commits: Iterable[Commit]) -> list[str]:
    """The versions of all files of the commits, each once."""
    return list(dict.fromkeys(blob for commit in commits for blob in _versions(commit)))


def _leading_today(inventory: Inventory) -> Resolve:
    """References lead where they lead today; what leads nowhere stays as it was written."""
    made: dict[tuple[str, tuple[str, ...]], str] = {}

    def resolve(written: str, kinds: tuple[str, ...]) -> str:
        asked = (written, kinds)
        if asked not in made:
            found = inventory.find(written, kinds)
            made[asked] = found[0] if len(found) == 1 else written
        return made[asked]

    return resolve


def _entries(commits: Iterable[Commit], all_told: dict[str, Told], inventory: Inventory) -> tuple[Entry, ...]:
    """What is to be told, the newest first. A record is followed back through its renamings, in the order of git."""
    leads: dict[str, str] = {}
    found = []
    for commit in commits:
        what = all_told[commit.hash]
        changes = tuple(Change(_today(leads.get(one.key, one.key), inventory), one) for one in what.records)
        for one in what.records:
            if one.how is How.RENAMED and one.was:
                leads[one.was] = leads.get(one.key, one.key)
        if not what.nothing:
            found.append(Entry(commit, changes, what.unread))
    return tuple(sorted(found, key=lambda entry: entry.commit.at, reverse=True))


def _today(key: str, inventory: Inventory) -> str:
    """The key that a record has today, where that is known."""
    if key in inventory:
        return key
    kind, _, name = key.partition(".")
    named = [record.key for record in inventory.of(kind) if name in record.formerly]
    return named[0] if len(named) == 1 else key
