"""The launch: readiness, milestones, the code freeze and the sign-offs."""

from __future__ import annotations

import datetime
from typing import Annotated

from pydantic import Field

from macros.model.query import Query
from macros.model.record import OPERATED, Record, kind
from macros.model.relations import Link, To
from macros.model.values import AnOffset, ASignoffArea, AStatus, Text


@kind("launch", "launches", "Launch", "Launches", ("name", "date", "purpose"))
class Launch(Record):
    """A launch, and its day once somebody states it."""

    date: datetime.date | None = Field(default=None, description="The day of the launch.", examples=["2030-01-31"])
    rollback: Annotated[tuple[Link, ...], To("runbook")] = Field(
        default=(), description="The runbooks by which it is taken back.", examples=[["undo-a-release"]]
    )


@kind("milestone", "milestones", "Milestone", "Milestones", ("at", "name", "launch"))
class Milestone(Record):
    """A moment of the launch plan, counted from the launch."""

    launch: Annotated[Link, To("launch")] = Field(description="The launch it belongs to.", examples=["spring-launch"])
    at: AnOffset = Field(title="When", description="How long before or after the launch.", examples=["T-7 days"])
    after: Annotated[tuple[Link, ...], To("milestone")] = Field(
        default=(), description="The milestones that it waits for.", examples=[["release-candidate"]]
    )
    begins: Annotated[Link | None, To("freeze")] = Field(
        default=None, description="The freeze that begins with it.", examples=["spring-freeze"]
    )
    lifts: Annotated[Link | None, To("freeze")] = Field(
        default=None, description="The freeze that ends with it.", examples=["spring-freeze"]
    )


@kind("freeze", "freezes", "Code freeze", "Code freezes", ("name", "starts", "ends", "exceptions", "approval"))
class Freeze(Record):
    """A time in which nothing changes without approval."""

    launch: Annotated[Link, To("launch")] = Field(description="The launch it guards.", examples=["spring-launch"])
    starts: AnOffset | None = Field(default=None, description="When it begins.", examples=["T-48h"])
    starts_stated: Text | None = Field(
        default=None,
        title="Start, in words",
        description="The same in the source's words.",
        examples=["48 hours before production launch"],
    )
    ends: AnOffset | None = Field(default=None, description="When it ends.", examples=["T+24h"])
    ends_stated: Text | None = Field(
        default=None,
        title="End, in words",
        description="The same in the source's words.",
        examples=["24 hours after successful launch"],
    )
    exceptions: Text | None = Field(
        default=None, description="What may change all the same.", examples=["Critical security fixes only"]
    )
    approval: Text | None = Field(
        default=None, description="How an exception is approved.", examples=["Required via the change board"]
    )
    approved_through: Annotated[tuple[Link, ...], To(OPERATED)] = Field(
        default=(), description="What the approval goes through.", examples=[["repository.console"]]
    )


@kind("readiness-area", "readiness-areas", "Readiness area", "Readiness areas", ("name", "status"))
class ReadinessArea(Record):
    """A part of the production readiness checklist."""

    status: AStatus | None = Field(
        default=None,
        title="Stated status",
        description="What the source says of the whole area.",
        examples=["in-progress"],
    )


@kind("readiness", "readiness", "Readiness item", "Readiness items", ("name", "area", "done"))
class Readiness(Record):
    """Something that must be so before the launch."""

    area: Annotated[Link, To("readiness-area")] = Field(
        title="Area", description="Its part of the checklist.", examples=["infrastructure"]
    )
    done: bool = Field(description="Whether it is ticked.", examples=[True])
    subject: Annotated[tuple[Link, ...], To(OPERATED, "group", "runbook")] = Field(
        default=(), description="What it speaks of.", examples=[["repository.console"]]
    )
    evidence: tuple[Query, ...] = Field(
        default=(),
        description="What of the inventory shows that it is so.",
        examples=[[{"kinds": ["service"], "holds": [{"field": "status", "among": ["active"]}]}]],
    )


@kind("signoff", "signoffs", "Sign-off", "Sign-offs", ("name", "area", "criterion", "signed"))
class Signoff(Record):
    """A party that must agree before the launch, and what it vouches for."""

    area: ASignoffArea = Field(description="Which list it stands on.", examples=["technical"])
    criterion: Text = Field(description="What the signature vouches for.", examples=["Data integrity confirmed"])
    signed: bool = Field(description="Whether it is signed.", examples=[False])
    signs_for: Annotated[Link | None, To("team", "role")] = Field(
        title="Signed by", default=None, description="Who signs.", examples=["team.storefront"]
    )
    domain: Annotated[Link | None, To("domain")] = Field(
        default=None, description="Its row in the ownership matrix.", examples=["storefront"]
    )
    evidence: tuple[Query, ...] = Field(
        default=(),
        description="What of the inventory shows that it is so.",
        examples=[[{"kinds": ["service"], "holds": [{"field": "status", "among": ["active"]}]}]],
    )
