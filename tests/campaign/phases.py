"""What the campaign tries, and what must hold each time."""

from __future__ import annotations

import copy
import os
import shutil
import signal
import subprocess
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from macros import source
from macros.finding import Finding
from macros.graph import Graph
from macros.inventory import PLURALS, Inventory, of_documents
from macros.model import Kind
from macros.rules import judge
from tests.campaign.mutants import mutate
from tests.conftest import BIN, ROOT

DATA = ROOT / "data"
OTHER = ROOT / "tests" / "other"


@dataclass
class Result:
    """How a phase went: counts by outcome, and each promise that broke."""

    name: str
    counts: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def line(self) -> str:
        """The result on one line."""
        counts = ", ".join(f"{number:,} {outcome}" for outcome, number in sorted(self.counts.items()))
        return f"{self.name}: {counts}; {len(self.broken)} broken"


def _good_documents() -> list[tuple[Kind, source.Document]]:
    found = []
    for path in sorted(DATA.rglob("*.yml")):
        parts = path.relative_to(DATA).parts
        stem = parts[0] if len(parts) > 1 else path.stem
        found.append((PLURALS[stem], source.load(path)))
    return found


def _misplaced(findings: list[Finding], lengths: dict[Path, int]) -> str:
    """A finding whose place is in no file, or past the end of one; nothing where all are right."""
    for finding in findings:
        lines = lengths.get(finding.place.file)
        if lines is None or not 1 <= finding.place.line <= lines or finding.place.column < 1:
            return f"{finding} lies outside its file"
    return ""


def reading(seed: int, scale: float) -> Result:
    """Byte and line mutants of the real data into the reader and the model: refused with a place, or read."""
    random, result = Random(seed), Result("byte and line mutants")
    documents = _good_documents()
    texts = [document.path.read_bytes() for _, document in documents]
    for number in range(int(20_000 * scale)):
        at = random.randrange(len(documents))
        kind, document = documents[at]
        broken = mutate(texts[at], random)
        lengths = {document.path: broken.count(b"\n") + broken.count(b"\r") + 1}
        try:
            parsed = source.parse(document.path, broken)
            inventory = of_documents(DATA, [(kind, parsed)])
            mine = [finding for finding in inventory.findings if not finding.code.startswith("REF")]
        except Exception:  # noqa: BLE001 - whatever it is, it may not happen
            result.broken.append(f"mutant {number} of {document.path.name}: {traceback.format_exc(limit=-1)}")
            continue
        result.counts["refused" if mine else "read"] += 1
        if problem := _misplaced(mine, lengths):
            result.broken.append(f"mutant {number} of {document.path.name}: {problem}")
    return result


def _paths(value: Any, steps: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The ways to everything inside a value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, tuple | list) else ()
    for key, inner in items:
        yield (*steps, key)
        yield from _paths(inner, (*steps, key))


def _changed(value: Any, steps: tuple[Any, ...], change: Callable[[Any, Any], None]) -> Any:
    """A copy of the value with the change made in the container at the end of the steps."""
    fresh = _lists(copy.deepcopy(value))
    container = fresh
    for step in steps[:-1]:
        container = container[step]
    change(container, steps[-1])
    return _tuples(fresh)


def _lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _lists(inner) for key, inner in value.items()}
    return [_lists(inner) for inner in value] if isinstance(value, tuple | list) else value


def _tuples(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _tuples(inner) for key, inner in value.items()}
    return tuple(_tuples(inner) for inner in value) if isinstance(value, tuple | list) else value


STRANGE: tuple[Any, ...] = (
    "",
    " ",
    "unknown",
    "nosuch",
    "service.nosuch",
    0,
    -1,
    70000,
    True,
    None,
    [],
    {},
    ["x"],
    {"to": "nosuch"},
    "é",
    "x" * 300,
)


def _mutations(random: Random) -> Callable[[Any, Any], None]:
    def drop(container: Any, key: Any) -> None:
        del container[key]

    def retype(container: Any, key: Any) -> None:
        container[key] = random.choice(STRANGE)

    def rename(container: Any, key: Any) -> None:
        if isinstance(container, dict):
            container[f"{key}x"] = container.pop(key)
        else:
            container.reverse()

    def duplicate(container: Any, key: Any) -> None:
        if isinstance(container, list):
            container.append(container[key])
        else:
            container[key] = [container[key], container[key]]

    return random.choice((drop, retype, rename, duplicate))


def models(seed: int, scale: float) -> Result:
    """Values dropped, retyped, renamed and doubled in the real data, through model, graph and rules."""
    random, result = Random(seed), Result("model mutants")
    documents = _good_documents()
    lengths = {document.path: len(document.path.read_text(encoding="utf-8").splitlines()) for _, document in documents}
    for number in range(int(2_000 * scale)):
        at = random.randrange(len(documents))
        kind, document = documents[at]
        value = _changed(document.value, random.choice(list(_paths(document.value))), _mutations(random))
        mutant = copy.copy(document)
        mutant.value = value
        try:
            inventory: Inventory = of_documents(DATA, [*documents[:at], (kind, mutant), *documents[at + 1 :]])
            found = [*inventory.findings, *judge(Graph(inventory))]
        except Exception:  # noqa: BLE001 - whatever it is, it may not happen
            result.broken.append(f"mutant {number} of {document.path.name}: {traceback.format_exc(limit=-1)}")
            continue
        result.counts["refused" if found else "fit all the same"] += 1
        if problem := _misplaced(found, lengths):
            result.broken.append(f"mutant {number} of {document.path.name}: {problem}")
    return result


def _build(site: Path, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(BIN / "inventory"), "build", "--data", str(OTHER / "data"), "--site", str(site)],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@contextmanager
def _published() -> Iterator[tuple[Path, dict[str, bytes]]]:
    """A site in a folder of its own, and what is in it."""
    with tempfile.TemporaryDirectory(prefix="campaign-") as folder:
        site = Path(folder) / "site"
        out, errors = (process := _build(site)).communicate(timeout=120)
        if process.returncode != 0:
            raise RuntimeError(f"the site that everything starts from could not be built: {out}{errors}")
        yield site, _contents(site)


def kills(seed: int, scale: float) -> Result:
    """Builds killed at random moments: the site is whole after each, and the next build clears what was left."""
    random, result = Random(seed), Result("killed builds")
    with _published() as (site, good):
        started = time.monotonic()
        _build(site).communicate(timeout=120)
        length = time.monotonic() - started
        for number in range(int(100 * scale)):
            process = _build(site)
            time.sleep(random.random() * length)
            process.send_signal(signal.SIGKILL)
            process.communicate()
            result.counts["killed" if process.returncode < 0 else "done before"] += 1
            if _contents(site) != good:
                result.broken.append(f"after kill {number} the site is another")
        _build(site).communicate(timeout=120)
        if left := [path.name for path in site.parent.iterdir() if path.name != "site"]:
            result.broken.append(f"the next build left {', '.join(left)}")
        if _contents(site) != good:
            result.broken.append("the next build made another site")
    return result


def pairs(seed: int, scale: float) -> Result:
    """Two builds at once: both end well, and the site is whole."""
    del seed
    result = Result("pairs of builds")
    with _published() as (site, good):
        for number in range(int(20 * scale)):
            both = [_build(site), _build(site)]
            ends = [process.communicate(timeout=240) for process in both]
            codes = [process.returncode for process in both]
            result.counts["both done" if codes == [0, 0] else "failed"] += 1
            if codes != [0, 0] or _contents(site) != good:
                result.broken.append(f"pair {number}: {codes} {ends}")
    return result


def disks(seed: int, scale: float) -> Result:
    """Full disks: a small file system that the new site does not fit beside the old one. Needs root for the mount."""
    random, result = Random(seed), Result("full disks")
    if os.geteuid() != 0 or shutil.which("mount") is None:
        result.counts["left out: needs root"] = 1
        return result
    with _published() as (site, good), tempfile.TemporaryDirectory(prefix="campaign-") as point:
        size = sum(len(content) for content in good.values())
        for number in range(int(20 * scale)):
            room = int(size * (1.25 + random.random() * 0.6))
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room}", "tmpfs", point], check=True)
            try:
                small = Path(point) / "site"
                shutil.copytree(site, small)
                _, errors = (process := _build(small)).communicate(timeout=120)
                result.counts["refused" if process.returncode else "fit all the same"] += 1
                if _contents(small) != good:
                    result.broken.append(f"disk {number}: the site is another")
                if "Traceback" in errors:
                    result.broken.append(f"disk {number}: {errors[-300:]}")
            finally:
                subprocess.run(["umount", point], check=True)
    return result


Phase = Callable[[int, float], Result]

PHASES: tuple[Phase, ...] = (reading, models, kills, pairs, disks)
