"""A runbook to begin with: valid, and honest about what is still to be written."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from macros.inventory import Inventory
from macros.model import KINDS, Link
from macros.model.record import kinds_of
from macros.model.runbooks import TO_WRITE, Runbook
from macros.model.values import ID_PATTERN


class SkeletonError(ValueError):
    """It cannot be begun. The message says what to write instead."""


def runbook(inventory: Inventory, name: str, handled: list[str], schema: Path) -> tuple[Path, str]:
    """The file and the text of a new runbook of that id, for the records that `handled` means."""
    if not re.fullmatch(ID_PATTERN, name):
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:63]
        hint = f"; did you mean `{slug}`?" if re.fullmatch(ID_PATTERN, slug) else ""
        raise SkeletonError(
            f"`{name}` is no id: an id starts with a letter and has lower-case letters, digits and hyphens, at most 63{hint}"
        )
    if taken := inventory.find(name, ("runbook",)):
        place = inventory.entries[taken[0]].place("id")
        raise SkeletonError(f"{place}: `{name}` is a runbook already: write another id, or edit that one")
    path = inventory.folder / KINDS["runbook"].plural / f"{name}.yml"
    if path.exists():
        raise SkeletonError(f"{path} exists: write another id, or delete the file")
    keys = [_meant(inventory, written) for written in handled]
    return path, _text(name, keys, _owner(inventory, keys), os.path.relpath(schema, path.parent))


def _meant(inventory: Inventory, written: str) -> str:
    kinds = kinds_of(Runbook.relation_fields()["handles"])
    found = inventory.find(written, kinds)
    if len(found) == 1:
        return found[0]
    problem = inventory.problem(written, kinds)
    raise SkeletonError(problem[1] if problem else f"`{written}` could not be read: `inventory check` says why")


def _owner(inventory: Inventory, keys: list[str]) -> str:
    """The team that answers for the first thing that has one."""
    links = (inventory.value(inventory[key], "owner") for key in keys)
    return next((link.key.partition(".")[2] for link in links if isinstance(link, Link) and link.key), "")


def _text(name: str, keys: list[str], owner: str, schema: str) -> str:
    title = name.replace("-", " ").capitalize()
    return f"""# yaml-language-server: $schema={Path(schema).as_posix()}
id: {name}
name: {json.dumps(title)}
owner: {f"{{to: {owner}, confirmed: false}}" if owner else "unknown"}
handles: [{", ".join(keys)}]
severity: unknown
trigger: "{TO_WRITE} what makes somebody open it."
symptoms:
  - "{TO_WRITE} what is seen."
impact: "{TO_WRITE} who notices, and what."
access:
  - "{TO_WRITE} what one must have or be allowed before step 1."
steps:
  - id: look
    do: "{TO_WRITE} see what is wrong, without changing anything."
    expect: "{TO_WRITE} what shows that it worked."
    otherwise:
      - when: "{TO_WRITE} what else may be seen."
        goto: mend
      - page: next
  - id: mend
    do: "{TO_WRITE} mend it."
    expect: "{TO_WRITE} what shows that it worked."
    otherwise:
      - page: next
verification:
  - do: "{TO_WRITE} see that it is over, as whoever noticed it would."
    expect: "{TO_WRITE} what shows that it worked."
    otherwise:
      - goto: look
        at_most: 1
rollback:
  - do: "{TO_WRITE} undo what the steps changed."
"""
