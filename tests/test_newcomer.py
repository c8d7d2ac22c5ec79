"""What somebody new adds on the first day, and the files it takes: each task of CONTRIBUTING.md done in a copy.

A step says what to write and where. The test then counts the files that were touched and looks at what followed from
them by itself.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import BIN, ROOT, build, inventory
from tests.test_site_checks import Page, read, spaced

FOLDERS = ("data", "docs", "diagrams", "macros")


@dataclass
class Copy:
    """A copy of the project, and the files that each step touched."""

    root: Path
    steps: dict[str, list[str]] = field(default_factory=dict)

    def step(self, name: str, **texts: str) -> None:
        """Add texts to files, by name: to the end of one that exists, or as a new one."""
        before = self.files()
        for file, text in texts.items():
            path = self.root / file
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as handle:
                handle.write(text)
        after = self.files()
        self.steps[name] = sorted(file for file in after if after[file] != before.get(file))

    def files(self) -> dict[str, str]:
        found = (path for path in self.root.rglob("*") if path.is_file() and "site" not in path.parts)
        return {path.relative_to(self.root).as_posix(): path.read_text(encoding="utf-8") for path in found}

    def built(self, **environment: str) -> dict[str, Page]:
        """The pages of the copy's site."""
        site = self.root / "site"
        root = self.root if environment else ROOT
        done = build(site, "--data", str(self.root / "data"), root=root, **environment)
        assert done.returncode == 0, done.stderr
        return read(site)


def copied(folder: Path, *names: str) -> Copy:
    for name in names:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    return Copy(folder)


SERVICE = """
- id: tip-jar
  name: tip-jar
  purpose: Takes tips during a stream
  group: creator-tools
  port: 3034
  depends_on:
    - service.payment-engine
"""

TEAM = """
- id: streaming
  name: Streaming
  aliases: [Streaming Team]
"""

RUNBOOK = """
id: tip-jar-down
name: Tip jar down
owner: Streaming Team
handles: [service.tip-jar]
trigger: Tips fail.
impact: Creators earn less.
inputs:
  - {id: namespace, ask: Namespace of the pods}
steps:
  - do: See whether ${service.tip-jar} runs.
    command: kubectl --context ${cluster.fanz-prod-cluster} -n ${namespace} get pods
    expect: Every pod is Running.
verification:
  - do: Give a tip.
"""

DRAWING = """
id: tips
title: Tips
about: What a tip passes on its way.
start: [service.tip-jar]
depth: 1
"""


@dataclass
class Grown:
    """The copy after four steps, and its site."""

    copy: Copy
    pages: dict[str, Page]
    search: dict[str, Any]


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Grown:
    copy = copied(tmp_path_factory.mktemp("newcomer"), "data", "docs", "diagrams")
    copy.step("a service", **{"data/services/creator-tools.yml": SERVICE})
    copy.step("a team", **{"data/teams.yml": TEAM})
    copy.step("a runbook", **{"data/runbooks/tip-jar-down.yml": RUNBOOK})
    copy.step("a drawing", **{"diagrams/tips.yml": DRAWING, "docs/diagrams.md": '\n## Tips\n\n{{ diagram("tips") }}\n'})
    pages = copy.built()
    index = json.loads((copy.root / "site" / "search" / "search_index.json").read_text(encoding="utf-8"))
    return Grown(copy, pages, {entry["location"]: entry for entry in index["docs"]})


def test_a_service_is_one_record_in_one_file(grown: Grown) -> None:
    """Add the record to the file of its group in `data/services/`. Its page, the tables, its group's and its owner's
    pages, the drawings and the search follow; what it leaves out it takes from its group.
    """
    assert grown.copy.steps["a service"] == ["data/services/creator-tools.yml"]
    page = grown.pages["services/tip-jar/"]
    assert {"groups/creator-tools/", "teams/creator/", "services/payment-engine/"} <= page.leads_to()
    assert "/health" in page.one(".facts:not(.facts--record)").get_text(" ").split()
    row = grown.pages["services/"].one("#service-tip-jar").get_text(" ")
    assert spaced(row).startswith("tip-jar Creator Tools Creator 3034")
    for address in ("groups/", "groups/creator-tools/", "teams/creator/", "services/payment-engine/"):
        assert "services/tip-jar/" in grown.pages[address].leads_to(), address
    assert "tip-jar" in drawn(grown.pages["services/payment-engine/"])
    assert "Takes tips during a stream" in grown.search["services/tip-jar/"]["text"]


def test_a_team_is_one_record_in_one_file(grown: Grown) -> None:
    """Add the record to `data/teams.yml`. Every spelling under `aliases` may be used where an owner is named, and is
    found by the search.
    """
    assert grown.copy.steps["a team"] == ["data/teams.yml"]
    assert "runbooks/tip-jar-down/" in grown.pages["teams/streaming/"].leads_to()
    assert "teams/streaming/" in grown.pages["teams/"].leads_to()
    assert "Streaming Team" in grown.search["teams/streaming/"]["text"]


def test_a_runbook_is_one_file(grown: Grown) -> None:
    """Write `data/runbooks/<id>.yml`. It is listed, and the page of each thing that it handles leads to it. A name
    written as `${kind.id}` is the name of that record, one under `inputs` is asked of the reader.
    """
    assert grown.copy.steps["a runbook"] == ["data/runbooks/tip-jar-down.yml"]
    page = grown.pages["runbooks/tip-jar-down/"]
    assert page.one("pre").get_text() == "kubectl --context fanz-prod-cluster -n <namespace> get pods"
    assert {"services/tip-jar/", "teams/streaming/"} <= page.leads_to()
    assert "runbooks/tip-jar-down/" in grown.pages["services/tip-jar/"].leads_to()
    assert "runbooks/tip-jar-down/" in grown.pages["runbooks/"].leads_to()


def test_a_drawing_is_one_file_and_one_line_in_a_page(grown: Grown) -> None:
    """Write `diagrams/<id>.yml` (where to start, which relations to follow, how far), and show it on a page with
    `{{ diagram("<id>") }}`.
    """
    assert grown.copy.steps["a drawing"] == ["diagrams/tips.yml", "docs/diagrams.md"]
    html = grown.pages["diagrams/"].html
    section = html[html.index('id="tips"') :]
    assert {"tip-jar", "payment-engine"} <= set(re.findall("<text [^>]*>([^<]*)</text>", section))
    assert "What a tip passes on its way." in section


def drawn(page: Page) -> set[str]:
    return {text.get_text() for text in page.article.select("figure .drawing__scroll svg text")}


RULE = '''

@rule("PRT900")
def port_below_ten_thousand(case: Case) -> Iterator[Found]:
    """A service listens on a port below 10000."""
    for service in case.all(Service):
        if service.port is not None and service.port >= 10000:
            yield Found(f"port {service.port} is too high: write one below 10000", (Cited(service.key, ("port",)),))
'''

CASE = """\
=== fires
--- teams.yml
- {id: ops, name: Ops}
--- groups.yml
- {id: shop, name: Shop, owner: ops}
--- services.yml
- {id: till, name: till, group: shop, port: 20000}
--- expect
PRT900 services.yml:1:45 | write one below 10000

=== silent
--- teams.yml
- {id: ops, name: Ops}
--- groups.yml
- {id: shop, name: Shop, owner: ops}
--- services.yml
- {id: till, name: till, group: shop, port: 9999}
"""


def test_a_rule_is_one_function_and_one_case(tmp_path: Path) -> None:
    """Write a generator of what it finds in a module of `macros/rules/`, with its code and what it means to a reader; and
    a file in `tests/rules/` with data in which it speaks and data in which it does not. Without either the tests fail.
    """
    copy = copied(tmp_path, "macros", "pyproject.toml")
    shutil.copytree(ROOT / "tests" / "rules", tmp_path / "tests" / "rules")
    for name in ("__init__.py", "conftest.py", "test_rule_cases.py"):
        shutil.copy(ROOT / "tests" / name, tmp_path / "tests")
    copy.step("a rule", **{"macros/rules/ports.py": RULE})
    assert cases(tmp_path).returncode == 1
    copy.step("a case", **{"tests/rules/PRT900.case": CASE})
    done = cases(tmp_path)
    assert done.returncode == 0, done.stdout
    assert copy.steps["a rule"] == ["macros/rules/ports.py"]
    assert copy.steps["a case"] == ["tests/rules/PRT900.case"]
    (tmp_path / "high").mkdir()
    for name in ("teams", "groups", "services"):
        part = CASE.partition(f"--- {name}.yml\n")[2].partition("---")[0].partition("===")[0]
        (tmp_path / "high" / f"{name}.yml").write_text(part, encoding="utf-8")
    said = inventory("check", "--data", "high", root=tmp_path, PYTHONPATH=str(tmp_path)).stdout
    assert "\nhigh/services.yml:1:45: PRT900: port 20000 is too high" in said


def cases(root: Path) -> subprocess.CompletedProcess[str]:
    """Run the cases of the rules of a copy."""
    return subprocess.run(
        [
            str(BIN / "pytest"),
            "tests/test_rule_cases.py",
            "-n0",
            "-p",
            "no:cacheprovider",
            "-k",
            "PRT900 or every_rule",
        ],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


KIND = '''

@kind("certificate", "certificates", "Certificate", "Certificates", ("name", "owner", "authority", "days"))
class Certificate(Operated):
    """A certificate that something shows to those who connect to it."""

    authority: Name | None = Field(default=None, description="Who signed it.", examples=["Example CA"])
    days: Annotated[int, Field(ge=1)] | None = Field(default=None, description="How long it is valid.", examples=[90])
    runs_on: Annotated[tuple[Link, ...], To("cluster")] = Field(
        default=(), description="Where it is installed.", examples=[["prod-1"]]
    )
'''

CERTIFICATES = """
- id: front-door
  name: Front door
  owner: SecOps
  authority: Example CA
  days: 90
  runs_on: [fanz-prod-cluster]
"""

PAGE = '# Certificates\n\n{{ kind_meaning("certificate") }}\n\n{{ table("certificate") }}\n'


@pytest.fixture(scope="module")
def with_certificates(tmp_path_factory: pytest.TempPathFactory) -> tuple[Copy, dict[str, Page]]:
    root = tmp_path_factory.mktemp("kind")
    copy = copied(root, *FOLDERS, "mkdocs.yml")
    texts = {
        "data/certificates.yml": CERTIFICATES,
        "docs/certificates.md": PAGE,
        "macros/model/infrastructure.py": KIND,
    }
    copy.step("a kind", **texts, **{"mkdocs.yml": "  - Certificates: certificates.md\n"})
    return copy, copy.built(PYTHONPATH=str(root))


def test_a_kind_is_a_model_its_data_a_page_and_its_place_in_the_navigation(
    with_certificates: tuple[Copy, dict[str, Page]],
) -> None:
    """Write a class with `@kind(...)` in a module of `macros/model/`: its names, its table's columns, its fields; its
    records in `data/<plural>.yml`; a page, and the line of it in `mkdocs.yml`. Without a page and its line it has a
    plain list. The table, the records' pages, relations both ways, drawings, search and data reference follow.
    """
    copy, pages = with_certificates
    assert copy.steps["a kind"] == [
        "data/certificates.yml",
        "docs/certificates.md",
        "macros/model/infrastructure.py",
        "mkdocs.yml",
    ]
    row = spaced(pages["certificates/"].one("#certificate-front-door").get_text(" "))
    assert row == "Front door SecOps Example CA 90"
    page = pages["certificates/front-door/"]
    assert {"teams/secops/", "clusters/fanz-prod-cluster/"} <= page.leads_to()
    assert "Front door" in drawn(page)
    for address in ("teams/secops/", "clusters/fanz-prod-cluster/"):
        assert "certificates/front-door/" in pages[address].leads_to(), address
    assert 'href="#kind-certificate"' in pages["reference/"].html
    assert "certificates/" in pages[""].leads_to()
    index = (copy.root / "site" / "search" / "search_index.json").read_text(encoding="utf-8")
    assert '"location":"certificates/front-door/"' in index
