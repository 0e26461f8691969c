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
from typing import IO, Any, ClassVar, cast

from casefile_audit.errors import WorkbookError
from casefile_audit.files.csv import Dialect, decoded, dialect_of, is_nearly_utf_8, unclosed_quote
from casefile_audit.files.frames import Numbering
from casefile_audit.files.ragged import (
    TextShape,
    in_shape,
    shape_of,
    with_headings,
    without_formulas,
)
from casefile_audit.files.record_ends import RecordEnds
from casefile_audit.files.tables import CellTable, FrameTable, RowsTable
from casefile_audit.files.workbook import Sheet, Workbook
from casefile_audit.inputs import FileStamp, changed, reopened
from casefile_audit.issues import Issue

PIECE = 24 * 1024 * 1024
"""Bytes of a piece at most: small enough to hold several, and to be given memory that was in use
before (from 32 MB on, it is fresh each time, at a cost); large enough to be worth the bother."""

# Of short rows fewer bytes are read at once: each takes memory of its own.
_ROWS_AT_ONCE = 100_000
_HEAD = 1024 * 1024
# The encoding is told from so many bytes: from all of a text whose cases are kept one by one.
_BYTES_TOLD_FROM = 50_000_000
_MOST_HEAD_ROWS = 10_000
_ROWS_OF_CAREFUL_PIECE = 20_000
_LONGEST_RECORD = 256 * 1024 * 1024
_END = "end of the text"


@dataclass(frozen=True)
class TextPiece:
    """Whole records of a long text.

    Attributes:
        start, stop: where its bytes are in the file.
        first: how many records come before it.
        is_ragged: whether a record may not have as many cells as there are headings.
    """

    travels: ClassVar[bool] = True
    start: int
    stop: int
    first: int
    is_ragged: bool


@dataclass(frozen=True)
class CarefulPiece:
    """Records that had to be read by the csv module, one after the other.

    Attributes:
        start, stop: about where they are in the file, in bytes.
        first: how many records come before it.
        rows: the records.
    """

    travels: ClassVar[bool] = False
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

    unit: ClassVar[str] = "bytes"
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
        sheet = Sheet(path.stem, rows, separator=dialect.separator, is_head=True)
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
        head = self.head._replace(sheets=())
        return replace(self, stamp=self.stamp.elsewhere(), head=head, numbering=Numbering())

    def pieces(self) -> Iterator[TextPiece | CarefulPiece]:
        """Its pieces in order.

        Raises:
            WorkbookError: a quotation mark is never closed, or the file has changed.
            OSError: it can't be read.
        """
        with reopened(self.path, self.stamp) as file:
            position, first = self.dialect.bom, 0
            while position < self.size:
                block = self._block(file, position, first)
                size, cut = len(block.data), block.cut
                at_end = position + size >= self.size
                if self.dialect.escape or block.is_odd or (at_end and block.is_open):
                    file.seek(position)
                    yield from self._careful_pieces(file, first)
                    return
                if not (stop := size if at_end else cut):
                    raise changed(self.path)
                ragged = block.is_ragged(self.shape, stop, starts=not first)
                piece = TextPiece(position, position + stop, first, ragged)
                position, first = piece.stop, first + len(block.before(stop))
                del block  # or else it takes memory while others read the piece
                yield piece

    def _block(self, file: BufferedReader, position: int, first: int) -> RecordEnds:
        """The bytes from a place on, with the end of at least one record among them."""
        file.seek(position)
        data = file.read(self.piece)
        while True:
            block = RecordEnds(data, self.dialect.separator)
            if block.is_odd or block.cut is not None or not (more := file.read(self.piece)):
                return block
            if len(data) > _LONGEST_RECORD:
                raise unclosed_quote(self.path.name, first + 1)
            data += more

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
        data, issues = self._bytes_of(piece)
        careful = piece.is_ragged or (b"=" in data and b'=""' in data)
        frame = None if careful else _frame(data, self.shape, wanted)
        if frame is None:
            if self.dialect.encoding == "utf-8":  # which it may not be; of others it is made
                data, odd = self._recoded(data)
                issues += odd
            records = list(self._reader(io.StringIO(data.decode(), newline="")))[skipped:]
            ends = piece.stop >= self.size
            return self._rows_table(records, piece.first + skipped, issues, ends=ends)
        rows = frame[skipped:]
        whole = len(wanted) == self.shape.width
        return FrameTable(
            first=piece.first + skipped,
            size=rows.height,
            columns=self.numbering.columns(rows),
            # Read once more if need be: many are scored while others are read, and few ask for it.
            full=lambda: rows if whole else self._whole(piece)[skipped:],
            issues=issues,
        )

    def _whole(self, piece: TextPiece) -> Any:
        """All the columns of a piece, as a Polars frame."""
        return _frame(self._bytes_of(piece)[0], self.shape, range(self.shape.width))

    def _bytes_of(self, piece: TextPiece) -> tuple[bytes, tuple[Issue, ...]]:
        """The bytes of a piece in UTF-8, and what was odd in them."""
        with reopened(self.path, self.stamp) as file:
            file.seek(piece.start)
            data = file.read(piece.stop - piece.start)
        if self.dialect.encoding != "utf-8" or b"\0" in data:
            return self._recoded(data)
        return data, ()

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
    rows = without_formulas(rows) if "=" in text else rows
    shape = shape_of(name, rows, dialect.separator)
    rows, _ = in_shape(name, with_headings(rows, shape, notes), shape, ends=whole)
    return shape, cast("list[list[Any]]", rows)
