"""What is known of records before and after a change, in words: their names, their weight, their people."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from macros.diff.consequence import Compared
from macros.diff.document import MOST_DETAILS, Change, Level, Part, Type
from macros.diff.edit import Removed
from macros.diff.snapshot import Snapshot
from macros.diff.words import MOST_NAMED, enumerated, named, plural, words

MOST_RANKED = 200
"""Records whose blast radii are counted to say which of them weighs most."""


@dataclass(frozen=True)
class Teams:
    """Who should look at a change, and who is newly affected by it."""

    reviewers: tuple[str, ...]
    affected: tuple[str, ...] = ()


class Voice:
    """Speaks of records by the keys that they have after the change; of removed ones by those that they had."""

    def __init__(self, compared: Compared) -> None:
        self.compared = compared
        self.before, self.after = compared.before, compared.after
        self.removed = {edit.record.key for edit in compared.edits if isinstance(edit, Removed)}

    def name(self, key: str) -> str:
        """What people call a record, after the change or before it."""
        return self.after.name(key) if key in self.after.state else self.before.name(self.compared.old(key))

    def record(self, key: str) -> Part:
        """A record's name, with its key where it has a page in the head."""
        return named(self.name(key), key if key in self.after.state else None)

    def ranked(self, keys: Iterable[str]) -> list[str]:
        """The records, those that weigh most first; of very many, those that are critical first."""
        known = list(keys)
        if len(known) > MOST_RANKED:
            return sorted(known, key=lambda key: (not self.is_critical(key), key))
        return sorted(known, key=lambda key: (not self.is_critical(key), -self.falls(key), key))

    def records(self, keys: Iterable[str], most: int = MOST_NAMED) -> list[Part]:
        """The names of several, those that weigh most first."""
        return enumerated([self.record(key) for key in self.ranked(keys)], most)

    def team(self, key: str) -> Part:
        """A team's name, or that nobody is known."""
        return self.record(key) if key else words("nobody")

    def _either(self, key: str) -> tuple[Snapshot, str]:
        """The snapshot that knows the record, and its key there."""
        return (self.after, key) if key in self.after.state else (self.before, self.compared.old(key))

    def _is_known(self, key: str) -> bool:
        """Whether there is such a record, after or before. (A reference that leads nowhere stands as it is written.)"""
        return key in self.after.state or self.compared.old(key) in self.before.state

    def falls(self, key: str) -> int:
        """How many fall with it, before or after."""
        return max(len(self.after.falling(key)), len(self.before.falling(self.compared.old(key))))

    def is_critical(self, key: str) -> bool:
        """Whether a critical path names it, or its tier is the most important one, before or after."""
        return bool(self._paths(key)) or self._is_first(key) or key.startswith("critical-path.")

    def _paths(self, key: str) -> list[str]:
        old = self.before.paths.get(self.compared.old(key), ())
        return list(dict.fromkeys([*self.after.paths.get(key, ()), *old]))

    def _is_first(self, key: str) -> bool:
        return any(
            side.ranks[:1] == (side.tiers.get(known, ""),)
            for side, known in ((self.after, key), (self.before, self.compared.old(key)))
        )

    def why(self, key: str, *, falls: bool = True) -> list[tuple[Part, ...]]:
        """What makes a record weigh."""
        found: list[tuple[Part, ...]] = []
        if paths := self._paths(key):
            found.append((words("on the critical path "), *self.records(paths, 2)))
        side, known = self._either(key)
        if tier := side.tiers.get(known):
            found.append((words("on call: "), self.record(tier)))
        if falls and (number := self.falls(key)):
            found.append((words(f"{plural(number, 'thing falls', 'things fall')} with it"),))
        return found

    def reviewers(self, *keys: str) -> tuple[str, ...]:
        """The teams that should look at what changes of these records, before and after."""
        found = []
        for key in keys:
            for side, known in ((self.after, key), (self.before, self.compared.old(key))):
                team = known if known.startswith("team.") else side.reviewer.get(known, "")
                if team:
                    found.append(self.compared.names.get(team, team))
        return tuple(dict.fromkeys(found))[:20]

    def owners(self, keys: Iterable[str]) -> tuple[str, ...]:
        """The teams that own the records, those with most first."""
        number: Counter[str] = Counter()
        for key in keys:
            side, known = self._either(key)
            if team := side.owners.get(known, ""):
                number[self.compared.names.get(team, team)] += 1
        return tuple(team for team, _ in sorted(number.items(), key=lambda pair: (-pair[1], pair[0])))

    @cached_property
    def running(self) -> set[str]:
        """The records of things that depend on something, or something on them."""
        arrows = (*self.before.arrows, *self.after.arrows)
        return {key for arrow in arrows for key in (arrow.tail, arrow.head)}

    def change(
        self,
        kind: Type,
        level: Level,
        says: list[Part],
        keys: list[str],
        *,
        details: Iterable[list[Part]] = (),
        why: Iterable[tuple[Part, ...]] = (),
        teams: Teams | None = None,
    ) -> Change:
        """A change of some kind and weight: what it says, of which records, in detail, why it weighs, and for whom.

        Where nobody is named, the teams of the first record should look.
        """
        told = list(details)
        teams = teams or Teams(self.reviewers(*keys[:1]))
        text = " ".join("".join(part.text for part in sentence) for sentence in (says, *told))
        name = hashlib.sha256(f"{kind} {keys[:3]} {text}".encode(errors="surrogateescape")).hexdigest()[:12]
        return Change(
            id=name,
            type=kind,
            level=level,
            says=tuple(says),
            why=tuple(tuple(reason) for reason in why)[:10],
            details=tuple(tuple(one) for one in told[:MOST_DETAILS]),
            more=max(0, len(told) - MOST_DETAILS),
            records=tuple(key for key in dict.fromkeys(keys) if self._is_known(key))[:2_000],
            reviewers=tuple(dict.fromkeys(key for key in teams.reviewers if key.startswith("team.")))[:100],
            affected=tuple(dict.fromkeys(teams.affected))[:500],
        )
