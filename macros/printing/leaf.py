"""From pages of the built site to one document for paper: their articles one after the other, their links within it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urldefrag, urljoin

from lxml import html as lxml_html
from lxml.html import HtmlElement
from markupsafe import Markup

from macros.printing.shelf import Binder, Sheet
from macros.views import Scene
from macros.views.render import render
from macros.workspace import Workspace

ARTICLE = "//article"
DROPPED = ".//*[contains(concat(' ', @class, ' '), ' headerlink ')] | .//script | .//a[contains(@class, 'md-content__button')]"


class NoPageError(ValueError):
    """The built site has no such page. The message says what to do."""


@dataclass(frozen=True)
class Leaf:
    """An article ready for paper, and what the margins say of it."""

    id: str
    title: str
    owner: str
    times: str
    body: str


@dataclass(frozen=True)
class Stamp:
    """When it is printed, and of which commit."""

    now: datetime
    commit: str

    @property
    def words(self) -> str:
        """The commit as a page says it."""
        return f"commit {self.commit}" if self.commit else "no commit"

    @property
    def day(self) -> str:
        """The day, in UTC."""
        return self.now.astimezone(UTC).date().isoformat()

    def times(self, days: int | None, *, draft: bool, holds: bool = True) -> str:
        """What the foot of a page says after the commit."""
        words = [f"printed {self.day} (UTC)"]
        if holds:
            until = (self.now.astimezone(UTC) + timedelta(days=days)).date().isoformat() if days else ""
            words.append(f"valid until {until or 'unknown: no review interval stated'}")
        if draft:
            words.append("Draft: not exercised")
        return " · ".join(words)


def leaves(site: Path, sheets: Iterable[Sheet], stamp: Stamp) -> list[Leaf]:
    """The pages as leaves of one document. Raises `NoPageError` where the site has one not."""
    wanted = list(sheets)
    ids = {sheet.address: f"d{number}" for number, sheet in enumerate(wanted)}
    return [_leaf(site, sheet, ids, stamp) for sheet in wanted]


def _leaf(site: Path, sheet: Sheet, ids: dict[str, str], stamp: Stamp) -> Leaf:
    file = site / sheet.address / "index.html"
    if not file.is_file():
        raise NoPageError(f"{file} is not there: build the site of these facts first, `make site`")
    article = lxml_html.fromstring(file.read_text(encoding="utf-8")).xpath(ARTICLE)[0]
    for element in article.xpath(DROPPED):
        element.drop_tree()
    own = ids[sheet.address]
    _link(article, sheet.address, ids)
    for element in article.xpath(".//*[@id][not(ancestor-or-self::svg)]"):
        element.set("id", f"{own}-{element.get('id')}")
    about = next(iter(article.xpath(".//aside[contains(@class, 'paper')]")), None)
    days = int(about.get("data-days")) if about is not None and about.get("data-days") else None
    times = stamp.times(days, draft=about is not None and about.get("data-draft") is not None, holds=about is not None)
    owner = f"Owner: {about.get('data-owner')}" if about is not None else ""
    body = "".join(lxml_html.tostring(child, encoding="unicode") for child in article)
    return Leaf(own, sheet.title, owner, times, body)


def _link(article: HtmlElement, address: str, ids: dict[str, str]) -> None:
    """Links lead to where it stands in the document, or to another site; what is neither is words on paper."""
    for link in article.xpath(".//a[@href]"):
        href = link.get("href")
        if re.match(r"[a-z][a-z0-9+.-]*:", href):
            continue
        target, fragment = urldefrag(urljoin(f"/{address}", href))
        found = ids.get(target.lstrip("/"))
        if found is None:
            del link.attrib["href"]
        else:
            link.set("href", f"#{found}-{fragment}" if fragment else f"#{found}")


def document(
    workspace: Workspace, leaf_list: list[Leaf], styles: Iterable[str], stamp: Stamp, binder: Binder | None = None
) -> str:
    """One HTML document of the leaves; with a binder, behind a cover and a list of what is in it."""
    title = binder.title if binder is not None else leaf_list[0].title
    rules = "\n".join([_root(title, stamp), *(_rules(leaf, stamp) for leaf in leaf_list)])
    return render(
        Scene(workspace, ""),
        "print/document.html",
        title=title,
        styles=list(styles),
        rules=Markup(rules),  # noqa: S704 - words of the data stand in it as strings of CSS, see `_quoted`
        leaves=[(leaf.id, Markup(leaf.body)) for leaf in leaf_list],  # noqa: S704 - an article of the built site
        binder=binder,
        commit=stamp.words,
        day=stamp.day,
    )


def _quoted(text: str) -> str:
    """A string of CSS that stays within its style element."""
    return '"' + re.sub(r'[\\"<>\n\r\f&]', lambda match: f"\\{ord(match[0]):x} ", text) + '"'


def _root(title: str, stamp: Stamp) -> str:
    """The margins of what is no leaf: a binder's cover and list."""
    return (
        f":root {{ --paper-title: {_quoted(title)}; --paper-commit: {_quoted(stamp.words)}; "
        f"--paper-times: {_quoted(' · ' + stamp.times(None, draft=False, holds=False))}; }}"
    )


def _rules(leaf: Leaf, stamp: Stamp) -> str:
    """Each leaf begins a page, and its margins speak of it."""
    return (
        f"#{leaf.id} {{ page: {leaf.id}; }}\n@page {leaf.id} {{ @top-left {{ content: {_quoted(leaf.title)}; }} "
        f"@top-right {{ content: {_quoted(leaf.owner)}; }} "
        f"@bottom-left {{ content: {_quoted(stamp.words + ' · ' + leaf.times)}; }} }}"
    )
