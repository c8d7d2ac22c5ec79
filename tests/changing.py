"""Two states of a small inventory, and what is told of the change from one to the other."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from macros.diff.comparison import Difference, difference
from macros.diff.document import Change, Document, Side, Type
from macros.diff.text import sentence
from macros.workspace import Folders, Workspace
from tests.conftest import write_data

Files = dict[str, str]

DAY = date(2030, 1, 31)

TEAMS = "- {id: ops, name: Ops}\n- {id: shop, name: Shop}\n- {id: pay, name: Pay}\n"
FACTS: Files = {
    "teams.yml": TEAMS,
    "roles.yml": "- {id: cto, name: CTO, holder: unknown}\n",
    "rotations.yml": (
        "- {id: tier-1, name: Tier 1, label: Critical, hours: 24/7, primary: ops, secondary: shop, escalates_to: role.cto}\n"
        "- {id: tier-2, name: Tier 2, label: Other, hours: office, primary: shop, secondary: ops, escalates_to: role.cto}\n"
    ),
    "groups.yml": "- {id: web, name: Web, owner: shop}\n",
    "services.yml": """\
- id: cart
  name: cart
  purpose: Keeps what somebody wants to buy.
  group: web
  status: active
  tier: tier-1
  depends_on: [service.stock, {to: database.main, confirmed: false}]
- {id: stock, name: stock, group: web, status: active, tier: tier-2, depends_on: [database.main]}
- {id: mail, name: mail, group: web, owner: ops, status: active}
""",
    "databases.yml": "- {id: main, name: Main, owner: ops, technology: PostgreSQL 15, status: active}\n",
    "critical-paths.yml": ("- {id: buying, name: Buying, rank: 1, impact: Nobody can buy., through: [service.cart]}\n"),
    "runbooks/cart-down.yml": """\
id: cart-down
name: Cart down
owner: shop
handles: [service.cart]
trigger: The cart answers nothing.
impact: Nobody can buy.
steps:
  - id: look
    do: Look at the pods.
    command: kubectl get pods
    expect: All are Running.
  - do: Restart them.
    danger: Open carts are lost.
    confirm: lose the carts
    command: kubectl rollout restart deployment cart
    expect: All are Running.
verification:
  - do: Buy something.
    expect: It is bought.
exercised: {on: 2029-12-01, by: Shop, minutes: 20, result: worked}
""",
}
"""Facts of which nothing is wrong that could not be read."""


def changed(folder: Path, after: Files, before: Files | None = None, day: date = DAY) -> Difference:
    """The difference that these files make; a file that is empty is not there."""
    sides = []
    for name, files in (("before", before or {}), ("after", after)):
        facts = {file: text for file, text in {**FACTS, **files}.items() if text}
        data = write_data(folder / name / "data", facts)
        sides.append(Workspace(Folders(data, folder / "docs", folder / "diagrams", folder / "cache"), day))
    return difference(sides[0], sides[1], Side(name="before"), Side(name="after"))


def told(document: Document) -> list[str]:
    """What the changes say, the gravest first, each with its level."""
    return [f"{change.level}: {sentence(change.says)}" for change in document.changes]


def of_type(document: Document, kind: Type) -> list[Change]:
    """The changes of a type."""
    return [change for change in document.changes if change.type is kind]


def the(document: Document, kind: Type) -> Change:
    """The one change of a type."""
    found = of_type(document, kind)
    assert len(found) == 1, told(document)
    return found[0]


def replaced(name: str, old: str, new: str) -> Files:
    """The file with one text in place of another."""
    assert old in FACTS[name]
    return {name: FACTS[name].replace(old, new)}
