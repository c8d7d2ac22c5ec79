"""Of which commit a built site is: one file of it says so, so that all others are the same from one commit to the next."""

from __future__ import annotations

import re
from pathlib import Path

FILE = "assets/inventory/commit.css"
"""A style sheet, since the margins of printed pages show it."""


def words(commit: str) -> str:
    """What the file of a site holds; nothing where git does not know the commit."""
    return f':root {{ --paper-commit: "commit {commit}"; }}\n' if commit else ""


def commit_of(site: Path) -> str | None:
    """The commit that a site says it is of: empty where it was built outside of git, None where it does not say."""
    try:
        written = (site / FILE).read_text(encoding="utf-8")
    except OSError:
        return None
    found = re.search(r'"commit ([^"]+)"', written)
    return found[1] if found else ""
