"""A drawing before and after: what is gone and new in it, in the picture, in words, and where its links lead."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from macros.diagram.marked import Parts
from macros.finding import errors
from macros.views import Scene
from macros.views.figure_beside import figure_beside
from macros.workspace import Folders, Workspace
from tests.conftest import write_data

TEAMS = "- {id: ops, name: Ops}\n- {id: idle, name: Idle}\n"
GROUPS = "- {id: g, name: G, owner: ops}\n"
DRAWING = "id: all\ntitle: All\nabout: All of it.\nkinds: [service, database]\nrelations: [stores_in, depends_on]\nmax_nodes: 9\n"


def service(name: str, *stores: str, more: str = "") -> str:
    return f"- {{id: {name}, name: {name.upper()}, group: g, stores_in: [{', '.join(stores)}]{more}}}\n"


def database(name: str, more: str = "") -> str:
    return f"- {{id: {name}, name: {name.upper()}, owner: ops{more}}}\n"


Given = Callable[..., Workspace]


@pytest.fixture
def given(tmp_path: Path) -> Given:
    """Makes a workspace of services and databases."""

    def make(name: str, services: str, databases: str, drawing: str = DRAWING) -> Workspace:
        root = tmp_path / name
        files = {"teams.yml": TEAMS, "groups.yml": GROUPS, "services.yml": services, "databases.yml": databases}
        data = write_data(root / "data", files)
        diagrams = write_data(root / "diagrams", {"all.yml": drawing})
        made = Workspace(Folders(data, write_data(root / "docs", {}), diagrams, tmp_path / "cache"))
        assert errors(made.findings) == []
        return made

    return make


@pytest.fixture
def two(given: Given) -> tuple[Workspace, Workspace]:
    """A service goes, one comes; one that stays moves to another database."""
    databases = database("main") + database("spare")
    before = given("before", service("a", "main") + service("b", "main") + service("old", "main"), databases)
    after = given("after", service("a", "main") + service("b", "spare") + service("fresh", "main"), databases)
    return before, after


def shown(before: Workspace, after: Workspace, gone: Parts | None = None, new: Parts | None = None) -> BeautifulSoup:
    sketches = [workspace.gallery.of_diagram("all") for workspace in (before, after)]
    return BeautifulSoup(figure_beside(Scene(after, "../../"), before, *sketches, gone=gone, new=new), "lxml")


def figures(soup: BeautifulSoup) -> list[Tag]:
    found = soup.select("figure.drawing")
    assert len(found) == 2
    return found


def marks(figure: Tag, fate: str) -> set[str]:
    """The nodes and edges with a class, by key."""
    return {
        str(part["data-node"]) if part.has_attr("data-node") else f"{part['data-tail']} -> {part['data-head']}"
        for part in figure.select(f"svg g.{fate}")
    }


def test_what_is_gone_is_marked_before_and_what_is_new_after(two: tuple[Workspace, Workspace]) -> None:
    before, after = figures(shown(*two))
    assert marks(before, "gone") == {
        "service.old",
        "service.old -> database.main",
        "service.b -> database.main",
    }
    assert marks(after, "new") == {
        "service.fresh",
        "service.fresh -> database.main",
        "service.b -> database.spare",
    }
    assert (marks(before, "new"), marks(after, "gone")) == (set(), set())


def test_the_same_is_told_in_words(two: tuple[Workspace, Workspace]) -> None:
    soup = shown(*two)
    before, after = (
        [li.get_text(" ", strip=True) for li in figure.select(".drawing__text li")] for figure in figures(soup)
    )
    assert before == ["A stores in MAIN", "B stores in MAIN gone", "OLD stores in MAIN gone"]
    assert after == ["A stores in MAIN", "B stores in SPARE new", "FRESH stores in MAIN new"]
    assert [figure.figcaption.get_text(strip=True) for figure in figures(soup) if figure.figcaption] == [
        "Before",
        "After",
    ]
    legend = [li.get_text(" ", strip=True) for li in soup.select(".legend li")]
    assert legend[-2:] == ["a thick and underlined: new", "a dotted and struck through: gone"]
    tips = {tip.get_text() for tip in soup.select("svg .gone title")}
    assert "Service: OLD, owned by Ops (gone)" in tips


def test_links_lead_to_pages_that_are_there_now(two: tuple[Workspace, Workspace]) -> None:
    before, after = figures(shown(*two))
    links = {str(link["href"]) for figure in (before, after) for link in figure.select("a[href]")}
    assert links == {
        *(f"../../services/{name}/" for name in ("a", "b", "fresh")),
        *(f"../../databases/{name}/" for name in ("main", "spare")),
    }
    assert before.select_one('[data-node="service.old"] a[href]') is None
    assert before.select_one('[data-node="service.a"] a[href="../../services/a/"]') is not None
    assert "OLD" in before.get_text()


def test_a_record_with_a_new_id_is_neither_gone_nor_new(given: Given) -> None:
    before = given("before", service("old", "main"), database("main"))
    after = given("after", service("fresh", "main", more=", formerly: [old]"), database("main"))
    one, other = figures(shown(before, after))
    assert (marks(one, "gone"), marks(other, "new")) == (set(), set())
    assert one.select_one('[data-node="service.old"] a[href="../../services/fresh/"]') is not None
    back, again = figures(shown(after, before))  # and where the change is taken back
    assert (marks(back, "gone"), marks(again, "new")) == (set(), set())
    assert back.select_one('[data-node="service.fresh"] a[href="../../services/old/"]') is not None


def test_a_drawing_without_a_difference_has_no_marks_and_no_words_for_them(given: Given) -> None:
    before, after = (given(name, service("a", "main"), database("main")) for name in ("before", "after"))
    soup = shown(before, after)
    assert soup.select(".gone, .new, .legend__gone, .legend__new") == []


def test_what_only_did_not_fit_is_not_gone(given: Given) -> None:
    names = [f"s{number:02}" for number in range(30)]
    databases = database("main")
    before = given("before", "".join(service(name, "main") for name in names[2:]), databases)
    after = given("after", "".join(service(name, "main") for name in names[:-2]), databases)
    sketches = [workspace.gallery.of_record("database.main") for workspace in (before, after)]
    assert all(sketch.picture.omitted for sketch in sketches)
    html = figure_beside(Scene(after, "../../"), before, *sketches)
    one, other = figures(BeautifulSoup(html, "lxml"))
    assert marks(one, "gone") == set()  # `s28` and `s29` were beyond what is drawn, `s16` is now
    assert marks(other, "new") == {f"service.s0{n}{end}" for n in (0, 1) for end in ("", " -> database.main")}


def test_a_relation_that_ended_is_gone_from_a_drawing_that_was_cut(given: Given) -> None:
    names = [f"s{number:02}" for number in range(20)]
    databases = database("main") + database("spare")
    before = given("before", "".join(service(name, "main") for name in names), databases)
    after = given("after", service("s00", "spare") + "".join(service(name, "main") for name in names[1:]), databases)
    sketches = [workspace.gallery.of_record("database.main") for workspace in (before, after)]
    one, other = figures(BeautifulSoup(figure_beside(Scene(after, ""), before, *sketches), "lxml"))
    assert marks(one, "gone") == {"service.s00", "service.s00 -> database.main"}
    assert one.select_one('[data-node="service.s00"] a[href="services/s00/"]') is not None  # the record is there
    assert marks(other, "new") == set()


def test_a_line_between_nodes_that_are_both_drawn_is_gone_from_a_drawing_that_was_cut(given: Given) -> None:
    drawing, databases = DRAWING.replace("max_nodes: 9", "max_nodes: 3"), database("main") + database("spare")
    before = given("before", service("a", "main"), databases + database("x"), drawing)
    after = given("after", service("a", "spare"), databases + database("x"), drawing)
    one, other = figures(shown(before, after))
    assert "1 more is not drawn." in one.get_text()
    assert marks(one, "gone") == {"service.a -> database.main"}
    assert marks(other, "new") == {"service.a -> database.spare"}


def test_parts_that_are_given_are_marked_and_no_others(two: tuple[Workspace, Workspace]) -> None:
    gone = Parts(frozenset({"service.a"}), frozenset({("service.a", "database.main", "stores_in")}))
    before, after = figures(shown(*two, gone=gone, new=Parts()))
    assert marks(before, "gone") == {"service.a", "service.a -> database.main"}
    assert marks(after, "new") == set()


def test_a_node_without_a_line_is_named_in_words(two: tuple[Workspace, Workspace]) -> None:
    before, _ = figures(shown(*two, gone=Parts(frozenset({"service.a"}))))
    text = before.select_one(".drawing__text > p")
    assert text is not None
    assert " ".join(text.get_text().split()) == "Gone: A."


@pytest.mark.parametrize("side", [0, 1])
def test_a_drawing_that_there_is_on_one_side_only(side: int, two: tuple[Workspace, Workspace]) -> None:
    before, after = two
    sketches = [before.gallery.of_diagram("all"), after.gallery.of_diagram("all")]
    given = [None if place == side else sketch for place, sketch in enumerate(sketches)]
    soup = BeautifulSoup(figure_beside(Scene(after, ""), before, *given), "lxml")
    assert figures(soup)[side].get_text(" ", strip=True).endswith("There is no such drawing.")
    assert figures(soup)[1 - side].select_one("svg [data-node]") is not None
    assert soup.select(".gone, .new") == []


def test_a_record_that_has_nothing_around_it_any_more(given: Given) -> None:
    owned = database("main", more="").replace("owner: ops", "owner: idle")
    before, after = given("before", service("a", "main"), owned), given("after", service("a", "main"), database("main"))
    sketches = [workspace.gallery.of_record("team.idle") for workspace in (before, after)]
    one, other = figures(BeautifulSoup(figure_beside(Scene(after, ""), before, *sketches), "lxml"))
    assert marks(one, "gone") == {"database.main", "database.main -> team.idle"}
    assert other.get_text(" ", strip=True) == "After No relations are stated."


def test_a_name_is_never_read_as_html(given: Given) -> None:
    bad = "- {id: a, name: '<script>x</script>&amp;', group: g, stores_in: [main]}\n"
    before, after = given("before", bad, database("main")), given("after", service("b", "main"), database("main"))
    soup = shown(before, after)
    assert soup.select("script") == []
    assert "<script>x</script>&amp; stores in MAIN gone" in " ".join(soup.get_text(" ").split())


def test_no_id_stands_twice(two: tuple[Workspace, Workspace]) -> None:
    ids = [str(part["id"]) for part in shown(*two).select("[id]")]
    assert len(ids) == len(set(ids))
    names = [str(part["aria-label"]) for part in shown(*two).select("[role=region]")]
    assert names == ["Drawing before: All", "Drawing after: All"]
