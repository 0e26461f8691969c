"""Writing a sample as an auditor's workbook, with the same bytes every time."""

import datetime as dt
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

# The two XML writers that openpyxl may use don't write the same bytes: always use its own.
os.environ["OPENPYXL_LXML"] = "False"

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

Cell = str | int | float | dt.date | dt.datetime | None
Columns = Mapping[str, Sequence[Cell]]

SYNTHETIC = "Synthetic: no row describes a real child, officer or case."

_MADE = dt.datetime(2024, 1, 1)
_STAMP = (1980, 1, 1, 0, 0, 0)
_MODIFIED_RE = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_BANNER_FONT = Font(name="Arial", size=14, bold=True)
_BODY_FONT = Font(name="Arial", size=10)
_HEADING_FONT = Font(name="Arial", size=10, bold=True)
_HEADING_FILL = PatternFill("solid", fgColor="D9E2EC")
_THIN = Side(style="thin", color="BFBFBF")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_TOP = Alignment(vertical="top", wrap_text=True)
_WIDEST = 60


@dataclass(frozen=True)
class SampleSheet:
    """One sheet of cases, and the mess that it wears.

    Attributes:
        name: on its tab.
        columns: heading to cells, all of one length.
        banner: lines above the headings, each merged over the table; a blank row follows.
        groups: headings above the headings, each over so many columns.
        merge_down: headings whose equal neighbours are merged into one cell.
        footer: rows under the table.
        hidden_cases: cases, counted from 1, whose rows are hidden.
    """

    name: str
    columns: Columns
    banner: Sequence[str] = ()
    groups: Sequence[tuple[str, int]] = ()
    merge_down: Sequence[str] = ()
    footer: Sequence[Sequence[Cell]] = ()
    hidden_cases: Sequence[int] = ()


@dataclass(frozen=True)
class SampleForm:
    """A sheet that is a form: the name on its tab, and its rows."""

    name: str
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class SampleBook:
    """A workbook: what it is, and its sheets.

    Attributes:
        file: its name, without the ending.
        title: what an auditor would call it.
        rubric: the rubric that it was made for.
        reproduces: the published figures that it reproduces, in words.
        invented: what no report says, and was made up.
        sheets: the sheets of cases.
        guidance: the lines of a sheet for whoever fills it in; none leaves the sheet out.
        lists: the lists of a hidden sheet; none leaves it out.
        forms: sheets that are forms, of a case each.
    """

    file: str
    title: str
    rubric: str
    reproduces: Sequence[str]
    invented: str
    sheets: Sequence[SampleSheet]
    guidance: Sequence[str] = ()
    lists: Columns = field(default_factory=dict)
    forms: Sequence[SampleForm] = ()


def write_book(book: SampleBook, folder: Path) -> Path:
    """Write a sample into a folder."""
    workbook = Workbook()
    workbook.properties.title = f"{book.title} (synthetic sample)"
    workbook.properties.creator = "casefile-audit samples"
    workbook.properties.created = _MADE
    about = workbook.active
    assert isinstance(about, Worksheet)
    _write_about(about, book)
    if book.guidance:
        _write_lines(workbook.create_sheet("Guidance"), book.guidance)
    for sheet in book.sheets:
        _write_sheet(workbook.create_sheet(sheet.name), sheet)
    for form in book.forms:
        _write_form(workbook.create_sheet(form.name), form)
    if book.lists:
        lists = workbook.create_sheet("Lists")
        _write_table(lists, SampleSheet("Lists", book.lists), 1)
        lists.sheet_state = "hidden"
    path = folder / f"{book.file}.xlsx"
    path.write_bytes(_same_bytes(workbook))
    return path


def _same_bytes(workbook: Workbook) -> bytes:
    """The workbook without the time of its saving; stored, since deflate differs by machine."""
    saved, same = BytesIO(), BytesIO()
    workbook.save(saved)
    with ZipFile(saved) as source, ZipFile(same, "w", ZIP_STORED) as target:
        for name in sorted(source.namelist()):
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED_RE.sub(rb"\g<1>2024-01-01T00:00:00Z", content)
            member = ZipInfo(name, _STAMP)
            member.create_system = 0
            target.writestr(member, content)
    return same.getvalue()


def _write_about(sheet: Worksheet, book: SampleBook) -> None:
    sheet.title = "About"
    rows = [
        (book.title, None),
        (SYNTHETIC, None),
        (None, None),
        ("Rubric", book.rubric),
        *(
            ("Reproduces" if not index else None, line)
            for index, line in enumerate(book.reproduces)
        ),
        ("Invented", book.invented),
        ("Licence", "MIT, as the rest of casefile-audit"),
    ]
    for row, (label, text) in enumerate(rows, 1):
        name, cell = sheet.cell(row, 1, label), sheet.cell(row, 2, text)
        name.font, name.alignment = _HEADING_FONT, Alignment(vertical="top")
        cell.font, cell.alignment = _BODY_FONT, _TOP
    sheet.cell(1, 1).font = _BANNER_FONT
    sheet.column_dimensions["A"].width = 16
    sheet.column_dimensions["B"].width = 110
    _fit_to_page(sheet)


def _write_lines(sheet: Worksheet, lines: Sequence[str]) -> None:
    for row, line in enumerate(lines, 1):
        sheet.cell(row, 1, line).font = _HEADING_FONT if row == 1 else _BODY_FONT
    sheet.column_dimensions["A"].width = 110


def _write_form(sheet: Worksheet, form: SampleForm) -> None:
    for row, cells in enumerate(form.rows, 1):
        for column, cell in enumerate(cells, 1):
            _write_cell(sheet, row, column, cell)
    sheet.cell(1, 1).font = _BANNER_FONT
    sheet.cell(1, 1).alignment = Alignment()
    for letter, width in zip("ABCDEF", (5, 48, 30, 12, 12, 48), strict=True):
        sheet.column_dimensions[letter].width = width
    _fit_to_page(sheet)


def _write_sheet(sheet: Worksheet, sample: SampleSheet) -> None:
    width = len(sample.columns)
    for row, line in enumerate(sample.banner, 1):
        sheet.cell(row, 1, line).font = _BANNER_FONT if row == 1 else _BODY_FONT
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)
    row = len(sample.banner) + 2 if sample.banner else 1
    if sample.groups:
        _write_groups(sheet, sample.groups, row)
        row += 1
    last = _write_table(sheet, sample, row)
    for offset, cells in enumerate(sample.footer, 1):
        for column, cell in enumerate(cells, 1):
            sheet.cell(last + offset, column, cell).font = _HEADING_FONT
    for case in sample.hidden_cases:
        sheet.row_dimensions[row + case].hidden = True
    sheet.freeze_panes = f"B{row + 1}"
    _fit_to_page(sheet)


def _fit_to_page(sheet: Worksheet) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _write_groups(sheet: Worksheet, groups: Sequence[tuple[str, int]], row: int) -> None:
    column = 1
    for heading, span in groups:
        cell = sheet.cell(row, column, heading)
        cell.font, cell.fill = _HEADING_FONT, _HEADING_FILL
        cell.alignment = Alignment(horizontal="center")
        sheet.merge_cells(
            start_row=row, end_row=row, start_column=column, end_column=column + span - 1
        )
        column += span


def _write_table(sheet: Worksheet, sample: SampleSheet, header: int) -> int:
    """Write headings and cells, and return the last row."""
    count = max(map(len, sample.columns.values()))
    lines = [1] * (count + 1)
    for column, (heading, cells) in enumerate(sample.columns.items(), 1):
        top = sheet.cell(header, column, heading)
        top.font, top.fill, top.alignment, top.border = _HEADING_FONT, _HEADING_FILL, _TOP, _BORDER
        width = _width(heading, cells)
        sheet.column_dimensions[get_column_letter(column)].width = width
        for offset, cell in enumerate(cells, 1):
            _write_cell(sheet, header + offset, column, cell)
        for offset, cell in enumerate((heading, *cells)):
            lines[offset] = max(lines[offset], -(-len(str(cell)) // int(width - 2)))
        if heading in sample.merge_down:
            _merge_down(sheet, column, header + 1, cells)
    for offset, tall in enumerate(lines):
        sheet.row_dimensions[header + offset].height = 4 + 13 * tall
    return header + count


def _write_cell(sheet: Worksheet, row: int, column: int, value: Cell) -> None:
    cell = sheet.cell(row, column, value if value != "" else None)
    cell.font, cell.alignment, cell.border = _BODY_FONT, _TOP, _BORDER
    if isinstance(value, dt.datetime):
        cell.number_format = "DD/MM/YYYY HH:MM"
    elif isinstance(value, dt.date):
        cell.number_format = "DD/MM/YYYY"


def _width(heading: str, cells: Sequence[Cell]) -> float:
    longest = max((len(str(cell)) for cell in cells if cell is not None), default=0)
    return float(min(_WIDEST, max(12, longest + 2, len(heading) // 3 + 4)))


def _merge_down(sheet: Worksheet, column: int, first: int, cells: Sequence[Cell]) -> None:
    start = 0
    for index in range(1, len(cells) + 1):
        if index < len(cells) and cells[index] == cells[start]:
            continue
        if index - start > 1:
            for row in range(first + start + 1, first + index):
                sheet.cell(row, column).value = None
            sheet.merge_cells(
                start_row=first + start,
                end_row=first + index - 1,
                start_column=column,
                end_column=column,
            )
        start = index
