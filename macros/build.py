"""Builds a site from its configuration into a folder, which is replaced when the new site is whole and checked."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException

from macros.finding import by_place, counted
from macros.history import wrong_stamp
from macros.publish import PublishError, staged
from macros.report import as_text
from macros.verify import VerifyError, complained, verify
from macros.views.preview import Preview
from macros.workspace import Folders


class BuildFailed(Exception):  # noqa: N818 - it says what happened
    """The site could not be built; the message says why and where."""


@dataclass(frozen=True)
class Previewed:
    """A change to preview: the difference, and the site of its base where that could be built."""

    preview: Preview
    base_site: Path | None


def build_site(
    configuration: Path,
    folders: Folders,
    target: Path,
    previewed: Previewed | None = None,
    today: date | None = None,
) -> tuple[int, float]:
    """Build the site of an inventory into `target`, which is replaced when the new site is whole and has been checked.

    With a change to preview, the site marks it, and has a page of changes. Where no day is given, it is that of the
    facts (see `build_day`).

    Returns the number of pages and the seconds it took. Raises `BuildFailed` where something is wrong; `target` is
    untouched then.
    """
    started = time.monotonic()
    if problem := wrong_stamp():
        raise BuildFailed(problem)
    try:
        with staged(target) as staging, warnings_of_mkdocs() as warnings:
            config = _configured(configuration, folders, staging)
            plugin: Any = config.plugins["inventory"]
            plugin.previewed, plugin.today = previewed, today
            config.plugins.on_startup(command="build", dirty=False)
            build(config)
            config.plugins.on_shutdown()
            # The site's own check comes first: it knows file and line, where MkDocs names a page.
            if wrong := by_place(verify(staging, folders.docs, config.site_url or "")):
                raise BuildFailed(f"{as_text(wrong)}\n{counted(wrong)}; nothing was published")
            if warnings:
                wrong = by_place(complained(warning, folders.docs) for warning in warnings)
                raise BuildFailed(f"{as_text(wrong)}\n{counted(wrong)}; nothing was published")
    except (MkDocsException, PublishError, VerifyError) as error:
        raise BuildFailed(str(error)) from None
    pages = sum(1 for _ in target.rglob("*.html"))
    return pages, time.monotonic() - started


def _configured(configuration: Path, folders: Folders, staging: Path) -> MkDocsConfig:
    """The configuration for a build of these folders into `staging`. Warnings are judged by the caller."""
    config = load_config(str(configuration), docs_dir=str(folders.docs.resolve()), site_dir=str(staging), strict=False)
    plugin = config.plugins["inventory"]
    plugin.config["data_dir"] = str(folders.data.resolve())
    plugin.config["diagrams_dir"] = str(folders.diagrams.resolve())
    plugin.config["cache_dir"] = str(folders.cache.resolve())
    if folders.docs.resolve() != (configuration.parent / "docs").resolve():
        config.nav = _fitting(config.nav, folders.docs)
        if config.nav:
            config.nav += _unnamed(config.nav, folders.docs)
    return config


@contextmanager
def warnings_of_mkdocs() -> Iterator[list[str]]:
    """Collects what MkDocs warns of while it is open."""
    found: list[str] = []

    class Collector(logging.Handler):
        """Keeps the messages."""

        def emit(self, record: logging.LogRecord) -> None:
            """Keep one."""
            found.append(record.getMessage())

    collector = Collector(logging.WARNING)
    logger = logging.getLogger("mkdocs")
    logger.addHandler(collector)
    try:
        yield found
    finally:
        logger.removeHandler(collector)


def _fitting(nav: Any, docs: Path) -> Any:
    """The navigation without pages that this docs folder does not have; None (every page) where none is left."""
    if isinstance(nav, list):
        kept = [fitted for item in nav if (fitted := _fitting(item, docs)) is not None]
        return kept or None
    if isinstance(nav, dict):
        kept_items = {title: fitted for title, item in nav.items() if (fitted := _fitting(item, docs)) is not None}
        return kept_items or None
    return nav if not isinstance(nav, str) or "://" in nav or (docs / nav).is_file() else None


def _unnamed(nav: Any, docs: Path) -> list[str]:
    """The pages of somebody else's docs folder that this project's navigation does not know."""
    known = set(pages_named(nav))
    pages = sorted(path.relative_to(docs).as_posix() for path in docs.rglob("*.md"))
    return [page for page in pages if page not in known]


def pages_named(nav: Any) -> Iterator[str]:
    """The pages that a navigation names, in its order; addresses of other sites are among them."""
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, (list, dict)):
        for item in nav.values() if isinstance(nav, dict) else nav:
            yield from pages_named(item)
