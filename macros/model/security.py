"""Controls of identity, access and security monitoring."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from macros.model.record import OPERATED, Operated, kind
from macros.model.relations import Link, To
from macros.model.values import ASecurityArea


@kind(
    "control",
    "controls",
    "Security control",
    "Security controls",
    ("name", "area", "technology", "purpose", "owner", "status"),
)
class Control(Operated):
    """A safeguard: who gets in, with what rights, and what notices misuse."""

    area: ASecurityArea = Field(description="What it is part of.", examples=["identity"])
    built_on: Annotated[tuple[Link, ...], To(OPERATED)] = Field(
        default=(), description="What implements it.", examples=[["repository.console", "vendor.example-login"]]
    )
