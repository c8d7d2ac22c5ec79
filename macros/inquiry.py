"""Questions to the graph from the command line: whom to page, what falls, how two things hang together, what is alone."""

from __future__ import annotations

import json
import os
import sys
from collections import deque
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from macros.finding import counted, errors
from macros.graph import Edge
from macros.impact import Impact
from macros.model import KINDS, Operated, Record
from macros.nearest import listed
from macros.workspace import Workspace

NOTHING_FOUND = 1
"""The exit status where the question makes sense and the answer is no."""


class Shape(StrEnum):
    """How an answer is printed."""

    TEXT = "text"
    JSON = "json"


Asked = Annotated[str, typer.Argument(help="A record: its id, name or alias, or kind.id.", metavar="ID")]
Data = Annotated[Path | None, typer.Option("--data", help="The folder of the facts.", show_default="data")]
AsShape = Annotated[Shape, typer.Option("--format", help="How to print the answer.")]
Depth = Annotated[int, typer.Option("--depth", min=0, help="How many relations to follow; 0 for all.")]
Top = Annotated[int, typer.Option("--top", min=1, help="How many to list.")]


def who(workspace: Workspace, asked: str, shape: Shape) -> None:
    """Whom to page for a thing, in order, with why each is there and what nobody has stated.

    JSON: `{key, name, steps: [{key, name, reasons, confirmed}], gaps: [text]}`.
    """
    from macros.paging import paging  # here, so that the other commands start without it

    record = _one(workspace, asked)
    found = paging(workspace.graph, record)
    name = workspace.inventory.entries
    if shape is Shape.JSON:
        steps = [
            {"key": s.key, "name": name[s.key].record.name, "reasons": list(s.reasons), "confirmed": s.confirmed}
            for s in found.steps
        ]
        _print_json({**_named(record), "steps": steps, "gaps": list(found.gaps)})
        return
    print(_title(record))
    width = max((len(name[step.key].record.name) for step in found.steps), default=0)
    for position, step in enumerate(found.steps, 1):
        sure = "" if step.confirmed else " (assumed)"
        print(f"{position}  {name[step.key].record.name:<{width}}  {'; '.join(step.reasons)}{sure}")
    for gap in found.gaps:
        print(f"?  {gap}")


def impact(workspace: Workspace, asked: str, depth: int, shape: Shape) -> None:
    """What falls when a thing is down, who notices, whom to tell, what takes over, and what it needs in start order.

    JSON: `{key, name, falling: [{key, name, confirmed}], paths: [{key, name, impact, confirmed}], platforms: [key],
    money: [key], told: [{team, things: [key]}], weakened: [key], failover: [{key, what, stated}], runbooks: [key],
    needs: [[key]]}`.
    """
    from macros.impact import impact as of_record  # as above

    record = _one(workspace, asked)
    found = of_record(workspace.reach, record, depth)
    if shape is Shape.JSON:
        _print_json(_as_json(workspace, found))
        return
    for line in _as_text(workspace, found):
        print(line)


def path(workspace: Workspace, start: str, end: str, shape: Shape) -> None:
    """The shortest way by which one thing needs another. Exit status 1 where neither needs the other.

    JSON: `{from, to, steps: [{tail, relation, head, confirmed}]}`, with no steps where there is no way.
    """
    one, other = _one(workspace, start), _one(workspace, end)
    steps = _way(workspace, one.key, other.key) or _way(workspace, other.key, one.key)
    if shape is Shape.JSON:
        rows = [{"tail": e.tail, "relation": e.relation.name, "head": e.head, "confirmed": e.confirmed} for e in steps]
        _print_json({"from": one.key, "to": other.key, "steps": rows})
    else:
        name = workspace.inventory
        for edge in steps:
            sure = "" if edge.confirmed else " (assumed)"
            print(f"{name[edge.tail].name} {edge.relation.forward} {name[edge.head].name}{sure}")
        if not steps:
            print(f"neither of `{one.key}` and `{other.key}` needs the other")
    if not steps:
        raise typer.Exit(NOTHING_FOUND)


def spof(workspace: Workspace, top: int, shape: Shape) -> None:
    """The things with which most falls, and why nothing stands beside them.

    JSON: `[{key, name, falls, confirmed, paths: [key], reasons: [text], backup_plan}]`.
    """
    from macros.exposure import single_points  # as above

    rows = single_points(workspace.reach)[:top]
    if shape is Shape.JSON:
        _print_json(
            [
                {
                    **_named(workspace.inventory[row.key]),
                    "falls": row.number,
                    "confirmed": row.sure,
                    "paths": list(row.paths),
                    "reasons": list(row.reasons),
                    "backup_plan": row.backup_plan,
                }
                for row in rows
            ]
        )
        return
    width = max((len(row.key) for row in rows), default=0)
    for row in rows:
        why = f"  {'; '.join(row.reasons)}" if row.reasons else ""
        plan = f"  takes over: {row.backup_plan}" if row.backup_plan else ""
        print(f"{row.number:>5}  {row.key:<{width}}  {row.sure} confirmed, {len(row.paths)} critical paths{why}{plan}")


def _one(workspace: Workspace, written: str) -> Record:
    """The record that is meant. Exit status 2 with what may be meant, where that is not one."""
    written = os.fsencode(written).decode("utf-8", "replace")  # as it was typed, whatever the terminal's language
    found = workspace.inventory.find(written)
    running = [key for key in found if issubclass(KINDS[key.partition(".")[0]].model, Operated)]
    if len(found) > 1 and len(running) == 1:  # in an outage, the thing that runs is meant
        others = listed([key for key in found if key not in running])
        print(f"taken for `{running[0]}`; there is {others} as well", file=sys.stderr)
        found = running
    if len(found) == 1:
        wrong = errors(workspace.inventory.findings)
        if wrong:
            print(f"{counted(wrong)} in the facts: something may be missing here (`inventory check`)", file=sys.stderr)
        return workspace.inventory[found[0]]
    if found:
        message = f"`{written}` may mean {listed(found)}: write one of them"
    else:
        near = workspace.inventory.suggestions(written)
        message = f"`{written}` is no record" + (f"; did you mean {listed(near)}?" if near else "")
    print(message, file=sys.stderr)
    raise typer.Exit(2)


def _named(record: Record) -> dict[str, Any]:
    return {"key": record.key, "name": record.name}


def _title(record: Record) -> str:
    return f"{record.name} ({KINDS[record.kind].noun}, {record.key})"


def _print_json(value: Any) -> None:
    print(json.dumps(value, indent=2, ensure_ascii=True))


def _way(workspace: Workspace, start: str, end: str) -> list[Edge]:
    """The shortest chain of dependencies from one to the other; confirmed ones go before assumed ones. Else nothing."""
    came: dict[str, Edge] = {}
    border, seen = deque([start]), {start}
    while border and end not in came:
        at = border.popleft()
        for edge in sorted(workspace.graph.outgoing(at), key=lambda edge: not edge.confirmed):
            if edge.relation.dependency and edge.head not in seen:
                seen.add(edge.head)
                came[edge.head] = edge
                border.append(edge.head)
    steps: list[Edge] = []
    while end in came and (not steps or end != start):
        steps.insert(0, came[end])
        end = came[end].tail
    return steps


def _as_json(workspace: Workspace, found: Impact) -> dict[str, Any]:
    name = workspace.inventory
    falling = [one for _, records in found.falling for one in records]
    return {
        **_named(found.record),
        "falling": [{"key": one.key, "name": name[one.key].name, "confirmed": one.sure} for one in falling],
        "paths": [
            {"key": hit.key, "name": hit.name, "impact": hit.impact, "confirmed": sure} for hit, sure in found.paths
        ],
        "platforms": [one.key for one in found.platforms],
        "money": [one.key for one in found.money],
        "told": [{"team": told.team, "things": list(told.things)} for told in found.told],
        "weakened": [edge.tail for edge in found.weakened],
        "failover": [{"key": one.key, "what": one.what, "stated": one.stated} for one in found.failover],
        "runbooks": list(found.runbooks),
        "needs": [[one.key for one in step] for step in found.needs],
    }


def _as_text(workspace: Workspace, found: Impact) -> Iterator[str]:
    name = workspace.inventory
    yield _title(found.record)
    for hit, sure in found.paths:
        yield f"notices   {hit.name}: {hit.impact}{'' if sure else ' (assumed)'}"
    for kind, records in found.falling:
        words = ", ".join(f"{name[one.key].name}{'' if one.sure else '?'}" for one in records)
        yield f"falls     {kind.titles}: {words}"
    falls = f"{found.number} fall{'s' if found.number == 1 else ''}"
    yield f"          {falls}; ? is by a relation that was assumed" if found.assumed else f"          {falls}"
    for told in found.told:
        yield f"tell      {name[told.team].name} ({len(told.things)})"
    for one in found.failover:
        yield f"{one.what:<9} {one.stated}{'' if one.key == found.record.key else f' ({name[one.key].name})'}"
    for key in found.runbooks:
        yield f"runbook   {name[key].name}"
    for position, step in enumerate(found.needs, 1):
        yield f"needs {position:<3} {', '.join(name[one.key].name for one in step)}"
