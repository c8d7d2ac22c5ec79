"""What changed in the facts, as readers see it: by week and commit on a page of its own, and by record on the record's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from weakref import WeakKeyDictionary

from markupsafe import Markup

from macros.chronicle.chronicle import UNKNOWN, Change, Chronicle, Entry, chronicle
from macros.chronicle.telling import How, RecordChange
from macros.diff.words import plural
from macros.model import KINDS, Kind, Record, Team
from macros.paging import responsible
from macros.secrets import opens_something
from macros.views import Scene, preview, view
from macros.views.render import render
from macros.views.sources import about
from macros.workspace import Workspace

PAGE = "history"
FEED = f"{PAGE}/feed.xml"

MOST_WEEKS = 12
"""Weeks that the page shows, those in which something changed."""

MOST_ENTRIES = 60
"""Commits that the page shows."""

MOST_ROWS = 30
"""Rows that a commit has on the page; it says how many more there are."""

MOST_MENTIONS = 4
"""Changes that a record's page names: the last one, and those before it."""


@dataclass(frozen=True)
class Row:
    """What a commit changed of one record, or the records of a kind that came or went with it."""

    how: How
    kind: Kind
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Shown:
    """A commit as readers see it: its anchor on the page, its page on the forge (if any), whom it concerns, its rows."""

    entry: Entry
    anchor: str
    forge: str
    subject: str
    teams: tuple[str, ...]
    rows: tuple[Row, ...]
    more: int

    @property
    def unread(self) -> list[str]:
        """What could not be read, by the names of the kinds."""
        return [KINDS[kind].titles for kind in self.entry.unread]


@dataclass(frozen=True)
class Week:
    """The commits of a week, from Monday to Sunday in UTC."""

    monday: date
    entries: tuple[Shown, ...]

    @property
    def id(self) -> str:
        """Its anchor, by the numbers that ISO 8601 gives weeks."""
        year, week, _ = self.monday.isocalendar()
        return f"{year}-w{week:02}"

    @property
    def title(self) -> str:
        """Its number and its days."""
        last = self.monday + timedelta(days=6)
        first = f"{self.monday.day} {self.monday:%B}" if self.monday.month != last.month else f"{self.monday.day}"
        if self.monday.year != last.year:
            first = f"{first} {self.monday.year}"
        return f"Week {self.monday.isocalendar().week}: {first} to {last.day} {last:%B} {last.year}"


@dataclass(frozen=True)
class Mention:
    """A commit on the page of a record that it changed. `address` leads to what else it changed; it may be empty."""

    entry: Entry
    record: RecordChange
    address: str


_KNOWN: WeakKeyDictionary[Workspace, Chronicle] = WeakKeyDictionary()
_ANCHORS: WeakKeyDictionary[Workspace, frozenset[str]] = WeakKeyDictionary()


def known(workspace: Workspace) -> Chronicle:
    """The chronicle of a workspace, made once.

    A preview has none: its base is a copy, and every page would differ by what changed before.
    """
    if workspace not in _KNOWN:
        is_preview = preview.of(workspace) is not None
        _KNOWN[workspace] = (
            Chronicle(nothing=UNKNOWN) if is_preview else chronicle(workspace.inventory, workspace.folders.cache)
        )
    return _KNOWN[workspace]


@view
def history(scene: Scene) -> Markup:
    """The last weeks, each commit with what it changed, to filter by team."""
    if scene.dry:
        return Markup()
    found = known(scene.workspace)
    on_page = shown_on_page(found)
    weeks = [Week(monday, tuple(shown(scene, entry) for entry in some)) for monday, some in _by_week(on_page)]
    older = found.entries[len(on_page) :]
    return render(
        scene,
        "history.html",
        weeks=weeks,
        teams=sorted({team for entry in found.entries for team in teams(scene.workspace, entry)}),
        nothing=found.nothing,
        end=found.end,
        older=plural(len(older), "older change") if older else "",
        layout=plural(found.layout, "commit") if found.layout else "",
        team_feed=team_feed,
        feed=FEED if has_feed(scene.workspace) else "",
    )


def team_feed(team: str) -> str:
    """Where the feed of a team lies, by the team's key. (In a folder: a team may be called `feed`.)"""
    return f"{PAGE}/teams/{team.partition('.')[2]}.xml"


def has_feed(workspace: Workspace) -> bool:
    """Whether the site has a feed: where something is known to have changed, and the page that it leads to."""
    return workspace.has_page(PAGE) and bool(known(workspace).entries)


def shown_on_page(found: Chronicle) -> tuple[Entry, ...]:
    """The entries that the page shows."""
    weeks: set[date] = set()
    on_page = []
    for entry in found.entries[:MOST_ENTRIES]:
        weeks.add(_monday(entry))
        if len(weeks) > MOST_WEEKS:
            break
        on_page.append(entry)
    return tuple(on_page)


def _monday(entry: Entry) -> date:
    day = entry.commit.at.date()
    return day - timedelta(days=min(day.weekday(), day.toordinal() - 1))


def _by_week(entries: Iterable[Entry]) -> Iterator[tuple[date, list[Entry]]]:
    by_week: dict[date, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_week[_monday(entry)].append(entry)
    yield from by_week.items()


def shown(scene: Scene, entry: Entry, team: str = "") -> Shown:
    """A commit as readers see it; of one team's records alone where a team is given."""
    changes = [one for one in entry.changes if not team or _team(scene.workspace, one) == team]
    rows = list(_rows(changes))
    own = about(scene)
    forge = f"{own.repository_url.rstrip('/')}/commit/{entry.commit.hash}" if own and own.repository_url else ""
    subject = entry.commit.subject or "(no words)"
    return Shown(
        entry,
        anchor(entry),
        forge,
        subject if not opens_something(subject) else "(words that look like a credential are not repeated)",
        teams(scene.workspace, entry),
        tuple(rows[:MOST_ROWS]),
        len(rows) - MOST_ROWS if len(rows) > MOST_ROWS else 0,
    )


def teams(workspace: Workspace, entry: Entry) -> tuple[str, ...]:
    """The teams that a commit concerns, by key."""
    return tuple(sorted({team for one in entry.changes if (team := _team(workspace, one))}))


def anchor(entry: Entry) -> str:
    """Where a commit stands on the page."""
    return f"c-{entry.commit.hash[:12]}"


def address(workspace: Workspace, entry: Entry, base: str) -> str:
    """Where a reader finds a commit on the site: its place on the page, or the page where it is too old for it.

    Empty where the site has no such page.
    """
    if not workspace.has_page(PAGE):
        return ""
    if workspace not in _ANCHORS:
        _ANCHORS[workspace] = frozenset(anchor(one) for one in shown_on_page(known(workspace)))
    place = anchor(entry)
    return f"{base}{PAGE}/#{place}" if place in _ANCHORS[workspace] else f"{base}{PAGE}/"


def _rows(changes: Iterable[Change]) -> Iterator[Row]:
    """A row for each record that is another; one for all of a kind that came, and for all that went."""
    together: dict[tuple[How, str], list[Change]] = defaultdict(list)
    alone = []
    for change in changes:
        kind = change.record.key.partition(".")[0]
        if change.record.how in {How.ADDED, How.REMOVED}:
            together[(change.record.how, kind)].append(change)
        else:
            alone.append(Row(change.record.how, KINDS[kind], (change,)))
    yield from (Row(how, KINDS[kind], tuple(some)) for (how, kind), some in together.items())
    yield from alone


def _team(workspace: Workspace, change: Change) -> str:
    """The team that a change concerns: whose the record is now, else whose it was. Empty where nobody is known."""
    if change.now in workspace.inventory:
        return responsible(workspace.graph, change.now)
    was = change.record.owner
    return was if was.startswith(f"{Team.kind}.") and was in workspace.inventory else ""


def of_record(scene: Scene, record: Record) -> list[Mention]:
    """The last changes of a record, the newest first; none where git knows nothing."""
    workspace = scene.workspace
    return [
        Mention(entry, change, address(workspace, entry, scene.base))
        for entry, change in known(workspace).by_record.get(record.key, ())[:MOST_MENTIONS]
    ]
