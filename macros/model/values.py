"""Types of single values: text, durations, ports, percentages, sizes, colours, and the enumerations.

A value type parses what a person writes and knows how it is shown (`str()`) and compared. Each raises `ValueError`
with what to write instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, WithJsonSchema

T = TypeVar("T")

MAX_PORT = 65535
ID_PATTERN = r"^[a-z][a-z0-9-]{0,62}$"


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("this is blank: write a value, or leave the key out")
    return text


def _one_line(text: str) -> str:
    if "\n" in text.strip():
        raise ValueError("a name stands on one line")
    return text.strip()


Id = Annotated[str, Field(pattern=ID_PATTERN)]
Text = Annotated[str, AfterValidator(_not_blank)]
Name = Annotated[str, AfterValidator(_not_blank), AfterValidator(_one_line), Field(max_length=200)]
Percent = Annotated[
    Decimal,
    BeforeValidator(lambda value: Decimal(value) if type(value) is int else value),
    Field(ge=0, le=100),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 100}),
]


def _is_url(text: str) -> str:
    if not re.match(r"(https?://[^\s/]+|mailto:[^\s@]+@[^\s@]+\.[^\s@]+)", text) or re.search(r"\s", text):
        raise ValueError(f"`{text}` is no address: write one that starts with https://, http:// or mailto:")
    return text


Url = Annotated[str, AfterValidator(_is_url)]


def _is_path(text: str) -> str:
    if not re.fullmatch(r"/[A-Za-z0-9._~/-]*", text):
        raise ValueError(f"`{text}` is no path: write one that starts with `/`, such as /health")
    return text


UrlPath = Annotated[str, AfterValidator(_is_path), WithJsonSchema({"type": "string", "pattern": "^/"})]


def _enum(kind: type[StrEnum]) -> Any:
    """A field of an enumeration: written as its plain word."""
    return Annotated[kind, Field(strict=False)]


class Word(StrEnum):
    """A value of an enumeration: written in lower case with hyphens, shown with spaces."""

    @property
    def shown(self) -> str:
        """The word as a reader sees it."""
        text = self.value.replace("-", " ")
        return text[:1].upper() + text[1:]


class Severity(Word):
    """How a status is to be read at a glance."""

    GOOD = "good"
    MOVING = "moving"
    BAD = "bad"
    UNKNOWN = "unknown"


class Status(Word):
    """The state of a thing, in the words of the source and those that any inventory needs."""

    PLANNED = "planned"
    INTEGRATION = "integration"
    TESTING = "testing"
    READY = "ready"
    ACTIVE = "active"
    ENFORCED = "enforced"
    COMPLIANT = "compliant"
    AUDITED = "audited"
    IN_PROGRESS = "in-progress"
    COMPLETE = "complete"
    DEGRADED = "degraded"
    DEPRECATED = "deprecated"
    RETIRED = "retired"

    @property
    def reading(self) -> Severity:
        """Whether the status is good, on its way, or bad."""
        if self in {Status.PLANNED, Status.INTEGRATION, Status.TESTING, Status.IN_PROGRESS}:
            return Severity.MOVING
        if self in {Status.DEGRADED, Status.DEPRECATED, Status.RETIRED}:
            return Severity.BAD
        return Severity.GOOD


class Environment(Word):
    """Where a thing runs. `cross-env` serves several."""

    PRODUCTION = "production"
    UAT = "uat"
    STAGING = "staging"
    CI = "ci"
    DEVELOPMENT = "development"
    CROSS_ENV = "cross-env"

    @property
    def shown(self) -> str:
        """As in the source: abbreviations in capitals, `Cross-env` with its hyphen."""
        return {"uat": "UAT", "ci": "CI", "cross-env": "Cross-env"}.get(self.value, super().shown)


class AccessLevel(Word):
    """Who gets into an account, from everyone to very few."""

    OPEN = "open"
    LIMITED = "limited"
    RESTRICTED = "restricted"
    HIGHLY_RESTRICTED = "highly-restricted"


class Priority(Word):
    """How urgent an alert is; P0 is the most urgent."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"


class SecurityArea(Word):
    """What a security control is part of."""

    IDENTITY = "identity"
    MONITORING = "monitoring"


class SignoffArea(Word):
    """Which list a sign-off stands on."""

    TECHNICAL = "technical"
    BUSINESS = "business"


class VendorCategory(Word):
    """What an outside party mainly sells."""

    CLOUD = "cloud"
    NETWORK = "network"
    IDENTITY = "identity"
    MESSAGING = "messaging"
    ALERTING = "alerting"
    MONITORING = "monitoring"
    SOURCE_CONTROL = "source-control"
    REGISTRY = "registry"


class CommandKind(Word):
    """What a runbook's command is typed into."""

    SHELL = "shell"
    SQL = "sql"
    HTTP = "http"
    CONSOLE = "console"


class Dialect(Word):
    """Whose SQL a command is, by the name that the parser has for it."""

    POSTGRES = "postgres"
    CLICKHOUSE = "clickhouse"
    MYSQL = "mysql"
    SQLITE = "sqlite"
    TSQL = "tsql"
    ORACLE = "oracle"
    SNOWFLAKE = "snowflake"
    BIGQUERY = "bigquery"

    @property
    def shown(self) -> str:
        """The product's name as it writes itself."""
        return {
            "postgres": "PostgreSQL",
            "clickhouse": "ClickHouse",
            "mysql": "MySQL",
            "sqlite": "SQLite",
            "tsql": "SQL Server",
            "bigquery": "BigQuery",
        }.get(self.value, super().shown)


class Result(Word):
    """What came of working through a runbook."""

    WORKED = "worked"
    WORKED_WITH_CHANGES = "worked-with-changes"
    FAILED = "failed"


AStatus = _enum(Status)
AnEnvironment = _enum(Environment)
AnAccessLevel = _enum(AccessLevel)
APriority = _enum(Priority)
ASecurityArea = _enum(SecurityArea)
ASignoffArea = _enum(SignoffArea)
AVendorCategory = _enum(VendorCategory)
ACommandKind = _enum(CommandKind)
ADialect = _enum(Dialect)
AResult = _enum(Result)


def _written(value: object, what: str, such_as: str) -> str:
    if not isinstance(value, str):
        shape = {dict: "a mapping of keys", tuple: "a list", bool: "`true` or `false`"}
        raise ValueError(f"{shape.get(type(value), f'`{value}`')} is no {what}: write one such as {such_as}")
    return value.strip()


def _field(parse: Callable[[Any], T], **schema: Any) -> Any:
    """A pydantic annotation for a value type that parses itself; `schema` is what an editor checks."""
    return (PlainValidator(parse), WithJsonSchema(schema))


_UNITS = {"m": ("minute", 1), "h": ("hour", 60), "d": ("day", 24 * 60), "w": ("week", 7 * 24 * 60)}


@dataclass(frozen=True, order=True)
class Interval:
    """How often something is done. `minutes` is 0 where it is done all the time."""

    minutes: int
    text: str = field(compare=False)

    PATTERN = r"^(continuous|[1-9][0-9]*[mhdw])$"

    @classmethod
    def parse(cls, value: object) -> Interval:
        """`continuous`, or a number with a unit: `15m`, `4h`, `1d`, `1w`."""
        if isinstance(value, Interval):
            return value
        written = _written(value, "interval", "4h")
        if written == "continuous":
            return cls(0, "Continuous")
        match = re.fullmatch(r"([1-9][0-9]{0,5})([mhdw])", written)
        if not match:
            raise ValueError(
                f"`{written}` is no interval: write `continuous`, or a number with m, h, d or w, such as 4h"
            )
        count, (unit, minutes) = int(match[1]), _UNITS[match[2]]
        if (count, unit) == (1, "day"):
            return cls(minutes, "Daily")
        if (count, unit) == (1, "week"):
            return cls(minutes, "Weekly")
        return cls(count * minutes, f"Every {count} {unit}{'s' if count > 1 else ''}")

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, order=True)
class Offset:
    """A time before or after launch. `hours` is negative before it."""

    hours: int
    text: str = field(compare=False)

    PATTERN = r"^T([-+]0|[-+][1-9][0-9]* ?(h|hours?|d|days?))$"

    @classmethod
    def parse(cls, value: object) -> Offset:
        """`T-0`, or T, a sign, a number and a unit: `T-7 days`, `T+24h`."""
        if isinstance(value, Offset):
            return value
        written = _written(value, "offset from launch", "T-7 days")
        if re.fullmatch(r"T[-+]0", written):
            return cls(0, written)
        match = re.fullmatch(r"T([-+])([1-9][0-9]{0,4}) ?(h|hours?|d|days?)", written)
        if not match:
            raise ValueError(f"`{written}` is no offset from launch: write T-0, T-7 days or T+24h")
        hours = int(match[2]) * (24 if match[3].startswith("d") else 1)
        return cls(-hours if match[1] == "-" else hours, written)

    @property
    def delta(self) -> timedelta:
        """The offset as a duration."""
        return timedelta(hours=self.hours)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, order=True)
class Ports:
    """TCP ports from `first` to `last`, both included."""

    first: int
    last: int

    PATTERN = r"^[0-9]+-[0-9]+$"

    @classmethod
    def parse(cls, value: object) -> Ports:
        """One port as a number, or a range as `3001-3010`."""
        if isinstance(value, Ports):
            return value
        if type(value) is int:
            first = last = value
        else:
            match = re.fullmatch(r"([0-9]{1,5})-([0-9]{1,5})", _written(value, "port range", "3001-3010"))
            if not match:
                raise ValueError(f"`{value}` is no port range: write a number, or two with a hyphen, such as 3001-3010")
            first, last = int(match[1]), int(match[2])
        if not (1 <= first <= MAX_PORT and 1 <= last <= MAX_PORT):
            raise ValueError(f"`{value}` is out of range: write ports from 1 to 65535")
        if first > last:
            raise ValueError(f"`{value}` is reversed: write {last}-{first}")
        return cls(first, last)

    def overlaps(self, other: Ports) -> bool:
        """Whether a port lies in both."""
        return self.first <= other.last and other.first <= self.last

    def __contains__(self, port: int) -> bool:
        return self.first <= port <= self.last

    def __len__(self) -> int:
        return self.last - self.first + 1

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


@dataclass(frozen=True, order=True)
class Size:
    """How much is stored. `gigabytes` counts in powers of ten; `at_least` where the source says so with a `+`."""

    gigabytes: Decimal
    text: str = field(compare=False)
    at_least: bool

    PATTERN = r"^[0-9]+(\.[0-9]+)?(GB|TB|PB)\+?$"

    @classmethod
    def parse(cls, value: object) -> Size:
        """A number, GB, TB or PB, and `+` for "or more": `500TB+`."""
        if isinstance(value, Size):
            return value
        written = _written(value, "size", "500TB+")
        match = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]+)?) ?(GB|TB|PB)(\+?)", written)
        if not match:
            raise ValueError(f"`{written}` is no size: write a number and GB, TB or PB, such as 500TB+")
        scale = {"GB": 1, "TB": 1000, "PB": 1_000_000}[match[2]]
        return cls(Decimal(match[1]) * scale, written, bool(match[3]))

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Colour:
    """A colour of a theme: red, green and blue as two hexadecimal digits each."""

    hex: str

    PATTERN = r"^#[0-9A-Fa-f]{6}$"

    @classmethod
    def parse(cls, value: object) -> Colour:
        """`#` and six hexadecimal digits, in quotes."""
        if isinstance(value, Colour):
            return value
        written = _written(value, "colour", '"#FF0040"')
        if not re.fullmatch(r"#[0-9A-Fa-f]{6}", written):
            raise ValueError(
                f'`{written}` is no colour: write # and six hexadecimal digits in quotes, such as "#FF0040"'
            )
        return cls(written.upper())

    def __str__(self) -> str:
        return self.hex


AnInterval = Annotated[Interval, *_field(Interval.parse, type="string", pattern=Interval.PATTERN)]
AnOffset = Annotated[Offset, *_field(Offset.parse, type="string", pattern=Offset.PATTERN)]
APortRange = Annotated[
    Ports,
    *_field(
        Ports.parse,
        anyOf=[{"type": "integer", "minimum": 1, "maximum": 65535}, {"type": "string", "pattern": Ports.PATTERN}],
    ),
]
ASize = Annotated[Size, *_field(Size.parse, type="string", pattern=Size.PATTERN)]
AColour = Annotated[Colour, *_field(Colour.parse, type="string", pattern=Colour.PATTERN)]
Port = Annotated[int, Field(ge=1, le=65535)]
Minutes = Annotated[int, Field(ge=1, le=7 * 24 * 60)]
