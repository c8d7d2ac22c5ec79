"""Values that look like code: every text of every kind of record reads back from the built site as the text it is."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from macros.finding import errors
from macros.model import KINDS
from macros.views.render import anchor, path
from macros.workspace import Workspace
from tests.conftest import build
from tests.hostile import ADDRESS, LINE, Hostile, plain, read_back, texts, without_marks, write_hostile
from tests.test_site_checks import attribute, code_from_values, ids_twice, lychee, read, spaced


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    folder = tmp_path_factory.mktemp("hostile")
    folders = write_hostile(folder / "inventory")
    workspace = Workspace(folders)
    assert [str(finding) for finding in errors(workspace.findings)] == []
    done = build(folder / "site", "--data", str(folders.data))
    assert done.returncode == 0, done.stderr
    return Hostile(folder / "site", tuple(workspace.inventory.records()), read(folder / "site"))


def test_every_kind_has_hostile_texts(built: Hostile) -> None:
    kinds = {record.kind for record in built.records if "<script>" in record.name and "onclick" in record.name}
    assert kinds == set(KINDS)
    assert sum(LINE in text for record in built.records for _, text in texts(record, record.key)) > 300


def test_every_text_reads_back_from_the_page_of_its_record(built: Hostile) -> None:
    lost = []
    for record in built.records:
        shown = read_back(built.page(record))
        lost += [where for where, text in texts(record, record.key) if without_marks(text) not in shown]
    assert lost == []


def test_titles_and_descriptions_read_back(built: Hostile) -> None:
    for record in built.records:
        head = BeautifulSoup(built.page(record).html.partition("</head>")[0], "lxml")
        assert head.title is not None
        assert spaced(head.title.get_text()).startswith(spaced(record.name)), record.key
        description = head.select_one("meta[name=description]")
        assert description is not None
        if record.purpose:
            assert spaced(record.purpose) in spaced(attribute(description, "content")), record.key


def test_names_read_back_from_the_tables(built: Hostile) -> None:
    for record in built.records:
        rows = built.pages[f"{KINDS[record.kind].plural}/"].article.select(f"#{anchor(record.key)}")
        assert len(rows) == 1
        assert spaced(record.name) in spaced(rows[0].get_text()), record.key


def test_names_read_back_from_the_home_page(built: Hostile) -> None:
    """Every view is on it: lists, checklists, the matrix, the timeline, the drawing."""
    shown = read_back(built.pages[""])
    for kind in ("critical-path", "domain", "milestone", "freeze", "stage", "readiness", "readiness-area", "signoff"):
        for record in built.records:
            if record.kind == kind:
                assert without_marks(record.name) in shown, record.key


def test_names_read_back_from_drawings(built: Hostile) -> None:
    for address in ("", "services/loan-desk/"):
        tips = [spaced(tip.get_text()) for tip in built.pages[address].article.select("figure svg a > title")]
        for key in ("service.loan-desk", "database.loans", "cluster.basement"):
            record = next(record for record in built.records if record.key == key)
            said = f"{KINDS[record.kind].title}: {spaced(record.name)}"
            assert [tip for tip in tips if tip == said or tip.startswith(f"{said}, owned by ")], key


def test_a_drawing_stays_within_its_figure(built: Hostile) -> None:
    for page in built.pages.values():
        for figure in page.article.select("figure"):
            assert figure.select_one("figcaption > ul.legend"), page.address
            assert len(figure.select("svg")) > 1


def test_nothing_runs(built: Hostile) -> None:
    assert {address: found for address, page in built.pages.items() if (found := code_from_values(page))} == {}
    scripts = {address: len(re.findall("<script", page.html)) for address, page in built.pages.items()}
    assert len(set(scripts.values()) - {0}) == 1, f"pages differ in how many scripts they have: {scripts}"
    for address, page in built.pages.items():
        events = [start for start in page.starts if any(name.startswith("on") for name in start.attributes)]
        assert events == [], address
        inline = re.findall("<script[^>]*>(.*?)</script>", page.html, flags=re.DOTALL)
        assert not [code for code in inline if "alert" in code], address


def test_no_template_code_runs(built: Hostile) -> None:
    for address, page in built.pages.items():
        assert "{{ 49 }}" not in page.html
        assert re.search(r"'q' 49\b", page.html) is None, address


def test_ids_and_links_stay_whole(built: Hostile) -> None:
    assert {address: found for address, page in built.pages.items() if (found := ids_twice(page))} == {}
    done = lychee(built.site)
    assert done.returncode == 0, done.stdout


def test_addresses_stay_in_their_attribute(built: Hostile) -> None:
    team = next(record for record in built.records if record.key == "team.lending")
    hrefs = [attribute(link, "href") for link in built.page(team).article.select("dd > a[href^=http]")]
    assert ADDRESS in hrefs


def test_names_read_back_from_the_search(built: Hostile) -> None:
    index = json.loads((built.site / "search" / "search_index.json").read_text(encoding="utf-8"))
    entries = {entry["location"]: entry for entry in index["docs"]}
    for record in built.records:
        entry = entries[path(record.key)]
        assert unescape(entry["title"]) == record.name
        assert "<" not in entry["title"]
    for entry in index["docs"]:
        for text in (entry["title"], entry["text"], *entry.get("tags", [])):
            tree = BeautifulSoup(text, "lxml")
            assert tree.find(["script", "img", "b", "svg", "a"]) is None, entry["location"]


def test_without_any_page_the_home_page_reads_back_too(built: Hostile, tmp_path: Path) -> None:
    """Its heading is the inventory's name."""
    (tmp_path / "docs").mkdir()
    data = built.site.parent / "inventory" / "data"
    done = build(tmp_path / "site", "--data", str(data), "--docs", str(tmp_path / "docs"))
    assert done.returncode == 0, done.stderr
    home = read(tmp_path / "site")[""]
    name = next(record.name for record in built.records if record.kind == "inventory")
    assert spaced(name) in spaced(home.one("h1").get_text())
    assert code_from_values(home) == []


def test_dates_and_numbers_are_written_back_as_they_were() -> None:
    """The copy is the same inventory: only its texts differ."""
    assert plain({"a": (Decimal("99.5"), date(2031, 5, 2))}) == {"a": [99.5, date(2031, 5, 2)]}
