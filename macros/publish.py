"""From a finished folder to the published one: readers see the old site or the new one, never a part of either."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def staged(site: Path) -> Iterator[Path]:
    """A folder beside `site` to build into. It takes the site's place when the block ends well, and goes when not."""
    site = site.resolve()
    site.parent.mkdir(parents=True, exist_ok=True)
    staging = site.with_name(f".{site.name}.new-{os.getpid()}")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    try:
        yield staging
        _swap(staging, site)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _swap(staging: Path, site: Path) -> None:
    old = site.with_name(f".{site.name}.old-{os.getpid()}")
    if site.exists():
        site.replace(old)
    try:
        staging.replace(site)
    except OSError:
        if old.exists():
            old.replace(site)
        raise
    shutil.rmtree(old, ignore_errors=True)
