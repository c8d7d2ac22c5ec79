"""What a page says to a reader, as blocks: everything that is seen, in its order, and nothing that is not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from macros.article import Block, Sort, read


def page(article: str, title: str = "Page") -> bytes:
    return (
        f"<!doctype html><html><head><title>{title}</title></head><body><nav><a>Elsewhere</a></nav>"
        f"<article class='md-content__inner'>{article}</article><footer>Made by</footer></body></html>"
    ).encode()


def said(article: str) -> list[str]:
    return [f"{block.sort.value}: {block.text}" for block in read(page(article)).blocks]


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("<h1>A</h1><p>b <em>c</em></p>\n<h3>d</h3>", ["heading: A", "text: b c", "heading: d"]),
        ("words<p>b</p>after", ["text: words", "text: b", "text: after"]),
        ("<ul><li>a<ul><li>b</li></ul>c</li><li>d</li></ul>", ["item: a", "item: b", "item: c", "item: d"]),
        ("<ol><li><p>a</p><p>b</p></li></ol>", ["text: a", "text: b"]),
        (
            "<table><caption>What</caption><tr><th>a</th><th>b</th></tr><tr><td><p>1</p><p>2</p></td><td></td></tr></table>",
            ["text: What", "row: a | b", "row: 1 2 | "],
        ),
        ("<pre><code><span>one \\</span>\n<span>  two</span>\n\n</code></pre>", ["line: one \\", "line:   two"]),
        (
            "<dl><div><dt>Owner</dt><dd>Ops</dd></div><div><dt>Port</dt><dd>1</dd><dd>2</dd></div></dl>",
            ["fact: Owner: Ops", "fact: Port: 1; 2"],
        ),
        ("<p><span class='chip'>Service</span><span class='chip'>status</span></p>", ["text: Service status"]),
        ("<p>port <code><span>8</span><span>0</span></code>.</p>", ["text: port 80."]),
        ("<p><a href='#'>a</a>, <b>b</b>.</p>", ["text: a, b."]),
        ("<a href='#'><div>in</div><p>a link</p></a>", ["text: in", "text: a link"]),
        ("<p>before <img src='x.svg' alt='a picture'></p>", ["text: before a picture"]),
        ("<svg aria-label='2 of 3 done'><text>17</text></svg>", ["text: 2 of 3 done"]),
        ("<p>a&nbsp;&lt;b&gt;\n   c</p>", ["text: a <b> c"]),
    ],
)
def test_a_page_is_its_blocks_in_reading_order(html: str, blocks: list[str]) -> None:
    assert said(html) == blocks


@pytest.mark.parametrize(
    "unseen",
    [
        '<a class="headerlink" href="#x">&para;</a>',
        "<script>run()</script>",
        "<style>p {}</style>",
        "<!-- a remark -->",
        "<span hidden>x</span>",
        '<span aria-hidden="true">x</span>',
        '<aside class="paper">No address</aside>',
        '<a class="md-content__button" title="Edit this page">x</a>',
        '<div><svg viewBox="0 0 9 9"><g><title>A drawing</title><text x="1">node</text></g></svg></div>',
    ],
)
def test_what_is_not_seen_is_not_read(unseen: str) -> None:
    assert said(f"<p>Before{unseen}</p>{unseen}<p>{unseen}after</p>") == ["text: Before", "text: after"]


def test_the_file_of_a_record_counts_and_its_line_and_edit_link_do_not() -> None:
    fact = '<dl><dt>File</dt><dd><span class="mono">{}</span>{}</dd></dl>'
    edit = ' · <a rel="edit" href="https://example.org/edit">Edit this record</a>'
    assert said(fact.format("data/a.yml:3", edit)) == ["fact: File: data/a.yml"]
    assert said(fact.format("data/a.yml:14:2", "")) == ["fact: File: data/a.yml"]
    assert said('<p><a class="quiet mono" id="x">docs/a.md:7</a>, stated</p>') == ["text: docs/a.md, stated"]
    assert said(fact.format("data/b.yml:3", edit)) == ["fact: File: data/b.yml"]


def test_a_port_of_a_host_is_no_line_of_a_file() -> None:
    assert said("<p>Reach <code>db.internal:5432</code></p>") == ["text: Reach db.internal:5432"]


def test_the_title_is_the_first_heading_else_that_of_the_document() -> None:
    assert read(page("<p>x</p><h1>First</h1><h1>Second</h1>")).title == "First"
    assert read(page("<p>x</p>", title="A &amp; B")).title == "A & B"


def test_a_page_without_an_article_is_read_whole() -> None:
    moved = b"<!doctype html><title>Old</title><body><p>This page moved to <a href='x'>new</a>.</p></body>"
    assert read(moved).blocks == (Block(Sort.TEXT, "This page moved to new."),)


@pytest.mark.parametrize("depth", [50, 900])
@pytest.mark.parametrize("tag", ["div", "span", "ul><li", "dl><dd"])
def test_however_deep_a_page_goes_its_words_are_read(tag: str, depth: int) -> None:
    assert said(f"<p>top</p>{f'<{tag}>' * depth}deep")[-1].endswith(" deep")


def test_deeper_than_the_parser_goes_is_no_error() -> None:
    assert said(f"<p>top</p>{'<div>' * 100_000}deep") == ["text: top"]


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_whatever_a_file_holds_it_is_read(content: bytes) -> None:
    for block in read(b"<article>" + content + b"</article>").blocks + read(content).blocks:
        assert block.text.strip()
