"""The list of codes: whole, and what the page of it shows."""

from __future__ import annotations

import ast
import re

import pytest
from bs4 import BeautifulSoup

from macros.codes import area_of, areas, by_area, codes
from macros.views import Scene
from macros.views.rules import rules
from macros.workspace import Workspace
from tests.conftest import ROOT

ENGINE = ROOT / "macros"
CODE = re.compile(r"(?:ID|[A-Z]{3})\d{3}")


def emitted() -> set[str]:
    """Every code that stands in the engine, other than in the list itself."""
    found = set()
    for path in ENGINE.rglob("*.py"):
        if path.name != "codes.py":
            constants = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
            words = (node.value for node in constants if isinstance(node, ast.Constant) and isinstance(node.value, str))
            found |= {word for word in words if CODE.fullmatch(word)}
    return found


def test_every_code_that_the_engine_emits_is_listed() -> None:
    assert emitted() - set(codes()) == set()


def test_every_code_that_is_listed_can_be_emitted() -> None:
    assert set(codes()) - emitted() == set()


@pytest.mark.parametrize("code", codes())
def test_a_code_says_what_it_is(code: str) -> None:
    known = codes()[code]
    assert known.code == code
    assert known.area == area_of(code)
    assert known.area in areas()
    assert known.name
    assert re.fullmatch(r"[A-Z].*[.)]", known.meaning)
    assert known.meaning.count("`") % 2 == 0


def test_areas_hold_every_code_once_in_order() -> None:
    assert list(by_area()) == [area for area in areas() if area in by_area()]
    assert sorted(code.code for found in by_area().values() for code in found) == list(codes())
    assert len(set(areas())) == len(areas())


# The page


@pytest.fixture(scope="module")
def page(workspace: Workspace) -> BeautifulSoup:
    return BeautifulSoup(rules(Scene(workspace, "../")), "lxml")


def test_the_page_has_every_code_at_its_anchor(page: BeautifulSoup) -> None:
    rows = {str(row["id"]): [cell.get_text() for cell in row.find_all(["th", "td"])] for row in page.select("tr[id]")}
    assert rows == {
        code: [code, known.severity.value.capitalize(), known.meaning.replace("`", "")]
        for code, known in codes().items()
    }


def test_the_page_is_by_area(page: BeautifulSoup) -> None:
    titles = [heading.get_text().removesuffix("¶") for heading in page.find_all("h2")]
    assert titles == list(by_area())
    for heading, found in zip(page.find_all("h2"), by_area().values(), strict=True):
        table = heading.find_next("table")
        assert table is not None
        assert [row["id"] for row in table.select("tr[id]")] == [code.code for code in found]


def test_each_id_stands_once_and_each_severity_is_a_chip(page: BeautifulSoup) -> None:
    ids = [element["id"] for element in page.select("[id]")]
    assert len(ids) == len(set(ids))
    assert {(" ".join(chip["class"]), chip.get_text()) for chip in page.select(".chip")} == {
        ("chip chip--bad", "Error"),
        ("chip chip--moving chip--warning", "Warning"),
        ("chip chip--note", "Note"),
    }


def test_words_of_the_data_are_code_on_the_page(page: BeautifulSoup) -> None:
    assert [code.get_text() for code in page.select("#SRC013 td code")] == ["no", "12:30", "017", "1_000"]


def test_the_page_is_written_and_stands_in_the_navigation() -> None:
    assert "{{ rules() }}" in (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert re.search(r"Data reference: reference.md\n +- What is checked: rules.md\n", navigation)
