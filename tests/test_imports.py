"""What the engine may know: which of its layers know which, and nothing of any company."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from macros.workspace import Workspace
from tests.conftest import BIN, ROOT

ENGINE = ROOT / "macros"
KNOWS_MKDOCS = {"main.py", "plugin.py", "serving.py", "build.py"}
"""The last step: only these may know the site generator, so that the rest moves to another without a change."""


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts of the `pyproject.toml` in a folder."""
    command = [str(BIN / "lint-imports"), "--no-logo", "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def engine(tmp_path: Path) -> Path:
    """A copy of the engine and its contracts."""
    shutil.copytree(ENGINE, tmp_path / "macros", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_data_flows_one_way() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout
    assert re.search(r"Data flows one way KEPT", done.stdout)


@pytest.mark.parametrize(
    ("file", "line", "said"),
    [
        ("graph.py", "from macros.views import Scene", "macros.graph -> macros.views"),
        ("model/people.py", "from macros import inventory", "macros.model.people -> macros.inventory"),
        ("rules/ports.py", "from macros.diagram import dot", "macros.rules.ports -> macros.diagram"),
        ("source.py", "from macros.build import build_site", "macros.source -> macros.build"),
    ],
)
def test_an_import_against_the_direction_is_caught(engine: Path, file: str, line: str, said: str) -> None:
    path = engine / "macros" / file
    text = path.read_text(encoding="utf-8")
    future = "from __future__ import annotations\n"
    assert future in text
    path.write_text(text.replace(future, f"{future}\n{line}\n", 1), encoding="utf-8")
    done = lint_imports(engine)
    assert done.returncode == 1
    assert said in done.stdout


def test_a_module_in_no_layer_is_caught(engine: Path) -> None:
    """It might import anything: it is added to the contract, or its imports are nobody's to judge."""
    (engine / "macros" / "stray.py").write_text('"""Belongs nowhere."""\n', encoding="utf-8")
    done = lint_imports(engine)
    assert done.returncode == 1
    assert "stray" in done.stdout


def imported(path: Path) -> Iterator[str]:
    """The names of the modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def knowing(folder: Path, module: str) -> set[str]:
    """The files below a folder that import a module or a part of it."""
    files = {path.relative_to(folder).as_posix(): set(imported(path)) for path in folder.rglob("*.py")}
    return {name for name, found in files.items() if any(f"{each}.".startswith(f"{module}.") for each in found)}


def test_only_the_last_step_knows_the_site_generator() -> None:
    assert "plugin.py" in knowing(ENGINE, "mkdocs")
    assert knowing(ENGINE, "mkdocs") | knowing(ENGINE, "material") <= KNOWS_MKDOCS


def test_another_module_that_knows_the_site_generator_is_caught(engine: Path) -> None:
    path = engine / "macros" / "views" / "home.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}\n\ndef late() -> None:\n    from mkdocs.config import base\n", encoding="utf-8")
    assert knowing(engine / "macros", "mkdocs") - KNOWS_MKDOCS == {"views/home.py"}


# Names

ALLOWED = {
    # words of the language that are names here
    *("Platform", "Production", "Security", "application", "business", "chat", "infrastructure", "logs", "media"),
    *("metrics", "platform", "production", "security", "staging"),
    # words of this field: environments, kinds and categories of things, examples of ids that anybody could have
    *("AWS", "CI/CD", "UAT", "uat", "source-control", "dns", "cto", "tier-1"),
    # services whose tokens have a shape that detect-secrets knows
    *("aws", "sendgrid", "slack", "twilio"),
    # the forge whose annotations `inventory check --format github` writes
    "github",
}
"""Names of records that the engine may use, since they mean no record there."""


def engine_files(folder: Path) -> Iterator[Path]:
    """What is written for the engine; code of others that came with it has its own words."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".py", ".html", ".css", ".js", ".svg"} and "vendor" not in path.parts:
            yield path


def names_in(folder: Path, names: set[str]) -> dict[str, set[str]]:
    """The names that stand as words of their own in the files below a folder."""
    wanted = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})(?!\w)")
    found = {}
    for path in engine_files(folder):
        if words := set(wanted.findall(path.read_text(encoding="utf-8"))):
            found[path.relative_to(folder).as_posix()] = words
    return found


@pytest.fixture(scope="module")
def names(workspace: Workspace) -> set[str]:
    records = list(workspace.inventory.records())
    return {word for record in records for word in (record.name, record.id, *record.aliases)} - ALLOWED


def test_the_engine_names_no_record_of_this_inventory(names: set[str]) -> None:
    assert len(names) > 400
    assert names_in(ENGINE, names) == {}


def test_nothing_but_the_folders_of_a_company_names_it() -> None:
    files = [*engine_files(ENGINE), ROOT / "mkdocs.yml", ROOT / "Makefile", *(ROOT / "scripts").iterdir()]
    assert len(files) > 80
    assert [path for path in files if "fanz" in path.read_text(encoding="utf-8").lower()] == []


@pytest.mark.parametrize("planted", ["SecOps Team", "auth-service", "CCBill", "@media-team"])
def test_a_planted_name_is_found(engine: Path, names: set[str], planted: str) -> None:
    template = engine / "macros" / "templates" / "home.html"
    template.write_text(f"<p>Ask {planted}.</p>", encoding="utf-8")
    assert planted in names
    assert names_in(engine / "macros" / "templates", names) == {"home.html": {planted}}
