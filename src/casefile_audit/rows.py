"""Which rows of a sheet are case files, and why the others are not."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from casefile_audit.headings import Header
from casefile_audit.words import fold, heading_key
from casefile_audit.workbook import Cell, Sheet, address, text_of

_TOTAL_RE = re.compile(
    r"((grand |overall |sub ?-?)?totals?"
    r"( (number )?(of )?(cases?( files)?|files|children|records))?"
    r"|averages?|mean|count|sum|percentage|%)[: \d]*"
)
# A remark under the table is a sentence, or says that it is one; a case reference does neither.
_WORDS_OF_A_NOTE = 4
_NOTE_RE = re.compile(r"[*†‡].*|(notes?|source|key|end)\b.*", re.IGNORECASE)


@dataclass(frozen=True)
class LeftOut:
    """A row that is not a case: its number in the sheet, counted from 1, and the reason."""

    row: int
    reason: str


def rows_of(sheet: Sheet, header: Header, identifier: int | None) -> Iterator[int | LeftOut]:
    """Every row under the header that holds anything: zero-based if a case, else why it is not.

    Args:
        sheet: the sheet.
        header: where its headings are.
        identifier: the column of the case reference, if there is one.
    """
    mapped = {
        column.index: {heading_key(text_of(sheet.rows[row][column.index])) for row in header.rows}
        for column in header.columns
        if column.field is not None
    }
    wide = {r for span in sheet.merged if span.last_column > span.first_column
            for r in range(span.first_row, span.last_row + 1)}  # fmt: skip
    for row in range(header.rows[-1] + 1, len(sheet.rows)):
        cells = sheet.rows[row]
        filled = [index for index, cell in enumerate(cells) if not is_blank(cell)]
        if not filled:
            continue
        reason = _total(cells[filled[0]]) or _repeated(cells, mapped)
        alone = len(filled) == 1 or (row in wide and len({cells[i] for i in filled}) == 1)
        if not reason and alone:
            reason = _lone_cell(row, filled[0], text_of(cells[filled[0]]), identifier)
        yield LeftOut(row + 1, reason) if reason else row


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing that a reader of the page sees."""
    return cell is None or (isinstance(cell, str) and not text_of(cell))


def _total(cell: Cell) -> str:
    """Why a row that starts with a cell is one of totals; empty if it isn't."""
    if isinstance(cell, str) and len(cell) < 40 and _TOTAL_RE.fullmatch(fold(cell)):
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
