"""The rows of a sheet by column, each distinct text once: of a sheet in memory, or of a piece."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from typing import Any, cast

import numpy as np

from casefile_audit.cases import Codes, Column, Mask
from casefile_audit.files.markup import EPOCH_1900
from casefile_audit.files.workbook import Cell, Sheet, text_of
from casefile_audit.issues import Issue

ROWS_SAMPLED = 2_000
"""Whether nearly every text of a column differs is told from so many rows."""

# Fewer cells are told apart before what does it quicker is loaded: a fifth of a second.
_MANY = 5_000
# Of so many rows at a time the cells are still in the processor's cache when they are numbered
# column by column: of a whole sheet, fetching them again took longer than the numbering.
_ROWS_AT_ONCE = 256
# Longer texts are what somebody wrote, and keep their white space until somebody looks at them.
_LONGEST_TIDIED = 200
_TIDY = r"^[!-~]+( [!-~]+)*$"
# No word with a set meaning is longer, in bytes, or has three digits.
_LONGEST_WORD = 480
_HAS_LETTER = r"[0-9A-Za-z]"
# But three alone after a colon may be an error, such as `Err:502`.
_THREE_DIGITS = r"(?:^|[^:0-9])[0-9]{3}|[0-9]{4}"


class NumberedCells:
    """The cells of one column, of any type, each distinct one once.

    Attributes:
        kinds: the types of the cells.
    """

    def __init__(self) -> None:
        self.kinds: set[type] = set()
        # From nought on, as they come.
        self._numbers: dict[Cell, int] = defaultdict(count().__next__)
        self._codes: list[Codes] = [np.empty(0, dtype=np.int64)]

    def add(self, cells: Sequence[Cell]) -> None:
        """Further cells."""
        kinds = set(map(type, cells))
        if bool in kinds:
            # True and 1 are one value to a hash table, and two to whoever reads them.
            cells = [text_of(cell) if isinstance(cell, bool) else cell for cell in cells]
            kinds = kinds - {bool} | {str}
        self.kinds |= kinds
        numbers = map(self._numbers.__getitem__, cells)
        self._codes.append(np.fromiter(numbers, dtype=np.int64, count=len(cells)))

    @cached_property
    def codes(self) -> Codes:
        """For each row the place of its cell among the distinct ones, once all are added."""
        codes, self._codes = np.concatenate(self._codes), []
        return codes

    @property
    def distinct(self) -> Set[Cell]:
        """The distinct cells, in the order they come; True and False as words."""
        return self._numbers.keys()

    def column(self) -> Column:
        """Them as the words on the page."""
        if (column := self._free_text()) is not None:
            return column
        texts = [text_of(None if cell != cell else cell) for cell in self.distinct]  # nan: nothing
        return Column(self.codes, np.array(texts, dtype=object))

    def _free_text(self) -> Column | None:
        """The column with a text for each row, if there are many rows and nearly all differ."""
        sample = self.codes[:ROWS_SAMPLED]
        few = len(self.codes) <= _MANY or not differ_nearly_all(
            len(set(sample.tolist())), len(sample)
        )
        if few or not self.kinds <= {str, type(None)}:
            return None
        import polars

        try:
            distinct = polars.Series("texts", list(self.distinct), dtype=polars.String)
        except UnicodeEncodeError:
            return None
        return free_text_column(distinct.fill_null("").gather(self.codes))


@dataclass(frozen=True)
class RowsTable:
    """Rows of cells in memory, all of one length, which stay as they are.

    Attributes:
        first: the zero-based row number of the first of the rows.
        epoch: the day that serial number 0 means.
    """

    rows: Sequence[Sequence[Cell]]
    first: int
    width: int
    epoch: datetime.datetime = EPOCH_1900
    issues: tuple[Issue, ...] = ()

    @property
    def known(self) -> range:
        """Every column."""
        return range(self.width)

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    def column(self, index: int) -> Column:
        """One column, each distinct text once, or many as they were written."""
        if index not in self._read:
            self._read[index] = self.numbered[index].column()
        return self._read[index]

    @cached_property
    def _read(self) -> dict[int, Column]:
        return {}

    @cached_property
    def numbered(self) -> list[NumberedCells]:
        """The cells of each column, each distinct one once."""
        found = [NumberedCells() for _ in range(self.width)]
        for start in range(0, len(self.rows), _ROWS_AT_ONCE):
            cells_of = zip(*self.rows[start : start + _ROWS_AT_ONCE], strict=True)
            for numbered, cells in zip(found, cells_of, strict=True):
                numbered.add(cells)
        return found

    def cells(self, places: Sequence[int]) -> list[Sequence[Cell]]:
        """All the cells of some of the rows."""
        return [self.rows[place] for place in places]

    def sample(self, step: int) -> "RowsTable":
        """Every so many-th row; what is told of its texts is told of those of the others too."""
        sample = replace(self, rows=self.rows[::step])
        for index in self.known:
            column = self.column(index)
            if not column.is_unique:
                sample._read[index] = replace(column, codes=column.codes[::step])
        return sample


@dataclass(frozen=True)
class FrameTable:
    """Rows of a long file, under its headings.

    Attributes:
        first: the zero-based row number of the first row.
        columns: those that are known, by their indexes.
        full: gives all the columns, as rows that can be taken by their places.
    """

    first: int
    size: int
    columns: Mapping[int, Column]
    full: Callable[[], Any]
    epoch: datetime.datetime = EPOCH_1900
    issues: tuple[Issue, ...] = ()

    @property
    def known(self) -> Sequence[int]:
        """The indexes of the columns that can be asked for."""
        return sorted(self.columns)

    def __len__(self) -> int:
        """How many rows there are."""
        return self.size

    def column(self, index: int) -> Column:
        """One column; each distinct text once, or one for each row where nearly all differ."""
        return self.columns[index]

    def cells(self, places: Sequence[int]) -> Sequence[Sequence[Cell]]:
        """All the cells of some of the rows."""
        if not places:
            return []
        rows = self.full()
        return [rows[place] for place in places] if isinstance(rows, list) else rows[places].rows()


CellTable = RowsTable | FrameTable
"""Rows of one sheet, under its headings."""


def table_of(sheet: Sheet, first: int) -> RowsTable:
    """The rows of a sheet from a zero-based row on, made once for all who ask."""
    if first not in sheet.made:
        sheet.made[first] = RowsTable(
            sheet.rows[first:], first, len(sheet.rows[0]), sheet.epoch, sheet.issues
        )
    return cast("RowsTable", sheet.made[first])


def differ_nearly_all(distinct: int, rows: int) -> bool:
    """Whether so many of a column's texts differ that each is better looked at by itself.

    Args:
        distinct: how many of the first texts differ.
        rows: how many those are; ``ROWS_SAMPLED`` is enough.
    """
    return distinct * 2 > max(rows, 100)


def free_text_column(texts: Any) -> Column:
    """A column with a text for each row, given a Polars series of them."""
    ordinary = _are_ordinary(texts)
    short = np.flatnonzero(texts.str.len_bytes() <= _LONGEST_TIDIED)
    untidy = short[~texts.gather(short).str.contains(_TIDY).to_numpy()]
    if len(untidy):
        texts = texts.clone().scatter(untidy, [text_of(text) for text in texts[untidy].to_list()])
    return Column(np.arange(len(texts)), texts, is_unique=True, ordinary=ordinary)


def _are_ordinary(texts: Any) -> Mask:
    """Which texts are certainly neither blank nor a word with a set meaning."""
    ordinary = np.empty(len(texts), dtype=bool)
    is_long = texts.str.len_bytes() > _LONGEST_WORD
    for which, pattern in ((is_long, _HAS_LETTER), (~is_long, _THREE_DIGITS)):
        ordinary[which.to_numpy()] = texts.filter(which).str.contains(pattern).to_numpy()
    return ordinary
