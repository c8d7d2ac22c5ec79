"""The expressions of workflows, as far as ours use them: names, text, comparisons, `&&`, `||`, `!` and a few functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<name>[A-Za-z_][\w.-]*)|(?P<sign>&&|\|\||==|!=|[!(),]))")
_WHOLE = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)

Functions = Mapping[str, Callable[..., Any]]


class Expression:
    """One expression, worked out from left to right."""

    def __init__(self, text: str, contexts: Mapping[str, Any], functions: Functions) -> None:
        self._tokens = list(_tokens(text))
        self._contexts = contexts
        self._functions = {"endsWith": lambda text, end: str(text).lower().endswith(str(end).lower()), **functions}

    def value(self) -> Any:
        found = self._either()
        assert not self._tokens, f"more than an expression: {self._tokens}"
        return found

    def _next(self) -> str:
        return self._tokens[0] if self._tokens else ""

    def _take(self, *signs: str) -> str:
        return self._tokens.pop(0) if self._next() in signs else ""

    def _either(self) -> Any:
        found = self._both()
        while self._take("||"):
            other = self._both()
            found = found or other
        return found

    def _both(self) -> Any:
        found = self._same()
        while self._take("&&"):
            other = self._same()
            found = found and other
        return found

    def _same(self) -> Any:
        found = self._one()
        while sign := self._take("==", "!="):
            other = self._one()
            found = (_plain(found) == _plain(other)) == (sign == "==")
        return found

    def _one(self) -> Any:
        if self._take("!"):
            return not self._one()
        if self._take("("):
            found = self._either()
            assert self._take(")")
            return found
        token = self._tokens.pop(0)
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if self._take("("):
            arguments = []
            while not self._take(")"):
                arguments.append(self._either())
                self._take(",")
            return self._functions[token](*arguments)
        value: Any = {"true": True, "false": False, **self._contexts}
        for step in token.split("."):
            value = value.get(step, "") if isinstance(value, Mapping) else ""
        return value


def _plain(value: Any) -> str:
    """Text in which two values are compared; the forge does not tell capitals from small letters."""
    return text_of(value).lower()


def text_of(value: Any) -> str:
    """A value where text is wanted."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        assert match, f"no expression: {text[at:]}"
        found.append(match[match.lastgroup or 0])
        at = match.end()
    return found


def filled(text: Any, contexts: Mapping[str, Any], functions: Functions) -> str:
    """Text with its expressions worked out."""
    return _WHOLE.sub(lambda match: text_of(Expression(match[1], contexts, functions).value()), text_of(text))


def holds(condition: str, contexts: Mapping[str, Any], functions: Functions) -> bool:
    """Whether an `if` holds, which may be written with or without its braces."""
    match = _WHOLE.fullmatch(condition.strip())
    return bool(Expression(match[1] if match else condition, contexts, functions).value())
