"""What HTML a page in `docs/` may hold: the list below, and nothing that runs, frames or restyles the page."""

from __future__ import annotations

import re

import nh3

TAGS = frozenset({
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn",
    "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "input",
    "ins", "kbd", "label", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span", "strong",
    "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "var",
})  # fmt: skip
"""The elements that stay. Others go; scripts and styles go with what is in them."""

ATTRIBUTES = {
    "*": {"class", "id", "title", "lang", "dir"},
    "a": {"href", "name", "rel"},
    "img": {"src", "alt", "width", "height", "loading"},
    "input": {"type", "checked", "disabled", "name"},
    "label": {"for"},
    "details": {"open"},
    "ol": {"start", "type", "reversed"},
    "th": {"align", "colspan", "rowspan", "scope"},
    "td": {"align", "colspan", "rowspan"},
    "col": {"span"},
    "colgroup": {"span"},
}
"""The attributes that stay, by element. None of them is a handler or a style."""

SCHEMES = frozenset({"http", "https", "mailto"})
"""What an address may begin with, besides those that lead elsewhere on the site."""


_OF_THE_THEME = re.compile(r"__(?!codelineno-|span-|tabbed_)")
"""How the ids begin that the theme looks its own parts up by; `__config` holds addresses that it loads from."""


def _kept(_: str, attribute: str, value: str) -> str | None:
    """The value of an attribute, or None where it may not stay."""
    if attribute in {"id", "name", "for"} and _OF_THE_THEME.match(value):
        return None
    return None if attribute.startswith("data-md-") else value


def sanitise(html: str) -> str:
    """The HTML of a page with nothing in it but the elements, attributes and addresses that pages may hold."""
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        url_schemes=set(SCHEMES),
        attribute_filter=_kept,
        generic_attribute_prefixes={"aria-", "data-"},
        clean_content_tags={"script", "style"},
        strip_comments=True,
        link_rel=None,
    )
