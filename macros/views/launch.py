"""The launch: how ready, what is left, when what happens, who signs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from macros.model import KINDS, Freeze, Kind, Launch, Milestone, Readiness, ReadinessArea, Record, Signoff, Stage
from macros.model.values import Severity, SignoffArea, Status
from macros.nearest import did_you_mean, listed
from macros.views import Scene, ViewError, view
from macros.views.render import anchor, render


@dataclass(frozen=True)
class Progress:
    """How many of a number of things are done."""

    label: str
    done: int
    of: int
    key: str = ""

    @property
    def percent(self) -> int:
        """Done things in whole percent, rounded down: 100 means all."""
        return self.done * 100 // self.of if self.of else 0


@dataclass(frozen=True)
class StateCount:
    """How the records of a kind are spread over the readings of their status."""

    kind: Kind
    total: int
    parts: tuple[tuple[Severity, int], ...]
    words: tuple[tuple[str, int], ...]


def _readiness(scene: Scene) -> list[tuple[ReadinessArea, list[Readiness]]]:
    items: dict[str, list[Readiness]] = {}
    for item in scene.workspace.inventory.of("readiness"):
        if isinstance(item, Readiness):
            items.setdefault(item.area.key, []).append(item)
    areas = [area for area in scene.workspace.inventory.of("readiness-area") if isinstance(area, ReadinessArea)]
    return [(area, items.get(area.key, [])) for area in areas]


def _signoffs(scene: Scene, area: SignoffArea | None = None) -> list[Signoff]:
    found = [item for item in scene.workspace.inventory.of("signoff") if isinstance(item, Signoff)]
    return [item for item in found if area is None or item.area is area]


@view
def readiness(scene: Scene, area: str = "") -> Markup:
    """The readiness checklist: all areas, or the one of that id."""
    areas = _readiness(scene)
    if area:
        chosen = [(found, items) for found, items in areas if found.id == area]
        if not chosen:
            known = [found.id for found, _ in areas]
            hint = did_you_mean(area, known) or f"; write one of {listed(known)}" if known else "; add it to the data"
            raise ViewError(f"`{area}` is no readiness area{hint}")
        areas = chosen
    blocks = [(found, items, _progress(found.name, items, found.key)) for found, items in areas]
    return render(
        scene, "readiness.html", blocks=blocks, ids=_ids(scene, (item for _, items in areas for item in items))
    )


def _progress(label: str, items: list[Readiness], key: str = "") -> Progress:
    return Progress(label, sum(item.done for item in items), len(items), key)


@view
def signoffs(scene: Scene, area: str) -> Markup:
    """The sign-offs of an area, `technical` or `business`, as a checklist."""
    if area not in set(SignoffArea):
        raise ViewError(
            f"`{area}` is no area of sign-offs{did_you_mean(area, SignoffArea)}; write technical or business"
        )
    items = _signoffs(scene, SignoffArea(area))
    return render(scene, "signoffs.html", items=items, ids=_ids(scene, items))


@view
def timeline(scene: Scene) -> Markup:
    """The milestones of the launch on a line."""
    found = [item for item in scene.workspace.inventory.of("milestone") if isinstance(item, Milestone)]
    items = sorted(found, key=lambda item: item.at.hours)
    launches = [item for item in scene.workspace.inventory.of("launch") if isinstance(item, Launch)]
    return render(scene, "timeline.html", items=items, launches=launches, ids=_ids(scene, items))


@view
def freeze(scene: Scene) -> Markup:
    """The code freeze: when it starts and ends, what may change in it, and who approves."""
    items = [item for item in scene.workspace.inventory.of("freeze") if isinstance(item, Freeze)]
    return render(scene, "freeze.html", items=items, ids=_ids(scene, items))


@view
def pipeline(scene: Scene) -> Markup:
    """The promotion pipeline as a track of stages, each with its gate."""
    found = [item for item in scene.workspace.inventory.of("stage") if isinstance(item, Stage)]
    items = sorted(found, key=lambda item: item.position)
    return render(scene, "pipeline.html", items=items, ids=_ids(scene, items))


@view
def launch_state(scene: Scene) -> Markup:
    """The state of the launch in numbers and bars: readiness by area, sign-offs, the day."""
    areas = _readiness(scene)
    bars = [_progress(area.name, items, area.key) for area, items in areas]
    everything = _progress("Readiness", [item for _, items in areas for item in items])
    signed = _signoffs(scene)
    launches = [item for item in scene.workspace.inventory.of("launch") if isinstance(item, Launch)]
    return render(
        scene,
        "launch_state.html",
        bars=bars,
        everything=everything,
        signed=Progress("Sign-offs", sum(item.signed for item in signed), len(signed)),
        launches=launches,
        linked={page: scene.workspace.has_page(page) for page in ("readiness", "signoffs", "milestones")},
    )


@view
def status_counts(scene: Scene) -> Markup:
    """How many records of each kind are in which state."""
    counts = []
    for kind in KINDS.values():
        records = scene.workspace.inventory.of(kind.name)
        field = next((name for name in ("status", "compliance") if name in kind.model.model_fields), None)
        if records and field and any(getattr(record, field) for record in records):
            counts.append(_spread(kind, [getattr(record, field) for record in records]))
    return render(scene, "status_counts.html", counts=counts)


def _spread(kind: Kind, states: list[Status | None]) -> StateCount:
    readings = Counter(state.reading if state else Severity.UNKNOWN for state in states)
    words = Counter(state.value.replace("-", " ") if state else "unknown" for state in states)
    parts = tuple((reading, readings[reading]) for reading in Severity if readings[reading])
    return StateCount(kind, len(states), parts, tuple(words.most_common()))


def _ids(scene: Scene, records: Iterable[Record]) -> dict[str, str]:
    """The row ids of records by key, without those that the page has already."""
    ids = {}
    for record in records:
        name = anchor(record.key)
        ids[record.key] = "" if name in scene.anchors else name
        scene.anchors.add(name)
    return ids
