"""The policy of a page lets the theme's scripts run and nothing else."""

from __future__ import annotations

import base64
import hashlib

import pytest

from macros.policy import headers, policy, scripts, strays, with_policy

CODE = 'alert("one & two")'
DIGEST = base64.b64encode(hashlib.sha256(CODE.encode()).digest()).decode()
PAGE = f'<html><head>\n<meta charset="utf-8">\n<script>{CODE}</script></head><body></body></html>'


def test_a_script_is_known_by_its_hash() -> None:
    assert scripts(PAGE) == {f"'sha256-{DIGEST}'"}
    assert f"script-src 'self' 'sha256-{DIGEST}';" in policy(scripts(PAGE))


def test_data_and_files_need_no_hash() -> None:
    page = '<script type="application/json">{"a": 1}</script><script src="x.js"></script>'
    assert scripts(page) == frozenset()
    assert "script-src 'self';" in policy(scripts(page))


def test_inline_scripts_are_never_allowed_as_such() -> None:
    allowed = next(part for part in policy(scripts(PAGE)).split("; ") if part.startswith("script-src"))
    assert "unsafe" not in allowed
    assert "default-src 'none'" in policy(())


def test_the_policy_stands_before_all_that_could_run() -> None:
    sealed = with_policy(PAGE, scripts(PAGE))
    assert sealed.index("Content-Security-Policy") < sealed.index("<script>")
    assert sealed.index("charset") < sealed.index("Content-Security-Policy")
    assert sealed.count("Content-Security-Policy") == 1


@pytest.mark.parametrize("more", ["<script>alert(2)</script>", "<SCRIPT x>alert(2)</SCRIPT>"])
def test_a_script_that_came_in_another_way_is_unknown_and_found(more: str) -> None:
    assert not strays(with_policy(PAGE, scripts(PAGE)))
    assert strays(with_policy(PAGE.replace("<body>", f"<body>{more}"), scripts(PAGE)))


def test_the_headers_say_the_same_and_forbid_frames() -> None:
    lines = headers(scripts(PAGE)).splitlines()
    assert lines[0] == "/*"
    assert f"  Content-Security-Policy: {policy(scripts(PAGE))}; frame-ancestors 'none'" in lines
    assert "  X-Content-Type-Options: nosniff" in lines
