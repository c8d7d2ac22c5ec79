"""The question what changes, from the command line: between two revisions or folders, in any rendering."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Annotated

import typer
from rich.text import Text

from macros.diff.comparison import Difference, difference, uncompared
from macros.diff.document import Side, as_json
from macros.diff.markdown import as_markdown
from macros.diff.text import as_text
from macros.finding import one_line
from macros.history import build_day
from macros.revision import Revision, RevisionError, revision, working
from macros.workspace import Folders, Workspace


class Rendering(StrEnum):
    """How a difference is printed."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"
    HTML = "html"


Base = Annotated[str, typer.Argument(help="What to compare with: a branch, tag, commit or folder.", metavar="BASE")]
Head = Annotated[str, typer.Argument(help="What is compared; left out, the folders as they are now.", metavar="[HEAD]")]
AsRendering = Annotated[
    Rendering, typer.Option("--format", help="How to print it; `inventory schema` writes the schema of the JSON.")
]
Address = Annotated[
    str, typer.Option("--address", help="Where the site of HEAD is published: links lead there.", metavar="URL")
]


def compare(folders: Folders, base: str, head: str = "") -> Difference:
    """The difference of two states that are meant by words. Raises `RevisionError`.

    Both are judged on the day of the head, so that what time alone makes stale is no change.
    """
    before = revision(base, folders)
    after = revision(head, folders) if head else working(folders)
    today = build_day(after.folders.data)
    workspaces = Workspace(before.folders, today), Workspace(after.folders, today)
    return difference(*workspaces, _side(before), _side(after), before.note)


def compare_or_say(folders: Folders, base: str) -> Difference:
    """As `compare` with the folders as they are; where no state is meant by `base`, nothing is compared, and it says why."""
    try:
        return compare(folders, base)
    except RevisionError as error:
        head = Workspace(folders, build_day(folders.data))
        return uncompared(head, Side(name=one_line(base)[:200]), _side(working(folders)), str(error))


def _side(one: Revision) -> Side:
    return Side(name=one_line(one.name)[:200], commit=one.commit)


def diff(
    folders: Folders, base: str, head: str, rendering: Rendering, address: str, show: Callable[[Iterable[Text]], None]
) -> None:
    """Print what changes. Exit status 2 where no state is meant by a word."""
    try:
        found = compare(folders, base, head)
    except RevisionError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from None
    match rendering:
        case Rendering.TEXT:
            show(as_text(found.document))
        case Rendering.MARKDOWN:
            print(as_markdown(found.document, address), end="")
        case Rendering.JSON:
            print(as_json(found.document))
        case Rendering.HTML:
            from macros.views.changes import alone  # here, so that the other renderings start without the views

            print(alone(found.head, found.document, address))
