"""The files of an audit: workbooks in memory, and files that are too long to hold."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from io import BufferedReader
from pathlib import Path
from typing import Any, ClassVar, Protocol

from casefile_audit.files.formats import Kind, kind_of
from casefile_audit.files.tables import CellTable
from casefile_audit.files.workbook import OpenOptions, Workbook, open_workbook
from casefile_audit.inputs import FileStamp, check_stamp, open_input, reopened, stamp_of


class FilePart(Protocol):
    """A part of a long file, in the unit of its size; and whether another process can read it."""

    travels: ClassVar[bool]

    @property
    def start(self) -> int: ...  # noqa: D102 - above
    @property
    def stop(self) -> int: ...  # noqa: D102


class LongFile(Protocol):
    """A file that is too long to hold.

    Attributes:
        stamp: what tells it from what may take its place.
        size: how long it is, in its own unit.
        unit: bytes or rows.
        head: its first rows as the only sheet of a workbook.
    """

    unit: ClassVar[str]

    @property
    def path(self) -> Path: ...  # noqa: D102 - above
    @property
    def stamp(self) -> FileStamp: ...  # noqa: D102
    @property
    def size(self) -> int: ...  # noqa: D102
    @property
    def head(self) -> Workbook: ...  # noqa: D102

    def without_head(self) -> "LongFile":
        """The same, as it travels to other processes."""

    def pieces(self) -> Iterator[FilePart]:
        """Its pieces, in their order."""

    def table(self, piece: Any, wanted: Sequence[int], first_row: int) -> CellTable:
        """One of its pieces as a table of some of its columns."""


Source = Workbook | LongFile
_Opens = Callable[[Path, BufferedReader, FileStamp], LongFile | None]

LONG_BYTES = 8_000_000
"""A text of more bytes than this is read piece by piece."""
LONG_ROWS = 50_000
"""So is a Parquet file of more rows."""
KEPT_BYTES = 50_000_000
"""Where the long texts of an audit have more bytes together, its cases aren't kept one by one."""
KEPT_ROWS = 250_000
"""Nor are they where its long Parquet files have more rows."""

_BYTES_SNIFFED = 65_536


def open_source(path: Path, opening: OpenOptions) -> Source:
    """Open a file: a long one to be read piece by piece, any other whole.

    Raises:
        WorkbookError: as ``open_workbook``, or the file changed meanwhile.
    """
    suffix = path.suffix.lower()
    long = _LONG.get(suffix)
    try:
        source = _opened(path, long) if long and path.is_file() else None
    except OSError:
        source = None  # what is wrong with it is said where it is opened
    return source or open_workbook(path, opening)


def _opened(path: Path, long: _Opens) -> LongFile | None:
    with open_input(path) as file:
        stamp = stamp_of(file)
        source = long(path, file, stamp)
        check_stamp(path, file, stamp)
        return source


# Late, because most files are short.


def _long_text(path: Path, file: BufferedReader, stamp: FileStamp) -> LongFile | None:
    from casefile_audit.files.long_csv import LongText

    if stamp.size <= LONG_BYTES or kind_of(file.read(_BYTES_SNIFFED)) is not Kind.TEXT:
        return None
    identity = _identity(file, stamp, stamp.size <= KEPT_BYTES)
    return LongText.open(path, file, stamp, identity)


def _long_parquet(path: Path, file: BufferedReader, stamp: FileStamp) -> LongFile | None:
    from casefile_audit.files.long_parquet import LongParquet, rows_in

    rows = rows_in(file)
    if rows is None or rows <= LONG_ROWS:
        return None
    return LongParquet.open(path, file, stamp, _identity(file, stamp, rows <= KEPT_ROWS))


_LONG: dict[str, _Opens] = {
    **dict.fromkeys((".csv", ".tsv", ".txt"), _long_text),
    ".parquet": _long_parquet,
}


def _identity(file: BufferedReader, stamp: FileStamp, short: bool) -> str:
    """The digest of a short file; of a long one, what tells it from others until there is one."""
    return _sha256(file) if short else f"{stamp.size} {stamp.modified} {stamp.number}"


def digest_of(source: Source) -> str:
    """The hexadecimal digest of a file, which takes its time where it is long.

    Raises:
        WorkbookError: it isn't any longer what it was when it was opened.
        OSError: it can't be read.
    """
    if isinstance(source, Workbook) or are_kept([source]):
        return head_of(source).sha256
    with reopened(source.path, source.stamp) as file:
        return _sha256(file)


def _sha256(file: BufferedReader) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()


def are_kept(sources: Sequence[Source]) -> bool:
    """Whether the cases of these files together are few enough to be kept one by one."""
    sizes = Counter[str]()
    for source in sources:
        if not isinstance(source, Workbook):
            sizes[source.unit] += source.size
    return sizes["bytes"] <= KEPT_BYTES and sizes["rows"] <= KEPT_ROWS


def size_of(sources: Sequence[Source]) -> int:
    """How long the long ones of some files are together, each in its own unit."""
    return sum(source.size for source in sources if not isinstance(source, Workbook))


def head_of(source: Source) -> Workbook:
    """A workbook, or the first rows of a long file as one."""
    return source if isinstance(source, Workbook) else source.head
