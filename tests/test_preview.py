"""A preview of a change: the head's site with what changes marked, whatever is wrong with the base."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import pytest
from bs4 import BeautifulSoup, Tag

from macros.diff.document import Document, Level, read
from macros.diff.text import sentence
from macros.offline import RETIRED
from tests.changing import FACTS
from tests.conftest import ROOT, inventory, write_data

PERSON = {f"GIT_{who}_{what}": "a@x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}

AFTER = {
    **FACTS,
    "groups.yml": FACTS["groups.yml"].replace("owner: shop", "owner: pay"),
    "services.yml": (
        FACTS["services.yml"]
        .replace("service.stock", "service.store")
        .replace("{id: stock,", "{id: store, formerly: [stock],")
        .replace("- {id: mail, name: mail, group: web, owner: ops, status: active}\n", "")
        + "- {id: wallet, name: wallet, group: web, owner: pay, depends_on: [service.store]}\n"
    ),
}
DRAWING = """\
id: all
title: All
about: All of it.
start: [service.cart]
kinds: [service, database]
relations: [depends_on]
depth: 3
"""
INDEX = '# Shop\n\n{{ introduction() }}\n\n{{ table("service") }}\n\n{{ diagram("all") }}\n'


def git(folder: Path, *arguments: str) -> None:
    environment = {**os.environ, **PERSON, "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", *arguments], cwd=folder, env=environment, check=True, capture_output=True)


def project(folder: Path, before: dict[str, str], after: dict[str, str]) -> Path:
    """A repository whose branch `main` has the facts before, and whose working tree those after."""
    write_data(folder / "data", before)
    write_data(folder / "docs", {"index.md": INDEX})
    style = (ROOT / "diagrams" / "style.yml").read_text(encoding="utf-8")
    write_data(folder / "diagrams", {"style.yml": style, "all.yml": DRAWING})
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "before")
    git(folder, "checkout", "-qb", "change")
    for name in before.keys() - after.keys():
        (folder / "data" / name).unlink()
    write_data(folder / "data", after)
    return folder


def preview(folder: Path, base: str = "main") -> subprocess.CompletedProcess[str]:
    options = [f"--{name}={folder / name}" for name in ("data", "docs", "diagrams")]
    return inventory(
        "preview", base, *options, "--site", str(folder / "built"), "--changes", str(folder / "changes.json")
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The preview of a change that adds, removes, renames and hands on."""
    folder = project(tmp_path_factory.mktemp("project"), FACTS, AFTER)
    done = preview(folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "cart, stock and Web change hands: Shop → Pay"
    return folder / "built"


def page(built: Path, address: str) -> BeautifulSoup:
    return BeautifulSoup((built / address / "index.html").read_text(encoding="utf-8"), "html.parser")


def written(built: Path) -> Document:
    return read((built.parent / "changes.json").read_bytes())


def pages(built: Path) -> Iterator[tuple[str, BeautifulSoup]]:
    for path in sorted(built.rglob("index.html")):
        address = path.relative_to(built).as_posix().removesuffix("index.html")
        if not path.read_text(encoding="utf-8").startswith(
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>'
        ):
            yield address, page(built, address)  # without the pages that lead on to another


def test_every_page_says_that_it_is_a_preview_of_what_and_leads_to_the_changes(built: Path) -> None:
    number = 0
    for address, html in pages(built):
        banner = html.select_one(".preview")
        assert banner is not None, address
        assert [code.get_text() for code in banner.select("code")] == ["main", "the working tree"]
        link = banner.select_one("a")
        assert link is not None
        assert urljoin(f"/{address}", str(link["href"])) == "/changes/"
        assert html.select_one('meta[name="robots"][content="noindex"]') is not None
        number += 1
    assert number > 20


def test_the_page_of_changes_tells_each_and_leads_to_the_records(built: Path) -> None:
    html = page(built, "changes")
    document = written(built)
    for change in document.changes:
        row = html.find(id=change.id)
        assert isinstance(row, Tag)
        says = row.select_one(".change__says")
        assert says is not None
        assert says.get_text() == sentence(change.says).replace("`", "")
        for part in (part for part in change.says if part.key):
            assert row.find("a", string=part.text) is not None
    assert document.changes[0].level is Level.CRITICAL


def test_pages_of_records_lead_back_to_their_changes(built: Path) -> None:
    told = {change.id for change in written(built).changes}
    for address in ("services/cart", "services/wallet", "services/store", "teams/pay", "teams/shop", "groups/web"):
        links = page(built, address).select(".page-changes a")
        assert links, address
        for link in links:
            to, anchor = urldefrag(urljoin(f"/{address}/", str(link["href"])))
            assert (to, anchor in told) == ("/changes/", True)


def test_what_does_not_change_is_not_marked(built: Path) -> None:
    assert page(built, "roles/cto").select(".change-mark") == []


def test_rows_are_marked(built: Path) -> None:
    rows = {
        row.select_one("th a").get_text(): [mark.get_text() for mark in row.select("th .change-mark")]  # type: ignore[union-attr] # each row has one
        for row in page(built, "").select(".itable tbody tr")
    }
    assert rows == {"cart": ["changed"], "stock": ["changed"], "wallet": ["new"]}


def test_a_drawing_stands_before_and_after(built: Path) -> None:
    shown = page(built, "services/store")
    assert {svg["data-drawing"] for svg in shown.select("[data-drawing]")}
    assert len(shown.select(".drawing svg, figure svg")) > 1
    assert [
        len(page(built, address).select("figure svg[data-drawing], [data-drawing] > .drawing__scroll svg"))
        for address in ("roles/cto", "services/store", "")
    ] == [1, 2, 2]


def test_pages_that_read_differently_stand_side_by_side(built: Path) -> None:
    link = page(built, "services/cart").select_one(".preview__beside")
    assert link is not None
    assert urljoin("/services/cart/", str(link["href"])) == "/changes/pages/services/cart/"
    rows = page(built, "changes/pages/services/cart").select("table.beside tbody tr")
    words = [[" ".join(cell.get_text(" ").split()) for cell in row.select("td")] for row in rows]
    assert ["− was Owner: Shop", "+ is now Owner: Pay"] in words
    assert page(built, "roles/cto").select(".preview__beside") == []
    listed = page(built, "changes")
    assert listed.find("a", href="pages/services/cart/") is not None
    assert "services/wallet/" in listed.get_text()
    assert "services/mail/" in listed.get_text()


def test_marks_are_no_difference_of_what_a_page_says(built: Path) -> None:
    text = page(built, "changes/pages/services/cart").get_text(" ")
    assert "Changed here" not in text


def test_an_old_address_still_leads_on(built: Path) -> None:
    assert "../../services/store/" in (built / "services/stock/index.html").read_text(encoding="utf-8")


def test_a_preview_is_kept_by_no_browser(built: Path) -> None:
    assert (built / "sw.js").read_text(encoding="utf-8") == RETIRED
    assert "offline.js" not in (built / "index.html").read_text(encoding="utf-8")


def test_a_site_without_a_change_to_preview_has_none_of_it(site: Path) -> None:
    for name in ("index.html", "services/auth-service/index.html"):
        text = (site / name).read_text(encoding="utf-8")
        assert not re.search(r"noindex|md-banner|preview\.css|change-mark|before and after|class=\"preview\"", text)
    assert not (site / "changes").exists()


def test_a_base_that_cannot_be_built_fails_nothing(tmp_path: Path) -> None:
    broken = {**FACTS, "databases.yml": "- {id: main, name: Main, owner: nobody-there}\n"}
    done = preview(project(tmp_path, broken, FACTS))
    assert done.returncode == 0, done.stderr
    assert "The base cannot be built, so no page has a before" in done.stderr
    assert "nobody-there" in done.stderr
    html = page(tmp_path / "built", "changes")
    assert "The base has 1 error; what could be read of it is compared." in html.get_text()
    assert html.find(id="pages") is None
    assert page(tmp_path / "built", "databases/main").select(".page-changes")


def test_a_head_that_cannot_be_built_still_tells_its_difference(tmp_path: Path) -> None:
    folder = project(tmp_path, FACTS, {name: text for name, text in FACTS.items() if name != "databases.yml"})
    (folder / "built").mkdir()
    (folder / "built" / "index.html").write_text("before")
    done = preview(folder)
    assert done.returncode == 1
    assert "REF001" in done.stderr
    assert (folder / "built" / "index.html").read_text() == "before"
    found = read((folder / "changes.json").read_bytes())
    assert sentence(found.changes[0].says).startswith("Database Main is removed; 2 records still refer to it")


def test_a_base_that_is_not_there_fails_nothing_and_says_why(tmp_path: Path) -> None:
    why = "`nosuch` is no branch, tag or commit here; fetch it first, or name a folder"
    done = preview(project(tmp_path, FACTS, FACTS), "nosuch")
    assert done.returncode == 0
    assert done.stderr == f"{why}\n"
    assert done.stdout.splitlines()[0] == "There was nothing to compare with."
    assert why in page(tmp_path / "built", "changes").get_text()
    assert page(tmp_path / "built", "services/cart").select(".change-mark") == []


def test_a_base_without_facts_makes_everything_new(tmp_path: Path) -> None:
    folder = project(tmp_path, {}, FACTS)
    done = preview(folder)
    assert done.returncode == 0, done.stderr
    document = written(folder / "built")
    assert document.not_compared == ("`main` has no facts in `data`: everything is new.",)
    assert page(folder / "built", "services/cart").select(".page-changes")
