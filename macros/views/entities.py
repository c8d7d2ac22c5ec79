"""The page of one record: what it is, whom to page, what it touches, what to do, and where it is written."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, get_args

from markupsafe import Markup
from pydantic.fields import FieldInfo

from macros.graph import Edge
from macros.impact import can_be_down
from macros.model import KINDS, Kind, Link, Procedure, Record, RelationType, Runbook, Team
from macros.model.record import Strict, kinds_of
from macros.model.runbooks import Exercise
from macros.model.values import Status
from macros.paging import paging
from macros.placeholders import shown
from macros.views import Scene, findings, history
from macros.views.changes import page_changes
from macros.views.evidence import evidence
from macros.views.figures import figure_of
from macros.views.paper import paper
from macros.views.render import path, render
from macros.views.runbooks import Worked
from macros.views.sources import how_to, written

SENTENCES = ("purpose", "impact", "criterion", "statement")
"""Fields in which a record says what it is: the first that has a value leads its page, the others are facts."""

ELSEWHERE = frozenset({"id", "name", "aliases", "formerly", "note", "reviewed", "stated_in"})
"""Fields that an entity page shows in places of their own."""

OF_RUNBOOKS = frozenset({"trigger", "symptoms", "impact", "access", "escalate_after"})
"""Those of a runbook, whose texts hold placeholders."""

RARE = frozenset({"any_one_of", "circular", "rebuildable"})
"""Fields that most records have no use for: shown only where they have a value."""


@dataclass(frozen=True)
class Section:
    """A part of a page: its address on the page and its heading."""

    id: str
    title: str


@dataclass(frozen=True)
class Fact:
    """A field of a record with its value."""

    field: str
    label: str
    value: Any
    unit: str


@dataclass(frozen=True)
class RelationGroup:
    """All relations of one type in one direction."""

    type: RelationType
    label: str
    edges: tuple[tuple[str, Edge], ...]
    """The record at the other end, and the edge."""


@dataclass(frozen=True)
class EntityPage:
    """What the site needs of a record's page: its title, a sentence, its sections, and the HTML between."""

    title: str
    description: str
    sections: tuple[Section, ...]
    content: Markup


PAGING = Section("page", "Whom to page")
TOUCHES = Section("touches", "What it touches")
RELATIONS_ = Section("relations", "Relations")
RUNBOOKS = Section("runbooks", "Runbooks")
FINDINGS = Section("findings", "Findings")
RECORD = Section("record", "Record")
OWNS = Section("owns", "What it owns")
BEFORE = Section("before", "Before you start")
STEPS = Section("steps", "Steps")


LEAD_HERE = ("handles", "answers")
"""The relations by which a runbook is found from what it is for."""


def sections(kind: Kind) -> tuple[Section, ...]:
    """The parts of the pages of a kind, in their order: the same on every page of it, whatever a record holds."""
    if kind.model is Runbook:
        return (
            PAGING,
            BEFORE,
            STEPS,
            Section("verification", "Verification"),
            Section("rollback", "Rollback"),
            Section("tell", "What to tell"),
            TOUCHES,
            RELATIONS_,
            FINDINGS,
            RECORD,
        )
    if kind.model is Procedure:
        return (PAGING, BEFORE, STEPS, TOUCHES, RELATIONS_, FINDINGS, RECORD)
    if kind.model is Team:
        return (PAGING, OWNS, TOUCHES, RELATIONS_, FINDINGS, RECORD)
    runbooks = (RUNBOOKS,) if any(kind.name in kinds_of(Runbook.relation_fields()[name]) for name in LEAD_HERE) else ()
    return (PAGING, TOUCHES, RELATIONS_, *runbooks, FINDINGS, RECORD)


def entity_page(scene: Scene, record: Record) -> EntityPage:
    """The page of a record."""
    kind = KINDS[record.kind]
    parts = sections(kind)
    content = render(
        scene,
        "entity.html",
        record=record,
        kind=kind,
        sections=parts,
        facts=_facts(scene, record, kind),
        status=_status(record),
        tier=_link(scene, record, "tier"),
        owner=_link(scene, record, "owner"),
        assumed=_assumed(scene, record),
        sentence=_sentence(record),
        paper=paper(scene, record, path(record.key)),
        sheet=f"if-down/{record.kind}/{record.id}/" if can_be_down(kind) else "",
        evidence=evidence(scene, record),
        paging=paging(scene.workspace.graph, record),
        groups=_relation_groups(scene, record, {"owner"} if kind.model is Team else set(LEAD_HERE)),
        owned=_owned(scene, record),
        runbooks=_runbooks(scene, record),
        procedure=Worked(scene, record) if isinstance(record, (Runbook, Procedure)) else None,
        trigger_of=lambda key: _trigger(scene, key),
        findings=findings.of_record(scene.workspace, record),
        findings_page=f"{findings.PAGE}/" if scene.workspace.has_page(findings.PAGE) else "",
        changed=history.of_record(scene, record),
        page_changes=page_changes(scene, record.key),
        figure=figure_of(scene, record.key),
        source=written(scene, record),
        add_runbook=how_to(scene, "add-a-runbook"),
    )
    return EntityPage(record.name, _description(scene, record, kind), parts, content)


def _sentence(record: Record) -> str | None:
    """What the record says of itself."""
    said = _said(record)
    return getattr(record, said[0]) if said else None


def _said(record: Record) -> list[str]:
    """The fields in which the record says what it is, the one that leads its page first."""
    own = OF_RUNBOOKS if isinstance(record, Runbook) else ()
    return [field for field in SENTENCES if field not in own and getattr(record, field, None)]


def _description(scene: Scene, record: Record, kind: Kind) -> str:
    owner = _link(scene, record, "owner")
    owned = f", owned by {scene.workspace.inventory[owner.key].name}" if owner else ""
    sentence = _sentence(record)
    return f"{kind.title}{owned}{'. ' + sentence if sentence else ''}"


def _facts(scene: Scene, record: Record, kind: Kind) -> list[Fact]:
    """The plain values, and what is missing: relations and lists of steps have sections of their own."""
    hidden = {*ELSEWHERE, *record.relation_fields(), *SENTENCES} - set(_said(record)[1:])
    if isinstance(record, Runbook):
        hidden |= OF_RUNBOOKS
    facts = []
    for field, info in kind.model.model_fields.items():
        value = scene.workspace.inventory.value(record, field)
        if not value and field in RARE:
            continue
        missing = value is None and info.is_required() and field != "owner"
        if (missing or field not in hidden) and not _holds_mappings(info):
            facts.append(Fact(field, kind.label(field), value, kind.unit(field)))
    return facts


def _holds_mappings(field: FieldInfo) -> bool:
    """Whether a field is a list of mappings, such as steps."""
    inner = next(iter(get_args(field.annotation)), None)
    return isinstance(inner, type) and issubclass(inner, Strict) and inner is not Exercise


def _status(record: Record) -> Status | None:
    value = getattr(record, "status", None) or getattr(record, "compliance", None)
    return value if isinstance(value, Status) else None


def _link(scene: Scene, record: Record, field: str) -> Link | None:
    value = scene.workspace.inventory.value(record, field)
    return value if isinstance(value, Link) and value.key else None


def _assumed(scene: Scene, record: Record) -> int:
    return sum(not edge.confirmed for edge in scene.workspace.graph.outgoing(record.key))


def _relation_groups(scene: Scene, record: Record, elsewhere: set[str]) -> list[RelationGroup]:
    """The record's relations in both directions, dependencies first. `elsewhere`: what others state of it that the
    page shows in a section of its own.
    """
    graph = scene.workspace.graph
    forward: dict[str, list[tuple[str, Edge]]] = defaultdict(list)
    backward: dict[str, list[tuple[str, Edge]]] = defaultdict(list)
    for edge in graph.outgoing(record.key):
        forward[edge.relation.name].append((edge.head, edge))
    for edge in graph.incoming(record.key):
        if edge.relation.name in elsewhere:
            continue
        backward[edge.relation.name].append((edge.tail, edge))
    groups = [_group(edges, is_forward=True) for edges in forward.values()]
    groups += [_group(edges, is_forward=False) for edges in backward.values()]
    return sorted(groups, key=lambda group: not group.type.dependency)


def _group(edges: list[tuple[str, Edge]], *, is_forward: bool) -> RelationGroup:
    relation = edges[0][1].relation
    return RelationGroup(relation, relation.forward if is_forward else relation.backward, tuple(edges))


def _owned(scene: Scene, record: Record) -> list[tuple[Kind, list[tuple[str, Edge]]]]:
    """What a team owns, by kind in the order of the table of kinds."""
    by_kind: dict[str, list[tuple[str, Edge]]] = defaultdict(list)
    for edge in scene.workspace.graph.incoming(record.key):
        if edge.relation.name == "owner":
            by_kind[edge.tail.partition(".")[0]].append((edge.tail, edge))
    return [(kind, by_kind[name]) for name, kind in KINDS.items() if name in by_kind]


def _trigger(scene: Scene, key: str) -> str:
    """What makes somebody open a runbook, in plain words."""
    found = scene.workspace.inventory[key]
    return shown(found.trigger, scene.workspace.inventory) if isinstance(found, Runbook) else ""


def _runbooks(scene: Scene, record: Record) -> list[str]:
    """The runbooks that handle the record, or a critical path that it is on."""
    graph = scene.workspace.graph
    found = [edge.tail for edge in graph.incoming(record.key) if edge.relation.name in LEAD_HERE]
    paths = [edge.tail for edge in graph.incoming(record.key) if edge.relation.name == "through"]
    for key in paths:
        found.extend(edge.tail for edge in graph.incoming(key) if edge.relation.name == "handles")
    return list(dict.fromkeys(found))
