"""A report as a workbook: held, item by item, to what makes a spreadsheet accessible."""

import re
import zipfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from casefile_audit.results import Result
from libreoffice import converted, needs_libreoffice
from processes import run
from workbooks import HEADINGS, Audit, case, save_csv, save_text

RUBRIC = ("--rubric", "rubric.yaml")
SAMPLES = Path(__file__).parents[2] / "samples"
DAY = ("--as-of", "2026-11-29")
COMMANDS = {
    "score": ["score", "case-reviews-2024.xlsx", "--by", "district", *DAY],
    "compare": ["compare", "encompass-before.xlsx", "encompass-after.xlsx", *DAY],
    "trend": ["trend", "encompass-monthly.xlsx", "--period", "incident", *DAY],
    "agree": ["agree", "self-assessment-2014.xlsx", "inspectors-2014.xlsx", *DAY],
    "totals": [
        *("agree", "inspectors-2014.xlsx", *DAY),
        *("--totals", "good:19, adequate:9, requires improvement:2, inadequate:0"),
    ],
}
NARRATIVES = """
rubric: own
title: Own
version: 1
fields:
  case_ref: {type: identifier, headings: [Case ref]}
  narrative: {type: text, headings: [Narrative]}
criteria:
  told: {question: Told?, missing: not told, met: {recorded: narrative}}
"""
HEADER_ROW = 4
WITHOUT_TABLE = ("Cover", "Charts")
LOOKED_UP = ("Figures", "Findings", "Rates drawn", "Series drawn")
NAMES = {
    "m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "xdr": "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing",
    "dc": "http://purl.org/dc/elements/1.1/",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook of the report of each command, and its answer as JSON."""
    folder = tmp_path_factory.mktemp("workbooks")
    for name, arguments in COMMANDS.items():
        outputs = ("-o", folder / f"{name}.xlsx", "-o", folder / f"{name}.json")
        ended = run(*arguments, *outputs, folder=SAMPLES)
        assert ended.code == 0, ended.err
    return folder


def test_a_table_in_which_there_is_nothing_to_list_is_one(audit: Audit, tmp_path: Path) -> None:
    save_csv(tmp_path / "cases.csv", [["Case ref", "Narrative"], ["C1", "Seen at school."]])
    save_text(tmp_path / "rubric.yaml", NARRATIVES)
    ended = audit("language", "cases.csv", *RUBRIC, "--in", "narrative", "-o", "found.xlsx")
    assert ended.code == 0
    sheets = openpyxl.load_workbook(tmp_path / "found.xlsx").worksheets
    areas = [table.ref for sheet in sheets for table in sheet.tables.values()]
    assert any(area.endswith(str(HEADER_ROW + 1)) for area in areas)
    assert len(areas) == sum(sheet.title not in WITHOUT_TABLE for sheet in sheets)


@pytest.fixture(scope="module", params=COMMANDS)
def made(request: pytest.FixtureRequest, folder: Path) -> Path:
    return folder / f"{request.param}.xlsx"


@pytest.fixture(scope="module")
def book(made: Path) -> Workbook:
    return openpyxl.load_workbook(made)


def parts(path: Path) -> dict[str, ElementTree.Element]:
    with zipfile.ZipFile(path) as package:
        return {
            name: ElementTree.fromstring(package.read(name))
            for name in package.namelist()
            if name.endswith((".xml", ".rels"))
        }


def table_sheets(book: Workbook) -> Iterator[Worksheet]:
    yield from (sheet for sheet in book.worksheets if sheet.title not in WITHOUT_TABLE)


def test_it_has_a_cover_the_contents_and_notes_in_this_order(book: Workbook) -> None:
    assert book.sheetnames[:2] == ["Cover", "Contents"]
    assert "Notes" in book.sheetnames[2:3] or "Notes" not in book.sheetnames
    listed = [cell.value for cell in book["Contents"]["A"][HEADER_ROW:]]
    assert listed == book.sheetnames[2:]


def test_tables_that_are_alike_are_one_under_the_name_of_their_part(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "score.xlsx")
    sheet = book["Findings by theme"]
    headings, *rows = sheet.iter_rows(min_row=HEADER_ROW, values_only=True)
    assert headings[:2] == ("Section", "Finding")
    assert {"Responding", "Assessing risk", "Supervision"} <= {row[0] for row in rows}
    assert sheet["A1"].value == "Findings by theme"
    assert "How long it took" in str([its["A1"].value for its in book.worksheets])


def test_each_sheet_of_figures_has_one_marked_table_with_a_name_of_its_own(
    made: Path, book: Workbook
) -> None:
    names = []
    for sheet in table_sheets(book):
        (table,) = sheet.tables.values()
        assert table.ref.startswith(f"A{HEADER_ROW}:")
        names.append(table.name)
    assert len({name.casefold() for name in names}) == len(names)
    assert all(re.fullmatch(r"table_\d+_of_report", name) for name in names)
    tables = [root for name, root in parts(made).items() if name.startswith("xl/tables/")]
    assert len(tables) == len(names)


def test_the_table_fills_its_sheet_and_nothing_stands_below_it(book: Workbook) -> None:
    for sheet in table_sheets(book):
        (table,) = sheet.tables.values()
        assert table.ref == f"A{HEADER_ROW}:{sheet.dimensions.split(':')[1]}"


def test_every_table_has_one_row_of_headings_no_two_alike_and_no_gaps(book: Workbook) -> None:
    for sheet in table_sheets(book):
        headings, *rows = sheet.iter_rows(min_row=HEADER_ROW, values_only=True)
        words = [str(heading).casefold() for heading in headings]
        assert len(set(words)) == len(words)
        assert None not in headings
        blank = [value for row in rows for value in row if value is None]
        assert not blank or "blank cell" in str(sheet["A2"].value)
        assert all(any(value is not None for value in row) for row in rows)


def test_a_cell_that_says_nothing_is_explained(book: Workbook) -> None:
    for sheet in table_sheets(book):
        cells = {c.value for row in sheet.iter_rows(min_row=HEADER_ROW) for c in row}
        assert ("[z]" in cells) == ("[z]:" in str(sheet["A2"].value))


def test_nothing_is_merged_hidden_or_told_by_a_fill(book: Workbook) -> None:
    for sheet in book.worksheets:
        assert sheet.sheet_state == "visible"
        assert not sheet.merged_cells.ranges
        assert not any(dimension.hidden for dimension in sheet.row_dimensions.values())
        assert not any(dimension.hidden for dimension in sheet.column_dimensions.values())
        assert not sheet.conditional_formatting
        for row in sheet.iter_rows():
            assert all(cell.fill.fill_type is None for cell in row)


def test_the_title_of_each_sheet_stands_in_its_first_cell(book: Workbook) -> None:
    for sheet in book.worksheets:
        assert sheet["A1"].value
        assert sheet["A1"].font.b
    assert book.active is book.worksheets[0]
    assert book["Cover"].sheet_view.selection[0].activeCell == "A1"


def test_words_are_wrapped_and_as_large_as_is_asked_for(book: Workbook) -> None:
    for sheet in table_sheets(book):
        for row in sheet.iter_rows(min_row=HEADER_ROW):
            texts = [c for c in row if isinstance(c.value, str) and not c.hyperlink]
            assert all(cell.alignment.wrap_text for cell in texts)
            assert all((cell.font.sz or 0) >= 11 for cell in texts)


def test_only_what_is_looked_up_has_filters_and_headings_that_stay(book: Workbook) -> None:
    for sheet in table_sheets(book):
        (table,) = sheet.tables.values()
        filters = sheet.title in ("Figures", "Findings")
        assert (table.autoFilter is not None) == filters
        assert sheet.freeze_panes == ("B5" if filters else None)


def test_every_sheet_prints_on_a4_with_its_headings_on_each_page(book: Workbook) -> None:
    for sheet in book.worksheets:
        assert sheet.page_setup.paperSize == 9
        if sheet.title != "Cover":
            assert sheet.page_setup.orientation == "landscape"
        if sheet.title not in WITHOUT_TABLE:
            assert sheet.print_title_rows == f"${HEADER_ROW}:${HEADER_ROW}"


def test_it_has_a_title_a_language_and_its_marking(made: Path) -> None:
    core = parts(made)["docProps/core.xml"]
    assert core.findtext("dc:language", namespaces=NAMES) == "en-GB"
    book = openpyxl.load_workbook(made)
    assert core.findtext("dc:title", namespaces=NAMES) == book["Cover"]["A1"].value
    assert core.findtext("dc:creator", namespaces=NAMES) == "casefile-audit"
    assert str(book["Cover"]["A2"].value).startswith("Internal. Contains small numbers")


def test_tables_and_charts_are_described_for_those_who_do_not_see_them(made: Path) -> None:
    found = parts(made)
    for name, root in found.items():
        if name.startswith("xl/tables/"):
            extra = root.find(".//{*}table[@altText]")
            assert extra is not None
            assert extra.get("altText")
            assert extra.get("altTextSummary")
        if name.startswith("xl/drawings/") and root.tag.endswith("wsDr"):
            drawn = root.findall(".//xdr:cNvPr", NAMES)
            assert drawn
            assert all(each.get("descr") for each in drawn)


def test_what_charts_draw_stands_in_cells_that_are_in_sight(made: Path, book: Workbook) -> None:
    """No pivot cache, no chart's cache, holds a figure that a reader doesn't see."""
    found = parts(made)
    assert not any("pivot" in name or "externalLink" in name for name in found)
    charts = [root for name, root in found.items() if name.startswith("xl/charts/chart")]
    if made.stem in ("score", "trend"):
        assert charts
    for root in charts:
        for drawn in root.findall(".//c:numRef", NAMES):
            sheet, _, cells = str(drawn.findtext("c:f", "", NAMES)).rpartition("!")
            held = [cell.value for (cell,) in book[sheet.strip("'")][cells.replace("$", "")]]
            values = [float(v.text or 0) for v in drawn.findall("c:numCache/c:pt/c:v", NAMES)]
            assert values == pytest.approx([v for v in held if isinstance(v, int | float)])


def test_links_lead_nowhere_but_within_the_workbook(made: Path, book: Workbook) -> None:
    for name, root in parts(made).items():
        if name.endswith(".rels"):
            assert not [each for each in root if each.get("TargetMode") == "External"]
        assert not root.findall(".//m:f", NAMES)
    for sheet in book.worksheets:
        links = [cell.hyperlink for row in sheet.iter_rows() for cell in row]
        places = [str(link.location).rpartition("!")[0].strip("'") for link in links if link]
        assert set(places) <= set(book.sheetnames)


def test_the_findings_of_each_case_name_their_cells(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "score.xlsx")
    result = Result.model_validate_json((folder / "score.json").read_bytes())
    headings, *rows = book["Findings"].iter_rows(min_row=HEADER_ROW, values_only=True)
    assert len(rows) == result.case_count
    place = headings.index("Ethnicity recorded")
    assert headings[place + 1] == "Ethnicity recorded: cells"
    missing = [row for row in rows if row[place] in ("not recorded", "not met")]
    assert [row[0] for row in missing] == result.criteria["ethnicity-recorded"].missing_cases
    assert all(re.fullmatch(r"[A-Z]+\d+", str(row[place + 1])) for row in missing)


def test_a_workbook_of_a_saved_result_has_the_outcomes(folder: Path, tmp_path: Path) -> None:
    ended = run("score", folder / "score.json", "-o", "again.xlsx", folder=tmp_path)
    assert ended.code == 0, ended.err
    book = openpyxl.load_workbook(tmp_path / "again.xlsx")
    headings, *rows = book["Findings"].iter_rows(min_row=HEADER_ROW, values_only=True)
    assert len(rows) == 48
    assert not any(str(heading).endswith(": cells") for heading in headings)
    refused = run("score", folder / "score.json", "--findings", "f.csv", folder=tmp_path)
    assert refused.code == 2
    assert "no cells" in refused.err


@needs_libreoffice
def test_libreoffice_opens_each_without_repairing_it(folder: Path, tmp_path: Path) -> None:
    """What it saves again has the same sheets, tables and words in the same cells."""
    converted("xlsx", tmp_path, *folder.glob("*.xlsx"))
    for name in COMMANDS:
        ours, its = (openpyxl.load_workbook(at / f"{name}.xlsx") for at in (folder, tmp_path))
        assert its.sheetnames == ours.sheetnames
        for sheet in ours.worksheets:
            for cell in (cell for row in sheet.iter_rows() for cell in row):
                same = its[sheet.title][cell.coordinate].value
                is_number = isinstance(cell.value, float)
                assert same == (pytest.approx(cell.value) if is_number else cell.value)
        assert its.properties.language == "en-GB"


HOSTILE_NAMES = ["=1+1", "a/b\\c[d]*e?f:g'", "History", "x" * 60, "A1", "1abc", "", "C", "r1c1"]


def test_names_that_excel_refuses_make_no_sheet_or_table_that_it_repairs(
    audit: Audit, tmp_path: Path
) -> None:
    pairs = [*product(HOSTILE_NAMES, "12")]
    rows = [case(f"{name} {n}", district=name, disability=name) for name, n in pairs]
    save_csv(tmp_path / "cases.csv", [HEADINGS, *rows])
    more = ("--by", "district", "--by", "disability", "-o", "out.xlsx", "-o", "out.csv")
    ended = audit("score", "cases.csv", *RUBRIC, *more)
    assert ended.code == 0, ended.err
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    for sheet in book.worksheets:
        assert re.fullmatch(r"[^\[\]:*?/\\']{1,31}", sheet.title)
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not any(root.findall(".//m:f", NAMES) for root in parts(tmp_path / "out.xlsx").values())


def test_a_text_that_no_cell_or_sheet_can_hold_is_cut() -> None:
    from casefile_audit.output.spreadsheets import LONGEST_CELL, cell_text, sheet_name

    # A character from beyond the first 65,536 is two to Excel.
    assert sheet_name("\N{CLOSED BOOK}" * 40, ()) == "\N{CLOSED BOOK}" * 15
    assert cell_text("a" * LONGEST_CELL) == "a" * LONGEST_CELL
    cut = cell_text("a" * (LONGEST_CELL + 1))
    assert len(cut) == LONGEST_CELL
    assert "cut" in cut
