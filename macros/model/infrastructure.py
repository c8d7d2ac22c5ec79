"""Databases, cloud accounts, clusters, storage, and the outside parties that the rest stands on."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from macros.model.record import Operated, kind
from macros.model.relations import Link, To
from macros.model.values import AnAccessLevel, AnEnvironment, AnInterval, ASize, AVendorCategory, Name, Percent, Text


@kind("database", "databases", "Database", "Databases", ("name", "purpose", "technology", "owner", "backup"))
class Database(Operated):
    """A data store that services read and write."""

    backup: AnInterval | None = Field(
        default=None, title="Backup schedule", description="How often it is backed up.", examples=["4h"]
    )
    encrypted: bool | None = Field(
        default=None, description="Whether it is encrypted at rest, where that is stated.", examples=[True]
    )
    rebuildable: bool = Field(
        default=False,
        description="`true` where all that it holds can be made again from elsewhere, as a cache can.",
        examples=[True],
    )
    runs_on: Annotated[tuple[Link, ...], To("cluster", "account")] = Field(
        default=(), description="Where it runs.", examples=[[{"to": "account.example-production", "confirmed": False}]]
    )
    backed_up_to: Annotated[tuple[Link, ...], To("bucket")] = Field(
        default=(), description="Where its backups are kept.", examples=[["backups"]]
    )


@kind("account", "accounts", "AWS account", "AWS accounts", ("name", "purpose", "owner", "environment", "access_level"))
class Account(Operated):
    """A cloud account: a wall around what is in it."""

    environment: AnEnvironment | None = Field(default=None, description="What it is for.", examples=["production"])
    access_level: AnAccessLevel | None = Field(default=None, description="Who gets in.", examples=["restricted"])


@kind(
    "cluster",
    "clusters",
    "Kubernetes cluster",
    "Kubernetes clusters",
    ("name", "environment", "nodes", "node_type", "owner", "monitoring"),
)
class Cluster(Operated):
    """A Kubernetes cluster."""

    environment: AnEnvironment | None = Field(default=None, description="What it is for.", examples=["production"])
    nodes: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="How many nodes it has.", examples=[50], json_schema_extra={"unit": " nodes"}
    )
    node_type: Name | None = Field(default=None, description="What machines they are.", examples=["c5.2xlarge"])
    monitoring: Name | None = Field(
        default=None, description="How it is watched, in the source's words.", examples=["Prometheus + Grafana"]
    )
    runs_on: Annotated[tuple[Link, ...], To("account")] = Field(
        default=(), description="The account it is in.", examples=[[{"to": "example-production", "confirmed": False}]]
    )


@kind("bucket", "buckets", "Storage system", "Storage systems", ("name", "purpose", "technology", "size", "owner"))
class Bucket(Operated):
    """A place for files: media, backups, logs, records."""

    retrieval: AnInterval | None = Field(
        default=None, description="How long it takes until what it holds can be read.", examples=["5h"]
    )
    size: ASize | None = Field(default=None, description="How much it holds.", examples=["500TB+"])
    encrypted: bool | None = Field(
        default=None, description="Whether it is encrypted at rest, where that is stated.", examples=[True]
    )
    runs_on: Annotated[tuple[Link, ...], To("account")] = Field(
        default=(), description="The account it is in.", examples=[[{"to": "example-production", "confirmed": False}]]
    )


@kind(
    "provider",
    "providers",
    "External dependency",
    "External dependencies",
    ("name", "technology", "sla", "backup_plan", "owner"),
)
class Provider(Operated):
    """Something bought from outside that the platform cannot work without."""

    technology: Text | None = Field(
        default=None,
        title="Provider",
        description="Who provides it, in the source's words.",
        examples=["One provider + another"],
    )
    sla: Percent | None = Field(
        default=None,
        title="SLA",
        description="Promised availability, in percent.",
        examples=[99.99],
        json_schema_extra={"unit": "%"},
    )
    backup_plan: Text | None = Field(
        default=None, description="What takes over when it is down.", examples=["Multiple providers"]
    )
    backup_tested: date | None = Field(
        default=None,
        title="Backup plan tested",
        description="The last day on which that was tried.",
        examples=["2030-01-31"],
    )


@kind("vendor", "vendors", "Vendor", "Vendors", ("name", "category", "purpose", "owner"))
class Vendor(Operated):
    """An outside party that the source names: who sells or runs something this platform uses."""

    category: AVendorCategory = Field(description="What it mainly provides.", examples=["network"])
