"""Text with separated fields, such as CSV, as rows of text."""

import codecs
import csv
import io
from collections import Counter
from itertools import islice

from casefile_audit.errors import WorkbookError

_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_ROWS_SAMPLED = 100
_LONGEST_FIELD = 2**31 - 1
_BYTES_SNIFFED = 65_536


def read_delimited(name: str, data: bytes) -> tuple[list[list[str]], list[str]]:
    """Read delimited text.

    Every field stays the text that was typed: nothing is taken for a number, a date or a
    missing value.

    Args:
        name: the file's name, for messages.
        data: the whole file.

    Returns:
        The rows, ragged as they stand, a blank line being a row of no fields; and sentences on
        how they were read where that is not as UTF-8 with commas.

    Raises:
        WorkbookError: there is nothing in it, or a quotation mark is never closed.
    """
    text, notes = _decode(data)
    if not text.strip():
        raise WorkbookError(f"{name} is empty", hint="Check that this is the right file")
    csv.field_size_limit(_LONGEST_FIELD)
    separator = _separator(text)
    if separator != ",":
        notes.append(f"fields are separated by {_SEPARATORS[separator]}")
    try:
        return _records(text, separator, strict=True), notes
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise _unclosed_quote(name, text, separator) from None
    notes.append("some quotation marks stand where they should not, and were kept as they are")
    return _records(text, separator, strict=False), notes


def _decode(data: bytes) -> tuple[str, list[str]]:
    if data.startswith(codecs.BOM_UTF8):
        return data.decode("utf-8-sig", errors="replace"), []
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace"), ["read as UTF-16 text, not UTF-8"]
    head = data[:_BYTES_SNIFFED]
    if b"\0" in head:
        big_endian = head[::2].count(0) > head[1::2].count(0)
        text = data.decode("utf-16-be" if big_endian else "utf-16-le", errors="replace")
        return text, ["read as UTF-16 text, not UTF-8"]
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), ["read as Windows-1252 text, not UTF-8"]
    except UnicodeDecodeError:
        # Five bytes mean nothing in Windows-1252; Latin-1 loses none of them.
        return data.decode("latin-1"), ["read as Latin-1 text, not UTF-8"]


def _records(text: str, separator: str, *, strict: bool) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict))


def _separator(text: str) -> str:
    """The separator that divides the first rows most alike; a comma where none does."""
    return max(_SEPARATORS, key=lambda separator: _likeness(text, separator))


def _likeness(text: str, separator: str) -> float:
    """How alike a separator divides the first rows: 0 where it divides none.

    The share of rows that agree counts twice, so that prose with commas in it does not
    outweigh the one semicolon that every row has.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    widths: Counter[int] = Counter()
    try:
        widths.update(len(row) for row in islice(reader, _ROWS_SAMPLED) if row)
    except csv.Error:
        return 0.0
    if not widths:
        return 0.0
    width, rows = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
    return (rows / widths.total()) ** 2 * (width - 1)


def _unclosed_quote(name: str, text: str, separator: str) -> WorkbookError:
    rows = _records(text, separator, strict=False)
    return WorkbookError(
        f"{name} has a quotation mark that is never closed, in row {len(rows)}",
        hint="Close or remove the quotation mark there: everything after it reads as one cell",
    )
