"""A view's HTML goes through Markdown untouched, whatever it holds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown import Markdown

from macros.embed import SHELF, Shelf
from macros.source import parse
from tests.conftest import ROOT

EXTENSIONS = ["admonition", "attr_list", "md_in_html", "tables", "toc", "pymdownx.superfences", "macros.embed"]

HOSTILE = [
    "**bold** _it_ `code`",
    "# heading",
    "    four spaces",
    "\n\nblank lines\n\n",
    "<p>paragraph</p>\n\n<p>another</p>",
    "<script>alert('&amp;')</script>",
    "{{ 7 * 7 }} {% raw %} {# #}",
    "[a](javascript:alert(1))",
    "[ref]: http://example.com",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "&lt;b&gt; &copy; & &nbsp;",
    "a\\*b \\ ",
    "```\nfence\n```",
    "<!-- comment --> <![CDATA[x]]>",
    "{: .class #id }",
    "$1 \\1 \\g<0>",
    "\u0002wzxhzdk:0\u0003",
    "- item\n- item",
    "1. item",
    "!!! note\n    text",
    "",
]


@pytest.fixture(autouse=True)
def _empty_shelf() -> None:
    SHELF.clear()


def rendered(text: str) -> str:
    return Markdown(extensions=EXTENSIONS).convert(text)


@pytest.mark.parametrize("html", HOSTILE)
def test_html_comes_out_as_it_went_in(html: str) -> None:
    assert rendered(f"Before\n\n{SHELF.put(html)}\n\nAfter") == f"<p>Before</p>\n{html}\n<p>After</p>"


@pytest.mark.parametrize("html", HOSTILE)
def test_html_within_a_sentence_comes_out_as_it_went_in(html: str) -> None:
    assert rendered(f"There are {SHELF.put(html)} of them.") == f"<p>There are {html} of them.</p>"


@pytest.mark.parametrize("html", HOSTILE)
def test_html_in_a_table_a_list_and_a_heading_comes_out_as_it_went_in(html: str) -> None:
    token = SHELF.put(html)
    assert f"<td>{html}</td>" in rendered(f"| a |\n|---|\n| {token} |\n")
    assert f"<li>{html}</li>" in rendered(f"- {token}\n")
    heading = re.fullmatch(r'<h2 id="size[^"<>]*">Size (.*)</h2>', rendered(f"## Size {token}\n"), re.DOTALL)
    assert heading
    assert heading[1] == html


def test_a_headings_id_has_the_words_and_nothing_of_the_token() -> None:
    assert 'id="24-services"' in rendered(f"## {SHELF.put('24')} services\n")


def test_each_token_gives_back_its_own_html() -> None:
    tokens = [SHELF.put(f"<i>{n}</i>") for n in range(25)]
    assert rendered(" ".join(tokens)) == f"<p>{' '.join(f'<i>{n}</i>' for n in range(25))}</p>"
    assert len(set(tokens)) == 25


def test_a_shelf_forgets_at_the_start_of_a_build() -> None:
    shelf = Shelf()
    token = shelf.put("<b>old</b>")
    shelf.clear()
    assert shelf.give_back(f"<p>{token}</p>") == ""
    assert shelf.put("<b>new</b>") == token


def test_data_may_not_hold_a_token() -> None:
    token = SHELF.put("<b>stolen</b>")
    document = parse(ROOT / "data" / "teams.yml", f"- id: a\n  name: {token}\n".encode())
    assert [finding.code for finding in document.findings] == ["SRC011"]
    escaped = "".join(f"\\u{ord(character):04x}" for character in token)
    document = parse(ROOT / "data" / "teams.yml", f'- id: a\n  name: "{escaped}"\n'.encode())
    assert [finding.code for finding in document.findings] == ["SRC011"]


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ue001\ue002"), max_size=60))
def test_any_html_comes_out_as_it_went_in(html: str) -> None:
    SHELF.clear()
    token = SHELF.put(html)
    out = rendered(f"# Title\n\n{token}\n\nWord {token} word.\n")
    assert out == f'<h1 id="title">Title</h1>\n{html}\n<p>Word {html} word.</p>'
    assert not re.search("[\ue001\ue002]", out)
