"""Findings as SARIF 2.1.0, which forges and editors read."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from macros.codes import Code, area_of, codes
from macros.finding import Finding, Place, Severity, from_here, one_line
from macros.model import Waiver

Json = dict[str, Any]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
"""What stands for the folder that relative addresses start at; forges take it for the repository's."""

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
"""What the format calls the severities."""


def as_sarif(findings: Iterable[Finding], accepted: Iterable[tuple[Finding, Waiver]]) -> str:
    """A log of one run: the findings, then those that a waiver accepts, as suppressed ones with its reason."""
    all_of: list[tuple[Finding, Waiver | None]] = [*((finding, None) for finding in findings), *accepted]
    rules = sorted({finding.code for finding, _ in all_of})
    run = {
        "tool": {"driver": {"name": "inventory", **_version(), "rules": [_rule(code) for code in rules]}},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The folder that the check ran in."}}},
        "results": [_result(finding, waiver, rules.index(finding.code)) for finding, waiver in all_of],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _version() -> Json:
    """The version that is installed; nothing where the engine runs from a folder that nobody installed."""
    try:
        return {"version": version("production-inventory")}
    except PackageNotFoundError:
        return {}


def _rule(code: str) -> Json:
    known = codes().get(code) or Code(code, code, Severity.ERROR, area_of(code), code)
    return {
        "id": known.code,
        "name": "".join(word.capitalize() for word in re.split(r"[\W_]+", known.name)),
        "shortDescription": {"text": f"{known.meaning.partition(': ')[0].rstrip('.')}."},
        "fullDescription": {"text": known.meaning},
        "help": {"text": f"{known.meaning} `inventory check --explain {known.code}` shows each finding in full."},
        "defaultConfiguration": {"level": LEVELS[known.severity]},
        "properties": {"tags": [known.area]},
    }


def _result(finding: Finding, waiver: Waiver | None, rule: int) -> Json:
    """One finding. The list of suppressions stands at each: the format wants it at all of a run or at none."""
    accepted = [{"kind": "external", "status": "accepted", "justification": waiver.reason}] if waiver else []
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": LEVELS[finding.severity],
        "message": {"text": one_line(finding.message)},
        "locations": [_location(finding.place)],
        "relatedLocations": [
            {**_location(related.place), "message": {"text": one_line(related.message)}} for related in finding.related
        ],
        "partialFingerprints": {"inventory/v1": finding.fingerprint},
        "suppressions": accepted,
    }


def _location(place: Place) -> Json:
    return {
        "physicalLocation": {
            "artifactLocation": _artifact(place.file),
            "region": {"startLine": place.line, "startColumn": place.column},
        }
    }


def _artifact(file: Path) -> Json:
    """The address of a file: from the working folder on, or in full where it lies elsewhere.

    Every byte that an address cannot hold is percent-encoded, so that any name of a file comes through.
    """
    path = from_here(file)
    if path is None:
        return {"uri": Path(os.path.normpath(file.absolute())).as_uri()}
    return {"uri": quote(os.fsencode(path)), "uriBaseId": ROOT}
