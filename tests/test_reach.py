"""What falls with what: the closures agree with a search of the graph, and tell sure from assumed."""

from __future__ import annotations

from collections.abc import Callable

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from macros.graph import Graph
from macros.inventory import of_documents
from macros.model import KINDS
from macros.reach import Reach
from macros.source import parse
from tests.conftest import ROOT

GraphOf = Callable[[dict[str, str]], Graph]

TEAMS = "- {id: ops, name: Ops}\n"
GROUP = "- {id: g, name: G, owner: ops}\n"


@st.composite
def services(draw: st.DrawFn) -> list[tuple[int, list[tuple[int, bool]]]]:
    """Up to eight services, each with some that it depends on, confirmed or assumed; circles among them."""
    number = draw(st.integers(1, 8))
    return [
        (
            own,
            draw(st.lists(st.tuples(st.integers(0, number - 1), st.booleans()), max_size=3, unique_by=lambda e: e[0])),
        )
        for own in range(number)
    ]


def graph_of(drawn: list[tuple[int, list[tuple[int, bool]]]]) -> Graph:
    text = ""
    for own, heads in drawn:
        links = ", ".join(
            f"{{to: service.s{head}, confirmed: {str(sure).lower()}}}" for head, sure in heads if head != own
        )
        text += f"- {{id: s{own}, name: s{own}, group: g, circular: It is meant, depends_on: [{links}]}}\n"
    files = {"teams.yml": TEAMS, "groups.yml": GROUP, "services.yml": text}
    kinds = {kind.plural: kind for kind in KINDS.values()}
    parsed = [(kinds[name[:-4]], parse(ROOT / name, body.encode())) for name, body in files.items()]
    inventory = of_documents(ROOT, parsed)
    assert inventory.findings == []
    return Graph(inventory)


@given(services())
def test_the_closures_are_those_of_a_search(drawn: list[tuple[int, list[tuple[int, bool]]]]) -> None:
    graph = graph_of(drawn)
    reach = Reach(graph)
    confirmed: nx.DiGraph[str] = nx.DiGraph(
        [(e.tail, e.head) for e in graph.edges if e.relation.dependency and e.confirmed]
    )
    confirmed.add_nodes_from(graph.inventory.entries)
    for key in graph.inventory.entries:
        assert set(reach.falling(key)) == nx.ancestors(graph.dependencies, key)
        assert set(reach.needed(key)) == nx.descendants(graph.dependencies, key)
        assert reach.surely_falling(key) == nx.ancestors(confirmed, key)
        assert reach.surely_needed(key) == nx.descendants(confirmed, key)
        assert reach.number_falling(key) == len(reach.falling(key))


@given(services())
def test_each_step_of_the_start_order_stands_on_those_before_it(
    drawn: list[tuple[int, list[tuple[int, bool]]]],
) -> None:
    graph = graph_of(drawn)
    reach = Reach(graph)
    for key in graph.inventory.entries:
        order = reach.start_order(key)
        assert sorted(one for step in order for one in step) == sorted(reach.needed(key))
        place = {one: position for position, step in enumerate(order) for one in step}
        for edge in graph.edges:
            if edge.relation.dependency and edge.tail in place and edge.head in place:
                knotted = edge.tail in reach.needed(edge.head)
                assert place[edge.head] < place[edge.tail] or knotted


DATA = {
    "teams.yml": TEAMS,
    "vendors.yml": "- {id: one, name: One, category: network, owner: ops}\n- {id: two, name: Two, category: network, owner: ops}\n",
    "providers.yml": "- {id: dns, name: DNS, owner: ops, provided_by: [one, two], any_one_of: [provided_by]}\n",
    "monitors.yml": "- {id: m, name: M, owner: ops, depends_on: [provider.dns]}\n",
}


def test_what_another_can_stand_in_for_lets_nothing_fall(small_graph: GraphOf) -> None:
    reach = Reach(small_graph(DATA))
    assert reach.falling("vendor.one") == []
    assert [edge.tail for edge in reach.weakened("vendor.one")] == ["provider.dns"]
    assert reach.falling("provider.dns") == ["monitor.m"]
    assert reach.needed("monitor.m") == ["provider.dns"]


@pytest.mark.parametrize(
    "providers",
    [
        "- {id: dns, name: DNS, owner: ops, provided_by: [one, two]}\n",
        "- {id: dns, name: DNS, owner: ops, provided_by: [one], any_one_of: [provided_by]}\n",
    ],
)
def test_without_another_it_falls(small_graph: GraphOf, providers: str) -> None:
    reach = Reach(small_graph(DATA | {"providers.yml": providers}))
    assert set(reach.falling("vendor.one")) == {"provider.dns", "monitor.m"}
    assert reach.weakened("vendor.one") == []
