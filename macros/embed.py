"""Keeps a view's HTML out of Markdown's hands.

A macro puts its HTML on a shelf and leaves a token in the page's text; after Markdown is done, the token gives way to
the HTML. So a value of the data is never read as Markdown, whatever it holds. This is a Markdown extension and knows
nothing of the site generator.
"""

from __future__ import annotations

import re
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor

from macros.sanitise import sanitise

_OPEN, _CLOSE, _ZERO = "\ue001", "\ue002", 0xE010
_TOKEN = f"{_OPEN}([\ue010-\ue019]+){_CLOSE}"
_ALONE = re.compile(rf"<p>\s*{_TOKEN}\s*</p>")
_WITHIN = re.compile(_TOKEN)


class Shelf:
    """HTML by token, of characters that data and pages may not hold."""

    def __init__(self) -> None:
        self._held: list[str] = []

    def clear(self) -> None:
        """Forget all; at the start of a build."""
        self._held.clear()

    def put(self, html: str) -> str:
        """Hold the HTML and return its token."""
        self._held.append(html)
        digits = "".join(chr(_ZERO + int(digit)) for digit in str(len(self._held) - 1))
        return f"{_OPEN}{digits}{_CLOSE}"

    def give_back(self, text: str) -> str:
        """The text with the HTML in the tokens' places; a token alone in a paragraph takes the paragraph's place."""
        return _WITHIN.sub(self._html, _ALONE.sub(self._html, text))

    def _html(self, match: re.Match[str]) -> str:
        position = int("".join(str(ord(digit) - _ZERO) for digit in match[1]))
        return self._held[position] if position < len(self._held) else ""


SHELF = Shelf()
"""The shelf of the build that is running: the macros fill it, the Markdown extension empties it."""


class _GiveBack(Postprocessor):
    """The last step of Markdown."""

    def run(self, text: str) -> str:
        """The page's HTML with the views in it."""
        return SHELF.give_back(sanitise(text))


class EmbedExtension(Extension):
    """Puts the views' HTML back after everything else."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Markdown's name
        """Called by Markdown."""
        md.postprocessors.register(_GiveBack(md), "inventory_embed", -100)


def makeExtension(**options: Any) -> EmbedExtension:  # noqa: N802 - Markdown's name
    """What Markdown calls to get the extension."""
    return EmbedExtension(**options)
