"""The macros of pages, for mkdocs-macros: each is a view, and its HTML goes past Markdown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from macros.embed import SHELF
from macros.fences import protect
from macros.pages import REGISTERED  # noqa: F401 - importing the pages' checks registers the views
from macros.views import VIEWS, Scene, View
from macros.workspace import Folders, Workspace


def define_env(env: Any) -> None:
    """Register every view as a macro. Called by mkdocs-macros once a build."""
    env.has_j2 = lambda _: False  # a page's title is text: rendering it would give it more than the pages may ask for
    workspace = _workspace(env.conf)
    scenes: dict[str, Scene] = {}

    def bound(view: View) -> Callable[..., str]:
        def macro(*arguments: Any, **named: Any) -> str:
            file = env.page.file
            scene = scenes.setdefault(file.src_uri, Scene(workspace, "../" * file.dest_uri.count("/")))
            return SHELF.put(view(scene, *arguments, **named))

        return macro

    for name, view in VIEWS.items():
        env.macro(bound(view), name)


def on_pre_page_macros(env: Any) -> None:
    """Leave code as it is. Called by mkdocs-macros before it renders a page."""
    env.markdown = protect(env.markdown)


def _workspace(config: Any) -> Workspace:
    """The plugin's workspace; without the plugin (another generator), one over the folders beside the configuration."""
    plugin = config["plugins"].get("inventory") if hasattr(config["plugins"], "get") else None
    if plugin is not None:
        found: Workspace = plugin.workspace
        return found
    root = Path(config["config_file_path"]).parent
    return Workspace(Folders(root / "data", Path(config["docs_dir"]), root / "diagrams", root / ".cache"))
