"""What a built page says to a reader: the article, as blocks of text in reading order.

Links' targets, pictures and the frame around the article are not read, nor what is hidden or for paper alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from html import unescape

from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement


class Sort(StrEnum):
    """What a block is on the page."""

    HEADING = "heading"
    TEXT = "text"
    ITEM = "item"
    ROW = "row"
    FACT = "fact"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph, an item of a list, a row of a table, a term with what is said of it, or a line of code."""

    sort: Sort
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """What a page says. `title` is its first heading, else the document's title."""

    title: str
    blocks: tuple[Block, ...]


CELLS = " | "
"""Between the cells of a row."""

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "details", "div", "fieldset", "figcaption", "figure",
    "footer", "form", "header", "hr", "legend", "li", "main", "nav", "ol", "p", "section", "summary", "table", "tbody",
    "tfoot", "thead", "ul",
})  # fmt: skip
_UNSEEN = frozenset({"script", "style", "template", "noscript", "head", "select", "textarea", "progress"})
_UNSEEN_CLASSES = frozenset({"headerlink", "md-content__button", "paper", "step__sign", "legend"}) | {
    "change-mark", "figures-beside__before", "figures-beside__word", "figures-beside__mark",
}  # fmt: skip
"""Ways around a page, what is for paper alone, and what a preview says of a change. Legends go with the drawing, and say
nothing of their own.
"""

_DEEPEST = 100
"""Levels of elements that are told apart; what lies deeper is read as plain text."""

_PLACE = re.compile(r"(\S+\.[a-z]+):\d+(?::\d+)?")
"""Where something stands in a file: its line moves with every line above it, so that it is no change."""

_PLACE_AS_WRITTEN = re.compile(rb'(class="mono">[^<>\s]+\.[a-z]+):\d+(?::\d+)?(?=</)')
"""The same in HTML as most of it is written: every record below a new line moves, and need not be read for that."""

_ARTICLE = re.compile(rb"<article\b.*</article>", re.DOTALL | re.IGNORECASE)
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title>", re.DOTALL | re.IGNORECASE)


def read(page: bytes) -> Article:
    """What a page says: its article, or all of it where it has none. What is no HTML is read as far as it goes, and
    elements within elements to about a thousand levels.
    """
    body = _parsed(core(page))
    reading = _Reading()
    if body is not None:
        reading.walk(body, Sort.TEXT)
    blocks = tuple(reading.blocks)
    heading = next((block.text for block in blocks if block.sort is Sort.HEADING), "")
    return Article(heading or _document_title(page), blocks)


def core(page: bytes) -> bytes:
    """The part of a page that is read; two pages whose parts are the same say the same, and need no closer look."""
    found = _ARTICLE.search(page)
    return _PLACE_AS_WRITTEN.sub(rb"\1", found[0] if found else page)


def _parsed(page: bytes) -> HtmlElement | None:
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = lxml_html.document_fromstring(page, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):  # an empty page
        return None
    return next(iter(root.xpath("//article")), root)


def _document_title(page: bytes) -> str:
    found = _TITLE.search(page)
    return _joined([unescape(found[1].decode("utf-8", "replace"))]) if found else ""


class _Reading:
    """The blocks of a page while it is read. Words are kept until the block that they are in ends."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._words: list[str] = []

    def walk(self, element: HtmlElement, sort: Sort, depth: int = 0) -> None:
        """Read an element; words directly in it are a block of this sort."""
        for part in _parts(element):
            if isinstance(part, str):
                self._words.append(part)
            elif part.tag in _WHOLE:
                self._end(sort)
                self.blocks.extend(block for block in _WHOLE[part.tag](part) if block.text)
            elif part.tag not in _BLOCKS:
                self._words.append(_flat(part)) if _is_plain(part, depth) else self.walk(part, sort, depth + 1)
            elif depth < _DEEPEST:
                self._end(sort)
                self.walk(part, Sort.ITEM if part.tag == "li" else Sort.TEXT, depth + 1)
            else:
                self._words.append(part.text_content())
        if element.tag in _BLOCKS or depth == 0:
            self._end(sort)

    def _end(self, sort: Sort) -> None:
        if text := _joined(self._words):
            self.blocks.append(Block(sort, text))
        self._words.clear()


def _is_plain(element: HtmlElement, depth: int) -> bool:
    """Whether no block stands in an element; HTML of people may have one in a link."""
    return depth >= _DEEPEST or not any(below.tag in _BLOCKS or below.tag in _WHOLE for below in element.iter())


def _parts(element: HtmlElement) -> Iterator[str | HtmlElement]:
    """The words and the elements directly below an element that a reader sees, in order.

    Elements without anything between them stand apart on the page (such as two chips), but in code.
    """
    yield element.text or ""
    apart = "" if element.tag in {"code", "pre"} else " "
    for child in element:
        if not _is_unseen(child):
            yield child
        yield child.tail or (apart if child.getnext() is not None else "")


def _is_unseen(element: HtmlElement) -> bool:
    return (
        element.tag in _UNSEEN
        or "hidden" in element.attrib
        or element.get("aria-hidden") == "true"
        or element.get("rel") == "edit"
        or not _UNSEEN_CLASSES.isdisjoint(element.get("class", "").split())
    )


def _flat(element: HtmlElement, depth: int = 0) -> str:
    """All that is seen of an element, as one text."""
    match element.tag:
        case "img":
            return element.get("alt") or ""
        case "svg":
            return _named(element)
    if depth >= _DEEPEST:
        return str(element.text_content())
    parts = (part if isinstance(part, str) else _flat(part, depth + 1) for part in _parts(element))
    text = "".join(parts)
    if element.tag in _BLOCKS or element.tag in _WHOLE or element.tag in {"td", "th", "dt", "dd", "br"}:
        return f" {text} "
    found = _PLACE.fullmatch(text) if "mono" in element.get("class", "").split() else None
    return found[1] if found else text


def _joined(words: Iterable[str]) -> str:
    """Words with one space between them; without the dot that stood before an edit link."""
    return " ".join("".join(words).split()).removesuffix(" ·")


def _named(svg: HtmlElement) -> str:
    """What a picture is called for those who do not see it. The shapes and words in it are not read: a drawing has a
    list beside it.
    """
    return svg.get("aria-label") or ""


def _row(row: HtmlElement) -> Iterator[Block]:
    yield Block(Sort.ROW, CELLS.join(_joined([_flat(cell)]) for cell in row if cell.tag in {"td", "th"}))


def _lines(code: HtmlElement) -> Iterator[Block]:
    """Lines keep their spaces: in code they mean something."""
    yield from (Block(Sort.LINE, line.rstrip()) for line in code.text_content().split("\n"))


def _facts(terms: HtmlElement) -> Iterator[Block]:
    """A term and all that is said of it, one block each."""
    said: list[tuple[str, list[str]]] = []
    for entry in terms.xpath("./dt | ./dd | ./div/dt | ./div/dd"):
        text = _joined([_flat(entry)])
        if entry.tag == "dt" or not said:
            said.append((text, []))
        else:
            said[-1][1].append(text)
    yield from (Block(Sort.FACT, f"{term}: {'; '.join(values)}" if values else term) for term, values in said)


_WHOLE: dict[str, Callable[[HtmlElement], Iterator[Block]]] = {
    **dict.fromkeys(_HEADINGS, lambda heading: iter((Block(Sort.HEADING, _joined([_flat(heading)])),))),
    "tr": _row,
    "pre": _lines,
    "dl": _facts,
}
"""Elements that are read as a whole, and their blocks; an empty one is left out."""
