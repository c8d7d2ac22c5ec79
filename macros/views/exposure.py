"""Where one failure is enough, what outside parties promise, and what that comes to on each critical path."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from macros.exposure import promises, single_points, sole_owners
from macros.model import Provider, Vendor
from macros.views import Scene, view
from macros.views.impact import address
from macros.views.render import render

AT_MOST = 40
"""Rows of the table of single points: what comes after them takes little with it."""


@view
def single_point_table(scene: Scene) -> Markup:
    """The records with which most falls, and why nothing stands beside them."""
    if scene.dry:
        return Markup()
    found = single_points(scene.workspace.reach)
    return render(scene, "single_points.html", rows=found[:AT_MOST], more=len(found[AT_MOST:]), sheet=address)


@view
def sole_owner_list(scene: Scene) -> Markup:
    """The teams that things stand on with nobody behind them."""
    if scene.dry:
        return Markup()
    return render(scene, "sole_owners.html", rows=sole_owners(scene.workspace.reach))


@view
def path_promises(scene: Scene) -> Markup:
    """The availability of each critical path, with the arithmetic."""
    if scene.dry:
        return Markup()
    return render(scene, "path_promises.html", rows=promises(scene.workspace.reach), rounded=rounded)


def rounded(number: Decimal, places: str = "0.01") -> str:
    """A number to so many places."""
    return str(number.quantize(Decimal(places)))


@dataclass(frozen=True)
class VendorRow:
    """An outside party: what stands on it, and what is promised and planned where it is one of the dependencies."""

    vendor: Vendor
    users: tuple[str, ...]
    number: int
    providers: tuple[Provider, ...]


@view
def vendor_overview(scene: Scene) -> Markup:
    """Every outside party with what stands on it, its promise, its backup plan and whether that was tested."""
    if scene.dry:
        return Markup()
    inventory, graph, reach = scene.workspace.inventory, scene.workspace.graph, scene.workspace.reach
    rows = []
    for vendor in inventory.of("vendor"):
        edges = [edge for edge in graph.incoming(vendor.key) if edge.relation.dependency]
        users = tuple(dict.fromkeys(edge.tail for edge in edges))
        providers = tuple(found for key in users if isinstance(found := inventory[key], Provider))
        if isinstance(vendor, Vendor):
            rows.append(VendorRow(vendor, users, reach.number_falling(vendor.key), providers))
    rows.sort(key=lambda row: (-row.number, row.vendor.name.casefold()))
    return render(scene, "vendor_overview.html", rows=rows, sheet=address)
