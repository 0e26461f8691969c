"""Text with separated fields, such as CSV, as rows of text."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from casefile_audit.errors import WorkbookError
from casefile_audit.files.limits import RAISE_CELLS
from casefile_audit.files.ragged import (
    SEPARATORS,
    in_shape,
    shape_of,
    unquoted,
    with_headings,
    without_formulas,
)
from casefile_audit.issues import Issue, IssueCode, Level

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
# Of UTF-16 nearly every other byte is NUL.
_LEAST_NULS = 0.2
BACKSLASHES = "quotation marks within a text have a backslash before them"
_BYTES_SAMPLED = 1_048_576

# For every reader of the csv module, which else gives up at a cell of 131,072 letters.
csv.field_size_limit(_LONGEST_FIELD)


@dataclass(frozen=True)
class Delimited:
    """A delimited text as it was read.

    Attributes:
        rows: its rows, all of one width.
        notes: sentences on how they were read where that is not as UTF-8 with commas.
    """

    rows: list[list[str]]
    notes: tuple[str, ...]
    issues: tuple[Issue, ...]
    separator: str


def read_delimited(name: str, data: bytes, most_cells: int) -> Delimited:
    """Read delimited text.

    Every field stays the text that was typed: nothing is taken for a number, a date or a
    missing value.

    Raises:
        WorkbookError: there is nothing in it, a quotation mark is never closed, it has too many
            cells, or too many of its rows aren't as wide as its headings.
    """
    encoding, bom = _encoding_of(data)
    text, issues = decoded(name, data[bom:], encoding)
    if not text.strip():
        raise WorkbookError(f"{name} is empty", hint="Check that this is the right file")
    if len(text) > most_cells:  # or else it can't have so many
        _check_lines(name, text, most_cells)
    separator = _separator(text)
    notes = list(_notes(encoding, separator))
    rows = _records(name, text, separator, most_cells, notes)
    if '"' in text and (inner := unquoted(rows)) and (within := _separator(inner)) in inner:
        separator = within
        notes = [*_notes(encoding, separator), "each line is quoted whole"]
        rows = _records(name, inner, separator, most_cells, notes)
    rows = without_formulas(rows) if "=" in text else rows
    shape = shape_of(name, rows, separator)
    rows, ragged = in_shape(name, with_headings(rows, shape, notes), shape)
    return Delimited(rows, tuple(notes), (*issues, *ragged), separator)


def decoded(name: str, data: bytes, encoding: str) -> tuple[str, tuple[Issue, ...]]:
    """The text that bytes stand for, and how many of them are in no text of that encoding.

    Args:
        data: the bytes, after any mark of the encoding.
        encoding: as ``dialect_of`` gives it.
    """
    odd = 0
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        if encoding == "utf-8":
            text, odd = odd_bytes(data)
        else:
            text = data.decode(encoding, errors="replace")
    nothing = text.count("\0")
    counts = {IssueCode.ODD_BYTES: odd, IssueCode.NUL_BYTES: nothing}
    issues = (Issue(code, Level.NOTE, name, total=n) for code, n in counts.items() if n)
    return text.replace("\0", "") if nothing else text, tuple(issues)


def _records(
    name: str, text: str, separator: str, most_cells: int, notes: list[str]
) -> list[list[str]]:
    """The records, ragged as they stand; adds sentences on how they were read."""
    try:
        records = _parsed(name, text, separator, most_cells)
        error = None
    except csv.Error as wrong:
        records, error = [], wrong
    if '\\"' in text and (error or not _are_alike(records)):
        with suppress(csv.Error):
            escaped = _parsed(name, text, separator, most_cells, escape="\\")
            if _are_alike(escaped):
                notes.append(BACKSLASHES)
                return escaped
    if error is None:
        return records
    if "unexpected end" in str(error):
        rows = sum(1 for _ in _reader(text, separator, strict=False))
        raise unclosed_quote(name, rows)
    notes.append("some quotation marks stand where they should not, and were kept as they are")
    return _parsed(name, text, separator, most_cells, strict=False)


def _are_alike(records: Sequence[Sequence[str]]) -> bool:
    return len({len(record) for record in records if len(record) > 1}) == 1


@dataclass(frozen=True)
class Dialect:
    """How a delimited text is written.

    Attributes:
        encoding: as Python calls it.
        bom: how many bytes at the start are a mark of the encoding.
        escape: what stands before a quotation mark within a field, if that isn't another.
        notes: sentences on it where it is not UTF-8 with commas.
    """

    encoding: str
    bom: int
    separator: str
    escape: str | None
    notes: tuple[str, ...]


def dialect_of(start: bytes, *, whole: bool) -> Dialect:
    """Tell how a text is written from its first bytes."""
    encoding, bom = _encoding_of(start, whole=whole)
    sample = start[bom : bom + _BYTES_SAMPLED]
    text = sample.decode(encoding, errors="replace")
    separator = _separator(text)
    notes = _notes(encoding, separator)
    escape = "\\" if _is_escaped(text, separator) else None
    return Dialect(
        encoding, bom, separator, escape, (*notes, BACKSLASHES) if escape else tuple(notes)
    )


def _is_escaped(text: str, separator: str) -> bool:
    """Whether the rows of a text that may break off are alike only if a backslash escapes."""
    if '\\"' not in text:
        return False
    plain, escaped = (
        list(_reader(text, separator, strict=False, escape=escape))[:-1] for escape in (None, "\\")
    )
    return _are_alike(escaped) and not _are_alike(plain)


def _notes(encoding: str, separator: str) -> tuple[str, ...]:
    notes = [f"read as {_ENCODINGS[encoding]} text, not UTF-8"] if encoding in _ENCODINGS else []
    if separator != ",":
        notes.append(f"fields are separated by {SEPARATORS[separator]}")
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
    if head.count(b"\0") > len(head) * _LEAST_NULS:
        big_endian = head[::2].count(0) > head[1::2].count(0)
        return ("utf-16-be" if big_endian else "utf-16-le"), 0
    # Five bytes mean nothing in Windows-1252; Latin-1 loses none of them.
    for encoding in ("utf-8", "cp1252"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            # A part at a time, as the text is not wanted: all of it would take twice its memory.
            for place in range(0, len(start), _BYTES_SNIFFED):
                ends = whole and place + _BYTES_SNIFFED >= len(start)
                decoder.decode(start[place : place + _BYTES_SNIFFED], final=ends)
        except UnicodeDecodeError:
            if encoding == "utf-8" and is_nearly_utf_8(start):
                return encoding, 0
            continue
        return encoding, 0
    return "latin-1", 0


def is_nearly_utf_8(start: bytes) -> bool:
    """Whether a few bytes are in another encoding, and not the whole of a text."""
    text = start.decode("utf-8", errors="replace")
    others = len(start) - len(start.replace("\N{REPLACEMENT CHARACTER}".encode(), b""))
    odd = text.count("\N{REPLACEMENT CHARACTER}") - others // 3
    beyond = len(text) - len(text.encode("ascii", errors="ignore")) - odd
    return odd <= beyond


def odd_bytes(data: bytes) -> tuple[str, int]:
    """A text in UTF-8, and how many of its bytes are in Windows-1252 instead."""
    counted = 0

    def read(error: UnicodeError) -> tuple[str, int]:
        nonlocal counted
        assert isinstance(error, UnicodeDecodeError)
        counted += error.end - error.start
        odd = error.object[error.start : error.end]
        try:
            return odd.decode("cp1252"), error.end
        except UnicodeDecodeError:
            return odd.decode("latin-1"), error.end

    codecs.register_error("casefile-audit-odd-bytes", read)
    return data.decode("utf-8", errors="casefile-audit-odd-bytes"), counted


def _check_lines(name: str, text: str, most_cells: int) -> None:
    for line in io.StringIO(text, newline=""):
        if len(line) > most_cells and any(line.count(one) > most_cells for one in SEPARATORS):
            raise _too_many_cells(name, most_cells)


def _parsed(
    name: str,
    text: str,
    separator: str,
    most_cells: int,
    *,
    strict: bool = True,
    escape: str | None = None,
) -> list[list[str]]:
    records, left = [], most_cells
    for record in _reader(text, separator, strict=strict, escape=escape):
        left -= len(record) or 1
        if left < 0:
            raise _too_many_cells(name, most_cells)
        records.append(record)
    return records


def _reader(
    text: str, separator: str, *, strict: bool, escape: str | None = None
) -> Iterator[list[str]]:
    file = io.StringIO(text, newline="")
    return csv.reader(file, delimiter=separator, strict=strict, escapechar=escape)


def _too_many_cells(name: str, most_cells: int) -> WorkbookError:
    return WorkbookError(
        f"{name} has over {most_cells:,} cells",
        hint=f"Split it, or, if there is memory for it, allow more with {RAISE_CELLS}",
    )


def _separator(text: str) -> str:
    """The separator that divides the first rows most alike; a comma where none does."""
    return max(SEPARATORS, key=lambda separator: _likeness(text, separator))


def _likeness(text: str, separator: str) -> float:
    """How alike a separator divides the first rows: 0 where it divides none.

    The share of rows that agree counts twice, so that prose with commas in it does not
    outweigh the one semicolon that every row has.
    """
    # The rows before a quotation mark that is out of place tell it all the same.
    reader = _reader(text, separator, strict=True)
    widths: Counter[int] = Counter()
    with suppress(csv.Error):
        widths.update(len(row) for row in islice(reader, _ROWS_SAMPLED) if row)
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
