"""Two pages and two sites side by side: nothing is lost on either side, and what is the same is not called a change."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given, settings
from hypothesis import strategies as st

from macros.article import Block, Sort
from macros.beside import (
    Fate,
    Gap,
    NoSiteError,
    PageChange,
    Row,
    Side,
    compare,
    compare_pages,
    compare_sites,
    shortened,
)
from macros.views import Scene
from macros.views.beside import page_beside, pages_beside
from macros.workspace import Folders, Workspace
from tests.conftest import build, write_data

blocks = st.lists(
    st.builds(
        Block,
        st.sampled_from(Sort),
        st.lists(st.sampled_from(["owner", "ops", "of", "port: 80", "node", "", "über", "\U0001f600"]), min_size=1).map(
            " ".join
        ),
    ),
    max_size=12,
)


def side(found: Side | None) -> list[Block]:
    return [Block(found.sort, found.text)] if found is not None else []


@settings(deadline=None)
@given(blocks, blocks)
def test_the_left_sides_are_the_page_before_and_the_right_sides_the_page_after(
    before: list[Block], after: list[Block]
) -> None:
    rows = compare(before, after)
    assert [block for row in rows for block in side(row.before)] == before
    assert [block for row in rows for block in side(row.after)] == after


@settings(deadline=None)
@given(blocks, blocks)
def test_a_row_is_called_what_its_sides_are(before: list[Block], after: list[Block]) -> None:
    for row in compare(before, after):
        match row.fate:
            case Fate.SAME:
                assert side(row.before) == side(row.after) != []
            case Fate.CHANGED:
                assert row.before is not None
                assert row.after is not None
                assert side(row.before) != side(row.after)
                assert any(piece.differs for piece in (*row.before.pieces, *row.after.pieces))
            case Fate.GONE:
                assert row.after is None
            case Fate.NEW:
                assert row.before is None


@settings(deadline=None)
@given(blocks)
def test_a_page_that_is_the_same_has_no_change(page: list[Block]) -> None:
    rows = compare(page, page)
    assert {row.fate for row in rows} <= {Fate.SAME}
    assert shortened(rows) == ((Gap(len(page)),) if page else ())


@settings(deadline=None)
@given(blocks, blocks)
def test_the_words_that_are_not_marked_are_the_same_on_both_sides(before: list[Block], after: list[Block]) -> None:
    for row in compare(before, after):
        if row.before is not None and row.after is not None:
            unmarked = ["".join(p.text for p in of.pieces if not p.differs) for of in (row.before, row.after)]
            assert unmarked[0] == unmarked[1]


@settings(deadline=None)
@given(blocks, blocks, st.integers(0, 3), st.integers(1, 9))
def test_a_shortened_page_shows_or_counts_every_row(
    before: list[Block], after: list[Block], context: int, most: int
) -> None:
    rows = compare(before, after)
    short = shortened(rows, context, most)
    shown = [row for row in short if isinstance(row, Row)]
    gaps = [row for row in short if isinstance(row, Gap)]
    assert len(shown) <= most
    assert len(shown) + sum(gap.same + gap.differing for gap in gaps) == len(rows)
    differing = sum(row.fate is not Fate.SAME for row in rows)
    assert sum(row.fate is not Fate.SAME for row in shown) + sum(gap.differing for gap in gaps) == differing


def lines(*texts: str, sort: Sort = Sort.TEXT) -> list[Block]:
    return [Block(sort, text) for text in texts]


def drawn(rows: Sequence[Row | Gap]) -> list[str]:
    """Rows as text: `-` and `+`, marked words in brackets."""

    def words(of: Side) -> str:
        return "".join(f"[{piece.text}]" if piece.differs else piece.text for piece in of.pieces)

    found = []
    for row in rows:
        if isinstance(row, Gap):
            found.append(f"… {row.same} {row.differing}")
        elif row.fate is Fate.SAME and row.before:
            found.append(f"  {words(row.before)}")
        else:
            found += [f"{sign} {words(of)}" for sign, of in (("-", row.before), ("+", row.after)) if of is not None]
    return found


def test_the_words_that_changed_are_marked_in_a_block_that_was_rewritten() -> None:
    rows = compare(lines("Page DevOps, then Platform."), lines("Page SecOps, then the CTO."))
    assert drawn(rows) == ["- Page [DevOps], then [Platform].", "+ Page [SecOps], then [the CTO]."]


def test_a_space_between_two_words_that_changed_is_marked_with_them() -> None:
    rows = compare(lines("every 4 hours at night, kept long"), lines("every 9 days at night, kept long"))
    assert drawn(rows) == ["- every [4 hours] at night, kept long", "+ every [9 days] at night, kept long"]


def test_what_is_not_alike_is_gone_and_new() -> None:
    rows = compare(lines("Owner unknown"), lines("This service signs everybody in"))
    assert [row.fate for row in rows] == [Fate.GONE, Fate.NEW]


def test_a_fact_is_found_by_its_term() -> None:
    facts = compare(
        lines("Technology: x", "Port: 1", sort=Sort.FACT), lines("Technology: PostgreSQL", "Port: 1", sort=Sort.FACT)
    )
    assert drawn(facts) == ["- Technology: [x]", "+ Technology: [PostgreSQL]", "  Port: 1"]


def test_a_block_is_paired_with_the_one_that_it_became_not_with_the_first() -> None:
    before = lines("auth-service depends on session-manager")
    after = lines("auth-service depends on nothing else that anybody knows", "auth-service depends on session-store")
    assert [row.fate for row in compare(before, after)] == [Fate.NEW, Fate.CHANGED]


def test_what_is_the_same_around_a_change_is_shortened() -> None:
    same = [f"line {number} of many" for number in range(20)]
    rows = compare(lines(*same), lines(*same[:10], "Another.", *same[10:]))
    assert drawn(shortened(rows, context=2)) == [
        "… 8 0", "  line 8 of many", "  line 9 of many", "+ Another.", "  line 10 of many", "  line 11 of many", "… 8 0",
    ]  # fmt: skip


def test_a_gap_of_one_is_shown_instead() -> None:
    rows = compare(lines("a", "b", "c", "d"), lines("x", "b", "c", "d", "y"))
    assert drawn(shortened(rows, context=1))[2:5] == ["  b", "  c", "  d"]


@pytest.mark.parametrize("count", [3_000, 11_000])
def test_of_a_page_with_thousands_of_changes_some_are_shown_and_all_are_counted(count: int) -> None:
    def table(word: str) -> bytes:
        rows = "".join(f"<tr><td>{word} {number}</td></tr>" for number in range(count))
        return f"<article><h1>Table</h1><table>{rows}</table></article>".encode()

    change = compare_pages("x/", table("old"), table("new"))
    assert change is not None
    assert change.changed + (change.gone + change.new) // 2 == count
    assert len(change.rows) < 500
    last = change.rows[-1]
    assert isinstance(last, Gap)
    assert last.differing > count - 500


# Built sites

DATA = {
    "teams.yml": "- {id: ops, name: Ops}\n- {id: db, name: Data}\n",
    "groups.yml": "- {id: shop, name: Shop, owner: ops}\n- {id: books, name: Books, owner: db}\n",
    "services.yml": "- {id: api, name: API, group: shop, purpose: Answers., stores_in: [database.main]}\n"
    "- {id: old, name: Old, group: shop}\n- {id: web, name: Web, group: shop}\n",
    "databases.yml": "- {id: main, name: main, owner: db}\n",
}
CHANGED = {
    **DATA,
    "services.yml": "# One line more above every record.\n"
    "- {id: api, name: API, group: books, purpose: Answers., stores_in: [database.main]}\n"
    "- {id: fresh, name: Fresh <b>, group: shop}\n- {id: web, name: Web, group: shop}\n",
}


@dataclass(frozen=True)
class Sites:
    before: Path
    after: Path
    scene: Scene


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Sites:
    """Two sites of a small inventory that were built as everybody builds one."""
    root = tmp_path_factory.mktemp("sites")
    for name, files in (("before", DATA), ("after", CHANGED)):
        folder = root / name
        write_data(folder / "data", files)
        write_data(folder / "docs", {"index.md": "# Home\n\nWelcome.\n"})
        write_data(folder / "diagrams", {})
        folders = [f"--{part}={folder / part}" for part in ("data", "docs", "diagrams")]
        done = build(folder / "site", *folders, SOURCE_DATE_EPOCH="1700000000")
        assert done.returncode == 0, done.stdout + done.stderr
    after = root / "after"
    workspace = Workspace(Folders(after / "data", after / "docs", after / "diagrams", root / "cache"))
    return Sites(root / "before" / "site", after / "site", Scene(workspace, "../"))


def test_of_two_built_sites_the_pages_that_say_something_else_are_found(sites: Sites) -> None:
    found = compare_sites(sites.before, sites.after)
    assert [page.address for page in found.added] == ["if-down/service/fresh/", "services/fresh/"]
    assert [page.address for page in found.removed] == ["if-down/service/old/", "services/old/"]
    assert [page.title for page in found.added] == ["If Fresh <b> is down", "Fresh <b>"]
    changed = {page.address for page in found.changed}
    assert {"services/api/", "services/", "teams/ops/", "teams/db/", "if-down/service/api/"} <= changed
    assert changed.isdisjoint({"", "services/web/", "databases/"})  # the record of Web stands a line lower


def test_a_page_of_a_record_says_what_changed_in_it(sites: Sites) -> None:
    change = next(page for page in compare_sites(sites.before, sites.after).changed if page.address == "services/api/")
    assert (change.title_before, change.title_after) == ("API", "API")
    assert "- Owner: [Ops]" in drawn(change.rows)
    assert "+ Owner: [Data]" in drawn(change.rows)
    assert not any("services.yml" in line and line[0] in "-+" for line in drawn(change.rows))


def test_a_site_is_the_same_as_itself_wherever_it_lies(sites: Sites, tmp_path: Path) -> None:
    copy = shutil.copytree(sites.after, tmp_path / "copy")
    for page in copy.rglob("*.html"):  # another frame around the same articles
        page.write_text(page.read_text(encoding="utf-8").replace("<nav", '<nav data-other="1"'), encoding="utf-8")
    found = compare_sites(sites.after, copy)
    assert (found.changed, found.added, found.removed) == ((), (), ())


def test_a_folder_without_pages_is_no_site(sites: Sites, tmp_path: Path) -> None:
    with pytest.raises(NoSiteError, match=r"holds no built site: build one there first"):
        compare_sites(sites.before, tmp_path)
    with pytest.raises(NoSiteError, match=r"holds no built site"):
        compare_sites(tmp_path / "none", sites.after)


# What is shown of it


def change_of(before: str, after: str) -> PageChange:
    found = compare_pages("x/", f"<article>{before}</article>".encode(), f"<article>{after}</article>".encode())
    assert found is not None
    return found


def table(sites: Sites, change: PageChange) -> Tag:
    found = BeautifulSoup(page_beside(sites.scene, change, "../was/", "../now/"), "lxml").select_one("table")
    assert isinstance(found, Tag)
    return found


def test_a_page_is_shown_as_a_table_of_two_columns(sites: Sites) -> None:
    shown = table(sites, change_of("<h1>Page</h1><p>Ask Ops.</p><p>Gone.</p>", "<h1>Page</h1><p>Ask Data.</p>"))
    caption = shown.select_one("caption")
    assert caption is not None
    assert caption.get_text() == "Page: 1 changed, 1 gone"
    assert [(th["scope"], th.get_text(" ", strip=True)) for th in shown.select("thead th")] == [
        ("col", "Before The page as it was"),
        ("col", "After The page as it is now"),
    ]
    assert [a["href"] for a in shown.select("a")] == ["../was/", "../now/"]
    rows = [[cell.get_text(" ", strip=True) for cell in row.select("td")] for row in shown.select("tbody tr")]
    assert rows == [["Page", "Page"], ["− was Ask Ops .", "+ is now Ask Data ."], ["− gone Gone.", ""]]
    assert [mark.get_text() for mark in shown.select("del, ins")] == ["Ops", "Data"]


def test_what_a_page_says_is_never_read_as_html(sites: Sites) -> None:
    attack = "&lt;script&gt;run()&lt;/script&gt;"
    shown = table(sites, change_of(f"<h1>{attack}</h1><p>x</p>", f"<h1>{attack}!</h1><p>{attack}</p>"))
    assert shown.select("script") == []
    assert "+ new <script>run()</script>" in shown.get_text(" ", strip=True)


def test_a_gap_says_how_much_is_not_shown(sites: Sites) -> None:
    same = "".join(f"<p>The same {number}</p>" for number in range(1500))
    shown = table(sites, change_of(f"{same}<p>a</p>", f"{same}<p>b</p>"))
    assert [gap.get_text() for gap in shown.select(".beside__gap")] == ["1,497 the same, not shown"]


def test_the_pages_that_differ_are_listed_and_linked(sites: Sites) -> None:
    found = compare_sites(sites.before, sites.after)
    html = pages_beside(sites.scene, found, lambda page: f"{page}changes/", lambda page: f"../{page}", lambda _: "")
    soup = BeautifulSoup(html, "lxml")
    links = {a.get_text(): a["href"] for a in soup.select("a")}
    assert links["API"] == "services/api/changes/"
    assert links["Fresh <b>"] == "../services/fresh/"
    assert "Old" not in links
    assert "Old services/old/" in soup.get_text(" ", strip=True)
    assert [h.get_text(" ", strip=True) for h in soup.select("h3")] == [
        f"Pages that say something else {len(found.changed)}",
        "New pages 2",
        "Pages that are gone 2",
    ]


def test_where_nothing_differs_that_is_said(sites: Sites) -> None:
    found = compare_sites(sites.after, sites.after)
    html = pages_beside(sites.scene, found, str, str, str)
    assert BeautifulSoup(html, "lxml").get_text(strip=True) == "Every page says the same as before."
