"""What the inventory found wrong with itself: the page of findings, its numbers, and what is to be confirmed."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary

from markupsafe import Markup

from macros.finding import Finding, Severity, shown_path
from macros.graph import Edge
from macros.model import KINDS, Kind, Record, Waiver
from macros.paging import responsible
from macros.rules import AREAS
from macros.views import Scene, preview, view
from macros.views.render import render
from macros.workspace import Workspace

PAGE = "findings"
RULES_PAGE = "rules"
NOBODY = "nobody"
_MARK = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Part:
    """A piece of a message: text, or the record that it names, or a word of the data."""

    text: str
    key: str = ""
    code: bool = False


@dataclass(frozen=True)
class PlaceRow:
    """A place that a finding speaks of: where it is, and what stands there."""

    where: str
    says: str
    quoted: bool


@dataclass(frozen=True)
class Row:
    """A finding as a reader sees it."""

    finding: Finding
    area: str
    parts: tuple[Part, ...]
    owner: str
    """The key of the team that is to resolve it; empty where nobody is."""

    kind: Kind | None
    places: tuple[PlaceRow, ...]
    waiver: Waiver | None = None


def rows(workspace: Workspace, found: Iterable[tuple[Finding, Waiver | None]]) -> list[Row]:
    """The findings as rows, the gravest first, and by area within."""
    weights = list(Severity)
    made = [_row(workspace, finding, waiver) for finding, waiver in found]
    areas = list(AREAS.values())
    return sorted(made, key=lambda row: (weights.index(row.finding.severity), areas.index(row.area), row.finding.code))


def _row(workspace: Workspace, finding: Finding, waiver: Waiver | None) -> Row:
    subjects = [key for key in finding.subjects if key in workspace.inventory]
    main = subjects[0] if subjects else ""
    owner = next((team for key in subjects if (team := responsible(workspace.graph, key))), "")
    kind = KINDS[main.partition(".")[0]] if main else None
    return Row(
        finding, AREAS[finding.code[:3]], _parts(workspace, finding, subjects), owner, kind, _places(finding), waiver
    )


def _parts(workspace: Workspace, finding: Finding, subjects: list[str]) -> tuple[Part, ...]:
    """The message in pieces; what stands in backticks leads to the record of that name, if the finding speaks of one."""
    names = {word: key for key in reversed(subjects) for word in (key, _id(key), workspace.inventory[key].name)}
    found = []
    message = finding.message[:1].upper() + finding.message[1:]
    for position, text in enumerate(_MARK.split(message)):
        if text:
            found.append(Part(text, names.get(text, ""), code=True) if position % 2 else Part(text))
    return tuple(found)


def _id(key: str) -> str:
    return key.partition(".")[2]


def _places(finding: Finding) -> tuple[PlaceRow, ...]:
    first = PlaceRow(_where(finding.place.file, finding.place.line), "reported here", quoted=False)
    others = []
    for related in finding.related:
        quoted = related.message.startswith("the source says: ")
        says = related.message.removeprefix("the source says: ")
        others.append(PlaceRow(_where(related.place.file, related.place.line), says, quoted))
    return (first, *others)


def _where(file: Path, line: int) -> str:
    """A place from the project's folder on, the same wherever that lies."""
    parts = shown_path(file).split("/")
    start = next((at for at in range(len(parts) - 1, -1, -1) if parts[at] in {"data", "docs", "diagrams"}), 0)
    return f"{'/'.join(parts[start:])}:{line}"


def standing(workspace: Workspace) -> list[Row]:
    """What is found and accepted by nobody."""
    return rows(workspace, [(finding, None) for finding in workspace.judgement.standing])


@view
def findings(scene: Scene) -> Markup:
    """Every finding, to filter by severity, area, owner and kind."""
    if scene.dry:
        return Markup()
    workspace = scene.workspace
    return render(
        scene,
        "findings.html",
        rows=standing(workspace),
        accepted=rows(workspace, list(workspace.judgement.accepted)),
        nobody=NOBODY,
        slug=_slug,
        rules_page=RULES_PAGE if workspace.has_page(RULES_PAGE) else "",
    )


def _slug(words: str) -> str:
    return re.sub(r"\W+", "-", words.casefold()).strip("-")


@view
def findings_summary(scene: Scene) -> Markup:
    """How much was found, by severity and area, as a way in."""
    if scene.dry:
        return Markup()
    workspace = scene.workspace
    found = workspace.judgement.standing
    severities = Counter(finding.severity for finding in found)
    areas = Counter(AREAS[finding.code[:3]] for finding in found)
    return render(
        scene,
        "findings_summary.html",
        severities=[(severity, severities[severity]) for severity in Severity if severities[severity]],
        areas=[(area, _slug(area), number) for area, number in areas.most_common()],
        total=len(found),
        accepted=len(workspace.judgement.accepted),
        assumed=sum(1 for _ in _assumed(workspace)),
        page=f"{PAGE}/" if workspace.has_page(PAGE) else "",
        trend="" if preview.of(workspace) else workspace.trend,  # of a base, git tells none
    )


@dataclass(frozen=True)
class Unconfirmed:
    """What a team has to confirm: relations that somebody assumed of what it owns."""

    team: str
    relations: tuple[Edge, ...]


def _assumed(workspace: Workspace) -> Iterable[Edge]:
    return (edge for edge in workspace.graph.edges if not edge.confirmed and not edge.inherited)


@view
def assumptions(scene: Scene) -> Markup:
    """Every relation that was assumed, by the team that can confirm it."""
    if scene.dry:
        return Markup()
    workspace = scene.workspace
    by_team: dict[str, list[Edge]] = defaultdict(list)
    for edge in _assumed(workspace):
        by_team[responsible(workspace.graph, edge.tail) or responsible(workspace.graph, edge.head)].append(edge)
    order = sorted(by_team, key=lambda team: (not team, -len(by_team[team]), team))
    return render(
        scene,
        "assumptions.html",
        groups=[Unconfirmed(team, tuple(by_team[team])) for team in order],
        place=lambda edge: _edge_place(workspace, edge),
        total=sum(map(len, by_team.values())),
    )


def _edge_place(workspace: Workspace, edge: Edge) -> str:
    place = workspace.inventory.entries[edge.tail].place(*edge.steps)
    return _where(place.file, place.line)


def of_record(workspace: Workspace, record: Record) -> list[Row]:
    """What is found of a record; of a team, also what it is to resolve."""
    return list(_by_record(workspace).get(record.key, ()))


_BY_RECORD: WeakKeyDictionary[Workspace, dict[str, list[Row]]] = WeakKeyDictionary()


def _by_record(workspace: Workspace) -> dict[str, list[Row]]:
    """The rows by the records that they speak of, made once: every record's page asks for its own."""
    if workspace not in _BY_RECORD:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in standing(workspace):
            for key in dict.fromkeys((*row.finding.subjects, row.owner)):
                found[key].append(row)
        _BY_RECORD[workspace] = found
    return _BY_RECORD[workspace]
