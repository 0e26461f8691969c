"""Marks by which a form of this program says what each of its columns or rows is for.

They stand as text in a row over the headings, or in a column beside the questions, so they go with
the cells through every program and format; headings may change, and columns move.
"""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from casefile_audit.files.workbook import Cell, Sheet, text_of
from casefile_audit.manifest import RESERVE_HEADING, UNAVAILABLE_HEADING

FIRST_SHEET, QUESTIONS_SHEET, LISTS_SHEET = "Read first", "Questions", "Lists"
SAMPLE_SHEET = "Sample"
"""The sheets of a form that hold no cases, and nothing that anybody could miss."""

CHOOSE, CHOOSE_A_DATE, TYPE_HERE = (
    "Choose an item.",
    "Choose or type a date.",
    "Click or tap here to type.",
)
"""The prompts of a Word form. Some programs save them as if somebody had typed them."""

FILLED_IN = "Filled in already"
"""What stands beside what was filled in when the form was made."""
SECTOR_LABEL = "Sector"
NUMBERS, NOTES = "No.", "Reader's notes"
"""The heading of the numbers of a Word form, and what stands beside the room for notes."""

RETYPED, CONFLICT, OLDER, READING = "reference", "conflict", "older", "reading"
"""Why rows of what was collected are set aside, as the marks of their sheets say."""

_START = "audit"
_SEARCHED, _LONGEST_PAGE = 60, 2_000
_NUMBER_RE = re.compile(r"[0-9]{0,3}")
_FEWEST = 2


class MarkKind(StrEnum):
    """What a column is for."""

    ASK = "ask"
    """The reader fills it in."""
    KNOWN = "known"
    """It was filled in when the form was made."""
    NOTES = "notes"
    """What the reader wants to say beside the answers."""
    UNAVAILABLE = "unavailable"
    """Why the file couldn't be read."""
    RESERVE = "reserve"
    """Which of a sample's reserve the case is."""
    FROM = "from"
    """It says where a row was collected from."""
    ASIDE = "aside"
    """The column is for nothing: the mark says that the sheet's cases are held back."""
    SECTOR = "sector"
    """The column is for nothing: the mark says whose records these are."""


BESIDE_CELLS = (
    MarkKind.ASK,
    MarkKind.KNOWN,
    MarkKind.NOTES,
    MarkKind.UNAVAILABLE,
    MarkKind.RESERVE,
)
"""The kinds whose columns, or rows, hold something of each case."""


HEADINGS_BESIDE = {
    MarkKind.NOTES: NOTES,
    MarkKind.UNAVAILABLE: UNAVAILABLE_HEADING,
    MarkKind.RESERVE: RESERVE_HEADING,
}
"""How that is headed which stands beside the questions of a form."""


class Mark(NamedTuple):
    """One mark.

    Attributes:
        name: the field's name, or the sector's.
        number: of a column of several.
    """

    kind: MarkKind
    name: str = ""
    number: int = 0

    @property
    def text(self) -> str:
        """The mark as it stands in its cell."""
        parts = [_START, self.kind.value, self.name, str(self.number or "")]
        return ":".join(part for part in parts if part)


class FormMarks(NamedTuple):
    """The marks of a sheet.

    Attributes:
        row: the zero-based row that they stand in; None where they stand in a column.
        column: the zero-based column that they stand in; None where they stand in a row.
        marks: by the column, or the row, that each stands for.
    """

    row: int | None
    column: int | None
    marks: Mapping[int, Mark]

    @property
    def sector(self) -> str:
        """Whose records the sheet holds; empty if it doesn't say."""
        named = (mark.name for mark in self.marks.values() if mark.kind is MarkKind.SECTOR)
        return next(named, "")

    @property
    def aside(self) -> bool:
        """Whether the sheet's cases are held back, or are second readings: in no count."""
        return any(mark.kind is MarkKind.ASIDE for mark in self.marks.values())

    @property
    def holds_readings(self) -> bool:
        """Whether the sheet's cases are those that several readers read."""
        return Mark(MarkKind.ASIDE, READING) in self.marks.values()

    @property
    def to_answer(self) -> frozenset[int]:
        """The columns, or the rows, that a reader fills in."""
        return frozenset(at for at, mark in self.marks.items() if mark.kind is MarkKind.ASK)


def mark_in(cell: Cell) -> Mark | None:
    """The mark that a cell holds, if it holds one."""
    if not isinstance(cell, str) or not cell.startswith(f"{_START}:"):
        return None
    _, kind, name, number, *more = [*text_of(cell).split(":"), "", ""]
    # No more digits than any column of several has: the number of a stranger's could be endless.
    if kind not in set(MarkKind) or any(more) or not _NUMBER_RE.fullmatch(number):
        return None
    return Mark(MarkKind(kind), name, int(number or 0))


def form_marks(sheet: Sheet) -> FormMarks | None:
    """The marks of a sheet; None of a sheet that no form of this program is."""
    for row, cells in enumerate(sheet.rows[:_SEARCHED]):
        if len(found := _marks_of(cells)) >= _FEWEST:
            return FormMarks(row, None, found)
    if not sheet.rows:
        return None
    for column in range(min(len(sheet.rows[0]), 3)):
        page = [cells[column] for cells in sheet.rows[:_LONGEST_PAGE]]
        if len(found := _marks_of(page)) >= _FEWEST:
            return FormMarks(None, column, found)
    return None


def _marks_of(cells: Sequence[Cell]) -> dict[int, Mark]:
    return {at: mark for at, cell in enumerate(cells) if (mark := mark_in(cell)) is not None}
