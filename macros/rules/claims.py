"""Rules of what is claimed, and what the inventory shows of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from macros.evidence import Answer, answer, problems
from macros.finding import Severity
from macros.model import KINDS, Claim, Query, Readiness, Record, Signoff
from macros.rules import Case, Cited, Found, rule

_NUMBER = re.compile(r"(?<![\w.,/-])(?<!\d:)\d+(?:,\d{3})*\+?(?![\w/-]|[.,:]\d| ?%)")
"""A number of things: no part of a date, a version, a time or a percentage."""


@dataclass(frozen=True)
class _Claimed:
    """Something that is claimed or not yet, in words, with the field that says so."""

    record: Record
    words: str
    field: str
    asserted: bool
    evidence: tuple[Query, ...]


def _claimed(case: Case) -> Iterator[_Claimed]:
    for item in case.all(Readiness):
        yield _Claimed(item, item.name, "done", item.done, item.evidence)
    for signoff in case.all(Signoff):
        yield _Claimed(signoff, signoff.criterion, "signed", signoff.signed, signoff.evidence)
    for claim in case.all(Claim):
        yield _Claimed(claim, claim.statement, "statement", True, claim.evidence)  # noqa: FBT003 - it is asserted


def _answers(case: Case, claimed: _Claimed) -> list[Answer]:
    if any(True for query in claimed.evidence for _ in problems(query)):
        return []  # which is said already
    return [answer(query, case.inventory, case.critical) for query in claimed.evidence]


@rule("EVD001")
def query_asks_nothing(case: Case) -> Iterator[Found]:
    """Evidence asks for fields and words that the kind has."""
    for claimed in _claimed(case):
        for position, query in enumerate(claimed.evidence):
            for problem in problems(query):
                yield Found(problem.message, (Cited(claimed.record.key, ("evidence", position, *problem.steps)),))


@rule("EVD002", Severity.WARNING)
def claimed_and_refuted(case: Case) -> Iterator[Found]:
    """What is ticked, signed or claimed is borne out by its evidence."""
    for claimed in _claimed(case):
        answers = _answers(case, claimed)
        wrong = [
            (query, found) for query, found in zip(claimed.evidence, answers, strict=False) if found.truth is False
        ]
        if claimed.asserted and wrong:
            against = [fact for _, found in wrong for fact in found.against]
            told = [
                *_told(case, against),
                *(_counted(query, found) for query, found in wrong if found.fits is False),
            ]
            message = f"“{claimed.words}” is {_how(claimed)}, and {', '.join(told)}: take it back, or change the facts"
            cited = (Cited(key, (field,), f"states {_stated(field, value)}") for key, field, value in against)
            yield Found(message, (Cited(claimed.record.key, (claimed.field,)), *cited))


def _told(case: Case, against: list[tuple[str, str, str]]) -> Iterator[str]:
    """The facts against a claim, those that say the same in one breath."""
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key, field, value in against:
        alike[(field, value)].append(key)
    for (field, value), keys in alike.items():
        yield f"{case.names(keys)} state{'s' if len(keys) == 1 else ''} {_stated(field, value)}"


def _stated(field: str, value: str) -> str:
    return f"`{field}: {value}`" if value else f"no `{field}`"


def _how(claimed: _Claimed) -> str:
    return {"done": "ticked", "signed": "signed", "statement": "claimed"}[claimed.field]


def _do(claimed: _Claimed) -> str:
    return {"done": "tick", "signed": "sign"}[claimed.field]


def _counted(query: Query, found: Answer) -> str:
    wanted = query.count
    limits = [] if wanted is None else [("at least", wanted.at_least), ("at most", wanted.at_most)]
    told = " and ".join(f"{word} {number}" for word, number in limits if number is not None)
    kinds = [KINDS[name].title if found.count == 1 else KINDS[name].titles for name in query.kinds]
    such = "such " if query.where else ""
    return f"the inventory has {found.count} {such}{' and '.join(kinds).lower()}, not {told}"


@rule("EVD003", Severity.NOTE)
def claimed_and_unknown(case: Case) -> Iterator[Found]:
    """What is ticked, signed or claimed rests on facts that somebody has stated."""
    for claimed in _claimed(case):
        answers = _answers(case, claimed)
        unknown = [fact for found in answers for fact in found.unknown]
        empty = any(found.truth is None and not found.unknown for found in answers)
        if claimed.asserted and (unknown or empty):
            fields = sorted({field.replace("_", " ") for _, field in unknown})
            keys = list(dict.fromkeys(key for key, _ in unknown))
            lacks = (
                f"nobody states the {' and '.join(fields)} of {case.names(keys)}"
                if keys
                else "there is nothing of the kind"
            )
            message = f"“{claimed.words}” is {_how(claimed)}, and {lacks}: state it"
            cited = (Cited(key, (), "not stated") for key in keys)
            yield Found(message, (Cited(claimed.record.key, (claimed.field,)), *cited))


@rule("EVD004", Severity.NOTE)
def shown_and_not_claimed(case: Case) -> Iterator[Found]:
    """What all of its evidence bears out may be ticked."""
    for claimed in _claimed(case):
        answers = _answers(case, claimed)
        if not claimed.asserted and answers and all(found.truth for found in answers):
            message = (
                f"“{claimed.words}” is not {_how(claimed)}, and all of its evidence holds: look, and {_do(claimed)} it"
            )
            yield Found(message, (Cited(claimed.record.key, (claimed.field,)),))


@rule("EVD005", Severity.NOTE)
def number_without_evidence(case: Case) -> Iterator[Found]:
    """A number that is claimed is counted by evidence, so that it is noticed when it stops being true."""
    for claim in case.all(Claim):
        numbers = _NUMBER.findall(claim.statement)
        if numbers and not claim.evidence:
            message = (
                f"“{claim.statement}” claims {', '.join(numbers)}, and nothing counts it: add `evidence` with a `count`"
            )
            yield Found(message, (Cited(claim.key, ("statement",)),))


@rule("EVD006", Severity.NOTE)
def ticked_on_trust(case: Case) -> Iterator[Found]:
    """What is ticked or signed has evidence: else it stays ticked when it stops being true."""
    for claimed in _claimed(case):
        if claimed.field != "statement" and claimed.asserted and not claimed.evidence:
            message = f"“{claimed.words}” is {_how(claimed)} and has no evidence: say in `evidence` what of the inventory shows it"
            yield Found(message, (Cited(claimed.record.key, (claimed.field,)),))
