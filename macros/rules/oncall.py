"""Rules of who is paged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from macros.finding import Severity
from macros.model import KINDS, Channel, Domain, Monitor, Operated, Rotation
from macros.model.values import Priority
from macros.rules import Case, Cited, Found, rule


@rule("ONC001", Severity.WARNING)
def critical_without_tier(case: Case) -> Iterator[Found]:
    """What a critical path goes through is in an on-call tier: else nobody is paged for it."""
    for key, paths in case.critical.items():
        if issubclass(KINDS[key.partition(".")[0]].model, Operated) and not case.tier(key):
            message = (
                f"`{case.name(key)}` is on the critical path `{paths[0].name}` and in no on-call tier: write `tier`"
            )
            yield Found(message, (Cited(key), *(Cited(path.key, ("through",), "goes through it") for path in paths)))


@rule("ONC002", Severity.WARNING)
def escalations_differ(case: Case) -> Iterator[Found]:
    """A thing's on-call tier and its owner's domain escalate to one and the same: else two are called, or neither."""
    apart: dict[tuple[str, str], list[str]] = defaultdict(list)
    domains: dict[str, dict[str, str]] = defaultdict(dict)  # of each team, with whom they escalate to
    for domain in case.all(Domain):
        if domain.primary and domain.primary.key and domain.escalates_to and domain.escalates_to.key:
            domains[domain.primary.key][domain.key] = domain.escalates_to.key
    for record in case.all(Operated):
        rotation, rows = case.rotation(record.key), domains.get(case.owner(record.key), {})
        last = rotation.escalates_to.key if rotation is not None and rotation.escalates_to else ""
        if rotation is not None and last and last not in rows.values():
            for key in rows:
                apart[(rotation.key, key)].append(record.key)
    for (tier, row), keys in apart.items():
        ends = [
            next(edge for edge in case.graph.outgoing(key) if edge.relation.name == "escalates_to")
            for key in (tier, row)
        ]
        message = (
            f"{case.names(keys)}: the tier `{case.name(tier)}` escalates to `{case.name(ends[0].head)}`, the domain "
            f"`{case.name(row)}` to `{case.name(ends[1].head)}`: say which of the two is called"
        )
        cited = (Cited(key, case.stated(key, "tier"), "in both") for key in keys)
        yield Found(
            message,
            (Cited(row, ends[1].steps), Cited(tier, ends[0].steps, "the tier's"), *cited),
            about=(tier, row),
        )


@rule("ONC003", Severity.WARNING)
def priority_pages_no_tier(case: Case) -> Iterator[Found]:
    """An alert priority that a channel carries pages an on-call tier: else nobody knows who answers it."""
    answered = {priority for rotation in case.all(Rotation) for priority in rotation.priorities}
    carried: dict[Priority, list[str]] = defaultdict(list)
    for channel in case.all(Channel):
        for priority in channel.priorities:
            carried[priority].append(channel.key)
    missing = sorted(set(carried) - answered)
    rotations = list(case.all(Rotation))
    if missing and rotations:
        channels = list(dict.fromkeys(key for priority in missing for key in carried[priority]))
        message = f"alerts of priority {', '.join(missing)} page no on-call tier: write `priorities` in the tiers"
        cited = (
            Cited(tier.key, ("priorities",), f"answers {', '.join(tier.priorities) or 'no priority'}")
            for tier in rotations
        )
        carriers = (Cited(key, ("priorities",), "carries them") for key in channels)
        yield Found(message, (*carriers, *cited), about=(), detail="priorities")


@rule("ONC004", Severity.WARNING)
def rotation_of_one(case: Case) -> Iterator[Found]:
    """The second of an on-call tier is somebody else than the first."""
    for rotation in case.all(Rotation):
        first, second = rotation.primary, rotation.secondary
        if first is not None and second is not None and first.key and first.key == second.key:
            message = (
                f"`{case.name(first.key)}` is both the first and the second of `{rotation.name}`: name another second"
            )
            yield Found(message, (Cited(rotation.key, ("secondary",)), Cited(rotation.key, ("primary",), "the first")))


@rule("ONC005", Severity.WARNING)
def monitor_tells_nobody(case: Case) -> Iterator[Found]:
    """What watches something tells somebody: a monitor without a channel is looked at when it is too late."""
    for monitor in case.all(Monitor):
        if not monitor.alerts_through:
            watched = case.pointing(monitor.key, "covered_by")
            message = f"`{monitor.name}` alerts through no channel: write `alerts_through`, or say in a waiver who looks at it"
            cited = (Cited(edge.tail, edge.steps, "watched by it") for edge in watched)
            yield Found(message, (Cited(monitor.key), *cited))


@rule("ONC006", Severity.NOTE)
def critical_and_never_paged(case: Case) -> Iterator[Found]:
    """What is critical is watched by something whose alerts reach a channel of the highest priority in use."""
    channels = {channel.key: channel for channel in case.all(Channel)}
    highest = min((priority for channel in channels.values() for priority in channel.priorities), default=None)
    if highest is None:
        return
    urgent = {key for key, channel in channels.items() if highest in channel.priorities}
    for record in case.all(Operated):
        watchers = [link.key for link in record.covered_by if link.key]
        reached = {edge.head for key in watchers for edge in case.graph.outgoing(key) if edge.head in channels}
        if record.key in case.critical and reached and not reached & urgent:
            message = (
                f"`{record.name}` is critical, and what watches it ({case.names(watchers)}) reaches no channel of priority "
                f"{highest}: add one to its monitors' `alerts_through`"
            )
            cited = (Cited(key, ("alerts_through",), "watches it") for key in watchers)
            yield Found(message, (Cited(record.key, ("covered_by",)), *cited))


@rule("ONC007", Severity.NOTE)
def tier_of_nothing(case: Case) -> Iterator[Found]:
    """Something is in each on-call tier: where nothing is, nobody has said what it is for."""
    used = {case.tier(record.key) for record in case.all(Operated)}
    for rotation in case.all(Rotation):
        if rotation.key not in used:
            message = (
                f"nothing is in `{rotation.name}` ({rotation.label}): write it as the `tier` of what it answers for"
            )
            yield Found(message, (Cited(rotation.key),))
