"""A browser and a server for the built site. Nothing a page does may leave this machine, fail or be complained of."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Literal, NamedTuple, NoReturn, Protocol
from urllib.parse import urldefrag, urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserType,
    ConsoleMessage,
    Page,
    Request,
    Response,
    WebError,
    expect,
    sync_playwright,
)
from playwright.sync_api import Error as PlaywrightError

HERE = Path(__file__).parent
HOST = "127.0.0.1"
SUB_PATH = "/some/base"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SWITCHES = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    f"--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE {HOST}",  # what wants to leave is seen, and does not leave
]
PATIENCE = 10_000
"""Milliseconds that a page has for what a test waits for."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests in this folder are browser tests."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium: one on PATH, else Playwright's own."""
    with sync_playwright() as playwright:
        started = _start(playwright.chromium)
        if isinstance(started, str):
            _give_up(started)
        yield started
        started.close()


def _start(chromium: BrowserType) -> Browser | str:
    """The browser, or why there is none."""
    switches = [*SWITCHES, "--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else SWITCHES
    reasons = []
    for program in [*filter(None, map(shutil.which, PROGRAMS)), None]:
        try:
            return chromium.launch(executable_path=program, args=switches)
        except PlaywrightError as error:
            reasons.append(f"{program or 'of Playwright'}: {error.message.strip().splitlines()[0]}")
    return "no Chromium starts here (`make browser` installs one): " + "; ".join(reasons)


def _give_up(reason: str) -> NoReturn:
    """Skip, but not in CI: there, tests that did not run have failed."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


class Handler(SimpleHTTPRequestHandler):
    """Files below a path, and nothing beside it."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *arguments: Any, below: str, directory: str) -> None:
        self.below = below
        super().__init__(*arguments, directory=directory)

    def translate_path(self, path: str) -> str:
        if not path.startswith(f"{self.below}/"):
            return str(Path(self.directory) / "no such file")
        return super().translate_path(path.removeprefix(self.below))

    def end_headers(self) -> None:
        """With the headers that the site asks its server for."""
        for line in (Path(self.directory) / "_headers").read_text(encoding="utf-8").splitlines()[1:]:
            name, _, value = line.strip().partition(": ")
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a browser hangs up when it goes on to another page."""


@contextmanager
def served(site: Path, below: str, answers: type[Handler] = Handler) -> Iterator[str]:
    """The site on a server of its own, as long as the block lasts."""
    handler = partial(answers, below=below, directory=str(site))
    server = _Server((HOST, 0), handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}{below}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="session")
def root(site: Path) -> Iterator[str]:
    """The site's address on a server of its own."""
    with served(site, "") as address:
        yield address


@pytest.fixture(scope="session")
def below(site: Path) -> Iterator[str]:
    """The site's address under a sub path."""
    with served(site, SUB_PATH) as address:
        yield address


@dataclass
class Watch:
    """What pages asked for, and what went wrong while they did: a method an event of the browser."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def request(self, request: Request) -> None:
        self.requests.append(request.url)
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob"} and address.hostname != HOST:
            self.complaints.append(f"a request leaves {HOST}: {request.url}")

    def response(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.status} for {response.url}")

    def requestfailed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the reader went on to another page meanwhile
            self.complaints.append(f"{request.failure} for {request.url}")

    def console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            where = message.page.url if message.page else "a worker"
            self.complaints.append(f"the console of {where} says: {message.text}")

    def weberror(self, error: WebError) -> None:
        self.complaints.append(f"error on {error.page.url if error.page else 'a page'}: {error.error}")


Scheme = Literal["light", "dark"]


class Look(NamedTuple):
    """What a reader's browser is like."""

    scheme: Scheme
    javascript: bool


@dataclass
class Pages:
    """Pages of one browser. They are lent to tests and used again, as new ones cost most of a test's time."""

    browser: Browser
    watch: Watch = field(default_factory=Watch)
    free: dict[Look, list[Page]] = field(default_factory=dict)
    lent: list[tuple[Look, Page]] = field(default_factory=list)

    def lend(self, look: Look) -> Page:
        idle = self.free.setdefault(look, [])
        page = idle.pop() if idle else self._new(look)
        self.lent.append((look, page))
        return page

    def take_back(self) -> None:
        """Leave nothing of a test in its pages."""
        for look, page in self.lent:
            page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
            page.emulate_media(media="null", color_scheme=look.scheme)
            self.free[look].append(page)
        self.lent.clear()

    def _new(self, look: Look) -> Page:
        context = self.browser.new_context(
            color_scheme=look.scheme,
            java_script_enabled=look.javascript,
            reduced_motion="reduce",
            service_workers="block",  # it would fetch the pages that it keeps in every one of these browsers
        )
        context.set_default_timeout(PATIENCE)
        for event in ("request", "response", "requestfailed", "console", "weberror"):
            context.on(event, partial(self._tell, event))
        return context.new_page()

    def _tell(self, event: str, what: Any) -> None:
        """Tell the watch of the test that runs now."""
        getattr(self.watch, event)(what)


@pytest.fixture(scope="session")
def pages(browser: Browser) -> Pages:
    return Pages(browser)


@pytest.fixture
def watch(pages: Pages) -> Iterator[Watch]:
    """Fails the test when a page asked elsewhere, got an error, or complained."""
    pages.watch = Watch()
    yield pages.watch
    pages.take_back()
    if pages.watch.complaints:
        pytest.fail("\n".join(pages.watch.complaints), pytrace=False)


class Visit(Protocol):
    """Opens a page of the site, by its address from the site's root."""

    def __call__(
        self,
        path: str,
        *,
        width: int = 1280,
        height: int = 900,
        scheme: Scheme = "light",
        javascript: bool = True,
        base: str | None = None,
    ) -> Page: ...


def darken(page: Page) -> None:
    """Choose the dark scheme, as a reader does."""
    page.get_by_title("Switch to dark").click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")


@pytest.fixture
def visit(pages: Pages, root: str, watch: Watch) -> Visit:
    """Opens pages, each in a browser of its own as far as the page can tell; they are watched."""

    def opened(
        path: str,
        *,
        width: int = 1280,
        height: int = 900,
        scheme: Scheme = "light",
        javascript: bool = True,
        base: str | None = None,
    ) -> Page:
        page = pages.lend(Look(scheme, javascript))
        page.set_viewport_size({"width": width, "height": height})
        address = (base or root) + path
        if "#" in address and urldefrag(address).url == urldefrag(page.url).url:
            page.goto("about:blank")  # otherwise the page would only scroll
        page.goto(address, wait_until="domcontentloaded")
        return page

    return opened
