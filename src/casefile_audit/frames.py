"""A piece of a long file as a Polars frame of text, by column."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from casefile_audit.ooxml import EPOCH_1900
from casefile_audit.tables import Column
from casefile_audit.workbook import Cell, text_of

# Whether nearly every text of a column differs is told from so many rows.
_ROWS_SAMPLED = 2_000
# Longer texts are what somebody wrote, and keep their white space until somebody looks at them.
_LONGEST_TIDIED = 200
# No word with a set meaning is longer, in bytes.
_LONGEST_WORD = 480
_TIDY = r"^[!-~]+( [!-~]+)*$"
# What holds three digits in a row is neither blank nor a word, unless it is the name of a total.
_PLAIN = r"[0-9]{3}"
_MAYBE_TOTAL = r"(?i)^\s*(?:gra|ove|sub|tot|ave|mea|cou|sum|per|%|[^\x00-\x7f])"


@dataclass(frozen=True)
class FrameTable:
    """Rows of a long file. See Table.

    Attributes:
        frame: a column of text for each of the known columns, named by its index.
        first: the zero-based row number of the first row.
        known: the indexes of the columns.
        full: gives all the columns, as rows that can be taken by their places.
    """

    frame: Any
    first: int
    known: Sequence[int]
    full: Callable[[], Any]
    epoch: datetime.datetime = EPOCH_1900
    _columns: dict[int, Column] = field(default_factory=dict)

    def __len__(self) -> int:
        """How many rows there are."""
        return int(self.frame.height)

    def column(self, index: int) -> Column:
        """One column; each distinct text once, or one for each row where nearly all differ."""
        if index not in self._columns:
            self._encode()
        return self._columns[index]

    def _encode(self) -> None:
        """Read every column at once, since Polars then shares them out among the processors."""
        import polars

        names = list(map(str, self.known))
        sample = self.frame.head(_ROWS_SAMPLED)
        differ = {name for name in names if sample[name].n_unique() * 2 > max(sample.height, 100)}
        shared = [name for name in names if name not in differ]
        categories = {name: polars.Categorical(polars.Categories.random()) for name in shared}
        encoded = self.frame.select(polars.col(name).cast(categories[name]) for name in shared)
        for name in shared:
            self._columns[int(name)] = _distinct(encoded[name])
        for name in differ:
            self._columns[int(name)] = _one_each(self.frame[name])

    def cells(self, places: Sequence[int]) -> Sequence[Sequence[Cell]]:
        """All the cells of some of the rows."""
        if not places:
            return []
        rows = self.full()
        return [rows[place] for place in places] if isinstance(rows, list) else rows[places].rows()


def _distinct(series: Any) -> Column:
    """A column of categories with each text once."""
    import polars

    codes = series.to_physical().to_numpy()
    distinct = series.unique()
    texts = distinct.cast(polars.String).to_list()
    own = distinct.to_physical().to_numpy()
    place = np.empty(int(own.max(initial=0)) + 1, dtype=np.int64)
    place[own] = np.arange(len(own))
    return Column(place[codes], [text_of(text) for text in texts])


def _one_each(series: Any) -> Column:
    """A column with a text for each row, and which of them are plain."""
    long = series.str.len_bytes() > _LONGEST_WORD
    plain = (series.str.contains(_PLAIN) | long) & ~series.str.contains(_MAYBE_TOTAL)
    texts: npt.NDArray[np.object_] = series.to_numpy()
    if not (series.str.len_bytes() > _LONGEST_TIDIED).any():
        texts = texts.copy()
        for place in np.flatnonzero(~series.str.contains(_TIDY).to_numpy()).tolist():
            texts[place] = text_of(texts[place])
    return Column(np.arange(len(texts)), texts, one_each=True, plain=plain.to_numpy())
