"""The page of findings: each once, with a permalink, its places, its team; and on the pages of the records it is of."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from macros.finding import Severity
from macros.graph import Graph
from macros.paging import responsible
from macros.rules import judge
from macros.views.findings import standing
from macros.views.render import path
from macros.workspace import Folders, Workspace
from tests.conftest import Small
from tests.test_site_checks import Page, attribute, read, spaced


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Page]:
    return read(site)


def test_every_finding_stands_once_under_its_fingerprint(pages: dict[str, Page], workspace: Workspace) -> None:
    page = pages["findings/"]
    shown = [attribute(row, "id") for row in page.article.select(".findings tbody tr")]
    assert sorted(shown) == sorted(finding.fingerprint for finding in workspace.judgement.standing)
    assert len(set(shown)) == len(shown) > 80


def test_a_row_says_all_of_its_finding(pages: dict[str, Page], workspace: Workspace) -> None:
    article = pages["findings/"].article
    for row in standing(workspace):
        shown = article.find(id=row.finding.fingerprint)
        assert shown is not None
        text = spaced(shown.get_text())
        message = spaced(row.finding.message.replace("`", ""))
        assert message[1:] in text
        assert row.finding.code in text
        for related in row.finding.related:
            assert spaced(related.message.removeprefix("the source says: ")) in text


def test_the_gravest_come_first(workspace: Workspace) -> None:
    weights = [list(Severity).index(row.finding.severity) for row in standing(workspace)]
    assert weights == sorted(weights)


def test_each_records_page_shows_its_own(pages: dict[str, Page], workspace: Workspace) -> None:
    for row in standing(workspace):
        for key in row.finding.subjects:
            links = pages[path(key)].article.select("ul.findings__list a.findings__link")
            assert f"#{row.finding.fingerprint}" in {
                f"#{attribute(link, 'href').partition('#')[2]}" for link in links
            }, key


def test_a_teams_page_shows_what_it_is_to_resolve(pages: dict[str, Page], workspace: Workspace) -> None:
    mine = [row for row in standing(workspace) if row.owner == "team.devops"]
    text = spaced(pages["teams/devops/"].article.get_text())
    assert len(mine) > 5
    assert all(spaced(row.finding.message.replace("`", ""))[1:] in text for row in mine)


def test_the_home_page_counts_them(pages: dict[str, Page], workspace: Workspace) -> None:
    text = spaced(pages[""].one(".found").get_text(" "))
    for severity in (Severity.WARNING, Severity.NOTE):
        number = sum(finding.severity is severity for finding in workspace.judgement.standing)
        assert f"{number} {severity}" in text
    assert re.search(r"(more than|fewer than|as many as) on \d{4}-\d\d-\d\d|notes$", text)


def test_every_assumed_relation_is_listed_for_its_owner(pages: dict[str, Page], workspace: Workspace) -> None:
    assumed = [edge for edge in workspace.graph.edges if not edge.confirmed and not edge.inherited]
    assert len(pages["findings/"].article.select(".assumptions li")) == len(assumed) > 400


TEAMS = "- {id: ops, name: Ops}\n- {id: shop, name: Shop}\n"


def test_who_resolves_a_finding(small: Small) -> None:
    inventory = small(
        {
            "teams.yml": TEAMS,
            "roles.yml": "- {id: cto, name: CTO}\n",
            "domains.yml": "- {id: d, name: D, primary: shop, secondary: ops, escalates_to: role.cto}\n",
            "groups.yml": "- {id: g, name: G, owner: ops}\n",
            "services.yml": "- {id: s, name: s, group: g}\n",
            "critical-paths.yml": "- {id: p, name: P, rank: 1, impact: All, through: [service.s]}\n",
        }
    )

    workspace = Workspace(Folders(inventory.folder))
    keys = ("team.shop", "domain.d", "group.g", "service.s", "critical-path.p", "role.cto")
    expected = ["team.shop", "team.shop", "team.ops", "team.ops", "team.ops", ""]
    assert [responsible(workspace.graph, key) for key in keys] == expected


def test_a_fingerprint_outlives_moved_lines_and_other_findings(small: Small) -> None:
    data = {"teams.yml": TEAMS, "monitors.yml": "- {id: m, name: M, owner: ops}\n"}
    before = {finding.code: finding.fingerprint for finding in judge(Graph(small(data)))}
    moved = data | {"monitors.yml": f"# above\n\n- {{id: l, name: L, owner: ops}}\n{data['monitors.yml']}"}
    after = {finding.fingerprint for finding in judge(Graph(small(moved)))}
    assert before["ONC005"] in after
