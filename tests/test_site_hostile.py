"""Values that look like code: every text of every kind of record reads back from the built site as the text it is.

The inventory is that of the golden files, with everything in its texts that HTML, Markdown, templates, drawings or the
search could take for their own.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import yaml
from bs4 import BeautifulSoup
from pydantic import BaseModel, ValidationError

from macros import source
from macros.inventory import PLURALS
from macros.model import KINDS, Kind, Link, Record
from macros.model.record import Strict
from macros.views.render import anchor, path
from macros.workspace import Folders, Workspace
from tests.conftest import GOLDEN, build
from tests.test_site_checks import Page, attribute, code_from_values, ids_twice, lychee, read, spaced

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
CANDIDATES = (LINES, LINE, ADDRESS)


def hostile(kind: Kind, raw: dict[str, Any]) -> dict[str, Any]:
    """The record with the worst that each of its fields takes, and the name of the field before it."""
    record = dict(raw)
    for field in kind.model.model_fields:
        if field == "aliases":
            record[field] = (f"{raw['id']} alias {LINE}",)
        elif field in kind.model.relation_fields():
            record[field] = noted(raw[field]) if field in raw else None
        elif field not in {"id", "formerly"}:
            record[field] = worst(kind.model, record, field, f"{field} of {raw['id']}")
    return {field: value for field, value in record.items() if value is not None}


def worst(model: type[BaseModel], record: dict[str, Any], field: str, where: str) -> Any:
    written = record.get(field)
    if isinstance(written, tuple) and written and isinstance(written[0], dict):
        return tuple(inner(model, field, item, f"{where} {number}") for number, item in enumerate(written, 1))
    for candidate in CANDIDATES:
        text = candidate if candidate is ADDRESS else f"{where} {candidate}"
        if takes(model, record, field, text):
            return text
    return written


def inner(model: type[BaseModel], field: str, item: dict[str, Any], where: str) -> dict[str, Any]:
    """A mapping inside a record, such as a step."""
    annotation = model.model_fields[field].annotation
    part = next(arg for arg in getattr(annotation, "__args__", ()) if isinstance(arg, type) and issubclass(arg, Strict))
    found = dict(item)
    for name in part.model_fields:
        if name != "id":
            # An input that a text asks for stays asked for.
            asked = " ".join(re.findall(r"\$\{\w+\}", str(item.get(name, ""))))
            found[name] = worst(part, item, name, f"{where} {name} {asked}".strip())
    return {name: value for name, value in found.items() if value is not None}


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


def write_hostile(folder: Path) -> Folders:
    """The inventory of the golden files with hostile values."""
    shutil.copytree(LIBRARY, folder)
    for file in sorted((folder / "data").rglob("*.yml")):
        below = file.relative_to(folder / "data").parts
        kind = PLURALS[below[0].removesuffix(".yml")]
        value = source.load(file).value
        records = [value] if isinstance(value, dict) else list(value)
        text = yaml.safe_dump([plain(hostile(kind, raw)) for raw in records], allow_unicode=True, sort_keys=False)
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


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    folder = tmp_path_factory.mktemp("hostile")
    folders = write_hostile(folder / "inventory")
    workspace = Workspace(folders)
    assert [str(finding) for finding in workspace.findings] == []
    done = build(folder / "site", "--data", str(folders.data))
    assert done.returncode == 0, done.stderr
    return Hostile(folder / "site", tuple(workspace.inventory.records()), read(folder / "site"))


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
        for field in set(type(value).model_fields) - {"id"}:
            yield from texts(getattr(value, field), f"{where}.{field}")


def read_back(page: Page) -> str:
    """All that a person can read on a page: its text, and what hovering over it shows."""
    titles = [attribute(tag, "title") for tag in page.article.find_all(title=True)]
    return without_marks("\n".join([page.article.get_text(), *titles]))


def without_marks(text: str) -> str:
    """Backticks and placeholders aside: a runbook's sentence shows them as type and as names."""
    return spaced(re.sub(r"\$\{[^}]*\}|<\w+>|`", "", text))


def test_every_kind_has_hostile_texts(built: Hostile) -> None:
    kinds = {record.kind for record in built.records if "<script>" in record.name and "onclick" in record.name}
    assert kinds == set(KINDS)
    assert sum(LINE in text for record in built.records for _, text in texts(record, record.key)) > 300


def test_every_text_reads_back_from_the_page_of_its_record(built: Hostile) -> None:
    lost = []
    for record in built.records:
        shown = read_back(built.page(record))
        lost += [where for where, text in texts(record, record.key) if without_marks(text) not in shown]
    assert lost == []


def test_titles_and_descriptions_read_back(built: Hostile) -> None:
    for record in built.records:
        head = BeautifulSoup(built.page(record).html.partition("</head>")[0], "lxml")
        assert head.title is not None
        assert spaced(head.title.get_text()).startswith(spaced(record.name)), record.key
        description = head.select_one("meta[name=description]")
        assert description is not None
        if record.purpose:
            assert spaced(record.purpose) in spaced(attribute(description, "content")), record.key


def test_names_read_back_from_the_tables(built: Hostile) -> None:
    for record in built.records:
        rows = built.pages[f"{KINDS[record.kind].plural}/"].article.select(f"#{anchor(record.key)}")
        assert len(rows) == 1
        assert spaced(record.name) in spaced(rows[0].get_text()), record.key


def test_names_read_back_from_the_home_page(built: Hostile) -> None:
    """Every view is on it: lists, checklists, the matrix, the timeline, the drawing."""
    shown = read_back(built.pages[""])
    for kind in ("critical-path", "domain", "milestone", "freeze", "stage", "readiness", "readiness-area", "signoff"):
        for record in built.records:
            if record.kind == kind:
                assert without_marks(record.name) in shown, record.key


def test_names_read_back_from_drawings(built: Hostile) -> None:
    for address in ("", "services/loan-desk/"):
        tips = [spaced(tip.get_text()) for tip in built.pages[address].article.select("figure svg a > title")]
        for key in ("service.loan-desk", "database.loans", "cluster.basement"):
            record = next(record for record in built.records if record.key == key)
            assert f"{KINDS[record.kind].title}: {spaced(record.name)}" in tips, key


def test_a_drawing_stays_within_its_figure(built: Hostile) -> None:
    for page in built.pages.values():
        for figure in page.article.select("figure"):
            assert figure.select_one("figcaption > ul.legend"), page.address
            assert len(figure.select("svg")) > 1


def test_nothing_runs(built: Hostile) -> None:
    assert {address: found for address, page in built.pages.items() if (found := code_from_values(page))} == {}
    scripts = {address: len(re.findall("<script", page.html)) for address, page in built.pages.items()}
    assert len(set(scripts.values()) - {0}) == 1, f"pages differ in how many scripts they have: {scripts}"
    for address, page in built.pages.items():
        events = [start for start in page.starts if any(name.startswith("on") for name in start.attributes)]
        assert events == [], address
        inline = re.findall("<script[^>]*>(.*?)</script>", page.html, flags=re.DOTALL)
        assert not [code for code in inline if "alert" in code], address


def test_no_template_code_runs(built: Hostile) -> None:
    for address, page in built.pages.items():
        assert "{{ 49 }}" not in page.html
        assert re.search(r"'q' 49\b", page.html) is None, address


def test_ids_and_links_stay_whole(built: Hostile) -> None:
    assert {address: found for address, page in built.pages.items() if (found := ids_twice(page))} == {}
    done = lychee(built.site)
    assert done.returncode == 0, done.stdout


def test_addresses_stay_in_their_attribute(built: Hostile) -> None:
    team = next(record for record in built.records if record.key == "team.lending")
    hrefs = [attribute(link, "href") for link in built.page(team).article.select("dd > a[href^=http]")]
    assert ADDRESS in hrefs


def test_names_read_back_from_the_search(built: Hostile) -> None:
    index = json.loads((built.site / "search" / "search_index.json").read_text(encoding="utf-8"))
    entries = {entry["location"]: entry for entry in index["docs"]}
    for record in built.records:
        entry = entries[path(record.key)]
        assert unescape(entry["title"]) == record.name
        assert "<" not in entry["title"]
    for entry in index["docs"]:
        for text in (entry["title"], entry["text"], *entry.get("tags", [])):
            tree = BeautifulSoup(text, "lxml")
            assert tree.find(["script", "img", "b", "svg", "a"]) is None, entry["location"]


def test_without_any_page_the_home_page_reads_back_too(built: Hostile, tmp_path: Path) -> None:
    """Its heading is the inventory's name."""
    (tmp_path / "docs").mkdir()
    data = built.site.parent / "inventory" / "data"
    done = build(tmp_path / "site", "--data", str(data), "--docs", str(tmp_path / "docs"))
    assert done.returncode == 0, done.stderr
    home = read(tmp_path / "site")[""]
    name = next(record.name for record in built.records if record.kind == "inventory")
    assert spaced(name) in spaced(home.one("h1").get_text())
    assert code_from_values(home) == []


def test_dates_and_numbers_are_written_back_as_they_were() -> None:
    """The copy is the same inventory: only its texts differ."""
    assert plain({"a": (Decimal("99.5"), date(2031, 5, 2))}) == {"a": [99.5, date(2031, 5, 2)]}
