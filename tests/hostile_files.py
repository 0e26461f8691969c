"""Makes hostile and broken files, byte by byte: no library would write them."""

import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from workbooks import HEADINGS, case

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
TWO_CASES: list[Sequence[object]] = [HEADINGS, case("C1"), case("C2")]

CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)


@dataclass(frozen=True)
class Part:
    """A part of a zip archive, which need not be what it declares."""

    name: str
    data: bytes
    packed: bytes | None = None
    declared: int | None = None
    crc: int | None = None

    def header(self, packed: bytes) -> bytes:
        size = len(self.data) if self.declared is None else self.declared
        crc = zlib.crc32(self.data) if self.crc is None else self.crc
        name = self.name.encode()
        numbers = (20, 0, 8, 0, 0x21, crc, len(packed), size, len(name), 0)
        return struct.pack("<5H3L2H", *numbers)


def deflated(data: bytes) -> bytes:
    stream = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    return stream.compress(data) + stream.flush()


def archive(parts: Iterable[Part]) -> bytes:
    body, directory, count = bytearray(), bytearray(), 0
    for part in parts:
        count += 1
        packed = deflated(part.data) if part.packed is None else part.packed
        header, name = part.header(packed), part.name.encode()
        place = struct.pack("<3H2L", 0, 0, 0, 0, len(body))
        directory += b"PK\1\2" + struct.pack("<H", 20) + header + place + name
        body += b"PK\3\4" + header + name + packed
    end = struct.pack("<4H2LH", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + b"PK\5\6" + end)


def bomb(name: str, start: str, gigabytes: int, *, declared: int | None = None) -> Part:
    """A part that goes on with spaces for so many gigabytes."""
    stream = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = stream.compress(start.encode()) + stream.flush(zlib.Z_FULL_FLUSH)
    spaces = stream.compress(b" " * 10_000_000) + stream.flush(zlib.Z_FULL_FLUSH)
    packed += spaces * (gigabytes * 100) + stream.flush()
    size = len(start) + gigabytes * 10**9
    prefix = start.encode()[:declared]
    return Part(name, b"", packed, size if declared is None else declared, zlib.crc32(prefix))


def column(number: int) -> str:
    """The letters of a column, counted from 0."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def row_markup(number: int, cells: Sequence[object]) -> str:
    texts = "".join(
        f'<c r="{column(at)}{number}" t="inlineStr"><is><t>{escape(str(cell))}</t></is></c>'
        for at, cell in enumerate(cells)
    )
    return f'<row r="{number}">{texts}</row>'


def sheet(rows: Sequence[Sequence[object]] = TWO_CASES, more: str = "", after: str = "") -> str:
    """The markup of a sheet; ``more`` after its rows, ``after`` after its table."""
    table = "".join(row_markup(number, cells) for number, cells in enumerate(rows, 1))
    return f'<worksheet xmlns="{MAIN}"><sheetData>{table}{more}</sheetData>{after}</worksheet>'


def workbook_parts(markup: str, *, name: str = "Cases", root: str = "") -> dict[str, str]:
    """The parts of a workbook of one sheet."""
    return {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": f'<Relationships xmlns="{LINKS}"><Relationship Id="r1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{root}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        f'<sheet name="{name}" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{LINKS}"><Relationship Id="r1" '
        f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" '
        f'Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        SHEET: markup,
    }


def xlsx(markup: str = "", extra: Sequence[Part] = (), **more: str) -> bytes:
    """A workbook of one sheet; ``extra`` parts take the place of those of the same name."""
    parts = workbook_parts(markup or sheet(), **more)
    taken = {part.name for part in extra}
    kept = [Part(name, text.encode()) for name, text in parts.items() if name not in taken]
    return archive([*kept, *extra])


def shared(texts: Sequence[str], uses: Iterable[int]) -> bytes:
    """A workbook with the texts in its shared strings, and a case that uses each of ``uses``."""
    items = "".join(f"<si><t>{text}</t></si>" for text in texts)
    cells = "".join(
        f'<row r="{row}"><c r="A{row}" t="s"><v>{use}</v></c></row>'
        for row, use in enumerate(uses, 4)
    )
    strings = Part(STRINGS, f'<sst xmlns="{MAIN}">{items}</sst>'.encode())
    return xlsx(sheet(more=cells), [strings])


ODS_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text")
)


def ods_cell(text: object, attributes: str = "") -> str:
    return (
        f'<table:table-cell office:value-type="string" {attributes}><text:p>{escape(str(text))}'
        "</text:p></table:table-cell>"
    )


def ods(more: str = "", *, start: str = "", manifest: str = "") -> bytes:
    """An OpenDocument spreadsheet of two cases, with more rows after them."""
    rows = "".join(
        f"<table:table-row>{''.join(map(ods_cell, cells))}</table:table-row>" for cells in TWO_CASES
    )
    content = (
        f'{start}<office:document-content {ODS_SPACES} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Cases">{rows}{more}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    name = b"application/vnd.oasis.opendocument.spreadsheet"
    links = f"<manifest>{manifest}</manifest>".encode()
    parts = [Part("mimetype", name), Part("META-INF/manifest.xml", links)]
    return archive([*parts, Part("content.xml", content.encode())])


def ole(streams: dict[str, bytes]) -> bytes:
    """An OLE container, whose streams are 4,096 bytes long or more."""
    sectors: list[bytes] = []
    starts = {}
    chain: list[int] = []
    for name, data in streams.items():
        padded = data.ljust(-(-len(data) // 512) * 512, b"\0")
        starts[name] = len(sectors)
        sectors += [padded[at : at + 512] for at in range(0, len(padded), 512)]
        chain += [*range(starts[name] + 1, len(sectors)), 0xFFFFFFFE]
    entries = [_entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1)]
    names = list(streams)
    for at, name in enumerate(names, 1):
        following = at + 1 if at < len(names) else 0xFFFFFFFF
        entries.append(_entry(name, 2, starts[name], len(streams[name]), right=following))
    directory = b"".join(entries).ljust(-(-len(entries) // 4) * 512, b"\0")
    first = len(sectors)
    sectors += [directory[at : at + 512] for at in range(0, len(directory), 512)]
    chain += [*range(first + 1, len(sectors)), 0xFFFFFFFE]
    count = -(-(len(chain) + 1) // 127)
    fat = [*chain, *[0xFFFFFFFD] * count]
    fat += [0xFFFFFFFF] * (count * 128 - len(fat))
    at = len(sectors)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9L", 0, count, first, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    places = [*range(at, at + count), *[0xFFFFFFFF] * (109 - count)]
    header += struct.pack("<109L", *places)
    return header + b"".join(sectors) + struct.pack(f"<{len(fat)}L", *fat)


def _entry(name: str, kind: int, start: int, size: int, child: int = -1, right: int = -1) -> bytes:
    spelt = name.encode("utf-16-le")
    links = (0xFFFFFFFF, right & 0xFFFFFFFF, child & 0xFFFFFFFF)
    head = spelt.ljust(64, b"\0") + struct.pack("<HBB3L", len(spelt) + 2, kind, 1, *links)
    return (head + bytes(36) + struct.pack("<LQ", start, size)).ljust(128, b"\0")


def record(number: int, data: bytes) -> bytes:
    return struct.pack("<HH", number, len(data)) + data


def text_record(row: int, at: int, text: str) -> bytes:
    words = text.encode("latin-1")
    return record(0x204, struct.pack("<4HB", row, at, 0, len(words), 0) + words)


def biff(more: bytes = b"", globals_: bytes = b"") -> bytes:
    """The stream of an .xls workbook of two cases: the records of its cells, and more."""
    start = record(0x809, struct.pack("<4H2L", 0x600, 5, 0, 0, 0, 0)) + globals_
    name = struct.pack("<LBBBB", 0, 0, 0, 5, 0) + b"Cases"
    end = record(0x0A, b"")
    place = len(start) + len(record(0x85, name)) + len(end)
    start += record(0x85, struct.pack("<L", place) + name[4:]) + end
    cells = b"".join(
        text_record(row, at, str(cell))
        for row, cells in enumerate(TWO_CASES)
        for at, cell in enumerate(cells)
    )
    table = record(0x809, struct.pack("<4H2L", 0x600, 0x10, 0, 0, 0, 0)) + cells + more + end
    stream = start + table
    # The rest is read as records of nothing, of four bytes each.
    return stream.ljust(4096 + len(stream) % 4, b"\0")


def xls(more: bytes = b"", globals_: bytes = b"") -> bytes:
    """An .xls workbook of two cases."""
    return ole({"Workbook": biff(more, globals_)})
