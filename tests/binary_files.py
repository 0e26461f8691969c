"""Makes .xls and .xlsb workbooks record by record: nothing that is installed writes them."""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hostile_files import OFFICE, Part, archive, ole, record

PLAIN, PERCENT, PADDED, STRUCK, DATE = range(5)
"""The styles that cells may have."""
_FORMATS = {PERCENT: 9, PADDED: 164, DATE: 14}
_ERRORS = {"#DIV/0!": 0x07, "#N/A": 0x2A}


@dataclass(frozen=True)
class Styled:
    """A text or a number in a style."""

    value: str | float
    style: int


@dataclass(frozen=True)
class Wrong:
    """An error, by its word."""

    word: str
    formula: bool = False


@dataclass(frozen=True)
class Formula:
    """A formula with its result; None for a text of no letters."""

    result: float | str | None
    style: int = PLAIN


BinaryCell = str | float | Styled | Wrong | Formula | None


@dataclass(frozen=True)
class BinaryBook:
    """A workbook of one sheet.

    Attributes:
        rows: its cells.
        hidden_rows, hidden_columns: zero-based.
        no_width: a zero-based column without width.
        merged: ranges, as first row, first column, last row and last column.
        is_1904: whether day 1 is in 1904.
        uncalculated: whether it says of itself that its formulas were not calculated.
        writer: of an .xls file, the build and the year that it names.
    """

    rows: Sequence[Sequence[BinaryCell]]
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[int] = ()
    no_width: int | None = None
    merged: Sequence[tuple[int, int, int, int]] = ()
    is_1904: bool = False
    uncalculated: bool = False
    writer: tuple[int, int] = (0x2775, 0x07CD)

    def made(self, suffix: str) -> bytes:
        """The bytes of a file."""
        return self.xls() if suffix == ".xls" else self.xlsb()

    def xls(self) -> bytes:
        """An .xls file."""
        fonts = [record(0x31, struct.pack("<HH10x", 200, 8 * (n == 5))) for n in range(6)]
        # The fonts have no number 4, so the sixth is number 6.
        styles = [
            record(0xE0, struct.pack("<HH16x", 6 * (style == STRUCK), _FORMATS.get(style, 0)))
            for style in range(5)
        ]
        head = record(0x809, struct.pack("<4H2L", 0x600, 5, *self.writer, 0, 6))
        middle = b"".join((
            record(0x22, struct.pack("<H", self.is_1904)), *fonts,
            record(0x41E, struct.pack("<HHB", 164, 5, 0) + b"00000"), *styles,
        ))  # fmt: skip
        name = struct.pack("<BBBB", 0, 0, 5, 0) + b"Cases"
        end = record(0x0A, b"")
        place = len(head + middle + end) + len(record(0x85, bytes(4) + name))
        start = head + middle + record(0x85, struct.pack("<L", place) + name) + end
        stream = start + self._xls_sheet() + end
        return ole({"Workbook": stream.ljust(4096 + len(stream) % 4, b"\0")})

    def _xls_sheet(self) -> bytes:
        parts = [record(0x809, struct.pack("<4H2L", 0x600, 0x10, *self.writer, 0, 6))]
        parts += [record(0x5E, bytes(2))] if self.uncalculated else []
        for column in self.hidden_columns:
            parts.append(record(0x7D, struct.pack("<6H", column, column, 2000, 0, 1, 0)))
        if self.no_width is not None:
            parts.append(record(0x7D, struct.pack("<6H", self.no_width, self.no_width, 0, 0, 0, 0)))
        for row in self.hidden_rows:
            flags = struct.pack("<6H2H", row, 0, 9, 300, 0, 0, 0x20, 0)
            parts.append(record(0x208, flags))
        for row, cells in enumerate(self.rows):
            parts += (_xls_cell(row, at, cell) for at, cell in enumerate(cells))
        for top, left, bottom, right in self.merged:
            parts.append(record(0xE5, struct.pack("<5H", 1, top, bottom, left, right)))
        return b"".join(parts)

    def xlsb(self) -> bytes:
        """An .xlsb file."""
        types = (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.'
            'macroEnabled.main"/><Default Extension="rels" ContentType="application/vnd.'
            'openxmlformats-package.relationships+xml"/></Types>'
        )
        texts = list(dict.fromkeys(cell for row in self.rows for cell in row if _is_shared(cell)))
        return archive([
            Part("[Content_Types].xml", types.encode()),
            Part("_rels/.rels", _links(("officeDocument", "xl/workbook.bin"))),
            Part("xl/workbook.bin", self._xlsb_book()),
            Part("xl/_rels/workbook.bin.rels", _links(
                ("worksheet", "worksheets/sheet1.bin"), ("styles", "styles.bin"),
                ("sharedStrings", "sharedStrings.bin"),
            )),
            Part("xl/worksheets/sheet1.bin", self._xlsb_sheet(texts)),
            Part("xl/styles.bin", _xlsb_styles()),
            Part("xl/sharedStrings.bin", b"".join((
                brt(159, struct.pack("<LL", len(texts), len(texts))),
                *(brt(19, b"\0" + _wide(str(text))) for text in texts), brt(160),
            ))),
        ])  # fmt: skip

    def _xlsb_book(self) -> bytes:
        sheet = struct.pack("<LL", 0, 1) + _wide("r1") + _wide("Cases")
        calculation = struct.pack("<3LdLH", 191029, 1, 100, 0.001, 1, int(self.uncalculated))
        return b"".join((
            brt(131), brt(153, struct.pack("<LL", self.is_1904, 0) + _wide("")),
            brt(143), brt(156, sheet), brt(144), brt(157, calculation), brt(132),
        ))  # fmt: skip

    def _xlsb_sheet(self, texts: Sequence[object]) -> bytes:
        height, width = len(self.rows), max(map(len, self.rows))
        parts = [brt(129), brt(148, struct.pack("<4L", 0, height - 1, 0, width - 1)), brt(390)]
        for column in self.hidden_columns:
            parts.append(brt(60, struct.pack("<4LH", column, column, 2000, 0, 1)))
        if self.no_width is not None:
            parts.append(brt(60, struct.pack("<4LH", self.no_width, self.no_width, 0, 0, 0)))
        parts += [brt(391), brt(145)]
        for row, cells in enumerate(self.rows):
            flags = 0x10 if row in self.hidden_rows else 0
            parts.append(brt(0, struct.pack("<LLHBBBL", row, 0, 300, 0, flags, 0, 0)))
            parts += (_xlsb_cell(at, cell, texts) for at, cell in enumerate(cells))
        parts.append(brt(146))
        for top, left, bottom, right in self.merged:
            parts.append(brt(176, struct.pack("<4L", top, bottom, left, right)))
        return b"".join((*parts, brt(130)))


def _is_shared(cell: BinaryCell) -> bool:
    return isinstance(cell, str) and cell != ""


def _xls_cell(row: int, at: int, cell: BinaryCell) -> bytes:
    value, style = (cell.value, cell.style) if isinstance(cell, Styled) else (cell, PLAIN)
    place = struct.pack("<3H", row, at, style)
    if isinstance(value, Wrong) and value.formula:
        result = struct.pack("<BxBxxxH", 2, _ERRORS[value.word], 0xFFFF)
        return record(0x06, place + result + struct.pack("<HLHB", 0, 0, 1, 0x16))
    if isinstance(value, Wrong):
        return record(0x205, place + bytes([_ERRORS[value.word], 1]))
    if isinstance(value, Formula):
        result = struct.pack("<BxxxxxH", 0 if value.result else 3, 0xFFFF)
        if isinstance(value.result, float):
            result = struct.pack("<d", value.result)
        place = struct.pack("<3H", row, at, value.style)
        formula = record(0x06, place + result + struct.pack("<HLHB", 0, 0, 1, 0x16))
        words = value.result if isinstance(value.result, str) else ""
        text = record(0x207, struct.pack("<HB", len(words), 0) + words.encode("latin-1"))
        return formula + (text if words else b"")
    if isinstance(value, str):
        text = value.encode("latin-1")
        return record(0x204, place + struct.pack("<HB", len(text), 0) + text) if text else b""
    if value is None:
        return b""
    if float(value).is_integer():
        return record(0x27E, place + struct.pack("<l", int(value) << 2 | 2))
    return record(0x203, place + struct.pack("<d", value))


def brt(number: int, data: bytes = b"") -> bytes:
    """A record of an .xlsb part."""
    head = bytes([number]) if number < 0x80 else bytes([number & 0x7F | 0x80, number >> 7])
    size, rest = b"", len(data)
    while True:
        rest, byte = rest >> 7, rest & 0x7F
        size += bytes([byte | 0x80 * bool(rest)])
        if not rest:
            return head + size + data


def _wide(text: str) -> bytes:
    return struct.pack("<L", len(text)) + text.encode("utf-16-le")


def _links(*targets: tuple[str, str]) -> bytes:
    inside = "".join(
        f'<Relationship Id="r{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{inside}</Relationships>'.encode()


def _xlsb_styles() -> bytes:
    def fonts() -> Iterable[bytes]:
        for struck in (0, 8):
            yield brt(43, struct.pack("<HHHHBBBB4B4B", 220, struck, 400, 0, 0, 2, 0, 0, *[0] * 8))

    styles = (
        brt(47, struct.pack("<5HBBH", 0, _FORMATS.get(style, 0), int(style == STRUCK), 0, 0,
                             0, 0, 0))
        for style in range(5)
    )  # fmt: skip
    return b"".join((
        brt(278), brt(615, struct.pack("<L", 1)),
        brt(44, struct.pack("<H", 164) + _wide("00000")), brt(616),
        brt(611, struct.pack("<L", 2)), *fonts(), brt(612),
        brt(617, struct.pack("<L", 5)), *styles, brt(618), brt(279),
    ))  # fmt: skip


def _xlsb_cell(at: int, cell: BinaryCell, texts: Sequence[object]) -> bytes:
    value, style = (cell.value, cell.style) if isinstance(cell, Styled) else (cell, PLAIN)
    if isinstance(value, Formula):
        style = value.style
    place = struct.pack("<LL", at, style)
    formula = struct.pack("<HLBL", 0, 1, 0x16, 0)
    if isinstance(value, Wrong):
        code = bytes([_ERRORS[value.word]])
        return brt(11, place + code + formula) if value.formula else brt(3, place + code)
    if isinstance(value, Formula):
        if isinstance(value.result, float):
            return brt(9, place + struct.pack("<d", value.result) + formula)
        return brt(8, place + _wide(value.result or "") + formula)
    if isinstance(cell, str) and cell:
        return brt(7, place + struct.pack("<L", texts.index(cell)))
    if isinstance(value, str):
        return brt(6, place + _wide(value)) if value else brt(1, place)
    if value is None:
        return b""
    if float(value).is_integer():
        return brt(2, place + struct.pack("<l", int(value) << 2 | 2))
    return brt(5, place + struct.pack("<d", value))
