"""Rules of ports, relations and runbooks in more cases than `rules/` has; what all rules have in common."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from macros.finding import Finding, Severity
from macros.graph import Graph
from macros.rules import AREAS, every_rule, judge, rule

GraphOf = Callable[[dict[str, str]], Graph]

GROUP = "- {id: sign-in, name: Sign-in, owner: unknown, ports: [3001-3010, 3100]}\n"
CLUSTER = "- {id: eu, name: EU, owner: unknown, nodes: 5}\n- {id: us, name: EU, owner: unknown}\n"
CHANNEL = "- {id: c, name: C, owner: unknown}\n"


def service(name: str, more: str = "") -> str:
    return f"- {{id: {name}, name: {name.title()}, group: sign-in{more}}}\n"


def runbook(steps: str, inputs: str = "", more: str = "") -> dict[str, str]:
    text = "id: r\nname: R\nowner: unknown\nhandles: []\ntrigger: It hangs.\nimpact: Nobody can sign in.\n"
    return {
        "runbooks.yml": f"{text}{inputs}{more}steps:\n{steps}verification:\n  - do: Look.\n",
        "clusters.yml": CLUSTER,
        "channels.yml": CHANNEL,
    }


POD = "inputs:\n  - id: pod\n    ask: Which pod\n"

CASES: list[tuple[str, str, dict[str, str], list[int]]] = [
    (
        "PRT001",
        "ranges apart",
        {"groups.yml": GROUP + "- {id: m, name: M, owner: unknown, ports: [3011-3020, 3101]}\n"},
        [],
    ),
    (
        "PRT001",
        "ranges that share an end",
        {"groups.yml": GROUP + "- {id: m, name: M, owner: unknown, ports: [3010-3020]}\n"},
        [2],
    ),
    (
        "PRT001",
        "a range in a range",
        {"groups.yml": GROUP + "- {id: m, name: M, owner: unknown, ports: [3005]}\n"},
        [2],
    ),
    (
        "PRT001",
        "one port twice",
        {"groups.yml": GROUP + "- {id: m, name: M, owner: unknown, ports: [3000, 3100]}\n"},
        [2],
    ),
    (
        "PRT001",
        "three groups",
        {
            "groups.yml": GROUP
            + 2 * "- {id: m, name: M, owner: unknown, ports: [4000]}\n".replace("m,", "%s,", 1) % ("m1", "m2")
        },
        [3],
    ),
    (
        "PRT002",
        "the first and the last port",
        {"groups.yml": GROUP, "services.yml": service("a", ", port: 3001") + service("b", ", port: 3010")},
        [],
    ),
    ("PRT002", "a port of the second range", {"groups.yml": GROUP, "services.yml": service("a", ", port: 3100")}, []),
    ("PRT002", "a port beyond", {"groups.yml": GROUP, "services.yml": service("a", ", port: 3011")}, [1]),
    (
        "PRT002",
        "a group without ports",
        {"groups.yml": "- {id: sign-in, name: Sign-in, owner: unknown}\n", "services.yml": service("a", ", port: 1")},
        [],
    ),
    ("PRT002", "no port", {"groups.yml": GROUP, "services.yml": service("a")}, []),
    (
        "PRT003",
        "two ports",
        {"groups.yml": GROUP, "services.yml": service("a", ", port: 3001") + service("b", ", port: 3002")},
        [],
    ),
    (
        "PRT003",
        "one port of three services",
        {
            "groups.yml": GROUP,
            "services.yml": service("a", ", port: 3001") + service("b", ", port: 3001") + service("c", ", port: 3001"),
        },
        [2, 3],
    ),
    (
        "REF003",
        "another record",
        {"channels.yml": CHANNEL + "- {id: d, name: D, owner: unknown, depends_on: [channel.c]}\n"},
        [],
    ),
    (
        "REF003",
        "itself by an alias",
        {"channels.yml": "- {id: c, name: C, aliases: [See], owner: unknown, depends_on: [See]}\n"},
        [1],
    ),
    (
        "REF003",
        "a stage that promotes to itself",
        {"stages.yml": "- {id: s, name: S, position: 1, gate: Tests, promotes_to: [s]}\n"},
        [1],
    ),
    (
        "REF005",
        "a chain",
        {
            "groups.yml": GROUP,
            "services.yml": service("a", ", depends_on: [service.b]")
            + service("b", ", depends_on: [service.c]")
            + service("c"),
        },
        [],
    ),
    (
        "REF005",
        "a circle of two",
        {
            "groups.yml": GROUP,
            "services.yml": service("a", ", depends_on: [service.b]") + service("b", ", depends_on: [service.a]"),
        },
        [1],
    ),
    (
        "REF005",
        "a circle that is meant",
        {
            "groups.yml": GROUP,
            "services.yml": service("a", ", depends_on: [service.b], circular: Both wait for the other.")
            + service("b", ", depends_on: [service.a]"),
        },
        [],
    ),
    (
        "REF005",
        "a circle beside one that is meant",
        {
            "groups.yml": GROUP,
            "services.yml": service("a", ", depends_on: [service.b], circular: Both wait for the other.")
            + service("b", ", depends_on: [service.a, service.c]")
            + service("c", ", depends_on: [service.b]"),
        },
        [2],
    ),
    (
        "REF005",
        "a circle that is no one of services",
        {
            "clusters.yml": CLUSTER.replace("nodes: 5", "depends_on: [channel.c]"),
            "channels.yml": "- {id: c, name: C, owner: unknown, depends_on: [cluster.eu]}\n",
        },
        [],
    ),
    (
        "REF006",
        "two relations to one record",
        {
            "clusters.yml": CLUSTER,
            "databases.yml": "- {id: d, name: D, owner: unknown, runs_on: [cluster.eu], depends_on: [cluster.eu]}\n",
        },
        [],
    ),
    (
        "REF006",
        "one relation twice",
        {
            "clusters.yml": CLUSTER,
            "databases.yml": "- {id: d, name: D, owner: unknown, runs_on: [cluster.eu, cluster.eu]}\n",
        },
        [1],
    ),
    (
        "REF006",
        "one relation three times",
        {
            "clusters.yml": CLUSTER,
            "databases.yml": "- {id: d, name: D, owner: unknown, runs_on: [cluster.eu, cluster.eu, cluster.eu]}\n",
        },
        [1, 1],
    ),
    (
        "REF006",
        "an owner that the group has as well",
        {
            "teams.yml": "- {id: t, name: T}\n",
            "groups.yml": GROUP.replace("unknown", "t"),
            "services.yml": service("a", ", owner: t"),
        },
        [],
    ),
    (
        "RUN001",
        "a record, a field, an input",
        runbook("  - do: ${pod} on ${cluster.eu}, ${cluster.eu.nodes} nodes.\n", POD),
        [],
    ),
    ("RUN001", "a variable of the shell", runbook("  - do: Look.\n    command: echo $HOME $(hostname)\n"), []),
    ("RUN001", "an input nobody asks for", runbook("  - do: Look at ${pod}.\n"), [8]),
    ("RUN001", "one placeholder twice in a text", runbook("  - do: Look at ${pod}, then ${pod}.\n"), [8]),
    (
        "RUN001",
        "every text of a step",
        runbook(
            "  - do: ${a}\n    command: ${b}\n    expect: ${c}\n    otherwise: [{do: '${d}', page: next}]\n"
            "    danger: ${e}\n    confirm: ${f}\n"
        ),
        [8, 9, 10, 12, 13, 11],
    ),
    ("RUN001", "the rollback", runbook("  - do: Look.\n", more="rollback:\n  - do: ${pod}\n"), [8]),
    ("RUN001", "a record that may be two", runbook("  - do: ${cluster.EU}\n"), [8]),
    ("RUN002", "an input in use", runbook("  - do: Look at ${pod}.\n", POD), []),
    ("RUN002", "an input in use in a command", runbook("  - do: Look.\n    command: 'ssh ${pod}'\n", POD), []),
    ("RUN002", "an input in no step", runbook("  - do: Look at the pod.\n", POD), [8]),
    ("RUN002", "an input that was meant", runbook("  - do: Look at ${pdo}.\n", POD), []),
    (
        "RUN002",
        "an input asked for twice",
        runbook("  - do: Look at ${pod}.\n", POD + "  - id: pod\n    ask: Again\n"),
        [10],
    ),
]


@pytest.mark.parametrize(("code", "of", "files", "lines"), CASES, ids=[f"{code}-{of}" for code, of, *_ in CASES])
def test_a_rule_finds_what_it_is_for(
    code: str, of: str, files: dict[str, str], lines: list[int], small_graph: GraphOf
) -> None:
    graph = small_graph(files)
    assert graph.inventory.findings == []
    found = [finding for finding in judge(graph) if finding.code == code]
    assert [finding.place.line for finding in found] == lines, of


def test_a_rules_code_meaning_and_severity_are_fit_to_be_shown() -> None:
    for code, known in every_rule().items():
        assert re.fullmatch(r"[A-Z]{3}\d{3}", code)
        assert known.code == code
        assert re.fullmatch(r"[A-Z].*\.\)?", known.meaning)
        assert "\n" not in known.meaning
        assert known.severity in Severity
        assert known.area in AREAS.values()


def test_two_rules_may_not_have_one_code() -> None:
    with pytest.raises(ValueError, match="two rules are called PRT001"):
        rule("PRT001")(lambda _: iter(()))


def only(found: list[Finding], code: str) -> Finding:
    [finding] = [finding for finding in found if finding.code == code]
    return finding


def test_overlapping_ports_name_both_groups(small_graph: GraphOf) -> None:
    finding = only(
        judge(small_graph({"groups.yml": GROUP + "- {id: m, name: M, owner: unknown, ports: [3010-3020]}\n"})), "PRT001"
    )
    assert "3010-3020 of `m`" in finding.message
    assert "3001-3010 of `sign-in`" in finding.message
    assert [related.place.line for related in finding.related] == [1]


def test_a_circle_names_every_relation_of_it(small_graph: GraphOf) -> None:
    services = (
        service("a", ", depends_on: [service.b]")
        + service("b", ", depends_on: [service.c]")
        + service("c", ", depends_on: [service.a]")
    )
    finding = only(judge(small_graph({"groups.yml": GROUP, "services.yml": services})), "REF005")
    assert "a → b → c → a" in finding.message
    assert (finding.place.line, [related.place.line for related in finding.related]) == (1, [2, 3])


def test_nothing_is_wrong_with_nothing(small_graph: GraphOf) -> None:
    assert judge(small_graph({})) == []
