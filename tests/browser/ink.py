"""What stands on printed pages: words with their place, font, size and colour.

PDFium reads a page in a hundredth of the time that readers written in Python take, and the tests print hundreds.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

GAP = 3.0
"""Points: what is further apart, or on another height, is another word."""

_BREAK = "\x02"
"""What PDFium says for a hyphen at the end of a line."""

_NAME = 256
"""Bytes that the name of a font may take."""


@dataclass(frozen=True)
class Word:
    """Letters between two spaces, of one font and size: points from the top left corner, red, green and blue up to 255."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    font: str
    size: float
    colour: tuple[int, int, int]

    @property
    def line(self) -> int:
        """A number that grows down the page, the same for words on one line."""
        return round(self.bottom / 4)

    def goes_on_with(self, letter: Word) -> bool:
        """Whether a letter stands where this word ends, and looks like it."""
        looks = (self.font, self.size, self.colour) == (letter.font, letter.size, letter.colour)
        return looks and self.x0 <= letter.x0 <= self.x1 + GAP and abs(letter.bottom - self.bottom) <= GAP

    def with_letter(self, letter: Word) -> Word:
        """This word and a letter more."""
        return Word(
            self.text + letter.text, self.x0, letter.x1, min(self.top, letter.top), max(self.bottom, letter.bottom),
            self.font, self.size, self.colour,
        )  # fmt: skip


@dataclass(frozen=True)
class Leaf:
    """A printed page: its width and height in points, and its words in the order in which they were set."""

    width: float
    height: float
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """Its words with a space between two."""
        return " ".join(word.text for word in self.words)

    @property
    def in_order(self) -> list[Word]:
        """Its words from top to bottom, and within a line from left to right; fonts of two sizes stand in one line."""
        return sorted(self.words, key=lambda word: (word.line, word.x0))

    @property
    def lines(self) -> list[str]:
        """The text of each of its lines, from top to bottom."""
        return [" ".join(word.text for word in line) for _, line in groupby(self.in_order, lambda word: word.line)]


def leaves(pdf: Path | bytes) -> list[Leaf]:
    """The pages of a PDF."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [Leaf(page.get_width(), page.get_height(), tuple(_words(page))) for page in document]


def _words(page: pypdfium2.PdfPage) -> Iterator[Word]:
    word = None
    for letter in _letters(page):
        if word is not None and letter is not None and word.goes_on_with(letter):
            word = word.with_letter(letter)
        else:
            if word is not None:
                yield word
            word = letter
    if word is not None:
        yield word


def _letters(page: pypdfium2.PdfPage) -> Iterator[Word | None]:
    """Each letter as a word of its own; None for a space."""
    text, height = page.get_textpage(), page.get_height()
    box, matrix, name = pdfium.FS_RECTF(), pdfium.FS_MATRIX(), ctypes.create_string_buffer(_NAME)
    flags = ctypes.c_int()
    red, green, blue, opacity = (ctypes.c_uint() for _ in range(4))
    for at in range(text.count_chars()):
        letter = chr(pdfium.FPDFText_GetUnicode(text, at)).replace(_BREAK, "-")
        if letter.isspace():
            yield None
            continue
        pdfium.FPDFText_GetLooseCharBox(text, at, box)
        pdfium.FPDFText_GetMatrix(text, at, matrix)
        pdfium.FPDFText_GetFontInfo(text, at, name, _NAME, flags)
        pdfium.FPDFText_GetFillColor(text, at, red, green, blue, opacity)
        size = pdfium.FPDFText_GetFontSize(text, at) * abs(matrix.d)
        colour = (red.value, green.value, blue.value)
        yield Word(
            letter, box.left, box.right, height - box.top, height - box.bottom, name.value.decode(), size, colour
        )
