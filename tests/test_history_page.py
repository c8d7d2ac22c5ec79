"""What changed, as readers and their feed readers see it: the page, each record's last changes, the feeds."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from lxml import etree

from macros import feed
from macros.chronicle.chronicle import UNKNOWN, Chronicle
from macros.diff.comparison import difference
from macros.diff.document import Side
from macros.finding import errors
from macros.views import Scene, preview
from macros.views.entities import entity_page
from macros.views.history import MOST_ENTRIES, MOST_MENTIONS, MOST_WEEKS, Week, history, known
from macros.workspace import Folders, Workspace
from tests.conftest import ROOT, Golden
from tests.repository import Repository, repository
from tests.test_chronicle import CART, DESK, HOSTILE, TEAMS
from tests.test_golden import lines

OWN = "- {id: own, name: Library}\n"
FORGE = "- {id: own, name: Library, repository_url: 'https://git.example.com/ops/library/'}\n"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    found = repository(tmp_path / "project")
    found.commit(
        "Begin", {"teams.yml": TEAMS, "systems.yml": DESK + CART, "inventories.yml": OWN}, "2029-12-30T10:00:00+0000"
    )
    (found.folder / "docs").mkdir()
    (found.folder / "docs" / "history.md").write_text("# What changed\n\n{{ history() }}\n", encoding="utf-8")
    return found


def workspace(repo: Repository, site_url: str | None = None) -> Workspace:
    folders = Folders(repo.data, repo.folder / "docs", repo.folder / "diagrams", repo.folder.parent / "cache")
    found = Workspace(folders, date(2030, 6, 1))
    found.site_url = site_url
    assert errors(found.facts_findings) == []
    return found


def page(repo: Repository) -> BeautifulSoup:
    return BeautifulSoup(history(Scene(workspace(repo), "../")), "html.parser")


def words(tag: Tag | None) -> str:
    assert tag is not None
    return " ".join(tag.get_text().split())


def commits(found: BeautifulSoup | Tag) -> list[Tag]:
    return list(found.select("article"))


# The page


def test_the_page_of_a_small_history(repo: Repository, golden: Golden) -> None:
    """Added, changed, handed on, renamed, removed; layout alone; what could not be read."""
    desk = DESK.replace("Go", "Java").replace("shop", "ops")
    repo.commit("Hand the desk on", {"systems.yml": desk + CART}, "2030-01-07T08:00:00+0100", "B. & Else")
    repo.commit("Lay out", {"systems.yml": f"# systems\n{desk}{CART}"}, "2030-01-07T09:00:00+0000")
    counter = f"{desk}  formerly: [desk]\n".replace("id: desk", "id: counter")
    repo.commit(
        "Call it a counter", {"systems.yml": counter + CART.replace("[desk]", "[counter]")}, "2030-01-08T09:00:00Z"
    )
    repo.commit("Break off the cart", {"systems.yml": counter + "- id: [\n"}, "2030-01-09T09:00:00Z")
    repo.commit("Take the cart away", {"systems.yml": counter}, "2030-01-09T10:00:00Z")
    repo.commit("Link to the forge", {"inventories.yml": FORGE}, "2030-01-09T11:00:00Z")
    golden("history/page.html", lines(history(Scene(workspace(repo), "../"))))


@pytest.mark.parametrize(
    ("day", "anchor", "title"),
    [
        (date(2029, 12, 31), "2030-w01", "Week 1: 31 December 2029 to 6 January 2030"),
        (date(2027, 1, 3), "2026-w53", "Week 53: 28 December 2026 to 3 January 2027"),
        (date(2030, 3, 31), "2030-w13", "Week 13: 25 to 31 March 2030"),
        (date(2030, 4, 1), "2030-w14", "Week 14: 1 to 7 April 2030"),
        (date(2030, 5, 1), "2030-w18", "Week 18: 29 April to 5 May 2030"),
    ],
)
def test_a_week_is_called_by_its_number_and_its_days(repo: Repository, day: date, anchor: str, title: str) -> None:
    repo.commit("x", {"teams.yml": TEAMS.replace("name: Ops", "name: Op")}, f"{day}T23:59:59+0000")
    headings = page(repo).select("h2")
    assert (anchor, f"{title}¶") in [(heading["id"], words(heading)) for heading in headings]


def test_a_week_begins_on_monday_at_midnight_in_utc(repo: Repository) -> None:
    repo.commit("Sunday", {"teams.yml": TEAMS.replace("name: Ops", "name: O")}, "2030-03-24T23:59:59+0000")
    repo.commit("Still Sunday", {"teams.yml": TEAMS.replace("name: Ops", "name: P")}, "2030-03-25T01:30:00+0200")
    repo.commit("Monday", {"teams.yml": TEAMS.replace("name: Ops", "name: Q")}, "2030-03-24T20:00:00-0500")
    weeks = {
        section.select("h2")[0]["id"]: [words(one.h3) for one in commits(section)]
        for section in page(repo).select("section")
    }
    assert weeks["2030-w13"] == ["Monday"]
    assert weeks["2030-w12"] == ["Sunday", "Still Sunday"]


def test_the_first_week_of_all_has_a_name() -> None:
    assert Week(date(1, 1, 1), ()).title == "Week 1: 1 to 7 January 1"


def test_what_people_wrote_is_text(repo: Repository) -> None:
    name = '<img src=x onerror="alert(1)">'
    repo.commit(
        HOSTILE,
        {"teams.yml": f"- {{id: ops, name: '{name}', note: '<b>&amp;'}}\n- {{id: shop, name: Shop}}\n"},
        author='A & "B" \u202ez',
    )
    found = page(repo)
    first = commits(found)[0]
    assert words(first.h3) == r"<script>alert(1)</script> \x1b[31m \u202egnp.exe {{ name }} \x01"
    assert words(first.select("bdi")[0]) == r'A & "B" \u202ez'
    assert name in words(first)
    assert not found.select("script, img, b, i")


def test_a_commit_leads_to_the_forge_where_the_inventory_says_which(repo: Repository) -> None:
    assert not commits(page(repo))[0].select(".commit__about a.mono")
    name = repo.commit("Forge", {"inventories.yml": FORGE}, "2030-01-02T00:00:00Z")
    (link,) = commits(page(repo))[0].select(".commit__about a.mono")
    assert link["href"] == f"https://git.example.com/ops/library/commit/{name}"
    assert words(link) == name[:10]


def test_a_commit_is_the_teams_whose_the_records_are_now_else_whose_they_were(repo: Repository) -> None:
    desk = DESK.replace("Go", "Java")
    repo.commit("Java", {"systems.yml": desk + CART}, "2030-01-02T00:00:00Z")
    repo.commit("Hand on", {"systems.yml": desk.replace("shop", "ops") + CART}, "2030-01-03T00:00:00Z")
    repo.commit("Away", {"systems.yml": desk.replace("shop", "ops")}, "2030-01-04T00:00:00Z")
    told = {words(one.h3): one["data-teams"] for one in commits(page(repo))}
    assert told == {"Away": "shop", "Hand on": "ops", "Java": "ops", "Begin": "ops shop"}


def test_a_long_list_folds(repo: Repository) -> None:
    many = "".join(f"- {{id: t{at}, name: T{at}, note: x}}\n" for at in range(50))
    repo.commit("Many", {"teams.yml": TEAMS + many}, "2030-01-02T00:00:00Z")
    repo.commit("All", {"teams.yml": TEAMS + many.replace("x", "z")}, "2030-01-03T00:00:00Z")
    every, added = commits(page(repo))[:2]
    assert "and 38 more" in words(added)
    assert len(every.select(":scope > ul > li")) == 6
    assert words(every.summary) == "44 more"
    assert len(every.select("details li")) == 25
    assert words(every.select("details li")[-1]) == "… and 20 more"


def test_weeks_that_are_too_many_are_counted(repo: Repository) -> None:
    for week in range(1, MOST_WEEKS + 3):
        day = datetime.fromordinal(date(2030, 1, 7).toordinal() + 7 * week).date()
        repo.commit(f"Week {week}", {"teams.yml": TEAMS.replace("name: Ops", f"name: O{week}")}, f"{day}T09:00:00Z")
    found = page(repo)
    assert len(found.select("section")) == MOST_WEEKS
    assert "3 older changes are not shown." in words(found.select("p")[-1])


def test_commits_of_a_week_that_are_too_many_are_counted(repo: Repository) -> None:
    for at in range(MOST_ENTRIES):
        repo.commit(f"x{at}", {"teams.yml": TEAMS.replace("name: Ops", f"name: O{at}")}, "2030-01-02T00:00:00Z")
    found = page(repo)
    assert len(commits(found)) == MOST_ENTRIES
    assert "1 older change is not shown." in words(found.select("p")[-1])


def test_a_shallow_clone_says_on_the_page_how_to_get_the_rest(repo: Repository) -> None:
    repo.commit("Second", {"teams.yml": TEAMS.replace("name: Ops", "name: O")}, "2030-01-02T00:00:00Z")
    clone = repo.folder.parent / "clone"
    repo.git("clone", "-q", "--depth", "1", f"file://{repo.folder}", str(clone))
    found = page(Repository(clone))
    assert not commits(found)
    assert "not in the clone" in words(found)
    assert "git fetch --unshallow" in words(found)


# The record's page


def record_rows(repo: Repository, key: str) -> list[tuple[str, str]]:
    found = workspace(repo)
    content = BeautifulSoup(entity_page(Scene(found, "../../"), found.inventory[key]).content, "html.parser")
    rows = [(words(row.dt), words(row.dd)) for row in content.select(".facts--record > div")]
    start = next((at for at, row in enumerate(rows) if row[0] == "Last changed"), len(rows))
    return [row for row in rows[start:] if row[0] != "Formerly"]


def test_a_record_says_who_changed_it_last_and_what(repo: Repository) -> None:
    short = known(workspace(repo)).entries[0].commit.short
    assert record_rows(repo, "system.desk") == [("Last changed", f"2029-12-30, A. Person, {short}: added")]
    changed = DESK.replace("Go", "Java").replace("name: Desk", "name: Front")
    name = repo.commit("Java", {"systems.yml": changed + CART}, "2030-01-02T00:30:00+0100", "B. Else")
    assert record_rows(repo, "system.desk") == [
        ("Last changed", f"2030-01-01, B. Else, {name[:10]}: name Desk → Front and 1 more"),
        ("Before that", f"2029-12-30, A. Person, {short}: added"),
    ]
    assert [row[1].split()[-1] for row in record_rows(repo, "system.cart")] == ["added"]


def test_a_record_names_its_last_changes_and_leads_to_them(repo: Repository) -> None:
    for at in range(6):
        repo.commit(f"x{at}", {"systems.yml": DESK.replace("Go", f"Go {at}") + CART}, f"2030-01-0{at + 1}T00:00:00Z")
    assert record_rows(repo, "system.desk")[0][1].endswith("technology Go 4 → Go 5")
    found = workspace(repo)
    content = BeautifulSoup(entity_page(Scene(found, "../../"), found.inventory["system.desk"]).content, "html.parser")
    links = [link["href"] for link in content.select(".facts--record a.mono")]
    anchors = {f"../../history/#{one['id']}" for one in commits(page(repo))}
    assert len(links) == MOST_MENTIONS
    assert set(links) <= anchors


def test_outside_git_a_record_says_nothing_of_changes(repo: Repository) -> None:
    (repo.folder / ".git").rename(repo.folder.parent / "away")
    assert record_rows(repo, "system.desk") == []


# Feeds

REQUIRED = {
    "feed": {"id": 1, "title": 1, "updated": 1},
    "entry": {"id": 1, "title": 1, "updated": 1, "author": 1, "content": 1, "published": 1},
    "author": {"name": 1},
}
"""Of the elements of RFC 4287, how often each has which others, as far as these feeds have them."""

ALLOWED = {"feed": {"link", "entry"}, "entry": {"link"}, "author": set()}
ATTRIBUTES = {"link": {"rel", "type", "href"}, "content": {"type"}}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
ADDRESS = re.compile(r"(?:https?://|\.\./)[!#$%&'()*+,./:;=?@\w~-]*", re.ASCII)


def valid(raw: bytes) -> etree._Element:
    """The feed, once it keeps the rules of RFC 4287 that can be said of each element."""
    tree = etree.fromstring(raw, etree.XMLParser(resolve_entities=False))
    assert etree.QName(tree).text == f"{{{ATOM['a']}}}feed"
    for element in tree.iter():
        name, inner = etree.QName(element).localname, [etree.QName(one).localname for one in element]
        assert etree.QName(element).namespace == ATOM["a"]
        assert set(element.attrib) <= ATTRIBUTES.get(name, set())
        assert {one: inner.count(one) for one in REQUIRED.get(name, {})} == REQUIRED.get(name, {})
        assert set(inner) <= REQUIRED.get(name, {}).keys() | ALLOWED.get(name, set())
        if name in {"updated", "published"}:
            assert MOMENT.fullmatch(element.text or "")
            datetime.fromisoformat(str(element.text))
        if name in {"title", "name", "id"}:
            assert (element.text or "").strip()
        if name == "link":
            assert ADDRESS.fullmatch(element.attrib["href"])
        if name == "content":
            assert element.attrib["type"] == "html"
    for one in (tree, *tree.findall("a:entry", ATOM)):
        links = [(link.get("rel"), link.get("type")) for link in one.findall("a:link", ATOM)]
        assert links.count(("alternate", "text/html")) == 1
        assert len(links) == len(set(links))
    ids = [element.text for element in tree.iter(f"{{{ATOM['a']}}}id")]
    assert len(ids) == len(set(ids))
    return tree


def feeds(repo: Repository, site_url: str | None = None) -> dict[str, etree._Element]:
    return {name: valid(raw) for name, raw in feed.files(workspace(repo, site_url))}


def texts(tree: etree._Element, path: str) -> list[str]:
    return [str(element.text) for element in tree.findall(path, ATOM)]


def test_a_feed_has_an_entry_a_commit_and_each_team_its_own(repo: Repository) -> None:
    repo.commit("Java", {"systems.yml": DESK.replace("Go", "Java") + CART}, "2030-01-02T01:00:00+0200", "B. Else")
    found = feeds(repo)
    assert found.keys() == {"history/feed.xml", "history/teams/ops.xml", "history/teams/shop.xml"}
    whole = found["history/feed.xml"]
    assert texts(whole, "a:entry/a:title") == ["Java", "Begin"]
    assert texts(whole, "a:updated") == ["2030-01-01T23:00:00Z"]
    assert texts(whole, "a:entry/a:updated") == ["2030-01-01T23:00:00Z", "2029-12-30T10:00:00Z"]
    assert texts(whole, "a:entry/a:author/a:name") == ["B. Else", "A. Person"]
    content = BeautifulSoup(texts(whole, "a:entry/a:content")[0], "html.parser")
    assert words(content) == "Desk: technology Go → Java"
    assert texts(found["history/teams/ops.xml"], "a:entry/a:title") == ["Begin"]
    assert "Shop" not in words(
        BeautifulSoup(texts(found["history/teams/ops.xml"], "a:entry/a:content")[0], "html.parser")
    )


@pytest.mark.parametrize("address", [None, "https://example.com/inventory"])
def test_a_feed_leads_to_the_site(repo: Repository, address: str | None) -> None:
    anchor = commits(page(repo))[0]["id"]
    for name, tree in feeds(repo, address).items():
        base = f"{address}/" if address else "../" * name.count("/")
        hrefs = {link.get("rel"): link.get("href") for link in tree.findall("a:link", ATOM)}
        assert hrefs["self"] == f"{base}{name}"
        assert str(hrefs["alternate"]).startswith(f"{base}history/")
        assert [link.get("href") for link in tree.findall("a:entry/a:link", ATOM)] == [f"{base}history/#{anchor}"]
        links = BeautifulSoup(texts(tree, "a:entry/a:content")[0], "html.parser").select("a")
        assert all(str(link["href"]).startswith(base) for link in links)


def test_ids_stay_what_they_were(repo: Repository) -> None:
    before = feeds(repo)["history/feed.xml"]
    repo.commit("Java", {"systems.yml": DESK.replace("Go", "Java") + CART}, "2030-01-02T00:00:00Z")
    after = feeds(repo, "https://example.com/")["history/feed.xml"]
    assert texts(after, "a:id") == texts(before, "a:id")
    assert texts(after, "a:entry/a:id")[1:] == texts(before, "a:entry/a:id")
    assert all(name.startswith("urn:uuid:") for name in texts(after, ".//a:id"))


def test_what_people_wrote_is_text_in_a_feed_as_well(repo: Repository) -> None:
    teams = "- {id: ops, name: '<script>x</script>]]>'}\n- {id: shop, name: Shop}\n"
    repo.commit(HOSTILE, {"teams.yml": teams}, author='A & "B" \u202ez')
    tree = feeds(repo)["history/feed.xml"]
    assert texts(tree, "a:entry/a:title")[0] == r"<script>alert(1)</script> \x1b[31m \u202egnp.exe {{ name }} \x01"
    assert texts(tree, "a:entry/a:author/a:name")[0] == r'A & "B" \u202ez'
    content = BeautifulSoup(texts(tree, "a:entry/a:content")[0], "html.parser")
    assert not content.select("script, b")
    assert "<script>x</script>]]>" in words(content)


def test_a_commit_without_words_has_a_title(repo: Repository) -> None:
    repo.commit("", {"teams.yml": TEAMS.replace("name: Ops", "name: O")}, "2030-01-02T00:00:00Z")
    assert texts(feeds(repo)["history/feed.xml"], "a:entry/a:title")[0] == "(no words)"


def test_words_that_hold_a_credential_are_not_repeated(repo: Repository) -> None:
    secret = "AKIA" + "IOSFODNN7EXAMPLE"  # in two parts, so that no scanner takes this file for a leak
    repo.commit(f"Use {secret}", {"teams.yml": TEAMS.replace("name: Ops", "name: O")}, "2030-01-02T00:00:00Z")
    everything = str(page(repo)) + "".join(raw.decode() for _, raw in feed.files(workspace(repo)))
    assert secret not in everything
    assert "look like a credential" in everything


def test_there_is_no_feed_where_nothing_is_known_or_no_page_is_there_to_lead_to(repo: Repository) -> None:
    (repo.folder / "docs" / "history.md").unlink()
    assert feeds(repo) == {}
    (repo.folder / "docs" / "history.md").touch()
    (repo.folder / ".git").rename(repo.folder.parent / "away")
    assert feeds(repo) == {}


def test_the_page_of_this_project_shows_its_history() -> None:
    assert "{{ history() }}" in (ROOT / "docs" / "history.md").read_text(encoding="utf-8")


def test_a_preview_tells_what_changes_and_no_history(repo: Repository) -> None:
    """Its base is a copy, in which nothing has one: otherwise each record's page would differ."""
    found = workspace(repo)
    preview.show(found, preview.Preview(difference(workspace(repo), found, Side(name="base"), Side(name="head"))))
    assert known(found) == Chronicle(nothing=UNKNOWN)
    assert list(feed.files(found)) == []
