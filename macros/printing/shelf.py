"""What is printed: a document for each runbook and each sheet, a binder for each team, and one for launch day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from macros.impact import can_be_down
from macros.model import KINDS, Record, Team
from macros.paging import PageStep, Paging, paging
from macros.views import impact
from macros.views.render import path
from macros.workspace import Workspace

LAUNCH_PAGES = ("milestones", "readiness", "signoffs")
"""The pages of a launch, where somebody wrote them."""


@dataclass(frozen=True)
class Sheet:
    """A page of the site that is printed: the file it goes to, and its address from the site's root."""

    name: str
    title: str
    address: str


@dataclass(frozen=True)
class Binder:
    """Pages that are bound together: the file, the title, whom to page, and what is in it by part."""

    name: str
    title: str
    contacts: Paging
    parts: tuple[tuple[str, tuple[Sheet, ...]], ...]


def sheets(workspace: Workspace) -> list[Sheet]:
    """Every runbook, then every sheet of what can be down."""
    inventory = workspace.inventory
    found = [_runbook(record) for record in inventory.of("runbook")]
    return found + [_down(record) for record in inventory.records() if can_be_down(KINDS[record.kind])]


def binders(workspace: Workspace) -> list[Binder]:
    """A binder for each team that has something to be in it, then the one for launch day."""
    found = [_of_team(workspace, team) for team in workspace.inventory.of("team") if isinstance(team, Team)]
    return [binder for binder in [*found, _of_launch(workspace)] if binder.parts]


def _runbook(record: Record) -> Sheet:
    return Sheet(f"runbooks/{record.id}", record.name, path(record.key))


def _down(record: Record) -> Sheet:
    return Sheet(f"if-down/{record.kind}-{record.id}", f"If {record.name} is down", impact.address(record.key))


def _of_team(workspace: Workspace, team: Team) -> Binder:
    """The runbooks and sheets of what the team owns, or is paged for first."""

    def answers(record: Record) -> bool:
        owner = getattr(record, "owner", None) or workspace.inventory.value(record, "owner")
        first = next(iter(paging(workspace.graph, record).steps), None)
        return getattr(owner, "key", "") == team.key or (first is not None and first.key == team.key)

    runbooks = [_runbook(record) for record in workspace.inventory.of("runbook") if answers(record)]
    down = [
        _down(record) for record in workspace.inventory.records() if can_be_down(KINDS[record.kind]) and answers(record)
    ]
    parts = _parts(("Runbooks", runbooks), ("If it is down", down))
    return Binder(f"binders/{team.id}", team.name, paging(workspace.graph, team), parts)


def _of_launch(workspace: Workspace) -> Binder:
    """What is at hand on launch day: the decision and the way back, the critical paths, the plan."""
    launch, paths = [], []
    for record in workspace.inventory.of("runbook"):
        kinds = {link.key.partition(".")[0] for link in getattr(record, "handles", ())}
        if kinds & {"launch", "freeze"}:
            launch.append(_runbook(record))
        elif "critical-path" in kinds:
            paths.append(_runbook(record))
    down = [_down(record) for record in workspace.inventory.of("critical-path")]
    plan = [
        Sheet(f"launch/{name}", KINDS[kind].titles, f"{name}/")
        for name, kind in zip(LAUNCH_PAGES, ("milestone", "readiness", "signoff"), strict=True)
        if workspace.has_page(name)
    ]
    named = next((record.name for record in workspace.inventory.of("launch")), "")
    parts = _parts(
        ("Decide, and take back", launch),
        ("The plan", plan),
        ("Critical paths", down),
        ("Runbooks of critical paths", paths),
    )
    return Binder("binders/launch-day", f"Launch day: {named}", _for_all_paths(workspace), parts if named else ())


def _for_all_paths(workspace: Workspace) -> Paging:
    """Who is paged for the critical paths: those who come first anywhere, then the others, each once."""
    reasons: dict[str, list[str]] = {}
    rank: dict[str, int] = {}
    sure: dict[str, bool] = {}
    for record in workspace.inventory.of("critical-path"):
        for position, step in enumerate(paging(workspace.graph, record).steps):
            reasons.setdefault(step.key, []).append(f"{_ordinal(position + 1)} for {record.name}")
            rank[step.key] = min(rank.get(step.key, position), position)
            sure[step.key] = sure.get(step.key, False) or step.confirmed
    ordered = sorted(reasons, key=lambda key: rank[key])
    return Paging(tuple(PageStep(key, tuple(reasons[key]), sure[key]) for key in ordered), ())


def _ordinal(number: int) -> str:
    """`1st`, `2nd`, `3rd`, `4th`; nobody is paged as the 21st."""
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number, 'th') }"


def _parts(*parts: tuple[str, Iterable[Sheet]]) -> tuple[tuple[str, tuple[Sheet, ...]], ...]:
    return tuple((title, tuple(found)) for title, found in parts if found)


def all_in(binder: Binder) -> Iterator[Sheet]:
    """Everything in a binder, in order."""
    return (sheet for _, part in binder.parts for sheet in part)
