"""The answers for a thing that is down."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from macros.exposure import promises, single_points, sole_owners
from macros.graph import Graph
from macros.impact import Impact, can_be_down, impact
from macros.model import KINDS
from macros.reach import Reach

GraphOf = Callable[[dict[str, str]], Graph]

FILES = {
    "teams.yml": "- {id: ops, name: Ops}\n- {id: shop, name: Shop}\n- {id: books, name: Books}\n",
    "domains.yml": "- {id: running, name: Running, primary: ops, secondary: shop, escalates_to: unknown}\n",
    "groups.yml": "- {id: g, name: G, owner: shop}\n",
    "vendors.yml": "- {id: cloud, name: Cloud, category: cloud, owner: ops}\n",
    "clusters.yml": "- {id: main, name: Main, owner: ops, provided_by: [cloud]}\n",
    "databases.yml": (
        "- {id: orders, name: Orders, owner: ops, backup: 4h, backed_up_to: [copies], "
        "depends_on: [{to: cluster.main, confirmed: false}]}\n"
    ),
    "buckets.yml": "- {id: copies, name: Copies, owner: ops}\n",
    "providers.yml": "- {id: dns, name: DNS, owner: ops, sla: 99.9, backup_plan: Another}\n"
    "- {id: mail, name: Mail, owner: ops, sla: 99.5}\n",
    "processors.yml": "- {id: pay, name: Pay, owner: books}\n",
    "services.yml": (
        "- {id: cart, name: cart, group: g, depends_on: [database.orders, provider.dns, provider.mail]}\n"
        "- {id: till, name: till, group: g, owner: books, depends_on: [service.cart], paid_through: [pay]}\n"
    ),
    "platforms.yml": "- {id: web, name: Web, owner: shop, depends_on: [service.till]}\n",
    "critical-paths.yml": (
        "- {id: buying, name: Buying, rank: 2, impact: Nobody can buy, through: [service.till]}\n"
        "- {id: looking, name: Looking, rank: 1, impact: Nobody can look, through: [{to: service.cart, confirmed: false}]}\n"
    ),
    "runbooks.yml": (
        "- {id: cart-down, name: Cart down, owner: shop, handles: [service.cart], trigger: T., impact: I.,"
        " steps: [{do: Look.}], verification: [{do: Look.}]}\n"
        "- {id: buying-down, name: Buying down, owner: shop, handles: [critical-path.buying], trigger: T., impact: I.,"
        " steps: [{do: Look.}], verification: [{do: Look.}]}\n"
    ),
}


def of(small_graph: GraphOf, key: str, depth: int = 0) -> Impact:
    graph = small_graph(FILES)
    assert graph.inventory.findings == []
    return impact(Reach(graph), graph.inventory[key], depth)


def falling(found: Impact) -> dict[str, bool]:
    return {one.key: one.sure for _, records in found.falling for one in records}


def test_all_that_falls_by_kind_sure_or_assumed(small_graph: GraphOf) -> None:
    assert falling(of(small_graph, "service.cart")) == {"service.till": True, "platform.web": True}
    assert falling(of(small_graph, "cluster.main")) == {
        "platform.web": False, "service.cart": False, "service.till": False, "database.orders": False,
    }  # fmt: skip
    kinds = [kind.name for kind, _ in of(small_graph, "cluster.main").falling]
    assert kinds == [name for name in KINDS if name in kinds]


def test_a_depth_ends_the_way(small_graph: GraphOf) -> None:
    assert set(falling(of(small_graph, "cluster.main", 1))) == {"database.orders"}
    assert set(falling(of(small_graph, "cluster.main", 2))) == {"database.orders", "service.cart"}


def test_who_notices_is_what_critical_paths_say_by_rank(small_graph: GraphOf) -> None:
    hit = of(small_graph, "database.orders").paths
    assert [(path.impact, sure) for path, sure in hit] == [("Nobody can look", False), ("Nobody can buy", True)]


def test_platforms_and_money(small_graph: GraphOf) -> None:
    found = of(small_graph, "database.orders")
    assert [one.key for one in found.platforms] == ["platform.web"]
    assert [one.key for one in found.money] == ["service.till"]
    assert [one.key for one in of(small_graph, "processor.pay").money] == ["service.till"]


def test_whom_to_tell_those_with_most_first(small_graph: GraphOf) -> None:
    told = of(small_graph, "database.orders").told
    assert [(one.team, one.things) for one in told] == [
        ("team.shop", ("platform.web", "service.cart")), ("team.books", ("service.till",)),
    ]  # fmt: skip


def test_what_takes_over_here_and_of_what_it_needs(small_graph: GraphOf) -> None:
    assert [(one.key, one.what, one.stated) for one in of(small_graph, "service.cart").failover] == [
        ("provider.dns", "backup plan", "Another")
    ]
    assert [(one.what, one.stated) for one in of(small_graph, "database.orders").failover] == [
        ("backups", "Every 4 hours, kept in copies")
    ]


def test_its_own_runbooks_come_before_those_of_its_paths(small_graph: GraphOf) -> None:
    assert of(small_graph, "service.cart").runbooks == ("runbook.cart-down", "runbook.buying-down")


def test_what_it_needs_in_start_order(small_graph: GraphOf) -> None:
    steps = [[one.key for one in step] for step in of(small_graph, "service.till").needs]
    assert steps == [
        ["provider.dns", "provider.mail", "vendor.cloud", "processor.pay"], ["cluster.main"], ["database.orders"],
        ["service.cart"],
    ]  # fmt: skip


def test_a_critical_path_is_down_when_what_it_goes_through_is(small_graph: GraphOf) -> None:
    found = of(small_graph, "critical-path.looking")
    assert falling(found) == {"service.cart": False, "service.till": False, "platform.web": False}
    assert [path.key for path, _ in found.paths] == ["critical-path.looking", "critical-path.buying"]


def test_only_what_depends_or_is_depended_on_can_be_down() -> None:
    able = {name for name, kind in KINDS.items() if can_be_down(kind)}
    assert {"service", "database", "vendor", "critical-path", "group"} <= able
    assert not {"team", "role", "claim", "readiness", "signoff", "milestone", "waiver"} & able


def test_single_points_the_most_first_with_reasons(small_graph: GraphOf) -> None:
    graph = small_graph(FILES)
    found = {one.key: one for one in single_points(Reach(graph))}
    assert list(found)[:2] == ["vendor.cloud", "cluster.main"]
    assert found["vendor.cloud"].number == 7
    assert found["vendor.cloud"].sure == 1
    assert "the only party that provides Main" in found["vendor.cloud"].reasons
    assert "the only way of payment of till" in found["processor.pay"].reasons
    assert found["provider.dns"].backup_plan == "Another"
    assert "platform.web" not in found


def test_owners_with_nobody_behind_them(small_graph: GraphOf) -> None:
    assert [(one.team, one.things) for one in sole_owners(Reach(small_graph(FILES)))] == [
        ("team.books", 2), ("team.shop", 2),
    ]  # fmt: skip


def test_promises_in_series_multiply(small_graph: GraphOf) -> None:
    looking, buying = promises(Reach(small_graph(FILES)))
    assert looking.path.key == "critical-path.looking"
    assert looking.stated == (("provider.dns", Decimal("99.9")), ("provider.mail", Decimal("99.5")))
    assert looking.percent == Decimal("99.4005")
    assert looking.minutes == pytest.approx(Decimal("258.984"))
    assert buying.percent == looking.percent
    assert looking.silent == 4


def test_where_nothing_is_promised_nothing_is_made_up(small_graph: GraphOf) -> None:
    files = FILES | {"providers.yml": "- {id: dns, name: DNS, owner: ops}\n- {id: mail, name: Mail, owner: ops}\n"}
    looking, _ = promises(Reach(small_graph(files)))
    assert (looking.percent, looking.minutes, looking.stated) == (None, None, ())


def test_the_only_way_to_sign_in_is_said(small_graph: GraphOf) -> None:
    files = FILES | {
        "controls.yml": "- {id: sso, name: SSO, owner: ops, area: identity}\n",
        "tools.yml": "- {id: ci, name: CI, owner: ops, depends_on: [control.sso]}\n",
    }
    found = {one.key: one.reasons for one in single_points(Reach(small_graph(files)))}
    assert "the only control of identity that lets in CI" in found["control.sso"]
