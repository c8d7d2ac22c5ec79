"""The banner on served pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from macros.banner import SHOWN, StartResponse, Trouble, with_banner

PAGE = b"<html><body class=x><p>hello</p></body></html>"


def served(trouble: Trouble, kind: str = "text/html", body: bytes = PAGE) -> tuple[dict[str, str], bytes]:
    def application(_: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

    answered: list[tuple[str, list[tuple[str, str]]]] = []
    content = b"".join(with_banner(application, trouble)({}, lambda *answer: answered.append(answer)))
    assert answered[0][0] == "200 OK"
    return dict(answered[0][1]), content


def test_where_all_is_well_a_page_is_served_as_it_is() -> None:
    assert served(Trouble()) == ({"Content-Type": "text/html", "Content-Length": str(len(PAGE))}, PAGE)


def test_trouble_stands_first_on_the_page_as_text() -> None:
    headers, content = served(Trouble("a.yml:1:2: X001: `<script>` is wrong"))
    assert content.startswith(b'<html><body class=x><div class="trouble" role="alert">')
    assert b"a.yml:1:2: X001: `&lt;script&gt;` is wrong" in content
    assert content.endswith(b"<p>hello</p></body></html>")
    assert headers["Content-Length"] == str(len(content))


def test_only_the_first_lines_are_shown_and_the_rest_is_counted() -> None:
    _, content = served(Trouble("\n".join(f"line {number}" for number in range(SHOWN + 3))))
    assert f"line {SHOWN - 1}".encode() in content
    assert f"line {SHOWN}".encode() not in content
    assert b"and 3 more lines" in content


def test_what_is_no_page_is_left_alone() -> None:
    assert served(Trouble("x"), kind="text/css", body=b"<body>")[1] == b"<body>"
