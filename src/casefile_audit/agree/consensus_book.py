"""A consensus as a workbook: its sheets, its drop-downs, and the cells that are to be filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from casefile_audit.english import without_controls
from casefile_audit.output.workbooks import workbook_bytes

_LISTS = "Lists"
_BOLD = Font(bold=True)
_TOP = Alignment(vertical="top", wrap_text=True)
_HEADING = PatternFill("solid", fgColor="D9E2EC")
_OPEN = PatternFill("solid", fgColor="FFF3B0")
_WIDEST = 32


@dataclass(frozen=True)
class ConsensusColumn:
    """A column.

    Attributes:
        heading: its heading.
        cells: what stands in it.
        choices: what its drop-down offers; none leaves it without one.
        open: for each cell, whether it is to be filled in.
    """

    heading: str
    cells: Sequence[str]
    choices: Sequence[str] = ()
    open: Sequence[bool] = ()


def book_bytes(about: Mapping[str, str], sheets: Mapping[str, Sequence[ConsensusColumn]]) -> bytes:
    """The workbook as a file: a sheet that says what it is, then those that have columns."""
    book = openpyxl.Workbook()
    first = book.worksheets[0]
    first.title = "About"
    for row, (label, text) in enumerate(about.items(), 1):
        _write(first, row, 1, label).font = _BOLD
        _write(first, row, 2, text)
    first.column_dimensions["A"].width = 16
    first.column_dimensions["B"].width = 90
    filled = {name: columns for name, columns in sheets.items() if columns}
    lists = list(dict.fromkeys(tuple(c.choices) for own in filled.values() for c in own))
    places = {choices: place for place, choices in enumerate(filter(None, lists), 1)}
    for name, columns in filled.items():
        sheet = book.create_sheet(name)
        for place, column in enumerate(columns, 1):
            _write_column(sheet, place, column, places)
        sheet.freeze_panes = "B2"
    hidden = book.create_sheet(_LISTS)
    hidden.sheet_state = "hidden"
    for choices, place in places.items():
        for row, choice in enumerate(choices, 1):
            _write(hidden, row, place, choice)
    book.properties.title = "Consensus"
    return workbook_bytes(book)


def _write_column(
    sheet: Worksheet,
    place: int,
    column: ConsensusColumn,
    lists: Mapping[tuple[str, ...], int],
) -> None:
    heading = _write(sheet, 1, place, column.heading)
    heading.font, heading.fill = _BOLD, _HEADING
    for row, text in enumerate(column.cells, 2):
        cell = _write(sheet, row, place, text)
        if column.open and column.open[row - 2]:
            cell.fill = _OPEN
    longest = max(map(len, (*column.cells, *column.choices, column.heading[: _WIDEST // 2])))
    letter = get_column_letter(place)
    sheet.column_dimensions[letter].width = min(_WIDEST, max(12, longest + 3))
    if column.choices:
        listed = get_column_letter(lists[tuple(column.choices)])
        offered = DataValidation(
            type="list",
            formula1=f"{_LISTS}!${listed}$1:${listed}${len(column.choices)}",
            allow_blank=True,
            showErrorMessage=True,
            errorTitle="Not one of the choices",
            error="Choose from the list, or leave the cell empty.",
        )
        offered.add(f"{letter}2:{letter}{len(column.cells) + 1}")
        sheet.add_data_validation(offered)


def _write(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    if text:
        cell.value = without_controls(text)
        cell.data_type = "s"  # words are words, even those that start with "="
    cell.alignment = _TOP
    return cell
