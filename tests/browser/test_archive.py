"""The archive in a browser, from a disk, with nothing that serves it."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from macros.archive import archive
from macros.provenance import commit_of
from tests.browser.test_search import search


@pytest.fixture(scope="module")
def unpacked(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    archive(site, folder / "site.zip", commit_of(site) or "", date(2031, 5, 6))
    with zipfile.ZipFile(folder / "site.zip") as packed:
        packed.extractall(folder / "a folder")
    return folder / "a folder"


def test_it_opens_searches_and_leads_on_from_a_disk(browser: Browser, unpacked: Path) -> None:
    context = browser.new_context(service_workers="allow")
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on(
        "requestfailed",  # what the reader did not wait for is no fault
        lambda request: said.append(request.url) if request.failure != "net::ERR_ABORTED" else None,
    )
    page.goto((unpacked / "index.html").as_uri())
    results = search(page, "restore-fanz")
    expect(results.first).to_be_visible()
    results.first.click()
    expect(page.locator("h1")).to_contain_text("Restore fanz")
    assert page.url.startswith("file:")
    page.locator(".breadcrumb a").first.click()
    expect(page.locator("h1")).to_have_text("Runbooks¶")
    page.locator("[data-inventory-table] tbody th a").first.click()
    expect(page.locator("ol.steps").first).to_be_visible()
    page.get_by_role("button", name="Start").first.click()
    page.locator("a.md-logo").first.click()
    expect(page).to_have_url((unpacked / "index.html").as_uri())
    context.close()
    assert said == []


def test_the_focus_view_draws_and_its_links_lead_on_from_a_disk(browser: Browser, unpacked: Path) -> None:
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for link in (".focus__result li a.entity", ".focus__result svg a"):
        page.goto(f"{(unpacked / 'focus' / 'index.html').as_uri()}?of=service.auth-service")
        expect(page.locator(".focus__status")).to_contain_text("Within 2 steps")
        page.locator(link).nth(1).click()
        expect(page.locator(".chip--kind")).to_be_visible()
        assert page.url.endswith("/index.html")
    page.close()
    assert said == []
