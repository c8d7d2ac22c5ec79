"""Files below `docs/` beside pages: pictures and documents of a size, no links, names that every system can hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from macros import files
from macros.files import check_files


def said(docs: Path) -> list[tuple[str, str]]:
    return [(finding.code, finding.place.file.relative_to(docs).as_posix()) for finding in check_files(docs)]


def test_pictures_documents_and_pages_pass(tmp_path: Path) -> None:
    for name in ("index.md", "a.png", "b.PDF", "data.csv", "Two words.txt", "日本.md"):
        (tmp_path / name).touch()
    assert said(tmp_path) == []


@pytest.mark.parametrize("name", ["x.html", "x.js", "x.css", "x.py", "x.wasm", "x", "x.md.html", "x.svgz"])
def test_nothing_else_is_copied(name: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()
    assert said(tmp_path) == [("DOC006", name)]


@pytest.mark.parametrize("name", ["a#b.png", "a%20b.png", "a:b.png", "a?b.md", " a.md", "a<b>.png", "a\\b.txt"])
def test_a_name_that_an_address_or_a_system_cannot_hold_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()
    assert said(tmp_path) == [("DOC006", name)]


def test_a_folder_has_a_name_as_well(tmp_path: Path) -> None:
    (tmp_path / "a#b").mkdir()
    assert said(tmp_path) == [("DOC006", "a#b")]


@pytest.mark.parametrize("target", ["/etc/passwd", "elsewhere", "..", "."])
def test_a_link_is_not_followed(target: str, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "x.txt").symlink_to(target)
    assert said(tmp_path / "docs") == [("SRC016", "x.txt")]


def test_a_file_has_a_size_limit(tmp_path: Path) -> None:
    with (tmp_path / "big.png").open("wb") as big:
        big.truncate(files.MAX_BYTES + 1)
    with (tmp_path / "fits.png").open("wb") as fits:
        fits.truncate(files.MAX_BYTES)
    assert said(tmp_path) == [("SRC008", "big.png")]
