"""The findings as a table to keep: a row a case, a column a criterion, and the cells behind it."""

from collections.abc import Mapping

import numpy as np

from casefile_audit.cases import Outcome
from casefile_audit.findings import Findings, cells_behind
from casefile_audit.grades import Grading, because
from casefile_audit.rubric import Rubric
from casefile_audit.writing import OutputTable


def findings_table(
    findings: Findings, gradings: Mapping[str, Grading], rubric: Rubric
) -> OutputTable:
    """Every outcome with the addresses of its cells, and every grade with its reason."""
    headings = ["Case", "File", "Sheet", "Row"]
    for name in findings.criteria:
        title = rubric.title_of("criteria", name)
        headings += [title, f"{title}: cells"]
    for name in gradings:
        title = rubric.title_of("grades", name)
        headings += [f"{title}: recorded", f"{title}: derived", f"{title}: score",
                     f"{title}: score of all questions", f"{title}: why"]  # fmt: skip
    rows = [_row(findings, gradings, rubric, case) for case in range(len(findings.cases))]
    return OutputTable("Findings", headings, rows)


def _row(
    findings: Findings, gradings: Mapping[str, Grading], rubric: Rubric, case: int
) -> list[str | int | float | None]:
    cases = findings.cases
    origin = cases.sheets[cases.sheet[case]]
    row: list[str | int | float | None] = [
        str(cases.references[case]), origin.file, origin.sheet, int(cases.row[case])
    ]  # fmt: skip
    for column, name in enumerate(findings.criteria):
        row.append(Outcome(findings.matrix[case, column]).label)
        row.append(", ".join(cells_behind(findings, rubric, case, name)))
    for grading in gradings.values():
        row += [grading.word("recorded", case), grading.word("derived", case)]
        row += [_percent(grading.score[case]), _percent(grading.score_of_all[case])]
        row.append(because(grading, findings, rubric, case))
    return row


def _percent(share: float) -> float | None:
    return None if np.isnan(share) else round(100 * float(share), 2)
