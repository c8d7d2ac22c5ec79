"""`mkdocs serve`: every request gets a page, whatever people do to the files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import LIBRARY, edit, project
from tests.serving import BANNER, Server, serving


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a server reads, and of the engine, whose pages may take a tenth of the time."""
    root = project(tmp_path_factory.mktemp("served") / "project", LIBRARY)
    edit(root / "macros" / "plugin.py", "PAGE_SECONDS = 10.0", "PAGE_SECONDS = 1.0")
    return root


@pytest.fixture(scope="module")
def server(root: Path) -> Iterator[Server]:
    """A server over the copy, which started while several things were broken, and outlived each."""
    teams, page, circle = root / "data" / "teams.yml", root / "docs" / "index.md", root / "docs" / "circle"
    good, prose = teams.read_text(encoding="utf-8"), page.read_text(encoding="utf-8")
    teams.write_text(good + "- id: Not An Id\n  name: x\n", encoding="utf-8")
    page.write_text(f"{prose}\n[gone](nowhere.md)\n", encoding="utf-8")
    circle.symlink_to(".")
    for server in serving(root):
        first = server.get()
        assert BANNER in first
        assert "ID001" in first
        assert "SRC016" in first
        circle.unlink()
        teams.write_text(good, encoding="utf-8")
        server.until("", has="nowhere.md", lacks="ID001")
        page.write_text(prose, encoding="utf-8")
        server.until("", lacks=BANNER)
        yield server


def test_a_fault_shows_a_banner_over_the_last_good_page_and_goes_with_the_mend(server: Server) -> None:
    assert BANNER not in server.get("databases/")
    server.change("data/databases.yml", "owner: catalogue", "owner: catalogeu")
    page = server.until("databases/", has=BANNER)
    assert "REF001: `catalogeu` is no team; did you mean `catalogue`" in page
    assert "titles" in page
    assert "loan-desk" in server.get("services/loan-desk/")
    server.change("data/databases.yml", "owner: catalogeu", "owner: catalogue")
    server.until("databases/", lacks=BANNER)


def test_a_change_of_the_facts_shows_on_the_page_and_nothing_is_written_among_the_sources(server: Server) -> None:
    before = _files(server.root)
    server.change("data/databases.yml", "name: titles", "name: headings")
    server.until("databases/titles/", has='<h1 id="top">headings')
    assert _files(server.root) == before
    server.change("data/databases.yml", "name: headings", "name: titles")
    server.until("databases/titles/", has='<h1 id="top">titles')


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("docs/index.md", "\n{{ nosuch() }}\n", "DOC003: `nosuch` is no macro"),
        ("docs/index.md", "\n{{ table(\n", "DOC001"),
        ("diagrams/lending.yml", "\nnosuch: 1\n", "MOD001: `nosuch` is no key"),
        ("docs/index.md", "\n[gone](nowhere.md)\n", "a link &#x27;nowhere.md&#x27;"),
        ("docs/index.md", f"\n{'[' * 40_000}\n", "DOC010"),
        ("mkdocs.yml", "\nnav: [\n", "configuration file"),
        ("data/teams.yml", "\n\t- id: x\n", "SRC002"),
    ],
)
def test_no_input_ends_the_server(server: Server, file: str, text: str, said: str) -> None:
    path = server.root / file
    good = path.read_text(encoding="utf-8")
    path.write_text(good + text, encoding="utf-8")
    assert said in server.until("", has=BANNER)
    path.write_text(good, encoding="utf-8")
    server.until("", lacks=BANNER)
    assert server.process.poll() is None


def test_it_started_with_broken_facts_and_shows_the_site_since_they_were_mended(server: Server) -> None:
    assert "loan-desk" in server.get("services/loan-desk/")


def _files(root: Path) -> set[str]:
    folders = ("data", "docs", "diagrams")
    return {path.relative_to(root).as_posix() for name in folders for path in (root / name).rglob("*")}
