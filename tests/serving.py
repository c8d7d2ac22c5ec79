"""A running `mkdocs serve` over a copy of the project."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import BIN

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


def serving(root: Path) -> Iterator[Server]:
    """A server over a copy, until the caller is done with it."""
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
