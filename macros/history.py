"""What git knows of the facts: the day of the commit, and how many findings there were a week before it.

Without git, or outside a repository, nothing is known, and nothing fails.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from macros import git, inventory
from macros.finding import errors
from macros.graph import Graph
from macros.rules import judge
from macros.waivers import judgement

WEEK = 7 * 24 * 60 * 60
"""Seconds back to which the numbers of findings are compared."""


def real_day() -> date:
    """The day it is for the reader."""
    return date.fromtimestamp(time.time())


def wrong_stamp() -> str:
    """What is wrong with $SOURCE_DATE_EPOCH, which the site generator reads too; nothing where it is right or not set."""
    stamp = os.environ.get("SOURCE_DATE_EPOCH")
    if stamp is None:
        return ""
    try:
        datetime.fromtimestamp(int(stamp), UTC)
    except (ValueError, OverflowError, OSError):
        return f"SOURCE_DATE_EPOCH is `{stamp}`, which is no time: write the seconds since 1970, or unset it"
    return ""


def build_day(data: Path) -> date:
    """The day of a build: $SOURCE_DATE_EPOCH's, else that of the last commit, else the real one.

    So two builds of one commit say the same of what is overdue, whenever they are made.
    """
    stamp = os.environ.get("SOURCE_DATE_EPOCH", "")
    seconds = stamp if stamp.isdecimal() else git.said(data, "log", "-1", "--format=%ct")
    with suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(int(seconds), UTC).date()
    return real_day()


def commit(data: Path) -> str:
    """The commit that the facts are from, with `-dirty` where they have changed since; empty where git does not know."""
    name = git.said(data, "rev-parse", "--short=10", "HEAD")
    return f"{name}-dirty" if name and git.said(data, "status", "--porcelain", "--", ".") else name


def trend(data: Path, kept: Path, now: int) -> str:
    """How many findings there are beside how many there were a week before the last commit, in words.

    Where the facts are younger, beside the first of them. Empty where git does not know.
    """
    rev = _before(data)
    counts = _counted(data, rev, kept) if rev else None
    if counts is None:
        return ""
    then, day = counts
    change = now - then
    told = f"{abs(change)} {'more' if change > 0 else 'fewer'} than" if change else "as many as"
    return f"{told} on {day}"


def _before(data: Path) -> str:
    """The last commit of the facts that is a week older than the last one, else their first; empty where none is."""
    newest = git.said(data, "log", "-1", "--format=%H %ct", "--", ".").split()
    if len(newest) < 2:  # noqa: PLR2004 - a hash and a time
        return ""
    old = git.said(data, "rev-list", "-1", f"--before={int(newest[1]) - WEEK}", "HEAD", "--", ".")
    found = old or next(iter(git.said(data, "rev-list", "--reverse", "HEAD", "--", ".").splitlines()), "")
    return "" if found == newest[0] else found


def _counted(data: Path, rev: str, folder: Path) -> tuple[int, str] | None:
    """How many findings the facts of a commit have, by the rules of today, and its day."""
    tree = git.said(data, "rev-parse", f"{rev}:./")
    kept = folder / "findings" / f"{tree}-{engine()}.json"
    with suppress(OSError, ValueError, KeyError, TypeError):
        found = json.loads(kept.read_text(encoding="utf-8"))
        return int(found["findings"]), str(found["day"])
    seconds = git.said(data, "log", "-1", "--format=%ct", rev)
    if not tree or not seconds:
        return None
    day = datetime.fromtimestamp(int(seconds), UTC).date()
    number = _judged(Path(git.said(data, "rev-parse", "--show-toplevel")), tree, day)
    if number is None:
        return None
    with suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps({"findings": number, "day": str(day)}), encoding="utf-8")
    return number, str(day)


def _judged(top: Path, tree: str, day: date) -> int | None:
    """The number of findings of the facts in a tree; None where they cannot be read as facts of today."""
    with tempfile.TemporaryDirectory(prefix="inventory-") as folder:
        try:
            git.write_out(top, tree, Path(folder))
        except (git.TreeError, OSError):
            return None
        facts = inventory.load(Path(folder))
        if errors(facts.findings):
            return None
        return len(judgement(judge(Graph(facts), day), facts, day).standing)


@cache
def engine() -> str:
    """What tells one version of the engine from another, since it judges old facts by its own rules."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
