"""Rules of ports."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from macros.finding import Related
from macros.graph import Graph
from macros.model import Group, Service
from macros.rules import Found, rule


@rule("PRT001")
def ranges_overlap(graph: Graph) -> Iterator[Found]:
    """A port belongs to one service group: ranges may not overlap."""
    inventory = graph.inventory
    ranges = [
        (ports, group, position)
        for group in inventory.of("group")
        if isinstance(group, Group)
        for position, ports in enumerate(group.ports)
    ]
    for (one, first, at), (other, second, position) in combinations(ranges, 2):
        if one.overlaps(other):
            related = (Related(inventory.entries[first.key].place("ports", at), f"`{first.id}` has {one}"),)
            message = f"ports {other} of `{second.id}` overlap {one} of `{first.id}`: give each its own range"
            yield message, inventory.entries[second.key].place("ports", position), related


@rule("PRT002")
def port_outside_range(graph: Graph) -> Iterator[Found]:
    """A service listens on a port of its group's range."""
    inventory = graph.inventory
    for service in inventory.of("service"):
        group = inventory.parent(service)
        if not isinstance(service, Service) or not isinstance(group, Group) or service.port is None or not group.ports:
            continue
        if not any(service.port in ports for ports in group.ports):
            ranges = ", ".join(map(str, group.ports))
            related = (Related(inventory.entries[group.key].place("ports"), f"`{group.id}` has {ranges}"),)
            message = f"port {service.port} is not among the ports of `{group.id}`: write one of {ranges}"
            yield message, inventory.entries[service.key].place("port"), related


@rule("PRT003")
def port_taken(graph: Graph) -> Iterator[Found]:
    """Two services may not listen on one port."""
    inventory = graph.inventory
    taken: dict[int, str] = {}
    for service in inventory.of("service"):
        if not isinstance(service, Service) or service.port is None:
            continue
        other = taken.setdefault(service.port, service.key)
        if other != service.key:
            related = (Related(inventory.entries[other].place("port"), f"`{other}` listens on it"),)
            message = f"port {service.port} is taken by `{inventory[other].id}`: write another"
            yield message, inventory.entries[service.key].place("port"), related
