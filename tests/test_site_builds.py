"""Building: the same site by either command, nothing published that is not whole, nothing written but the site."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from macros.workspace import Folders, Workspace
from tests.conftest import BIN, LIBRARY, OTHER, ROOT, build, edit, project
from tests.test_site_checks import read

OLD = {"index.html": "<p>the site built before</p>", "teams/index.html": "<p>a page of it</p>"}

Run = subprocess.CompletedProcess[str]


def by_mkdocs(root: Path, *options: str) -> Run:
    """Run `mkdocs build --strict`, as in an activated environment."""
    return subprocess.run(
        [str(BIN / "mkdocs"), "build", "--strict", *options],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), "NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def by_inventory(root: Path) -> Run:
    """Run `inventory build` on a copy."""
    return build(root / "site", root=root, PYTHONPATH=str(root))


def contents(folder: Path) -> dict[str, str]:
    """Every file below a folder with a digest of what is in it."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def entries(root: Path) -> list[str]:
    """What is in a folder, the drawings' cache aside."""
    return sorted(path.name for path in root.iterdir() if path.name != ".cache")


def publish_old(root: Path) -> dict[str, str]:
    """Put a site where the new one will be built."""
    for name, html in OLD.items():
        (root / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "site" / name).write_text(html, encoding="utf-8")
    return contents(root / "site")


def test_plain_mkdocs_builds_the_same_site(tmp_path: Path) -> None:
    root = project(tmp_path / "copy", LIBRARY)
    with (root / "mkdocs.yml").open("a", encoding="utf-8") as settings:
        settings.write("\nnav:\n  - The library: index.md\n")
    for run in (by_inventory, by_mkdocs):
        done = run(root)
        assert done.returncode == 0, done.stderr
        (root / "site").rename(tmp_path / run.__name__)
    plain, ours = (
        {name: digest for name, digest in contents(tmp_path / run.__name__).items() if not name.startswith("sitemap")}
        for run in (by_mkdocs, by_inventory)
    )
    assert len(ours) > 100
    assert plain == ours


@pytest.mark.parametrize("run", [by_mkdocs, by_inventory])
def test_wrong_data_stops_either_build_and_names_the_place(tmp_path: Path, run: Callable[[Path], Run]) -> None:
    root = project(tmp_path / "copy", OTHER)
    old, beside = publish_old(root), entries(root)
    edit(root / "data" / "groups.yml", "owner: Counter", "owner: Cuonter")
    edit(root / "data" / "clusters.yml", "nodes: 1", "nodes: one")
    done = run(root)
    assert done.returncode == 1
    found = re.findall(r"^(\S+?:\d+:\d+: [A-Z]{3}\d{3}): ", done.stderr + done.stdout, flags=re.MULTILINE)
    assert found == ["data/clusters.yml:5:10: MOD003", "data/groups.yml:4:10: REF001"]
    assert "Traceback" not in done.stderr
    assert contents(root / "site") == old
    assert entries(root) == beside


@pytest.mark.parametrize(
    ("file", "added", "said"),
    [
        ("docs/index.md", '{{ tabel("service") }}', r"docs/index\.md:\d+:4: DOC003: `tabel` is no macro; did you mean"),
        (
            "docs/index.md",
            '{{ table("servise") }}',
            r"docs/index\.md:\d+:4: DOC004: `servise` is no kind; did you mean",
        ),
        ("docs/index.md", "[gone](gone.md)", r"index\.md.*gone\.md"),
        ("diagrams/shop.yml", "dept: 3", r"diagrams/shop\.yml:\d+:1: MOD001: `dept` is no key here; did you mean"),
    ],
)
def test_what_is_wrong_in_a_page_or_a_drawing_leaves_the_old_site(
    tmp_path: Path, file: str, added: str, said: str
) -> None:
    root = project(tmp_path / "copy", OTHER)
    old, beside = publish_old(root), entries(root)
    with (root / file).open("a", encoding="utf-8") as page:
        page.write(f"\n{added}\n")
    done = by_inventory(root)
    assert done.returncode == 1
    assert re.search(said, done.stderr + done.stdout), done.stderr
    assert "Traceback" not in done.stderr
    assert contents(root / "site") == old
    assert entries(root) == beside


def test_a_page_that_the_navigation_names_and_nobody_wrote_is_said_of_once(tmp_path: Path) -> None:
    root = project(tmp_path / "copy", OTHER)
    old = publish_old(root)
    (root / "mkdocs.yml").write_text(
        (root / "mkdocs.yml").read_text(encoding="utf-8")
        + "\nnav:\n  - Home: index.md\n  - Gone: gone.md\n  - Teams: teams.md\n",
        encoding="utf-8",
    )
    line = (root / "mkdocs.yml").read_text(encoding="utf-8").splitlines().index("  - Gone: gone.md") + 1
    done = by_inventory(root)
    assert done.returncode == 1
    assert f"mkdocs.yml:{line}:11: DOC011: the navigation names `gone.md`, which nobody wrote" in done.stderr
    assert "1 error;" in done.stderr
    assert contents(root / "site") == old


def test_a_missing_program_for_drawings_is_named_and_leaves_the_old_site(tmp_path: Path) -> None:
    root = project(tmp_path / "copy", OTHER)
    old = publish_old(root)
    done = build(root / "site", root=root, PYTHONPATH=str(root), DOT="no-such-dot")
    assert done.returncode == 1
    assert "`no-such-dot` (from $DOT) is no program here" in done.stderr
    assert "Traceback" not in done.stderr
    assert contents(root / "site") == old


def test_a_build_replaces_the_whole_site_and_writes_nothing_else(tmp_path: Path) -> None:
    """Nothing is generated into `data/`, `docs/` or `diagrams/`; pages of the site before are gone."""
    sources = ("data", "docs", "diagrams")
    copy = tmp_path / "copy"
    for name in sources:
        shutil.copytree(LIBRARY / name, copy / name)
    before = {name: contents(copy / name) for name in sources}
    publish_old(copy)
    (copy / "site" / "stale.html").touch()
    done = build(copy / "site", "--data", str(copy / "data"))
    assert done.returncode == 0, done.stderr
    assert {name: contents(copy / name) for name in sources} == before
    assert sorted(path.name for path in copy.iterdir()) == [*sorted(sources), "site"]
    assert not (copy / "site" / "stale.html").exists()
    assert "the site built before" not in (copy / "site" / "index.html").read_text(encoding="utf-8")
    assert re.search(r"site: \d+ pages in [\d.]+ s", done.stdout)


def test_a_known_address_gives_a_sitemap_of_every_page(tmp_path: Path) -> None:
    """With `site_url`, every page says where it belongs, and the page for a wrong address finds its way."""
    root = project(tmp_path / "copy", OTHER)
    configuration = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:")[0]
    address = "site_url: https://inventory.example.com/bakery/\n"
    (root / "mkdocs.yml").write_text(address + configuration, encoding="utf-8")
    done = by_mkdocs(root)
    assert done.returncode == 0, done.stderr
    listed = re.findall("<loc>(.*?)</loc>", (root / "site" / "sitemap.xml").read_text(encoding="utf-8"))
    pages = read(root / "site")
    served = {address for address, page in pages.items() if not page.moved} - {"404.html"}
    former = {address for address, page in pages.items() if page.moved}
    assert former == {"services/blackboard/"}
    assert {url.removeprefix("https://inventory.example.com/bakery/") for url in listed} == served | former
    assert len(listed) == len(set(listed))
    canonical = {
        tag.attributes["href"] for tag in pages["services/till/"].starts if tag.attributes.get("rel") == "canonical"
    }
    assert canonical == {"https://inventory.example.com/bakery/services/till/"}
    assert 'href="/bakery/' in pages["404.html"].html


PROGRAMS = [
    pytest.param(str(BIN / "dot"), id="of the project"),
    pytest.param(
        "/usr/bin/dot",
        id="of the system",
        marks=pytest.mark.skipif(not Path("/usr/bin/dot").exists(), reason="no Graphviz"),
    ),
]


@pytest.mark.parametrize("program", PROGRAMS)
def test_either_program_draws_everything(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setenv("DOT", program)
    drawn = Workspace(Folders(ROOT / "data", ROOT / "docs", ROOT / "diagrams", tmp_path))
    drawn.gallery.draw_all()
    for name, diagram in drawn.drawings.diagrams.items():
        sketch = drawn.gallery.of_diagram(name)
        svg = drawn.gallery.svg(sketch)
        assert svg.count('class="node') == len(sketch.picture.nodes), f"{diagram.title} by {program}"
        assert svg.count('class="edge') == len(sketch.picture.lines)
        assert not re.search(r'\b(fill|stroke|font-family|id)="', svg)


@pytest.mark.parametrize("stamp", ["soon", "", "9" * 30])
def test_a_stamp_that_is_no_time_is_said_of(tmp_path: Path, stamp: str) -> None:
    done = build(tmp_path / "site", "--data", str(OTHER / "data"), SOURCE_DATE_EPOCH=stamp)
    assert done.returncode == 1
    assert f"SOURCE_DATE_EPOCH is `{stamp}`, which is no time: write the seconds since 1970" in done.stderr
    assert not (tmp_path / "site").exists()
