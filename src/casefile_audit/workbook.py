"""Any spreadsheet as a list of sheets of raw cells with addresses, knowing nothing of rubrics."""

import datetime
import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from zipfile import ZipFile

from python_calamine import (
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from casefile_audit.delimited import read_delimited
from casefile_audit.errors import WorkbookError
from casefile_audit.file_kinds import (
    ZIP_ERRORS,
    Kind,
    bytes_of,
    check_kind,
    protected,
)
from casefile_audit.ooxml import EPOCH_1900, Markup, Range, scan_sheet, workbook_facts
from casefile_audit.opendocument import scan_document

Cell = (
    str
    | float
    | int
    | bool
    | datetime.datetime
    | datetime.date
    | datetime.time
    | datetime.timedelta
    | None
)

MOST_CELLS = 50_000_000
"""The most cells a workbook may have, blank ones counted: about what 8 GB of memory can hold."""

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
_MIDNIGHT = datetime.time()
_Rows = list[list[Cell]]


@dataclass(frozen=True)
class Span:
    """A merged range: zero-based, and both ends belong to it."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True)
class Sheet:
    """One sheet of cells.

    Attributes:
        name: the name on its tab; for CSV, TSV, text and Parquet the stem of the file's name.
        rows: ``rows[0]`` is row 1 and ``rows[0][0]`` is A1, whatever blank area comes before the
            data. All rows are of one length; blank rows and columns at the ends are left out.
            A blank cell is ``""`` or ``None``. Every cell of a merged range holds its value.
        visible: whether its tab is shown.
        hidden_rows: row numbers counted from 1; known for .xlsx, .xlsm and .ods only.
        merged: the merged ranges as far as ``rows`` goes; known for all but .xlsb.
        epoch: the day that serial number 0 means; 1904 is known for .xlsx, .xlsm and .ods only.
    """

    name: str
    rows: list[list[Cell]]
    visible: bool = True
    hidden_rows: frozenset[int] = frozenset()
    merged: tuple[Span, ...] = ()
    epoch: datetime.datetime = EPOCH_1900


@dataclass(frozen=True)
class Workbook:
    """A spreadsheet as it was read.

    Attributes:
        path: where it is.
        sha256: the hexadecimal digest of the bytes that were read.
        sheets: in the file's order, hidden ones among them, charts and macros left out.
        notes: sentences on how it was read, where there is something to know.
    """

    path: Path
    sha256: str
    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...] = ()


def open_workbook(path: Path) -> Workbook:
    """Read a spreadsheet whole.

    What a file holds is told from its content: a file that is not what its name says is refused.
    The cells of .xlsx, .xlsm, .xls, .xlsb and .ods keep their types; those of .csv, .tsv and .txt
    stay the text that was typed; a Parquet file gives its column names as the first row.

    Raises:
        WorkbookError: the file is missing, unreadable, empty, damaged, too big, protected by a
            password, or not of a kind that is read.
    """
    data = bytes_of(path)
    kind = check_kind(path, data)
    with _explained(path.name, kind):
        sheets, notes = _READERS[kind](path, data)
    if not any(sheet.rows for sheet in sheets):
        raise WorkbookError(
            f"{path.name} has nothing in any of its sheets", hint="Check that it is the right file"
        )
    return Workbook(path, hashlib.sha256(data).hexdigest(), tuple(sheets), tuple(notes))


def text_of(cell: Cell) -> str:
    """The words that a reader of the page sees in a cell.

    Runs of white space, non-breaking ones and line breaks among them, become one space;
    characters without width go. Numbers have the 15 significant digits that a spreadsheet keeps,
    and a time of day has seconds only where they are not nought.
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        return " ".join((cell if cell.isascii() else cell.translate(_INVISIBLE)).split())
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e21 else f"{cell:.15g}"
    if isinstance(cell, datetime.datetime):
        day, time = cell.date().isoformat(), cell.time().replace(microsecond=0)
        return day if time == _MIDNIGHT else f"{day} {text_of(time)}"
    if isinstance(cell, datetime.time):
        return cell.isoformat("seconds" if cell.second else "minutes")
    if isinstance(cell, datetime.timedelta):
        return _duration(cell)
    return str(cell)


def address(row: int, column: int) -> str:
    """The name of a cell, such as ``B7``, from its zero-based row and column."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"


def _duration(length: datetime.timedelta) -> str:
    seconds = int(abs(length).total_seconds())
    minutes, seconds = divmod(seconds, 60)
    words = f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    return f"-{words}" if length < datetime.timedelta() else words


@contextmanager
def _explained(name: str, kind: Kind) -> Iterator[None]:
    """Turn whatever a library raises at a bad file into one message."""
    try:
        yield
    except (WorkbookError, KeyboardInterrupt, SystemExit):
        raise
    except PasswordError:
        raise protected(name) from None
    except BaseException as error:  # a panic in Rust is not an Exception
        if isinstance(error, MemoryError) or "limit exceeded" in str(error):
            raise WorkbookError(
                f"{name} is too big to read at once", hint="Split it into several files"
            ) from error
        raise WorkbookError(
            f"{name} can't be read as {kind.value}: it is damaged or unusual",
            hint="Open it in Excel or LibreOffice, save it again as .xlsx, and use the new copy",
        ) from error


def _check_size(name: str, rows: int, columns: int) -> None:
    if rows * columns > MOST_CELLS:
        raise WorkbookError(
            f"{name} reaches from A1 to {address(rows - 1, columns - 1)}: {rows * columns:,} "
            f"cells, where at most {MOST_CELLS:,} are read",
            hint="Delete what stands far from the table, or split the file",
        )


def _read_text(path: Path, data: bytes) -> tuple[list[Sheet], list[str]]:
    records, notes = read_delimited(path.name, data)
    width = max(map(len, records))
    _check_size(path.name, len(records), width)
    for record in records:
        record.extend([""] * (width - len(record)))
    return [Sheet(path.stem, _trimmed(cast(_Rows, records)))], notes


def _read_parquet(path: Path, data: bytes) -> tuple[list[Sheet], list[str]]:
    import pyarrow
    import pyarrow.parquet

    notes, columns = [], []
    file = pyarrow.parquet.ParquetFile(pyarrow.BufferReader(data))
    _check_size(path.name, file.metadata.num_rows + 1, file.metadata.num_columns)
    table = file.read()
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pyarrow.types.is_timestamp(column.type):
            zone = column.type.tz
            # Python's dates go no finer than the microsecond.
            column = column.cast(pyarrow.timestamp("us", zone), safe=False)
            if zone:
                notes.append(f"times in column “{name}” are on the clock of {zone}")
        columns.append([_plain(value) for value in column.to_pylist()])
    rows: _Rows = [list(table.column_names), *map(list, zip(*columns, strict=True))]
    return [Sheet(path.stem, _trimmed(rows))], notes


def _plain(value: object) -> Cell:
    """A value of a Parquet column as a cell; decimals and nested values as their text."""
    if value is None or value != value:
        return None
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, str | float | int | datetime.date | datetime.time | datetime.timedelta):
        return value
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def _read_xlsx(path: Path, data: bytes) -> tuple[list[Sheet], list[str]]:
    notes = []
    with ZipFile(io.BytesIO(data)) as package:
        epoch, parts = workbook_facts(package)

        def markup_of(name: str) -> Markup:
            try:
                markup = scan_sheet(package, parts[name])
            except ZIP_ERRORS:
                notes.append(f"hidden rows and errors could not be looked for in sheet “{name}”")
                return Markup()
            _check_size(f"Sheet “{name}” of {path.name}", markup.last_row, markup.last_column)
            return markup

        return _read_sheets(path, markup_of, epoch), notes


def _read_ods(path: Path, data: bytes) -> tuple[list[Sheet], list[str]]:
    with ZipFile(io.BytesIO(data)) as package:
        epoch, markups = scan_document(package)
    return _read_sheets(path, lambda name: markups.get(name, Markup()), epoch), []


def _read_binary(path: Path, _data: bytes) -> tuple[list[Sheet], list[str]]:
    unseen = "hidden rows" if path.suffix.lower() == ".xls" else "hidden rows and merged cells"
    note = f"{unseen} can't be told in {path.suffix.lower()} files, and error cells read as blank"
    return _read_sheets(path, lambda _: Markup(), EPOCH_1900), [note]


def _read_sheets(
    path: Path, markup_of: Callable[[str], Markup], epoch: datetime.datetime
) -> list[Sheet]:
    sheets = []
    # From the path and not from the bytes, or else python-calamine tries every format in turn and
    # does not say what was wrong with the right one.
    with CalamineWorkbook.from_path(path) as book:
        for index, metadata in enumerate(book.sheets_metadata):
            if metadata.typ is SheetTypeEnum.WorkSheet:
                markup = markup_of(metadata.name)
                raw = book.get_sheet_by_index(index)
                rows = _cells(f"Sheet “{metadata.name}” of {path.name}", raw, markup)
                ranges = [(*first, *last) for first, last in raw.merged_cell_ranges or ()]
                merged = _merge(rows, ranges or markup.merged)
                hidden = frozenset(row for row in markup.hidden_rows if row <= len(rows))
                visible = metadata.visible is SheetVisibleEnum.Visible
                sheets.append(Sheet(metadata.name, rows, visible, hidden, merged, epoch))
    return sheets


def _cells(name: str, raw: CalamineSheet, markup: Markup) -> _Rows:
    if raw.end is None:
        return []
    height, width = raw.end[0] + 1, raw.end[1] + 1
    _check_size(name, height, width)
    rows = cast(_Rows, raw.to_python(skip_empty_area=False))
    for cells, shown in markup.errors:
        if span := _clipped(cells, rows):
            _fill(rows, span, shown)
    return _trimmed(rows)


def _trimmed(rows: _Rows) -> _Rows:
    """The rows without the blank ones at the foot and the blank columns at the right."""
    while rows and not any(map(text_of, rows[-1])):
        rows.pop()
    width = len(rows[0]) if rows else 0
    while width and not any(text_of(row[width - 1]) for row in rows):
        width -= 1
    if rows and width < len(rows[0]):
        for row in rows:
            del row[width:]
    return rows


def _merge(rows: _Rows, ranges: Sequence[Range]) -> tuple[Span, ...]:
    """Write the first value of each merged range into all its cells."""
    clipped = [span for cells in ranges if (span := _clipped(cells, rows))]
    spans = [span for span in clipped if _area(span) > 1]
    if sum(map(_area, spans)) > MOST_CELLS:
        raise ValueError("merged ranges overlap")
    for span in spans:
        _fill(rows, span, rows[span.first_row][span.first_column])
    return tuple(spans)


def _clipped(cells: Range, rows: _Rows) -> Span | None:
    """The part of a range that lies within the rows; ``None`` where none does."""
    first_row, first_column, last_row, last_column = cells
    if first_row >= len(rows) or first_column >= len(rows[0]):
        return None
    last_row, last_column = min(last_row, len(rows) - 1), min(last_column, len(rows[0]) - 1)
    return Span(first_row, first_column, last_row, last_column)


def _area(span: Span) -> int:
    return (span.last_row - span.first_row + 1) * (span.last_column - span.first_column + 1)


def _fill(rows: _Rows, span: Span, value: Cell) -> None:
    for row in rows[span.first_row : span.last_row + 1]:
        row[span.first_column : span.last_column + 1] = [value] * (
            span.last_column - span.first_column + 1
        )


_READERS: dict[Kind, Callable[[Path, bytes], tuple[list[Sheet], list[str]]]] = {
    Kind.XLSX: _read_xlsx,
    Kind.XLS: _read_binary,
    Kind.XLSB: _read_binary,
    Kind.ODS: _read_ods,
    Kind.TEXT: _read_text,
    Kind.PARQUET: _read_parquet,
}
