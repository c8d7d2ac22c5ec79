"""A phone, held upright."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit

WIDTH, HEIGHT = 390, 844
PAGES = [
    "",
    "services/",
    "services/auth-service/",
    "teams/secops/",
    "runbooks/restore-postgresql/",
    "diagrams/",
    "focus/?of=service.auth-service",
    "readiness/",
    "milestones/",
    "stages/",
    "domains/",
    "reference/",
    "critical-paths/",
]
WIDER = """(content) => Array.from(content.querySelectorAll("*"))
  .filter((element) => !element.closest(".inventory-table__scroll > *, .drawing__scroll > *, pre > *, .headerlink"))
  .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5)
  .map((element) => element.outerHTML.slice(0, 160))"""


@pytest.mark.parametrize("address", PAGES)
def test_no_page_scrolls_sideways(visit: Visit, address: str) -> None:
    page = visit(address, width=WIDTH, height=HEIGHT)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= WIDTH
    assert page.locator(".md-content").evaluate(WIDER) == []


@pytest.mark.parametrize(
    "address", ["services/auth-service/", "databases/fanz-main/", "runbooks/restore-postgresql/", "providers/cdn/"]
)
def test_whom_to_page_is_near_the_top(visit: Visit, address: str) -> None:
    page = visit(address, width=WIDTH, height=HEIGHT)
    panel = page.locator(".paging")
    expect(panel.get_by_role("heading")).to_contain_text("Whom to page")
    box = panel.locator("li").first.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 1.5 * HEIGHT


def test_the_menu_opens_and_leads(visit: Visit) -> None:
    page = visit("services/auth-service/", width=WIDTH, height=HEIGHT)
    menu = page.locator(".md-nav--primary")
    part = menu.locator("label.md-nav__link").filter(has_text="In an incident")
    entry = menu.get_by_role("link", name="Critical paths", exact=True)
    expect(part).not_to_be_in_viewport()
    page.locator("label.md-header__button[for=__drawer]").click()
    expect(part).to_be_in_viewport()
    part.click()
    expect(entry).to_be_in_viewport()
    entry.click()
    expect(page.locator("h1")).to_contain_text("Critical paths")


def test_the_search_opens(visit: Visit) -> None:
    page = visit("", width=WIDTH, height=HEIGHT)
    page.locator("label.md-header__button[for=__search]").click()
    expect(page.locator("[data-md-component=search-query]")).to_be_in_viewport()
