"""A short form of the campaign (`make campaign`), and whether it would notice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.campaign import canaries, facts
from tests.campaign.phases import PHASES, Phase

SHORT = {
    "reading": 0.02, "models": 0.01, "strings": 0.05, "mutants": 0.01, "kills": 0.03, "pairs": 0.05, "disks": 0.1,
    "cycles": 0.02, "canaries": 0.008,
}  # fmt: skip
"""How much of each phase the tests run. (The settings have tests of their own.)"""

TRIED = [phase for phase in PHASES if phase.__name__ in SHORT]


@pytest.mark.parametrize("phase", TRIED, ids=lambda phase: phase.__name__)
def test_no_promise_breaks(phase: Phase) -> None:
    result = phase(2, SHORT[phase.__name__])
    assert result.broken == []
    assert sum(result.counts.values()) > 0


def test_bad_input_is_refused_by_the_hundred() -> None:
    assert facts.reading(3, 0.01).counts["refused"] > 50


def test_a_reader_that_raises_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(*_: object) -> None:
        raise ValueError("careless")

    monkeypatch.setattr(facts, "of_documents", careless)
    assert len(facts.reading(3, 0.001).broken) == 20


def test_a_place_past_the_end_of_the_file_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "_misplaced", lambda found, lengths: "x" if found and lengths else "")
    result = facts.reading(3, 0.005)
    assert len(result.broken) == result.counts["refused"]


def test_the_checks_of_every_room_are_found() -> None:
    found = canaries.checks()
    assert len(found) > 120
    assert {Path(check.file).stem for check in found} >= {
        "source", "characters", "inventory", "refusals", "values", "pages", "files", "frontmatter", "secrets", "verify",
        "publish", "layout", "ports", "relations", "runbooks", "description", "plugin",
    }  # fmt: skip


def test_a_check_that_no_fault_notices_would_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    useless = canaries.Check("macros/nearest.py", 1, 0, 0, "", "PRT001")  # nothing is switched off
    monkeypatch.setattr(canaries, "checks", lambda: [useless])
    assert len(canaries.canaries(1, 0.5).broken) == 1
