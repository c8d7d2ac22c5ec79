"""Code in pages stays as it is written, and is no way around the checks."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import Environment

from macros.fences import protect
from macros.pages import check_pages
from macros.workspace import Folders, Workspace
from tests.conftest import write_data

CODE = (
    "`{{ name }}`",
    "`` a ` {{ name }} ``",
    "```sh\necho ${#x[@]} {{ name }}\n```\n",
    "~~~\n{% if x %}\n~~~\n",
    "````\n```\n{{ inner }}\n```\n````\n",
    "> ```\n> {{ quoted }}\n> ```\n",
    "- ```\n  {{ listed }}\n  ```\n",
)


@pytest.mark.parametrize("code", CODE)
def test_code_comes_out_as_it_was_written(code: str) -> None:
    page = f"before\n\n{code}\nafter {{{{ 1 + 1 }}}}"
    rendered = Environment(autoescape=True).from_string(protect(page)).render()
    assert rendered == f"before\n\n{code}\nafter 2"


def test_a_fence_that_is_never_closed_reaches_to_the_end_of_the_page() -> None:
    page = "before\n\n```\n{{ never }}\n\n{{ closed }}\n"
    assert Environment(autoescape=True, keep_trailing_newline=True).from_string(protect(page)).render() == page


@pytest.mark.parametrize("code", CODE)
def test_lines_stay_where_they_are(code: str) -> None:
    assert protect(code).count("\n") == code.count("\n")


@pytest.mark.parametrize("text", ["plain", "`code`", "```\ncode\n```\n", "a ` b {{ x }} c", "```a`b\n{{ x }}\n"])
def test_what_needs_no_protection_is_left_alone(text: str) -> None:
    assert protect(text) == text


def codes(tmp_path: Path, page: str) -> list[str]:
    docs = write_data(tmp_path / "docs", {"index.md": page})
    data = write_data(tmp_path / "data", {"teams.yml": "- {id: one, name: One}\n"})
    found = check_pages(Workspace(Folders(data, docs, tmp_path / "diagrams", tmp_path / "cache")))
    return [f"{finding.code}:{finding.place.line}" for finding in found]


def test_code_is_not_judged(tmp_path: Path) -> None:
    assert codes(tmp_path, "# A\n\n```\n{{ nosuch() }}\n```\n\n`{% for %}` {{ count('team') }}\n") == []


@pytest.mark.parametrize(
    "attack",
    [
        "`{% endraw %}{{ config }}{% raw %}`",
        "```\n{% endraw %}\n{{ config }}\n{% raw %}\n```",
        "{{ config }}",
        "{{ table.__globals__ }}",
        "{{ table('team').__class__ }}",
        "{% include 'x' %}",
        "{{ ''.join([]) }}",
        "---\ntitle: '{{ config }}'\n---\n",
    ],
)
def test_nothing_but_macro_calls_gets_through(attack: str, tmp_path: Path) -> None:
    assert {code.partition(":")[0] for code in codes(tmp_path, f"# A\n\n{attack}\n")} <= {"DOC001", "DOC002", "DOC003"}
    assert codes(tmp_path, f"# A\n\n{attack}\n")
