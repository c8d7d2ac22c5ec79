"""Evidence: what a question to the inventory comes to, and what is wrong with one that nothing can answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from macros.evidence import Answer, Truth, answer, problems
from macros.inventory import Entry, Inventory
from macros.model import KINDS, Condition, Query
from macros.model.values import Interval
from macros.source import Document

Small = Callable[[dict[str, str]], Inventory]

FILES = {
    "teams.yml": "- {id: books, name: Books}\n- {id: front, name: Front}\n",
    "groups.yml": "- {id: ordering, name: Ordering, owner: books, health_check: /health}\n",
    "services.yml": """\
- {id: shop, name: Shop, group: ordering, port: 3001, status: active, depends_on: [database.orders]}
- {id: cart, name: Cart, group: ordering, owner: front, status: testing, depends_on: [database.carts, service.shop]}
- {id: blog, name: Blog, group: ordering}
""",
    "databases.yml": """\
- {id: orders, name: Orders, owner: books, backup: 24h, technology: Rowstore 15, encrypted: true}
- {id: carts, name: Carts, owner: unknown, backup: continuous, rebuildable: true, encrypted: false}
""",
    "buckets.yml": "- {id: vault, name: Vault, owner: unknown, size: 2TB+, retrieval: 90m}\n",
    "channels.yml": "- {id: pager, name: Pager, owner: unknown, priorities: [P0, P1]}\n",
    "providers.yml": "- {id: lookup, name: Lookup, owner: unknown, sla: 99.90}\n",
    "launches.yml": "- {id: spring, name: Spring}\n",
    "milestones.yml": "- {id: ready, name: Ready, launch: spring, at: T-2 days}\n",
}

CRITICAL = {"service.shop"}


@pytest.fixture
def shop(small: Small) -> Inventory:
    inventory = small(FILES)
    assert inventory.findings == []
    return inventory


def query(kinds: str, **parts: Any) -> Query:
    """A query as a file would have it: a condition is a mapping."""

    def conditions(name: str) -> tuple[Condition, ...]:
        return tuple(Condition.model_validate(part) for part in parts.pop(name, ()))

    where, holds = conditions("where"), conditions("holds")
    return Query.model_validate({"kinds": tuple(kinds.split()), "where": where, "holds": holds, **parts})


def ask(inventory: Inventory, kinds: str, **parts: Any) -> Answer:
    asked = query(kinds, **parts)
    assert list(problems(asked)) == []
    return answer(asked, inventory, CRITICAL)


ONE: list[tuple[str, dict[str, Any], Truth]] = [
    # Words of an enumeration, in any case; a word that is not stated is unknown, whatever is asked of it.
    ("service.shop", {"field": "status", "among": ("ready", "Active")}, True),
    ("service.cart", {"field": "status", "among": ("ready", "active")}, False),
    ("service.blog", {"field": "status", "among": ("ready", "active")}, None),
    ("service.shop", {"field": "status", "none_of": ("testing",)}, True),
    ("service.cart", {"field": "status", "none_of": ("testing", "planned")}, False),
    ("service.blog", {"field": "status", "none_of": ("testing",)}, None),
    ("service.shop", {"field": "status", "known": True}, True),
    ("service.blog", {"field": "status", "known": True}, False),
    ("service.blog", {"field": "status", "known": False}, True),
    ("service.shop", {"field": "status", "known": False}, False),
    # Text.
    ("database.orders", {"field": "technology", "among": ("rowstore 15",)}, True),
    ("database.orders", {"field": "technology", "among": ("Rowstore",)}, False),
    ("database.carts", {"field": "technology", "among": ("Rowstore",)}, None),
    ("database.carts", {"field": "purpose", "known": False}, True),
    # Booleans; `false` is known.
    ("database.orders", {"field": "encrypted", "among": (True,)}, True),
    ("database.carts", {"field": "encrypted", "among": ("true",)}, False),
    ("database.carts", {"field": "encrypted", "known": True}, True),
    ("database.carts", {"field": "rebuildable", "none_of": (True,)}, False),
    # Relations, by key or id; what is inherited; lists, of which one is enough.
    ("service.shop", {"field": "owner", "among": ("books",)}, True),
    ("service.shop", {"field": "owner", "among": ("team.books",)}, True),
    ("service.cart", {"field": "owner", "among": ("books",)}, False),
    ("service.cart", {"field": "owner", "none_of": ("books",)}, True),
    ("database.carts", {"field": "owner", "among": ("books",)}, None),
    ("database.carts", {"field": "owner", "known": True}, False),
    ("service.cart", {"field": "depends_on", "among": ("service.shop",)}, True),
    ("service.cart", {"field": "depends_on", "none_of": ("carts",)}, False),
    ("service.blog", {"field": "depends_on", "known": True}, False),
    ("service.blog", {"field": "health_check", "among": ("/health",)}, True),
    ("channel.pager", {"field": "priorities", "among": ("P1", "P3")}, True),
    ("channel.pager", {"field": "priorities", "none_of": ("P2", "P3")}, True),
    # Intervals, however they are spelled.
    ("database.orders", {"field": "backup", "at_most": "1d"}, True),
    ("database.orders", {"field": "backup", "at_most": "24h"}, True),
    ("database.orders", {"field": "backup", "at_most": "1439m"}, False),
    ("database.orders", {"field": "backup", "at_least": "1d"}, True),
    ("database.orders", {"field": "backup", "at_least": "2d"}, False),
    ("database.orders", {"field": "backup", "among": ("1d",)}, True),
    ("database.orders", {"field": "backup", "none_of": ("1440m",)}, False),
    ("database.carts", {"field": "backup", "at_most": "4h"}, True),
    ("database.carts", {"field": "backup", "among": ("continuous",)}, True),
    ("database.carts", {"field": "backup", "at_least": "1m"}, False),
    ("bucket.vault", {"field": "retrieval", "at_most": "2h"}, True),
    # Offsets, sizes, numbers.
    ("milestone.ready", {"field": "at", "at_most": "T-47h"}, True),
    ("milestone.ready", {"field": "at", "among": ("T-48h",)}, True),
    ("milestone.ready", {"field": "at", "at_least": "T-0"}, False),
    ("bucket.vault", {"field": "size", "at_least": "2000GB"}, True),
    ("bucket.vault", {"field": "size", "at_least": "1PB"}, False),
    ("provider.lookup", {"field": "sla", "at_least": 99.9}, True),
    ("provider.lookup", {"field": "sla", "among": (99.9,)}, True),
    ("provider.lookup", {"field": "sla", "at_least": 99.95}, False),
    ("service.shop", {"field": "port", "at_least": 3001, "at_most": 3001}, True),
    ("service.shop", {"field": "port", "at_most": 400}, False),
    ("service.blog", {"field": "port", "at_most": 400}, None),
    # What a critical path names is always known.
    ("service.shop", {"field": "critical", "among": (True,)}, True),
    ("service.blog", {"field": "critical", "among": (True,)}, False),
    ("service.blog", {"field": "critical", "none_of": (True,)}, True),
    ("service.blog", {"field": "critical", "known": True}, True),
    # One condition that is refuted weighs more than another that is unknown.
    ("service.shop", {"field": "status", "among": ("active",), "known": False}, False),
    ("service.blog", {"field": "status", "among": ("active",), "known": True}, False),
]


@pytest.mark.parametrize(("key", "condition", "truth"), ONE, ids=[f"{key} {condition}" for key, condition, _ in ONE])
def test_one_condition_of_one_record(key: str, condition: dict[str, Any], truth: Truth, shop: Inventory) -> None:
    kind, _, name = key.partition(".")
    found = ask(shop, kind, where=({"field": "id", "among": (name,)},), holds=(condition,))
    assert (found.truth, found.count) == (truth, 1)
    assert [fact[:2] for fact in found.against] == ([(key, condition["field"])] if truth is False else [])
    assert found.unknown == ([(key, condition["field"])] if truth is None else [])


def test_what_speaks_against_is_told_as_it_would_be_written(shop: Inventory) -> None:
    holds = (
        {"field": "backup", "at_least": "2d"},
        {"field": "owner", "among": ("front",)},
        {"field": "encrypted", "none_of": (True,)},
        {"field": "covered_by", "known": True},
    )
    found = ask(shop, "database", where=({"field": "id", "among": ("orders",)},), holds=holds)
    assert [fact[1:] for fact in found.against] == [
        ("backup", "1d"),
        ("owner", "books"),
        ("encrypted", "true"),
        ("covered_by", ""),
    ]
    found = ask(shop, "service", holds=({"field": "depends_on", "none_of": ("carts",)},))
    assert found.against == [("service.cart", "depends_on", "carts, shop")]
    assert found.unknown == [("service.blog", "depends_on")]


def test_all_of_them_hold_or_one_does_not_or_one_is_unknown(shop: Inventory) -> None:
    def truth(*names: str) -> Truth:
        which = ({"field": "id", "among": names},)
        return ask(shop, "service", where=which, holds=({"field": "status", "among": ("active",)},)).truth

    assert truth("shop") is True
    assert truth("shop", "blog") is None
    assert truth("shop", "blog", "cart") is False
    assert truth("nobody") is None


COUNTS: list[tuple[str, dict[str, Any], tuple[dict[str, Any], ...], Truth, int]] = [
    ("service", {"at_least": 3}, (), True, 3),
    ("service", {"at_least": 4}, (), False, 3),
    ("service", {"at_most": 3}, (), True, 3),
    ("service", {"at_most": 2}, (), False, 3),
    ("service database", {"at_least": 5, "at_most": 5}, (), True, 5),
    ("vendor", {"at_least": 0}, (), True, 0),
    ("vendor", {"at_least": 1}, (), False, 0),
    ("service", {"at_most": 1}, ({"field": "critical", "among": (True,)},), True, 1),
    # Nobody knows whether Blog is active: there is one, and may be two.
    ("service", {"at_least": 1}, ({"field": "status", "among": ("active",)},), True, 1),
    ("service", {"at_least": 2}, ({"field": "status", "among": ("active",)},), None, 1),
    ("service", {"at_least": 3}, ({"field": "status", "among": ("active",)},), False, 1),
    ("service", {"at_most": 1}, ({"field": "status", "among": ("active",)},), None, 1),
    ("service", {"at_most": 2}, ({"field": "status", "among": ("active",)},), True, 1),
    ("service", {"at_most": 0}, ({"field": "status", "among": ("active",)},), False, 1),
    ("service", {"at_least": 1, "at_most": 1}, ({"field": "status", "among": ("active",)},), None, 1),
]


@pytest.mark.parametrize(("kinds", "count", "where", "truth", "number"), COUNTS)
def test_how_many_there_are(
    kinds: str, count: dict[str, Any], where: tuple[dict[str, Any], ...], truth: Truth, number: int, shop: Inventory
) -> None:
    found = ask(shop, kinds, count=count, where=where)
    assert (found.truth, found.fits, found.count) == (truth, truth, number)
    assert found.unknown == ([("service.blog", "status")] if truth is None else [])


def test_what_may_not_be_asked_for_refutes_nothing(shop: Inventory) -> None:
    """Blog may be active: that it has no port is then unknown, not refuted. That it has an owner is known either way."""
    active = ({"field": "status", "among": ("active",)},)
    found = ask(shop, "service", where=active, holds=({"field": "port", "known": True},))
    assert (found.truth, found.against, found.unknown) == (None, [], [("service.blog", "status")])
    assert ask(shop, "service", where=active, holds=({"field": "owner", "known": True},)).truth is True


def test_the_number_and_what_holds_must_both_be_so(shop: Inventory) -> None:
    holds = ({"field": "status", "none_of": ("testing",)},)
    found = ask(shop, "service", holds=holds, count={"at_least": 3})
    assert (found.truth, found.fits, [key for key, *_ in found.against]) == (False, True, ["service.cart"])
    found = ask(shop, "database", holds=({"field": "backup", "known": True},), count={"at_least": 3})
    assert (found.truth, found.fits, found.against) == (False, False, [])


PROBLEMS: list[tuple[str, dict[str, Any], list[tuple[tuple[str | int, ...], str]]]] = [
    ("service servce", {"count": {"at_least": 1}}, [(("kinds", 1), "`servce` is no kind; did you mean `service`?")]),
    ("zzz", {"count": {"at_least": 1}}, [(("kinds", 0), "`zzz` is no kind; write one of `team`")]),
    ("", {"count": {"at_least": 1}}, [(("kinds",), "this asks of nothing: write one of `team`")]),
    ("service", {}, [((), "this asks nothing: add `holds` or `count`")]),
    ("service", {"where": ({"field": "id", "known": True},)}, [((), "this asks nothing")]),
    ("service", {"count": {}}, [(("count",), "add `at_least` or `at_most`")]),
    ("service", {"count": {"at_least": 2, "at_most": 1}}, [(("count",), "at least 2 and at most 1: swap the two")]),
    ("service", {"holds": ({"field": "port"},)}, [(("holds", 0), "nothing is said of `port`: add `among`, `none_of`")]),
    (
        "service",
        {"holds": ({"field": "port", "known": True}, {"field": "prot", "known": True})},
        [(("holds", 1, "field"), "`prot` is no field of a service; did you mean `port`?")],
    ),
    (
        "account bucket",
        {"where": ({"field": "size", "known": True},), "count": {"at_least": 1}},
        [(("where", 0, "field"), "`size` is no field of an account")],
    ),
    (
        "service",
        {"holds": ({"field": "status", "among": ("active", "activ"), "none_of": ("gone",)},)},
        [
            (("holds", 0, "among", 1), "`status` is never `activ`; did you mean `active`?"),
            (("holds", 0, "none_of", 0), "`status` is never `gone`"),
        ],
    ),
    (
        "channel",
        {"holds": ({"field": "priorities", "among": ("P9",)},)},
        [(("holds", 0, "among", 0), "`priorities` is never `P9`; did you mean `P")],
    ),
    (
        "database",
        {"holds": ({"field": "encrypted", "among": ("yes",)}, {"field": "critical", "among": ("maybe",)})},
        [
            (("holds", 0, "among", 0), "`encrypted` is never `yes`; write one of `true`, `false`"),
            (("holds", 1, "among", 0), "`critical` is never `maybe`"),
        ],
    ),
    (
        "database",
        {"holds": ({"field": "backup", "at_least": "often", "at_most": "4"},)},
        [
            (("holds", 0, "at_least"), "`often` is no limit of `backup`: write a value as in that field"),
            (("holds", 0, "at_most"), "`4` is no limit of `backup`"),
        ],
    ),
    (
        "cluster",
        {"holds": ({"field": "nodes", "at_least": "4h"},)},
        [(("holds", 0, "at_least"), "no limit of `nodes`")],
    ),
    ("cluster", {"holds": ({"field": "nodes", "at_least": "NaN"},)}, [(("holds", 0, "at_least"), "`NaN` is no limit")]),
    (
        "service",
        {"holds": ({"field": "status", "at_least": 3}, {"field": "critical", "at_most": 3})},
        [
            (("holds", 0, "at_least"), "no `status` is more or less than another: write `among` or `none_of`"),
            (("holds", 1, "at_most"), "no `critical` is more or less than another"),
        ],
    ),
    ("service", {"holds": ({"field": "owner", "at_least": 3},)}, [(("holds", 0, "at_least"), "no `owner` is more")]),
]


@pytest.mark.parametrize(("kinds", "parts", "expected"), PROBLEMS)
def test_a_question_that_nothing_can_answer_is_said_where_it_is(
    kinds: str, parts: dict[str, Any], expected: list[tuple[tuple[str | int, ...], str]]
) -> None:
    found = list(problems(query(kinds, **parts)))
    assert [problem.steps for problem in found] == [steps for steps, _ in expected]
    for problem, (_, words) in zip(found, expected, strict=True):
        assert words in problem.message


@given(st.integers(min_value=1, max_value=999_999), st.integers(min_value=1, max_value=999_999))
def test_intervals_compare_by_how_long_they_are(mine: int, limit: int) -> None:
    """Whatever unit each is written in."""
    inventory = of_backup(f"{mine}m")
    for unit, minutes in (("m", 1), ("h", 60), ("d", 1440), ("w", 10080)):
        text = f"{limit}{unit}"
        for name, truth in (("at_most", mine <= limit * minutes), ("at_least", mine >= limit * minutes)):
            assert ask(inventory, "database", holds=({"field": "backup", name: text},)).truth is truth
        assert ask(inventory, "database", holds=({"field": "backup", "among": (text,)},)).truth is (
            mine == limit * minutes
        )


@given(st.integers(min_value=1, max_value=999_999), st.sampled_from("mhdw"))
def test_an_interval_is_told_in_a_way_that_means_the_same(number: int, unit: str) -> None:
    inventory = of_backup(f"{number}{unit}")
    found = ask(inventory, "database", holds=({"field": "backup", "known": False},))
    [(_, _, told)] = found.against
    assert Interval.parse(told).minutes == Interval.parse(f"{number}{unit}").minutes


def of_backup(text: str) -> Inventory:
    """An inventory of one database, without a file."""
    inventory = Inventory(Path())
    record = KINDS["database"].model.model_validate({"id": "a", "name": "A", "owner": None, "backup": text})
    inventory.add(Entry(record, Document(Path()), ()))
    return inventory


def test_a_question_of_every_field_is_answered(shop: Inventory) -> None:
    """No field of any kind is one that evidence stumbles over."""
    for name, kind in KINDS.items():
        for field in (*kind.model.model_fields, "critical"):
            for condition in ({"known": True}, {"among": ("a",)}, {"at_least": 1}, {"at_most": "4h"}):
                asked = query(name, holds=({"field": field, **condition},))
                assert answer(asked, shop, CRITICAL).truth in {True, False, None}
                assert all(problem.message for problem in problems(asked))
