"""The MkDocs plugin: checks before anything is built, writes the records' pages, search entries and sitemap.

Glue only: what a page holds is decided elsewhere.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment
from markupsafe import escape
from mkdocs.commands.build import get_context
from mkdocs.config import base
from mkdocs.config import config_options as options
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents

from macros import export, feed, offline, provenance, site
from macros.bound import Bound, TookTooLong
from macros.build import Previewed, pages_named
from macros.diagram.css import stylesheet
from macros.diagram.layout import LayoutError
from macros.embed import SHELF
from macros.finding import Finding, Place, by_place, counted, errors
from macros.frontmatter import as_html
from macros.history import build_day, commit
from macros.model import KINDS
from macros.pages import check_pages
from macros.policy import headers, scripts, with_policy
from macros.preview import write_preview
from macros.report import as_text
from macros.serving import Serving, nothing_yet
from macros.verify import first_place
from macros.views import history, preview
from macros.views.entities import Section
from macros.workspace import Folders, Workspace

log = logging.getLogger("mkdocs.plugins.inventory")

PAGE_SECONDS = 10.0
"""Processor time that a page may take; the longest of this project takes a tenth of a second."""

STYLESHEET = "assets/inventory/kinds.css"


class InventoryConfig(base.Config):  # type: ignore[no-untyped-call] # MkDocs leaves __init_subclass__ untyped
    """Where the facts, the descriptions of drawings and the cache are, from the configuration file's folder."""

    data_dir = options.Type(str, default="data")
    diagrams_dir = options.Type(str, default="diagrams")
    cache_dir = options.Type(str, default=".cache")


class InventoryPlugin(BasePlugin[InventoryConfig]):  # type: ignore[no-untyped-call] # as above
    """Builds the site of an inventory."""

    workspace: Workspace
    previewed: Previewed | None = None
    """The change that the site previews, where it does."""

    today: date | None = None
    """The day to which things are counted, where it is not that of the facts."""

    _env: Environment
    _files: Files
    _nav: Navigation

    def __init__(self) -> None:
        self._serving = Serving()
        self._page: Path | None = None
        self._scripts: dict[str, frozenset[str]] = {}
        self._bound = Bound(PAGE_SECONDS)

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Remember whether this serves: then nothing that is wrong ends it. (With this event, MkDocs keeps the plugin
        from one build to the next.)
        """
        self._serving.on = command == "serve"

    @event_priority(100)
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read and check everything before anything is built; on an error the site built before stays as it is."""
        folders = self._folders(config)
        self.workspace = self._workspace(folders)
        self.workspace.site_url = config.site_url
        if self._serving.is_first:
            self._serving.hide_docs(config)
            return config
        SHELF.clear()
        self._scripts.clear()
        found = by_place([*self.workspace.findings, *check_pages(self.workspace), *self._unwritten(config)])
        wrong = errors(found)
        problem = f"{as_text(wrong)}\n{counted(wrong)}; nothing was built" if wrong else self._draw()
        if problem:
            raise Abort(problem)
        self._name_site(config)
        if self.previewed is not None:
            config.extra["preview"] = preview.banner(self.previewed.preview)
            config.extra_css.extend(preview.STYLESHEETS)
        if self._serving.staging is not None:
            config.site_dir = str(self._serving.staging)
        return config

    def _workspace(self, folders: Folders) -> Workspace:
        """What is known of the folders; for a preview, what the difference was made of."""
        if self.previewed is None:
            return Workspace(folders, None if self._serving.on else self.today or build_day(folders.data))
        workspace = self.previewed.preview.difference.head
        preview.show(workspace, self.previewed.preview)
        return workspace

    def _unwritten(self, config: MkDocsConfig) -> Iterator[Finding]:
        """The pages that the navigation names and nobody wrote; lists of records are written for those who do not."""
        lists = {f"{kind.plural}.md" for kind in KINDS.values()}
        for name in pages_named(config.nav):
            if name.endswith(".md") and name not in lists and not (Path(config.docs_dir) / name).is_file():
                place = first_place(Path(config.config_file_path), name) or Place(Path(config.config_file_path))
                message = f"the navigation names `{name}`, which nobody wrote: write the page, or delete the line"
                yield Finding("DOC011", message, place)

    def _draw(self) -> str:
        """Draw everything; what went wrong, or nothing."""
        try:
            self.workspace.gallery.draw_all()
            if self.previewed is not None and (before := self.previewed.preview.base):
                before.gallery.draw_all()
        except LayoutError as error:
            return f"drawing failed: {error}"
        return ""

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
            config.site_name = escape(own[0].name)  # the theme writes both as they are
            if own[0].purpose:
                config.site_description = escape(own[0].purpose)
        config.extra["feed"] = history.FEED if history.has_feed(self.workspace) else ""
        config.extra_css.extend(sheet for sheet in (STYLESHEET, provenance.FILE) if sheet not in config.extra_css)
        if self._keeps_offline and offline.SCRIPT not in config.extra_javascript:
            config.extra_javascript.append(offline.SCRIPT)

    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Add a list page for each kind that nobody wrote one for, and a home page where there is none."""
        if self._serving.is_first:
            files.append(nothing_yet(config))
            return files
        pages = {file.src_uri for file in files.documentation_pages()}
        for kind in KINDS.values():
            if not {f"{kind.plural}.md", f"{kind.plural}/index.md"} & pages:
                text = f"# {kind.titles}\n\n{{{{ kind_meaning({kind.name!r}) }}}}\n\n{{{{ table({kind.name!r}) }}}}\n"
                files.append(_generated(config, f"{kind.plural}.md", text))
        if "index.md" not in pages and "README.md" not in pages:
            own = self.workspace.inventory.of("inventory")
            title = _as_markdown(own[0].name if own else config.site_name)
            text = f"# {title}\n\n{{{{ introduction() }}}}\n\n{{{{ kinds_index() }}}}\n"
            files.append(_generated(config, "index.md", text, InclusionLevel.INCLUDED))
        return files

    def on_nav(self, nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
        """Keep what the shells need."""
        self._nav, self._files = nav, files
        return nav

    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Make HTML of a page's settings, which the theme writes as they are; and begin to count its time."""
        page.meta = as_html(dict(page.meta))
        self._page = Path(config.docs_dir) / page.file.src_uri
        self._bound = Bound(PAGE_SECONDS)
        self._bound.start()
        return markdown

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """The page was read in time."""
        self._bound.end()
        self._page = None
        return html

    def on_build_error(self, *, error: Exception) -> None:
        """Say which page it was, where a page was being read."""
        self._bound.end()
        page, self._page = self._page, None
        if page is not None and not isinstance(error, Abort):
            raise Abort(str(Finding("DOC010", _unread(error), Place(page)))) from None

    def on_env(self, env: Environment, config: MkDocsConfig, files: Files) -> Environment:
        """Keep what the shells need."""
        self._env = env
        return env

    @event_priority(-100)
    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Give the page its policy, and the theme's search a name for those who hear the page."""
        output = _search_named(output)
        return output if self._serving.on else with_policy(output, self._known(page.url, config))

    @event_priority(-100)
    def on_post_template(self, output_content: str, *, template_name: str, config: MkDocsConfig) -> str:
        """Give the theme's own pages theirs; nothing in them is written by anybody else."""
        output_content = _search_named(output_content)
        if self._serving.on or not template_name.endswith(".html"):
            return output_content
        self._scripts[template_name] = scripts(output_content)
        return with_policy(output_content, self._scripts[template_name])

    def _known(self, address: str, config: MkDocsConfig) -> frozenset[str]:
        """The theme's own scripts on a page at this address, which differ by how deep it lies.

        They are those of an empty page there. While serving, MkDocs adds a script of its own to each page, so there is
        no policy then.
        """
        depth = address.strip("./").count("/") + 1 if address.strip("./") else 0
        name = "/".join(["x"] * depth) or "index"
        if name not in self._scripts:
            page = Page("", File.generated(config, f"{name}.md", content=""), config)
            page.content, page.toc, page.meta = "", TableOfContents([]), {}
            context: Any = get_context(self._nav, self._files, config, page)
            self._scripts[name] = scripts(self._env.get_template("main.html").render(context))
        return self._scripts[name]

    @event_priority(-100)
    def on_post_build(self, config: MkDocsConfig) -> None:
        """Write the records' pages and make them findable, after everybody else is done."""
        if self._serving.is_first:
            self._serving.show_docs(config)
            return
        target = Path(config.site_dir)
        pages = site.record_pages(self.workspace, lambda parts: self._shell(parts, site.STAND_IN, config))
        addresses = site.write(pages, target)
        sheets = site.sheet_pages(self.workspace, lambda parts: self._shell(parts, site.SHEET_STAND_IN, config))
        addresses += site.write(sheets, target)
        site.add_to_search(self.workspace, target / "search" / "search_index.json")
        sheet = target / STYLESHEET
        sheet.parent.mkdir(parents=True, exist_ok=True)
        sheet.write_text(stylesheet(self.workspace.drawings.style), encoding="utf-8")
        site.write_files(feed.files(self.workspace), target)
        (target / provenance.FILE).write_text(provenance.words(commit(self.workspace.folders.data)), encoding="utf-8")
        (target / export.FILE).write_text(export.as_json(self.workspace.graph), encoding="utf-8")
        if self.previewed is not None:
            shells = partial(self._shell, config=config)
            addresses += write_preview(self.previewed.preview, self.workspace, self.previewed.base_site, target, shells)
        if not self._serving.on:
            (target / "_headers").write_text(headers(frozenset().union(*self._scripts.values())), encoding="utf-8")
        site.write_sitemap(target, config.site_url, [*self._own_addresses(), *addresses])
        worker = offline.worker(target) if self._keeps_offline else offline.RETIRED
        (target / offline.FILE).write_text(worker, encoding="utf-8")
        log.info("Wrote the pages of %d records", len(self.workspace.inventory.entries))

    @property
    def _keeps_offline(self) -> bool:
        """Whether readers' browsers keep pages of this site: not of one that is about to change, or to go."""
        return not self._serving.on and self.previewed is None

    def _own_addresses(self) -> list[str]:
        return [file.url.removeprefix("./") for file in self._files.documentation_pages()]

    def _shell(self, parts: tuple[Section, ...], stand_in: str, config: MkDocsConfig) -> site.Shell:
        """A page of the theme with marks, rendered once for all records whose pages have these sections."""
        file = File.generated(config, f"{stand_in.rstrip('/')}.md", content="", inclusion=InclusionLevel.NOT_IN_NAV)
        page = Page(site.TITLE, file, config)
        page.meta = {"description": site.DESCRIPTION, "title": site.TITLE}
        page.content = f"<h1 hidden></h1>{site.CONTENT}"
        top = AnchorLink(site.TITLE, "top", 1)
        top.children = [AnchorLink(part.title, part.id, 2) for part in parts]
        page.toc = TableOfContents([top])
        page.edit_url = None
        context: Any = get_context(self._nav, self._files, config, page)
        html: str = self._env.get_template("main.html").render(context)
        html = _search_named(html.replace("<h1 hidden></h1>", ""))
        return site.Shell(html if self._serving.on else with_policy(html, self._known(stand_in, config)), stand_in)

    def on_serve(self, server: LiveReloadServer, config: MkDocsConfig, builder: Any) -> LiveReloadServer:
        """Build again when the facts, the drawings or the templates change (the engine's code needs a new start)."""
        folders = self.workspace.folders
        engine = Path(__file__).parent
        for folder in (folders.data, folders.diagrams, engine / "templates", engine / "theme"):
            if folder.is_dir():
                server.watch(str(folder))
        self._serving.keep(server)
        return server


def _search_named(html: str) -> str:
    """The page with a name for the theme's search, which is a dialog without one."""
    return html.replace(
        'data-md-component="search" role="dialog"', 'data-md-component="search" role="dialog" aria-label="Search"'
    )


def _as_markdown(text: str) -> str:
    """A value of the data as text of a page, which may not be read as Markdown or as a macro call."""
    return "".join(sign if sign.isalnum() or sign == " " else f"&#{ord(sign)};" for sign in text)


def _generated(
    config: MkDocsConfig, name: str, text: str, inclusion: InclusionLevel = InclusionLevel.NOT_IN_NAV
) -> File:
    return File.generated(config, name, content=text, inclusion=inclusion)


def _unread(error: Exception) -> str:
    """Why a page cannot be read, and what to do."""
    match error:
        case TookTooLong():
            return f"reading the page took more than {PAGE_SECONDS:g} seconds: split it, or write fewer brackets"
        case RecursionError():
            return "the page is nested too deep: write fewer levels of lists and quotes"
        case _:
            return f"the page cannot be read: {type(error).__name__}: {error}: write it in a plainer way"
