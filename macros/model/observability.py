"""What watches the platform, and where alerts go."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from macros.model.record import OPERATED, Operated, Owned, kind
from macros.model.relations import Link, To
from macros.model.values import APriority, AStatus, Text, UrlPath


@kind("monitor", "monitors", "Monitor", "Monitors", ("name", "technology", "purpose", "owner", "dashboard"))
class Monitor(Operated):
    """A part of the monitoring stack."""

    dashboard: UrlPath | None = Field(
        default=None, title="Dashboard URL", description="Where it is read.", examples=["/grafana"]
    )
    built_on: Annotated[tuple[Link, ...], To(OPERATED)] = Field(
        default=(), description="What implements it.", examples=[["vendor.example-probe"]]
    )
    alerts_through: Annotated[tuple[Link, ...], To("channel")] = Field(
        default=(), description="Where its alerts go.", examples=[["pager"]]
    )
    stores_in: Annotated[tuple[Link, ...], To("database", "bucket")] = Field(
        default=(), description="Where it keeps its data.", examples=[["bucket.logs"]]
    )


@kind("channel", "channels", "Alerting channel", "Alerting channels", ("name", "purpose", "owner", "priorities"))
class Channel(Operated):
    """A way by which an alert reaches people."""

    priorities: tuple[APriority, ...] = Field(
        default=(), title="Priority", description="The alert priorities it carries.", examples=[["P0", "P1"]]
    )
    built_on: Annotated[tuple[Link, ...], To(OPERATED)] = Field(
        default=(), description="What implements it.", examples=[["vendor.example-pager"]]
    )


@kind("alert", "alerts", "Alert", "Alerts", ("name", "watches", "priority", "answered by", "alerts_through", "status"))
class Alert(Owned):
    """What pages somebody: a condition that a monitor looks for, by the name that the page shows."""

    status: AStatus | None = Field(
        default=None, description="Whether it is set up: `active`, or `planned`.", examples=["active"]
    )
    watches: Annotated[tuple[Link, ...], To(OPERATED, "critical-path", "group")] = Field(
        description="What is not well when it fires.", examples=[["database.orders"]]
    )
    priority: APriority | None = Field(default=None, description="How urgent it is.", examples=["P0"])
    condition: Text | None = Field(
        default=None,
        description="What it looks for, in words or in the monitor's language.",
        examples=["No answer for two minutes."],
    )
    raised_by: Annotated[Link | None, To("monitor", "control")] = Field(
        default=None, description="What looks for it.", examples=["monitor.metrics"]
    )
    alerts_through: Annotated[tuple[Link, ...], To("channel")] = Field(
        default=(), description="Where it goes.", examples=[["pager"]]
    )
