"""How the site's tests read built pages, and what they look for; each look is tried on a page with a planted fault."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import pytest
from bs4 import BeautifulSoup, Tag

from tests.conftest import BIN

PRIVATE = re.compile("[\ue000-\uf8ff]")
TEMPLATE = re.compile(r"\{\{|\{%")
ELSEWHERE = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
"""How an address on another host begins."""


@dataclass(frozen=True)
class Start:
    """A start tag with its attributes."""

    name: str
    attributes: dict[str, str]


class _Starts(HTMLParser):
    """The start tags of a page: all that a look at the whole of it needs, in a fourth of a tree's time."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Start] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(Start(tag, {name: value or "" for name, value in attrs}))


@dataclass(frozen=True)
class Page:
    """A built page: its address from the site's root, its file and its HTML."""

    address: str
    file: Path
    html: str

    @cached_property
    def starts(self) -> list[Start]:
        """The start tags of the whole page."""
        return _Starts(self.html).found

    @cached_property
    def article(self) -> Tag:
        """What is the page's own, without header, navigation and footer; all of a page that only leads to another."""
        found = re.search("<article.*</article>", self.html, flags=re.DOTALL)
        tree = BeautifulSoup(found[0] if found else self.html, "lxml")
        article = tree.article or tree.body
        assert article is not None, f"{self.address} is empty"
        return article

    @property
    def moved(self) -> bool:
        """Whether it only leads to another page."""
        return 'http-equiv="refresh"' in self.html

    @property
    def text(self) -> str:
        return spaced(self.article.get_text(" "))

    def one(self, selector: str) -> Tag:
        """The only element of the article that the selector names."""
        found = self.article.select(selector)
        assert len(found) == 1, f"{self.address} has {len(found)} of {selector}"
        return found[0]

    def leads_to(self, selector: str = "a[href]") -> set[str]:
        """The addresses that links lead to, without the drawing's: that shows a part of them only."""
        links = [link for link in self.article.select(selector) if link.find_parent("figure") is None]
        return {self.target(attribute(link, "href")) for link in links}

    def target(self, href: str) -> str:
        """Where a link of this page leads, from the site's root, without its anchor."""
        return urldefrag(urljoin(f"http://site/{self.address}", href)).url.removeprefix("http://site/")


def spaced(text: str) -> str:
    """The text with each run of spaces and line ends as one space."""
    return " ".join(text.split())


def attribute(tag: Tag, name: str) -> str:
    value = tag.get(name)
    return value if isinstance(value, str) else " ".join(value or ())


@cache
def read(site: Path) -> dict[str, Page]:
    """Every page of a built site by its address; the home page's is empty."""
    pages = {}
    for file in sorted(site.rglob("*.html")):
        address = file.relative_to(site).as_posix().removesuffix("index.html")
        pages[address] = Page(address, file, file.read_text(encoding="utf-8"))
    return pages


def ids_twice(page: Page) -> list[str]:
    """Ids that stand more than once on a page."""
    found = Counter(start.attributes["id"] for start in page.starts if "id" in start.attributes)
    return [name for name, number in found.items() if number > 1]


LOADED = ("src", "srcset", "poster", "data", "background")
RELATED = {"canonical", "prev", "next"}
"""Kinds of `<link>` that name another page and load nothing."""


def loads_from_elsewhere(page: Page) -> list[str]:
    """What a browser would ask another host for when it shows the page."""
    addresses = [start.attributes[name] for start in page.starts for name in LOADED if name in start.attributes]
    links = [start.attributes for start in page.starts if start.name == "link"]
    addresses += [link.get("href", "") for link in links if not RELATED & set(link.get("rel", "").split())]
    styles = [start.attributes.get("style", "") for start in page.starts]
    styles += re.findall(r"<style\b[^>]*>(.*?)</style>", page.html, flags=re.DOTALL)
    found = [address for address in addresses if ELSEWHERE.match(address)]
    return found + [address for style in styles for address in style_loads(style)]


def style_loads(css: str) -> list[str]:
    """What a style sheet would ask another host for."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    loads = re.findall(r"""(?:url\(\s*|@import\s+)["']?([^"')\s;]+)""", css)
    return [address for address in loads if ELSEWHERE.match(address)]


def links_that_need_the_root(page: Page) -> list[str]:
    """Links and sources that work under one address only: those that begin at the host."""
    names = ("href", "src", "action")
    addresses = [start.attributes[name] for start in page.starts for name in names if name in start.attributes]
    return [address for address in addresses if re.match("/(?!/)", address)]


def leftovers(page: Page) -> list[str]:
    """Template code and marks that should have given way to something. Scripts and code may have braces."""
    prose = re.sub(r"<(script|pre|code)\b.*?</\1>", "", page.html, flags=re.DOTALL)
    return [match[0] for match in (*TEMPLATE.finditer(prose), *PRIVATE.finditer(page.html))]


def code_from_values(page: Page) -> list[str]:
    """What in a page's article would run: scripts, event attributes, addresses that are code, frames."""
    found = [f"<{tag.name}>" for tag in page.article.find_all(["script", "iframe", "object", "embed", "style"])]
    for tag in page.article.find_all(True):
        for name, value in tag.attrs.items():
            if name.startswith("on"):
                found.append(f"{tag.name} {name}")
            elif name in {"href", "src", "action"} and re.match(r"\s*(javascript|vbscript|data):", str(value), re.I):
                found.append(f"{tag.name} {name}={value}")
    return found


def lychee(site: Path) -> subprocess.CompletedProcess[str]:
    """Follow every link and anchor of a site without leaving it."""
    command = [str(BIN / "lychee"), "--offline", "--include-fragments", "--no-progress"]
    options = ["--index-files", "index.html", "--root-dir", str(site), f"{site}/**/*.html"]
    return subprocess.run([*command, *options], capture_output=True, text=True, timeout=120, check=False)


# Each look finds a planted fault, and nothing on a sound page.

SOUND = """<!doctype html><html lang="en"><head><link rel="stylesheet" href="../main.css">
<link rel="canonical" href="https://example.com/x/"></head><body><article><h1 id="top">Shelf</h1>
<p style="--width:3px">A <a href="https://example.com/">link</a>, <a href="#top">another</a>.</p>
</article></body></html>"""


def planted(html: str) -> Page:
    return Page("shelves/one/", Path("unused"), SOUND.replace("</article>", f"{html}</article>"))


def looks(page: Page) -> Iterator[str]:
    for look in (ids_twice, loads_from_elsewhere, links_that_need_the_root, leftovers, code_from_values):
        if look(page):
            yield look.__name__


FAULTS = {
    '<p id="top">': "ids_twice",
    '<img src="https://example.com/x.png">': "loads_from_elsewhere",
    '<img src="//example.com/x.png">': "loads_from_elsewhere",
    '<img src="x.png" srcset="https://example.com/x.png 2x">': "loads_from_elsewhere",
    '<link rel="stylesheet" href="https://example.com/x.css">': "loads_from_elsewhere",
    '<p style="background:url(https://example.com/x.png)">': "loads_from_elsewhere",
    '<a href="/shelves/">': "links_that_need_the_root",
    "<p>{{ table() }}": "leftovers",
    "<p>{% raw %}": "leftovers",
    "<p>\ue001": "leftovers",
    "<script>1</script>": "code_from_values",
    '<svg><a onclick="x()"></a></svg>': "code_from_values",
    '<a href=" JavaScript:x()">': "code_from_values",
}


def test_a_sound_page_has_nothing_to_report() -> None:
    assert list(looks(planted(""))) == []


@pytest.mark.parametrize("html", FAULTS)
def test_a_planted_fault_is_found(html: str) -> None:
    assert list(looks(planted(html))) == [FAULTS[html]]


@pytest.mark.parametrize(
    ("css", "found"),
    [
        ('@import "https://example.com/x.css";', ["https://example.com/x.css"]),
        ("p{background:url( 'https://example.com/x.png')}", ["https://example.com/x.png"]),
        ("@font-face{src:url(//example.com/x.woff2)}", ["//example.com/x.woff2"]),
        ("/* url(https://example.com/) */ p{background:url(x.png)} @namespace url(../x)", []),
        ("p{mask:url('data:image/svg+xml;utf8,<svg xmlns=\"http://www.w3.org/2000/svg\"/>')}", []),
    ],
)
def test_what_a_style_sheet_loads_is_found(css: str, found: list[str]) -> None:
    assert style_loads(css) == found


def test_links_are_followed_from_the_page_they_stand_on() -> None:
    page = planted('<a href="../two/#x">a</a><figure><a href="../drawn/">b</a></figure><a href="../../teams/">c</a>')
    assert page.leads_to() == {"https://example.com/", "shelves/one/", "shelves/two/", "teams/"}


@pytest.mark.parametrize(("link", "said"), [("../two/", ""), ("../gone/", "gone"), ("../two/#gone", "#gone")])
def test_dead_links_and_anchors_are_found(tmp_path: Path, link: str, said: str) -> None:
    for name, html in {"one": planted(f'<a href="{link}">x</a>').html, "two": SOUND}.items():
        (tmp_path / "shelves" / name).mkdir(parents=True)
        (tmp_path / "shelves" / name / "index.html").write_text(html, encoding="utf-8")
    (tmp_path / "shelves" / "main.css").touch()
    done = lychee(tmp_path)
    assert done.returncode == (2 if said else 0), done.stdout + done.stderr
    assert said in done.stdout
