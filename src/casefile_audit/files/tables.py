"""The rows of a sheet by column, each distinct text once: of a sheet in memory, or of a piece."""

import datetime
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import not_
from typing import Any, Protocol, TypeVar, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from casefile_audit.cases import Mask
from casefile_audit.files.workbook import Cell, Sheet, text_of
from casefile_audit.files.xlsx import EPOCH_1900

Texts = Any  # a sequence of texts, or a Polars series of them
Told = TypeVar("Told")

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
_THREE_DIGITS = r"[0-9]{3}"


@dataclass(frozen=True)
class Column:
    """One column's cells as text.

    Attributes:
        codes: for each row the index of its text.
        texts: the texts; each is there once, unless ``one_each``.
        one_each: whether there is a text for each row, because nearly all of them differ. Such
            texts are a Polars series, and may still have the white space that they had on the page.
        plain: where there is a text for each row, which of them are certainly neither blank nor a
            word with a set meaning.
        memory: what was told of the texts; pieces of a long file that number their texts alike
            share it.
    """

    codes: npt.NDArray[np.int64]
    texts: Texts
    one_each: bool = False
    plain: Mask | None = None
    memory: dict[Hashable, tuple[int, Any]] = field(default_factory=dict, compare=False)

    def told(
        self, key: Hashable, tell: Callable[[Texts], Told], add: Callable[[Told, Told], Told]
    ) -> Told:
        """What is told of each text, once for all the pieces that have it.

        Args:
            key: what else it depends on.
            tell: tells it of some texts.
            add: puts what is told of further texts after it.
        """
        count, told = self.memory.get(key, (0, None))
        if told is None or count < len(self.texts):
            more = tell(self.texts[count:])
            told = more if told is None else add(told, more)
            self.memory[key] = len(self.texts), told
        return cast("Told", told)

    def where(self, test: Callable[..., bool], *given: Hashable) -> Mask:
        """A test of text and something given, made once for each text, as a mask of the rows."""

        def tested(texts: Texts) -> Mask:
            return np.fromiter((test(text, *given) for text in texts), dtype=bool, count=len(texts))

        return self.told((test, given), tested, _appended)[self.codes]

    def where_matching(self, test: Callable[[str], bool], pattern: str) -> Mask:
        """The same for a test that only texts with a regular expression in them pass."""
        if not self.one_each:
            return self.where(test)
        passed = self.texts.str.contains(pattern).to_numpy().copy()
        passed[passed] = [test(text) for text in self.texts.filter(passed)]
        return cast("Mask", passed)

    @cached_property
    def odd(self) -> list[str]:
        """The texts that are not plain."""
        return list(self.texts if self.plain is None else self.texts.filter(~self.plain))

    @cached_property
    def filled(self) -> Mask:
        """Which rows hold something that a reader of the page sees."""
        if self.plain is None:
            return ~self.where(not_)
        filled = self.plain.copy()
        filled[~self.plain] = [bool(text_of(text)) for text in self.odd]
        return filled


def _appended(mask: Mask, more: Mask) -> Mask:
    return np.concatenate([mask, more])


class CellTable(Protocol):
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
    """Rows of cells in memory, all of one length. See CellTable."""

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
    """Cells as the words on the page, each distinct one once, or many as they were written."""
    if len(cells) > _MANY and (column := _column_of_texts(cells)) is not None:
        return column
    if bool in set(map(type, cells)):
        cells = [text_of(cell) for cell in cells]  # True and 1 are one value to a hash table
    values = np.empty(len(cells), dtype=object)
    values[:] = cells
    codes, distinct = pd.factorize(values, use_na_sentinel=False)
    # Where a cell is None, pandas may have made it its own mark of what is missing.
    return Column(codes, [text_of(None if cell != cell else cell) for cell in distinct])


def _column_of_texts(cells: Sequence[Cell]) -> Column | None:
    """The same for many cells; None unless all of them are texts."""
    import polars

    try:
        texts = polars.Series("texts", cells, dtype=polars.String).fill_null("")
    except (TypeError, UnicodeEncodeError):
        return None
    sample = texts.head(ROWS_SAMPLED)
    if differ_nearly_all(sample.n_unique(), len(sample)):
        plain = texts.to_frame().select(is_plain("texts")).to_series()
        return written_column(texts, plain.to_numpy())
    distinct = texts.unique(maintain_order=True)
    codes = texts.cast(polars.Enum(distinct)).to_physical().to_numpy().astype(np.int64)
    return Column(codes, list(map(text_of, distinct.to_list())))


def differ_nearly_all(distinct: int, rows: int) -> bool:
    """Whether so many of a column's texts differ that each is better looked at by itself.

    Args:
        distinct: how many of the first texts differ.
        rows: how many those are; ``ROWS_SAMPLED`` is enough.
    """
    return distinct * 2 > max(rows, 100)


def is_plain(name: str) -> Any:
    """Which texts of a column are certainly neither blank nor a word with a set meaning.

    Args:
        name: a column of text in a Polars frame.
    """
    import polars

    text = polars.col(name)
    is_long = (text.str.len_bytes() > _LONGEST_WORD) & text.str.contains(_HAS_LETTER)
    return is_long | text.str.contains(_THREE_DIGITS)


def written_column(texts: Any, plain: Mask) -> Column:
    """A column with a text for each row.

    Args:
        texts: a Polars series of texts.
        plain: what ``is_plain`` tells of them.
    """
    if len(texts) and texts.str.len_bytes().max() <= _LONGEST_TIDIED:
        untidy = np.flatnonzero(~texts.str.contains(_TIDY))
        texts = texts.clone().scatter(untidy, [text_of(text) for text in texts[untidy].to_list()])
    return Column(np.arange(len(texts)), texts, one_each=True, plain=plain)
