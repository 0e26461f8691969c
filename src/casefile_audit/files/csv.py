"""Text with separated fields, such as CSV, as rows of text."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from casefile_audit.errors import WorkbookError
from casefile_audit.files.limits import RAISE_CELLS

_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_ENCODINGS = {
    "utf-32": "UTF-32",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
    "latin-1": "Latin-1",
}
_ROWS_SAMPLED = 100
_LONGEST_FIELD = 2**31 - 1
_BYTES_SNIFFED = 65_536
_BYTES_SAMPLED = 1_048_576


def read_delimited(name: str, data: bytes, most_cells: int) -> tuple[list[list[str]], list[str]]:
    """Read delimited text.

    Every field stays the text that was typed: nothing is taken for a number, a date or a
    missing value.

    Args:
        name: the file's name, for messages.
        data: the whole file.
        most_cells: the most cells that it may have.

    Returns:
        The rows, ragged as they stand, a blank line being a row of no fields; and sentences on
        how they were read where that is not as UTF-8 with commas.

    Raises:
        WorkbookError: there is nothing in it, a quotation mark is never closed, or it has too many
            cells.
    """
    encoding, bom = _encoding_of(data)
    text = data[bom:].decode(encoding, errors="replace")
    if not text.strip():
        raise WorkbookError(f"{name} is empty", hint="Check that this is the right file")
    if len(text) > most_cells:  # or else it can't have so many
        _check_lines(name, text, most_cells)
    csv.field_size_limit(_LONGEST_FIELD)
    separator = _separator(text)
    notes = list(_notes(encoding, separator))
    try:
        return _records(name, text, separator, most_cells, strict=True), notes
    except csv.Error as error:
        if "unexpected end" in str(error):
            rows = sum(1 for _ in _reader(text, separator, strict=False))
            raise unclosed_quote(name, rows) from None
    notes.append("some quotation marks stand where they should not, and were kept as they are")
    return _records(name, text, separator, most_cells, strict=False), notes


@dataclass(frozen=True)
class Dialect:
    """How a delimited text is written.

    Attributes:
        encoding: as Python calls it.
        bom: how many bytes at the start are a mark of the encoding.
        separator: what stands between two fields.
        notes: sentences on it where it is not UTF-8 with commas.
    """

    encoding: str
    bom: int
    separator: str
    notes: tuple[str, ...]


def dialect_of(start: bytes, *, whole: bool) -> Dialect:
    """Tell how a text is written from its first bytes.

    Args:
        start: the bytes.
        whole: whether they are all of it.
    """
    encoding, bom = _encoding_of(start, whole=whole)
    sample = start[bom : bom + _BYTES_SAMPLED]
    separator = _separator(sample.decode(encoding, errors="replace"))
    return Dialect(encoding, bom, separator, _notes(encoding, separator))


def _notes(encoding: str, separator: str) -> tuple[str, ...]:
    notes = [f"read as {_ENCODINGS[encoding]} text, not UTF-8"] if encoding in _ENCODINGS else []
    if separator != ",":
        notes.append(f"fields are separated by {_SEPARATORS[separator]}")
    return tuple(notes)


def _encoding_of(start: bytes, *, whole: bool = True) -> tuple[str, int]:
    """An encoding, and the length of the mark that tells it."""
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8", len(codecs.BOM_UTF8)
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32", 0
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", 0
    head = start[:_BYTES_SNIFFED]
    if b"\0" in head:
        big_endian = head[::2].count(0) > head[1::2].count(0)
        return ("utf-16-be" if big_endian else "utf-16-le"), 0
    # Five bytes mean nothing in Windows-1252; Latin-1 loses none of them.
    for encoding in ("utf-8", "cp1252"):
        try:
            codecs.getincrementaldecoder(encoding)().decode(start, final=whole)
        except UnicodeDecodeError:
            continue
        return encoding, 0
    return "latin-1", 0


def _check_lines(name: str, text: str, most_cells: int) -> None:
    for line in io.StringIO(text, newline=""):
        if any(line.count(separator) > most_cells for separator in _SEPARATORS):
            raise _too_many_cells(name, most_cells)


def _records(
    name: str, text: str, separator: str, most_cells: int, *, strict: bool
) -> list[list[str]]:
    records, left = [], most_cells
    for record in _reader(text, separator, strict=strict):
        left -= len(record) or 1
        if left < 0:
            raise _too_many_cells(name, most_cells)
        records.append(record)
    return records


def _reader(text: str, separator: str, *, strict: bool) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict)


def _too_many_cells(name: str, most_cells: int) -> WorkbookError:
    return WorkbookError(
        f"{name} has over {most_cells:,} cells",
        hint=f"Split it, or, if there is memory for it, allow more with {RAISE_CELLS}",
    )


def _separator(text: str) -> str:
    """The separator that divides the first rows most alike; a comma where none does."""
    return max(_SEPARATORS, key=lambda separator: _likeness(text, separator))


def _likeness(text: str, separator: str) -> float:
    """How alike a separator divides the first rows: 0 where it divides none.

    The share of rows that agree counts twice, so that prose with commas in it does not
    outweigh the one semicolon that every row has.
    """
    reader = _reader(text, separator, strict=True)
    widths: Counter[int] = Counter()
    try:
        widths.update(len(row) for row in islice(reader, _ROWS_SAMPLED) if row)
    except csv.Error:
        return 0.0
    if not widths:
        return 0.0
    width, rows = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
    return (rows / widths.total()) ** 2 * (width - 1)


def unclosed_quote(name: str, row: int) -> WorkbookError:
    """The error of a text with a quotation mark in a row, counted from 1, that is never closed."""
    return WorkbookError(
        f"{name} has a quotation mark that is never closed, in row {row}",
        hint="Close or remove the quotation mark there: everything after it reads as one cell",
    )
