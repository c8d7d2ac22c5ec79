"""The site as one file that opens without a server."""

from __future__ import annotations

import json
import posixpath
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from lxml import html as lxml_html

from macros.archive import INDEX, ArchiveError, archive, as_file, for_files
from macros.provenance import FILE as COMMIT
from macros.provenance import commit_of
from macros.publish import turn
from tests.conftest import inventory, write_data

DAY = date(2031, 5, 6)


@pytest.mark.parametrize(
    ("link", "file"),
    [
        ("../teams/ops/", "../teams/ops/index.html"),
        ("../teams/ops/#page", "../teams/ops/index.html#page"),
        ("./?run=a/b/", "./index.html?run=a/b/"),
        (".", "./index.html"),
        ("..", "../index.html"),
        ("../..", "../../index.html"),
        ("../runbooks.pdf", "../runbooks.pdf"),
        ("#page", "#page"),
        ("", ""),
        ("?q=1", "?q=1"),
        ("https://example.com/a/", "https://example.com/a/"),
        ("mailto:a@example.com", "mailto:a@example.com"),
        ("//example.com/a/", "//example.com/a/"),
    ],
)
def test_a_link_to_a_folder_leads_to_the_page_in_it(link: str, file: str) -> None:
    assert as_file(link) == file


def test_all_else_of_a_page_stays_as_it_is() -> None:
    page = (
        '<!doctype html>\n<html><head><meta charset="utf-8"></head><body data-x="a &amp; b">\n'
        "<!-- a comment --><p>5 &lt; 6 &#38; href=\"x/\" &copy</p><script>if (a < b && '</p>') { x() }</script>"
        '<pre>\n  <code>a  b</code></pre><br/><svg viewBox="0 0 1 1"><path d="M0 0"/></svg></body></html>\n'
    )
    assert for_files(page, "a/index.html") == page


def test_an_address_of_before_leads_to_the_page_of_today() -> None:
    page = '<head><meta http-equiv="refresh" content="0; url=../../teams/a&amp;b/"></head>'
    assert for_files(page, "teams/old/index.html") == page.replace("b/", "b/index.html")


def test_the_policy_allows_files_and_nothing_more() -> None:
    policy = "default-src 'none'; script-src 'self' 'sha256-x'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'"
    page = f'<head><meta http-equiv="Content-Security-Policy" content="{policy}"></head>'
    content = BeautifulSoup(for_files(page, "index.html"), "lxml").find("meta")
    assert content is not None
    assert content["content"] == "default-src 'none'; script-src file: 'sha256-x'; frame-src file:; base-uri 'none'"


def test_the_archive_of_this_site_is_whole_and_the_same_each_time(site: Path, tmp_path: Path) -> None:
    commit = commit_of(site) or ""
    files = archive(site, tmp_path / "one.zip", commit, DAY)
    assert archive(site, tmp_path / "two.zip", commit, DAY) == files
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as packed:
        names = set(packed.namelist())
        assert {"index.html", "README.txt", "runbooks/payment-engine-down/index.html"} <= names
        assert not {"sw.js", "404.html"} & names
        assert f"2031-05-06, {f'commit {commit}' if commit else 'no commit'}." in packed.read("README.txt").decode()
        dead, followed = [], 0
        for name in names:
            if not name.endswith(".html"):
                continue
            leads = lxml_html.fromstring(packed.read(name)).xpath("//a/@href | //link/@href | //script/@src")
            for link in set(map(str, leads)):
                if link and ":" not in link.partition("/")[0] and not link.startswith(("#", "?")):
                    followed += 1
                    target = posixpath.join(posixpath.dirname(f"/{name}"), link.partition("#")[0].partition("?")[0])
                    whole = posixpath.normpath(target).removeprefix("/")
                    if whole not in names and not whole.startswith("print"):
                        dead.append((name, link))
        assert dead == []
        assert followed > 10 * len(names)
        index = packed.read("search/search_index.js").decode()
        found = json.loads(index.removeprefix("var __index = ").rstrip(";\n"))
        places = {entry["location"].partition("#")[0] for entry in found["docs"]}
        assert {place.removeprefix("./") for place in places} <= names, places


def test_what_was_there_stays_where_there_is_no_site(tmp_path: Path) -> None:
    (tmp_path / "kept.zip").write_text("before", encoding="utf-8")
    with pytest.raises(ArchiveError, match="build the site first"):
        archive(tmp_path / "nowhere", tmp_path / "kept.zip", "", DAY)
    assert (tmp_path / "kept.zip").read_text(encoding="utf-8") == "before"


@pytest.fixture
def little(tmp_path: Path) -> Path:
    """A site of one page, a print of it, and what the engine would write beside them."""
    files = {"index.html": '<a href="a/">A</a>', "print/a4/a.pdf": "%PDF", "assets/a.js.map": "{}"}
    return write_data(
        tmp_path / "public" / "site", {**files, "search/search_index.json": '{"docs": [{"location": ""}]}'}
    )


def test_prints_are_packed_and_everybody_may_read_what_is_unpacked(little: Path, tmp_path: Path) -> None:
    archive(little, tmp_path / "a.zip", "", DAY)
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        assert packed.namelist() == ["README.txt", "index.html", "print/a4/a.pdf", "search/search_index.js"]
        assert {oct(entry.external_attr >> 16) for entry in packed.infolist()} == {oct(0o100644)}
        assert {(entry.create_system, entry.date_time[0]) for entry in packed.infolist()} == {(3, 1980)}
        assert packed.read("print/a4/a.pdf") == b"%PDF"


def test_an_archive_may_not_say_that_it_is_of_another_commit_than_its_site(little: Path, tmp_path: Path) -> None:
    write_data(little, {COMMIT: ':root { --paper-commit: "commit 0123456789"; }\n'})
    archive(little, tmp_path / "a.zip", "0123456789", DAY)
    with pytest.raises(ArchiveError, match="was built of 0123456789, and the facts are of 0123456789-dirty: build the"):
        archive(little, tmp_path / "a.zip", "0123456789-dirty", DAY)
    write_data(little, {COMMIT: ""})
    with pytest.raises(ArchiveError, match="was built of no commit, and the facts are of 0123456789"):
        archive(little, tmp_path / "a.zip", "0123456789", DAY)


def test_an_archive_does_not_become_a_part_of_its_site(little: Path) -> None:
    with pytest.raises(ArchiveError, match="lies in the site"):
        archive(little, little / "deep" / "a.zip", "", DAY)
    assert not (little / "deep").exists()


@pytest.mark.parametrize(("name", "content"), [("index.html", b"<p>\xff</p>"), (INDEX, b"{}"), (INDEX, b"{")])
def test_a_file_that_is_not_the_engines_is_a_sentence_and_leaves_nothing(
    little: Path, tmp_path: Path, name: str, content: bytes
) -> None:
    (little / name).write_bytes(content)
    with pytest.raises(ArchiveError, match="not as the engine writes it"):
        archive(little, tmp_path / "to" / "a.zip", "", DAY)
    assert not (tmp_path / "to").exists()


def test_pages_are_not_read_while_a_build_may_put_others_in_their_place(little: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as thread:
        with turn(little):
            running = thread.submit(archive, little, tmp_path / "a.zip", "", DAY)
            with pytest.raises(TimeoutError):
                running.result(0.3)
        assert running.result(10) == 4


def test_where_it_cannot_be_written_that_is_said(little: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = inventory("archive", "--site", str(little), "--to", str(tmp_path / "file" / "a.zip"))
    assert (done.returncode, "nothing was written" in done.stderr, "Traceback" in done.stderr) == (1, True, False)
    done = inventory("archive", "--site", str(little), "--to", str(tmp_path / "public"))
    assert (done.returncode, "nothing was written" in done.stderr, "Traceback" in done.stderr) == (1, True, False)
    assert not list(tmp_path.glob(".*.part"))
