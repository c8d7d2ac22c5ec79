"""One inventory at work: its data, graph, findings and drawings, each made once and on demand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from macros import inventory
from macros.citation import Citations
from macros.commands import Commands
from macros.diagram import description
from macros.diagram.description import Drawings
from macros.diagram.gallery import Gallery
from macros.diagram.layout import Layout
from macros.finding import Finding, by_place, errors
from macros.graph import Graph
from macros.history import real_day, trend
from macros.inventory import Inventory
from macros.model import InventoryRecord, Waiver
from macros.rules import judge
from macros.secrets import check_secrets
from macros.waivers import Judgement, judgement

if TYPE_CHECKING:
    from macros.reach import Reach


@dataclass(frozen=True)
class Folders:
    """Where the facts, the pages and the drawings' descriptions are, and where drawings are kept between builds."""

    data: Path = Path("data")
    docs: Path = Path("docs")
    diagrams: Path = Path("diagrams")
    cache: Path = Path(".cache")


class Workspace:
    """What is known of the folders, read when first asked for. Made anew for each build."""

    def __init__(self, folders: Folders, today: date | None = None) -> None:
        self.folders = folders
        self.today = today or real_day()
        self.site_url: str | None = None
        """Where the site is published, where somebody knows."""

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
    def reach(self) -> Reach:
        """What falls with what."""
        from macros.reach import Reach  # a fifth of a second: a check does without it

        return Reach(self.graph)

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
        found = self._of_reading
        if errors(found):  # what contradicts what is not worth saying of facts of which some could not be read
            return by_place(
                [*found, *errors(judge(self.graph, self.today, self.citations, Commands(self.folders.cache)))]
            )
        return by_place([*found, *self.judgement.standing])

    @cached_property
    def _of_reading(self) -> list[Finding]:
        return [*self.inventory.findings, *check_secrets([self.folders.data])]

    @property
    def is_judged(self) -> bool:
        """Whether all rules had their say: not where some facts could not be read."""
        return not errors(self._of_reading)

    @property
    def accepted(self) -> list[tuple[Finding, Waiver]]:
        """What waivers accept; nothing where the facts were not judged."""
        return self.judgement.accepted if self.is_judged else []

    @cached_property
    def judgement(self) -> Judgement:
        """What the rules found, and what of it is accepted."""
        return judgement(
            judge(self.graph, self.today, self.citations, Commands(self.folders.cache)), self.inventory, self.today
        )

    @cached_property
    def trend(self) -> str:
        """How the number of findings has changed, in words; empty where nobody can tell."""
        return trend(self.folders.data, self.folders.cache, len(self.judgement.standing))

    @cached_property
    def citations(self) -> Citations:
        """The lines of the document that the facts were taken from."""
        own = next(iter(self.inventory.of("inventory")), None)
        file = own.source_file if isinstance(own, InventoryRecord) else None
        return Citations(self.folders.docs / file if file else None)

    @property
    def findings(self) -> list[Finding]:
        """All that is wrong with the facts and the drawings, sorted by place."""
        return by_place([*self.facts_findings, *self.drawings.findings, *check_secrets([self.folders.diagrams])])

    def has_page(self, name: str) -> bool:
        """Whether somebody wrote the page at `/<name>/`."""
        return (self.folders.docs / f"{name}.md").is_file() or (self.folders.docs / name / "index.md").is_file()
