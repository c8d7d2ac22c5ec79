"""Each check switched off in turn, in a copy of the engine: some fault must then go unnoticed, and a test say so.

A check whose absence no fault notices is not tested. Checks are found in the engine's code: where a finding is made,
where bad input is refused by an exception, where a field of the model is constrained, and each shape of a credential.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from random import Random
from typing import TypeGuard

from tests.campaign.result import Result
from tests.conftest import ROOT

CODE = re.compile(r"[A-Z]{2,3}\d{3}\Z")
OFF = "OFF000"
SAYS = {"_say", "_twice", "that"}
REFUSES = {
    "ValueError", "ViewError", "PublishError", "LayoutError", "VerifyError", "BuildFailed", "Abort", "BadParameter",
}  # fmt: skip
OPEN = {"extra": '"allow"', "strict": "False", "pattern": '".*"', "max_length": "10**9", "ge": "-10**9", "le": "10**9"}
"""Constraints of fields, and what takes each away."""

SHAPES = {"OWN", "KNOWN"}
"""Lists of which each item is a check."""

NO_CHECKS = {"macros/codes.py", "macros/diff/document.py"}
"""Modules that speak of codes, or describe what the engine itself writes, and check nothing that a person wrote."""

OF_DEVELOPERS = {"macros/rules/__init__.py", "macros/model/record.py"}
"""Modules whose exceptions tell whoever changes the engine, not whoever writes data."""

ALSO = {
    "macros/build.py": ("test_site_pages.py", "test_site_builds.py", "test_verify.py"),
    "macros/plugin.py": ("test_site_pages.py", "test_site_builds.py", "test_verify.py"),
    "macros/pages.py": ("test_site_pages.py",),
    "macros/cli.py": ("test_cli.py",),
    "macros/verify.py": ("test_verify.py",),
    "macros/publish.py": ("test_publish.py",),
    "macros/secrets.py": ("test_secrets.py",),
    "macros/diagram/layout.py": ("test_layout.py", "test_site_builds.py"),
    "macros/model/values.py": ("test_values.py",),
    "macros/files.py": ("test_files.py",),
    "macros/evidence.py": ("test_evidence.py",),
    "macros/waivers.py": ("test_waivers.py",),
    **{path.relative_to(ROOT).as_posix(): ("test_rule_cases.py",) for path in (ROOT / "macros" / "rules").glob("*.py")},
}
"""Where the faults of a module are that are no folders of `tests/faults/`."""


@dataclass(frozen=True)
class Check:
    """A place in the engine's code, and what stands there when the check is off."""

    file: str
    line: int
    start: int
    end: int
    off: str
    rule: str = ""
    """The code of the rule that it is in, whose cases alone can notice."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def checks() -> list[Check]:
    """Every check of the engine."""
    found = []
    for path in sorted((ROOT / "macros").rglob("*.py")):
        source = path.read_bytes()
        name = path.relative_to(ROOT).as_posix()
        if name in NO_CHECKS:
            continue
        starts = [0, *(match.end() for match in re.finditer(rb"\n", source))]
        tree = ast.parse(source)
        rules = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and _rule_code(node)]
        for node, off in _of_module(tree, name):
            within = [_rule_code(rule) for rule in rules if rule.lineno <= node.lineno <= (rule.end_lineno or 0)]
            start = starts[node.lineno - 1] + node.col_offset
            end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
            found.append(Check(name, node.lineno, start, end, off, "".join(within)))
    return found


Located = ast.stmt | ast.expr


def _of_module(tree: ast.Module, name: str) -> Iterator[tuple[Located, str]]:
    beside = [node for node in ast.walk(tree) if isinstance(node, ast.Compare) or _registers(node)]
    named = {id(inner) for node in beside for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in named:
            continue  # a code that is compared with another or gives a rule its name, not told
        match node:
            case ast.FunctionDef() if _rule_code(node):
                yield from ((inner, "yield from ()") for inner in ast.walk(node) if _yields(inner))
            case ast.Constant() if _is_code(node) and name != "macros/source.py" and "/model/" not in name:
                yield node, f'"{OFF}"'
            case ast.Call(func=ast.Name(id="Finding") | ast.Attribute(attr="_say"), args=[ast.Constant() as code, *_]):
                if name == "macros/source.py":  # where codes stand in a table as well
                    yield code, f'"{OFF}"'
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr=method), args=[first, *_])) if method in SAYS:
                if not _is_code(first):
                    yield node, "pass"
            case ast.Raise() if _refuses(node) and name not in OF_DEVELOPERS:
                yield node, "pass"
            case ast.Call(func=ast.Name(id="Field" | "ConfigDict"), keywords=keywords):
                limits = [keyword for keyword in keywords if keyword.arg in OPEN]
                yield from (
                    (limit.value, OPEN[limit.arg or ""]) for limit in limits if ast.unparse(limit.value) != "False"
                )
            case ast.Assign() | ast.AnnAssign():
                yield from _shapes(node)


def _is_code(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(CODE.match(node.value))


def _refuses(node: ast.Raise) -> bool:
    raised = node.exc.func if isinstance(node.exc, ast.Call) else None
    return getattr(raised, "id", getattr(raised, "attr", "")) in REFUSES


def _rule_code(node: ast.AST) -> str:
    """The code of a rule's function; empty for anything else."""
    for by in node.decorator_list if isinstance(node, ast.FunctionDef) else ():
        if _registers(by) and isinstance(by.args[0], ast.Constant):
            return str(by.args[0].value)
    return ""


def _registers(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "rule"


def _yields(node: ast.AST) -> TypeGuard[ast.Expr]:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Yield | ast.YieldFrom)


def _limits(keywords: list[ast.keyword]) -> Iterator[tuple[ast.expr, str]]:
    for keyword in keywords:
        if keyword.arg in OPEN and ast.unparse(keyword.value) != "False":
            yield keyword.value, OPEN[keyword.arg]


def _shapes(node: ast.Assign | ast.AnnAssign) -> Iterator[tuple[ast.expr, str]]:
    """The items of a list of shapes, each to be replaced by one that matches nothing, or by its neighbour."""
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    if not isinstance(target, ast.Name) or target.id not in SHAPES or node.value is None:
        return
    tuples = [inner for inner in ast.walk(node.value) if isinstance(inner, ast.Tuple)]
    pairs = [pair for pair in tuples if len(pair.elts) == 2 and isinstance(pair.elts[0], ast.Constant)]
    for pair in pairs:
        if target.id == "OWN":
            yield pair.elts[1], 'r"(?!)"'
        else:
            other = next(one for one in pairs if one is not pair)
            yield pair, ast.unparse(other)


def canaries(seed: int, scale: float) -> Result:
    """Every check off, one after the other, or some of them: each time a test has to fail."""
    result = Result("checks switched off")
    found = checks()
    chosen = found if scale >= 1 else Random(seed).sample(found, max(1, int(len(found) * scale)))
    workers = os.cpu_count() or 1
    with tempfile.TemporaryDirectory(prefix="campaign-") as folder, ThreadPoolExecutor(workers) as pool:
        engines: Queue[Path] = Queue()
        for number in range(workers):
            engines.put(_copy(Path(folder) / str(number)))

        def noticed(check: Check) -> bool:
            engine = engines.get()
            try:
                return _noticed(engine, check)
            finally:
                engines.put(engine)

        if scale >= 1 and not _passes(engines.queue[0], "test_faults.py"):
            result.broken.append("the copy of the engine fails with every check on")
            return result
        for check, seen in zip(chosen, pool.map(noticed, chosen), strict=True):
            result.counts["noticed" if seen else "not noticed"] += 1
            if not seen:
                result.broken.append(f"{check}: no fault notices when this check is off")
    return result


def _copy(root: Path) -> Path:
    """The project in a folder of its own, whose engine drops the findings of checks that are off."""
    left_out = shutil.ignore_patterns("__pycache__", "browser", "campaign", "output")
    for name in ("macros", "tests", "data", "docs", "diagrams"):
        shutil.copytree(ROOT / name, root / name, ignore=left_out)
    for name in ("mkdocs.yml", "pyproject.toml"):
        shutil.copy(ROOT / name, root)
    finding = root / "macros" / "finding.py"
    text = finding.read_text(encoding="utf-8")
    kept = text.replace(
        "return sorted(findings,", f'return sorted((one for one in findings if one.code != "{OFF}"),', 1
    )
    assert kept != text
    finding.write_text(kept, encoding="utf-8")
    return root


def _noticed(engine: Path, check: Check) -> bool:
    path = engine / check.file
    on = path.read_bytes()
    original = (ROOT / check.file).read_bytes()
    if on == original:
        path.write_bytes(on[: check.start] + check.off.encode() + on[check.end :])
    else:  # the one file that the copy changes has no checks
        raise AssertionError(check)
    try:
        if check.rule:
            return not _passes(engine, "test_rule_cases.py", f"{check.rule} and fires")
        return not all(_passes(engine, name) for name in ("test_faults.py", *ALSO.get(check.file, ())))
    finally:
        path.write_bytes(on)


def _passes(engine: Path, name: str, only: str = "") -> bool:
    if not (engine / "tests" / name).is_file():
        return True
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n0", "-p", "no:cacheprovider", f"tests/{name}", "-k", only]
    environment = {**os.environ, "PYTHONPATH": str(engine), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("PYTEST_XDIST_WORKER", None)
    done = subprocess.run(command, cwd=engine, env=environment, capture_output=True, timeout=600, check=False)
    return done.returncode == 0
