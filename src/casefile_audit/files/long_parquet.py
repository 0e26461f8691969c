"""Parquet files that are too long to hold: read piece by piece, each some of the rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from io import BufferedReader
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from casefile_audit.files.formats import Kind
from casefile_audit.files.frames import Numbering
from casefile_audit.files.parquet import (
    in_calendar,
    on_its_clock,
    plain_value,
    quietly,
    scanned,
)
from casefile_audit.files.tables import CellTable, FrameTable
from casefile_audit.files.workbook import Sheet, Workbook, damaged, text_of
from casefile_audit.inputs import FileStamp, reopened

ROWS = 65_536
"""Rows read at once, at most."""
BYTES = 30_000_000
"""Bytes that so many rows take at most, as far as the first ones tell."""

_HEAD_ROWS = 10_000


@dataclass(frozen=True)
class RowsPiece:
    """Some rows of a Parquet file.

    Attributes:
        start: the first of them, counted from 0.
        stop: where the next piece starts.
    """

    travels: ClassVar[bool] = True
    start: int
    stop: int


@dataclass(frozen=True)
class LongParquet:
    """A Parquet file, and how to read it.

    Attributes:
        path: the file.
        stamp: what tells it from what may take its place.
        size: in rows.
        piece: how many rows are read at once.
        names: those of its columns.
        head: its column names and first rows as the only sheet of a workbook.
        numbering: how its texts are numbered.
    """

    unit: ClassVar[str] = "rows"
    path: Path
    stamp: FileStamp
    size: int
    piece: int
    names: tuple[str, ...]
    head: Workbook
    numbering: Numbering = field(default_factory=Numbering, repr=False, compare=False)

    @classmethod
    def open(cls, path: Path, file: BufferedReader, stamp: FileStamp, sha256: str) -> "LongParquet":
        """Look at the start of a file.

        Args:
            sha256: its digest, or what else tells it from others.

        Raises:
            PolarsError, WorkbookError: it is damaged.
            OSError: it can't be read.
        """
        import polars

        plan = scanned(file)
        schema = plan.collect_schema()
        zones = {name: getattr(kind, "time_zone", None) for name, kind in schema.items()}
        notes = (
            f"times in column “{name}” are on the clock of {zone}"
            for name, zone in zones.items()
            if zone
        )
        size = plan.select(polars.len()).collect().item()
        head = _as_text(path.name, plan.head(_HEAD_ROWS))
        names = tuple(schema.names())
        of_a_row = head.estimated_size() // max(head.height, 1) + 1
        piece = max(1, min(ROWS, BYTES // of_a_row))
        sheet = Sheet(path.stem, [list(names), *map(list, head.rows())])
        workbook = Workbook(path, sha256, (sheet,), tuple(notes))
        return cls(path, stamp, size, piece, names, workbook)

    def without_head(self) -> "LongParquet":
        """The same for other machines, which know the headings already and read only pieces."""
        head = self.head._replace(sheets=())
        return replace(self, stamp=self.stamp.elsewhere(), head=head, numbering=Numbering())

    def pieces(self) -> Iterator[RowsPiece]:
        """Its pieces in order."""
        for start in range(0, self.size, self.piece):
            yield RowsPiece(start, min(start + self.piece, self.size))

    def table(self, piece: RowsPiece, wanted: Sequence[int], first_row: int) -> CellTable:
        """The rows of a piece by column; the names of the columns stand in row 0.

        Raises:
            WorkbookError: it is damaged, or has changed.
            OSError: it can't be read.
        """
        start = max(piece.start, first_row - 1)
        frame = self._read(start, piece.stop, wanted)
        return FrameTable(
            first=start + 1,
            size=frame.height,
            columns=self.numbering.columns(frame),
            full=lambda: self._read(start, piece.stop, range(len(self.names))),
        )

    def _read(self, start: int, stop: int, indexes: Sequence[int]) -> Any:
        import polars

        with reopened(self.path, self.stamp) as file:
            plan = scanned(file).select(polars.nth(list(indexes))).slice(start, stop - start)
            frame = _as_text(self.path.name, plan)
        frame.columns = list(map(str, indexes))
        return frame


def rows_in(file: BufferedReader) -> int | None:
    """How many rows a Parquet file has; None if it is damaged, or none at all."""
    import polars

    try:
        with quietly():
            return int(scanned(file).select(polars.len()).collect().item())
    except (polars.exceptions.PolarsError, polars.exceptions.PanicException):
        return None


def _as_text(name: str, plan: Any) -> Any:
    """What is read, as a frame with each value as the words on the page."""
    import polars

    trouble = polars.exceptions.PolarsError, polars.exceptions.PanicException, ValueError
    try:
        with quietly():
            frame = plan.collect()
            headings = frame.columns
            # A column that is called ^District$ would be taken for a pattern at every turn.
            frame.columns = list(map(str, range(len(headings))))
            columns = zip(headings, frame.get_columns(), strict=True)
            return polars.DataFrame([_text(on_its_clock(name, *column)) for column in columns])
    except trouble:
        raise damaged(name, Kind.PARQUET) from None


def _text(series: Any) -> Any:
    held, strange = in_calendar(series)
    texts = _text_of_held(held)
    return texts.scatter(list(strange), list(strange.values())) if strange else texts


def _text_of_held(series: Any) -> Any:
    import polars

    kind = series.dtype
    if kind == polars.String:
        # Filling them in would copy all that is written in the others.
        return series.scatter(np.flatnonzero(series.is_null()), "")
    if kind.is_integer() or kind == polars.Date:
        return series.cast(polars.String).fill_null("")
    # Other kinds are written value by value, each distinct one once.
    distinct = series.unique().drop_nulls()
    by_value = kind.is_nested() or kind == polars.Binary
    few = not by_value and len(distinct) * 2 <= len(series)
    held = distinct.to_list() if few else series.to_list()
    texts = [_written(value) for value in held]
    if not few:
        return polars.Series(series.name, texts, dtype=polars.String)
    return series.replace_strict(distinct, texts, default="", return_dtype=polars.String)


def _written(value: Any) -> str:
    return text_of(plain_value(value))
