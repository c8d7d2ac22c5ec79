"""The sentence or row of the source document that states a record."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from macros.finding import Place
from macros.model import Claim, Freeze, Group, Milestone, Record, Signoff

_HEADING = re.compile(r"(#+)\s+(.*)")
_SYMBOL = re.compile(r"[^\w\s/&+#@.,:'()-]")


@dataclass(frozen=True)
class Quote:
    """A line of the source document: where it stands, and its words."""

    place: Place
    words: str


@dataclass(frozen=True)
class _Line:
    number: int
    text: str
    plain: str


class Citations:
    """The lines of a source document, by the section and the record that they state. Without a document, none."""

    def __init__(self, document: Path | None) -> None:
        self.document = document

    def of(self, record: Record) -> Quote | None:
        """The line that states the record: in the section it names, the one with its name in it."""
        section = self._sections.get(_plain(record.stated_in)) if record.stated_in else None
        if self.document is None or not section:
            return None
        heading, *rows = section
        lines = [*rows, heading]
        if isinstance(record, Claim):  # a sentence that stands once, below any heading
            lines += [line for other in self._sections.values() for line in other]
        found = next((line for words in _words(record) for line in lines if _has(line, words)), heading)
        return Quote(Place(self.document, found.number), _shown(found.text))

    @cached_property
    def _sections(self) -> dict[str, list[_Line]]:
        """The lines of each section, its heading first; a section ends with the next heading."""
        found: dict[str, list[_Line]] = {}
        current: list[_Line] = []
        for number, text in enumerate(self._text.splitlines(), 1):
            heading = _HEADING.match(text)
            if heading:
                current = found.setdefault(_plain(heading[2]), [])
            if text.strip() and not re.fullmatch(r"[\s|:-]+|```", text):
                current.append(_Line(number, text, _flat(text)))
        return found

    @cached_property
    def _text(self) -> str:
        try:
            return self.document.read_text(encoding="utf-8") if self.document else ""
        except (OSError, UnicodeDecodeError):
            return ""  # which the check of pages says


def _has(line: _Line, words: str) -> bool:
    return bool(re.search(rf"(?<![\w-]){re.escape(words)}(?![\w-])", line.plain))


def _words(record: Record) -> list[str]:
    """What to look for, the surest first."""
    found = [record.name, *record.aliases]
    match record:
        case Claim():
            found.insert(0, record.statement)
        case Milestone():
            found.insert(0, str(record.at))
        case Freeze() if record.starts_stated:
            found.insert(0, record.starts_stated)
        case Signoff():
            found.insert(0, f"{record.name}: {record.criterion}")
        case Group():
            found.insert(0, f"| {record.name} |")
    return [_flat(words) for words in found]


def _flat(text: str) -> str:
    """A line as words to look in: lower case, without markup."""
    return " ".join(re.sub(r"[*`]+", "", text).casefold().split())


def _plain(heading: str) -> str:
    """A heading as the words that name it: without marks, symbols and what stands in parentheses."""
    bare = _SYMBOL.sub(" ", re.sub(r"\([^)]*\)|[*_`]+", " ", heading))
    return " ".join(bare.casefold().split())


def _shown(text: str) -> str:
    """A line as a reader sees it: a row's cells with a bar between them, no marks of a list or a heading."""
    cells = [cell.strip() for cell in text.strip().strip("|").split("|")]
    return re.sub(r"[*`]+", "", " | ".join(cells)).strip("# ").removeprefix("- ").removeprefix("> ").strip()
