"""The line of the source that states a record."""

from __future__ import annotations

from pathlib import Path

import pytest

from macros.citation import Citations
from macros.workspace import Workspace
from tests.conftest import Small

DOCUMENT = """# 📦 Library

## **Counters** (2 of them)
| Counter | Owner |
|---------|-------|
| **Desk** | Lending |
| `Desk light` | Stacks |

## Opening
- Start: a week before
- T-7 days: books are shelved

Two counters are enough.
"""
DATA = {
    "teams.yml": "- {id: lending, name: Lending, stated_in: Counters}\n- {id: stacks, name: Stacks}\n",
    "controls.yml": (
        "- {id: desk, name: Desk, owner: lending, area: identity, stated_in: Counters}\n"
        "- {id: light, name: Desk light, owner: stacks, area: identity, stated_in: Counters}\n"
        "- {id: gone, name: Gone, owner: stacks, area: identity, stated_in: Counters}\n"
        "- {id: lost, name: Lost, owner: stacks, area: identity, stated_in: Nowhere}\n"
    ),
    "launches.yml": "- {id: opening, name: Opening}\n",
    "milestones.yml": "- {id: shelved, name: Shelved, launch: opening, at: T-7 days, stated_in: Opening}\n",
    "claims.yml": "- {id: two, name: Two, statement: Two counters are enough., stated_in: Counters}\n",
}


@pytest.mark.parametrize(
    ("key", "line", "words"),
    [
        ("control.desk", 6, "Desk | Lending"),
        ("control.light", 7, "Desk light | Stacks"),
        ("team.lending", 6, "Desk | Lending"),
        ("milestone.shelved", 11, "T-7 days: books are shelved"),
        ("claim.two", 13, "Two counters are enough."),
        ("control.gone", 3, "Counters (2 of them)"),
    ],
)
def test_a_record_is_stated_by_a_line(key: str, line: int, words: str, small: Small, tmp_path: Path) -> None:
    document = tmp_path / "source.md"
    document.write_text(DOCUMENT, encoding="utf-8")
    quote = Citations(document).of(small(DATA)[key])
    assert quote is not None
    assert (quote.place.file, quote.place.line, quote.words) == (document, line, words)


def test_what_states_nothing_is_quoted_nowhere(small: Small, tmp_path: Path) -> None:
    document = tmp_path / "source.md"
    document.write_text(DOCUMENT, encoding="utf-8")
    inventory = small(DATA)
    assert Citations(document).of(inventory["control.lost"]) is None
    assert Citations(document).of(inventory["team.stacks"]) is None
    assert Citations(None).of(inventory["control.desk"]) is None
    assert Citations(tmp_path / "nowhere.md").of(inventory["control.desk"]) is None


def test_nearly_every_record_of_this_inventory_is_quoted_by_its_own_line(workspace: Workspace) -> None:
    stated = [record for record in workspace.inventory.records() if record.stated_in]
    quotes = [workspace.citations.of(record) for record in stated]
    assert None not in quotes
    headings = sum(
        quote is not None and quote.words == record.stated_in for quote, record in zip(quotes, stated, strict=True)
    )
    assert len(stated) > 200
    assert headings < 10
