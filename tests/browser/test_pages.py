"""Every kind of page loads whole and quietly, from the root of a server and from below it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SUB_PATH, Visit, Watch
from tests.browser.test_search import search
from tests.conftest import ROOT


def written() -> list[str]:
    """The addresses of the pages that people wrote."""
    names = (page.relative_to(ROOT / "docs").with_suffix("").as_posix() for page in (ROOT / "docs").rglob("*.md"))
    return sorted("" if name == "index" else f"{name.removesuffix('/index')}/" for name in names)


def addresses(site: Path) -> list[str]:
    """The address of every page."""
    found = [path.parent.relative_to(site).as_posix() for path in sorted(site.rglob("index.html"))]
    return ["" if address == "." else f"{address}/" for address in found]


def of_each_kind(everything: list[str]) -> list[str]:
    """The pages that people wrote, and of those made from records the first of each folder."""
    first = {address.rstrip("/").rpartition("/")[0]: address for address in reversed(everything)}
    return sorted({*written(), *first.values()})


def test_every_kind_of_page(visit: Visit, site: Path, request: pytest.FixtureRequest) -> None:
    """None breaks its policy, asks elsewhere, or misses something: the watch sees to that. (`--every-page`: all.)"""
    page = visit("404.html")
    root = page.url.removesuffix("404.html")
    everything = addresses(site)
    assert set(written()) <= set(everything)
    chosen = everything if request.config.getoption("--every-page") else of_each_kind(everything)
    assert len(chosen) > 60
    for address in chosen:
        page.goto(root + address, wait_until="load")
        assert page.locator("h1").is_visible(), address


def test_a_broken_policy_would_be_noticed(visit: Visit, watch: Watch) -> None:
    page = visit("")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>')")
    page.evaluate("document.head.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))")
    page.wait_for_timeout(100)
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in complaint for complaint in watch.complaints)
    watch.complaints.clear()


def test_a_critical_path_says_whom_to_page(visit: Visit) -> None:
    page = visit("")
    first = page.locator(".path").first
    expected = first.locator(".path__page a").all_inner_texts()
    assert expected
    first.locator(".path__name a").click()
    expect(page.locator("h1")).to_have_text("Authentication Service")
    assert page.locator(".paging__who a").all_inner_texts()[: len(expected)] == expected


def test_the_site_works_below_a_path(visit: Visit, watch: Watch, below: str) -> None:
    page = visit("", base=below)
    page.locator(".path__name a").first.click()
    expect(page.locator("h1")).to_have_text("Authentication Service")
    page.locator(".drawing__scroll .node:not(.centre) a text").first.click()
    expect(page.locator(".breadcrumb")).to_be_visible()
    page.locator(".breadcrumb a").click()
    page.locator(".md-nav--primary").get_by_role("link", name="Databases", exact=True).click()
    page.locator("[data-inventory-table] tbody th a").first.click()
    page.locator("a.md-logo").first.click()
    expect(page).to_have_url(f"{below}")
    results = search(page, "ClickHouse")
    results.first.click()
    expect(page.locator("h1")).to_have_text("fanz_analytics")
    stray = [url for url in watch.requests if not urlsplit(url).path.startswith(f"{SUB_PATH}/")]
    assert stray == []
    kinds = {urlsplit(url).path.rpartition(".")[2] for url in watch.requests}
    assert {"css", "js", "json"} <= kinds


def test_a_server_below_a_path_serves_nothing_else(below: str, visit: Visit, watch: Watch) -> None:
    """The test above would prove nothing if it did."""
    page = visit("", base=below)
    answer = page.request.get(below.removesuffix(f"{SUB_PATH}/") + "/services/")
    assert answer.status == 404
    assert watch.requests
