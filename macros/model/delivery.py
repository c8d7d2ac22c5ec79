"""How a change reaches production: tools, and the stages with their gates."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from macros.model.record import OPERATED, Operated, Record, kind
from macros.model.relations import Link, To
from macros.model.values import AnEnvironment, Name


@kind("tool", "tools", "Delivery tool", "Delivery tools", ("name", "technology", "purpose", "owner", "status"))
class Tool(Operated):
    """A part of the CI/CD infrastructure."""

    built_on: Annotated[tuple[Link, ...], To(OPERATED)] = Field(
        default=(), description="What implements it.", examples=[["vendor.example-forge"]]
    )
    delivers_to: Annotated[tuple[Link, ...], To("cluster", "account", "tool")] = Field(
        default=(), description="Where its output goes.", examples=[["cluster.prod-1"]]
    )


@kind(
    "stage",
    "stages",
    "Pipeline stage",
    "Pipeline stages",
    ("position", "name", "gate", "environment", "promotes_to"),
)
class Stage(Record):
    """A step of the promotion pipeline, and the gate that a change passes there."""

    position: int = Field(ge=1, description="Its place in the pipeline, from 1.", examples=[1])
    gate: Name = Field(description="What is checked there.", examples=["CI Tests + Security"])
    environment: AnEnvironment | None = Field(
        default=None, description="The environment it runs in.", examples=["staging"]
    )
    promotes_to: Annotated[tuple[Link, ...], To("stage")] = Field(
        default=(), description="The stages that follow.", examples=[["staging"]]
    )
    runs_on: Annotated[tuple[Link, ...], To("cluster", "account", "tool")] = Field(
        default=(), description="Where it runs.", examples=[["cluster.staging-1"]]
    )
