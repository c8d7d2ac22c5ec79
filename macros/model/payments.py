"""Payment processors and the financial services behind them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from macros.model.record import OPERATED, Operated, kind
from macros.model.relations import Link, To
from macros.model.values import AStatus, Name


@kind(
    "processor",
    "processors",
    "Payment processor",
    "Payment processors",
    ("name", "purpose", "integration", "owner", "status"),
)
class Processor(Operated):
    """A company that moves money for the platform."""

    integration: Name | None = Field(default=None, description="How it is connected.", examples=["API + Webhooks"])


@kind(
    "financial-service",
    "financial-services",
    "Financial service",
    "Financial services",
    ("name", "purpose", "technology", "owner", "compliance"),
)
class FinancialService(Operated):
    """A part of the books: ledger, transactions, reports, compliance."""

    compliance: AStatus | None = Field(default=None, description="What an auditor would find.", examples=["audited"])
    built_on: Annotated[tuple[Link, ...], To(OPERATED)] = Field(
        default=(), description="What implements it.", examples=[["repository.books"]]
    )
    stores_in: Annotated[tuple[Link, ...], To("database", "bucket")] = Field(
        default=(), description="Where it keeps its data.", examples=[["database.books"]]
    )
    paid_through: Annotated[tuple[Link, ...], To("processor")] = Field(
        default=(), description="The processors that money moves through.", examples=[["example-pay"]]
    )
