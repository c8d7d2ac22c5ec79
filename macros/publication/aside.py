"""A site that stands beside the one that is in force: a preview, or a release of another day.

It is found by no search engine, keeps nothing for readers who are offline, and says nothing to the server.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from macros.offline import FILE, RETIRED
from macros.publication.artifact import LEFT_OUT

_HEAD = re.compile(rb"""<head(?:\s[^>]*)?>(?:\s*<meta charset="?utf-8"?>)?""", re.IGNORECASE)
_UNLISTED = b'<meta name="robots" content="noindex">'


def set_aside(site: Path, to: Path) -> Path:
    """A copy of a built site for an address below the one in force. Returns the new folder `to`."""
    shutil.copytree(site, to, ignore=lambda folder, _: LEFT_OUT if Path(folder) == site else ())
    for page in to.rglob("*.html"):
        page.write_bytes(_HEAD.sub(lambda head: head[0] + _UNLISTED, page.read_bytes(), count=1))
    (to / FILE).write_text(RETIRED, encoding="utf-8")
    return to
