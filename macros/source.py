"""Strict YAML: text to plain values that know their file, line and column.

A small and safe part of YAML: mappings, lists, text, whole and decimal numbers, `true`, `false`, `null` and dates
written `YYYY-MM-DD`. What YAML 1.1 would quietly turn into something else is refused with the place and the mend.
Values come as `dict`, `tuple`, `str`, `int`, `Decimal`, `bool`, `None` and `date`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from macros.characters import characters, decoded, marred
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
    text, finding = decoded(path, raw)
    if finding is not None:
        document.findings.append(finding)
        return document
    document.findings.extend(characters(path, text))
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
        """Escapes in double quotes can hide what `characters` looks for in the file's text."""
        for code, message, _ in marred(text) if not text.isascii() or not text.isprintable() else ():
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
