"""What `inventory print` makes: each PDF against the record it was made from, on both papers."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import segno
from playwright.sync_api import Browser
from playwright.sync_api import Error as PlaywrightError
from pypdf import PdfReader

from macros.flow import End, way
from macros.model import Runbook
from macros.paging import paging
from macros.placeholders import parts
from macros.printing import press as presses
from macros.printing.leaf import NoPageError, Stamp, document, leaves
from macros.printing.press import Paper, Press, pages_of
from macros.printing.printer import styles
from macros.printing.shelf import all_in, binders, sheets
from macros.workspace import Workspace
from tests.browser.ink import leaves as leaves_of
from tests.conftest import LIBRARY, ROOT, build, inventory

STAMP = Stamp(datetime(2031, 5, 6, 23, 30, tzinfo=UTC), "0123456789")
RUNBOOKS = sorted(file.stem for file in (ROOT / "data" / "runbooks").glob("*.yml"))
ON_BOTH = ("payment-engine-down", "restore-fanz-finance")
"""The longest: each is printed for itself, on both papers."""
TOGETHER = 6
"""Runbooks of one document; with many more a browser needs longer for each."""
MARGIN = 14 / 25.4 * 72


@pytest.fixture(scope="session")
def machine(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Press]:
    """A press with the browser that the other tests have."""
    page = browser.new_context(offline=True).new_page()
    page.emulate_media(media="print", color_scheme="dark")
    yield Press(page, tmp_path_factory.mktemp("press"))
    page.context.close()


_PRINTED: dict[tuple[str, Paper], bytes] = {}
"""What was printed already, since several tests look at it."""


def printed(machine: Press, site: Path, workspace: Workspace, name: str, paper: Paper = Paper.A4) -> bytes:
    if (name, paper) not in _PRINTED:
        _PRINTED[name, paper] = _print(machine, site, workspace, name, paper)
    return _PRINTED[name, paper]


def _print(machine: Press, site: Path, workspace: Workspace, name: str, paper: Paper) -> bytes:
    for binder in binders(workspace):
        if binder.name == name:
            found = leaves(site, all_in(binder), STAMP)
            return machine.print(document(workspace, found, styles(site), STAMP, binder), paper)
    sheet = next(sheet for sheet in sheets(workspace) if sheet.name == name)
    return machine.print(document(workspace, leaves(site, [sheet], STAMP), styles(site), STAMP), paper)


def squeezed(text: str) -> str:
    """Without spaces and the marks of lines that go on: what is left of a command however it is broken."""
    return re.sub(r"[\s↩]", "", text)


@cache
def texts_of(pdf: bytes) -> list[str]:
    """The words of each page in the order in which they were set."""
    return [leaf.text for leaf in leaves_of(pdf)]


@pytest.mark.parametrize("number", range(-(-len(RUNBOOKS) // TOGETHER)))
def test_every_command_and_contact_of_every_runbook_is_there_in_order(
    machine: Press, site: Path, workspace: Workspace, number: int
) -> None:
    """Some share a document, as in a binder: they are the same on paper, in half the time."""
    names = {f"runbooks/{name}" for name in RUNBOOKS[number * TOGETHER : (number + 1) * TOGETHER]}
    chosen = [sheet for sheet in sheets(workspace) if sheet.name in names]
    assert {sheet.name for sheet in chosen} == names
    text = document(workspace, leaves(site, chosen, STAMP), styles(site), STAMP)
    pages = leaves_of(machine.print(text, Paper.A4))
    heads = [page.lines[0].rpartition(" Owner: ")[0] for page in pages]
    assert set(heads) == {sheet.title for sheet in chosen}
    for sheet in chosen:
        own = [page.text for page, head in zip(pages, heads, strict=True) if head == sheet.title]
        assert_told(own, workspace, sheet.name)


@pytest.mark.parametrize("name", ON_BOTH)
@pytest.mark.parametrize("paper", list(Paper))
def test_every_command_and_contact_is_there_in_order_in_a_print_of_its_own(
    machine: Press, site: Path, workspace: Workspace, name: str, paper: Paper
) -> None:
    assert_told(texts_of(printed(machine, site, workspace, f"runbooks/{name}", paper)), workspace, f"runbooks/{name}")


def assert_told(pages: list[str], workspace: Workspace, name: str) -> None:
    """The texts of a runbook's pages hold each of its steps and commands in order, and its contacts on the first."""
    runbook = workspace.inventory[name.replace("runbooks/", "runbook.")]
    assert isinstance(runbook, Runbook)
    whole = squeezed("".join(pages))
    found = way(runbook, workspace.inventory)
    at = 0
    for move in found.moves:
        ids = [asked.id for asked in found.inputs]
        for text in filter(None, (move.step.do, move.step.command)):
            filled = "".join(part.text for part in parts(text, workspace.inventory, ids))
            words = squeezed(filled.replace("`", "") if text is move.step.do else filled)
            where = _without_page_breaks(whole, words, at)
            assert where >= 0, f"{name}, step {move.number}: {words[:80]}"
            at = where
    first = squeezed(pages[0])
    people = [workspace.inventory[step.key] for step in paging(workspace.graph, runbook).steps]
    assert people
    for person in people:
        assert squeezed(person.name) in first
        handle = getattr(person, "handle", None)
        assert squeezed(handle or "unknown") in first


def _without_page_breaks(whole: str, words: str, start: int) -> int:
    """Where the words begin. A long command may go over a page, with a foot and a head between."""
    found = whole.find(words, start)
    if found >= 0:
        return found
    pieces = [words[:size] for size in range(len(words) - 1, 8, -1)]
    for piece in pieces:
        found = whole.find(piece, start)
        if found >= 0 and whole.find(words[len(piece) :], found) >= 0:
            return found
    return -1


@pytest.mark.parametrize("paper", list(Paper))
def test_nothing_lies_outside_the_margins_and_each_page_says_whose_it_is(
    machine: Press, site: Path, workspace: Workspace, paper: Paper
) -> None:
    pdf = printed(machine, site, workspace, "runbooks/payment-engine-down", paper)
    book = leaves_of(pdf)
    wide = {"a4": 595, "letter": 612}[paper.value]
    for number, page in enumerate(book, 1):
        assert abs(page.width - wide) < 1
        out = [word.text for word in page.words if not MARGIN - 1 <= word.x0 <= word.x1 <= page.width - MARGIN + 1.5]
        assert out == []
        lines = page.lines
        assert lines[0] == "Payment engine down Owner: FinOps"
        assert lines[-1].endswith(f"Page {number} of {len(book)}")
        foot = "commit 0123456789 · printed 2031-05-06 (UTC) · valid until 2031-08-05 · Draft: not exercised"
        assert foot in lines[-1]


def test_a_step_is_on_the_page_that_others_say_and_has_room_to_sign(
    machine: Press, site: Path, workspace: Workspace
) -> None:
    runbook = workspace.inventory["runbook.payment-engine-down"]
    assert isinstance(runbook, Runbook)
    pdf = printed(machine, site, workspace, "runbooks/payment-engine-down")
    pages = texts_of(pdf)
    where = {int(name.rpartition("-")[2]): page for name, page in pages_of(pdf).items() if "step-" in name}
    said = re.findall(r"Go to step (\d+) \(page\s+(\d+)\)", " ".join(" ".join(pages).split()))
    assert len(said) > 5
    for step, page in said:
        assert where[int(step)] == int(page)
    moves = way(runbook, workspace.inventory).moves
    jumps = {out.exit.step for move in moves for out in move.otherwise if out.exit.end is End.STEP}
    assert jumps <= set(where)
    for move in moves:
        if move.number in where:
            plain = "".join(part.text for part in parts(move.step.do or "", workspace.inventory, ()))
            assert squeezed(plain.replace("`", ""))[:25] in squeezed(pages[where[move.number] - 1])
    assert squeezed("".join(pages)).count("workeddidnottimeinitials") == len(moves)


def test_a_binder_lists_what_is_in_it_with_true_pages_and_bookmarks(
    machine: Press, site: Path, workspace: Workspace
) -> None:
    binder = next(binder for binder in binders(workspace) if binder.name == "binders/launch-day")
    pdf = printed(machine, site, workspace, binder.name)
    pages = texts_of(pdf)
    contents = " ".join(" ".join(pages[:2]).split())
    titles = [sheet.title for sheet in all_in(binder)]
    assert {"Launch go or no-go", "Launch rollback", "Code freeze exception"} <= set(titles)
    for title in titles:
        number = re.search(rf"{re.escape(title)} (\d+)", contents)
        assert number, title
        assert pages[int(number[1]) - 1].startswith(title), title
    assert [f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, 1)] == [True] * len(pages)
    reader = PdfReader(BytesIO(pdf))
    marks = [item for item in reader.outline if not isinstance(item, list)]
    starts = {reader.get_destination_page_number(mark) for mark in marks}
    assert len(marks) > len(titles)
    assert starts <= set(range(len(pages)))
    first = squeezed(pages[0])
    assert "Whomtopage" in first
    assert "DevOps" in first


def test_every_team_that_answers_for_something_has_a_binder_with_all_of_it(workspace: Workspace) -> None:
    bound = {binder.name: {sheet.name for sheet in all_in(binder)} for binder in binders(workspace)}
    for runbook in workspace.inventory.of("runbook"):
        first = paging(workspace.graph, runbook).steps[0].key
        assert f"runbooks/{runbook.id}" in bound[f"binders/{first.partition('.')[2]}"]
    unowned = {"if-down/stage-uat"}  # nobody has stated who answers for it
    assert {sheet.name for sheet in sheets(workspace)} - unowned <= set().union(*bound.values())


@pytest.mark.parametrize("name", ["critical-path-authentication-service", "vendor-aws", "account-fanz-production"])
@pytest.mark.parametrize("paper", list(Paper))
def test_a_sheet_is_one_page(machine: Press, site: Path, workspace: Workspace, name: str, paper: Paper) -> None:
    pdf = printed(machine, site, workspace, f"if-down/{name}", paper)
    assert len(texts_of(pdf)) == 1
    assert "valid until" in texts_of(pdf)[0]


def test_black_on_white(machine: Press, site: Path, workspace: Workspace) -> None:
    book = leaves_of(printed(machine, site, workspace, "runbooks/payment-engine-down"))
    inks = {word.colour for page in book for word in page.words}
    assert inks
    for ink in inks:
        assert len(set(ink)) == 1, ink  # grey
        assert max(ink) < 0.45 * 255, ink


# The command


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small site whose address is known."""
    root = tmp_path_factory.mktemp("library")
    shutil.copytree(LIBRARY, root / "inventory")
    done = build(root / "site", "--data", str(root / "inventory" / "data"))
    assert done.returncode == 0, done.stderr
    return root


def run(library: Path, *arguments: str) -> Any:
    return inventory(
        "print", "--data", str(library / "inventory" / "data"), "--site", str(library / "site"), *arguments
    )


def test_a_runbook_that_was_exercised_is_no_draft(library: Path) -> None:
    done = run(library, "--only", "runbooks/lending-stopped")
    assert done.returncode == 0, done.stderr
    text = "".join(texts_of((library / "site" / "print" / "a4" / "runbooks" / "lending-stopped.pdf").read_bytes()))
    assert "Draft" not in text
    assert "Last exercised 2031-02-03 by Stacks, 35 min: worked with changes." in " ".join(text.split())
    assert "no commit" in text  # the folder is no repository


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(("--only", "runbooks/nosuch"), "nothing to print of that name"), (("--site", "nowhere"), "make site")],
)
def test_what_cannot_be_printed_is_said(library: Path, arguments: tuple[str, ...], says: str) -> None:
    done = run(library, *arguments)
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_browser_it_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    class Nothing:
        def launch(self, **_: object) -> None:
            raise PlaywrightError("not there\nat all")

    with pytest.raises(presses.NoBrowserError, match=r"`make browser` installs one.*not there$"):
        presses._start(Nothing())  # type: ignore[arg-type] # as little of one as it takes


def test_a_page_that_the_site_lacks_is_named(tmp_path: Path, workspace: Workspace) -> None:
    with pytest.raises(NoPageError, match="is not there"):
        leaves(tmp_path, sheets(workspace)[:1], STAMP)


def test_the_address_is_there_to_be_scanned(tmp_path: Path, workspace: Workspace) -> None:
    from macros.views import Scene
    from macros.views.paper import paper

    known = Workspace(workspace.folders)
    known.site_url = "https://inventory.example.com/base/"
    record = known.inventory["runbook.payment-engine-down"]
    about = paper(Scene(known, "../../"), record, "runbooks/payment-engine-down/")
    assert about.address == "https://inventory.example.com/base/runbooks/payment-engine-down/"
    again = segno.make(about.address, error="m", micro=False)
    drawn = re.search(r'd="([^"]+)"', about.qr)
    same = re.search(r'd="([^"]+)"', again.svg_inline(border=2, omitsize=True))
    assert drawn
    assert same
    assert drawn[1] == same[1]
    assert paper(Scene(workspace, "../../"), record, "x/").qr == ""
