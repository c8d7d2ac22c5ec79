"""Commands: what a shell, a database and the eye would make of them, and what is remembered of that."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from macros import commands
from macros.commands import MEMORY, Commands, disguised, http
from macros.model.values import Dialect


def test_what_was_found_well_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Commands(tmp_path)
    assert first.shell(["echo up", "echo $x"]).keys() == {"echo $x"}
    assert first.sql("SELECT 1", Dialect.POSTGRES) is None
    first.save()

    def never(*_: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(commands, "_shellcheck", never)
    monkeypatch.setattr(commands, "_postgres", never)
    again = Commands(tmp_path)
    assert again.shell(["echo up"]) == {}
    assert again.sql("SELECT 1", Dialect.POSTGRES) is None
    with pytest.raises(AssertionError, match="read again"):
        again.shell(["echo $x"])  # what is wrong is said every time
    with pytest.raises(AssertionError, match="read again"):
        Commands(None).shell(["echo up"])


def test_a_text_that_is_well_in_one_language_is_read_in_another() -> None:
    reader = Commands(None)
    assert reader.sql("SELECT 1 FORMAT Vertical", Dialect.CLICKHOUSE) is None
    assert reader.sql("SELECT 1 FORMAT Vertical", Dialect.POSTGRES) is not None


@pytest.mark.parametrize("content", [b"\xff\xfe", b"zz\n", b""])
def test_a_memory_that_was_spoilt_is_no_memory(tmp_path: Path, content: bytes) -> None:
    (tmp_path / MEMORY).write_bytes(content)
    reader = Commands(tmp_path)
    assert reader.shell(["echo $x"]).keys() == {"echo $x"}
    reader.save()


def test_a_folder_that_takes_no_file_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way", encoding="utf-8")
    reader = Commands(tmp_path / "cache")
    assert reader.shell(["echo up"]) == {}
    reader.save()


def test_each_of_many_commands_is_judged_by_itself() -> None:
    texts = [f"echo {number}" for number in range(30)]
    texts[17] = "echo $x"
    assert Commands(None).shell(texts).keys() == {"echo $x"}


@pytest.mark.parametrize(
    ("text", "dialect", "line"),
    [
        ("SELEC 1", Dialect.POSTGRES, 1),
        ("SELECT 1;\n\nDROP TABEL x", Dialect.POSTGRES, 3),
        ("\\conninfo\nSELEC 1", Dialect.POSTGRES, 2),
        ("SELECT 1;\nSELECT (2", Dialect.MYSQL, 2),
        ("SELECT 'x", Dialect.CLICKHOUSE, 0),
    ],
)
def test_wrong_sql_is_refused_with_its_line(text: str, dialect: Dialect, line: int) -> None:
    found = Commands(None).sql(text, dialect)
    assert found is not None
    assert found.line == line


@pytest.mark.parametrize("dialect", list(Dialect))
def test_plain_sql_is_sql_in_every_dialect(dialect: Dialect) -> None:
    assert Commands(None).sql("SELECT id, name FROM carts WHERE id = 5", dialect) is None
    assert dialect.shown


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_plain_characters_are_what_they_look_like(text: str) -> None:
    assert list(disguised(text.rstrip())) == []


@given(st.text())
def test_no_text_is_too_strange(text: str) -> None:
    for complaint in disguised(text):
        assert complaint.message
        assert 1 <= complaint.line <= text.count("\n") + 1


@given(st.text())
def test_no_request_is_too_strange(text: str) -> None:
    found = http(text)
    assert found is None or found.message


def test_a_command_on_one_line_is_told_by_its_character_once() -> None:
    assert [complaint.message for complaint in disguised("a\u00a0b\u00a0c")] == [
        "`\u00a0` is a no-break space (U+00A0), which no machine takes for a space: write a space"
    ]
