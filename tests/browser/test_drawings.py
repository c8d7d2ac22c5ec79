"""Drawings lead to pages, keep their colours, answer to pointer and keys, and can be read as lists or kept as files."""

from __future__ import annotations

import re
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from macros.diagram.layout import program
from macros.workspace import Workspace
from tests.browser.colours import BLACK, Colour, behind, contrast, painted, texts
from tests.browser.conftest import SUB_PATH, Visit, darken

SVG = "{http://www.w3.org/2000/svg}"


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


# Light


def keys(parts: Locator) -> set[str]:
    """The records that the nodes stand for."""
    return {str(key) for key in parts.evaluate_all("(nodes) => nodes.map((node) => node.dataset.node)")}


def reached(figure: Locator, start: str, step: tuple[str, str]) -> set[str]:
    """All that the drawn edges lead to from a node, followed by this test itself."""
    edges = figure.locator("[data-tail]").evaluate_all("(all) => all.map((e) => [e.dataset.tail, e.dataset.head])")
    ends = [dict(zip(("tail", "head"), edge, strict=True)) for edge in edges]
    found = {start}
    while more := {end[step[1]] for end in ends if end[step[0]] in found} - found:
        found |= more
    return found


UP, DOWN = ("head", "tail"), ("tail", "head")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("how", ["pointer", "keyboard"])
def test_a_node_lights_what_it_needs_and_what_needs_it(visit: Visit, how: str, scheme: str) -> None:
    page = visit("diagrams/")
    if scheme == "dark":
        darken(page)
    figure = page.locator("figure.drawing[data-drawing=payments]")
    node = figure.locator("[data-node='service.payment-engine']")
    if how == "pointer":
        node.hover()
    else:
        node.locator("a").focus()
    expect(node).to_have_class(re.compile(r"\blit\b"))
    up, down = (reached(figure, "service.payment-engine", step) for step in (UP, DOWN))
    everything = keys(figure.locator("[data-node]"))
    assert len(up) > 1 < len(down)
    assert up | down < everything
    assert keys(figure.locator("[data-node].lit")) == up | down
    lit = figure.locator("[data-tail].lit").evaluate_all("(all) => all.map((e) => [e.dataset.tail, e.dataset.head])")
    assert all({tail, head} <= up or {tail, head} <= down for tail, head in lit)
    assert {tail for tail, _ in lit} >= up - {"service.payment-engine"}
    page.wait_for_timeout(200)  # until it has faded
    assert opacities(figure, ".lit") == {1.0}
    assert max(opacities(figure, ":not(.lit)")) < 0.3
    if how == "pointer":
        page.mouse.move(0, 0)
    else:
        node.locator("a").blur()
    expect(figure.locator(".lit")).to_have_count(0)
    page.wait_for_timeout(200)
    assert opacities(figure, "") == {1.0}


def opacities(figure: Locator, which: str) -> set[float]:
    parts = figure.locator(f":is(.drawing__scroll .node, .drawing__scroll .edge){which}")
    return {float(found) for found in parts.evaluate_all("(all) => all.map((one) => getComputedStyle(one).opacity)")}


def test_what_is_pointed_at_goes_before_what_has_the_focus(visit: Visit) -> None:
    figure = visit("diagrams/").locator("figure.drawing[data-drawing=payments]")
    figure.locator("[data-node='database.fanz-audit'] a").focus()
    figure.locator("[data-node='processor.paxum']").hover()
    expect(figure.locator("[data-node='database.fanz-audit']")).not_to_have_class(re.compile("lit"))
    figure.page.mouse.move(0, 0)
    expect(figure.locator("[data-node='database.fanz-audit']")).to_have_class(re.compile("lit"))


# Keys


@pytest.mark.parametrize("address", ["services/auth-service/", "diagrams/"])
def test_the_keyboard_reaches_every_node_in_the_order_of_the_drawing(visit: Visit, address: str) -> None:
    page = visit(address)
    figure = page.locator("figure.drawing").first
    figure.get_by_role("button").last.focus()
    page.keyboard.press("Tab")
    expect(figure.locator(".drawing__scroll")).to_be_focused()
    seen: list[str | None] = []
    wanted = figure.locator("[data-node]").count()
    while len(seen) < wanted:
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.closest('[data-node]')?.dataset.node"))
    assert len(set(seen)) == wanted
    assert set(seen) == keys(figure.locator("[data-node]"))
    if address != "diagrams/":
        assert seen[0] == "service.auth-service", "the record that it is about comes first"


def test_focus_is_seen_and_enter_follows(visit: Visit) -> None:
    page = visit("services/auth-service/")
    page.locator(".drawing__scroll").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    shape = page.locator(".drawing__scroll a:focus-visible :is(polygon, path, ellipse)").first
    others = page.locator(".drawing__scroll .node:not(:focus-within) :is(polygon, path, ellipse)")
    width = "(all) => all.map((one) => parseFloat(getComputedStyle(one).strokeWidth))"
    assert shape.evaluate_all(width)[0] > 2 * max(others.evaluate_all(width))
    name = page.locator(".drawing__scroll a:focus text").text_content() or ""
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(name)


# Size


def width(figure: Locator) -> float:
    found: float = figure.locator(".drawing__scroll > svg").evaluate("(svg) => svg.getBoundingClientRect().width")
    return found


def test_buttons_zoom_and_fit_restores(visit: Visit) -> None:
    figure = visit("services/auth-service/").locator("figure.drawing")
    before, room = width(figure), figure.locator(".drawing__scroll").bounding_box()
    figure.get_by_role("button", name="Zoom in").click()
    once = width(figure)
    figure.get_by_role("button", name="Zoom in").click()
    assert before * 1.2 < once < width(figure) / 1.2
    box = figure.locator(".drawing__scroll").bounding_box()
    assert box is not None
    assert room is not None
    assert box["width"] == room["width"], "it grows inside its box"
    figure.get_by_role("button", name="Zoom out").click()
    assert width(figure) == pytest.approx(once, abs=1)
    figure.get_by_role("button", name="Fit").click()
    assert width(figure) == pytest.approx(before, abs=1)
    for _ in range(30):
        figure.get_by_role("button", name="Zoom out").click()
    assert width(figure) > 40


def test_fit_shows_all_of_a_drawing_that_is_wider_than_a_phone(visit: Visit) -> None:
    page = visit("diagrams/", width=390, height=844)
    figure = page.locator("figure.drawing").first
    scroll = figure.locator(".drawing__scroll")
    assert scroll.evaluate("(box) => box.scrollWidth > box.clientWidth")
    figure.get_by_role("button", name="Fit").click()
    assert not scroll.evaluate("(box) => box.scrollWidth > box.clientWidth")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390


def test_keys_zoom(visit: Visit) -> None:
    page = visit("services/auth-service/")
    figure = page.locator("figure.drawing")
    before = width(figure)
    figure.locator(".drawing__scroll").focus()
    page.keyboard.press("+")
    assert width(figure) > before * 1.2
    page.keyboard.press("0")
    assert width(figure) == pytest.approx(before, abs=1)
    page.keyboard.press("-")
    assert width(figure) < before / 1.2


WHEEL = """(box, held) => {
  const { left, top } = box.getBoundingClientRect();
  const options = { deltaY: -100, ctrlKey: held, clientX: left + 200, clientY: top + 100, bubbles: true, cancelable: true };
  return box.dispatchEvent(new WheelEvent("wheel", options));
}"""


def test_a_wheel_zooms_with_a_key_and_scrolls_the_page_without(visit: Visit) -> None:
    page = visit("diagrams/")
    figure = page.locator("figure.drawing").first
    scroll = figure.locator(".drawing__scroll")
    before = width(figure)
    scroll.hover(position={"x": 100, "y": 100})
    here = page.evaluate("scrollY")
    page.mouse.wheel(0, 200)
    page.wait_for_function("(here) => scrollY > here", arg=here)
    assert width(figure) == before
    assert scroll.evaluate(WHEEL, False), "the page has it"
    assert not scroll.evaluate(WHEEL, True), "the drawing has it"
    assert width(figure) > before


def test_what_is_under_the_pointer_stays_there(visit: Visit) -> None:
    page = visit("diagrams/")
    figure = page.locator("figure.drawing[data-drawing=payments]")
    figure.scroll_into_view_if_needed()
    figure.get_by_role("button", name="Zoom in").click()
    before = figure.locator("[data-node='service.ledger-service']").bounding_box()
    assert before is not None
    at = {"clientX": before["x"] + 5, "clientY": before["y"] + 5, "ctrlKey": True, "deltaY": -60, "cancelable": True}
    figure.locator(".drawing__scroll").evaluate("(box, at) => box.dispatchEvent(new WheelEvent('wheel', at))", at)
    after = figure.locator("[data-node='service.ledger-service']").bounding_box()
    assert after is not None
    assert after["width"] > before["width"]
    assert (after["x"], after["y"]) == pytest.approx((before["x"], before["y"]), abs=4)


PINCH = """(box) => {
  const { left, top } = box.getBoundingClientRect();
  const finger = (identifier, x) => new Touch({ identifier, target: box, clientX: left + x, clientY: top + 80 });
  const touch = (name, touches) =>
    box.dispatchEvent(new TouchEvent(name, { touches, targetTouches: touches, bubbles: true, cancelable: true }));
  touch("touchstart", [finger(1, 100), finger(2, 150)]);
  const passed = touch("touchmove", [finger(1, 75), finger(2, 175)]);
  touch("touchend", []);
  return [passed, touch("touchmove", [finger(1, 75)])];
}"""


def test_two_fingers_zoom_and_one_scrolls(visit: Visit) -> None:
    figure = visit("services/auth-service/", width=390, height=844).locator("figure.drawing")
    before = width(figure)
    assert figure.locator(".drawing__scroll").evaluate(PINCH) == [False, True]
    assert width(figure) == pytest.approx(2 * before, rel=0.02)


def test_a_drag_moves_a_drawing_and_follows_no_link(visit: Visit) -> None:
    page = visit("services/auth-service/")
    figure = page.locator("figure.drawing")
    scroll = figure.locator(".drawing__scroll")
    for _ in range(3):
        figure.get_by_role("button", name="Zoom in").click()
    scroll.scroll_into_view_if_needed()
    node = figure.locator(".node.centre text")
    box = node.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] - 60, box["y"] - 35, steps=4)
    page.mouse.up()
    moved = node.bounding_box()
    assert moved is not None
    assert (moved["x"] - box["x"], moved["y"] - box["y"]) == pytest.approx((-80, -40), abs=2)
    expect(page).to_have_url(re.compile("/services/auth-service/$"))
    figure.locator("[data-node='service.session-manager'] text").click()
    expect(page.locator("h1")).to_have_text("session-manager")


def test_a_drawing_fills_the_screen_until_escape(visit: Visit) -> None:
    page = visit("services/auth-service/")
    figure = page.locator("figure.drawing")
    before = width(figure)
    figure.get_by_role("button", name="Full screen").click()
    page.wait_for_function("document.fullscreenElement?.matches('figure.drawing')")
    expect(figure.get_by_role("button", name="Leave full screen")).to_be_visible()
    outer, inner = (figure.locator(name).bounding_box() for name in (".drawing__scroll", ".drawing__scroll > svg"))
    assert outer is not None
    assert inner is not None
    assert inner["height"] <= outer["height"], "all of it is seen"
    page.keyboard.press("Escape")
    page.wait_for_function("document.fullscreenElement === null")
    expect(figure.get_by_role("button", name="Full screen", exact=True)).to_be_visible()
    page.wait_for_function("() => !document.querySelector('.drawing--zoomed')")
    assert width(figure) == pytest.approx(before, abs=1)


def test_where_the_screen_cannot_be_filled_there_is_no_button(visit: Visit) -> None:
    page = visit("claims/")
    page.evaluate("Object.defineProperty(document, 'fullscreenEnabled', { value: false })")
    page.evaluate(
        """() => {
          document.querySelector(".md-content").insertAdjacentHTML("beforeend", `<figure class="drawing">
            <div class="drawing__scroll"><svg viewBox="0 0 9 9" style="--natural-width:12px"></svg></div></figure>`);
          inventoryDrawings.equip(document.querySelector("figure.drawing"));
        }"""
    )
    expect(page.get_by_role("button", name="Zoom in")).to_be_visible()
    expect(page.get_by_role("button", name="Full screen")).to_have_count(0)


def test_every_button_has_a_name_and_every_drawing_its_own(visit: Visit) -> None:
    page = visit("diagrams/")
    names = page.locator(".drawing__tools").evaluate_all("(bars) => bars.map((bar) => bar.getAttribute('aria-label'))")
    assert len(set(names)) == len(names) == page.locator("figure.drawing").count()
    for button in page.locator(".drawing__tools").first.get_by_role("button").all():
        assert len(button.get_attribute("aria-label") or "") > 2


def test_without_javascript_there_are_no_buttons(visit: Visit) -> None:
    page = visit("services/auth-service/", javascript=False)
    expect(page.locator("figure.drawing svg").first).to_be_visible()
    expect(page.locator("figure.drawing button")).to_have_count(0)


def test_on_paper_there_are_no_buttons_and_a_drawing_that_was_zoomed_fits(visit: Visit) -> None:
    page = visit("services/auth-service/")
    figure = page.locator("figure.drawing")
    for _ in range(5):
        figure.get_by_role("button", name="Zoom in").click()
    page.set_viewport_size({"width": 688, "height": 970})
    page.emulate_media(media="print")
    expect(figure.locator(".drawing__tools")).to_be_hidden()
    assert width(figure) <= 688
    assert figure.locator(".drawing__scroll").evaluate("(box) => getComputedStyle(box).maxHeight") == "none"


# Words


def test_tooltips_say_kind_name_and_owner(visit: Visit) -> None:
    page = visit("services/auth-service/")
    tips = page.locator(".drawing__scroll .node a > title").evaluate_all("(all) => all.map((tip) => tip.textContent)")
    assert "Service: session-manager, owned by SecOps" in tips
    assert "Database: fanz_main, owned by DBA" in tips


def test_boxes_lead_to_what_they_stand_for(visit: Visit) -> None:
    page = visit("diagrams/")
    assert page.locator(".cluster").count() == page.locator(".cluster a[href]").count() > 5
    page.locator("figure.drawing[data-drawing=payments] .cluster[data-box=processor] text").click()
    expect(page.locator("h1")).to_contain_text("Payment processors")


def test_what_is_left_out_is_counted_and_led_to(visit: Visit) -> None:
    page = visit("services/auth-service/")
    note = page.locator(".drawing__omitted")
    expect(note).to_have_text(re.compile(r"^\d+ more are not drawn; the relations below name them all\.$"))
    note.get_by_role("link").click()
    expect(page.locator("#relations")).to_be_in_viewport()


# Files


def downloaded(figure: Locator, kind: str) -> tuple[str, str]:
    """The name and the content of a file that a button gives."""
    with figure.page.expect_download() as waiting:
        figure.get_by_role("button", name=kind).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_text(encoding="utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("address", "name"), [("diagrams/", "domains"), ("teams/secops/", "team.secops")])
def test_a_drawing_is_kept_as_svg_that_stands_alone(
    visit: Visit, browser: Browser, below: str, address: str, name: str, scheme: str, tmp_path: Path
) -> None:
    page = visit(address, base=below)
    if scheme == "dark":
        darken(page)
    figure = page.locator("figure.drawing").first
    figure.locator("[data-node]").nth(1).locator("a").focus()
    file, text = downloaded(figure, "SVG")
    assert file == f"{name}.svg"
    tree = ET.fromstring(text)  # noqa: S314 - a drawing of our own
    assert "lit" not in {word for part in tree.iter() for word in part.get("class", "").split()}
    links = [link.get("href", "") for link in tree.iter(f"{SVG}a") if "href" in link.attrib]
    assert len(links) >= figure.locator("[data-node]").count()
    assert {link.partition(SUB_PATH)[0] for link in links} == {below.partition(SUB_PATH)[0]}
    assert {link for link in links if f"{SUB_PATH}/" not in link} == set()
    assert not {value for part in tree.iter() for value in part.attrib.values() if "var(" in value or "color" in value}
    assert {text.get("font-family", "")[:5] for text in tree.iter(f"{SVG}text")} == {"Arial"}
    assert not list(tree.iter(f"{SVG}script"))
    (tmp_path / file).write_text(text, encoding="utf-8")
    assert_opens_alone(browser.new_page(), tmp_path / file)


def assert_opens_alone(page: Page, file: Path) -> None:
    """In a browser without the site's styles: dark words on light shapes on white."""
    try:
        page.goto(file.as_uri())
        assert page.locator("svg > g").evaluate("(drawing) => drawing.getBoundingClientRect().width") > 100
        page.goto("about:blank")
        page.set_content(file.read_text(encoding="utf-8").partition("?>")[2])
        fills = painted(page.locator(".node :is(polygon, path, ellipse):nth-of-type(1)"), "fill")
        inks = painted(page.locator(".node text:nth-of-type(1)"), "fill")
        for fill, ink in zip(fills, inks, strict=True):
            assert fill is not None
            assert ink is not None
            assert contrast(fill, ink) >= 4.5
        assert painted(page.locator("svg > rect"), "fill") == [Colour(255, 255, 255)]
        assert set(painted(page.locator(".edge path"), "fill")) == {None}
    finally:
        page.close()


@pytest.mark.parametrize(("address", "name"), [("diagrams/", "payments"), ("services/auth-service/", None)])
def test_a_drawing_is_kept_as_dot_that_draws_the_same(visit: Visit, address: str, name: str | None) -> None:
    page = visit(address)
    figure = page.locator(f"figure.drawing[data-drawing={name}]" if name else "figure.drawing")
    file, text = downloaded(figure, "DOT")
    assert file == f"{name or 'service.auth-service'}.dot"
    drawn = subprocess.run([program(), "-Tsvg"], input=text, capture_output=True, text=True, check=False)
    assert (drawn.returncode, drawn.stderr) == (0, "")
    titles = {part: sorted(_titles(drawn.stdout, part)) for part in ("node", "edge", "cluster")}
    scroll = figure.locator(".drawing__scroll")
    ends = scroll.locator("[data-tail]").evaluate_all("(all) => all.map((e) => e.dataset.tail + '->' + e.dataset.head)")
    boxes = scroll.locator(".cluster").evaluate_all("(all) => all.map((box) => 'cluster_' + box.dataset.box)")
    assert titles == {
        "node": sorted(keys(scroll.locator("[data-node]"))),
        "edge": sorted(ends),
        "cluster": sorted(boxes),
    }
    assert text.count("shape=") == len(titles["node"])
    assert text.count('style="dashed"') == scroll.locator(".edge.assumed").count()
    assert "Service: " in drawn.stdout
    root = page.url.removesuffix(address)
    assert f'URL="{root}services/' in text


def _titles(svg: str, part: str) -> list[str]:
    tree = ET.fromstring(svg)  # noqa: S314 - of the project's own `dot`
    groups = [group for group in tree.iter(f"{SVG}g") if group.get("class", "").split()[:1] == [part]]
    return [group.findtext(f"{SVG}title", "") for group in groups]


HOSTILE = ['<b>&"', "a\\nb", "R&amp;D", "\\N \\G", '"];x->y', "Zürich → 日本", "${x}", "line\\"]


def test_hostile_names_are_kept_as_they_are(visit: Visit) -> None:
    page = visit("services/auth-service/")
    figure = page.locator("figure.drawing")
    nodes = figure.locator("[data-node]")
    for position, name in enumerate(HOSTILE):
        nodes.nth(position).locator("text").first.evaluate("(text, name) => { text.textContent = name }", name)
        nodes.nth(position).locator("title").evaluate("(tip, name) => { tip.textContent = name }", f"Tip {name}")
    _, text = downloaded(figure, "DOT")
    drawn = subprocess.run([program(), "-Tsvg"], input=text, capture_output=True, text=True, check=True).stdout
    tree = ET.fromstring(drawn)  # noqa: S314 - of the project's own `dot`
    shown = {(part.text or "").replace("\xa0", " ") for part in tree.iter(f"{SVG}text")}
    tips = {part.get("{http://www.w3.org/1999/xlink}title", "").replace("\xa0", " ") for part in tree.iter(f"{SVG}a")}
    assert set(HOSTILE) <= shown
    assert {f"Tip {name}" for name in HOSTILE} <= tips
    _, alone = downloaded(figure, "SVG")
    assert set(HOSTILE) <= {part.text for part in ET.fromstring(alone).iter(f"{SVG}text")}  # noqa: S314 - as above


def test_every_node_of_every_drawing_has_its_key(visit: Visit, workspace: Workspace) -> None:
    page = visit("diagrams/")
    assert page.locator(".drawing__scroll .node").count() == page.locator(".drawing__scroll [data-node]").count()
    assert page.locator(".drawing__scroll .edge").count() == page.locator("[data-tail][data-head]").count()
    assert keys(page.locator("[data-node]")) <= set(workspace.inventory.entries)
