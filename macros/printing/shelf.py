"""What is printed: a document for each runbook and each sheet, a binder for each team, and one for launch day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from macros.impact import can_be_down
from macros.model import KINDS, CriticalPath, Milestone, Record, Runbook, Team
from macros.paging import paging
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
    """Pages that are bound together: the file, the title, whom it is about, and what is in it by part."""

    name: str
    title: str
    about: str
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
    return Binder(
        f"binders/{team.id}", team.name, path(team.key), _parts(("Runbooks", runbooks), ("If it is down", down))
    )


def _of_launch(workspace: Workspace) -> Binder:
    """What is at hand on launch day: the decision and the way back, the critical paths, the plan."""
    launch, paths = [], []
    for record in workspace.inventory.of("runbook"):
        kinds = {link.key.partition(".")[0] for link in getattr(record, "handles", ())}
        if kinds & {"launch", "freeze"}:
            launch.append(_runbook(record))
        elif "critical-path" in kinds:
            paths.append(_runbook(record))
    down = [_down(record) for record in workspace.inventory.of("critical-path") if isinstance(record, CriticalPath)]
    plan = [
        Sheet(f"launch/{name}", KINDS[kind].titles, f"{name}/")
        for name, kind in zip(LAUNCH_PAGES, ("milestone", "readiness", "signoff"), strict=True)
        if workspace.has_page(name)
    ]
    named = next((record.name for record in workspace.inventory.of("launch")), "Launch")
    has_launch = (
        any(isinstance(record, (Milestone, Runbook)) for record in workspace.inventory.of("milestone")) or launch
    )
    parts = _parts(
        ("Decide, and take back", launch),
        ("The plan", plan),
        ("Critical paths", down),
        ("Runbooks of critical paths", paths),
    )
    return Binder("binders/launch-day", f"Launch day: {named}", "", parts if has_launch else ())


def _parts(*parts: tuple[str, Iterable[Sheet]]) -> tuple[tuple[str, tuple[Sheet, ...]], ...]:
    return tuple((title, tuple(found)) for title, found in parts if found)


def all_in(binder: Binder) -> Iterator[Sheet]:
    """Everything in a binder, in order."""
    return (sheet for _, part in binder.parts for sheet in part)
