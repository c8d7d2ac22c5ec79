"""`mkdocs serve` while files break and are mended."""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path
from random import Random

from macros.finding import errors
from macros.pages import check_pages
from macros.workspace import Folders, Workspace
from tests.campaign.mutants import mutate
from tests.campaign.result import Result
from tests.conftest import LIBRARY, project
from tests.serving import BANNER, PATIENCE, Server, serving

PAGES = ("", "services/", "services/loan-desk/", "runbooks/", "teams/lending/")


class _Reader(threading.Thread):
    """Asks for pages all the time, as readers do, and notes each that was not whole."""

    def __init__(self, server: Server) -> None:
        super().__init__(daemon=True)
        self.server = server
        self.asked = 0
        self.problems: list[str] = []
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.is_set():
            address = PAGES[self.asked % len(PAGES)]
            self.asked += 1
            try:
                page = self.server.get(address)
                if "</html>" not in page or "<article" not in page:
                    self.problems.append(f"/{address} came cut")
            except OSError as error:
                self.problems.append(f"/{address}: {error}")
            time.sleep(0.05)

    def end(self) -> None:
        self._done.set()
        self.join()


def cycles(seed: int, scale: float) -> Result:
    """A file is broken and mended: the banner comes and goes, and every request meanwhile gets a whole page."""
    random, result = Random(seed), Result("cycles of serve")
    with tempfile.TemporaryDirectory(prefix="campaign-") as folder:
        root = project(Path(folder) / "project", LIBRARY)
        names = ("data", "docs", "diagrams")
        files = sorted(path for name in names for path in (root / name).rglob("*.*") if path.is_file())
        sources = {path.relative_to(root) for path in root.rglob("*")}
        for server in serving(root):
            reader = _Reader(server)
            reader.start()
            for number in range(max(1, int(50 * scale))):
                path = random.choice(files)
                if problem := _cycle(server, path, random):
                    result.broken.append(f"cycle {number} with {path.relative_to(root)}: {problem}")
                    break
                result.counts["mended"] += 1
            reader.end()
            result.counts["pages read meanwhile"] = reader.asked
            result.broken += reader.problems
            if server.process.poll() is not None:
                result.broken.append("the server ended")
        added = {path.relative_to(root) for path in root.rglob("*")} - sources
        strange = sorted(path.as_posix() for path in added if path.parts[0] in names)
        if strange:
            result.broken.append(f"written among the sources: {strange}")
    return result


def _cycle(server: Server, path: Path, random: Random) -> str:
    """Break a file so that the check refuses it, wait for the banner, mend it, wait until the banner is gone."""
    sound = path.read_bytes()
    while True:
        path.write_bytes(mutate(sound, random))
        if _is_refused(server.root):
            break
    try:
        if not _seen(server, shown=True):
            return "no banner"
    finally:
        path.write_bytes(sound)
    return "" if _seen(server, shown=False) else "the banner stays"


def _is_refused(root: Path) -> bool:
    workspace = Workspace(Folders(root / "data", root / "docs", root / "diagrams", root / ".cache"))
    return bool(errors([*workspace.findings, *check_pages(workspace)]))


def _seen(server: Server, *, shown: bool) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if (BANNER in server.get()) is shown:
            return True
        time.sleep(0.2)
    return False
