"""Teams, the roles that escalations reach, the ownership matrix and the on-call rotations."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from macros.model.record import Record, kind
from macros.model.relations import Link, To
from macros.model.values import AnInterval, APriority, Name, Text, Url


@kind("team", "teams", "Team", "Teams", ("name", "aliases", "handle", "contact"))
class Team(Record):
    """People who answer for things together."""

    handle: Name | None = Field(default=None, description="How to mention it.", examples=["@storefront"])
    contact: Text | None = Field(
        default=None, description="Where to reach it outside an incident.", examples=["#storefront in chat"]
    )
    pager: Url | None = Field(
        default=None, description="Where it is paged.", examples=["https://pager.example.com/storefront"]
    )


@kind("role", "roles", "Role", "Roles", ("name", "holder", "contact"))
class Role(Record):
    """A position that an escalation reaches, whoever holds it."""

    holder: Name | None = Field(default=None, description="Who holds it now.", examples=["A. Example"])
    contact: Text | None = Field(default=None, description="How to reach the holder.", examples=["pager policy `cto`"])
    is_owner: bool = Field(
        default=False,
        description="`true` for the role that stands for whichever team owns the thing that failed.",
        examples=[True],
    )


@kind("domain", "domains", "Domain", "Domains", ("name", "primary", "secondary", "escalates_to"))
class Domain(Record):
    """A field of work in the ownership matrix: who owns it, who steps in, who decides."""

    primary: Annotated[Link | None, To("team")] = Field(description="The team that owns it.", examples=["@storefront"])
    secondary: Annotated[Link | None, To("team")] = Field(
        description="The team that steps in.", examples=["@storefront"]
    )
    escalates_to: Annotated[Link | None, To("role", "team")] = Field(
        title="Escalation", description="Who decides when both are stuck.", examples=["role.cto"]
    )


@kind(
    "rotation",
    "rotations",
    "On-call tier",
    "On-call tiers",
    ("name", "label", "hours", "primary", "secondary", "escalates_to"),
)
class Rotation(Record):
    """An on-call tier: when somebody answers for what is in it, and who."""

    label: Name = Field(description="How important what is in it is.", examples=["Critical"])
    hours: Name = Field(title="Rotation", description="When somebody answers.", examples=["24/7"])
    primary: Annotated[Link | None, To("team", "role")] = Field(
        description="Who is paged first.", examples=["team.storefront"]
    )
    secondary: Annotated[Link | None, To("team", "role")] = Field(
        description="Who is paged next.", examples=["team.storefront"]
    )
    escalates_to: Annotated[Link | None, To("role", "team")] = Field(
        title="Escalation", description="Who is paged last.", examples=["role.cto"]
    )
    priorities: tuple[APriority, ...] = Field(
        default=(), description="The alert priorities that page it.", examples=[["P0", "P1"]]
    )
    backup_within: AnInterval | None = Field(
        default=None,
        description="How much work a data store in it may lose: its backups are at most so far apart.",
        examples=["1h"],
    )
    review_every: AnInterval | None = Field(
        default=None, description="How often the records in it are to be reviewed.", examples=["12w"]
    )
