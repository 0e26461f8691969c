"""Forms as readers fill them in, and what stands in their parts."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import openpyxl
from docx.oxml.ns import qn
from openpyxl.worksheet.worksheet import Worksheet

from casefile_audit.files.workbook import open_workbook
from casefile_audit.forms.plan import FormPlan, KnownCase, every_sector
from casefile_audit.intake.form_marks import FormMarks, Mark, MarkKind, form_marks, mark_in
from casefile_audit.rubric.loading import load_rubric

DAY = dt.date(2026, 3, 2)
Answers = Mapping[tuple[str, int], object]


def plan_of(named: str, references: Sequence[str] = (), **known: Any) -> FormPlan:
    """A plan for a rubric, with cases of which the reference is known."""
    rubric = load_rubric(named)
    cases = [KnownCase({(rubric.identifier or "", 0): reference}) for reference in references]
    return FormPlan(rubric, named, DAY, every_sector(rubric), cases, **known)


def parts(path: Path) -> dict[str, str]:
    """The markup of each part of a file."""
    with ZipFile(path) as package:
        return {name: package.read(name).decode() for name in package.namelist()}


def marked_sheets(path: Path) -> Iterator[tuple[str, FormMarks]]:
    """The sheets of cases of a form, with their marks."""
    for sheet in open_workbook(path).sheets:
        if (marks := form_marks(sheet)) is not None:
            yield sheet.name, marks


UNAVAILABLE = (f"audit:{MarkKind.UNAVAILABLE.value}", 0)
"""What stands for a field where it is said why a file couldn't be read."""


def columns(marks: FormMarks) -> dict[tuple[str, int], int]:
    """Where each field of a sheet stands, counted from 1 as openpyxl does."""
    return {(mark.name or mark.text, mark.number): at + 1 for at, mark in marks.marks.items()}


def fill(path: Path, rows: Sequence[Answers], to: Path | None = None) -> Path:
    """Fill in a form with one sheet of cases, from its first row on, as a person would."""
    ((name, marks),) = marked_sheets(path)
    assert marks.row is not None
    book = openpyxl.load_workbook(path)
    sheet = book[name]
    assert isinstance(sheet, Worksheet)
    for row, answers in enumerate(rows, marks.row + 3):
        for cell, answer in answers.items():
            enter(sheet, row, columns(marks)[cell], answer)
    book.save(to or path)
    return to or path


def enter(sheet: Worksheet, row: int, column: int, answer: object) -> None:
    """Enter an answer: in a cell of text, text is text."""
    cell = sheet.cell(row, column)
    cell.value = answer  # type: ignore[assignment]
    if isinstance(answer, str):
        cell.data_type = "s"


def fill_pages(path: Path, rows: Sequence[Answers], to: Path | None = None) -> Path:
    """Fill in a form with a sheet for each case."""
    book = openpyxl.load_workbook(path)
    for (name, marks), answers in zip(marked_sheets(path), rows, strict=False):
        for cell, answer in answers.items():
            sheet = book[name]
            assert isinstance(sheet, Worksheet)
            enter(sheet, columns(marks)[cell], 3, answer)
    book.save(to or path)
    return to or path


def rules(path: Path) -> list[dict[str, str]]:
    """The rules for cells of all sheets, by their attributes, with their formulas."""
    found = []
    for name, markup in parts(path).items():
        if not name.startswith("xl/worksheets/"):
            continue
        for attributes, inside in re.findall(
            r"<dataValidation ([^>]*?)(?:/>|>(.*?)</dataValidation>)", markup, re.DOTALL
        ):
            rule = dict(re.findall(r'([\w:]+)="([^"]*)"', attributes))
            rule |= dict(re.findall(r"<(formula\d)>([^<]*)<", inside))
            found.append(rule)
    return found


def mark_of(name: str, kind: str = "ask", number: int = 0) -> str:
    """A mark as it stands in a cell."""
    return Mark(MarkKind(kind), name, number).text


def fill_word(path: Path, rows: Sequence[Answers], to: Path | None = None) -> Path:
    """Fill in the content controls of a Word form, case after case, as Word does."""
    document = docx.Document(str(path))
    for table, answers in zip(document.tables[1:], rows, strict=False):
        for control in table._tbl.iter(qn("w:sdt")):
            mark = mark_in(control.find(qn("w:sdtPr")).find(qn("w:tag")).get(qn("w:val")))
            answer = answers.get((mark.name or mark.text, mark.number)) if mark else None
            if answer is not None:
                settle(
                    control, f"{answer:%d %b %Y}" if isinstance(answer, dt.date) else str(answer)
                )
    document.save(str(to or path))
    return to or path


def settle(control: Any, text: str) -> None:
    """Put words in a content control, in place of its prompt."""
    properties = control.find(qn("w:sdtPr"))
    prompt = properties.find(qn("w:showingPlcHdr"))
    if prompt is not None:
        properties.remove(prompt)
    for style in list(control.iter(qn("w:rStyle"))):
        style.getparent().remove(style)
    next(control.iter(qn("w:t"))).text = text
