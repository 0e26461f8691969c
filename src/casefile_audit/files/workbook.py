"""Any spreadsheet as a list of sheets of raw cells with addresses, knowing nothing of rubrics."""

import datetime
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple, cast

from python_calamine import CalamineError, PasswordError

from casefile_audit.english import on_one_line
from casefile_audit.errors import WorkbookError
from casefile_audit.files.drawn_boxes import DrawnBox, drawn_boxes, has_text_boxes
from casefile_audit.files.formats import Kind, bytes_of, check_kind
from casefile_audit.files.limits import RAISE_CELLS, FileLimits
from casefile_audit.files.markup import EPOCH_1900, EPOCH_1904, Markup, Range
from casefile_audit.files.passwords import AskPassword, decrypted
from casefile_audit.files.raw_sheets import (
    NONE_MERGED,
    CheckSize,
    RawSheet,
    TooManyCellsError,
    cell_counter,
    raw_sheets,
)
from casefile_audit.files.shared_strings import SharedStrings
from casefile_audit.files.sheet_markup import scan_sheets
from casefile_audit.files.struck_text import words_that_differ
from casefile_audit.files.symbols import UNREADABLE_CONTROL
from casefile_audit.files.xlsx import column_letters, with_known_errors, workbook_facts
from casefile_audit.files.zip_package import (
    check_parts,
    open_package,
    starting_with,
    too_much_text,
)
from casefile_audit.issues import Issue

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

_ACTIVE_X = "it has ActiveX controls: what is ticked or entered in those can't be read"
_BOXES = (
    "check boxes or option buttons lie over its cells, and which of them are ticked can't be read: "
    "save it as .xlsx"
)
_TEXT_BOXES = "text boxes lie over its cells, and what stands in them isn't read"
_MIDNIGHT = datetime.time()
_Rows = list[list[Cell]]


class Span(NamedTuple):
    """A merged range: zero-based, and both ends belong to it."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True)
class Sheet:
    """One sheet of cells.

    Attributes:
        name: the name on its tab; for a file without sheets the stem of the file's name.
        rows: ``rows[0]`` is row 1 and ``rows[0][0]`` is A1, whatever blank area comes before the
            data. All rows are of one length; blank rows and columns at the ends are left out.
            A blank cell is ``""`` or ``None``. Every cell of a merged range holds its value.
        visible: whether its tab is shown.
        hidden_rows, hidden_columns: row numbers counted from 1, and zero-based columns.
        struck_rows: row numbers, counted from 1, of those of which most that is filled is struck
            out.
        struck_cells: the zero-based places of single cells that are struck out in other rows.
        merged: the merged ranges as far as ``rows`` goes.
        epoch: the day that serial number 0 means.
        tags: of a Word document, the tag of the content control in a cell, by row and column.
        stressed: the words of a cell that stand out, as bold ones do, by row and column.
        tables: of a Word document, which is one sheet, where its tables stand; None of others.
        issues: what is wrong with its rows.
        separator: what stands between the cells of a text table.
        is_head: whether more rows follow in a file that is too long to be held.
        made: what was made of its rows, by the zero-based row that it starts with.
    """

    name: str
    rows: list[list[Cell]]
    visible: bool = True
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    struck_rows: frozenset[int] = frozenset()
    struck_cells: frozenset[tuple[int, int]] = frozenset()
    merged: tuple[Span, ...] = ()
    epoch: datetime.datetime = EPOCH_1900
    issues: tuple[Issue, ...] = ()
    separator: str = ""
    is_head: bool = False
    tables: tuple[Span, ...] | None = None
    tags: Mapping[tuple[int, int], str] = field(default_factory=dict)
    stressed: Mapping[tuple[int, int], Sequence[str]] = field(default_factory=dict)
    made: dict[int, object] = field(default_factory=dict, init=False, repr=False, compare=False)

    def place(self, row: int, column: int) -> str:
        """What a reader finds a cell by: ``B7``, or ``table 2, row 5`` in a Word document."""
        if self.tables is None:
            return address(row, column)
        for number, table in enumerate(self.tables, 1):
            if table.first_row <= row <= table.last_row:
                return f"table {number}, row {row - table.first_row + 1}"
        lines = [
            at
            for at, cells in enumerate(self.rows[: row + 1])
            if any(cells) and not any(t.first_row <= at <= t.last_row for t in self.tables)
        ]
        return f"line {len(lines)}"


class Workbook(NamedTuple):
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


@dataclass(frozen=True)
class OpenOptions:
    """How files are opened.

    Attributes:
        password: asked for the password of a file that is encrypted.
        limits: what a file may hold.
    """

    password: AskPassword = lambda _: None
    limits: FileLimits = field(default_factory=FileLimits)


AS_STORED = OpenOptions()


class _File(NamedTuple):
    """A file that is being read.

    Attributes:
        path: where it is.
        data: all of it; if it was encrypted, what it holds. Everything is told from these bytes:
            the file itself may be another by now.
        limits: what it may hold.
        check: counts its cells.
    """

    path: Path
    data: bytes
    limits: FileLimits
    check: CheckSize


def open_workbook(path: Path, opening: OpenOptions = AS_STORED) -> Workbook:
    """Read a spreadsheet whole.

    What a file holds is told from its content: a file that is not what its name says is refused.
    The cells of .xlsx, .xlsm, .xls, .xlsb and .ods keep their types; those of .csv, .tsv and .txt
    stay the text that was typed; a Parquet file gives its column names as the first row.

    Raises:
        WorkbookError: the file is missing, unreadable, empty, damaged, too big, encrypted without
            the password at hand, or not of a kind that is read.
    """
    return workbook_in(path, bytes_of(path, opening.limits), opening)


def workbook_in(path: Path, data: bytes, opening: OpenOptions = AS_STORED) -> Workbook:
    """The spreadsheet that some bytes are, as ``open_workbook``.

    Args:
        path: where they are from, or are going to.

    Raises:
        WorkbookError: as ``open_workbook``.
    """
    kind = check_kind(path, data)
    if kind is Kind.ENCRYPTED:
        sheets, notes = _read_encrypted(path, data, opening)
    else:
        try:
            sheets, notes = _read(path, kind, data, opening.limits)
        except PasswordError:
            sheets, notes = _read_encrypted(path, data, opening)
    if not any(sheet.rows for sheet in sheets):
        inside = "it" if kind is Kind.WORD else "any of its sheets"
        raise WorkbookError(
            f"{path.name} has nothing in {inside}", hint="Check that it is the right file"
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
        return on_one_line(cell)
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
    return f"{column_letters(column + 1)}{row + 1}"


def _duration(length: datetime.timedelta) -> str:
    seconds = int(abs(length).total_seconds())
    minutes, seconds = divmod(seconds, 60)
    words = f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    return f"-{words}" if length < datetime.timedelta() else words


def _read_encrypted(path: Path, data: bytes, opening: OpenOptions) -> tuple[list[Sheet], list[str]]:
    plain = decrypted(path.name, data, opening.password)
    kind = check_kind(path, plain)
    try:
        return _read(path, kind, plain, opening.limits)
    except PasswordError:
        raise damaged(path.name, kind) from None


def _read(path: Path, kind: Kind, data: bytes, limits: FileLimits) -> tuple[list[Sheet], list[str]]:
    """The sheets of a file, and sentences on how they were read.

    Raises:
        PasswordError: it is encrypted after all.
        WorkbookError: it can't be read.
    """
    with _explained(path.name, kind, limits):
        file = _File(path, data, limits, cell_counter(limits.cells))
        return _READERS[kind](file)


@contextmanager
def _explained(name: str, kind: Kind, limits: FileLimits) -> Iterator[None]:
    """Turn whatever a library raises at a bad file into one message."""
    try:
        yield
    except (WorkbookError, PasswordError, KeyboardInterrupt, SystemExit):
        raise
    except TooManyCellsError as error:
        sheet, rows, columns = error.args
        raise WorkbookError(
            f"sheet “{sheet}” of {name} reaches from A1 to {address(rows - 1, columns - 1)}: with "
            f"it the file has over {limits.cells:,} cells",
            hint="Delete what stands far from the table, or split the file. If it is right as it "
            f"is, and there is memory for it, allow more with {RAISE_CELLS}",
        ) from None
    except BaseException as error:  # a panic in Rust is not an Exception
        if isinstance(error, MemoryError) or "limit exceeded" in str(error):
            raise WorkbookError(
                f"{name} is too big to read at once", hint="Split it into several files"
            ) from error
        raise damaged(name, kind) from error


def damaged(name: str, kind: Kind) -> WorkbookError:
    """The error of a file that can't be read."""
    hint = "Open it in Excel or LibreOffice, save it again as .xlsx, and use the new copy"
    if kind is Kind.PARQUET:
        hint = "Have it made again, as Parquet or as CSV, by the system that it comes from"
    if kind is Kind.WORD:
        hint = "Open it in Word or LibreOffice, save it again as .docx, and use the new copy"
    return WorkbookError(
        f"{name} can't be read as {kind.value}: it is damaged or unusual", hint=hint
    )


# What only one kind of file needs is imported with the first of its kind: a run that reads a
# workbook starts sooner without what reads documents.


def _read_text(file: _File) -> tuple[list[Sheet], list[str]]:
    from casefile_audit.files.csv import read_delimited

    text = read_delimited(file.path.name, file.data, file.limits.cells)
    file.check(file.path.stem, len(text.rows), len(text.rows[0]))
    rows = _trimmed(cast(_Rows, text.rows))
    return [Sheet(file.path.stem, rows, issues=text.issues, separator=text.separator)], list(
        text.notes
    )


def _read_parquet(file: _File) -> tuple[list[Sheet], list[str]]:
    from casefile_audit.files.parquet import read_parquet

    rows, notes = read_parquet(file.path.name, file.data, file.limits, file.check)
    return [Sheet(file.path.stem, _trimmed(cast(_Rows, rows)))], notes


def _read_docx(file: _File) -> tuple[list[Sheet], list[str]]:
    from casefile_audit.files.docx import filled_out, read_document

    with open_package(file.path.name, file.data, file.limits) as package:
        found = read_document(package)
    name, rows = file.path.stem, cast(_Rows, filled_out(found.rows))
    file.check(name, len(rows), len(rows[0]) if rows else 0)
    merged = _merge(name, rows, found.merged, file.limits)
    has_controls = any(UNREADABLE_CONTROL in text for row in found.rows for text in row)
    tables = tuple(Span(*at) for at in found.tables)
    sheet = Sheet(
        name, rows, merged=merged, tables=tables, tags=found.tags, stressed=found.stressed
    )
    return [sheet], [_ACTIVE_X] if has_controls else []


def _read_xlsx(file: _File) -> tuple[list[Sheet], list[str]]:
    with open_package(file.path.name, file.data, file.limits) as package:
        facts = workbook_facts(package)
        strings = SharedStrings(package)
        strings.check_counts(file.limits.cells)
        check_parts(package, set(facts.parts.values()))
        # Before memory is set aside for a sheet: how far it reaches, and how much text it holds.
        markups = scan_sheets(package, facts, file.limits.cells)
        boxes = {name: drawn_boxes(package, facts.parts[name]) for name in markups}
        check, left = cell_counter(file.limits.cells), file.limits.bytes
        for name, markup in markups.items():
            for words in words_that_differ(package, facts.parts[name], facts):
                markup.shown += [((*words.place, *words.place), words.shown)] if words.shown else []
                markup.stressed[words.place] = words.stressed
            rows = max((box.row + 1 for box in boxes[name]), default=0)
            columns = max((box.column + 1 for box in boxes[name]), default=0)
            check(name, max(markup.last_row, rows), max(markup.last_column, columns))
            left -= strings.size_in(facts.parts[name], left)
            if left < 0:
                raise too_much_text(file.path.name, file.limits)
        sums = {
            facts.parts[name]: markup.checksum
            for name, markup in markups.items()
            if markup.checksum is not None
        }
        data = starting_with(file.data, NONE_MERGED, sums) if sums else file.data
        try:
            raw = raw_sheets(data, file.check, markups)
        except CalamineError:
            # It knows only the oldest of the words that an error cell may hold.
            if (known := with_known_errors(package, facts)) is None:
                raise
            raw = raw_sheets(known, cell_counter(file.limits.cells), markups)
        has_controls = any(part.startswith("xl/activeX/") for part in package.namelist())
        notes = [_TEXT_BOXES] if has_text_boxes(package) else []
    for its in raw:
        merged = its.merged or markups[its.name].merged
        _draw(cast(_Rows, its.rows), boxes[its.name], merged)
    notes += [_ACTIVE_X] if has_controls else []
    return [_sheet(its, markups[its.name], facts.epoch, file.limits) for its in raw], notes


def _draw(rows: _Rows, boxes: Sequence[DrawnBox], merged: Sequence[Range]) -> None:
    """Write boxes into the cells that they lie over: beside their words, or after others.

    A cell that holds no text is left: a box that is linked with its cell shows what the cell holds.
    """
    width = max([len(rows[0]) if rows else 0, *(box.column + 1 for box in boxes)])
    for row in rows if boxes else ():
        row += [""] * (width - len(row))
    drawn: dict[tuple[int, int], list[str]] = {}
    for box in boxes:
        within = (
            (top, left)
            for top, left, bottom, right in merged
            if top <= box.row <= bottom and left <= box.column <= right
        )
        drawn.setdefault(next(within, (box.row, box.column)), []).append(box.text)
    for (at, column), texts in drawn.items():
        rows += ([""] * width for _ in range(at + 1 - len(rows)))
        rows[at][column] = _with_boxes(rows[at][column], texts)


def _with_boxes(cell: Cell, boxes: Sequence[str]) -> Cell:
    """A cell with the boxes that lie over it. One may lie over a reference by chance."""
    if not text_of(cell):
        return "  ".join(boxes)
    if not isinstance(cell, str):
        return cell
    if len(boxes) > 1:
        return f"{cell}\n{'  '.join(boxes)}"
    # A box without words of its own stands for those of its cell.
    bare = len(boxes[0]) == 1 and not any(map(str.isdigit, cell))
    return f"{boxes[0]} {cell}" if bare else cell


def _read_ods(file: _File) -> tuple[list[Sheet], list[str]]:
    from casefile_audit.files.ods import CONTENT, scan_document

    with open_package(file.path.name, file.data, file.limits) as package:
        check = cell_counter(file.limits.cells)
        epoch, markups, size, boxes = scan_document(package, file.limits.bytes, check)
        check_parts(package, {CONTENT})
    if size > file.limits.bytes:
        raise too_much_text(file.path.name, file.limits)
    raw = raw_sheets(file.data, file.check)
    for its in raw:
        merged = its.merged or markups.get(its.name, Markup()).merged
        _draw(cast(_Rows, its.rows), boxes.get(its.name, []), merged)
    notes = [_BOXES] if any(markup.has_unread_boxes for markup in markups.values()) else []
    return [_sheet(its, markups.get(its.name, Markup()), epoch, file.limits) for its in raw], notes


def _read_binary(file: _File) -> tuple[list[Sheet], list[str]]:
    from casefile_audit.files.sandbox import read_in_sandbox

    suffix = file.path.suffix.lower()
    if suffix == ".xlsb":
        with open_package(file.path.name, file.data, file.limits) as package:
            check_parts(package)
    book = read_in_sandbox(file.data, file.limits)
    notes = []
    if book.markups is None:
        merged = "" if suffix == ".xls" else ", merged cells"
        notes = [
            f"hidden rows and columns{merged} and number formats can't be told in this {suffix} "
            "file, and error cells read as blank"
        ]
    markups = book.markups or {}
    if any(markup.has_unread_boxes for markup in markups.values()):
        notes.append(_BOXES)
    epoch = EPOCH_1904 if book.is_1904 else EPOCH_1900
    return [
        _sheet(its, markups.get(its.name, Markup()), epoch, file.limits) for its in book.sheets
    ], notes


def _sheet(raw: RawSheet, markup: Markup, epoch: datetime.datetime, limits: FileLimits) -> Sheet:
    rows = cast(_Rows, raw.rows)
    _reach(rows, markup)
    for cells, shown in markup.shown:
        if cells[:2] == cells[2:]:
            rows[cells[0]][cells[1]] = shown
        elif span := _clipped(cells, rows):
            _fill(rows, span, shown)
    rows = _trimmed(rows)
    merged = _merge(raw.name, rows, raw.merged or markup.merged, limits)
    hidden = frozenset(row for row in markup.hidden_rows if row <= len(rows))
    columns = frozenset(markup.hidden_columns)
    struck = frozenset(
        row + 1
        for row, cells in Counter(row for row, _ in markup.struck).items()
        if row < len(rows) and cells * 2 > sum(map(bool, map(text_of, rows[row])))
    )
    single = frozenset(place for place in markup.struck if place[0] + 1 not in struck)
    sheet = Sheet(raw.name, rows, raw.visible, hidden, columns, struck, single, merged, epoch)
    return replace(sheet, stressed=markup.stressed) if markup.stressed else sheet


def _reach(rows: _Rows, markup: Markup) -> None:
    """Lengthen rows to the last single cell that shows what it doesn't hold: a blank one, perhaps,
    of which python-calamine knows nothing.
    """  # noqa: D205 - one thought
    single = [cells for cells, _ in markup.shown if cells[:2] == cells[2:]]
    width = max([*(column + 1 for _, column, _, _ in single), *map(len, rows[:1])], default=0)
    height = max([row + 1 for row, _, _, _ in single], default=0)
    rows.extend([] for _ in range(height - len(rows)))
    if (rows and len(rows[0]) < width) or height:
        for row in rows:
            row.extend([""] * (width - len(row)))


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


def _merge(
    sheet: str, rows: _Rows, ranges: Sequence[Range], limits: FileLimits
) -> tuple[Span, ...]:
    """Write the first value of each merged range into all its cells."""
    clipped = [span for cells in ranges if (span := _clipped(cells, rows))]
    spans = [span for span in clipped if _area(span) > 1]
    if sum(map(_area, spans)) > limits.cells:
        raise WorkbookError(
            f"the merged ranges of sheet “{sheet}” overlap, and cover over {limits.cells:,} cells",
            hint="Unmerge the cells of that sheet in Excel or LibreOffice, and save it again",
        )
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


_READERS: dict[Kind, Callable[[_File], tuple[list[Sheet], list[str]]]] = {
    Kind.XLSX: _read_xlsx,
    Kind.XLS: _read_binary,
    Kind.XLSB: _read_binary,
    Kind.ODS: _read_ods,
    Kind.TEXT: _read_text,
    Kind.PARQUET: _read_parquet,
    Kind.WORD: _read_docx,
}
