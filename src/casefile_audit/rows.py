"""Which rows of a sheet are case files, and why the others are not."""

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from casefile_audit.headings import Header
from casefile_audit.mapping import SheetMapping
from casefile_audit.words import fold, heading_key, listing
from casefile_audit.workbook import Cell, Sheet, address, text_of

# What is longer names no total and no part of the table: it is something that somebody wrote.
_LONGEST_NAME = 40
_TOTAL_RE = re.compile(
    r"((grand |overall |sub ?-?)?totals?"
    r"( (number )?(of )?(cases?( files)?|files|children|records))?"
    r"|averages?|mean|count|sum|percentage|%)[: \d]*"
)
_MONTH_RE = re.compile(
    r"(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?"
    r"|oct(ober)?|nov(ember)?|dec(ember)?)"
    r"([ ,./'-]*(19|20)\d\d|[ ,./'-]+\d\d)"
)
# A remark under the table is a sentence, or says that it is one; a case reference does neither.
_WORDS_OF_A_NOTE = 4
_NOTE_RE = re.compile(r"[*†‡].*|(notes?|source|key|end)\b.*", re.IGNORECASE)


@dataclass(frozen=True)
class LeftOut:
    """A row that is not a case: its number in the sheet, counted from 1, and the reason."""

    row: int
    reason: str


def rows_of(
    sheet: Sheet, header: Header, identifier: int | None, unwanted: Sequence[int] = ()
) -> Iterator[int | LeftOut]:
    """Every row under the header that holds anything: zero-based if a case, else why it is not.

    Args:
        sheet: the sheet.
        header: where its headings are.
        identifier: the column of the case reference, if there is one.
        unwanted: numbers, counted from 1, of rows that the mapping leaves out.
    """
    mapped = {
        column.index: {heading_key(text_of(sheet.rows[row][column.index])) for row in header.rows}
        for column in header.columns
        if column.field is not None
    }
    numbered = _mostly_numbered(sheet, header.rows[-1] + 1, identifier)
    wide = {r for span in sheet.merged if span.last_column > span.first_column
            for r in range(span.first_row, span.last_row + 1)}  # fmt: skip
    for row in range(header.rows[-1] + 1, len(sheet.rows)):
        cells = sheet.rows[row]
        filled = [index for index, cell in enumerate(cells) if not is_blank(cell)]
        if not filled:
            continue
        reason = "as the mapping says" if row + 1 in unwanted else ""
        reason = reason or _total(cells[filled[0]]) or _repeated(cells, mapped)
        alone = len(filled) == 1 or (row in wide and len({cells[i] for i in filled}) == 1)
        if not reason and alone:
            reason = _lone_cell(row, filled[0], text_of(cells[filled[0]]), identifier)
            reason = reason or _dividing_line(cells[filled[0]], numbered)
        yield LeftOut(row + 1, reason) if reason else row


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing that a reader of the page sees."""
    return cell is None or (isinstance(cell, str) and not text_of(cell))


def _total(cell: Cell) -> str:
    """Why a row that starts with a cell is one of totals; empty if it isn't."""
    if isinstance(cell, str) and len(cell) < _LONGEST_NAME and _TOTAL_RE.fullmatch(fold(cell)):
        return f"a row of totals (“{text_of(cell)}”)"
    return ""


def _repeated(cells: Sequence[Cell], mapped: Mapping[int, set[str]]) -> str:
    """Why a row is the headings over again; empty if it isn't."""
    same = 0
    for index, keys in mapped.items():
        key = heading_key(text_of(cells[index]))
        same += bool(key) and key in keys
    return "the headings again" if same > 1 and same * 2 > len(mapped) else ""


def _lone_cell(row: int, index: int, text: str, identifier: int | None) -> str:
    """Why a row with a single filled cell is not a case; empty if it may be one."""
    if identifier is not None and index != identifier:
        return f"only {address(row, index)} is filled, and it isn't the case reference"
    noted = len(text.split()) >= _WORDS_OF_A_NOTE or _NOTE_RE.fullmatch(text) is not None
    return "a note under the table" if noted else ""


def _dividing_line(cell: Cell, numbered: bool) -> str:
    """Why a lone cell only divides the cases, by month or by team; empty if it may be a case."""
    text = text_of(cell)
    is_no_reference = isinstance(cell, datetime.date) or not any(map(str.isdigit, text))
    divides = _MONTH_RE.fullmatch(fold(text)) or (numbered and is_no_reference)
    if divides and len(text) < _LONGEST_NAME:
        return f"a dividing line (“{text}”)"
    return ""


def _mostly_numbered(sheet: Sheet, first_row: int, identifier: int | None) -> bool:
    """Whether most case references hold a digit, so that a name without one is hardly another."""
    if identifier is None:
        return False
    texts = [text for row in sheet.rows[first_row:] if (text := text_of(row[identifier]))]
    numbered = sum(any(map(str.isdigit, text)) for text in texts)
    return numbered * 2 > len(texts)


def notes_on_mapping(
    mapping: SheetMapping, header: Header, left_out: Sequence[LeftOut]
) -> Iterator[str]:
    """What the mapping asks for and the sheet doesn't hold, or holds twice."""
    if absent := sorted(set(mapping.leave_out) - {out.row for out in left_out}):
        rows = f"{'row' if len(absent) == 1 else 'rows'} {listing(map(str, absent))}"
        yield f"the mapping leaves out {rows}, where there is nothing to leave out"
    keys = {heading_key(heading) for names in mapping.fields.values() for heading in names}
    for column in header.columns:
        if column.field is None and column.why and heading_key(column.heading) in keys:
            yield f"`{column.heading}` is mapped and isn't read: {column.why}"


def notes_on_rows(sheet: Sheet, rows: npt.NDArray[np.int64]) -> Iterator[str]:
    """Sentences on cases, by zero-based rows, that are hidden or hold a single cell."""
    hidden = [row for row in rows.tolist() if row + 1 in sheet.hidden_rows]
    # Numbered beforehand, perhaps, and never filled in.
    bare = [
        row for row in rows.tolist() if sum(not is_blank(cell) for cell in sheet.rows[row]) == 1
    ]
    for found, one, several in (
        (hidden, "is hidden", "are hidden"),
        (bare, "holds a single cell", "hold a single cell each"),
    ):
        numbers = listing((str(row + 1) for row in found), most=8)
        if len(found) == 1:
            yield f"row {numbers} {one}; it was read and counted"
        elif found:
            yield f"rows {numbers} {several}; they were read and counted"
