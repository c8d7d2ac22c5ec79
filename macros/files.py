"""The files below `docs/` that are copied as they are: pictures and documents, nothing that runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from macros.finding import Finding, Place
from macros.nearest import listed

PICTURES = (".avif", ".gif", ".ico", ".jpeg", ".jpg", ".png", ".svg", ".webp")
DOCUMENTS = (".csv", ".json", ".pdf", ".txt")
PAGE = ".md"
MAX_BYTES = 16 * 1024 * 1024

_UNSAFE_NAME = re.compile(r'[<>:"|?*\\#%]|^ |[ .]\Z')
_HANDLER = re.compile(r"on[a-z]+\Z", re.IGNORECASE)
_SAFE_LINK = re.compile(r"#|data:image/(?:png|jpeg|gif|webp);base64,", re.IGNORECASE)
_RUNS = frozenset({"script", "foreignobject", "iframe", "embed", "object", "audio", "video", "handler", "listener"})
_CSS_LOADS = re.compile(r"@import|url\(\s*['\"]?(?!#)|expression\(", re.IGNORECASE)


def check_files(docs: Path) -> list[Finding]:
    """What may not be copied: links, files of other kinds, pictures that run or load something."""
    return [finding for path in sorted(docs.rglob("*")) for finding in _check(path, docs)]


def _check(path: Path, docs: Path) -> Iterator[Finding]:
    hidden = any(part.startswith(".") for part in path.relative_to(docs).parts)
    if path.is_symlink():
        yield Finding("SRC016", "a link is not followed: put what it leads to here", Place(path))
    elif hidden:
        return
    elif not path.name.isprintable() or _UNSAFE_NAME.search(path.name):
        message = f'`{path.name}` is no name that every system and address can hold: rename it, without < > : " | ? * '
        yield Finding("DOC006", f"{message}\\ # % and what cannot be seen", Place(path))
    elif path.is_dir():
        return
    elif path.stat().st_size > MAX_BYTES:
        yield Finding("SRC008", f"the file has {path.stat().st_size:,} bytes; {MAX_BYTES:,} is the limit", Place(path))
    elif path.suffix.lower() == ".svg":
        yield from _svg(path)
    elif path.suffix.lower() not in (*PICTURES, *DOCUMENTS, PAGE):
        kinds = listed((PAGE, *PICTURES, *DOCUMENTS), 40)
        yield Finding(
            "DOC006", f"`{path.name}` is no page, picture or document: its name ends in one of {kinds}", Place(path)
        )


def _svg(path: Path) -> list[Finding]:
    """What a picture may not hold, each with its place."""
    return _Picture(path).read()


class _Picture:
    """Reads an SVG and notes what would run, load or lead out of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.found: list[Finding] = []
        self._open: list[Place] = []
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = lambda _: self._open.pop()
        self._parser.CharacterDataHandler = self._text
        self._parser.EntityDeclHandler = lambda *_: self._say("an entity")
        self._parser.ProcessingInstructionHandler = lambda *_: self._say("a processing instruction")

    def read(self) -> list[Finding]:
        """Everything that may not be in it; where it is no XML, that."""
        try:
            self._parser.Parse(self.path.read_bytes(), True)  # noqa: FBT003 - expat takes no keywords
        except expat.ExpatError as error:
            message = f"this is no SVG: {expat.ErrorString(error.code)}: save the picture anew"
            self.found.append(Finding("DOC007", message, Place(self.path, error.lineno, error.offset + 1)))
        return self.found

    def _here(self) -> Place:
        return Place(self.path, self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1)

    def _say(self, what: str, place: Place | None = None) -> None:
        self.found.append(Finding("DOC007", f"{what} may not stand in a picture: delete it", place or self._here()))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._open.append(self._here())
        if _local(name) in _RUNS:
            self._say(f"`<{name}>`")
        for attribute, value in attributes.items():
            if what := _harm(attribute, value):
                self._say(f"`{attribute}`, which {what},")

    def _text(self, data: str) -> None:
        if _CSS_LOADS.search(data):  # whole, since a part of it may be written as a reference to a character
            self._say("a style that loads something", self._open[-1])


def _local(name: str) -> str:
    return name.rpartition(":")[2].lower()


def _harm(attribute: str, value: str) -> str:
    """What an attribute would do that a picture may not; nothing where it is harmless."""
    name = _local(attribute)
    if _HANDLER.match(name) or (name == "attributename" and _HANDLER.match(value.strip())):
        return "runs something"
    if name in {"href", "src"} and not _SAFE_LINK.match(value.strip()):
        return "leads out of the picture"
    return "loads something" if _CSS_LOADS.search(value) else ""
