"""Whom to page: the order, why somebody is in it, how sure that is, and what is not known."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from macros.graph import Graph
from macros.paging import Paging, paging

GraphOf = Callable[[dict[str, str]], Graph]

FILES = {
    "teams.yml": "- {id: devops, name: DevOps}\n- {id: platform, name: Platform}\n- {id: secops, name: SecOps}\n"
    "- {id: dba, name: DBA}\n",
    "roles.yml": "- {id: cto, name: CTO, holder: A. Example}\n- {id: ciso, name: CISO}\n"
    "- {id: owner, name: Owner, is_owner: true}\n",
    "domains.yml": "- {id: security, name: Security, primary: secops, secondary: platform, escalates_to: role.ciso}\n"
    "- {id: databases, name: Databases, primary: dba, secondary: devops, escalates_to: role.cto}\n",
    "rotations.yml": "- {id: tier-1, name: Tier 1, label: Critical, hours: 24/7, primary: team.devops, "
    "secondary: role.owner, escalates_to: role.cto}\n",
}


def order(small_graph: GraphOf, record: str, **more: str) -> Paging:
    """The order for a channel written as one line, with the files above and others."""
    files = {**FILES, **{f"{name}.yml": text for name, text in more.items()}}
    graph = small_graph({**files, "channels.yml": f"- {{id: c, name: C, {record}}}\n"})
    assert graph.inventory.findings == []
    return paging(graph, graph.inventory["channel.c"])


def keys(found: Paging) -> list[str]:
    return [step.key for step in found.steps]


def test_the_tiers_primary_answers_first_then_the_owner_then_the_seconds_then_those_who_decide(
    small_graph: GraphOf,
) -> None:
    found = order(small_graph, "owner: secops, tier: tier-1")
    assert keys(found) == ["team.devops", "team.secops", "team.platform", "role.cto", "role.ciso"]
    assert [step.reasons for step in found.steps] == [
        ("primary of Tier 1 (Critical, 24/7)",),
        ("owner", "secondary of Tier 1 (Critical, 24/7)"),
        ("secondary of Security",),
        ("escalation of Tier 1 (Critical, 24/7)",),
        ("escalation of Security",),
    ]
    assert all(step.confirmed for step in found.steps)
    assert found.gaps == (
        "Tier 1 escalates to CTO, Security to CISO: the two do not agree, so both are here.",
        "Nobody has stated who is CISO.",
    )


def test_somebody_with_two_parts_is_paged_once(small_graph: GraphOf) -> None:
    found = order(small_graph, "owner: dba, tier: tier-1")
    assert keys(found) == ["team.devops", "team.dba", "role.cto"]
    assert found.steps[0].reasons == ("primary of Tier 1 (Critical, 24/7)", "secondary of Databases")
    assert found.gaps == ()


def test_without_a_tier_the_owner_is_first(small_graph: GraphOf) -> None:
    found = order(small_graph, "owner: dba")
    assert keys(found) == ["team.dba", "team.devops", "role.cto"]
    assert found.gaps == ("Its on-call tier is unknown: DBA can state it.",)


def test_without_an_owner_the_tier_answers_and_the_role_of_the_owner_is_nobody(small_graph: GraphOf) -> None:
    found = order(small_graph, "owner: unknown, tier: tier-1")
    assert keys(found) == ["team.devops", "role.owner", "role.cto"]
    assert found.gaps == ("Nobody has stated who owns it.", "Nobody has stated who is Owner.")


def test_without_anything_there_is_nobody_and_that_is_said(small_graph: GraphOf) -> None:
    found = order(small_graph, "owner: unknown")
    assert found.steps == ()
    assert found.gaps == ("Nobody has stated who owns it.", "Its on-call tier is unknown.")


def test_an_owner_without_a_row_in_the_matrix_is_said_of(small_graph: GraphOf) -> None:
    found = order(small_graph, "owner: devops, tier: tier-1")
    assert keys(found) == ["team.devops", "role.cto"]
    assert found.gaps == ("DevOps has no row in the ownership matrix: no secondary, no escalation.",)


@pytest.mark.parametrize(
    ("record", "sure"),
    [
        ("owner: secops, tier: tier-1", [True, True, True, True, True]),
        ("owner: {to: secops, confirmed: false}, tier: tier-1", [True, False, True, True, True]),
        ("owner: secops, tier: {to: tier-1, confirmed: false}", [False, True, True, False, True]),
    ],
)
def test_a_step_is_as_sure_as_its_first_reason(record: str, sure: list[bool], small_graph: GraphOf) -> None:
    assert [step.confirmed for step in order(small_graph, record).steps] == sure


def test_a_link_of_the_tier_or_the_row_that_is_assumed_is_not_sure(small_graph: GraphOf) -> None:
    rotations = FILES["rotations.yml"].replace("primary: team.devops", "primary: {to: team.devops, confirmed: false}")
    found = order(small_graph, "owner: secops, tier: tier-1", rotations=rotations)
    assert [step.confirmed for step in found.steps][:2] == [False, True]


def test_a_service_is_paged_through_its_group_and_the_groups_row(small_graph: GraphOf) -> None:
    graph = small_graph(
        {
            **FILES,
            "groups.yml": "- {id: g, name: Group, owner: platform, domain: {to: security, confirmed: false}}\n",
            "services.yml": "- {id: auth, name: Auth, group: g, tier: tier-1}\n",
        }
    )
    found = paging(graph, graph.inventory["service.auth"])
    assert keys(found) == ["team.devops", "team.platform", "role.cto", "role.ciso"]
    assert "secondary of Security" in found.steps[1].reasons


def test_of_a_kind_that_has_no_tier_none_is_missed(small_graph: GraphOf) -> None:
    graph = small_graph({**FILES, "groups.yml": "- {id: g, name: Group, owner: dba}\n"})
    assert paging(graph, graph.inventory["group.g"]).gaps == ()


def test_a_broken_owner_is_as_good_as_none(small_graph: GraphOf) -> None:
    graph = small_graph({**FILES, "channels.yml": "- {id: c, name: C, owner: nobody, tier: nothing}\n"})
    found = paging(graph, graph.inventory["channel.c"])
    assert found.steps == ()
    assert found.gaps == ("Nobody has stated who owns it.", "Its on-call tier is unknown.")
