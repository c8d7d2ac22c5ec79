"""A page and a drawing before and after, as a reader sees them: wide, narrow, light, dark, and on paper."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from macros.beside import compare_pages
from macros.views import Scene
from macros.views.beside import page_beside
from macros.views.figure_beside import figure_beside
from macros.workspace import Folders, Workspace
from tests.browser.colours import behind, contrast, faint, painted
from tests.browser.conftest import Scheme, Visit, served
from tests.browser.test_access import violations

RUNBOOK = "runbooks/node-not-ready/"
PHONE = 390


def put_into(shell: str, article: str) -> str:
    """A page of the site with another article, and the style of comparisons."""
    page = re.sub(
        r"(<article[^>]*>).*(</article>)", lambda found: found[1] + article + found[2], shell, flags=re.DOTALL
    )
    style = '<link rel="stylesheet" href="../../assets/inventory/changes.css">'
    return page.replace("</head>", f"{style}</head>", 1)


DRAWN = "service.auth-service"
UNTIED, TIED = "database.fanz-main", "database.fanz-analytics"


def drawn_beside(workspace: Workspace, folder: Path) -> str:
    """The drawing of a service that keeps its data elsewhere now."""
    data = shutil.copytree(workspace.folders.data, folder / "data")
    file = data / "services" / "authentication.yml"
    text = file.read_text(encoding="utf-8")
    assert UNTIED in text
    file.write_text(text.replace(UNTIED, TIED, 1), encoding="utf-8")
    own = workspace.folders
    changed = Workspace(Folders(data, own.docs, own.diagrams, own.cache))
    before, after = workspace.gallery.of_record(DRAWN), changed.gallery.of_record(DRAWN)
    return str(figure_beside(Scene(changed, "../../"), workspace, before, after))


@pytest.fixture(scope="module")
def compared(site: Path, workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a folder with the comparison of a runbook's page with itself, changed in five places."""
    before = (site / RUNBOOK / "index.html").read_text(encoding="utf-8")
    after = before
    for old, new in (
        ("Pods stay in", "Pods are for long in"),
        ("<h3>Needed</h3>", "<h3>Needed</h3><p>Whoever does it needs all of these.</p>"),
        ("-L topology.kubernetes.io/zone", "-L topology.kubernetes.io/zone -o wide"),
        ('<h2 id="record">', '<p>A paragraph that nobody had thought of.</p><h2 id="record">'),
        ("Draft.", "A first draft."),
    ):
        assert old in after
        after = after.replace(old, new, 1)
    change = compare_pages(RUNBOOK, before.encode(), after.encode())
    assert change is not None
    article = page_beside(Scene(workspace, "../../"), change, "../../was/", "../../now/")
    folder = tmp_path_factory.mktemp("compared")
    (folder / "assets").symlink_to(site / "assets")
    (folder / "search").symlink_to(site / "search")
    (folder / "_headers").write_bytes((site / "_headers").read_bytes())
    drawing = drawn_beside(workspace, folder)
    for name, shown in (("page", article), ("drawing", drawing)):
        page = folder / "changes" / name / "index.html"
        page.parent.mkdir(parents=True)
        page.write_text(put_into(before, f"<h1 id='top'>What changed</h1>{shown}"), encoding="utf-8")
    with served(folder, "") as address:
        yield address


@pytest.fixture
def look(visit: Visit, compared: str) -> Callable[..., Page]:
    def opened(width: int = 1280, scheme: Scheme = "light", of: str = "page") -> Page:
        return visit(f"changes/{of}/", width=width, scheme=scheme, base=compared)

    return opened


Look = Callable[..., Page]


def sides(page: Page) -> tuple[Locator, Locator]:
    """The two sides of a line that was rewritten."""
    row = page.locator(".beside tr", has=page.get_by_text("are for long"))
    return row.locator(".beside__del"), row.locator(".beside__ins")


def box(of: Locator) -> FloatRect:
    found = of.bounding_box()
    assert found is not None
    return found


def test_wide_what_was_and_what_is_now_stand_beside_each_other(look: Look) -> None:
    was, now = map(box, sides(look()))
    assert was["y"] == pytest.approx(now["y"], abs=1)
    assert was["x"] + was["width"] <= now["x"] + 1
    assert was["width"] == pytest.approx(now["width"], rel=0.05)


def test_on_a_phone_what_is_now_stands_below_what_was_and_all_else_once(look: Look) -> None:
    page = look(PHONE)
    was, now = map(box, sides(page))
    assert was["y"] + was["height"] <= now["y"] + 1
    assert was["x"] == pytest.approx(now["x"], abs=1)
    expect(
        page.locator(".beside td", has_text="Kubelet stopped posting node status.").locator("visible=true")
    ).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE


def test_a_long_line_of_code_does_not_widen_the_page(look: Look) -> None:
    page = look(PHONE)
    code = page.locator(".beside__ins code", has_text="-o wide")
    expect(code).to_be_visible()
    assert box(code)["x"] + box(code)["width"] <= PHONE


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, PHONE])
def test_it_can_be_read_by_everybody(look: Look, width: int, scheme: Scheme) -> None:
    page = look(width, scheme)
    assert faint(page.locator(".beside *")) == []
    assert violations(page) == []


@pytest.mark.parametrize("width", [1280, PHONE])
def test_without_colours_words_and_lines_tell_what_was_from_what_is(look: Look, width: int) -> None:
    page = look(width)
    was, now = sides(page)
    assert was.locator(".beside__fate").inner_text() == "− was"
    assert now.locator(".beside__fate").inner_text() == "+ is now"
    assert was.locator("del").evaluate("(mark) => getComputedStyle(mark).textDecorationLine") == "line-through"
    assert now.locator("ins").evaluate("(mark) => getComputedStyle(mark).textDecorationLine") == "underline"
    expect(page.locator(".beside__fate", has_text="+ new").first).to_be_visible()


def test_a_phone_still_says_that_it_is_a_table(look: Look) -> None:
    page = look(PHONE)
    shown = page.get_by_role("table", name=re.compile(r"^Node not ready: 3 changed, 2 new"))
    expect(shown.get_by_role("columnheader")).to_have_text([re.compile("^Before"), re.compile("^After")])
    expect(shown.get_by_role("row", name=re.compile("was Pods stay in .* is now Pods are for long in"))).to_have_count(
        1
    )


def test_on_paper_both_columns_are_there(look: Look) -> None:
    page = look()
    page.emulate_media(media="print")
    was, now = map(box, sides(page))
    assert was["x"] < now["x"]
    expect(page.get_by_role("link", name="The page as it was")).to_have_count(0)


# Drawings


def test_two_drawings_light_and_zoom_each_for_itself(look: Look) -> None:
    page = look(of="drawing")
    before, after = page.locator("figure.drawing").all()
    before.locator(f"[data-node='{UNTIED}'] text").first.hover()
    expect(before).to_have_class(re.compile("drawing--lit"))
    expect(after).not_to_have_class(re.compile("drawing--lit"))
    after.get_by_role("button", name="Zoom in").click()
    expect(after).to_have_class(re.compile("drawing--zoomed"))
    expect(before).not_to_have_class(re.compile("drawing--zoomed"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, PHONE])
def test_what_is_new_and_gone_in_a_drawing_stands_out(look: Look, width: int, scheme: Scheme) -> None:
    page = look(width, scheme, "drawing")
    before, after = page.locator("figure.drawing").all()
    gone, new = before.locator(f"[data-node='{UNTIED}']"), after.locator(f"[data-node='{TIED}']")
    for node, line in ((gone, "line-through"), (new, "underline")):
        assert node.locator("text").evaluate("(text) => getComputedStyle(text).textDecorationLine") == line
        stroke = painted(node.locator("path").first, "stroke")[0]
        assert stroke is not None
        assert contrast(stroke, behind(node.locator("xpath=ancestor::div[1]"))) >= 3
    assert gone.locator("path").first.evaluate("(shape) => getComputedStyle(shape).strokeDasharray") != "none"
    assert new.locator("path").first.evaluate("(shape) => getComputedStyle(shape).strokeDasharray") == "none"
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_a_phone_the_drawing_after_stands_below_the_one_before(look: Look) -> None:
    before, after = map(box, look(PHONE, of="drawing").locator("figure.drawing").all())
    assert before["y"] + before["height"] <= after["y"]


def test_the_words_of_a_drawing_can_be_opened_and_lead_on(look: Look) -> None:
    page = look(of="drawing")
    after = page.locator("figure.drawing").nth(1)
    after.get_by_text("The same as a list").click()
    line = after.get_by_role("listitem").filter(has=page.locator(".figures-beside__mark--new"))
    expect(line).to_have_count(1)
    expect(line).to_contain_text("(assumed) new")
    assert str(line.get_by_role("link").last.get_attribute("href")) == "../../databases/fanz-analytics/"
