"""Findings that their owners accept until a day. Nothing else silences a rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from macros.finding import Finding, Related, Severity
from macros.inventory import Inventory
from macros.model import Waiver


@dataclass
class Judgement:
    """Findings that stand, with what is wrong with waivers among them; and those that are accepted, each by its waiver."""

    standing: list[Finding] = field(default_factory=list)
    accepted: list[tuple[Finding, Waiver]] = field(default_factory=list)


def judgement(findings: Iterable[Finding], inventory: Inventory, today: date) -> Judgement:
    """Take out what a waiver accepts on that day; a waiver that has expired, or accepts nothing, is an error."""
    waivers = [waiver for waiver in inventory.of("waiver") if isinstance(waiver, Waiver)]
    longest = sorted(waivers, key=lambda waiver: waiver.expires)  # of two that accept one finding, the last holds
    wanted = {(waiver.finding, waiver.code): waiver for waiver in longest}
    found = Judgement()
    used: dict[tuple[str, str], Waiver] = {}
    for finding in findings:
        name = (finding.fingerprint, finding.code)
        accepting = wanted.get(name)
        if accepting is None:
            found.standing.append(finding)
            continue
        used[name] = accepting
        problem = _refused(finding, accepting, inventory, today)
        if problem is None:
            found.accepted.append((finding, accepting))
        else:
            found.standing += [finding, problem]
    for waiver in waivers:
        other = used.get((waiver.finding, waiver.code))
        if waiver is not other:
            found.standing.append(_unused(waiver, other, inventory))
    return found


def _unused(waiver: Waiver, other: Waiver | None, inventory: Inventory) -> Finding:
    """A waiver that accepts nothing; the other is the one that accepts the finding it names, where there is one."""
    place = inventory.entries[waiver.key].place("finding")
    if other is not None:
        message = f"the waiver `{other.id}` accepts the same finding as `{waiver.id}`, and no less long: delete one"
        about = (Related(inventory.entries[other.key].place("finding"), f"`{other.id}` stands here"),)
        return Finding("WAV002", message, place, related=about, subjects=(waiver.key, other.key), identity=waiver.key)
    message = (
        f"the waiver `{waiver.id}` accepts nothing: no {waiver.code} has the fingerprint `{waiver.finding}`; delete the "
        "waiver, or write the fingerprint of the finding that is meant"
    )
    return Finding("WAV002", message, place, subjects=(waiver.key,), identity=waiver.key)


def _refused(finding: Finding, waiver: Waiver, inventory: Inventory, today: date) -> Finding | None:
    """Why a waiver does not hold; None where it does."""
    entry = inventory.entries[waiver.key]
    about = (Related(finding.place, f"{finding.code} stands here"),)
    if finding.severity is Severity.ERROR:
        message = f"{finding.code} is an error, which is mended and not accepted: delete the waiver"
        return Finding(
            "WAV003", message, entry.place("code"), related=about, subjects=(waiver.key,), identity=waiver.key
        )
    if waiver.expires < today:
        message = (
            f"the waiver `{waiver.id}` of {finding.code} ended on {waiver.expires}: mend what it accepts, or decide anew and "
            "write another day"
        )
        return Finding(
            "WAV001", message, entry.place("expires"), related=about, subjects=(waiver.key,), identity=waiver.key
        )
    return None
