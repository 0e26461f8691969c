"""The arguments and options that several commands share, and what they read."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from casefile_audit.conditions.dates import fixed_day
from casefile_audit.errors import UsageError, WorkbookError
from casefile_audit.findings import score
from casefile_audit.grades import grade_cases
from casefile_audit.intake import Intake, read_cases, rubric_named_in
from casefile_audit.mapping import read_mapping
from casefile_audit.results import Result, ResultBuilder
from casefile_audit.rubric import SECTOR, Rubric
from casefile_audit.rubric_files import DEFAULT_RUBRIC, load_rubric, shipped_rubrics
from casefile_audit.words import did_you_mean
from casefile_audit.workbook import open_workbook


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
        help="Read a field from the column with this heading, or from 'column H'. "
        "May be given again.",
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


def read_audit(
    paths: list[Path],
    rubric_name: str | None,
    sheets: list[str] | None,
    pairs: list[str] | None,
    mapping: Path | None,
) -> tuple[Rubric, bool, Intake]:
    """The rubric, whether it is the default that nobody named, and the cases.

    Raises:
        AuditError: whatever is wrong with the files, the rubric or the options.
    """
    workbooks = [open_workbook(path) for path in paths]
    named = rubric_name or rubric_named_in(workbooks)
    rubric = load_rubric(named or DEFAULT_RUBRIC)
    headings = read_mapping(mapping, pairs or [], list(rubric.fields))
    return rubric, named is None, read_cases(workbooks, rubric, sheets or [], headings)


def score_audit(
    paths: list[Path],
    day: dt.date,
    rubric_name: str | None = None,
    by: Sequence[str] = (),
    period: str | None = None,
) -> Result:
    """The scored result of workbooks, or a result that was saved as JSON.

    Args:
        paths: workbooks that together are one audit, or a single saved result.
        day: the audit's day, for workbooks.
        rubric_name: the rubric, where the workbooks don't name theirs.
        by: fields to give the results of each value of.
        period: a date field to give each case's date of.

    Raises:
        AuditError: whatever is wrong with the files, the rubric or the options; a saved result
            that has no groups for a field of ``by``, or doesn't hold the dates of ``period``.
    """
    if [path.suffix.lower() for path in paths] == [".json"]:
        return _saved_result(paths[0], by, period)
    rubric, is_default, intake = read_audit(paths, rubric_name, None, None, None)
    for field in by:
        check_group(rubric, field)
    if period is not None:
        check_period(rubric, period)
    intake.check_questions(rubric)
    intake.check_grades()
    findings = score(intake.cases, rubric, day)
    gradings = grade_cases(findings, rubric)
    facts = [] if period is None else [period]
    return ResultBuilder(intake, rubric, findings, gradings).result(day, by, is_default, facts)


def _saved_result(path: Path, by: Sequence[str], period: str | None) -> Result:
    hint = "Save one with `audit score CASES -o FILE.json`."
    try:
        result = Result.model_validate_json(path.read_bytes())
    except OSError as error:
        raise WorkbookError(f"`{path}` can't be read: {error.strerror}") from None
    except ValidationError:
        raise WorkbookError(f"`{path}` is not a result of this program", hint=hint) from None
    absent = [field for field in by if field not in result.groups]
    if period is not None and period not in result.findings.facts:
        absent.append(period)
    if absent:
        raise UsageError(
            f"`{path}` was saved without --by {absent[0]}",
            hint=f"Save it again with --by {absent[0]}, or give the workbook.",
        )
    return result


def check_group(rubric: Rubric, field: str) -> None:
    """Refuse a ``--by`` that can't group cases.

    Raises:
        UsageError: there is no such field, or its cells can't name groups.
    """
    groups = [n for n, f in rubric.fields.items() if f.type not in ("identifier", "dates")]
    groups += [SECTOR] if rubric.sectors else []
    if field not in groups:
        raise UsageError(
            f"--by: the rubric `{rubric.name}` has no field `{field}` to group by",
            hint=did_you_mean(field, groups),
        )


def check_period(rubric: Rubric, field: str) -> None:
    """Refuse a ``--period`` that isn't a date.

    Raises:
        UsageError: the rubric has no such date field.
    """
    dates = [name for name, its in rubric.fields.items() if its.type == "date"]
    if field not in dates:
        hint = did_you_mean(field, dates) or "It has none: a date of the audit can be added to it."
        raise UsageError(
            f"--period: the rubric `{rubric.name}` has no date field `{field}`", hint=hint
        )


def print_json(text: str) -> None:
    """Print JSON on standard output, in UTF-8 whatever the encoding of the terminal or pipe."""
    typer.echo(text.encode())


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
