"""The one comment on a pull request that says what it changes. It is written anew with every push, and goes at the end.

It is known by a mark at its start and by its author. A comment by anybody else is neither touched nor believed, whatever it
begins with.
"""

from __future__ import annotations

from macros.diff.document import Document
from macros.diff.markdown import as_markdown
from macros.publication.forge import Comment, Forge

MARK = "<!-- production-inventory: what this changes -->"

NO_SITE = "There is no preview: the site could not be built. [The log]({log}) says why."
NOTHING = "What this changes could not be told, and there is no preview. [The log]({log}) says why."
REFUSED = "What the build made was refused, so there is no preview. [The log]({log}) says why."

UNPUBLISHED = "There is no preview: it could not be published. [The log]({log}) says why."


def text(document: Document | None, address: str, note: str) -> str:
    """What the comment says: the difference, where the preview is, and a note before both."""
    parts = [MARK, note, as_markdown(document, address) if document is not None else ""]
    return "\n\n".join(filter(None, parts))


def write(forge: Forge, number: int, said: str, author: str) -> None:
    """Write the comment of a pull request, or write it anew. Of several of our own the first stays."""
    own = _own(forge, number, author)
    if not own:
        forge.add_comment(number, said)
        return
    if own[0].text != said:
        forge.change_comment(own[0].id, said)
    for double in own[1:]:
        forge.delete_comment(double.id)


def remove(forge: Forge, number: int, author: str) -> None:
    """Delete the comment of a pull request."""
    for comment in _own(forge, number, author):
        forge.delete_comment(comment.id)


def _own(forge: Forge, number: int, author: str) -> list[Comment]:
    return [one for one in forge.comments(number) if one.author == author and one.text.startswith(MARK)]
