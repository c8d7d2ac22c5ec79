"""How a phase of the campaign went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Result:
    """Counts by outcome, and each promise that broke."""

    name: str
    counts: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def line(self) -> str:
        """The result on one line."""
        counts = ", ".join(f"{number:,} {outcome}" for outcome, number in sorted(self.counts.items()))
        return f"{self.name}: {counts}; {len(self.broken)} broken"


Phase = Callable[[int, float], Result]
"""A phase takes a seed, and how much of it to run: 1 for all."""
