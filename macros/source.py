"""Strict YAML: text to plain values that know their file, line and column.

A small and safe part of YAML: mappings, lists, text, whole and decimal numbers, `true`, `false`, `null` and dates
written `YYYY-MM-DD`. What YAML 1.1 would quietly turn into something else is refused with the place and the mend.
Values come as `dict`, `tuple`, `str`, `int`, `Decimal`, `bool`, `None` and `date`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from macros.finding import Finding, Place, Related

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MAX_BYTES = 16 * 1024 * 1024
MAX_TEXT = 64 * 1024
MAX_DEPTH = 50
MAX_DIGITS = 18

Steps = tuple[str | int, ...]
"""The way to a value from the top of a file: keys and list positions."""

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+\Z")
_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})\Z")
_TIMESTAMP = re.compile(r"([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})([Tt]|[ \t]+)[0-9]{1,2}:")
_BOOLISH = re.compile(r"(?:y|yes|n|no|on|off|true|false)\Z", re.IGNORECASE)
_NUMBERISH = re.compile(
    r"""[-+]?(?:
        0b[01_]+ | 0x[0-9a-fA-F_]+ | 0o?[0-7_]+ | [0-9][0-9_]*
      | [0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?
      | (?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)? | [0-9][0-9_]*[eE][-+]?[0-9]+
      | \.(?:inf|Inf|INF) | \.(?:nan|NaN|NAN)
    )\Z""",
    re.VERBOSE,
)
_TABBED = re.compile(r"^ *\t", re.MULTILINE)
# UTF-8 read once as Latin-1 or Windows-1252 and written again: a lead byte's letter followed by what continuation bytes
# became. A single letter with an accent before a quotation mark or a dash (`é”`, `ß“`, `É»`) is no such thing, so other
# letters than those of Western text (`Ã©`, `â€™`) count only where several stand in a row.
_CONTINUED = (
    "[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013\u2014\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]"
)
_MOJIBAKE = re.compile(
    f"[\u00c2\u00c3]{_CONTINUED}|[\u00e2\u00ef]{_CONTINUED}{{2}}|[\u00f0-\u00f4]{_CONTINUED}{{3}}"
    f"|(?:[\u00c4-\u00df]{_CONTINUED}|[\u00e0-\u00ee]{_CONTINUED}{{2}}){{2,}}"
)
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE = frozenset("\u00ad\u180e\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\ufeff\ufff9\ufffa\ufffb")
_TAGS = range(0xE0000, 0xE0080)  # a whole alphabet that cannot be seen
_SUSPECT = re.compile(
    r"\r(?!\n)|[^\t\n\r\x20-\x7e\u00a0-\u00ac\u00ae-\u0600\u0620-\u17ff\u2010-\u2027\u2030-\u205f\u2070-\ud7ff"
    r"\uf900-\ufdcf\ufdf0-\ufefe\uff00-\uffef\U00010000-\U0001fffd]"
)


@dataclass
class Document:
    """One YAML file as values.

    `value` is what the file holds, `None` where it could not be read; `findings` says what is wrong with it;
    `lines` gives the line of the whole, and of each item of a list at the top.
    """

    path: Path
    value: Any = None
    findings: list[Finding] = field(default_factory=list)
    lines: dict[Steps, int] = field(default_factory=dict)
    _text: str = ""
    _marks: dict[Steps, tuple[int, int]] | None = None

    def place(self, steps: Steps = (), *, key: bool = False) -> Place:
        """Where the value at `steps` stands; with `key`, where its key does.

        Marks are made on the first question only, since most files are never asked. A value that is not there has
        the place of the nearest one around it.
        """
        if self._marks is None:
            builder = _Builder(self.path, self._text, keep_marks=True)
            builder.build()
            self._marks = builder.marks
        if key and (*steps, "") in self._marks:
            return Place(self.path, *self._marks[(*steps, "")])
        while steps and steps not in self._marks:
            steps = steps[:-1]
        return Place(self.path, *self._marks.get(steps, (1, 1)))


def load(path: Path) -> Document:
    """Read one YAML file. Never raises for what the file holds: all that is wrong stands in `findings`."""
    document = Document(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        document.findings.append(Finding("SRC001", f"cannot be read: {error.strerror}", Place(path)))
        return document
    if len(raw) > MAX_BYTES:
        message = f"the file has {len(raw):,} bytes; {MAX_BYTES:,} is the limit: split it into a folder of files"
        document.findings.append(Finding("SRC008", message, Place(path)))
        return document
    return parse(path, raw)


def parse(path: Path, raw: bytes) -> Document:
    """As `load`, from bytes already read; `path` is for the messages."""
    document = Document(path)
    text, finding = _decoded(path, raw)
    if finding is not None:
        document.findings.append(finding)
        return document
    document.findings.extend(_characters(path, text))
    if document.findings:
        return document
    builder = _Builder(path, text, keep_marks=False)
    value = builder.build()
    document.findings.extend(builder.findings)
    document._text = text
    document.lines = builder.lines
    if not any(finding.code in _FATAL for finding in builder.findings):
        document.value = value
    return document


# What leaves no value worth judging further.
_FATAL = frozenset({"SRC001", "SRC002", "SRC005", "SRC006", "SRC007", "SRC009"})


def _decoded(path: Path, raw: bytes) -> tuple[str, Finding | None]:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "", Finding("SRC010", "the file is UTF-16: save it as UTF-8", Place(path))
    if raw.startswith(b"\xef\xbb\xbf"):
        return "", Finding(
            "SRC010", "the file starts with a byte order mark: save it as UTF-8 without BOM", Place(path)
        )
    if raw[1::2].count(0) * 4 > len(raw) or raw[::2].count(0) * 4 > len(raw):
        return "", Finding("SRC010", "the file looks like UTF-16 without a mark: save it as UTF-8", Place(path))
    try:
        return raw.decode("utf-8"), None
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        message = f"byte 0x{raw[error.start]:02x} is not UTF-8 (Latin-1 or Windows-1252?): save the file as UTF-8"
        return "", Finding("SRC010", message, Place(path, line, column))


def _at(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of a position in a text."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _characters(path: Path, text: str) -> Iterator[Finding]:
    """Characters that a reader cannot see, or that show that the text was mangled: the first of each on a line."""
    seen: set[tuple[int, str]] = set()
    for code, message, offset in [*_marred(text), *_tabs(text)]:
        line, column = _at(text, offset)
        if (line, code) not in seen:
            seen.add((line, code))
            yield Finding(code, message, Place(path, line, column))


def _marred(text: str) -> Iterator[tuple[str, str, int]]:
    """Code, message and position of what is wrong with a text's characters, each place once."""
    spans = [(match.start(), match.end()) for match in _MOJIBAKE.finditer(text)]
    inside = {position for start, end in spans for position in range(start, end)}
    yield from ((code, message, offset) for code, message, offset in _suspects(text) if offset not in inside)
    for start, end in spans:
        yield "SRC012", f"{text[start:end]!r} looks like UTF-8 read as Latin-1: write {_meant(text[start:end])}", start
    for match in re.finditer("\ufffd", text):
        yield "SRC012", "a character was lost here (U+FFFD): write the one that was meant", match.start()


def _meant(mangled: str) -> str:
    """What a mangled character was before."""
    raw = b"".join(one.encode("latin-1" if one <= "\xff" else "cp1252", "replace") for one in mangled)
    meant = raw.decode("utf-8", "replace")
    return f"`{meant}`" if meant.isprintable() and "\ufffd" not in meant else "the character that was meant"


def _tabs(text: str) -> Iterator[tuple[str, str, int]]:
    for match in _TABBED.finditer(text):
        yield "SRC002", "a tab indents this line: use spaces", match.end() - 1


def _suspects(text: str) -> Iterator[tuple[str, str, int]]:
    for match in _SUSPECT.finditer(text):
        character = match[0]
        name = unicodedata.name(character, f"U+{ord(character):04X}").lower()
        if character in _BIDI:
            what = f"{name} changes the direction of the text around it: delete it"
        elif character == "\r":
            what = "a line ends here in a carriage return alone: save the file with Unix line ends"
        elif character in _INVISIBLE or ord(character) in _TAGS:
            what = f"{name} cannot be seen: delete it"
        elif unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}:
            what = f"U+{ord(character):04X} is no printable character: delete it"
        else:
            continue
        yield "SRC011", what, match.start()


_MENDS = {
    "mapping values are not allowed": "a second colon in one line, or wrong indentation; put text with `: ` in quotes",
    "cannot start any token": "text may not begin with `@`, `%`, a backtick or a tab; put it in quotes",
    "end of stream while scanning a quoted scalar": "the quote that opens here is never closed; close it",
    "expected '-' indicator": "this line does not line up with the list above; begin it in the same column",
    "expected key": "a key is expected here; line it up with the keys above, or put the whole value in quotes",
    "could not find expected ':'": "a key has no colon here; write `key: value`",
    "expected ',' or '": "a bracket or a comma is missing; close each `[` and `{`, and put commas between",
    "parsing a flow node": "a bracket or a comma is missing; close each `[` and `{`, and put commas between",
    "expected node content": "a value is expected here; text may not begin with `,`, `]` or `}`: put it in quotes",
    "expected <document start>": "this belongs to nothing above it; line it up, or delete it",
    "block sequence entries are not allowed": "a list stands below its key; begin each item on a line of its own",
    "unknown escape character": "a backslash in double quotes begins an escape; write two, or use single quotes",
    "alphabetic or numeric character": "text may not begin with `*` or `&`; put it in quotes",
    "comment or line break": "text may not begin with `|` or `>`; put it in quotes, or go on in the next line",
    "tag handle": "text may not begin with `!`; put it in quotes",
}
"""What the parser complains of, by a part of its words, and how to mend it."""

_OPENED_BEFORE = ("end of stream while scanning a quoted scalar", "could not find expected ':'")
"""Complaints that come where the parser gives up, of something that began before."""


class _StopReading(Exception):  # noqa: N818 - a way out, not an error
    """The rest of the file cannot be read."""


class _Builder:
    """Values from the events of one file. Events carry marks, anchors and tags that a ready value has lost."""

    def __init__(self, path: Path, text: str, *, keep_marks: bool) -> None:
        self.path = path
        self.text = text
        self.keep_marks = keep_marks
        self.findings: list[Finding] = []
        self.lines: dict[Steps, int] = {}
        self.marks: dict[Steps, tuple[int, int]] = {}

    def build(self) -> Any:
        try:
            return self._document()
        except _StopReading:
            return None
        except yaml.YAMLError as error:
            self._syntax(error)
            return None

    def _syntax(self, error: yaml.YAMLError) -> None:
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        context = getattr(error, "context", None) or ""
        whole = f"{problem} {context}"
        message = next((mend for part, mend in _MENDS.items() if part in whole), None)
        if message is None:
            message = f"{problem}{f' ({context})' if context else ''}; text that is not plain words goes in quotes"
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        if any(part in whole for part in _OPENED_BEFORE):
            mark = getattr(error, "context_mark", None) or mark
        self.findings.append(Finding("SRC001", f"this is not YAML: {message}", self._within(mark)))

    def _within(self, mark: Any) -> Place:
        """The place of a mark; the end of the file's last words where it lies behind them."""
        lines = self.text.rstrip().split("\n")
        if mark is None or mark.line >= len(lines):
            return Place(self.path, len(lines), len(lines[-1].rstrip("\r")) + 1)
        return Place(self.path, mark.line + 1, mark.column + 1)

    def _document(self) -> Any:
        events = yaml.parse(self.text, Loader=LOADER)
        value: Any = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._say("SRC006", "a second document starts here: one file holds one document", event)
                    raise _StopReading
                value = self._value(next(events), events, ())
        if value is None or value in ((), {}):
            self.findings.append(
                Finding("SRC009", "the file holds no data: add a record, or delete it", Place(self.path))
            )
            raise _StopReading
        return value

    def _say(self, code: str, message: str, event: Any, *related: Related) -> None:
        mark = event.start_mark
        self.findings.append(Finding(code, message, Place(self.path, mark.line + 1, mark.column + 1), related=related))

    def _mark(self, steps: Steps, event: Any) -> None:
        mark = event.start_mark
        if self.keep_marks:
            self.marks.setdefault(steps, (mark.line + 1, mark.column + 1))  # of a key that stands twice, the first
        if not steps or (len(steps) == 1 and isinstance(steps[0], int)):
            self.lines[steps] = mark.line + 1

    def _value(self, event: Any, events: Iterator[Any], steps: Steps) -> Any:
        self._mark(steps, event)
        if isinstance(event, yaml.AliasEvent):
            self._say("SRC004", f"`*{event.anchor}` is an alias: write the value out", event)
            return ""
        if event.anchor is not None:
            self._say(
                "SRC004", f"`&{event.anchor}` is an anchor: remove it and write the value where it is used", event
            )
        if event.tag is not None:
            self._say("SRC005", f"`{event.tag}` is a tag: remove it; the model knows the types", event)
        if len(steps) > MAX_DEPTH:
            self._say("SRC007", f"nested more than {MAX_DEPTH} levels deep: no record is; write fewer brackets", event)
            raise _StopReading
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, steps)
        return self._mapping(events, steps)

    def _sequence(self, events: Iterator[Any], steps: Steps) -> tuple[Any, ...]:
        items: list[Any] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._value(event, events, (*steps, len(items))))
        return tuple(items)

    def _mapping(self, events: Iterator[Any], steps: Steps) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._key(event)
            twice = key in mapping
            if twice:
                first = Related(Place(self.path, lines[key]), "the first of the two")
                message = f"`{key}` stands twice, first in line {lines[key]}: keep one"
                self._say("SRC003", message, event, first)
            elif self.keep_marks:
                self._mark((*steps, key, ""), event)
            lines.setdefault(key, event.start_mark.line + 1)
            value = self._value(next(events), events, (*steps, key))
            if not twice:
                mapping[key] = value
        return mapping

    def _key(self, event: Any) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            self._say("SRC001", "this is not a key: a key is a word followed by a colon", event)
            raise _StopReading
        if event.value == "<<" and not event.style:
            self._say("SRC004", "`<<` merges another mapping: write the keys out", event)
        if event.anchor is not None:
            self._say("SRC004", f"`&{event.anchor}` is an anchor: remove it", event)
        if event.tag is not None:
            self._say("SRC005", f"`{event.tag}` is a tag: remove it", event)
        return self._quoted(str(event.value), event) if event.style else str(event.value)

    def _scalar(self, event: Any) -> Any:
        text = str(event.value)
        if len(text) > MAX_TEXT:
            self._say("SRC008", f"a text of {len(text):,} characters; {MAX_TEXT:,} is the limit", event)
            return text[:MAX_TEXT]
        if event.style:  # "" or None is plain, by loader
            return self._quoted(text, event)
        if not text or text == "null":
            return None
        if text in {"true", "false"}:
            return text == "true"
        first = text[0]
        if first in "0123456789-+.":
            return self._number_or_text(text, event)
        if _BOOLISH.match(text):
            self._trap(text, event, "`true` or `false` where a yes or no is meant")
        elif text in {"~", "Null", "NULL"}:
            self._trap(text, event, "`unknown` where nobody knows the value")
        return text

    def _quoted(self, text: str, event: Any) -> str:
        """Escapes in double quotes can hide what `_characters` looks for in the file's text."""
        for code, message, _ in _marred(text) if not text.isascii() or not text.isprintable() else ():
            self._say(code, message, event)
            break
        return text

    def _number_or_text(self, text: str, event: Any) -> Any:
        if _INTEGER.match(text):
            return int(text) if len(text) <= MAX_DIGITS else self._trap(text, event, "a smaller number")
        if _DECIMAL.match(text):
            return Decimal(text)
        if _DATE.match(text):
            return self._date(text, event)
        if moment := _TIMESTAMP.match(text):
            return self._trap(text, event, f"the date alone, `{moment[1]}`")
        if _NUMBERISH.match(text):
            return self._trap(text, event, "a plain number without leading zeros, signs, colons or underscores")
        return text

    def _date(self, text: str, event: Any) -> date | str:
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
        self._say("SRC014", f"`{text}` is no date of the calendar: write YYYY-MM-DD", event)
        return text

    def _trap(self, text: str, event: Any, instead: str) -> str:
        self._say(
            "SRC013",
            f'`{text}` means different things to different readers: write "{text}" in quotes as text, or {instead}',
            event,
        )
        return text
