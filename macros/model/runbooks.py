"""Runbooks and the procedures they share: what to do when something is down, as data that cannot point at what is gone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field

from macros.model.record import OPERATED, Owned, Strict, kind
from macros.model.relations import Link, To
from macros.model.values import (
    ACommandKind,
    ADialect,
    AnInterval,
    APriority,
    AResult,
    CommandKind,
    Dialect,
    Id,
    Minutes,
    Name,
    Text,
)

PLACEHOLDER = re.compile(r"\$\{([^{}\s]*)\}")
"""`${kind.id}` stands for the name of a record, `${kind.id.field}` for one of its values, `${input}` for an input."""

TO_WRITE = "To be written:"
"""How a text begins that somebody still has to write."""

TEXTS = ("do", "command", "expect", "danger", "confirm")
"""The fields of a step that may hold placeholders."""


class Place(StrEnum):
    """Where `goto` may lead besides a step's id."""

    NEXT = "next"
    AGAIN = "again"
    VERIFICATION = "verification"
    ROLLBACK = "rollback"


NEXT_PERSON = "next"
"""In `page`: the next in the runbook's order whom nobody has paged yet."""


class Input(Strict):
    """A value that only the reader knows."""

    id: Id = Field(description="Its name in commands, as `${pod}`.", examples=["pod"])
    ask: Text = Field(description="What to fill in.", examples=["Name of the pod"])
    example: Text | None = Field(default=None, description="What one looks like.", examples=["checkout-0"])


class Branch(Strict):
    """Another outcome than the expected one, and where it leads: one of `goto`, `runbook` and `page`."""

    when: Text | None = Field(
        default=None,
        description="What is seen; left out, it is whatever else was not expected.",
        examples=["READY is short."],
    )
    do: Text | None = Field(default=None, description="What to do first.", examples=["Add `--previous`."])
    goto: Text | None = Field(
        default=None,
        description="A step's id, or `next`, `again` (this step), `verification`, `rollback`.",
        examples=["restart"],
    )
    at_most: int | None = Field(
        default=None,
        ge=1,
        le=20,
        description="How often it may lead back; then the next person is paged. Needed where steps would go in a circle.",
        examples=[2],
    )
    runbook: Name | None = Field(
        default=None, description="The runbook to work through instead.", examples=["restore-orders"]
    )
    page: Name | None = Field(
        default=None,
        description="Whom to page, as `kind.id`; `next` is the next in the order whom nobody has paged yet.",
        examples=["next"],
    )

    def texts(self) -> Iterator[tuple[str, str]]:
        """The branch's fields that may hold placeholders, by name."""
        for name in ("when", "do"):
            if text := getattr(self, name):
                yield name, text


class Step(Strict):
    """One thing to do, what shows that it worked, and what to do when it did not; or a procedure to work through."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": ["do"]}, {"required": ["use"]}]})

    id: Id | None = Field(default=None, description="What `goto` calls it.", examples=["restart"])
    do: Text | None = Field(
        default=None,
        description="What to do. Left out where `use` says it.",
        examples=["See which pods are not ready."],
    )
    use: Name | None = Field(
        default=None, description="A procedure whose steps stand here.", examples=["open-the-console"]
    )
    given: dict[Id, Text] = Field(
        default={},
        description="With `use`: the procedure's inputs that are known here. The reader is asked for the others.",
        examples=[{"cluster": "${cluster.prod-1}"}],
    )
    command: Text | None = Field(
        default=None,
        description="What to type. `${kind.id}` is the name of a record, `${input}` a value the reader fills in.",
        examples=["kubectl --context ${cluster.prod-1} get pods"],
    )
    type: ACommandKind = Field(
        default=CommandKind.SHELL,
        description="What the command is typed into: a shell, a database, an HTTP client (`GET https://…`), or a console.",
        examples=["shell"],
    )
    dialect: ADialect = Field(
        default=Dialect.POSTGRES, description="Whose SQL it is, where the type is `sql`.", examples=["postgres"]
    )
    expect: Text | None = Field(
        default=None, description="What shows that it worked.", examples=["Every pod is Running."]
    )
    then: Text | None = Field(
        default=None,
        description="Where to go on when it did, if not with the next step: a later step's id, `verification`.",
        examples=["restart"],
    )
    otherwise: tuple[Branch, ...] = Field(
        default=(),
        description="What else may be seen, and where that leads. Left out: page the next in the order.",
        examples=[[{"when": "Forbidden", "page": "next"}]],
    )
    danger: Text | None = Field(
        default=None, description="What can be lost; shown before the command.", examples=["Drops the open sessions."]
    )
    confirm: Text | None = Field(
        default=None,
        description="The words to say or type before a dangerous step is done.",
        examples=["drop the sessions"],
    )
    minutes: Minutes | None = Field(default=None, description="How long it takes, in minutes.", examples=[5])

    def texts(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """The step's texts that may hold placeholders, each with the way to it from the step."""
        for name in TEXTS:
            if text := getattr(self, name):
                yield (name,), text
        for name, text in self.given.items():
            yield ("given", name), text
        for position, branch in enumerate(self.otherwise):
            for name, text in branch.texts():
                yield ("otherwise", position, name), text


class Message(Strict):
    """What to tell whom, ready to be sent."""

    to: Text = Field(description="Who gets it.", examples=["Customers, on the status page"])
    when: Text = Field(description="At which moment.", examples=["After step 3, at the latest after 15 minutes."])
    text: Text = Field(description="The words; placeholders as in steps.", examples=["Sign-in fails since ${start}."])


class Exercise(Strict):
    """The last time that somebody worked through it from end to end."""

    on: date = Field(description="The day.", examples=["2030-01-31"])
    by: Name | None = Field(description="Which team or person.", examples=["Storefront Team"])
    minutes: Minutes | None = Field(description="How long it took, in minutes.", examples=[40])
    result: AResult | None = Field(description="What came of it.", examples=["worked"])
    note: Text | None = Field(default=None, description="What was learnt.", examples=["Step 4 needs a new right."])

    def __str__(self) -> str:
        return str(self.on)


@kind("procedure", "procedures", "Procedure", "Procedures", ("name", "purpose", "owner"))
class Procedure(Owned):
    """Steps that several runbooks share, with the inputs that each fills in."""

    inputs: tuple[Input, ...] = Field(
        default=(),
        description="What the steps need to know.",
        examples=[[{"id": "cluster", "ask": "Name of the cluster"}]],
    )
    steps: tuple[Step, ...] = Field(
        min_length=1, description="What to do, in order.", examples=[[{"do": "Look at the dashboard."}]]
    )

    def sections(self) -> Iterator[tuple[str, tuple[Step, ...]]]:
        """Its one list of steps, as a runbook has three."""
        yield "steps", self.steps

    def sentences(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Its texts outside the steps that may hold placeholders."""
        return iter(())


@kind("runbook", "runbooks", "Runbook", "Runbooks", ("name", "trigger", "handles", "severity", "owner", "exercised"))
class Runbook(Owned):
    """What to do, step by step, when something is down."""

    handles: Annotated[tuple[Link, ...], To(OPERATED, "critical-path", "group", "launch", "freeze")] = Field(
        description="What it is for.", examples=[["critical-path.ordering"]]
    )
    answers: Annotated[tuple[Link, ...], To("alert")] = Field(
        default=(), description="The alerts that it is the answer to.", examples=[["orders-down"]]
    )
    severity: APriority | None = Field(
        default=None, description="How urgent it is, as an alert's priority.", examples=["P0"]
    )
    trigger: Text = Field(description="What makes somebody open it.", examples=["Sign-in fails for all users."])
    symptoms: tuple[Text, ...] = Field(
        default=(), description="What else is seen.", examples=[["Error 503 on the start page."]]
    )
    impact: Text = Field(description="Who notices, and what.", examples=["Nobody can sign in."])
    access: tuple[Text, ...] = Field(
        default=(),
        title="Needed before",
        description="What one must have or be allowed before step 1.",
        examples=[["A role that may change deployments."]],
    )
    escalate_after: Minutes | None = Field(
        default=None,
        description="After how many minutes without an end the next person is paged.",
        examples=[15],
        json_schema_extra={"unit": " min"},
    )
    inputs: tuple[Input, ...] = Field(
        default=(), description="What the reader fills in.", examples=[[{"id": "pod", "ask": "Name of the pod"}]]
    )
    steps: tuple[Step, ...] = Field(
        min_length=1, description="What to do, in order.", examples=[[{"do": "Look at the dashboard."}]]
    )
    verification: tuple[Step, ...] = Field(
        min_length=1, description="What shows that it is over.", examples=[[{"do": "Sign in as a test user."}]]
    )
    rollback: tuple[Step, ...] = Field(
        default=(), description="How to undo the steps.", examples=[[{"do": "Scale back to the former number."}]]
    )
    messages: tuple[Message, ...] = Field(
        default=(),
        description="What to tell whom.",
        examples=[[{"to": "Customers", "when": "At once.", "text": "Sign-in is down; we are at it."}]],
    )
    exercised: Exercise | None = Field(
        default=None,
        title="Last exercised",
        description="The last time that somebody worked through it.",
        examples=[{"on": "2030-01-31", "by": "Storefront Team", "minutes": 40, "result": "worked"}],
    )
    review_every: AnInterval | None = Field(
        default=None, description="How often it is worked through anew.", examples=["26w"]
    )
    see_also: Annotated[tuple[Link, ...], To("runbook")] = Field(
        default=(), description="Other runbooks.", examples=[["restore-orders"]]
    )

    def sections(self) -> Iterator[tuple[str, tuple[Step, ...]]]:
        """The lists of steps by field name, in the order in which they are worked through."""
        yield "steps", self.steps
        yield "verification", self.verification
        yield "rollback", self.rollback

    def sentences(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Its texts outside the steps that may hold placeholders, each with the way to it."""
        for name in ("trigger", "impact"):
            yield (name,), getattr(self, name)
        for name in ("symptoms", "access"):
            for position, text in enumerate(getattr(self, name)):
                yield (name, position), text
        for position, message in enumerate(self.messages):
            for name in ("to", "when", "text"):
                yield ("messages", position, name), getattr(message, name)


Stepped = Procedure | Runbook
"""What has steps."""
