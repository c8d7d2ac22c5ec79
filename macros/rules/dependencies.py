"""Rules of what stands on what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from macros.finding import Severity
from macros.graph import Edge
from macros.model import KINDS, CriticalPath, Operated, Provider, Vendor
from macros.rules import Case, Cited, Found, rule


@rule("DEP001", Severity.WARNING)
def vendor_among_no_dependencies(case: Case) -> Iterator[Found]:
    """An outside party that something stands on is among the external dependencies, with its promise and its backup plan."""
    if not case.inventory.of("provider"):
        return
    for vendor in case.all(Vendor):
        edges = [edge for edge in case.graph.incoming(vendor.key) if edge.relation.dependency and not edge.inherited]
        users = list({edge.tail: edge for edge in edges}.values())  # each once, by however many relations
        listed = [edge for edge in users if edge.tail.startswith("provider.")]
        if users and not listed:
            told = ", ".join(f"`{case.name(e.tail)}` ({KINDS[e.tail.partition('.')[0]].noun})" for e in users[:4])
            more = f" and {len(users) - 4} more" if len(users) > 4 else ""  # noqa: PLR2004 - what a line holds
            stand = "stand" if len(users) > 1 else "stands"
            message = (
                f"the vendor `{vendor.name}` is not among the external dependencies, and {told}{more} {stand} on it: add it "
                "there, with its SLA and what takes over when it is down"
            )
            yield Found(message, (Cited(vendor.key), *(Cited(edge.tail, edge.steps, "stands on it") for edge in users)))


@rule("DEP002", Severity.WARNING)
def provider_without_backup_plan(case: Case) -> Iterator[Found]:
    """An external dependency says what takes over when it is down."""
    for provider in case.all(Provider):
        if not provider.backup_plan:
            message = f"nothing is said to take over when `{provider.name}` is down: write `backup_plan`"
            yield Found(message, (Cited(provider.key, ("backup_plan",)),))


@rule("DEP003", Severity.WARNING)
def promise_above_what_it_stands_on(case: Case) -> Iterator[Found]:
    """What promises an availability stands on promises whose product is no less. (Promises in series multiply.)"""
    for record in case.all(Operated):
        mine = getattr(record, "sla", None)
        if mine is None:
            continue
        promises = {key: getattr(case.inventory[key], "sla", None) for key in sorted(case.graph.needs(record.key))}
        below = {key: Decimal(promise) for key, promise in promises.items() if promise is not None}
        product = Decimal(1)
        for promise in below.values():
            product *= promise / 100
        if below and product * 100 < mine:
            sums = " × ".join(f"{promise} %" for promise in below.values())
            total = f" = {(product * 100).quantize(Decimal('0.001'))} %" if len(below) > 1 else ""
            message = (
                f"`{record.name}` promises {mine} %, and what it stands on promises {sums}{total}: promise less, or stand on "
                "more"
            )
            yield Found(
                message, (Cited(record.key, ("sla",)), *(Cited(key, ("sla",), "stands on it") for key in below))
            )


@rule("DEP004", Severity.WARNING)
def single_point_of_failure(case: Case) -> Iterator[Found]:
    """Nothing is needed by every critical path, unless something takes over when it is down."""
    paths = [path for path in case.all(CriticalPath) if path.through]
    if len(paths) < 2:  # noqa: PLR2004 - what one path needs is no more than its own risk
        return
    needed: dict[str, int] = defaultdict(int)
    for path in paths:
        members = case.whole(path.through)
        reach = {*members, *(key for member in members for key in case.graph.needs(member))}
        for key in reach:
            needed[key] += 1
    for key, number in sorted(needed.items()):
        record = case.inventory[key]
        if number == len(paths) and not getattr(record, "backup_plan", None) and record.kind != "critical-path":
            every = f"all {number}" if number > 2 else "both"  # noqa: PLR2004 - of two one says both
            message = (
                f"{every} critical paths need `{record.name}`, and nothing is said to take over when it is down: say what "
                "does, or what is done meanwhile"
            )
            users = [edge for edge in case.graph.incoming(key) if edge.relation.dependency and not edge.inherited]
            cited = (Cited(edge.tail, edge.steps, f"{edge.relation.forward} it") for edge in users)
            ways = (Cited(path.key, ("through",), "needs it") for path in paths)
            yield Found(message, (Cited(key), *ways, *cited))


@rule("DEP005", Severity.WARNING)
def circular_dependence(case: Case) -> Iterator[Found]:
    """Nothing needs itself in order to work: a monitor that runs on what it watches, a sign-in that signs in through itself."""
    for knot in case.graph.knots():
        if all(key.startswith("service.") for key in knot):
            continue  # which is said of services already
        circle = case.graph.circle(knot)
        path = " → ".join(f"`{case.name(edge.tail)}`" for edge in (*circle, circle[0]))
        message = f"these need each other in order to work: {path}: cut one dependence, or say how they start"
        cited = (Cited(edge.tail, edge.steps, f"{edge.relation.forward} `{case.name(edge.head)}`") for edge in circle)
        yield Found(message, tuple(cited), about=tuple(sorted(knot)))


@rule("DEP006", Severity.WARNING)
def watched_by_what_falls_with_it(case: Case) -> Iterator[Found]:
    """Something that does not need a thing watches it: a monitor that falls with what it watches says nothing."""
    for record in case.all(Operated):
        watchers = [link.key for link in record.covered_by if link.key]
        falling = [key for key in watchers if record.key in case.graph.needs(key)] if watchers else []
        if watchers and len(falling) == len(watchers):
            message = (
                f"`{record.name}` is watched only by {case.names(falling)}, which fall{'s' if len(falling) == 1 else ''} with "
                "it: let something else watch it as well"
            )
            cited = (Cited(key, (), "falls with it") for key in falling)
            yield Found(message, (Cited(record.key, ("covered_by",)), *cited))


@rule("DEP007", Severity.WARNING)
def alerts_through_what_falls_with_it(case: Case) -> Iterator[Found]:
    """An alert reaches people by a way that does not need what the alert is about."""
    for record in case.all(Operated):
        channels = [link.key for link in getattr(record, "alerts_through", ()) if link.key]
        falling = [key for key in channels if record.key in case.graph.needs(key)] if channels else []
        if channels and len(falling) == len(channels):
            message = (
                f"the alerts of `{record.name}` go only through {case.names(falling)}, which need{'s' if len(falling) == 1 else ''} "
                "it: add another channel"
            )
            cited = (Cited(key, (), "needs it") for key in falling)
            yield Found(message, (Cited(record.key, ("alerts_through",)), *cited))


@rule("DEP008", Severity.WARNING)
def critical_on_less_critical(case: Case) -> Iterator[Found]:
    """What is needed is in an on-call tier at least as high as what needs it: else the higher one waits for office hours."""
    lower: dict[str, list[Edge]] = defaultdict(list)
    for edge in case.graph.edges:
        if not edge.relation.dependency or edge.inherited:
            continue
        mine, theirs = case.tier(edge.tail), case.tier(edge.head)
        if mine and theirs and case.tiers.get(mine, 0) < case.tiers.get(theirs, 0):
            lower[edge.head].append(edge)
    for head, edges in lower.items():
        users = list(dict.fromkeys(edge.tail for edge in edges))
        message = (
            f"`{case.name(head)}` is in `{case.name(case.tier(head))}`, and {case.names(users)} of a higher tier "
            f"need{'s' if len(users) == 1 else ''} it: raise its tier, or cut the dependence"
        )
        cited = (Cited(edge.tail, edge.steps, f"in `{case.name(case.tier(edge.tail))}`") for edge in edges)
        yield Found(message, (Cited(head, case.stated(head, "tier")), *cited))


@rule("DEP009", Severity.NOTE)
def needed_and_in_no_tier(case: Case) -> Iterator[Found]:
    """What the first on-call tier needs is in a tier itself: else nobody is paged for the cause, only for what it breaks."""
    first = next(iter(case.tiers), "")
    waiting: dict[str, list[Edge]] = defaultdict(list)
    for edge in case.graph.edges:
        head = case.inventory[edge.head]
        if not edge.relation.dependency or edge.inherited or not isinstance(head, Operated) or isinstance(head, Vendor):
            continue
        if first and case.tier(edge.tail) == first and not case.tier(edge.head) and edge.head not in case.critical:
            waiting[edge.head].append(edge)
    for key, edges in waiting.items():
        message = (
            f"`{case.name(key)}` is in no on-call tier, and things of `{case.name(first)}` need it: "
            f"{case.names(list(dict.fromkeys(edge.tail for edge in edges)))}: write its `tier`"
        )
        yield Found(message, (Cited(key), *(Cited(edge.tail, edge.steps, "needs it") for edge in edges)))
