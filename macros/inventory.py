"""All records of a data folder as one object, with everything that is wrong with them.

Reading never stops at the first error. A record that does not fit its model is left out, but its id is remembered, so
that what refers to it is not reported as a second error.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from macros import source
from macros.finding import Finding, Place, Related, by_place
from macros.model import KINDS, Kind, Link, Record
from macros.model.record import kinds_of
from macros.nearest import did_you_mean, listed, nearest
from macros.refusals import refusals

PLURALS = {kind.plural: kind for kind in KINDS.values()}


@dataclass(frozen=True)
class Entry:
    """A record and where it stands."""

    record: Record
    document: source.Document
    steps: source.Steps

    def place(self, *steps: str | int, key: bool = False) -> Place:
        """Where a field of the record stands; without steps, the record itself."""
        return self.document.place((*self.steps, *steps), key=key)

    @property
    def line(self) -> int:
        """The record's first line, from 1."""
        first = self.steps[0] if self.steps else None
        return self.document.lines.get(first, 1) if isinstance(first, int) else 1

    @property
    def file(self) -> Path:
        """The file that holds the record."""
        return self.document.path


class Inventory:
    """Every record by key (`kind.id`), and the findings made while reading them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.entries: dict[str, Entry] = {}
        self.findings: list[Finding] = []
        self._ids: dict[str, list[str]] = defaultdict(list)
        self._spellings: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self._broken: dict[str, set[str]] = defaultdict(set)
        self._unread: set[str] = set()

    # Asking

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def __getitem__(self, key: str) -> Record:
        """The record of that key; `KeyError` where there is none."""
        return self.entries[key].record

    def of(self, kind: str) -> list[Record]:
        """The records of a kind, in the order of the files."""
        return [self.entries[key].record for key in self._ids.get(kind, ())]

    def records(self) -> Iterator[Record]:
        """Every record, kind by kind in the order of the table of kinds."""
        for kind in KINDS:
            yield from self.of(kind)

    def value(self, record: Record, field_name: str) -> Any:
        """A field's value, taken from the record it inherits from (a service from its group) where it has none."""
        own = getattr(record, field_name, None)
        if own is not None and own != ():
            return own
        parent = self.parent(record)
        return self.value(parent, field_name) if parent is not None else own

    def parent(self, record: Record) -> Record | None:
        """The record that this one takes what it leaves out from."""
        if not record.inherits_from:
            return None
        link = getattr(record, record.inherits_from)
        return self[link.key] if isinstance(link, Link) and link.key in self else None

    def find(self, written: str, kinds: Iterable[str] | None = None) -> list[str]:
        """The keys that a spelling may mean: a key, an id, a name or an alias, among those kinds."""
        allowed = list(kinds) if kinds is not None else list(KINDS)
        prefix, dot, rest = written.partition(".")
        if dot and prefix in allowed:
            exact = self._in_kind(rest, prefix)
            if exact:
                return exact
        found: list[str] = []
        for kind in allowed:
            found.extend(self._in_kind(written, kind))
        return found

    def suggestions(self, written: str, kinds: Iterable[str] | None = None, count: int = 3) -> list[str]:
        """The keys most like a spelling that means nothing, the best first."""
        allowed = list(kinds) if kinds is not None else list(KINDS)
        words: dict[str, str] = {}
        for kind in allowed:
            for spelling, keys in self._spellings[kind].items():
                words.setdefault(spelling, keys[0])
                words.setdefault(f"{kind}.{spelling}", keys[0])
        best = nearest(written, words, count * 2)
        return list(dict.fromkeys(words[word] for word in best))[:count]

    def _in_kind(self, written: str, kind: str) -> list[str]:
        key = f"{kind}.{written}"
        if key in self.entries:
            return [key]
        return list(self._spellings[kind].get(_folded(written), ()))

    # Filling

    def add(self, entry: Entry) -> None:
        """Take a record in, or say why its id or an alias cannot be taken."""
        record = entry.record
        spellings = self._spellings[record.kind]
        taken = [key for key in spellings.get(_folded(record.id), ()) if _folded(self[key].id) == _folded(record.id)]
        if taken:
            self._twice("ID002", f"the id `{record.id}` is taken", entry, ("id",), taken[0])
            return
        self.entries[record.key] = entry
        self._ids[record.kind].append(record.key)
        for position, alias in enumerate(record.aliases):
            others = [key for key in spellings.get(_folded(alias), ()) if key != record.key]
            if others:
                self._twice(
                    "ID003", f"the alias `{alias}` also means `{others[0]}`", entry, ("aliases", position), others[0]
                )
        for spelling in (record.id, record.name, *record.aliases, *record.formerly):
            keys = spellings[_folded(spelling)]
            if record.key not in keys:
                keys.append(record.key)

    def _twice(self, code: str, message: str, entry: Entry, steps: tuple[str | int, ...], other: str) -> None:
        first = Related(self.entries[other].place("id"), f"`{other}` stands here")
        self.findings.append(Finding(code, f"{message}: write another", entry.place(*steps), related=(first,)))

    def note_broken(self, kind: str, raw: Any) -> None:
        """Remember what a record that was left out would have been called."""
        if isinstance(raw, dict):
            words = [raw.get("id"), raw.get("name"), *(raw["aliases"] if isinstance(raw.get("aliases"), tuple) else ())]
            self._broken[kind].update(_folded(word) for word in words if isinstance(word, str))

    def note_unread(self, kind: str) -> None:
        """Remember that a file of the kind could not be read: what refers to the kind may still be right."""
        self._unread.add(kind)

    # References

    def resolve_links(self) -> None:
        """Lead every relation to its record, and report those that lead nowhere."""
        for entry in list(self.entries.values()):
            fields = entry.record.relation_fields()
            for name, position, link in entry.record.links():
                steps = (name,) if position is None else (name, position)
                self._resolve(entry, steps, link, kinds_of(fields[name]))

    def _resolve(self, entry: Entry, steps: tuple[str | int, ...], link: Link, kinds: tuple[str, ...]) -> None:
        found = self.find(link.to, kinds)
        if len(found) == 1:
            link.resolve(found[0])
            return
        problem = self._ambiguous(link.to, found) if found else self.dangling(link.to, kinds)
        if problem is not None:
            code, message = problem
            self.findings.append(Finding(code, message, entry.place(*steps, "to")))

    @staticmethod
    def _ambiguous(written: str, found: list[str]) -> tuple[str, str]:
        return "REF004", f"`{written}` may mean {listed(found)}: write one of them"

    def dangling(self, written: str, kinds: tuple[str, ...]) -> tuple[str, str] | None:
        """Why a reference leads nowhere, as code and message; None where a broken record or file is the cause."""
        if self._may_be_broken(written, kinds):
            return None
        elsewhere = self.find(written)
        if elsewhere:
            key = elsewhere[0]
            return "REF002", (
                f"`{written}` is a {KINDS[self[key].kind].title.lower()} (`{key}`); "
                f"here a {' or '.join(_shortened(kinds))} is meant{self._suggest(written, kinds)}"
            )
        what = KINDS[kinds[0]].title.lower() if len(kinds) == 1 else "record"
        hint = self._suggest(written, kinds) or f"; add it, or write one of {listed(_shortened(kinds))} as `kind.id`"
        return "REF001", f"`{written}` is no {what}{hint}"

    def _suggest(self, written: str, kinds: tuple[str, ...]) -> str:
        keys = self.suggestions(written, kinds, 1)
        if not keys:
            return ""
        record = self[keys[0]]
        meant = record.id if len(kinds) == 1 else record.key
        return f"; did you mean `{meant}` ({KINDS[record.kind].title.lower()})?"

    def _may_be_broken(self, written: str, kinds: tuple[str, ...]) -> bool:
        prefix, dot, rest = written.partition(".")
        candidates = [(prefix, rest)] if dot and prefix in KINDS else [(kind, written) for kind in kinds]
        return any(kind in self._unread or _folded(word) in self._broken[kind] for kind, word in candidates)


def _shortened(kinds: tuple[str, ...], at_most: int = 4) -> list[str]:
    return list(kinds) if len(kinds) <= at_most else [*kinds[:at_most], "…"]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold().strip()


def load(folder: Path) -> Inventory:
    """Read a data folder. Never raises for what the folder holds; see `Inventory.findings`, sorted by place."""
    inventory = Inventory(folder)
    for kind, path in _files(folder, inventory.findings):
        document = source.load(path)
        inventory.findings.extend(document.findings)
        if document.value is None:
            inventory.note_unread(kind.name)
            continue
        for steps, raw in _raw_records(document, kind, inventory):
            _take(inventory, kind, document, steps, raw)
    inventory.resolve_links()
    inventory.findings[:] = by_place(inventory.findings)
    return inventory


def _files(folder: Path, findings: list[Finding]) -> Iterator[tuple[Kind, Path]]:
    """The data files with their kinds: `<kind plural>.yml`, or any `.yml` below `<kind plural>/`."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if any(part.startswith(".") for part in parts):
            continue
        if path.is_symlink():
            findings.append(
                Finding("SRC016", "a link out of the folder is not followed: put the file here", Place(path))
            )
            continue
        if path.is_dir():
            if len(parts) == 1 and parts[0] not in PLURALS:
                findings.append(Finding("SRC017", _no_kind(parts[0]), Place(path)))
            continue
        if len(parts) > 1 and parts[0] not in PLURALS:
            continue  # said once, for the folder
        if any(parent.is_symlink() for parent in path.parents if parent != folder and folder in parent.parents):
            continue
        if path.suffix != ".yml":
            findings.append(Finding("SRC017", f"`{path.name}` is no data file: its name ends in .yml", Place(path)))
            continue
        stem = parts[0] if len(parts) > 1 else path.stem
        if stem in PLURALS:
            yield PLURALS[stem], path
        else:
            findings.append(Finding("SRC017", _no_kind(stem), Place(path)))


def _no_kind(stem: str) -> str:
    return f"`{stem}` is no kind{did_you_mean(stem, PLURALS) or f'; the kinds are {listed(PLURALS, 40)}'}"


def _raw_records(
    document: source.Document, kind: Kind, inventory: Inventory
) -> Iterator[tuple[source.Steps, dict[str, Any]]]:
    """The mappings of a file: a list of them, or a single one."""
    value = document.value
    items: list[tuple[source.Steps, Any]]
    items = [((position,), raw) for position, raw in enumerate(value)] if isinstance(value, tuple) else [((), value)]
    for steps, raw in items:
        if isinstance(raw, dict):
            yield steps, raw
        else:
            shape = f"a {kind.title.lower()} is a mapping of keys, such as `id: example`; this is {_shape(raw)}"
            inventory.findings.append(Finding("MOD003", shape, document.place(steps)))


def _shape(raw: Any) -> str:
    return {tuple: "a list", str: "text", bool: "true or false", type(None): "nothing"}.get(type(raw), "a number")


def _take(
    inventory: Inventory, kind: Kind, document: source.Document, steps: source.Steps, raw: dict[str, Any]
) -> None:
    blank = list(_blanks(raw))
    for path in blank:
        message = f"`{path[-1]}` has no value: write one, write `unknown`, or delete the key"
        inventory.findings.append(Finding("MOD006", message, document.place((*steps, *path), key=True)))
    try:
        record = kind.model.model_validate(raw)
    except ValidationError as error:
        refused = [refusal for refusal in refusals(error, kind, raw) if not _under(refusal.steps, blank)]
        for refusal in refused:
            place = document.place((*steps, *refusal.steps), key=refusal.at_key)
            inventory.findings.append(Finding(refusal.code, refusal.message, place))
        inventory.note_broken(kind.name, raw)
        return
    if blank:
        inventory.note_broken(kind.name, raw)
        return
    inventory.add(Entry(record, document, steps))


def _blanks(raw: Any, steps: source.Steps = ()) -> Iterator[source.Steps]:
    """The ways to values that were left empty."""
    if isinstance(raw, dict):
        for key, value in raw.items():
            yield from _blanks(value, (*steps, key))
    elif isinstance(raw, tuple):
        for position, value in enumerate(raw):
            yield from _blanks(value, (*steps, position))
    elif raw is None:
        yield steps


def _under(steps: source.Steps, roots: list[source.Steps]) -> bool:
    return any(steps[: len(root)] == root for root in roots)
