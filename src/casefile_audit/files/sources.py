"""The files of an audit: workbooks in memory, and files that are too long to hold."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from casefile_audit.files.formats import Kind, kind_of
from casefile_audit.files.long_csv import LongText
from casefile_audit.files.long_parquet import LongParquet
from casefile_audit.files.workbook import OpenOptions, Workbook, open_workbook

Source = Workbook | LongText | LongParquet

LONG_BYTES = 8_000_000
"""A text of more bytes than this is read piece by piece."""
LONG_ROWS = 50_000
"""So is a Parquet file of more rows."""
KEPT_BYTES = 50_000_000
"""Where the long texts of an audit have more bytes together, its cases aren't kept one by one."""
KEPT_ROWS = 250_000
"""Nor are they where its long Parquet files have more rows."""

_TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
_BYTES_SNIFFED = 65_536


def open_source(path: Path, opening: OpenOptions) -> Source:
    """Open a file: a long one to be read piece by piece, any other whole.

    Args:
        path: the file.
        opening: the password of an encrypted workbook, and what a workbook may hold.

    Raises:
        WorkbookError: as ``open_workbook``.
    """
    try:
        long = _long(path)
    except OSError:
        long = None  # what is wrong with it is said where it is opened
    return long or open_workbook(path, opening)


def _long(path: Path) -> LongText | LongParquet | None:
    if not path.is_file():
        return None
    suffix, size = path.suffix.lower(), path.stat().st_size
    if suffix == ".parquet":
        return _long_parquet(path)
    if suffix not in _TEXT_SUFFIXES or size <= LONG_BYTES:
        return None
    with open(path, "rb") as file:
        start = file.read(_BYTES_SNIFFED)
    if kind_of(start) is not Kind.TEXT:
        return None
    return LongText.open(path, _identity(path, short=size <= KEPT_BYTES))


def _long_parquet(path: Path) -> LongParquet | None:
    import polars

    try:
        rows = polars.scan_parquet(path, glob=False).select(polars.len()).collect().item()
        return (
            LongParquet.open(path, _identity(path, rows <= KEPT_ROWS)) if rows > LONG_ROWS else None
        )
    except polars.exceptions.PolarsError:
        return None  # damaged, or no Parquet file at all


def _identity(path: Path, short: bool) -> str:
    """The digest of a short file; of a long one, what tells it from other files meanwhile."""
    if short:
        return sha256_of(path)
    status = os.stat(path)
    return f"{status.st_dev}:{status.st_ino}"


def sha256_of(path: Path) -> str:
    """The hexadecimal digest of a file.

    Raises:
        OSError: it can't be read.
    """
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def are_kept(sources: Sequence[Source]) -> bool:
    """Whether the cases of these files together are few enough to be kept one by one."""
    texts = sum(source.size for source in sources if isinstance(source, LongText))
    rows = sum(source.size for source in sources if isinstance(source, LongParquet))
    return texts <= KEPT_BYTES and rows <= KEPT_ROWS


def size_of(sources: Sequence[Source]) -> int:
    """How long the long ones of some files are together, each in its own unit."""
    return sum(source.size for source in sources if not isinstance(source, Workbook))


def head_of(source: Source) -> Workbook:
    """A workbook, or the first rows of a long file as one."""
    return source if isinstance(source, Workbook) else source.head
