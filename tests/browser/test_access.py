"""No obstacle for people who cannot see, point or tell colours apart, as axe knows them."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Visit, darken

PAGES = [
    "",
    "services/",
    "services/auth-service/",
    "teams/secops/",
    "runbooks/restore-postgresql/",
    "diagrams/",
    "focus/",
    "focus/?of=service.auth-service",
    "focus/?of=service.aut",
    "readiness/",
    "milestones/",
    "reference/",
    "contribute/",
    "findings/",
    "history/",
    "single-points/",
    "vendors/",
    "if-down/critical-path/fanzdash/",
]
THEME = (".md-code__nav",)
"""What the theme's own script adds: a landmark beside each piece of code, all of one name."""

QUICKLY = {"resultTypes": ["violations"], "preload": False}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


@pytest.mark.parametrize("address", PAGES)
def test_no_violation(visit: Visit, address: str) -> None:
    """In both schemes. Of the reference and the drawings, which repeat themselves, the first ones."""
    page = visit(address)
    for repeated in (".reference-kind", "figure.drawing", ".findings tbody tr", ".assumptions li", ".commit"):
        page.locator(repeated).evaluate_all("(parts) => parts.slice(3).forEach((part) => part.remove())")
    assert violations(page) == []
    darken(page)
    assert violations(page, **COLOURS) == []


def violations(page: Page, **options: object) -> list[str]:
    """What axe finds."""
    found = Axe().run(page, options={**QUICKLY, **options}).response["violations"]
    return [
        f"{violation['id']} at {target}: {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
        for target in node["target"]
        if not target.endswith(THEME)
    ]
