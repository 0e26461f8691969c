"""From files to a scored audit: what every command that takes case files does first."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from casefile_audit.errors import UsageError, WorkbookError
from casefile_audit.findings import Findings, score
from casefile_audit.grades import Grading, grade_cases
from casefile_audit.intake import Intake, read_cases, rubric_named_in
from casefile_audit.mapping import read_mapping
from casefile_audit.results import Result, ResultBuilder
from casefile_audit.rubric import SECTOR, Rubric
from casefile_audit.rubric_files import DEFAULT_RUBRIC, load_rubric
from casefile_audit.words import did_you_mean
from casefile_audit.workbook import open_workbook


@dataclass(frozen=True)
class Headings:
    """Where the cases stand in workbooks, as far as the user says so.

    Attributes:
        sheets: names of the only sheets to read.
        pairs: ``FIELD=HEADING``, as typed.
        mapping: a mapping file.
    """

    sheets: Sequence[str] = ()
    pairs: Sequence[str] = ()
    mapping: Path | None = None


AS_FOUND = Headings()


def read_audit(
    paths: list[Path],
    rubric_name: str | None = None,
    sheets: Sequence[str] = (),
    pairs: Sequence[str] = (),
    mapping: Path | None = None,
) -> tuple[Rubric, bool, Intake]:
    """The rubric, whether it is the default that nobody named, and the cases.

    Args:
        paths: workbooks that together are one audit.
        rubric_name: the rubric, where the workbooks don't name theirs.
        sheets: names of the only sheets to read.
        pairs: ``FIELD=HEADING``, as typed.
        mapping: a mapping file.

    Raises:
        AuditError: whatever is wrong with the files, the rubric or the options.
    """
    workbooks = [open_workbook(path) for path in paths]
    named = rubric_name or _plain_name(rubric_named_in(workbooks))
    rubric = load_rubric(named or DEFAULT_RUBRIC)
    headings = read_mapping(mapping, pairs, list(rubric.fields))
    return rubric, named is None, read_cases(workbooks, rubric, sheets, headings)


def _plain_name(name: str | None) -> str | None:
    """The rubric that a workbook names, refused if it is a path: a cell opens no file elsewhere."""
    if name is not None and (set("/\\:") & set(name) or name.startswith(".")):
        raise UsageError(
            "the workbook names its rubric by a path, and what a cell holds is never a path",
            hint="Give the rubric with --rubric.",
        )
    return name


@dataclass(frozen=True)
class ScoredAudit:
    """An audit of workbooks, with everything that its result was made from."""

    rubric: Rubric
    findings: Findings
    gradings: Mapping[str, Grading]
    result: Result


def score_intake(
    rubric: Rubric,
    is_default: bool,
    intake: Intake,
    day: dt.date,
    by: Sequence[str] = (),
    facts: Sequence[str] = (),
) -> ScoredAudit:
    """Score what ``read_audit`` read.

    Args:
        rubric: as it gave it.
        is_default: likewise.
        intake: likewise.
        day: the audit's day.
        by: fields to give the results of each value of.
        facts: other fields to give each case's value of.

    Raises:
        AuditError: a field can't group cases, no question can be asked, or a grade can't be read.
    """
    for field in by:
        check_group(rubric, field)
    intake.check_questions(rubric)
    intake.check_grades()
    findings = score(intake.cases, rubric, day)
    gradings = grade_cases(findings, rubric)
    builder = ResultBuilder(intake, rubric, findings, gradings)
    return ScoredAudit(rubric, findings, gradings, builder.result(day, by, is_default, facts))


def result_of(
    paths: list[Path],
    day: dt.date,
    rubric_name: str | None = None,
    by: Sequence[str] = (),
    period: str | None = None,
    headings: Headings = AS_FOUND,
) -> Result:
    """The scored result of workbooks, or a result that was saved as JSON.

    Args:
        paths: workbooks that together are one audit, or a single saved result.
        day: the audit's day, for workbooks.
        rubric_name: the rubric, where the workbooks don't name theirs.
        by: fields to give the results of each value of.
        period: a date field to give each case's date of.
        headings: which sheets and columns of the workbooks to read.

    Raises:
        AuditError: whatever is wrong with the files, the rubric or the options; a saved result
            that has no groups for a field of ``by``, or doesn't hold the dates of ``period``.
    """
    if [path.suffix.lower() for path in paths] == [".json"]:
        return _saved_result(paths[0], by, period)
    rubric, is_default, intake = read_audit(
        paths, rubric_name, headings.sheets, headings.pairs, headings.mapping
    )
    if period is not None:
        check_period(rubric, period)
    facts = [] if period is None else [period]
    return score_intake(rubric, is_default, intake, day, by, facts).result


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
