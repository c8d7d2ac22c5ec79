"""What each view, record page and drawing looks like, word for word.

The views show a small inventory of a library that does not change with this project's data. The descriptions of this
project's own drawings are kept too: a change of the data shows there which arrows came and went.

After a change that is meant, `make accept` writes the files of `tests/golden/` anew: read the difference before you
commit it.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field
from datetime import date

import pytest

from macros.diagram.css import stylesheet
from macros.diagram.dot import ROOT as SITE_ROOT
from macros.finding import errors
from macros.model import KINDS
from macros.pages import REGISTERED
from macros.site import search_entry
from macros.views import VIEWS, Scene
from macros.views.entities import entity_page
from macros.views.impact import sheet
from macros.workspace import Folders, Workspace
from tests.conftest import GOLDEN, LIBRARY, ROOT, Golden


@pytest.fixture(autouse=True)
def own_dot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn by the `dot` of the project, whatever a person's environment says."""
    monkeypatch.delenv("DOT", raising=False)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The small inventory: at least one record of every kind. It lies outside git, which would tell of each commit."""
    copied = shutil.copytree(LIBRARY, tmp_path_factory.mktemp("outside") / "inventory")
    folders = Folders(copied / "data", copied / "docs", copied / "diagrams", ROOT / ".cache")
    found = Workspace(folders, date(2031, 6, 1))
    assert errors(found.findings) == []
    found.trend = "2 fewer than on 2031-05-02"
    return found


def scene(workspace: Workspace, base: str = "../") -> Scene:
    return Scene(workspace, base)


def lines(html: str) -> str:
    """HTML with a tag a line where tags touch, so that a difference is read easily.

    A line begins with a space where there was one between the tags: a reader sees it between two words.
    """
    return re.sub(r">(\s*)<", lambda gap: ">\n <" if gap[1] else ">\n<", html).strip() + "\n"


_PLACES = re.compile(r' (?:d|points|[cr]?[xy]|width|height|viewBox|transform|style)="[^"]*"')


def without_places(html: str) -> str:
    """HTML with the structure, classes, links and texts of drawings, and without where `dot` put them."""
    return re.sub(r"<svg\b.*?</svg>", lambda drawing: _PLACES.sub("", drawing[0]), html, flags=re.DOTALL)


def without_drawings(html: str) -> str:
    """HTML without what is drawn: the tests of drawings hold that."""
    return re.sub(r"<svg\b.*?</svg>", "<svg>…</svg>", html, flags=re.DOTALL)


@dataclass(frozen=True)
class Case:
    """A call of a view, as a page would write it."""

    view: str
    arguments: tuple[str, ...] = ()
    named: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return re.sub("[^a-z_]+", "-", "-".join((self.view, *self.arguments, *self.named.values())))


CASES = [
    *(Case("table", (kind,)) for kind in ("team", "group", "service", "database", "cluster", "provider", "channel")),
    Case("table", ("control",), {"area": "identity"}),
    Case("link", ("service.loan-desk",)),
    Case("link", ("@lending-team", "the people at the counter")),
    Case("count", ("service",)),
    Case("kind_meaning", ("bucket",)),
    Case("diagram", ("lending",)),
    Case("diagrams_index"),
    Case("focus"),
    Case("introduction"),
    Case("critical_paths"),
    Case("kinds_index"),
    Case("ownership_matrix"),
    Case("owners_without_domain"),
    Case("pipeline"),
    Case("readiness"),
    Case("readiness", ("people",)),
    Case("signoffs", ("technical",)),
    Case("signoffs", ("business",)),
    Case("timeline"),
    Case("freeze"),
    Case("launch_state"),
    Case("status_counts"),
    Case("data_reference", ("role",)),
    Case("findings"),
    Case("history"),
    Case("findings_summary"),
    Case("assumptions"),
    Case("page_rules"),
    Case("single_point_table"),
    Case("sole_owner_list"),
    Case("path_promises"),
    Case("vendor_overview"),
    Case("rules"),
]


def test_every_view_has_a_golden_file() -> None:
    assert REGISTERED
    assert {case.view for case in CASES} == set(VIEWS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_view(library: Workspace, golden: Golden, case: Case) -> None:
    html = VIEWS[case.view](scene(library), *case.arguments, **case.named)
    golden(f"views/{case.name}.html", lines(without_places(html)))


def test_a_view_of_nothing_says_what_to_add(
    library: Workspace, golden: Golden, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Every view that needs no name of a record, over an inventory without records."""
    folder = tmp_path_factory.mktemp("empty")
    nothing = Workspace(Folders(folder, folder, folder, ROOT / ".cache"))
    empty = [case for case in CASES if not case.arguments or case.view in {"table", "signoffs", "count"}]
    shown = [
        f"<!-- {case.name} -->\n{lines(VIEWS[case.view](scene(nothing), *case.arguments, **case.named))}"
        for case in empty
    ]
    golden("views/of-nothing.html", "\n".join(shown))


def test_every_kind_has_a_golden_page(library: Workspace) -> None:
    assert [kind for kind in KINDS if not library.inventory.of(kind)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_page(library: Workspace, golden: Golden, kind: str) -> None:
    """The page of the first record of the kind: its title, its description, and what is on it."""
    record = library.inventory.of(kind)[0]
    page = entity_page(scene(library, "../../"), record)
    head = f"<title>{page.title}</title>\n<meta name=description content={page.description!r}>\n"
    golden(f"pages/{kind}.html", head + lines(without_drawings(page.content)))


LITTLE_KNOWN = ["repository.attic", "service.reminder", "domain.cataloguing", "database.titles", "vendor.exchange"]


@pytest.mark.parametrize("key", LITTLE_KNOWN)
def test_the_page_of_a_record_of_which_little_is_known(library: Workspace, golden: Golden, key: str) -> None:
    page = entity_page(scene(library, "../../"), library.inventory[key])
    golden(f"pages/little-known-{key.replace('.', '-')}.html", lines(without_drawings(page.content)))


SHEETS = ["service.loan-desk", "database.titles", "critical-path.borrowing", "vendor.exchange"]


@pytest.mark.parametrize("key", SHEETS)
def test_a_sheet(library: Workspace, golden: Golden, key: str) -> None:
    page = sheet(scene(library, "../../../"), library.inventory[key])
    golden(f"sheets/{key.replace('.', '-')}.html", f"<title>{page.title}</title>\n{lines(page.content)}")


def test_search_entries(library: Workspace, golden: Golden) -> None:
    found = [search_entry(library, record) for record in library.inventory.records()]
    golden(
        "search.txt", "".join(f"{entry['location']}\n    {entry['title']}\n    {entry['text']}\n" for entry in found)
    )


def test_colours(library: Workspace, golden: Golden) -> None:
    golden("kinds.css", stylesheet(library.drawings.style))


# Drawings


def shown_dot(dot: str) -> str:
    """DOT with the mark for the site's root as a word."""
    return dot.replace(SITE_ROOT, "{root}")


def test_a_neighbourhood(library: Workspace, golden: Golden) -> None:
    golden("drawings/neighbourhood.dot", shown_dot(library.gallery.of_record("service.loan-desk").dot))


def test_a_drawing_as_svg(library: Workspace, golden: Golden) -> None:
    """What is left of what `dot` draws: classes instead of colours, links, texts."""
    sketch = library.gallery.of_diagram("lending")
    golden("drawings/lending.dot", shown_dot(sketch.dot))
    golden("drawings/lending.svg", lines(shown_dot(library.gallery.svg(sketch))))


OWN = sorted(file.stem for file in (ROOT / "diagrams").glob("*.yml") if file.stem != "style")


@pytest.mark.parametrize("name", OWN)
def test_a_drawing_of_this_project(workspace: Workspace, golden: Golden, name: str) -> None:
    golden(f"diagrams/{name}.dot", shown_dot(workspace.gallery.of_diagram(name).dot))


def test_no_golden_file_is_left_over() -> None:
    """A file that no test compares any more says nothing."""
    wanted = {f"views/{case.name}.html" for case in CASES} | {f"pages/{kind}.html" for kind in KINDS}
    wanted |= {f"diagrams/{name}.dot" for name in OWN} | {"drawings/neighbourhood.dot"}
    wanted |= {"drawings/lending.dot", "drawings/lending.svg"}
    wanted |= {f"pages/little-known-{key.replace('.', '-')}.html" for key in LITTLE_KNOWN}
    wanted |= {f"sheets/{key.replace('.', '-')}.html" for key in SHEETS}
    wanted |= {"views/of-nothing.html", "search.txt", "kinds.css"}
    found = {file.relative_to(GOLDEN).as_posix() for file in GOLDEN.rglob("*") if file.is_file()}
    assert {name for name in found - wanted if name.split("/")[0] not in OTHERS} == set()


OTHERS = {"history", "inventory"}
"""Folders of `tests/golden/` that are not this file's to compare."""
