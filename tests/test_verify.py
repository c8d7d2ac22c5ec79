"""A site is looked at before it is published."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from macros import verify as verify_module
from macros.finding import Finding
from macros.policy import with_policy
from macros.verify import VerifyError, complained, verify
from tests.conftest import OTHER, build, project, write_data

PAGE = '<!doctype html><html lang="en"><head><title>x</title></head><body>{}</body></html>'


def found(tmp_path: Path, **bodies: str) -> list[Finding]:
    site = write_data(tmp_path / "a [site]", {f"{name}/index.html": PAGE.format(body) for name, body in bodies.items()})
    docs = write_data(tmp_path / "docs", {"one.md": "# One\n\nSee [two](nowhere.md).\n"})
    return verify(site, docs)


def test_a_site_whose_links_all_lead_somewhere_is_fine(tmp_path: Path) -> None:
    assert found(tmp_path, one='<a href="../two/#here">two</a>', two='<p id="here">here</p>') == []


def test_a_dead_link_is_named_by_the_page_that_somebody_wrote(tmp_path: Path) -> None:
    [finding] = found(tmp_path, one='<a href="../nowhere/">two</a>')
    assert finding.code == "SIT002"
    assert finding.place.file == tmp_path / "docs" / "one.md"
    assert (finding.place.line, finding.place.column) == (3, 11)
    assert "`nowhere`" in finding.message


def test_a_dead_anchor_is_found(tmp_path: Path) -> None:
    [finding] = found(tmp_path, one='<a href="../two/#gone">two</a>', two="<p>x</p>")
    assert finding.code == "SIT002"
    assert "two#gone" in finding.message
    assert "anchor" in finding.message


def test_the_page_for_what_is_not_there_links_by_the_path_of_the_address(tmp_path: Path) -> None:
    body = '<a href="/some/path/one/">one</a><a href="/one/">beside</a><a href="/some/path/gone/">gone</a>'
    site = write_data(tmp_path / "site", {"404.html": PAGE.format(body), "one/index.html": PAGE.format("<p>x</p>")})
    dead = verify(site, write_data(tmp_path / "docs", {}), "https://example.com/some/path/")
    assert [finding.message.partition(",")[0] for finding in dead] == [
        "a link leads to `one`",
        "a link leads to `some/path/gone`",
    ]


def test_a_half_made_page_is_found(tmp_path: Path) -> None:
    [finding] = found(tmp_path, two="<p>\ue000</p>")
    assert (finding.code, str(finding.place.file)) == ("SIT001", "two/index.html")


def test_a_script_that_the_policy_does_not_know_is_found(tmp_path: Path) -> None:
    sealed = with_policy("<html><head></head><body><script>alert(1)</script></body></html>", ())
    site = write_data(tmp_path / "site", {"one/index.html": sealed})
    [finding] = verify(site, write_data(tmp_path / "docs", {"one.md": "# One\n"}))
    assert (finding.code, finding.place.file.name) == ("SIT004", "one.md")


@pytest.mark.parametrize(
    ("message", "place"),
    [
        ("Doc file 'one.md' contains a link 'nowhere.md', but the target is not found.", "one.md:3:11"),
        ("Doc file 'one.md' contains an unrecognized relative link 'gone', it was left as is.", "one.md:1:1"),
        ("A reference to 'gone.md' is included in the 'nav' configuration.", "docs:1:1"),
        ("Something else happened", "docs:1:1"),
    ],
)
def test_what_the_site_generator_warns_of_has_a_place(message: str, place: str, tmp_path: Path) -> None:
    docs = write_data(tmp_path / "docs", {"one.md": "# One\n\nSee [two](nowhere.md).\n"})
    finding = complained(message, docs)
    assert f"{finding.place.file.name}:{finding.place.line}:{finding.place.column}" == place
    assert finding.code == "SIT003"
    assert message in finding.message


def test_without_the_link_checker_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(VerifyError, match="link checker cannot be run"):
        found(tmp_path, one="<p>x</p>")


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("sleep 30", "took more than 0.3 seconds"),
        ("echo no such option >&2; exit 3", "failed: no such option"),
        ("exit 4", "failed: exit status 4"),
        ("echo '{}'", "failed: exit status 0"),
    ],
)
def test_a_link_checker_that_fails_is_said_of(
    script: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "lychee"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setattr(verify_module, "TIME_LIMIT", 0.3 if "sleep" in script else 60.0)
    with pytest.raises(VerifyError, match=said):
        found(tmp_path, one="<p>x</p>")


@pytest.mark.parametrize(
    ("added", "said"),
    [
        ('<a href="../nowhere/">gone</a>', "13: SIT002"),
        ("[of the host](/services/)", "15: SIT003"),
    ],
)
def test_a_build_with_a_dead_link_is_not_published(added: str, said: str, tmp_path: Path) -> None:
    root = project(tmp_path / "copy", OTHER)
    page = root / "docs" / "index.md"
    page.write_text(f"{page.read_text(encoding='utf-8')}\n{added}\n", encoding="utf-8")
    done = build(tmp_path / "site", root=root, PYTHONPATH=str(root))
    assert done.returncode == 1
    last = len(page.read_text(encoding="utf-8").splitlines())
    assert f"index.md:{last}:{said}" in done.stderr
    assert "1 error;" in done.stderr
    assert not (tmp_path / "site").exists()
