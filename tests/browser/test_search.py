"""The site's search finds records by what people would type."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit


def search(page: Page, words: str) -> Locator:
    """Type into the search; the links to the pages (not their sections) that it finds, ever fewer while it looks."""
    field = page.locator("[data-md-component=search-query]")
    field.click()
    field.press_sequentially(words)
    return page.locator(".md-search-result__item > .md-search-result__link")


def to(address: str) -> re.Pattern[str]:
    """The address of a page, whatever of it the search wants marked."""
    return re.compile(rf"/{re.escape(address)}(\?h=[^#]*)?$")


@pytest.mark.parametrize(
    ("words", "address", "name"),
    [
        pytest.param("auth-service", "services/auth-service/", "auth-service", id="name"),
        pytest.param("@secops-team", "teams/secops/", "SecOps", id="alias"),
        pytest.param("FinOps", "teams/finops/", "FinOps", id="owner"),
        pytest.param("ClickHouse", "databases/fanz-analytics/", "fanz_analytics", id="technology"),
        pytest.param("3001-3010", "groups/authentication/", "Authentication", id="ports"),
    ],
)
def test_the_first_result_is_what_was_meant_and_opens_its_page(
    visit: Visit, words: str, address: str, name: str
) -> None:
    page = visit("")
    results = search(page, words)
    expect(results.first).to_have_attribute("href", to(address))
    results.first.click()
    expect(page).to_have_url(to(address))
    expect(page.locator("h1")).to_have_text(name)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("FinOps", {"services/payment-engine/", "databases/fanz-finance/"}, id="owner"),
        pytest.param(
            "3001-3010", {"services/auth-service/", "services/oauth-provider/", "services/session-manager/"}, id="ports"
        ),
    ],
)
def test_what_belongs_to_an_owner_or_a_range_is_found_too(visit: Visit, words: str, expected: set[str]) -> None:
    page = visit("")
    search(page, words)
    for address in expected:
        expect(page.locator(f".md-search-result__link[href*='/{address}?h=']").first).to_be_visible()


def test_search_from_a_records_page_leads_from_the_root(visit: Visit) -> None:
    page = visit("runbooks/restore-postgresql/")
    results = search(page, "ClickHouse")
    results.first.click()
    expect(page.locator("h1")).to_have_text("fanz_analytics")


def test_nothing_is_found_where_nothing_is(visit: Visit) -> None:
    page = visit("")
    results = search(page, "qqzzxx")
    expect(page.locator(".md-search-result__meta")).to_have_text("No matching documents")
    expect(results).to_have_count(0)
