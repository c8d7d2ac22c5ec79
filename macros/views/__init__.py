"""What a reader sees: each view takes a scene and its arguments, and gives HTML.

A view is registered under the name by which a page calls it as a macro.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Concatenate, ParamSpec

from markupsafe import Markup

from macros.workspace import Workspace

P = ParamSpec("P")
View = Callable[..., Markup]


class ViewError(ValueError):
    """A page asks for something that is not there. The message says what to write instead."""


@dataclass
class Scene:
    """Where a view is shown.

    `base` leads from the page to the site's root (`../`); `anchors` are the row ids that the page has already, since
    an id may stand once on a page. A dry scene draws nothing: it is there to see whether a view has what it needs.
    """

    workspace: Workspace
    base: str
    anchors: set[str] = field(default_factory=set)
    dry: bool = False


VIEWS: dict[str, View] = {}
"""Every view that a page may call, by name."""


def view(function: Callable[Concatenate[Scene, P], Markup]) -> Callable[Concatenate[Scene, P], Markup]:
    """Register a function as a view under its own name."""
    VIEWS[function.__name__] = function
    return function
