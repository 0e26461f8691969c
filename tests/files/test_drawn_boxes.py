import struct
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from casefile_audit.files.workbook import Cell, open_workbook
from hostile_files import ods, record, xls
from workbooks import save_xlsx

TICKED, EMPTY = "\N{BALLOT BOX WITH X}", "\N{BALLOT BOX}"
LINK = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="../drawings/vmlDrawing1.vml" Type="http://schemas.'
    'openxmlformats.org/officeDocument/2006/relationships/vmlDrawing"/></Relationships>'
)


def shape(anchor: str, caption: str = "", checked: str = "", kind: str = "Checkbox") -> str:
    state = f"<x:Checked>{checked}</x:Checked>" if checked else ""
    return (
        '<v:shape id="s" style="position:absolute;width:40pt;height:14pt">'
        f"<v:textbox><div><font>{caption}</font></div></v:textbox>"
        f'<x:ClientData ObjectType="{kind}"><x:Anchor>{anchor}</x:Anchor>{state}</x:ClientData>'
        "</v:shape>"
    )


def rows_of(
    path: Path, rows: list[list[object]], *shapes: str, merge: str = ""
) -> list[list[Cell]]:
    """The rows of a sheet with these shapes over it."""
    save_xlsx(path, {"One": rows}, merge={"One": merge} if merge else {})
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("xl/worksheets/_rels/sheet1.xml.rels", LINK)
        package.writestr("xl/drawings/vmlDrawing1.vml", f"<xml>{''.join(shapes)}</xml>")
    (sheet,) = open_workbook(path).sheets
    return sheet.rows


AT = "1, 4, 0, 2, 1, 60, 0, 16"
SAME = "1, 70, 0, 2, 1, 120, 0, 16"


@pytest.mark.parametrize(
    ("shapes", "cells"),
    [
        pytest.param([shape(AT, "Yes", "1")], [f"{TICKED} Yes"], id="ticked"),
        pytest.param([shape(AT, "Yes")], [f"{EMPTY} Yes"], id="empty"),
        pytest.param([shape(AT, "Yes", "2")], [f"{EMPTY} Yes"], id="greyed"),
        pytest.param([shape(AT, "Check Box 7", "1")], [TICKED], id="never given a caption"),
        pytest.param([shape(AT, "A &amp; B", kind="Radio")], [f"{EMPTY} A & B"], id="a button"),
        pytest.param(
            [shape(SAME, "No", "1"), shape(AT, "Yes")],
            [f"{EMPTY} Yes  {TICKED} No"],
            id="two in one cell",
        ),
        pytest.param([shape("1, 60, 0, 2, 2, 50, 0, 16", "Yes")], ["", f"{EMPTY} Yes"], id="over"),
        pytest.param([shape(AT, "a remark", kind="Note")], [], id="a comment"),
        pytest.param([shape("1, 4, 0", "Yes", "1")], [], id="no place"),
    ],
)
def test_a_box_is_read_from_the_cell_under_it(
    shapes: list[str], cells: list[str], tmp_path: Path
) -> None:
    assert rows_of(tmp_path / "a.xlsx", [["Label"]], *shapes) == [["Label", *cells]]


@pytest.mark.parametrize(("text", "said"), [("Yes", True), (" ", False)])
def test_text_boxes_over_the_cells_are_said(text: str, said: bool, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "Case ref")
        sheet.insert_textbox(1, 1, text)
    notes = open_workbook(tmp_path / "a.xlsx").notes
    assert ["text boxes lie over" in note for note in notes] == [True] * said


def test_a_box_over_merged_cells_is_in_all_of_them(tmp_path: Path) -> None:
    path, box = tmp_path / "a.xlsx", shape("2, 4, 1, 2, 2, 60, 1, 16", "Yes", "1")
    rows = rows_of(path, [["Label", "", "end"], ["Other", "", ""]], box, merge="B2:C2")
    assert rows[1] == ["Other", f"{TICKED} Yes", f"{TICKED} Yes"]


@pytest.mark.parametrize(
    ("held", "shown"),
    [
        pytest.param(True, True, id="linked with its cell"),
        pytest.param("Yes", f"{TICKED} Yes", id="beside a word"),
        pytest.param("41/123", "41/123", id="by chance over a reference"),
    ],
)
def test_a_box_without_words_over_a_filled_cell(
    held: object, shown: object, tmp_path: Path
) -> None:
    rows = rows_of(tmp_path / "a.xlsx", [["Label", held]], shape(AT, checked="1"))
    assert rows == [["Label", shown]]


def test_boxes_in_the_cell_of_their_label_stand_after_it(tmp_path: Path) -> None:
    boxes = [shape(AT, "Yes", "1"), shape(SAME, "No")]
    rows = rows_of(tmp_path / "a.xlsx", [["1", "Seen alone"]], *boxes)
    assert rows == [["1", f"Seen alone\n{TICKED} Yes  {EMPTY} No"]]


BOXES = """
<office:forms><form:form>
<form:checkbox form:id="c1" form:label="Yes" form:state="unchecked"
 form:current-state="checked"/>
<form:checkbox form:id="c2" form:label="No"/>
<form:radio form:id="c3" form:label="A &amp; B" form:selected="true"/>
</form:form></office:forms>
"""


def control(name: str) -> str:
    return f'<draw:control draw:control="{name}"/>'


def in_cells(*cells: str) -> str:
    inside = "".join(f"<table:table-cell>{cell}</table:table-cell>" for cell in cells)
    return f"<table:table-row>{inside}</table:table-row>"


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ([control("c1"), control("c2")], [f"{TICKED} Yes", f"{EMPTY} No"]),
        ([control("c1") + control("c2")], [f"{TICKED} Yes  {EMPTY} No"]),
        (["", control("c3")], ["", f"{TICKED} A & B"]),
        ([control("another")], [""]),
    ],
)
def test_boxes_in_the_cells_of_an_ods_sheet(
    cells: list[str], shown: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "cases.ods"
    path.write_bytes(ods(BOXES + in_cells(*cells) + in_cells("x")))
    workbook = open_workbook(path)
    rows = workbook.sheets[0].rows[3:]
    assert (rows[0] if rows else [""])[: len(shown)] == shown
    assert workbook.notes == ()


def has_boxes(path: Path, data: bytes) -> bool:
    path.write_bytes(data)
    return any("which of them are ticked can't be read" in n for n in open_workbook(path).notes)


def test_boxes_that_lie_over_nobody_knows_what_are_said(tmp_path: Path) -> None:
    over = f"<table:shapes>{control('c1')}</table:shapes>"
    assert has_boxes(tmp_path / "a.ods", ods(BOXES + over))
    assert not has_boxes(tmp_path / "b.ods", ods(BOXES))
    for kind, is_box in ((0x0B, True), (0x0C, True), (0x08, False)):
        its = record(0x5D, struct.pack("<3H", 0x15, 0x12, kind) + bytes(16))
        assert has_boxes(tmp_path / "c.xls", xls(its)) == is_box
