"""The policy of a page lets its own scripts run and nothing else."""

from __future__ import annotations

import base64
import hashlib

from macros.policy import policy, with_policy

CODE = 'alert("one & two")'
DIGEST = base64.b64encode(hashlib.sha256(CODE.encode()).digest()).decode()


def test_a_script_of_the_page_is_known_by_its_hash() -> None:
    assert f"'sha256-{DIGEST}'" in policy(f"<head></head><script>{CODE}</script>")


def test_data_and_files_need_no_hash() -> None:
    page = '<script type="application/json">{"a": 1}</script><script src="x.js"></script>'
    assert "script-src 'self';" in policy(page)


def test_inline_scripts_are_never_allowed_as_such() -> None:
    scripts = next(part for part in policy("<script>1</script>").split("; ") if part.startswith("script-src"))
    assert "unsafe" not in scripts
    assert "default-src 'none'" in policy("")


def test_the_policy_stands_before_all_that_could_run() -> None:
    page = f'<html><head>\n<meta charset="utf-8">\n<script>{CODE}</script></head><body></body></html>'
    sealed = with_policy(page)
    assert sealed.index("Content-Security-Policy") < sealed.index("<script>")
    assert sealed.index("charset") < sealed.index("Content-Security-Policy")
    assert sealed.count("Content-Security-Policy") == 1
