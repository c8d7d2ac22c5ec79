"""What the tests share: the project's own inventory and site, small inventories, and golden files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from macros.graph import Graph
from macros.inventory import Inventory, load
from macros.workspace import Folders, Workspace

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
GOLDEN = ROOT / "tests" / "golden"
LIBRARY = GOLDEN / "inventory"
OTHER = ROOT / "tests" / "other"
"""Two small companies, whose sites are built in a second or two: a library with a record of every kind, and a bakery."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="take what the tests got as the new golden files")
    parser.addoption("--every-page", action="store_true", help="open every page in a browser, not one of each kind")


LONGEST = (
    "test_workflows.py",
    "browser/test_print.py",
    "browser/test_runbook.py",
    "test_campaign.py",
    "browser/test_drawings.py",
    "browser/test_access.py",
    "test_site_builds.py",
    "browser/test_focus.py",
    "test_newcomer.py",
    "browser/test_print_read_back.py",
    "test_cli.py",
)
"""The files that take longest."""


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: a test that waits for a browser, a server or git leaves its core to another."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no worker is alone with one at the end."""
    places = {ROOT / "tests" / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.fixture(scope="session")
def workspace() -> Workspace:
    """The project's own inventory."""
    return Workspace(Folders(ROOT / "data", ROOT / "docs", ROOT / "diagrams", ROOT / ".cache"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own site, built once a run: the first worker builds, the others wait."""
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    target, lock, failed = shared / "site", shared / "site.lock", shared / "site.failed"
    return _once(target, lock, failed)


def _once(target: Path, lock: Path, failed: Path) -> Path:
    import fcntl  # a file lock; on systems without it these tests do not run in parallel either

    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not target.exists() and not failed.exists():
            done = build(target)
            if done.returncode != 0:
                failed.write_text(done.stdout + done.stderr, encoding="utf-8")
    if failed.exists():
        pytest.fail(f"the site could not be built:\n{failed.read_text(encoding='utf-8')}")
    return target


def build(target: Path, *options: str, root: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `inventory build` into a folder."""
    return inventory("build", "--site", str(target), *options, root=root, **environment)


def inventory(*arguments: str, root: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the `inventory` command in the project's folder."""
    return subprocess.run(
        [str(BIN / "inventory"), *arguments],
        cwd=root,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def project(folder: Path, company: Path = ROOT) -> Path:
    """A copy of what makes a site: the engine, its configuration, and the folders of a company."""
    shutil.copytree(ROOT / "macros", folder / "macros", ignore=shutil.ignore_patterns("__pycache__"))
    settings, _, navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:")
    if company == ROOT:  # another company has other pages to navigate
        settings += f"\nnav:{navigation}"
    (folder / "mkdocs.yml").write_text(settings + "\n", encoding="utf-8")
    for name in ("data", "docs", "diagrams"):
        shutil.copytree(company / name, folder / name)
    return folder


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@cache
def findings_of_the_project() -> list[dict[str, Any]]:
    """What `inventory check --format json` says of this project."""
    found: list[dict[str, Any]] = json.loads(inventory("check", "--format", "json").stdout)
    return found


Small = Callable[[dict[str, str]], Inventory]


@pytest.fixture
def small(tmp_path: Path) -> Small:
    """Makes an inventory of a few files, given as name (`teams.yml`) to YAML."""

    def make(files: dict[str, str]) -> Inventory:
        return load(write_data(tmp_path / "data", files))

    return make


@pytest.fixture
def small_graph(small: Small) -> Callable[[dict[str, str]], Graph]:
    """As `small`, and its graph."""
    return lambda files: Graph(small(files))


def write_data(folder: Path, files: dict[str, str]) -> Path:
    """Write files below a folder; a name may have folders in it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


Golden = Callable[[str, str], None]


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compares a text with a file of `tests/golden/`; with `--accept` the file becomes the text."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--accept"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            return
        assert path.exists(), f"no golden file {path.relative_to(ROOT)}: look at the result, then `make accept`"
        assert text == path.read_text(encoding="utf-8"), (
            f"{path.relative_to(ROOT)} differs; if it should: `make accept`"
        )

    return compare


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A temporary copy of what people edit: `data/`, `docs/` and `diagrams/`."""
    for name in ("data", "docs", "diagrams"):
        shutil.copytree(ROOT / name, tmp_path / "copy" / name)
    return tmp_path / "copy"
