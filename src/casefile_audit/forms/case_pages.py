"""A form with a sheet for each case, for those who print it: the questions down the side."""

from datetime import date

from casefile_audit.forms.answer_cells import (
    about_sheet,
    add_rule,
    need_style,
    write_answer,
)
from casefile_audit.forms.plan import FormPlan, KnownCase, KnownCell
from casefile_audit.forms.questions import FormQuestion, Need
from casefile_audit.intake.form_marks import Mark, MarkKind
from casefile_audit.output.form_books import CellArea, FormBook, FormSheet
from casefile_audit.output.spreadsheets import height_of

MOST_PAGES = 250
"""So many sheets a spreadsheet program can be asked to open."""
PAGES_WITHOUT_CASES = 10
"""So many cases have a sheet where nobody said which are to be read."""
_MARKS, _LABELS, _ANSWERS, _NEEDS, _ASKS = range(5)
_WIDTHS = (3, 30, 34, 14, 60)
_FIRST = 3
_ROOM_FOR_NOTES = 90


def add_case_pages(book: FormBook, plan: FormPlan, sector: str) -> None:
    """Add the sheets of a sector's cases."""
    for case in plan.cases_of(sector) or [KnownCase({})] * PAGES_WITHOUT_CASES:
        _add_page(book, plan, sector, case)


def _add_page(book: FormBook, plan: FormPlan, sector: str, case: KnownCase) -> None:
    number = plan.reserve_number(case)
    names = (
        f"Reserve {number}" if number else "",
        plan.rubric.title_of("sectors", sector) if sector else "",
        plan.reference_of(case),
    )
    sheet = book.add_sheet(" ".join(filter(None, names)) or "Case")
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width, None, {"hidden": column == _MARKS})
    sheet.fill(0, _LABELS, about_sheet(plan, sector), "small")
    for column, heading in ((_LABELS, "Question"), (_ANSWERS, "Answer"), (_ASKS, "What is asked")):
        sheet.fill(_FIRST - 1, column, heading, "heading")
    sheet.fill(_FIRST - 1, _NEEDS, "To be filled in", "heading")
    questions = plan.questions(sector)
    for row, question in enumerate(questions, _FIRST):
        known = case.cells.get((question.field, question.number))
        _add_question(sheet, row, question, known, plan.day)
    after = _FIRST + len(questions)
    sheet.set_row(after, _ROOM_FOR_NOTES)
    for row, its in enumerate(plan.further([case]), after):
        held = plan.held(its, case)
        sheet.fill(row, _MARKS, its.mark.text, "mark")
        sheet.fill(row, _LABELS, its.heading, "label")
        sheet.fill(row, _ANSWERS, held or None, "locked" if held else "open")
        sheet.fill(row, _ASKS, its.asks, "above")
    if sector:
        sheet.fill(row + 1, _MARKS, Mark(MarkKind.SECTOR, sector).text, "mark")
    sheet.freeze_panes(_FIRST, 0)
    sheet.fit_to_pages(1, 0)
    sheet.set_landscape()
    sheet.lock()


def _add_question(
    sheet: FormSheet, row: int, question: FormQuestion, known: KnownCell | None, day: date
) -> None:
    mark = question.marked(known=known is not None)
    sheet.fill(row, _MARKS, mark.text, "mark")
    sheet.fill(row, _LABELS, question.heading, "label")
    write_answer(sheet, row, _ANSWERS, question, known)
    need = question.need if known is None else Need.KNOWN
    sheet.fill(row, _NEEDS, need.value, need_style(need))
    sheet.fill(row, _ASKS, question.asks, "above")
    area = CellArea(row, _ANSWERS, row, _ANSWERS)
    add_rule(sheet, area, question, day)
    if need is Need.REQUIRED:
        sheet.mark_wanting(area)
    cells = (
        (question.heading, _WIDTHS[_LABELS]),
        (str(known or ""), _WIDTHS[_ANSWERS]),
        (question.asks, _WIDTHS[_ASKS] * 11 / 9),
    )
    sheet.set_row(row, height_of(cells))
