"""The account of how cases were read: nothing lost, every problem listed. Parts of it add up."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import add
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from casefile_audit.capped import Capped
from casefile_audit.cases import Cases, State
from casefile_audit.english import cells_at, count, listing
from casefile_audit.errors import WorkbookError
from casefile_audit.intake.alike_cells import alike_cells
from casefile_audit.intake.choice import RowsChosen, check_choice
from casefile_audit.intake.columns import Header
from casefile_audit.intake.layout import DataSheet, Layout
from casefile_audit.intake.set_apart import RowsSetApart
from casefile_audit.issues import Issue, IssueCode, merged
from casefile_audit.results import CellProblem, LeftOut

_ROWS_NAMED = 8
# A field's figures are in doubt where so many of its cells can't be read, and such a share: ours.
_LEAST_UNREADABLE, _SHARE_UNREADABLE = 5, 0.2
# Of few cases so many are too many, if they are half of them.
_LEAST_OF_FEW = 3


@dataclass(frozen=True)
class SheetIntake:
    """What was read of one data sheet, or of a part of it: parts of one sheet add up.

    Attributes:
        rows: how many rows under the headings hold anything: always ``cases``, those that are not
            read yet, those that aren't chosen or are set apart, and those left out together.
        cases: how many of them are cases.
        not_read: row numbers, counted from 1, of those in which nobody has answered anything yet.
        single_cell, hidden: row numbers, counted from 1, of cases that hold a single cell or are
            hidden.
        excluded: row numbers that were left out as the mapping says.
        empty: for the letter of each column that is read, whether no case has anything in it.
        states: for the letter of each column that is read, how many cells have each State.
        remarks: sentences on what else was done.
        issues: what could change a count, and what ought to be known.
        chosen: what became of the other rows that look like cases.
        apart: what became of those that couldn't be read, or didn't have to be.
    """

    data: DataSheet
    rows: int
    cases: int
    not_read: Capped[int]
    left_out: Capped[LeftOut]
    single_cell: Capped[int]
    hidden: Capped[int]
    excluded: frozenset[int]
    empty: Mapping[str, bool]
    states: Mapping[str, npt.NDArray[np.int64]]
    remarks: tuple[str, ...]
    issues: tuple[Issue, ...] = ()
    chosen: RowsChosen = field(default_factory=RowsChosen)
    apart: RowsSetApart = field(default_factory=RowsSetApart)

    def __add__(self, other: "SheetIntake") -> "SheetIntake":
        columns = dict.fromkeys((*self.states, *other.states))
        nothing = np.zeros(len(State), dtype=np.int64)
        return replace(
            self,
            rows=self.rows + other.rows,
            cases=self.cases + other.cases,
            not_read=self.not_read + other.not_read,
            left_out=self.left_out + other.left_out,
            single_cell=self.single_cell + other.single_cell,
            hidden=self.hidden + other.hidden,
            excluded=self.excluded | other.excluded,
            empty={
                letter: empty and other.empty.get(letter, True)
                for letter, empty in self.empty.items()
            },
            states={
                name: self.states.get(name, nothing) + other.states.get(name, nothing)
                for name in columns
            },
            remarks=tuple(dict.fromkeys((*self.remarks, *other.remarks))),
            issues=merged((*self.issues, *other.issues)),
            chosen=self.chosen + other.chosen,
            apart=self.apart + other.apart,
        )

    @property
    def file(self) -> str:
        """The file's name."""
        return self.data.file.name

    @property
    def sheet(self) -> str:
        """The sheet's name, and where on it the table stands if there are several."""
        return self.data.label

    @property
    def header(self) -> Header:
        """The sheet's headings."""
        return self.data.header

    @property
    def without_column(self) -> tuple[tuple[str, str | None], ...]:
        """The fields that it has no column for, each with the nearest heading."""
        return self.data.without_column

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on how it was read."""
        return (*self.remarks, *self._notes_on_places())

    def _notes_on_places(self) -> Iterator[str]:
        read = {column.index for column in self.header.read_for(self.header.fields)}
        hidden = read & self.data.hidden_columns
        if out := [c.letter for c in self.header.columns if c.index in hidden]:
            several = len(out) > 1
            columns = f"{'columns' if several else 'column'} {listing(out)}"
            are, they = ("are", "they were") if several else ("is", "it was")
            yield f"{columns} {are} hidden; {they} read and counted"
        yield from _note_on_rows(self.hidden, "is hidden", "are hidden")
        # Numbered beforehand, perhaps, and never filled in.
        yield from _note_on_rows(self.single_cell, "holds a single cell", "hold a single cell each")
        if absent := sorted(self.data.rules.unwanted - self.excluded):
            rows = f"{'row' if len(absent) == 1 else 'rows'} {listing(map(str, absent))}"
            yield f"the mapping leaves out {rows}, where there is nothing to leave out"


@dataclass(frozen=True)
class Account:
    """Everything that there is to say about how cases were read. Accounts of parts add up.

    Attributes:
        sheets: what was read of each data sheet, by its index.
        unnamed: cells where a case reference should be.
        unclear: other cells that somebody ought to look at.
        repeated: case references that another case has already.
        stops: those of the cells until which are put right nothing is scored.
        alike: what is to be said of references that may name one case in two ways.
    """

    sheets: Mapping[int, SheetIntake] = field(default_factory=dict)
    unnamed: Capped[CellProblem] = field(default_factory=Capped)
    unclear: Capped[CellProblem] = field(default_factory=Capped)
    repeated: Capped[CellProblem] = field(default_factory=Capped)
    stops: Capped[CellProblem] = field(default_factory=Capped)
    alike: tuple[Issue, ...] = ()

    def __add__(self, other: "Account") -> "Account":
        sheets = dict(self.sheets)
        for index, sheet in other.sheets.items():
            sheets[index] = sheets[index] + sheet if index in sheets else sheet
        return Account(
            dict(sorted(sheets.items())),
            self.unnamed + other.unnamed,
            self.unclear + other.unclear,
            self.repeated + other.repeated,
            self.stops + other.stops,
            (*self.alike, *other.alike),
        )

    @property
    def cases(self) -> int:
        """How many cases were read."""
        return sum(sheet.cases for sheet in self.sheets.values())

    @property
    def not_read(self) -> int:
        """How many cases nobody has read yet."""
        return sum(sheet.not_read.total for sheet in self.sheets.values())

    @property
    def problems(self) -> Capped[CellProblem]:
        """The cells to look at, those of case references first: they bear on every count."""
        return self.unnamed + self.repeated + self.unclear

    def check_cases(self, layout: Layout) -> None:
        """Refuse to go on without a case, or with a choice that names none.

        Raises:
            UsageError: what was asked for is nowhere.
            WorkbookError: the rows that were left out, and why.
        """
        sheets = self.sheets.values()
        chosen = reduce(add, (sheet.chosen for sheet in sheets), RowsChosen())
        check_choice(layout.only, chosen, self.cases + self.not_read)
        if self.cases:
            return
        if chosen.not_cases and layout.rubric.cases is not None and not self.not_read:
            says = layout.rubric.cases.says(layout.rubric.setting(dt.date.min))
            raise WorkbookError(
                f"none of the {count(chosen.not_cases, 'row')} is a case as the rubric "
                f"`{layout.rubric.name}` has it: cases are rows where {says}",
                hint="See what their columns hold with `audit check`, and put `cases` in the "
                "rubric right, or choose another with --rubric.",
            )
        if self.not_read:
            raise WorkbookError(
                f"none of the {count(self.not_read, 'case')} has been read yet: there is a "
                "reference in each, and no answer",
                hint="Score them once they are filled in; or add --count-unread if blank means "
                "that nothing is recorded.",
            )
        if apart := reduce(add, (sheet.apart for sheet in sheets), RowsSetApart()).passed:
            raise WorkbookError(
                f"none of the {count(apart, 'case')} that are here could be read, or had to be",
                hint="They have a reason why not, or are a sample's reserve, and nothing is "
                "answered. Give the forms of the other cases too.",
            )
        places = [f"{sheet.file}, sheet {sheet.sheet}" for sheet in sheets]
        raise WorkbookError(
            f"there are no case files under the headings of {listing(places)}",
            details=[
                *(f"row {out.row} left out: {out.reason}" for s in sheets for out in s.left_out),
                *layout.passed_over,
            ],
            hint="Give each case a reference, such as a number, or map the column that holds them."
            if any(out.nameless for s in sheets for out in s.left_out)
            else "If the headings stand in another row, name it by `header_row` in a mapping.",
        )

    @property
    def issues(self) -> tuple[Issue, ...]:
        """What could change a count, and what ought to be known, of the cases that were read."""
        of_sheets = [issue for sheet in self.sheets.values() for issue in sheet.issues]
        unread = [
            Issue.of_rows(
                IssueCode.CASES_NOT_READ,
                list(sheet.not_read),
                file=sheet.file,
                sheet=sheet.sheet,
                total=sheet.not_read.total,
                facts={"of": sheet.cases + sheet.not_read.total},
            )
            for sheet in self.sheets.values()
            if sheet.not_read.total
        ]
        of_sheets += [issue for sheet in self.sheets.values() for issue in _unreadable(sheet)]
        again = Issue.doubt(
            IssueCode.REFERENCE_REPEATED,
            [cells_at("", its.sheet, its.cell) for its in self.repeated],
            total=self.repeated.total,
        )
        return merged([*unread, *([again] if again.total else []), *self.alike, *of_sheets])

    def check_grades(self) -> None:
        """Refuse to go on while a grade isn't on its scale.

        Raises:
            WorkbookError: every such cell that is listed, with what it should hold.
        """
        if not self.stops.total:
            return
        unlisted = self.stops.total - len(self.stops)
        raise WorkbookError(
            f"{count(self.stops.total, 'grade')} can't be read",
            details=[
                *(
                    f"{its.places(files=True, most=0)}: `{its.found}`; expected {its.expected}"
                    for its in alike_cells(self.stops)
                ),
                *([f"and {unlisted:,} more"] if unlisted else []),
            ],
            hint="Correct the cells, or add the words to the field in the rubric: "
            "`also: {their word: the grade}`. To change a shipped rubric, start from a copy: "
            "`audit rubric new FILE --from NAME`.",
        )


def _unreadable(sheet: SheetIntake) -> Iterator[Issue]:
    """The fields of which so many cells can't be read that their figures are of the few others.

    Where it is known what is the matter with a column, that is said instead.
    """
    known = {issue.field for issue in sheet.issues} | sheet.data.habits.keys()
    for column in sheet.header.columns:
        counts = sheet.states.get(column.letter)
        if column.field is None or column.field in known or counts is None:
            continue
        unreadable = int(counts[State.UNREADABLE])
        number = int(counts.sum())
        are_many = unreadable >= max(_LEAST_UNREADABLE, _SHARE_UNREADABLE * number)
        if are_many or (unreadable >= _LEAST_OF_FEW and unreadable * 2 >= number):
            yield Issue.doubt(
                IssueCode.CELLS_UNREADABLE,
                file=sheet.file,
                sheet=sheet.sheet,
                field=column.field,
                total=unreadable,
            )


def _note_on_rows(rows: Capped[int], one: str, several: str) -> Iterator[str]:
    """A sentence on cases that were read and counted though they look odd; none if there are none.

    Args:
        rows: their row numbers, counted from 1.
        one: what the only one is or does.
        several: what several are or do.
    """
    named = [*map(str, rows[:_ROWS_NAMED])]
    more = [f"{rows.total - len(named):,} more"] if rows.total > len(named) else []
    if rows.total == 1:
        yield f"row {named[0]} {one}; it was read and counted"
    elif rows.total:
        yield f"rows {listing([*named, *more])} {several}; they were read and counted"


class Intake(NamedTuple):
    """Cases, where they stand, and the account of how they were read."""

    layout: Layout
    account: Account
    cases: Cases
