"""The site as one file that opens without a server."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from macros.archive import ArchiveError, archive, as_file, for_files
from tests.conftest import inventory

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
    policy = "default-src 'none'; script-src 'self' 'sha256-x'; worker-src 'self'"
    page = f'<head><meta http-equiv="Content-Security-Policy" content="{policy}"></head>'
    content = BeautifulSoup(for_files(page, "index.html"), "lxml").find("meta")
    assert content is not None
    assert content["content"] == "default-src 'none'; script-src file: 'sha256-x'; frame-src file:"


def test_the_archive_of_this_site_is_whole_and_the_same_each_time(site: Path, tmp_path: Path) -> None:
    files = archive(site, tmp_path / "one.zip", "0123456789", DAY)
    assert archive(site, tmp_path / "two.zip", "0123456789", DAY) == files
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as packed:
        names = set(packed.namelist())
        assert {"index.html", "README.txt", "runbooks/payment-engine-down/index.html"} <= names
        assert not {"sw.js", "404.html"} & names
        assert "2031-05-06, commit 0123456789" in packed.read("README.txt").decode()
        dead = []
        for name in names:
            if not name.endswith(".html"):
                continue
            soup = BeautifulSoup(packed.read(name), "lxml")
            for tag in soup.find_all(["a", "link", "script"]):
                link = str(tag.get("href") or tag.get("src") or "")
                if link and ":" not in link.partition("/")[0] and not link.startswith(("#", "?")):
                    target = (Path("/") / name).parent / link.partition("#")[0].partition("?")[0]
                    whole = str(target.resolve()).removeprefix("/")
                    if whole not in names and not whole.startswith("print"):
                        dead.append((name, link))
        assert dead == []
        index = packed.read("search/search_index.js").decode()
        found = json.loads(index.removeprefix("var __index = ").rstrip(";\n"))
        places = {entry["location"].partition("#")[0] for entry in found["docs"]}
        assert {place.removeprefix("./") for place in places} <= names, places


def test_what_was_there_stays_where_there_is_no_site(tmp_path: Path) -> None:
    (tmp_path / "kept.zip").write_text("before", encoding="utf-8")
    with pytest.raises(ArchiveError, match="build the site first"):
        archive(tmp_path / "nowhere", tmp_path / "kept.zip", "", DAY)
    assert (tmp_path / "kept.zip").read_text(encoding="utf-8") == "before"


def test_where_it_cannot_be_written_that_is_said(site: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = inventory("archive", "--site", str(site), "--to", str(tmp_path / "file" / "a.zip"))
    assert (done.returncode, "nothing was written" in done.stderr, "Traceback" in done.stderr) == (1, True, False)
