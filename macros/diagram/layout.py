"""DOT to SVG: one process for many drawings, and a cache by content."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterable
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


class Layout:
    """SVG of drawings by their DOT. `folder` keeps results between builds; what is there is not drawn again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._drawn: dict[str, str] = {}

    def draw(self, drawings: dict[str, str]) -> None:
        """Make sure that each drawing (name to DOT) is at hand, all missing ones in one process.

        Raises `LayoutError` naming the drawing that failed.
        """
        missing = {name: dot for name, dot in drawings.items() if dot not in self._drawn and not self._recall(dot)}
        if not missing:
            return
        try:
            svgs = _run("".join(missing.values()), _named(missing))
            if len(svgs) != len(missing):
                raise LayoutError(f"`dot` gave {len(svgs)} drawings for {len(missing)}")
        except LayoutError:
            if len(missing) == 1:
                raise
            for name, dot in missing.items():  # find the one at fault, and name it
                self.draw({name: dot})
            return
        for dot, svg in zip(missing.values(), svgs, strict=True):
            self._keep(dot, clean(svg))

    def svg(self, name: str, dot: str) -> str:
        """The drawing as an `<svg>` element whose links begin with `ROOT`."""
        self.draw({name: dot})
        return self._drawn[dot]

    def _path(self, dot: str) -> Path:
        digest = hashlib.sha256(f"{_identity(program())}\0{_OWN_VERSION}\0{dot}".encode()).hexdigest()
        return self.folder / f"{digest}.svg"

    def _recall(self, dot: str) -> bool:
        path = self._path(dot)
        if not path.is_file():
            return False
        self._drawn[dot] = path.read_text(encoding="utf-8")
        return True

    def _keep(self, dot: str, svg: str) -> None:
        self._drawn[dot] = svg
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self._path(dot)
        partial = path.with_suffix(f".{os.getpid()}")
        partial.write_text(svg, encoding="utf-8")
        partial.replace(path)


_OWN_VERSION = 2
"""Raised when `clean` changes what it makes."""

_identities: dict[str, str] = {}


def _identity(path: str) -> str:
    """What tells one `dot` from another: its size and time stand for its version."""
    if path not in _identities:
        stat = Path(path).resolve().stat()
        _identities[path] = f"{stat.st_size}-{stat.st_mtime_ns}"
    return _identities[path]


def _run(dots: str, what: str) -> list[str]:
    command = [program(), "-Tsvg"]
    try:
        done = subprocess.run(command, input=dots.encode(), capture_output=True, timeout=TIME_LIMIT, check=False)
    except subprocess.TimeoutExpired:
        raise LayoutError(
            f"`dot` took more than {TIME_LIMIT:.0f} seconds for {what}: draw less, or set DOT to another"
        ) from None
    except OSError as error:
        raise LayoutError(f"`{command[0]}` cannot be run: {error.strerror}") from None
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise LayoutError(f"`dot` failed for {what}: {said[-1] if said else f'exit status {done.returncode}'}")
    return re.findall(r"<svg\b.*?</svg>", done.stdout.decode("utf-8", "replace"), flags=re.DOTALL)


def _named(drawings: Iterable[str], at_most: int = 3) -> str:
    """The drawings' names for a message; their number where there are many."""
    names = list(drawings)
    return ", ".join(names) if len(names) <= at_most else f"{len(names)} drawings"


def clean(svg: str) -> str:
    """A drawing of `dot` as an element for a page: no colours, fonts or ids of its own; links by `href`."""
    try:
        tree = ET.fromstring(svg)  # noqa: S314 - an `<svg>` element alone: no DTD, no entities
    except ET.ParseError as error:
        raise LayoutError(f"`dot` gave no SVG: {error}") from None
    box = tree.get("viewBox", "0 0 100 100")
    _scrub(tree)
    tree.set("viewBox", box)
    tree.attrib.pop("height", None)
    tree.set("style", f"--natural-width:{float(box.split()[2]) * POINT:.0f}px")
    ET.register_namespace("", SVG)
    text = ET.tostring(tree, encoding="unicode")
    return re.sub(r">\s*\n\s*<", "><", text)


def _scrub(element: ET.Element) -> None:
    link = element.get(f"{{{XLINK}}}href")
    title = element.get(f"{{{XLINK}}}title")
    name = element.tag.rpartition("}")[2]
    for attribute in list(element.attrib):
        if attribute not in _KEPT:
            del element.attrib[attribute]
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
