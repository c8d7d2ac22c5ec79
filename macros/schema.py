"""JSON Schema of each kind's data file, from the same models that check the data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from macros.model import KINDS, Kind
from macros.model.record import UNKNOWN
from macros.model.relations import Link

DIALECT = GenerateJsonSchema.schema_dialect


def schema_of(kind: Kind) -> dict[str, Any]:
    """The schema of a file of the kind: a list of records, or a single record.

    A relation may be a reference alone or a mapping. A value that nobody knows is the word `unknown`, where the model
    has none.
    """
    record = kind.model.model_json_schema(ref_template="#/$defs/{model}")
    definitions = record.pop("$defs", {})
    definitions[kind.model.__name__] = record
    if Link.__name__ in definitions:
        link = definitions[Link.__name__]
        definitions[Link.__name__] = {"anyOf": [{"type": "string", "minLength": 1}, link]}
    _say_unknown(definitions)
    one = {"$ref": f"#/$defs/{kind.model.__name__}"}
    return {
        "$schema": DIALECT,
        "title": kind.titles,
        "description": kind.meaning,
        "anyOf": [{"type": "array", "items": one, "minItems": 1}, one],
        "$defs": definitions,
    }


def write_schemas(folder: Path) -> None:
    """Write `<kind>.json` for each kind into the folder; a file that is right already is left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind in KINDS.values():
        text = json.dumps(schema_of(kind), indent=2, ensure_ascii=False) + "\n"
        path = folder / f"{kind.name}.json"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def _say_unknown(node: Any) -> None:
    """Where the model takes None, a file says `unknown`; defaults of None say nothing to an editor."""
    if isinstance(node, dict):
        if node.get("type") == "null":
            node.clear()
            node["const"] = UNKNOWN
        if node.get("default", ...) is None:
            del node["default"]
        for value in node.values():
            _say_unknown(value)
    elif isinstance(node, list):
        for value in node:
            _say_unknown(value)


