"""What must hold between records, one small function a rule.

A rule is a generator of findings over the graph, registered under its code; its docstring is what the reader sees.
Rules know kinds, fields and relations, never a name of the data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from macros.finding import Finding, Place, Related, Severity
from macros.graph import Graph

Found = tuple[str, Place, tuple[Related, ...]]
"""What a rule yields: what is wrong and what to write instead, where, and the other places involved."""

Check = Callable[[Graph], Iterator[Found]]


@dataclass(frozen=True)
class Rule:
    """A rule: its code, how much it weighs, what it means to a reader, and the function that finds."""

    code: str
    severity: Severity
    meaning: str
    check: Check

    def findings(self, graph: Graph) -> Iterator[Finding]:
        """What the rule has to say of an inventory."""
        for message, place, related in self.check(graph):
            yield Finding(self.code, message, place, self.severity, related)


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


def judge(graph: Graph) -> list[Finding]:
    """The findings of all rules."""
    from macros.rules import ports, relations, runbooks  # noqa: F401 - importing a module registers its rules

    return [finding for known in RULES.values() for finding in known.findings(graph)]
