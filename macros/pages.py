"""The pages that people write: prose, and macro calls of one line. What a page asks for must be there."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import signature
from pathlib import Path
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes

from macros.fences import protect
from macros.finding import Finding, Place, errors
from macros.nearest import did_you_mean, listed
from macros.views import VIEWS, Scene, ViewError, drawings, home, launch, people, reference, tables
from macros.workspace import Workspace

REGISTERED = (drawings, home, launch, people, reference, tables)
"""The modules of views: importing one registers its views."""

_PARSER = Environment(autoescape=True)


def check_pages(workspace: Workspace) -> list[Finding]:
    """What is wrong with the macro calls of all pages below the docs folder.

    Where facts or drawings are wrong, the views are not tried: what they would say follows from that.
    """
    docs = workspace.folders.docs
    sound = not errors(workspace.findings)
    return [finding for path in sorted(docs.rglob("*.md")) for finding in _check(path, workspace, sound=sound)]


def _check(path: Path, workspace: Workspace, *, sound: bool) -> Iterator[Finding]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        mend = "save it as UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        yield Finding("DOC001", f"the page cannot be read: {mend}", Place(path))
        return
    try:
        tree = _PARSER.parse(protect(text))
    except TemplateSyntaxError as error:
        yield Finding(
            "DOC001", f'{error.message}; a macro call is written {{{{ name("argument") }}}}', Place(path, error.lineno)
        )
        return
    scene = Scene(workspace, "", dry=True)
    for node in tree.body:
        parts = node.nodes if isinstance(node, nodes.Output) else [node]
        for part in parts:
            if not isinstance(part, nodes.TemplateData):
                place = _place(path, text, part)
                if problem := _problem(part, scene, sound=sound):
                    yield Finding(*problem, place)


def _place(path: Path, text: str, node: nodes.Node) -> Place:
    """The line of a node, and the column of its braces: the template language keeps lines only."""
    line = text.splitlines()[node.lineno - 1] if node.lineno <= len(text.splitlines()) else ""
    name = node.node.name if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) else ""
    column = max(line.find(name), 0) if name else max(line.find("{"), 0)
    return Place(path, node.lineno, column + 1)


def _problem(node: nodes.Node, scene: Scene, *, sound: bool) -> tuple[str, str] | None:
    if not isinstance(node, nodes.Call) or not isinstance(node.node, nodes.Name):
        return "DOC002", 'a page holds prose and macro calls such as {{ table("service") }}; move the rest into a view'
    name = node.node.name
    if name not in VIEWS:
        return "DOC003", f"`{name}` is no macro{did_you_mean(name, VIEWS) or f'; the macros are {listed(VIEWS, 40)}'}"
    try:
        arguments: list[Any] = [argument.as_const() for argument in node.args]
        named: dict[str, Any] = {keyword.key: keyword.value.as_const() for keyword in node.kwargs}
        written_out = node.dyn_args is None and node.dyn_kwargs is None
    except nodes.Impossible:
        written_out = False
    if not written_out:
        return "DOC002", f'the arguments of `{name}` are words: write each out, such as {{{{ {name}("word") }}}}'
    for value in (*arguments, *named.values()):
        if not isinstance(value, str):
            return "DOC004", f"`{value}` is no argument of `{name}`: write a word, in quotes"
    try:
        signature(VIEWS[name]).bind(scene, *arguments, **named)
        if sound:
            VIEWS[name](scene, *arguments, **named)
    except ViewError as error:
        return "DOC004", str(error)
    except TypeError as error:
        return "DOC004", f"`{name}` does not take these arguments: {error}"
    return None
