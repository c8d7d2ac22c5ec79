"""What stands below a drawing: how many did not fit and where they are, and the way to the focus view."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from macros.finding import errors
from macros.views import Scene
from macros.views.drawings import figure
from macros.views.figures import diagram
from macros.workspace import Folders, Workspace
from tests.conftest import write_data

DATA = {
    "teams.yml": "- {id: ops, name: Ops}\n",
    "groups.yml": "- {id: g, name: G, owner: ops}\n",
    "services.yml": "".join(f"- {{id: s{n}, name: S{n}, group: g, stores_in: [database.d]}}\n" for n in range(20)),
    "databases.yml": "- {id: d, name: D, owner: ops}\n",
}
DRAWING = "id: all\ntitle: All\nabout: All of it.\nkinds: [service, database]\nrelations: [stores_in]\nmax_nodes: {}\n"


def scene(folder: Path, most: int, *, focus: bool = False) -> Scene:
    data = write_data(folder / "data", DATA)
    diagrams = write_data(folder / "diagrams", {"all.yml": DRAWING.format(most)})
    docs = write_data(folder / "docs", {"focus.md": "# Focus\n"} if focus else {})
    workspace = Workspace(Folders(data, docs, diagrams, folder / "cache"))
    assert errors(workspace.findings) == []
    return Scene(workspace, "../../")


def links(html: str, selector: str) -> tuple[str, dict[str, str]]:
    """The words of a part, and where its links lead."""
    part = BeautifulSoup(html, "lxml").select_one(selector)
    if not isinstance(part, Tag):
        return "", {}
    return " ".join(part.get_text().split()), {link.get_text(): str(link["href"]) for link in part.select("a")}


@pytest.mark.parametrize(
    ("most", "words", "leads_to"),
    [
        (
            20,
            "1 more is not drawn; Databases names them all.",
            {"Databases": "../../databases/"},
        ),
        (
            15,
            "6 more are not drawn; Services, Databases name them all.",
            {"Services": "../../services/", "Databases": "../../databases/"},
        ),
        (21, "", {}),
    ],
)
def test_a_drawing_says_what_it_leaves_out_and_leads_to_it(
    most: int, words: str, leads_to: dict[str, str], tmp_path: Path
) -> None:
    assert links(diagram(scene(tmp_path, most), "all"), ".drawing__omitted") == (words, leads_to)


def test_the_drawing_of_a_record_leads_to_its_relations(tmp_path: Path) -> None:
    shown = scene(tmp_path, 9)
    html = figure(shown, shown.workspace.gallery.of_record("database.d"))
    words, leads_to = links(html, ".drawing__omitted")
    assert words == "4 more are not drawn; the relations below name them all."
    assert leads_to == {"the relations below": "#relations"}


@pytest.mark.parametrize("focus", [False, True])
def test_it_leads_to_the_focus_view_where_the_site_has_one(focus: bool, tmp_path: Path) -> None:
    shown = scene(tmp_path, 9, focus=focus)
    of_record = figure(shown, shown.workspace.gallery.of_record("database.d"))
    to = {"Explore in the focus view": "../../focus/?of=database.d"} if focus else {}
    assert links(of_record, ".drawing__focus")[1] == to
    assert links(diagram(shown, "all"), ".drawing__focus") == ("", {})
