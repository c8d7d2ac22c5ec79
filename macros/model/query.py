"""A question to the inventory whose answer is evidence: which records, and what must be so of each, or of their number."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema

from macros.model.record import Strict
from macros.model.values import Name, Text


def _word(value: object) -> str:
    """A word of the data as text: `true` and numbers may stand without quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | tuple) or value is None or not str(value).strip():
        raise ValueError("this is no word: write one as in the field")
    return str(value)


AWord = Annotated[str, PlainValidator(_word), WithJsonSchema({"type": ["string", "number", "boolean"]})]
"""A value as it is written in the field that it is compared with."""


class Condition(Strict):
    """What must be so of a field. Where the field has no value, nobody knows, unless `known` asks just that."""

    field: Name = Field(description="The field; or `critical`, whether a critical path names it.", examples=["status"])
    among: tuple[AWord, ...] = Field(
        default=(), description="It has one of these values.", examples=[["active", "ready"]]
    )
    none_of: tuple[AWord, ...] = Field(
        default=(), description="It has none of these values.", examples=[["deprecated"]]
    )
    at_least: AWord | None = Field(default=None, description="It is this much or more.", examples=[99.9])
    at_most: AWord | None = Field(default=None, description="It is this much or less.", examples=["4h"])
    known: bool | None = Field(
        default=None, description="`true`: it has a value; `false`: it has none.", examples=[True]
    )


class Count(Strict):
    """How many records there must be."""

    at_least: Annotated[int, Field(ge=0)] | None = Field(default=None, description="At least.", examples=[100])
    at_most: Annotated[int, Field(ge=0)] | None = Field(default=None, description="At most.", examples=[9])


class Query(Strict):
    """Which records: those of some kinds for which all of `where` is so. What of them: all of `holds`, or a number."""

    kinds: tuple[Name, ...] = Field(description="The kinds of record.", examples=[["service"]])
    where: tuple[Condition, ...] = Field(
        default=(), description="Which of them.", examples=[[{"field": "critical", "among": [True]}]]
    )
    holds: tuple[Condition, ...] = Field(
        default=(), description="What must be so of each.", examples=[[{"field": "status", "among": ["active"]}]]
    )
    count: Count | None = Field(default=None, description="How many there must be.", examples=[{"at_least": 100}])
    note: Text | None = Field(default=None, description="Why this shows it.")


def given(condition: Condition) -> dict[str, Any]:
    """The comparisons that a condition makes, by name."""
    made = {
        "among": condition.among or None,
        "none_of": condition.none_of or None,
        "at_least": condition.at_least,
        "at_most": condition.at_most,
        "known": condition.known,
    }
    return {name: value for name, value in made.items() if value is not None}
