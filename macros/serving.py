"""What `mkdocs serve` shows: one page before anything was read, then always the last good site."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.files import File, InclusionLevel

from macros.banner import Trouble, with_banner
from macros.build import warnings_of_mkdocs
from macros.publish import staged


class Serving:
    """Whether and how a site is served: nothing that is wrong with it ends the server.

    `on` says whether this serves at all; `staging` is the folder that the running build goes into.
    """

    def __init__(self) -> None:
        self.on = False
        self.staging: Path | None = None
        self._docs_dir = ""

    @property
    def is_first(self) -> bool:
        """Whether this is the build that the server needs to start at all: it may not fail, so it reads nothing."""
        return self.on and self.staging is None

    def hide_docs(self, config: MkDocsConfig) -> None:
        """One page, whatever the folder of pages holds: it is not looked at before the server can outlive that."""
        self._docs_dir = config.docs_dir
        config.docs_dir = tempfile.mkdtemp(prefix="inventory-")
        config.nav = [{"Home": "index.md"}]

    def show_docs(self, config: MkDocsConfig) -> None:
        """Take back what `hide_docs` did, since the server watches the folder of pages."""
        Path(config.docs_dir).rmdir()
        config.docs_dir = self._docs_dir

    def keep(self, server: LiveReloadServer) -> None:
        """Every request gets a page at once: the last good one, while a build runs and where it fails.

        A build goes into a folder of its own. What is wrong is said on the pages by a banner; the page reloads when it
        is mended. MkDocs' server would keep requests waiting in both cases, and end at a `SystemExit` of a plugin.
        """
        trouble = Trouble()
        build_as_usual, application, root = server.builder, server.get_app(), Path(server.root)
        assert application is not None  # noqa: S101 - the server sets it when it is made

        def build_beside() -> None:
            server._wanted_epoch = server._visible_epoch  # so that requests do not wait for this build
            with warnings_of_mkdocs() as warnings:
                try:
                    with staged(root) as self.staging:
                        build_as_usual()
                    trouble.message = ""
                except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it is, the reader is told and served
                    trouble.message = "\n".join([*warnings, str(error) or type(error).__name__])
                    _tell(trouble.message)
            server._wanted_epoch = server._visible_epoch + 1  # now there is something new to see

        server.builder = build_beside
        server.set_app(with_banner(application, trouble))
        build_beside()  # the first build that looks at anything
        server._visible_epoch = server._wanted_epoch


def nothing_yet(config: MkDocsConfig) -> File:
    """The page of the first build."""
    return File.generated(config, "index.md", content="# Nothing to show yet\n", inclusion=InclusionLevel.INCLUDED)


def _tell(message: str) -> None:
    """Say it on the terminal, past the log: there it would count against a strict build."""
    print(message, file=sys.stderr, flush=True)  # noqa: T201 - for whoever typed the command
