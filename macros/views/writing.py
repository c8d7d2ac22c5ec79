"""What a page that somebody writes may hold, from the lists that it is held to."""

from __future__ import annotations

from markupsafe import Markup

from macros import files, frontmatter, sanitise
from macros.views import Scene, view
from macros.views.render import render


@view
def page_rules(scene: Scene) -> Markup:
    """The settings, the HTML, the addresses and the files that pages may have."""
    everywhere = sanitise.ATTRIBUTES["*"]
    own = {name: sorted(found) for name, found in sorted(sanitise.ATTRIBUTES.items()) if name != "*"}
    return render(
        scene,
        "page_rules.html",
        settings=frontmatter.KEYS,
        hidden=frontmatter.HIDDEN,
        elements=sorted(sanitise.TAGS),
        attributes=[*sorted(everywhere), "aria-*", "data-*"],
        own_attributes=own,
        schemes=sorted(sanitise.SCHEMES),
        file_types=(files.PAGE, *files.PICTURES, *files.DOCUMENTS),
    )
