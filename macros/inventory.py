"""All records of a data folder as one object, with everything that is wrong with them.

Reading never stops at the first error. A record that does not fit its model is left out, but its id is remembered, so
that what refers to it is not reported as a second error.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from macros import source
from macros.finding import Finding, Place, Related, by_place
from macros.model import KINDS, Kind, Link, Record
from macros.model.record import kinds_of
from macros.nearest import did_you_mean, listed, nearest, with_article
from macros.refusals import checked, unsaid

PLURALS = {kind.plural: kind for kind in KINDS.values()}

MAY_BE_DATA = frozenset({"", ".yml", ".yaml", ".json"})
"""How the name of a folder or file ends that somebody may have put records in, even where it cannot be read."""


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
    def written(self) -> dict[str, Any]:
        """The record's values as they are written, by field."""
        value = self.document.value
        for step in self.steps:
            value = value[step]
        found: dict[str, Any] = value
        return found

    @property
    def line(self) -> int:
        """The record's first line, from 1."""
        return self.document.lines.get(self.steps, 1)

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
        self.left_out: list[tuple[str, dict[str, Any]]] = []
        """What was to be a record and does not fit its model: its kind, and its values as they are written."""

        self.unread: set[str] = set()
        """The kinds of which some file could not be read."""

        self._broken: dict[str, set[str]] = defaultdict(set)
        self._nearest: dict[tuple[str, tuple[str, ...], int], list[str]] = {}

    # Asking

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def __getitem__(self, key: str) -> Record:
        """The record of that key; `KeyError` where there is none."""
        return self.entries[key].record

    def of(self, kind: str) -> list[Record]:
        """The records of a kind, in the order of the files."""
        return [self.entries[key].record for key in self._ids.get(kind, ())]

    def at(self, address: str) -> Record | None:
        """The record whose page has the address `<kind plural>/<id>`, or had it formerly."""
        plural, _, name = address.partition("/")
        kind = PLURALS.get(plural)
        if kind is None or not name:
            return None
        found = [record for record in self.of(kind.name) if name in (record.id, *record.formerly)]
        return found[0] if found else None

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

    def written_at(self, place: Place) -> str:
        """The key of the record that a place is in; empty where it is in none, or in one that does not fit its model."""
        lines, keys = self._by_file.get(place.file, ([], {}))
        if () in keys:  # one record, the whole file
            return keys[()]
        at = bisect_right(lines, place.line, key=lambda pair: pair[0]) - 1
        return keys.get(lines[at][1], "") if at >= 0 else ""

    @cached_property
    def _by_file(self) -> dict[Path, tuple[list[tuple[int, source.Steps]], dict[source.Steps, str]]]:
        """For each file the first lines of what is listed in it, in order, and its records by the way to them."""
        found: dict[Path, tuple[list[tuple[int, source.Steps]], dict[source.Steps, str]]] = {}
        for key, entry in self.entries.items():
            if entry.file not in found:
                lines = sorted((line, steps) for steps, line in entry.document.lines.items() if steps)
                found[entry.file] = (lines, {})
            found[entry.file][1][entry.steps] = key
        return found

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
        allowed = tuple(kinds) if kinds is not None else tuple(KINDS)
        asked = (written, allowed, len(self.entries))  # one mistake is often made in many places
        if asked not in self._nearest:
            self._nearest[asked] = self._near(written, allowed)
        return self._nearest[asked][:count]

    def _near(self, written: str, kinds: tuple[str, ...]) -> list[str]:
        prefix, dot, rest = written.partition(".")
        if dot and prefix in KINDS:  # which says nothing of how alike the rest is
            return (self._near(rest, (prefix,)) if prefix in kinds else []) or self._near(rest, kinds)
        words: dict[str, str] = {}
        for kind in kinds:
            for spelling, keys in self._spellings[kind].items():
                words.setdefault(spelling, keys[0])
                words.setdefault(f"{kind}.{spelling}", keys[0])
        return list(dict.fromkeys(words[word] for word in nearest(written, words, 6)))

    def _in_kind(self, written: str, kind: str) -> list[str]:
        key = f"{kind}.{written}"
        if key in self.entries:
            return [key]
        return list(self._spellings[kind].get(_folded(written), ()))

    # Filling

    def add(self, entry: Entry) -> None:
        """Take a record in, or say why its id or another spelling cannot be taken."""
        record = entry.record
        spellings = self._spellings[record.kind]
        taken = [key for key in spellings.get(_folded(record.id), ()) if _folded(self[key].id) == _folded(record.id)]
        if taken:
            self._twice("ID002", f"the id `{record.id}` is taken", entry, ("id",), taken[0])
            self._broken[record.kind].update(_folded(word) for word in (record.name, *record.aliases))
            return
        self.entries[record.key] = entry
        self._ids[record.kind].append(record.key)
        against: set[str] = set()
        for steps, spelling in _spelled(record):
            keys = spellings[_folded(spelling)]
            if record.key in keys:
                if steps[0] == "formerly" and spelling == record.id:
                    message = f"`{spelling}` is its id now: delete it here"
                    self.findings.append(Finding("ID003", message, entry.place(*steps)))
            elif other := self._in_the_way(keys, spelling, steps):
                if other not in against:
                    word = {"aliases": "alias", "formerly": "former id"}.get(str(steps[0]), steps[0])
                    self._twice("ID003", f"the {word} `{spelling}` also means `{other}`", entry, steps, other)
                against.add(other)
            else:
                keys.append(record.key)

    def _in_the_way(self, keys: list[str], spelling: str, steps: source.Steps) -> str:
        """The record that has the spelling already, where one of the two is an alias or a former id."""
        for key in keys:
            plain = {_folded(self[key].id), _folded(self[key].name)}
            if steps[0] in {"aliases", "formerly"} or _folded(spelling) not in plain:
                return key
        return ""

    def _twice(self, code: str, message: str, entry: Entry, steps: source.Steps, other: str) -> None:
        first = Related(self.entries[other].place("id"), f"`{other}` stands here")
        self.findings.append(Finding(code, f"{message}: write another", entry.place(*steps), related=(first,)))

    def note_broken(self, kind: str, raw: Any) -> None:
        """Remember what a record that was left out would have been called; where nobody can tell, all of its kind."""
        if isinstance(raw, dict):
            self.left_out.append((kind, raw))
            words = [raw.get("id"), raw.get("name"), *(raw["aliases"] if isinstance(raw.get("aliases"), tuple) else ())]
        else:
            words = [raw]
        self._broken[kind].update(_folded(word) for word in words if isinstance(word, str))
        if not isinstance(words[0], str):
            self.note_unread(kind)

    def note_unread(self, kind: str) -> None:
        """Remember that a file of the kind could not be read: what refers to the kind may still be right."""
        self.unread.add(kind)

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
        elif problem := self.problem(link.to, kinds):
            code, message = problem
            self.findings.append(Finding(code, message, entry.place(*steps, "to")))

    def problem(self, written: str, kinds: tuple[str, ...]) -> tuple[str, str] | None:
        """Why a reference does not lead to one record, as code and message.

        None where it does, or where a broken record or file is the cause.
        """
        found = self.find(written, kinds)
        if len(found) > 1:
            return "REF004", f"`{written}` may mean {listed(found)}: write one of them"
        if found or self._may_be_broken(written, kinds):
            return None
        elsewhere = self.find(written)
        hint = self._suggest(written, kinds, at_least="" if elsewhere else f"; add it to {KINDS[kinds[0]].plural}.yml")
        if elsewhere:
            is_a = with_article(KINDS[self[elsewhere[0]].kind].noun)
            wanted = with_article(" or ".join(_shortened(kinds)))
            return "REF002", f"`{written}` is {is_a} (`{elsewhere[0]}`); here {wanted} is meant{hint}"
        what = KINDS[kinds[0]].noun if len(kinds) == 1 else "record"
        return "REF001", f"`{written}` is no {what}{hint}"

    def _suggest(self, written: str, kinds: tuple[str, ...], *, at_least: str) -> str:
        """What to write instead of a reference that leads nowhere; `at_least` where there is no record to refer to."""
        keys = self.suggestions(written, kinds, 1)
        if keys:
            record = self[keys[0]]
            meant = record.id if len(kinds) == 1 else record.key
            return f"; did you mean `{meant}` ({KINDS[record.kind].noun})?"
        if len(kinds) > 1:
            return f"; write `kind.id` with one of {listed(kinds, 4)}"
        known = [record.id for record in self.of(kinds[0])]
        return f"; write one of {listed(known)}" if known else at_least

    def _may_be_broken(self, written: str, kinds: tuple[str, ...]) -> bool:
        prefix, dot, rest = written.partition(".")
        candidates = [(prefix, rest)] if dot and prefix in KINDS else [(kind, written) for kind in kinds]
        return any(kind in self.unread or _folded(word) in self._broken[kind] for kind, word in candidates)


def _spelled(record: Record) -> Iterator[tuple[source.Steps, str]]:
    """Every spelling of a record with where it is written, those that weigh most first."""
    yield ("id",), record.id
    yield ("name",), record.name
    for position, alias in enumerate(record.aliases):
        yield ("aliases", position), alias
    for position, former in enumerate(record.formerly):
        yield ("formerly", position), former


def _shortened(kinds: tuple[str, ...], at_most: int = 4) -> list[str]:
    return list(kinds) if len(kinds) <= at_most else [*kinds[:at_most], "…"]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold().strip()


def load(folder: Path) -> Inventory:
    """Read a data folder. Never raises for what the folder holds; see `Inventory.findings`, sorted by place."""
    inventory = Inventory(folder)
    _fill(inventory, ((kind, source.load(path)) for kind, path in _files(folder, inventory)))
    return inventory


def of_documents(folder: Path, documents: Iterable[tuple[Kind, source.Document]]) -> Inventory:
    """As `load`, from files that have been read already."""
    inventory = Inventory(folder)
    _fill(inventory, documents)
    return inventory


def _fill(inventory: Inventory, documents: Iterable[tuple[Kind, source.Document]]) -> None:
    for kind, document in documents:
        inventory.findings.extend(document.findings)
        if document.value is None:
            inventory.note_unread(kind.name)
            continue
        for steps, raw in _raw_records(document, kind, inventory):
            _take(inventory, kind, document, steps, raw)
    inventory.resolve_links()
    inventory.findings[:] = by_place(inventory.findings)


def _files(folder: Path, inventory: Inventory) -> Iterator[tuple[Kind, Path]]:
    """The data files with their kinds: `<kind plural>.yml`, or any `.yml` below `<kind plural>/`."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if any(part.startswith(".") for part in parts):
            continue
        if any(parent.is_symlink() for parent in path.parents if parent != folder and folder in parent.parents):
            continue  # said once, for the folder
        stem = parts[0] if len(parts) > 1 or path.is_dir() else path.stem
        problem = _no_data(path, parts, stem)
        if problem is not None:
            inventory.findings.append(Finding(*problem, Place(path)))
            for meant in nearest(stem, PLURALS) if path.suffix in MAY_BE_DATA else ():
                inventory.note_unread(PLURALS[meant].name)  # what it holds may be what others refer to
        elif stem in PLURALS and path.is_file():
            yield PLURALS[stem], path


def _no_data(path: Path, parts: tuple[str, ...], stem: str) -> tuple[str, str] | None:
    """Why a file or folder cannot be read as data, as code and message; None where it can, or where that was said."""
    if path.is_symlink():
        return "SRC016", "a link is not followed: put what it leads to here"
    if stem not in PLURALS:
        hint = did_you_mean(stem, PLURALS) or f"; the kinds are {listed(PLURALS, 40)}"
        return ("SRC017", f"`{stem}` is no kind{hint}") if len(parts) == 1 else None
    if not path.is_dir() and path.suffix != ".yml":
        return "SRC017", f"`{path.name}` is no data file: its name ends in .yml"
    return None


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
            what = with_article(kind.noun)
            shape = f"{what} is a mapping of keys, such as `id: example`; this is {_shape(raw)}"
            inventory.findings.extend(unsaid(document, [Finding("MOD003", shape, document.place(steps))]))
            inventory.note_broken(kind.name, raw)


def _shape(raw: Any) -> str:
    return {tuple: "a list", str: "text", bool: "true or false", type(None): "nothing"}.get(type(raw), "a number")


def _take(
    inventory: Inventory, kind: Kind, document: source.Document, steps: source.Steps, raw: dict[str, Any]
) -> None:
    record, findings = checked(kind.model, kind.name, document, steps, raw)
    inventory.findings.extend(findings)
    if record is None:
        inventory.note_broken(kind.name, raw)
    else:
        inventory.add(Entry(record, document, steps))
