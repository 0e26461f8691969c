import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from functools import partial

import pytest
from hostile_runs import Made, Outcome, Runs, check_run, run_all

from hostile_files import (
    CONTENT_TYPES,
    MAIN,
    OFFICE,
    SHEET,
    STRINGS,
    TWO_CASES,
    Part,
    archive,
    biff,
    bomb,
    deflated,
    ods,
    ods_cell,
    ole,
    shared,
    sheet,
    text_record,
    workbook_parts,
    xls,
    xlsx,
)
from workbooks import HEADINGS, case

SPACES = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>'
ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {after} "{f"&{before};" * 10}">'
        for before, after in zip("abcdefghi", "bcdefghij", strict=True)
    )
    + "]>"
)
EXTERNAL = '<!DOCTYPE x SYSTEM "http://example.invalid/evil.dtd">'
FILE_ENTITY = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
LONG = "word " * 200_000
ONE = "<v>1</v></c>"
FAR = f'<c r="XFD1048576">{ONE}'
FAR8 = f'<c r="XFD8">{ONE}'


def with_entity(prolog: str, entity: str) -> bytes:
    markup = sheet([HEADINGS, case("C1"), case("CCC")])
    return xlsx(prolog + markup.replace("<t>CCC</t>", f"<t>{entity}</t>"))


def with_parts(*parts: tuple[str, str]) -> bytes:
    return xlsx(extra=[Part(name, text.encode()) for name, text in parts])


def linked(kind: str, target: str, mode: str = "") -> bytes:
    links = workbook_parts("")["xl/_rels/workbook.xml.rels"]
    link = f'<Relationship Id="r9" Type="{OFFICE}/{kind}" Target="{target}" {mode}/>'
    return with_parts(("xl/_rels/workbook.xml.rels", links.replace("</R", f"{link}</R")))


def merged(ranges: list[str], rows: Sequence[Sequence[object]] = TWO_CASES) -> bytes:
    cells = "".join(f'<mergeCell ref="{area}"/>' for area in ranges)
    return xlsx(sheet(rows, after=f'<mergeCells count="{len(ranges)}">{cells}</mergeCells>'))


def prefixed(markup: str) -> str:
    for name in ("row", "c", "v"):
        markup = markup.replace(f"<{name} ", f"<y:{name} ").replace(f"<{name}>", f"<y:{name}>")
        markup = markup.replace(f"</{name}>", f"</y:{name}>")
    return markup.replace("<y:row ", f'<y:row xmlns:y="{MAIN}" ')


def counted(counts: str, before: str = "") -> bytes:
    strings = f'{before}<sst xmlns="{MAIN}" {counts}><si><t>x</t></si></sst>'
    return xlsx(extra=[Part(STRINGS, strings.encode())])


def wide_rows() -> list[list[object]]:
    more = range(16_384 - len(HEADINGS))
    questions = [f"Question {number}" for number in more]
    return [[*HEADINGS, *questions], [*case("C1"), *["x" for _ in more]], case("C2")]


def overlapping() -> bytes:
    """A thousand parts that are one and the same bytes."""
    whole = archive([bomb("a.xml", "", 1)])
    at = whole.index(b"PK\1\2")
    entry = whole[at : whole.rindex(b"PK\5\6")]
    entries = [entry.replace(b"a.xml", b"%05d" % number) for number in range(1000)]
    types = Part("[Content_Types].xml", CONTENT_TYPES.encode())
    good = archive([types])
    start = good.index(b"PK\1\2")
    moved = [e[:42] + start.to_bytes(4, "little") + e[46:] for e in entries]
    directory = good[start : good.rindex(b"PK\5\6")] + b"".join(moved)
    end = b"PK\5\6" + bytes(4) + (1001).to_bytes(2, "little") * 2
    end += len(directory).to_bytes(4, "little") + (start + at).to_bytes(4, "little") + bytes(2)
    return good[:start] + whole[:at] + directory + end


def packed_by(method: int) -> bytes:
    """A workbook packed in a way that Python unpacks without a bound."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", method) as package:
        for name, text in workbook_parts(sheet()).items():
            package.writestr(name, text)
    return whole.getvalue()


def bomb_like(data: bytes) -> Part:
    """A bomb that declares to be a part that it isn't."""
    its = bomb(SHEET, SPACES, 3)
    return Part(SHEET, b"", its.packed, len(data), zlib.crc32(data))


PACKAGES: Mapping[str, tuple[Made, Outcome]] = {
    "plain": (xlsx, 2),
    # Archives
    "bomb in a sheet": (lambda: xlsx(extra=[bomb(SHEET, SPACES, 3)]), "unpacks to more than"),
    "bomb in a sheet that lies": (
        lambda: xlsx(extra=[bomb(SHEET, SPACES, 3, declared=100)]),
        "damaged or unusual",
    ),
    "bomb in the strings": (
        lambda: xlsx(extra=[bomb(STRINGS, f'<sst xmlns="{MAIN}"><si><t>', 3)]),
        "unpacks to more than",
    ),
    "bomb in the strings that lies": (
        lambda: xlsx(extra=[bomb(STRINGS, f'<sst xmlns="{MAIN}"><si><t>', 3, declared=60)]),
        "damaged or unusual",
    ),
    "bomb in the list of parts": (
        lambda: xlsx(extra=[bomb("[Content_Types].xml", CONTENT_TYPES[:-8], 3)]),
        "a.xlsx",
    ),
    "bomb in a part that is not used": (
        lambda: xlsx(extra=[bomb("xl/media/image1.png", "", 3)]),
        "unpacks to more than",
    ),
    "bomb inside a bomb": (
        lambda: xlsx(extra=[Part("xl/embeddings/a.zip", archive([bomb("b.zip", "", 3)]))]),
        2,
    ),
    "one bomb under a thousand names": (overlapping, "unpacks to more than"),
    "a hundred thousand parts": (
        lambda: archive([Part(f"xl/{n}.xml", b"", b"") for n in range(30_000)]) * 3,
        "more parts than a spreadsheet has",
    ),
    "two sheets of one name": (
        lambda: xlsx(extra=[Part(SHEET, sheet().encode()), Part(SHEET, sheet([]).encode())]),
        "two different parts called xl/worksheets/sheet1.xml",
    ),
    "two sheets whose names differ in case": (
        lambda: xlsx(extra=[Part(SHEET.upper(), sheet([]).encode())]),
        "two different parts called XL/WORKSHEETS/SHEET1.XML",
    ),
    "one part twice": (lambda: xlsx(extra=[Part("a", b"x"), Part("a", b"x")]), 2),
    "names that climb": (
        lambda: with_parts(("../../climbed.xml", "x"), ("/tmp/rooted.xml", "x"), ("C:\\x", "x")),
        2,
    ),
    **{
        f"packed as {name} is": (partial(packed_by, method), "damaged or incomplete")
        for name, method in (("bzip2", zipfile.ZIP_BZIP2), ("xz", zipfile.ZIP_LZMA))
    },
    "two sheets of one name and checksum, one a bomb": (
        lambda: xlsx(extra=[bomb_like(sheet().encode()), Part(SHEET, sheet().encode())]),
        "damaged or unusual",
    ),
    "a bomb that is a sheet and the strings": (
        lambda: xlsx(
            extra=[
                bomb(STRINGS, f'<sst xmlns="{MAIN}"><si><t>', 3, declared=60),
                Part(
                    "xl/_rels/workbook.xml.rels",
                    workbook_parts("")["xl/_rels/workbook.xml.rels"]
                    .replace("worksheets/sheet1.xml", "sharedStrings.xml")
                    .encode(),
                ),
            ]
        ),
        "damaged or unusual",
    ),
    "packed in another way": (
        lambda: xlsx(extra=[Part(SHEET, b"x", b"not deflated")]),
        "damaged or unusual",
    ),
    "an archive of nothing": (lambda: archive([]), "it looks like"),
    "the start of an archive": (lambda: xlsx()[:40], "damaged or incomplete"),
    # Markup
    "entities that multiply, in a sheet": (lambda: with_entity(ENTITIES, "&j;"), "damaged"),
    "entities that multiply, in the workbook": (
        lambda: xlsx(root=ENTITIES, name="&j;"),
        "damaged or unusual",
    ),
    "a DTD elsewhere": (lambda: xlsx(EXTERNAL + sheet()), 2),
    "a DTD elsewhere, in the workbook": (lambda: xlsx(root=EXTERNAL), 2),
    "a file as an entity": (lambda: with_entity(FILE_ENTITY, "&a;"), "damaged"),
    "elements nested without end": (
        lambda: xlsx(root="", extra=[Part("xl/workbook.xml", b"<a>" * 300_000)]),
        "damaged or unusual",
    ),
    "a sheet in UTF-16": (
        lambda: xlsx(extra=[Part(SHEET, sheet().encode("utf-16"))]),
        "damaged or unusual",
    ),
    "strict": (
        lambda: archive(
            Part(
                name,
                text.replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
                .replace(OFFICE, "http://purl.oclc.org/ooxml/officeDocument/relationships")
                .encode(),
            )
            for name, text in workbook_parts(sheet()).items()
        ),
        2,
    ),
    # Links
    "a link to another workbook": (
        lambda: linked("externalLink", "//server/share/other.xlsx", 'TargetMode="External"'),
        2,
    ),
    "a sheet on the network": (
        lambda: linked("worksheet", "http://example.invalid/sheet.xml", 'TargetMode="External"'),
        2,
    ),
    "a connection to a database": (
        lambda: with_parts(
            (
                "xl/connections.xml",
                f'<connections xmlns="{MAIN}"><connection id="1" type="1" refreshOnLoad="1">'
                '<dbPr connection="DSN=cases" command="SELECT 1"/></connection></connections>',
            )
        ),
        2,
    ),
    # Extents
    "17 billion cells": (lambda: xlsx(sheet(more=f'<row r="1048576">{FAR}</row>')), "XFD1048576"),
    "17 billion cells, with a tab": (
        lambda: xlsx(sheet(more=f'<row\tr="1048576">{FAR}</row>'.replace("<c ", "<c\t"))),
        "XFD1048576",
    ),
    "17 billion cells, under another prefix": (
        lambda: xlsx(sheet(more=prefixed(f'<row r="1048576">{FAR}</row>'))),
        "damaged or unusual",
    ),
    "17 billion cells, out of order": (
        lambda: xlsx(sheet(more=f'<row r="9">{FAR}<c r="A9"><v>1</v></c></row>')),
        "XFD1048576",
    ),
    "17 billion cells, behind a comment": (
        lambda: xlsx(sheet(more=f'<row r="9"><!-- </sheetData> -->{FAR}</row>')),
        "XFD1048576",
    ),
    "17 billion cells, without an address": (
        lambda: xlsx(sheet(more='<row r="1048576">' + "<c><v>1</v></c>" * 16_384 + "</row>")),
        "XFD1048576",
    ),
    "17 billion cells under a false root": (
        lambda: xlsx("<!-- <z:worksheet -->" + sheet(more=f'<row r="1048576">{FAR}</row>')),
        "damaged or unusual",
    ),
    **{
        f"17 billion cells, {how}": (partial(xlsx, sheet(more=markup)), said)
        for how, markup, said in (
            ("in two rows", f'<row r="8">{FAR8}</row><row r="9"><c r="A99999">{ONE}</row>', "XFD"),
            ("without a space", f'<row r="9"><c s="0"r="XFD1048576">{ONE}</row>', "damaged"),
            ("said twice", f'<row r="9"><c r="A9" s="0"r="XFD1048576">{ONE}</row>', "XFD1048576"),
            ("in other marks", f"<row r='9'><c r='XFD1048576'>{ONE}</row>", "XFD1048576"),
            (
                "in rows that don't end",
                "".join(f"<row r='{row}'><c>{ONE}" for row in range(9, 9_009)) + "</row>" * 9_000,
                "reaches from A1 to MHD9008",
            ),
            (
                "in rows that only end",
                f"<row r='9'>{f'<c>{ONE}' * 9_000}{'</row>' * 9_000}<row><c>{ONE}</row>",
                "damaged",
            ),
            (
                "behind many comments",
                f"<row>{f'<c>{ONE}<!-- <row -->' * 9_000}</row><row r='9999'><c>{ONE}</row>",
                "reaches from A1 to MHD9999",
            ),
            ("with a blank end", f'<row r="9"><c r="XFD9999" x="></c>">{ONE}</row>', "XFD9999"),
            ("in columns that go round", f'<row r="9"><c r="{"Z" * 99}9999">{ONE}</row>', "9999"),
            ("in rows that go round", f'<row r="9"><c r="A{2**32 + 9}">{ONE}</row>', "a.xlsx"),
        )
    },
    "a million blank cells": (
        lambda: xlsx(
            sheet(more='<row r="1048576"><c r="XFD1048576" s="1" t="n"/><c r="XFE9"></c></row>')
        ),
        2,
    ),
    "cells without an address": (
        lambda: xlsx(
            sheet().replace(' r="A2"', "").replace('<row r="3"', "<row").replace(' r="B3"', "")
        ),
        2,
    ),
    "a row after every row": (
        lambda: xlsx(sheet(more=f'<row r="99999999999">{FAR}</row>')),
        "a.xlsx",
    ),
    "a dimension that says too much": (
        lambda: xlsx(sheet().replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')),
        2,
    ),
    "a dimension that says too little": (
        lambda: xlsx(sheet().replace("<sheetData>", '<dimension ref="A1"/><sheetData>')),
        2,
    ),
    "a dimension that says nothing": (
        lambda: xlsx(sheet().replace("<sheetData>", '<dimension ref="?!"/><sheetData>')),
        "damaged or unusual",
    ),
    "50,000 merged ranges": (
        lambda: merged([f"L{row}:M{row}" for row in range(1, 50_001)]),
        2,
    ),
    "merged ranges that overlap": (lambda: merged(["K1:L2", "L2:M3"]), 2),
    "2,000 merged ranges over one table": (
        lambda: merged(["A1:XFD3"] * 2_000, wide_rows()),
        "the merged ranges of sheet “Cases” overlap",
    ),
    "merged ranges that are none": (lambda: merged(["nonsense"]), "damaged or unusual"),
    "16,384 columns": (lambda: xlsx(sheet(wide_rows())), 2),
    # Text
    "a million letters in a cell": (
        lambda: xlsx(sheet([[*HEADINGS, "Notes"], [*case("C1"), LONG], case("C2")])),
        2,
    ),
    "a heading of 32,000 letters": (
        lambda: xlsx(sheet([[*HEADINGS, LONG[:32_000]], case("C1"), case("C2")])),
        2,
    ),
    "one string used too often": (
        lambda: shared(["x", "y" * 500_000], [1] * 5_000),
        "megabytes of text",
    ),
    "one string used too often, hidden": (
        lambda: shared(["<![CDATA[x]]>", "y" * 500_000], [1] * 5_000),
        "megabytes of text",
    ),
    "one long string among many short": (
        lambda: shared(["a", "y" * 500_000], [0] * 5_000 + [1]),
        5_003,
    ),
    "a string that is not there": (lambda: shared(["a"], [0, 7]), "damaged or unusual"),
    "four billion strings": (
        lambda: counted('count="3" uniqueCount="4294967295"'),
        "damaged or unusual",
    ),
    "four billion strings behind a comment": (
        lambda: counted('uniqueCount="4294967295"', f"<!-- <sst> {LONG} -->"),
        "damaged or unusual",
    ),
    "strings without a root": (
        lambda: xlsx(extra=[Part(STRINGS, b"<si><t>x</t></si>")]),
        "damaged or unusual",
    ),
    "a row too long to follow": (
        lambda: xlsx(
            extra=[Part(SHEET, b"", deflated((SPACES + "x" * 40_000_000).encode()), 40_000_090)]
        ),
        "damaged or unusual",
    ),
    **{
        f"a sheet called {name!a}": (partial(xlsx, name=name), 2)
        for name in ("../../x", "=cmd()", "&lt;b&gt;", "a&#10;b", "\N{RIGHT-TO-LEFT OVERRIDE}x", "")
    },
}

REPEATED_ROWS, REPEATED_CELLS = "table:number-rows-repeated", "table:number-columns-repeated"
NUMBER = 'office:value-type="float" office:value="1"'


def spaces(count: int, attributes: str = "") -> str:
    """A cell of so many spaces, which are counted instead of written."""
    return ods_cell("", attributes).replace("<text:p>", f'<text:p><text:s text:c="{count}"/>')


def with_part(package: bytes, name: str, content: bytes) -> bytes:
    whole = io.BytesIO(package)
    with zipfile.ZipFile(whole, "a") as parts:
        parts.writestr(name, content)
    return whole.getvalue()


def fewer_parts(package: bytes) -> bytes:
    """The same, but the number of its parts is said to be one less."""
    at = package.rindex(b"PK\x05\x06") + 8
    number = package[at] - 1
    return package[:at] + bytes([number, 0, number, 0]) + package[at + 4 :]


SHEETS_OF_OTHERS: Mapping[str, tuple[str, Made, Outcome]] = {
    "plain ods": ("a.ods", ods, 2),
    "entities that multiply, in ods": ("a.ods", lambda: ods(start=ENTITIES), 2),
    "entities that multiply and are used, in ods": (
        "a.ods",
        lambda: ods(
            "<table:table-row><table:table-cell>&j;</table:table-cell></table:table-row>",
            start=ENTITIES,
        ),
        "damaged or unusual",
    ),
    "a DTD elsewhere, in ods": ("a.ods", lambda: ods(start=EXTERNAL), 2),
    "a million blank rows, in ods": (
        "a.ods",
        lambda: ods(
            '<table:table-row table:number-rows-repeated="1048573">'
            '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
        ),
        2,
    ),
    "a million rows alike, in ods": (
        "a.ods",
        lambda: ods(
            '<table:table-row table:number-rows-repeated="1000000">'
            + ods_cell("x", 'table:number-columns-repeated="100"')
            + "</table:table-row>"
        ),
        "a.ods",
    ),
    "a long text in a million cells, in ods": (
        "a.ods",
        lambda: ods(
            '<table:table-row table:number-rows-repeated="1000">'
            + ods_cell("long " * 10_000, 'table:number-columns-repeated="1000"')
            + "</table:table-row>"
        ),
        "megabytes of text",
    ),
    **{
        name: ("a.ods", partial(ods, f"<table:table-row {rows}>{cells}</table:table-row>"), said)
        for name, rows, cells, said in (
            ("twelve spaces", "", spaces(12), 2),
            ("a billion spaces", "", spaces(10**9), "megabytes of text"),
            ("six billion spaces", "", spaces(10**9) * 6, "megabytes of text"),
            ("many times a million spaces", "", spaces(10**6) * 300, "megabytes of text"),
            (
                "nine spaces in many cells",
                f"{REPEATED_ROWS}='700000'",
                spaces(9, f"{REPEATED_CELLS}='70'"),
                "megabytes of text",
            ),
            (
                "a number in 17 billion cells",
                f'{REPEATED_ROWS}="1048000"',
                f'<table:table-cell {REPEATED_CELLS}="16384" {NUMBER}/>',
                "reaches from A1 to XFD",
            ),
            (
                "a number in a billion cells, of no kind",
                f'{REPEATED_ROWS}="1000000"',
                f'<table:table-cell {REPEATED_CELLS}="1000"><text:p>1</text:p></table:table-cell>',
                "reaches from A1 to ALL",
            ),
            (
                "a long attribute in many cells",
                f'{REPEATED_ROWS}="40000"',
                f'<table:table-cell {REPEATED_CELLS}="1000" office:value-type="string" '
                f'office:string-value="{"long " * 1_000}"/>',
                "megabytes of text",
            ),
            (
                "a sign that looks like the end of a cell",
                f'{REPEATED_ROWS}="1000000"',
                f'<table:table-cell table:x=">" {REPEATED_CELLS}="16384" table:y="/>" {NUMBER}/>',
                "reaches from A1 to XFD",
            ),
            (
                "a number of times in disguise",
                f'{REPEATED_ROWS}="1&#48;00000"',
                f'<table:table-cell {REPEATED_CELLS}="&#49;6384" {NUMBER}/>',
                "reaches from A1 to XFD",
            ),
            (
                "hidden rows without end",
                'table:visibility="collapse" ' + f'{REPEATED_ROWS}="1048000"',
                "<table:table-cell/>",
                2,
            ),
        )
    },
    "two kinds of workbook, in ods": (
        "a.ods",
        lambda: with_part(ods(), "xl/workbook.xml", b"<workbook/>"),
        "two kinds",
    ),
    "two kinds of workbook, in xlsx": (
        "a.xlsx",
        lambda: with_part(xlsx(), "content.xml", b"<office/>"),
        "two kinds",
    ),
    "fewer parts than are there": ("a.ods", lambda: fewer_parts(ods()), "damaged"),
    "repeated less than no times, in ods": (
        "a.ods",
        lambda: ods(
            f'<table:table-row table:number-rows-repeated="-5">{ods_cell("x")}</table:table-row>'
        ),
        "damaged or unusual",
    ),
    "encrypted ods": (
        "a.ods",
        lambda: ods(manifest="<manifest:encryption-data/>"),
        "an encrypted .ods file can't be opened here",
    ),
    "ods that breaks off": (
        "a.ods",
        lambda: archive(
            [
                Part("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
                Part("META-INF/manifest.xml", b"<manifest/>"),
                Part("content.xml", b"<office><table><row>"),
            ]
        ),
        "damaged or unusual",
    ),
    "plain xls": ("a.xls", xls, 2),
    "17 billion cells, in xls": (
        "a.xls",
        lambda: xls(text_record(65_535, 65_535, "x")),
        "a.xls",
    ),
    "xls of nothing": ("a.xls", lambda: ole({"Workbook": bytes(4096)}), "a.xls"),
    "xls cut short": ("a.xls", lambda: xls()[:2000], "or a damaged one"),
    "xls that goes round in circles": (
        "a.xls",
        lambda: xls()[:-512] + b"\0\0\0\0" * 128,
        "a.xls",
    ),
    "xls under a label": (
        "a.xls",
        lambda: ole({"Workbook": biff(), "\x09DRMContent": bytes(4096)}),
        "sensitivity label",
    ),
    "xlsx under a label": (
        "a.xlsx",
        lambda: ole({"EncryptedPackage": bytes(4096), "DataSpaceMap": bytes(4096)}),
        "sensitivity label",
    ),
    "xlsx that is said to be encrypted": (
        "a.xlsx",
        lambda: ole({"EncryptedPackage": bytes(4096), "EncryptionInfo": bytes(4096)}),
        "can't be undone here",
    ),
}
CASES: Mapping[str, tuple[str, Made, Outcome]] = {
    **{name: ("a.xlsx", *rest) for name, rest in PACKAGES.items()},
    **SHEETS_OF_OTHERS,
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    files = {name: (file, make) for name, (file, make, _) in CASES.items()}
    return run_all(files, tmp_path_factory.mktemp("hostile"))


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_workbook_gets_the_right_answer_or_one_message(name: str, runs: Runs) -> None:
    check_run(name, runs, CASES[name][2])
