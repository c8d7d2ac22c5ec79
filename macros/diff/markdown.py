"""A difference as Markdown for a comment on a forge.

The document may come from a run that anybody controls. Whatever it says is shown, and nothing of it is obeyed: no mention, no
link, no reference to an issue, no HTML, no picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from macros.diff.arrangement import NOBODY, arranged
from macros.diff.document import Change, Document, Level, Part
from macros.diff.words import NOTHING
from macros.finding import one_line
from macros.model.record import page_address

LIMIT = 60_000
"""Characters of a comment. (A forge takes 65,536.)"""

MOST_DETAILS = 8
"""Details of a change that a comment tells; the page of changes has the others."""

MOST_TEAMS = 20
"""Teams that a comment names in one line."""

MOST_FIRST = 40
"""Changes to look at first that stand above everything else, before those by team."""

_SAFE = re.compile(
    r"[^\W_]([^\W_]|[ ,;:.()'’“”→…/&+=?!–—-])*|[ ,;:.()'’“”→…/&+=?!–—-]([^\W_]|[ ,;:.()'’“”→…/&+=?!–—-])*"
)
"""Text that a forge shows as it is."""

_LEADS = re.compile(
    r"//|www\.|:[\w+-]+:|\bGH-\d|[!&]\d|&\w+;|^\s*([-+]|\d+[.)])(\s|$)|^[-+=\s]+$|[0-9a-f]{7,}", re.IGNORECASE
)
"""Text that a forge would make something of: a link, an emoji, an issue, a sign by its name, a list, a rule, a commit."""


def as_markdown(document: Document, address: str = "") -> str:
    """The comment. `address` is where the site of the head is published; empty where it is nowhere."""
    root = f"{address.rstrip('/')}/" if address else ""
    lines = _Lines(LIMIT)
    for block in _blocks(document, root):
        if not lines.take(block):
            lines.cut(f"\n… and more. {_all_of_it(root)}\n")
            break
    return lines.text()


class _Lines:
    """Blocks of text, as many as there is room for."""

    def __init__(self, room: int) -> None:
        self._room = room - 400  # for the sentence that says what was left out
        self._blocks: list[str] = []
        self._open = 0

    def take(self, block: str) -> bool:
        """Take a block, if there is room for it."""
        if len(block) > self._room:
            return False
        self._room -= len(block)
        self._blocks.append(block)
        self._open += block.count("<details") - block.count("</details>")
        return True

    def cut(self, last: str) -> None:
        """End here, with what is open closed."""
        self._blocks += ["\n</details>\n" * self._open, last]

    def text(self) -> str:
        """All of them."""
        return "".join(self._blocks)


def _blocks(document: Document, root: str) -> Iterator[str]:
    order = arranged(document)
    heading = sentence(order.heading) if order.heading else inert(order.headline)
    yield f"### {heading}\n\n"
    yield f"{inert(document.base.name)} → {inert(document.head.name)}: {inert(order.headline)}\n"
    first = order.first[:MOST_FIRST]
    if first:
        yield f"\n**{Level.CRITICAL.heading}**\n\n"
        for change in first:
            yield _change(change, document, root)
    if order.reviewers:
        teams = [f"{inert(document.team(team))} ({number})" for team, number in order.reviewers]
        yield f"\n**To review:** {_listed(teams)}\n"
    if order.affected:
        yield f"\n**Newly affected:** {_listed([inert(document.team(team)) for team in order.affected])}\n"
    if document.not_compared:
        yield "\n**Not compared**\n\n"
        yield from (f"- {inert(line)}\n" for line in document.not_compared)
    for change in order.first[MOST_FIRST:]:
        yield _change(change, document, root)
    for group in order.groups:
        name = (
            "Nobody is known to answer for" if group.team == NOBODY else f"For {_in_html(document.team(group.team))}:"
        )
        number = f"{len(group.changes):,} change{'s' if len(group.changes) > 1 else ''}"
        yield f"\n<details{'' if first else ' open'}><summary>{name} {number}</summary>\n\n"
        for change in group.changes:
            yield _change(change, document, root, beside=group.team)
        yield "\n</details>\n"
    if document.more:
        yield f"\n… and {document.more:,} more changes.\n"
    if root:
        yield f"\n{_all_of_it(root)}\n"


def _all_of_it(root: str) -> str:
    return f"[All changes, with old beside new]({root}changes/)" if root else "`inventory diff` tells all of it."


def _listed(words: list[str]) -> str:
    more = f" and {len(words) - MOST_TEAMS} more" if len(words) > MOST_TEAMS else ""
    return f"{', '.join(words[:MOST_TEAMS])}{more}"


def _change(change: Change, document: Document, root: str, beside: str = "") -> str:
    says = sentence(change.says, root)
    lines = [f"- **{says}**" if change.level is Level.CRITICAL and "`" not in says else f"- {says}"]
    reasons = "; ".join(sentence(reason, root) for reason in change.why)
    others = [inert(document.team(team)) for team in change.reviewers if team != beside]
    told = [reasons] if reasons else []
    told += [f"review: {_listed(others)}"] if others else []
    if told:
        lines[0] += f" – {' – '.join(told)}"
    lines += [f"  - {sentence(detail, root)}" for detail in change.details[:MOST_DETAILS]]
    left = len(change.details) - MOST_DETAILS
    if left > 0 or change.more:
        lines.append(f"  - … and {max(left, 0) + change.more:,} more")
    return "\n".join(lines) + "\n"


def sentence(parts: Iterable[Part], root: str = "") -> str:
    """A sentence in which every text is shown as it is, and records lead to their pages below `root`."""
    told = list(parts)
    if not "".join(part.text for part in told).strip():
        return _code(NOTHING)
    if _LEADS.search("".join(part.text for part in told if part.role != "value")):
        return _code("".join(part.text for part in told))  # pieces that are harmless alone need not be so together
    written = ""
    for part in told:
        text = _part(part, root)
        if written.endswith("!") and text.startswith("["):
            written = f"{written[:-1]}\\!"  # else the link would be a picture
        written += f" {text}" if written.endswith("`") and text.startswith("`") else text  # else the marks would join
    return written


def _part(part: Part, root: str) -> str:
    if part.role == "value":
        return _code(part.text)
    text = inert(part.text, is_part=True)
    return f"[{text}]({root}{page_address(part.key)})" if root and part.key and part.role == "record" else text


def inert(text: str, *, is_part: bool = False) -> str:
    """The text so that a forge shows it and makes nothing of it."""
    flat = one_line(text) if not is_part else _on_one_line(text)
    return flat if not flat or (_SAFE.fullmatch(flat) and not _LEADS.search(flat)) else _code(flat)


def _on_one_line(text: str) -> str:
    """As `one_line`, with the spaces at its ends, which part it from its neighbours."""
    start, end = text[: len(text) - len(text.lstrip(" "))], text[len(text.rstrip(" ")) :]
    return f"{start}{one_line(text)}{end}" if text.strip() else text


def _code(text: str) -> str:
    """The text as code: a forge looks for nothing in it."""
    flat = one_line(text) or " "
    longest = max((len(run) for run in re.findall("`+", flat)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if flat.startswith("`") or flat.endswith("`") else ""
    return f"{fence}{pad}{flat}{pad}{fence}"


def _in_html(text: str) -> str:
    """Text within a tag, where no Markdown is read: as code where a forge would make something of it."""
    bare = one_line(text)
    is_plain = bare.replace(" ", "").isalnum() and not _LEADS.search(bare)
    return bare if is_plain else f"<code>{escape(bare)}</code>"
