"""The rows of a sheet by column, each distinct text once: of a sheet in memory, or of a piece."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from casefile_audit.ooxml import EPOCH_1900
from casefile_audit.workbook import Cell, Sheet, text_of

Mask = npt.NDArray[np.bool_]
Texts = Sequence[str] | npt.NDArray[np.object_]


@dataclass(frozen=True)
class Column:
    """One column's cells as text.

    Attributes:
        codes: for each row the index of its text.
        texts: the texts; each is there once, unless ``one_each``.
        one_each: whether there is a text for each row, because nearly all of them differ. Such
            texts may still have the white space that they had on the page.
        plain: which of the texts are neither blank, nor a word with a set meaning, nor the name of
            a total, as far as it was looked into.
    """

    codes: npt.NDArray[np.int64]
    texts: Texts
    one_each: bool = False
    plain: Mask | None = None

    def where(self, test: Callable[[str], bool]) -> Mask:
        """A test of text, made once for each text, as a mask of the rows."""
        passed = np.array([test(text) for text in self.texts], dtype=bool)
        return cast("Mask", passed[self.codes])

    def where_odd(self, test: Callable[[str], bool]) -> Mask:
        """The same for a test that no plain text passes."""
        if self.plain is None:
            return self.where(test)
        passed = np.zeros(len(self.texts), dtype=bool)
        for index in np.flatnonzero(~self.plain).tolist():
            passed[index] = test(self.texts[index])
        return cast("Mask", passed[self.codes])

    @cached_property
    def filled(self) -> Mask:
        """Which rows hold something that a reader of the page sees."""
        return ~self.where_odd(lambda text: not text_of(text))


class Table(Protocol):
    """Rows of one sheet, under its headings.

    Attributes:
        first: the zero-based row number of the first of the rows.
        epoch: the day that serial number 0 means.
        known: the indexes of the columns that can be asked for, in the order of the sheet.
    """

    @property
    def first(self) -> int: ...  # noqa: D102 - above
    @property
    def epoch(self) -> datetime.datetime: ...  # noqa: D102
    @property
    def known(self) -> Sequence[int]: ...  # noqa: D102

    def __len__(self) -> int:
        """How many rows there are."""

    def column(self, index: int) -> Column:
        """One column."""

    def cells(self, places: Sequence[int]) -> Sequence[Sequence[Cell]]:
        """All the cells of some of the rows, by their places in the table."""


@dataclass(frozen=True)
class RowsTable:
    """Rows of cells in memory, all of one length. See Table."""

    rows: Sequence[Sequence[Cell]]
    first: int
    width: int
    epoch: datetime.datetime = EPOCH_1900

    @property
    def known(self) -> range:
        """Every column."""
        return range(self.width)

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    def column(self, index: int) -> Column:
        """One column, each distinct text once."""
        return self._columns[index]

    @cached_property
    def _columns(self) -> list[Column]:
        columns = zip(*self.rows, strict=True) if self.rows else ((),) * self.width
        return [distinct_texts(cells) for cells in columns]

    def cells(self, places: Sequence[int]) -> list[Sequence[Cell]]:
        """All the cells of some of the rows."""
        return [self.rows[place] for place in places]


def table_of(sheet: Sheet, first: int) -> RowsTable:
    """The rows of a sheet from a zero-based row on."""
    return RowsTable(sheet.rows[first:], first, len(sheet.rows[0]), sheet.epoch)


def distinct_texts(cells: Sequence[Cell]) -> Column:
    """Cells as the words on the page, each distinct one once."""
    if any(type(cell) is bool for cell in cells):
        cells = [text_of(cell) for cell in cells]  # True and 1 are one value to a hash table
    values = np.empty(len(cells), dtype=object)
    values[:] = cells
    codes, distinct = pd.factorize(values, use_na_sentinel=False)
    # Where a cell is None, pandas may have made it its own mark of what is missing.
    return Column(codes, [text_of(None if pd.isna(cell) else cell) for cell in distinct])
