"""What the records of an .xls file say of each other: the format has no checksum of its own.

Microsoft, [MS-XLS]: Excel Binary File Format (.xls) Structure, sections 2.1.4 and 2.3.
"""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from python_calamine import PasswordError

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_BOF, _EOF, _BOUND_SHEET, _FILE_PASS, _SHARED_STRINGS = 0x809, 0x0A, 0x85, 0x2F, 0xFC
_BIFF8, _WORKSHEET = 0x600, 0x10
_LABEL_OF_SHARED = 0xFD
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
        announced: where the sheets begin that the first part lists.
        begun: where parts begin, the first among them.
        strings: how many texts the cells share.
        used: the highest number of one that a cell has.
    """

    announced: list[int] = field(default_factory=list)
    begun: list[int] = field(default_factory=list)
    strings: int = 0
    used: int = -1


def check_records(data: bytes) -> None:
    """Refuse an .xls file whose records contradict each other.

    Args:
        data: the whole file.

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
                found.begun.append(place)
                sheet = _Sheet(found) if _is_worksheet(content) else None
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


def _is_worksheet(start: bytes) -> bool:
    version, kind = struct.unpack_from("<HH", start)
    return (version, kind) == (_BIFF8, _WORKSHEET)


def _take_global(found: _Workbook, number: int, content: bytes) -> None:
    if number == _FILE_PASS:
        raise PasswordError("encrypted")
    if number == _BOUND_SHEET:
        found.announced += struct.unpack_from("<L", content)
    elif number == _SHARED_STRINGS:
        found.strings = struct.unpack_from("<L", content, 4)[0]


class _Sheet:
    """The cells of one sheet."""

    def __init__(self, found: _Workbook) -> None:
        self._found = found
        self._cells: set[int] = set()

    def take(self, number: int, content: bytes) -> None:
        """Take the next record."""
        if number in _ONE_CELL:
            self._cell(number, content)
        elif number in _SEVERAL_CELLS:
            self._several_cells(number, content)
        elif number in _OF_ANY_LENGTH:
            row, column = struct.unpack_from("<HH", content)
            self._add(row, column)
        elif number not in _KNOWN and number < _FUTURE:
            raise ValueError("a record of no kind that is known")

    def _cell(self, number: int, content: bytes) -> None:
        if len(content) != _ONE_CELL[number]:
            raise ValueError("a cell of another length")
        row, column = struct.unpack_from("<HH", content)
        self._add(row, column)
        if number == _LABEL_OF_SHARED:
            self._found.used = max(self._found.used, struct.unpack_from("<L", content, 6)[0])

    def _several_cells(self, number: int, content: bytes) -> None:
        row, first = struct.unpack_from("<HH", content)
        (last,) = struct.unpack_from("<H", content, len(content) - 2)
        beyond, each = _SEVERAL_CELLS[number]
        if len(content) != beyond + each * (last - first + 1):
            raise ValueError("cells of another length")
        for column in range(first, last + 1):
            self._add(row, column)

    def _add(self, row: int, column: int) -> None:
        place = row << 16 | column
        if place in self._cells:
            raise ValueError("a cell is written twice")
        self._cells.add(place)
