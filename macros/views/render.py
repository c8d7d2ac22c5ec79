"""The templates: every value is escaped, every missing name is an error."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from macros.model import KINDS, Link
from macros.model.values import Colour, Priority, Status
from macros.views import Scene

TEMPLATES = Path(__file__).parent.parent / "templates"


def path(key: str) -> str:
    """The address of a record's page, from the site's root."""
    kind, _, name = key.partition(".")
    return f"{KINDS[kind].plural}/{name}/"


def kind_class(key: str) -> str:
    """The class that gives a record its kind's colour."""
    return f"kind-{key.partition('.')[0]}"


def anchor(key: str) -> str:
    """The id of a record's row in a table."""
    return key.replace(".", "-")


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The environment of all templates."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    env.tests["link"] = lambda value: isinstance(value, Link)
    env.tests["status"] = lambda value: isinstance(value, Status)
    env.tests["colour"] = lambda value: isinstance(value, Colour)
    env.tests["enumerated"] = lambda value: isinstance(value, Enum)
    env.tests["many"] = lambda value: isinstance(value, tuple)
    env.tests["same_as"] = lambda value, other: value == other
    env.tests["priority_list"] = lambda value: (
        isinstance(value, tuple) and bool(value) and all(isinstance(item, Priority) for item in value)
    )
    env.filters["capitalize_first"] = lambda text: text[:1].upper() + text[1:]
    env.globals.update(
        path=path, kind_class=kind_class, anchor=anchor, kinds=KINDS, all_priorities=len(Priority)
    )
    return env


def render(scene: Scene, template: str, **values: Any) -> Markup:
    """A template as HTML. It knows the scene's `base`, `inventory` and `graph`, and `name(key)` of any record."""
    inventory = scene.workspace.inventory
    text = environment().get_template(template).render(
        base=scene.base,
        scene=scene,
        inventory=inventory,
        graph=scene.workspace.graph,
        name=lambda key: inventory[key].name,
        **values,
    )
    return Markup(text)  # noqa: S704 - the output of an autoescaping template
