"""Edits lead from one state to the other, whatever the two are; and how a state is written is no part of it."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from macros.diff.edit import Added, FieldChanged, Removed, Renamed, apply, edits
from macros.diff.state import State, state_of, states
from macros.diff.words import moved
from macros.inventory import load
from macros.model import KINDS
from tests.changing import FACTS
from tests.conftest import Small, write_data

KINDS_TRIED = ("team", "service", "group", "procedure", "runbook")
IDS = st.sampled_from(["a", "b", "c", "d", "e"])
WORDS = st.sampled_from(["cart", "stock", "", "Keeps ${service.a.port}", "${runbook.b}", "service.a", "yes", "ü `x`"])
STEPS = st.lists(
    st.fixed_dictionaries({}, optional={"do": WORDS, "use": IDS, "danger": WORDS, "otherwise": st.lists(
        st.fixed_dictionaries({}, optional={"runbook": IDS, "goto": WORDS}), max_size=2).map(tuple)}),
    max_size=3,
).map(tuple)  # fmt: skip
LINKS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(KINDS_TRIED), IDS).map(".".join),
        st.fixed_dictionaries({"to": IDS}, optional={"confirmed": st.booleans(), "note": WORDS}),
    ),
    max_size=3,
).map(tuple)
VALUES = st.one_of(WORDS, st.integers(0, 3), st.booleans(), st.none(), st.lists(WORDS, max_size=2).map(tuple), STEPS)
RECORDS = st.fixed_dictionaries(
    {"id": IDS},
    optional={
        "name": WORDS,
        "formerly": st.lists(IDS, max_size=2, unique=True).map(tuple),
        "owner": st.one_of(IDS, st.just("unknown")),
        "depends_on": LINKS,
        "steps": STEPS,
        "port": VALUES,
        "purpose": VALUES,
        "some": VALUES,
    },
)
WRITTEN = st.lists(st.tuples(st.sampled_from(KINDS_TRIED), RECORDS), max_size=8)


def made(written: list[tuple[str, dict[str, Any]]]) -> State:
    return states(written, lambda reference, kinds: reference if "." in reference else f"{kinds[0]}.{reference}")


@settings(max_examples=150, deadline=None)
@given(WRITTEN, WRITTEN)
def test_the_edits_done_to_the_first_state_give_the_second(
    before: list[tuple[str, dict[str, Any]]], after: list[tuple[str, dict[str, Any]]]
) -> None:
    first, second = made(before), made(after)
    assert apply(first, edits(first, second)) == second


@settings(max_examples=100, deadline=None)
@given(WRITTEN)
def test_nothing_leads_from_a_state_to_itself(written: list[tuple[str, dict[str, Any]]]) -> None:
    assert edits(made(written), made(written)) == []


@settings(max_examples=100, deadline=None)
@given(WRITTEN, st.randoms(use_true_random=False))
def test_the_order_of_records_and_relations_is_no_part_of_a_state(
    written: list[tuple[str, dict[str, Any]]], chance: random.Random
) -> None:
    once = list({(kind, record["id"]): (kind, record) for kind, record in written}.values())
    mixed = chance.sample(once, len(once))
    turned = [
        (kind, {name: _turned(value, name, kind) for name, value in reversed(record.items())}) for kind, record in mixed
    ]
    assert edits(made(once), made(turned)) == []


def _turned(value: Any, field: str, kind: str) -> Any:
    """The relations of a field the other way round."""
    is_relation = field in KINDS[kind].model.relation_fields()
    return value[::-1] if is_relation and isinstance(value, tuple) else value


def state(small: Small, files: dict[str, str]) -> State:
    return state_of(small(files))


def test_how_a_record_is_written_is_no_part_of_it(tmp_path: Path) -> None:
    plain = {
        "teams.yml": "- {id: ops, name: Ops, aliases: [O]}\n",
        "databases.yml": "- {id: main, name: Main, owner: ops}\n",
        "services.yml": "- {id: s, name: s, owner: ops, depends_on: [database.main]}\n",
    }
    otherwise = {
        "teams.yml": '# People\n-   name: "Ops"\n    aliases: [O]\n    id: ops\n    formerly: []\n',
        "databases.yml": "- {id: main, name: Main, owner: O, technology: unknown}\n",
        "services/all.yml": "id: s\nname: s\ndepends_on:\n  - {to: database.main, confirmed: true}\nowner: team.ops\n",
    }
    before = state_of(load(write_data(tmp_path / "before", plain)))
    after = state_of(load(write_data(tmp_path / "after", otherwise)))
    assert edits(before, after) == []


def test_each_record_of_the_project_is_told_apart_from_itself_with_another_value(workspace: Any) -> None:
    before = state_of(workspace.inventory)
    for key, record in before.items():
        name = next(iter(record.fields))
        other = {**before, key: type(record)(key, {**record.fields, name: "another"}, record.relations)}
        assert edits(before, other) == [FieldChanged(key, name, record.fields[name], "another")]
        assert apply(before, edits(before, other)) == other
    assert {key.partition(".")[0] for key in before} <= KINDS.keys()


def test_a_record_that_does_not_fit_its_model_is_compared_as_it_is_written(small: Small) -> None:
    broken = state(small, {"teams.yml": "- {id: ops, nam: Ops, aliases: 3}\n- {id: shop, name: Shop}\n"})
    mended = state(small, {"teams.yml": "- {id: ops, name: Ops}\n- {id: shop, name: Shop}\n"})
    assert edits(broken, mended) == [
        FieldChanged("team.ops", "aliases", 3, None),
        FieldChanged("team.ops", "nam", "Ops", None),
        FieldChanged("team.ops", "name", None, "Ops"),
    ]


TWO = "- {id: g, name: G, owner: unknown}\n"
ONE = "- {id: stock, name: Stock, group: g, purpose: Counts what is left., port: 3001}\n"
USER = "- {id: cart, name: Cart, group: g, depends_on: [service.stock]}\n"
BOOK = """\
id: stock-down
name: Stock down
owner: unknown
handles: [service.stock]
trigger: Nothing comes from ${service.stock}.
impact: Nobody can buy.
steps: [{do: Restart it., command: "curl ${service.stock.port}"}, {use: look}]
verification: [{do: Look at ${service.stock}.}]
"""
LOOK = "id: look\nname: Look\nowner: unknown\nsteps: [{do: Look.}]\n"


def files(stock: str, user: str = USER, book: str = BOOK, look: str = LOOK) -> dict[str, str]:
    return {
        "groups.yml": TWO,
        "services.yml": stock + user,
        "runbooks/stock-down.yml": book,
        "procedures/look.yml": look,
    }


def test_a_renaming_that_says_so_is_one_edit_and_what_refers_to_it_follows(small: Small) -> None:
    before = state(small, files(ONE))
    after = state(
        small,
        files(
            ONE.replace("id: stock", "id: store, formerly: [stock]"),
            USER.replace("stock", "store"),
            BOOK.replace("service.stock", "service.store").replace("use: look", "use: see"),
            LOOK.replace("id: look", "id: see\nformerly: [look]"),
        ),
    )
    assert edits(before, after) == [
        Renamed("procedure.look", "procedure.see", declared=True),
        Renamed("service.stock", "service.store", declared=True),
    ]


@pytest.mark.parametrize(
    ("stock", "is_renamed"),
    [
        (ONE.replace("id: stock", "id: store"), True),
        (ONE.replace("id: stock, name: Stock", "id: store, name: Store"), True),
        ("- {id: mail, name: Mail, group: g}\n", False),  # that it is in the same group says nothing
        ("- {id: mail, name: Mail, group: g, port: 3001}\n", False),
    ],
)
def test_a_record_so_like_one_that_is_gone_is_it(small: Small, stock: str, *, is_renamed: bool) -> None:
    before = state(small, files(ONE, USER.replace(", depends_on: [service.stock]", "")))
    after = state(small, files(stock, USER.replace(", depends_on: [service.stock]", "")))
    kinds = {type(edit) for edit in edits(before, after) if "service" in repr(edit)[:60]}
    assert (Renamed in kinds) is is_renamed
    assert ({Added, Removed} <= kinds) is not is_renamed


def test_what_many_records_say_makes_no_two_of_them_one(small: Small) -> None:
    row = "- {{id: {0}, name: {0}, group: g, purpose: The same., port: 1}}\n"
    before = state(small, files("".join(row.format(name) for name in ("a", "b", "c")), ""))
    after = state(small, files("".join(row.format(name) for name in ("b", "c", "d")), ""))
    assert [type(edit) for edit in edits(before, after)] == [Removed, Added]


def test_a_number_is_not_true_however_deep_it_stands(small: Small) -> None:
    text = "- {id: a, name: A, criterion: C, evidence: [{kinds: [service], holds: [{field: port, among: [WORD]}]}]}\n"
    one, other = (state(small, {"claims.yml": text.replace("WORD", word)}) for word in ("1", "true"))
    assert [type(edit) for edit in edits(one, other)] == [FieldChanged]
    done = apply(one, edits(one, other))["claim.a"].fields["evidence"]
    assert done[0]["holds"][0]["among"][0] is True


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("a  b", "a b", "written otherwise: a b"),
        (3001, "3001", "written otherwise: 3001"),
        (["a", "a"], ["a"], "a, a → a"),
        (["a", "b"], ["b", "a"], "in another order: b, a"),
    ],
)
def test_what_moved_is_seen(before: object, after: object, said: str) -> None:
    assert "".join(part.text for part in moved(before, after)) == said


def test_a_file_as_one_record_says_the_same_as_a_list_of_one(tmp_path: Path) -> None:
    one = FACTS["runbooks/cart-down.yml"]
    listed = "- " + one.replace("\n", "\n  ").rstrip() + "\n"
    assert (
        edits(
            state_of(load(write_data(tmp_path / "listed", {**FACTS, "runbooks/cart-down.yml": listed}))),
            state_of(load(write_data(tmp_path / "alone", FACTS))),
        )
        == []
    )
