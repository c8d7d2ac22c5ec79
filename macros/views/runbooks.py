"""A runbook's steps and branches, with the names of records and the inputs filled into its text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from markupsafe import Markup

from macros.flow import Exit, Move, Way, way
from macros.model.runbooks import Exercise, Input, Message, Runbook, Stepped
from macros.placeholders import Part, parts, with_code
from macros.views import Scene
from macros.views.render import render

Texts = tuple[Part, ...]


@dataclass(frozen=True)
class FilledOutcome:
    """Something else than was expected, with its texts cut into plain pieces, names and inputs."""

    when: Texts
    do: Texts
    exit: Exit


@dataclass(frozen=True)
class FilledMove:
    """A step in its place, with its texts cut likewise."""

    move: Move
    why: Texts
    do: Texts
    command: tuple[Texts, ...]
    expect: Texts
    danger: Texts
    confirm: Texts
    otherwise: tuple[FilledOutcome, ...]


@dataclass(frozen=True)
class FilledMessage:
    """What to tell whom, with its texts cut likewise."""

    to: Texts
    when: Texts
    text: Texts


class Worked:
    """What the page of a runbook or a procedure shows of its steps."""

    def __init__(self, scene: Scene, record: Stepped) -> None:
        self._scene, self._record = scene, record
        self.way: Way = way(record, scene.workspace.inventory)
        self._ids = [asked.id for asked in self.way.inputs]

    @property
    def draft(self) -> bool:
        """Whether it is a runbook that nobody has worked through."""
        return isinstance(self._record, Runbook) and self._record.exercised is None

    @property
    def exercised(self) -> Exercise | None:
        """The last time that somebody worked through it."""
        return self._record.exercised if isinstance(self._record, Runbook) else None

    @property
    def escalate_after(self) -> int | None:
        """After how many minutes the next person is paged."""
        return self._record.escalate_after if isinstance(self._record, Runbook) else None

    @property
    def trigger(self) -> Texts:
        """What makes somebody open it; nothing of a procedure."""
        return self._sentence(self._record.trigger) if isinstance(self._record, Runbook) else ()

    @property
    def impact(self) -> Texts:
        """Who notices, and what; nothing of a procedure."""
        return self._sentence(self._record.impact) if isinstance(self._record, Runbook) else ()

    @property
    def symptoms(self) -> list[Texts]:
        """What else is seen."""
        return self._sentences(self._record.symptoms if isinstance(self._record, Runbook) else ())

    @property
    def access(self) -> list[Texts]:
        """What one must have before step 1."""
        return self._sentences(self._record.access if isinstance(self._record, Runbook) else ())

    @property
    def sections(self) -> dict[str, Markup]:
        """The HTML of each list of steps, by field name."""
        moves = [self._filled(move) for move in self.way.moves]
        return {
            name: render(
                self._scene,
                "steps.html",
                moves=[filled for filled in moves if filled.move.section == name],
                section=name,
            )
            for name, _ in self._record.sections()
        }

    @property
    def inputs(self) -> list[tuple[Input, Texts]]:
        """All that the reader fills in, each with the question."""
        return [(asked, tuple(with_code([Part(asked.ask)]))) for asked in self.way.inputs]

    @property
    def minutes(self) -> int:
        """The minutes of all steps that state some, verification included, the way back not."""
        return sum(move.step.minutes or 0 for move in self.way.moves if move.section != "rollback")

    def _sentence(self, text: str | None) -> Texts:
        """A text of the record, cut."""
        return tuple(with_code(self._cut(text)))

    def _sentences(self, texts: Iterable[str]) -> list[Texts]:
        """Several of them."""
        return [self._sentence(text) for text in texts]

    @property
    def messages(self) -> list[FilledMessage]:
        """What to tell whom."""
        written: tuple[Message, ...] = self._record.messages if isinstance(self._record, Runbook) else ()
        return [
            FilledMessage(self._sentence(message.to), self._sentence(message.when), self._cut(message.text))
            for message in written
        ]

    def _cut(self, text: str | None) -> Texts:
        return tuple(parts(text, self._scene.workspace.inventory, self._ids)) if text else ()

    def _filled(self, move: Move) -> FilledMove:
        step = move.step
        return FilledMove(
            move,
            self._sentence(move.why),
            self._sentence(step.do),
            tuple(_lines(self._cut(step.command))),
            self._sentence(step.expect),
            self._sentence(step.danger),
            self._cut(step.confirm),
            tuple(
                FilledOutcome(self._sentence(outcome.when), self._sentence(outcome.do), outcome.exit)
                for outcome in move.otherwise
            ),
        )


def _lines(pieces: Texts) -> Iterator[Texts]:
    """The pieces of a command, line by line."""
    line: list[Part] = []
    for part in pieces:
        first, *more = part.text.split("\n")
        line.append(replace(part, text=first))
        for text in more:
            yield tuple(line)
            line = [replace(part, text=text)]
    if line:
        yield tuple(line)
