"""Consequences in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from macros.diff import consequence as follows
from macros.diff.document import Change, Level, Part, Type
from macros.diff.edits_told import TICKED
from macros.diff.snapshot import Noticed
from macros.diff.voice import Teams, Voice
from macros.diff.words import MOST_NAMED, plural, sentence_of, shown, words
from macros.finding import Severity

_FOUND = {
    (Type.FINDING_APPEARED, False): "Found now",
    (Type.FINDING_APPEARED, True): "Accepted by no waiver now",
    (Type.FINDING_RESOLVED, False): "No longer found",
    (Type.FINDING_RESOLVED, True): "Accepted by a waiver now",
}
"""What happens to a finding, by whether a waiver accepts it in the state that does not tell it."""


class OfConsequences:
    """Tells consequences."""

    def __init__(self, voice: Voice, told: Iterable[follows.Consequence]) -> None:
        self.voice = voice
        self.follows = list(told)

    def changes(self) -> Iterator[Change]:
        """Every consequence; findings of one code together."""
        found: dict[tuple[Type, str, Severity, bool], list[Noticed]] = defaultdict(list)
        for one in self.follows:
            match one:
                case follows.FindingAppeared(finding):
                    accepted = finding.fingerprint in self.voice.before.accepted
                    found[(Type.FINDING_APPEARED, finding.code, finding.severity, accepted)].append(finding)
                case follows.FindingResolved(finding):
                    accepted = finding.fingerprint in self.voice.after.accepted
                    found[(Type.FINDING_RESOLVED, finding.code, finding.severity, accepted)].append(finding)
                case _:
                    yield self._consequence(one)
        for (kind, code, severity, accepted), findings in found.items():
            yield self._found(kind, code, severity, findings, _FOUND[kind, accepted])

    def _consequence(self, one: follows.Consequence) -> Change:
        match one:
            case follows.OwnerChanged():
                return self._owner(one)
            case follows.PagingChanged():
                return self._paging(one)
            case follows.ReachChanged():
                return self._reach(one)
            case follows.EvidenceMoved():
                return self._evidence(one)
            case follows.ReadinessMoved():
                return self._readiness(one)
            case follows.SignoffStale():
                says = [
                    self.voice.record(one.key),
                    words(" was signed before this changes: "),
                    *self.voice.records(one.changed),
                ]
                details = [[self.voice.record(key)] for key in one.changed] if len(one.changed) > MOST_NAMED else []
                return self.voice.change(Type.SIGNOFF_STALE, Level.CRITICAL, says, [one.key], details=details)
            case follows.ExerciseStale():
                says = [self.voice.record(one.key), words(" was last worked through on "), shown(one.on)]
                says.append(words(", before its steps became these"))
                return self.voice.change(Type.EXERCISE_STALE, Level.MAJOR, says, [one.key])
            case _:
                raise TypeError(f"no words for {type(one).__name__}")

    def _owner(self, one: follows.OwnerChanged) -> Change:
        says = [*self.voice.records(one.keys), words(f" {'changes' if len(one.keys) == 1 else 'change'} hands: ")]
        says += [self.voice.team(one.before), words(" → "), self.voice.team(one.after)]
        is_heavy = any(self.voice.is_critical(key) for key in one.keys)
        is_lost = not one.after and any(key in self.voice.running for key in one.keys)
        teams = tuple(team for team in (one.after, one.before) if team)
        return self.voice.change(
            Type.OWNER_CHANGED,
            Level.CRITICAL if is_heavy or is_lost else Level.MAJOR,
            says,
            [*one.keys, *teams],
            details=self._handed_on(one.keys),
            why=self.voice.why(one.keys[0]) if len(one.keys) == 1 else (),
            teams=Teams(teams, (one.after,) if one.after else ()),
        )

    def _handed_on(self, keys: tuple[str, ...]) -> Iterator[list[Part]]:
        """Of several records each with why it weighs; of each who is paged first now."""
        for key in self.voice.ranked(keys):
            told = [self.voice.record(key)]
            if len(keys) > 1:
                told += [part for reason in self.voice.why(key) for part in (words(", "), *reason)]
            if page := self.voice.after.pages.get(key):
                yield [*told, words(", paged first: "), self.voice.record(page[0])]
            elif len(keys) > 1:
                yield told

    def _paging(self, one: follows.PagingChanged) -> Change:
        says = [words("Paged first for "), *self.voice.records(one.keys), words(": ")]
        says += [self.voice.team(one.before), words(" → "), self.voice.team(one.after)]
        level = Level.CRITICAL if any(self.voice.is_critical(key) for key in one.keys) else Level.MAJOR
        teams = [key for key in (one.after, one.before) if key.startswith("team.")]
        affected = tuple(key for key in (one.after,) if key.startswith("team."))
        reviewers = (*teams, *self.voice.owners(one.keys))
        return self.voice.change(Type.PAGING_CHANGED, level, says, list(one.keys), teams=Teams(reviewers, affected))

    def _reach(self, one: follows.ReachChanged) -> Change:
        says: list[Part] = []
        if one.gained:
            verb = "now falls with" if len(one.gained) == 1 else "now fall with"
            says += [*self.voice.records(one.gained), words(f" {verb} ")]
        else:
            verb = "no longer falls with" if len(one.lost) == 1 else "no longer fall with"
            says += [*self.voice.records(one.lost), words(f" {verb} ")]
        says += self.voice.records(one.keys)
        details: list[list[Part]] = []
        if one.gained and one.lost:
            details.append([words("no longer: "), *self.voice.records(one.lost, 8)])
        if len(one.keys) > MOST_NAMED:
            details.append([words("with: "), *self.voice.records(one.keys, 20)])
        if len(one.gained or one.lost) > MOST_NAMED:
            details.append([words("what: "), *self.voice.records(one.gained or one.lost, 20)])
        numbers = f"{one.number_before} → {one.number_after}"
        why: list[tuple[Part, ...]] = [(words(f"{numbers} fall with "), self.voice.record(one.keys[0]))]
        level = Level.MINOR
        if one.gained:
            critical = any(key.startswith("critical-path.") for key in one.gained)
            level = Level.CRITICAL if critical else Level.MAJOR
        reviewers = (*self.voice.owners(one.gained or one.lost), *self.voice.owners(one.keys))
        return self.voice.change(
            Type.BLAST_RADIUS_CHANGED,
            level,
            says,
            [*one.keys, *one.gained, *one.lost],
            details=details,
            why=why,
            teams=Teams(reviewers, self.voice.owners(one.gained)),
        )

    def _evidence(self, one: follows.EvidenceMoved) -> Change:
        told = {"yes": "holds", "no": "is refuted", "unknown": "is not known", "": "is gone"}
        says = [self.voice.record(one.key), words(f": its evidence {told[one.before]} → {told[one.after]}")]
        record = self.voice.after.state[one.key]
        asserted = record.kind == "claim" or record.fields.get(TICKED.get(record.kind, "")) is True
        worse = one.after != "yes"
        level = Level.CRITICAL if worse and asserted else Level.MAJOR if worse else Level.MINOR
        return self.voice.change(Type.READINESS_MOVED, level, says, [one.key])

    def _readiness(self, one: follows.ReadinessMoved) -> Change:
        numbers = f"{one.done_before} of {one.of_before} → {one.done_after} of {one.of_after}"
        says = (
            [words("Readiness, "), self.voice.record(one.area), words(f": {numbers}")] if one.area else [words(numbers)]
        )
        worse = one.done_after * max(one.of_before, 1) < one.done_before * max(one.of_after, 1)
        return self.voice.change(
            Type.READINESS_MOVED, Level.MAJOR if worse else Level.MINOR, says, [one.area] if one.area else []
        )

    def _found(self, kind: Type, code: str, severity: Severity, findings: list[Noticed], word: str) -> Change:
        appeared = kind is Type.FINDING_APPEARED
        findings = sorted(
            findings, key=lambda finding: (finding.message, finding.subjects)
        )  # in whatever order written
        says = [words(f"{word}: ")]
        details: list[list[Part]] = []
        if len(findings) == 1:
            says += sentence_of(findings[0].message)
        else:
            says.append(words(f"{plural(len(findings), severity.value)} of {code}"))
            details = [sentence_of(finding.message) for finding in findings]
        level = Level.MINOR
        if appeared:
            level = {Severity.ERROR: Level.CRITICAL, Severity.WARNING: Level.MAJOR}.get(severity, Level.MINOR)
        keys = list(
            dict.fromkeys(key for finding in findings for key in finding.subjects if key in self.voice.after.state)
        )
        owners = tuple(dict.fromkeys(finding.owner for finding in findings if finding.owner))
        names = self.voice.compared.names
        return self.voice.change(
            kind,
            level,
            says,
            keys,
            details=details,
            why=[(words(f"{severity.value} {code}"),)],
            teams=Teams(tuple(names.get(owner, owner) for owner in owners)),
        )
