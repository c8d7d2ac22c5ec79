"""One inventory at work: its data, graph, findings and drawings, each made once and on demand."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from macros import inventory
from macros.finding import Finding, by_place
from macros.graph import Graph
from macros.inventory import Inventory
from macros.rules import judge


class Workspace:
    """What is known of a data folder, read when first asked for."""

    def __init__(self, data: Path) -> None:
        self.data = data

    @cached_property
    def inventory(self) -> Inventory:
        """The records."""
        return inventory.load(self.data)

    @cached_property
    def graph(self) -> Graph:
        """Their relations."""
        return Graph(self.inventory)

    @cached_property
    def findings(self) -> list[Finding]:
        """All that is wrong, sorted by place."""
        return by_place([*self.inventory.findings, *judge(self.graph)])
