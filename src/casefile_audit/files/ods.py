"""What an .ods package says of its sheets that python-calamine does not pass on."""

import datetime
import re
from collections import defaultdict
from contextlib import suppress
from typing import IO
from xml.parsers import expat
from zipfile import ZipFile

from casefile_audit.error_cells import NOT_CALCULATED
from casefile_audit.files.limits import SHEET_COLUMNS, SHEET_ROWS
from casefile_audit.files.number_formats import percentage
from casefile_audit.files.xlsx import EPOCH_1900, EPOCH_1904, Markup

_CHUNK = 1_048_576
_MARKS = (b"-spanned=", b"table:visibility=", b'="error"', b'="percentage"', b"1904-01-01")
_BARE_FORMULA = re.compile(rb"<table:table-cell(?=[^<>]*:formula=)(?![^<>]*value-type=)")
_TAIL = 1024
# Cells and rows that stand for ten alike or more, and hold something.
_REPEATED_TEXT = re.compile(
    rb"columns-repeated\s*=\s*[\"']\s*\+?0*[1-9]\d[^<>]*(?<!/)>"
    rb"|rows-repeated\s*=\s*[\"']\s*\+?0*[1-9]\d[^<>]*>(?!\s*<table:table-cell[^<>]*/>\s*</)"
)


def scan_document(package: ZipFile) -> tuple[datetime.datetime, dict[str, Markup], int]:
    """Read what the markup of every sheet says.

    The rows are followed only where a first pass finds merged cells, hidden rows, errors, formulas
    without a result, percentages, another epoch, or one text that stands for many: following them
    costs more than reading the cells does.

    Returns:
        The day that serial number 0 means; the markup by the sheet's name, with extents only where
        the rows are followed, since python-calamine sets no memory aside for blank cells; and how
        many letters the repeated cells hold, each counted as often as it is repeated.

    Raises:
        ZIP_ERRORS: the document is damaged.
    """
    reader = _Reader()
    try:
        with package.open("content.xml") as stream:
            if not _has_marks(stream):
                return reader.epoch, {}, 0
        with package.open("content.xml") as stream:
            reader.parser.ParseFile(stream)
    except expat.ExpatError as error:
        raise ValueError("content.xml is not XML") from error
    return reader.epoch, reader.sheets, reader.text


def _has_marks(stream: IO[bytes]) -> bool:
    # On markup that breaks off, python-calamine never comes to an end, so it is checked first;
    # a parser that reports nothing back to Python is quick.
    parser = expat.ParserCreate()
    tail, found = b"", False
    while chunk := stream.read(_CHUNK):
        parser.Parse(chunk, False)
        data = tail + chunk
        found = found or any(mark in data for mark in _MARKS) or bool(_REPEATED_TEXT.search(data))
        found = found or (b"table:formula=" in data and bool(_BARE_FORMULA.search(data)))
        tail = data[-_TAIL:]
    parser.Parse(b"", True)
    return found


class _Reader:
    """Follows the rows and cells of a document, both of which can stand for many alike."""

    def __init__(self) -> None:
        self.epoch = EPOCH_1900
        self.sheets: defaultdict[str, Markup] = defaultdict(Markup)
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.text = 0
        self._sheet = Markup()
        self._row = self._next_row = self._column = self._next_column = 0
        self._error: list[str] | None = None
        self._in_note = False

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        if element in ("table:table-cell", "table:covered-table-cell"):
            self._start_cell(attributes)
        elif element == "table:table-row":
            self._row, self._next_column = self._next_row, 0
            repeated = int(attributes.get("table:number-rows-repeated", 1))
            self._next_row = min(self._row + repeated, SHEET_ROWS)
            if attributes.get("table:visibility") in ("collapse", "filter"):
                self._sheet.hidden_rows.update(range(self._row + 1, self._next_row + 1))
        elif element == "table:table":
            self._sheet = self.sheets[attributes.get("table:name", "")]
            self._next_row = 0
        elif element == "office:annotation":
            self._in_note = True
        elif element == "table:null-date" and "1904" in attributes.get("table:date-value", ""):
            self.epoch = EPOCH_1904

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._column = self._next_column
        repeated = int(attributes.get("table:number-columns-repeated", 1))
        self._next_column = min(self._column + repeated, SHEET_COLUMNS)
        rows = int(attributes.get("table:number-rows-spanned", 1))
        columns = int(attributes.get("table:number-columns-spanned", 1))
        if rows > 1 or columns > 1:
            last = self._row + rows - 1, self._column + columns - 1
            self._sheet.merged.append((self._row, self._column, *last))
        if attributes.get("calcext:value-type") == "error":
            self._error = []
        if "table:formula" in attributes and "office:value-type" not in attributes:
            self._show(NOT_CALCULATED)
        elif attributes.get("office:value-type") == "percentage":
            with suppress(ValueError):
                self._show(percentage(float(attributes.get("office:value", ""))))
        if "office:value-type" in attributes or "table:formula" in attributes:
            self._sheet.last_row = max(self._sheet.last_row, self._next_row)
            self._sheet.last_column = max(self._sheet.last_column, self._next_column)

    def _text(self, text: str) -> None:
        alike = (self._next_row - self._row) * (self._next_column - self._column)
        self.text += len(text) * max(alike, 1)
        if self._error is not None and not self._in_note:
            self._error.append(text)

    def _end(self, element: str) -> None:
        if element == "office:annotation":
            self._in_note = False
        elif element == "table:table-cell" and self._error is not None:
            self._show("".join(self._error))
            self._error = None

    def _show(self, text: str) -> None:
        alike = self._row, self._column, self._next_row - 1, self._next_column - 1
        self._sheet.shown.append((alike, text))
