"""The findings as a table to keep: a row a case, a column a criterion, and the cells behind it."""

from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np

from casefile_audit.cases import Outcome
from casefile_audit.output.writing import OutputTable, Written
from casefile_audit.results import Result
from casefile_audit.rubric.model import Rubric
from casefile_audit.scoring.findings import Findings, cells_behind
from casefile_audit.scoring.grades import Grading, because
from casefile_audit.scoring.groupings import group_names
from casefile_audit.scoring.partial import ScoredCases


def findings_table(portions: Iterable[ScoredCases], by: Sequence[str] = ()) -> OutputTable:
    """Every outcome with the addresses of its cells, and every grade with its reason.

    Args:
        portions: the cases, or some of them after the others.
        by: fields to give each case's value of.
    """
    columns = (_columns(portion, by) for portion in portions)
    first = next(columns)
    rows = (zip(*some.values(), strict=True) for some in chain([first], columns))
    return OutputTable("Findings", list(first), chain.from_iterable(rows))


def outcomes_table(result: Result) -> OutputTable:
    """The same of a saved result, which has no cells: every outcome and every grade."""
    found = result.each_case()
    columns: dict[str, Sequence[Written]] = {"Case": found.references}
    for fact, values in found.facts.items():
        columns[fact.replace("_", " ").capitalize()] = values
    for name, criterion in result.criteria.items():
        columns[criterion.title] = [outcome.label for outcome in found.of(name)]
    for grade in result.grades.values():
        if any(grade.recorded.values()):
            columns[f"{grade.title}: recorded"] = [case.recorded for case in grade.cases]
        if any(grade.derived.values()):
            columns[f"{grade.title}: derived"] = [case.derived for case in grade.cases]
            columns[f"{grade.title}: why"] = [case.because for case in grade.cases]
    return OutputTable("Findings", list(columns), zip(*columns.values(), strict=True))


def _columns(portion: ScoredCases, by: Sequence[str]) -> dict[str, list[Written]]:
    findings, rubric = portion.findings, portion.intake.layout.rubric
    cases = findings.cases
    columns: dict[str, list[Written]] = {
        "Case": [str(reference) for reference in cases.references],
        "File": [cases.sheets[sheet].file for sheet in cases.sheet],
        "Sheet": [cases.sheets[sheet].sheet for sheet in cases.sheet],
        "Row": [
            None if cases.sheets[sheet].places else int(row)
            for sheet, row in zip(cases.sheet, cases.row, strict=True)
        ],
    }
    for field in by:
        columns[rubric.title_of("fields", field)] = list(group_names(cases, field))
    for name in findings.criteria:
        title = rubric.title_of("criteria", name)
        columns[title] = _outcomes(findings, name)
        columns[f"{title}: cells"] = [
            ", ".join(cells_behind(findings, rubric, case, name)) for case in range(len(cases))
        ]
    for name, grading in portion.gradings.items():
        columns |= _grades(name, grading, findings, rubric)
    return columns


def _outcomes(findings: Findings, criterion: str) -> list[Written]:
    """Outcomes in words; where a sheet has no column for it, that it was not asked."""
    asked = findings.asked(criterion)
    return [
        Outcome(outcome).label if was_asked else "not asked"
        for outcome, was_asked in zip(findings.column(criterion), asked, strict=True)
    ]


def _grades(
    name: str, grading: Grading, findings: Findings, rubric: Rubric
) -> dict[str, list[Written]]:
    title, cases = rubric.title_of("grades", name), range(len(findings.cases))
    columns: dict[str, list[Written]] = {}
    if grading.recorded is not None:
        columns[f"{title}: recorded"] = [grading.word("recorded", case) for case in cases]
    if grading.derived is not None:
        columns[f"{title}: derived"] = [grading.word("derived", case) for case in cases]
        columns[f"{title}: score"] = [_percent(grading.score[case]) for case in cases]
        columns[f"{title}: score of all questions"] = [
            _percent(grading.score_of_all[case]) for case in cases
        ]
        columns[f"{title}: why"] = [
            because(name, grading, findings, rubric, case) for case in cases
        ]
    return columns


def _percent(share: float) -> float | None:
    return None if np.isnan(share) else round(100 * float(share), 2)
