"""Credentials among facts and pages: what is published may not open anything.

The shapes of known tokens come from detect-secrets; the rules below add what it leaves out. A message never repeats
what it found. The place where a secret is kept (a vault path, a variable, a placeholder) is no secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

from macros.finding import Finding, Place

KNOWN = (
    ("artifactory", "ArtifactoryDetector"),
    ("aws", "AWSKeyDetector"),
    ("azure_storage_key", "AzureStorageKeyDetector"),
    ("basic_auth", "BasicAuthDetector"),
    ("discord", "DiscordBotTokenDetector"),
    ("github_token", "GitHubTokenDetector"),
    ("gitlab_token", "GitLabTokenDetector"),
    ("jwt", "JwtTokenDetector"),
    ("mailchimp", "MailchimpDetector"),
    ("npm", "NpmDetector"),
    ("openai", "OpenAIDetector"),
    ("private_key", "PrivateKeyDetector"),
    ("pypi_token", "PypiTokenDetector"),
    ("sendgrid", "SendGridDetector"),
    ("slack", "SlackDetector"),
    ("square_oauth", "SquareOAuthDetector"),
    ("stripe", "StripeDetector"),
    ("telegram_token", "TelegramBotTokenDetector"),
    ("twilio", "TwilioKeyDetector"),
)
"""Detectors of detect-secrets that go by shape alone, by module and class."""

_VALUE = r"""(?P<secret>(?![$<{*]|["']?[$<{*])["']?[^\s"'$<{]{4,}["']?)"""
"""A value written out: no variable, no placeholder, no stars."""

_HEX = "|".join(f"[0-9a-fA-F]{{{length}}}" for length in (32, 40, 48, 64))
_MIXED = "(?=[0-9a-fA-F]*[a-fA-F])(?=[0-9a-fA-F]*[0-9])"
_OPTIONS = "password|passwd|pass|token|secret|api-?key"
_KEYS = "password|passwd|secret|token|api_?key|private_?key"

OWN: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (what, re.compile(pattern))
    for what, pattern in (
        (
            "a token of a pager service",
            r"(?i)\b(?:pager|pd|opsgenie|genie|victorops)[\w-]{0,20}\s*[:= ]\s*[\"']?(?P<secret>[A-Za-z0-9+_-]{20,})",
        ),
        ("a token of a pager service", r"\b(?P<secret>[yu]\+[A-Za-z0-9_-]{18})(?![A-Za-z0-9_-])"),
        ("a bare key", rf"(?<![0-9A-Za-z/:@.#-])(?P<secret>{_MIXED}(?:{_HEX}))(?![0-9A-Za-z-])"),
        ("a password in a command", rf"(?i)--?(?:{_OPTIONS}|requirepass)[= ]{_VALUE}"),
        (
            "a password in a command",
            rf"\b(?:PGPASSWORD|MYSQL_PWD|REDISCLI_AUTH|[A-Z_]*(?:PASSWORD|SECRET|TOKEN|API_KEY))={_VALUE}",
        ),
        ("a password in a command", r"\bcurl\b[^\n]*?\s-u\s*[\"']?[^\s:$<{\"']+:(?P<secret>[^\s\"'$<{]{4,})"),
        ("a password in a command", r"\bmysql\b[^\n]*?\s-p(?P<secret>[^\s\"'$<{-][^\s\"']{3,})"),
        ("a password", rf"(?im)^[ \t-]*(?:{_KEYS})[ \t]*:[ \t]*{_VALUE}[ \t]*$"),
    )
)
"""What detect-secrets misses: what it is, and its shape with the secret itself in a group of that name."""

_KEPT = re.compile(r"(?i)(vault|secret|kv|ssm|arn|op|sops|kms)[:/]|unknown\Z")
"""How the place begins where a secret is kept; and the word for what nobody knows."""


def check_secrets(folders: Iterable[Path]) -> list[Finding]:
    """The credentials in the text files below the folders."""
    found: list[Finding] = []
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".yml", ".md", ".txt", ".csv", ".json", ".svg"} and path.is_file():
                found.extend(_in_text(path, path.read_text(encoding="utf-8", errors="replace")))
    return found


def opens_something(text: str) -> bool:
    """Whether a text holds what looks like a credential."""
    return next(_matches(text), None) is not None


def _in_text(path: Path, text: str) -> Iterator[Finding]:
    """One finding a place, whatever number of rules agree on it."""
    taken: set[int] = set()
    for what, start in sorted(_matches(text), key=lambda match: match[1]):
        line = text.count("\n", 0, start) + 1
        if line in taken:
            continue
        taken.add(line)
        place = Place(path, line, start - text.rfind("\n", 0, start))
        yield Finding("SEC001", f"this looks like {what}: revoke it, and write where it is kept instead", place)


def _matches(text: str) -> Iterator[tuple[str, int]]:
    for what, pattern in (*OWN, *_known()):
        for match in pattern.finditer(text):
            group: int | str = "secret" if "secret" in pattern.groupindex else 0
            if not _KEPT.match(match[group].strip("\"'")):
                yield what, match.start(group)


@cache
def _known() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The shapes of known tokens."""
    found = []
    for module, name in KNOWN:
        detector = getattr(import_module(f"detect_secrets.plugins.{module}"), name)
        found += [(f"a credential ({detector.secret_type})", pattern) for pattern in detector.denylist]
    return tuple(found)
