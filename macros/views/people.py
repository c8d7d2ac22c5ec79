"""Who answers for what: the ownership matrix and the on-call tiers."""

from __future__ import annotations

from markupsafe import Markup

from macros.model import Domain, Link, Team
from macros.views import Scene, view
from macros.views.render import anchor, render


def _handle(scene: Scene, link: Link | None) -> str:
    """How to mention the team that a link leads to; empty where nobody has stated it."""
    found = scene.workspace.inventory[link.key] if link is not None and link.key else None
    return found.handle or "" if isinstance(found, Team) else ""


@view
def ownership_matrix(scene: Scene) -> Markup:
    """The ownership matrix: each domain with its owner, who steps in, and who decides."""
    rows = []
    for domain in scene.workspace.inventory.of("domain"):
        if isinstance(domain, Domain):
            name = anchor(domain.key)
            taken = name in scene.anchors
            scene.anchors.add(name)
            handles = (_handle(scene, domain.primary), _handle(scene, domain.secondary))
            rows.append((domain, handles, "" if taken else name))
    return render(scene, "ownership_matrix.html", rows=rows)


@view
def owners_without_domain(scene: Scene) -> Markup:
    """The teams that own something and have no row in the ownership matrix, with how much they own."""
    primary = {
        domain.primary.key
        for domain in scene.workspace.inventory.of("domain")
        if isinstance(domain, Domain) and domain.primary
    }
    rows = []
    for team in scene.workspace.inventory.of("team"):
        owned = sum(edge.relation.name == "owner" for edge in scene.workspace.graph.incoming(team.key))
        if owned and team.key not in primary:
            rows.append((team, owned))
    rows.sort(key=lambda row: -row[1])
    return render(scene, "owners_without_domain.html", rows=rows)
