"""What is kept between runs: it is named by what it was made of, and bounded, so that the newest stays."""

from __future__ import annotations

import hashlib
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


def digest(*folders: Path) -> str:
    """What tells the files below some folders from others, by their names in them and their bytes, as 64 digits.

    Links are not followed. A file that cannot be read counts by its name: whoever reads it says so.
    """
    whole = hashlib.sha256()
    for number, folder in enumerate(folders):
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix().encode(errors="surrogateescape")
            whole.update(b"%d %s%s" % (number, name, b"\0link" if path.is_symlink() else b"\0"))
            with suppress(OSError):
                if path.is_file() and not path.is_symlink():
                    whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()
