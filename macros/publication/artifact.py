"""What a run hands over as a zip: a built site, and what it changes.

Whoever opens a pull request controls such a run, so the zip is hostile until all of it was looked at. Nothing in it is
believed: sizes are counted while it is unpacked, names are held to what a built site has, and all of it lands in a folder
that nobody else sees.
"""

from __future__ import annotations

import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from unicodedata import normalize

from macros.diff.document import MAX_BYTES as MAX_CHANGES
from macros.files import DOCUMENTS, PICTURES

CHANGES = "changes.json"
"""The difference as JSON."""

SITE = "site"
"""The folder of the site. It is not there where the site could not be built."""

INDEX = "index.html"

LEFT_OUT = frozenset({"_headers", "_redirects", "CNAME", "sw.js"})
"""Files of a site's root that would speak for more than a preview: for the server, or for readers who are offline."""

SUFFIXES = frozenset(
    {*PICTURES, *DOCUMENTS, ".html", ".css", ".js", ".map", ".xml", ".gz", ".woff", ".woff2", ".ttf", ".dot", ".atom"}
)
"""What the names of a site's files end in."""

MAX_FILES = 20_000
MAX_ZIP = 256 * 1024 * 1024
"""Bytes of a zip."""

MAX_FILE = 32 * 1024 * 1024
MAX_TOTAL = 1024 * 1024 * 1024
"""Bytes once unpacked: of a file, and of all of them."""

MAX_RATIO = 250
"""How often a file may be larger than what it was packed into. The pages of a site reach 15."""

SMALL = 1024 * 1024
"""Bytes up to which a file may be packed as tightly as it likes."""

MAX_NAME = 240
MAX_DEPTH = 16

_ENTRY = b"PK\x01\x02"
_CHUNK = 256 * 1024
_UNFIT = re.compile(r'[<>:"|?*\\\x00]')
_PACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_VEILED = 0x1 | 0x20 | 0x40 | 0x2000
"""Flags of an entry that is encrypted, a patch of another, or has its names hidden."""


class ArtifactError(ValueError):
    """The artifact is not taken; the message says why, in one line that can be shown."""


@dataclass(frozen=True)
class Taken:
    """What was taken: `site` is the folder of the site, None where there is none; `changes` is the difference as JSON."""

    site: Path | None
    changes: bytes


def take(packed: Path, into: Path) -> Taken:
    """Unpack a zip into a new folder, having checked all of it.

    `packed` may also be a folder, as some forges hand it over. Raises `ArtifactError`; what lies in `into` is then worth
    nothing, and nothing was written anywhere else.
    """
    into.mkdir(mode=0o700)
    if packed.is_dir():
        packed = _zipped(packed, into / "packed.zip")
    if packed.stat().st_size > MAX_ZIP:
        raise ArtifactError(f"the artifact has {packed.stat().st_size:,} bytes; {MAX_ZIP:,} is the limit")
    _count(packed)
    try:
        with zipfile.ZipFile(packed) as archive:
            entries = _checked(archive)
            _unpack(archive, entries, into)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        if isinstance(error, ArtifactError):
            raise
        raise ArtifactError(f"the artifact is no zip that can be read: {plain(str(error))}") from None
    site = into / SITE
    return Taken(site if site.is_dir() else None, (into / CHANGES).read_bytes())


def plain(text: str) -> str:
    """Text of unknown hands as a piece of a line: it ends no line, hides nothing, and is not long."""
    shown = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
    return shown if len(shown) <= MAX_NAME else f"{shown[:MAX_NAME]} …"


def _count(packed: Path) -> None:
    """Refuse more entries than a reader should hold in memory, before one reads them."""
    found, tail = 0, b""
    with packed.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found += (tail + chunk).count(_ENTRY)
            tail = chunk[-len(_ENTRY) + 1 :]
    if found > MAX_FILES:
        raise ArtifactError(f"the artifact has more than {MAX_FILES:,} files")


def _checked(archive: zipfile.ZipFile) -> list[tuple[zipfile.ZipInfo, str]]:
    """The files to take, with their names; none where one entry of all is not as it should be."""
    files: dict[str, tuple[zipfile.ZipInfo, str]] = {}
    folders: set[str] = set()
    for entry in archive.infolist():
        name = _name(entry)
        _kind(entry, name)
        alike = name.casefold()
        if entry.is_dir():
            folders.add(alike)
            continue
        if alike in files:
            raise ArtifactError(f"the artifact has two files `{plain(name)}`, or two that some systems hold for one")
        files[alike] = (entry, name)
        folders |= {str(parent) for parent in PurePosixPath(alike).parents}
    if both := sorted(folders & files.keys()):
        raise ArtifactError(f"`{plain(both[0])}` is a file and a folder at once")
    if CHANGES not in files:
        raise ArtifactError(f"the artifact has no `{CHANGES}`")
    if len(files) > 1 and f"{SITE}/{INDEX}" not in files:
        raise ArtifactError(f"the artifact has no `{SITE}/{INDEX}`")
    return list(files.values())


def _name(entry: zipfile.ZipInfo) -> str:
    """The name of an entry, which says where its file goes."""
    written = entry.orig_filename
    name = written.removesuffix("/")
    shown = plain(written)
    parts = name.split("/")
    if not written.isprintable() or _UNFIT.search(written) or normalize("NFC", written) != written:
        raise ArtifactError(f"`{shown}` is no name that every system and address can hold")
    if len(written.encode()) > MAX_NAME or len(parts) > MAX_DEPTH:
        raise ArtifactError(f"`{shown}` is too long a name, or too deep")
    if any(part in {"", ".", ".."} for part in parts):
        raise ArtifactError(f"`{shown}` leads out of the artifact, or nowhere")
    if any(part.startswith((".", " ")) or part.endswith((".", " ")) for part in parts):
        raise ArtifactError(f"`{shown}` is hidden, or has a name that some systems cut short")
    if name not in {CHANGES, SITE} and parts[0] != SITE:
        raise ArtifactError(f"`{shown}` has no place there: an artifact has `{CHANGES}`, and the rest in `{SITE}/`")
    if name == SITE and not entry.is_dir():
        raise ArtifactError(f"`{SITE}` is no folder")
    return name


def _kind(entry: zipfile.ZipInfo, name: str) -> None:
    """Refuse what is neither a plain file nor a folder, and files that no site has."""
    shown = plain(name)
    form = stat.S_IFMT(entry.external_attr >> 16)
    if form not in {0, stat.S_IFDIR if entry.is_dir() else stat.S_IFREG}:
        raise ArtifactError(f"`{shown}` is a link, a device or something else that is no plain file")
    if entry.flag_bits & _VEILED or entry.compress_type not in _PACKED:
        raise ArtifactError(f"`{shown}` is encrypted, or packed in a way that is not read here")
    if entry.is_dir():
        if entry.file_size or name == CHANGES:
            raise ArtifactError(f"`{shown}` is a folder that holds bytes")
    elif PurePosixPath(name).suffix not in SUFFIXES and name not in {f"{SITE}/{left}" for left in LEFT_OUT}:
        raise ArtifactError(f"`{shown}` is no file that a built site has")


def _unpack(archive: zipfile.ZipFile, entries: list[tuple[zipfile.ZipInfo, str]], into: Path) -> None:
    total = 0
    for entry, name in entries:
        if name in {f"{SITE}/{left}" for left in LEFT_OUT}:
            continue
        target = into / name
        target.parent.mkdir(parents=True, exist_ok=True)
        limit = MAX_CHANGES if name == CHANGES else MAX_FILE
        with target.open("xb") as file:
            written = 0
            for chunk in _chunks(archive, entry):
                written += len(chunk)
                total += len(chunk)
                _bounded(plain(name), written, limit, entry.compress_size, total)
                file.write(chunk)


def _chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(entry) as packed:
        while chunk := packed.read(_CHUNK):
            yield chunk


def _bounded(shown: str, written: int, limit: int, packed: int, total: int) -> None:
    if written > limit:
        raise ArtifactError(f"`{shown}` has more than {limit:,} bytes")
    if written > SMALL and written > MAX_RATIO * packed:
        raise ArtifactError(f"`{shown}` is more than {MAX_RATIO} times as large as it was packed")
    if total > MAX_TOTAL:
        raise ArtifactError(f"the artifact has more than {MAX_TOTAL:,} bytes once it is unpacked")


def _zipped(folder: Path, packed: Path) -> Path:
    """A folder as a zip, so that one way of checking holds for both. Links stay links, and are refused as such."""
    total = 0
    with zipfile.ZipFile(packed, "x") as archive:
        for number, path in enumerate(_walk(folder), 1):
            name, form = path.relative_to(folder).as_posix(), path.lstat()
            total += form.st_size
            if number > MAX_FILES or total > MAX_ZIP:
                raise ArtifactError(f"the artifact has more than {MAX_FILES:,} files, or {MAX_ZIP:,} bytes")
            if not name.isprintable():
                raise ArtifactError(f"`{plain(name)}` is no name that every system and address can hold")
            entry = zipfile.ZipInfo(name)
            entry.external_attr = form.st_mode << 16
            archive.writestr(entry, path.read_bytes() if stat.S_ISREG(form.st_mode) else b"")
    return packed


def _walk(folder: Path) -> Iterator[Path]:
    """Everything in a folder that is no folder itself; links are not followed."""
    for where, folders, files in os.walk(folder):
        here = Path(where)
        yield from (here / name for name in sorted(files))
        yield from (here / name for name in sorted(folders) if (here / name).is_symlink())
