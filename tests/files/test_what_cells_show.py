"""A cell is read as what a person sees in it: formulas, errors, and numbers in formats."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Font

from casefile_audit.error_cells import NOT_CALCULATED, is_error_word
from casefile_audit.errors import WorkbookError
from casefile_audit.files.number_formats import shown_by
from workbooks import only_sheet, read, save_xlsx, texts

SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
RUBRIC = """
rubric: probe
title: Probe
version: 1
fields:
  case_ref: {type: identifier, headings: [Case ref]}
  voice: {type: yes-no, headings: [Voice]}
  story: {type: text, headings: [Story]}
  score: {type: number, headings: [Score]}
criteria:
  voice: {question: Heard?, missing: not heard, met: {yes: voice}}
  story: {question: Told?, missing: not told, met: {recorded: story}}
  score: {question: Ninety?, missing: under ninety, met: {at_least: {score: 90}}}
"""
HEADINGS = ["Case ref", "Voice", "Story", "Score"]


def saved(path: Path, cells: Sequence[str], *, calculated: bool = True) -> Path:
    """A workbook whose second column is the markup of cells, as programs other than Excel write."""
    rows = [[f"C{number}", f"@{number}@"] for number in range(1, len(cells) + 1)]
    save_xlsx(path, [HEADINGS, *rows])
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name).decode() for name in package.namelist()}
    for number, cell in enumerate(cells, 1):
        place = f"B{number + 1}"
        start = parts[SHEET].index(f'<c r="{place}"')
        stop = parts[SHEET].index("</c>", start) + len("</c>")
        head, tail = parts[SHEET][:start], parts[SHEET][stop:]
        parts[SHEET] = head + cell.replace("<c", f'<c r="{place}"', 1) + tail
    if calculated:
        parts[BOOK] = parts[BOOK].replace(' fullCalcOnLoad="1"', "")
    with zipfile.ZipFile(path, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return path


def voices(path: Path) -> list[str]:
    return [row[1] for row in texts(only_sheet(path))[1:]]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ('<c><f>IF(1,"Yes","No")</f></c>', NOT_CALCULATED),
        ('<c><f>IF(1,"Yes","No")</f><v/></c>', NOT_CALCULATED),
        ('<c><f>IF(1,"Yes","No")</f><v></v></c>', NOT_CALCULATED),
        ('<c s="0"><f t="shared" ref="B2:B9" si="0">A2&amp;"x"</f><v /></c>', NOT_CALCULATED),
        ('<c><f t="shared" si="0"/></c>', NOT_CALCULATED),
        # What Excel saves of a formula that comes to no letters, to nought, or to an answer.
        ('<c t="str"><f>IF(A2="","Yes","")</f><v></v></c>', ""),
        ("<c><f>1-1</f><v>0</v></c>", "0"),
        ('<c t="str"><f>"Yes"</f><v>Yes</v></c>', "Yes"),
        ('<c t="b"><f>1=1</f><v>1</v></c>', "TRUE"),
        ('<c t="str"><v></v></c>', ""),
    ],
)
def test_a_formula_without_a_result_is_no_blank_cell(tmp_path: Path, cell: str, shown: str) -> None:
    path = saved(tmp_path / "cases.xlsx", [cell, '<c t="str"><v>No</v></c>'])
    assert voices(path) == [shown, "No"]


NOUGHT, NOTHING = "<c><f>A2</f><v>0</v></c>", '<c t="str"><f>A2</f><v></v></c>'
ANSWER = '<c t="str"><f>A2</f><v>Yes</v></c>'


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ([NOUGHT, NOUGHT], [NOT_CALCULATED] * 2),
        ([NOTHING, NOUGHT], [NOT_CALCULATED] * 2),
        # A column in which any formula has a result was calculated.
        ([NOUGHT, ANSWER], ["0", "Yes"]),
        (["<c><v>0</v></c>", "<c><v>0</v></c>"], ["0", "0"]),
    ],
)
def test_a_stand_in_for_a_result_is_none_where_the_workbook_asks_to_be_calculated(
    tmp_path: Path, cells: list[str], shown: list[str]
) -> None:
    assert voices(saved(tmp_path / "asks.xlsx", cells, calculated=False)) == shown
    if ANSWER not in cells and NOTHING not in cells:
        assert voices(saved(tmp_path / "done.xlsx", cells)) == ["0", "0"]


def test_rows_of_nothing_but_formulas_are_there(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Case ref", "Voice", "Story"])
    book.worksheets[0].append(["C1", "Yes", "Seen"])
    book.worksheets[0].append([None, None, "=Other!C9", "=Other!D9"])
    book.save(tmp_path / "cases.xlsx")
    assert texts(only_sheet(tmp_path / "cases.xlsx"))[2] == ["", "", *[NOT_CALCULATED] * 2]


def test_formulas_are_said_once_for_a_column_and_count_in_neither_direction(
    tmp_path: Path,
) -> None:
    rows = [[f"C{n}", "Yes", '=IF(A2="","","told")', 95] for n in range(1, 21)]
    intake = read(save_xlsx(tmp_path / "cases.xlsx", [HEADINGS, *rows]), rubric=RUBRIC)
    (issue,) = intake.account.issues
    assert (issue.code, issue.level, issue.field) == ("formula-not-calculated", "doubt", "story")
    assert (issue.total, issue.places[0], len(issue.places)) == (20, "C2", 8)
    assert {problem.found for problem in intake.account.problems} == {"a formula without a result"}


NEW_ERRORS = ["#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!",
              "#GETTING_DATA", "#ERROR!", "#PYTHON!", "#N/A", "#REF!", "#DIV/0!"]  # fmt: skip


@pytest.mark.parametrize("word", NEW_ERRORS)
def test_an_error_in_one_cell_is_that_cells(tmp_path: Path, word: str) -> None:
    cells = [f'<c t="e"><f>A2</f><v>{word}</v></c>', '<c t="str"><v>Yes</v></c>']
    path = saved(tmp_path / "cases.xlsx", cells)
    assert voices(path) == [word, "Yes"]
    (problem,) = read(path, rubric=RUBRIC).account.problems
    assert (problem.cell, problem.found) == ("B2", word)


@pytest.mark.parametrize(
    ("word", "is_error"),
    [(word.lower(), True) for word in NEW_ERRORS]
    + [("########", True), ("err:502", True), ("err:508", True), ("#nv", True)]
    + [("#1", False), ("# 12", False), ("#", False), ("#metoo", False), ("err", False),
       ("error: see file", False), ("#12 is late!", False)],
)  # fmt: skip
def test_error_words(word: str, *, is_error: bool) -> None:
    assert is_error_word(word) == is_error


def test_a_column_of_errors_is_said_at_the_top(tmp_path: Path) -> None:
    rows: list[list[object]] = [[f"C{n}", "Yes", "told", 95] for n in range(1, 11)]
    for row in rows[:4]:
        row[2] = "#REF!"
    intake = read(save_xlsx(tmp_path / "cases.xlsx", [HEADINGS, *rows]), rubric=RUBRIC)
    assert [(i.code, i.total) for i in intake.account.issues] == [("cells-of-errors", 4)]
    rows[1][2] = rows[2][2] = "told"
    intake = read(save_xlsx(tmp_path / "few.xlsx", [HEADINGS, *rows]), rubric=RUBRIC)
    assert not intake.account.issues
    assert len(intake.account.problems) == 2


@pytest.mark.parametrize(
    ("number", "code", "shown"),
    [
        (0.95, "0%", "95%"),
        (0.954, "0.0%", "95.4%"),
        (1, "0%", "100%"),
        (-0.07, "0%", "-7%"),
        (0.95, "[Red]0%;[Red]-0%", "95%"),
        (-0.05, "0%;[Red]-0%", "-5%"),
        (-0.05, "0.0%_);(0.0%)", "-5%"),
        (-12000, '#,##0,"k";(#,##0,"k")', "-12k"),
        (-5, "00;-00", "-05"),
        (-5, "00", None),
        (123, "00000", "00123"),
        (1234567, "00000", "1234567"),
        (12, '"CF-"0000', "CF-0012"),
        (12500, "#,##0,", "12.5"),
        (12500, "£#,##0.0,", "12.5"),
        (12500000, '0.0,,"m"', "12.5m"),
        (123456, "000\\-000", "123-456"),
        (1, '[=1]"No";[=2]"Yes";General', "No"),
        (2, '[=1]"No";[=2]"Yes";General', "Yes"),
        (3, '[=1]"No";[=2]"Yes";General', None),
        (0, '[>=1]"Yes";[Red]"No"', "No"),
        (1, '"Yes";;"No"', "Yes"),
        (0, '"Yes";;"No"', "No"),
        (0, "0;-0;;@", ""),
        (3, "0;-0;;@", None),
        (0, '_(* #,##0_);_(* (#,##0);_(* "-"??_);_(@_)', None),
        (0, '0;-0;"-"', None),
        (45385, "dd/mm/yyyy", None),
        (0.5, "h:mm", None),
        (2.5, "0.00", None),
        (12250, "#,##0", None),
        (12, '0" days"', None),
        (12, "General", None),
        (12, "@", None),
        (12.5, "000", None),
        (120, "[>100]0%;0", "12000%"),
    ],
)
def test_what_a_format_shows(tmp_path: Path, number: float, code: str, shown: str | None) -> None:
    show = shown_by(code)
    assert (show(number) if show else None) == shown
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Score", "end"])
    book.worksheets[0].append([number, "end"])
    book.worksheets[0]["A2"].number_format = code
    book.save(tmp_path / "cases.xlsx")
    ((cell, _),) = texts(only_sheet(tmp_path / "cases.xlsx"))[1:]
    if shown is not None:
        assert cell == shown


@given(st.text(max_size=30), st.floats(allow_nan=False))
def test_any_format_shows_something_or_nothing(code: str, number: float) -> None:
    show = shown_by(code)
    assert show is None or isinstance(show(number), str | None)


@pytest.mark.parametrize("score", [0.95, "95%", "95 %", 95])
def test_ninety_five_per_cent_is_ninety_five(tmp_path: Path, score: object) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(HEADINGS)
    book.worksheets[0].append(["C1", "Yes", "told", score])
    if score == 0.95:
        book.worksheets[0]["D2"].number_format = "0%"
    book.save(tmp_path / "cases.xlsx")
    values, _ = read(tmp_path / "cases.xlsx", rubric=RUBRIC).cases.column("score")
    assert values.rows().tolist() == [95]


ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="Cases"><table:table-row>{}</table:table-row></table:table>
</office:spreadsheet></office:body></office:document-content>"""
TYPE = "application/vnd.oasis.opendocument.spreadsheet"


@pytest.mark.parametrize(
    ("attributes", "shown"),
    [
        ('table:formula="of:=[.A1]"', NOT_CALCULATED),
        ('table:formula="of:=[.A1]" office:value-type="string"', "Yes"),
        ('office:value-type="percentage" office:value="0.25"', "25%"),
        ('office:value-type="float" office:value="0.25"', "0.25"),
    ],
)
def test_cells_of_an_ods_file(tmp_path: Path, attributes: str, shown: str) -> None:
    words = "<text:p>Yes</text:p>" if "string" in attributes else ""
    cell = f"<table:table-cell {attributes}>{words}</table:table-cell>"
    plain = '<table:table-cell office:value-type="string"><text:p>C1</text:p></table:table-cell>'
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    )
    with zipfile.ZipFile(tmp_path / "cases.ods", "w") as package:
        package.writestr("mimetype", TYPE)
        package.writestr("META-INF/manifest.xml", manifest)
        package.writestr("content.xml", ODS.format(plain + cell))
    assert texts(only_sheet(tmp_path / "cases.ods")) == [["C1", shown]]


def test_a_styled_cell_without_a_format_of_its_own_shows_its_number(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (HEADINGS, ["C1", "Yes", 45302, 90]):
        sheet.append(row)
    for cell in sheet[2]:
        cell.font = Font(bold=True)
    book.save(tmp_path / "styled.xlsx")
    assert texts(only_sheet(tmp_path / "styled.xlsx"))[1] == ["C1", "Yes", "45302", "90"]


def test_headings_that_are_formulas_are_why_none_is_found(tmp_path: Path) -> None:
    rows: list[list[object]] = [['="Case ref"', *HEADINGS[1:]], ["C1", "Yes", "told", 95]]
    with pytest.raises(WorkbookError) as caught:
        read(save_xlsx(tmp_path / "cases.xlsx", rows), rubric=RUBRIC)
    assert "formulas that were never calculated" in caught.value.details[0]
