"""Code in a page stays as it is: `{{ name }}` and `${#x[@]}` between backticks or fences are no macro calls."""

from __future__ import annotations

import re
from collections.abc import Iterator

_FENCE = re.compile(r"(?P<indent> *(?:[>*+-] +|\d+[.)] +)*)(?P<fence>`{3,}|~{3,})(?P<info>.*)")
_SPAN = re.compile(r"(?<!`)(?P<ticks>`+)(?!`)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)")
_TEMPLATE = ("{{", "{%", "{#")


def protect(text: str) -> str:
    """The page's text with its code marked as raw for the template language.

    A fence or a span whose code would end the mark itself is no protection: what follows the end is judged as any other
    call. Lines stay where they are.
    """
    return "".join(_raw(piece) if is_code else piece for piece, is_code in _pieces(text))


def _raw(code: str) -> str:
    return f"{{% raw %}}{code}{{% endraw %}}" if any(mark in code for mark in _TEMPLATE) else code


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The text cut into code and the rest."""
    closing = ""
    code: list[str] = []
    for line in text.splitlines(keepends=True):
        match = _FENCE.match(line)
        if closing:
            code.append(line)
            if match and match["fence"].startswith(closing) and not match["info"].strip():
                yield "".join(code), True
                code, closing = [], ""
        elif match and "`" not in match["info"]:
            closing = match["fence"]
            code = [line]
        else:
            yield from _spans(line)
    if code:
        yield "".join(code), True


def _spans(line: str) -> Iterator[tuple[str, bool]]:
    done = 0
    for match in _SPAN.finditer(line):
        if match.start() > done:
            yield line[done : match.start()], False
        yield match[0], True
        done = match.end()
    if done < len(line):
        yield line[done:], False
