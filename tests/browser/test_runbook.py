"""A runbook is worked through on its page: copied, ticked, branched, shared by link, and with the site gone."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import sleep
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, expect

from tests.browser.conftest import PATIENCE, Handler, served
from tests.browser.test_access import COLOURS, violations
from tests.conftest import OTHER, build

RUNBOOK = """\
id: till-down
name: Till down
owner: Counter
handles: [service.till]
trigger: The drawer does not open.
impact: Nobody can pay.
escalate_after: 15
inputs:
  - {id: namespace, ask: Namespace of the till, example: shop}
  - {id: pod, ask: Name of the pod, example: till-0}
steps:
  - id: look
    do: See whether ${pod} runs.
    command: |-
      kubectl --context ${cluster.attic} -n "${namespace}" \\
        get pod "${pod}"
    expect: "`Running`"
    otherwise:
      - {when: The pod is gone, goto: restart}
      - {when: No answer, do: Wait a minute., goto: again, at_most: 1}
      - {page: next}
  - id: read
    do: Read what it says.
    command: kubectl --context ${cluster.attic} -n "${namespace}" logs "${pod}"
    expect: No error.
  - id: restart
    do: Restart the till.
    command: kubectl --context ${cluster.attic} rollout restart deployment/till
    danger: Open sales are lost.
    confirm: lose the sales
    expect: "`restarted`"
verification:
  - id: sell
    do: Sell a loaf.
    expect: A receipt.
    otherwise:
      - {when: No receipt, goto: look, at_most: 1}
rollback:
  - do: Close the drawer.
messages:
  - {to: Customers, when: At once., text: "The till ${pod} is down."}
"""
ADDRESS = "runbooks/till-down/"
START = 1_900_000_000 - 1_900_000_000 % 60
"""When the clock of these browsers begins: 2030-03-17 17:46Z."""


CONTROLLED = """async () => {
  const workers = navigator.serviceWorker;
  if (!workers.controller) await new Promise((done) => workers.addEventListener("controllerchange", done));
}"""
"""Waits until all that is kept is there."""


CHANGED = """
  const changed = new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done));
  await (await navigator.serviceWorker.ready).update();
  await changed;
  while ((await caches.keys()).length > 1) await new Promise((done) => setTimeout(done, 20));
"""
"""Looks for a new worker, as every visit does, and waits until it has taken over, and the old copy is gone."""


class Closing(Handler):
    """Hangs up after each answer, so that a server that has stopped answers nobody."""

    protocol_version = "HTTP/1.0"
    trouble: ClassVar[str] = ""
    """What stands before the site: a gateway that answers for it, or nobody who answers at all."""

    def do_GET(self) -> None:  # noqa: N802 - the name is the base class's
        if self.trouble == "gateway":
            self.send_error(502)
        elif self.trouble == "silence":
            sleep(8)
        else:
            super().do_GET()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small site with one runbook."""
    folder = tmp_path_factory.mktemp("shop")
    shutil.copytree(OTHER, folder, dirs_exist_ok=True)
    shutil.rmtree(folder / "data" / "runbooks")
    (folder / "data" / "runbooks").mkdir()
    (folder / "data" / "runbooks" / "till-down.yml").write_text(RUNBOOK, encoding="utf-8")
    parts = [argument for part in ("data", "docs", "diagrams") for argument in (f"--{part}", str(folder / part))]
    done = build(folder / "site", *parts)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


class Site:
    """The small site on a server that can be stopped."""

    def __init__(self, folder: Path) -> None:
        self._stack = ExitStack()
        self.root = self._stack.enter_context(served(folder, "", Closing))

    def stop(self) -> None:
        self._stack.close()


@pytest.fixture
def server(shop: Path) -> Iterator[Site]:
    started = Site(shop)
    yield started
    started.stop()


class Reader:
    """A browser of its own."""

    def __init__(self, browser: Browser, *, workers: bool, **options: Any) -> None:
        self.errors: list[str] = []
        self.context: BrowserContext = browser.new_context(
            permissions=["clipboard-read", "clipboard-write"],
            reduced_motion="reduce",
            service_workers="allow" if workers else "block",
            **options,
        )
        self.context.set_default_timeout(PATIENCE)
        self.context.on("weberror", lambda error: self.errors.append(str(error.error)))

    def open(self, address: str, *, clock: bool = True) -> Page:
        page = self.context.new_page()
        if clock:
            page.clock.install(time=START)
        page.goto(address, wait_until="load")
        return page


@pytest.fixture
def readers(browser: Browser) -> Iterator[Any]:
    opened: list[Reader] = []

    def another(*, workers: bool = False, **options: Any) -> Reader:
        opened.append(Reader(browser, workers=workers, **options))
        return opened[-1]

    yield another
    errors = [error for reader in opened for error in reader.errors]
    for reader in opened:
        reader.context.close()
    assert errors == []


@pytest.fixture
def page(server: Site, readers: Any) -> Page:
    opened: Page = readers().open(server.root + ADDRESS)
    return opened


def step(page: Page, number: int) -> Locator:
    return page.locator(f"#step-{number}")


def fill(page: Page, **inputs: str) -> None:
    for name, value in inputs.items():
        page.locator(f"#input-{name}").fill(value)


def works(page: Page, number: int) -> None:
    step(page, number).get_by_label("Worked").check()


def fails(page: Page, number: int, seen: str) -> None:
    step(page, number).get_by_role("button", name="Did not work").click()
    step(page, number).get_by_role("button", name=f"This is it ({seen})").click()


def copy(place: Locator) -> str:
    """What is on the clipboard after the copy button of a place was pressed."""
    place.get_by_role("button", name="Copy").click()
    expect(place.get_by_role("button", name="Copied")).to_be_visible()
    text: str = place.page.evaluate("navigator.clipboard.readText()")
    return text


def current(page: Page) -> str:
    return page.locator("[aria-current=step]").get_attribute("id") or ""


def run_of(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query).get("run", [""])[0]


def timeline(page: Page) -> list[str]:
    bar = page.locator(".run")
    bar.get_by_role("button", name="Copy timeline").click()
    expect(bar.locator("[data-face='Copy timeline']")).to_have_text("Copied")
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text.splitlines()


# The site gone


def test_a_runbook_is_worked_through_with_the_site_gone(server: Site, readers: Any) -> None:
    page = readers(workers=True).open(server.root + ADDRESS, clock=False)
    page.evaluate(CONTROLLED)
    expect(page.locator(".kept")).to_have_count(0)
    server.stop()

    fill(page, namespace="shop", pod="till-7")
    page.get_by_role("button", name="Start").click()
    expected = 'kubectl --context attic -n "shop" \\\n  get pod "till-7"'
    assert copy(step(page, 1)) == expected
    fails(page, 1, "The pod is gone")
    expect(step(page, 3)).to_be_focused()

    page.reload()
    expect(page.locator(".kept")).to_have_text(
        re.compile(r"^The site cannot be reached: this is the copy of 20\d\d-\d\d-\d\d \d\d:\d\d UTC\.$")
    )
    assert current(page) == "step-3"
    assert page.locator("#input-pod").input_value() == "till-7"
    step(page, 3).get_by_label("type the words").fill("lose the sales")
    step(page, 3).get_by_label("type the words").press("Enter")
    assert copy(step(page, 3)) == "kubectl --context attic rollout restart deployment/till"
    works(page, 3)
    works(page, 4)
    expect(page.locator(".run__where")).to_have_text("Over")
    assert [line.partition(" ")[2] for line in timeline(page)[3:]] == [
        "start",
        "step 1 See whether <pod> runs. — The pod is gone → step 3",
        "step 3 Restart the till. — worked",
        "step 4 Sell a loaf. — worked",
    ]

    page.goto(server.root)  # the home page, a list and a sheet are kept as well
    expect(page.locator(".kept")).to_be_visible()
    page.goto(server.root + "runbooks/")
    expect(page.locator(".kept")).to_be_visible()
    page.goto(server.root + "if-down/service/till/")
    expect(page.locator(".kept")).to_be_visible()
    page.goto(server.root + "services/")
    expect(page.locator("h1")).to_have_text("The site cannot be reached")
    page.get_by_role("link", name="The runbooks are.").click()
    expect(page.locator("h1")).to_contain_text("Runbooks")


@pytest.mark.parametrize("folder", ["previews/7/", "releases/"])
def test_for_a_site_below_this_one_nothing_is_answered(server: Site, readers: Any, folder: str) -> None:
    page = readers(workers=True).open(server.root + ADDRESS, clock=False)
    page.evaluate(CONTROLLED)
    server.stop()
    with pytest.raises(Error, match="ERR_CONNECTION_REFUSED"):
        page.goto(server.root + folder)


def test_the_search_works_with_the_site_gone(server: Site, readers: Any) -> None:
    page = readers(workers=True).open(server.root + ADDRESS, clock=False)
    page.evaluate(CONTROLLED)
    server.stop()
    page.reload()
    page.locator("[data-md-component=search-query]").click()
    page.locator("[data-md-component=search-query]").press_sequentially("drawer")
    expect(page.locator(".md-search-result__link").first).to_be_visible()


def test_while_the_site_answers_no_page_comes_from_the_store(shop: Path, tmp_path: Path, readers: Any) -> None:
    own = tmp_path / "site"
    shutil.copytree(shop, own)
    server = Site(own)
    try:
        page = readers(workers=True).open(server.root + ADDRESS, clock=False)
        page.evaluate(CONTROLLED)
        file = own / ADDRESS / "index.html"
        file.write_text(file.read_text(encoding="utf-8").replace("Sell a loaf.", "Sell a bun."), encoding="utf-8")
        page.reload()
        expect(step(page, 4)).to_contain_text("Sell a bun.")
        expect(page.locator(".kept")).to_have_count(0)
    finally:
        server.stop()


@pytest.mark.parametrize("trouble", ["gateway", "silence"])
def test_a_site_that_does_not_answer_by_itself_cannot_be_reached(
    server: Site, readers: Any, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = readers(workers=True).open(server.root + ADDRESS, clock=False)
    page.evaluate(CONTROLLED)
    monkeypatch.setattr(Closing, "trouble", trouble)
    page.reload()
    expect(page.locator(".kept")).to_contain_text("The site cannot be reached")
    works(page, 1)
    monkeypatch.setattr(Closing, "trouble", "")
    page.reload()
    expect(page.locator(".kept")).to_have_count(0)
    assert current(page) == "step-2"


def test_what_is_kept_is_fetched_anew_when_the_site_changed(shop: Path, tmp_path: Path, readers: Any) -> None:
    own = tmp_path / "site"
    shutil.copytree(shop, own)
    server = Site(own)
    try:
        page = readers(workers=True).open(server.root + ADDRESS, clock=False)
        page.evaluate(CONTROLLED)
        for name in (f"{ADDRESS}index.html", "sw.js"):
            text = (own / name).read_text(encoding="utf-8")
            digest = re.sub(r'DIGEST = "\w+"', 'DIGEST = "other"', text.replace("Sell a loaf.", "Sell a bun."))
            (own / name).write_text(digest, encoding="utf-8")
        page.evaluate(f"async () => {{ {CHANGED} }}")
        server.stop()
        page.reload()
        expect(page.locator(".kept")).to_be_visible()
        expect(step(page, 4)).to_contain_text("Sell a bun.")
    finally:
        server.stop()


# Inputs and copies


def test_inputs_fill_every_place_and_stay_in_the_tab(page: Page, server: Site) -> None:
    fill(page, namespace="shop", pod="till-secret")
    expect(step(page, 1).locator(".step__do")).to_contain_text("See whether till-secret runs.")
    works(page, 1)
    assert copy(page.locator(".tell")) == "The till till-secret is down."
    page.locator(".run").get_by_role("button", name="Copy link").click()
    expect(page.locator("[data-face='Copy link']")).to_have_text("Copied")
    assert "secret" not in page.evaluate("navigator.clipboard.readText()")
    assert "secret" not in "\n".join(timeline(page))
    assert "secret" not in page.url
    assert "secret" not in page.evaluate("JSON.stringify(localStorage)")
    page.reload()
    expect(page.locator("#input-pod")).to_have_value("till-secret")
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator("#input-pod")).to_have_value("")


def test_a_command_that_lacks_an_input_is_not_copied(page: Page) -> None:
    page.evaluate("navigator.clipboard.writeText('before')")
    fill(page, namespace="shop")
    step(page, 1).get_by_role("button", name="Copy").click()
    expect(step(page, 1).locator(".copy__note")).to_have_text("Fill in first: pod.")
    expect(page.locator("#input-pod")).to_be_focused()
    assert page.evaluate("navigator.clipboard.readText()") == "before"
    page.keyboard.type("till-0")
    page.keyboard.press("Enter")
    expect(step(page, 1).get_by_role("button", name="Copy")).to_be_focused()


@pytest.mark.parametrize("value", ["a'b", 'a"b', "$(id)", "a`b", "a;b", "a|b", "-rf", "a ", "till\u20130", "a\\b"])
def test_a_value_that_a_shell_would_read_is_warned_of(page: Page, value: str) -> None:
    warning = page.locator("#input-pod-warning")
    fill(page, pod="till-0")
    expect(warning).to_be_empty()
    fill(page, pod=value)
    expect(warning).to_contain_text("Look twice before you paste")


def test_a_value_is_text_wherever_it_is_shown(page: Page) -> None:
    fill(page, namespace="shop", pod="<img src=x onerror=alert(1)>")
    assert copy(step(page, 1)).endswith('get pod "<img src=x onerror=alert(1)>"')
    assert page.locator(".step img").count() == 0


def test_a_dangerous_command_waits_for_its_words(page: Page) -> None:
    page.evaluate("navigator.clipboard.writeText('before')")
    field = step(page, 3).get_by_label("type the words")
    step(page, 3).get_by_role("button", name="Copy").click()
    expect(field).to_be_focused()
    field.fill("lose the sale")
    field.press("Enter")
    expect(step(page, 3).locator(".confirm__note")).to_have_text("These are not the words")
    assert page.evaluate("navigator.clipboard.readText()") == "before"
    field.fill("Lose the  sales")
    field.press("Enter")
    expect(step(page, 3).get_by_role("button", name="Copy")).to_be_focused()
    page.reload()
    assert copy(step(page, 3)) == "kubectl --context attic rollout restart deployment/till"


def test_each_command_has_one_copy_button(page: Page) -> None:
    assert page.locator(".step__command button, .step__command ~ nav").count() == 3
    assert page.locator(":is(.step, .tell) .md-code__nav").count() == 0


# The run


def test_branches_are_counted_and_then_the_next_is_paged(page: Page) -> None:
    fails(page, 1, "No answer")
    expect(step(page, 1)).to_be_focused()
    branch = step(page, 1).locator(".outcome").nth(1)
    step(page, 1).get_by_role("button", name="Did not work").click()
    expect(branch).to_contain_text("Used up: page the next.")
    branch.get_by_role("button").click()
    expect(page.locator("#page")).to_be_focused()
    assert timeline(page)[-1].endswith("step 1 See whether <pod> runs. — No answer → page the next")


def test_leading_back_opens_what_was_ticked_and_asks_for_the_words_again(page: Page) -> None:
    step(page, 3).get_by_label("type the words").fill("lose the sales")
    step(page, 3).get_by_label("type the words").press("Enter")
    for number in (1, 2, 3):
        works(page, number)
    fails(page, 4, "No receipt")
    assert current(page) == "step-1"
    assert [step(page, number).get_by_label("Worked").is_checked() for number in (1, 2, 3, 4)] == [False] * 4
    expect(step(page, 3).get_by_label("type the words")).to_have_value("")
    for number in (1, 2, 3):
        works(page, number)
    step(page, 4).get_by_role("button", name="Did not work").click()
    expect(step(page, 4)).to_contain_text("Used up: page the next.")


def test_a_reload_and_a_link_keep_the_state_and_the_start(page: Page, server: Site, readers: Any) -> None:
    page.get_by_role("button", name="Start").click()
    page.clock.run_for(180_000)
    works(page, 1)
    page.clock.run_for(120_000)
    page.reload()
    assert step(page, 1).get_by_label("Worked").is_checked()
    assert current(page) == "step-2"
    page.locator(".run").get_by_role("button", name="Copy link").click()
    expect(page.locator("[data-face='Copy link']")).to_have_text("Copied")
    shared = page.evaluate("navigator.clipboard.readText()")
    assert shared == f"{server.root}{ADDRESS}?run={run_of(page)}"

    other = readers().open(shared)
    other.clock.set_fixed_time(START + 300)
    assert current(other) == "step-2"
    assert step(other, 1).locator(".step__log").inner_text() == step(page, 1).locator(".step__log").inner_text()
    assert (
        timeline(other)[3:]
        == timeline(page)[3:]
        == [
            "17:46Z start",
            "17:49Z step 1 See whether <pod> runs. — worked",
        ]
    )
    assert timeline(other)[2].startswith("Started 2030-03-17 17:46Z, elapsed 5 min")


def test_without_the_address_the_browser_remembers(page: Page, server: Site) -> None:
    works(page, 1)
    kept = run_of(page)
    page.goto(server.root + ADDRESS + "#step-2")
    assert current(page) == "step-2"
    assert run_of(page) == kept
    assert page.url.endswith("#step-2")
    began = kept.split(".")[1]
    page.goto(f"{server.root}{ADDRESS}?h=loaf&run=1.{began}.read~w~0")  # another run: the address wins
    assert [step(page, number).get_by_label("Worked").is_checked() for number in (1, 2)] == [False, True]
    assert "h=loaf" in page.url
    page.goto(f"{server.root}{ADDRESS}?run=rubbish")  # no run: what is remembered is not lost for that
    assert run_of(page) == kept


@pytest.mark.parametrize(
    "run",
    [
        "",
        "1",
        "1.",
        "2.vf7000",
        "1.zzzzzzz",
        "1.vf7000.look~w",
        "1.vf7000.look~w~0~0",
        "1.vf7000.__proto__~w~0.constructor~w~0",
        "1.vf7000.look~%3Cscript%3E~0",
        "1.%00.look~w~0",
        "%E0%A4%A",
        "1.-5.look~w~-1",
        "." * 5000,
        "1.vf7000" + ".look~w~zzzzzz" * 2000,
    ],
)
def test_an_address_that_is_no_run_is_ignored(server: Site, readers: Any, run: str) -> None:
    page = readers().open(f"{server.root}{ADDRESS}?run={run}")
    assert current(page) == "step-1"
    assert not page.locator(".step :checked").count()
    works(page, 1)
    assert current(page) == "step-2"


def test_what_no_longer_fits_is_left_out(page: Page, server: Site, readers: Any) -> None:
    works(page, 1)
    run = run_of(page)
    other = readers().open(f"{server.root}{ADDRESS}?run={run}.gone~w~5.look~abcd~6.read~w~7")
    assert [step(other, number).get_by_label("Worked").is_checked() for number in (1, 2, 3)] == [True, True, False]
    assert current(other) == "step-3"


def test_time_up_says_to_page_the_next(page: Page) -> None:
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".run__next")).to_have_text("Page the next at 18:01Z")
    page.clock.run_for(15 * 60_000)
    expect(page.locator(".run__next")).to_have_text("Page the next now")
    page.get_by_role("button", name="Paged").click()
    expect(page.locator(".run__next")).to_have_text("Page the next at 18:16Z")
    assert timeline(page)[-1] == "18:01Z paged the next"


def test_undo_untick_and_reset(page: Page) -> None:
    works(page, 1)
    works(page, 2)
    step(page, 2).get_by_label("Worked").uncheck()
    assert current(page) == "step-2"
    page.locator(".run").get_by_role("button", name="Undo").click()
    assert current(page) == "step-1"
    fill(page, pod="till-0")
    page.locator(".run").get_by_role("button", name="Reset").click()
    page.get_by_role("dialog").get_by_role("button", name="Keep it").click()
    assert run_of(page)
    page.locator(".run").get_by_role("button", name="Reset").click()
    page.get_by_role("dialog").get_by_role("button", name="Reset").click()
    assert run_of(page) == ""
    assert page.evaluate("localStorage.length + sessionStorage.length") in {0, 1}  # the theme's own
    expect(page.locator("#input-pod")).to_have_value("")


def test_the_keyboard_alone_will_do(page: Page) -> None:
    fill(page, namespace="shop", pod="till-0")
    page.get_by_role("button", name="Start").focus()
    page.keyboard.press("Enter")
    expect(step(page, 1)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(step(page, 1).get_by_role("button", name="Copied")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(step(page, 2)).to_be_focused()
    expect(page.locator(".run [role=status]")).to_have_text("Step 1: worked. Now step 2: Read what it says.")


# Looks


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_in_anybodys_way(server: Site, readers: Any, width: int, scheme: str) -> None:
    reader = readers(viewport={"width": width, "height": 700}, color_scheme=scheme)
    page = reader.open(server.root + ADDRESS, clock=False)
    fill(page, pod="$till")
    works(page, 1)
    step(page, 2).get_by_role("button", name="Did not work").click()
    assert violations(page) == []
    assert violations(page, **COLOURS) == []
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width


def test_what_to_expect_stands_beside_on_a_wide_screen(server: Site, readers: Any) -> None:
    for width, beside in ((1280, True), (390, False)):
        page = readers(viewport={"width": width, "height": 900}).open(server.root + ADDRESS, clock=False)
        command, expected = (step(page, 1).locator(name).bounding_box() for name in (".step__command", ".step__expect"))
        assert command is not None
        assert expected is not None
        assert (expected["x"] >= command["x"] + command["width"]) is beside


def test_without_scripts_the_page_is_whole(server: Site, readers: Any) -> None:
    page = readers(java_script_enabled=False).open(server.root + ADDRESS, clock=False)
    expect(step(page, 1).locator(".outcome").first).to_be_visible()
    expect(page.locator(".run")).to_have_count(0)
    numbers = page.locator(".step").evaluate_all("(all) => all.map((one) => getComputedStyle(one, '::before').content)")
    assert numbers == ['"1"', '"2"', '"3"', '"4"', '"5"']
