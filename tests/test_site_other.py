"""Another company's inventory, in `tests/other/`: its own data, one page and one drawing, and the same engine."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from macros.model import KINDS
from macros.views.render import path
from macros.workspace import Folders, Workspace
from tests.conftest import OTHER as BAKERY
from tests.conftest import build, write_data
from tests.test_site_checks import Page, ids_twice, leftovers, links_that_need_the_root, lychee, read


@pytest.fixture(scope="module")
def bakery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = tmp_path_factory.mktemp("bakery") / "site"
    done = build(site, "--data", str(BAKERY / "data"))
    assert done.returncode == 0, done.stderr
    return site


@pytest.fixture(scope="module")
def pages(bakery: Path) -> dict[str, Page]:
    return read(bakery)


def test_no_word_of_this_company_is_in_it(bakery: Path) -> None:
    names = re.compile("fanz|ccbill|paxum|segpay|cloudflare|devops|secops|finops", re.IGNORECASE)
    text = {".html", ".json", ".xml", ".css", ".svg", ".txt"}
    files = [file for file in bakery.rglob("*") if file.suffix in text and "javascripts" not in file.parts]
    assert len(files) > 40
    found = {file.name: match[0] for file in files if (match := names.search(file.read_text(encoding="utf-8")))}
    assert found == {}


def test_every_record_and_every_kind_has_a_page(pages: dict[str, Page]) -> None:
    """A kind that nobody wrote a page for has a list, one without records says so."""
    workspace = Workspace(Folders(BAKERY / "data", BAKERY / "docs", BAKERY / "diagrams"))
    assert {path(record.key) for record in workspace.inventory.records()} <= set(pages)
    assert {f"{kind.plural}/" for kind in KINDS.values()} <= set(pages)
    assert "services/till/" in pages["services/"].leads_to()
    assert "None yet. Add the first in data/vendors.yml ." in pages["vendors/"].text


def test_the_site_has_the_name_of_the_inventory(pages: dict[str, Page]) -> None:
    titles = [re.search("<title>(.*?)</title>", page.html) for page in pages.values() if not page.moved]
    assert len(titles) > 40
    assert all(title is not None and "Harbour Bakery" in title[1] for title in titles)


def test_the_only_page_shows_what_it_asks_for(pages: dict[str, Page]) -> None:
    home = pages[""]
    assert {"services/", "databases/", "clusters/", "services/till/"} <= home.leads_to()
    assert {text.get_text() for text in home.article.select("figure svg text")} >= {"till", "price-board", "receipts"}


def test_a_link_to_a_page_that_is_not_there_is_left_out(pages: dict[str, Page]) -> None:
    """The words of the engine lead to pages of this project, such as the one on contributing, only where they exist."""
    assert [page.address for page in pages.values() if "contribute/" in page.html] == []


def test_a_former_id_leads_to_the_record(pages: dict[str, Page]) -> None:
    page = pages["services/blackboard/"]
    assert 'http-equiv="refresh" content="0; url=../../services/price-board/"' in page.html
    assert '<a href="../../services/price-board/">price-board</a>' in page.html


def test_a_command_has_the_name_of_the_record(pages: dict[str, Page]) -> None:
    assert pages["runbooks/till-down/"].one("pre").get_text() == "kubectl --context attic get pods"


def test_it_is_as_sound_as_this_project_s(bakery: Path, pages: dict[str, Page]) -> None:
    for look in (ids_twice, leftovers):
        assert {address: found for address, page in pages.items() if (found := look(page))} == {}
    assert not [address for address, page in pages.items() if address != "404.html" and links_that_need_the_root(page)]
    done = lychee(bakery)
    assert done.returncode == 0, done.stdout


def test_without_any_page_there_is_a_home_page_and_a_list_a_kind(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    done = build(tmp_path / "site", "--data", str(BAKERY / "data"), "--docs", str(tmp_path / "docs"))
    assert done.returncode == 0, done.stderr
    home = read(tmp_path / "site")[""]
    assert home.one("h1").get_text().startswith("Harbour Bakery")
    assert {
        f"{plural}/" for plural in ("teams", "groups", "services", "databases", "clusters", "runbooks")
    } <= home.leads_to()
    done = lychee(tmp_path / "site")
    assert done.returncode == 0, done.stdout


def test_its_own_pages_are_in_the_navigation(tmp_path: Path) -> None:
    """Those that this project's navigation knows stand where it has them, the others after them."""
    shutil.copytree(BAKERY, tmp_path / "other")
    for name in ("services.md", "recipes/rye.md"):
        (tmp_path / "other" / "docs" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "other" / "docs" / name).write_text(f"# Page {name}\n", encoding="utf-8")
    done = build(tmp_path / "site", "--data", str(tmp_path / "other" / "data"))
    assert done.returncode == 0, done.stderr
    html = read(tmp_path / "site")["services/till/"].html
    navigation = html[html.index('data-md-type="navigation"') : html.index("<article")]
    assert re.findall(r'href="\.\./\.\./(\w[^"]*)"', navigation) == ["services/", "recipes/rye/"]


def test_facts_alone_make_a_site(tmp_path: Path) -> None:
    """The project's own pages and drawings speak of other facts: the site is made without them, and that is said."""
    facts = {
        "teams.yml": "- {id: bakers, name: Bakers}\n",
        "databases.yml": "- {id: recipes, name: Recipes, owner: Bakers, technology: PostgreSQL 15}\n",
    }
    done = build(tmp_path / "site", "--data", str(write_data(tmp_path / "facts", facts)))
    assert done.returncode == 0, done.stderr
    assert "give --docs and --diagrams for yours" in done.stderr
    page = (tmp_path / "site" / "databases" / "recipes" / "index.html").read_text(encoding="utf-8")
    assert "Bakers" in page
    assert "PostgreSQL 15" in page
    assert (tmp_path / "site" / "teams" / "index.html").is_file()
