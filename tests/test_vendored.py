"""What is vendored is what its list says, and runs under the site's policy."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

VENDOR = ROOT / "macros" / "theme" / "assets" / "inventory" / "vendor"
LISTED = re.compile(r"^\| `(\S+)` \| npm package \S+ \d+\.\d+\.\d+: .* \| MIT, `(\S+)` \| `([0-9a-f]{64})` \|$", re.M)


def test_every_file_is_listed_with_version_licence_and_hash() -> None:
    rows = LISTED.findall((VENDOR / "README.md").read_text(encoding="utf-8"))
    assert {name for name, _, _ in rows} == {file.name for file in VENDOR.glob("*.js")}
    for name, licence, digest in rows:
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest, name
        assert "Permission is hereby granted" in (VENDOR / licence).read_text(encoding="utf-8")


@pytest.mark.parametrize("script", sorted(VENDOR.parent.rglob("*.js")), ids=lambda path: path.name)
def test_no_script_makes_code_of_text_or_html_of_values(script: Path) -> None:
    code = script.read_text(encoding="utf-8")
    assert not re.findall(r"\beval\(|\bnew Function\b|document\.write|WebAssembly|\bimport\(", code)
    if script.parent != VENDOR:
        assert not re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|https?://(?!www\.w3\.org/2000/svg)", code)
