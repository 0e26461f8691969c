"""A piece of a long file as a Polars frame of text, by column."""

import datetime
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from casefile_audit.cases import Column
from casefile_audit.files.markup import EPOCH_1900
from casefile_audit.files.tables import (
    ROWS_SAMPLED,
    differ_nearly_all,
    free_text_column,
)
from casefile_audit.files.workbook import Cell, text_of
from casefile_audit.issues import Issue

# So many distinct texts of a column are kept from piece to piece.
_MOST_NUMBERED = 100_000


@dataclass(frozen=True)
class FrameTable:
    """Rows of a long file. See Table.

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
        """The indexes of the columns."""
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


class Numbering:
    """The number of each distinct text of each column of a long file, the same for every piece.

    What was told of a text for one piece then needn't be told again for another.
    """

    def __init__(self) -> None:
        self._numbered: dict[int, _Numbered] = {}

    def columns(self, frame: Any) -> dict[int, Column]:
        """The columns of a frame of text, which are named by their indexes.

        They are made by one query, which Polars shares out among the processors.
        """
        import polars

        sample = frame.head(ROWS_SAMPLED)
        kinds = sample.select(polars.all().n_unique()).row(0, named=True)
        differ = {name for name in kinds if differ_nearly_all(kinds[name], sample.height)}
        numbered = {name: self._of(int(name)) for name in kinds if name not in differ}
        encoded = frame.select(
            polars.col(name).cast(own.kind).to_physical() for name, own in numbered.items()
        )
        columns = {int(name): own.column(encoded[name]) for name, own in numbered.items()}
        return columns | {int(name): free_text_column(frame[name]) for name in differ}

    def _of(self, index: int) -> "_Numbered":
        """The numbers of a column, made anew before there are too many to keep."""
        numbered = self._numbered.get(index)
        if numbered is None or len(numbered.texts) > _MOST_NUMBERED:
            numbered = self._numbered[index] = _Numbered()
        return numbered


class _Numbered:
    """The distinct texts of a column, in the order of their numbers."""

    def __init__(self) -> None:
        import polars

        self.kind = polars.Categorical(polars.Categories.random())
        # Polars forgets the texts of categories as soon as nothing has any.
        self._kept = polars.Series([], dtype=self.kind)
        self.texts: npt.NDArray[np.object_] = np.empty(0, dtype=object)
        self._cache: dict[Hashable, tuple[int, Any]] = {}

    def column(self, series: Any) -> Column:
        """A column, given the number of each row's text."""
        import polars

        codes = series.to_numpy().astype(np.int64)
        new = np.arange(len(self.texts), int(codes.max(initial=-1)) + 1, dtype=np.uint32)
        if len(new):
            texts = polars.Series(new).cat.to(self.kind).cast(polars.String)
            more = np.array(list(map(text_of, texts.to_list())), dtype=object)
            self.texts = np.concatenate([self.texts, more])
        return Column(codes, self.texts, cache=self._cache)
