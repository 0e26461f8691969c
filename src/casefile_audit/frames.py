"""A piece of a long file as a Polars frame of text, by column."""

import datetime
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from casefile_audit.ooxml import EPOCH_1900
from casefile_audit.tables import Column
from casefile_audit.workbook import Cell, text_of

# Whether nearly every text of a column differs is told from so many rows.
_ROWS_SAMPLED = 2_000
# So many distinct texts of a column are kept from piece to piece.
_MOST_NUMBERED = 100_000
# Longer texts are what somebody wrote, and keep their white space until somebody looks at them.
_LONGEST_TIDIED = 200
# No word with a set meaning is longer, in bytes.
_LONGEST_WORD = 480
_HAS_LETTER = r"[0-9A-Za-z]"
_TIDY = r"^[!-~]+( [!-~]+)*$"
_THREE_DIGITS = r"[0-9]{3}"  # no word with a set meaning has them


@dataclass(frozen=True)
class FrameTable:
    """Rows of a long file. See Table.

    Attributes:
        first: the zero-based row number of the first row.
        size: how many rows there are.
        columns: those that are known, by their indexes.
        full: gives all the columns, as rows that can be taken by their places.
    """

    first: int
    size: int
    columns: Mapping[int, Column]
    full: Callable[[], Any]
    epoch: datetime.datetime = EPOCH_1900

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

        sample = frame.head(_ROWS_SAMPLED)
        kinds = sample.select(polars.all().n_unique()).row(0, named=True)
        differ = {name for name in kinds if kinds[name] * 2 > max(sample.height, 100)}
        numbered = {name: self._of(int(name)) for name in kinds if name not in differ}
        encoded = frame.select(
            *(polars.col(name).cast(own.kind).to_physical() for name, own in numbered.items()),
            *map(_is_plain, differ),
        )
        columns = {int(name): own.column(encoded[name]) for name, own in numbered.items()}
        for name in differ:
            texts, plain = _tidied(frame[name]), encoded[f"{name} plain"].to_numpy()
            columns[int(name)] = Column(np.arange(len(texts)), texts, one_each=True, plain=plain)
        return columns

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
        self.texts: list[str] = []
        self._memory: dict[Hashable, tuple[int, Any]] = {}

    def column(self, series: Any) -> Column:
        """A column, given the number of each row's text."""
        import polars

        codes = series.to_numpy().astype(np.int64)
        new = np.arange(len(self.texts), int(codes.max(initial=-1)) + 1, dtype=np.uint32)
        if len(new):
            texts = polars.Series(new).cat.to(self.kind).cast(polars.String)
            self.texts += map(text_of, texts.to_list())
        return Column(codes, self.texts[:], memory=self._memory)


def _is_plain(name: str) -> Any:
    """Which texts of a column are certainly neither blank nor a word with a set meaning."""
    import polars

    text = polars.col(name)
    is_long = (text.str.len_bytes() > _LONGEST_WORD) & text.str.contains(_HAS_LETTER)
    return (is_long | text.str.contains(_THREE_DIGITS)).alias(f"{name} plain")


def _tidied(texts: Any) -> Any:
    """Texts on one line each, unless there are longer ones among them."""
    if not len(texts) or texts.str.len_bytes().max() > _LONGEST_TIDIED:
        return texts
    untidy = np.flatnonzero(~texts.str.contains(_TIDY).to_numpy())
    return texts.clone().scatter(untidy, [text_of(text) for text in texts[untidy].to_list()])
