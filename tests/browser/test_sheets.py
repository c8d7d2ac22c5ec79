"""From the home page to the sheet of what is down, and from there to whom to page."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from macros.model import CriticalPath
from macros.workspace import Workspace
from tests.browser.conftest import Visit, darken
from tests.browser.test_search import search

ANSWERS = ("Page", "Who notices", "What to do", "What falls with it", "Whom to tell", "What it needs, in start order")


def test_every_critical_path_is_one_click_from_home(visit: Visit, workspace: Workspace) -> None:
    page = visit("")
    home = page.url
    links = page.locator(".path a.chip--down")
    paths = [path for path in workspace.inventory.of("critical-path") if isinstance(path, CriticalPath)]
    expect(links).to_have_count(len(paths))
    for path in paths:
        page.goto(home)
        card = page.locator(".path", has=page.get_by_role("link", name=path.name, exact=True)).first
        card.get_by_role("link", name="If it is down").click()
        expect(page.locator("h1")).to_have_text(f"If {path.name} is down")
        for answer in ANSWERS:
            expect(page.get_by_role("heading", name=answer).first).to_be_visible()
        expect(page.get_by_text(path.impact).first).to_be_visible()
        expect(page.locator(".sheet .paging__who a").first).to_be_visible()


def test_by_a_search_and_a_click(visit: Visit) -> None:
    page = visit("")
    results = search(page, "payout-automation")
    expect(results.first).to_have_attribute("href", re.compile("services/payout-automation/"))  # when all is typed
    results.first.click()
    page.get_by_role("link", name="If it is down").click()
    expect(page.locator("h1")).to_have_text("If payout-automation is down")


def test_what_is_assumed_is_marked_in_both_schemes(visit: Visit) -> None:
    page = visit("if-down/vendor/aws/")
    marked = page.locator(".sheet__one--assumed a").first
    line = "(link) => getComputedStyle(link).textDecorationStyle"
    assert marked.evaluate(line) == "dotted"
    darken(page)
    assert marked.evaluate(line) == "dotted"
    assert page.locator(".sheet__one:not(.sheet__one--assumed) a").first.evaluate(line) == "solid"


def test_a_sheet_fits_a_phone(visit: Visit) -> None:
    page = visit("if-down/repository/fanzdash/", width=390, height=844)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.locator(".sheet .paging__who a").first).to_be_in_viewport()
