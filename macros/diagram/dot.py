"""A picture as DOT, the language of Graphviz."""

from __future__ import annotations

import hashlib
import textwrap
from pathlib import Path

import graphviz

from macros.diagram.description import Style
from macros.diagram.picture import Line, Picture
from macros.inventory import Inventory
from macros.model import KINDS, RELATIONS, Link, Record

ROOT = "\ue000"
"""Stands for the way to the site's root in a drawing's links: a character that data may not hold."""

FONT = "Arial"
"""The layout measures text in it; every machine has its widths."""


def to_dot(picture: Picture, inventory: Inventory, style: Style) -> str:
    """The picture as DOT. What is drawn carries classes, so that the page's style decides its colours.

    Nodes link to their pages below `ROOT`; assumed relations are dashed.
    """
    drawing = graphviz.Digraph(
        name=picture.name,
        graph_attr={
            "rankdir": "LR",
            "bgcolor": "transparent",
            "ranksep": "0.55",
            "nodesep": "0.18",
            "fontname": FONT,
            "fontsize": "11",
            "pad": "0.1",
            "tooltip": _tooltip(picture.title),
            "newrank": "true",
        },
        node_attr={"fontname": FONT, "fontsize": "11", "height": "0.32", "margin": "0.12,0.06", "style": "filled"},
        edge_attr={"fontname": FONT, "fontsize": "9", "arrowsize": "0.65"},
    )
    for box in dict.fromkeys(picture.boxes.get(key, "") for key in picture.nodes):
        members = [key for key in picture.nodes if picture.boxes.get(key, "") == box]
        if not box:
            _nodes(drawing, picture, members, inventory, style)
            continue
        with drawing.subgraph(name=f"cluster_{box}") as cluster:
            title, says, leads_to = _box(box, inventory)
            look = {"labeljust": "l", "margin": "10", "class": "box"}
            cluster.attr(label=_label(title), tooltip=_tooltip(says), URL=leads_to, **look)
            _nodes(cluster, picture, members, inventory, style)
    for line in picture.lines:
        _edge(drawing, line, inventory, style)
    return str(drawing.source)


def fingerprint(picture: Picture, inventory: Inventory, style: str, said: dict[str, str]) -> str:
    """What tells the DOT of a picture from any other, without making it: all that `to_dot` reads, and its own code.

    `style` is what tells the style of the drawings from another; `said` keeps what is said of records between pictures.
    """
    boxes = sorted(picture.boxes.items())
    for key in picture.nodes:
        if key not in said:
            said[key] = _says(inventory[key], inventory)
    told = [(key, said[key]) for key in picture.nodes]
    titles = [_box(box, inventory) for box in dict.fromkeys(box for _, box in boxes)]
    whole = (_CODE, style, picture.name, picture.title, picture.centre, told, picture.lines, boxes, titles)
    return hashlib.sha256(repr(whole).encode(errors="surrogateescape")).hexdigest()


_CODE = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
"""Stands for the way DOT is written here: when it changes, all is drawn anew."""


def kind_sample(kind: str, style: Style) -> str:
    """DOT of an empty node of a kind, for a legend: whatever shape it has, the legend has it too."""
    drawing = graphviz.Digraph(
        name=f"legend-{kind}", graph_attr={"bgcolor": "transparent", "pad": "0.02", "tooltip": " "}
    )
    drawing.node(
        "sample",
        label="",
        shape=style.of_kind(kind).shape,
        width="0.34",
        height="0.22",
        fixedsize="true",
        **{"class": f"kind-{kind}"},
    )
    return str(drawing.source)


def relation_sample(relation: str, style: Style) -> str:
    """DOT of an arrow of a relation, for a legend."""
    look = style.of_relation(relation)
    drawing = graphviz.Digraph(
        name=f"legend-{relation}",
        graph_attr={"bgcolor": "transparent", "pad": "0.02", "rankdir": "LR", "ranksep": "0.38"},
    )
    drawing.attr("node", label="", shape="point", width="0.01", style="invis")
    drawing.edge("a", "b", arrowhead=look.arrow, arrowsize="0.65", **{"class": f"relation-{relation} confirmed"})
    return str(drawing.source)


def address(key: str) -> str:
    """The page of a record, from `ROOT`."""
    kind, _, name = key.partition(".")
    return f"{ROOT}/{KINDS[kind].plural}/{name}/"


def _label(text: str) -> str:
    """A text as a label that shows it as it is: `dot` reads backslashes, and character references such as `&amp;`."""
    escaped: str = graphviz.escape(text.replace("&", "&amp;"))  # knows itself as no HTML
    return escaped


def _tooltip(text: str) -> str:
    """As `_label`, for a tooltip, whose backslashes `dot` reads twice."""
    return _label(text.replace("\\", "\\\\"))


def _box(box: str, inventory: Inventory) -> tuple[str, str, str]:
    """The label, the tooltip and the address of a box: of the record that its nodes share, or of their kind."""
    if box in inventory:
        return inventory[box].name, _says(inventory[box], inventory), address(box)
    return KINDS[box].titles, KINDS[box].titles, f"{ROOT}/{KINDS[box].plural}/"


def _says(record: Record, inventory: Inventory) -> str:
    """What a tooltip says of a record: its kind, its name and its owner."""
    owner = inventory.value(record, "owner")
    owned = f", owned by {inventory[owner.key].name}" if isinstance(owner, Link) and owner.key else ""
    return f"{KINDS[record.kind].title}: {record.name}{owned}"


def _nodes(drawing: graphviz.Digraph, picture: Picture, keys: list[str], inventory: Inventory, style: Style) -> None:
    for key in keys:
        record = inventory[key]
        classes = f"kind-{record.kind}" + (" centre" if key == picture.centre else "")
        label = "\n".join(textwrap.wrap(record.name, 22) or [record.name])
        box = {"id": f"in:{picture.boxes[key]}"} if picture.boxes.get(key) else {}
        drawing.node(
            key,
            label=_label(label),
            shape=style.of_kind(record.kind).shape,
            URL=address(key),
            tooltip=_tooltip(_says(record, inventory)),
            **{"class": classes},
            **box,
        )


def _edge(drawing: graphviz.Digraph, line: Line, inventory: Inventory, style: Style) -> None:
    relation = RELATIONS[line.relation]
    look = style.of_relation(line.relation)
    sure = "" if line.confirmed else " (assumed)"
    many = f", {line.count} relations" if line.count > 1 else ""
    tooltip = f"{inventory[line.tail].name} {relation.forward} {inventory[line.head].name}{sure}{many}"
    attributes = {
        "class": f"relation-{line.relation} {'confirmed' if line.confirmed else 'assumed'}",
        "arrowhead": look.arrow,
        "tooltip": _tooltip(tooltip),
        "style": look.line.value if line.confirmed else "dashed",
    }
    if line.count > 1:
        attributes["penwidth"] = f"{min(4.0, 1 + line.count / 3):.2f}"
    drawing.edge(line.tail, line.head, **attributes)
