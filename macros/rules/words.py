"""Numbers and times in a sentence."""

from __future__ import annotations

from macros.model.values import Interval

_LENGTHS = {"Continuous": "0 days", "Daily": "1 day", "Weekly": "1 week"}


def many(number: int, one: str, more: str = "") -> str:
    """A number with what it counts: `1 record`, `2 records`; `more` where the plural is no `s`."""
    return f"{number} {one if number == 1 else more or f'{one}s'}"


def often(interval: Interval | None) -> str:
    """How often something is done: `daily`, `every hour`, `every 4 hours`, `continuously`."""
    if interval is not None and not interval.minutes:
        return "continuously"
    return str(interval).lower().replace("every 1 ", "every ")


def length(interval: Interval | None) -> str:
    """How long an interval is: `1 day`, `4 hours`."""
    return _LENGTHS.get(str(interval), str(interval).removeprefix("Every ").lower())
