"""Printed pages: black on white, whole, and without what only a screen needs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from macros.impact import impact
from macros.workspace import Workspace
from tests.browser.colours import WHITE, behind, texts
from tests.browser.conftest import Scheme, Visit
from tests.browser.ink import leaves

A4 = 688
"""Pixels between the margins of A4: 210 mm less 14 mm on either side."""
RIGHT_MARGIN = 557
"""Points from the left of A4 to its right margin: 196 mm, to the next pixel of a browser."""
PAGES = ["services/auth-service/", "services/", "runbooks/restore-postgresql/", "readiness/", "diagrams/"]
TABLES = ["services/", "controls/", "teams/", "runbooks/", "platforms/", "clusters/"]


def printed(visit: Visit, address: str, scheme: Scheme = "light") -> Page:
    """A page as it goes to paper."""
    page = visit(address, scheme=scheme, width=A4, height=970)
    page.emulate_media(media="print", color_scheme=scheme)
    return page


@pytest.mark.parametrize("address", TABLES)
def test_no_column_is_cut(visit: Visit, address: str) -> None:
    page = printed(visit, address)
    cut = page.locator("table.itable").evaluate_all(
        """(tables, width) => tables.flatMap((table) => Array.from(table.querySelectorAll("th, td"))
          .filter((cell) => cell.getBoundingClientRect().right > width + 0.5 || cell.scrollWidth > cell.clientWidth + 1)
          .map((cell) => cell.textContent.trim()))""",
        A4,
    )
    assert cut == []
    boxes = page.locator(".inventory-table__scroll").evaluate_all(
        "(boxes) => boxes.map((box) => getComputedStyle(box).overflow + ' ' + getComputedStyle(box).maxHeight)"
    )
    assert set(boxes) == {"visible none"}


@pytest.mark.parametrize("address", ["services/auth-service/", "runbooks/restore-postgresql/", "diagrams/"])
def test_nothing_reaches_over_the_edge(visit: Visit, address: str) -> None:
    page = printed(visit, address)
    wider = page.locator(".md-content").evaluate(
        """(content, width) => Array.from(content.querySelectorAll("*"))
          .filter((element) => element.getBoundingClientRect().right > width + 0.5)
          .map((element) => element.outerHTML.slice(0, 160))""",
        A4,
    )
    assert wider == []


@pytest.mark.parametrize(("address", "scheme"), [(PAGES[0], "light"), *((address, "dark") for address in PAGES)])
def test_black_on_white(visit: Visit, address: str, scheme: Scheme) -> None:
    page = printed(visit, address, scheme)
    assert behind(page.locator(".md-content")) == WHITE
    found = texts(page.locator(".md-content *:not(svg *)"))
    assert found
    assert [text.html for text in found if text.ground != WHITE] == []
    assert [f"{text.contrast:.1f} {text.html}" for text in found if text.contrast < 10] == []


@pytest.mark.parametrize("address", PAGES[:3])
def test_only_what_is_to_be_read(visit: Visit, address: str) -> None:
    page = printed(visit, address)
    for hidden in (".md-header", ".md-sidebar", ".md-footer", ".filters", ".headerlink", ".drawing__text"):
        for element in page.locator(hidden).all():
            expect(element).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()


def test_what_is_done_is_ticked_on_paper(visit: Visit) -> None:
    page = printed(visit, "readiness/", "dark")
    tick = (
        "(box) => getComputedStyle(box, '::after').borderBottomColor + ' ' + getComputedStyle(box, '::after').content"
    )
    assert page.locator(".check--done input").first.evaluate(tick) == 'rgb(0, 0, 0) ""'
    assert page.locator(".check:not(.check--done) input").first.evaluate(tick).endswith("none")


@pytest.mark.parametrize("address", ["", *PAGES[:3]])
def test_the_pdf_has_every_word_inside_its_margins(visit: Visit, tmp_path: Path, address: str) -> None:
    page = visit(address, scheme="dark")
    page.emulate_media(media="print")
    shown = page.locator(".md-content :is(h1, h2, th, td, dd, .paging li, .step p, .bars li):visible").all_inner_texts()
    page.emulate_media(media="null")
    words = [word for leaf in leaves(pdf(page, tmp_path)) for word in leaf.words]
    paper = squeezed("".join(word.text for word in words))
    assert {word for text in shown for word in text.split() if squeezed(word) not in paper} == set()
    assert [(word.text, word.x1) for word in words if word.x1 > RIGHT_MARGIN] == []


def pdf(page: Page, folder: Path) -> Path:
    """A page printed on A4."""
    file = folder / "page.pdf"
    page.pdf(path=file, format="A4")
    return file


def squeezed(text: str) -> str:
    """Letters and digits only: words break otherwise on paper."""
    return re.sub(r"[\W_]+", "", text)


SHEETS = [
    "critical-path/authentication-service", "critical-path/payment-engine", "critical-path/media-processing",
    "critical-path/fanzdash", "critical-path/database-cluster", "vendor/aws", "account/fanz-production",
]  # fmt: skip
"""The sheets of the critical paths, and the longest of all."""

ANSWERS = ("Page", "Who notices", "What falls with it", "What to do")


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_is_one_page_with_every_answer(visit: Visit, workspace: Workspace, tmp_path: Path, name: str) -> None:
    page = visit(f"if-down/{name}/")
    book = leaves(pdf(page, tmp_path))
    assert len(book) == 1
    paper = squeezed(book[0].text)
    record = workspace.inventory[name.replace("/", ".")]
    found = impact(workspace.reach, record)
    assert all(squeezed(answer) in paper for answer in ANSWERS)
    people = [workspace.inventory[step.key].name for step in found.page.steps]
    assert people
    assert all(squeezed(person) in paper for person in people)
    assert all(squeezed(hit.impact) in paper for hit, _ in found.paths)
    assert all(squeezed(workspace.inventory[key].name) in paper for key in found.runbooks)
    assert all(squeezed(kind.titles) in paper for kind, _ in found.falling)
