"""What a reader's browser keeps: the pages that are needed most, and all that they load."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from macros.offline import FILE, RETIRED, SCRIPT, kept, worker
from tests.conftest import write_data

PAGE = """<html><head><link rel="stylesheet" href="{base}a.css?1"><link rel=icon href={base}icon.svg>
<link rel="canonical" href="https://example.invalid/"></head><body><a href="{base}far/">x</a>
<img src="{base}gone.png"><img src="data:image/png;base64,AA"><img src="{base}../../outside.png">
<script id="__config" type="application/json">{{"base": ".", "search": "{base}find.js"}}</script>
<script src='{base}a.js'></script></body></html>"""


@pytest.fixture
def small_site(tmp_path: Path) -> Path:
    (tmp_path / "outside.png").write_text("x", encoding="utf-8")
    return write_data(
        tmp_path / "site",
        {
            "index.html": PAGE.format(base=""),
            "runbooks/index.html": PAGE.format(base="../"),
            "runbooks/till-down/index.html": PAGE.format(base="../../"),
            "if-down/service/till/index.html": PAGE.format(base="../../../"),
            "far/index.html": PAGE.format(base="../"),
            "a.css": 'b { background: url("pictures/b.svg") } c { background: url(data:x) }',
            "pictures/b.svg": "<svg/>",
            "icon.svg": "<svg/>",
            "a.js": "",
            "find.js": "",
            "unused.js": "",
            "search/search_index.json": "{}",
        },
    )


def named(script: str) -> list[str]:
    found = re.search(r"const FILES = (\[.*?\]);", script, re.DOTALL)
    assert found
    names: list[str] = json.loads(found[1])
    return names


def test_the_pages_needed_most_and_what_they_load(small_site: Path) -> None:
    assert kept(small_site) == [
        "a.css",
        "a.js",
        "find.js",
        "icon.svg",
        "if-down/service/till/index.html",
        "index.html",
        "pictures/b.svg",
        "runbooks/index.html",
        "runbooks/till-down/index.html",
        "search/search_index.json",
    ]


def test_the_worker_names_pages_by_their_addresses(small_site: Path) -> None:
    names = named(worker(small_site))
    assert {"", "runbooks/", "runbooks/till-down/", "if-down/service/till/", "a.css"} <= set(names)
    assert not [name for name in names if name.endswith(".html")]


@pytest.mark.parametrize("changed", ["runbooks/till-down/index.html", "a.css", "search/search_index.json"])
def test_the_worker_changes_with_what_it_keeps(small_site: Path, changed: str) -> None:
    before = worker(small_site)
    assert worker(small_site) == before
    path = small_site / changed
    path.write_text(f"{path.read_text(encoding='utf-8')} ", encoding="utf-8")
    assert worker(small_site) != before


def test_the_worker_does_not_change_with_what_it_does_not_keep(small_site: Path) -> None:
    before = worker(small_site)
    (small_site / "far" / "index.html").write_text("", encoding="utf-8")
    shutil.copytree(small_site, small_site.parent / "elsewhere")
    assert worker(small_site) == worker(small_site.parent / "elsewhere") == before


def test_a_site_without_these_pages_keeps_what_it_has(tmp_path: Path) -> None:
    site = write_data(tmp_path / "site", {"index.html": "<html></html>"})
    assert kept(site) == ["index.html"]
    assert named(worker(site)) == [""]


def test_the_built_site_keeps_every_runbook_and_sheet(site: Path) -> None:
    names = set(named((site / FILE).read_text(encoding="utf-8")))
    for folder in ("runbooks", "if-down", "procedures", "teams", "rotations"):
        pages = {f"{path.parent.relative_to(site).as_posix()}/" for path in (site / folder).rglob("index.html")}
        assert pages
        assert pages <= names
    assert {"", SCRIPT, "search/search_index.json", "assets/inventory/runbook.js"} <= names
    assert [name for name in names if "workers/search" in name]
    assert all((site / name / ("" if name and not name.endswith("/") else "index.html")).is_file() for name in names)


def test_every_page_takes_the_worker_up(site: Path) -> None:
    lacking = [page for page in site.rglob("*.html") if SCRIPT not in page.read_text(encoding="utf-8")]
    assert [page for page in lacking if 'http-equiv="refresh"' not in page.read_text(encoding="utf-8")] == []


def test_the_worker_may_run_under_the_policy(site: Path) -> None:
    policy = (site / "_headers").read_text(encoding="utf-8")
    assert "worker-src 'self'" in policy
    assert "connect-src 'self'" in policy


def test_a_server_that_follows_changes_keeps_nothing() -> None:
    assert "unregister" in RETIRED
    assert "fetch" not in RETIRED
