"""Where the cases stand: the data sheets of some files, and the fields of their columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np

from casefile_audit.cases import RowName
from casefile_audit.errors import WorkbookError
from casefile_audit.files.tables import CellTable, table_of
from casefile_audit.files.workbook import Sheet, address
from casefile_audit.intake.case_rows import ClassifiedRows, classified
from casefile_audit.intake.columns import Header
from casefile_audit.intake.mapping import MappingFile
from casefile_audit.intake.row_answers import FieldsBySector
from casefile_audit.intake.row_rules import RowRules
from casefile_audit.issues import OF_HABITS, Issue
from casefile_audit.manifest import Manifest
from casefile_audit.rubric.fields import FieldBase
from casefile_audit.rubric.habits import NO_HABIT, Habit
from casefile_audit.rubric.model import Rubric
from casefile_audit.rubric.only import Only


@dataclass(frozen=True)
class DataSheet:
    """A sheet whose rows are cases.

    Attributes:
        index: its number among the data sheets.
        at: the number of its file among the files, and its own among the file's sheets.
        sha256: the hexadecimal digest of the file.
        place: what its cases are called after that have no reference of their own.
        rules: what tells its cases from its other rows.
        hidden_rows, hidden_columns: row numbers counted from 1, and zero-based columns.
        struck_rows: row numbers counted from 1.
        struck_cells: the zero-based places of single cells that are struck out.
        without_column: the fields that it has no column for, each with the nearest heading.
        remarks: sentences on how it was read.
        sectors: whose records all of its rows are; none where that can't be told.
        part: of one of several tables on the sheet, where it stands; else empty.
        is_form: whether it is a form, which is one case.
        made: the table that was made of it, if it isn't read as it stands: of a form, of one of
            several tables, or where each case has several rows, a row for each.
        moved: where the cells of that table stand that were brought there, by their zero-based row
            and column.
        habits: for each field that has one, how its columns are filled in.
    """

    index: int
    at: tuple[int, int]
    file: Path
    sha256: str
    name: str
    place: str
    header: Header
    rules: RowRules
    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]
    struck_rows: frozenset[int]
    struck_cells: frozenset[tuple[int, int]]
    without_column: tuple[tuple[str, str | None], ...]
    remarks: tuple[str, ...]
    sectors: frozenset[str] = frozenset()
    part: str = ""
    is_form: bool = False
    made: Sheet | None = None
    moved: Mapping[tuple[int, int], str] = made_by(default_factory=dict)
    habits: Mapping[str, Habit] = made_by(default_factory=dict)

    @property
    def label(self) -> str:
        """The sheet's name, and where on it the table stands if there are several."""
        return f"{self.name} ({self.part})" if self.part else self.name

    def table(self, sheets: Sequence[Sheet]) -> CellTable:
        """The rows under its headings, given the sheets of its file."""
        return table_of(self.made or sheets[self.at[1]], self.first_row)

    def classify(self, table: CellTable, fields: FieldsBySector) -> ClassifiedRows:
        """Which of some rows are cases: of a form its only one, whatever it looks like."""
        if self.is_form:
            return ClassifiedRows(np.arange(len(table)), (), ())
        is_form = self.header.marks is not None
        return classified(self.rules.whatever_its_look() if is_form else self.rules, table, fields)

    def name_of(self, row: int) -> RowName:
        """What the case in a row, counted from 1, is called if it has no reference of its own."""
        return RowName(self.place if self.is_form else f"{self.place} row {row}")

    def reference_at(self, row: int) -> str:
        """Where the case reference in a zero-based row is."""
        index = self.rules.identifier or 0
        columns = (column for column in self.header.columns if column.index == index)
        return next((column.address(row) for column in columns), address(row, index))

    @property
    def first_row(self) -> int:
        """The zero-based row under its headings."""
        return self.header.rows[-1] + 1


@dataclass(frozen=True)
class Layout:
    """Where the cases stand in some files.

    Attributes:
        mapping: headings of these workbooks, and words that their cells use.
        fields: for each sector, and for none, the fields as these workbooks' cells hold them. They
            last as long as what was told of texts for them.
        passed_over: sentences on the sheets that are not read.
        issues: what could change a count, and what ought to be known, of files and sheets.
        only: what the cases asked for have in common.
        manifest: the sample that the cases are from, where that is known.
    """

    rubric: Rubric
    mapping: MappingFile
    fields: FieldsBySector
    sheets: tuple[DataSheet, ...]
    passed_over: tuple[str, ...]
    issues: tuple[Issue, ...] = ()
    only: tuple[Only, ...] = ()
    manifest: Manifest | None = None

    @property
    def chooses(self) -> bool:
        """Whether some rows that look like cases aren't to be read."""
        return self.rubric.cases is not None or bool(self.only)

    def passes_unread(self, data: DataSheet) -> bool:
        """Whether a case of a sheet without any answer is one that nobody has read yet.

        Of the case of a form it was told before; whoever is handed a form of this program fills
        it in, whatever its rubric is made for.
        """
        if data.is_form:
            return False
        own = "not read yet" if data.header.marks is not None else self.rubric.unanswered
        return (self.mapping.unanswered or own) == "not read yet"

    @cached_property
    def _fields_of_sheets(self) -> dict[int, FieldsBySector]:
        return {}

    def fields_in(self, data: DataSheet) -> FieldsBySector:
        """The same as the columns of one sheet hold them; each stays one object."""
        if data.index not in self._fields_of_sheets:
            self._fields_of_sheets[data.index] = {
                sector: {
                    name: field.with_habit(data.habits.get(name, NO_HABIT))
                    for name, field in fields.items()
                }
                for sector, fields in self.fields.items()
            }
        return self._fields_of_sheets[data.index]

    def told_again(self, found: Mapping[int, tuple[Mapping[str, Habit], Sequence[Issue]]]) -> Self:
        """The same, knowing how the columns of some sheets are filled in, and what is odd of that.

        Args:
            found: the habits of each field and the issues, by the indexes of the data sheets.
        """
        sheets = tuple(
            replace(data, habits=found[data.index][0]) if data.index in found else data
            for data in self.sheets
        )
        again = {(self.sheets[n].file.name, self.sheets[n].name) for n in found}
        kept = [
            issue
            for issue in self.issues
            if issue.code not in OF_HABITS or (issue.file, issue.sheet) not in again
        ]
        more = [issue for _, issues in found.values() for issue in issues]
        return replace(self, sheets=sheets, issues=(*more, *kept))

    def with_digests(self, digests: Sequence[str]) -> Self:
        """The same, knowing the digest of each file."""
        sheets = (replace(data, sha256=digests[data.at[0]]) for data in self.sheets)
        return replace(self, sheets=tuple(sheets))

    def check_questions(self) -> None:
        """Refuse to go on where there is a column for none of the rubric's questions or grades.

        Raises:
            WorkbookError: what the sheets have no column for, with the nearest headings.
        """
        recorded = {grade.recorded for grade in self.rubric.grades.values()}
        for sheet in self.sheets:
            fields = sheet.header.fields
            asked = (
                all(condition.answerable(fields) for condition in criterion.conditions)
                for criterion in self.rubric.criteria.values()
            )
            if recorded & fields or any(asked):
                return
        near = {
            field: near for sheet in self.sheets for field, near in sheet.without_column if near
        }
        field, heading = next(iter(near.items()), ("FIELD", "YOUR HEADING"))
        raise WorkbookError(
            f"there is no column for any question of the rubric `{self.rubric.name}`",
            details=[f"{field}: the nearest heading is `{near}`" for field, near in near.items()],
            hint=f'Name a column with --map {field}="{heading}", choose another rubric with '
            "--rubric, or see what was found with `audit check`.",
        )


def fields_by_sector(rubric: Rubric, mapping: MappingFile) -> dict[str, dict[str, FieldBase]]:
    """For each sector, and for none, the fields as the cells of mapped workbooks hold them."""
    return {
        sector: {
            name: mapping.words_of(name, field) for name, field in rubric.fields_of(sector).items()
        }
        for sector in ("", *rubric.sectors)
    }
