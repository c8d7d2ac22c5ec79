"""What two drawings of one thing differ in, and marks on the parts of a drawing that say so."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass

from macros.diagram.dot import address
from macros.diagram.layout import SVG
from macros.diagram.picture import Line, Picture

Arrow = tuple[str, str, str]
"""A drawn edge: its tail and its head, by key, and the name of its relation."""

Elsewhere = Callable[[str], str]
"""The key of a record in the other inventory, which may have renamed it; empty where it has none."""


@dataclass(frozen=True)
class Parts:
    """Some nodes of a drawing, by key, and some edges."""

    nodes: frozenset[str] = frozenset()
    arrows: frozenset[Arrow] = frozenset()


def arrow(line: Line) -> Arrow:
    """What tells a line from the others of its drawing."""
    return line.tail, line.head, line.relation


def lacking(picture: Picture, other: Picture, elsewhere: Elsewhere, relates: Callable[[Arrow], bool]) -> Parts:
    """What the other drawing has not. What only did not fit there is not lacking.

    `relates` says whether the other inventory states a relation; it is asked where a drawing of one record was cut.
    """
    shown, lines = set(other.nodes), {arrow(line) for line in other.lines}

    def is_lacking(line: Line) -> bool:
        tail, head = elsewhere(line.tail), elsewhere(line.head)
        if (tail, head, line.relation) in lines:
            return False
        if not (tail and head) or not other.omitted or {tail, head} <= shown:
            return True
        # A node of a drawing of many records may stand for others, so that its lines are no relations of its own.
        return bool(other.centre) and not relates((tail, head, line.relation))

    arrows = frozenset(arrow(line) for line in picture.lines if is_lacking(line))
    tied = {end for line in picture.lines if arrow(line) not in arrows for end in (line.tail, line.head)}

    def lacks(key: str) -> bool:
        if not elsewhere(key):
            return True
        return elsewhere(key) not in shown and (not other.omitted or (bool(other.centre) and key not in tied))

    return Parts(frozenset(filter(lacks, picture.nodes)), arrows)


def marked(svg: str, parts: Parts, fate: str, today: Elsewhere) -> str:
    """The drawing with the class `fate` on these parts, and the word in their tooltips.

    Its links lead to the pages that its records have `today`; a record that has none is no link.
    """
    ET.register_namespace("", SVG)
    tree = ET.fromstring(svg)  # noqa: S314 - a drawing that was cleaned: no DTD, no entities
    for group in tree.iter(f"{{{SVG}}}g"):
        node = group.get("data-node", "")
        key = node or group.get("data-box", "")
        if "." in key:
            _lead(group, today(key))
        if node in parts.nodes or _arrow(group) in parts.arrows:
            group.set("class", f"{group.get('class', '')} {fate}".strip())
            for tip in group.iter(f"{{{SVG}}}title"):
                tip.text = f"{tip.text or ''} ({fate})"
    return ET.tostring(tree, encoding="unicode")


def _lead(group: ET.Element, key: str) -> None:
    """Have the links of a node or a box lead to a record, or nowhere."""
    for link in group.iter(f"{{{SVG}}}a"):
        if key and "href" in link.attrib:
            link.set("href", address(key))
        else:
            link.attrib.pop("href", None)


def _arrow(group: ET.Element) -> Arrow:
    """Which edge an element draws; empty names where it draws none."""
    classes = group.get("class", "").split()
    relation = next((name.removeprefix("relation-") for name in classes if name.startswith("relation-")), "")
    return group.get("data-tail", ""), group.get("data-head", ""), relation
