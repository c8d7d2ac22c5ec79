"""The JSON Schemas that editors use: they agree with what the engine reads and refuses."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import BaseModel

from macros import source
from macros.diagram.description import STYLE_FILE, Diagram, Style
from macros.inventory import PLURALS
from macros.model import KINDS, Kind
from macros.model.runbooks import Branch, Exercise, Input, Message, Step
from macros.refusals import checked
from macros.schema import schema_of, schema_of_drawing, write_schemas
from tests.conftest import BIN, ROOT

MODELINE = "# yaml-language-server: $schema="
DATA = sorted((ROOT / "data").rglob("*.yml"))
DRAWINGS = sorted((ROOT / "diagrams").glob("*.yml"))
FAULTS = ROOT / "tests" / "faults"


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def plain(value: Any) -> Any:
    """A value as JSON has it: what an editor checks."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


def kind_of(path: Path, folder: Path) -> Kind:
    return PLURALS[path.relative_to(folder).parts[0].removesuffix(".yml")]


def accepts(schema: dict[str, Any], value: Any) -> bool:
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker(["date"]))
    return bool(validator.is_valid(plain(value)))


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_schema_is_a_schema(kind: Kind) -> None:
    schema = schema_of(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert (schema["title"], schema["description"]) == (kind.titles, kind.meaning)


@pytest.mark.parametrize("path", DATA, ids=named)
def test_a_data_file_fits_its_schema(path: Path) -> None:
    validator = jsonschema.Draft202012Validator(schema_of(kind_of(path, ROOT / "data")))
    assert [error.message for error in validator.iter_errors(plain(source.load(path).value))] == []


@pytest.mark.parametrize("path", DRAWINGS, ids=named)
def test_a_drawings_file_fits_its_schema(path: Path) -> None:
    model, title = (Style, "Style of drawings") if path.name == STYLE_FILE else (Diagram, "Drawing")
    assert accepts(schema_of_drawing(model, title), source.load(path).value)


@pytest.mark.parametrize("path", [*DATA, *DRAWINGS], ids=named)
def test_a_files_first_line_names_the_schema_of_its_kind(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith(MODELINE)
    of_drawings = "style" if path.name == STYLE_FILE else "diagram"
    name = kind_of(path, ROOT / "data").name if path in DATA else of_drawings
    assert (path.parent / first.removeprefix(MODELINE)).resolve() == ROOT / ".schema" / f"{name}.json"


def test_a_schema_is_written_for_every_kind_and_for_drawings(tmp_path: Path) -> None:
    write_schemas(tmp_path / "deep" / "schema")
    written = {path.stem: path for path in (tmp_path / "deep" / "schema").iterdir()}
    assert set(written) == {*KINDS, "diagram", "style"}
    for kind in KINDS.values():
        assert json.loads(written[kind.name].read_text(encoding="utf-8")) == schema_of(kind)


def test_a_schema_that_is_right_is_not_written_again(tmp_path: Path) -> None:
    write_schemas(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    (tmp_path / "team.json").write_text("{}", encoding="utf-8")
    write_schemas(tmp_path)
    assert {path for path, at in before.items() if path.stat().st_mtime_ns != at} == {tmp_path / "team.json"}
    assert json.loads((tmp_path / "team.json").read_text(encoding="utf-8"))["title"] == "Teams"


def test_the_checker_of_editors_and_hooks_agrees(tmp_path: Path) -> None:
    write_schemas(tmp_path)
    for name, files in {"service": "services/*.yml", "inventory": "inventories.yml"}.items():
        command = [str(BIN / "check-jsonschema"), "--schemafile", str(tmp_path / f"{name}.json")]
        done = subprocess.run(
            [*command, *map(str, (ROOT / "data").glob(files))], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


# What the engine refuses


def _refused() -> Iterator[tuple[str, Path]]:
    """The faulty files whose values the model refuses, by the name of the fault."""
    for expect in sorted(FAULTS.glob("*/expect.txt")):
        for line in expect.read_text(encoding="utf-8").splitlines():
            code, place = line.split(" | ")[0].split(" ")
            if code == "ID001" or code.startswith("MOD"):
                yield expect.parent.name, expect.parent / place.split(":")[0]


REFUSED = dict(_refused())

FINER = {
    "address-without-scheme",
    "name-of-two-lines",
    "path-without-slash",
    "ports-beyond-the-last",
    "ports-reversed",
    "reference-blank",
    "text-blank",
    "text-that-is-a-date",
}
"""Faults that a schema's patterns do not tell; the engine does."""


@pytest.mark.parametrize("name", sorted(REFUSED.keys() - FINER))
def test_what_the_engine_refuses_the_schema_refuses(name: str) -> None:
    path = REFUSED[name]
    if path.parent.name == "diagrams":
        schema = schema_of_drawing(Style if path.name == STYLE_FILE else Diagram, "")
    else:
        schema = schema_of(kind_of(path, FAULTS / name / "data"))
    assert not accepts(schema, source.load(path).value)


TEAM = {"id": "a", "name": "A"}
CHANNEL = {"id": "a", "name": "A", "owner": "unknown"}


@pytest.mark.parametrize(
    ("kind", "value", "good"),
    [
        ("team", [TEAM], True),
        ("team", TEAM, True),
        ("team", [], False),
        ("team", [{"id": "a"}], False),
        ("team", [{**TEAM, "nmae": "A"}], False),
        ("team", [{**TEAM, "aliases": "x"}], False),
        ("team", [{**TEAM, "id": "A"}], False),
        ("team", [{**TEAM, "handle": "unknown"}], True),
        ("channel", [CHANNEL], True),
        ("channel", [{**CHANNEL, "owner": {"to": "x", "confirmed": False, "note": "Why."}}], True),
        ("channel", [{**CHANNEL, "owner": {"to": "x", "sure": False}}], False),
        ("channel", [{**CHANNEL, "owner": {"confirmed": False}}], False),
        ("channel", [{**CHANNEL, "owner": None}], False),
        ("channel", [{**CHANNEL, "owner": ""}], False),
        ("channel", [{**CHANNEL, "status": "unknown"}], True),
        ("channel", [{**CHANNEL, "status": "activ"}], False),
        ("channel", [{**CHANNEL, "depends_on": ["team.a", {"to": "x"}]}], True),
        ("channel", [{**CHANNEL, "depends_on": "team.a"}], False),
        ("channel", [{**CHANNEL, "depends_on": [5]}], False),
        ("group", [{**CHANNEL, "ports": [3000, "3001-3010"]}], True),
        ("group", [{**CHANNEL, "ports": [70000]}], False),
        ("group", [{**CHANNEL, "ports": ["3001"]}], False),
        ("service", [{"id": "a", "name": "A", "group": "g"}], True),
        ("service", [{"id": "a", "name": "A", "group": None}], False),
        ("launch", [{"id": "a", "name": "A", "date": "2030-01-31"}], True),
        ("launch", [{"id": "a", "name": "A", "date": "unknown"}], True),
        ("provider", [{**CHANNEL, "sla": 99.99}], True),
        ("provider", [{**CHANNEL, "sla": "99.99"}], False),
        ("provider", [{**CHANNEL, "sla": 101}], False),
    ],
)
def test_a_record_fits_or_does_not(kind: str, value: Any, good: bool) -> None:
    assert accepts(schema_of(KINDS[kind]), value) is good


# The examples that the schema and the data reference give


def _fields() -> Iterator[tuple[str, type[BaseModel], str]]:
    models: dict[str, type[BaseModel]] = {kind.name: kind.model for kind in KINDS.values()}
    models |= {"step": Step, "input": Input, "branch": Branch, "message": Message, "exercise": Exercise}
    models |= {"diagram": Diagram, "style": Style}
    for name, model in models.items():
        for field in model.model_fields:
            yield name, model, field


def _example(model: type[BaseModel], field: str) -> Any:
    return model.model_fields[field].examples[0]  # type: ignore[index] # the test below holds that there is one


def _dated(value: Any, annotation: Any) -> Any:
    """An example with the dates that JSON has no form for."""
    if "date" in str(annotation):
        return date.fromisoformat(value)
    return {**value, "on": date.fromisoformat(value["on"])} if "Exercise" in str(annotation) else value


FIELDS = list(_fields())


@pytest.mark.parametrize(("name", "model", "field"), FIELDS, ids=[f"{name}.{field}" for name, _, field in FIELDS])
def test_every_field_has_a_description_and_an_example_that_is_right(
    name: str, model: type[BaseModel], field: str
) -> None:
    known = model.model_fields[field]
    assert known.description
    assert known.description.endswith((".", "?"))
    assert known.examples
    needed = {other for other, info in model.model_fields.items() if info.is_required()}
    record = {other: _example(model, other) for other in sorted({*needed, field})}
    text = json.dumps(record, default=str)
    document = source.parse(Path("example.yml"), text.encode("utf-8"))
    raw = document.value
    raw = {  # an example is JSON, which has no dates
        other: _dated(value, model.model_fields[other].annotation) for other, value in raw.items()
    }
    made, findings = checked(model, name, document, (), raw)
    assert (findings, made is not None) == ([], True)
