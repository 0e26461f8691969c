"""What an .xlsb package says of its sheets that python-calamine does not pass on.

Microsoft, [MS-XLSB]: Excel (.xlsb) Binary File Format, sections 2.1.4 and 2.4.
"""

import io
import struct
from collections.abc import Iterator
from zipfile import ZipFile

from casefile_audit.files.binary_markup import BinarySheet, BinaryStyles, packed_number
from casefile_audit.files.limits import SHEET_COLUMNS
from casefile_audit.files.markup import Markup
from casefile_audit.files.xlsx import office_part, targets_of

_ROW, _MERGED, _COLUMNS = 0, 176, 60
_BLANK, _PACKED, _ERROR, _BOOL, _REAL, _TEXT, _SHARED, _RICH = 1, 2, 3, 4, 5, 6, 7, 62
_FORMULA_TEXT, _FORMULA_NUMBER, _FORMULA_BOOL, _FORMULA_ERROR = 8, 9, 10, 11
_PROPERTIES, _SHEET, _CALCULATION = 153, 156, 157
_FONT, _FORMAT, _STYLE, _STYLES_BEGIN, _STYLES_END = 43, 44, 47, 617, 618
_NO_HEIGHT, _HIDDEN = 0x10, 0x01
_WHOLE = 2
_PLACE = struct.Struct("<LL")


def scan_xlsb(data: bytes) -> tuple[bool, dict[str, Markup]]:
    """Whether day 1 is in 1904, and what the records of each sheet say, by its name.

    Raises:
        ZIP_ERRORS: the package is damaged.
        struct.error: a record is too short for what it should hold.
    """
    with ZipFile(io.BytesIO(data)) as package:
        book = office_part(package, "xl/workbook.bin")
        folder, _, file = book.rpartition("/")
        targets = targets_of(package, f"{folder}/_rels/{file}.rels", folder)
        styles = BinaryStyles()
        for kind, part in targets.values():
            if kind.endswith("/styles") and part in package.namelist():
                _read_styles(package.read(part), styles)
        parts = _read_book(package.read(book), styles)
        found = {}
        for name, link in parts.items():
            kind, part = targets.get(link, ("", ""))
            if kind.endswith("/worksheet"):
                found[name] = _read_sheet(package.read(part), styles)
    return styles.is_1904, found


def _records(data: bytes) -> Iterator[tuple[int, int, int]]:
    """The number of each record, and where what it holds begins and ends."""
    place, last = 0, len(data)
    while place < last:
        number = data[place]
        place += 1
        if number & 0x80:
            number = number & 0x7F | (data[place] & 0x7F) << 7
            place += 1
        size = shift = 0
        while True:
            byte = data[place]
            place += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift > 21:
                break
        if place + size > last:
            raise ValueError("a record is cut off")
        yield number, place, place + size
        place += size


def _text(data: bytes, place: int) -> tuple[str, int]:
    """A text, and where it ends; a length of -1 is none."""
    (length,) = struct.unpack_from("<l", data, place)
    end = place + 4 + 2 * max(length, 0)
    return data[place + 4 : end].decode("utf-16-le", "replace"), end


def _read_book(data: bytes, styles: BinaryStyles) -> dict[str, str]:
    """The link of each sheet, by its name."""
    links = {}
    for number, start, _ in _records(data):
        if number == _PROPERTIES:
            styles.is_1904 = bool(data[start] & 1)
        elif number == _CALCULATION:
            styles.uncalculated = bool(data[start + 24] & 1)
        elif number == _SHEET:
            link, after = _text(data, start + 8)
            links[_text(data, after)[0]] = link
    return links


def _read_styles(data: bytes, styles: BinaryStyles) -> None:
    in_cells = False
    for number, start, _ in _records(data):
        if number == _FONT:
            styles.add_font(data[start + 2])
        elif number == _FORMAT:
            (code,) = struct.unpack_from("<H", data, start)
            styles.codes[code] = _text(data, start + 2)[0]
        elif number in (_STYLES_BEGIN, _STYLES_END):
            in_cells = number == _STYLES_BEGIN
        elif number == _STYLE and in_cells:
            _, code, font = struct.unpack_from("<3H", data, start)
            styles.styles.append((font, code))


def _read_sheet(data: bytes, styles: BinaryStyles) -> Markup:
    sheet, row = BinarySheet(styles), 0
    for number, start, end in _records(data):
        if number == _ROW:
            (row,) = struct.unpack_from("<L", data, start)
            if data[start + 11] & _NO_HEIGHT or data[start + 8 : start + 10] == b"\0\0":
                sheet.found.hidden_rows.add(row + 1)
        elif _BLANK < number <= _FORMULA_ERROR or number == _RICH:
            _take_cell(sheet, row, number, data[start:end])
        elif number == _COLUMNS:
            first, last, width = struct.unpack_from("<3L", data, start)
            if data[start + 16] & _HIDDEN or not width:
                sheet.found.hidden_columns.update(range(first, min(last + 1, SHEET_COLUMNS)))
        elif number == _MERGED:
            top, bottom, left, right = struct.unpack_from("<4L", data, start)
            sheet.found.merged.append((top, left, bottom, right))
    return sheet.markup()


def _take_cell(sheet: BinarySheet, row: int, number: int, cell: bytes) -> None:
    column, style = _PLACE.unpack_from(cell)
    style &= 0xFFFFFF
    if number == _PACKED and cell[8] & 3 == _WHOLE:
        sheet.whole_number(row, column, style, int(packed_number(cell[8:12])))
    elif number == _PACKED:
        sheet.number(row, column, style, packed_number(cell[8:12]))
    elif number in (_REAL, _FORMULA_NUMBER):
        (value,) = struct.unpack_from("<d", cell, 8)
        sheet.number(row, column, style, value)
        if number == _FORMULA_NUMBER:
            sheet.result(row, column, value)
    elif number in (_ERROR, _FORMULA_ERROR):
        sheet.error(row, column, style, cell[8])
    elif number == _FORMULA_TEXT and not struct.unpack_from("<L", cell, 8)[0]:
        sheet.no_result(row, column)
    else:
        sheet.filled(row, column, style)
        if number in (_FORMULA_TEXT, _FORMULA_BOOL):
            sheet.result(row, column, None)
