"""Credentials are found and never repeated; the places where they are kept pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from macros.secrets import check_secrets
from tests.conftest import ROOT, write_data

HEX = "0123456789abcdef"
# Written in two parts each, so that no scanner takes this file for a leak.
SECRETS = (
    "note: AKIA" + "IOSFODNN7EXAMPLE",
    "note: ghp_" + "a1B2" * 9,
    "note: |\n  -----BEGIN RSA " + "PRIVATE KEY-----",
    "contact: u+" + "abcdEFGH12345678zx",
    "pagerduty_token: " + "abcdefghij1234567890",
    "note: " + HEX * 2,
    "note: " + HEX.upper() * 4,
    "command: psql --password=" + "hunter22",
    "command: redis-cli --pass " + "hunter22",
    "command: PGPASSWORD=" + "hunter22 psql",
    "command: curl -u admin:" + "hunter22 https://x.example",
    "command: mysql -u x -p" + "hunter22",
    "password: " + "hunter22",
    'token: "' + 'hunter22"',
    "url: https://admin:" + "hunter22@x.example/",
    "note: xoxb-" + "1234567890-1234567890-abcdefghijABCDEFGHIJ1234",
    "note: AKC" + "p8abcdefgh12345",
    "note: AccountKey=" + "aB3+" * 22,
    "note: M" + "TAwMDAwMDAwMDAwMDAwMDAw.ABC123.abcdefghijklmnopqrstuvwxyz0",
    "note: glpat-" + "a1B2" * 5,
    "note: eyJ" + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "note: z" + "0123456789abcdefghijklmnopqrst9-us12",
    "note: //npm.example/:_authToken=" + "npm_abcdefgh",
    "note: sk-" + "a1B2" * 5 + "T3BlbkFJ" + "a1B2" * 5,
    "note: pypi-AgEIcHlwaS5vcmc" + "a1B2" * 18,
    "note: SG." + "a" * 22 + "." + "b" * 43,
    "note: sq0csp-" + "a" * 43,
    "note: sk_live_" + "a1B2" * 6,
    "note: 12345678:" + "a1B2x" * 7,
    "note: AC" + "z1y2" * 8,
)
PLACES = (
    "password: vault:secret/data/payments",
    "token: secret/data/payments",
    "token: unknown",
    "command: psql --password=$PGPASSWORD",
    "command: psql --password ${password}",
    "command: PGPASSWORD=<password> psql",
    "purpose: Secrets Management with a KMS",
    "contact: pager policy `cto`",
    "pager: https://pager.example.com/storefront",
    "note: commit 0123456",
    "colour: '#FF0040'",
)


@pytest.mark.parametrize("text", SECRETS)
def test_a_credential_is_found_with_its_place_and_not_repeated(text: str, tmp_path: Path) -> None:
    folder = write_data(tmp_path / "data", {"teams.yml": f"# a comment\n{text}\n"})
    [finding] = check_secrets([folder])
    assert finding.code == "SEC001"
    assert finding.place.line >= 2
    assert "revoke it" in finding.message
    assert text.rsplit(maxsplit=1)[-1][-8:] not in finding.message


@pytest.mark.parametrize("text", PLACES)
def test_the_place_where_a_secret_is_kept_passes(text: str, tmp_path: Path) -> None:
    assert check_secrets([write_data(tmp_path / "data", {"teams.yml": f"{text}\n"})]) == []


def test_pages_are_read_as_well(tmp_path: Path) -> None:
    assert check_secrets([write_data(tmp_path / "docs", {"index.md": f"# x\n\n{SECRETS[0]}\n"})])


def test_this_project_holds_none() -> None:
    assert check_secrets([ROOT / "data", ROOT / "docs", ROOT / "diagrams"]) == []
