"""Prints what is on the shelf into the site's folder, and lists it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lxml import html as lxml_html
from pypdf import PdfReader

from macros.printing.leaf import NoPageError, Stamp, document, leaves
from macros.printing.press import Paper, Press, press
from macros.printing.shelf import Binder, Sheet, all_in, binders, sheets
from macros.provenance import commit_of
from macros.views import Scene
from macros.views.render import render
from macros.workspace import Workspace

__all__ = ["NoPageError", "Printed", "print_all"]

PRESSES = 2
"""Browsers that print at the same time: with one, the other core waits while pages are laid out."""

FEW = 4
"""So many documents are printed before a second browser would have started."""

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Printed:
    """A PDF: its file below the paper's folder, its title, how many pages it has and how large it is."""

    name: str
    title: str
    pages: int
    kilobytes: int


def print_all(
    workspace: Workspace,
    site: Path,
    paper: Paper,
    now: datetime,
    only: Iterable[str] = (),
    progress: Progress = lambda *_: None,
) -> list[Printed]:
    """Print runbooks, sheets and binders to `site/print/<paper>/`; with `only`, what has one of these names.

    Raises `NoPageError` where the site was not built from these facts, `NoBrowserError` where there is no Chromium.
    """
    wanted = set(only)
    alone = [sheet for sheet in sheets(workspace) if not wanted or sheet.name in wanted]
    bound = [binder for binder in binders(workspace) if not wanted or binder.name in wanted]
    stamp = Stamp(now, commit_of(site) or "")
    folder = site / "print" / paper.value
    sheets_of_style = styles(site)
    wait: deque[Sheet | Binder] = deque([*sorted(bound, key=lambda binder: -len(list(all_in(binder)))), *alone])
    number = len(wait)
    made: list[Printed] = []

    def work() -> None:
        """Print what waits, with a browser of its own, until nothing does. Each takes the longest there is."""
        with press() as machine:
            while True:
                try:
                    one = wait.popleft()
                except IndexError:
                    return
                progress(len(made), number, one.title)
                found = leaves(site, all_in(one) if isinstance(one, Binder) else [one], stamp)
                binder = one if isinstance(one, Binder) else None
                text = document(workspace, found, sheets_of_style, stamp, binder)
                made.append(_keep(machine, text, paper, folder, one))

    presses = min(PRESSES, -(-number // FEW))
    with ThreadPoolExecutor(presses or 1) as pool:
        running = [pool.submit(work) for _ in range(presses)]
        try:
            for each in running:
                each.result()
        finally:
            wait.clear()  # where one fails, the other does not go on
    if not wanted:
        listed = sorted(made, key=lambda one: (not one.name.startswith("binders/"), one.name))
        text = render(
            Scene(workspace, ""),
            "print/index.html",
            made=listed,
            paper=paper.value.upper(),
            day=stamp.day,
            commit=stamp.words,
        )
        (folder / "index.html").write_text(text, encoding="utf-8")
    return made


def _keep(machine: Press, text: str, paper: Paper, folder: Path, of: Sheet | Binder) -> Printed:
    """Print a document and put it into its place at once, so that no half of one is ever there."""
    printed = machine.print(text, paper)
    file = folder / f"{of.name}.pdf"
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".part")
    beside.write_bytes(printed)
    pages = len(PdfReader(beside).pages)
    beside.replace(file)
    return Printed(of.name, of.title, pages, -(-len(printed) // 1000))


def styles(site: Path) -> list[str]:
    """The style sheets of the site, in its order."""
    home = site / "index.html"
    if not home.is_file():
        raise NoPageError(f"{home} is not there: build the site first, `make site`")
    links = lxml_html.fromstring(home.read_text(encoding="utf-8")).xpath("//link[@rel='stylesheet']/@href")
    return [(site / str(link).partition("?")[0]).resolve().as_uri() for link in links if "://" not in str(link)]
