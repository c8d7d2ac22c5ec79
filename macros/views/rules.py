"""What is checked: every code that a finding can have, from the rules themselves."""

from __future__ import annotations

from markupsafe import Markup

from macros.codes import by_area
from macros.views import Scene, view
from macros.views.render import render


@view
def rules(scene: Scene) -> Markup:
    """Every code by area, with how much it weighs and what it means; the code is its row's anchor."""
    return render(scene, "rules.html", areas=by_area())
