"""What every code means: those of rules from their docstrings, those of reading, pages and sites from here."""

from __future__ import annotations

from dataclasses import dataclass

from macros.finding import Severity
from macros.rules import AREAS, every_rule


@dataclass(frozen=True)
class Code:
    """A code, how much it weighs, what it is about, and what it means to a reader.

    `name` is what a program may call it: the words of the rule, or those of the area where it is no rule's.
    """

    code: str
    name: str
    severity: Severity
    area: str
    meaning: str


_AREAS = {
    "SRC": "Reading files",
    "MOD": "Records and their fields",
    "ID0": "Ids and names",
    "REF": "References",
    "DIA": "Drawings",
    "DOC": "Pages and files",
    "SEC": "Credentials",
    "SIT": "The built site",
    "WAV": "Waivers",
    "RUL": "Rules themselves",
}

_ERRORS = {
    "SRC001": "A file can be read, and is YAML.",
    "SRC002": "Lines are indented by spaces: YAML knows no tabs there.",
    "SRC003": "A key stands once: of two, one would be lost.",
    "SRC004": "Values are written out: no anchors, aliases or merges.",
    "SRC005": "Values have no tags; the model knows the types.",
    "SRC006": "A file holds one document.",
    "SRC007": "Nothing is nested more than 50 levels deep.",
    "SRC008": "Files, and texts in them, have a size that people write.",
    "SRC009": "A file holds data.",
    "SRC010": "Files are UTF-8 without a byte order mark.",
    "SRC011": "Nothing in a file is invisible, or changes the direction of the text around it.",
    "SRC012": "No text was mangled on its way from one encoding to another.",
    "SRC013": "No value means one thing to a person and another to a reader of YAML: `no`, `12:30`, `017`, `1_000`.",
    "SRC014": "A date is one of the calendar.",
    "SRC016": "Nothing is a link: what it leads to may lie anywhere.",
    "SRC017": "A file or folder is called after the kind of record that it holds.",
    "MOD001": "A key is one that the model knows.",
    "MOD002": "What a record needs is there.",
    "MOD003": "A value is of the type that its field has.",
    "MOD004": "A value is one that its field can have.",
    "MOD006": "A key has a value; where nobody knows it, that is `unknown`.",
    "ID001": "An id is lower-case letters, digits and hyphens, from a letter on.",
    "ID002": "An id is taken once within a kind.",
    "ID003": "An alias or a former id means one record.",
    "REF001": "A reference leads to a record.",
    "REF002": "A reference leads to a record of the kind that is meant.",
    "REF004": "A reference means one record.",
    "DIA001": "A drawing describes what can be drawn.",
    "DOC001": "A page can be read, and is of a size that people write.",
    "DOC002": "A page holds prose and macro calls with their arguments written out.",
    "DOC003": "A page calls macros that there are.",
    "DOC004": "A page asks a macro for something that is there.",
    "DOC005": "A page does not take the address of a record's page.",
    "DOC006": "A file below `docs/` is a page, a picture or a document, with a name that every system can hold.",
    "DOC007": "A picture runs nothing, loads nothing and leads nowhere.",
    "DOC008": "A page's settings are those that cannot change what runs.",
    "DOC009": "Two pages do not have one address.",
    "DOC010": "A page is read in seconds.",
    "DOC011": "The navigation names pages that somebody wrote.",
    "SEC001": "No credential stands among facts, pages or drawings.",
    "SIT001": "A page of the built site is whole.",
    "SIT002": "Every link and anchor of the built site leads somewhere.",
    "SIT003": "The site generator warns of nothing.",
    "SIT004": "A page of the built site holds no script that is not the theme's.",
    "WAV001": "A waiver is decided anew when its day has passed.",
    "WAV002": "A waiver accepts a finding that there is.",
    "WAV003": "A waiver accepts warnings and notes; an error is mended.",
    "RUL001": "Every rule can be tried: where one fails, what it looks for was not looked for.",
}


def codes() -> dict[str, Code]:
    """Every code that a finding can have, in order."""
    found = {
        code: Code(code, area_of(code), Severity.ERROR, area_of(code), meaning) for code, meaning in _ERRORS.items()
    }
    found |= {
        rule.code: Code(rule.code, rule.check.__name__, rule.severity, rule.area, rule.meaning)
        for rule in every_rule().values()
    }
    return dict(sorted(found.items()))


def area_of(code: str) -> str:
    """What a code is about; of one that nobody declared, the code itself, so that its finding is printed all the same."""
    return _AREAS.get(code[:3]) or AREAS.get(code[:3], code)


def areas() -> list[str]:
    """Every area: what keeps facts from being read, then what rules find, in their order."""
    of_rules = list(dict.fromkeys(AREAS.values()))
    return [*(area for area in _AREAS.values() if area not in of_rules), *of_rules]


def by_area() -> dict[str, list[Code]]:
    """The codes of each area that has some, in the order of areas."""
    known = codes().values()
    grouped = {area: [code for code in known if code.area == area] for area in areas()}
    return {area: found for area, found in grouped.items() if found}
