"""What is kept between runs is bounded: the newest stays."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path


def keep_newest(folder: Path, most: int) -> None:
    """Leave the newest files and folders in a folder, at most so many. Hidden ones are somebody's work in progress."""
    entries: list[tuple[float, Path]] = []
    for path in folder.iterdir():
        if not path.name.startswith("."):
            with suppress(OSError):  # another run clears at the same time
                entries.append((path.stat().st_mtime, path))
    for _, path in sorted(entries)[: max(0, len(entries) - most)]:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):  # as above; or of a cache that may only be read
                path.unlink()
