"""What a printed page says of itself: whose it is, until when it holds, whether it is a draft, and where it is from."""

from __future__ import annotations

from dataclasses import dataclass

import segno
from markupsafe import Markup

from macros.model import InventoryRecord, Link, Operated, Record, Rotation, Runbook
from macros.model.values import Interval
from macros.paging import paging
from macros.rules.freshness import A_YEAR
from macros.views import Scene


@dataclass(frozen=True)
class Paper:
    """`days` is how long a print holds, None where nobody says; `qr` the address as a picture, empty without one."""

    owner: str
    days: int | None
    draft: bool
    address: str
    qr: Markup


def paper(scene: Scene, record: Record, address: str) -> Paper:
    """What the print of a page about a record says; `address` is the page's, from the site's root."""
    root = scene.workspace.site_url
    whole = f"{root.rstrip('/')}/{address}" if root else ""
    return Paper(
        _owner(scene, record),
        _days(scene, record),
        isinstance(record, Runbook) and record.exercised is None,
        whole,
        _qr(whole) if whole else Markup(),
    )


def _owner(scene: Scene, record: Record) -> str:
    """Who owns it; of what nobody owns, who is paged first."""
    link = scene.workspace.inventory.value(record, "owner")
    if isinstance(link, Link) and link.key:
        return scene.workspace.inventory[link.key].name
    first = next(iter(paging(scene.workspace.graph, record).steps), None)
    return scene.workspace.inventory[first.key].name if first else "unknown"


def _days(scene: Scene, record: Record) -> int | None:
    """A runbook holds as long as it says itself; all else as long as a fact may be old."""
    if isinstance(record, Runbook):
        return _whole_days(record.review_every)
    inventory = scene.workspace.inventory
    link = inventory.value(record, "tier") if isinstance(record, Operated) else None
    tier = inventory[link.key] if isinstance(link, Link) and link.key else None
    own = next(iter(inventory.of("inventory")), None)
    stated = (tier.review_every if isinstance(tier, Rotation) else None) or (
        own.review_every if isinstance(own, InventoryRecord) else None
    )
    return _whole_days(stated or A_YEAR)


def _whole_days(interval: Interval | None) -> int | None:
    return max(interval.minutes // (24 * 60), 1) if interval is not None else None


def _qr(address: str) -> Markup:
    """The address as a QR code: an SVG without a size, so that the style sheet gives it one."""
    text = segno.make(address, error="m", micro=False).svg_inline(
        border=2, omitsize=True, svgclass="qr", lineclass=None, title=None
    )
    return Markup(text)  # noqa: S704 - a picture that is drawn here; the address is not in it
