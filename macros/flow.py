"""A runbook's way: its steps in order, with shared procedures put in, and where each outcome leads.

Steps are numbered through all sections, since a number that stands twice sends somebody to the wrong step. A way ends
in verified, undone (rolled back), another runbook, or a person who is paged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

import networkx as nx

from macros.inventory import Inventory
from macros.model import Procedure, Record
from macros.model.runbooks import NEXT_PERSON, PLACEHOLDER, Branch, Input, Place, Step, Stepped
from macros.nearest import did_you_mean, listed, with_article

Steps = tuple[str | int, ...]

PAGED = ("team", "role", "vendor", "provider", "processor")
"""The kinds that `page` may name: people, and outside parties that answer a call."""

ALONE = ("id", "do", "use", "given")
"""The fields of a step that uses a procedure."""


class End(Enum):
    """Where an outcome leads."""

    STEP = "step"
    VERIFIED = "verified"
    UNDONE = "undone"
    DONE = "done"
    RUNBOOK = "runbook"
    PAGE = "page"


@dataclass(frozen=True)
class Exit:
    """Where an outcome leads: a step by number, a runbook or somebody by key (empty: the next in the order)."""

    end: End
    step: int = 0
    key: str = ""
    at_most: int = 0


@dataclass(frozen=True)
class Outcome:
    """Something else than was expected: what is seen, what to do first, and where that leads."""

    when: str
    do: str
    exit: Exit


@dataclass(frozen=True)
class Move:
    """A step in its place. `name` tells it from the others when numbers have moved; `origin` and `steps` say where it is
    written, `used` through which procedures it came, `why` what the step says that uses the procedure which begins here.
    """

    number: int
    name: str
    section: str
    step: Step
    origin: str
    steps: Steps
    used: tuple[str, ...]
    why: str
    then: Exit
    otherwise: tuple[Outcome, ...]


@dataclass(frozen=True)
class Problem:
    """What is wrong with a way: the rule's code, what to write instead, and where."""

    code: str
    message: str
    key: str
    steps: Steps


@dataclass
class Way:
    """All moves in order, all that the reader fills in, and what is wrong."""

    moves: tuple[Move, ...] = ()
    inputs: tuple[Input, ...] = ()
    problems: list[Problem] = field(default_factory=list)


@dataclass(eq=False)
class _Scope:
    """One list of names: that of a runbook, or of one use of a procedure. `first` is where each step begins."""

    record: Stepped
    first: dict[str, int] = field(default_factory=dict)


@dataclass
class _Laid:
    """A step that has its place; where it leads is not known yet."""

    step: Step
    section: str
    scope: _Scope
    steps: Steps
    used: tuple[str, ...]
    name: str
    why: str = ""


def way(record: Stepped, inventory: Inventory) -> Way:
    """The way through a runbook, or through a procedure by itself. Never raises; see its problems."""
    return _Layer(record, inventory).laid()


class _Layer:
    """Lays the steps of one record out."""

    def __init__(self, record: Stepped, inventory: Inventory) -> None:
        self.record, self.inventory = record, inventory
        self.rows: list[_Laid] = []
        self.begins: dict[str, int] = {}
        self.taken: dict[str, int] = {}
        self.inputs: dict[str, Input] = {asked.id: asked for asked in record.inputs}
        self.problems: list[Problem] = []

    def laid(self) -> Way:
        scope = _Scope(self.record)
        for section, steps in self.record.sections():
            self.begins[section] = len(self.rows)
            self._lay(scope, steps, section, {}, ())
        moves = tuple(self._move(position, row) for position, row in enumerate(self.rows))
        self.problems += _circles(moves)
        self.problems += _unreached(moves, self.record)
        return Way(moves, tuple(self.inputs.values()), list(dict.fromkeys(self.problems)))

    def _wrong(self, code: str, message: str, scope: _Scope, steps: Steps) -> None:
        self.problems.append(Problem(code, message, scope.record.key, steps))

    # Laying out

    def _lay(
        self, scope: _Scope, steps: tuple[Step, ...], section: str, given: dict[str, str], used: tuple[str, ...]
    ) -> None:
        for position, step in enumerate(steps):
            where: Steps = (section if not used else "steps", position)
            if step.id is not None:
                self._name(scope, step.id, where)
            self._shape(scope, step, where)
            if step.use is None:
                name = "/".join([*(key.partition(".")[2] for key in used), step.id or f"{section}-{position + 1}"])
                self.rows.append(_Laid(_filled(step, given), section, scope, where, used, self._unique(name)))
            else:
                self._use(scope, step, where, section, given, used)

    def _name(self, scope: _Scope, name: str, where: Steps) -> None:
        if name in set(Place):
            self._wrong(
                "RUN003", f"`{name}` has a meaning of its own in `goto`: call the step otherwise", scope, (*where, "id")
            )
        elif name in scope.first:
            self._wrong("RUN003", f"two steps are called `{name}`: write another id", scope, (*where, "id"))
        else:
            scope.first[name] = len(self.rows)

    def _unique(self, name: str) -> str:
        """A name that no other step has: a procedure may be used twice."""
        self.taken[name] = self.taken.get(name, 0) + 1
        return name if self.taken[name] == 1 else f"{name}~{self.taken[name]}"

    def _shape(self, scope: _Scope, step: Step, where: Steps) -> None:
        """What a step must have, and what does not go together."""
        if step.use is not None:
            beside = sorted(step.model_fields_set - set(ALONE))
            if beside:
                message = (
                    f"a step with `use` is a procedure's steps and has no {listed(beside)}: write a step of its own"
                )
                self._wrong("RUN007", message, scope, (*where, beside[0]))
            return
        if step.do is None:
            self._wrong("RUN007", "nothing says what to do: write `do`, or `use` and a procedure", scope, where)
        if step.given:
            message = "`given` fills in a procedure's inputs, and this step uses none: delete it"
            self._wrong("RUN007", message, scope, (*where, "given"))
        if step.danger and step.command and not step.confirm:
            message = (
                "this command is dangerous and nothing holds the reader: write the words of `confirm`, such as the name of "
                "what is lost"
            )
            self._wrong("RUN007", message, scope, (*where, "danger"))
        if step.confirm and not step.danger:
            message = "this asks to confirm and names no danger: write what can be lost in `danger`"
            self._wrong("RUN007", message, scope, (*where, "confirm"))

    def _use(
        self, scope: _Scope, step: Step, where: Steps, section: str, given: dict[str, str], used: tuple[str, ...]
    ) -> None:
        wanted = step.use or ""
        found = self.inventory.find(wanted, ("procedure",))
        procedure = self.inventory[found[0]] if len(found) == 1 else None
        if not isinstance(procedure, Procedure):
            problem = self.inventory.problem(wanted, ("procedure",))
            if problem:
                self._wrong("RUN006", problem[1], scope, (*where, "use"))
            return
        if procedure.key in (self.record.key, *used):
            trail = (self.record.key, *used)
            round_ = " → ".join(
                f"`{self.inventory[key].id}`" for key in (*trail[trail.index(procedure.key) :], procedure.key)
            )
            self._wrong(
                "RUN006", f"{round_}: a procedure cannot use itself: take this step out", scope, (*where, "use")
            )
            return
        known = [asked.id for asked in procedure.inputs]
        for name in step.given:
            if name not in known:
                hint = did_you_mean(name, known) or (
                    f"; it asks for {listed(known, 40)}" if known else "; it asks for nothing"
                )
                message = f"`{name}` is no input of the procedure `{procedure.id}`{hint}"
                self._wrong("RUN006", message, scope, (*where, "given", name))
        own = {name: _replaced(text, given) for name, text in step.given.items()}
        for asked in procedure.inputs:
            if asked.id not in own:
                own[asked.id] = given.get(asked.id, f"${{{asked.id}}}") if used else f"${{{asked.id}}}"
                self.inputs.setdefault(asked.id, asked)
        begin = len(self.rows)
        self._lay(_Scope(procedure), procedure.steps, section, own, (*used, procedure.key))
        if step.do and begin < len(self.rows):
            said = (_replaced(step.do, given), self.rows[begin].why)
            self.rows[begin].why = " ".join(filter(None, said))

    # Leading on

    def _move(self, position: int, row: _Laid) -> Move:
        then = self._after(position, row)
        if row.step.then is not None:
            then = self._then(position, row, row.step.then) or then
        outcomes = [self._outcome(position, row, at, branch) for at, branch in enumerate(row.step.otherwise)]
        if not any(branch.when is None for branch in row.step.otherwise) and (row.step.expect or row.step.command):
            outcomes.append(Outcome("", "", Exit(End.PAGE)))
        return Move(
            position + 1,
            row.name,
            row.section,
            row.step,
            row.scope.record.key,
            row.steps,
            row.used,
            row.why,
            then,
            tuple(outcomes),
        )

    def _after(self, position: int, row: _Laid) -> Exit:
        """Where the step leads by itself: to the next of its section, else to what follows the section."""
        follows = position + 1
        if follows < len(self.rows) and self.rows[follows].section == row.section:
            return Exit(End.STEP, follows + 1)
        if row.section == "steps" and isinstance(self.record, Procedure):
            return Exit(End.DONE)
        if row.section == "steps" and follows < len(self.rows):
            return Exit(End.STEP, follows + 1)
        return Exit(End.UNDONE if row.section == "rollback" else End.VERIFIED)

    def _then(self, position: int, row: _Laid, target: str) -> Exit | None:
        found = self._led(position, row, target, (*row.steps, "then"))
        if found is not None and found.end is End.STEP and found.step <= position + 1:
            message = (
                "`then` leads back, and nobody would come further: give a later step, or lead back from `otherwise`"
            )
            self._wrong("RUN004", message, row.scope, (*row.steps, "then"))
        return found

    def _outcome(self, position: int, row: _Laid, at: int, branch: Branch) -> Outcome:
        where: Steps = (*row.steps, "otherwise", at)
        given = [name for name in ("goto", "runbook", "page") if getattr(branch, name) is not None]
        if len(given) != 1:
            what = (
                f"{listed(given)} cannot all be followed: keep one"
                if given
                else "this leads nowhere: write `goto`, `runbook` or `page`"
            )
            self._wrong("RUN005", what, row.scope, (*where, given[1]) if given else where)
        if branch.when is None and at < len(row.step.otherwise) - 1:
            message = "this is whatever else may be seen, so it stands last: move it down, or write `when`"
            self._wrong("RUN005", message, row.scope, where)
        return Outcome(branch.when or "", branch.do or "", self._exit(position, row, branch, where) or Exit(End.PAGE))

    def _exit(self, position: int, row: _Laid, branch: Branch, where: Steps) -> Exit | None:
        if branch.goto is not None:
            found = self._led(position, row, branch.goto, (*where, "goto"))
            if found is None:
                return None
            return Exit(found.end, found.step, found.key, branch.at_most or 0)
        if branch.at_most is not None:
            message = "`at_most` counts how often steps are done again, and goes with `goto`: delete it"
            self._wrong("RUN005", message, row.scope, (*where, "at_most"))
        if branch.runbook is not None:
            key = self._meant(row, branch.runbook, ("runbook",), (*where, "runbook"))
            if key == self.record.key and isinstance(row.scope.record, Procedure):
                return Exit(End.PAGE)  # whoever is in that runbook already needs help instead
            if key == self.record.key:
                message = "this leads to the runbook itself: write `goto` and a step"
                self._wrong("RUN005", message, row.scope, (*where, "runbook"))
            return Exit(End.RUNBOOK, key=key) if key else None
        if branch.page is not None and branch.page != NEXT_PERSON:
            key = self._meant(row, branch.page, PAGED, (*where, "page"))
            return Exit(End.PAGE, key=key) if key else None
        return Exit(End.PAGE)

    def _led(self, position: int, row: _Laid, target: str, where: Steps) -> Exit | None:
        """What a step's name in `goto` or `then` leads to."""
        inside = isinstance(row.scope.record, Procedure)
        match target:
            case Place.NEXT:
                return self._after(position, row)
            case Place.AGAIN:
                return Exit(End.STEP, position + 1)
            case Place.VERIFICATION | Place.ROLLBACK if not inside:
                start = self.begins[str(target)]
                if start < len(self.rows) and self.rows[start].section == target:
                    return Exit(End.STEP, start + 1)
                self._wrong("RUN003", f"there are no steps of `{target}` to go to: write them", row.scope, where)
                return None
        if target in row.scope.first and row.scope.first[target] < len(self.rows):
            return Exit(End.STEP, row.scope.first[target] + 1)
        if target in row.scope.first:
            return Exit(End.VERIFIED)  # a procedure that could not be laid out: said there
        words = [
            *row.scope.first,
            *(place.value for place in Place if not inside or place in {Place.NEXT, Place.AGAIN}),
        ]
        hint = did_you_mean(target, words) or f"; write one of {listed(words, 40)}"
        what = f"no step of {with_article(row.scope.record.kind)} `{row.scope.record.id}`"
        self._wrong("RUN003", f"`{target}` is {what}{hint}", row.scope, where)
        return None

    def _meant(self, row: _Laid, written: str, kinds: tuple[str, ...], where: Steps) -> str:
        found = self.inventory.find(written, kinds)
        if len(found) == 1:
            return found[0]
        if problem := self.inventory.problem(written, kinds):
            self._wrong("RUN003", problem[1], row.scope, where)
        return ""


def _filled(step: Step, given: dict[str, str]) -> Step:
    """The step with what is given in the place of its procedure's inputs."""
    if not given:
        return step
    texts = {
        name: _replaced(text, given)
        for name in ("do", "command", "expect", "danger", "confirm")
        if (text := getattr(step, name))
    }
    branches = tuple(
        branch.model_copy(update={name: _replaced(text, given) for name, text in branch.texts()})
        for branch in step.otherwise
    )
    return step.model_copy(update={**texts, "otherwise": branches})


def _replaced(text: str, given: dict[str, str]) -> str:
    return PLACEHOLDER.sub(lambda match: given.get(match[1], match[0]), text)


def _leads(move: Move, *, bounded: bool) -> Iterator[int]:
    """The numbers of the steps that a step may lead to; with `bounded` also those that it may lead to so many times."""
    for found in (move.then, *(outcome.exit for outcome in move.otherwise)):
        if found.end is End.STEP and (bounded or not found.at_most):
            yield found.step


def _circles(moves: tuple[Move, ...]) -> Iterator[Problem]:
    """The outcomes that lead round for ever: what leads back says how often, so that somebody is paged in the end."""
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(1, len(moves) + 1))
    graph.add_edges_from((move.number, head) for move in moves for head in _leads(move, bounded=False))
    for component in nx.strongly_connected_components(graph):
        for move in (moves[number - 1] for number in sorted(component)):
            for at, outcome in enumerate(move.otherwise):
                found = outcome.exit
                if (
                    found.end is End.STEP
                    and not found.at_most
                    and found.step in component
                    and found.step <= move.number
                ):
                    back = "to its own step" if found.step == move.number else f"back to step {found.step}"
                    message = (
                        f"this leads {back}, and so round for ever: say with `at_most` how often, after which the next person "
                        "is paged"
                    )
                    yield Problem("RUN004", message, move.origin, (*move.steps, "otherwise", at, "goto"))


def _unreached(moves: tuple[Move, ...], record: Record) -> Iterator[Problem]:
    """The steps that no way leads to. The way back is entered by whoever decides to."""
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_edges_from((move.number, head) for move in moves for head in _leads(move, bounded=True))
    starts = [1, *[move.number for move in moves if move.section == "rollback"][:1]] if moves else []
    reached = set(starts).union(*(nx.descendants(graph, start) for start in starts if start in graph))
    for move in moves:
        if move.number not in reached and move.origin == record.key:
            message = f"no way leads to step {move.number}: lead to it from another step, or delete it"
            yield Problem("RUN008", message, move.origin, move.steps)
