"""Rules of records that look like one thing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from macros.finding import Severity
from macros.model import KINDS, Operated
from macros.rules import Case, Cited, Found, rule

SOFTWARE = {"repository", "platform", "system", "service", "financial-service", "control", "monitor", "tool"}
"""Kinds of things that are built; a database or an account may well be called after what uses it."""

LONG_ENOUGH = 8
"""Letters that a name must share with the end of another to be taken for the same."""


def _letters(name: str) -> str:
    return re.sub(r"\W|_", "", name).casefold()


@rule("DUP001", Severity.NOTE)
def two_records_of_one_name(case: Case) -> Iterator[Found]:
    """Two records of nearly one name are two things, and say how they differ: by a relation that somebody has confirmed."""
    by_name: dict[str, list[str]] = defaultdict(list)
    for record in case.all(Operated):
        if record.kind not in SOFTWARE:
            continue
        letters = _letters(record.name)
        for start in range(max(1, len(letters) - LONG_ENOUGH + 1)) if letters else ():
            if start == 0 or len(letters) - start >= LONG_ENOUGH:
                by_name[letters[start:]].append(record.key)
    names = {record.key: _letters(record.name) for record in case.all(Operated) if record.kind in SOFTWARE}
    seen: set[tuple[str, str]] = set()
    for letters, keys in by_name.items():
        whole = [key for key in keys if names[key] == letters]
        pairs = combinations(keys, 2) if len(whole) == len(keys) else ((one, key) for one in whole for key in keys)
        for one, other in pairs:
            pair = (min(one, other), max(one, other))
            if one != other and pair not in seen and not _told_apart(case, *pair):
                seen.add(pair)
                yield _found(case, *pair)


def _told_apart(case: Case, one: str, other: str) -> bool:
    ends = {one, other}
    return any(
        {edge.tail, edge.head} == ends and edge.confirmed
        for edge in (*case.graph.outgoing(one), *case.graph.outgoing(other))
    )


def _found(case: Case, one: str, other: str) -> Found:
    titles = [KINDS[key.partition(".")[0]].noun for key in (one, other)]
    message = (
        f"the {titles[0]} `{case.name(one)}` and the {titles[1]} `{case.name(other)}` look like one thing: merge them, or "
        "confirm the relation between them"
    )
    return Found(message, (Cited(one, ("name",)), Cited(other, ("name",), f"the {titles[1]}")), about=(one, other))
