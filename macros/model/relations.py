"""Relations between records: what they mean in both directions, and how one is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from macros.model.values import Name, Text


@dataclass(frozen=True)
class RelationType:
    """What a relation says, read forwards and backwards.

    `dependency` is true where the one at the tail stops working when the one at the head does: these are the
    relations that a blast radius follows.
    """

    name: str
    forward: str
    backward: str
    dependency: bool = False


RELATIONS: dict[str, RelationType] = {
    relation.name: relation
    for relation in (
        RelationType("depends_on", "depends on", "needed by", dependency=True),
        RelationType("runs_on", "runs on", "runs", dependency=True),
        RelationType("stores_in", "stores in", "holds data of", dependency=True),
        RelationType("provided_by", "provided by", "provides", dependency=True),
        RelationType("paid_through", "paid through", "takes payments for", dependency=True),
        RelationType("through", "goes through", "on critical path", dependency=True),
        RelationType("built_on", "built on", "carries", dependency=True),
        RelationType("covered_by", "watched by", "watches"),
        RelationType("alerts_through", "alerts through", "carries alerts of"),
        RelationType("backed_up_to", "backed up to", "keeps backups of"),
        RelationType("source", "source code in", "source code of"),
        RelationType("owner", "owned by", "owns"),
        RelationType("group", "in group", "members"),
        RelationType("domain", "in domain", "covers"),
        RelationType("primary", "primary", "primary for"),
        RelationType("secondary", "secondary", "secondary for"),
        RelationType("escalates_to", "escalates to", "escalation for"),
        RelationType("tier", "on-call tier", "pages for"),
        RelationType("promotes_to", "promotes to", "promoted from"),
        RelationType("delivers_to", "delivers to", "delivered by"),
        RelationType("area", "in area", "items"),
        RelationType("signs_for", "signed by", "signs"),
        RelationType("approved_through", "approved through", "approves"),
        RelationType("launch", "part of launch", "plan"),
        RelationType("rollback", "rolled back by", "rolls back"),
        RelationType("after", "waits for", "awaited by"),
        RelationType("begins", "begins", "begun by"),
        RelationType("lifts", "lifts", "lifted by"),
        RelationType("handles", "handles", "runbooks"),
        RelationType("answers", "answers", "answered by"),
        RelationType("watches", "is about", "alerts"),
        RelationType("raised_by", "raised by", "raises"),
        RelationType("see_also", "see also", "mentioned by"),
        RelationType("subject", "about", "claims"),
        RelationType("maintained_in", "maintained in", "maintains"),
    )
}


@dataclass(frozen=True)
class To:
    """Marks a field as a relation: which kinds it may lead to. The field's name is the relation's."""

    kinds: tuple[str, ...]

    def __init__(self, *kinds: str) -> None:
        object.__setattr__(self, "kinds", kinds)


class Link(BaseModel):
    """One relation to another record: its reference alone, or a mapping that says how sure it is."""

    model_config = ConfigDict(extra="forbid", strict=True)

    to: Name = Field(
        description="Which record: its id or an alias where the field leads to one kind, else `kind.id`.",
        examples=["database.orders"],
    )
    confirmed: bool = Field(
        default=True, description="`false` where an engineer assumed it and the owner has yet to confirm it."
    )
    note: Text | None = Field(default=None, description="Why it is so, or what is still to find out.")

    _key: str = PrivateAttr(default="")

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        return {"to": value} if isinstance(value, str) else value

    @property
    def key(self) -> str:
        """The record it leads to as `kind.id`; empty until the inventory has resolved it."""
        return self._key

    def resolve(self, key: str) -> None:
        """Note which record the reference means. Called once, by the inventory."""
        self._key = key
