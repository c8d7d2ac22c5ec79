"""What was told of commits, kept between builds: a commit never changes, so it is read once for an engine and a vocabulary."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from macros.chronicle.telling import Told
from macros.history import engine
from macros.inventory import Inventory

FILES = 6
"""How many files are kept: one for each vocabulary, the last used."""

_SHAPE: TypeAdapter[dict[str, Told]] = TypeAdapter(dict[str, Told])


def file_of(cache: Path, inventory: Inventory, place: str) -> Path:
    """The file for an inventory at a place in its repository.

    References lead where they lead today, and records have the names of today: with another vocabulary all is told anew.
    """
    words = [
        (record.key, record.name, record.aliases, record.formerly)
        for record in sorted(inventory.records(), key=lambda record: record.key)
    ]
    name = hashlib.sha256(json.dumps([engine(), place, words]).encode()).hexdigest()[:32]
    return cache / "chronicle" / f"{name}.json"


def read(file: Path) -> dict[str, Told]:
    """What is kept, by the hash of the commit; nothing where there is no such file or it was spoilt."""
    try:
        sealed, _, text = file.read_text(encoding="utf-8").partition("\n")
        if sealed == _seal(text):
            return _SHAPE.validate_json(text)
    except (OSError, ValueError, ValidationError, RecursionError):
        pass
    return {}


def write(file: Path, found: dict[str, Told]) -> None:
    """Keep what was told, in one exchange of names. Where that cannot be, the next build tells it anew."""
    text = _SHAPE.dump_json(found, exclude_defaults=True).decode()
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(prefix=".", dir=file.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as new:
            new.write(f"{_seal(text)}\n{text}")
        Path(beside).replace(file)
        _forget_oldest(file.parent)


def _seal(text: str) -> str:
    """What tells a file that was cut off or written into."""
    return hashlib.sha256(text.encode()).hexdigest()


def _forget_oldest(folder: Path) -> None:
    by_age = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
    for path in by_age[:-FILES]:
        path.unlink(missing_ok=True)
