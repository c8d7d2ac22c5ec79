"""Runbooks: what to do when something is down, as data that cannot point at what is gone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated

from pydantic import Field

from macros.model.record import OPERATED, Owned, Strict, kind
from macros.model.relations import Link, To
from macros.model.values import ACommandKind, CommandKind, Id, Text

PLACEHOLDER = re.compile(r"\$\{([^{}\s]*)\}")
"""`${kind.id}` stands for the name of a record, `${kind.id.field}` for one of its values, `${input}` for an input."""


class Input(Strict):
    """A value that only the reader knows."""

    id: Id = Field(description="Its name in commands, as `${pod}`.", examples=["pod"])
    ask: Text = Field(description="What to fill in.", examples=["Name of the pod"])
    example: Text | None = Field(default=None, description="What one looks like.", examples=["checkout-0"])


class Step(Strict):
    """One thing to do, what shows that it worked, and what to do when it did not."""

    do: Text = Field(description="What to do.", examples=["See which pods are not ready."])
    command: Text | None = Field(
        default=None,
        description="What to type. `${kind.id}` is the name of a record, `${input}` a value the reader fills in.",
        examples=["kubectl --context ${cluster.prod-1} get pods"],
    )
    type: ACommandKind = Field(
        default=CommandKind.SHELL, description="What the command is typed into.", examples=["shell"]
    )
    expect: Text | None = Field(
        default=None, description="What shows that it worked.", examples=["Every pod is Running."]
    )
    otherwise: Text | None = Field(
        default=None, description="What to do when it did not.", examples=["Go on with step 4."]
    )
    danger: Text | None = Field(
        default=None, description="What can be lost; shown before the command.", examples=["Drops the open sessions."]
    )

    def texts(self) -> Iterator[tuple[str, str]]:
        """The step's fields that may hold placeholders, by name."""
        for name in ("do", "command", "expect", "otherwise", "danger"):
            text = getattr(self, name)
            if text:
                yield name, text


@kind("runbook", "runbooks", "Runbook", "Runbooks", ("name", "trigger", "handles", "owner", "exercised"))
class Runbook(Owned):
    """What to do, step by step, when something is down."""

    handles: Annotated[tuple[Link, ...], To(OPERATED, "critical-path", "group", "launch")] = Field(
        description="What it is for.", examples=[["critical-path.ordering"]]
    )
    trigger: Text = Field(description="What makes somebody open it.", examples=["Sign-in fails for all users."])
    impact: Text = Field(description="Who notices, and what.", examples=["Nobody can sign in."])
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
    exercised: date | None = Field(
        default=None,
        title="Last exercised",
        description="The day somebody last worked through it.",
        examples=["2030-01-31"],
    )
    see_also: Annotated[tuple[Link, ...], To("runbook")] = Field(
        default=(), description="Other runbooks.", examples=[["restore-orders"]]
    )

    def sections(self) -> Iterator[tuple[str, tuple[Step, ...]]]:
        """The lists of steps by field name, in the order in which they are worked through."""
        yield "steps", self.steps
        yield "verification", self.verification
        yield "rollback", self.rollback
