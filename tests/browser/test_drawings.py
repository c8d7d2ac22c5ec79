"""Drawings lead to pages, keep their colours, and can be read as lists."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.colours import BLACK, behind, contrast, painted, texts
from tests.browser.conftest import Visit, darken


def name_of(address: str) -> str:
    """The last part of a record's address."""
    return address.rstrip("/").rpartition("/")[2]


@pytest.mark.parametrize(("address", "drawing"), [("diagrams/", 0), ("diagrams/", 3), ("services/auth-service/", 0)])
def test_a_node_leads_to_its_page(visit: Visit, address: str, drawing: int) -> None:
    page = visit(address)
    nodes = page.locator(".drawing__scroll").nth(drawing).locator(".node:not(.centre) a")
    label = " ".join(nodes.first.locator("text").all_text_contents())
    leads_to = nodes.first.get_attribute("href")
    assert leads_to is not None
    nodes.first.locator("text").first.click()
    expect(page).to_have_url(re.compile(rf"/[a-z-]+/{re.escape(name_of(leads_to))}/$"))
    expect(page.locator("h1")).to_have_text(label)


def test_every_link_of_every_drawing_leads_to_a_page(visit: Visit) -> None:
    page = visit("diagrams/")
    found = page.locator(".drawing a").evaluate_all("(links) => links.map((link) => link.href.baseVal ?? link.href)")
    targets = sorted({str(address) for address in found})
    assert len(targets) > 20
    base = page.url
    statuses = page.evaluate(
        """([base, targets]) => Promise.all(targets.map(async (target) =>
             [target, (await fetch(new URL(target, base), { method: "HEAD" })).status]))""",
        [base, targets],
    )
    assert [target for target, status in statuses if status != 200] == []


@pytest.mark.parametrize("address", ["diagrams/", "services/auth-service/"])
def test_shapes_and_lines_have_colours(visit: Visit, address: str) -> None:
    page = visit(address)
    assert_coloured(page)
    darken(page)
    assert_coloured(page)


def assert_coloured(page: Page) -> None:
    """Neither black nor nothing, which is what SVG is without a style, and to be told from the ground."""
    ground = behind(page.locator(".drawing__scroll").first)
    drawn = page.locator(".drawing__scroll")
    for shapes, name in (
        (drawn.locator(".node :is(polygon, path, ellipse)"), "stroke"),
        (drawn.locator(".edge path"), "stroke"),
        (drawn.locator(".edge :is(polygon, ellipse)"), "fill"),
        (page.locator(".legend .node :is(polygon, path, ellipse)"), "stroke"),
        (page.locator(".legend .edge path"), "stroke"),
    ):
        colours = painted(shapes, name)
        assert colours
        for colour in colours:
            assert colour is not None
            assert colour != BLACK
            assert contrast(colour, ground) >= 3, f"{colour} on {ground}"
    assert set(painted(drawn.locator(".edge path"), "fill")) == {None}, "a filled edge hides what is behind it"


@pytest.mark.parametrize("address", ["diagrams/", "services/auth-service/", "teams/secops/"])
def test_labels_can_be_read_on_their_shapes(visit: Visit, address: str) -> None:
    page = visit(address)
    assert_readable(page)
    darken(page)
    assert_readable(page)


def assert_readable(page: Page) -> None:
    """The names of nodes on what they are filled with, the names of boxes on the ground."""
    nodes = page.locator(".drawing__scroll .node")
    fills = painted(page.locator(".drawing__scroll .node a > :is(polygon, path, ellipse):nth-of-type(1)"), "fill")
    inks = painted(page.locator(".drawing__scroll .node a > text:nth-of-type(1)"), "fill")
    assert len(fills) == len(inks) == nodes.count() > 0
    for fill, ink in zip(fills, inks, strict=True):
        assert fill is not None
        assert ink is not None
        assert contrast(fill, ink) >= 4.5, f"{ink} on {fill}"
    boxes = page.locator(".drawing__scroll .cluster text")
    ground = behind(page.locator(".drawing__scroll").first)
    assert all(ink is not None and contrast(ink, ground) >= 4.5 for ink in painted(boxes, "fill"))


def test_kinds_differ_and_schemes_differ(visit: Visit) -> None:
    page = visit("services/auth-service/")
    kinds = ("service", "database", "cluster", "critical-path")
    shapes = [page.locator(f".drawing__scroll .node.kind-{kind} :is(polygon, path)").first for kind in kinds]
    light = {painted(shape, "stroke")[0] for shape in shapes}
    darken(page)
    dark = {painted(shape, "stroke")[0] for shape in shapes}
    assert len(light) == len(dark) == len(kinds)
    assert not light & dark


def test_assumed_lines_are_dashed(visit: Visit) -> None:
    page = visit("diagrams/")
    dashes = page.locator(".drawing__scroll .edge.assumed path").evaluate_all(
        "(paths) => paths.map((path) => getComputedStyle(path).strokeDasharray)"
    )
    assert dashes
    assert "none" not in dashes


def test_a_legend_names_what_is_drawn(visit: Visit) -> None:
    page = visit("diagrams/")
    for figure in page.locator("figure.drawing").all():
        legend = figure.get_by_role("list", name="Legend")
        expect(legend).to_be_visible()
        for selector in (".node", ".edge"):
            drawn = _classes(page, figure.locator(f".drawing__scroll {selector}").evaluate_all(_CLASSES))
            explained = _classes(page, legend.locator(selector).evaluate_all(_CLASSES))
            assert drawn <= explained, f"{drawn - explained} has no legend"
        sizes = legend.locator("svg").evaluate_all("(all) => all.map((one) => [one.clientWidth, one.clientHeight])")
        assert all(width > 8 and height > 2 for width, height in sizes)
        assert all(text.contrast >= 4.5 for text in texts(legend.locator("li")))


_CLASSES = "(elements) => elements.flatMap((element) => Array.from(element.classList))"


def _classes(page: Page, names: list[str]) -> set[str]:
    return {name for name in names if name.startswith(("kind-", "relation-"))}


@pytest.mark.parametrize("address", ["diagrams/", "services/auth-service/"])
def test_the_same_as_a_list(visit: Visit, address: str) -> None:
    page = visit(address)
    figure = page.locator("figure.drawing").first
    listed = figure.locator("details li")
    expect(listed.first).to_be_hidden()
    figure.get_by_text("The same as a list").click()
    expect(listed.first).to_be_visible()
    assert listed.count() == figure.locator(".drawing__scroll .edge").count()
    link = listed.first.locator("a").last
    name = link.inner_text()
    link.click()
    expect(page.locator("h1")).to_have_text(name)


def test_a_wide_drawing_scrolls_inside_itself(visit: Visit) -> None:
    page = visit("diagrams/", width=390, height=844)
    widths = page.locator(".drawing__scroll").evaluate_all(
        "(boxes) => boxes.map((box) => [box.clientWidth, box.scrollWidth])"
    )
    assert any(inner > outer for outer, inner in widths)
    assert all(outer < 390 for outer, _ in widths)
