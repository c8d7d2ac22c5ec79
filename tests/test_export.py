"""The graph as data: its shape, that it holds everything, and that it is the same every time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from macros.export import EDGE, FILE, NODE, VERSION, as_json, exported
from macros.graph import Graph
from macros.model import KINDS, RELATIONS
from macros.views.render import path
from macros.workspace import Workspace

GraphOf = Callable[[dict[str, str]], Graph]

FILES = {
    "teams.yml": "- {id: devops, name: DevOps}\n",
    "groups.yml": "- {id: sign-in, name: Sign-in, owner: devops}\n",
    "services.yml": """\
- {id: auth, name: "</script><b>", group: sign-in, depends_on: [{to: service.session, confirmed: false}]}
- {id: session, name: "Zürich → \\"日本\\"", group: sign-in}
""",
    "clusters.yml": "- {id: eu, name: EU, owner: unknown}\n",
}


def rows(table: dict[str, Any]) -> list[dict[str, Any]]:
    return [dict(zip(table["fields"], row, strict=True)) for row in table["rows"]]


def test_the_shape_of_version_1(small_graph: GraphOf) -> None:
    found = json.loads(as_json(small_graph(FILES)))
    assert list(found) == ["version", "kinds", "relations", "nodes", "edges"]
    assert found["version"] == VERSION == 1
    assert (found["nodes"]["fields"], found["edges"]["fields"]) == (list(NODE), list(EDGE))
    assert found["kinds"]["service"] == {"title": "Service", "sheets": "if-down/service/"}
    assert found["kinds"]["team"]["sheets"] == ""
    assert found["relations"]["depends_on"] == {
        "forward": "depends on",
        "backward": "needed by",
        "dependency": True,
    }
    assert (list(found["kinds"]), list(found["relations"])) == (list(KINDS), list(RELATIONS))


def test_nodes_have_their_name_kind_owner_and_address(small_graph: GraphOf) -> None:
    nodes = {node["key"]: node for node in rows(exported(small_graph(FILES))["nodes"])}
    assert set(nodes) == {"team.devops", "group.sign-in", "service.auth", "service.session", "cluster.eu"}
    assert nodes["service.session"] == {
        "key": "service.session",
        "name": 'Zürich → "日本"',
        "kind": "service",
        "owner": "team.devops",
        "address": "services/session/",
    }, "the owner that it inherits counts"
    assert nodes["cluster.eu"]["owner"] is None
    assert nodes["team.devops"]["owner"] is None


def test_edges_lead_from_position_to_position(small_graph: GraphOf) -> None:
    found = exported(small_graph(FILES))
    keys = [node["key"] for node in rows(found["nodes"])]
    edges = {(keys[e["tail"]], e["relation"], keys[e["head"]]): e["confirmed"] for e in rows(found["edges"])}
    assert edges["service.auth", "depends_on", "service.session"] is False
    assert edges["service.auth", "owner", "team.devops"] is True


def test_it_is_one_line_and_the_same_every_time(small_graph: GraphOf) -> None:
    written = {as_json(small_graph(FILES)) for _ in range(3)}
    assert len(written) == 1
    [text] = written
    assert text.endswith("}\n")
    assert text.count("\n") == 1


def test_of_nothing_it_is_empty(small_graph: GraphOf) -> None:
    found = json.loads(as_json(small_graph({})))
    assert (found["nodes"]["rows"], found["edges"]["rows"]) == ([], [])


def test_the_site_has_all_of_this_inventory(workspace: Workspace, site: Path) -> None:
    found = json.loads((site / FILE).read_text(encoding="utf-8"))
    nodes = rows(found["nodes"])
    assert {node["key"]: node["address"] for node in nodes} == {
        record.key: path(record.key) for record in workspace.inventory.records()
    }
    assert len(found["edges"]["rows"]) == len(workspace.graph.edges)
    assert all((site / node["address"] / "index.html").is_file() for node in nodes)
    for node in nodes:
        folder = found["kinds"][node["kind"]]["sheets"]
        assert not folder or (site / folder / node["key"].partition(".")[2] / "index.html").is_file()
