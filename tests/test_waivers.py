"""Waivers: what they accept, how long, and what they do not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from macros.finding import Finding, Severity
from macros.graph import Graph
from macros.inventory import Inventory
from macros.rules import judge
from macros.waivers import Judgement, judgement

Small = Callable[[dict[str, str]], Inventory]

LAST = date(2030, 1, 31)

STORES = {"databases.yml": "- {id: orders, name: Orders, owner: unknown}\n- {id: carts, name: Carts, owner: unknown}\n"}


def waiver(name: str, finding: str, code: str = "STO001", expires: date = LAST) -> str:
    return (
        f"- id: {name}\n  name: {name}\n  code: {code}\n  finding: {finding}\n  owner: unknown\n"
        f"  reason: It is moved this month.\n  expires: {expires}\n"
    )


@pytest.fixture
def judged(small: Small) -> Callable[..., Judgement]:
    """What stands and what is accepted, with the findings of one rule among those of two stores."""

    def judge_with(waivers: str, today: date = LAST, files: dict[str, str] = STORES, code: str = "STO001") -> Judgement:
        inventory = small({**files, "waivers.yml": waivers} if waivers else files)
        assert inventory.findings == []
        findings = [finding for finding in judge(Graph(inventory), today) if finding.code == code]
        return judgement(findings, inventory, today)

    return judge_with


Judged = Callable[..., Judgement]


def told(findings: list[Finding]) -> list[tuple[str, int]]:
    return [(finding.code, finding.place.line) for finding in findings]


def orders(judged: Judged) -> str:
    """The fingerprint of what is found of the first store."""
    return str(judged("").standing[0].fingerprint)


def test_without_a_waiver_every_finding_stands(judged: Judged) -> None:
    found = judged("")
    assert (told(found.standing), found.accepted) == ([("STO001", 1), ("STO001", 2)], [])


@pytest.mark.parametrize("days", [0, 1, 400])
def test_a_waiver_accepts_its_finding_until_its_last_day(days: int, judged: Judged) -> None:
    found = judged(waiver("moving", orders(judged)), LAST - timedelta(days=days))
    assert told(found.standing) == [("STO001", 2)]
    [(finding, accepting)] = found.accepted
    assert (finding.place.line, accepting.id, accepting.reason) == (1, "moving", "It is moved this month.")


def test_a_waiver_accepts_nothing_the_day_after(judged: Judged) -> None:
    found = judged(waiver("moving", orders(judged)), LAST + timedelta(days=1))
    assert found.accepted == []
    assert told(found.standing) == [("STO001", 1), ("WAV001", 7), ("STO001", 2)]
    problem = found.standing[1]
    assert problem.severity is Severity.ERROR
    assert "ended on 2030-01-31: mend what it accepts, or decide anew" in problem.message
    assert [related.place.line for related in problem.related] == [1]
    assert problem.subjects == ("waiver.moving",)


def test_a_waiver_of_nothing_is_said(judged: Judged) -> None:
    found = judged(waiver("moving", "0123456789ab"))
    assert told(found.standing) == [("STO001", 1), ("STO001", 2), ("WAV002", 4)]
    assert "no STO001 has the fingerprint `0123456789ab`; delete the waiver, or write" in found.standing[2].message


def test_a_waiver_of_another_code_accepts_nothing(judged: Judged) -> None:
    found = judged(waiver("moving", orders(judged), "STO002"))
    assert found.accepted == []
    assert told(found.standing) == [("STO001", 1), ("STO001", 2), ("WAV002", 4)]
    assert "no STO002 has the fingerprint" in found.standing[2].message


def test_a_waiver_of_an_error_accepts_nothing(judged: Judged) -> None:
    files = {"databases.yml": "- {id: orders, name: Orders, owner: unknown, depends_on: [database.orders]}\n"}
    [error] = judged("", files=files, code="REF003").standing
    found = judged(waiver("moving", error.fingerprint, "REF003"), files=files, code="REF003")
    assert found.accepted == []
    assert told(found.standing) == [("REF003", 1), ("WAV003", 3)]
    assert "REF003 is an error, which is mended and not accepted: delete the waiver" in found.standing[1].message


def test_a_waiver_of_an_error_that_has_expired_is_said_once(judged: Judged) -> None:
    files = {"databases.yml": "- {id: orders, name: Orders, owner: unknown, depends_on: [database.orders]}\n"}
    [error] = judged("", files=files, code="REF003").standing
    late = LAST + timedelta(days=1)
    found = judged(waiver("moving", error.fingerprint, "REF003"), late, files, "REF003")
    assert told(found.standing) == [("REF003", 1), ("WAV003", 3)]


@pytest.mark.parametrize("first_lasts", [True, False])
def test_of_two_waivers_of_one_finding_the_one_that_lasts_holds(first_lasts: bool, judged: Judged) -> None:
    """And the other is too many, whichever stands first."""
    days = [LAST + timedelta(days=30), LAST - timedelta(days=30)]
    first, second = days if first_lasts else reversed(days)
    finding = orders(judged)
    found = judged(waiver("one", finding, expires=first) + waiver("two", finding, expires=second))
    [(_, accepting)] = found.accepted
    assert accepting.id == ("one" if first_lasts else "two")
    assert told(found.standing) == [("STO001", 2), ("WAV002", 11 if first_lasts else 4)]
    problem = found.standing[1]
    assert f"the waiver `{accepting.id}` accepts the same finding" in problem.message
    assert "delete one" in problem.message
    assert [related.place.line for related in problem.related] == [4 if first_lasts else 11]


def test_a_waiver_holds_where_lines_and_records_come_before(judged: Judged) -> None:
    more = {"databases.yml": f"# Stores\n- {{id: posts, name: Posts, owner: unknown}}\n{STORES['databases.yml']}"}
    found = judged(waiver("moving", orders(judged)), files=more)
    assert [finding.place.line for finding, _ in found.accepted] == [3]
    assert told(found.standing) == [("STO001", 2), ("STO001", 4)]
