"""What must hold between records, one small function a rule.

A rule is a generator of what it found in a case, registered under its code; its docstring is what the reader sees. Rules
know kinds, fields and relations, never a name of the data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from macros.citation import Citations
from macros.commands import Commands
from macros.finding import Finding, Place, Related, Severity
from macros.graph import Graph
from macros.rules.case import Case, Cited, Found

__all__ = ["AREAS", "RULES", "Case", "Cited", "Found", "Rule", "judge", "rule"]

Check = Callable[[Case], Iterator[Found]]

AREAS = {
    "CRT": "Criticality",
    "ONC": "On-call",
    "OWN": "Ownership",
    "DEP": "Dependencies",
    "STO": "Data stores",
    "STS": "Status",
    "EVD": "Claims and evidence",
    "SCH": "Schedule",
    "ENV": "Environments",
    "PRT": "Ports",
    "DUP": "Duplicates",
    "FRS": "Freshness",
    "RUN": "Runbooks",
    "REF": "References",
    "WAV": "Waivers",
    "RUL": "Rules themselves",
}
"""What the letters of a rule's code stand for, in the order in which a reader in an outage wants to know."""


@dataclass(frozen=True)
class Rule:
    """A rule: its code, how much it weighs, what it means to a reader, and the function that finds."""

    code: str
    severity: Severity
    meaning: str
    check: Check

    @property
    def area(self) -> str:
        """What it is about."""
        return AREAS[self.code[:3]]

    def findings(self, case: Case) -> Iterator[Finding]:
        """What the rule has to say of a case. Where it fails, that, with the record it stumbled on."""
        case.at = ""
        try:
            for found in self.check(case):
                yield self._finding(case, found)
        except Exception as error:  # noqa: BLE001 - the other rules still run
            yield self._failure(case, error)

    def _finding(self, case: Case, found: Found) -> Finding:
        first, *others = found.cited
        related = [Related(case.place(cited), cited.says) for cited in others]
        quotes = dict.fromkeys(quote for cited in found.cited if (quote := case.quote(cited)) is not None)
        related += [Related(quote.place, f"the source says: {quote.words}") for quote in quotes]
        about = (first.key,) if found.about is None else found.about
        return Finding(
            self.code,
            found.message,
            case.place(first),
            self.severity,
            tuple(related),
            tuple(dict.fromkeys((*about, *(cited.key for cited in found.cited)))),
            " ".join((*sorted(about), found.detail)).strip(),
            any(case.is_assumed(cited) for cited in found.cited),
        )

    def _failure(self, case: Case, error: Exception) -> Finding:
        message = (
            f"the rule {self.code} failed{f' at `{case.at}`' if case.at else ''} ({type(error).__name__}: {error}): "
            "what it looks for was not looked for; report this"
        )
        place = case.place(Cited(case.at)) if case.at else Place(case.inventory.folder)
        return Finding("RUL001", message, place, subjects=(case.at,) if case.at else (), identity=self.code)


RULES: dict[str, Rule] = {}
"""Every rule by code."""


def rule(code: str, severity: Severity = Severity.ERROR) -> Callable[[Check], Check]:
    """Register a function as the rule of that code."""

    def register(check: Check) -> Check:
        if code in RULES:
            raise ValueError(f"two rules are called {code}")
        RULES[code] = Rule(code, severity, " ".join((check.__doc__ or "").split()), check)
        return check

    return register


def every_rule() -> dict[str, Rule]:
    """All rules by code, in order. (Importing a module registers its rules.)"""
    from macros.rules import (  # noqa: F401 - as said
        claims,
        criticality,
        dependencies,
        duplicates,
        environments,
        freshness,
        oncall,
        ownership,
        ports,
        relations,
        runbooks,
        schedule,
        status,
        stores,
    )

    return dict(sorted(RULES.items()))


def judge(
    graph: Graph, today: date | None = None, citations: Citations | None = None, commands: Commands | None = None
) -> list[Finding]:
    """The findings of all rules. `today` is the day that freshness is counted to, the real one where none is given."""
    case = Case(graph, today or date.today(), citations or Citations(None), commands or Commands(None))
    found = [finding for known in every_rule().values() for finding in known.findings(case)]
    case.commands.save()
    return _told_apart(found)


def _told_apart(findings: list[Finding]) -> list[Finding]:
    """The findings with identities of their own, where a rule found two things of one record."""
    seen: dict[tuple[str, str], int] = {}
    apart = []
    for finding in findings:
        name = (finding.code, finding.identity)
        seen[name] = seen.get(name, 0) + 1
        apart.append(finding if seen[name] == 1 else replace(finding, identity=f"{finding.identity} {seen[name]}"))
    return apart
