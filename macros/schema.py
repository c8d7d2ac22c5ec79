"""JSON Schema of each kind's data file, from the same models that check the data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from macros.diagram.description import Diagram, Style
from macros.model import KINDS, Kind
from macros.model.record import UNKNOWN
from macros.model.relations import Link

DIALECT = GenerateJsonSchema.schema_dialect


def schema_of(kind: Kind) -> dict[str, Any]:
    """The schema of a file of the kind: a list of records, or a single record.

    A relation may be a reference alone or a mapping. A value that nobody knows is the word `unknown`, where the model
    has none.
    """
    definitions = _definitions(kind.model)
    if Link.__name__ in definitions:
        link = definitions[Link.__name__]
        definitions[Link.__name__] = {"anyOf": [{"type": "string", "minLength": 1}, link]}
    one = {"$ref": f"#/$defs/{kind.model.__name__}"}
    return {
        "$schema": DIALECT,
        "title": kind.titles,
        "description": kind.meaning,
        "anyOf": [{"type": "array", "items": one, "minItems": 1}, one],
        "$defs": definitions,
    }


def schema_of_drawing(model: type[BaseModel], title: str) -> dict[str, Any]:
    """The schema of a file below `diagrams/`."""
    return {"$schema": DIALECT, "title": title, "$ref": f"#/$defs/{model.__name__}", "$defs": _definitions(model)}


def _definitions(model: type[BaseModel]) -> dict[str, Any]:
    """The schemas of a model and of the mappings inside it, by name."""
    own = model.model_json_schema(ref_template="#/$defs/{model}")
    definitions: dict[str, Any] = own.pop("$defs", {})
    definitions[model.__name__] = own
    _say_unknown(definitions)
    return definitions


def write_schemas(folder: Path) -> None:
    """Write `<kind>.json` for each kind, `diagram.json` and `style.json`; what is right already is left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    schemas = {kind.name: schema_of(kind) for kind in KINDS.values()}
    schemas |= {
        "diagram": schema_of_drawing(Diagram, "Drawing"),
        "style": schema_of_drawing(Style, "Style of drawings"),
    }
    for name, content in schemas.items():
        text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        path = folder / f"{name}.json"
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
