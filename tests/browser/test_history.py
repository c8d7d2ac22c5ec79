"""The page of changes narrows to a team, keeps that in the address, and is whole without any of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, served
from tests.conftest import build
from tests.repository import repository
from tests.test_chronicle import CART, DESK, TEAMS

# A site of its own: what this project's commits say differs from one to the next.


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("history")
    repo = repository(folder / "project")
    word = "averylongwordwithoutanyplacetobreak" * 4
    repo.commit("Begin", {"teams.yml": TEAMS, "systems.yml": DESK + CART}, "2030-01-01T09:00:00Z")
    repo.commit(word, {"systems.yml": DESK.replace("Go", word) + CART}, "2030-01-09T09:00:00Z")
    repo.commit("Ops alone", {"teams.yml": TEAMS.replace("name: Ops", "name: Operations")}, "2030-01-16T09:00:00Z")
    for name in ("docs", "diagrams"):
        (repo.folder / name).mkdir()
    (repo.folder / "docs" / "index.md").write_text("# Home\n\n{{ kinds_index() }}\n", encoding="utf-8")
    (repo.folder / "docs" / "history.md").write_text("# What changed\n\n{{ history() }}\n", encoding="utf-8")
    options = [part for name in ("data", "docs", "diagrams") for part in (f"--{name}", str(repo.folder / name))]
    done = build(folder / "site", *options)
    assert done.returncode == 0, done.stderr
    with served(folder / "site", "/below") as found:
        yield found


def seen(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("article h3:visible").all_text_contents()]


TEAM_OPS = re.compile(r"^Operations")


def test_a_team_sees_its_own_and_the_address_keeps_it(visit: Visit, address: str) -> None:
    page = visit("history/", base=address)
    assert len(seen(page)) == 3
    chip = page.get_by_role("button", name=TEAM_OPS)
    chip.click()
    assert seen(page) == ["Ops alone", "Begin"]
    assert page.locator("section:visible").count() == 2
    expect(page.locator(".filters__shown")).to_have_text("2 of 3")
    assert page.url.endswith("/history/?team=ops")
    page.reload()
    assert seen(page) == ["Ops alone", "Begin"]
    expect(chip).to_have_attribute("aria-pressed", "true")
    chip.click()
    assert len(seen(page)) == 3
    assert page.url.endswith("/history/")


def test_a_link_to_a_commit_shows_it_whatever_team_the_address_names(visit: Visit, address: str) -> None:
    page = visit("systems/desk/", base=address)
    page.locator(".facts--record a.mono").first.click()
    page.wait_for_url("**/history/#c-*")
    anchor = page.url.partition("#")[2]
    page = visit(f"history/?team=ops#{anchor}", base=address)
    expect(page.locator(f"#{anchor}")).to_be_in_viewport()
    assert len(seen(page)) == 3


def test_without_scripts_all_is_there(visit: Visit, address: str) -> None:
    page = visit("history/?team=ops", base=address, javascript=False)
    assert len(seen(page)) == 3
    assert page.locator(".filters").count() == 0


def test_a_phone_shows_it_without_scrolling_sideways(visit: Visit, address: str) -> None:
    page = visit("history/", base=address, width=320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_feed_reader_finds_the_feed(visit: Visit, address: str) -> None:
    page = visit("history/", base=address)
    link = page.locator("head link[rel~=alternate][type='application/atom+xml']")
    found = page.request.get(str(link.evaluate("link => link.href")))
    assert found.ok
    assert found.text().startswith("<?xml")
    assert "Ops alone" in found.text()
    assert link.count() == 1
    assert visit("systems/desk/", base=address).locator("head link[rel~=alternate]").count() == 0
