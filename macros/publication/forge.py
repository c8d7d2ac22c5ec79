"""The forge that holds the repository: pull requests, what runs hand over, and the comment on a pull request.

Its REST interface is that of github.com, and the same on an Enterprise Server. What it says of a pull request is believed;
what others wrote into it is not.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from macros.publication.artifact import MAX_ZIP, plain

PATIENCE = (10.0, 60.0)
"""Seconds to wait for a connection, and for the next bytes."""

LONGEST = 300.0
"""Seconds that a download may take."""

AGAIN = 3
"""How often reading is tried again where a server is busy, or a connection where there is none."""

PAGE = 100
"""Entries that one answer lists."""

MOST_PAGES = 50

BOT = "github-actions[bot]"
"""Who a run's own token speaks as, on every server. Nobody can register a name with brackets."""

_NOT_THERE = (404, 410)
_NO_PAGES = (403, 404, 409, 422)
"""What a forge answers where pages are not switched on, are built in another way, or are none of the token's business."""
_CHUNK = 256 * 1024


class ForgeError(Exception):
    """The forge did not answer as it should; the message says to what."""


@dataclass(frozen=True)
class PullRequest:
    """A pull request, as the forge knows it."""

    number: int
    is_open: bool
    head: str
    """The commit at its end."""
    repository: str
    """The one that its branch is in; empty where that is gone."""
    base: str
    """The commit of the branch that it is to go into."""


@dataclass(frozen=True)
class Comment:
    """A comment on a pull request, by whom it says and what."""

    id: int
    author: str
    text: str


@dataclass(frozen=True)
class Run:
    """A run of a workflow for a pull request: the branch and commit it was for, and the repository these are in."""

    id: int
    repository: str
    branch: str
    commit: str


@dataclass(frozen=True)
class Forge:
    """A repository on a forge, by the address of its REST interface."""

    api: str
    repository: str
    token: str = field(repr=False)

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[\w.-]+/[\w.-]+", self.repository, re.ASCII):
            raise ForgeError(f"`{plain(self.repository)}` is no repository: write OWNER/NAME")
        if urlsplit(self.api).scheme not in {"https", "http"}:
            raise ForgeError(f"`{plain(self.api)}` is no address of a REST interface")

    def pull_requests(self, run: Run) -> list[PullRequest]:
        """The pull requests whose end is this run's branch and commit, open or closed, the newest first.

        Which they are is never read from what the run made.
        """
        owner = run.repository.partition("/")[0]
        asked = f"pulls?state=all&sort=created&direction=desc&head={quote(f'{owner}:{run.branch}', safe='')}"
        found = [_pull_request(raw) for raw in self._all(asked)]
        return [one for one in found if one.head == run.commit and one.repository.lower() == run.repository.lower()]

    def pull_request(self, number: int) -> PullRequest | None:
        """A pull request by its number; None where there is none."""
        answer = self._ask("GET", f"pulls/{number}", missing=_NOT_THERE)
        return _pull_request(_json(answer)) if answer is not None else None

    def is_stranger(self, pull_request: PullRequest) -> bool:
        """Whether its branch is in another repository than this: then others decide what its runs do."""
        return pull_request.repository.lower() != self.repository.lower()

    def download(self, run: int, name: str, to: Path) -> bool:
        """Write the newest artifact of that name that a run made; False where there is none. It is not believed here."""
        listed = self._all(f"actions/runs/{run}/artifacts?name={quote(name, safe='')}", "artifacts")
        fitting = [int(raw["id"]) for raw in listed if raw.get("name") == name and not raw.get("expired")]
        if not fitting:
            return False
        answer = self._ask("GET", f"actions/artifacts/{max(fitting)}/zip", missing=_NOT_THERE, stream=True)
        if answer is None:
            return False
        if answer.is_redirect:
            answer = self._elsewhere(urljoin(answer.url, answer.headers["location"]))
        _write(answer, to)
        return True

    def comments(self, number: int) -> list[Comment]:
        """All comments on a pull request, the oldest first."""
        raw = self._all(f"issues/{number}/comments?")
        return [Comment(int(one["id"]), str((one.get("user") or {}).get("login")), str(one.get("body"))) for one in raw]

    def add_comment(self, number: int, text: str) -> None:
        """Write a new comment on a pull request."""
        self._ask("POST", f"issues/{number}/comments", {"body": text})

    def change_comment(self, comment: int, text: str) -> None:
        """Write a comment anew."""
        self._ask("PATCH", f"issues/comments/{comment}", {"body": text})

    def delete_comment(self, comment: int) -> None:
        """Delete a comment; one that is gone is no fault."""
        self._ask("DELETE", f"issues/comments/{comment}", missing=_NOT_THERE)

    def pages_address(self) -> str:
        """Where the forge shows the published branch, with a `/` at its end; empty where it shows none."""
        answer = self._ask("GET", "pages", missing=_NO_PAGES)
        address = str(_json(answer).get("html_url") or "") if answer is not None else ""
        return f"{address.rstrip('/')}/" if address else ""

    def show_pages(self) -> None:
        """Have the forge show what was pushed: a push with a run's own token alone need not have that effect."""
        self._ask("POST", "pages/builds", missing=_NO_PAGES)

    def _all(self, path: str, within: str = "") -> Iterator[dict[str, Any]]:
        """Every entry of a list, which the forge gives in pages."""
        joined = "" if path.endswith("?") else "&"
        for page in range(1, MOST_PAGES + 1):
            found = _json(self._ask("GET", f"{path}{joined}per_page={PAGE}&page={page}"))
            entries = found.get(within) if within and isinstance(found, dict) else found
            if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
                raise ForgeError(f"the forge answered {path.partition('?')[0]} with no list")
            yield from entries
            if len(entries) < PAGE:
                return
        raise ForgeError(f"the forge lists more than {MOST_PAGES * PAGE:,} for {path.partition('?')[0]}")

    def _ask(
        self, method: str, path: str, body: Any = None, *, missing: tuple[int, ...] = (), stream: bool = False
    ) -> requests.Response | None:
        """What the forge answers; None where its status is one of those that say that there is no such thing."""
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {self.token}",
            "x-github-api-version": "2022-11-28",
        }
        address = f"{self.api.rstrip('/')}/repos/{self.repository}/{path}"
        answer = _send(method, address, headers=headers, json=body, stream=stream)
        if answer.status_code in missing:
            return None
        if not answer.ok:
            hint = ": may the token do that?" if answer.status_code in {401, 403} else ""
            raise ForgeError(f"the forge answers {method} {path.partition('?')[0]} with {answer.status_code}{hint}")
        return answer

    def _elsewhere(self, address: str) -> requests.Response:
        """What another server keeps for the forge. It does not get the token: the address itself opens it."""
        if urlsplit(address).scheme != urlsplit(self.api).scheme:
            raise ForgeError("the forge sends a download to an address of another kind than its own")
        answer = _send("GET", address, headers={}, stream=True)
        if not answer.ok or answer.is_redirect:
            raise ForgeError(
                f"the artifact cannot be had: {urlsplit(address).hostname} answers with {answer.status_code}"
            )
        return answer


def _send(method: str, address: str, *, headers: dict[str, str], json: Any = None, stream: bool) -> requests.Response:
    """One request, which follows nothing. Where a server is busy, reading is tried again."""
    session = requests.Session()
    again = Retry(
        total=AGAIN, backoff_factor=0.3, status_forcelist=(502, 503, 504), allowed_methods=("GET",), redirect=0
    )
    again = again.new(raise_on_status=False, raise_on_redirect=False)
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(max_retries=again))
    try:
        return session.request(
            method,
            address,
            headers=headers,
            json=json,
            stream=stream,
            timeout=PATIENCE,
            allow_redirects=False,
            auth=_as_it_is,
        )
    except requests.RequestException as error:
        raise ForgeError(f"{urlsplit(address).hostname} cannot be reached: {type(error).__name__}") from None


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Adds nothing: a `.netrc` of the machine would otherwise decide who asks."""
    return request


def _write(answer: requests.Response, to: Path) -> None:
    """Write what comes, within bounds of size and time."""
    written, end = 0, time.monotonic() + LONGEST
    try:
        with to.open("xb") as file:
            for chunk in answer.iter_content(_CHUNK):
                written += len(chunk)
                if written > MAX_ZIP:
                    raise ForgeError(f"the artifact has more than {MAX_ZIP:,} bytes")
                if time.monotonic() > end:
                    raise ForgeError(f"the artifact did not come within {LONGEST:.0f} s")
                file.write(chunk)
    except requests.RequestException as error:
        raise ForgeError(f"the artifact broke off: {type(error).__name__}") from None


def _json(answer: requests.Response | None) -> Any:
    try:
        return answer.json() if answer is not None else None
    except requests.exceptions.JSONDecodeError:
        raise ForgeError("the forge answers with something else than JSON") from None


def _pull_request(raw: Any) -> PullRequest:
    try:
        head, base = raw["head"], raw["base"]
        return PullRequest(
            number=int(raw["number"]),
            is_open=raw["state"] == "open",
            head=str(head["sha"]),
            repository=str((head.get("repo") or {}).get("full_name") or ""),
            base=str(base["sha"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ForgeError("the forge tells of a pull request in a way that is not known here") from None
