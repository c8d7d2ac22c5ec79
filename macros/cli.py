"""The `inventory` command: the engine without MkDocs."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from macros import finding as findings_of
from macros.schema import write_schemas
from macros.workspace import Workspace

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)


class Format(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


def _folder(path: Path, option: str) -> Path:
    if not path.is_dir():
        raise typer.BadParameter(f"{path} is no folder", param_hint=option)
    return path


Data = Annotated[Path, typer.Option("--data", help="The folder of the data.")]
Docs = Annotated[Path, typer.Option("--docs", help="The folder of the pages.")]
Diagrams = Annotated[Path, typer.Option("--diagrams", help="The folder of the drawings' descriptions.")]


@app.command()
def check(
    data: Data = Path("data"),
    output: Annotated[Format, typer.Option("--format", help="How to print what is found.")] = Format.TEXT,
) -> None:
    """Say what is wrong with the data. Exit status 1 where something is an error."""
    workspace = Workspace(_folder(data, "--data"))
    found = workspace.findings
    if output is Format.JSON:
        print(findings_of.as_json(found))
    elif output is Format.GITHUB and found:
        print(findings_of.as_github(found))
    elif found:
        print(findings_of.as_text(found))
    wrong = findings_of.errors(found)
    if wrong and output is Format.TEXT:
        print(f"{len(wrong)} error{'s' if len(wrong) > 1 else ''}", file=sys.stderr)
    raise typer.Exit(1 if wrong else 0)


@app.command()
def schema(to: Annotated[Path, typer.Option("--to", help="The folder to write to.")] = Path(".schema")) -> None:
    """Write the JSON Schemas that editors complete and validate data files with."""
    write_schemas(to)


def main() -> None:
    """The command's entry point."""
    app()


if __name__ == "__main__":
    main()
