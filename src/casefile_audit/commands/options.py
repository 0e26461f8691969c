"""The arguments and options that several commands share, and what they read."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from casefile_audit.conditions.dates import fixed_day
from casefile_audit.errors import UsageError
from casefile_audit.report.terminal import safe, safe_json
from casefile_audit.results import Result
from casefile_audit.rubric_files import DEFAULT_RUBRIC, shipped_rubrics
from casefile_audit.words import count, listing


def _rubric_names(incomplete: str) -> list[str]:
    return [name for name in shipped_rubrics() if name.startswith(incomplete)]


CasesArgument = Annotated[
    list[Path],
    typer.Argument(metavar="CASES…", help="Workbooks or tables of case files: xlsx, ods, csv …"),
]
RubricOption = Annotated[
    str | None,
    typer.Option(
        "--rubric",
        metavar="NAME|PATH",
        help="The rubric to apply: a shipped one, or a YAML file. By default the one that the "
        f"workbook names, or else {DEFAULT_RUBRIC}.",
        autocompletion=_rubric_names,
    ),
]
SheetOption = Annotated[
    list[str] | None,
    typer.Option("--sheet", metavar="NAME", help="Read this sheet only. May be given again."),
]
MapOption = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="FIELD=HEADING",
        help="Read a field from the column with this heading, or from 'column H'; {n} "
        "stands for the numbers of several columns of dates. May be given again.",
    ),
]
MappingOption = Annotated[
    Path | None,
    typer.Option("--mapping", metavar="FILE", help="Apply a mapping that `audit check` wrote."),
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        help="The day the audit speaks of: what falls due later is not yet missed. By default "
        "today.",
    ),
]
ForceOption = Annotated[
    bool, typer.Option("--force", help="Write over a file that is there already.")
]


def print_json(text: str) -> None:
    """Print JSON on standard output, in UTF-8 whatever the encoding of the terminal or pipe."""
    typer.echo(safe_json(text).encode())


def say_what_was_not_read(results: Iterable[Result]) -> None:
    """On standard error, which files have cells to look at or rows left out.

    For commands whose own page speaks of the answers only.
    """
    for result in results:
        cells = len(result.problems)
        rows = sum(len(sheet.left_out) for sheet in result.inputs)
        parts = [count(cells, "cell to look at", "cells to look at")] if cells else []
        parts += [count(rows, "row left out", "rows left out")] if rows else []
        if parts:
            files = listing(dict.fromkeys(sheet.file for sheet in result.inputs), most=4)
            typer.echo(safe(f"note: {files}: {listing(parts)}; `audit score` lists them"), err=True)


def day_of(text: str | None) -> dt.date:
    """The day of ``--as-of``; today without it.

    Raises:
        UsageError: it isn't a date.
    """
    if text is None:
        return dt.date.today()
    day = fixed_day(text)
    if day is None:
        hint = "Write a day such as 2024-12-31 or 31/12/2024."
        raise UsageError(f"--as-of: `{text}` isn't a date", hint=hint)
    return day
