"""The colours of kinds and the lines of relations as CSS, from `diagrams/style.yml`: one palette for all views."""

from __future__ import annotations

from macros.diagram.description import Line, Style
from macros.model import KINDS, RELATIONS

_DASHES = {Line.SOLID: "none", Line.BOLD: "none", Line.DASHED: "5 3", Line.DOTTED: "1 3"}


def stylesheet(style: Style) -> str:
    """Rules for `.kind-<kind>` and `.relation-<relation>`, with light and dark values as variables.

    Shapes and arrows are in it for the scripts, which draw and write DOT in the browser.
    """
    lines = [":root{" + "".join(f"--colour-{name}:{pair.light};" for name, pair in style.colours.items()) + "}"]
    dark = "".join(f"--colour-{name}:{pair.dark};" for name, pair in style.colours.items())
    lines.append(f'@media screen{{[data-md-color-scheme="slate"]{{{dark}}}}}')
    for name in KINDS:
        look = style.of_kind(name)
        lines.append(f".kind-{name}{{--kind:var(--colour-{look.colour});--shape:{look.shape}}}")
    for name in RELATIONS:
        drawn = style.of_relation(name)
        width = "2.2" if drawn.line is Line.BOLD else "1.2"
        line = f"--line-dash:{_DASHES[drawn.line]};--line-width:{width};--arrow:{drawn.arrow}"
        lines.append(f".relation-{name}{{{line}}}")
    return "\n".join(lines) + "\n"
