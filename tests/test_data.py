"""The data of this inventory: sound in itself, and true to the document that its first records were taken from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations

import pytest

from macros.finding import errors
from macros.model import KINDS, Group, Link, Record, Service
from macros.model.values import ID_PATTERN, Ports
from macros.paging import paging
from macros.report import as_text
from macros.workspace import Workspace
from tests.conftest import ROOT

DOCUMENT = ROOT / "docs" / "source" / "production-inventory.md"

PEOPLE = {"Owner", "Primary Owner", "Secondary Owner", "Primary", "Secondary", "Escalation"}
"""The document's columns that name a team or a role."""


def rows() -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of the document's tables, by heading, with their lines."""
    heading: list[str] = []
    for number, line in enumerate(DOCUMENT.read_text(encoding="utf-8").splitlines(), 1):
        cells = [cell.strip(" `*") for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            heading = []
        elif not heading:
            heading = cells
        elif set("".join(cells)) - set("-: "):
            yield number, dict(zip(heading, cells, strict=True))


ROWS = list(rows())
SPELLINGS = sorted({row[column] for _, row in ROWS for column in PEOPLE & row.keys()})
OWNED = [(line, row) for line, row in ROWS if "Owner" in row]


def test_nothing_is_wrong(workspace: Workspace) -> None:
    assert errors(workspace.findings) == [], as_text(errors(workspace.findings))


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"waiver"}))  # nobody has accepted anything yet
def test_there_are_records_of_every_kind(kind: str, workspace: Workspace) -> None:
    assert workspace.inventory.of(kind)


def test_every_id_is_fit_for_an_address(workspace: Workspace) -> None:
    ids = [name for record in workspace.inventory.records() for name in (record.id, *record.formerly)]
    assert [name for name in ids if not re.fullmatch(ID_PATTERN, name)] == []


def test_at_least_80_relations_are_assumed_and_every_one_of_them_may_be_confirmed(workspace: Workspace) -> None:
    assumed = [edge for edge in workspace.graph.edges if not edge.confirmed and not edge.inherited]
    assert len(assumed) >= 80
    entries = workspace.inventory.entries
    places = {(entries[edge.tail].file, entries[edge.tail].place(*edge.steps)) for edge in assumed}
    assert len(places) == len(assumed)


def test_every_service_has_at_least_three_relations_besides_its_group_and_owner(workspace: Workspace) -> None:
    services = workspace.inventory.of("service")
    assert len(services) == 24
    few = {}
    for service in services:
        edges = [*workspace.graph.outgoing(service.key), *workspace.graph.incoming(service.key)]
        others = [edge for edge in edges if edge.relation.name not in {"group", "owner"}]
        if len(others) < 3:
            few[service.key] = len(others)
    assert few == {}


def test_every_service_has_an_owner_and_somebody_to_page(workspace: Workspace) -> None:
    for service in workspace.inventory.of("service"):
        assert isinstance(workspace.inventory.value(service, "owner"), Link)
        assert paging(workspace.graph, service).steps


def test_the_ports_of_groups_do_not_overlap_and_hold_those_of_their_services(workspace: Workspace) -> None:
    groups = [group for group in workspace.inventory.of("group") if isinstance(group, Group)]
    ranges: list[tuple[str, Ports]] = [(group.id, ports) for group in groups for ports in group.ports]
    assert len(ranges) >= 8
    assert [pair for pair in combinations(ranges, 2) if pair[0][1].overlaps(pair[1][1])] == []
    for service in workspace.inventory.of("service"):
        group = workspace.inventory.parent(service)
        assert isinstance(service, Service)
        assert isinstance(group, Group)
        assert service.port is None or any(service.port in ports for ports in group.ports)


def test_positions_and_ranks_stand_in_a_row(workspace: Workspace) -> None:
    inventory = workspace.inventory
    ranks = sorted(getattr(path, "rank", 0) for path in inventory.of("critical-path"))
    assert ranks == list(range(1, len(ranks) + 1))
    positions = sorted(getattr(stage, "position", 0) for stage in inventory.of("stage"))
    assert positions == list(range(1, len(positions) + 1))


def test_names_are_not_given_twice_within_a_kind(workspace: Workspace) -> None:
    names = Counter((record.kind, record.name.casefold()) for record in workspace.inventory.records())
    assert [name for name, count in names.items() if count > 1] == []


def test_a_critical_path_has_a_runbook(workspace: Workspace) -> None:
    handled = {edge.head for edge in workspace.graph.edges if edge.relation.name == "handles"}
    assert {path.key for path in workspace.inventory.of("critical-path")} <= handled


# True to the document


def test_the_document_names_its_owners_in_many_ways() -> None:
    assert {"Platform Team", "Platform", "@platform-team", "CTO", "Service Owner"} <= set(SPELLINGS)
    assert len(OWNED) >= 60


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_of_an_owner_in_the_document_is_one_team_or_role(spelling: str, workspace: Workspace) -> None:
    assert len(workspace.inventory.find(spelling, ("team", "role"))) == 1


@pytest.mark.parametrize(("line", "row"), OWNED, ids=[f"{next(iter(row.values()))}-{line}" for line, row in OWNED])
def test_an_owner_is_the_one_of_the_document(line: int, row: dict[str, str], workspace: Workspace) -> None:
    inventory = workspace.inventory
    [owner] = inventory.find(row["Owner"], ("team",))
    found = [inventory[key] for key in inventory.find(next(iter(row.values())))]
    stated = [record for record in found if _confirmed_owner(record) == owner]
    assert stated, f"{DOCUMENT.name}:{line}: owned by {row['Owner']}"


def _confirmed_owner(record: Record) -> str:
    """The owner that the record states itself, as a fact."""
    link = getattr(record, "owner", None)
    return link.key if isinstance(link, Link) and link.confirmed else ""
