"""`inventory diff` from the command line: every rendering, and an exit status for whoever asks for what is not there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from jsonschema import Draft202012Validator
from typer.testing import CliRunner, Result

from macros.cli import app
from macros.diff.document import read
from tests.changing import FACTS, changed, replaced
from tests.conftest import write_data

OWNER = "cart, stock and Web change hands: Shop → Pay"


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Two folders of facts, in which a group has another owner."""
    folder = tmp_path_factory.mktemp("sides")
    before = write_data(folder / "before", FACTS)
    return str(before), str(write_data(folder / "after", {**FACTS, **replaced("groups.yml", "shop", "pay")}))


def diff(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["diff", *arguments])


def test_text_says_what_follows_first(sides: tuple[str, str]) -> None:
    done = diff(*sides)
    assert done.exit_code == 0
    lines = done.output.splitlines()
    assert lines[0].startswith(f"{sides[0]} → {sides[1]}: ")
    assert lines[2] == "Look at this first"
    assert lines[3].startswith(f"  {OWNER}")
    assert "Newly affected: Pay" in lines


def test_one_word_compares_with_the_folders_as_they_are(sides: tuple[str, str]) -> None:
    done = diff(sides[0], "--data", sides[1])
    assert done.output.splitlines()[3].startswith(f"  {OWNER}")
    same = diff(sides[0], "--data", sides[0])
    assert same.output.splitlines()[0].endswith(": The facts are the same.")


def test_json_is_of_the_schema_that_is_written(sides: tuple[str, str], tmp_path: Path) -> None:
    done = diff(*sides, "--format", "json")
    assert read(done.output.encode()).changes
    assert CliRunner().invoke(app, ["schema", "--to", str(tmp_path)]).exit_code == 0
    schema = json.loads((tmp_path / "difference.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(json.loads(done.output))


def test_markdown_leads_to_the_published_site(sides: tuple[str, str]) -> None:
    done = diff(*sides, "--format", "markdown", "--address", "https://site.example.com/x")
    assert done.output.startswith("### cart, stock and Web change hands: Shop → Pay\n")
    assert "(https://site.example.com/x/services/cart/)" in done.output


def test_html_is_a_page_of_its_own(sides: tuple[str, str]) -> None:
    html = BeautifulSoup(diff(*sides, "--format", "html").output, "html.parser")
    first = html.select_one(".change--critical .change__says")
    assert first is not None
    assert first.get_text() == OWNER
    assert html.select("a") == html.select("script") == html.select("link") == []
    linked = BeautifulSoup(diff(*sides, "--format", "html", "--address", "https://s.example").output, "html.parser")
    assert linked.find("a", href="https://s.example/services/cart/") is not None


@pytest.mark.parametrize("arguments", [("nosuch",), ("HEAD", "nosuch"), ("-x",), ()])
def test_what_is_not_there_is_a_sentence(arguments: tuple[str, ...]) -> None:
    done = diff(*arguments)
    assert done.exit_code == 2
    assert "Traceback" not in done.output


def test_a_difference_is_kept_and_stays_the_same(sides: tuple[str, str]) -> None:
    assert diff(*sides, "--format", "json").output == diff(*sides, "--format", "json").output


def test_a_spoilt_cache_is_no_harm(tmp_path: Path) -> None:
    first = changed(tmp_path, replaced("groups.yml", "shop", "pay")).document
    kept = sorted((tmp_path / "cache" / "snapshots").glob("*.json"))
    assert len(kept) == 2
    for number, text in enumerate(("{", "[]")):
        kept[number].write_text(text, encoding="utf-8")
    assert changed(tmp_path, replaced("groups.yml", "shop", "pay")).document == first
    kept[0].write_text(json.dumps({"state": [["x"]]}), encoding="utf-8")
    assert changed(tmp_path, replaced("groups.yml", "shop", "pay")).document == first
