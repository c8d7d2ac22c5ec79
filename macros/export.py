"""The graph as data for programs, and for the focus view: one file of JSON beside the site's other assets.

Its shape, which `version` numbers and which only grows within a version:

- `kinds`: by name the `title` of a kind, and `sheets`, which with a record's id makes the address of its sheet for when
  it is down; empty where the kind has none.
- `relations`: by name how a relation reads `forward` and `backward`, and whether it is a `dependency`.
- `nodes`, `edges`: `fields` names the columns of the `rows`. An edge's `tail` and `head` are positions among the rows of
  `nodes`. An `owner` is a key, or null where none is known; an `address` leads from the site's root to the record's page.

Kinds, relations, nodes and edges stand in the order of the inventory.
"""

from __future__ import annotations

import json
from typing import Any

from macros.graph import Graph
from macros.impact import can_be_down
from macros.inventory import Inventory
from macros.model import KINDS, RELATIONS, Kind, Link, Record
from macros.views.impact import FOLDER
from macros.views.render import path

FILE = "assets/inventory/graph.json"
"""Where the site has it."""

VERSION = 1
NODE = ("key", "name", "kind", "owner", "address")
EDGE = ("tail", "head", "relation", "confirmed")


def as_json(graph: Graph) -> str:
    """The graph as one line of JSON."""
    return json.dumps(exported(graph), ensure_ascii=False, separators=(",", ":")) + "\n"


def exported(graph: Graph) -> dict[str, Any]:
    """The graph as plain values."""
    inventory = graph.inventory
    records = list(inventory.records())
    positions = {record.key: position for position, record in enumerate(records)}
    edges = [(positions[e.tail], positions[e.head], e.relation.name, e.confirmed) for e in graph.edges]
    return {
        "version": VERSION,
        "kinds": {kind.name: _kind(kind) for kind in KINDS.values()},
        "relations": {
            relation.name: {
                "forward": relation.forward,
                "backward": relation.backward,
                "dependency": relation.dependency,
            }
            for relation in RELATIONS.values()
        },
        "nodes": {"fields": NODE, "rows": [_node(record, inventory) for record in records]},
        "edges": {"fields": EDGE, "rows": edges},
    }


def _kind(kind: Kind) -> dict[str, str]:
    return {"title": kind.title, "sheets": f"{FOLDER}/{kind.name}/" if can_be_down(kind) else ""}


def _node(record: Record, inventory: Inventory) -> tuple[str, str, str, str | None, str]:
    owner = inventory.value(record, "owner")
    owned_by = owner.key if isinstance(owner, Link) and owner.key else None
    return record.key, record.name, record.kind, owned_by, path(record.key)
