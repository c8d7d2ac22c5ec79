"""Hostile strings through every view, and through everything that prints findings."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from random import Random

from bs4 import BeautifulSoup

from macros import source
from macros.characters import marred
from macros.finding import errors
from macros.inventory import PLURALS, of_documents
from macros.model import KINDS, Record
from macros.policy import strays
from macros.report import as_github, as_json, as_text
from macros.views.render import anchor, path
from macros.workspace import Workspace
from tests.campaign.result import Result
from tests.conftest import build
from tests.hostile import read_back, texts, without_marks, write_hostile
from tests.test_site_checks import Page, code_from_values, ids_twice, read, spaced

PIECES = (
    "|", "||", "\\", "`", "```", "'", '"', "<", ">", "&", "&lt;", "&#60;", "&amp;lt;", "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "</svg>", "</title>", "</textarea>", "</style>", "-->",
    "<!--", "]]>", "<![CDATA[", "javascript:alert(1)", "[a](javascript:x)", "![b](x)", "[c]: x", "{{ 7*7 }}",
    "{{ config }}", "{% raw %}", "{% endraw %}", "{# #}", "{{", "}}", "{%", "$1", "\\1", "\\n", "\\g<0>", "%s", "%(a)s",
    "{0}", "{a}", "**b**", "__c__", "~~d~~", "# e", "- f", "1. g", "> h", ":smile:", "!!! note", "--8<--", "^^i^^",
    "http://example.com/?a=1&b=2", "@team", "#anchor", "../../etc/passwd", "C:\\x", "label=\"x\"];a->b[", "\\l", "\\N",
    "<b>", "</b>", "<br/>", "é", "ß", "İ", "ﬁ", "日本語", "שלום", "مرحبا", "👩", "e\u0301", "\u00a0", "=", "+1", "-1",
    "=1+1", "true", "null", "~", "0x1f", "1e3", "a: b", "? x", "*x", "%YAML", "---", "...", " #c", "onclick=x",
    "x" * 40,
)  # fmt: skip
"""What other programs take for their own: of HTML, Markdown, templates, drawings, patterns, spreadsheets and YAML."""


def hostile_text(random: Random) -> str:
    """A line of such pieces, of characters that data may hold."""
    text = "".join(
        random.choice(("", " ", " ")) + (random.choice(PIECES) if random.random() < 0.9 else _any_sign(random))
        for _ in range(random.randrange(1, 7))
    )
    text = "".join(sign for sign in text if not any(True for _ in marred(sign))).replace("${", "$ {")
    return spaced(text)[:90].strip() or "|"


def _any_sign(random: Random) -> str:
    return chr(random.choice((random.randrange(0x20, 0x7F), random.randrange(0xA0, 0x2FFF), random.randrange(0x1F600))))


def strings(seed: int, scale: float) -> Result:
    """Thousands of strings in the texts of records: each reads back from the page, and nothing of it runs."""
    random, result = Random(seed), Result("hostile strings")
    wanted = int(5_000 * scale) or 1
    while result.counts["read back"] < wanted and not result.broken:
        with tempfile.TemporaryDirectory(prefix="campaign-") as folder:
            _round(Path(folder), random, result)
    while result.counts["printed"] < wanted and not result.broken:
        _printed(hostile_text(random), result)
    return result


def _round(folder: Path, random: Random, result: Result) -> None:
    """Build a site whose every text is hostile, and read it back."""

    def candidates(where: str) -> tuple[str, ...]:
        name = re.sub(r"\W+", " ", where)
        lines = f"{name} {hostile_text(random)}\n{hostile_text(random)}"
        address = "https://example.com/" + re.sub(r"\s", "", hostile_text(random))
        asked = " ".join(re.findall(r"\$\{\w+\}", where))  # an input that a text asks for stays asked for
        return (f"{lines} {asked}".strip(), f"{name} {hostile_text(random)} {asked}".strip(), address)

    folders = write_hostile(folder / "inventory", candidates)
    workspace = Workspace(folders)
    if errors(workspace.findings):
        result.broken += [f"refused: {finding}" for finding in errors(workspace.findings)[:5]]
        return
    done = build(folder / "site", "--data", str(folders.data))
    if done.returncode:
        result.broken.append(f"not built: {done.stderr[-500:]}")
        return
    site = read(folder / "site")
    result.counts["sites"] += 1
    built = _Site(workspace, site, json.loads((folder / "site/search/search_index.json").read_text(encoding="utf-8")))
    result.counts["read back"] += sum(1 for record in built.records for _ in texts(record, ""))
    result.broken += built.problems()
    read.cache_clear()


@dataclass
class _Site:
    workspace: Workspace
    pages: dict[str, Page]
    index: dict[str, list[dict[str, str]]]

    @property
    def records(self) -> list[Record]:
        return list(self.workspace.inventory.records())

    def problems(self) -> list[str]:
        """Each promise that the site breaks."""
        return [*self._lost(), *self._runs(), *self._unfound()]

    def _lost(self) -> Iterator[str]:
        for record in self.records:
            shown = read_back(self.pages[path(record.key)])
            for where, text in texts(record, record.key):
                if without_marks(text) not in shown:
                    yield f"lost from its page: {where}: {text!r}"
            rows = self.pages[f"{KINDS[record.kind].plural}/"].article.select(f"#{anchor(record.key)}")
            if not any(spaced(record.name) in spaced(row.get_text()) for row in rows):
                yield f"lost from its table: {record.key}: {record.name!r}"

    def _runs(self) -> Iterator[str]:
        for address, page in self.pages.items():
            for what in (code_from_values(page), ids_twice(page), ["a stray script"] if strays(page.html) else []):
                if what:
                    yield f"/{address}: {what[:3]}"
            if any(name.startswith("on") for start in page.starts for name in start.attributes):
                yield f"/{address}: an attribute that runs"

    def _unfound(self) -> Iterator[str]:
        entries = {entry["location"]: entry for entry in self.index["docs"]}
        for record in self.records:
            if unescape(entries[path(record.key)]["title"]) != record.name:
                yield f"another title in the search: {record.key}: {entries[path(record.key)]['title']!r}"
        for entry in self.index["docs"]:
            if BeautifulSoup(entry["title"] + entry["text"], "lxml").find(["script", "img", "svg", "b"]):
                yield f"markup in the search: {entry['location']}"


def _printed(text: str, result: Result) -> None:
    """A string in a reference that leads nowhere: the finding is one line in every format, and holds it whole."""
    quoted = json.dumps(text, ensure_ascii=False)
    raw = f"- id: a\n  name: A\n  owner: {quoted}\n  {json.dumps(text[:20], ensure_ascii=False)}: 1\n".encode()
    here = Path("services.yml")
    inventory = of_documents(Path(), [(PLURALS["channels"], source.parse(here, raw))])
    found = inventory.findings
    result.counts["printed"] += 1
    if not found:
        result.broken.append(f"nothing is said of {text!r}")
    if len(as_text(found).splitlines()) != len(found) or len(as_github(found).splitlines()) != len(found):
        result.broken.append(f"more than a line: {text!r}")
    if not as_text(found).replace("\n", "").isprintable():
        result.broken.append(f"not to be printed: {text!r}")
    if [row["message"] for row in json.loads(as_json(found))] != [finding.message for finding in found]:
        result.broken.append(f"another message in JSON: {text!r}")
