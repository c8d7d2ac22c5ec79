"""What the campaign tries, in this order."""

from __future__ import annotations

from tests.campaign.builds import browsing, disks, kills, mutants, pairs, settings
from tests.campaign.canaries import canaries
from tests.campaign.facts import models, reading
from tests.campaign.result import Phase, Result
from tests.campaign.serving import cycles
from tests.campaign.texts import strings

__all__ = ["PHASES", "Phase", "Result"]

PHASES: tuple[Phase, ...] = (
    reading,
    models,
    strings,
    mutants,
    kills,
    pairs,
    disks,
    cycles,
    settings,
    browsing,
    canaries,
)
