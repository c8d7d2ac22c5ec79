"""What previews are made of in tests: a difference, a site, and both as a run hands them over."""

from __future__ import annotations

import io
import zipfile

from macros.diff.document import Change, Document, Level, Part, Same, Side, Type, as_json

PAGE = "<html><head><title>x</title></head><body>{}</body></html>"


def difference(name: str = "Oven") -> Document:
    """A difference of one change, which tells of a record of that name."""
    says = (Part(text=name, role="record", key="service.oven"), Part(text=" is gone", role="plain"))
    change = Change(id="0" * 12, type=Type.ENTITY_REMOVED, level=Level.CRITICAL, says=says, records=("service.oven",))
    return Document(base=Side(name="main"), head=Side(name="change"), same=Same.LITTLE, changes=(change,))


def handed_over(
    name: str = "Oven", words: str = "preview", *, site: bool = True, changes: bytes | None = None
) -> bytes:
    """The zip of a run: the difference and, where there is one, the site."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("changes.json", as_json(difference(name)) if changes is None else changes)
        if site:
            archive.writestr("site/index.html", PAGE.format(words))
            archive.writestr("site/services/index.html", PAGE.format(words))
    return packed.getvalue()
