"""Which part of the graph a drawing shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from macros.diagram.description import DEFAULT_STYLE, Diagram
from macros.diagram.dot import ROOT as SITE_ROOT
from macros.diagram.dot import address, kind_sample, relation_sample, to_dot
from macros.diagram.picture import NEIGHBOURS, Line, neighbourhood, select
from macros.graph import Graph

GraphOf = Callable[[dict[str, str]], Graph]

FILES = {
    "teams.yml": "- {id: devops, name: DevOps}\n",
    "groups.yml": "- {id: sign-in, name: Sign-in, owner: devops}\n- {id: media, name: Media, owner: devops}\n",
    "services.yml": """\
- {id: auth, name: Auth, group: sign-in, depends_on: [service.session], stores_in: [database.main]}
- {id: session, name: Session, group: sign-in, depends_on: [{to: service.video, confirmed: false}]}
- {id: video, name: Video, group: media, depends_on: [service.image]}
- {id: image, name: Image, group: media, depends_on: [{to: service.mail, confirmed: false}]}
- {id: mail, name: Mail, group: media}
""",
    "databases.yml": "- {id: main, name: Main, owner: devops, runs_on: [cluster.eu]}\n",
    "clusters.yml": "- {id: eu, name: EU, owner: unknown}\n",
}


@pytest.fixture
def graph(small_graph: GraphOf) -> Graph:
    made = small_graph(FILES)
    assert made.inventory.findings == []
    return made


def drawing(**options: Any) -> Diagram:
    return Diagram(id="d", title="D", about="About it.", **options)


def lines(found: tuple[Line, ...]) -> set[tuple[str, str, str]]:
    return {(line.tail, line.relation, line.head) for line in found}


# The drawing of one record


def test_a_record_is_drawn_with_what_it_leads_to_and_what_leads_to_it(graph: Graph) -> None:
    picture = neighbourhood(graph, "service.session")
    assert set(picture.nodes) == {"service.session", "service.auth", "service.video"}
    assert lines(picture.lines) == {
        ("service.auth", "depends_on", "service.session"),
        ("service.session", "depends_on", "service.video"),
    }
    assert (picture.centre, picture.title, picture.omitted, picture.boxes) == ("service.session", "Session", 0, {})


def test_people_are_drawn_only_where_there_is_nothing_else(graph: Graph) -> None:
    assert "team.devops" not in neighbourhood(graph, "database.main").nodes
    assert set(neighbourhood(graph, "team.devops").nodes) > {"team.devops", "database.main", "service.auth"}
    assert neighbourhood(graph, "cluster.eu").nodes == ("cluster.eu", "database.main")


def test_a_record_without_relations_is_drawn_alone(small_graph: GraphOf) -> None:
    picture = neighbourhood(small_graph({"teams.yml": "- {id: a, name: A}\n"}), "team.a")
    assert (picture.nodes, picture.lines) == (("team.a",), ())


def test_what_does_not_fit_is_counted(small_graph: GraphOf) -> None:
    services = "".join(
        f"- {{id: s{n}, name: S{n}, group: g, depends_on: [cluster.eu]}}\n" for n in range(NEIGHBOURS + 3)
    )
    graph = small_graph(
        {
            "groups.yml": "- {id: g, name: Group, owner: unknown}\n",
            "services.yml": services,
            "clusters.yml": "- {id: eu, name: EU, owner: unknown}\n",
        }
    )
    picture = neighbourhood(graph, "cluster.eu")
    assert (len(picture.nodes), len(picture.lines), picture.omitted) == (NEIGHBOURS + 1, NEIGHBOURS, 3)


# A described drawing


def test_without_a_start_all_records_of_the_kinds_are_drawn(graph: Graph) -> None:
    picture = select(graph, drawing(kinds=("service", "database"), relations=("stores_in",)))
    assert len(picture.nodes) == 6
    assert lines(picture.lines) == {("service.auth", "stores_in", "database.main")}


def test_without_relations_all_dependencies_are_drawn_and_nothing_else(graph: Graph) -> None:
    picture = select(graph, drawing(start=("service.auth",), depth=9))
    assert {line.relation for line in picture.lines} == {"depends_on", "stores_in", "runs_on"}
    assert "team.devops" not in picture.nodes


@pytest.mark.parametrize(
    ("depth", "nodes"),
    [
        (0, ["service.auth"]),
        (1, ["service.auth", "service.session", "database.main"]),
        (2, ["service.auth", "service.session", "database.main", "service.video", "cluster.eu"]),
        (3, ["service.auth", "service.session", "database.main", "service.video", "cluster.eu", "service.image"]),
    ],
)
def test_relations_are_followed_as_far_as_is_said_the_nearest_first(depth: int, nodes: list[str], graph: Graph) -> None:
    assert list(select(graph, drawing(start=("service.auth",), depth=depth)).nodes) == nodes


@pytest.mark.parametrize(
    ("direction", "nodes"),
    [
        ("needs", {"service.session", "service.video"}),
        ("dependents", {"service.session", "service.auth"}),
        ("both", {"service.session", "service.auth", "service.video"}),
    ],
)
def test_relations_are_followed_in_the_direction_that_is_said(direction: str, nodes: set[str], graph: Graph) -> None:
    picture = select(graph, drawing(start=("service.session",), depth=1, direction=direction))
    assert set(picture.nodes) == nodes
    assert all(line.tail in nodes and line.head in nodes for line in picture.lines)


def test_only_the_kinds_that_are_said_are_reached(graph: Graph) -> None:
    picture = select(graph, drawing(start=("service.auth",), kinds=("service", "cluster"), depth=9))
    assert "database.main" not in picture.nodes
    assert "cluster.eu" not in picture.nodes


def test_a_group_stands_for_its_members(graph: Graph) -> None:
    picture = select(graph, drawing(start=("group.sign-in",), depth=0))
    assert set(picture.nodes) == {"service.auth", "service.session"}
    assert lines(picture.lines) == {("service.auth", "depends_on", "service.session")}


def test_a_start_is_any_spelling_of_a_record(graph: Graph) -> None:
    assert select(graph, drawing(start=("Auth",), depth=0)).nodes == ("service.auth",)


def test_records_that_share_a_relation_stand_in_one_box(graph: Graph) -> None:
    picture = select(graph, drawing(start=("service.auth",), depth=2, group_by="group"))
    assert picture.boxes == {
        "service.auth": "group.sign-in",
        "service.session": "group.sign-in",
        "service.video": "group.media",
    }
    by_kind = select(graph, drawing(start=("service.auth",), depth=1, group_by="kind"))
    assert by_kind.boxes == {"service.auth": "service", "service.session": "service", "database.main": "database"}
    by_owner = select(graph, drawing(start=("service.auth",), depth=0, group_by="owner"))
    assert by_owner.boxes == {"service.auth": "team.devops"}, "what it inherits counts"


def test_records_that_share_a_relation_become_one_node(graph: Graph) -> None:
    picture = select(graph, drawing(kinds=("service", "database"), collapse="group"))
    assert set(picture.nodes) == {"group.sign-in", "group.media", "database.main"}
    assert set(picture.lines) == {
        Line("group.sign-in", "group.media", "depends_on", confirmed=False),
        Line("group.sign-in", "database.main", "stores_in", confirmed=True),
    }


def test_a_record_that_is_not_drawn_adds_no_line_to_the_node_of_its_group(graph: Graph) -> None:
    picture = select(graph, drawing(start=("service.session", "service.image"), depth=0, collapse="group"))
    assert set(picture.nodes) == {"group.sign-in", "group.media"}
    assert picture.lines == ()


def test_a_line_counts_the_relations_it_stands_for_and_is_sure_where_one_of_them_is(small_graph: GraphOf) -> None:
    services = "- {id: a, name: A, group: g, depends_on: [{to: service.c, confirmed: false}]}\n"
    services += "- {id: b, name: B, group: g, depends_on: [service.c]}\n- {id: c, name: C, group: h}\n"
    graph = small_graph(
        {
            "groups.yml": "- {id: g, name: G, owner: unknown}\n- {id: h, name: H, owner: unknown}\n",
            "services.yml": services,
        }
    )
    [line] = select(graph, drawing(kinds=("service",), collapse="group")).lines
    assert line == Line("group.g", "group.h", "depends_on", confirmed=True, count=2)


def test_nodes_beyond_the_most_are_left_out_and_counted_with_their_lines(graph: Graph) -> None:
    picture = select(graph, drawing(start=("service.auth",), depth=9, max_nodes=2))
    assert picture.nodes == ("service.auth", "service.session")
    assert (picture.omitted, picture.left_out) == (5, ("service", "database", "cluster"))
    assert lines(picture.lines) == {("service.auth", "depends_on", "service.session")}
    assert select(graph, drawing(start=("service.auth",), depth=9, max_nodes=7)).omitted == 0


# As DOT


def test_dot_has_every_node_with_its_name_class_and_address(graph: Graph) -> None:
    picture = select(graph, drawing(start=("service.auth",), depth=1))
    dot = to_dot(picture, graph.inventory, DEFAULT_STYLE)
    assert address("service.auth") == f"{SITE_ROOT}/services/auth/"
    for key, name, kind in (("service.auth", "Auth", "service"), ("database.main", "Main", "database")):
        [row] = [row for row in dot.splitlines() if row.strip().startswith(f'"{key}"') and "->" not in row]
        assert f"label={name}" in row
        assert f'class="kind-{kind}"' in row
        assert address(key) in row


def test_dot_marks_what_is_assumed_and_the_record_it_is_about(graph: Graph) -> None:
    dot = to_dot(neighbourhood(graph, "service.session"), graph.inventory, DEFAULT_STYLE)
    [assumed] = [row for row in dot.splitlines() if '"service.session" -> "service.video"' in row]
    [sure] = [row for row in dot.splitlines() if '"service.auth" -> "service.session"' in row]
    assert "style=dashed" in assumed
    assert "relation-depends_on assumed" in assumed
    assert "(assumed)" in assumed
    assert "style=solid" in sure
    assert "relation-depends_on confirmed" in sure
    assert 'class="kind-service centre"' in dot


def test_dot_has_a_box_for_each_group_with_its_name_and_its_members(graph: Graph) -> None:
    picture = select(graph, drawing(start=("service.auth",), depth=2, group_by="group"))
    dot = to_dot(picture, graph.inventory, DEFAULT_STYLE)
    assert dot.count("subgraph") == 2
    for box in ("cluster_group.sign-in", "cluster_group.media"):
        assert f'subgraph "{box}"' in dot
    by_kind = to_dot(select(graph, drawing(kinds=("service",), group_by="kind")), graph.inventory, DEFAULT_STYLE)
    assert "label=Services" in by_kind
    assert f'URL="{SITE_ROOT}/services/"' in by_kind
    assert address("group.media") in dot
    assert 'tooltip="Service group: Media, owned by DevOps"' in dot
    assert dot.count('id="in:group.media"') == 1


def test_a_tooltip_says_kind_name_and_owner(graph: Graph) -> None:
    dot = to_dot(select(graph, drawing(start=("service.auth",), depth=2)), graph.inventory, DEFAULT_STYLE)
    assert 'tooltip="Service: Auth, owned by DevOps"' in dot, "what it inherits counts"
    assert 'tooltip="Kubernetes cluster: EU"' in dot


def test_dot_is_the_same_every_time(graph: Graph) -> None:
    diagram = drawing(kinds=("service", "database"), group_by="owner", collapse="group")
    dots = {to_dot(select(graph, diagram), graph.inventory, DEFAULT_STYLE) for _ in range(3)}
    assert len(dots) == 1


def test_samples_for_legends_have_the_classes_of_what_they_stand_for() -> None:
    assert 'class="kind-database"' in kind_sample("database", DEFAULT_STYLE)
    assert 'class="relation-runs_on confirmed"' in relation_sample("runs_on", DEFAULT_STYLE)
