"""What all records share, and the table of kinds."""

from __future__ import annotations

import datetime
import re
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, ClassVar, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.fields import FieldInfo

from macros.model.relations import RELATIONS, Link, To
from macros.model.values import AStatus, Id, Name, Text

OPERATED = "*"
"""In a relation's kinds: every kind that is operated, so that a new one need not be named everywhere."""

UNKNOWN = "unknown"
"""What a person writes where nobody has stated a value yet. It is a value, and shows as such."""


def knows_unknown(field: FieldInfo) -> bool:
    """Whether `unknown` may be written in the field."""
    annotation = field.annotation
    return get_origin(annotation) in {Union, types.UnionType} and type(None) in get_args(annotation)


class Strict(BaseModel):
    """A mapping of known keys and exact types. `unknown` reads as None where the field may be unknown."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _unknown_is_none(cls, value: Any) -> Any:
        if not isinstance(value, dict) or UNKNOWN not in value.values():
            return value
        return {
            key: None
            if written == UNKNOWN and key in cls.model_fields and knows_unknown(cls.model_fields[key])
            else written
            for key, written in value.items()
        }


class Record(Strict):
    """One thing in the inventory."""

    kind: ClassVar[str] = ""
    inherits_from: ClassVar[str] = ""
    """The relation to the record that this one takes what it leaves out from."""

    id: Id = Field(description="Short name in addresses and references; never changes.", examples=["checkout"])
    name: Name = Field(description="What people call it.", examples=["checkout"])
    aliases: tuple[Name, ...] = Field(
        default=(), description="Other spellings, for search and references.", examples=[["Auth", "@auth"]]
    )
    formerly: tuple[Id, ...] = Field(
        default=(), description="Ids it had before; their addresses lead here.", examples=[["auth"]]
    )
    purpose: Text | None = Field(
        default=None, description="What it is for, in one sentence.", examples=["Signs users in"]
    )
    reviewed: datetime.date | None = Field(
        default=None, description="The last day on which somebody held it against the truth.", examples=["2030-01-31"]
    )
    note: Text | None = Field(default=None, description="What else a reader should know.", examples=["Moving to EKS."])
    stated_in: Text | None = Field(
        default=None,
        description="The section of the source document that states the record; left out where none does.",
        examples=["Backend Services"],
    )

    @property
    def key(self) -> str:
        """`kind.id`: the record's name in the graph, in references and in messages."""
        return f"{self.kind}.{self.id}"

    @classmethod
    def relation_fields(cls) -> dict[str, To]:
        """The fields that lead to other records, with the kinds they may lead to."""
        return _relation_fields(cls)

    def links(self) -> Iterator[tuple[str, int | None, Link]]:
        """Every relation written in the record: field, position in its list (None where it is single), link."""
        for name in self.relation_fields():
            value = getattr(self, name)
            if isinstance(value, Link):
                yield name, None, value
            elif value:
                for position, link in enumerate(value):
                    yield name, position, link


_FIELDS: dict[type[Record], dict[str, To]] = {}


def _relation_fields(model: type[Record]) -> dict[str, To]:
    if model not in _FIELDS:
        found = {}
        for name, field in model.model_fields.items():
            for mark in field.metadata:
                if isinstance(mark, To):
                    found[name] = mark
        _FIELDS[model] = found
    return _FIELDS[model]


class Owned(Record):
    """A record that a team answers for."""

    owner: Annotated[Link | None, To("team")] = Field(
        title="Owner",
        description="The team that answers for it; any spelling of the team's name.",
        examples=["Storefront Team"],
    )


class Operated(Owned):
    """Something that runs, can fail and gets somebody paged."""

    status: AStatus | None = Field(default=None, description="Its state.", examples=["active"])
    tier: Annotated[Link | None, To("rotation")] = Field(
        default=None,
        title="On-call tier",
        description="The on-call tier that answers for it.",
        examples=[{"to": "tier-1", "confirmed": False}],
    )
    technology: Text | None = Field(default=None, description="What it is made of.", examples=["PostgreSQL 15"])
    depends_on: Annotated[tuple[Link, ...], To(OPERATED)] = Field(
        default=(),
        description="What it cannot work without.",
        examples=[["database.orders", {"to": "service.checkout", "confirmed": False}]],
    )
    any_one_of: tuple[Name, ...] = Field(
        default=(),
        description="Relations of which any one is enough: it goes on while one of several works.",
        examples=[["provided_by"]],
    )
    covered_by: Annotated[tuple[Link, ...], To("monitor", "control")] = Field(
        default=(), description="What watches it.", examples=[["monitor.metrics"]]
    )
    provided_by: Annotated[tuple[Link, ...], To("vendor")] = Field(
        default=(), description="The outside parties that provide it.", examples=[["example-dns"]]
    )


@dataclass(frozen=True)
class Kind:
    """A kind of record: its names, its model, and the columns of its table."""

    name: str
    plural: str
    title: str
    titles: str
    model: type[Record]
    columns: tuple[str, ...]

    @cached_property
    def meaning(self) -> str:
        """What the kind is, from its model's docstring."""
        return re.sub(r"\s+", " ", (self.model.__doc__ or "").strip())

    @property
    def noun(self) -> str:
        """What a record is called within a sentence: abbreviations keep their capitals."""
        return _in_a_sentence(self.title)

    @property
    def nouns(self) -> str:
        """The same of several."""
        return _in_a_sentence(self.titles)

    def label(self, field: str) -> str:
        """What a field is called on a page."""
        known = self.model.model_fields.get(field)
        if known is not None and known.title:
            return known.title
        if field in RELATIONS and field in self.model.relation_fields():
            return RELATIONS[field].forward.capitalize()
        return field.replace("_", " ").capitalize()

    def unit(self, field: str) -> str:
        """What follows a number in the field, such as `%`; empty where nothing does."""
        known = self.model.model_fields.get(field)
        extra = known.json_schema_extra if known is not None else None
        return str(extra.get("unit", "")) if isinstance(extra, dict) else ""


def _in_a_sentence(words: str) -> str:
    return " ".join(word if word.isupper() else word.lower() for word in words.split())


KINDS: dict[str, Kind] = {}
"""Every kind by name, in the order in which pages list them."""

M = TypeVar("M", bound=type[Record])


def kind(name: str, plural: str, title: str, titles: str, columns: tuple[str, ...]) -> Callable[[M], M]:
    """Register a model as a kind. `columns` are the fields of its table, the name first."""

    def register(model: M) -> M:
        model.kind = name
        for field, mark in model.relation_fields().items():
            if field not in RELATIONS:
                raise TypeError(f"{name}.{field}: no relation of that name in RELATIONS")
            if not mark.kinds:
                raise TypeError(f"{name}.{field}: a relation says which kinds it leads to")
        KINDS[name] = Kind(name, plural, title, titles, model, columns)
        return model

    return register


def page_address(key: str) -> str:
    """The address of a record's page, from the site's root."""
    name, _, record = key.partition(".")
    return f"{KINDS[name].plural}/{record}/"


def kinds_of(mark: To) -> tuple[str, ...]:
    """The kinds that a relation may lead to, by name."""
    if OPERATED not in mark.kinds:
        return mark.kinds
    operated = tuple(name for name, kind in KINDS.items() if issubclass(kind.model, Operated))
    return (*operated, *(name for name in mark.kinds if name != OPERATED and name not in operated))
