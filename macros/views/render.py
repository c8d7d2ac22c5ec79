"""The templates: every value is escaped, every missing name is an error."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from macros.inventory import Inventory
from macros.model import KINDS, RELATIONS, Link
from macros.model.record import page_address
from macros.model.values import Colour, Priority, Status
from macros.views import Scene, preview
from macros.workspace import Workspace

TEMPLATES = Path(__file__).parent.parent / "templates"

path = page_address
"""The address of a record's page, as templates call it."""


def kind_class(key: str) -> str:
    """The class that gives a record its kind's colour."""
    return f"kind-{key.partition('.')[0]}"


def anchor(key: str) -> str:
    """The id of a record's row in a table."""
    return key.replace(".", "-")


_environments: WeakKeyDictionary[Workspace, Environment] = WeakKeyDictionary()


def environment(workspace: Workspace) -> Environment:
    """The environment of all templates over one workspace, whose records they know by key."""
    if workspace not in _environments:
        _environments[workspace] = _environment(workspace)
    return _environments[workspace]


def _environment(workspace: Workspace) -> Environment:
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.tests["link"] = lambda value: isinstance(value, Link)
    env.tests["status"] = lambda value: isinstance(value, Status)
    env.tests["colour"] = lambda value: isinstance(value, Colour)
    env.tests["enumerated"] = lambda value: isinstance(value, Enum)
    env.tests["many"] = lambda value: isinstance(value, tuple)
    env.tests["nothing"] = lambda value: value == ()
    env.tests["priority_list"] = lambda value: (
        isinstance(value, tuple) and bool(value) and all(isinstance(item, Priority) for item in value)
    )
    inventory = workspace.inventory
    env.globals.update(
        path=path,
        kind_class=kind_class,
        anchor=anchor,
        kinds=KINDS,
        relations=RELATIONS,
        all_priorities=len(Priority),
        inventory=inventory,
        graph=workspace.graph,
        name=lambda key: inventory[key].name,
        entity=_entity(inventory),
        change_mark=_change_mark(workspace, env),
    )
    return env


def _change_mark(workspace: Workspace, env: Environment) -> Callable[[str, str], Markup]:
    """What stands beside a record's name while a change of it is previewed: a word that leads to the change."""

    def change_mark(key: str, base: str) -> Markup:
        shown = preview.of(workspace)
        mark = shown.mark(key) if shown else None
        if mark is None:
            return Markup()
        text = env.get_template("change_mark.html").render(mark=mark, base=base, page=preview.PAGE)
        return Markup(text)  # noqa: S704 - the output of an autoescaping template

    return change_mark


def _entity(inventory: Inventory) -> Callable[..., Markup]:
    """A record's name as the link to its page; most pages link the same records, so each link is made once."""
    made: dict[tuple[str, str, str | None], Markup] = {}

    def entity(key: str, base: str, text: str | None = None) -> Markup:
        asked = (key, base, text)
        if asked not in made:
            made[asked] = Markup('<a class="entity {}" href="{}{}">{}</a>').format(
                kind_class(key), base, path(key), text or inventory[key].name
            )
        return made[asked]

    return entity


def render(scene: Scene, template: str, **values: Any) -> Markup:
    """A template as HTML, with the scene's `base` and the values by name. A dry scene gets nothing."""
    if scene.dry:
        return Markup()
    text = environment(scene.workspace).get_template(template).render(base=scene.base, **values)
    return Markup(text)  # noqa: S704 - the output of an autoescaping template
