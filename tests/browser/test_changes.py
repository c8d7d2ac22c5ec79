"""The preview of a change as a reviewer goes through it: from any page to what changes, to a record, to before and after."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit, darken, served
from tests.browser.test_access import COLOURS, violations
from tests.changing import FACTS
from tests.test_preview import AFTER, preview, project

PHONE = 390


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the preview is served."""
    folder = project(tmp_path_factory.mktemp("project"), FACTS, AFTER)
    done = preview(folder)
    assert done.returncode == 0, done.stderr
    with served(folder / "built", "/previews/7") as found:
        yield found


def test_a_reviewer_goes_from_a_page_to_what_changes_and_back(visit: Visit, address: str) -> None:
    page = visit("teams/ops/", base=address)
    page.locator(".preview a").first.click()
    expect(page.locator("h1")).to_have_text("What changes")
    first = page.locator(".change").first
    expect(first.locator(".change__says")).to_have_text("cart, stock and Web change hands: Shop → Pay")
    first.get_by_role("link", name="cart", exact=True).first.click()
    expect(page.locator("h1")).to_have_text("cart")
    page.locator(".page-changes a").first.click()
    expect(page.locator(".change:target .change__says")).to_contain_text("change hands")
    page.go_back()
    page.get_by_role("link", name="This page reads differently").click()
    expect(page.locator("h1")).to_have_text("cart: before and after")
    expect(page.locator("del", has_text="Shop").first).to_be_visible()
    expect(page.locator("ins", has_text="Pay").first).to_be_visible()


@pytest.mark.parametrize("name", ["changes/", "services/cart/", "", "changes/pages/services/cart/"])
def test_no_page_of_a_preview_is_an_obstacle_or_wider_than_a_phone(visit: Visit, address: str, name: str) -> None:
    page = visit(name, base=address, width=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert violations(page) == []
    darken(page)
    assert violations(page, **COLOURS) == []
