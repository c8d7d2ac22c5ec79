"""Rules of runbooks."""

from __future__ import annotations

from collections.abc import Iterator

from macros.model import Runbook
from macros.placeholders import parts
from macros.rules import Case, Cited, Found, rule


@rule("RUN001")
def placeholder_without_source(case: Case) -> Iterator[Found]:
    """Every placeholder of a runbook is a record of the inventory or an input that the runbook asks for."""
    for runbook in case.all(Runbook):
        inputs = [asked.id for asked in runbook.inputs]
        for section, steps in runbook.sections():
            for position, step in enumerate(steps):
                for name, text in step.texts():
                    problems = [part.problem for part in parts(text, case.inventory, inputs) if part.problem]
                    for problem in dict.fromkeys(problems):
                        yield Found(problem, (Cited(runbook.key, (section, position, name)),))


@rule("RUN002")
def input_asked_in_vain(case: Case) -> Iterator[Found]:
    """A runbook asks for an input once, and uses it."""
    for runbook in case.all(Runbook):
        used = {
            part.input
            for _, steps in runbook.sections()
            for step in steps
            for _, text in step.texts()
            for part in parts(text, case.inventory, [asked.id for asked in runbook.inputs])
        }
        seen: set[str] = set()
        for position, asked in enumerate(runbook.inputs):
            cited = (Cited(runbook.key, ("inputs", position, "id")),)
            if asked.id in seen:
                yield Found(f"the input `{asked.id}` is asked for twice: delete one", cited)
            elif asked.id not in used:
                message = f"no step uses the input `{asked.id}`: write `${{{asked.id}}}` in a step, or delete it"
                yield Found(message, cited)
            seen.add(asked.id)
