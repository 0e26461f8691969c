"""What every file has to come to: one message that the user can act on, or numbers that add up."""

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from casefile_audit.audit import result_of
from casefile_audit.errors import AuditError, RubricError
from casefile_audit.files.limits import FileLimits
from casefile_audit.files.workbook import OpenOptions
from casefile_audit.issues import Level
from casefile_audit.report.rubric import rubric_page
from casefile_audit.results import CriterionResult, GradeResult, Result
from casefile_audit.rubric.loading import load_rubric
from casefile_audit.rubric.model import Rubric
from casefile_audit.scoring.findings import score
from casefile_audit.scoring.grades import grade_cases
from casefile_audit.scoring.tallies import tallies_by
from casefile_audit.scoring.trials import trial_cases, trial_faults

DAY = dt.date(2025, 3, 31)
# Tight enough for the limits themselves to be met, and for no input to take long.
_TIGHT = OpenOptions(limits=FileLimits(cells=1_000_000, megabytes=100))


def try_known(path: Path, rubric: str, check: Callable[[Result], None]) -> bool:
    """Score a file whose right answers are known; whether it could be.

    A wrong answer of which nothing is said is a finding.

    Args:
        path: the file.
        rubric: the text of its rubric, which is put beside it.
        check: told the result where nothing is in doubt.
    """
    beside = path.parent / "known.yaml"
    beside.write_text(rubric)
    try:
        result = result_of([path], DAY, str(beside))
    except AuditError:
        return False
    if not any(issue.level is Level.DOUBT for issue in result.issues):
        check(result)
    return True


def try_workbook(path: Path) -> bool:
    """Read and score a spreadsheet; whether it could be. Anything but an answer is a finding."""
    before = path.read_bytes()
    try:
        result = result_of([path], DAY, opening=_TIGHT)
    except AuditError as refusal:
        _check_refusal(refusal)
        return False
    finally:
        assert path.read_bytes() == before, "the input was written to"
    _check_result(result)
    return True


def try_rubric(path: Path) -> bool:
    """Read a rubric, try it out, and score a case without a record with it; whether it could be."""
    try:
        rubric = load_rubric(str(path))
    except RubricError as refusal:
        _check_refusal(refusal)
        return False
    assert rubric == load_rubric(str(path))
    assert rubric_page(rubric)
    for fault in trial_faults(rubric):
        assert fault.found
    for sector in ("", *rubric.sectors):
        _check_silent_case(rubric, sector)
    return True


def _check_refusal(refusal: AuditError) -> None:
    assert refusal.what
    assert not refusal.what.endswith(".")


def _check_silent_case(rubric: Rubric, sector: str) -> None:
    findings = score(trial_cases(rubric, [{}], sector), rubric, DAY)
    (counts,) = tallies_by(findings, grade_cases(findings, rubric), np.zeros(1, dtype=np.int64), 1)
    assert counts.cases == 1
    assert (counts.outcomes.sum(axis=1) == 1).all()
    for split in (*counts.recorded.values(), *counts.derived.values()):
        assert sum(split.grades) + split.without == 1


def _check_result(result: Result) -> None:
    for sheet in result.inputs:
        assert sheet.rows == sheet.cases + len(sheet.left_out), "a row was lost"
    assert result.case_count == sum(sheet.cases for sheet in result.inputs) > 0
    for criterion in result.criteria.values():
        _check_counts(criterion, result.case_count)
    for grade in result.grades.values():
        _check_split(grade, result.case_count)
    assert Result.model_validate_json(result.as_json()) == result


def _check_counts(c: CriterionResult, cases: int) -> None:
    assert c.missing == c.not_met + c.not_recorded == len(c.missing_cases)
    assert c.applicable == c.met + c.partly_met + c.missing
    assert c.applicable + c.not_applicable + c.cannot_tell == cases
    assert (c.rate is None) == (c.applicable == 0)
    if c.rate is not None and c.interval is not None:
        assert 0 <= c.interval.low <= c.rate <= c.interval.high <= 1


def _check_split(grade: GradeResult, cases: int) -> None:
    splits: list[tuple[Mapping[str, int], int]] = [
        (grade.recorded, grade.without_recorded),
        (grade.derived, grade.without_derived),
    ]
    for split, without in splits:
        assert not split or sum(split.values()) + without == cases
