"""Rules of runbooks and the procedures they share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from macros.commands import Complaint, disguised, http
from macros.finding import Severity
from macros.model import Alert, Procedure, Runbook
from macros.model.runbooks import PLACEHOLDER, TO_WRITE, Step, Stepped
from macros.model.values import CommandKind
from macros.placeholders import parts, typed
from macros.rules import Case, Cited, Found, rule
from macros.rules.freshness import A_YEAR
from macros.rules.words import length, many

Steps = tuple[str | int, ...]


def _all(case: Case) -> Iterator[Stepped]:
    yield from case.all(Procedure)
    yield from case.all(Runbook)


def _each_step(record: Stepped) -> Iterator[tuple[Steps, Step]]:
    for section, steps in record.sections():
        for position, step in enumerate(steps):
            yield (section, position), step


def _texts(record: Stepped) -> Iterator[tuple[Steps, str]]:
    """All that may hold placeholders, each with the way to it."""
    yield from record.sentences()
    for where, step in _each_step(record):
        for inner, text in step.texts():
            yield (*where, *inner), text


def _inputs(case: Case, record: Stepped) -> list[str]:
    """What its placeholders may mean: its own inputs, and of a runbook those that its procedures ask for."""
    return [asked.id for asked in case.way(record).inputs]


@rule("RUN001")
def placeholder_without_source(case: Case) -> Iterator[Found]:
    """Every placeholder of a runbook is a record of the inventory or an input that the runbook asks for."""
    for record in _all(case):
        inputs = _inputs(case, record)
        for where, text in _texts(record):
            problems = [part.problem for part in parts(text, case.inventory, inputs) if part.problem]
            for problem in dict.fromkeys(problems):
                yield Found(problem, (Cited(record.key, where),))


@rule("RUN002")
def input_asked_in_vain(case: Case) -> Iterator[Found]:
    """A runbook asks for an input once, and uses it."""
    for record in _all(case):
        own = [asked.id for asked in record.inputs]
        used = {part.input for _, text in _texts(record) for part in parts(text, case.inventory, own) if part.input}
        used |= _passed_on(case, record)
        seen: set[str] = set()
        for position, asked in enumerate(record.inputs):
            cited = (Cited(record.key, ("inputs", position, "id")),)
            if asked.id in seen:
                yield Found(f"the input `{asked.id}` is asked for twice: delete one", cited)
            elif asked.id not in used:
                message = f"no step uses the input `{asked.id}`: write `${{{asked.id}}}` in a step, or delete it"
                yield Found(message, cited)
            seen.add(asked.id)


def _passed_on(case: Case, record: Stepped) -> set[str]:
    """The inputs that the record asks for in its own words and its procedures use."""
    ids = {asked.id for asked in record.inputs}
    return {
        part.input
        for move in case.way(record).moves
        if move.origin != record.key
        for _, text in move.step.texts()
        for part in parts(text, case.inventory, ids)
        if part.input
    }


def _problems(case: Case, code: str) -> Iterator[Found]:
    seen: set[tuple[str, Steps]] = set()
    for record in _all(case):
        for problem in case.way(record).problems:
            place = (problem.key, problem.steps)
            if problem.code == code and place not in seen:
                seen.add(place)  # a procedure's own problem shows in every runbook that uses it
                yield Found(problem.message, (Cited(problem.key, problem.steps),))


@rule("RUN003")
def branch_to_nothing(case: Case) -> Iterator[Found]:
    """A branch leads to a step, a runbook or somebody that there is; a step's name means one step."""
    return _problems(case, "RUN003")


@rule("RUN004")
def round_for_ever(case: Case) -> Iterator[Found]:
    """Every way through a runbook ends: verified, rolled back, in another runbook, or with somebody who is paged."""
    return _problems(case, "RUN004")


@rule("RUN005")
def branch_without_end(case: Case) -> Iterator[Found]:
    """A branch leads to one place."""
    return _problems(case, "RUN005")


@rule("RUN006")
def procedure_misused(case: Case) -> Iterator[Found]:
    """A step uses a procedure that there is, fills in what it asks for, and does not use itself."""
    return _problems(case, "RUN006")


@rule("RUN007")
def step_incomplete(case: Case) -> Iterator[Found]:
    """A step says what to do, and a dangerous command what to say before it."""
    return _problems(case, "RUN007")


@rule("RUN008", Severity.WARNING)
def step_unreached(case: Case) -> Iterator[Found]:
    """Some way leads to each step."""
    return _problems(case, "RUN008")


def _typed(case: Case, record: Stepped, step: Step) -> str:
    """A command as it stands on the page, with an example for each input; nothing where a placeholder means nothing."""
    text = typed(step.command or "", case.inventory, case.way(record).inputs)
    return "" if PLACEHOLDER.search(text) else text


def _complained(record: Stepped, where: Steps, complaint: Complaint, text: str) -> Found:
    line = f"line {complaint.line}: " if complaint.line and "\n" in text else ""
    return Found(f"{line}{complaint.message}", (Cited(record.key, (*where, "command")),))


@rule("RUN009")
def command_in_disguise(case: Case) -> Iterator[Found]:
    """A command holds nothing that looks like something else, or like nothing: what is read is what is pasted."""
    for record in _all(case):
        for where, step in _each_step(record):
            if step.command:
                text = _typed(case, record, step)
                for complaint in disguised(text):
                    yield _complained(record, where, complaint, text)


@rule("RUN010")
def shell_refuses(case: Case) -> Iterator[Found]:
    """ShellCheck finds nothing wrong with a command for the shell."""
    typed_in = [
        (record, where, _typed(case, record, step))
        for record in _all(case)
        for where, step in _each_step(record)
        if step.command and step.type is CommandKind.SHELL
    ]
    typed_in = [entry for entry in typed_in if not any(disguised(entry[2]))]  # that is said already
    found = case.commands.shell(text for _, _, text in typed_in)
    for record, where, text in typed_in:
        for complaint in found.get(text, ()):
            yield _complained(record, where, complaint, text)


@rule("RUN011")
def sql_does_not_parse(case: Case) -> Iterator[Found]:
    """SQL can be parsed as the database that it is for would."""
    for record in _all(case):
        for where, step in _each_step(record):
            if step.command and step.type is CommandKind.SQL:
                text = _typed(case, record, step)
                complaint = case.commands.sql(text, step.dialect)
                if complaint is not None:
                    yield _complained(record, where, complaint, text)


@rule("RUN012")
def request_misspelled(case: Case) -> Iterator[Found]:
    """An HTTP request has a method, an address, and headers before its body."""
    for record in _all(case):
        for where, step in _each_step(record):
            if step.command and step.type is CommandKind.HTTP:
                text = _typed(case, record, step)
                if text and (complaint := http(text)):
                    yield _complained(record, where, complaint, text)


@rule("RUN013", Severity.WARNING)
def alert_without_runbook(case: Case) -> Iterator[Found]:
    """Whoever is paged by an alert finds a runbook for it."""
    for alert in case.all(Alert):
        if not case.pointing(alert.key, "answers"):
            message = f"no runbook answers `{alert.name}`: add one, or name the alert in a runbook's `answers`"
            yield Found(message, (Cited(alert.key),))


@rule("RUN016", Severity.WARNING)
def still_to_be_written(case: Case) -> Iterator[Found]:
    """What a new runbook leaves open has been written."""
    for record in _all(case):
        left = [where for where, text in _texts(record) if text.startswith(TO_WRITE)]
        if left:
            what = (
                f"{many(len(left), 'text')} of `{record.name}` {'is' if len(left) == 1 else 'are'} still to be written"
            )
            message = f"{what}: write what is so"
            yield Found(message, tuple(Cited(record.key, where, "to be written") for where in left))


@rule("RUN014", Severity.NOTE)
def never_exercised(case: Case) -> Iterator[Found]:
    """Somebody has worked through a runbook before it is needed; until then it is a draft."""
    drafts = [runbook for runbook in case.all(Runbook) if runbook.exercised is None]
    if drafts:
        what = f"{many(len(drafts), 'runbook')} {'has' if len(drafts) == 1 else 'have'} never been exercised"
        message = (
            f"{what}: {case.names([runbook.key for runbook in drafts])}: write `exercised` when somebody has worked through "
            f"{'it' if len(drafts) == 1 else 'each'} with whoever would be paged"
        )
        yield Found(message, tuple(Cited(runbook.key, (), "a draft") for runbook in drafts), about=())


@rule("RUN015", Severity.WARNING)
def exercise_overdue(case: Case) -> Iterator[Found]:
    """A runbook is worked through anew in the time that it states, else once a year; and after it failed."""
    for runbook in case.all(Runbook):
        done = runbook.exercised
        if done is None:
            continue
        limit = runbook.review_every or A_YEAR
        days = (case.today - done.on).days
        if days < -1:
            message = f"`{done.on}` lies after {case.today}: write the day on which it was exercised"
            yield Found(message, (Cited(runbook.key, ("exercised", "on")),))
        elif case.today - done.on > timedelta(minutes=limit.minutes):
            message = (
                f"`{runbook.name}` was last exercised {many(days, 'day')} before {case.today}, and it is to be exercised "
                f"every {length(limit)}: write `exercised` anew when somebody has worked through it"
            )
            yield Found(message, (Cited(runbook.key, ("exercised", "on")),))
        if done.result is not None and done.result.value == "failed":
            message = f"`{runbook.name}` failed when it was last exercised ({done.on}): change what failed, and work through it again"
            yield Found(message, (Cited(runbook.key, ("exercised", "result")),))
