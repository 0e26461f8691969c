"""Which rows of a sheet are case files, and why the others are not."""

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from casefile_audit.capped import Capped
from casefile_audit.english import fold, heading_key, listing
from casefile_audit.files.tables import CellTable
from casefile_audit.files.workbook import Cell, Sheet, address, text_of
from casefile_audit.intake.headings import Header

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
_STARTS_OF_TOTALS = frozenset(("gra", "ove", "sub", "tot", "ave", "mea", "cou", "sum", "per"))
_MAYBE_TOTAL = rf"(?i)^\s*(?:{'|'.join(sorted(_STARTS_OF_TOTALS))}|%|[^\x00-\x7f])"
_START_RE = re.compile(r"[\s!-/:-@\[-`{-~]*([A-Za-z0-9]{1,3})")
_ROWS_NAMED = 8
# Whether case references have digits is told from the first of them.
_ROWS_SAMPLED = 10_000
_NOTE_RE = re.compile(r"[*†‡].*|(notes?|source|key|end)\b.*", re.IGNORECASE)


@dataclass(frozen=True)
class LeftOut:
    """A row that is not a case: its number in the sheet, counted from 1, and the reason."""

    row: int
    reason: str


@dataclass(frozen=True)
class ClassifiedRows:
    """The rows of a table, told apart.

    Attributes:
        cases: the places in the table of those that are cases.
        left_out: the others that hold anything.
        single_cell: the row numbers, counted from 1, of the cases that hold a single cell.
    """

    cases: npt.NDArray[np.int64]
    left_out: tuple[LeftOut, ...]
    single_cell: tuple[int, ...]


@dataclass(frozen=True)
class RowRules:
    """What tells the cases of a sheet from its other rows.

    Attributes:
        header: where its headings are.
        headings: the keys of the mapped columns' headings, by the columns' indexes.
        identifier: the column of the case reference, if there is one.
        numbered: whether most case references hold a digit, so that a name without one is hardly
            another.
        wide: zero-based rows in which cells are merged sideways.
        unwanted: numbers, counted from 1, of rows that the mapping leaves out.
    """

    header: Header
    headings: Mapping[int, frozenset[str]]
    identifier: int | None
    numbered: bool
    wide: frozenset[int]
    unwanted: frozenset[int]

    def classify(self, table: CellTable) -> ClassifiedRows:
        """Tell the rows of a table apart. Only those that may be no case are looked at singly."""
        doubtful = self._doubtful(table)
        is_case = np.ones(len(table), dtype=bool)
        is_case[doubtful] = False
        left_out: list[LeftOut] = []
        single_cell: list[int] = []
        for place, cells in zip(doubtful.tolist(), table.cells(doubtful.tolist()), strict=True):
            row = table.first + place
            filled = [index for index, cell in enumerate(cells) if not is_blank(cell)]
            if not filled:
                continue
            if reason := self._reason(row, cells, filled):
                left_out.append(LeftOut(row + 1, reason))
                continue
            is_case[place] = True
            if len(filled) == 1:
                single_cell.append(row + 1)
        return ClassifiedRows(np.flatnonzero(is_case), tuple(left_out), tuple(single_cell))

    def _doubtful(self, table: CellTable) -> npt.NDArray[np.int64]:
        """The places of all rows that may be no case, and of some others.

        They hold no more than one cell that is known; start with what may be a total, or with a
        column that isn't known; repeat two headings; are merged; or the mapping leaves them out.
        """
        count = np.zeros(len(table), dtype=np.int32)
        repeated = np.zeros(len(table), dtype=np.int32)
        doubtful = np.zeros(len(table), dtype=bool)
        unseen = np.ones(len(table), dtype=bool)
        columns = [table.column(index) for index in self.headings]
        # The headings again are more than half of them, so most columns need not be searched.
        least = max(len(columns) // 2 + 1, 2) - sum(column.is_unique for column in columns)
        enough = least > 0
        for order, index in enumerate(table.known):
            column = table.column(index)
            first = unseen & column.filled
            if first.any():
                # Where a column before it isn't known, this may not be the first that is filled.
                known = order == index
                total = column.where_matching(_maybe_total, _MAYBE_TOTAL) if known else True
                doubtful |= first & total
                unseen &= ~column.filled
            count += column.filled
            if index in self.headings and not (column.is_unique and enough):
                keys = self.headings[index]
                repeated += column.where(_may_be_heading, keys)
        rows = (*self.wide, *(row - 1 for row in self.unwanted))
        places = np.array([row - table.first for row in rows], dtype=np.int64)
        doubtful[places[(places >= 0) & (places < len(table))]] = True
        return np.flatnonzero(doubtful | (count <= 1) | (repeated >= (least if enough else 2)))

    def _reason(self, row: int, cells: Sequence[Cell], filled: Sequence[int]) -> str:
        """Why a row that holds something is not a case; empty if it is one."""
        first = cells[filled[0]]
        reason = "as the mapping says" if row + 1 in self.unwanted else ""
        reason = reason or _total(first) or _repeated(cells, self.headings)
        alone = len(filled) == 1 or (row in self.wide and len({cells[i] for i in filled}) == 1)
        if not reason and alone:
            reason = _lone_cell(row, filled[0], text_of(first), self.identifier)
            reason = reason or _dividing_line(first, self.numbered)
        return reason


def row_rules(
    sheet: Sheet, header: Header, identifier: int | None, unwanted: Sequence[int] = ()
) -> RowRules:
    """The rules for a sheet, or for the table that starts with it.

    Args:
        sheet: the sheet, or the first rows of a long table.
        header: where its headings are.
        identifier: the column of the case reference, if there is one.
        unwanted: numbers, counted from 1, of rows that the mapping leaves out.
    """
    return RowRules(
        header=header,
        headings={
            column.index: frozenset(
                heading_key(text_of(sheet.rows[row][column.index])) for row in header.rows
            )
            for column in header.columns
            if column.field is not None
        },
        identifier=identifier,
        numbered=_mostly_numbered(sheet, header.rows[-1] + 1, identifier),
        wide=frozenset(
            row
            for span in sheet.merged
            if span.last_column > span.first_column
            for row in range(span.first_row, span.last_row + 1)
        ),
        unwanted=frozenset(unwanted),
    )


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing that a reader of the page sees."""
    return cell is None or (isinstance(cell, str) and not text_of(cell))


def _maybe_total(text: str) -> bool:
    """Whether a text may be the name of a total: quick, and never wrongly False."""
    start = text.lstrip()[:3].lower()
    return start in _STARTS_OF_TOTALS or start.startswith("%") or not start.isascii()


def _may_be_heading(text: str, keys: frozenset[str]) -> bool:
    """Whether a text may be one of these headings: quick, and never wrongly False."""
    if not text:
        return False
    start = _START_RE.match(text)
    return start is None or any(key.startswith(start[1].lower()) for key in keys)


def _total(cell: Cell) -> str:
    """Why a row that starts with a cell is one of totals; empty if it isn't."""
    if isinstance(cell, str) and len(cell) < _LONGEST_NAME and _TOTAL_RE.fullmatch(fold(cell)):
        return f"a row of totals (“{text_of(cell)}”)"
    return ""


def _repeated(cells: Sequence[Cell], mapped: Mapping[int, frozenset[str]]) -> str:
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
    rows = sheet.rows[first_row : first_row + _ROWS_SAMPLED]
    texts = [text for row in rows if (text := text_of(row[identifier]))]
    numbered = sum(any(map(str.isdigit, text)) for text in texts)
    return numbered * 2 > len(texts)


def note_on_rows(rows: Capped[int], one: str, several: str) -> Iterator[str]:
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
