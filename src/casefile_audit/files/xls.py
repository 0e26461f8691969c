"""What the records of an .xls file say of each other: the format has no checksum of its own.

Microsoft, [MS-XLS]: Excel Binary File Format (.xls) Structure, sections 2.1.4 and 2.3.
"""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from python_calamine import PasswordError

from casefile_audit.files.binary_markup import BinarySheet, BinaryStyles, packed_number
from casefile_audit.files.limits import SHEET_COLUMNS
from casefile_audit.files.markup import Markup

_BOF, _EOF, _BOUND_SHEET, _FILE_PASS, _SHARED_STRINGS = 0x809, 0x0A, 0x85, 0x2F, 0xFC
_BIFF8, _WORKSHEET = 0x600, 0x10
_LABEL_OF_SHARED, _NUMBER, _PACKED, _PACKED_CELLS = 0xFD, 0x203, 0x27E, 0xBD
_BLANK, _BOOL_OR_ERROR, _FORMULA = 0x201, 0x205, 0x06
_ROW, _COLUMNS, _UNCALCULATED = 0x208, 0x7D, 0x5E
_OF_ROWS_AND_COLUMNS = (_ROW, _COLUMNS, _UNCALCULATED)
_DATE_MODE, _FONT, _FORMAT, _STYLE = 0x22, 0x31, 0x41E, 0xE0
_OBJECT, _BOXES = 0x5D, (b"\x0b", b"\x0c")
_MISSING_FONT = 4
_NO_HEIGHT, _HIDDEN = 0x20, 0x01
_RESULT_ERROR, _RESULT_NOTHING = 0x02, 0x03
# xlwt and POI write formulas that they don't calculate, by what they say of themselves.
_NEVER_CALCULATE = {(0x0DBB, 0x07CC), (0x10D3, 0x07CC)}
# Of cells, by the number of their record: how long it is.
_ONE_CELL = {0x201: 6, 0x203: 14, 0x205: 8, 0x27E: 10, _LABEL_OF_SHARED: 10}
# Several cells side by side: how long it is beyond them, and for each.
_SEVERAL_CELLS = {0xBD: (6, 6), 0xBE: (6, 2)}
_OF_ANY_LENGTH = {0x06, 0xD6, 0x204}
_FUTURE = 0x850
"""From here on records are of later versions, which a reader steps over."""
_KNOWN = {
    *(6, 10, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 23, 24, 25, 26, 27, 28, 29, 34, 35, 38, 39),
    *(40, 41, 42, 43, 47, 49, 51, 60, 61, 64, 65, 66, 77, 80, 81, 82, 85, 89, 90, 91, 92, 93, 94),
    *(95, 96, 97, 99, 125, 128, 129, 130, 131, 132, 133, 134, 140, 141, 144, 146, 151, 152, 153),
    *(154, 155, 156, 157, 158, 160, 161, 174, 175, 176, 177, 178, 180, 181, 182, 184, 185, 189),
    *(190, 193, *range(197, 212), 213, 214, 215, 216, 217, 218, 220, 221, 222, 224, 225, 226, 227),
    *(229, 233, 235, 236, 237, 239, 240, 241, 242, 244, 245, 246, 247, 248, 249, 251, 252, 253),
    *(255, 256, 259, 290, *range(311, 354), *range(401, 408), *range(426, 451), 512, 513, 515, 516),
    *(517, 519, 520, 523, 545, 549, 566, 574, 638, 659, 1048, 1054, 1084, 1212),
    *range(2048, 2068),
}  # fmt: skip


@dataclass
class _Workbook:
    """What was found so far.

    Attributes:
        announced: the names of the sheets that the first part lists, by where they begin.
        begun: where parts begin, the first among them.
        strings: how many texts the cells share.
        used: the highest number of one that a cell has.
        sheets: what was found of each sheet of cells, by where it begins.
        is_told: whether it is of a version of which it can be told how cells look.
    """

    announced: dict[int, str] = field(default_factory=dict)
    begun: list[int] = field(default_factory=list)
    strings: int = 0
    used: int = -1
    styles: BinaryStyles = field(default_factory=BinaryStyles)
    sheets: dict[int, BinarySheet] = field(default_factory=dict)
    is_told: bool = False


def scan_xls(data: bytes) -> tuple[bool, dict[str, Markup]] | None:
    """What the records of an .xls file say; it is refused where they contradict each other.

    Returns:
        Whether day 1 is in 1904, and what is said of each sheet, by its name; None of versions
        before Excel 97.

    Raises:
        PasswordError: it is encrypted.
        ValueError: records don't follow each other to the end, sheets are listed and not there or
            there and not listed, a cell is written twice, or is of no kind that is known.
        struct.error: a record is too short for what it should hold.
        OSError: it is no container of Office.
    """
    stream, found = _stream(data), _Workbook()
    depth, sheet = 0, None
    for place, number, content in _records(stream):
        if number == _BOF:
            if not depth:
                if not found.begun:
                    _begin(found, content)
                found.begun.append(place)
                sheet = _Sheet(found, place) if _is_worksheet(content) else None
            depth += 1
        elif not depth:
            raise ValueError("a record between two parts")
        elif number == _EOF:
            depth -= 1
        elif depth == 1 and sheet is not None:
            sheet.take(number, content)
        elif depth == 1:
            _take_global(found, number, content)
    if depth or sorted(found.announced) != found.begun[1:]:
        raise ValueError("a sheet without an end, a beginning or a name")
    if found.used >= found.strings:
        raise ValueError("a cell has a text that isn't there")
    if not found.is_told:
        return None
    markups = {found.announced[place]: sheet.markup() for place, sheet in found.sheets.items()}
    return found.styles.is_1904, markups


def _stream(data: bytes) -> bytes:
    # Late, because few workbooks are of this kind.
    import olefile

    with olefile.OleFileIO(io.BytesIO(data)) as container:
        name = next((name for name in ("Workbook", "Book") if container.exists(name)), "Workbook")
        return bytes(container.openstream(name).read())


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Where each record stands, its number and what it holds."""
    place, last = 0, len(stream.rstrip(b"\0"))
    while place < last:
        if place + 4 > len(stream):
            raise ValueError("a record is cut off")
        number, size = struct.unpack_from("<HH", stream, place)
        content = stream[place + 4 : place + 4 + size]
        if len(content) < size:
            raise ValueError("a record is cut off")
        yield place, number, content
        place += 4 + size


def _begin(found: _Workbook, start: bytes) -> None:
    """Take the first record, which says of which version the file is, and who wrote it."""
    version, _, build, year = struct.unpack_from("<4H", start)
    found.is_told = version == _BIFF8
    found.styles.uncalculated = (build, year) in _NEVER_CALCULATE


def _is_worksheet(start: bytes) -> bool:
    version, kind = struct.unpack_from("<HH", start)
    return (version, kind) == (_BIFF8, _WORKSHEET)


def _take_global(found: _Workbook, number: int, content: bytes) -> None:
    if number == _FILE_PASS:
        raise PasswordError("encrypted")
    if number == _BOUND_SHEET:
        (place,) = struct.unpack_from("<L", content)
        if place in found.announced:
            raise ValueError("a sheet is listed twice")
        found.announced[place] = _text(content[7:], content[6]) if found.is_told else ""
    elif number == _SHARED_STRINGS:
        found.strings = struct.unpack_from("<L", content, 4)[0]
    elif found.is_told:
        _take_style(found.styles, number, content)


def _take_style(styles: BinaryStyles, number: int, content: bytes) -> None:
    if number == _DATE_MODE:
        styles.is_1904 = content[:2] == b"\1\0"
    elif number == _FONT:
        styles.add_font(content[2])
    elif number == _FORMAT:
        code, length = struct.unpack_from("<HH", content)
        styles.codes[code] = _text(content[4:], length)
    elif number == _STYLE:
        font, code = struct.unpack_from("<HH", content)
        # There is no fifth font.
        styles.styles.append((font - (font > _MISSING_FONT), code))


def _text(content: bytes, length: int) -> str:
    """A text of so many characters, after the byte that says whether each has two bytes."""
    if content[0] & 1:
        return content[1 : 1 + 2 * length].decode("utf-16-le", "replace")
    return content[1 : 1 + length].decode("latin-1")


class _Sheet:
    """The cells of one sheet."""

    def __init__(self, found: _Workbook, place: int) -> None:
        self._found = found
        self._cells: set[int] = set()
        self._looks = found.sheets[place] = BinarySheet(found.styles)

    def take(self, number: int, content: bytes) -> None:
        """Take the next record."""
        if number in _ONE_CELL:
            self._cell(number, content)
        elif number in _SEVERAL_CELLS:
            self._several_cells(number, content)
        elif number in _OF_ANY_LENGTH:
            row, column, style = struct.unpack_from("<3H", content)
            self._add(row, column)
            if number == _FORMULA:
                self._formula(row, column, style, content[6:14])
            else:
                self._looks.filled(row, column, style)
        elif number == _OBJECT and content[4:5] in _BOXES:
            self._looks.found.has_unread_boxes = True
        elif number in _OF_ROWS_AND_COLUMNS:
            self._row_or_columns(number, content)
        elif number not in _KNOWN and number < _FUTURE:
            raise ValueError("a record of no kind that is known")

    def _cell(self, number: int, content: bytes) -> None:
        if len(content) != _ONE_CELL[number]:
            raise ValueError("a cell of another length")
        row, column, style = struct.unpack_from("<3H", content)
        self._add(row, column)
        if number == _LABEL_OF_SHARED:
            self._found.used = max(self._found.used, struct.unpack_from("<L", content, 6)[0])
        if number == _NUMBER:
            self._looks.number(row, column, style, struct.unpack_from("<d", content, 6)[0])
        elif number == _PACKED:
            self._looks.number(row, column, style, packed_number(content[6:10]))
        elif number == _BOOL_OR_ERROR and content[7]:
            self._looks.error(row, column, style, content[6])
        elif number != _BLANK:
            self._looks.filled(row, column, style)

    def _several_cells(self, number: int, content: bytes) -> None:
        row, first = struct.unpack_from("<HH", content)
        (last,) = struct.unpack_from("<H", content, len(content) - 2)
        beyond, each = _SEVERAL_CELLS[number]
        if len(content) != beyond + each * (last - first + 1):
            raise ValueError("cells of another length")
        for column in range(first, last + 1):
            self._add(row, column)
            if number == _PACKED_CELLS:
                cell = content[4 + each * (column - first) :][:each]
                style = int.from_bytes(cell[:2], "little")
                self._looks.number(row, column, style, packed_number(cell[2:]))

    def _formula(self, row: int, column: int, style: int, result: bytes) -> None:
        if result[6:] != b"\xff\xff":
            (value,) = struct.unpack("<d", result)
            self._looks.number(row, column, style, value)
            self._looks.result(row, column, value)
        elif result[0] == _RESULT_ERROR:
            self._looks.error(row, column, style, result[2])
        elif result[0] == _RESULT_NOTHING:
            self._looks.no_result(row, column)
        else:
            self._looks.filled(row, column, style)
            self._looks.result(row, column, None)

    def _row_or_columns(self, number: int, content: bytes) -> None:
        if number == _UNCALCULATED:
            self._found.styles.uncalculated = True
        elif number == _ROW:
            (row,) = struct.unpack_from("<H", content)
            if content[12] & _NO_HEIGHT:
                self._looks.found.hidden_rows.add(row + 1)
        else:
            first, last, width, _, flags = struct.unpack_from("<5H", content)
            if flags & _HIDDEN or not width:
                columns = range(first, min(last + 1, SHEET_COLUMNS))
                self._looks.found.hidden_columns.update(columns)

    def _add(self, row: int, column: int) -> None:
        place = row << 16 | column
        if place in self._cells:
            raise ValueError("a cell is written twice")
        self._cells.add(place)
