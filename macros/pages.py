"""The pages that people write: prose, and macro calls of one line. What a page asks for must be there."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import signature
from pathlib import Path
from typing import Any
from unicodedata import normalize

from jinja2 import Environment, TemplateSyntaxError, nodes

from macros.characters import decoded, prose
from macros.fences import protect
from macros.files import check_files
from macros.finding import Finding, Place, Related, errors
from macros.frontmatter import check_front_matter
from macros.nearest import did_you_mean, listed
from macros.secrets import check_secrets
from macros.views import (
    VIEWS,
    Scene,
    ViewError,
    exposure,
    figures,
    findings,
    focus,
    history,
    home,
    launch,
    people,
    preview,
    reference,
    rules,
    tables,
    writing,
)
from macros.workspace import Workspace

REGISTERED = (figures, exposure, findings, focus, history, home, launch, people, reference, rules, tables, writing)
"""The modules of views: importing one registers its views."""

MAX_PAGE = 1024 * 1024
"""Characters that a page may have."""

MAX_CALLS = 100
"""Macro calls that a page may have; each may show the whole inventory."""

_PARSER = Environment(autoescape=True)


def check_pages(workspace: Workspace) -> list[Finding]:
    """What is wrong with the files below the docs folder and with the macro calls of its pages.

    Where facts or drawings are wrong, the views are not tried: what they would say follows from that.
    """
    docs = workspace.folders.docs
    sound = not errors(workspace.findings)
    pages = [path for path in sorted(docs.rglob("*.md")) if path.is_file() and not path.is_symlink()]
    found = [*check_files(docs), *check_secrets([docs])]
    found += [finding for path in pages for finding in _check(path, workspace, sound=sound)]
    return found + list(_in_the_way(pages, workspace))


def _in_the_way(pages: list[Path], workspace: Workspace) -> Iterator[Finding]:
    """A page may not have the address of another, nor of a record's page. Capitals make no other address."""
    taken: dict[str, Path] = {}
    for path in pages:
        address = path.relative_to(workspace.folders.docs).with_suffix("")
        if address.name in {"index", "README"}:
            address = address.parent
        first = taken.setdefault(normalize("NFC", address.as_posix()).casefold(), path)
        if first != path:
            related = (Related(Place(first), "this one has it"),)
            message = f"another page has the address `/{address.as_posix()}/` already: delete or rename one"
            yield Finding("DOC009", message, Place(path), related=related)
        if address.parts[:1] == (preview.PAGE,):
            message = f"`/{preview.PAGE}/` is where a preview says what changes: move this page"
            yield Finding("DOC005", message, Place(path))
        yield from _in_the_way_of_a_record(path, address, workspace)


def _in_the_way_of_a_record(path: Path, address: Path, workspace: Workspace) -> Iterator[Finding]:
    record = workspace.inventory.at(address.as_posix())
    if record is not None:
        related = (Related(workspace.inventory.entries[record.key].place("id"), f"`{record.key}` stands here"),)
        message = f"`/{address.as_posix()}/` is the page of `{record.key}`: move this page"
        yield Finding("DOC005", message, Place(path), related=related)


def _check(path: Path, workspace: Workspace, *, sound: bool) -> Iterator[Finding]:
    text, problem = _read(path)
    found = [problem] if problem else list(prose(path, text))
    yield from found
    if found:
        return
    if len(text) > MAX_PAGE:
        message = f"the page has {len(text):,} characters; {MAX_PAGE:,} is the limit: split it"
        yield Finding("DOC001", message, Place(path))
        return
    yield from check_front_matter(path, text)
    try:
        tree = _PARSER.parse(protect(text))
    except TemplateSyntaxError as error:
        yield Finding(
            "DOC001", f'{error.message}; a macro call is written {{{{ name("argument") }}}}', Place(path, error.lineno)
        )
        return
    scene = Scene(workspace, "", dry=True)
    parts = [part for node in tree.body for part in (node.nodes if isinstance(node, nodes.Output) else [node])]
    calls = [part for part in parts if not isinstance(part, nodes.TemplateData)]
    if len(calls) > MAX_CALLS:
        message = f"the page has {len(calls):,} macro calls; {MAX_CALLS} is the limit: split it"
        yield Finding("DOC001", message, _place(path, text, calls[MAX_CALLS]))
        return
    for call in calls:
        if wrong := _problem(call, scene, sound=sound):
            yield Finding(*wrong, _place(path, text, call))


def _read(path: Path) -> tuple[str, Finding | None]:
    """The text of a page as the site generator reads it, or why it cannot be read."""
    try:
        text, problem = decoded(path, path.read_bytes())
    except OSError as error:
        return "", Finding("DOC001", f"the page cannot be read: {error.strerror}", Place(path))
    return text.replace("\r\n", "\n"), problem


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
        arguments: list[Any] = [_constant(argument) for argument in node.args]
        named: dict[str, Any] = {keyword.key: _constant(keyword.value) for keyword in node.kwargs}
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


def _constant(node: nodes.Expr) -> Any:
    """A word or a number as it is written; anything that would have to be worked out is impossible."""
    if not isinstance(node, nodes.Const):
        raise nodes.Impossible
    return node.value
