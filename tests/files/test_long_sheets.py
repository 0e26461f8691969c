"""A long sheet is handed on so that it is read once, and comes out as any other."""

import io
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import openpyxl
import pytest

from casefile_audit.files.raw_sheets import NONE_MERGED, RawSheet, raw_sheets
from casefile_audit.files.workbook import Span, open_workbook

PART = "xl/worksheets/sheet1.xml"
ROWS = [
    ["Reference", "Notes"],
    *([f"NS/{n:05}", "a word, " * 90 + "the end"] for n in range(1_500)),
]


class Stream(io.BytesIO):
    """What can't be gone back in, so that the size of each part comes after it."""

    def seekable(self) -> bool:
        return False


def rewritten(path: Path, packing: int, old: str, new: str) -> None:
    """Pack a workbook anew, with something else in its first sheet."""
    with ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts[PART] = parts[PART].replace(old.encode(), new.encode())
    assert len(parts[PART]) > 1_000_000
    stream = Stream()
    with ZipFile(stream, "w", packing) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    path.write_bytes(stream.getvalue())


@pytest.fixture(scope="module")
def long_sheet(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Its words stand in its cells, so that the sheet itself is long."""
    path = tmp_path_factory.mktemp("long") / "cases.xlsx"
    book = openpyxl.Workbook()
    sheet_of_cases = book.worksheets[0]
    for row in ROWS:
        sheet_of_cases.append(row)
    book.save(path)
    cells = "".join(
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>{a}</t></is></c>'
        f'<c r="B{n}" t="inlineStr"><is><t>{b}</t></is></c></row>'
        for n, (a, b) in enumerate(ROWS, 1)
    )
    with ZipFile(path) as package:
        sheet = package.read(PART).decode()
    rows = sheet.partition("<sheetData>")[2].partition("</sheetData>")[0]
    rewritten(path, ZIP_DEFLATED, rows, cells)
    return path.read_bytes()


@pytest.mark.parametrize("packing", [ZIP_STORED, ZIP_DEFLATED])
@pytest.mark.parametrize(
    ("old", "new", "merged"),
    [
        ("<worksheet", "<worksheet", False),
        ("<worksheet", '\ufeff<?xml version="1.0"?>\n<worksheet', False),
        ("</sheetData>", '</sheetData><mergeCells><mergeCell ref="A2:A3"/></mergeCells>', True),
        (
            "<sheetData>",
            '<mergeCells count="1"><mergeCell ref="A2:A3"></mergeCell></mergeCells><sheetData>',
            True,
        ),
    ],
)
def test_long_sheet_is_read_once_unless_it_has_merged_cells(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    long_sheet: bytes,
    packing: int,
    old: str,
    new: str,
    merged: bool,
) -> None:
    path = tmp_path / "cases.xlsx"
    path.write_bytes(long_sheet)
    rewritten(path, packing, old, new)
    handed_on: list[bytes] = []

    def watched(data: bytes, *others: Any) -> list[RawSheet]:
        handed_on.append(data)
        return raw_sheets(data, *others)

    monkeypatch.setattr("casefile_audit.files.workbook.raw_sheets", watched)
    sheet = open_workbook(path).sheets[0]
    expected = [["NS/00000", ROWS[1][1]], ["NS/00001", ROWS[2][1]]]
    if merged:
        expected[1][0] = "NS/00000"
    assert sheet.rows[1:3] == expected
    assert [row[0] for row in sheet.rows[3:]] == [row[0] for row in ROWS[3:]]
    assert sheet.merged == ((Span(1, 0, 2, 0),) if merged else ())
    with ZipFile(io.BytesIO(handed_on[0])) as package:
        assert package.testzip() is None
        assert package.read(PART).startswith(NONE_MERGED) is not merged
        with ZipFile(path) as before:
            assert package.read(PART).removeprefix(NONE_MERGED) == before.read(PART)
            assert sorted(package.namelist()) == sorted(before.namelist())
