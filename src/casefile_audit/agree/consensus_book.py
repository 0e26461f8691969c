"""A consensus as a workbook: its sheets, its drop-downs, and the cells that are to be filled in."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from casefile_audit.output.form_books import CellArea, FormBook, FormSheet, Prompt
from casefile_audit.output.spreadsheets import height_of

_NARROWEST, _WIDEST = 12, 32


@dataclass(frozen=True)
class ConsensusColumn:
    """A column.

    Attributes:
        choices: what its drop-down offers; none leaves it without one.
        open: for each cell, whether it is to be filled in.
    """

    heading: str
    cells: Sequence[str]
    choices: Sequence[str] = ()
    open: Sequence[bool] = ()

    @property
    def width(self) -> int:
        """How wide it is, in characters: its heading may be wrapped."""
        texts = (*self.cells, *self.choices, self.heading[: _WIDEST // 2])
        return min(_WIDEST, max(_NARROWEST, max(map(len, texts)) + 3))


def book_bytes(about: Mapping[str, str], sheets: Mapping[str, Sequence[ConsensusColumn]]) -> bytes:
    """The workbook as a file: a sheet that says what it is, then the others."""
    book = FormBook("Consensus", dt.date.today())
    first = book.add_sheet("About")
    first.fill_labelled(about.items(), (16, 90), 0)
    for name, columns in sheets.items():
        _add_sheet(book, name, columns)
    return book.to_bytes()


def _add_sheet(book: FormBook, name: str, columns: Sequence[ConsensusColumn]) -> None:
    sheet = book.add_sheet(name)
    for place, column in enumerate(columns):
        _write_column(sheet, place, column)
    sheet.set_row(0, height_of((column.heading, column.width) for column in columns))
    for row, cells in enumerate(zip(*(column.cells for column in columns), strict=True), 1):
        widths = (column.width for column in columns)
        sheet.set_row(row, height_of(zip(cells, widths, strict=True)))
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)


def _write_column(sheet: FormSheet, place: int, column: ConsensusColumn) -> None:
    sheet.fill(0, place, column.heading, "heading")
    sheet.set_column(place, place, column.width)
    is_open = column.open or [False] * len(column.cells)
    for row, (text, to_fill_in) in enumerate(zip(column.cells, is_open, strict=True), 1):
        sheet.fill(row, place, text, "to fill in" if to_fill_in else "open")
    if column.choices and column.cells:
        area = CellArea(1, place, len(column.cells), place)
        prompt = Prompt(column.heading, "Choose what was agreed, or leave the cell empty.")
        sheet.offer(area, column.choices, prompt, only=True)
