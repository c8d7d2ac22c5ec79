"""Check an inventory, build its site, write its schemas: the engine from the command line."""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
import time
import traceback
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from macros import archive, comparing, history, inquiry, report, skeleton
from macros.codes import Code, codes
from macros.diagram.description import STYLE_FILE
from macros.diff import document
from macros.diff.arrangement import arranged, said
from macros.finding import Finding, Severity, by_place, counted, errors
from macros.model import Waiver
from macros.nearest import listed, nearest
from macros.pages import check_pages
from macros.publication import command as publication
from macros.sarif import as_sarif
from macros.schema import write_schemas
from macros.workspace import Folders, Workspace

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)

PROJECT = Path(__file__).resolve().parent.parent
"""The folder of the project that holds this engine."""


TRACEBACK = "INVENTORY_TRACEBACK"
"""The variable that shows a fault of the engine in full."""

ENGINE_FAULT = 70
"""The exit status of one (EX_SOFTWARE of sysexits.h)."""


class Format(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"


class ListFormat(StrEnum):
    """How the list of codes is printed."""

    TEXT = "text"
    JSON = "json"


Data = Annotated[Path | None, typer.Option("--data", help="The folder of the facts.", show_default="data")]
Docs = Annotated[
    Path | None, typer.Option("--docs", help="The folder of the pages.", show_default="docs, beside the data")
]
Diagrams = Annotated[
    Path | None,
    typer.Option("--diagrams", help="The folder of the drawings.", show_default="diagrams, beside the data"),
]


def _given(path: Path, option: str) -> Path:
    if not path.is_dir():
        raise typer.BadParameter(f"{path} is no folder", param_hint=option)
    return path


def _own(name: str) -> Path:
    """A folder of the project, as short as it can be written from here."""
    here = Path(name)
    return here if here.resolve() == PROJECT / name else PROJECT / name


def _folders(data: Path | None, docs: Path | None, diagrams: Path | None) -> Folders:
    """The folders to work on: those given, else those beside the data, else the project's own."""
    facts = _given(data, "--data") if data else _own("data")

    def beside(given: Path | None, name: str) -> Path:
        if given:
            return _given(given, f"--{name}")
        neighbour = facts.parent / name
        return neighbour if data and neighbour.is_dir() else _own(name)

    return Folders(facts, beside(docs, "docs"), beside(diagrams, "diagrams"), PROJECT / ".cache")


def _fitting(folders: Folders) -> Folders:
    """The folders without the project's own pages and drawings, where these speak of other facts than those given.

    Somebody who gives facts alone gets a site of them; the style of drawings speaks of no facts, and stays.
    """
    borrowed = [name for name in ("docs", "diagrams") if getattr(folders, name).resolve() == PROJECT / name]
    workspace = Workspace(folders)
    if not borrowed or folders.data.resolve() == PROJECT / "data" or errors(workspace.facts_findings):
        return folders
    if not errors([*workspace.drawings.findings, *check_pages(workspace)]):
        return folders
    plain = folders.cache / "plain"
    shutil.rmtree(plain, ignore_errors=True)
    for name in borrowed:
        (plain / name).mkdir(parents=True)
    if "diagrams" in borrowed and (style := folders.diagrams / STYLE_FILE).is_file():
        shutil.copy(style, plain / "diagrams")
    missing = " and ".join(f"--{name}" for name in borrowed)
    print(f"The project's own pages and drawings do not fit these facts: give {missing} for yours.", file=sys.stderr)
    return replace(folders, **{name: plain / name for name in borrowed})


@app.command()
def check(
    data: Data = None,
    docs: Docs = None,
    diagrams: Diagrams = None,
    output: Annotated[Format, typer.Option("--format", help="How to print what is found.")] = Format.TEXT,
    severity: Annotated[Severity, typer.Option("--severity", help="The least that is printed.")] = Severity.NOTE,
    explain: Annotated[
        str, typer.Option("--explain", metavar="CODE", help="Say what a code means, and each finding of it in full.")
    ] = "",
) -> None:
    """Say what is wrong. Exit status 1 where something is an error, whatever is printed.

    With --data alone only the facts are read; pages and drawings are read as well where they are given, and in the
    project itself.
    """
    code = _code(explain, output) if explain else None
    workspace = Workspace(_folders(data, docs, diagrams))
    found = list(workspace.facts_findings)
    if data is None or diagrams is not None:
        found = list(workspace.findings)
    if data is None or docs is not None:
        found += check_pages(workspace)
    found = by_place(found)
    if code is not None:
        _show(report.explained(code, found, workspace.accepted, judged=workspace.is_judged))
    else:
        weights = list(Severity)
        printed = weights[: weights.index(severity) + 1]
        accepted = [(finding, waiver) for finding, waiver in workspace.accepted if finding.severity in printed]
        _print([finding for finding in found if finding.severity in printed], accepted, output)
    raise typer.Exit(1 if errors(found) else 0)


def _code(written: str, output: Format) -> Code:
    """The code that somebody wants explained."""
    if output is not Format.TEXT:
        raise typer.BadParameter("it is explained as text: leave --format out", param_hint="--explain")
    known = codes()
    if written.upper() in known:
        return known[written.upper()]
    near = nearest(written, known, 3)
    hint = f"did you mean {listed(near)}?" if near else "`inventory rules` lists them"
    raise typer.BadParameter(f"`{written}` is no code; {hint}", param_hint="--explain")


def _print(found: list[Finding], accepted: list[tuple[Finding, Waiver]], output: Format) -> None:
    if output is Format.JSON:
        _print_json(report.as_json(found))
    elif output is Format.SARIF:
        _print_json(as_sarif(found, accepted))
    elif output is Format.GITHUB:
        if found:
            print(report.as_github(found))
    else:
        _show(report.grouped(found))
        numbers = [counted(found), f"{len(accepted)} accepted" if accepted else ""]
        if any(numbers):
            print(", ".join(filter(None, numbers)), file=sys.stderr)


def _print_json(text: str) -> None:
    """Print JSON in the characters that the other end knows: what stands for others must be JSON as well."""
    try:
        text.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        text = json.dumps(json.loads(text), indent=2)
    print(text)


def _show(lines: Iterable[Text]) -> None:
    """Print each as one line, however long. In colours on a terminal, unless the reader wants none."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        for line in lines:
            print(line.plain)
        return
    console = Console(file=sys.stdout, force_terminal=True)
    for line in lines:
        console.print(line, soft_wrap=True)


@app.command("rules")
def rules(
    output: Annotated[ListFormat, typer.Option("--format", help="How to print them.")] = ListFormat.TEXT,
) -> None:
    """List what is checked: every code with its severity, its area and its meaning."""
    if output is ListFormat.JSON:
        _print_json(report.table_as_json())
    else:
        _show(report.table())


@app.command()
def build(
    data: Data = None,
    docs: Docs = None,
    diagrams: Diagrams = None,
    site: Annotated[Path, typer.Option("--site", help="The folder to build into; it is replaced.")] = Path("site"),
) -> None:
    """Build the site. Where something is wrong, the site built before stays as it is."""
    from macros.build import BuildFailed, build_site  # here, so that `check` starts without the site generator

    try:
        pages, seconds = build_site(PROJECT / "mkdocs.yml", _fitting(_folders(data, docs, diagrams)), site)
    except BuildFailed as failed:
        print(failed, file=sys.stderr)
        raise typer.Exit(1) from None
    print(f"{site}: {pages} pages in {seconds:.1f} s")


@app.command()
def who(asked: inquiry.Asked, data: Data = None, shape: inquiry.AsShape = inquiry.Shape.TEXT) -> None:
    """Say whom to page for a thing, in which order, and why."""
    inquiry.who(Workspace(_folders(data, None, None)), asked, shape)


@app.command()
def impact(
    asked: inquiry.Asked,
    data: Data = None,
    depth: inquiry.Depth = 0,
    shape: inquiry.AsShape = inquiry.Shape.TEXT,
) -> None:
    """Say what falls when a thing is down, who notices, what takes over, and what it needs in start order."""
    inquiry.impact(Workspace(_folders(data, None, None)), asked, depth, shape)


@app.command()
def path(
    start: inquiry.Asked,
    end: Annotated[str, typer.Argument(help="The other record.", metavar="ID")],
    data: Data = None,
    shape: inquiry.AsShape = inquiry.Shape.TEXT,
) -> None:
    """Say how one thing needs another. Exit status 1 where neither needs the other."""
    inquiry.path(Workspace(_folders(data, None, None)), start, end, shape)


@app.command()
def spof(data: Data = None, top: inquiry.Top = 20, shape: inquiry.AsShape = inquiry.Shape.TEXT) -> None:
    """List the things with which most falls, and why nothing stands beside them."""
    inquiry.spof(Workspace(_folders(data, None, None)), top, shape)


@app.command()
def diff(
    base: comparing.Base,
    head: comparing.Head = "",
    data: Data = None,
    rendering: comparing.AsRendering = comparing.Rendering.TEXT,
    address: comparing.Address = "",
) -> None:
    """Say what changes from BASE to HEAD: what follows from it first, by who should review."""
    comparing.diff(_folders(data, None, None), base, head, rendering, address, _show)


@app.command()
def preview(
    base: comparing.Base,
    data: Data = None,
    docs: Docs = None,
    diagrams: Diagrams = None,
    site: Annotated[Path, typer.Option("--site", help="The folder to build into; it is replaced.")] = Path(
        "site-preview"
    ),
    changes: Annotated[
        Path | None, typer.Option("--changes", help="Where to write the difference as JSON.", metavar="FILE")
    ] = None,
) -> None:
    """Build the site with what changes since BASE marked, and a page that says what follows from it."""
    from macros.build import BuildFailed  # here, as in `build`
    from macros.previewing import preview as build_preview

    try:
        found, pages, seconds = build_preview(
            PROJECT / "mkdocs.yml", _fitting(_folders(data, docs, diagrams)), base, site, changes
        )
    except BuildFailed as failed:
        print(failed, file=sys.stderr)
        raise typer.Exit(1) from None
    print(f"{said(arranged(found.document))}\n{site}: {pages} pages in {seconds:.1f} s")


@app.command("archive")
def archive_site(
    data: Data = None,
    site: Annotated[Path, typer.Option("--site", help="The folder of the built site.")] = Path("site"),
    to: Annotated[Path, typer.Option("--to", help="The file to write.")] = Path("build/inventory-offline.zip"),
) -> None:
    """Pack the built site into a file that opens without a server, with its search, and what was printed."""
    facts = _folders(data, None, None).data
    try:
        files = archive.archive(site, to, history.commit(facts), history.build_day(facts))
    except archive.ArchiveError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from None
    print(f"{to}: {files} files, {to.stat().st_size / 1_000_000:.1f} MB")


class PrintedOn(StrEnum):
    """The paper to print on."""

    A4 = "a4"
    LETTER = "letter"
    BOTH = "both"


@app.command("print")
def print_site(
    data: Data = None,
    site: Annotated[Path, typer.Option("--site", help="The folder of the built site.")] = Path("site"),
    paper: Annotated[PrintedOn, typer.Option("--paper", help="The paper to print on.")] = PrintedOn.A4,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only", help="Print this alone, such as runbooks/ID, if-down/KIND-ID, binders/TEAM.", metavar="NAME"
        ),
    ] = None,
) -> None:
    """Print the built site: a PDF for each runbook and sheet, a binder for each team and for launch day."""
    from macros.printing.press import NoBrowserError, Paper  # here, so that the other commands start without a browser
    from macros.printing.printer import NoPageError, print_all

    workspace = Workspace(_folders(data, None, None))
    if wrong := errors(workspace.facts_findings):
        print(f"{report.as_text(wrong)}\n{counted(wrong)}; nothing was printed", file=sys.stderr)
        raise typer.Exit(1)
    begun = time.monotonic()
    for kind in Paper if paper is PrintedOn.BOTH else [Paper(paper.value)]:
        try:
            made = print_all(workspace, site, kind, datetime.now(UTC), only or (), _progress)
        except (NoBrowserError, NoPageError) as error:
            print(error, file=sys.stderr)
            raise typer.Exit(1) from None
        if not made:
            print(f"there is nothing to print{' of that name' if only else ''}", file=sys.stderr)
            raise typer.Exit(1)
        pages = sum(one.pages for one in made)
        told = f"{len(made)} documents of {pages} pages in {time.monotonic() - begun:.0f} s"
        print(f"{site / 'print' / kind.value}: {told}")


def _progress(done: int, of: int, name: str) -> None:
    """A line that moves on a terminal; nothing elsewhere."""
    if sys.stderr.isatty():
        print(f"\r\033[K{done}/{of} {name[:60]}", end="", file=sys.stderr, flush=True)


new = typer.Typer(no_args_is_help=True, help="Begin a record: a file that is valid, to be filled in.")
app.add_typer(new, name="new")


@new.callback()
def _new() -> None:
    """Begin a record: a file that is valid, to be filled in."""


@new.command("runbook")
def new_runbook(
    name: Annotated[str, typer.Argument(help="Its id, such as restore-orders.", metavar="ID")],
    handles: Annotated[
        list[str] | None, typer.Option("--for", help="What it is for; may be given several times.", metavar="ID")
    ] = None,
    data: Data = None,
) -> None:
    """Begin a runbook in the folder of the facts, and say where."""
    inventory = Workspace(_folders(data, None, None)).inventory
    try:
        path, text = skeleton.runbook(inventory, name, handles or [], PROJECT / ".schema" / "runbook.json")
    except skeleton.SkeletonError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from None
    try:
        path.parent.mkdir(exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        print(f"{path}: {error.strerror}: nothing was written", file=sys.stderr)
        raise typer.Exit(1) from None
    print(f"{path}: write what is to be written, then run `inventory check`")


app.add_typer(publication.app, name="publish")


@app.command()
def schema(to: Annotated[Path, typer.Option("--to", help="The folder to write to.")] = Path(".schema")) -> None:
    """Write the JSON Schemas that editors complete and validate files with, and that of a difference."""
    write_schemas(to)
    (to / "difference.json").write_text(json.dumps(document.schema(), indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """The command's entry point."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may not know every character of a file's name
    try:
        app()
    except Exception as error:  # whatever it is, the reader gets a sentence and no trace
        if os.environ.get(TRACEBACK):
            raise
        where = traceback.extract_tb(error.__traceback__)[-1]
        said = f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
        print(f"inventory: this is a fault of the engine, please report it: {said}", file=sys.stderr)
        print(f"{TRACEBACK}=1 shows where it comes from.", file=sys.stderr)
        sys.exit(ENGINE_FAULT)


if __name__ == "__main__":
    main()
