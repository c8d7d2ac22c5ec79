"""No serious obstacle for people who cannot see, point or tell colours apart, as axe knows them."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit

PAGES = [
    "",
    "services/",
    "services/auth-service/",
    "teams/secops/",
    "runbooks/restore-postgresql/",
    "diagrams/",
    "readiness/",
    "milestones/",
    "reference/",
    "contribute/",
]
THEME = {
    ("aria-dialog-name", ".md-search"),  # the theme's search box has role="dialog" and no name; its field has one
}
"""Violations of the theme's own markup: rule and element."""
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


@pytest.mark.parametrize("address", PAGES)
def test_no_serious_violation(visit: Visit, address: str) -> None:
    page = visit(address)
    assert violations(page) == []
    page.get_by_title("Switch to dark").click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    assert violations(page, **COLOURS) == []


def violations(page: Page, **options: object) -> list[str]:
    """What axe finds that is serious or critical."""
    found = Axe().run(page, options={"resultTypes": ["violations"], **options}).response["violations"]
    return [
        f"{violation['id']} at {target}: {node['failureSummary']}"
        for violation in found
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
        for target in node["target"]
        if (violation["id"], target) not in THEME
    ]
