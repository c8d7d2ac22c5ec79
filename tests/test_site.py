"""The built site of this inventory: a page for every record and kind, found by links and search, safe to serve."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from macros.finding import errors
from macros.model import KINDS, Record
from macros.model.values import Status
from macros.views import Scene
from macros.views.entities import entity_page
from macros.views.render import anchor, path
from macros.workspace import Folders, Workspace
from tests.conftest import ROOT
from tests.test_site_checks import (
    Page,
    attribute,
    ids_twice,
    leftovers,
    links_that_need_the_root,
    loads_from_elsewhere,
    lychee,
    read,
    spaced,
    style_loads,
)


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Page]:
    return read(site)


def each(pages: dict[str, Page], look: Callable[[Page], list[str]]) -> dict[str, list[str]]:
    """What a look finds, by address; empty where all pages are sound."""
    return {address: found for address, page in pages.items() if (found := look(page))}


def records(workspace: Workspace) -> list[Record]:
    return list(workspace.inventory.records())


# Pages


def test_every_record_has_a_page_of_its_name(workspace: Workspace, pages: dict[str, Page]) -> None:
    wanted = {path(record.key): spaced(record.name) for record in records(workspace)}
    assert len(wanted) > 200
    titles = {address: spaced(pages[address].one("h1").get_text()) for address in wanted}
    assert titles == wanted
    browser = {address: re.search(r"<title>(.*?)</title>", pages[address].html) for address in wanted}
    assert not [address for address, title in browser.items() if title is None or " - FANZ" not in title[1]]


def test_a_page_says_where_its_record_is_written(workspace: Workspace, pages: dict[str, Page]) -> None:
    for record in records(workspace):
        entry = workspace.inventory.entries[record.key]
        place = f"{entry.file.relative_to(ROOT).as_posix()}:{entry.line}"
        assert place in pages[path(record.key)].one(".facts--record").get_text(" ").split(), record.key
        line = entry.file.read_text(encoding="utf-8").splitlines()[entry.line - 1]
        assert re.fullmatch(rf"(- )?id: {record.id}", line), f"{place} is {line!r}"


def test_a_page_names_the_owner(workspace: Workspace, pages: dict[str, Page]) -> None:
    for record in records(workspace):
        if "owner" not in type(record).model_fields:
            continue
        owner = workspace.inventory.value(record, "owner")
        shown = pages[path(record.key)].one(".facts div:has(> dt:-soup-contains-own('Owner'))")
        if owner is None:
            assert shown.select(".chip--unknown"), record.key
        else:
            assert shown.select(f'a[href$="{path(owner.key)}"]'), record.key


def test_relations_lead_both_ways(workspace: Workspace, pages: dict[str, Page]) -> None:
    links = {record.key: pages[path(record.key)].leads_to() for record in records(workspace)}
    edges = workspace.graph.edges
    assert len(edges) > 500
    missing = [
        f"{page} does not link to {other} ({edge.tail} {edge.relation.forward} {edge.head})"
        for edge in edges
        for page, other in ((edge.tail, edge.head), (edge.head, edge.tail))
        if path(other) not in links[page]
    ]
    assert missing == []


def test_a_relation_says_on_both_pages_whether_it_is_assumed(workspace: Workspace, pages: dict[str, Page]) -> None:
    stated = defaultdict(set)
    for edge in workspace.graph.edges:
        stated[edge.tail, edge.head].add(edge.confirmed)
        stated[edge.head, edge.tail].add(edge.confirmed)
    shown = defaultdict(set)
    for record in records(workspace):
        page = pages[path(record.key)]
        for item in page.article.select(".groups li"):
            link = item.find("a", href=True)
            assert link is not None
            shown[record.key, page.target(attribute(link, "href"))].add(item.select_one(".assumed") is None)
    wrong = {
        (here, there): said
        for (here, there), said in stated.items()
        if len(said) == 1 and shown.get((here, path(there)), said) != said
    }
    assert wrong == {}
    assert set(map(frozenset, shown.values())) >= {frozenset({True}), frozenset({False})}


def test_the_page_of_a_team_lists_all_it_owns(workspace: Workspace, pages: dict[str, Page]) -> None:
    """Also the services that its groups hold, which name no owner themselves."""
    owned = defaultdict(set)
    for record in records(workspace):
        owner = workspace.inventory.value(record, "owner")
        if owner is not None:
            owned[owner.key].add(path(record.key))
    assert sum(address.startswith("services/") for address in owned["team.secops"]) >= 6
    for team in workspace.inventory.of("team"):
        page = pages[path(team.key)]
        section = page.html[page.html.index('id="owns"') : page.html.index('id="touches"')]
        assert {page.target(href) for href in re.findall(r'<li><a [^>]*href="([^"]*)"', section)} == owned[team.key]


def test_every_kind_has_a_list_of_its_records(workspace: Workspace, pages: dict[str, Page]) -> None:
    for kind in KINDS.values():
        page = pages[f"{kind.plural}/"]
        missing = {path(record.key) for record in workspace.inventory.of(kind.name)} - page.leads_to()
        assert not missing, f"/{kind.plural}/ does not lead to {missing}"


def test_every_record_has_a_row_with_its_own_anchor(workspace: Workspace, pages: dict[str, Page]) -> None:
    """So that a row can be linked to: its anchor is the record's kind and id, whatever its place in the table."""
    for kind in KINDS.values():
        page = pages[f"{kind.plural}/"]
        ids = Counter(attribute(tag, "id") for tag in page.article.find_all(id=True))
        for record in workspace.inventory.of(kind.name):
            assert anchor(record.key) == f"{kind.name}-{record.id}"
            assert ids[anchor(record.key)] == 1, f"/{kind.plural}/#{anchor(record.key)}"


def test_record_pages_are_not_in_the_navigation(workspace: Workspace, pages: dict[str, Page]) -> None:
    own = {path(record.key) for record in records(workspace)}
    for address in ("", "services/", "services/auth-service/"):
        page = pages[address]
        navigation = page.html[page.html.index('data-md-type="navigation"') : page.html.index("<article")]
        leads_to = {page.target(href) for href in re.findall(r'href="([^"]*)"', navigation)}
        assert "services/" in leads_to
        assert not leads_to & own - {address}


# Values


def chips(page: Page) -> list[str]:
    """The classes and words of the chips at the top of a page."""
    return [f"{attribute(tag, 'class')}: {spaced(tag.get_text())}" for tag in page.article.select(".chips > *")]


def test_a_status_is_a_chip_with_word_and_reading(workspace: Workspace, pages: dict[str, Page]) -> None:
    seen: set[Status | None] = set()
    for record in records(workspace):
        fields = {"status", "compliance"} & set(type(record).model_fields)
        states = [state for name in fields if isinstance(state := getattr(record, name), Status)]
        seen |= set(states) or {None}
        for state in states:
            assert f"chip chip--{state.reading}: {state.shown}" in chips(pages[path(record.key)]), record.key
        if fields and not states:
            assert "chip chip--unknown: status unknown" in chips(pages[path(record.key)]), record.key
    assert {Status.ACTIVE, Status.TESTING, Status.AUDITED, None} <= seen


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("repositories/fanzfinance/", "chip chip--moving: Integration"),
        ("controls/two-factor-enforcement/", "chip chip--good: Enforced"),
        ("financial-services/core-ledger/", "chip chip--good: Audited"),
        ("databases/fanz-main/", "chip chip--unknown: status unknown"),
    ],
)
def test_chips_as_the_source_has_them(pages: dict[str, Page], address: str, words: str) -> None:
    assert words in chips(pages[address])


def test_what_nobody_has_stated_shows_as_unknown(pages: dict[str, Page]) -> None:
    """The source gives a group its ports, never a service."""
    port = pages["services/auth-service/"].one(".facts div:has(> dt:-soup-contains-own('Port')) dd")
    assert spaced(port.get_text()) == "unknown"
    assert port.select_one(".chip--unknown")
    table = next(found for found in pages["services/"].article.select("table") if found.select("#service-auth-service"))
    column = [spaced(cell.get_text()) for cell in table.select("thead th")].index("Port")
    cell = table.select("#service-auth-service > *")[column]
    assert cell.select_one(".chip--unknown")


def commands(workspace: Workspace) -> str:
    """All that the runbooks say to type."""
    scene = Scene(workspace, "../../")
    runbooks = [entity_page(scene, record).content for record in workspace.inventory.of("runbook")]
    return "\n".join(code for page in runbooks for code in re.findall("<pre.*?</pre>", page, flags=re.DOTALL))


def test_a_renamed_cluster_renames_the_commands(workspace: Workspace, copy: Path) -> None:
    file = copy / "data" / "clusters.yml"
    text = file.read_text(encoding="utf-8")
    assert "\n  name: fanz-prod-cluster\n" in text
    file.write_text(text.replace("\n  name: fanz-prod-cluster\n", "\n  name: new-name\n"), encoding="utf-8")
    renamed = Workspace(Folders(copy / "data", copy / "docs", copy / "diagrams", workspace.folders.cache))
    assert errors(renamed.findings) == errors(workspace.findings) == []
    before, after = commands(workspace), commands(renamed)
    assert before.count("--context &#34;fanz-prod-cluster&#34;") > 5
    assert after == before.replace("fanz-prod-cluster", "new-name")


# The site as a whole


def test_no_id_stands_twice_on_a_page(pages: dict[str, Page]) -> None:
    assert each(pages, ids_twice) == {}


def test_nothing_is_asked_of_another_host(site: Path, pages: dict[str, Page]) -> None:
    assert each(pages, loads_from_elsewhere) == {}
    sheets = {file.name: style_loads(file.read_text(encoding="utf-8")) for file in site.rglob("*.css")}
    assert len(sheets) > 2
    assert not any(sheets.values()), sheets
    own = [file for file in (site / "assets" / "inventory").rglob("*.js") if "vendor" not in file.parts]
    assert own
    assert not [file for file in own if re.search(r"https?://(?!www\.w3\.org/)", file.read_text(encoding="utf-8"))]


def test_the_theme_has_no_reason_to_ask_another_host(pages: dict[str, Page]) -> None:
    """Its script loads a renderer where a page has Mermaid diagrams, and counts stars where it names a repository."""
    reasons = re.compile(r'class="[^"]*\bmermaid\b|data-md-component="source"')
    assert each(pages, lambda page: [match[0] for match in reasons.finditer(page.html)]) == {}


def test_the_site_works_under_any_address(pages: dict[str, Page]) -> None:
    """All links are relative. Only the page for a wrong address cannot know where it is shown."""
    served = {address: page for address, page in pages.items() if address != "404.html"}
    assert each(served, links_that_need_the_root) == {}


def test_no_template_code_or_mark_is_left_on_a_page(pages: dict[str, Page]) -> None:
    assert each(pages, leftovers) == {}


def test_no_link_and_no_anchor_is_dead(site: Path) -> None:
    done = lychee(site)
    assert done.returncode == 0, done.stdout
    checked = re.search(r"(\d+) OK", done.stdout)
    assert checked is not None
    assert int(checked[1]) > 10_000


def test_a_wrong_address_leads_back_into_the_site(pages: dict[str, Page]) -> None:
    page = pages["404.html"]
    assert "404" in page.text
    assert "/services/" in {start.attributes.get("href") for start in page.starts}


# Search


@pytest.fixture(scope="module")
def entries(site: Path) -> list[dict[str, Any]]:
    import json

    found: list[dict[str, Any]] = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))[
        "docs"
    ]
    return found


@pytest.mark.parametrize(
    ("what", "words", "address"),
    [
        ("name", "auth-service", "services/auth-service/"),
        ("name", "fanz_main", "databases/fanz-main/"),
        ("alias", "SecOps Team", "teams/secops/"),
        ("handle", "@secops-team", "teams/secops/"),
        ("owner by alias", "@secops-team", "accounts/fanz-security/"),
        ("owner of the group", "SecOps Team", "services/session-manager/"),
        ("technology", "PostgreSQL 15", "databases/fanz-finance/"),
        ("ports of the group", "3001-3010", "services/auth-service/"),
        ("ports", "3001-3010", "groups/authentication/"),
        ("status", "integration", "repositories/fanzfinance/"),
        ("purpose", "Double-entry accounting", "financial-services/core-ledger/"),
        ("path", "/core-systems/social", "systems/fanz-social/"),
        ("trigger", "sign in", "runbooks/authentication-down/"),
    ],
)
def test_a_record_is_found_by(entries: list[dict[str, Any]], what: str, words: str, address: str) -> None:
    found = {entry["location"] for entry in entries if words.lower() in f"{entry['title']} {entry['text']}".lower()}
    assert address in found, f"by its {what}"


def test_every_record_is_in_the_search_once(workspace: Workspace, entries: list[dict[str, Any]]) -> None:
    number = Counter(entry["location"] for entry in entries)
    assert {path(record.key): number[path(record.key)] for record in records(workspace)} == {
        path(record.key): 1 for record in records(workspace)
    }


def test_search_results_lead_to_pages(entries: list[dict[str, Any]], pages: dict[str, Page]) -> None:
    assert not {entry["location"].partition("#")[0] for entry in entries} - set(pages)


def test_search_results_hold_text_alone(entries: list[dict[str, Any]]) -> None:
    """The search shows titles and texts as HTML: a value may not bring elements of its own."""
    for entry in entries:
        assert "<" not in entry["title"], entry
        assert not re.search(
            r"<(?!/?(p|ul|ol|li|pre|code|strong|em|h\d|dl|dt|dd|table|t[rhd]|thead|tbody)>)", entry["text"]
        )
