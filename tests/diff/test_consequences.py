"""What follows from a change is said first, weighed by what it is of, and for those whom it concerns."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from macros.diff.arrangement import headline
from macros.diff.consequence import Compared, ReachChanged, consequences
from macros.diff.document import Level, Same, Type
from macros.diff.snapshot import Arrow, Snapshot
from macros.diff.state import RecordState
from macros.diff.text import sentence
from tests.changing import FACTS, Files, changed, of_type, replaced, the, told

SERVICES = FACTS["services.yml"]


def test_the_same_facts_are_the_same(tmp_path: Path) -> None:
    found = changed(tmp_path, {}).document
    assert (found.same, found.changes, found.not_compared) == (Same.ALL, (), ())


@pytest.mark.parametrize(
    "after",
    [
        {"teams.yml": f"# People\n{FACTS['teams.yml']}"},
        {"teams.yml": "".join(reversed(FACTS["teams.yml"].splitlines(keepends=True)))},
        {"services.yml": SERVICES.replace("[service.stock, {", "[{to: service.stock}, {")},
        {"services.yml": "", "services/web.yml": SERVICES},
    ],
)
def test_order_comments_and_layout_are_no_change_of_facts(tmp_path: Path, after: Files) -> None:
    found = changed(tmp_path, after).document
    assert (found.same, found.changes) == (Same.FACTS, ())


def test_an_owner_is_told_of_what_is_critical_first_and_for_both_teams(tmp_path: Path) -> None:
    found = changed(tmp_path, replaced("groups.yml", "owner: shop", "owner: pay")).document
    change = found.changes[0]
    assert (change.type, change.level) == (Type.OWNER_CHANGED, Level.CRITICAL)
    assert sentence(change.says) == "cart, stock and Web change hands: Shop → Pay"
    assert sentence(change.details[0]) == (
        "cart, on the critical path Buying, on call: Tier 1, 1 thing falls with it, paged first: Ops"
    )
    assert set(change.reviewers) == {"team.shop", "team.pay"}
    assert change.affected == ("team.pay",)


def test_an_owner_of_something_critical_comes_before_a_word(tmp_path: Path) -> None:
    text = SERVICES.replace("Keeps what", "Holds what").replace("- {id: mail, name: mail,", "- {id: mail, name: post,")
    text = text.replace("  group: web\n  status", "  group: web\n  owner: pay\n  status")
    found = changed(tmp_path, {"services.yml": text}).document
    levels = [change.level for change in found.changes]
    assert levels == sorted(levels, key=list(Level).index)
    assert told(found)[0] == "critical: cart changes hands: Shop → Pay"
    assert (
        told(found)[-1]
        == "wording: cart: Purpose: `Keeps what somebody wants to buy.` → `Holds what somebody wants to buy.`"
    )


def test_that_nobody_owns_what_runs_is_critical(tmp_path: Path) -> None:
    lost = changed(tmp_path, replaced("databases.yml", "owner: ops", "owner: unknown")).document
    change = the(lost, Type.OWNER_CHANGED)
    assert (change.level, sentence(change.says)) == (Level.CRITICAL, "Main changes hands: Ops → nobody")


def test_who_is_paged_first_is_told_where_the_owner_stays(tmp_path: Path) -> None:
    found = changed(tmp_path, replaced("rotations.yml", "primary: ops", "primary: pay")).document
    change = the(found, Type.PAGING_CHANGED)
    assert (change.level, change.affected) == (Level.CRITICAL, ("team.pay",))
    assert sentence(change.says) == "Paged first for cart, Buying, Tier 1 and 1 more: Ops → Pay"


def test_what_falls_with_more_than_before_is_told_before_the_relation(tmp_path: Path) -> None:
    after = replaced(
        "services.yml", "owner: ops, status: active", "owner: ops, status: active, depends_on: [service.cart]"
    )
    found = changed(tmp_path, after).document
    assert told(found)[:2] == ["major: mail now falls with cart, Main and stock", "major: mail now depends on cart"]
    change = the(found, Type.BLAST_RADIUS_CHANGED)
    assert sentence(change.why[0]) == "3 → 4 fall with Main"
    assert change.affected == ("team.ops",)


def test_that_a_critical_path_falls_with_more_is_critical(tmp_path: Path) -> None:
    text = SERVICES.replace("[service.stock, {", "[service.stock, service.mail, {")
    found = changed(tmp_path, {"services.yml": text}).document
    assert told(found)[0] == "critical: cart and Buying now fall with mail"


def test_less_falls_with_what_is_needed_no_longer(tmp_path: Path) -> None:
    text = SERVICES.replace("depends_on: [service.stock, ", "depends_on: [")
    found = changed(tmp_path, {"services.yml": text}).document
    assert told(found)[0] == "critical: cart no longer depends on stock"
    assert sentence(the(found, Type.BLAST_RADIUS_CHANGED).says) == "cart and Buying no longer fall with stock"


def test_a_removal_tells_who_still_refers_to_it(tmp_path: Path) -> None:
    found = changed(tmp_path, {"databases.yml": ""}).document
    change = the(found, Type.ENTITY_REMOVED)
    assert found.changes[0] == change
    assert sentence(change.says) == "Database Main is removed; 2 records still refer to it, which leads nowhere"
    assert sentence(change.why[0]) == "3 things fall with it"
    assert [sentence(one) for one in change.details] == ["still refers to it: cart", "still refers to it: stock"]
    assert (change.reviewers, change.affected) == (("team.ops", "team.shop"), ("team.shop",))
    assert "The head has 2 errors; what could be read of it is compared." in found.not_compared


def test_a_removal_tells_what_needed_it(tmp_path: Path) -> None:
    text = SERVICES.replace(", {to: database.main, confirmed: false}", "").replace(", depends_on: [database.main]", "")
    found = changed(tmp_path, {"databases.yml": "", "services.yml": text}).document
    change = the(found, Type.ENTITY_REMOVED)
    assert (change.level, sentence(change.says)) == (
        Level.CRITICAL,
        "Database Main is removed; without it: cart and stock",
    )
    assert of_type(found, Type.RELATION_REMOVED) == []  # which the removal says
    assert found.not_compared == ()


def test_something_new_tells_who_answers_and_what_it_falls_with(tmp_path: Path) -> None:
    row = "- {id: wallet, name: wallet, group: web, owner: pay, tier: tier-1, depends_on: [service.stock]}\n"
    found = changed(tmp_path, {"services.yml": SERVICES + row}).document
    change = the(found, Type.ENTITY_ADDED)
    assert (change.level, sentence(change.says)) == (
        Level.CRITICAL,
        "New service wallet, owned by Pay; falls with Main and stock",
    )
    assert sentence(change.details[0]) == "paged first: Ops"
    assert set(change.reviewers) == {"team.pay", "team.shop"}
    assert of_type(found, Type.BLAST_RADIUS_CHANGED) == []  # that more falls with stock is said of it


def test_a_renaming_tells_where_the_old_address_leads(tmp_path: Path) -> None:
    renamed = SERVICES.replace("service.stock", "service.store").replace(
        "{id: stock, name: stock", "{id: store, name: stock"
    )
    silent = the(changed(tmp_path / "1", {"services.yml": renamed}).document, Type.ENTITY_RENAMED)
    said = renamed.replace("{id: store,", "{id: store, formerly: [stock],")
    declared = changed(tmp_path / "2", {"services.yml": said}).document
    assert silent.level is Level.MAJOR
    assert sentence(silent.says) == (
        "The old address of the service stock leads nowhere: `stock` → `store`, which `formerly` does not say"
    )
    assert told(declared) == ["minor: Service stock has a new address, and the old one leads to it: `stock` → `store`"]


def test_a_step_that_changes_is_told_with_what_the_runbook_is_for(tmp_path: Path) -> None:
    found = changed(
        tmp_path, replaced("runbooks/cart-down.yml", "Open carts are lost.", "All carts are lost.")
    ).document
    change = the(found, Type.RUNBOOK_CHANGED)
    assert change.level is Level.CRITICAL
    assert sentence(change.says) == "Runbook Cart down: 1 change in what to do, 1 dangerous step among them"
    assert [sentence(one) for one in change.why] == ["for cart"]
    assert sentence(change.details[0]) == "step “Restart them.”, danger: `Open carts are lost.` → `All carts are lost.`"
    stale = the(found, Type.EXERCISE_STALE)
    assert sentence(stale.says) == "Cart down was last worked through on `2029-12-01`, before its steps became these"


def test_a_runbook_that_was_worked_through_anew_is_not_stale(tmp_path: Path) -> None:
    text = FACTS["runbooks/cart-down.yml"].replace("Restart them.", "Restart all.").replace("2029-12-01", "2030-01-30")
    found = changed(tmp_path, {"runbooks/cart-down.yml": text}).document
    assert of_type(found, Type.EXERCISE_STALE) == []


def test_a_procedure_that_changes_makes_the_runbooks_with_it_stale(tmp_path: Path) -> None:
    look = "id: look\nname: Look\nowner: ops\nsteps: [{do: Look at the pods., expect: All are Running.}]\n"
    book = FACTS["runbooks/cart-down.yml"].replace("steps:\n", "steps:\n  - use: look\n")
    before = {"procedures/look.yml": look, "runbooks/cart-down.yml": book}
    after = {**before, "procedures/look.yml": look.replace("Look at the pods", "Look at all pods")}
    found = changed(tmp_path, after, before).document
    assert sentence(the(found, Type.RUNBOOK_CHANGED).why[1]) == "part of Cart down"
    assert the(found, Type.EXERCISE_STALE).records == ("runbook.cart-down",)


CHECKLIST = {
    "readiness-areas.yml": "- {id: infra, name: Infrastructure}\n",
    "readiness.yml": (
        "- id: up\n  name: Everything is active\n  area: infra\n  done: true\n"
        "  evidence: [{kinds: [service], holds: [{field: status, among: [active]}]}]\n"
        "- {id: load, name: Load was tried, area: infra, done: false}\n"
    ),
    "signoffs.yml": (
        "- id: tech\n  name: Technology\n  area: technical\n  criterion: All services run.\n  signed: true\n"
        "  signs_for: ops\n  evidence: [{kinds: [service], holds: [{field: status, among: [active]}]}]\n"
    ),
    "launches.yml": "- {id: spring, name: Spring, date: 2030-03-01}\n",
    "milestones.yml": (
        "- {id: rc, name: Release candidate, launch: spring, at: T-7 days}\n"
        "- {id: go, name: Go, launch: spring, at: T-1 days, after: [rc]}\n"
    ),
    "freezes.yml": "- {id: quiet, name: Quiet, launch: spring, starts: T-48h, ends: T+24h}\n",
}


def test_a_signature_goes_stale_by_what_it_vouches_for(tmp_path: Path) -> None:
    after = {**CHECKLIST, **replaced("services.yml", "owner: ops, status: active", "owner: ops, status: degraded")}
    found = changed(tmp_path, after, CHECKLIST).document
    stale = the(found, Type.SIGNOFF_STALE)
    assert (stale.level, sentence(stale.says)) == (Level.CRITICAL, "Technology was signed before this changes: mail")
    moved = {sentence(change.says): change.level for change in of_type(found, Type.READINESS_MOVED)}
    assert moved["Everything is active: its evidence holds → is refuted"] is Level.CRITICAL


def test_a_signature_is_not_stale_by_words_or_by_what_it_says_nothing_of(tmp_path: Path) -> None:
    words = {**CHECKLIST, **replaced("services.yml", "Keeps what", "Holds what")}
    other = {**CHECKLIST, **replaced("databases.yml", "PostgreSQL 15", "PostgreSQL 16")}
    for number, after in enumerate((words, other)):
        found = changed(tmp_path / str(number), after, CHECKLIST).document
        assert of_type(found, Type.SIGNOFF_STALE) == []
        assert len(found.changes) == 1


def test_ticks_move_the_readiness_of_their_area(tmp_path: Path) -> None:
    text = CHECKLIST["readiness.yml"].replace("done: false", "done: true")
    forward = changed(tmp_path / "1", {**CHECKLIST, "readiness.yml": text}, CHECKLIST).document
    assert "minor: Readiness, Infrastructure: 1 of 2 → 2 of 2" in told(forward)
    assert "minor: Load was tried is ticked, without evidence" in told(forward)
    back = changed(tmp_path / "2", CHECKLIST, {**CHECKLIST, "readiness.yml": text}).document
    assert {"major: Readiness, Infrastructure: 2 of 2 → 1 of 2", "major: Load was tried is no longer ticked"} <= set(
        told(back)
    )


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("milestones.yml", "T-7 days", "T-3 days", "major: Milestone Release candidate moves: `T-7 days` → `T-3 days`"),
        ("launches.yml", "2030-03-01", "2030-04-01", "critical: Launch Spring moves: `2030-03-01` → `2030-04-01`"),
        ("freezes.yml", "T-48h", "T-24h", "critical: Code freeze Quiet, starts, moves: `T-48h` → `T-24h`"),
    ],
)
def test_what_moves_on_the_calendar_is_told(tmp_path: Path, name: str, old: str, new: str, said: str) -> None:
    found = changed(tmp_path, {**CHECKLIST, name: CHECKLIST[name].replace(old, new)}, CHECKLIST).document
    assert said in told(found)


def test_what_waits_for_a_milestone_that_moves_is_named(tmp_path: Path) -> None:
    text = CHECKLIST["milestones.yml"].replace("T-7 days", "T-3 days")
    found = changed(tmp_path, {**CHECKLIST, "milestones.yml": text}, CHECKLIST).document
    assert [sentence(one) for one in the(found, Type.MILESTONE_MOVED).details] == ["what waits for it: Go"]


@pytest.mark.parametrize(("now", "level"), [("degraded", Level.CRITICAL), ("testing", Level.MAJOR)])
def test_a_status_that_is_worse_weighs_more(tmp_path: Path, now: str, level: Level) -> None:
    text = SERVICES.replace("group: web\n  status: active", f"group: web\n  status: {now}")
    change = the(changed(tmp_path, {"services.yml": text}).document, Type.STATUS_MOVED)
    assert (change.level, sentence(change.says)) == (level, f"cart: status `active` → `{now}`")


def test_a_relation_that_somebody_confirms_is_told(tmp_path: Path) -> None:
    after = replaced("services.yml", "{to: database.main, confirmed: false}", "database.main")
    assert "minor: cart depends on Main: confirmed" in told(changed(tmp_path, after).document)


def test_findings_come_and_go(tmp_path: Path) -> None:
    worse = replaced("services.yml", "tier: tier-1", "tier: tier-2")
    forward = changed(tmp_path / "1", worse).document
    back = changed(tmp_path / "2", {}, worse).document
    appeared = [change for change in of_type(forward, Type.FINDING_APPEARED) if "CRT008" in sentence(change.why[0])]
    resolved = [change for change in of_type(back, Type.FINDING_RESOLVED) if "CRT008" in sentence(change.why[0])]
    assert [change.level for change in (*appeared, *resolved)] == [Level.MAJOR, Level.MINOR]
    assert appeared[0].reviewers == ("team.shop",)


def test_what_a_waiver_accepts_is_not_said_to_be_gone(tmp_path: Path) -> None:
    standing = changed(tmp_path / "0", {}).head.facts_findings[0]
    waiver = (
        f"- {{id: w, name: W, finding: {standing.fingerprint}, code: {standing.code}, "
        "expires: 2031-01-01, owner: ops, reason: Known.}\n"
    )
    given = changed(tmp_path / "1", {"waivers.yml": waiver}).document
    taken = changed(tmp_path / "2", {}, {"waivers.yml": waiver}).document
    said = [sentence(the(given, Type.FINDING_RESOLVED).says), sentence(the(taken, Type.FINDING_APPEARED).says)]
    assert [one.partition(": ")[0] for one in said] == ["Accepted by a waiver now", "Accepted by no waiver now"]


def test_the_day_is_the_same_for_both_so_that_time_alone_changes_nothing(tmp_path: Path) -> None:
    dated = replaced("databases.yml", "status: active", "status: active, reviewed: 2029-01-01")
    for number, day in enumerate((date(2029, 1, 2), date(2031, 1, 1))):
        found = changed(tmp_path / str(number), {**dated, "teams.yml": FACTS["teams.yml"] + "# x\n"}, dated, day)
        assert found.document.changes == ()


# What cannot be read


def test_an_older_shape_is_compared_as_far_as_it_can_be(tmp_path: Path) -> None:
    before = replaced("databases.yml", "technology: PostgreSQL 15", "engine: PostgreSQL 15")
    found = changed(tmp_path, {}, before).document
    fields = the(found, Type.FIELD_CHANGED)
    assert {"Engine: `PostgreSQL 15` → `nothing`", "Technology: `nothing` → `PostgreSQL 15`"} == {
        sentence(one) for one in fields.details
    }
    assert of_type(found, Type.ENTITY_ADDED) == of_type(found, Type.ENTITY_REMOVED) == []
    assert found.not_compared[0] == "The base has 1 error; what could be read of it is compared."
    assert found.not_compared[1].startswith("data/databases.yml:1:38: MOD001:")


def test_a_file_that_does_not_parse_adds_and_removes_nothing(tmp_path: Path) -> None:
    broken = {"databases.yml": "- {id: main, name: Main\n"}
    found = changed(tmp_path, replaced("services.yml", "Keeps what", "Holds what"), broken).document
    assert of_type(found, Type.ENTITY_ADDED) == []
    assert any(line.startswith("Databases: some file of the base could not be read") for line in found.not_compared)
    assert "wording: cart: Purpose: `Keeps what somebody wants to buy.` → `Holds what somebody wants to buy.`" in told(
        found
    )


@pytest.mark.parametrize(
    "damage",
    [
        replaced("databases.yml", "owner: ops", f"owner: ops, {'x' * 600}: 1"),
        replaced("services.yml", "[service.stock, {", "[{to: Foo Bar, confirmed: false}, {"),
        {"readiness.yml": CHECKLIST["readiness.yml"].replace("area: infra", "area: no such")},
    ],
)
def test_whatever_is_wrong_with_the_base_is_compared(tmp_path: Path, damage: Files) -> None:
    after = {**CHECKLIST, **replaced("services.yml", "[service.stock, {", "[Foo Bar, {")}
    found = changed(tmp_path, after, {**CHECKLIST, **damage}).document
    assert found.changes
    assert "The base has" in found.not_compared[0]


def test_an_area_with_a_new_id_keeps_its_ticks(tmp_path: Path) -> None:
    after = {
        **CHECKLIST,
        "readiness-areas.yml": "- {id: base, formerly: [infra], name: Infrastructure}\n",
        "readiness.yml": CHECKLIST["readiness.yml"].replace("area: infra", "area: base"),
    }
    found = changed(tmp_path, after, CHECKLIST).document
    assert [change.type for change in found.changes] == [Type.ENTITY_RENAMED]


def test_two_states_of_which_a_file_cannot_be_read_are_not_said_to_be_the_same(tmp_path: Path) -> None:
    broken = [{"databases.yml": f"- {{id: main, name: {sign}\n"} for sign in "[{"]
    found = changed(tmp_path, broken[0], broken[1]).document
    assert (found.same, found.changes) == (Same.LITTLE, ())
    assert headline(found) == "No change of facts in what could be compared."


def test_nothing_at_all_to_compare_with_is_all_new(tmp_path: Path) -> None:
    found = changed(tmp_path, {}, dict.fromkeys(FACTS, "")).document
    assert len(of_type(found, Type.ENTITY_ADDED)) == 13
    assert of_type(found, Type.ENTITY_REMOVED) == []


@pytest.mark.parametrize("turned", [("services.yml",), ("teams.yml",), ("services.yml", "teams.yml")])
def test_what_is_told_does_not_hang_on_the_order_of_records(tmp_path: Path, turned: tuple[str, ...]) -> None:
    text = SERVICES.replace("  group: web\n  status", "  group: web\n  owner: pay\n  status").replace(
        "service.stock, ", ""
    )
    after = {"services.yml": text, "groups.yml": FACTS["groups.yml"].replace("owner: shop", "owner: ops")}
    plain = changed(tmp_path / "plain", after).document
    mixed = {name: _turned({**FACTS, **after}[name]) for name in turned}
    assert changed(tmp_path / "after", {**after, **mixed}).document.changes == plain.changes
    before = {name: _turned(FACTS[name]) for name in turned}
    assert changed(tmp_path / "before", after, before).document.changes == plain.changes


def _turned(text: str) -> str:
    """A list of records the other way round."""
    records = re.split(r"^(?=- )", text, flags=re.MULTILINE)
    return "".join(reversed(records))


def test_the_order_of_tiers_is_a_fact(tmp_path: Path) -> None:
    found = changed(tmp_path, {"rotations.yml": _turned(FACTS["rotations.yml"])}).document
    assert told(found)[0] == "critical: The on-call tiers weigh in another order, the gravest first: Tier 2 and Tier 1"


def test_who_answered_before_is_named_though_they_are_removed(tmp_path: Path) -> None:
    after = {name: text.replace("secondary: ops", "secondary: pay") for name, text in FACTS.items()}
    after = {name: text.replace("primary: ops", "primary: pay") for name, text in after.items()}
    after = {name: text.replace("owner: ops", "owner: pay") for name, text in after.items()}
    after["teams.yml"] = after["teams.yml"].replace("- {id: ops, name: Ops}\n", "")
    assert "major: Tier 1: primary Ops → Pay" in told(changed(tmp_path, after).document)


def test_a_record_that_refers_twice_is_one_record(tmp_path: Path) -> None:
    teams = "- {id: shop, name: Shop}\n- {id: pay, name: Pay}\n"
    before = replaced("rotations.yml", "primary: ops, secondary: shop", "primary: ops, secondary: ops")
    found = changed(tmp_path, {**before, "teams.yml": teams}, before).document
    removal = the(found, Type.ENTITY_REMOVED)
    assert [sentence(one) for one in removal.details].count("still refers to it: Tier 1") == 1


BOOKS = [
    FACTS["runbooks/cart-down.yml"].replace("steps:\n", "steps:\n  - use: look\n").replace("cart-down", name)
    for name in ("cart-down", "cart-slow")
]


def test_nor_on_the_order_of_files(tmp_path: Path) -> None:
    look = "id: look\nname: Look\nowner: ops\nsteps: [{do: Look at the pods., expect: All are Running.}]\n"
    found = []
    for number, books in enumerate((BOOKS, BOOKS[::-1])):
        files = {"runbooks/cart-down.yml": books[0], "runbooks/other.yml": books[1], "procedures/look.yml": look}
        after = {**files, "procedures/look.yml": look.replace("the pods", "all pods"), "databases.yml": ""}
        after["services.yml"] = SERVICES if number else _turned(SERVICES)
        found.append(changed(tmp_path / str(number), after, files).document)
    changes = [[one for one in each.changes if one.type is not Type.FINDING_APPEARED] for each in found]
    assert changes[0] == changes[1]
    assert the(found[0], Type.RUNBOOK_CHANGED).records == (
        "procedure.look",
        "runbook.cart-down",
        "runbook.cart-slow",
    )


def test_of_very_many_the_blast_radius_of_what_most_of_it_is_about_is_told() -> None:
    names = [f"service.s-{number}" for number in range(1000)]
    state = {name: RecordState(name) for name in [*names, "service.zz"]}
    arrows = [Arrow(tail, head, redundant=False) for tail, head in zip(names[:500], names[500:], strict=True)]
    arrows += [Arrow(name, "service.zz", redundant=False) for name in names[:3]]
    before, after = (Snapshot(state, given, {}, {}, {}, {}, (), {}, [], {}, {}) for given in ([], arrows))
    found = [one for one in consequences(Compared(before, after, ())) if isinstance(one, ReachChanged)]
    assert ("service.zz",) in [one.keys for one in found]
