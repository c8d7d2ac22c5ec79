"""The inventory itself: whose it is, where its data and its source document live, what the source claims."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from macros.model.query import Query
from macros.model.record import OPERATED, Owned, Record, kind
from macros.model.relations import Link, To
from macros.model.values import AnInterval, Name, Text, Url


@kind("inventory", "inventories", "Inventory", "Inventories", ("name", "purpose", "source_document", "source_updated"))
class InventoryRecord(Record):
    """Whose inventory this is, where its data is kept, and what document it started from. One record."""

    repository_url: Url | None = Field(
        default=None,
        description="The forge's page of the repository that holds this data; edit links lead there.",
        examples=["https://git.example.com/ops/inventory"],
    )
    branch: Name = Field(default="main", description="The branch that edit links open.", examples=["main"])
    source_document: Name | None = Field(
        default=None,
        description="The document that the first records were taken from.",
        examples=["Production Inventory"],
    )
    source_file: Name | None = Field(
        default=None,
        description="That document, as a page below `docs/`; findings quote its lines.",
        examples=["source/inventory.md"],
    )
    source_updated: date | None = Field(
        default=None, description="The day that document says it was last updated.", examples=["2024-09-15"]
    )
    maintained_in: Annotated[Link | None, To(OPERATED)] = Field(
        default=None, description="Where that document says it is maintained.", examples=["repository.console"]
    )
    review_every: AnInterval | None = Field(
        default=None,
        description="How often the source and the records are to be reviewed, where no on-call tier says otherwise.",
        examples=["12w"],
    )
    milestone: Text | None = Field(
        default=None, description="What the inventory is kept for.", examples=["Launch coordination"]
    )


@kind("claim", "claims", "Claim", "Claims", ("name", "statement", "subject", "stated_in"))
class Claim(Record):
    """A sentence of the source that the records may bear out or refute."""

    statement: Text = Field(description="What the source says, in its words.", examples=["Forty services"])
    subject: Annotated[tuple[Link, ...], To(OPERATED, "group", "readiness-area", "inventory")] = Field(
        default=(), description="What it speaks of.", examples=[["group.ordering"]]
    )
    evidence: tuple[Query, ...] = Field(
        default=(),
        description="What of the inventory shows that it is so.",
        examples=[[{"kinds": ["service"], "holds": [{"field": "status", "among": ["active"]}]}]],
    )


@kind("waiver", "waivers", "Waiver", "Waivers", ("name", "code", "owner", "expires"))
class Waiver(Owned):
    """A finding that its owner accepts until a day, and why."""

    code: Annotated[str, Field(pattern=r"^[A-Z]{3}[0-9]{3}$")] = Field(
        description="The rule whose finding is accepted.", examples=["STO002"]
    )
    finding: Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")] = Field(
        description="The finding, by the fingerprint that its permalink ends in.", examples=["0123456789ab"]
    )
    reason: Text = Field(description="Why it is accepted.", examples=["The cache is rebuilt in a minute."])
    expires: date = Field(description="The last day on which it is accepted.", examples=["2030-01-31"])
