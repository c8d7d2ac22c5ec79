"""The pages that a preview of a change has besides those of its site: what changes, and pages before and after.

Knows pages and files, not the site generator: that gives it shells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from macros.beside import SiteChange, compare_sites
from macros.site import BuiltPage, Shell, write
from macros.views import Scene
from macros.views.beside import pages_beside
from macros.views.changes import before_and_after, beside_link, changes
from macros.views.entities import Section
from macros.views.preview import PAGE, Preview
from macros.workspace import Workspace

Shells = Callable[[tuple[Section, ...], str], Shell]
"""Makes the shell of a page with these sections, at an address as deep as the one given, which stands in for its own."""

BESIDE = f"{PAGE}/pages"
"""Where pages stand before and after, below it as on the site."""

HERE = "<!-- before and after -->"
"""What the theme leaves on every page of a preview, for the link to where that page stands before and after."""

_STAND_IN = f"{'x' * 40}/"
"""An address that no page has."""


def write_preview(
    preview: Preview, workspace: Workspace, base_site: Path | None, site: Path, shells: Shells
) -> list[str]:
    """Write what a preview has besides a finished site, below its folder; the addresses of what was written.

    Without the site of the base (where that could not be built) no page has a before.
    """
    compared = compare_sites(base_site, site) if base_site else None
    addresses = write(_pages(preview, workspace, compared, shells), site)
    differing = {change.address for change in compared.changed} if compared else set()
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        if HERE in text:
            address = path.relative_to(site).as_posix().removesuffix("index.html")
            scene = Scene(workspace, "../" * address.count("/"))
            link = beside_link(scene, f"{BESIDE}/{address}") if address in differing else ""
            path.write_text(text.replace(HERE, link), encoding="utf-8")
    return addresses


def _pages(preview: Preview, workspace: Workspace, compared: SiteChange | None, shells: Shells) -> Iterator[BuiltPage]:
    address = f"{PAGE}/"
    scene = Scene(workspace, "../")
    lists = pages_beside(scene, compared, _below, _as_is, _nowhere) if compared else None
    content = changes(scene, preview.document, lists)
    yield _filled(shells((), _STAND_IN), address, "What changes", content)
    made: dict[int, Shell] = {}
    for change in compared.changed if compared else ():
        address = f"{BESIDE}/{change.address}"
        depth = address.count("/")
        if depth not in made:
            made[depth] = shells((), _STAND_IN * depth)
        scene = Scene(workspace, "../" * depth)
        name = change.title_after or change.title_before or change.address
        content = before_and_after(scene, change, name)
        yield _filled(made[depth], address, f"{name}: before and after", content)


def _filled(shell: Shell, address: str, title: str, content: str) -> BuiltPage:
    return BuiltPage(address, shell.fill(address, title, title, content))


def _below(address: str) -> str:
    """From the page of changes to a page before and after."""
    return f"pages/{address}"


def _as_is(address: str) -> str:
    """From the page of changes to a page of the site."""
    return f"../{address}"


def _nowhere(_address: str) -> str:
    return ""
