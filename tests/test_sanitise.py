"""The HTML of pages: what runs, frames or restyles goes; what a text needs stays."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from macros.sanitise import sanitise

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVa&#115;cript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<iframe src='https://elsewhere.example'></iframe>",
    "<object data=x></object><embed src=x>",
    "<form action='https://elsewhere.example'><button formaction=x>go</button></form>",
    "<base href='https://elsewhere.example/'>",
    "<meta http-equiv=refresh content='0;url=https://elsewhere.example'>",
    "<link rel=stylesheet href='https://elsewhere.example/x.css'>",
    "<style>body{display:none}</style>",
    "<p style='position:fixed;inset:0'>x</p>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<details ontoggle=alert(1) open>x</details>",
    "<!--><img src=x onerror=alert(1)>-->",
)


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_that_runs_frames_or_restyles_is_left(html: str) -> None:
    tree = BeautifulSoup(sanitise(f"<p>before</p>{html}<p>after</p>"), "lxml")
    for name in ("script", "style", "iframe", "object", "embed", "form", "base", "meta", "link", "svg", "math"):
        assert not tree.select(name)
    for element in tree.find_all(True):
        for attribute, value in element.attrs.items():
            assert not attribute.startswith("on")
            assert attribute != "style"
            assert not str(value).strip().lower().startswith(("javascript:", "data:"))
    assert "before" in tree.get_text()
    assert "after" in tree.get_text()


@pytest.mark.parametrize(
    "html",
    [
        '<h2 id="a">A<a class="headerlink" href="#a" title="Permanent link">¶</a></h2>',
        '<div class="admonition note"><p class="admonition-title">Note</p><p>x</p></div>',
        '<table><thead><tr><th align="left">a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>',
        '<details class="note" open=""><summary>More</summary><p>x</p></details>',
        '<p><a href="../services/">Services</a> <a href="mailto:a@example.com">mail</a></p>',
        '<pre><code class="language-sh"><span class="k">if</span> a &amp;&amp; b</code></pre>',
        '<p data-search-exclude="" aria-label="x">y</p>',
    ],
)
def test_what_a_text_needs_stays(html: str) -> None:
    assert sanitise(html) == html


@pytest.mark.parametrize(
    "html",
    [
        '<p id="__config">{}</p>',
        '<a name="__search">x</a>',
        '<label for="__drawer">x</label>',
        '<p data-md-component="search">x</p>',
    ],
)
def test_a_page_cannot_pass_for_a_part_of_the_theme(html: str) -> None:
    """The theme finds its own parts by these, and reads addresses from one of them."""
    clean = sanitise(html)
    assert "__" not in clean
    assert "data-md-" not in clean


def test_the_anchors_of_lines_of_code_stay() -> None:
    html = '<a id="__codelineno-0-1" name="__codelineno-0-1" href="#__codelineno-0-1"></a>'
    assert sanitise(html) == html
