"""Light and dark: the switch, that it lasts, and that both can be read."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.colours import behind, contrast, faint
from tests.browser.conftest import Visit, darken

PAGES = ["", "controls/", "services/auth-service/", "runbooks/restore-postgresql/"]
READ = ".md-content :is(p, li, dt, dd, th, td, h1, h2, h3, a, span, code, var, button, legend, summary, time, strong)"


def darkness(page: Page) -> float:
    """The luminance of the page's ground."""
    return behind(page.locator(".md-content")).luminance


def test_the_switch_switches_and_lasts(visit: Visit) -> None:
    page = visit("services/")
    assert darkness(page) > 0.9
    darken(page)
    assert darkness(page) < 0.05
    page.locator("[data-inventory-table] tbody th a").first.click()
    expect(page.locator("h1")).not_to_have_text("Services")
    assert darkness(page) < 0.05
    page.reload()
    assert darkness(page) < 0.05
    page.get_by_title("Switch to light").click()
    assert darkness(page) > 0.9
    page.reload()
    assert darkness(page) > 0.9


def test_the_system_decides_first(visit: Visit) -> None:
    assert darkness(visit("", scheme="light")) > 0.9
    assert darkness(visit("", scheme="dark")) < 0.05


@pytest.mark.parametrize("address", PAGES)
def test_all_text_can_be_read(visit: Visit, address: str) -> None:
    page = visit(address)
    assert faint(page.locator(READ)) == []
    darken(page)
    assert faint(page.locator(READ)) == []


def test_chips_of_a_filter_can_be_read_when_pressed(visit: Visit) -> None:
    page = visit("vendors/")
    page.locator(".filters button").first.click()
    pressed = page.locator(".filters button[aria-pressed=true], .filters button[aria-pressed=true] *")
    assert faint(pressed) == []
    darken(page)
    assert faint(pressed) == []


def test_what_is_done_shows(visit: Visit) -> None:
    page = visit("readiness/")
    done, still_open = page.locator(".check--done input").first, page.locator(".check:not(.check--done) input").first
    for _ in ("light", "dark"):
        ground = behind(page.locator(".md-content"))
        assert contrast(behind(done), ground) >= 3
        assert contrast(behind(still_open), ground) < 1.1
        page.get_by_title("Switch to", exact=False).locator("visible=true").first.click()
