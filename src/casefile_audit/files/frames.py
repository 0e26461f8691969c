"""The texts of a long file, numbered alike in every piece, which is a Polars frame of text."""

from collections.abc import Hashable
from typing import Any

import numpy as np
import numpy.typing as npt

from casefile_audit.cases import Column
from casefile_audit.files.tables import (
    ROWS_SAMPLED,
    differ_nearly_all,
    free_text_column,
)
from casefile_audit.files.workbook import text_of

# So many distinct texts of a column are kept from piece to piece.
_MOST_NUMBERED = 100_000


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
