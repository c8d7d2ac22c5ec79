"""Whole builds: killed, two at once, on full disks, of mutants, and under other settings."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from tests.campaign.mutants import mutate
from tests.campaign.result import Result
from tests.conftest import BIN, OTHER, ROOT
from tests.test_site_same import SETTINGS, STAMP

FOLDERS = ("data", "docs", "diagrams")


def _build(site: Path, *options: str, **environment: str) -> subprocess.Popen[str]:
    """A build in a process of its own; of the other company where no folders are given."""
    folders = options or ("--data", str(OTHER / "data"))
    return subprocess.Popen(
        [str(BIN / "inventory"), "build", *folders, "--site", str(site)],
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


PLACED = re.compile(r"^\S.*:\d+:\d+: [A-Z]{2,3}\d{3}: ", re.MULTILINE)


def mutants(seed: int, scale: float) -> Result:
    """Full builds of the real project with one file broken: published whole, or refused with a place."""
    random, result = Random(seed), Result("builds of mutants")
    with tempfile.TemporaryDirectory(prefix="campaign-") as folder:
        root, site = Path(folder) / "project", Path(folder) / "site"
        for name in FOLDERS:
            shutil.copytree(ROOT / name, root / name)
        files = sorted(path for name in FOLDERS for path in (root / name).rglob("*") if path.is_file())
        options = [part for name in FOLDERS for part in (f"--{name}", str(root / name))]
        good = _after(_build(site, *options), site)
        for number in range(max(1, int(200 * scale))):
            path = random.choice(files)
            sound = path.read_bytes()
            path.write_bytes(mutate(sound, random))
            process = _build(site, *options)
            _, said = process.communicate(timeout=300)
            path.write_bytes(sound)
            result.counts["refused" if process.returncode else "published"] += 1
            problem = _half_published(process.returncode, said, good, _contents(site))
            good = _contents(site)
            if problem:
                result.broken.append(f"mutant {number} of {path.relative_to(root)}: {problem}")
    return result


def _after(process: subprocess.Popen[str], site: Path) -> dict[str, bytes]:
    """What a build that must end well made."""
    out, said = process.communicate(timeout=300)
    if process.returncode:
        raise RuntimeError(f"the site that everything starts from could not be built: {out}{said}")
    return _contents(site)


def _half_published(code: int, said: str, before: dict[str, bytes], after: dict[str, bytes]) -> str:
    """Which promise a build broke; nothing where it kept them all."""
    if code not in {0, 1} or "Traceback" in said or "fault of the engine" in said:
        return f"exit {code}: {said[-500:]}"
    if code == 1 and not PLACED.search(said):
        return f"no place is named: {said[-500:]}"
    if code == 1 and after != before:
        return "refused, and the site is another"
    whole = {name: page for name, page in after.items() if name.endswith(".html")}
    cut = [name for name, page in whole.items() if not page.rstrip().endswith(b"</html>")]
    if code == 0 and (cut or len(whole) < len(before) // 4):
        return f"published with pages cut: {cut[:5]}"
    return ""


def browsing(seed: int, scale: float) -> Result:
    """Every page in Chromium, under its policy and the headers: nothing refused, missing, or asked for elsewhere."""
    del seed, scale
    result = Result("pages in a browser")
    command = [sys.executable, "-m", "pytest", "-n0", "-q", "--every-page", "tests/browser/test_pages.py"]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "CI": "true"}, capture_output=True, text=True, check=False
    )
    result.counts["in order" if done.returncode == 0 else "failed"] += 1
    if done.returncode:
        result.broken.append(done.stdout[-2000:])
    return result


def settings(seed: int, scale: float) -> Result:
    """The same build on another day, in another zone, language, place and order: not a byte may differ."""
    del seed
    result = Result("settings")
    with tempfile.TemporaryDirectory(prefix="campaign-") as folder:
        plain = _after(_real(Path(folder) / "site", ROOT), Path(folder) / "site")
        moved = Path(folder) / "elsewhere" / "of another name"
        if (ROOT / ".git").is_dir():  # of which the site tells how the number of findings has changed
            shutil.copytree(ROOT / ".git", moved / ".git")
        for path in sorted((path for name in FOLDERS for path in (ROOT / name).rglob("*.*")), reverse=True):
            target = moved / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
        tried = {name: (ROOT, environment) for name, environment in SETTINGS.items()}
        tried |= {"umask": (ROOT, {}), "path": (moved, {}), "order of files": (moved, {"TZ": "Asia/Tokyo"})}
        for name, (root, environment) in list(tried.items())[: max(1, int(len(tried) * scale))]:
            site = Path(folder) / name / "site"
            before = os.umask(0o077 if name == "umask" else 0o022)
            made = _after(_real(site, root, **environment), site)
            os.umask(before)
            differing = [file for file in {*plain, *made} if plain.get(file) != made.get(file)]
            result.counts["different" if differing else "the same"] += 1
            if differing:
                result.broken.append(f"{name}: {sorted(differing)[:5]}")
    return result


def _real(site: Path, root: Path, **environment: str) -> subprocess.Popen[str]:
    site.parent.mkdir(parents=True, exist_ok=True)
    options = [part for name in FOLDERS for part in (f"--{name}", str(root / name))]
    return _build(site, *options, SOURCE_DATE_EPOCH=STAMP, **environment)
