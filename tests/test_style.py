"""The style of drawings: what `diagrams/style.yml` decides, what holds without it, and the CSS that comes of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from macros.diagram.css import stylesheet
from macros.diagram.description import ARROWS, DEFAULT_STYLE, SHAPES, Drawings, Style, load
from macros.diagram.dot import kind_sample, relation_sample
from macros.diagram.layout import Layout
from macros.graph import Graph
from macros.model import KINDS, RELATIONS
from macros.workspace import Workspace
from tests.conftest import write_data

GraphOf = Callable[[dict[str, str]], Graph]

STYLE = """\
colours:
  blue: {light: "#0b5cad", dark: "#7cb7f5"}
  red: {light: "#b3261e", dark: "#ff9a8f"}
kinds:
  database: {shape: cylinder, colour: red}
relations:
  runs_on: {line: bold, arrow: vee}
  stores_in: {line: dotted}
"""


def read(folder: Path, small_graph: GraphOf, files: dict[str, str]) -> Drawings:
    return load(write_data(folder / "diagrams", files), small_graph({}))


def test_kinds_and_relations_look_as_the_file_says(tmp_path: Path, small_graph: GraphOf) -> None:
    drawings = read(tmp_path, small_graph, {"style.yml": STYLE})
    assert drawings.findings == []
    style = drawings.style
    assert (style.of_kind("database").shape, style.of_kind("database").colour) == ("cylinder", "red")
    assert (style.of_relation("runs_on").line, style.of_relation("runs_on").arrow) == ("bold", "vee")
    assert (style.of_relation("stores_in").line, style.of_relation("stores_in").arrow) == ("dotted", "normal")


def test_what_the_file_leaves_out_is_a_plain_box_or_arrow(tmp_path: Path, small_graph: GraphOf) -> None:
    style = read(tmp_path, small_graph, {"style.yml": STYLE}).style
    assert (style.of_kind("team").shape, style.of_kind("team").colour) == ("box", "blue")
    assert (style.of_relation("owner").line, style.of_relation("owner").arrow) == ("solid", "normal")


@pytest.mark.parametrize("files", [{}, {"style.yml": "colours: {}\nkinds: {}\n"}, {"style.yml": "- a\n"}])
def test_without_a_style_that_is_right_the_default_holds(
    files: dict[str, str], tmp_path: Path, small_graph: GraphOf
) -> None:
    assert read(tmp_path, small_graph, files).style is DEFAULT_STYLE


def test_a_folder_that_is_not_there_has_no_drawings(tmp_path: Path, small_graph: GraphOf) -> None:
    drawings = load(tmp_path / "none", small_graph({}))
    assert (drawings.diagrams, drawings.style, drawings.findings) == ({}, DEFAULT_STYLE, [])


def test_the_stylesheet_has_a_light_and_a_dark_value_of_every_colour(tmp_path: Path, small_graph: GraphOf) -> None:
    sheet = stylesheet(read(tmp_path, small_graph, {"style.yml": STYLE}).style)
    light, dark = sheet.splitlines()[:2]
    assert "--colour-blue:#0b5cad;" in light
    assert "--colour-red:#b3261e;" in light
    assert "slate" in dark
    assert "--colour-blue:#7cb7f5;" in dark
    assert ".kind-database{--kind:var(--colour-red);--shape:cylinder}" in sheet
    assert ".kind-team{--kind:var(--colour-blue);--shape:box}" in sheet
    assert ".relation-runs_on{--line-dash:none;--line-width:2.2;--arrow:vee}" in sheet
    assert ".relation-stores_in{--line-dash:1 3;--line-width:1.2;--arrow:normal}" in sheet


@pytest.mark.parametrize("own", [False, True], ids=["default", "project"])
def test_every_kind_and_relation_has_a_rule_with_a_colour_that_there_is(own: bool, workspace: Workspace) -> None:
    sheet = stylesheet(workspace.drawings.style if own else DEFAULT_STYLE)
    assert set(re.findall(r"\.kind-([a-z-]+)\{", sheet)) == set(KINDS)
    assert set(re.findall(r"\.relation-([a-z_]+)\{", sheet)) == set(RELATIONS)
    assert set(re.findall(r"var\((--colour-[a-z]+)\)", sheet)) <= set(re.findall(r"(--colour-[a-z]+):", sheet))


def test_every_shape_and_arrow_that_may_be_written_can_be_drawn(tmp_path: Path) -> None:
    plain = DEFAULT_STYLE.model_dump()
    dots = {}
    for shape in SHAPES:
        style = Style.model_validate({**plain, "kinds": {"team": {"shape": shape, "colour": "grey"}}})
        dots[shape] = kind_sample("team", style)
    for arrow in ARROWS:
        style = Style.model_validate({**plain, "relations": {"owner": {"arrow": arrow}}})
        dots[f"arrow {arrow}"] = relation_sample("owner", style)
    layout = Layout(tmp_path)
    layout.draw(dots)
    assert all("<svg" in layout.svg(name, dot) for name, dot in dots.items())
    drawn = {layout.svg(shape, dots[shape]) for shape in ("box", "ellipse", "cylinder", "hexagon", "note")}
    assert len(drawn) == 5


def test_the_style_of_this_project_names_every_kind(workspace: Workspace) -> None:
    assert set(workspace.drawings.style.kinds) == set(KINDS)
