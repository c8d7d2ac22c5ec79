"""One inventory at work: its data, graph, findings and drawings, each made once and on demand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from macros import inventory
from macros.diagram import description
from macros.diagram.description import Drawings
from macros.diagram.gallery import Gallery
from macros.diagram.layout import Layout
from macros.finding import Finding, by_place
from macros.graph import Graph
from macros.inventory import Inventory
from macros.rules import judge
from macros.secrets import check_secrets


@dataclass(frozen=True)
class Folders:
    """Where the facts, the pages and the drawings' descriptions are, and where drawings are kept between builds."""

    data: Path = Path("data")
    docs: Path = Path("docs")
    diagrams: Path = Path("diagrams")
    cache: Path = Path(".cache")


class Workspace:
    """What is known of the folders, read when first asked for. Made anew for each build."""

    def __init__(self, folders: Folders) -> None:
        self.folders = folders

    @property
    def data(self) -> Path:
        """The folder of the facts."""
        return self.folders.data

    @cached_property
    def inventory(self) -> Inventory:
        """The records."""
        return inventory.load(self.folders.data)

    @cached_property
    def graph(self) -> Graph:
        """Their relations."""
        return Graph(self.inventory)

    @cached_property
    def drawings(self) -> Drawings:
        """What is to be drawn."""
        return description.load(self.folders.diagrams, self.graph)

    @cached_property
    def gallery(self) -> Gallery:
        """What is drawn."""
        return Gallery(self.graph, self.drawings, Layout(self.folders.cache / "drawings"))

    @cached_property
    def facts_findings(self) -> list[Finding]:
        """All that is wrong with the facts, sorted by place."""
        return by_place([*self.inventory.findings, *judge(self.graph), *check_secrets([self.folders.data])])

    @property
    def findings(self) -> list[Finding]:
        """All that is wrong with the facts and the drawings, sorted by place."""
        return by_place([*self.facts_findings, *self.drawings.findings, *check_secrets([self.folders.diagrams])])

    def has_page(self, name: str) -> bool:
        """Whether somebody wrote the page at `/<name>/`."""
        return (self.folders.docs / f"{name}.md").is_file() or (self.folders.docs / name / "index.md").is_file()
