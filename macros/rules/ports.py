"""Rules of ports."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from macros.finding import Severity
from macros.model import Group, Service
from macros.model.values import Ports
from macros.rules import Case, Cited, Found, rule

NEIGHBOURS = 100
"""Ports between two ranges, up to which they count as neighbours with a gap."""


def _ranges(case: Case) -> list[tuple[Ports, Group, int]]:
    """Every range with its group and its position there, in the order of the ports."""
    found = [(ports, group, at) for group in case.all(Group) for at, ports in enumerate(group.ports)]
    return sorted(found, key=lambda item: (item[0].first, item[0].last))


@rule("PRT001")
def ranges_overlap(case: Case) -> Iterator[Found]:
    """A port belongs to one service group: ranges may not overlap."""
    ranges = _ranges(case)
    for number, (one, first, at) in enumerate(ranges):
        for other, second, position in ranges[number + 1 :]:
            if other.first > one.last:
                break
            here, there = Cited(first.key, ("ports", at)), Cited(second.key, ("ports", position))
            pair = [(there, second, other, here, first, one), (here, first, one, there, second, other)]
            later, group, ports, earlier, taken, theirs = max(pair, key=lambda item: case.place(item[0]))
            message = f"ports {ports} of `{group.id}` overlap {theirs} of `{taken.id}`: give each its own range"
            said = Cited(earlier.key, earlier.steps, f"`{taken.id}` has {theirs}")
            yield Found(message, (later, said), about=(first.key, second.key))


@rule("PRT002")
def port_outside_range(case: Case) -> Iterator[Found]:
    """A service listens on a port of its group's range."""
    for service in case.all(Service):
        group = case.inventory.parent(service)
        if not isinstance(group, Group) or service.port is None or not group.ports:
            continue
        if not any(service.port in ports for ports in group.ports):
            ranges = ", ".join(map(str, group.ports))
            message = f"port {service.port} is not among the ports of `{group.id}`: write one of {ranges}"
            yield Found(
                message, (Cited(service.key, ("port",)), Cited(group.key, ("ports",), f"`{group.id}` has {ranges}"))
            )


@rule("PRT003")
def port_taken(case: Case) -> Iterator[Found]:
    """Two services may not listen on one port."""
    taken: dict[int, str] = {}
    for service in case.all(Service):
        if service.port is None:
            continue
        other = taken.setdefault(service.port, service.key)
        if other != service.key:
            message = f"port {service.port} is taken by `{case.inventory[other].id}`: write another"
            yield Found(message, (Cited(service.key, ("port",)), Cited(other, ("port",), f"`{other}` listens on it")))


@rule("PRT004", Severity.WARNING)
def range_too_small(case: Case) -> Iterator[Found]:
    """A group has a port for each of its services; where it has fewer, two of them would listen on one."""
    for group in case.all(Group):
        ports = sum(len(range_) for range_ in group.ports)
        members = [edge.tail for edge in case.pointing(group.key, "group")]
        if group.ports and len(members) > ports:
            message = (
                f"`{group.name}` has {len(members)} services and {ports} port{'s' if ports != 1 else ''}: "
                "add ports, or give some of the services to another group"
            )
            cited = (Cited(group.key, ("ports",)), *(Cited(key, ("group",), "one of its services") for key in members))
            yield Found(message, cited)


@rule("PRT005", Severity.NOTE)
def gap_between_ranges(case: Case) -> Iterator[Found]:
    """Ports between two neighbouring ranges belong to nobody: somebody will take one and tell nobody."""
    for (one, first, at), (other, second, position) in pairwise(_ranges(case)):
        between = other.first - one.last - 1
        if 0 < between <= NEIGHBOURS:
            gap = Ports(one.last + 1, other.first - 1)
            lie = f"ports {gap} lie" if between > 1 else f"port {gap} lies"
            belong, them = ("belong", "them") if between > 1 else ("belongs", "it")
            message = (
                f"{lie} between `{first.name}` ({one}) and `{second.name}` ({other}) and {belong} to no group: give {them} to "
                "one of the two"
            )
            cited = (Cited(second.key, ("ports", position)), Cited(first.key, ("ports", at), f"{one}, before {them}"))
            yield Found(message, cited, about=(first.key, second.key))


@rule("PRT006", Severity.NOTE)
def port_unknown(case: Case) -> Iterator[Found]:
    """A range says which ports a group has, but not which service listens on which: nobody can be sure in an outage."""
    for group in case.all(Group):
        members = [edge.tail for edge in case.pointing(group.key, "group")]
        without = [key for key in members if getattr(case.inventory[key], "port", None) is None]
        if group.ports and without:
            where = "in each of them" if len(without) > 1 else "in it"
            message = f"nobody states the port of {case.names(without)}: write `port` {where}"
            cited = (Cited(group.key, ("ports",)), *(Cited(key, (), "without a port") for key in without))
            yield Found(message, cited)
