import datetime
import io
import os
import re
import string
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import openpyxl
import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from casefile_audit.files import formats
from casefile_audit.files import workbook as module
from casefile_audit.files.workbook import Cell, Span, Workbook, address, open_workbook, text_of
from libreoffice import converted, needs_libreoffice
from workbooks import only_sheet, refusal, save_text, texts

Edit = Callable[[str], str]
SHEET = "xl/worksheets/sheet1.xml"
WORKBOOK = "xl/workbook.xml"
WORKBOOK_LINKS = "xl/_rels/workbook.xml.rels"


def ole(stream: str) -> bytes:
    """The start of an OLE container, and its directory's entry for one stream."""
    name = stream.encode("utf-16-le")
    start = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    return start + name.ljust(64, b"\0") + bytes([len(name) + 2, 0])


def save_xlsx(path: Path, rows: list[list[object]], *, merge: str = "") -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Cases"
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    book.save(path)
    return path


def edit_zip(path: Path, edits: dict[str, Edit]) -> Path:
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    for name, edit in edits.items():
        before = parts[name].decode()
        parts[name] = edit(before).encode()
        assert parts[name].decode() != before, f"the edit of {name} changed nothing"
    with zipfile.ZipFile(path, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return path


def replaced(old: str, new: str) -> Edit:
    return lambda text: text.replace(old, new)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        ("", ""),
        (12.0, "12"),
        (12, "12"),
        (0.1, "0.1"),
        (0.1 + 0.2, "0.3"),
        (-0.0, "0"),
        (1234567890123456.0, "1234567890123456"),
        (True, "TRUE"),
        (False, "FALSE"),
        (datetime.datetime(2024, 4, 3), "2024-04-03"),
        (datetime.datetime(2024, 4, 3, 14, 30), "2024-04-03 14:30"),
        (datetime.datetime(2024, 4, 3, 14, 30, 5), "2024-04-03 14:30:05"),
        (datetime.date(2024, 4, 3), "2024-04-03"),
        (datetime.time(9, 5), "09:05"),
        (datetime.timedelta(hours=255, minutes=10), "255:10"),
        (datetime.timedelta(minutes=-90), "-1:30"),
        ("  Not\u00a0 known \r\n yet ", "Not known yet"),
        ("\ufeffCase\u200b ref", "Case ref"),
        ("00123", "00123"),
    ],
)
def test_text_of_a_cell_is_what_the_page_shows(cell: Cell, text: str) -> None:
    assert text_of(cell) == text


@given(st.text())
def test_text_of_is_settled_after_one_pass(words: str) -> None:
    once = text_of(words)
    assert text_of(once) == once
    assert once.split() == once.replace(" ", "\n").split()


@given(st.integers(0, 1_048_575), st.integers(0, 16_383))
def test_address_names_the_cell_as_a_spreadsheet_does(row: int, column: int) -> None:
    assert address(row, column) == f"{get_column_letter(column + 1)}{row + 1}"


def test_rows_start_at_a1_and_end_with_the_last_value(tmp_path: Path) -> None:
    blank: list[object] = []
    path = save_xlsx(
        tmp_path / "cases.xlsx", [blank, [None, "Ref", "Grade"], [None, 7], [None, " "]]
    )
    assert only_sheet(path).rows == [["", "", ""], ["", "Ref", "Grade"], ["", 7, ""]]


def test_workbook_tells_its_digest_and_its_sheets_in_order(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["a"])
    book.create_sheet("Lists").sheet_state = "hidden"
    book.create_chartsheet("Chart")
    book.save(tmp_path / "cases.xlsx")
    read = open_workbook(tmp_path / "cases.xlsx")
    assert [(sheet.name, sheet.visible) for sheet in read.sheets] == [
        ("Sheet", True),
        ("Lists", False),
    ]
    assert re.fullmatch("[0-9a-f]{64}", read.sha256)
    assert read.notes == ()


def test_equal_cells_of_other_kinds_stay_what_they_are(tmp_path: Path) -> None:
    rows: list[list[object]] = [[1, "1"], [True, 1.0], [0, False], ["TRUE", True], [1, 0]]
    sheet = only_sheet(save_xlsx(tmp_path / "book.xlsx", rows))
    assert texts(sheet) == [["1", "1"], ["TRUE", "1"], ["0", "FALSE"], ["TRUE", "TRUE"], ["1", "0"]]
    of_kinds = [[type(cell) for cell in row] for row in sheet.rows[1:4]]
    assert of_kinds == [[bool, float], [float, bool], [str, bool]]


def test_merged_value_stands_in_every_cell_of_its_range(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Ref", "District"],
        [1, "North"],
        [2, None],
        [3, None],
        [4, "South"],
    ]
    sheet = only_sheet(save_xlsx(tmp_path / "cases.xlsx", rows, merge="B2:B4"))
    assert [row[1] for row in sheet.rows] == ["District", "North", "North", "North", "South"]
    assert sheet.merged == (Span(1, 1, 3, 1),)


def test_merged_banner_goes_no_further_than_the_table(tmp_path: Path) -> None:
    rows: list[list[object]] = [["List 1: Contacts"], ["Ref", "Grade"], [1, "good"]]
    sheet = only_sheet(save_xlsx(tmp_path / "cases.xlsx", rows, merge="A1:XFD1"))
    assert sheet.rows[0] == ["List 1: Contacts", "List 1: Contacts"]
    assert sheet.merged == (Span(0, 0, 0, 1),)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<row r="3"', '<row r="3" hidden="1"'),
        ('<row r="3"', "<row hidden = 'true' r='3'"),
        ('<row r="3"', '<row hidden="1"'),
        ('<row r="3"', '<row r="3" ht="0" customHeight="1"'),
        ('<row r="3"', "<row ht = '0.0' r='3'"),
        ('<row r="3"', '<row r="3" customHeight="1"'),
        ("", ""),
    ],
)
def test_hidden_rows_are_found_however_they_are_written(tmp_path: Path, old: str, new: str) -> None:
    path = save_xlsx(tmp_path / "cases.xlsx", [["Ref"], [1], [2], [3]])
    if old:
        edit_zip(path, {SHEET: replaced(old, new)})
    assert only_sheet(path).hidden_rows == (frozenset({3}) if old else frozenset())


@pytest.mark.parametrize(
    "seen", ['ht="0.75" customHeight="1"', 'ht="60" customHeight="1"', 'ht="15"']
)
def test_a_row_with_any_height_is_seen(tmp_path: Path, seen: str) -> None:
    path = save_xlsx(tmp_path / "cases.xlsx", [["Ref"], [1], [2], [3]])
    edit_zip(path, {SHEET: replaced('<row r="3"', f'<row r="3" {seen}')})
    assert only_sheet(path).hidden_rows == set()


@pytest.mark.parametrize(
    ("columns", "hidden"),
    [
        ('<col min="2" max="2" hidden="1"/>', {1}),
        ("<col hidden = 'true' max='3' min='2' width='9'/>", {1, 2}),
        ('<col min="1" max="1" width="0" customWidth="1"/>', {0}),
        ('<col min="1" max="1" width="9"/><col min="3" max="16384" hidden="1"/>', {2}),
        ('<col min="1" max="3" width="0.5" hidden="0"/>', set()),
        ('<col min="x" hidden="1"/><col/>', set()),
        ("", set()),
    ],
)
def test_hidden_columns_are_found(tmp_path: Path, columns: str, hidden: set[int]) -> None:
    path = save_xlsx(tmp_path / "cases.xlsx", [["Ref", "Voice", "Plan"], [1, 2, 3]])
    edit_zip(path, {SHEET: replaced("<sheetData>", f"<cols>{columns}</cols><sheetData>")})
    assert only_sheet(path).hidden_columns & {0, 1, 2} == hidden


def with_prefix(text: str) -> str:
    return re.sub(r"<(/?)(?=\w)", r"<\1x:", text).replace("xmlns=", "xmlns:x=")


def test_hidden_rows_and_errors_are_found_under_a_namespace_prefix(tmp_path: Path) -> None:
    path = save_xlsx(tmp_path / "cases.xlsx", [["Ref"], [1], ["#N/A"]])
    edit_zip(path, {SHEET: lambda text: with_prefix(text.replace('r="2"', 'r="2" hidden="1"'))})
    sheet = only_sheet(path)
    assert sheet.hidden_rows == {2}
    assert texts(sheet) == [["Ref"], ["1"], ["#N/A"]]


def test_hidden_rows_are_found_across_the_chunks_of_a_long_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in range(1, 2001):
        sheet.append([f"{row} " + "word " * 300])
        sheet.row_dimensions[row].hidden = row % 3 == 0
    book.save(tmp_path / "cases.xlsx")
    assert only_sheet(tmp_path / "cases.xlsx").hidden_rows == set(range(3, 2001, 3))


@pytest.mark.parametrize("target", ["/xl/worksheets/sheet1.xml", "worksheets/sheet1.xml"])
def test_sheet_is_found_by_absolute_and_relative_targets(tmp_path: Path, target: str) -> None:
    path = save_xlsx(tmp_path / "cases.xlsx", [["Ref"], [1]])
    edit_zip(path, {SHEET: replaced('r="2"', 'r="2" hidden="1"')})
    if not target.startswith("/"):
        edit_zip(path, {WORKBOOK_LINKS: replaced("/xl/worksheets/sheet1.xml", target)})
    assert only_sheet(path).hidden_rows == {2}


def test_strict_workbook_is_read(tmp_path: Path) -> None:
    path = save_xlsx(tmp_path / "cases.xlsx", [["Ref"], [1]])
    strict = replaced(
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
    )
    edit_zip(path, {"_rels/.rels": strict, WORKBOOK: strict, WORKBOOK_LINKS: strict})
    edit_zip(path, {SHEET: replaced('r="2"', 'r="2" hidden="1"')})
    assert only_sheet(path).hidden_rows == {2}


def test_dates_of_a_1904_workbook_come_out_right(tmp_path: Path) -> None:
    day = datetime.date(2024, 4, 3)
    path = save_xlsx(tmp_path / "cases.xlsx", [["Date"], [day]])
    before = only_sheet(path)
    serial = (day - datetime.date(1899, 12, 30)).days
    edit_zip(
        path,
        {
            WORKBOOK: lambda text: re.sub(r"<workbookPr\b", '<workbookPr date1904="1"', text),
            SHEET: replaced(f"<v>{serial}</v>", f"<v>{serial - 1462}</v>"),
        },
    )
    after = only_sheet(path)
    assert before.rows == after.rows == [["Date"], [day]]
    assert (before.epoch.year, after.epoch.year) == (1899, 1904)


def test_error_cells_keep_their_words(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Ref", "Grade"], [1, "#N/A"], ["#REF!", 2]]
    assert texts(only_sheet(save_xlsx(tmp_path / "cases.xlsx", rows))) == [
        ["Ref", "Grade"],
        ["1", "#N/A"],
        ["#REF!", "2"],
    ]


@needs_libreoffice
@pytest.mark.parametrize("suffix", [".ods", ".xls"])
def test_other_formats_read_alike(tmp_path: Path, suffix: str) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    rows = (("Banner",), ("Ref", "Grade"), ("00123", "good"), (5, "=NA()"), (6, "N/A"))
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("A1:B1")
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True
    book.save(tmp_path / "cases.xlsx")
    read = open_workbook(converted(suffix[1:], tmp_path, tmp_path / "cases.xlsx"))
    assert texts(read.sheets[0]) == [
        ["Banner", "Banner"],
        ["Ref", "Grade"],
        ["00123", "good"],
        ["5", "#N/A"],
        ["6", "N/A"],
    ]
    assert read.sheets[0].merged == (Span(0, 0, 0, 1),)
    assert read.sheets[0].hidden_rows == {3}
    assert read.sheets[0].hidden_columns == {1}
    assert read.notes == ()


WORDS = ["None", "NA", "N/A", "NK", "nan", "null", "TRUE", "00123", "1e5", "2024-04-03", " x ", ""]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_words_stay_words(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"cases{suffix}"
    if suffix == ".csv":
        save_text(path, "ref,word\n" + "".join(f"1,{word}\n" for word in WORDS))
    else:
        save_xlsx(path, [["ref", "word"], *([1, word] for word in WORDS)])
    assert [row[1] for row in only_sheet(path).rows[1:]] == WORDS


def test_parquet_keeps_types_and_reads_null_as_nothing(tmp_path: Path) -> None:
    moment = datetime.datetime(2024, 4, 3, 14, 30)
    columns = {
        "ref": ["None", None],
        "age": [12, None],
        "share": [0.5, float("nan")],
        "seen": [moment, None],
        "born": [moment.date(), None],
        "open": [True, False],
    }
    pyarrow.parquet.write_table(pyarrow.table(columns), tmp_path / "cases.parquet")
    assert only_sheet(tmp_path / "cases.parquet").rows == [
        list(columns),
        ["None", 12, 0.5, moment, moment.date(), True],
        [None, None, None, None, None, False],
    ]


def office(part: str, content_type: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr(part, content_type)
    return buffer.getvalue()


CONTENT_TYPES = "[Content_Types].xml"
WORD = office(CONTENT_TYPES, "wordprocessingml.document.main+xml")


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("a.xlsx", b"ref,name\n1,2\n", "it looks like plain text, such as CSV"),
        ("a.xls", b"<html><table><tr><td>1", "it looks like a web page"),
        ("a.xls", b'<?xml version="1.0"?><Workbook/>', "it looks like an XML file"),
        ("a.xls", b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "like a web page"),
        ("a.csv", b"%PDF-1.7", "it looks like a PDF"),
        ("a.xlsx", WORD, "it looks like a Word document"),
        ("a.csv", office(CONTENT_TYPES, "sheet.main+xml"), "it looks like an Excel workbook"),
        ("a.xlsx", office("readme.txt", "x"), "it looks like a zip archive"),
        ("a.xlsx", WORD[:40], "an archive that is damaged or incomplete"),
        ("a.xlsx", ole("Workbook"), "an Excel 97–2003 workbook (.xls)"),
        ("a.csv", bytes(range(256)), "no kind of file that is known here"),
        ("a.parquet", b"a,b\n", "is not a Parquet file"),
        ("a.xlsx", ole("EncryptedPackage"), "is encrypted by a sensitivity label"),
        ("a.xls", ole("\x09DRMContent"), "is encrypted by a sensitivity label"),
        ("a.xlsx", ole("EncryptionInfo"), "can't be undone here, or is damaged"),
        ("a.csv", ole("EncryptionInfo"), "it looks like a file encrypted with a password"),
        ("a.xls", ole("Contents"), "an Office 97–2003 document of another kind"),
        ("a.xls", ole("Workbook"), "it is damaged or unusual"),
        ("a.xlsx", office(CONTENT_TYPES, "sheet.main+xml"), "it is damaged or unusual"),
        ("a.parquet", b"PAR1" + bytes(40) + b"PAR1", "it is damaged or unusual"),
        ("a.docx", WORD, "it is damaged or unusual"),
        ("a.doc", b"\xd0\xcf", "is not a kind of file that is read"),
        ("a.xlsx", b"", "a.xlsx is empty"),
        ("a.csv", b"\xef\xbb\xbf \r\n", "a.csv is empty"),
        ("a.csv", b",,\n,,\n", "nothing in any of its sheets"),
    ],
    # Not the bytes: an archive holds the time at which it was made.
    ids=lambda value: None if isinstance(value, str) else "data",
)
def test_file_that_cannot_be_read_is_refused_with_a_hint(
    tmp_path: Path, name: str, data: bytes, what: str
) -> None:
    (tmp_path / name).write_bytes(data)
    error = refusal(tmp_path / name)
    assert what in error.what
    assert error.what.startswith(name)
    assert error.hint


@pytest.mark.parametrize(
    ("name", "data", "advice"),
    [
        ("a.xlsx", office(CONTENT_TYPES, "sheet.main+xml"), "Open it in Excel or LibreOffice"),
        ("a.parquet", b"PAR1" + bytes(40) + b"PAR1", "as Parquet or as CSV"),
    ],
    ids=["workbook", "parquet"],
)
def test_a_damaged_file_is_made_anew_by_what_can_make_it(
    tmp_path: Path, name: str, data: bytes, advice: str
) -> None:
    (tmp_path / name).write_bytes(data)
    assert advice in str(refusal(tmp_path / name).hint)


def test_encrypted_open_document_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cases.ods"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    assert "encrypted, and an encrypted .ods file can't be opened here" in refusal(path).what


def test_open_document_that_breaks_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cases.ods"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", "<manifest/>")
        package.writestr("content.xml", "<office><table><row>")
    assert "it is damaged or unusual" in refusal(path).what


@pytest.mark.parametrize(
    ("name", "what", "hint"),
    [
        ("case.xlsx", "there is no file case.xlsx", "Did you mean cases.xlsx?"),
        ("other.csv", "there is no file other.csv", "Check how the name is spelt"),
        ("nowhere/a.csv", "there is no folder", "Check how the path is spelt"),
        ("", "is a folder", "Name one file inside it, or all of them as "),
    ],
)
def test_missing_file_is_told_with_the_nearest_name(
    tmp_path: Path, name: str, what: str, hint: str
) -> None:
    save_xlsx(tmp_path / "cases.xlsx", [["a"]])
    (tmp_path / "~$case.xlsx").touch()  # what Excel keeps beside a file is never meant
    error = refusal(tmp_path / name)
    assert what in error.what
    assert error.hint.startswith(hint)


def test_file_that_may_not_be_opened_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> BinaryIO:
        raise PermissionError(13, os.strerror(13))

    path = save_xlsx(tmp_path / "cases.xlsx", [["a"]])
    monkeypatch.setattr(formats, "open_input", refuse)
    assert "cases.xlsx can't be opened" in refusal(path).what


@pytest.mark.parametrize("cell", ["XFD1048576", "CV1000000", "ZZZZZZZ4294967295"])
def test_sheet_that_reaches_too_far_is_refused_before_it_is_read(tmp_path: Path, cell: str) -> None:
    path = save_xlsx(tmp_path / "cases.xlsx", [["Ref"], [1]])
    row = cell.lstrip(string.ascii_letters)
    stray = f'<row r="{row}"><c r="{cell}"><v>2</v></c></row></sheetData>'
    edit_zip(path, {SHEET: replaced("</sheetData>", stray)})
    assert f"reaches from A1 to {cell}" in refusal(path).what


def test_stray_formatting_far_away_does_no_harm(tmp_path: Path) -> None:
    path = save_xlsx(tmp_path / "cases.xlsx", [["Ref"], [1]])
    stray = '<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    edit_zip(path, {SHEET: replaced("</sheetData>", stray)})
    assert only_sheet(path).rows == [["Ref"], [1]]


def test_panic_in_the_library_becomes_one_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Panic(BaseException):
        pass

    def panic(*_: object) -> Workbook:
        raise Panic

    path = save_xlsx(tmp_path / "cases.xlsx", [["a"]])
    monkeypatch.setattr(module, "raw_sheets", panic)
    assert "cases.xlsx can't be read" in refusal(path).what
