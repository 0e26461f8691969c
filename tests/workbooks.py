"""A small rubric, and workbooks made for one test."""

import csv
import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pytest

from casefile_audit.audit import Audit as Opened
from casefile_audit.audit import ReadOptions, open_audit
from casefile_audit.cases import State
from casefile_audit.errors import WorkbookError
from casefile_audit.files.workbook import Sheet, open_workbook, text_of
from casefile_audit.intake.account import Intake
from casefile_audit.rubric.loading import load_rubric
from casefile_audit.rubric.model import Rubric

Row = Sequence[object]
Rows = Sequence[Row]

NIGHT_DUTY = """
rubric: night-duty
title: Night duty case file check
version: 2025.1
unanswered: nothing recorded
fields:
  case_ref: {type: identifier, headings: [Case ref, URN]}
  district: {type: text, headings: [District]}
  ethnicity: {type: code, codes: police-ethnicity-18+1, headings: [Ethnicity]}
  disability: {type: text, headings: [Disability or SEN]}
  protected: {type: yes-no, headings: [Police protection used]}
  reviewed: {type: yes-no, headings: [Review recorded]}
  allocated: {type: date, headings: [Date allocated]}
  reviews: {type: dates, headings: ["Supervisor review {n}"]}
  grade: {type: grade, headings: [Overall grade], also: {RI: requires improvement}}
criteria:
  ethnicity-recorded:
    question: Is ethnicity recorded?
    missing: missing ethnicity
    theme: Assessing risk
    met: {recorded: ethnicity}
    target: 95
  disability-recorded:
    question: Is disability recorded?
    missing: missing disability
    theme: Assessing risk
    met: {recorded: disability}
  review-recorded:
    question: Did the designated officer record a review?
    title: Designated officer review
    missing: missing designated-officer review
    applies: {yes: protected}
    met: {yes: reviewed}
    limits: requires improvement
  first-review:
    question: Did the sergeant review within 7 days?
    missing: without a review within 7 days
    met: {within: {days: 7, of: allocated, any: reviews}}
grades:
  overall:
    scale: [good, adequate, requires improvement, inadequate]
    recorded: grade
    bands: {good: 85, adequate: 65, requires improvement: 50}
"""

HEADINGS = (
    *("Case ref", "District", "Ethnicity", "Disability or SEN", "Police protection used"),
    *("Review recorded", "Date allocated", "Supervisor review 1", "Supervisor review 2"),
    "Overall grade",
)
FIELDS = (
    *("case_ref", "district", "ethnicity", "disability", "protected", "reviewed"),
    *("allocated", "review_1", "review_2", "grade"),
)
GOOD_CASE: Mapping[str, object] = {
    "case_ref": "C1",
    "district": "North",
    "ethnicity": "W1",
    "disability": "No",
    "protected": "Yes",
    "reviewed": "Yes",
    "allocated": "01/03/2024",
    "review_1": "04/03/2024",
    "review_2": "",
    "grade": "good",
}


def case(reference: object, **cells: object) -> list[object]:
    """A row under HEADINGS: a case that meets every criterion, but for the cells given."""
    assert cells.keys() <= set(FIELDS)
    held = {**GOOD_CASE, "case_ref": reference, **cells}
    return [held[field] for field in FIELDS]


def save_xlsx(
    path: Path,
    sheets: Mapping[str, Rows] | Rows,
    *,
    merge: Mapping[str, str] | None = None,
    hide: Iterable[str] = (),
    hide_rows: Iterable[int] = (),
    hide_columns: Iterable[str] = (),
) -> Path:
    """A workbook of sheets of rows; ranges to merge by sheet, what to hide."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in (sheets if isinstance(sheets, Mapping) else {"Cases": sheets}).items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for row_number in hide_rows:
            sheet.row_dimensions[row_number].hidden = True
        for letter in hide_columns:
            sheet.column_dimensions[letter].hidden = True
    for name, area in (merge or {}).items():
        book[name].merge_cells(area)
    for name in hide:
        book[name].sheet_state = "hidden"
    book.save(path)
    return path


def save_csv(path: Path, rows: Rows) -> Path:
    """A table of text."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def save_text(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """A file of text, such as a rubric."""
    path.write_bytes(text.encode(encoding))
    return path


def only_sheet(path: Path) -> Sheet:
    """The one sheet of a file, as it is read."""
    (sheet,) = open_workbook(path).sheets
    return sheet


def texts(sheet: Sheet) -> list[list[str]]:
    """The words on a sheet."""
    return [[text_of(cell) for cell in row] for row in sheet.rows]


def refusal(path: Path) -> WorkbookError:
    """Why a file can't be read."""
    with pytest.raises(WorkbookError) as caught:
        open_workbook(path)
    return caught.value


@cache
def rubric_of(text: str = NIGHT_DUTY) -> Rubric:
    """A rubric given as YAML."""
    with TemporaryDirectory() as folder:
        return load_rubric(str(save_text(Path(folder) / "rubric.yaml", text)))


def opened(
    *paths: Path,
    rubric: str = NIGHT_DUTY,
    sheets: Sequence[str] = (),
    pairs: Sequence[str] = (),
    mapping: str = "",
) -> Opened:
    """Some workbooks as commands open them, with a rubric and a mapping given as YAML."""
    folder = paths[0].parent
    named = str(save_text(folder / "rubric-given.yaml", rubric))
    file = save_text(folder / "mapping.yaml", mapping) if mapping else None
    return open_audit(paths, named, ReadOptions(sheets, pairs, file))


def read(
    *paths: Path,
    rubric: str = NIGHT_DUTY,
    sheets: Sequence[str] = (),
    pairs: Sequence[str] = (),
    mapping: str = "",
) -> Intake:
    """The cases of some workbooks; the arguments are those of ``opened``."""
    audit = opened(*paths, rubric=rubric, sheets=sheets, pairs=pairs, mapping=mapping)
    return audit.intake(dt.date.today())


def states(intake: Intake, field: str) -> list[str]:
    """The states of a field's cells in words, in the order of the cases."""
    _, found = intake.cases.column(field)
    return [State(state).label for state in found]


def matched(intake: Intake, sheet: int = 0) -> dict[str, str]:
    """Heading by field, for the fields that have a column in a sheet."""
    columns = intake.account.sheets[sheet].header.columns
    return {column.field: column.heading for column in columns if column.field is not None}


@dataclass(frozen=True)
class Run:
    """What a run of ``audit`` came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which has to be JSON and nothing else."""
        return json.loads(self.out)


Audit = Callable[..., Run]
