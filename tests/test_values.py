"""Single values: what people may write, how it is shown and compared, and what is said of the rest."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from macros.model import values
from macros.model.values import Colour, Environment, Interval, Offset, Ports, Priority, Severity, Size, Status, Word


@pytest.mark.parametrize(
    ("written", "minutes", "shown"),
    [
        ("continuous", 0, "Continuous"),
        ("1m", 1, "Every 1 minute"),
        ("15m", 15, "Every 15 minutes"),
        ("4h", 240, "Every 4 hours"),
        ("1d", 1440, "Daily"),
        ("2d", 2880, "Every 2 days"),
        ("1w", 10080, "Weekly"),
        ("2w", 20160, "Every 2 weeks"),
        (" 4h ", 240, "Every 4 hours"),
    ],
)
def test_an_interval(written: str, minutes: int, shown: str) -> None:
    found = Interval.parse(written)
    assert (found.minutes, str(found)) == (minutes, shown)
    assert Interval.parse(found) is found


@pytest.mark.parametrize(
    "written", ["0h", "4", "h", "4 h", "-4h", "4H", "1.5h", "daily", "1h30m", "", 4, None, True, ["4h"]]
)
def test_what_is_no_interval(written: object) -> None:
    with pytest.raises(ValueError, match=r"is no interval: write .* such as 4h"):
        Interval.parse(written)


def test_intervals_sort_by_how_often() -> None:
    texts = ["1w", "15m", "1d", "continuous", "4h"]
    assert [str(found) for found in sorted(map(Interval.parse, texts))] == [
        "Continuous",
        "Every 15 minutes",
        "Every 4 hours",
        "Daily",
        "Weekly",
    ]


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        ("T-0", 0),
        ("T+0", 0),
        ("T-7 days", -168),
        ("T-1 day", -24),
        ("T-7d", -168),
        ("T-48h", -48),
        ("T+24h", 24),
        ("T-1 hour", -1),
    ],
)
def test_an_offset_from_launch(written: str, hours: int) -> None:
    found = Offset.parse(written)
    assert (found.hours, str(found), found.delta.total_seconds()) == (hours, written, hours * 3600)


@pytest.mark.parametrize(
    "written", ["T", "T-", "T7 days", "-7 days", "t-7 days", "T-07 days", "T-7 weeks", "soon", 7, None]
)
def test_what_is_no_offset(written: object) -> None:
    with pytest.raises(ValueError, match=r"is no offset from launch: write .*T-7 days"):
        Offset.parse(written)


def test_offsets_sort_in_the_order_of_time() -> None:
    texts = ["T+24h", "T-0", "T-7 days", "T-48h", "T-3 days"]
    assert [found.text for found in sorted(map(Offset.parse, texts))] == [
        "T-7 days",
        "T-3 days",
        "T-48h",
        "T-0",
        "T+24h",
    ]


@pytest.mark.parametrize(
    ("written", "first", "last", "shown"),
    [
        (3000, 3000, 3000, "3000"),
        ("3001-3010", 3001, 3010, "3001-3010"),
        ("8080-8080", 8080, 8080, "8080"),
        (1, 1, 1, "1"),
        (65535, 65535, 65535, "65535"),
        ("1-65535", 1, 65535, "1-65535"),
    ],
)
def test_ports(written: object, first: int, last: int, shown: str) -> None:
    found = Ports.parse(written)
    assert (found.first, found.last, str(found), len(found)) == (first, last, shown, last - first + 1)
    assert Ports.parse(found) is found
    assert first in found
    assert last in found
    assert first - 1 not in found
    assert last + 1 not in found


@pytest.mark.parametrize(
    ("written", "says"),
    [
        (0, "write ports from 1 to 65535"),
        (65536, "write ports from 1 to 65535"),
        (-1, "write ports from 1 to 65535"),
        ("0-10", "write ports from 1 to 65535"),
        ("65530-65536", "write ports from 1 to 65535"),
        ("3010-3001", "write 3001-3010"),
        ("3001", "such as 3001-3010"),
        ("3001-", "such as 3001-3010"),
        ("3001..3010", "such as 3001-3010"),
        ("1-2-3", "such as 3001-3010"),
        ("many", "such as 3001-3010"),
        (True, "such as 3001-3010"),
        (Decimal("3.5"), "such as 3001-3010"),
        ({"from": 1}, "such as 3001-3010"),
    ],
)
def test_what_are_no_ports(written: object, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Ports.parse(written)


ranges = st.tuples(st.integers(1, 65535), st.integers(1, 65535)).map(lambda pair: Ports(min(pair), max(pair)))


@settings(max_examples=100, deadline=None)
@given(ranges, ranges)
def test_ranges_overlap_when_a_port_is_in_both(one: Ports, other: Ports) -> None:
    shared = set(range(one.first, one.last + 1)) & set(range(other.first, other.last + 1))
    assert one.overlaps(other) == other.overlaps(one) == bool(shared)
    assert Ports.parse(str(one)) == one if one.first != one.last else Ports.parse(int(str(one))) == one


@pytest.mark.parametrize(
    ("written", "gigabytes", "at_least"),
    [
        ("500GB", 500, False),
        ("500TB+", 500_000, True),
        ("2PB", 2_000_000, False),
        ("1.5TB", 1500, False),
        ("10 TB", 10_000, False),
    ],
)
def test_a_size(written: str, gigabytes: int, at_least: bool) -> None:
    found = Size.parse(written)
    assert (int(found.gigabytes), found.at_least, str(found)) == (gigabytes, at_least, written)


@pytest.mark.parametrize("written", ["500", "500MB", "TB", "-5TB", "500TB++", "5,000TB", 500, None])
def test_what_is_no_size(written: object) -> None:
    with pytest.raises(ValueError, match=r"is no size: write .* such as 500TB\+"):
        Size.parse(written)


@pytest.mark.parametrize(
    ("written", "shown"), [("#ff0040", "#FF0040"), ("#FF0040", "#FF0040"), (" #00ff88 ", "#00FF88")]
)
def test_a_colour(written: str, shown: str) -> None:
    assert str(Colour.parse(written)) == shown


@pytest.mark.parametrize("written", ["red", "FF0040", "#F04", "#FF00400", "#GG0040", "rgb(1,2,3)", 16, None])
def test_what_is_no_colour(written: object) -> None:
    with pytest.raises(ValueError, match=r'is no colour: write .* such as "#FF0040"'):
        Colour.parse(written)


def accepts(kind: Any, written: object) -> bool:
    try:
        TypeAdapter(kind).validate_python(written, strict=True)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("written", ["a", "auth-service", "a1", "a-", "x" * 63])
def test_an_id(written: str) -> None:
    assert accepts(values.Id, written)


@pytest.mark.parametrize("written", ["", "A", "1a", "-a", "a_b", "a b", "a.b", "a/b", "é", "x" * 64, "a\n", 5])
def test_what_is_no_id(written: object) -> None:
    assert not accepts(values.Id, written)


@pytest.mark.parametrize(
    ("written", "good"),
    [("a", True), ("a\nb", False), ("  ", False), ("", False), ("x" * 201, False), ("x" * 200, True)],
)
def test_a_name_is_one_line_of_at_most_200_characters(written: str, good: bool) -> None:
    assert accepts(values.Name, written) is good


@pytest.mark.parametrize(("written", "good"), [("a\nb", True), (" \n ", False), ("", False), (5, False)])
def test_a_text_is_not_blank(written: object, good: bool) -> None:
    assert accepts(values.Text, written) is good


@pytest.mark.parametrize(
    ("written", "good"),
    [
        (0, True),
        (100, True),
        (Decimal("99.99"), True),
        (-1, False),
        (Decimal("100.01"), False),
        ("99", False),
        (True, False),
        (99.9, False),
    ],
)
def test_a_percentage_goes_from_0_to_100(written: object, good: bool) -> None:
    assert accepts(values.Percent, written) is good


@pytest.mark.parametrize(
    ("written", "good"),
    [
        ("https://git.example.com/ops", True),
        ("http://localhost:8000", True),
        ("mailto:ops@example.com", True),
        ("git.example.com", False),
        ("https://", False),
        ("https://a b", False),
        ("javascript:alert(1)", False),
        ("ftp://example.com", False),
        ("mailto:ops", False),
        (" https://example.com", False),
    ],
)
def test_an_address_leads_to_the_web_or_to_mail(written: str, good: bool) -> None:
    assert accepts(values.Url, written) is good


@pytest.mark.parametrize(
    ("written", "good"),
    [
        ("/", True),
        ("/health", True),
        ("/a/b-c_d.e~f", True),
        ("health", False),
        ("/a b", False),
        ("/a?b", False),
        ("//x\n", False),
    ],
)
def test_a_path_begins_with_a_slash(written: str, good: bool) -> None:
    assert accepts(values.UrlPath, written) is good


@pytest.mark.parametrize(
    ("written", "good"), [(1, True), (65535, True), (0, False), (65536, False), ("3000", False), (True, False)]
)
def test_a_port_is_a_number(written: object, good: bool) -> None:
    assert accepts(values.Port, written) is good


ENUMERATIONS = [
    found
    for found in vars(values).values()
    if isinstance(found, type) and issubclass(found, Word) and found is not Word
]


@pytest.mark.parametrize("enumeration", ENUMERATIONS)
def test_a_word_of_an_enumeration_is_written_as_it_stands_and_shown_with_spaces(enumeration: type[StrEnum]) -> None:
    for word in enumeration:
        assert isinstance(word, Word)
        assert "_" not in word.value
        assert word.shown[0].isupper()
        assert word.value == word.shown if enumeration is Priority else word.value == word.value.lower()


@pytest.mark.parametrize(
    ("status", "reading"),
    [
        (Status.PLANNED, Severity.MOVING),
        (Status.IN_PROGRESS, Severity.MOVING),
        (Status.ACTIVE, Severity.GOOD),
        (Status.COMPLETE, Severity.GOOD),
        (Status.DEGRADED, Severity.BAD),
        (Status.RETIRED, Severity.BAD),
    ],
)
def test_a_status_reads_as_good_moving_or_bad(status: Status, reading: Severity) -> None:
    assert status.reading is reading


def test_environments_are_shown_as_in_the_source() -> None:
    assert [word.shown for word in Environment] == ["Production", "UAT", "Staging", "CI", "Development", "Cross-env"]


anything = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False)
    | st.dates()
    | st.text()
    | st.lists(st.text())
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([Interval, Offset, Ports, Size, Colour]), anything)
def test_a_value_is_read_or_refused_in_one_sentence_whatever_is_written(kind: Any, written: object) -> None:
    refused = ""
    try:
        kind.parse(tuple(written) if isinstance(written, list) else written)
    except ValueError as error:
        refused = str(error)
    assert not refused or ": write " in refused
