"""Delimited text that is too long to hold: read piece by piece, each piece whole records.

A piece is cut where a record ends, which only the quotation marks before it can tell. So one
reader goes through the bytes in order, and pairs the marks; the pieces can then be parsed
anywhere, in any order. Polars parses them, at about twice the speed of any other reader that was
tried. Where quotation marks stand as CSV doesn't have them, the csv module reads on from there,
as it would have read the whole.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from io import BufferedReader
from itertools import chain
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
import numpy.typing as npt

from casefile_audit.errors import WorkbookError
from casefile_audit.files.csv import Dialect, decoded, dialect_of, is_nearly_utf_8, unclosed_quote
from casefile_audit.files.frames import FrameTable, Numbering
from casefile_audit.files.ragged import (
    TextShape,
    in_shape,
    like,
    shape_of,
    with_headings,
    without_formulas,
)
from casefile_audit.files.tables import CellTable, RowsTable
from casefile_audit.files.workbook import Sheet, Workbook
from casefile_audit.inputs import FileStamp, changed, reopened
from casefile_audit.issues import Issue

PIECE = 24 * 1024 * 1024
"""Bytes of a piece at most: small enough to hold several, and to be given memory that was in use
before (from 32 MB on, it is fresh each time, at a cost); large enough to be worth the bother."""

# Of short rows fewer bytes are read at once: each takes memory of its own.
_ROWS_AT_ONCE = 100_000
_SEARCHED_AT_ONCE = 1024 * 1024
_HEAD = 1024 * 1024
# The encoding is told from so many bytes: from all of a text whose cases are kept one by one.
_BYTES_TOLD_FROM = 50_000_000
_MOST_HEAD_ROWS = 10_000
_ROWS_OF_CAREFUL_PIECE = 20_000
_LONGEST_RECORD = 256 * 1024 * 1024
_END = "end of the text"
_QUOTE, _NEWLINE, _RETURN = b'"\n\r'
_BLANK_LINE = 2  # bytes, its end among them
# What each byte is like in the first cells of a shape: a digit, a letter, or itself.
_LIKE = np.array([ord(like(chr(byte)) or " ") for byte in range(256)], dtype=np.uint8)


@dataclass(frozen=True)
class TextPiece:
    """Whole records of a long text.

    Attributes:
        start, stop: where its bytes are in the file.
        first: how many records come before it.
        records: how many it has.
        is_ragged: whether a record may not have as many cells as there are headings.
    """

    start: int
    stop: int
    first: int
    records: int
    is_ragged: bool = False


@dataclass(frozen=True)
class CarefulPiece:
    """Records that had to be read by the csv module, one after the other.

    Attributes:
        start, stop: about where they are in the file, in bytes.
        first: how many records come before it.
        rows: the records.
    """

    start: int
    stop: int
    first: int
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class LongText:
    """A delimited text, and how to read it.

    Attributes:
        path: the file.
        stamp: what tells it from what may take its place.
        dialect: its encoding and its separator.
        shape: what its first records are like.
        piece: how many bytes are read at once.
        head: its first records as the only sheet of a workbook, to find the headings in.
        numbering: how its texts are numbered.
    """

    path: Path
    stamp: FileStamp
    dialect: Dialect
    shape: TextShape
    piece: int
    head: Workbook
    numbering: Numbering = field(default_factory=Numbering, repr=False, compare=False)

    @classmethod
    def open(cls, path: Path, file: BufferedReader, stamp: FileStamp, sha256: str) -> "LongText":
        """Look at the start of a text.

        Args:
            path: where it is.
            file: the file.
            stamp: what tells it from what may take its place.
            sha256: its digest, or what else tells it from others.

        Raises:
            WorkbookError: it is of an encoding that can't be cut into pieces, or its first record
                has a quotation mark that is never closed.
            OSError: it can't be read.
        """
        file.seek(0)
        start, size = file.read(_BYTES_TOLD_FROM), stamp.size
        dialect = dialect_of(start, whole=size <= _BYTES_TOLD_FROM)
        if dialect.encoding.startswith("utf-16"):
            raise WorkbookError(
                f"{path.name} is UTF-16 text, and too long to be read whole",
                hint="Save it as UTF-8, which takes half the room, or split it",
            )
        for most in (_HEAD, _BYTES_TOLD_FROM):
            notes = list(dialect.notes)
            shape, rows = _head(path.name, start[:most], dialect, notes, whole=size <= most)
            if len(rows) > 1:
                break
        sheet = Sheet(path.stem, rows, separator=dialect.separator)
        head = Workbook(path, sha256, (sheet,), tuple(notes))
        of_a_row = min(size, _HEAD) // max(len(rows), 1) + 1
        piece = min(PIECE, of_a_row * _ROWS_AT_ONCE)
        source = cls(path, stamp, dialect, shape, piece, head)
        if len(rows) == 1:  # which is no heading if it goes on to the end of the file
            next(source.pieces(), None)
        return source

    @property
    def size(self) -> int:
        """In bytes."""
        return self.stamp.size

    def without_head(self) -> "LongText":
        """The same for other machines, which know the headings already and read only pieces."""
        head = replace(self.head, sheets=())
        return replace(self, stamp=self.stamp.elsewhere(), head=head, numbering=Numbering())

    def pieces(self) -> Iterator[TextPiece | CarefulPiece]:
        """Its pieces in order.

        Raises:
            WorkbookError: a quotation mark is never closed, or the file has changed.
            OSError: it can't be read.
        """
        with reopened(self.path, self.stamp) as file:
            position, first = self.dialect.bom, 0
            buffer = bytearray(self.piece)
            while position < self.size:
                file.seek(position)
                block = self._block(file, buffer, first)
                at_end = position + len(block) >= self.size
                if self.dialect.escape or block.careful or (at_end and block.open_at_end):
                    file.seek(position)
                    yield from self._careful_pieces(file, first)
                    return
                stop = len(block) if at_end else block.cut
                if not stop:
                    raise changed(self.path)
                records = block.records(stop)
                ragged = block.is_ragged(self.shape, stop, starts=not first)
                yield TextPiece(position, position + stop, first, records, ragged)
                position, first = position + stop, first + records

    def _block(self, file: BufferedReader, buffer: bytearray, first: int) -> "_Block":
        """The next bytes, with the end of at least one record among them.

        The buffer is the same for each block, since fresh memory costs more than reading does.
        """
        block = _Block(buffer, file.readinto(buffer), self.dialect.separator)
        while not block.careful and block.cut is None:
            if not (more := file.read(self.piece)):
                break
            if len(block) > _LONGEST_RECORD:
                raise unclosed_quote(self.path.name, first + 1)
            data = block.data[: len(block)] + more
            block = _Block(data, len(data), self.dialect.separator)
        return block

    def _careful_pieces(self, file: IO[bytes], first: int) -> Iterator[CarefulPiece]:
        """What is left of a file as the csv module reads it."""
        text = io.TextIOWrapper(file, self.dialect.encoding, errors="replace", newline="")
        try:
            yield from self._careful_rows(file, text, first)
        finally:
            text.detach()  # or else it would close the file, which isn't its own

    def _careful_rows(
        self, file: IO[bytes], text: Iterable[str], first: int
    ) -> Iterator[CarefulPiece]:
        rows: list[list[str]] = []
        start = file.tell()
        # The last line is not in the file: within a cell that is never closed it starts no record.
        for row in self._reader(chain(text, ["\n", _END])):
            rows.append(row)
            if len(rows) > _ROWS_OF_CAREFUL_PIECE:
                yield CarefulPiece(start, file.tell(), first, rows[:-1])
                start = file.tell()
                first, rows = first + len(rows) - 1, rows[-1:]
        if rows[-1] != [_END]:
            raise unclosed_quote(self.path.name, first + len(rows))
        # Where the text ends with a line end, as most do, the one added makes a row of nothing.
        del rows[-2 if rows[-2:-1] == [[]] else -1 :]
        yield CarefulPiece(start, self.size, first, rows)

    def _reader(self, lines: Iterable[str]) -> Iterator[list[str]]:
        dialect = self.dialect
        return csv.reader(lines, delimiter=dialect.separator, escapechar=dialect.escape)

    def table(
        self, piece: TextPiece | CarefulPiece, wanted: Sequence[int], first_row: int
    ) -> CellTable:
        """The records of a piece from a row on, by column.

        Args:
            piece: the piece.
            wanted: the indexes of the columns to read.
            first_row: the zero-based row that the cases start with, in the whole file.

        Raises:
            WorkbookError: it isn't written in the encoding that the file starts in, or the file
                has changed.
            OSError: it can't be read.
        """
        skipped = max(0, first_row - piece.first)
        if isinstance(piece, CarefulPiece):
            rows, ends = piece.rows, piece.stop >= self.size
            return self._rows_table(rows[skipped:], piece.first + skipped, ends=ends)
        with reopened(self.path, self.stamp) as file:
            file.seek(piece.start)
            data = file.read(piece.stop - piece.start)
        issues: tuple[Issue, ...] = ()
        if self.dialect.encoding != "utf-8" or b"\0" in data:
            data, issues = self._recoded(data)
        careful = piece.is_ragged or b'=""' in data
        frame = None if careful else _frame(data, self.shape, wanted)
        if frame is None:
            data, issues = (data, issues) if issues else self._recoded(data)
            records = list(self._reader(io.StringIO(data.decode(), newline="")))[skipped:]
            ends = piece.stop >= self.size
            return self._rows_table(records, piece.first + skipped, issues, ends=ends)
        rows, shape = frame[skipped:], self.shape
        whole = len(wanted) == shape.width
        return FrameTable(
            first=piece.first + skipped,
            size=rows.height,
            columns=self.numbering.columns(rows),
            full=lambda: rows if whole else _frame(data, shape, range(shape.width))[skipped:],
            issues=issues,
        )

    def _recoded(self, data: bytes) -> tuple[bytes, tuple[Issue, ...]]:
        """Bytes in UTF-8, and what was odd in them."""
        encoding = self.dialect.encoding
        if encoding == "utf-8" and not is_nearly_utf_8(data):
            raise WorkbookError(
                f"{self.path.name} starts as UTF-8 text and goes on in another encoding",
                hint="Save it as UTF-8 throughout",
            )
        text, issues = decoded(self.path.name, data, encoding)
        return text.encode(), issues

    def _rows_table(
        self,
        records: Sequence[Sequence[str]],
        first: int,
        issues: tuple[Issue, ...] = (),
        *,
        ends: bool,
    ) -> RowsTable:
        rows, ragged = in_shape(
            self.path.name, without_formulas(records), self.shape, first, ends=ends
        )
        return RowsTable(rows, first, self.shape.width, issues=(*issues, *ragged))


class _Block:
    """Some bytes that start with a record, and where its records end.

    Args:
        data: the bytes, and others after them.
        size: how many they are.
        separator: what stands between two cells.
    """

    def __init__(self, data: bytearray, size: int, separator: str) -> None:
        self.data = data
        self._bytes = np.frombuffer(data, dtype=np.uint8, count=size)
        marks = _places(self._bytes)
        is_quote = self._bytes[marks] == _QUOTE
        inside = np.cumsum(is_quote, dtype=np.int8) & 1
        self._quotes = marks[is_quote]
        self._ends = marks[~(is_quote | inside.astype(bool))]
        self._within = marks[~is_quote & inside.astype(bool)]
        self.open_at_end = len(self._quotes) % 2 == 1
        self.careful = self._has_lone_return(marks[~is_quote]) or not self._in_pairs(ord(separator))

    def __len__(self) -> int:
        """How many bytes."""
        return len(self._bytes)

    def _has_lone_return(self, newlines: npt.NDArray[np.int64]) -> bool:
        """Whether a line ends with a return alone, as on old machines."""
        size = len(self)
        if self.data.find(b"\r", 0, size) < 0:
            return False
        ended = np.count_nonzero(self._bytes[newlines[newlines > 0] - 1] == _RETURN)
        # The other half of the last may come with the next bytes.
        split = self.data.endswith(b"\r", 0, size)
        return bool(np.count_nonzero(self._bytes == _RETURN) - split > ended)

    def _in_pairs(self, separator: int) -> bool:
        """Whether each quotation mark that would open a cell stands where a cell starts."""
        opening = self._quotes[0::2]
        opening = opening[opening > 0]
        before = self._bytes[opening - 1]
        fine = (before == separator) | (before == _NEWLINE)
        # Two marks within a cell stand for one: they close it and open it again.
        closing = self._quotes[1::2]
        again = np.isin(opening[~fine] - 1, closing, assume_unique=True)
        if not again.all():
            return False
        closing = closing[closing + 1 < len(self._bytes)]
        after = self._bytes[closing + 1]
        ends = (after == separator) | (after == _NEWLINE) | (after == _RETURN) | (after == _QUOTE)
        return bool(ends.all())

    def is_ragged(self, shape: TextShape, stop: int, *, starts: bool) -> bool:
        """Whether a record up to a place may not be as wide as it should be, or swallow others.

        Args:
            shape: what records should be like.
            stop: where a record ends.
            starts: whether what stands before the first record of all the cells is no record.
        """
        separators = np.flatnonzero(self._bytes[:stop] == ord(shape.separator))
        ends = self._ends[: np.searchsorted(self._ends, stop)]
        if not self.data.endswith(b"\n", 0, stop):
            ends = np.append(ends, stop)
        before = np.searchsorted(separators, ends)
        closing = self._quotes[1::2]
        within = np.searchsorted(separators, closing)
        within -= np.searchsorted(separators, self._quotes[0::2][: len(closing)])
        before -= np.append(0, np.cumsum(within))[np.searchsorted(closing, ends)]
        cells = np.diff(before, prepend=0) + 1
        is_blank = np.diff(ends, prepend=-1) <= _BLANK_LINE
        wrong = (cells != shape.width) & ~is_blank
        if not shape.keeps_blanks:
            wrong &= cells > shape.width
        if starts:
            wrong[: int(np.argmax(cells >= shape.width))] = False
        return bool(wrong.any()) or self._may_swallow(shape, stop)

    def _may_swallow(self, shape: TextShape, stop: int) -> bool:
        """Whether a line within a cell starts as records do."""
        lines = self._within[self._within < stop - 1] + 1
        if not len(lines):
            return False
        starts = {(first + shape.separator).encode() for first in shape.firsts}
        lines = lines[np.isin(_LIKE[self._bytes[lines]], [start[0] for start in starts])]
        for start in starts:
            left = lines[lines + len(start) <= stop]
            for place, byte in enumerate(start):
                left = left[_LIKE[self._bytes[left + place]] == byte]
            if len(left):
                return True
        return False

    @property
    def cut(self) -> int | None:
        """Where the last record that is whole ends; None if none is."""
        return int(self._ends[-1]) + 1 if len(self._ends) else None

    def records(self, stop: int) -> int:
        """How many records there are up to a place where one ends."""
        ended = int(np.searchsorted(self._ends, stop))
        return ended + (not self.data.endswith(b"\n", 0, stop))


def _places(data: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Where quotation marks and line ends stand; by parts that fit the processor's cache."""
    found = [np.empty(0, dtype=np.int64)]
    for start in range(0, len(data), _SEARCHED_AT_ONCE):
        part = data[start : start + _SEARCHED_AT_ONCE]
        found.append(np.flatnonzero((part == _QUOTE) | (part == _NEWLINE)) + start)
    return np.concatenate(found)


def _frame(data: bytes, shape: TextShape, wanted: Sequence[int]) -> Any:
    """Some columns of records that are all as wide as they should be, as a Polars frame; None where
    they must be read more carefully, as where they aren't UTF-8.
    """  # noqa: D205 - one thought
    import polars

    plan = polars.scan_csv(
        data,
        has_header=False,
        schema=dict.fromkeys(map(str, range(shape.width)), polars.String),
        separator=shape.separator,
        empty_string_is_null=False,
        missing_columns="insert",
        extra_columns="raise",
    )
    try:
        return plan.select(list(map(str, wanted))).collect(engine="streaming")
    except polars.exceptions.PolarsError:
        return None


def _head(
    name: str, start: bytes, dialect: Dialect, notes: list[str], *, whole: bool
) -> tuple[TextShape, list[list[Any]]]:
    """What the first rows are like, and those rows; adds sentences on how they were read."""
    text, _ = decoded(name, start[dialect.bom :], dialect.encoding)
    lines = io.StringIO(text, newline="")
    rows = list(csv.reader(lines, delimiter=dialect.separator, escapechar=dialect.escape))
    if not whole and len(rows) > 1:
        del rows[-1]  # cut off anywhere
    rows = rows[:_MOST_HEAD_ROWS]
    rows = without_formulas(rows)
    shape = shape_of(name, rows, dialect.separator)
    rows, _ = in_shape(name, with_headings(rows, shape, notes), shape, ends=whole)
    return shape, cast("list[list[Any]]", rows)
