"""A runbook's steps, with the names of records and the inputs filled into its text."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from macros.model import Runbook
from macros.model.runbooks import Step
from macros.placeholders import Part, parts, with_code
from macros.views import Scene
from macros.views.render import render

Texts = tuple[Part, ...]


@dataclass(frozen=True)
class FilledStep:
    """A step with its texts cut into plain pieces, names and inputs."""

    step: Step
    do: Texts
    command: Texts
    expect: Texts
    otherwise: Texts
    danger: Texts


def procedure(scene: Scene, runbook: Runbook) -> dict[str, Markup]:
    """The HTML of each list of steps of a runbook, by field name."""
    return {
        name: render(scene, "steps.html", steps=[_filled(scene, runbook, step) for step in steps], section=name)
        for name, steps in runbook.sections()
    }


def questions(runbook: Runbook) -> dict[str, Texts]:
    """What a runbook asks for, by input."""
    return {asked.id: tuple(with_code([Part(asked.ask)])) for asked in runbook.inputs}


def _filled(scene: Scene, runbook: Runbook, step: Step) -> FilledStep:
    inputs = [asked.id for asked in runbook.inputs]

    def cut(text: str | None) -> Texts:
        return tuple(parts(text, scene.workspace.inventory, inputs)) if text else ()

    def sentence(text: str | None) -> Texts:
        return tuple(with_code(cut(text)))

    return FilledStep(
        step,
        sentence(step.do),
        cut(step.command),
        sentence(step.expect),
        sentence(step.otherwise),
        sentence(step.danger),
    )
