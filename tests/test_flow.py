"""The way through a runbook: numbers, shared procedures put in, and where each outcome leads."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from macros.flow import End, Exit, Way, way
from macros.inventory import Inventory
from macros.model import Procedure, Runbook
from tests.conftest import Small

RUNBOOK = """id: down
name: Down
owner: unknown
handles: []
trigger: It hangs.
impact: All is down.
"""

LIGHT = """- id: light
  name: Light
  owner: unknown
  inputs:
    - {id: place, ask: Where}
    - {id: oil, ask: Which oil}
  steps:
    - id: fill
      do: Fill the lamp in ${place} with ${oil}.
      otherwise:
        - {when: "No ${oil} in ${place}", goto: strike}
    - id: strike
      use: strike
      given: {room: "${place}"}
- id: strike
  name: Strike
  owner: unknown
  inputs:
    - {id: room, ask: Which room}
    - {id: match, ask: Which match}
  steps:
    - do: Strike ${match} in ${room}.
      command: strike "${match}" "${room}"
"""


def of(small: Small, steps: str, procedures: str = "", more: str = "") -> tuple[Way, Inventory]:
    files = {"runbooks.yml": f"{RUNBOOK}steps:\n{steps}verification:\n  - do: Look.\n{more}"}
    inventory = small({**files, **({"procedures.yml": procedures} if procedures else {})})
    assert inventory.findings == []
    runbook = inventory["runbook.down"]
    assert isinstance(runbook, Runbook)
    return way(runbook, inventory), inventory


def test_steps_are_numbered_through_all_sections(small: Small) -> None:
    found, _ = of(small, "  - do: a\n  - do: b\n", more="rollback:\n  - do: c\n")
    assert [(move.number, move.section, move.step.do) for move in found.moves] == [
        (1, "steps", "a"),
        (2, "steps", "b"),
        (3, "verification", "Look."),
        (4, "rollback", "c"),
    ]
    assert [move.then for move in found.moves] == [
        Exit(End.STEP, 2),
        Exit(End.STEP, 3),
        Exit(End.VERIFIED),
        Exit(End.UNDONE),
    ]
    assert len({move.name for move in found.moves}) == 4


def test_a_procedures_steps_stand_in_its_place_with_what_is_given(small: Small) -> None:
    found, _ = of(
        small,
        "  - id: lamp\n    use: light\n    given: {place: hall}\n  - do: Go.\n    otherwise: [{goto: lamp, at_most: 1}]\n",
        LIGHT,
    )
    assert [move.step.do for move in found.moves[:3]] == [
        "Fill the lamp in hall with ${oil}.",
        "Strike ${match} in hall.",
        "Go.",
    ]
    assert found.moves[1].step.command == 'strike "${match}" "hall"'
    assert found.moves[0].otherwise[0].when == "No ${oil} in hall"
    assert found.moves[0].otherwise[0].exit == Exit(End.STEP, 2)
    assert found.moves[1].used == ("procedure.light", "procedure.strike")
    assert found.moves[2].otherwise[0].exit == Exit(End.STEP, 1, at_most=1)
    assert found.problems == []


def test_a_procedure_that_is_used_twice_has_other_names_the_second_time(small: Small) -> None:
    found, _ = of(small, "  - use: light\n  - use: light\n", LIGHT)
    assert [move.name for move in found.moves[:4]] == [
        "light/fill",
        "light/strike/steps-1",
        "light/fill~2",
        "light/strike/steps-1~2",
    ]


def test_a_procedure_that_leads_to_the_runbook_it_is_used_in_pages_somebody(small: Small) -> None:
    procedure = "id: light\nname: Light\nowner: unknown\nsteps: [{do: Light it., otherwise: [{runbook: down}]}]\n"
    found, _ = of(small, "  - use: light\n", procedure)
    assert found.problems == []
    assert found.moves[0].otherwise[0].exit == Exit(End.PAGE)


def test_the_reader_is_asked_for_what_nobody_gave(small: Small) -> None:
    found, _ = of(small, "  - use: light\n    given: {place: hall}\n", LIGHT)
    assert [asked.id for asked in found.inputs] == ["oil", "match"]


def test_an_input_that_the_runbook_asks_for_itself_is_the_same(small: Small) -> None:
    found, _ = of(
        small, "  - use: light\n    given: {place: hall}\n", LIGHT, "inputs:\n  - {id: oil, ask: Whale or olive}\n"
    )
    assert [(asked.id, asked.ask) for asked in found.inputs] == [("oil", "Whale or olive"), ("match", "Which match")]


def test_a_procedure_by_itself_leads_back_to_whoever_uses_it(small: Small) -> None:
    _, inventory = of(small, "  - use: light\n", LIGHT)
    light = inventory["procedure.light"]
    assert isinstance(light, Procedure)
    found = way(light, inventory)
    assert found.moves[-1].then == Exit(End.DONE)
    assert [asked.id for asked in found.inputs] == ["place", "oil", "match"]


@pytest.mark.parametrize(
    ("branch", "leads"),
    [
        ("{goto: next}", Exit(End.STEP, 2)),
        ("{goto: again, at_most: 3}", Exit(End.STEP, 1, at_most=3)),
        ("{goto: verification}", Exit(End.STEP, 3)),
        ("{goto: rollback}", Exit(End.STEP, 4)),
        ("{goto: last}", Exit(End.STEP, 2)),
        ("{page: next}", Exit(End.PAGE)),
    ],
)
def test_where_a_branch_leads(branch: str, leads: Exit, small: Small) -> None:
    steps = f"  - do: a\n    otherwise: [{branch}]\n  - id: last\n    do: b\n"
    found, _ = of(small, steps, more="rollback:\n  - do: c\n")
    assert found.problems == []
    assert found.moves[0].otherwise[0].exit == leads


def test_next_after_the_last_step_is_the_verification_and_after_that_the_end(small: Small) -> None:
    found, inventory = of(small, "  - do: a\n    otherwise: [{goto: next}]\n")
    assert found.moves[0].otherwise[0].exit == Exit(End.STEP, 2)
    assert inventory.findings == []


def test_a_step_that_can_fail_pages_somebody_where_nothing_is_written(small: Small) -> None:
    found, _ = of(
        small,
        "  - do: a\n    expect: b\n  - do: c\n  - do: d\n    command: e\n    otherwise: [{when: f, goto: next}]\n",
    )
    assert [[(outcome.when, outcome.exit.end) for outcome in move.otherwise] for move in found.moves] == [
        [("", End.PAGE)],
        [],
        [("f", End.STEP), ("", End.PAGE)],
        [],
    ]


TARGETS = ("next", "again", "verification", "s0", "s1", "s2", "s3")


@given(
    branches=st.lists(
        st.lists(st.tuples(st.sampled_from(TARGETS), st.integers(0, 2)), max_size=3), min_size=4, max_size=4
    )
)
@settings(max_examples=150, deadline=None)
def test_every_way_ends_where_nothing_is_found(branches: list[list[tuple[str, int]]]) -> None:
    """Counted outcomes run out; without them no step comes round again, and the last one is an end."""
    made = []
    for number, leads in enumerate(branches):
        written = [{"when": "x", "goto": to, **({"at_most": most} if most else {})} for to, most in leads]
        made.append({"id": f"s{number}", "do": "x", "otherwise": tuple(written)})
    raw = {"id": "down", "name": "Down", "owner": None, "handles": (), "trigger": "x", "impact": "x"}
    runbook = Runbook.model_validate({**raw, "steps": tuple(made), "verification": ({"do": "Look."},)})
    found = way(runbook, Inventory.__new__(Inventory))
    if any(problem.code == "RUN004" for problem in found.problems):
        return
    free: nx.DiGraph[int] = nx.DiGraph()
    for move in found.moves:
        exits = [move.then, *(one.exit for one in move.otherwise)]
        free.add_edges_from((move.number, out.step) for out in exits if out.end is End.STEP and not out.at_most)
    assert nx.is_directed_acyclic_graph(free)
    assert found.moves[-1].then == Exit(End.VERIFIED)
