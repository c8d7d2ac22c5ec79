"""Whom to page for a thing, in which order, and why.

The order joins two sources: the on-call tier of the thing (primary, secondary, escalation) and its owner's row in the
ownership matrix (owner, secondary, escalation). The tier's primary answers first, since a rotation is awake; then the
owner, who knows the thing; then the seconds; then those who decide.
"""

from __future__ import annotations

from dataclasses import dataclass

from macros.graph import Graph
from macros.model import Domain, Link, Record, Role, Rotation


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


def paging(graph: Graph, record: Record) -> Paging:
    """The order for a record. A record without an owner and without a tier has no steps, and a gap that says so."""
    owner = _link(graph, record, "owner")
    rotation = _rotation(graph, record)
    domain = _domain(graph, record, owner)
    order: dict[str, list[str]] = {}
    doubtful: set[str] = set()

    def add(link: Link | None, reason: str, *, sure: bool = True) -> None:
        key = _resolved(graph, link, owner)
        if key:
            order.setdefault(key, []).append(reason)
            if not (sure and link is not None and link.confirmed) and len(order[key]) == 1:
                doubtful.add(key)

    tier_sure = rotation is not None and rotation[1]
    tier = rotation[0] if rotation else None
    named = f"{tier.name} ({tier.label}, {tier.hours})" if tier else ""
    if tier:
        add(tier.primary, f"primary of {named}", sure=tier_sure)
    add(owner, "owner")
    if tier:
        add(tier.secondary, f"secondary of {named}", sure=tier_sure)
    if domain:
        add(domain.secondary, f"secondary of {domain.name}")
    if tier:
        add(tier.escalates_to, f"escalation of {named}", sure=tier_sure)
    if domain:
        add(domain.escalates_to, f"escalation of {domain.name}")
    steps = tuple(PageStep(key, tuple(reasons), key not in doubtful) for key, reasons in order.items())
    return Paging(steps, tuple(_gaps(graph, record, owner, tier, domain, steps)))


def _gaps(
    graph: Graph,
    record: Record,
    owner: Link | None,
    tier: Rotation | None,
    domain: Domain | None,
    steps: tuple[PageStep, ...],
) -> list[str]:
    gaps = []
    if owner is None:
        gaps.append("Nobody has stated who owns it.")
    if tier is None and "tier" in record.relation_fields():
        gaps.append("Its on-call tier is unknown.")
    if owner is not None and domain is None:
        gaps.append(
            f"{graph.inventory[owner.key].name} has no row in the ownership matrix: no secondary, no escalation."
        )
    nameless = [
        found.name for step in steps if isinstance(found := graph.inventory[step.key], Role) and found.holder is None
    ]
    if nameless:
        gaps.append(f"Nobody has stated who is {', '.join(nameless)}.")
    return gaps


def _link(graph: Graph, record: Record, field: str) -> Link | None:
    value = graph.inventory.value(record, field)
    return value if isinstance(value, Link) and value.key else None


def _rotation(graph: Graph, record: Record) -> tuple[Rotation, bool] | None:
    """The record's tier and whether it is confirmed."""
    link = _link(graph, record, "tier")
    found = graph.inventory[link.key] if link else None
    return (found, link.confirmed) if link and isinstance(found, Rotation) else None


def _domain(graph: Graph, record: Record, owner: Link | None) -> Domain | None:
    """The record's own row of the matrix, else the first one that its owner is primary of."""
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
