"""Cells changed in a package: they hold what was written, and everything else is as it was."""

import io
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.datavalidation import DataValidation

from casefile_audit.errors import WorkbookError
from casefile_audit.files.cell_changes import CellContent, Place, formula_cells, with_cells
from casefile_audit.files.workbook import open_workbook

# What Excel writes for a drop-down whose list stands on another sheet: openpyxl drops it on saving.
EXTENSION = (
    b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" xmlns:x14="http://schemas.microsoft'
    b'.com/office/spreadsheetml/2009/9/main"><x14:dataValidations count="1" xmlns:xm="http://schemas'
    b'.microsoft.com/office/excel/2006/main"><x14:dataValidation type="list"><x14:formula1><xm:f>'
    b"Lists!$A$1:$A$3</xm:f></x14:formula1><xm:sqref>B2:B9</xm:sqref></x14:dataValidation></x14:data"
    b"Validations></ext></extLst>"
)


def book(extension: bytes = b"") -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Cases & more"
    for row in (["Ref", "Answer", "Sum"], ["1", "No", 1], ["2", None, "=C2+1"], ["3", None, 2.5]):
        sheet.append(row)
    rule = DataValidation(type="list", formula1='"Yes,No"')
    rule.add("B2:B9")
    sheet.add_data_validation(rule)
    workbook.create_sheet("Lists").append(["Yes"])
    buffer = io.BytesIO()
    workbook.save(buffer)
    return spliced(buffer.getvalue(), b"</worksheet>", extension + b"</worksheet>")


def spliced(package: bytes, old: bytes, new: bytes) -> bytes:
    buffer = io.BytesIO()
    with ZipFile(io.BytesIO(package)) as source, ZipFile(buffer, "w") as target:
        for info in source.infolist():
            data = source.read(info)
            if info.filename == "xl/worksheets/sheet1.xml":
                data = data.replace(old, new)
            target.writestr(info, data)
    return buffer.getvalue()


def parts(package: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(package)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def cells(package: bytes, folder: Path) -> dict[Place, object]:
    path = folder / "book.xlsx"
    path.write_bytes(package)
    rows = open_workbook(path).sheets[0].rows
    return {(r, c): cell for r, row in enumerate(rows) for c, cell in enumerate(row) if cell}


def test_only_the_cells_that_change_change(tmp_path: Path) -> None:
    before = book(EXTENSION)
    written: dict[Place, CellContent] = {(1, 1): "Yes", (2, 1): 46034.5, (7, 1): "a\nb"}
    after = with_cells("book.xlsx", before, {"Cases & more": {**written, (3, 1): None}})
    old, new = parts(before), parts(after)
    assert list(old) == list(new)
    differing = {name for name in old if old[name] != new[name]}
    assert differing == {"xl/worksheets/sheet1.xml"}
    sheet = new["xl/worksheets/sheet1.xml"]
    assert EXTENSION in sheet
    assert sheet.count(b"<dataValidation ") == old["xl/worksheets/sheet1.xml"].count(
        b"<dataValidation "
    )
    found, was = cells(after, tmp_path), cells(before, tmp_path)
    assert found == {**was, **written}


def test_a_sheet_is_as_it_was_once_an_answer_is_taken_back_that_was_given_to_a_blank_cell() -> None:
    before = spliced(book(), b'<c r="C4"', b'<c r="B4" s="0"/><c r="C4"')
    given = with_cells("a.xlsx", before, {"Cases & more": {(3, 1): "Yes"}})
    taken = with_cells("a.xlsx", given, {"Cases & more": {(3, 1): None}})
    assert parts(taken) == parts(before)


def test_a_cell_keeps_its_style(tmp_path: Path) -> None:
    before = spliced(book(), b'<c r="B2" ', b'<c r="B2" s="0" ')
    after = with_cells("a.xlsx", before, {"Cases & more": {(1, 1): 3}})
    assert b'<c r="B2" s="0"><v>3</v></c>' in parts(after)["xl/worksheets/sheet1.xml"]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "_x0041_",
        "<b>&amp;</b>",
        "  two spaces  ",
        "æ 中文 🙂",
        "a\r\nb",
        "]]>",
        "x" * 9_000,
    ],
)
def test_text_comes_back_as_it_was_written(tmp_path: Path, text: str) -> None:
    after = with_cells("a.xlsx", book(), {"Cases & more": {(1, 1): text}})
    assert cells(after, tmp_path)[1, 1] == text.replace("\r\n", "\n")


def test_a_formula_is_never_written_over() -> None:
    assert formula_cells(book()) == {"Cases & more": {(2, 2)}, "Lists": set()}
    with pytest.raises(WorkbookError, match="C3 holds a formula"):
        with_cells("a.xlsx", book(), {"Cases & more": {(2, 2): "Yes"}})


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"<sheetData>", b"<x:sheetData>"), (b'<row r="2"', b"<row"), (b'<c r="B2"', b"<c")],
)
def test_a_sheet_that_is_written_in_another_way_is_refused(old: bytes, new: bytes) -> None:
    with pytest.raises(WorkbookError, match="no cell can be changed"):
        with_cells("a.xlsx", spliced(book(), old, new), {"Cases & more": {(1, 1): "Yes"}})


def test_a_sheet_that_is_not_there_is_refused() -> None:
    with pytest.raises(WorkbookError, match="“Cases”"):
        with_cells("a.xlsx", book(), {"Cases": {(1, 1): "Yes"}})


CONTENT = st.one_of(
    st.none(), st.text("ab<&>\"'=\n é🙂", min_size=1), st.integers(-9999, 99999), st.just(0.5)
)


PLACES = st.tuples(st.integers(0, 9), st.sampled_from((0, 1, 4)))


@settings(max_examples=40)
@given(st.dictionaries(PLACES, CONTENT, max_size=8))
def test_whatever_is_written_is_read_back(changes: dict[Place, CellContent]) -> None:
    before = book()
    after = with_cells("a.xlsx", before, {"Cases & more": changes})
    was = openpyxl.load_workbook(io.BytesIO(before))["Cases & more"]
    found = openpyxl.load_workbook(io.BytesIO(after))["Cases & more"]
    for row in range(12):
        for column in range(6):
            expected = was.cell(row + 1, column + 1).value
            expected = changes.get((row, column), expected)
            assert found.cell(row + 1, column + 1).value == expected
