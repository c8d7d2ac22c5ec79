"""The colours of kinds and the lines of relations as CSS, from `diagrams/style.yml`: one palette for all views."""

from __future__ import annotations

from macros.diagram.description import Line, Style
from macros.model import KINDS, RELATIONS

_DASHES = {Line.SOLID: "none", Line.BOLD: "none", Line.DASHED: "5 3", Line.DOTTED: "1 3"}


def stylesheet(style: Style) -> str:
    """Rules for `.kind-<kind>` and `.relation-<relation>`, with light and dark values as variables."""
    lines = [":root{" + "".join(f"--colour-{name}:{pair.light};" for name, pair in style.colours.items()) + "}"]
    dark = "".join(f"--colour-{name}:{pair.dark};" for name, pair in style.colours.items())
    lines.append(f'@media screen{{[data-md-color-scheme="slate"]{{{dark}}}}}')
    lines += [f".kind-{name}{{--kind:var(--colour-{style.of_kind(name).colour})}}" for name in KINDS]
    for name in RELATIONS:
        line = style.of_relation(name).line
        width = "2.2" if line is Line.BOLD else "1.2"
        lines.append(f".relation-{name}{{--line-dash:{_DASHES[line]};--line-width:{width}}}")
    return "\n".join(lines) + "\n"
