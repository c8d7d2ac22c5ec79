"""The characters of a text file: UTF-8, nothing that cannot be seen, nothing that was mangled on the way."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from macros.finding import Finding, Place

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


def decoded(path: Path, raw: bytes) -> tuple[str, Finding | None]:
    """The file as text, or why it is no UTF-8."""
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


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of a position in a text."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def characters(path: Path, text: str) -> Iterator[Finding]:
    """What `prose` finds, and the tabs that indent lines."""
    yield from _first_on_a_line(path, text, [*marred(text), *_tabs(text)])


def prose(path: Path, text: str) -> Iterator[Finding]:
    """Characters that a reader cannot see, or that show that the text was mangled: the first of each on a line."""
    yield from _first_on_a_line(path, text, marred(text))


def _first_on_a_line(path: Path, text: str, found: Iterable[tuple[str, str, int]]) -> Iterator[Finding]:
    seen: set[tuple[int, str]] = set()
    for code, message, offset in found:
        line, column = position(text, offset)
        if (line, code) not in seen:
            seen.add((line, code))
            yield Finding(code, message, Place(path, line, column))


def marred(text: str) -> Iterator[tuple[str, str, int]]:
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
