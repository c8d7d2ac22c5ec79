"""`mkdocs serve`: every request gets a page, whatever people do to the files."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import BIN, ROOT

BANNER = 'class="trouble"'

PATIENCE = 60.0
"""Seconds to wait for what a person would wait for."""


@dataclass
class Server:
    """A running server over a copy of the project."""

    root: Path
    address: str
    process: subprocess.Popen[bytes]

    def get(self, path: str = "") -> str:
        """A page; fails where the server does not answer at once."""
        with urllib.request.urlopen(f"{self.address}/{path}", timeout=5) as answer:
            text: str = answer.read().decode()
            return text

    def until(self, path: str, *, has: str = "", lacks: str = "\0") -> str:
        """The page once it has the one text and lacks the other."""
        end = time.monotonic() + PATIENCE
        page = ""
        while time.monotonic() < end:
            page = self.get(path)
            if has in page and lacks not in page:
                return page
            time.sleep(0.3)
        pytest.fail(f"after {PATIENCE:.0f} s /{path} still lacks {has!r} or has {lacks!r}; it begins: {page[:300]}")

    def change(self, file: str, old: str, new: str) -> None:
        """Replace a text in a file."""
        path = self.root / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a server reads."""
    root = tmp_path_factory.mktemp("served") / "project"
    for name in ("data", "docs", "diagrams"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copytree(ROOT / "macros", root / "macros", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "mkdocs.yml", root)
    return root


@pytest.fixture(scope="module")
def server(project: Path) -> Iterator[Server]:
    """A server over the copy, which started while something was broken."""
    teams = project / "data" / "teams.yml"
    good = teams.read_text(encoding="utf-8")
    teams.write_text(good + "- id: Not An Id\n  name: x\n", encoding="utf-8")
    for server in _serving(project):
        first = server.get()
        assert BANNER in first
        assert "ID001" in first
        teams.write_text(good, encoding="utf-8")
        server.until("", lacks=BANNER)
        yield server


def _serving(root: Path) -> Iterator[Server]:
    port = _free_port()
    with (root / "serve.log").open("wb") as log:
        process = subprocess.Popen(
            [str(BIN / "mkdocs"), "serve", "-a", f"127.0.0.1:{port}"],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            server = Server(root, f"http://127.0.0.1:{port}", process)
            _wait_until_up(server)
            yield server
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait_until_up(server: Server) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.process.poll() is None:
        try:
            server.get()
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.3)
        else:
            return
    pytest.fail((server.root / "serve.log").read_text(encoding="utf-8"))


def test_a_fault_shows_a_banner_over_the_last_good_page_and_goes_with_the_mend(server: Server) -> None:
    assert BANNER not in server.get("repositories/")
    server.change("data/repositories.yml", "owner: SecOps Team", "owner: SecOpz Team")
    page = server.until("repositories/", has=BANNER)
    assert "REF001: `SecOpz Team` is no team; did you mean `secops`" in page
    assert "FanzDash" in page
    assert "auth-service" in server.get("services/auth-service/")
    server.change("data/repositories.yml", "owner: SecOpz Team", "owner: SecOps Team")
    server.until("repositories/", lacks=BANNER)


def test_a_change_of_the_facts_shows_on_the_page_and_nothing_is_written_among_the_sources(server: Server) -> None:
    before = _files(server.root)
    server.change("data/databases.yml", "name: fanz_main", "name: fanz_principal")
    server.until("databases/fanz-main/", has='<h1 id="top">fanz_principal')
    assert _files(server.root) == before
    server.change("data/databases.yml", "name: fanz_principal", "name: fanz_main")
    server.until("databases/fanz-main/", has='<h1 id="top">fanz_main')


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("docs/services.md", "\n{{ nosuch() }}\n", "DOC003: `nosuch` is no macro"),
        ("docs/services.md", "\n{{ table(\n", "DOC001"),
        ("diagrams/payments.yml", "\nnosuch: 1\n", "MOD001: `nosuch` is no key"),
        ("mkdocs.yml", "\nnav: [\n", "configuration file"),
        ("data/teams.yml", "\n\t- id: x\n", "SRC002"),
    ],
)
def test_no_input_ends_the_server(server: Server, file: str, text: str, said: str) -> None:
    path = server.root / file
    good = path.read_text(encoding="utf-8")
    path.write_text(good + text, encoding="utf-8")
    assert said in server.until("services/", has=BANNER)
    path.write_text(good, encoding="utf-8")
    server.until("services/", lacks=BANNER)
    assert server.process.poll() is None


def test_it_started_with_broken_facts_and_shows_the_site_since_they_were_mended(server: Server) -> None:
    assert "auth-service" in server.get("services/auth-service/")


def _files(root: Path) -> set[str]:
    folders = ("data", "docs", "diagrams")
    return {path.relative_to(root).as_posix() for name in folders for path in (root / name).rglob("*")}
