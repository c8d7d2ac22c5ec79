"""What a person most likely meant to write."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(written: str, known: Iterable[str], count: int = 1) -> list[str]:
    """Up to `count` of the known words that are most like the written one, the best first; case is no difference."""
    spelled = {word.casefold(): word for word in known}
    return [spelled[match] for match in get_close_matches(written.casefold(), spelled, n=count, cutoff=0.5)]


def did_you_mean(written: str, known: Iterable[str]) -> str:
    """`; did you mean `x`?`, or nothing where no known word is near."""
    matches = nearest(written, known)
    return f"; did you mean `{matches[0]}`?" if matches else ""


def listed(words: Iterable[str], limit: int = 12) -> str:
    """The words in backticks with commas; what is beyond the limit is counted."""
    words = list(words)
    shown = ", ".join(f"`{word}`" for word in words[:limit])
    return shown + (f" and {len(words) - limit} more" if len(words) > limit else "")


def with_article(words: str) -> str:
    """The words with `a` or `an` before them."""
    return f"{'an' if words[:1].lower() in set('aeiou') else 'a'} {words}"
