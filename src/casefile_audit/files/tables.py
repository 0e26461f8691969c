"""The rows of a sheet by column, each distinct text once: of a sheet in memory, or of a piece."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from casefile_audit.cases import Column, Mask
from casefile_audit.files.workbook import Cell, Sheet, text_of
from casefile_audit.files.xlsx import EPOCH_1900
from casefile_audit.issues import Issue

ROWS_SAMPLED = 2_000
"""Whether nearly every text of a column differs is told from so many rows."""

# Fewer cells are told apart before what does it quicker is loaded: a fifth of a second.
_MANY = 5_000
# Longer texts are what somebody wrote, and keep their white space until somebody looks at them.
_LONGEST_TIDIED = 200
_TIDY = r"^[!-~]+( [!-~]+)*$"
# No word with a set meaning is longer, in bytes, or has three digits.
_LONGEST_WORD = 480
_HAS_LETTER = r"[0-9A-Za-z]"
# But three alone after a colon may be an error, such as `Err:502`.
_THREE_DIGITS = r"(?:^|[^:0-9])[0-9]{3}|[0-9]{4}"


class CellTable(Protocol):
    """Rows of one sheet, under its headings.

    Attributes:
        first: the zero-based row number of the first of the rows.
        epoch: the day that serial number 0 means.
        known: the indexes of the columns that can be asked for, in the order of the sheet.
        issues: what is wrong with the rows.
    """

    @property
    def first(self) -> int: ...  # noqa: D102 - above
    @property
    def epoch(self) -> datetime.datetime: ...  # noqa: D102
    @property
    def known(self) -> Sequence[int]: ...  # noqa: D102
    @property
    def issues(self) -> tuple[Issue, ...]: ...  # noqa: D102

    def __len__(self) -> int:
        """How many rows there are."""

    def column(self, index: int) -> Column:
        """One column."""

    def cells(self, places: Sequence[int]) -> Sequence[Sequence[Cell]]:
        """All the cells of some of the rows, by their places in the table."""


@dataclass(frozen=True)
class RowsTable:
    """Rows of cells in memory, all of one length. See CellTable."""

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
    return RowsTable(sheet.rows[first:], first, len(sheet.rows[0]), sheet.epoch, sheet.issues)


def distinct_texts(cells: Sequence[Cell]) -> Column:
    """Cells as the words on the page, each distinct one once, or many as they were written."""
    if len(cells) > _MANY and (column := _column_of_texts(cells)) is not None:
        return column
    if bool in set(map(type, cells)):
        cells = [text_of(cell) for cell in cells]  # True and 1 are one value to a hash table
    places = {cell: place for place, cell in enumerate(dict.fromkeys(cells))}
    codes = np.fromiter(map(places.__getitem__, cells), dtype=np.int64, count=len(cells))
    texts = [text_of(None if cell != cell else cell) for cell in places]  # nan is nothing
    return Column(codes, np.array(texts, dtype=object))


def _column_of_texts(cells: Sequence[Cell]) -> Column | None:
    """The same for many cells; None unless all of them are texts."""
    import polars

    try:
        texts = polars.Series("texts", cells, dtype=polars.String).fill_null("")
    except (TypeError, UnicodeEncodeError):
        return None
    sample = texts.head(ROWS_SAMPLED)
    if differ_nearly_all(sample.n_unique(), len(sample)):
        ordinary = texts.to_frame().select(is_ordinary("texts")).to_series()
        return free_text_column(texts, ordinary.to_numpy())
    distinct = texts.unique(maintain_order=True)
    codes = texts.cast(polars.Enum(distinct)).to_physical().to_numpy().astype(np.int64)
    return Column(codes, np.array(list(map(text_of, distinct.to_list())), dtype=object))


def differ_nearly_all(distinct: int, rows: int) -> bool:
    """Whether so many of a column's texts differ that each is better looked at by itself.

    Args:
        distinct: how many of the first texts differ.
        rows: how many those are; ``ROWS_SAMPLED`` is enough.
    """
    return distinct * 2 > max(rows, 100)


def is_ordinary(name: str) -> Any:
    """Which texts of a column are certainly neither blank nor a word with a set meaning.

    Args:
        name: a column of text in a Polars frame.
    """
    import polars

    text = polars.col(name)
    is_long = (text.str.len_bytes() > _LONGEST_WORD) & text.str.contains(_HAS_LETTER)
    return is_long | text.str.contains(_THREE_DIGITS)


def free_text_column(texts: Any, ordinary: Mask) -> Column:
    """A column with a text for each row.

    Args:
        texts: a Polars series of texts.
        ordinary: what ``is_ordinary`` tells of them.
    """
    if len(texts) and texts.str.len_bytes().max() <= _LONGEST_TIDIED:
        untidy = np.flatnonzero(~texts.str.contains(_TIDY))
        texts = texts.clone().scatter(untidy, [text_of(text) for text in texts[untidy].to_list()])
    return Column(np.arange(len(texts)), texts, is_unique=True, ordinary=ordinary)
