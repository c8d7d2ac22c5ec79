"""Repositories, platforms, systems, and the services in their groups."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from macros.model.record import Operated, Owned, Record, kind
from macros.model.relations import Link, To
from macros.model.values import AColour, APortRange, Port, Text, UrlPath


@kind(
    "repository", "repositories", "Repository", "Repositories", ("name", "purpose", "owner", "status", "critical_path")
)
class Repository(Operated):
    """A repository of source code and the product that is built from it."""

    critical_path: bool | None = Field(default=None, description="Whether the launch waits for it.", examples=[True])


class InRepository(Operated):
    """Something whose source code is a folder of a repository."""

    source: Annotated[Link | None, To("repository")] = Field(
        default=None,
        description="The repository that holds its source code.",
        examples=[{"to": "shop", "confirmed": False}],
    )
    path: UrlPath | None = Field(
        default=None,
        title="Repository path",
        description="Its folder in that repository.",
        examples=["/apps/shop"],
    )
    runs_on: Annotated[tuple[Link, ...], To("cluster", "account")] = Field(
        default=(), description="Where it runs.", examples=[[{"to": "cluster.prod-1", "confirmed": False}]]
    )
    stores_in: Annotated[tuple[Link, ...], To("database", "bucket")] = Field(
        default=(), description="Where it keeps its data.", examples=[["database.orders"]]
    )


@kind("platform", "platforms", "Platform", "Platforms", ("name", "path", "theme", "colour", "owner", "status"))
class Platform(InRepository):
    """A site for one community of creators and their fans."""

    theme: Text | None = Field(
        default=None,
        description="Whom it is for and how it looks, in the source's words.",
        examples=["Collectors (Red #FF0040)"],
    )
    colour: AColour | None = Field(default=None, description="The theme's main colour.", examples=["#FF0040"])


@kind("system", "systems", "Core system", "Core systems", ("name", "path", "purpose", "owner", "status"))
class System(InRepository):
    """A core system that several platforms share."""


@kind("group", "groups", "Service group", "Service groups", ("name", "members", "ports", "owner", "health_check"))
class Group(Owned):
    """Services that belong together: one team, one range of ports, one health check."""

    domain: Annotated[Link | None, To("domain")] = Field(
        default=None,
        description="Its row in the ownership matrix.",
        examples=[{"to": "storefront", "confirmed": False}],
    )
    ports: tuple[APortRange, ...] = Field(
        default=(), title="Port range", description="The ports its services may use.", examples=[["3001-3010"]]
    )
    health_check: UrlPath | None = Field(
        default=None, description="The path that answers whether a service is well.", examples=["/health"]
    )


@kind("service", "services", "Service", "Services", ("name", "group", "owner", "port", "tier", "status"))
class Service(InRepository):
    """A backend service. What it leaves out (owner, health check) it takes from its group."""

    inherits_from = "group"

    owner: Annotated[Link | None, To("team")] = Field(
        default=None,
        title="Owner",
        description="The team that answers for it, where that is not its group's owner.",
        examples=["Storefront"],
    )
    group: Annotated[Link, To("group")] = Field(
        title="Group", description="The service group it is in.", examples=["ordering"]
    )
    port: Port | None = Field(default=None, description="The port it listens on.", examples=[3001])
    health_check: UrlPath | None = Field(
        default=None, description="Its own path, where that is not its group's.", examples=["/health"]
    )
    circular: Text | None = Field(
        default=None,
        description="Why it and the services it depends on need each other, where that is meant.",
        examples=["Both start without the other and wait."],
    )
    paid_through: Annotated[tuple[Link, ...], To("processor")] = Field(
        default=(), description="The processors that money moves through.", examples=[["example-pay"]]
    )
    alerts_through: Annotated[tuple[Link, ...], To("channel")] = Field(
        default=(), description="Where its alerts go.", examples=[["pager"]]
    )


@kind("critical-path", "critical-paths", "Critical path", "Critical paths", ("rank", "name", "impact", "through"))
class CriticalPath(Record):
    """Something whose failure users notice at once, and what they notice."""

    rank: int = Field(ge=1, description="Its place in the source's list, from 1.", examples=[1])
    impact: Text = Field(description="What happens when it is down.", examples=["All user flows blocked if down"])
    through: Annotated[
        tuple[Link, ...],
        To(
            "service",
            "group",
            "system",
            "platform",
            "database",
            "repository",
            "cluster",
            "control",
            "provider",
            "processor",
            "financial-service",
        ),
    ] = Field(description="What it is made of; each must work.", examples=[["service.checkout"]])
