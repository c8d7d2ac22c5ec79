"""What a pull request changes, shown: its preview on the published branch, and the comment on it.

A run of a pull request has ended. Which pull request that is, whether it is open, and whose, the forge says. What the run made
is taken where its branch is one of this repository; of a stranger's branch, only what this project's own code made of it.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from macros.diff.document import Document, DocumentError, read
from macros.publication import remark
from macros.publication.artifact import ArtifactError, plain, take
from macros.publication.branch import BranchError, PublishedBranch
from macros.publication.forge import Forge, PullRequest, Run
from macros.publication.layout import preview, previews, publish_preview, remove_previews

ARTIFACT = "preview"
"""What the runs call what they hand over."""


@dataclass(frozen=True)
class _Found:
    """What was handed over: the site and the difference, where they can be taken."""

    site: Path | None = None
    document: Document | None = None
    note: str = ""
    """What the comment says of what is missing."""
    wrong: str = ""
    """Why something was refused, for the log."""


class NotShownError(Exception):
    """The pull request's preview is not shown, though its comment says what there is to say. The message says why."""


@dataclass(frozen=True)
class Previews:
    """Where previews are published, and who speaks of them."""

    forge: Forge
    branch: PublishedBranch
    server: str
    """The forge's address for people."""
    author: str
    """Who the comment is by."""
    address: str = ""
    """Where the published branch is shown; empty where only the forge knows."""

    def follow(self, run: Run, ours: int, handed: Path | None = None) -> list[str]:
        """Bring previews and comments in line with a run that has ended, and say what was done, a line each.

        `ours` is the run that this is part of: what it made of a stranger's branch is its artifact, or lies in the folder
        `handed` where the forge gives no artifact of a run that goes on. Raises `NotShownError`, `ForgeError`.
        """
        found = self.forge.pull_requests(run)
        said = [self._close(one.number) for one in found if not one.is_open]
        said += [self._show(one, run, ours, handed) for one in found if one.is_open]
        return said or ["no pull request ends with this commit any more: there is nothing to show"]

    def sweep(self) -> list[str]:
        """Remove every preview whose pull request is not open, and say which."""
        found = [(number, self.forge.pull_request(number)) for number in previews(self.branch)]
        return [self._close(number) for number, one in found if one is None or not one.is_open]

    def remove(self, number: int) -> list[str]:
        """Remove a preview, whatever its pull request's state."""
        return [self._close(number)]

    def _close(self, number: int) -> str:
        pushed = remove_previews(self.branch, [number])
        remark.remove(self.forge, number, self.author)
        if pushed:
            self.forge.show_pages()
        return f"pull request {number} is closed: its preview and its comment are removed"

    def _show(self, one: PullRequest, run: Run, ours: int, handed: Path | None) -> str:
        source = ours if self.forge.is_stranger(one) else run.id
        log = f"{self.server.rstrip('/')}/{self.forge.repository}/actions/runs/{source}"
        with tempfile.TemporaryDirectory(prefix="artifact-") as folder:
            found = self._found(source, handed if source == ours else None, Path(folder))
            address = ""
            try:
                if found.site is None:
                    remove_previews(self.branch, [one.number])
                else:
                    publish_preview(self.branch, one.number, found.site)
                    address = self._address(one.number)
            except BranchError as error:
                found = replace(found, note=remark.UNPUBLISHED, wrong=str(error))
        said = remark.text(found.document, address, found.note.format(log=log))
        remark.write(self.forge, one.number, said, self.author)
        self.forge.show_pages()
        if found.wrong:
            raise NotShownError(f"pull request {one.number}: {found.wrong}")
        if found.site is None:
            return f"pull request {one.number}: it has no preview"
        return f"pull request {one.number}: its preview is published{f', {address}' if address else ''}"

    def _found(self, source: int, handed: Path | None, folder: Path) -> _Found:
        """What a run handed over, unpacked into a folder: its artifact, or the folder that was handed on."""
        packed = handed or folder / "artifact.zip"
        if handed is None:
            self.forge.download(source, ARTIFACT, packed)
        if not packed.exists():
            return _Found(note=remark.NOTHING)
        try:
            taken = take(packed, folder / "taken")
            document = read(taken.changes)
        except (ArtifactError, DocumentError) as error:
            return _Found(note=remark.REFUSED, wrong=plain(str(error)))
        return _Found(taken.site, document, "" if taken.site else remark.NO_SITE)

    def _address(self, number: int) -> str:
        """The address of a preview; empty where nothing shows the published branch."""
        root = self.address or self.forge.pages_address()
        return f"{root.rstrip('/')}/{preview(number)}/" if root else ""
