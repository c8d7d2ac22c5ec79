"""Findings and codes as they are printed: lines for people, JSON for programs, annotations for a forge."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby

from rich.text import Text

from macros.codes import Code, area_of, areas, by_area
from macros.finding import Finding, Severity, by_place, one_line, shown_path, visible
from macros.model import Waiver

STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
"""The colours of severities where there are any; the word stands beside."""

ANNOTATIONS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
"""What the forge calls the severities."""

_WEIGHTS = list(Severity)


def gravest_first(findings: Iterable[Finding]) -> list[Finding]:
    """The findings by severity, errors first, and as they were within."""
    return sorted(findings, key=lambda finding: _WEIGHTS.index(finding.severity))


def as_text(findings: Iterable[Finding]) -> str:
    """One line a finding, `file:line:column: code: message`, with the related places indented below it."""
    return "\n".join(line.plain for finding in findings for line in (_line(finding), *_related(finding)))


def grouped(findings: Iterable[Finding]) -> Iterator[Text]:
    """The findings under headings by severity and area, by place within.

    An error has its related places below it, since somebody mends it right away; of the others `explained` tells them.
    """
    order = {area: position for position, area in enumerate(areas())}
    ranked = gravest_first(sorted(by_place(findings), key=lambda one: order.get(area_of(one.code), len(order))))
    for position, ((severity, area), found) in enumerate(groupby(ranked, lambda f: (f.severity, area_of(f.code)))):
        if position:
            yield Text()
        yield Text(f"{severity.value.capitalize()}s: {area}", "bold")
        for finding in found:
            yield _line(finding)
            if severity is Severity.ERROR:
                yield from _related(finding)


def explained(
    code: Code, findings: Iterable[Finding], accepted: Iterable[tuple[Finding, Waiver]], *, judged: bool
) -> Iterator[Text]:
    """What a code means, then every finding of it in full; those that a waiver accepts at the end.

    `judged` is whether all rules had their say: where not, that no warning was found means nothing.
    """
    yield Text.assemble((code.code, STYLES[code.severity]), f": {code.severity.value}, {code.area}")
    yield Text(code.meaning)
    standing = by_place(one for one in findings if one.code == code.code)
    waived = [(one, waiver) for one, waiver in accepted if one.code == code.code]
    if not judged and code.severity is not Severity.ERROR:
        yield from (Text(), Text("It was not looked for: some facts could not be read. Mend the errors first."))
    elif not standing and not waived:
        yield from (Text(), Text("Nothing of it was found."))
    for finding in standing:
        yield from (Text(), *_in_full(finding))
    for finding, waiver in waived:
        yield from (Text(), *_in_full(finding))
        yield _below(f"accepted until {waiver.expires} by `{waiver.key}`: {waiver.reason}")


def _in_full(finding: Finding) -> Iterator[Text]:
    yield _line(finding)
    yield from _related(finding)
    if finding.assumed:
        yield _below("it rests on a relation that was assumed, and that nobody has confirmed")
    yield _below(f"fingerprint {finding.fingerprint}")


def _line(finding: Finding) -> Text:
    line = Text(str(finding))
    start = len(f"{finding.place}: ")
    line.stylize("bold", 0, start - 2)
    line.stylize(STYLES[finding.severity], start, start + len(finding.code))
    return line


def _related(finding: Finding) -> Iterator[Text]:
    return (_below(f"{related.place}: {related.message}") for related in finding.related)


def _below(words: str) -> Text:
    return Text(f"    {one_line(words)}", "dim")


def table() -> Iterator[Text]:
    """Every code on a line of its own: code, severity, area, meaning. By area, in columns."""
    known = [code for found in by_area().values() for code in found]
    width = max(len(code.area) for code in known)
    for code in known:
        yield Text.assemble(
            f"{code.code:<6}  ",
            (f"{code.severity.value:<7}", STYLES[code.severity]),
            f"  {code.area:<{width}}  {code.meaning}",
        )


def table_as_json() -> str:
    """A JSON list of `{code, severity, area, meaning}`, by area."""
    rows = [
        {"code": code.code, "severity": code.severity.value, "area": code.area, "meaning": code.meaning}
        for found in by_area().values()
        for code in found
    ]
    return json.dumps(rows, indent=2, ensure_ascii=False)


def as_json(findings: Iterable[Finding]) -> str:
    """A JSON list of rows, one a finding.

    - `code`, `severity` (`error`, `warning`, `note`), `area`: the rule, how much it weighs, what it is about
    - `message`: what is wrong, and what to write instead
    - `file`, `line`, `column`: where
    - `related`: the other places involved, each `{file, line, message}`
    - `subjects`: the records that it speaks of, each as `kind.id`
    - `assumed`: whether it rests on a relation that somebody assumed and nobody has confirmed
    - `fingerprint`: twelve digits that stay while the finding is the same; a waiver names it by them
    """
    rows = [
        {
            "code": finding.code,
            "severity": finding.severity.value,
            "area": area_of(finding.code),
            "message": finding.message,
            "file": shown_path(finding.place.file),
            "line": finding.place.line,
            "column": finding.place.column,
            "related": [
                {"file": shown_path(related.place.file), "line": related.place.line, "message": related.message}
                for related in finding.related
            ],
            "subjects": list(finding.subjects),
            "assumed": finding.assumed,
            "fingerprint": finding.fingerprint,
        }
        for finding in findings
    ]
    return json.dumps(rows, indent=2, ensure_ascii=False)


def as_github(findings: Iterable[Finding]) -> str:
    """One workflow command a finding, which the forge shows as an annotation on the line.

    It shows the first few of a step: errors come first. The escapes are those of the runner's command format: `%`, CR
    and LF in the message; `:` and `,` as well in properties.
    """

    def text(value: str) -> str:
        escapes = {"%": "%25", "\r": "%0D", "\n": "%0A"}
        return "".join(escapes.get(sign) or visible(sign) for sign in value)

    def prop(value: str) -> str:
        return text(value).replace(":", "%3A").replace(",", "%2C")

    return "\n".join(
        f"::{ANNOTATIONS[finding.severity]} file={prop(shown_path(finding.place.file))},line={finding.place.line},"
        f"col={finding.place.column},title={prop(finding.code)}::{text(finding.message)}"
        for finding in gravest_first(findings)
    )
