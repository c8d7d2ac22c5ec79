"""A difference as a document: what every rendering is made from, and what programs get as JSON.

Its shape only grows within a version. It may come from a run that anybody controls, so reading it takes nothing on trust:
known keys, exact types, bounded sizes. What its texts say is data: a rendering may not obey it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.json_schema import GenerateJsonSchema

from macros.finding import one_line
from macros.model import KINDS

MAX_BYTES = 8 * 1024 * 1024
"""Of a document that is read."""

MOST_CHANGES = 5_000
"""Changes that a document tells, the gravest first; it says how many more there are."""

MOST_DETAILS = 30
"""Details that a change tells; it says how many more there are."""

MOST_TEXT = 400
"""Characters of a piece of text."""

Words = Annotated[str, Field(max_length=MOST_TEXT)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z-]{0,40}\.[a-z][a-z0-9-]{0,62}$")]
Number = Annotated[int, Field(ge=0, le=10**9)]


class Level(StrEnum):
    """How much a change weighs for those who run things."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"
    WORDING = "wording"

    @property
    def heading(self) -> str:
        """What stands above the changes of the level."""
        return {
            "critical": "Look at this first",
            "major": "Changes what happens",
            "minor": "Changes facts",
            "wording": "Changes words",
        }[self.value]


class Type(StrEnum):
    """What kind of change it is."""

    ENTITY_ADDED = "entity-added"
    ENTITY_REMOVED = "entity-removed"
    ENTITY_RENAMED = "entity-renamed"
    FIELD_CHANGED = "field-changed"
    STATUS_MOVED = "status-moved"
    MILESTONE_MOVED = "milestone-moved"
    RUNBOOK_CHANGED = "runbook-changed"
    RELATION_ADDED = "relation-added"
    RELATION_REMOVED = "relation-removed"
    RELATION_MOVED = "relation-moved"
    RELATION_CONFIRMED = "relation-confirmed"
    OWNER_CHANGED = "owner-changed"
    PAGING_CHANGED = "paging-changed"
    BLAST_RADIUS_CHANGED = "blast-radius-changed"
    FINDING_APPEARED = "finding-appeared"
    FINDING_RESOLVED = "finding-resolved"
    READINESS_MOVED = "readiness-moved"
    SIGNOFF_STALE = "signoff-stale"
    EXERCISE_STALE = "exercise-stale"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Part(_Strict):
    """A piece of a sentence: plain text of the engine's own, a record's name, or a value of the data."""

    text: Words
    role: Literal["plain", "record", "value"] = "plain"
    key: Key | None = Field(default=None, description="The record, where it has a page in the head.")


Sentence = Annotated[tuple[Part, ...], Field(max_length=400)]


class Change(_Strict):
    """One change, told with what follows from it first."""

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]
    type: Type
    level: Level
    says: Sentence
    why: Annotated[tuple[Sentence, ...], Field(max_length=10)] = ()
    details: Annotated[tuple[Sentence, ...], Field(max_length=MOST_DETAILS)] = ()
    more: Number = 0
    records: Annotated[tuple[Key, ...], Field(max_length=2_000)] = ()
    reviewers: Annotated[tuple[Key, ...], Field(max_length=100)] = ()
    affected: Annotated[tuple[Key, ...], Field(max_length=500)] = ()


class Side(_Strict):
    """One of the two states."""

    name: Words
    commit: Annotated[str, Field(pattern=r"^([0-9a-f]{7,64})?$")] = ""
    records: Number = 0
    errors: Number = 0


class Team(_Strict):
    """Somebody who should look, or is newly affected."""

    key: Key
    name: Words


class Same(StrEnum):
    """What the two have in common."""

    ALL = "all"
    FACTS = "facts"
    LITTLE = "little"
    UNKNOWN = "unknown"


class Document(_Strict):
    """The difference."""

    version: Literal[1] = 1
    base: Side
    head: Side
    same: Same = Field(
        description="`all`: not a byte differs; `facts`: only order, comments or layout; `little`: facts differ; "
        "`unknown`: there was nothing to compare with."
    )
    changes: Annotated[tuple[Change, ...], Field(max_length=MOST_CHANGES)] = ()
    more: Number = Field(default=0, description="Changes beyond those, none of them graver.")
    teams: Annotated[tuple[Team, ...], Field(max_length=5_000)] = ()
    not_compared: Annotated[tuple[Words, ...], Field(max_length=200)] = Field(
        default=(), description="What could not be read or compared, and why."
    )

    def team(self, key: str) -> str:
        """A team's name."""
        return next((team.name for team in self.teams if team.key == key), key.partition(".")[2])


class DocumentError(ValueError):
    """What was given is no document; the message says where it is not."""


def read(data: bytes) -> Document:
    """A document from JSON. Raises `DocumentError`."""
    if len(data) > MAX_BYTES:
        raise DocumentError(f"the difference has {len(data):,} bytes; {MAX_BYTES:,} is the limit")
    try:
        found = Document.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = one_line(".".join(str(step) for step in first["loc"]))[:80] or "the whole"
        raise DocumentError(f"this is no difference: {where}: {first['msg']}") from None
    except (ValueError, RecursionError):
        raise DocumentError("this is no difference: it is no JSON") from None
    unknown = {key.partition(".")[0] for key in _keys(found)} - KINDS.keys()
    if unknown:
        raise DocumentError(f"this is no difference: `{min(unknown)}` is no kind of record")
    return found


def _keys(document: Document) -> set[str]:
    found = {team.key for team in document.teams}
    for change in document.changes:
        found |= {*change.records, *change.reviewers, *change.affected}
        sentences = (change.says, *change.why, *change.details)
        found |= {part.key for sentence in sentences for part in sentence if part.key}
    return found


def as_json(document: Document) -> str:
    """The document as JSON of many lines."""
    return document.model_dump_json(indent=2, exclude_defaults=False)


def schema() -> dict[str, Any]:
    """The JSON Schema of a document."""
    return {"$schema": GenerateJsonSchema.schema_dialect, **Document.model_json_schema()}
