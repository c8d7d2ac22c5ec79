"""DOT to SVG: one process for many drawings, and a cache by content."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from macros.diagram.dot import ROOT

TIME_LIMIT = 20.0
"""Seconds that `dot` may take."""

POINT = 4 / 3
"""Pixels of a page in one of the points that `dot` measures in."""

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
_KEPT = frozenset(
    {
        "class",
        "d",
        "points",
        "cx",
        "cy",
        "rx",
        "ry",
        "x",
        "y",
        "width",
        "height",
        "viewBox",
        "transform",
        "text-anchor",
        "stroke-dasharray",
        "stroke-width",
        "href",
    }
)

_KEY = r"[a-z-]+\.[a-z0-9-]+"
_MARKS = {
    "node": re.compile(rf"(?P<node>{_KEY})"),
    "edge": re.compile(rf"(?P<tail>{_KEY})->(?P<head>{_KEY})"),
    "cluster": re.compile(rf"cluster_(?P<box>{_KEY}|[a-z-]+)"),
}
"""What the page's script knows a part of a drawing by, as `data-` attributes, from the name that `dot` gives it."""

_BOX = re.compile(rf"in:({_KEY}|[a-z-]+)")
"""The id of a node in a box, as the DOT has it."""


class LayoutError(Exception):
    """`dot` is missing, failed or took too long. The message says which drawing and what to do."""


def program() -> str:
    """The `dot` to run: `$DOT`, else the one beside this Python, else the one on the PATH. Raises `LayoutError`."""
    wanted = os.environ.get("DOT")
    beside = Path(sys.executable).parent / "dot"
    found = shutil.which(wanted) if wanted else (str(beside) if beside.exists() else shutil.which("dot"))
    if found is None:
        where = f"`{wanted}` (from $DOT)" if wanted else "`dot`"
        raise LayoutError(f"{where} is no program here: run `make` to set the project up, or set DOT to a `dot`")
    return found


@dataclass(frozen=True)
class Later:
    """A drawing whose DOT is made once it is needed; `key` tells it from every other."""

    key: str
    make: Callable[[], str]


Dot = str | Later
"""A drawing: its DOT, or how to get that."""


def _key(dot: Dot) -> str:
    return dot if isinstance(dot, str) else dot.key


def _text(dot: Dot) -> str:
    return dot if isinstance(dot, str) else dot.make()


class Layout:
    """SVG of drawings by their DOT. `folder` keeps results between builds; what is there is not drawn again.

    The folder is a convenience: where it cannot be written, or holds something else, drawings are made anew.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._drawn: dict[str, str] = {}

    def draw(self, drawings: Mapping[str, Dot]) -> None:
        """Make sure that each drawing (name to DOT) is at hand, all missing ones in one process.

        Raises `LayoutError` naming the drawing that failed.
        """
        missing = {name: dot for name, dot in drawings.items() if not self._recall(dot)}
        if not missing:
            return
        try:
            svgs = [clean(svg) for svg in _run("".join(map(_text, missing.values())))]
            if len(svgs) != len(missing):
                raise LayoutError(f"`dot` gave {len(svgs)} drawings for {len(missing)}")
        except LayoutError as error:
            if len(missing) == 1:
                raise LayoutError(f"{next(iter(missing))}: {error}") from None
            for name, dot in missing.items():  # find the one at fault, and name it
                self.draw({name: dot})
            return
        for dot, svg in zip(missing.values(), svgs, strict=True):
            self._keep(dot, svg)

    def svg(self, name: str, dot: Dot) -> str:
        """The drawing as an `<svg>` element whose links begin with `ROOT`."""
        self.draw({name: dot})
        return self._drawn[_key(dot)]

    def _path(self, dot: Dot) -> Path:
        return self.folder / (_digest(f"{_identity(program())}\0{_OWN_VERSION}\0{_key(dot)}") + ".svg")

    def _recall(self, dot: Dot) -> bool:
        if _key(dot) in self._drawn:
            return True
        try:
            kept = self._path(dot).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return False
        digest, _, svg = kept.partition("\n")
        if digest != _digest(svg):
            return False
        self._drawn[_key(dot)] = svg
        return True

    def _keep(self, dot: Dot, svg: str) -> None:
        self._drawn[_key(dot)] = svg
        path = self._path(dot)
        partial = path.with_suffix(f".{os.getpid()}")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            partial.write_text(f"{_digest(svg)}\n{svg}", encoding="utf-8")
            partial.replace(path)
        except OSError:
            with suppress(OSError):
                partial.unlink()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


_OWN_VERSION = 4
"""Raised when `clean` changes what it makes."""

_identities: dict[str, str] = {}


def _identity(path: str) -> str:
    """What tells one `dot` from another: its size and time stand for its version."""
    if path not in _identities:
        stat = Path(path).resolve().stat()
        _identities[path] = f"{stat.st_size}-{stat.st_mtime_ns}"
    return _identities[path]


def _run(dots: str) -> list[str]:
    command = [program(), "-Tsvg"]
    pipe = subprocess.PIPE
    try:
        started = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True)
    except OSError as error:
        raise LayoutError(f"`{command[0]}` cannot be run: {error.strerror}") from None
    with started, _ended(started):
        try:
            out, complaints = started.communicate(dots.encode(), timeout=TIME_LIMIT)
        except subprocess.TimeoutExpired:
            raise LayoutError(
                f"`dot` took more than {TIME_LIMIT:g} seconds: draw less, or set DOT to another"
            ) from None
    if started.returncode != 0:
        said = complaints.decode("utf-8", "replace").strip().splitlines()
        raise LayoutError(f"`dot` failed: {said[-1] if said else f'exit status {started.returncode}'}")
    return re.findall(r"<svg\b.*?</svg>", out.decode("utf-8", "replace"), flags=re.DOTALL)


@contextmanager
def _ended(started: subprocess.Popen[bytes]) -> Iterator[None]:
    """Leaves nothing running of a program that was not waited for, nor of what it started (it may be a script)."""
    try:
        yield
    except BaseException:
        with suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGKILL)
        raise


def clean(svg: str) -> str:
    """A drawing of `dot` as an element for a page: no colours, fonts or ids of its own; links by `href`."""
    try:
        tree = ET.fromstring(svg)  # noqa: S314 - an `<svg>` element alone: no DTD, no entities
    except ET.ParseError as error:
        raise LayoutError(f"`dot` gave no SVG: {error}") from None
    box = tree.get("viewBox", "0 0 100 100")
    width = re.fullmatch(r"\S+ \S+ ([0-9]+(?:\.[0-9]+)?) \S+", box)
    if width is None:
        raise LayoutError(f"`dot` gave no SVG: `{box}` is no viewBox")
    _scrub(tree)
    tree.set("viewBox", box)
    tree.attrib.pop("height", None)
    tree.set("style", f"--natural-width:{float(width[1]) * POINT:.0f}px")
    ET.register_namespace("", SVG)
    text = ET.tostring(tree, encoding="unicode")
    return re.sub(r">\s*\n\s*<", "><", text)


def _scrub(element: ET.Element) -> None:
    link = element.get(f"{{{XLINK}}}href")
    title = element.get(f"{{{XLINK}}}title")
    name = element.tag.rpartition("}")[2]
    marks = _marks(element)
    for attribute in list(element.attrib):
        if attribute not in _KEPT:
            del element.attrib[attribute]
    element.attrib.update(marks)
    if link is not None and link.startswith(ROOT):
        element.set("href", link)
    for child in list(element):
        if child.tag.endswith("}title"):
            element.remove(child)  # `dot` writes node names there; the tooltip says more
        else:
            _scrub(child)
    if title is not None and name == "a":
        tip = ET.Element(f"{{{SVG}}}title")
        tip.text = title
        element.insert(0, tip)


def _marks(element: ET.Element) -> dict[str, str]:
    """The keys of the records that a node, an edge or a box stands for; nothing where its name is no key."""
    part = element.get("class", "").partition(" ")[0]
    if part not in _MARKS:
        return {}
    found = _MARKS[part].fullmatch(element.findtext(f"{{{SVG}}}title", ""))
    marks = {f"data-{name}": value for name, value in found.groupdict().items()} if found else {}
    box = _BOX.fullmatch(element.get("id", ""))
    return {**marks, "data-box": box[1]} if box and part == "node" else marks
