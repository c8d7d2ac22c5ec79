"""The focus view: a record, how far, which way, by which relations; and the address that holds the choice."""

from __future__ import annotations

import json
import re
import subprocess
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from macros.diagram.layout import program
from macros.graph import Edge, Graph
from macros.workspace import Workspace
from tests.browser.colours import behind, contrast, painted
from tests.browser.conftest import SUB_PATH, Visit, Watch, darken
from tests.browser.test_drawings import assert_coloured, assert_readable, keys

MOST = 80
START = "service.auth-service"


def nodes(page: Page) -> set[str]:
    return keys(page.locator(".drawing__scroll [data-node]"))


def lines(page: Page) -> set[tuple[str, str]]:
    found = page.locator(".drawing__scroll [data-tail]").evaluate_all(
        "(all) => all.map((edge) => [edge.dataset.tail, edge.dataset.head])"
    )
    return {(tail, head) for tail, head in found}


def field(page: Page) -> Locator:
    return page.get_by_label("Record")


def wait(page: Page) -> None:
    expect(page.get_by_role("status")).not_to_be_empty()


Step = Callable[[str], list[str]]


def ways(graph: Graph, *, dependencies: bool) -> dict[str, Step]:
    """One step, by direction, worked out from the graph itself."""

    def wanted(edges: list[Edge]) -> list[Edge]:
        return [edge for edge in edges if edge.relation.dependency or not dependencies]

    return {
        "needs": lambda key: [edge.head for edge in wanted(graph.outgoing(key))],
        "dependents": lambda key: [edge.tail for edge in wanted(graph.incoming(key))],
    }


def within(start: str, depth: int, step: Step) -> set[str]:
    found = {start}
    for _ in range(depth):
        found |= {further for key in found for further in step(key)}
    return found


# What is drawn


@pytest.mark.parametrize("relations", ["dependencies", "all"])
@pytest.mark.parametrize(("way", "depth"), [("needs", 1), ("needs", 4), ("dependents", 2), ("both", 1), ("both", 2)])
def test_what_is_within_the_steps_is_drawn(
    visit: Visit, workspace: Workspace, way: str, depth: int, relations: str
) -> None:
    page = visit(f"focus/?of={START}&depth={depth}&way={way}&relations={relations}")
    wait(page)
    steps = ways(workspace.graph, dependencies=relations == "dependencies")
    taken = steps.values() if way == "both" else [steps[way]]
    wanted = set().union(*(within(START, depth, step) for step in taken))
    if len(wanted) > MOST:
        assert nodes(page) < wanted
        return
    assert nodes(page) == wanted
    edges = {
        (edge.tail, edge.head)
        for edge in workspace.graph.edges
        if {edge.tail, edge.head} <= wanted and (edge.relation.dependency or relations == "all")
    }
    assert lines(page) == {(tail, head) for tail, head in edges if tail != head}
    words = f"Within {depth} step{'s' if depth > 1 else ''} of auth-service: {len(wanted) - 1} other records"
    expect(page.get_by_role("status")).to_contain_text(words)


def test_assumed_relations_are_dashed_and_nodes_look_as_in_other_drawings(visit: Visit) -> None:
    page = visit(f"focus/?of={START}&depth=1&way=needs")
    wait(page)
    assert_coloured(page)
    assert_readable(page)
    dashes = "(paths) => paths.map((path) => getComputedStyle(path).strokeDasharray)"
    assert set(page.locator(".drawing__scroll .edge.assumed path").evaluate_all(dashes)) == {"5px, 3px"}
    expect(page.locator(".node.centre")).to_have_attribute("data-node", START)
    here = painted(page.locator(".drawing__scroll .kind-database path").first, "stroke")
    darken(page)
    assert_coloured(page)
    assert_readable(page)
    there = visit("services/auth-service/")
    assert painted(there.locator(".drawing__scroll .kind-database path").first, "stroke") == here


def test_words_stay_inside_their_shapes(visit: Visit) -> None:
    page = visit("focus/?of=team.secops&depth=2&way=both&relations=all")
    wait(page)
    outside = page.locator(".drawing__scroll .node").evaluate_all(
        """(nodes) => nodes.filter((node) => {
          const shape = node.querySelector("polygon, path, ellipse").getBoundingClientRect();
          return Array.from(node.querySelectorAll("text"), (text) => text.getBoundingClientRect())
            .some((text) => text.left < shape.left || text.right > shape.right || text.bottom > shape.bottom + 1);
        }).map((node) => node.dataset.node)"""
    )
    assert outside == []


def test_a_node_leads_to_its_page_and_a_record_to_its_sheet(visit: Visit, below: str) -> None:
    page = visit(f"focus/?of={START}", base=below)
    wait(page)
    row = page.locator(".focus__records li", has_text="session-manager")
    row.get_by_role("link", name="if it is down").click()
    expect(page).to_have_url(f"{below}if-down/service/session-manager/")
    page.go_back()
    page.locator("[data-node='service.session-manager'] text").click()
    expect(page).to_have_url(f"{below}services/session-manager/")
    page.get_by_role("link", name="Explore in the focus view").click()
    expect(page).to_have_url(f"{below}focus/?of=service.session-manager")
    expect(page.locator(".node.centre")).to_have_attribute("data-node", "service.session-manager")


def test_every_link_leads_to_a_page(visit: Visit) -> None:
    page = visit(f"focus/?of={START}&depth=2&way=both&relations=all")
    wait(page)
    found = page.locator(".focus a[href]").evaluate_all(
        "(all) => Array.from(new Set(all.map((link) => new URL(link.href.baseVal ?? link.href, location).href)))"
    )
    assert len(found) > 20
    broken = page.evaluate(
        """(found) => Promise.all(found.map(async (at) => [at, (await fetch(at, { method: "HEAD" })).status]))
          .then((all) => all.filter(([, status]) => status !== 200))""",
        found,
    )
    assert broken == []


def test_the_same_as_a_list_and_a_legend(visit: Visit) -> None:
    page = visit(f"focus/?of={START}&depth=1&way=needs")
    wait(page)
    page.get_by_text("The same as a list").click()
    items = page.locator(".drawing__text li")
    expect(items.first).to_be_visible()
    assert items.count() == page.locator(".drawing__scroll .edge").count()
    assert "auth-service runs on fanz-prod-cluster (assumed)" in items.all_inner_texts()
    drawn = page.locator(".drawing__scroll :is(.node, .edge)").evaluate_all("(all) => all.map((e) => [...e.classList])")
    wanted = {name for names in drawn for name in names if name.startswith(("kind-", "relation-"))}
    shown = page.locator(".legend :is(.node, .edge)").evaluate_all("(all) => all.map((e) => [...e.classList])")
    assert {name for names in shown for name in names if name.startswith(("kind-", "relation-"))} == wanted


def test_it_lights_zooms_and_is_kept_as_every_drawing_is(visit: Visit) -> None:
    page = visit(f"focus/?of={START}&depth=2")
    wait(page)
    page.locator("[data-node='database.fanz-cache'] a").focus()
    assert "service.session-manager" in keys(page.locator(".lit[data-node]"))
    assert "database.fanz-main" not in keys(page.locator(".lit[data-node]"))
    page.get_by_role("button", name="Zoom in").click()
    expect(page.locator(".drawing--zoomed")).to_have_count(1)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="DOT").click()
    assert waiting.value.suggested_filename == f"focus-{START}.dot"
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    drawn = subprocess.run([program(), "-Tsvg"], input=text, capture_output=True, text=True, check=False)
    assert (drawn.returncode, drawn.stderr) == (0, "")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="SVG").click()
    tree = ET.parse(waiting.value.path())  # noqa: S314 - a drawing of our own
    assert len([part for part in tree.iter() if part.get("data-node")]) == len(nodes(page))


def test_the_keyboard_reaches_every_node_the_centre_first(visit: Visit) -> None:
    page = visit(f"focus/?of={START}&depth=1&way=needs")
    wait(page)
    page.locator(".drawing__scroll").focus()
    seen = []
    for _ in nodes(page):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.closest('[data-node]')?.dataset.node"))
    assert seen[0] == START
    assert set(seen) == nodes(page)


# Choosing


@pytest.mark.parametrize(
    "typed", [START, "auth-service", "auth-service (Service)", " AUTH-Service ", "session-manager", "fanz_main"]
)
def test_a_record_is_chosen_by_id_name_or_both(visit: Visit, typed: str) -> None:
    page = visit("focus/")
    wait(page)
    field(page).fill(typed)
    field(page).press("Enter")
    expect(page.locator(".node.centre")).to_have_count(1)
    name = typed.strip().lower().removesuffix(" (service)").removeprefix("service.")
    expect(page.locator(".node.centre text")).to_have_text(name)


def test_typing_suggests_and_a_suggestion_is_taken_at_once(visit: Visit) -> None:
    page = visit("focus/")
    wait(page)
    field(page).press_sequentially("session")
    options = page.locator("#focus-records option")
    labels = options.evaluate_all("(all) => all.map((option) => option.value)")
    assert "session-manager (Service)" in labels
    assert len(labels) <= 12
    field(page).fill("session-manager (Service)")
    expect(page.locator(".node.centre")).to_have_attribute("data-node", "service.session-manager")


def test_the_address_holds_the_choice_and_back_and_forward_work(visit: Visit) -> None:
    page = visit("focus/")
    wait(page)
    field(page).fill(START)
    field(page).press("Enter")
    expect(page).to_have_url(re.compile(rf"\?of={START}&depth=2&way=both&relations=dependencies$"))
    page.get_by_label("Steps").select_option("1")
    page.get_by_label("Direction").select_option("needs")
    expect(page).to_have_url(re.compile("depth=1&way=needs&relations=dependencies$"))
    narrow = nodes(page)
    page.get_by_label("Relations").select_option("all")
    expect(page).to_have_url(re.compile("depth=1&way=needs&relations=all$"))
    wide = nodes(page)
    assert narrow < wide
    assert "team.secops" in wide
    page.go_back()
    expect(page.get_by_label("Relations")).to_have_value("dependencies")
    assert nodes(page) == narrow
    page.go_forward()
    expect(page.get_by_label("Relations")).to_have_value("all")
    assert nodes(page) == wide
    page.reload()
    expect(page.get_by_label("Direction")).to_have_value("needs")
    expect(field(page)).to_have_value("auth-service (Service)")
    expect(page.locator(".node.centre")).to_have_count(1)
    assert nodes(page) == wide
    for _ in range(4):
        page.go_back()
    expect(page).to_have_url(re.compile("/focus/$"))
    expect(page.locator(".node")).to_have_count(0)


def test_focus_moves_on_without_loading_the_page_anew(visit: Visit) -> None:
    page = visit(f"focus/?of={START}")
    wait(page)
    page.evaluate("window.same = true")
    page.locator(".focus__records li", has_text="fanz_cache").get_by_role("link", name="focus").click()
    expect(page.locator(".node.centre")).to_have_attribute("data-node", "database.fanz-cache")
    page.go_back()
    expect(page.locator(".node.centre")).to_have_attribute("data-node", START)
    assert page.evaluate("window.same")


@pytest.mark.parametrize("search", ["depth=9&way=up&relations=x", "depth=-1", "depth=1e9&way=", "relations=%00"])
def test_what_an_address_cannot_mean_is_as_usual(visit: Visit, search: str) -> None:
    page = visit(f"focus/?of={START}&{search}")
    wait(page)
    expect(page.get_by_label("Steps")).to_have_value("2")
    expect(page.get_by_label("Direction")).to_have_value("both")
    expect(page.get_by_label("Relations")).to_have_value("dependencies")


def test_an_unknown_id_is_said_of_with_the_nearest(visit: Visit) -> None:
    page = visit("focus/?of=service.aut-servic")
    expect(page.get_by_role("status")).to_have_text("“service.aut-servic” is no record of this site.")
    near = page.locator(".focus__near a")
    assert near.count() == 5
    near.get_by_text("auth-service (Service)").click()
    expect(page.locator(".node.centre")).to_have_attribute("data-node", START)
    expect(page).to_have_url(re.compile(f"of={START}&"))


@pytest.mark.parametrize("typed", ["<img src=x onerror=alert(1)>", "x" * 3000, '"]', "%E0%A4%A", "__proto__", "."])
def test_what_is_typed_is_text(visit: Visit, typed: str) -> None:
    page = visit("focus/")
    wait(page)
    field(page).fill(typed)
    field(page).press("Enter")
    expect(page.get_by_role("status")).to_have_text(f"“{typed}” is no record of this site.")
    expect(page.locator(".focus img")).to_have_count(0)
    assert page.locator(".focus__near a").count() == 5


def test_what_stands_alone_says_so(visit: Visit, workspace: Workspace) -> None:
    steps = ways(workspace.graph, dependencies=True)
    lone = next(
        key
        for key in workspace.inventory.entries
        if not any(step(key) for step in steps.values()) and workspace.graph.outgoing(key)
    )
    page = visit(f"focus/?of={lone}")
    expect(page.get_by_role("status")).to_contain_text("needs nothing, and nothing needs it")
    expect(page.locator(".focus svg")).to_have_count(0)
    expect(page.locator(".focus__records a").first).to_be_visible()


# Other graphs

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> \"' & {{ 7*7 }} \\N </svg>"


@pytest.fixture
def with_graph(visit: Visit, site: Path) -> Iterator[Callable[[list[Any], list[Any], str], Page]]:
    """Opens the page with other nodes and edges in its graph."""
    shown: list[Page] = []

    def opened(made: list[Any], edges: list[Any], search: str) -> Page:
        graph = json.loads((site / "assets/inventory/graph.json").read_text(encoding="utf-8"))
        graph["nodes"]["rows"], graph["edges"]["rows"] = made, edges

        def answer(route: Route) -> None:
            route.fulfill(json=graph)

        page = visit("claims/")
        shown.append(page)
        page.route("**/graph.json", answer)
        page.goto(page.url.replace("claims/", f"focus/{search}"))
        wait(page)
        return page

    yield opened
    for page in shown:
        page.unroute_all()


WithGraph = Callable[[list[Any], list[Any], str], Page]


def service(name: str, number: int, owner: str | None = None) -> list[Any]:
    return [f"service.s{number}", name, "service", owner, f"services/s{number}/"]


def test_hostile_names_are_text(with_graph: WithGraph) -> None:
    made = [
        service(HOSTILE, 0, "team.t"),
        service(f"{HOSTILE} again", 1),
        service(HOSTILE, 2),
        ["team.t", f"team {HOSTILE}", "team", None, "teams/t/"],
    ]
    page = with_graph(made, [[0, 1, "depends_on", True], [1, 2, "depends_on", False]], "?of=service.s0")
    assert nodes(page) == {"service.s0", "service.s1", "service.s2"}
    shown = page.locator(".node.centre text").evaluate_all("(all) => all.map((text) => text.textContent).join('')")
    assert shown.replace(" ", "") == HOSTILE.replace(" ", "")
    tip = page.locator(".node.centre title").text_content()
    assert tip == f"Service: {HOSTILE}, owned by team {HOSTILE}"
    assert HOSTILE in page.get_by_role("status").inner_text()
    assert HOSTILE in page.locator(".focus__records li").first.inner_text()
    expect(page.locator(".focus :is(script, img)")).to_have_count(0)
    field(page).fill(f"{HOSTILE} (service.s2)")
    expect(page.locator(".node.centre")).to_have_attribute("data-node", "service.s2")


def test_more_than_can_be_read_is_left_out_and_counted(with_graph: WithGraph) -> None:
    made = [service(f"s{number}", number) for number in range(130)]
    page = with_graph(made, [[number, 0, "depends_on", True] for number in range(1, 130)], "?of=service.s0&depth=1")
    assert len(nodes(page)) == MOST
    expect(page.get_by_role("status")).to_contain_text("50 more records are not drawn")


def test_circles_and_relations_to_itself_are_drawn(with_graph: WithGraph) -> None:
    edges = [[0, 1, "depends_on", True], [1, 0, "depends_on", False], [0, 0, "depends_on", True]]
    page = with_graph([service("a", 0), service("b", 1)], edges, "?of=service.s0&depth=4")
    assert lines(page) == {("service.s0", "service.s1"), ("service.s1", "service.s0")}


def test_ten_thousand_records_stay_usable(with_graph: WithGraph) -> None:
    total = 10_000
    made = [service(f"service number {number}", number) for number in range(total)]
    edges = [[number, (number * 7 + step) % total, "depends_on", True] for number in range(total) for step in (1, 2, 3)]
    page = with_graph(made, edges, "?of=service.s0&depth=4")
    assert len(nodes(page)) == MOST
    started = time.monotonic()
    field(page).fill("service.s4321")
    field(page).press("Enter")
    expect(page.locator(".node.centre")).to_have_attribute("data-node", "service.s4321")
    field(page).fill("servise numbr 77x")
    field(page).press("Enter")
    expect(page.locator(".focus__near a")).to_have_count(5)
    assert time.monotonic() - started < 8


# Ways to look at it


def test_without_javascript_it_says_where_to_look(visit: Visit) -> None:
    page = visit("focus/", javascript=False)
    expect(page.locator(".focus__without")).to_be_visible()
    expect(page.locator(".focus__form")).to_be_hidden()
    page.locator(".focus__without a").click()
    expect(page.locator(".path").first).to_be_visible()


def test_only_this_page_loads_what_it_takes(visit: Visit, watch: Watch, below: str) -> None:
    page = visit("diagrams/", base=below)
    page.wait_for_load_state("networkidle")
    assert not [url for url in watch.requests if "dagre" in url or "graph.json" in url or "focus.js" in url]
    page = visit(f"focus/?of={START}", base=below)
    wait(page)
    expect(page.locator(".node.centre")).to_have_count(1)
    loaded = {url.partition(SUB_PATH)[2] for url in watch.requests}
    assert {f"/assets/inventory/{name}" for name in ("vendor/dagre.js", "focus.js", "graph.json")} <= loaded


def test_on_a_phone_nothing_is_wider_than_the_page_and_the_record_is_in_view(visit: Visit) -> None:
    page = visit(f"focus/?of={START}", width=390, height=844, scheme="dark")
    wait(page)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    expect(page.locator(".node.centre text")).to_be_in_viewport()


def test_the_form_can_be_read_in_both_schemes(visit: Visit) -> None:
    page = visit("focus/")
    wait(page)
    for _ in ("light", "dark"):
        for part in (field(page), page.get_by_label("Steps")):
            [ink] = painted(part, "color")
            assert ink is not None
            assert contrast(ink, behind(part)) >= 4.5
        page.get_by_title("Switch to", exact=False).locator("visible=true").first.click()
