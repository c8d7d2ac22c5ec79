"""The last changes as Atom feeds (RFC 4287): one of all, one for each team. A commit is an entry.

Where the site's address is known, links are absolute; else they are relative to the feed.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import NAMESPACE_OID, uuid5

from lxml import etree
from lxml.builder import ElementMaker

from macros.chronicle.chronicle import Entry
from macros.model import InventoryRecord, Team
from macros.views import Scene
from macros.views.history import FEED, PAGE, Shown, address, has_feed, known, shown, team_feed, teams
from macros.views.render import render
from macros.workspace import Workspace

MOST_ENTRIES = 40
"""Entries that a feed has, the newest."""

ATOM = "http://www.w3.org/2005/Atom"
_E = ElementMaker(namespace=ATOM, nsmap={None: ATOM})


def files(workspace: Workspace) -> Iterator[tuple[str, bytes]]:
    """The feeds, each with its address from the site's root; none where nothing is known to have changed."""
    if not has_feed(workspace):
        return
    entries = known(workspace).entries
    yield FEED, _feed(workspace, FEED, "", entries[:MOST_ENTRIES])
    for team, some in _by_team(workspace, entries).items():
        yield team_feed(team), _feed(workspace, team_feed(team), team, some[:MOST_ENTRIES])


def _by_team(workspace: Workspace, entries: tuple[Entry, ...]) -> dict[str, list[Entry]]:
    """What concerns each team, of those that something concerns."""
    found: dict[str, list[Entry]] = {team.key: [] for team in workspace.inventory.of(Team.kind)}
    for entry in entries:
        for team in teams(workspace, entry):
            found[team].append(entry)
    return {team: some for team, some in found.items() if some}


def _feed(workspace: Workspace, file: str, team: str, entries: list[Entry] | tuple[Entry, ...]) -> bytes:
    base = f"{workspace.site_url.rstrip('/')}/" if workspace.site_url else "../" * file.count("/")
    scene = Scene(workspace, base)
    own = next((one for one in workspace.inventory.of("inventory") if isinstance(one, InventoryRecord)), None)
    what = own.name if own else "Inventory"
    who = f" for {workspace.inventory[team].name}" if team else ""
    identity = " ".join(filter(None, (own.id if own else "", own.repository_url if own else "", team)))
    narrowed = f"?team={team.partition('.')[2]}" if team else ""
    feed = _E.feed(
        _E.title(f"{what}: what changed{who}"),
        _E.id(_urn(f"feed {identity}")),
        _E.updated(_moment(max(entries, key=lambda entry: entry.commit.at))),
        _E.link(rel="self", type="application/atom+xml", href=f"{base}{file}"),
        _E.link(rel="alternate", type="text/html", href=f"{base}{PAGE}/{narrowed}"),
        *(_entry(scene, shown(scene, entry, team), team) for entry in entries),
    )
    etree.indent(feed)
    written: bytes = etree.tostring(feed, xml_declaration=True, encoding="utf-8")
    return written + b"\n"


def _entry(scene: Scene, one: Shown, team: str) -> etree._Element:
    """A commit. Of all that people wrote nothing is more than text: the title is one, and the content is escaped twice.

    XML can hold it all: what cannot be seen was written out when the commit was read.
    """
    moment = _moment(one.entry)
    content = render(scene, "feed_entry.html", one=one)
    return _E.entry(
        _E.title(one.subject),
        _E.id(_urn(f"commit {one.entry.commit.hash} {team}".strip())),
        _E.updated(moment),
        _E.published(moment),
        _E.author(_E.name(one.entry.commit.author or "unknown")),
        _E.link(rel="alternate", type="text/html", href=address(scene.workspace, one.entry, scene.base)),
        _E.content(str(content), type="html"),
    )


def _urn(name: str) -> str:
    """An id that is the same in every build."""
    return f"urn:uuid:{uuid5(NAMESPACE_OID, name)}"


def _moment(entry: Entry) -> str:
    return entry.commit.at.strftime("%Y-%m-%dT%H:%M:%SZ")
