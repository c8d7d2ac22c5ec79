"""What is kept between runs is bounded: the newest stays."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path


def keep_newest(folder: Path, most: int) -> None:
    """Leave the newest files and folders in a folder, at most so many. Hidden ones are somebody's work in progress."""
    entries = [path for path in folder.iterdir() if not path.name.startswith(".")]
    with suppress(FileNotFoundError):  # another run clears at the same time
        entries.sort(key=lambda path: path.stat().st_mtime)
    for path in entries[: max(0, len(entries) - most)]:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
