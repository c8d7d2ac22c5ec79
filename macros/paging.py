"""Whom to page for a thing, in which order, and why.

The order joins two sources: the on-call tier of the thing (primary, secondary, escalation) and its owner's row in the
ownership matrix (owner, secondary, escalation). The tier's primary answers first, since a rotation is awake; then the
owner, who knows the thing; then the seconds; then those who decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from macros.graph import Graph
from macros.model import KINDS, CriticalPath, Domain, Link, Record, Role, Rotation, Team


@dataclass(frozen=True)
class PageStep:
    """One step of the order. `key` is a team or a role; `reasons` say why it is here."""

    key: str
    reasons: tuple[str, ...]
    confirmed: bool = True


@dataclass(frozen=True)
class Paging:
    """The order, first to last, and what is not known about it."""

    steps: tuple[PageStep, ...]
    gaps: tuple[str, ...]


@dataclass(frozen=True)
class _Offer:
    """Somebody who may be paged, and why."""

    link: Link | None
    reason: str
    sure: bool = True


ANSWERS = {
    "critical-path": "through",
    "readiness": "subject",
    "claim": "subject",
    "stage": "runs_on",
    "freeze": "approved_through",
    "inventory": "maintained_in",
    "runbook": "handles",
    "alert": "watches",
}
"""Kinds that stand for other things, with the relation to those whose people answer for them."""


def paging(graph: Graph, record: Record) -> Paging:
    """The order for a record of any kind. Where nobody is to be paged there are no steps, and a gap says so.

    A thing has its tier and its owner. A critical path, and what else stands for other things, has the people of these
    things. A domain and a tier have their own; a team has itself, then those behind it in the matrix.
    """
    owner = _owner(graph, record)
    if record.kind in ANSWERS and (getattr(record, ANSWERS[record.kind]) or owner is None):
        return _with_owner(record, owner, _merged(graph, record, ANSWERS[record.kind]))
    rotation = _rotation(graph, record)
    domain = _domain(graph, record, owner)
    steps = tuple(_ordered(graph, _offers(record, owner, rotation, domain), owner))
    return Paging(steps, tuple(_gaps(graph, record, owner, rotation[0] if rotation else None, domain, steps)))


def _merged(graph: Graph, record: Record, relation: str) -> Paging:
    """The people of several things: the first of each, then the second of each, and so on."""
    parts = [(thing, paging(graph, thing)) for thing in _things(graph, record, relation)]
    reasons: dict[str, dict[str, list[str]]] = {}
    sure: dict[str, bool] = {}
    for position in range(max((len(part.steps) for _, part in parts), default=0)):
        for thing, part in parts:
            if position < len(part.steps):
                step = part.steps[position]
                reasons.setdefault(step.key, {}).setdefault(step.reasons[0], []).append(thing.name)
                sure[step.key] = sure.get(step.key, False) or step.confirmed
    steps = tuple(
        PageStep(key, tuple(f"{reason} ({_few(things)})" for reason, things in why.items()), sure[key])
        for key, why in reasons.items()
    )
    gaps = [gap for _, part in parts for gap in part.gaps if not gap.startswith(NAMELESS)]
    if not steps:
        gaps.append("Nobody has stated who answers for it.")
    return Paging(steps, tuple(dict.fromkeys([*gaps, *_nameless(graph, steps)])))


def _things(graph: Graph, record: Record, relation: str) -> list[Record]:
    """What a record stands for, each once; of what stands for others itself, those."""
    value = getattr(record, relation)
    found: dict[str, Record] = {}
    for link in value if isinstance(value, tuple) else (value,):
        if link is None or not link.key or link.key == record.key:
            continue
        thing = graph.inventory[link.key]
        inner = ANSWERS.get(thing.kind)
        things = _things(graph, thing, inner) if inner and thing.kind != record.kind else []
        found.update({one.key: one for one in things or [thing]})
    return list(found.values())


def _with_owner(record: Record, owner: Link | None, merged: Paging) -> Paging:
    """Whoever owns the record itself comes last: they wrote it, and need not know the thing."""
    if owner is None or owner.key in {step.key for step in merged.steps}:
        return merged
    wrote = PageStep(owner.key, (f"owner of the {KINDS[record.kind].noun}",), owner.confirmed)
    return Paging((*merged.steps, wrote), merged.gaps)


def _few(names: list[str], at_most: int = 3) -> str:
    more = len(names) - at_most
    return ", ".join(names[:at_most]) + (f" and {more} more" if more > 0 else "")


def _offers(
    record: Record, owner: Link | None, rotation: tuple[Rotation, bool] | None, domain: Domain | None
) -> Iterator[_Offer]:
    """Everybody who may be paged, in order; some of them twice."""
    tier, sure = rotation if rotation else (None, True)
    named = f"{tier.name} ({tier.label}, {tier.hours})" if tier else ""
    if tier:
        yield _Offer(tier.primary, f"primary of {named}", sure)
    if domain is record:
        yield _Offer(domain.primary, f"owner of {domain.name}")
    yield _Offer(
        owner, {"team": "the team itself", "role": "the role itself", "signoff": "signs it"}.get(record.kind, "owner")
    )
    if tier:
        yield _Offer(tier.secondary, f"secondary of {named}", sure)
    if domain:
        yield _Offer(domain.secondary, f"secondary of {domain.name}")
    if tier:
        yield _Offer(tier.escalates_to, f"escalation of {named}", sure)
    if domain:
        yield _Offer(domain.escalates_to, f"escalation of {domain.name}")


def _ordered(graph: Graph, offers: Iterable[_Offer], owner: Link | None) -> Iterator[PageStep]:
    """Each of them once, with all the reasons; unsure where the first reason is."""
    reasons: dict[str, list[str]] = {}
    sure: dict[str, bool] = {}
    for offer in offers:
        key = _resolved(graph, offer.link, owner)
        if key and offer.link is not None:
            reasons.setdefault(key, []).append(offer.reason)
            sure.setdefault(key, offer.sure and offer.link.confirmed)
    return (PageStep(key, tuple(why), sure[key]) for key, why in reasons.items())


def _gaps(
    graph: Graph,
    record: Record,
    owner: Link | None,
    tier: Rotation | None,
    domain: Domain | None,
    steps: tuple[PageStep, ...],
) -> list[str]:
    gaps = list(_disagreement(graph, tier, domain))
    if owner is None and "owner" in record.relation_fields():
        gaps.append("Nobody has stated who owns it.")
    if not steps and not gaps:
        gaps.append("Nobody has stated who answers for it.")
    if tier is None and "tier" in record.relation_fields():
        who = f": {graph.inventory[owner.key].name} can state it" if owner is not None else ""
        gaps.append(f"Its on-call tier is unknown{who}.")
    if owner is not None and domain is None and isinstance(graph.inventory[owner.key], Team):
        gaps.append(
            f"{graph.inventory[owner.key].name} has no row in the ownership matrix: no secondary, no escalation."
        )
    gaps.extend(_nameless(graph, steps))
    return gaps


def _disagreement(graph: Graph, tier: Rotation | None, domain: Domain | None) -> Iterator[str]:
    """What the tier and the matrix say differently of who decides in the end."""
    ends = [found.escalates_to for found in (tier, domain) if found is not None and found.escalates_to is not None]
    keys = {link.key for link in ends if link.key}
    if tier is not None and domain is not None and len(keys) > 1:
        first, second = (graph.inventory[link.key].name for link in ends)
        yield f"{tier.name} escalates to {first}, {domain.name} to {second}: the two do not agree, so both are here."


NAMELESS = "Nobody has stated who is "


def _nameless(graph: Graph, steps: Iterable[PageStep]) -> list[str]:
    """What is missing where a step is a role that nobody is known to hold."""
    found = (graph.inventory[step.key] for step in steps)
    names = [role.name for role in found if isinstance(role, Role) and role.holder is None]
    return [f"{NAMELESS}{', '.join(names)}."] if names else []


def _owner(graph: Graph, record: Record) -> Link | None:
    """Who owns the record, signs for it, or is it."""
    if record.kind in {"team", "role"}:
        itself = Link(to=record.id)
        itself.resolve(record.key)
        return itself
    return _link(graph, record, "owner") or _link(graph, record, "signs_for")


def _link(graph: Graph, record: Record, field: str) -> Link | None:
    value = graph.inventory.value(record, field)
    return value if isinstance(value, Link) and value.key else None


def _rotation(graph: Graph, record: Record) -> tuple[Rotation, bool] | None:
    """The record's tier and whether it is confirmed; a tier's own is itself."""
    if isinstance(record, Rotation):
        return record, True
    link = _link(graph, record, "tier")
    found = graph.inventory[link.key] if link else None
    return (found, link.confirmed) if link and isinstance(found, Rotation) else None


def _domain(graph: Graph, record: Record, owner: Link | None) -> Domain | None:
    """The record's own row of the matrix, else the first one that its owner is primary of; a row's own is itself."""
    if isinstance(record, Domain):
        return record
    link = _link(graph, record, "domain")
    own = graph.inventory[link.key] if link else None
    if isinstance(own, Domain):
        return own
    for domain in graph.inventory.of("domain"):
        if isinstance(domain, Domain) and owner and domain.primary and domain.primary.key == owner.key:
            return domain
    return None


def _resolved(graph: Graph, link: Link | None, owner: Link | None) -> str:
    """The team or role a link leads to; the role that stands for the owner is the owner."""
    if link is None or not link.key:
        return ""
    found = graph.inventory[link.key]
    if isinstance(found, Role) and found.is_owner:
        return owner.key if owner else link.key
    return link.key


def responsible(graph: Graph, key: str) -> str:
    """The team that is to resolve what is found of a record: itself, its owner, or that of what it speaks of.

    Empty where nobody is.
    """
    if key.startswith(f"{Team.kind}."):
        return key
    by_relation = {edge.relation.name: edge.head for edge in reversed(graph.outgoing(key))}
    for relation in ("owner", "primary", "signs_for"):
        if by_relation.get(relation, "").startswith(f"{Team.kind}."):
            return by_relation[relation]
    record = graph.inventory[key]
    if isinstance(record, CriticalPath):
        return next((team for link in record.through if link.key and (team := responsible(graph, link.key))), "")
    return ""
