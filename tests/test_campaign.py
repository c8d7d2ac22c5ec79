"""A short form of the campaign (`make campaign`), and whether it would notice."""

from __future__ import annotations

import pytest

from tests.campaign import phases

SHORT = {"reading": 0.02, "models": 0.01, "kills": 0.03, "pairs": 0.05, "disks": 0.1}


@pytest.mark.parametrize("phase", phases.PHASES, ids=lambda phase: phase.__name__)
def test_no_promise_breaks(phase: phases.Phase) -> None:
    result = phase(2, SHORT[phase.__name__])
    assert result.broken == []
    assert sum(result.counts.values()) > 0


def test_bad_input_is_refused_by_the_hundred() -> None:
    assert phases.reading(3, 0.01).counts["refused"] > 50


def test_a_reader_that_raises_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(*_: object) -> None:
        raise ValueError("careless")

    monkeypatch.setattr(phases, "of_documents", careless)
    assert len(phases.reading(3, 0.001).broken) == 20


def test_a_place_past_the_end_of_the_file_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phases, "_misplaced", lambda found, lengths: "x" if found and lengths else "")
    result = phases.reading(3, 0.005)
    assert len(result.broken) == result.counts["refused"]
