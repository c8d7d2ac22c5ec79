"""`inventory publish`: puts a built site, a release or a preview where readers find it.

In a run of a workflow the forge says by variables where that is. By hand, a remote and a branch are enough for the site.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from macros import git, history, provenance
from macros.publication.artifact import plain
from macros.publication.branch import Access, BranchError, PublishedBranch, fetch
from macros.publication.layout import LayoutError, Release, publish_site

if TYPE_CHECKING:
    from macros.publication.forge import Forge, Run
    from macros.publication.preview import Previews

app = typer.Typer(no_args_is_help=True, help="Publish the site, its releases and previews on a branch.")

PROJECT = Path(__file__).resolve().parent.parent.parent

Remote = Annotated[str, typer.Option("--remote", help="The repository to push to: a remote's name, or an address.")]
Branch = Annotated[str, typer.Option("--branch", help="The branch that is published.")]
ORIGIN, PUBLISHED = "origin", "published"


class SettingError(Exception):
    """A variable is missing or says what it may not; the message says which."""


@app.callback()
def _publish() -> None:
    """Publish the site, its releases and previews on a branch."""


@app.command("site")
def site(
    built: Annotated[Path, typer.Option("--site", help="The folder of the built site.")] = Path("site"),
    newest_of: Annotated[
        str,
        typer.Option(
            "--newest-of",
            help="Replace the site in force only where this branch ends with its commit.",
            metavar="BRANCH",
        ),
    ] = "",
    remote: Remote = ORIGIN,
    branch: Branch = PUBLISHED,
) -> None:
    """Publish the built site, and keep it among the last ten releases. Previews stay."""
    with _sentences():
        whole = git.said(PROJECT, "rev-parse", "HEAD")
        release = _release(built)
        published = _branch(remote, branch)
        pushed = publish_site(published, built, release, lambda: not newest_of or published.tip(newest_of) == whole)
        if pushed and os.environ.get("GITHUB_API_URL"):
            _forge().show_pages()
        print(f"{branch}: {release.name} {'is published' if pushed else 'was published before'}")


@app.command("preview")
def preview(
    handed: Annotated[
        Path | None,
        typer.Option(
            "--handed", help="What this run made of a stranger's branch, where the forge has no artifact of it yet."
        ),
    ] = None,
    remote: Remote = ORIGIN,
    branch: Branch = PUBLISHED,
) -> None:
    """Show what a pull request changes, after a run for it: its preview and its comment; remove both where it is closed.

    Exit status 1 where what the run made was refused: the comment says so, and nothing of it is published.
    """
    from macros.publication.preview import NotShownError

    with _sentences(NotShownError):
        _say(_previews(remote, branch).follow(_run(), int(_setting("GITHUB_RUN_ID", "[0-9]+")), handed))


@app.command("pull-request")
def pull_request(remote: Remote = ORIGIN) -> None:
    """Fetch the branch of a stranger's pull request that a run was for, without checking it out.

    Says `number=`, `head=` and `base=`; nothing where the run is for no such pull request that is open.
    """
    with _sentences():
        forge, run = _forge(), _run()
        for one in forge.pull_requests(run):
            if one.is_open and forge.is_stranger(one):
                fetched = fetch(PROJECT, _address(remote), f"refs/pull/{one.number}/head", _access())
                if fetched == run.commit:
                    _say([f"number={one.number}", f"head={fetched}", f"base={one.base}"])
                return


@app.command("sweep")
def sweep(remote: Remote = ORIGIN, branch: Branch = PUBLISHED) -> None:
    """Remove every preview whose pull request is closed, where that was missed."""
    with _sentences():
        _say(_previews(remote, branch).sweep())


@app.command("remove")
def remove(
    number: Annotated[int, typer.Argument(help="The number of the pull request.", min=1)],
    remote: Remote = ORIGIN,
    branch: Branch = PUBLISHED,
) -> None:
    """Remove the preview of a pull request, and its comment."""
    with _sentences():
        _say(_previews(remote, branch).remove(number))


def _release(built: Path) -> Release:
    """Of which commit the built site is."""
    commit = history.commit(PROJECT)
    if not commit or commit.endswith("-dirty"):
        raise SettingError("a release is of a commit: commit what has changed, then build and publish")
    if (of := provenance.commit_of(built)) not in {commit, None}:
        raise SettingError(
            f"{built} was built of {of or 'no commit'}, and this is {commit}: build it anew, `make site`"
        )
    return Release(commit, int(git.said(PROJECT, "log", "-1", "--format=%ct")))


def _branch(remote: str, branch: str) -> PublishedBranch:
    return PublishedBranch(_address(remote), branch, _access())


def _address(remote: str) -> str:
    """The address of a remote that is given by its name."""
    return git.said(PROJECT, "remote", "get-url", "--", remote) or remote


def _access() -> Access:
    return Access(os.environ.get("GITHUB_SERVER_URL", ""), os.environ.get("GITHUB_TOKEN", ""))


def _previews(remote: str, branch: str) -> Previews:
    from macros.publication.forge import BOT
    from macros.publication.preview import Previews

    return Previews(
        forge=_forge(),
        branch=_branch(remote, branch),
        server=_setting("GITHUB_SERVER_URL", "https?://.+"),
        author=os.environ.get("COMMENT_AUTHOR") or BOT,
        address=_site_url(),
    )


def _site_url() -> str:
    """Where the site is published, as its configuration says; empty where it says nothing."""
    written = (PROJECT / "mkdocs.yml").read_text(encoding="utf-8") if (PROJECT / "mkdocs.yml").is_file() else ""
    found = re.search(r"""^site_url:\s*["']?(https?://[^\s"'#]+)""", written, re.MULTILINE)
    return found[1] if found else ""


def _forge() -> Forge:
    from macros.publication.forge import Forge  # here, so that the other commands start without it

    return Forge(
        _setting("GITHUB_API_URL", "https?://.+"), _setting("GITHUB_REPOSITORY", ".+"), _setting("GITHUB_TOKEN", ".+")
    )


def _run() -> Run:
    from macros.publication.forge import Run

    return Run(
        id=int(_setting("RUN_ID", "[0-9]+")),
        repository=_setting("RUN_REPOSITORY", ".+/.+"),
        branch=_setting("RUN_BRANCH", ".+"),
        commit=_setting("RUN_COMMIT", "[0-9a-f]{40}([0-9a-f]{24})?"),
    )


def _setting(name: str, form: str) -> str:
    value = os.environ.get(name, "")
    if not re.fullmatch(form, value):
        raise SettingError(f"{name} is not set as a run of a workflow has it; CONTRIBUTING.md says what each is for")
    return value


@contextmanager
def _sentences(*expected: type[Exception]) -> Iterator[None]:
    """Whatever goes wrong outside of this program ends it with a sentence and exit status 1."""
    from macros.publication.forge import ForgeError

    known: tuple[type[Exception], ...] = (SettingError, BranchError, LayoutError, ForgeError, *expected)
    try:
        yield
    except known as error:
        print(plain(str(error)), file=sys.stderr)
        raise typer.Exit(1) from None
    except OSError as error:
        print(plain(f"{error.filename or 'this'}: {error.strerror}"), file=sys.stderr)
        raise typer.Exit(1) from None


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        print(plain(line))
