"""The settings at the top of a page: YAML between two lines of `---`, and only keys that cannot change what runs.

The site generator would take any key: some name templates, some switch the macros off, and the theme writes titles
into pages as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from markupsafe import escape

from macros import source
from macros.finding import Finding, Place
from macros.nearest import did_you_mean, listed

KEYS = ("title", "description", "hide", "search")
"""What a page may say of itself."""

HIDDEN = ("navigation", "toc", "path", "footer")
"""The parts of a page that `hide` leaves out."""

_HEAD = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*\n", re.DOTALL | re.MULTILINE)
_LOOKS_LIKE_A_SETTING = re.compile(r" {0,3}([A-Za-z0-9_-]+):(?:\s|$)")


def check_front_matter(path: Path, text: str) -> Iterator[Finding]:
    """What is wrong with the settings of a page, whose text that is."""
    head = _HEAD.match(text)
    if head is None:
        yield from _without_head(path, text)
    elif not head[1].strip():
        yield Finding("DOC008", "there are no settings here: delete both lines of `---`", Place(path))
    else:
        document = source.parse(path, f"\n{head[1]}".encode())  # the line of dashes is an empty one
        yield from document.findings
        if document.value is not None and not document.findings:
            yield from _settings(document)


def _without_head(path: Path, text: str) -> Iterator[Finding]:
    first = text.partition("\n")[0]
    if first.rstrip() == "---":
        yield Finding("DOC008", "the settings that begin here never end: close them with a line of `---`", Place(path))
    elif match := _LOOKS_LIKE_A_SETTING.match(first):
        message = f"`{match[1]}:` would be read as a setting: begin the page with a heading, or put settings between "
        yield Finding("DOC008", f"{message}two lines of `---`", Place(path))


def _settings(document: source.Document) -> Iterator[Finding]:
    if not isinstance(document.value, dict):
        yield Finding("DOC008", "settings are keys with values: write `title: Words`", document.place())
        return
    for key, value in document.value.items():
        if key not in KEYS:
            hint = did_you_mean(key, KEYS) or f"; the keys are {listed(KEYS)}"
            yield Finding("DOC008", f"`{key}` is no setting of a page{hint}", document.place((key,), key=True))
        elif problem := _problem(key, value):
            yield Finding("DOC008", f"`{key}` {problem}", document.place((key,)))


def _problem(key: str, value: Any) -> str:
    """What is wrong with a setting; nothing where it is right."""
    if key in {"title", "description"}:
        good = isinstance(value, str) and value.strip() and "\n" not in value.strip()
        return "" if good else "is text on one line: write words"
    if key == "hide":
        good = isinstance(value, tuple) and all(part in HIDDEN for part in value)
        return "" if good else f"is a list: write one or more of {listed(HIDDEN)} in brackets"
    good = isinstance(value, dict) and set(value) <= {"exclude", "boost"}
    good = good and isinstance(value.get("exclude", False), bool)
    boost = value.get("boost", 1) if good else None
    good = good and isinstance(boost, int | Decimal) and not isinstance(boost, bool)
    return "" if good else "holds `exclude: true` or `boost` with a number: write one of the two"


def as_html(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings with their texts as HTML, for a theme that writes them as they are."""
    return {key: str(escape(value)) if isinstance(value, str) else value for key, value in settings.items()}
