"""Placeholders of runbooks: what each stands for, and code between backticks."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from macros.inventory import Inventory
from macros.placeholders import Part, parts, with_code
from tests.conftest import Small

FILES = {
    "teams.yml": "- {id: devops, name: DevOps, aliases: [Ops]}\n",
    "clusters.yml": "- {id: eu, name: EU West, owner: devops, nodes: 50, environment: production, "
    "depends_on: [channel.c]}\n",
    "channels.yml": "- {id: c, name: C, owner: unknown}\n",
    "databases.yml": "- {id: main, name: main_db, owner: devops, backup: 4h, encrypted: true, runs_on: [cluster.eu]}\n",
    "providers.yml": "- {id: dns, name: DNS, owner: unknown, sla: 99.99}\n",
    "groups.yml": "- {id: sign-in, name: Sign-in, owner: devops, health_check: /health}\n",
    "services.yml": "- {id: auth, name: Auth, group: sign-in}\n",
}


@pytest.fixture
def inventory(small: Small) -> Inventory:
    made = small(FILES)
    assert made.findings == []
    return made


def cut(text: str, inventory: Inventory, *inputs: str) -> list[Part]:
    return list(parts(text, inventory, inputs))


def filled(text: str, inventory: Inventory, *inputs: str) -> str:
    found = cut(text, inventory, *inputs)
    assert [part.problem for part in found if part.problem] == []
    return "".join(part.text for part in found)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("No placeholder: $HOME, $(date), {x}, $ {y}.", "No placeholder: $HOME, $(date), {x}, $ {y}."),
        ("", ""),
        ("${cluster.eu}", "EU West"),
        ("${team.Ops}", "DevOps"),
        ("${cluster.eu.nodes} of ${cluster.eu}", "50 of EU West"),
        ("${cluster.eu.environment}", "production"),
        ("${database.main.backup}", "Every 4 hours"),
        ("${database.main.encrypted}", "yes"),
        ("${provider.dns.sla}", "99.99"),
        ("${cluster.eu.id}", "eu"),
        ("${cluster.eu.owner}", "DevOps"),
        ("${service.auth.health_check}", "/health"),
        ("${service.auth.owner}", "DevOps"),
        ("ssh ${pod}", "ssh <pod>"),
        ("${pod}${cluster.eu}", "<pod>EU West"),
    ],
)
def test_a_placeholder_gives_way_to_what_it_stands_for(text: str, shown: str, inventory: Inventory) -> None:
    assert filled(text, inventory, "pod") == shown


def test_a_part_says_where_it_was_taken_from(inventory: Inventory) -> None:
    assert cut("a ${cluster.eu} b ${pod} c ${cluster.eu.owner}", inventory, "pod") == [
        Part("a "),
        Part("EU West", key="cluster.eu"),
        Part(" b "),
        Part("<pod>", input="pod"),
        Part(" c "),
        Part("DevOps", key="team.devops"),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("${pdo}", ["no input", "did you mean `pod`?", "declare it in `inputs`", "`$pdo`"]),
        ("${}", ["no input", "declare it in `inputs`"]),
        ("${HOME}", ["no input", "`$HOME` where the shell's own variable is meant"]),
        ("${clutser.eu}", ["`clutser`", "no kind", "did you mean `cluster`?"]),
        ("${zzz.eu}", ["`zzz`", "no kind", "`cluster`"]),
        ("${.eu}", ["no kind", "`cluster`"]),
        ("${cluster.us}", ["`us` is no kubernetes cluster", "`eu`"]),
        ("${cluster.}", ["is no kubernetes cluster"]),
        ("${cluster.devops}", ["`devops` is a team", "here a cluster is meant"]),
        ("${cluster.eu.node}", ["`node`", "no field of a cluster", "did you mean `nodes`?"]),
        ("${cluster.eu.zzz}", ["`zzz`", "no field of a cluster", "`nodes`"]),
        ("${cluster.eu.owner.name}", ["`owner.name`", "no field of a cluster"]),
        ("${cluster.eu.depends_on}", ["no single value for `depends_on`", "`nodes`"]),
        ("${cluster.eu.node_type}", ["no single value for `node_type`", "`nodes`"]),
        ("${channel.c.owner}", ["no single value for `owner`"]),
    ],
)
def test_a_placeholder_that_stands_for_nothing_stays_and_says_why(
    text: str, says: list[str], inventory: Inventory
) -> None:
    [part] = cut(text, inventory, "pod")
    assert part.text == text
    for words in says:
        assert words in part.problem


def test_a_record_that_is_broken_already_is_not_said_of(small: Small) -> None:
    inventory = small({"clusters.yml": "- {id: eu, name: EU, ownr: x}\n"})
    assert cut("${cluster.eu}", inventory) == [Part("${cluster.eu}")]


def test_a_link_that_leads_nowhere_is_not_said_of_again(small: Small) -> None:
    inventory = small({"clusters.yml": "- {id: eu, name: EU, owner: nobody}\n"})
    assert cut("${cluster.eu.owner}", inventory) == [Part("${cluster.eu.owner}")]


def test_a_name_that_two_records_have_is_ambiguous(small: Small) -> None:
    inventory = small({"teams.yml": "- {id: a, name: Ops}\n- {id: b, name: Ops}\n"})
    [part] = cut("${team.Ops}", inventory)
    assert "may mean `team.a`, `team.b`: write one of them" in part.problem


def code(text: str, inventory: Inventory) -> list[tuple[str, bool]]:
    return [(part.text, part.code) for part in with_code(parts(text, inventory, ("pod",)))]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("plain", [("plain", False)]),
        ("a `b` c", [("a ", False), ("b", True), (" c", False)]),
        ("`b`", [("b", True)]),
        ("`a``b`", [("a", True), ("b", True)]),
        ("it's 5` long", [("it's 5` long", False)]),
        ("`a` and `", [("a", True), (" and `", False)]),
        ("``", []),
        ("`ssh ${pod}` now", [("ssh ", True), ("<pod>", True), (" now", False)]),
        ("${cluster.eu} `x`", [("EU West", False), (" ", False), ("x", True)]),
    ],
)
def test_what_stands_between_backticks_is_code(text: str, pieces: list[tuple[str, bool]], inventory: Inventory) -> None:
    assert code(text, inventory) == pieces


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(["a", " ", "`", "$", "{", "}", "${pod}", "${x}", "${team.x}", "."]), max_size=15).map(
        "".join
    )
)
def test_cutting_loses_nothing_but_paired_backticks(text: str) -> None:
    empty = Inventory(Path())
    pieces = list(parts(text, empty, ["pod"]))
    written = "".join(f"${{{part.input}}}" if part.input and not part.problem else part.text for part in pieces)
    assert written == text
    left = "".join(part.text for part in with_code(pieces))
    assert left.replace("`", "") == "".join(part.text for part in pieces).replace("`", "")
    assert left.count("`") <= 1 or any("`" in part.text for part in pieces if part.key or part.input or part.problem)
