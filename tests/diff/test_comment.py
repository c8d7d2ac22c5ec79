"""A comment says the most important things first, fits, and a forge makes nothing of what the data holds."""

from __future__ import annotations

import json
import re
from pathlib import Path

import cmarkgfm
import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from macros.diff.comparison import compared
from macros.diff.document import (
    MAX_BYTES,
    Change,
    Document,
    DocumentError,
    Level,
    Part,
    Same,
    Side,
    Team,
    Type,
    as_json,
    read,
    schema,
)
from macros.diff.markdown import LIMIT, as_markdown
from macros.diff.snapshot import Snapshot
from macros.diff.state import RecordState, State
from macros.diff.telling import document
from macros.diff.text import as_text
from tests.changing import changed, replaced

ROOT = "https://preview.example.com/previews/7"

EVIL = [
    "@everyone look",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</details></code>",
    "[click](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "https://evil.example/",
    "www.evil.example",
    "someone@evil.example",
    "#1 and GH-2 and octo/cat#3",
    "0123456789abcdef0123456789abcdef01234567",
    "`code` ``more``",
    "```",
    "*b* _i_ ~~s~~ | a | b |",
    ":tada:",
    "- item\n- item\n\n# heading\n\n> quote",
    "1. one",
    "a\u202eb\u200bc\x07",
    "<!-- comment -->",
    "&lt;b&gt; &#64;here",
    "$x^2$ \\ \\@me",
    "[ref]: https://evil.example",
    "&commat;everyone &num;1 https&colon;&sol;&sol;evil",
    "!12 and &3",
    "look!",
    "---",
    "1.",
    "",
    "   ",
]


def rendered(markdown: str) -> BeautifulSoup:
    """The comment as a forge reads it, before the forge's own filters of HTML."""
    html = cmarkgfm.github_flavored_markdown_to_html(markdown, cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE)
    return BeautifulSoup(html, "html.parser")


def assert_inert(markdown: str, root: str) -> None:
    """Nothing but what the renderer itself writes is markup, and no text is one that a forge turns into something."""
    page = rendered(markdown)
    names = {tag.name for tag in page.find_all(True)}
    assert names <= {"h3", "p", "ul", "li", "strong", "code", "details", "summary", "a"}, names
    for link in page.find_all("a"):
        assert root
        assert str(link["href"]).startswith(f"{root}/")
    assert len(page.find_all("details")) == markdown.count("<details")
    for code in page.find_all("code"):
        code.decompose()
    text = page.get_text("\n")
    assert not re.search(
        r"@\w|#\d|[!&]\d|GH-\d|https?:|www\.|:\w+:|[0-9a-f]{7,}|[\u202a-\u202e\u2066-\u2069\x00-\x08]", text
    ), text


def change(
    text: str, level: Level = Level.CRITICAL, reviewers: tuple[str, ...] = ("team.ops",), number: int = 0
) -> Change:
    says = (Part(text="A thing "), Part(text=text, role="record", key="service.s"), Part(text=": "), Part(text=text))
    return Change(
        id=f"{number:012x}",
        type=Type.FIELD_CHANGED,
        level=level,
        says=says,
        why=((Part(text=text, role="value"),),),
        details=((Part(text=text), Part(text=text, role="value")),),
        reviewers=reviewers,
        affected=("team.ops",),
    )


def of(*changes: Change, name: str = "Ops", not_compared: tuple[str, ...] = ()) -> Document:
    return Document(
        base=Side(name=name[:100]),
        head=Side(name=name[:100]),
        same=Same.LITTLE,
        changes=changes,
        teams=(Team(key="team.ops", name=name[:100]),),
        not_compared=not_compared,
    )


@pytest.mark.parametrize("root", ["", ROOT])
@pytest.mark.parametrize("text", EVIL)
def test_a_forge_makes_nothing_of_what_the_data_holds(text: str, root: str) -> None:
    told = of(change(text), change(text, Level.MINOR), name=text, not_compared=(text,))
    assert_inert(as_markdown(told, root), root)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(EVIL), st.text(max_size=12)), min_size=1, max_size=5))
def test_nor_of_pieces_that_are_harmless_each(pieces: list[str]) -> None:
    says = tuple(Part(text=text, role="record" if at % 2 else "plain") for at, text in enumerate(pieces))
    odd = change("x").model_copy(update={"says": says, "details": (says, says)})
    assert_inert(as_markdown(of(odd, odd.model_copy(update={"level": Level.MAJOR}))), "")


def test_a_mark_before_a_link_makes_no_picture_of_it() -> None:
    says = (Part(text="Look!"), Part(text="cart", role="record", key="service.cart"))
    assert_inert(as_markdown(of(change("x").model_copy(update={"says": says})), ROOT), ROOT)


def test_words_cut_in_two_do_not_become_a_link() -> None:
    says = tuple(Part(text=text) for text in ("ww", "w.evil.example and http:/", "/evil.example @", "me"))
    assert_inert(as_markdown(of(change("x").model_copy(update={"says": says}))), "")


def test_everything_that_is_said_is_shown(tmp_path: Path) -> None:
    found = changed(tmp_path, replaced("groups.yml", "owner: shop", "owner: pay")).document
    text = " ".join(rendered(as_markdown(found)).get_text(" ").split())
    for one in found.changes:
        for sentence in (one.says, *one.why, *one.details):
            for part in sentence:
                assert " ".join(part.text.split()) in text


def test_the_gravest_is_the_heading_and_comes_first(tmp_path: Path) -> None:
    found = changed(tmp_path, replaced("groups.yml", "owner: shop", "owner: pay")).document
    page = rendered(as_markdown(found, ROOT))
    heading = page.find("h3")
    assert heading is not None
    assert heading.get_text() == "cart, stock and Web change hands: Shop → Pay"
    first = page.find("li")
    assert first is not None
    assert first.get_text().startswith("cart, stock and Web change hands: Shop → Pay")
    assert [link["href"] for link in first.find_all("a")][:2] == [f"{ROOT}/services/cart/", f"{ROOT}/services/stock/"]
    assert page.find("a", href=f"{ROOT}/changes/") is not None


@pytest.mark.parametrize("number", [1, 300, 5_000])
def test_it_fits_whatever_the_change_and_says_what_it_leaves_out(number: int) -> None:
    text = "w" * 300 + "@x"
    changes = [change(text, list(Level)[min(at * 4 // number, 3)], number=at) for at in range(number)]
    comment = as_markdown(of(*changes), ROOT)
    assert len(comment) < LIMIT
    assert_inert(comment, ROOT)
    assert ("… and more." in comment) is (number > 1)
    assert comment.count("<details") == comment.count("</details>")


def test_the_terminal_gets_every_change_once(tmp_path: Path) -> None:
    found = changed(tmp_path, replaced("rotations.yml", "primary: ops", "primary: pay")).document
    lines = [line.plain for line in as_text(found)]
    for one in found.changes:
        said = "".join(f"`{part.text}`" if part.role == "value" else part.text for part in one.says)
        assert sum(line.startswith(f"  {said}") for line in lines) == 1
    assert lines[0].startswith("before → after: ")
    assert lines[-1] == "Newly affected: Pay"


def test_only_layout_says_so(tmp_path: Path) -> None:
    found = changed(tmp_path, replaced("teams.yml", "- {id: ops", "# people\n- {id: ops")).document
    assert "Only order, comments or layout differ: every fact is the same." in as_markdown(found)


# The document


def test_a_document_reads_back_and_fits_its_schema(tmp_path: Path) -> None:
    found = changed(tmp_path, replaced("groups.yml", "owner: shop", "owner: pay")).document
    written = as_json(found)
    assert read(written.encode()) == found
    Draft202012Validator.check_schema(schema())
    Draft202012Validator(schema()).validate(json.loads(written))


def good() -> dict[str, object]:
    written: dict[str, object] = json.loads(as_json(of(change("x"))))
    return written


@pytest.mark.parametrize(
    "damage",
    [
        lambda d: d | {"extra": 1},
        lambda d: d | {"version": 2},
        lambda d: d | {"same": "much"},
        lambda d: d | {"base": {"name": "x" * 500}},
        lambda d: d | {"base": {"name": "x", "commit": "$(touch x)"}},
        lambda d: d | {"changes": [d["changes"][0] | {"id": "../../x"}]},
        lambda d: d | {"changes": [d["changes"][0] | {"level": "worse"}]},
        lambda d: d | {"changes": [d["changes"][0] | {"records": ["../../etc/passwd"]}]},
        lambda d: d | {"changes": [d["changes"][0] | {"records": ["nosuchkind.x"]}]},
        lambda d: d | {"changes": [d["changes"][0] | {"says": [{"text": 3}]}]},
        lambda d: d | {"changes": [d["changes"][0] | {"says": [{"text": "x", "role": "html"}]}]},
        lambda d: d | {"changes": [d["changes"][0] | {"more": -1}]},
        lambda d: d | {"teams": [{"key": "team.x y", "name": "x"}]},
        lambda d: d | {"not_compared": ["x"] * 1000},
        lambda d: [d],
        lambda d: {key: value for key, value in d.items() if key != "head"},
    ],
)
def test_what_is_no_document_is_a_sentence(damage: object) -> None:
    assert read(json.dumps(good()).encode()).changes
    assert callable(damage)
    with pytest.raises(DocumentError, match=r"^this is no difference: .{1,300}$"):
        read(json.dumps(damage(good())).encode())


@pytest.mark.parametrize("data", [b"", b"{", b"null", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 5_000, b"1e999", b"NaN"])
def test_nor_is_what_is_no_json(data: bytes) -> None:
    with pytest.raises(DocumentError, match=r"^this is no difference: [^\n]{1,300}$"):
        read(data)


def test_a_document_has_a_limit() -> None:
    with pytest.raises(DocumentError, match="is the limit"):
        read(b" " * (MAX_BYTES + 1))


def nothing_but(state: State) -> Snapshot:
    """A state from which nothing follows."""
    return Snapshot(state, [], {}, {}, {}, {}, (), {}, [], {}, {})


def test_however_much_changes_a_document_is_one_that_can_be_read() -> None:
    words = " ".join(f"word{number}" for number in range(60))
    states = [
        {
            f"service.s-{number}": RecordState(f"service.s-{number}", {"purpose": text, "note": text})
            for number in range(6_000)
        }
        for text in (words, words[::-1])
    ]
    before, after = map(nothing_but, states)
    found = document(compared(before, after), Side(name="before"), Side(name="after"))
    assert len(found.changes) + found.more == 6_000
    assert found.more > 0
    written = as_json(found).encode()
    assert len(written) < MAX_BYTES
    assert read(written) == found
    assert len(as_markdown(found)) < LIMIT
