"""The browser that prints. Each document is printed twice where it speaks of its own pages: once to learn where things
stand, and once with their numbers.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from io import BytesIO
from pathlib import Path

from playwright.sync_api import Browser, BrowserType, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from pypdf import PdfReader

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SWITCHES = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
PATIENCE = 60_000
"""Milliseconds that one document may take."""

TRIES = 6
"""How often a document is printed until its page numbers hold: most are as wide as their stand-ins, so twice is enough."""

_NUMBERS = """(pages) => {
  for (const link of document.querySelectorAll("a.step__goto[href^='#']")) {
    const page = pages[decodeURIComponent(link.getAttribute("href").slice(1))];
    if (page) link.dataset.page = page; else delete link.dataset.page;
  }
  for (const cell of document.querySelectorAll("[data-page-of]")) {
    cell.textContent = pages[cell.dataset.pageOf] ?? "";
  }
}"""
_STAND_INS = """() => {
  const pages = Math.max(10, Math.ceil(document.documentElement.scrollHeight / 900)); // about as wide as most will be
  for (const link of document.querySelectorAll("a.step__goto[href^='#']")) link.dataset.page = "0".repeat(String(pages).length);
}"""
_SPEAKS = """() => document.querySelector("a.step__goto[href^='#'], [data-page-of]") !== null"""


class Paper(StrEnum):
    """The paper that is printed on."""

    A4 = "a4"
    LETTER = "letter"


class NoBrowserError(RuntimeError):
    """No Chromium starts. The message says what to do."""


class Press:
    """Prints documents of HTML to PDF."""

    def __init__(self, page: Page, folder: Path) -> None:
        self._page, self._folder = page, folder

    def print(self, document: str, paper: Paper) -> bytes:
        """The document as a PDF with bookmarks, and the numbers of the pages that it speaks of."""
        file = self._folder / "document.html"
        file.write_text(document, encoding="utf-8")
        self._page.goto(file.as_uri(), wait_until="load")
        if not self._page.evaluate(_SPEAKS):
            return self._pdf(paper)
        self._page.evaluate(_STAND_INS)
        known = pages_of(self._pdf(paper, draft=True))
        for _ in range(TRIES):
            self._page.evaluate(_NUMBERS, known)
            printed = self._pdf(paper)
            found = pages_of(printed)
            if found == known:
                return printed
            known = found
        self._page.evaluate(_NUMBERS, {})  # no number is better than a wrong one
        return self._pdf(paper)

    def _pdf(self, paper: Paper, *, draft: bool = False) -> bytes:
        """The page as it stands; a draft, which tells where things are, does without marks for readers and bookmarks."""
        size = {"a4": "A4", "letter": "Letter"}[paper.value]
        return self._page.pdf(format=size, outline=not draft, tagged=not draft)


def pages_of(printed: bytes) -> dict[str, int]:
    """The number of the page, from 1, of each place in a PDF that something in it leads to."""
    reader = PdfReader(BytesIO(printed))
    found = {}
    for name, destination in reader.named_destinations.items():
        number = reader.get_destination_page_number(destination)
        if number is not None and number >= 0:
            found[name.lstrip("/")] = number + 1
    return found


@contextmanager
def press() -> Iterator[Press]:
    """A browser that prints, for as long as it is needed. Raises `NoBrowserError` where none starts."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory(prefix="inventory-") as folder:
        browser = _start(playwright.chromium)
        try:
            page = browser.new_context(java_script_enabled=True, color_scheme="light", offline=True).new_page()
            page.set_default_timeout(PATIENCE)
            page.emulate_media(media="print", color_scheme="light")
            yield Press(page, Path(folder))
        finally:
            browser.close()


def _start(chromium: BrowserType) -> Browser:
    switches = [*SWITCHES, "--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else [*SWITCHES]
    reasons = []
    for program in [*filter(None, map(shutil.which, PROGRAMS)), None]:
        try:
            return chromium.launch(executable_path=program, args=switches)
        except PlaywrightError as error:
            reasons.append(f"{program or 'of Playwright'}: {error.message.strip().splitlines()[0]}")
    raise NoBrowserError("no Chromium starts here (`make browser` installs one): " + "; ".join(reasons))
