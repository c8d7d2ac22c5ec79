"""Strict YAML: what is read, as what, from where; what is refused; and that nothing makes the reading fail."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from macros import source
from macros.source import Document, Steps

HERE = Path("data/channels.yml")

quick = settings(max_examples=150, deadline=None)


def read(text: str) -> Document:
    return source.parse(HERE, text.encode("utf-8"))


def value(text: str) -> Any:
    document = read(text)
    assert document.findings == []
    return document.value


def said(document: Document) -> list[tuple[str, int, int]]:
    return [(finding.code, finding.place.line, finding.place.column) for finding in document.findings]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("text", "text"),
        ("Text with spaces", "Text with spaces"),
        ("'no'", "no"),
        ('"12:30"', "12:30"),
        ("24/7", "24/7"),
        ("v1.2.3", "v1.2.3"),
        ("1.2.3", "1.2.3"),
        ("3001-3010", "3001-3010"),
        ("c5.2xlarge", "c5.2xlarge"),
        ("99.99%", "99.99%"),
        ("+ more", "+ more"),
        (".", "."),
        ("nothing", "nothing"),
        ("yes please", "yes please"),
        ("Norway", "Norway"),
        ("100+", "100+"),
        ("1e3m", "1e3m"),
        ("...and so on", "...and so on"),
        ("0", 0),
        ("-7", -7),
        ("3001", 3001),
        ("123456789012345678", 123456789012345678),
        ("99.99", Decimal("99.99")),
        ("15.10", Decimal("15.10")),
        ("-0.5", Decimal("-0.5")),
        ("true", True),
        ("false", False),
        ("null", None),
        ("", None),
        ("2030-01-31", date(2030, 1, 31)),
        ("2028-02-29", date(2028, 2, 29)),
        ("[a, 1]", ("a", 1)),
        ("[]", ()),
        ("{}", {}),
        ("{a: {b: [c]}}", {"a": {"b": ("c",)}}),
        ("|\n  one\n  two\n", "one\ntwo\n"),
        (">-\n  one\n  two\n", "one two"),
        ("'it''s'", "it's"),
        ('"caf\\u00e9"', "café"),
        ("Zürich → Łódź 日本語 🙂", "Zürich → Łódź 日本語 🙂"),
    ],
)
def test_a_value_is_read_as_it_looks(written: str, read_as: object) -> None:
    found = value(f"key: {written}\n")["key"]
    assert found == read_as
    assert type(found) is type(read_as)


@pytest.mark.parametrize("written", ['"null"', '"true"', '"5"', '"2030-01-31"', '"~"', "'0x1F'", "|-\n  on\n"])
def test_text_in_quotes_stays_text(written: str) -> None:
    assert type(value(f"key: {written}\n")["key"]) is str


BOOLEANS = "y Y yes Yes YES n N no No NO on On ON off Off OFF True TRUE False"


@pytest.mark.parametrize("written", BOOLEANS.split())
def test_a_word_that_some_read_as_true_or_false_is_refused(written: str) -> None:
    assert said(read(f"key: {written}\n")) == [("SRC013", 1, 6)]


NUMBERS = (
    "~ Null NULL 12:30 1:2:3 -1:30 190:20:30.15 017 0o17 00 089 1_000 1_0.5 0x1F 0b101 1e3 1E+3 1.5e3 +5 +1.5 .5 5. "
    ".inf -.Inf .nan .NaN"
)


@pytest.mark.parametrize("written", NUMBERS.split())
def test_a_number_that_some_read_otherwise_is_refused(written: str) -> None:
    document = read(f"key: {written}\n")
    assert said(document) == [("SRC013", 1, 6)]
    assert f'write "{written}" in quotes' in document.findings[0].message


@pytest.mark.parametrize("written", ["2024-02-30", "2023-02-29", "2024-13-01", "2024-2-3", "2024-00-10"])
def test_a_date_that_is_none_is_refused(written: str) -> None:
    assert said(read(f"key: {written}\n")) == [("SRC014", 1, 6)]


@pytest.mark.parametrize("written", ["2030-01-31 10:00", "2030-01-31T10:00:00Z", "2030-1-31T1:00:00"])
def test_a_moment_is_refused_and_its_date_proposed(written: str) -> None:
    document = read(f"key: {written}\n")
    assert said(document) == [("SRC013", 1, 6)]
    assert f"the date alone, `{written.replace('T', ' ').split()[0]}`" in document.findings[0].message


yaml_1_1 = st.from_regex(r"[-+]?[0-9._:eExXobn~]{1,8}", fullmatch=True).filter(lambda text: not text.endswith(":"))


@settings(max_examples=200, deadline=None)
@given(yaml_1_1)
def test_plain_text_is_read_as_yaml_reads_it_or_refused(written: str) -> None:
    """Whatever YAML 1.1 makes of a plain value, it is never read as another text or another number without a word."""
    document = read(f"- {written}\n")
    if document.findings or not isinstance(document.value, tuple):
        return
    found = document.value[0]
    other = yaml.safe_load(f"- {written}\n")[0]
    if isinstance(found, Decimal):
        assert isinstance(other, float)
        assert float(found) == other
    else:
        assert found == other
        assert type(found) is type(other)


def test_a_column_counts_characters_not_bytes() -> None:
    assert said(read("- {name: Zürich 🙂, open: yes}\n")) == [("SRC013", 1, 26)]


def test_windows_line_ends_are_read_like_others() -> None:
    document = read("- id: pager\r\n  note: no\r\n")
    assert said(document) == [("SRC013", 2, 9)]
    assert document.value == ({"id": "pager", "note": "no"},)


def test_all_faults_of_a_file_are_said_at_once() -> None:
    document = read("- a: yes\n  b: 017\n  a: 1\n- c: &x 1\n  d: *x\n")
    assert said(document) == [
        ("SRC013", 1, 6),
        ("SRC013", 2, 6),
        ("SRC003", 3, 3),
        ("SRC004", 4, 6),
        ("SRC004", 5, 6),
    ]


def test_of_a_key_that_stands_twice_the_first_counts_with_its_place() -> None:
    document = read("a: one\nb: 1\na: {c: two}\n")
    assert document.value == {"a": "one", "b": 1}
    assert (document.place(("a",)).line, document.place(("a",), key=True).line) == (1, 1)
    assert document.findings[0].related[0].place.line == 1


@pytest.mark.parametrize(
    ("steps", "key", "position"),
    [
        ((), False, (2, 1)),
        ((0,), False, (2, 3)),
        ((0, "id"), False, (2, 7)),
        ((0, "id"), True, (2, 3)),
        ((0, "links"), True, (3, 3)),
        ((0, "links", 1), False, (5, 7)),
        ((0, "links", 1, "to"), False, (5, 11)),
        ((0, "links", 1, "to"), True, (5, 7)),
        ((0, "links", 0, "to"), False, (4, 7)),
        ((0, "missing", "deep"), False, (2, 3)),
        ((7,), False, (2, 1)),
    ],
)
def test_a_place_is_that_of_the_value_or_of_the_nearest_around_it(
    steps: Steps, key: bool, position: tuple[int, int]
) -> None:
    document = read("# A comment.\n- id: pager\n  links:\n    - one\n    - to: two\n")
    place = document.place(steps, key=key)
    assert (place.file, place.line, place.column) == (HERE, *position)


def test_the_lines_of_the_records_are_known() -> None:
    document = read("# A comment.\n\n- id: a\n- id: b\n  c: [1,\n    2]\n- id: d\n")
    assert [document.lines[position,] for position in range(3)] == [3, 4, 7]


@pytest.mark.parametrize(
    "text",
    [
        "“groß”, «CAFÉ», “Olé…”, café\u00a0: oui",
        "naïve” – Übung— Ö–",
        "Ångström, Ærø, Þór",
        "MAÑANA, ÂME, Ñandú",
        "Ελλάδα, Привет, שלום, مرحبا, 日本",
        "½ × 3 ÷ 4 ± §5 ©2030 ®",
    ],
)
def test_letters_with_accents_are_no_mangled_text(text: str) -> None:
    assert value(f"note: '{text}'\n") == {"note": text}


@pytest.mark.parametrize(
    "meant", ["é", "à", "ü", "ñ", "—", "’", "“", "…", "€", "™", "→", "🙂", "Привет", "Ελλάδα", "łódź"]
)
@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_text_read_once_in_another_encoding_is_refused(meant: str, encoding: str) -> None:
    mangled = "".join(
        bytes([byte]).decode(
            encoding if encoding == "latin-1" or byte not in {0x81, 0x8D, 0x8F, 0x90, 0x9D} else "latin-1"
        )
        for byte in meant.encode("utf-8")
    )
    document = read(f"note: a {mangled}\n")
    assert document.value is None
    assert ("SRC012", 1) in [(finding.code, finding.place.line) for finding in document.findings]


@pytest.mark.parametrize(
    "character",
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202a\u202e\u2066\u2069\u200e\u061c\u2028\u2029\x85\x07\x7f\ue000\U000e0041",
)
def test_a_character_that_cannot_be_seen_is_refused_written_or_escaped(character: str) -> None:
    written = read(f"- id: a\n  note: Pa{character}ger\n")
    assert said(written)[0] == ("SRC011", 2, 11)
    assert written.value is None
    escaped = read(f'- id: a\n  note: "Pa\\U{ord(character):08x}ger"\n')
    assert said(escaped) == [("SRC011", 2, 9)]


def test_of_many_characters_the_first_of_a_line_is_said() -> None:
    assert said(read("a: \u200b\u200b\u200b\nb: \u200b\u202e\n")) == [("SRC011", 1, 4), ("SRC011", 2, 4)]


def test_a_long_text_is_refused_and_the_rest_is_read() -> None:
    document = read(f"a: {'x' * (source.MAX_TEXT + 1)}\nb: {'x' * source.MAX_TEXT}\n")
    assert said(document) == [("SRC008", 1, 4)]
    assert len(document.value["b"]) == source.MAX_TEXT


def test_the_deepest_nesting_that_is_read() -> None:
    assert said(read("[" * source.MAX_DEPTH + "]" * source.MAX_DEPTH)) == []
    assert [code for code, *_ in said(read("[" * 52 + "x" + "]" * 52))] == ["SRC007"]


def test_a_file_that_is_not_there_is_said_of(tmp_path: Path) -> None:
    assert [finding.code for finding in source.load(tmp_path / "none.yml").findings] == ["SRC001"]
    assert [finding.code for finding in source.load(tmp_path).findings] == ["SRC001"]


def test_a_file_is_read_from_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "teams.yml"
    path.write_text("- id: a\n", encoding="utf-8")
    assert source.load(path).value == ({"id": "a"},)


@pytest.mark.parametrize("fatal", ["a: 'b", "a: !!str b", "a: b\n---\nc: d", "", "\ta: b", "[" * 60])
def test_what_could_not_be_read_leaves_no_value(fatal: str) -> None:
    document = read(fatal)
    assert document.findings
    assert document.value is None


def test_both_readers_of_the_library_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["a: yes\nb: [1, 2.5]\n", "a: *x\n", "a: b\na: c\n", "- a\n- {b: c}\n", "a: &x |\n  text\n"]
    fast = [(read(text).value, said(read(text))) for text in texts]
    monkeypatch.setattr(source, "LOADER", yaml.SafeLoader)
    assert [(read(text).value, said(read(text))) for text in texts] == fast


# Properties: whatever a file holds


def _plain(found: Any) -> bool:
    if isinstance(found, dict):
        return all(isinstance(key, str) and _plain(item) for key, item in found.items())
    if isinstance(found, tuple):
        return all(map(_plain, found))
    return found is None or isinstance(found, str | bool | int | Decimal | date)


def _holds(raw: bytes) -> None:
    document = source.parse(HERE, raw)
    text = raw.decode("utf-8", "replace")
    lines = text.replace("\r\n", "\n").split("\n")
    for finding in document.findings:
        assert finding.place.file == HERE
        assert 1 <= finding.place.line <= len(lines)
        assert 1 <= finding.place.column <= len(lines[finding.place.line - 1]) + 1
        assert finding.message
    assert _plain(document.value)
    assert document.findings or document.value is not None
    document.place((0, "id"), key=True)
    document.place((0, "a", 3))


@quick
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_with_a_place_in_the_file(raw: bytes) -> None:
    _holds(raw)


@quick
@given(st.text(max_size=100))
def test_any_text_is_read_or_refused_with_a_place_in_the_file(text: str) -> None:
    _holds(text.encode("utf-8", "surrogatepass"))


PIECES = [
    "- ",
    "  ",
    "    ",
    "\n",
    "\n- ",
    "\n  ",
    "id: a",
    "key: ",
    ": ",
    "a",
    "é",
    "'",
    '"',
    "[",
    "]",
    "{",
    "}",
    ", ",
]
PIECES += [
    "&x ",
    "*x",
    "<<: ",
    "!!str ",
    "!x!y ",
    "? ",
    "| ",
    ">-",
    "|2",
    "# c",
    "---",
    "...",
    "%YAML 1.1",
    "\t",
    "\r\n",
]
PIECES += ["~", "yes", "017", "12:30", "2024-02-30", "1e3", "null", "\\u200b", "\\ud800", "\\x00", "@", "`", "%", "\r"]
PIECES += ["\u200b", "\ufffd", "\u2028", "\x00", "🙂"]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_anything_like_yaml_is_read_or_refused_with_a_place_in_the_file(text: str) -> None:
    _holds(text.encode("utf-8"))


def _means_one_thing(text: str) -> bool:
    """Whether all readers take the text for text where it stands without quotes, as YAML's own writer may leave it."""
    return not re.match(r"[-+.]*[0-9]|[yn]$", text, re.IGNORECASE)


scalars = st.one_of(
    st.booleans(),
    st.integers(-(10**15), 10**15),
    st.dates(),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20).filter(_means_one_thing),
)
keys = st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True)
trees = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=12
)


def _frozen(tree: Any) -> Any:
    if isinstance(tree, list):
        return tuple(map(_frozen, tree))
    if isinstance(tree, dict):
        return {key: _frozen(item) for key, item in tree.items()}
    return tree


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(keys, trees, min_size=1, max_size=4))
def test_what_yaml_writes_is_read_back_the_same(tree: dict[str, Any]) -> None:
    document = read(yaml.safe_dump(tree, allow_unicode=True, width=1000))
    assert document.findings == []
    assert document.value == _frozen(tree)
