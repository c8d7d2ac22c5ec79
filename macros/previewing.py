"""A preview of a change: the site of its head, with what changes marked, beside the site of its base."""

from __future__ import annotations

import hashlib
import re
import sys
from datetime import date
from pathlib import Path

from macros.build import BuildFailed, Previewed, build_site
from macros.cache import digest, keep_newest
from macros.comparing import compare_or_say
from macros.diff.comparison import Difference
from macros.diff.document import as_json
from macros.history import engine
from macros.views.preview import Preview
from macros.workspace import Folders, Workspace

KEPT = 4
"""How many sites of bases are kept."""


def preview(
    configuration: Path, folders: Folders, base: str, target: Path, changes: Path | None
) -> tuple[Difference, int, float]:
    """Build the preview into `target`, and write the document of the difference to `changes`, where that is wanted.

    The difference is written first: it can be told where the site cannot be built. What is wrong with the base never
    fails the preview: then no page has a before, or nothing is compared at all. Returns the difference, the number of
    pages, and the seconds. Raises `BuildFailed`.
    """
    difference = compare_or_say(folders, base)
    if difference.base is None:
        print("; ".join(difference.document.not_compared), file=sys.stderr)
    if changes is not None:
        changes.parent.mkdir(parents=True, exist_ok=True)
        changes.write_text(as_json(difference.document) + "\n", encoding="utf-8")
    previewed = Previewed(Preview(difference), _base_site(configuration, difference.base) if difference.base else None)
    pages, seconds = build_site(configuration, folders, target, previewed)
    return difference, pages, seconds


def _base_site(configuration: Path, base: Workspace) -> Path | None:
    """The site of the base, which is built once a day; None where it cannot be."""
    folders = base.folders
    site = folders.cache / "bases" / _name(configuration, folders, base.today)
    if (site / "index.html").is_file():
        return site
    if sys.stderr.isatty():
        print("Building the site of the base …", file=sys.stderr)
    try:
        build_site(configuration, folders, site, today=base.today)
    except BuildFailed as failed:
        first, *more = _from_its_folder(str(failed)).splitlines()
        rest = f" ({len(more)} more lines)" if more else ""
        print(f"The base cannot be built, so no page has a before: {first}{rest}", file=sys.stderr)
        return None
    keep_newest(site.parent, KEPT)
    return site


def _from_its_folder(message: str) -> str:
    """What is said of files that were put out for a revision, as if they lay where they belong."""
    return re.sub(r"\S*/revisions/[0-9a-f]{40,64}/", "", message)


def _name(configuration: Path, folders: Folders, today: date) -> str:
    """What tells the site of one state from that of another."""
    made_of = f"{engine()} {today} {digest(folders.data, folders.docs, folders.diagrams)}".encode()
    return hashlib.sha256(made_of + configuration.read_bytes()).hexdigest()[:32]
