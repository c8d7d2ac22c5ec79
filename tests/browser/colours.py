"""Colours as the browser paints them, and how well they tell apart."""

from __future__ import annotations

from typing import NamedTuple

from playwright.sync_api import Locator

_PAINT = """
const canvas = document.createElement("canvas");
canvas.width = canvas.height = 1;
const context = canvas.getContext("2d", { willReadFrequently: true });
const paint = (colour) => {
  context.clearRect(0, 0, 1, 1);
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return Array.from(context.getImageData(0, 0, 1, 1).data);
};
const backgrounds = (element) => {
  const found = [];
  for (let at = element; at; at = at.parentElement) found.push(paint(getComputedStyle(at).backgroundColor));
  return found;
};
"""
_TEXTS = (
    "(elements) => {"
    + _PAINT
    + """
return elements
  .filter((element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
  .filter((element) => Array.from(element.childNodes).some((node) => node.nodeType === 3 && node.data.trim()))
  .map((element) => [
    element.outerHTML.slice(0, 160), paint(getComputedStyle(element).color), backgrounds(element)]);
}"""
)
_PROPERTY = (
    "(elements, name) => {"
    + _PAINT
    + """
return elements.map((element) => {
  const value = getComputedStyle(element)[name];
  return value === "none" ? null : paint(value);
});
}"""
)
_BEHIND = "(element) => {" + _PAINT + "return backgrounds(element); }"


class Colour(NamedTuple):
    """Red, green, blue, each 0 to 255."""

    red: float
    green: float
    blue: float

    @property
    def luminance(self) -> float:
        """Relative luminance as WCAG defines it."""
        red, green, blue = (
            part / 3294.6 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4
            for part in (self.red, self.green, self.blue)
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue


WHITE = Colour(255, 255, 255)
BLACK = Colour(0, 0, 0)


class Text(NamedTuple):
    """A piece of text on a page: its HTML, its colour, and the colour behind it."""

    html: str
    ink: Colour
    ground: Colour

    @property
    def contrast(self) -> float:
        return contrast(self.ink, self.ground)


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio as WCAG defines it, from 1 to 21."""
    low, high = sorted((one.luminance, other.luminance))
    return (high + 0.05) / (low + 0.05)


def texts(elements: Locator) -> list[Text]:
    """The visible elements that hold text of their own."""
    found = []
    for html, ink, layers in elements.evaluate_all(_TEXTS):
        ground = _flat(layers)
        found.append(Text(html, _over(ink, ground), ground))
    return found


def faint(elements: Locator, least: float = 4.5) -> list[str]:
    """Which of the texts have less contrast than that, for a message."""
    found = texts(elements)
    assert found, "there is no text to look at"
    return [f"{text.contrast:.2f} {text.html}" for text in found if text.contrast < least]


def painted(elements: Locator, name: str) -> list[Colour | None]:
    """The colours of a property (`fill`, `stroke`) of each element, None where it paints nothing."""
    return [
        None if value is None or not value[3] else Colour(*value[:3])
        for value in elements.evaluate_all(_PROPERTY, name)
    ]


def behind(element: Locator) -> Colour:
    """The colour that an element is painted on."""
    return _flat(element.evaluate(_BEHIND))


def _flat(layers: list[list[int]]) -> Colour:
    """Backgrounds, the frontmost first, over the white of an empty page."""
    ground = WHITE
    for layer in reversed(layers):
        ground = _over(layer, ground)
    return ground


def _over(layer: list[int], ground: Colour) -> Colour:
    share = layer[3] / 255
    return Colour(*(share * top + (1 - share) * under for top, under in zip(layer[:3], ground, strict=True)))
