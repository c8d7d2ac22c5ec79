"""The MkDocs plugin: checks before anything is built, writes the records' pages, search entries and sitemap.

Glue only: what a page holds is decided elsewhere.
"""

from __future__ import annotations

import logging
import sys
import time
from pathlib import Path
from typing import Any

from jinja2 import Environment
from mkdocs.commands.build import build, get_context
from mkdocs.config import base, load_config
from mkdocs.config import config_options as options
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, MkDocsException
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents

from macros import site
from macros.diagram.css import stylesheet
from macros.diagram.layout import LayoutError
from macros.embed import SHELF
from macros.finding import as_text, by_place, counted, errors
from macros.model import KINDS
from macros.pages import check_pages
from macros.publish import staged
from macros.views.entities import Section
from macros.workspace import Folders, Workspace

log = logging.getLogger("mkdocs.plugins.inventory")

STYLESHEET = "assets/inventory/kinds.css"


class InventoryConfig(base.Config):  # type: ignore[no-untyped-call] # MkDocs leaves __init_subclass__ untyped
    """Where the facts, the descriptions of drawings and the cache are, from the configuration file's folder."""

    data_dir = options.Type(str, default="data")
    diagrams_dir = options.Type(str, default="diagrams")
    cache_dir = options.Type(str, default=".cache")


class InventoryPlugin(BasePlugin[InventoryConfig]):  # type: ignore[no-untyped-call] # as above
    """Builds the site of an inventory."""

    workspace: Workspace
    _env: Environment
    _files: Files
    _nav: Navigation

    @event_priority(100)
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read and check everything before anything is built; on an error the site built before stays as it is."""
        self.workspace = Workspace(self._folders(config))
        SHELF.clear()
        found = by_place([*self.workspace.findings, *check_pages(self.workspace)])
        wrong = errors(found)
        if wrong:
            raise Abort(f"{as_text(wrong)}\n{counted(wrong)}; nothing was built")
        try:
            self.workspace.gallery.draw_all()
        except LayoutError as error:
            raise Abort(f"drawing failed: {error}") from None
        self._name_site(config)
        return config

    def _folders(self, config: MkDocsConfig) -> Folders:
        root = Path(config.config_file_path).parent if config.config_file_path else Path()
        return Folders(
            root / self.config.data_dir,
            Path(config.docs_dir),
            root / self.config.diagrams_dir,
            root / self.config.cache_dir,
        )

    def _name_site(self, config: MkDocsConfig) -> None:
        """The site is called what its inventory is called."""
        own = self.workspace.inventory.of("inventory")
        if own:
            config.site_name = own[0].name
            if own[0].purpose:
                config.site_description = own[0].purpose
        if STYLESHEET not in config.extra_css:
            config.extra_css.append(STYLESHEET)

    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Add a list page for each kind that nobody wrote one for, and a home page where there is none."""
        pages = {file.src_uri for file in files.documentation_pages()}
        for kind in KINDS.values():
            if not {f"{kind.plural}.md", f"{kind.plural}/index.md"} & pages:
                text = f"# {kind.titles}\n\n{{{{ kind_meaning({kind.name!r}) }}}}\n\n{{{{ table({kind.name!r}) }}}}\n"
                files.append(_generated(config, f"{kind.plural}.md", text))
        if "index.md" not in pages and "README.md" not in pages:
            text = f"# {config.site_name}\n\n{{{{ introduction() }}}}\n\n{{{{ kinds_index() }}}}\n"
            files.append(_generated(config, "index.md", text, InclusionLevel.INCLUDED))
        return files

    def on_nav(self, nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
        """Keep what the shells need."""
        self._nav, self._files = nav, files
        return nav

    def on_env(self, env: Environment, config: MkDocsConfig, files: Files) -> Environment:
        """Keep what the shells need."""
        self._env = env
        return env

    @event_priority(-100)
    def on_post_build(self, config: MkDocsConfig) -> None:
        """Write the records' pages and make them findable, after everybody else is done."""
        target = Path(config.site_dir)
        pages = site.record_pages(self.workspace, lambda parts: self._shell(parts, config))
        addresses = site.write(pages, target)
        site.add_to_search(self.workspace, target / "search" / "search_index.json")
        sheet = target / STYLESHEET
        sheet.parent.mkdir(parents=True, exist_ok=True)
        sheet.write_text(stylesheet(self.workspace.drawings.style), encoding="utf-8")
        if config.site_url:
            site.write_sitemap(target, config.site_url, [*self._own_addresses(), *addresses])
        log.info("Wrote the pages of %d records", len(self.workspace.inventory.entries))

    def _own_addresses(self) -> list[str]:
        return [file.url.removeprefix("./") for file in self._files.documentation_pages()]

    def _shell(self, parts: tuple[Section, ...], config: MkDocsConfig) -> site.Shell:
        """A page of the theme with marks, rendered once for all records whose pages have these sections."""
        file = File.generated(
            config, f"{site.STAND_IN.rstrip('/')}.md", content="", inclusion=InclusionLevel.NOT_IN_NAV
        )
        page = Page(site.TITLE, file, config)
        page.meta = {"description": site.DESCRIPTION, "title": site.TITLE}
        page.content = f"<h1 hidden></h1>{site.CONTENT}"
        top = AnchorLink(site.TITLE, "top", 1)
        top.children = [AnchorLink(part.title, part.id, 2) for part in parts]
        page.toc = TableOfContents([top])
        page.edit_url = None
        context: Any = get_context(self._nav, self._files, config, page)
        html: str = self._env.get_template("main.html").render(context)
        return site.Shell(html.replace("<h1 hidden></h1>", ""))

    def on_serve(self, server: LiveReloadServer, config: MkDocsConfig, builder: Any) -> LiveReloadServer:
        """Build again when the facts, the drawings or the templates change (the engine's code needs a new start)."""
        folders = self.workspace.folders
        engine = Path(__file__).parent
        for folder in (folders.data, folders.diagrams, engine / "templates", engine / "theme"):
            if folder.is_dir():
                server.watch(str(folder))
        return server


def _generated(
    config: MkDocsConfig, name: str, text: str, inclusion: InclusionLevel = InclusionLevel.NOT_IN_NAV
) -> File:
    return File.generated(config, name, content=text, inclusion=inclusion)


class BuildFailed(Exception):  # noqa: N818 - it says what happened
    """The site could not be built; the message says why and where."""


def build_site(configuration: Path, folders: Folders, target: Path) -> tuple[int, float]:
    """Build the site of an inventory into `target`, which is replaced when the new site is whole.

    Returns the number of pages and the seconds it took. Raises `BuildFailed` where something is wrong; `target` is
    untouched then.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    handler.setLevel(logging.WARNING)
    logger = logging.getLogger("mkdocs")
    logger.addHandler(handler)
    started = time.monotonic()
    try:
        with staged(target) as staging:
            config = load_config(
                str(configuration), docs_dir=str(folders.docs.resolve()), site_dir=str(staging), strict=True
            )
            plugin = config.plugins["inventory"]
            plugin.config["data_dir"] = str(folders.data.resolve())
            plugin.config["diagrams_dir"] = str(folders.diagrams.resolve())
            plugin.config["cache_dir"] = str(folders.cache.resolve())
            config.nav = _fitting(config.nav, folders.docs)
            config.plugins.on_startup(command="build", dirty=False)
            build(config)
            config.plugins.on_shutdown()
    except MkDocsException as error:
        raise BuildFailed(str(error)) from None
    finally:
        logger.removeHandler(handler)
    pages = sum(1 for _ in target.rglob("*.html"))
    return pages, time.monotonic() - started


def _fitting(nav: Any, docs: Path) -> Any:
    """The navigation without pages that this docs folder does not have; None (every page) where none is left."""
    if isinstance(nav, list):
        kept = [fitted for item in nav if (fitted := _fitting(item, docs)) is not None]
        return kept or None
    if isinstance(nav, dict):
        kept_items = {title: fitted for title, item in nav.items() if (fitted := _fitting(item, docs)) is not None}
        return kept_items or None
    return nav if not isinstance(nav, str) or "://" in nav or (docs / nav).is_file() else None
