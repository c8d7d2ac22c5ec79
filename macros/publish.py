"""From a finished folder to the published one: readers see the old site or the new one, never a part of either.

A build goes into a folder beside the site and takes its place by one exchange of names. Whoever reads while that
happens gets a page of one of the two. A build that is killed leaves the site alone; what it left behind goes with the
next one.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MADE_BY_US = "index.html"
"""What a folder holds that a build may replace."""


class PublishError(OSError):
    """The site cannot be put in its place; the message says why and what to do."""


@contextmanager
def staged(site: Path) -> Iterator[Path]:
    """A folder beside `site` to build into. It takes the site's place when the block ends well, and goes when not.

    A second build of the same site waits for the first. Raises `PublishError` where the place cannot be written, or
    holds something else than a site.
    """
    site = site.resolve()
    _replaceable(site)
    try:
        site.parent.mkdir(parents=True, exist_ok=True)
        with turn(site):
            _recover(site)
            staging = _name(site, "new")
            staging.mkdir()
            try:
                yield staging
                _put_in_place(staging, site)
            finally:
                shutil.rmtree(staging, ignore_errors=True)
    except PermissionError as error:
        raise PublishError(f"`{error.filename}` cannot be written: {error.strerror}") from None
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EROFS}:
            raise
        raise PublishError(f"the site cannot be written: {error.strerror}; the one built before is untouched") from None


def _replaceable(site: Path) -> None:
    if site.is_dir() and any(site.iterdir()) and not (site / MADE_BY_US).is_file():
        raise PublishError(f"`{site}` holds something else than a site: name a folder that is empty or not there")
    if site.exists() and not site.is_dir():
        raise PublishError(f"`{site}` is no folder")


def _name(site: Path, part: str, pid: int | str | None = None) -> Path:
    return site.with_name(f".{site.name}.{part}-{pid or os.getpid()}")


@contextmanager
def turn(site: Path) -> Iterator[None]:
    """Waits until no other build in the same folder runs, and keeps others waiting. The lock is on the folder and dies with its holder."""
    handle = os.open(site.parent, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"Waiting for another build{_holder(site)} …", file=sys.stderr, flush=True)  # noqa: T201
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _holder(site: Path) -> str:
    """Which process builds: it is in the name of the folder that it builds into."""
    found = [path.name.rpartition("-")[2] for path in site.parent.glob(_name(site, "new", "*").name)]
    return f" (process {', '.join(sorted(found))})" if found else ""


def _recover(site: Path) -> None:
    """Clear what killed builds left behind; where one was killed between two renames, its old site comes back."""
    for old in sorted(site.parent.glob(_name(site, "old", "*").name)):
        if site.exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.replace(site)
    for new in site.parent.glob(_name(site, "new", "*").name):
        shutil.rmtree(new, ignore_errors=True)


def _put_in_place(staging: Path, site: Path) -> None:
    if not site.exists():
        staging.replace(site)
    elif not _exchange(staging, site):
        _rename_twice(staging, site)


def _rename_twice(staging: Path, site: Path) -> None:
    """For systems that cannot exchange names: for a moment there is no site; `_recover` mends a kill right there."""
    old = _name(site, "old")
    site.replace(old)
    try:
        staging.replace(site)
    except OSError:
        old.replace(site)
        raise
    shutil.rmtree(old, ignore_errors=True)


_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
_RENAME_SWAP = 2


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two names at once (Linux: renameat2(2); macOS: renamex_np(2)). False where the system cannot."""
    library = ctypes.CDLL(None, use_errno=True)
    first, second = os.fsencode(one), os.fsencode(other)
    failed = -1
    with suppress(AttributeError):
        if sys.platform == "darwin":
            failed = library.renamex_np(first, second, _RENAME_SWAP)
        else:
            failed = library.renameat2(_AT_FDCWD, first, _AT_FDCWD, second, _RENAME_EXCHANGE)
    return bool(failed == 0)
