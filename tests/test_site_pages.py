"""Pages that somebody hostile or careless wrote: nothing of them runs on any page, and none of them ends in a trace."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from macros import plugin
from macros.build import BuildFailed, build_site
from macros.policy import strays
from macros.workspace import Folders
from tests.conftest import OTHER, ROOT, write_data
from tests.test_site_checks import code_from_values, read

RUNS = "<script>alert(1)</script>"

HOSTILE = f"""---
title: '</title>{RUNS}<b onclick="alert(1)">'
description: '">{RUNS}'
---
# One
"""
HEADINGS = f"""# Two `</title>{RUNS}` {RUNS} &lt;script&gt;alert(1)&lt;/script&gt;

## Part <b onclick="alert(1)">x</b> `{RUNS}`

<p id="__config" data-md-component="search">{{"search": "https://elsewhere.example/worker.js"}}</p>

Text {{: onclick="alert(1)" style="position:fixed" }}

[a](javascript:alert(1)) <javascript:alert(1)> [b][c] <a href="data:text/html,{RUNS}">d</a>

[c]: javascript:alert(1)

<svg><script>alert(1)</script></svg> <iframe src="https://elsewhere.example/"></iframe>
"""


def built(folder: Path, pages: dict[str, str]) -> Path:
    """The site of the other company with these pages among its own."""
    docs = folder / "docs"
    shutil.copytree(OTHER / "docs", docs)
    write_data(docs, pages)
    build_site(
        ROOT / "mkdocs.yml", Folders(OTHER / "data", docs, OTHER / "diagrams", folder / "cache"), folder / "site"
    )
    return folder / "site"


def test_nothing_of_hostile_pages_runs_anywhere(tmp_path: Path) -> None:
    site = built(tmp_path, {"one.md": HOSTILE, "two.md": HEADINGS})
    for page in read(site).values():
        assert code_from_values(page) == []
        assert not strays(page.html), page.address
        assert page.html.count("</title>") == page.html.count("<title>"), page.address
        events = [start for start in page.starts if any(name.startswith("on") for name in start.attributes)]
        assert events == [], page.address
        assert [start.attributes.get("type") for start in page.starts if start.attributes.get("id") == "__config"] in (
            ["application/json"],
            [],
        )
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    assert [entry["location"] for entry in index["docs"] if "<script" in entry["title"]] == []


def test_the_title_of_a_page_reads_back(tmp_path: Path) -> None:
    page = read(built(tmp_path, {"one.md": HOSTILE}))["one/"]
    assert "<title>&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;b onclick=" in page.html


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# One\n\n" + "[" * 30_000, "took more than 0.3 seconds"),
        ("# One\n\n" + "".join(" " * level + "- a\n" for level in range(1000)), "nested too deep"),
    ],
)
def test_a_page_that_takes_too_long_or_goes_too_deep_is_named(
    text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugin, "PAGE_SECONDS", 0.3 if "took" in said else 60.0)
    with pytest.raises(BuildFailed, match=rf"docs/one\.md:1:1: DOC010: .*{said}"):
        built(tmp_path, {"one.md": text})
    assert not (tmp_path / "site").exists()


def test_a_page_may_not_ask_for_everything_a_thousand_times(tmp_path: Path) -> None:
    with pytest.raises(BuildFailed, match=r"docs/one\.md:\d+:4: DOC001: the page has 1,000 macro calls"):
        built(tmp_path, {"one.md": "# One\n" + "\n{{ data_reference() }}\n" * 1000})
