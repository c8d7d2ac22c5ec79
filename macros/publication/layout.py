"""Where things lie on the published branch: the site at its root, previews and releases in folders of their own."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from macros.publication.artifact import INDEX
from macros.publication.aside import set_aside
from macros.publication.branch import Contents, PublishedBranch

PREVIEWS = "previews"
RELEASES = "releases"

MOST_RELEASES = 10

LIST = f"{RELEASES}/releases.json"
"""The releases for programs, the newest first; this list says which is newer of two of one day."""

AS_IT_IS = ".nojekyll"
"""Tells a forge's pages to show the branch as it is."""

ROBOTS = "robots.txt"

_TEMPLATES = Path(__file__).parent.parent / "templates"
_NAME = re.compile(r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})-(?P<commit>[0-9a-f]{7,40})")
_STYLE = re.compile(r'<link rel="stylesheet" href="([^":]+)">')


class LayoutError(ValueError):
    """The site cannot be put there; the message says why."""


@dataclass(frozen=True)
class Release:
    """A site as it was published: of which commit, and when that was made, in seconds since 1970."""

    commit: str
    at: int

    @property
    def day(self) -> date:
        """The day of the commit."""
        return datetime.fromtimestamp(self.at, UTC).date()

    @property
    def name(self) -> str:
        """Its folder below the releases."""
        return f"{self.day}-{self.commit}"


def publish_site(branch: PublishedBranch, site: Path, release: Release, is_newest: Callable[[], bool]) -> bool:
    """Put a site among the releases, and at the root where it is the newest. Says whether anything was pushed.

    Previews and other releases stay. `is_newest` is asked at the last moment, since a build of an older commit may be done
    after one of a newer. Raises `LayoutError` and `BranchError`.
    """
    if not (site / INDEX).is_file():
        raise LayoutError(f"{site / INDEX} is not there: build the site first, `make site`")
    if taken := [name for name in (PREVIEWS, RELEASES) if (site / name).exists()]:
        raise LayoutError(
            f"the site has a page `{taken[0]}/`, where its {taken[0]} are published: give the page another name"
        )
    with tempfile.TemporaryDirectory(prefix="release-") as folder:
        aside = set_aside(site, Path(folder) / release.name)

        def edit(contents: Contents) -> str:
            is_first = is_newest() or not contents.names()  # the first publication shows something in any case
            if is_first:
                contents.put_at_root(site, (PREVIEWS, RELEASES))
                contents.write(AS_IT_IS, b"")
                if not (site / ROBOTS).exists():
                    contents.write(ROBOTS, f"User-agent: *\nDisallow: /{PREVIEWS}/\nDisallow: /{RELEASES}/\n".encode())
            contents.put(aside, f"{RELEASES}/{release.name}")
            _list(contents, release, is_first=is_first)
            return f"Publish {release.commit}"

        return branch.change(edit)


def _list(contents: Contents, added: Release, *, is_first: bool) -> None:
    """Write the lists of releases anew, and take those away that are too many. Commits may be of one second."""
    others = [release for release in releases(contents) if release.name != added.name]
    found = [added, *others] if is_first else [*others, added]
    newest = sorted(found, key=lambda release: release.at, reverse=True)
    kept = newest[:MOST_RELEASES]
    for release in newest[MOST_RELEASES:]:
        contents.remove(f"{RELEASES}/{release.name}")
    listed = [{"name": release.name, "day": str(release.day), **asdict(release)} for release in kept]
    contents.write(LIST, f"{json.dumps(listed, indent=2)}\n".encode())
    page = (contents.read(INDEX) or b"").decode("utf-8", "replace")
    contents.write(f"{RELEASES}/{INDEX}", _page(kept, _STYLE.findall(page)).encode())


def releases(contents: Contents) -> list[Release]:
    """The releases that are there, in the order of their list. One that it does not know is of the midnight of its day."""
    times: dict[str, int] = {}
    with suppress(ValueError, TypeError, KeyError):
        times = {str(entry["name"]): int(entry["at"]) for entry in json.loads(contents.read(LIST) or b"[]")}
    names = contents.names(RELEASES)
    found = []
    for name in [*(name for name in times if name in names), *(name for name in names if name not in times)]:
        if match := _NAME.fullmatch(name):
            with suppress(ValueError):  # no day of the calendar
                midnight = int(datetime.fromisoformat(f"{match['day']}T00:00:00+00:00").timestamp())
                found.append(Release(match["commit"], times.get(name, midnight)))
    return found


def _page(kept: list[Release], styles: list[str]) -> str:
    env = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)
    return env.get_template("releases.html").render(releases=kept, styles=styles)


def publish_preview(branch: PublishedBranch, number: int, site: Path) -> bool:
    """Put a site in the place of a pull request's preview. Says whether anything was pushed."""
    with tempfile.TemporaryDirectory(prefix="preview-") as folder:
        aside = set_aside(site, Path(folder) / str(number))

        def edit(contents: Contents) -> str:
            contents.put(aside, preview(number))
            contents.write(AS_IT_IS, b"")
            return f"Show pull request {number}"

        return branch.change(edit)


def remove_previews(branch: PublishedBranch, numbers: list[int]) -> bool:
    """Take previews away; those that are not there are no fault. Says whether anything was pushed."""

    def edit(contents: Contents) -> str:
        for number in numbers:
            contents.remove(preview(number))
        return f"Remove the previews of {', '.join(map(str, numbers))}"

    return branch.change(edit)


def previews(branch: PublishedBranch) -> list[int]:
    """The numbers of the pull requests that have a preview."""
    found: list[str] = []
    branch.look(lambda contents: found.extend(contents.names(PREVIEWS)))
    return sorted(int(name) for name in found if re.fullmatch(r"[1-9][0-9]{0,9}", name))


def preview(number: int) -> str:
    """The folder of a preview, from the branch's root."""
    return f"{PREVIEWS}/{number}"
