"""Values that look like code, in every text of every kind of record, and how they read back from the built site.

The inventory is that of the golden files, with everything in its texts that HTML, Markdown, templates, drawings or the
search could take for their own.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from macros import source
from macros.inventory import PLURALS
from macros.model import Kind, Link, Record
from macros.model.record import Strict
from macros.views.render import path
from macros.workspace import Folders
from tests.conftest import GOLDEN
from tests.test_site_checks import Page, attribute, spaced

LIBRARY = GOLDEN / "inventory"

LINE = (
    "<script>alert(1)</script> <b onclick=\"x()\">'q' {{ 7*7 }} {% raw %} {# c #} `t` | *b* _x_ "
    "[a](javascript:x) </svg> ]]> &lt; \\n $1 :smile:"
)
LINES = f"""{LINE}
```python
print("{{{{ 7*7 }}}}")
```
# heading
- item <img src=x onerror=alert(1)>
--8<-- "mkdocs.yml"

    indented & </code></pre></article></textarea>
::: x
"""
ADDRESS = "https://example.com/\"onmouseover=alert(1)/'/<script>alert(1)</script>/{{7*7}}"


def everything(where: str) -> tuple[str, ...]:
    """What is tried in a field, the worst first; an address stands alone."""
    return (f"{where} {LINES}", f"{where} {LINE}", ADDRESS)


Candidates = Callable[[str], tuple[str, ...]]


def hostile(kind: Kind, raw: dict[str, Any], candidates: Candidates = everything) -> dict[str, Any]:
    """The record with the worst that each of its fields takes, and the name of the field before it."""
    record = dict(raw)
    for field in kind.model.model_fields:
        if field == "aliases":
            record[field] = (f"{raw['id']} alias {LINE}",)
        elif field in kind.model.relation_fields():
            record[field] = noted(raw[field]) if field in raw else None
        elif field not in {"id", "formerly"}:
            record[field] = worst(kind.model, record, field, f"{field} of {raw['id']}", candidates)
    return {field: value for field, value in record.items() if value is not None}


def worst(model: type[BaseModel], record: dict[str, Any], field: str, where: str, candidates: Candidates) -> Any:
    written = record.get(field)
    if isinstance(written, tuple) and written and isinstance(written[0], dict):
        return tuple(
            inner(model, field, item, f"{where} {number}", candidates) for number, item in enumerate(written, 1)
        )
    if field in {"symptoms", "access"} and written:
        return tuple(candidates(f"{where} {number}")[0] for number, _ in enumerate(written, 1))
    if isinstance(written, dict):
        return inner(model, field, written, where, candidates)
    for text in candidates(where):
        if takes(model, record, field, text):
            return text
    return written


REFERENCES = {"id", "use", "given", "goto", "then", "runbook", "page"}
"""Fields of steps that hold a reference, or what a reference means."""

WORDS = {"field", "at_least", "at_most", *REFERENCES}
"""Fields of mappings that hold a word of the model, a limit in it, or a reference."""


def inner(
    model: type[BaseModel], field: str, item: dict[str, Any], where: str, candidates: Candidates
) -> dict[str, Any]:
    """A mapping inside a record, such as a step."""
    annotation = model.model_fields[field].annotation
    part = next(arg for arg in getattr(annotation, "__args__", ()) if isinstance(arg, type) and issubclass(arg, Strict))
    found = dict(item)
    for name in part.model_fields:
        if name == "command":
            if "command" in item:
                found[name] = typed(item, f"{where} {name}", candidates)
        elif name not in WORDS and not ("use" in item and name != "do"):
            # An input that a text asks for stays asked for.
            asked = " ".join(re.findall(r"\$\{\w+\}", str(item.get(name, ""))))
            found[name] = worst(part, item, name, f"{where} {name} {asked}".strip(), candidates)
    return {name: value for name, value in found.items() if value is not None}


def typed(item: dict[str, Any], where: str, candidates: Candidates) -> str:
    """A command that its shell or database takes, with the worst of a text in its quotation marks."""
    asked = " ".join(re.findall(r"\$\{\w+\}", item["command"]))
    text = re.sub("['`$\\\\]", "", candidates(f"{where}")[0])
    text = "\n".join(line.rstrip() for line in f"{text} {asked}".splitlines())
    return f"SELECT '{text}'" if item.get("type") == "sql" else f"echo '{text}'"


def takes(model: type[BaseModel], record: dict[str, Any], field: str, text: str) -> bool:
    try:
        value = getattr(model.model_validate({**record, field: text}), field)
    except ValidationError:
        return False
    return isinstance(value, str) and type(value) is str


def noted(written: Any) -> Any:
    """Relations with a note, and assumed."""
    if isinstance(written, tuple):
        return tuple(noted(link) for link in written)
    to = written["to"] if isinstance(written, dict) else written
    return {"to": to, "confirmed": False, "note": f"note on {to} {LINES}"} if to != "unknown" else to


def plain(value: Any) -> Any:
    """A value as YAML writes it."""
    match value:
        case dict():
            return {key: plain(item) for key, item in value.items()}
        case tuple():
            return [plain(item) for item in value]
        case Decimal():
            return float(value)
        case _:
            return value


def write_hostile(folder: Path, candidates: Candidates = everything) -> Folders:
    """The inventory of the golden files with hostile values."""
    shutil.copytree(LIBRARY, folder)
    for file in sorted((folder / "data").rglob("*.yml")):
        below = file.relative_to(folder / "data").parts
        kind = PLURALS[below[0].removesuffix(".yml")]
        value = source.load(file).value
        records = [value] if isinstance(value, dict) else list(value)
        text = yaml.safe_dump(
            [plain(hostile(kind, raw, candidates)) for raw in records], allow_unicode=True, sort_keys=False
        )
        file.write_text(text, encoding="utf-8")
    drawing = folder / "diagrams" / "lending.yml"
    described = dict(source.load(drawing).value) | {"title": f"title {LINE}", "about": f"about {LINES}"}
    drawing.write_text(yaml.safe_dump(plain(described), sort_keys=False), encoding="utf-8")
    return Folders(folder / "data", folder / "docs", folder / "diagrams")


@dataclass(frozen=True)
class Hostile:
    """The built site and the records as they were read."""

    site: Path
    records: tuple[Record, ...]
    pages: dict[str, Page]

    def page(self, record: Record) -> Page:
        return self.pages[path(record.key)]


def texts(value: Any, where: str) -> Iterator[tuple[str, str]]:
    """Every text of a record that a person wrote, with where it is."""
    if type(value) is str:
        yield where, value
    elif isinstance(value, Link):
        yield from texts(value.note, f"{where} (note)")
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from texts(item, f"{where}.{number}")
    elif isinstance(value, BaseModel):
        for field in set(type(value).model_fields) - REFERENCES:
            yield from texts(getattr(value, field), f"{where}.{field}")


def read_back(page: Page) -> str:
    """All that a person can read on a page: its text, and what hovering over it shows."""
    titles = [attribute(tag, "title") for tag in page.article.find_all(title=True)]
    return without_marks("\n".join([page.article.get_text(), *titles]))


def without_marks(text: str) -> str:
    """Backticks and placeholders aside: a runbook's sentence shows them as type and as names."""
    return spaced(re.sub(r"\$\{[^}]*\}|<\w+>|`", "", text))
