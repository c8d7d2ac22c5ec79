"""Rules of runbooks."""

from __future__ import annotations

from collections.abc import Iterator

from macros.graph import Graph
from macros.model import Runbook
from macros.placeholders import parts
from macros.rules import Found, rule


@rule("RUN001")
def placeholder_without_source(graph: Graph) -> Iterator[Found]:
    """Every placeholder of a runbook is a record of the inventory or an input that the runbook asks for."""
    for runbook in graph.inventory.of("runbook"):
        if not isinstance(runbook, Runbook):
            continue
        inputs = [asked.id for asked in runbook.inputs]
        for section, steps in runbook.sections():
            for position, step in enumerate(steps):
                for name, text in step.texts():
                    problems = [part.problem for part in parts(text, graph.inventory, inputs) if part.problem]
                    for problem in dict.fromkeys(problems):
                        yield problem, graph.inventory.entries[runbook.key].place(section, position, name), ()


@rule("RUN002")
def input_asked_in_vain(graph: Graph) -> Iterator[Found]:
    """A runbook asks for an input once, and uses it."""
    for runbook in graph.inventory.of("runbook"):
        if not isinstance(runbook, Runbook):
            continue
        used = {
            part.input
            for _, steps in runbook.sections()
            for step in steps
            for _, text in step.texts()
            for part in parts(text, graph.inventory, [asked.id for asked in runbook.inputs])
        }
        seen: set[str] = set()
        for position, asked in enumerate(runbook.inputs):
            place = graph.inventory.entries[runbook.key].place("inputs", position, "id")
            if asked.id in seen:
                yield f"the input `{asked.id}` is asked for twice: delete one", place, ()
            elif asked.id not in used:
                yield f"no step uses the input `{asked.id}`: write `${{{asked.id}}}` in a step, or delete it", place, ()
            seen.add(asked.id)
