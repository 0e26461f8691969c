from pathlib import Path

import pytest

from casefile_audit.errors import WorkbookError
from casefile_audit.files.limits import FileLimits
from casefile_audit.files.symbols import struck as struck_text
from casefile_audit.files.workbook import OpenOptions, Sheet, Span, open_workbook
from documents import (
    cell,
    check_box,
    control,
    form_field,
    paragraph,
    prompt,
    run,
    save_body,
    save_docx,
    struck,
    symbol,
    table,
)

TICKED, EMPTY = "\N{BALLOT BOX WITH X}", "\N{BALLOT BOX}"
CHECK = "<w:checkBox><w:sizeAuto/>{}</w:checkBox>"
LIST = '<w:ddList>{}<w:listEntry w:val="Good"/><w:listEntry w:val="Poor"/></w:ddList>'


def document(path: Path) -> Sheet:
    (sheet,) = open_workbook(path).sheets
    return sheet


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        (run("Y") + "<w:proofErr/>" + run("es"), "Yes"),
        (check_box("1"), TICKED),
        (check_box("true", "\N{BALLOT BOX}"), TICKED),
        (check_box("0", TICKED), EMPTY),
        (check_box("0") + run(" Yes ") + check_box("1") + run(" No"), f"{EMPTY} Yes {TICKED} No"),
        (control(run("Yes"), "<w:dropDownList/>"), "Yes"),
        (prompt(), ""),
        (run("Click here", '<w:rStyle w:val="PlaceholderText"/>'), ""),
        (form_field(CHECK.format('<w:default w:val="0"/><w:checked/>')), TICKED),
        (form_field(CHECK.format('<w:default w:val="1"/><w:checked w:val="0"/>')), EMPTY),
        (form_field(CHECK.format('<w:default w:val="1"/>')), TICKED),
        (form_field(CHECK.format("")), EMPTY),
        (form_field(LIST.format('<w:result w:val="1"/>')), "Poor"),
        (form_field(LIST.format('<w:default w:val="1"/>')), "Poor"),
        (form_field(LIST.format("")), "Good"),
        (form_field("<w:textInput/>", "41/123"), "41/123"),
        (form_field("<w:textInput/>", "\u2002" * 5), ""),
        (symbol("F0FE") + run(" Yes ") + symbol("F0A8") + run(" No"), f"{TICKED} Yes {EMPTY} No"),
        (symbol("F052", "Wingdings 2"), TICKED),
        (symbol("F0A3", "Wingdings 2"), EMPTY),
        (symbol("00FC"), "\N{CHECK MARK}"),
        (run("\u00fe", '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>'), TICKED),
        (run("Yes / ") + struck("No"), f"Yes / {struck_text('No')}"),
        (run("Yes", "<w:dstrike/>"), struck_text("Yes")),
        (run("Yes", '<w:strike w:val="0"/>'), "Yes"),
        (f"<w:del>{run('No')}</w:del><w:ins>{run('Yes')}</w:ins>", "Yes"),
        (run("No", "<w:vanish/>") + run("Yes"), "Yes"),
        (
            "<w:r><w:object><w:control w:name='Box1'/></w:object></w:r>",
            "\N{OBJECT REPLACEMENT CHARACTER}",
        ),
        (run("first") + "<w:r><w:br/></w:r>" + run("second"), "first\nsecond"),
    ],
)
def test_a_cell_holds_what_a_reader_of_the_page_sees(runs: str, text: str, tmp_path: Path) -> None:
    sheet = document(save_docx(tmp_path / "a.docx", [["Label", runs]]))
    assert sheet.rows[1] == ["Label", text]


def test_a_control_round_a_cell_or_a_row_moves_nothing(tmp_path: Path) -> None:
    inside = table([["1", control(cell("Yes")), "a comment"]])
    row = inside.removeprefix("<w:tbl>").removesuffix("</w:tbl>")
    path = save_body(tmp_path / "a.docx", f"<w:tbl>{row}{control(row)}</w:tbl>")
    assert document(path).rows[1:3] == [["1", "Yes", "a comment"]] * 2


def test_places_are_those_of_tables_and_lines(tmp_path: Path) -> None:
    path = save_docx(tmp_path / "form.docx", "Title", "", [["a", "b"]], "Ref:\tC1", [["c"], ["d"]])
    sheet = document(path)
    places = {text: sheet.place(row, 0) for row, (text, *_) in enumerate(sheet.rows) if text}
    assert places == {
        "Title": "line 1",
        "a": "table 1, row 1",
        "Ref:": "line 2",
        "c": "table 2, row 1",
        "d": "table 2, row 2",
    }
    assert sheet.name == "form"


def test_merged_cells_hold_their_words_throughout(tmp_path: Path) -> None:
    rows = [
        [cell("wide", '<w:gridSpan w:val="2"/>'), "c"],
        [cell("tall", '<w:vMerge w:val="restart"/>'), "b", "c"],
        [cell("", "<w:vMerge/>"), "b", "c"],
    ]
    sheet = document(save_docx(tmp_path / "a.docx", rows))
    assert sheet.rows[1:4] == [["wide", "wide", "c"], ["tall", "b", "c"], ["tall", "b", "c"]]
    assert set(sheet.merged) == {Span(1, 0, 1, 1), Span(2, 0, 3, 0)}


def test_a_table_in_a_cell_and_a_text_box_are_read_after_it(tmp_path: Path) -> None:
    nested = f"<w:tc>{paragraph('outer')}{table([['inner', 'x']])}</w:tc>"
    boxed = (
        "<w:p><w:r><w:drawing><w:txbxContent>" + paragraph("boxed") + "</w:txbxContent></w:drawing>"
        "</w:r></w:p>"
    )
    sheet = document(save_body(tmp_path / "a.docx", table([[nested]]) + boxed))
    assert [row[0] for row in sheet.rows if row[0]] == ["outer", "inner", "boxed"]
    assert len(sheet.tables or ()) == 2


@pytest.mark.parametrize(
    ("body", "before"),
    [
        pytest.param("<w:p>" * 400 + "</w:p>" * 400, "", id="nested too deeply"),
        pytest.param(paragraph("&a;"), '<!DOCTYPE d [<!ENTITY a "b">]>', id="an entity"),
        pytest.param(
            paragraph("&a;"), '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>', id="a file"
        ),
        pytest.param("<w:p>", "", id="not closed"),
    ],
)
def test_hostile_markup_is_refused(body: str, before: str, tmp_path: Path) -> None:
    with pytest.raises(WorkbookError) as refused:
        open_workbook(save_body(tmp_path / "a.docx", body, before))
    assert "damaged or unusual" in refused.value.what
    assert "Word" in refused.value.hint


def test_a_table_of_very_many_columns_is_cut_and_cells_are_counted(tmp_path: Path) -> None:
    wide = cell("x", '<w:gridSpan w:val="999999999"/>')
    path = save_docx(tmp_path / "a.docx", [[wide, "y"]] * 20)
    assert len(document(path).rows[0]) == 64
    with pytest.raises(WorkbookError):
        open_workbook(path, OpenOptions(limits=FileLimits(cells=100)))
