"""What shows that something is so: the queries of a record in words, each with its answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from macros.evidence import Truth, answer
from macros.model import KINDS, Condition, Query, Record
from macros.model.query import given
from macros.rules import Case
from macros.views import Scene


@dataclass(frozen=True)
class Shown:
    """A query in words, whether it holds (None where nobody knows), and the records that speak against it."""

    words: tuple[str, ...]
    """Text and the names of fields, in turn."""

    truth: Truth
    against: tuple[str, ...]
    unknown: int
    note: str | None


def evidence(scene: Scene, record: Record) -> list[Shown]:
    """The evidence of a record, in its order; none for a record of a kind that claims nothing."""
    queries: tuple[Query, ...] = getattr(record, "evidence", ())
    workspace = scene.workspace
    critical = Case(workspace.graph, workspace.today, workspace.citations).critical if queries else {}
    found = []
    for query in queries:
        came_to = answer(query, workspace.inventory, critical)
        against = tuple(dict.fromkeys(key for key, _, _ in came_to.against))
        unknown = len({key for key, _ in came_to.unknown})
        found.append(Shown(tuple(_words(query).split("`")), came_to.truth, against, unknown, query.note))
    return found


def _words(query: Query) -> str:
    """A query as a sentence, with fields in backticks: of services whose `critical` is true, `status` is active."""
    titles = [KINDS[kind].nouns for kind in query.kinds]
    which = f" whose {_all(query.where)}" if query.where else ""
    parts = [f"of {_either(titles)}{which}, {_all(query.holds)}"] if query.holds else []
    if query.count is not None:
        limits = [("at least", query.count.at_least), ("at most", query.count.at_most)]
        number = " and ".join(f"{word} {limit}" for word, limit in limits if limit is not None)
        parts.append(f"there are {number} {_either(titles)}{which}")
    sentence = "; ".join(parts)
    return sentence[:1].upper() + sentence[1:]


def _all(conditions: tuple[Condition, ...]) -> str:
    return " and ".join(f"`{condition.field}` {_said(condition)}" for condition in conditions)


def _said(condition: Condition) -> str:
    return " and ".join(_comparison(name, value) for name, value in given(condition).items())


def _comparison(name: str, value: Any) -> str:
    match name:
        case "among":
            return f"is {_either(list(value))}"
        case "none_of":
            return f"is not {_either(list(value))}"
        case "at_least":
            return f"is {value} or more"
        case "at_most":
            return f"is {value} or less"
        case _:
            return "is stated" if value else "is not stated"


def _either(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
