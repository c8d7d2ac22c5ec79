"""The inventory: which files are read, how records are found, and what becomes of the broken ones."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from macros.graph import Graph
from macros.inventory import Inventory, load
from macros.model import KINDS, Link
from macros.rules import judge
from tests.conftest import GOLDEN, ROOT, Small, write_data

TEAM = "- {id: devops, name: DevOps, aliases: [DevOps Team, '@devops-team'], formerly: [ops]}\n"
GROUP = "- {id: sign-in, name: Sign-in, owner: devops, health_check: /health, ports: [3001-3010]}\n"


def codes(inventory: Inventory) -> list[str]:
    return [finding.code for finding in inventory.findings]


def owner(inventory: Inventory, key: str) -> str:
    link = inventory.value(inventory[key], "owner")
    assert isinstance(link, Link)
    return link.key


# Files


def test_a_kind_is_one_file_or_a_folder_of_files_or_both(small: Small) -> None:
    inventory = small(
        {
            "teams.yml": "- {id: a, name: A}\n- {id: b, name: B}\n",
            "teams/more.yml": "- {id: c, name: C}\n",
            "teams/deep/down.yml": "id: d\nname: D\n",
        }
    )
    assert inventory.findings == []
    assert sorted(inventory.entries) == ["team.a", "team.b", "team.c", "team.d"]
    assert inventory.entries["team.d"].file.name == "down.yml"


def test_hidden_files_and_folders_are_left_alone(small: Small) -> None:
    inventory = small({".teams.yml": "no", ".git/x": "no", "teams/.swp": "no", "teams/a.yml": "- {id: a, name: A}\n"})
    assert inventory.findings == []
    assert list(inventory.entries) == ["team.a"]


def test_an_empty_folder_is_an_empty_inventory(tmp_path: Path) -> None:
    inventory = load(tmp_path)
    assert (inventory.findings, inventory.entries, list(inventory.records())) == ([], {}, [])


def test_every_kind_is_read_from_the_file_of_its_plural() -> None:
    plurals = [kind.plural for kind in KINDS.values()]
    assert len(set(plurals)) == len(plurals)
    assert all(kind.name == name for name, kind in KINDS.items())


def test_a_record_knows_its_file_line_and_the_places_of_its_fields(small: Small) -> None:
    inventory = small({"teams.yml": "# Ours.\n- id: a\n  name: A\n\n- id: b\n  name: B\n  aliases:\n    - Bee\n"})
    entry = inventory.entries["team.b"]
    assert (entry.line, entry.file.name) == (5, "teams.yml")
    place = entry.place("aliases", 0)
    assert (place.line, place.column) == (8, 7)
    assert entry.place("name", key=True).column == 3


def test_the_line_of_a_single_record_is_that_of_its_first_key(small: Small) -> None:
    inventory = small({"teams/a.yml": "# A comment.\n\nid: a\nname: A\n"})
    assert inventory.entries["team.a"].line == 3


def test_records_come_kind_by_kind_in_the_order_of_the_kinds(small: Small) -> None:
    inventory = small(
        {
            "channels.yml": "- {id: c, name: C, owner: unknown}\n",
            "roles.yml": "- {id: z, name: Z}\n- {id: a, name: A}\n",
            "teams.yml": "- {id: t, name: T}\n",
        }
    )
    assert [record.key for record in inventory.records()] == ["team.t", "role.z", "role.a", "channel.c"]


# Finding records


@pytest.mark.parametrize(
    "written",
    [
        "devops",
        "DevOps",
        "DEVOPS",
        "devops team",
        "DevOps Team",
        " @DevOps-Team ",
        "ops",
        "team.devops",
        "team.DevOps Team",
    ],
)
def test_a_record_is_found_by_any_of_its_spellings(written: str, small: Small) -> None:
    inventory = small({"teams.yml": TEAM})
    assert inventory.find(written) == ["team.devops"]
    assert inventory.find(written, ["team"]) == ["team.devops"]
    assert inventory.find(written, ["role"]) == []


def test_spellings_are_alike_however_their_letters_are_composed(small: Small) -> None:
    inventory = small({"teams.yml": "- {id: cafe, name: Caf\u00e9}\n"})
    assert inventory.find("Cafe\u0301") == ["team.cafe"]


def test_an_id_wins_over_a_name_of_another_kind_only_where_the_kind_is_written(small: Small) -> None:
    inventory = small(
        {
            "databases.yml": "- {id: main, name: Main, owner: unknown}\n",
            "clusters.yml": "- {id: eu, name: main, owner: unknown}\n",
        }
    )
    assert inventory.find("main") == ["database.main", "cluster.eu"]
    assert inventory.find("database.main") == ["database.main"]
    assert inventory.find("main", ["cluster"]) == ["cluster.eu"]


def test_a_name_with_a_dot_is_no_key(small: Small) -> None:
    inventory = small({"vendors.yml": "- {id: pager, name: team.pager, category: alerting, owner: unknown}\n"})
    assert inventory.find("team.pager") == ["vendor.pager"]


@pytest.mark.parametrize(
    ("written", "best"),
    [
        ("devop", "team.devops"),
        ("DevOps Taem", "team.devops"),
        ("team.devosp", "team.devops"),
        ("Sing-in", "group.sign-in"),
    ],
)
def test_suggestions_are_the_records_most_alike(written: str, best: str, small: Small) -> None:
    inventory = small({"teams.yml": TEAM, "groups.yml": GROUP})
    assert inventory.suggestions(written)[0] == best
    assert inventory.suggestions("qqqqqqqq") == []


def test_of_a_key_that_means_nothing_the_records_of_its_kind_are_meant(small: Small) -> None:
    inventory = small(
        {
            "databases.yml": "- {id: users, name: Users, owner: unknown}\n",
            "clusters.yml": "- {id: user, name: User, owner: unknown}\n",
        }
    )
    assert inventory.suggestions("database.user") == ["database.users"]
    assert inventory.suggestions("database.zzzzzzzzzzzz", ("database", "cluster")) == []


def test_one_mistake_in_many_places_is_as_quick_as_in_one(small: Small) -> None:
    rows = [f"- {{id: s{n}, name: S{n}, group: g, depends_on: [database.renamed]}}\n" for n in range(1500)]
    began = time.monotonic()
    inventory = small({"groups.yml": "- {id: g, name: G, owner: unknown}\n", "services.yml": "".join(rows)})
    assert codes(inventory) == ["REF001"] * 1500
    assert time.monotonic() - began < 15


def test_every_relation_leads_to_the_record_that_is_meant(small: Small) -> None:
    inventory = small(
        {
            "teams.yml": TEAM,
            "groups.yml": GROUP,
            "databases.yml": "- {id: main, name: Main, owner: '@devops-team'}\n",
            "services.yml": "- id: auth\n  name: Auth\n  group: Sign-in\n  stores_in:\n"
            "    - {to: database.main, confirmed: false, note: Guess.}\n",
        }
    )
    assert inventory.findings == []
    assert owner(inventory, "database.main") == owner(inventory, "group.sign-in") == "team.devops"
    links = {name: link for name, _, link in inventory["service.auth"].links()}
    assert links["group"].key == "group.sign-in"
    assert (links["stores_in"].key, links["stores_in"].confirmed, links["stores_in"].note) == (
        "database.main",
        False,
        "Guess.",
    )


# What a record takes from another


def test_a_service_takes_what_it_leaves_out_from_its_group(small: Small) -> None:
    inventory = small(
        {"teams.yml": TEAM, "groups.yml": GROUP, "services.yml": "- {id: auth, name: Auth, group: sign-in}\n"}
    )
    service = inventory["service.auth"]
    assert inventory.parent(service) is inventory["group.sign-in"]
    assert owner(inventory, "service.auth") == "team.devops"
    assert inventory.value(service, "health_check") == "/health"
    assert inventory.value(service, "status") is None
    assert inventory.parent(inventory["group.sign-in"]) is None


def test_what_a_service_states_itself_stands(small: Small) -> None:
    inventory = small(
        {
            "teams.yml": TEAM + "- {id: secops, name: SecOps}\n",
            "groups.yml": GROUP,
            "services.yml": "- {id: auth, name: Auth, group: sign-in, owner: secops, health_check: /live}\n",
        }
    )
    assert owner(inventory, "service.auth") == "team.secops"
    assert inventory.value(inventory["service.auth"], "health_check") == "/live"


def test_a_service_of_a_group_that_is_not_there_takes_nothing(small: Small) -> None:
    inventory = small({"services.yml": "- {id: auth, name: Auth, group: sign-in}\n"})
    assert inventory.parent(inventory["service.auth"]) is None
    assert inventory.value(inventory["service.auth"], "owner") is None


def test_unknown_is_no_value_where_the_field_may_be_unknown(small: Small) -> None:
    inventory = small({"clusters.yml": "- {id: eu, name: unknown, owner: unknown, nodes: unknown, status: unknown}\n"})
    cluster = inventory["cluster.eu"]
    assert inventory.findings == []
    assert [getattr(cluster, field) for field in ("owner", "nodes", "status")] == [None, None, None]
    assert cluster.name == "unknown"


# What is broken


def test_all_that_is_wrong_is_said_in_one_reading_sorted_by_place(small: Small) -> None:
    inventory = small(
        {
            "teams.yml": "- {id: B, name: 5}\n- {id: a, name: A, x: 1}\n",
            "channels.yml": "- {id: c, name: C, owner: nobody, status: activ, depends_on: [zzz]}\n- text\n",
            "groups.yml": "a: 'b\n",
        }
    )
    places = [
        (finding.place.file.name, finding.place.line, finding.place.column, finding.code)
        for finding in inventory.findings
    ]
    assert places == sorted(places)
    assert codes(inventory) == ["MOD004", "MOD003", "SRC001", "ID001", "MOD003", "MOD001"]


def test_a_record_that_is_refused_is_left_out_and_the_others_stay(small: Small) -> None:
    inventory = small({"teams.yml": "- {id: a, name: A}\n- {id: b, nam: B}\n- {id: c, name: C}\n"})
    assert list(inventory.entries) == ["team.a", "team.c"]
    assert codes(inventory) == ["MOD001"]


@pytest.mark.parametrize(
    ("teams", "code"),
    [
        ("- {id: devops, name: DevOps, aliases: [Ops], nmae: x}\n", "MOD001"),
        ("- {id: DevOps, name: Ops}\n", "ID001"),
        ("- {name: DevOps, aliases: [Ops]}\n", "MOD002"),
        ("- {id: 5, name: DevOps, aliases: [Ops]}\n", "MOD003"),
        ("- {id: devops, name: Ops, note: }\n", "MOD006"),
        ("- {id: devops, name: Ops\n", "SRC001"),
        ("", "SRC009"),
        ("- devops\n- ops\n", "MOD003"),
    ],
)
@pytest.mark.parametrize("written", ["devops", "Ops", "team.devops"])
def test_nobody_is_told_of_references_to_what_is_broken_already(
    teams: str, code: str, written: str, small: Small
) -> None:
    inventory = small({"teams.yml": teams, "channels.yml": f"- {{id: c, name: C, owner: {written}}}\n"})
    assert set(codes(inventory)) == {code}
    assert {finding.place.file.name for finding in inventory.findings} == {"teams.yml"}


def test_a_reference_to_something_else_is_still_said_of(small: Small) -> None:
    inventory = small(
        {"teams.yml": "- {id: devops, nmae: DevOps}\n", "channels.yml": "- {id: c, name: C, owner: secops}\n"}
    )
    assert codes(inventory) == ["REF001", "MOD001"]


@pytest.mark.parametrize(
    ("name", "codes_"), [("teams/notes.txt", ["REF001", "SRC017"]), ("teams/all.yaml", ["SRC017"])]
)
def test_a_file_that_cannot_hold_records_excuses_no_reference(name: str, codes_: list[str], small: Small) -> None:
    assert codes(small({name: "x", "channels.yml": "- {id: c, name: C, owner: devops}\n"})) == codes_


def test_a_word_said_of_by_the_reading_is_not_said_of_again(small: Small) -> None:
    inventory = small({"clusters.yml": "- {id: eu, name: EU, owner: *x, nodes: 010, status: ~, environment: no}\n"})
    assert codes(inventory) == ["SRC004", "SRC013", "SRC013", "SRC013"]


def test_a_missing_key_is_said_of_beside_a_fault_of_the_same_place(small: Small) -> None:
    inventory = small({"teams.yml": "- &x {id: a}\n"})
    assert codes(inventory) == ["MOD002", "SRC004"]


def test_names_may_be_alike_as_long_as_nobody_refers_to_them(small: Small) -> None:
    assert small({"teams.yml": "- {id: a, name: Ops}\n- {id: b, name: Ops}\n"}).findings == []


def test_the_places_of_both_records_are_given_for_one_id(small: Small) -> None:
    inventory = small({"teams/a.yml": "- {id: x, name: X}\n", "teams/b.yml": "# B\n- {id: x, name: Ex}\n"})
    [finding] = inventory.findings
    assert (finding.code, finding.place.file.name, finding.place.line) == ("ID002", "b.yml", 2)
    assert [(related.place.file.name, related.place.line) for related in finding.related] == [("a.yml", 1)]
    assert inventory["team.x"].name == "X"


def test_one_id_may_be_of_two_kinds(small: Small) -> None:
    inventory = small({"teams.yml": "- {id: x, name: X}\n", "roles.yml": "- {id: x, name: X}\n"})
    assert inventory.findings == []
    assert inventory.find("x") == ["team.x", "role.x"]


@pytest.mark.parametrize("turned", [False, True])
def test_an_alias_may_not_be_the_id_of_another_in_whichever_order(turned: bool, small: Small) -> None:
    records = ["- {id: devops, name: DevOps, aliases: [ops]}\n", "- {id: ops, name: Operations}\n"]
    assert codes(small({"teams.yml": "".join(reversed(records) if turned else records)})) == ["ID003"]


def test_an_alias_may_repeat_its_own_record(small: Small) -> None:
    assert small({"teams.yml": "- {id: ops, name: Ops, aliases: [ops, OPS, Ops]}\n"}).findings == []


# Any change of a record


def _records() -> list[tuple[str, dict[str, Any]]]:
    """A few records of each kind of the project's own data; of the small inventory where it has none of the kind."""
    found: list[tuple[str, dict[str, Any]]] = []
    for kind in KINDS.values():
        for path in _files(ROOT / "data", kind.plural) or _files(GOLDEN / "inventory" / "data", kind.plural):
            raw = yaml.safe_load(path.read_text(encoding="utf-8"))
            found += [(kind.plural, _shortened(record)) for record in (raw if isinstance(raw, list) else [raw])[:2]]
    return found


def _files(folder: Path, plural: str) -> list[Path]:
    return [*folder.glob(f"{plural}.yml"), *sorted((folder / plural).glob("*.yml"))[:1]]


def _shortened(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value[:2] if isinstance(value, list) else value for key, value in record.items()}


RECORDS = _records()


def _ways(tree: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The ways to everything inside a record."""
    for step, inner in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        yield (*way, step)
        yield from _ways(inner, (*way, step))


ODD: list[Any] = [
    None,
    True,
    5,
    -1,
    1.5,
    "",
    " ",
    "a\nb",
    "unknown",
    "nobody.at-all",
    "service.none",
    "x" * 300,
    [],
    {},
]
ODD += [[[]], [5], [None], {"to": "x"}, {"to": None}, {"to": 5, "sure": 1}, {"a": {"b": 1}}, "${x.y}", "T-0", "#ffffff"]
ODD += ["2030-01-31", "${}", "<<", "&x", "0x1F"]
odd = st.sampled_from(ODD).map(copy.deepcopy)


@st.composite
def changed(draw: st.DrawFn) -> tuple[str, Any]:
    """A record of the data with some changes: a key gone, renamed or new, a value of another type or dangling."""
    plural, record = draw(st.sampled_from(RECORDS))
    tree = copy.deepcopy(record)
    for _ in range(draw(st.integers(1, 3))):
        ways = list(_ways(tree))
        if not ways:
            break
        *before, last = draw(st.sampled_from(ways))
        inner = tree
        for step in before:
            inner = inner[step]
        match draw(st.sampled_from(["drop", "retype", "rename", "add"])):
            case "drop":
                del inner[last]
            case "rename" if isinstance(inner, dict):
                inner[f"{last}x"] = inner.pop(last)
            case "add" if isinstance(inner, dict):
                inner[draw(st.sampled_from(["to", "id", "kind", "zzz", "model_config", "aliases"]))] = draw(odd)
            case _:
                inner[last] = draw(odd)
    return plural, tree


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(changed())
def test_any_change_of_a_record_is_read_or_refused_with_a_place_in_its_file(
    tmp_path: Path, change: tuple[str, Any]
) -> None:
    plural, record = change
    text = yaml.safe_dump([record], sort_keys=False, allow_unicode=True)
    folder = write_data(tmp_path / "data", {f"{plural}.yml": text})
    inventory = load(folder)
    found = [*inventory.findings, *judge(Graph(inventory))]
    (folder / f"{plural}.yml").unlink()
    lines = text.count("\n")
    assert all(1 <= finding.place.line <= lines for finding in found)
    assert all(finding.message and "None" not in finding.message for finding in found)
    assert inventory.entries or found
    assert len({(finding.place, finding.message) for finding in found}) == len(found)


def test_the_changes_begin_from_records_of_every_kind() -> None:
    assert {plural for plural, _ in RECORDS} == {kind.plural for kind in KINDS.values()}
