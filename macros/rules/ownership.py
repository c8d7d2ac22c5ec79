"""Rules of who answers for what."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from macros.finding import Severity
from macros.model import KINDS, Domain, Group, Owned, Role, Signoff, Team
from macros.rules import Case, Cited, Found, rule

MANY = 3
"""Domains for which one team may be the second to be asked."""

_HANDLE = re.compile(r"(?<![\w.@/])@[A-Za-z][\w-]+(?![\w/-])")
"""A mention; no address of a person and no package of a registry, such as `@scope/package`."""


def _owned(case: Case, team: str) -> list[Cited]:
    """What a team owns, each where that is written."""
    return [Cited(edge.tail, edge.steps, f"owned by `{case.name(team)}`") for edge in case.pointing(team, "owner")]


@rule("OWN001", Severity.WARNING)
def owner_without_domain(case: Case) -> Iterator[Found]:
    """A team that owns things is the primary of a domain: without one, nobody steps in for it and nothing escalates."""
    for team in case.all(Team):
        owned = _owned(case, team.key)
        if owned and not any(edge.tail.startswith("domain.") for edge in case.pointing(team.key, "primary")):
            domains = [edge.tail for edge in case.pointing(team.key, "secondary") if edge.tail.startswith("domain.")]
            only = f" (it is only the second of {case.names(domains)})" if domains else ""
            message = (
                f"`{team.name}` owns {len(owned)} record{'s' if len(owned) > 1 else ''} and is the primary of no "
                f"domain{only}: add a row to the ownership matrix, or give what it owns to a team that has one"
            )
            second = [Cited(key, ("secondary",), f"`{team.name}` is its second") for key in domains]
            yield Found(message, (Cited(team.key), *second, *owned))


@rule("OWN002", Severity.NOTE)
def domain_team_owns_nothing(case: Case) -> Iterator[Found]:
    """A team in the ownership matrix owns something: where it owns nothing, its row speaks of nothing in the inventory."""
    for team in case.all(Team):
        rows = [
            (edge.tail, edge.relation.name)
            for name in ("primary", "secondary")
            for edge in case.pointing(team.key, name)
            if edge.tail.startswith("domain.")
        ]
        if rows and not _owned(case, team.key):
            message = f"`{team.name}` stands in the ownership matrix and owns nothing: say what it owns, or what its domain covers"
            yield Found(message, (Cited(team.key), *(Cited(key, (name,), f"its {name}") for key, name in rows)))


@rule("OWN003", Severity.WARNING)
def handle_of_no_team(case: Case) -> Iterator[Found]:
    """Whoever is mentioned by a handle is a team of the inventory under that handle or alias."""
    known = {word.casefold() for team in case.all(Team) for word in (team.handle, *team.aliases) if word is not None}
    for record in case.inventory.records():
        case.at = record.key
        for name in type(record).model_fields:
            value = getattr(record, name)
            for handle in dict.fromkeys(_HANDLE.findall(value)) if type(value) is str and name != "name" else ():
                if handle.casefold() not in known:
                    message = f"`{handle}` is mentioned and is no team: add it to the aliases of the team that is meant"
                    yield Found(message, (Cited(record.key, (name,)),), detail=handle)


@rule("OWN004", Severity.WARNING)
def role_without_holder(case: Case) -> Iterator[Found]:
    """A role that an escalation reaches is held by somebody; else the escalation ends at nobody."""
    for role in case.all(Role):
        reached = case.pointing(role.key, "escalates_to")
        if reached and not role.holder and not role.is_owner:
            message = (
                f"nobody is stated to hold the role `{role.name}`, which {len(reached)} "
                f"escalation{'s end' if len(reached) > 1 else ' ends'} at: write `holder`, or escalate to somebody else"
            )
            yield Found(
                message, (Cited(role.key), *(Cited(edge.tail, edge.steps, "escalates to it") for edge in reached))
            )


@rule("OWN005", Severity.WARNING)
def second_of_too_many(case: Case) -> Iterator[Found]:
    """One team steps in for few others: the second of many domains is the second of none on the day they all fail."""
    for team in case.all(Team):
        rows = [edge for edge in case.pointing(team.key, "secondary") if edge.tail.startswith("domain.")]
        domains = len(case.inventory.of("domain"))
        if len(rows) > MANY:
            message = (
                f"`{team.name}` is the second of {len(rows)} of {domains} domains; {MANY} is what one team can be: "
                "name other seconds"
            )
            cited = (Cited(edge.tail, edge.steps, f"`{team.name}` is its second") for edge in rows)
            yield Found(message, (Cited(team.key), *cited))


@rule("OWN006", Severity.WARNING)
def owner_outside_its_domain(case: Case) -> Iterator[Found]:
    """What is in a domain is owned by one of the domain's teams: two tables that disagree page two teams, or none."""
    for group in case.all(Group):
        domain = case.inventory[group.domain.key] if group.domain and group.domain.key else None
        if not isinstance(domain, Domain):
            continue
        teams = {link.key for link in (domain.primary, domain.secondary) if link is not None and link.key}
        if not teams:
            continue  # nobody states whose the domain is, which says nothing of the owner
        members = [edge.tail for edge in case.pointing(group.key, "group")]
        for key in (group.key, *members):
            owner = case.owner(key)
            stated = case.stated(key, "owner")
            if owner and owner not in teams and (stated or key == group.key):
                message = (
                    f"`{case.name(key)}` is owned by `{case.name(owner)}`, and its domain `{domain.name}` by "
                    f"{case.names(sorted(teams))}: change one of the two"
                )
                yield Found(
                    message,
                    (
                        Cited(key, stated),
                        Cited(domain.key, (), "its domain"),
                        Cited(group.key, ("domain",), "which it is in"),
                    ),
                )


@rule("OWN007", Severity.NOTE)
def owner_unknown(case: Case) -> Iterator[Found]:
    """Everything that is operated has an owner; what nobody owns, nobody mends."""
    without: dict[str, list[str]] = defaultdict(list)
    for record in case.all(Owned):
        if not case.owner(record.key):
            without[record.kind].append(record.key)
    for kind, keys in without.items():
        titles = KINDS[kind]
        have = f"{len(keys)} {titles.nouns} have" if len(keys) > 1 else f"the {titles.noun} has"
        write = "`owner` in each" if len(keys) > 1 else "its `owner`"
        message = f"{have} no owner: {case.names(keys)}; write {write}, or ask who pays for it"
        yield Found(message, tuple(Cited(key, (), "without an owner") for key in keys), about=(), detail=kind)


@rule("OWN008", Severity.WARNING)
def critical_domain_signs_nothing(case: Case) -> Iterator[Found]:
    """A domain whose team owns something critical signs for the launch: else nobody vouches for it."""
    signoffs = list(case.all(Signoff))
    if not signoffs:
        return
    signed = {link.key for signoff in signoffs for link in (signoff.signs_for, signoff.domain) if link is not None}
    owners = {owner for key in case.critical if (owner := case.owner(key))}
    for domain in case.all(Domain):
        team = domain.primary.key if domain.primary else ""
        if team in owners and not {team, domain.key} & signed:
            things = [key for key in case.critical if case.owner(key) == team]
            message = (
                f"`{domain.name}` answers for {case.names(things)}, which critical paths go through, and signs nothing: "
                "add its sign-off, or say whose signature covers it"
            )
            cited = (Cited(key, (), "on a critical path") for key in things)
            yield Found(message, (Cited(domain.key), *cited))
