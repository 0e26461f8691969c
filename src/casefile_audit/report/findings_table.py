"""The findings as a table to keep: a row a case, a column a criterion, and the cells behind it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from casefile_audit.cases import Outcome
from casefile_audit.english import fold
from casefile_audit.output.writing import (
    OutputFile,
    OutputTable,
    TableWorkbook,
    Written,
    csv_lines,
    csv_rows,
    output_file,
)
from casefile_audit.results import Result
from casefile_audit.rubric.model import Rubric
from casefile_audit.scoring.chunks import EachCase
from casefile_audit.scoring.findings import Findings, cells_behind
from casefile_audit.scoring.grades import Grading, because
from casefile_audit.scoring.groupings import group_names
from casefile_audit.scoring.partial import ScoredCases

_TITLE, _CASE = "Findings", "Case"
_LABELS = np.array([outcome.label for outcome in Outcome], dtype=object)


class FindingsRows(NamedTuple):
    """The rows of some cases.

    Attributes:
        columns: the cells under each heading.
        groups: the headings of those under which the names of groups stand.
    """

    columns: dict[str, list[Written]]
    groups: tuple[str, ...]

    def called(self, called: Callable[[str], str]) -> "FindingsRows":
        """The same with each case called as a function says."""
        cases = [called(name) for name in self.columns[_CASE] if isinstance(name, str)]
        return self._replace(columns={**self.columns, _CASE: [*cases]})

    def spelt(self, spelling: dict[str, str]) -> "FindingsRows":
        """The same with each group called as in the rows before, however it is spelt in these.

        Args:
            spelling: the names of groups by their folded forms, to which new ones are added.
        """
        columns = dict(self.columns)
        for heading in self.groups:
            names = dict.fromkeys(map(str, columns[heading]))
            known = {name: spelling.setdefault(f"{heading}\n{fold(name)}", name) for name in names}
            columns[heading] = [known[str(name)] for name in columns[heading]]
        return self._replace(columns=columns)

    @property
    def table(self) -> OutputTable:
        """Them as a table."""
        columns = self.columns
        return OutputTable(_TITLE, list(columns), zip(*columns.values(), strict=True))


def findings_rows(scored: ScoredCases, by: Sequence[str] = ()) -> FindingsRows:
    """Every outcome with the addresses of its cells, every grade with its reason, and fields."""
    groups = tuple(scored.intake.layout.rubric.title_of("fields", field) for field in by)
    return FindingsRows(_columns(scored, by), groups)


@contextmanager
def findings_file(path: Path, by: Sequence[str], force: bool) -> Iterator[EachCase]:
    """Write what is found in each case while cases are scored: whole, or nothing if that fails.

    Raises:
        UsageError: it can't be written, or no sheet has room for so many cases.
    """
    with output_file(path, force) as file:
        kept = _Kept(file, path.suffix.lower() == ".csv")
        yield EachCase(partial(findings_rows, by=tuple(by)), kept.take, kept.start_again)
        kept.end()


class _Kept:
    """Findings that are written some cases at a time: text as they come, a workbook at the end."""

    def __init__(self, file: OutputFile, is_text: bool) -> None:
        self._file, self._is_text, self._is_begun = file, is_text, False
        self._book: TableWorkbook | None = None
        self._spelling: dict[str, str] = {}

    def take(self, rows: FindingsRows, called: Callable[[str], str] | None) -> None:
        """Further cases."""
        rows = rows.spelt(self._spelling)
        table = (rows if called is None else rows.called(called)).table
        if self._is_text:
            for part in csv_rows(table.rows) if self._is_begun else csv_lines(table):
                self._file.write(part)
        else:
            lines = list(table.rows)
            self._book = self._book or TableWorkbook(table.title, table.headings, lines)
            self._book.add(lines)
        self._is_begun = True

    def start_again(self) -> None:
        """What was taken doesn't hold."""
        self._file.start_again()
        self._is_begun, self._book = False, None

    def end(self) -> None:
        """No further cases come."""
        if self._book is not None:
            self._file.write(self._book.content())


def outcomes_table(result: Result) -> OutputTable:
    """The same of a saved result, which has no cells: every outcome and every grade."""
    found = result.each_case()
    columns: dict[str, Sequence[Written]] = {_CASE: found.references}
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
    return OutputTable(_TITLE, list(columns), zip(*columns.values(), strict=True))


def _columns(portion: ScoredCases, by: Sequence[str]) -> dict[str, list[Written]]:
    findings, rubric = portion.findings, portion.intake.layout.rubric
    cases = findings.cases
    sheets = [cases.sheets[sheet] for sheet in cases.sheet.tolist()]
    columns: dict[str, list[Written]] = {
        _CASE: cases.references.tolist(),
        "File": [sheet.file for sheet in sheets],
        "Sheet": [sheet.sheet for sheet in sheets],
        "Row": [
            None if sheet.places else row
            for sheet, row in zip(sheets, cases.row.tolist(), strict=True)
        ],
    }
    for field in by:
        columns[rubric.title_of("fields", field)] = list(group_names(cases, field))
    for name in findings.criteria:
        title = rubric.title_of("criteria", name)
        columns[title] = _outcomes(findings, name)
        columns[f"{title}: cells"] = [*cells_behind(findings, rubric, name)]
    for name, grading in portion.gradings.items():
        columns |= _grades(name, grading, findings, rubric)
    return columns


def _outcomes(findings: Findings, criterion: str) -> list[Written]:
    """Outcomes in words; where a sheet has no column for it, that it was not asked."""
    words: list[Written] = np.where(
        findings.asked(criterion), _LABELS[findings.column(criterion)], "not asked"
    ).tolist()
    return words


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
