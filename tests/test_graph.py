"""The graph: edges both ways, what is inherited, what a failure reaches, circles, and the nearest part of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from macros.graph import Graph
from macros.model import KINDS, RELATIONS, To

GraphOf = Callable[[dict[str, str]], Graph]

TEAMS = "- {id: devops, name: DevOps}\n- {id: secops, name: SecOps}\n"
GROUPS = "- {id: sign-in, name: Sign-in, owner: devops}\n"
DATABASES = "- {id: main, name: Main, owner: devops, runs_on: [cluster.eu]}\n"
CLUSTERS = "- {id: eu, name: EU, owner: unknown}\n"
SERVICES = """\
- id: auth
  name: Auth
  group: sign-in
  depends_on:
    - {to: service.session, confirmed: false, note: Guess.}
  stores_in: [database.main]
- {id: session, name: Session, group: sign-in, owner: secops, stores_in: [database.main]}
- {id: mail, name: Mail, group: sign-in}
"""
FILES = {
    "teams.yml": TEAMS,
    "groups.yml": GROUPS,
    "databases.yml": DATABASES,
    "clusters.yml": CLUSTERS,
    "services.yml": SERVICES,
}


@pytest.fixture
def graph(small_graph: GraphOf) -> Graph:
    made = small_graph(FILES)
    assert made.inventory.findings == []
    return made


def services(calls: dict[str, list[str]]) -> dict[str, str]:
    """Files with services that depend on each other as given."""
    written = {tail: ", ".join(f"service.{head}" for head in heads) for tail, heads in calls.items()}
    rows = [
        f"- {{id: {tail}, name: {tail.upper()}, group: g, depends_on: [{heads}]}}" for tail, heads in written.items()
    ]
    return {"groups.yml": "- {id: g, name: Group, owner: unknown}\n", "services.yml": "\n".join(rows) + "\n"}


def told(graph: Graph, key: str) -> list[tuple[str, str]]:
    return [(edge.relation.name, edge.head) for edge in graph.outgoing(key)]


def test_an_edge_is_read_from_both_ends(graph: Graph) -> None:
    assert sorted(told(graph, "service.auth")) == [
        ("depends_on", "service.session"),
        ("group", "group.sign-in"),
        ("owner", "team.devops"),
        ("stores_in", "database.main"),
    ]
    assert [(edge.relation.name, edge.tail) for edge in graph.incoming("service.session")] == [
        ("depends_on", "service.auth")
    ]
    assert graph.outgoing("team.devops") == []
    assert graph.incoming("service.nobody") == []


def test_every_edge_is_in_both_directions_once(graph: Graph) -> None:
    keys = list(graph.inventory.entries)
    assert sorted(map(str, graph.edges)) == sorted(str(edge) for key in keys for edge in graph.outgoing(key))
    assert sorted(map(str, graph.edges)) == sorted(str(edge) for key in keys for edge in graph.incoming(key))


def test_an_edge_says_how_sure_it_is_why_and_where_it_is_written(graph: Graph) -> None:
    [edge] = [edge for edge in graph.outgoing("service.auth") if edge.relation.name == "depends_on"]
    assert (edge.confirmed, edge.note, edge.inherited, edge.steps) == (False, "Guess.", False, ("depends_on", 0))
    place = graph.inventory.entries["service.auth"].place(*edge.steps)
    assert (place.line, place.column) == (5, 7)


def test_a_service_has_its_groups_owner_as_an_inherited_edge(graph: Graph) -> None:
    owners = {edge.tail: (edge.head, edge.inherited) for edge in graph.edges if edge.relation.name == "owner"}
    assert owners["service.auth"] == owners["service.mail"] == ("team.devops", True)
    assert owners["service.session"] == ("team.secops", False)
    assert owners["group.sign-in"] == ("team.devops", False)


def test_a_relation_that_leads_nowhere_is_no_edge(small_graph: GraphOf) -> None:
    graph = small_graph({"channels.yml": "- {id: c, name: C, owner: nobody, depends_on: [zzz]}\n"})
    assert graph.edges == []


def test_what_fails_takes_along_all_that_needs_it(graph: Graph) -> None:
    assert graph.dependents("cluster.eu") == {"database.main", "service.auth", "service.session"}
    assert graph.dependents("service.session") == {"service.auth"}
    assert graph.dependents("service.auth") == set()
    assert graph.needs("service.auth") == {"service.session", "database.main", "cluster.eu"}
    assert graph.needs("service.mail") == set()


def test_people_do_not_fall_with_what_they_own(graph: Graph) -> None:
    assert graph.dependents("team.devops") == set()
    assert graph.needs("service.mail") == set()


def test_the_relations_along_which_failures_travel() -> None:
    assert {name for name, relation in RELATIONS.items() if relation.dependency} == {
        "depends_on",
        "runs_on",
        "stores_in",
        "provided_by",
        "paid_through",
        "through",
        "built_on",
    }


def test_every_relation_has_two_readings_and_is_a_field_of_some_kind() -> None:
    fields = {name for kind in KINDS.values() for name in kind.model.relation_fields()}
    assert fields == set(RELATIONS)
    assert all(relation.name == name and relation.forward and relation.backward for name, relation in RELATIONS.items())
    readings = [relation.backward for relation in RELATIONS.values()]
    assert len(set(readings)) == len(readings)


def test_every_relation_leads_to_kinds_that_there_are() -> None:
    for kind in KINDS.values():
        for mark in kind.model.relation_fields().values():
            assert isinstance(mark, To)
            assert set(mark.kinds) <= {*KINDS, "*"}


@pytest.mark.parametrize(
    ("calls", "circles"),
    [
        ({"a": ["b"], "b": []}, []),
        ({"a": ["b", "c"], "b": ["c"], "c": []}, []),
        ({"a": ["a"]}, []),
        ({"a": ["b"], "b": ["a"]}, [["a", "b"]]),
        ({"b": ["a"], "a": ["b"]}, [["a", "b"]]),
        ({"c": ["a"], "a": ["b"], "b": ["c"]}, [["a", "b", "c"]]),
        ({"a": ["b"], "b": ["a"], "c": ["d"], "d": ["c"]}, [["a", "b"], ["c", "d"]]),
        ({"x": ["a"], "a": ["b"], "b": ["a", "y"], "y": []}, [["a", "b"]]),
        ({"a": ["a", "b"], "b": ["a"]}, [["a", "b"]]),
    ],
)
def test_circles_of_services(calls: dict[str, list[str]], circles: list[list[str]], small_graph: GraphOf) -> None:
    found = list(small_graph(services(calls)).service_cycles())
    assert found == [[f"service.{name}" for name in circle] for circle in circles]


def test_of_circles_that_hang_together_one_is_told(small_graph: GraphOf) -> None:
    found = list(small_graph(services({"a": ["b"], "b": ["c", "a"], "c": ["a"]})).service_cycles())
    assert found in ([["service.a", "service.b"]], [["service.a", "service.b", "service.c"]])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), unique=True, max_size=3), min_size=1)
)
def test_a_circle_is_a_way_back_to_its_beginning(small_graph: GraphOf, calls: dict[str, list[str]]) -> None:
    graph = small_graph(services(calls))
    known = {(edge.tail, edge.head) for edge in graph.edges if edge.relation.name == "depends_on"}
    circles = list(graph.service_cycles())
    for circle in circles:
        assert len(circle) > 1
        assert set(zip(circle, [*circle[1:], circle[0]], strict=True)) <= known
    in_circles = {
        key
        for key in graph.inventory.entries
        if key in {end for head in _heads(known, key) for end in graph.needs(head)}
    }
    assert bool(circles) == bool(in_circles)


def _heads(edges: set[tuple[str, str]], key: str) -> set[str]:
    return {head for tail, head in edges if tail == key and head != key}


def test_a_neighbourhood_has_dependencies_first_and_what_is_sure_before_what_is_assumed(graph: Graph) -> None:
    edges, omitted = graph.neighbourhood("service.auth", ["owner", "group", "depends_on", "stores_in"], 10)
    assert [edge.relation.name for edge in edges[:2]] == ["stores_in", "depends_on"]
    assert {edge.relation.name for edge in edges[2:]} == {"group", "owner"}
    assert omitted == 0


def test_a_neighbourhood_counts_what_it_leaves_out(graph: Graph) -> None:
    edges, omitted = graph.neighbourhood("database.main", ["stores_in", "runs_on"], 1)
    assert (len(edges), omitted) == (1, 2)
    assert graph.neighbourhood("database.main", ["paid_through"], 5) == ([], 0)
