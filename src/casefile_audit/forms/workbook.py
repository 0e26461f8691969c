"""A form as a workbook: a sheet to read first, the sheets of cases, and the questions in full."""

from casefile_audit.forms.answer_cells import (
    about_sheet,
    add_rule,
    need_style,
    width_of,
    write_answer,
)
from casefile_audit.forms.case_pages import add_case_pages
from casefile_audit.forms.first_sheet import add_first_sheet, add_questions_sheet
from casefile_audit.forms.plan import FormPlan, KnownCell
from casefile_audit.forms.questions import FormQuestion, Need
from casefile_audit.intake.form_marks import Mark, MarkKind
from casefile_audit.intake.form_stamp import PROPERTY
from casefile_audit.intake.sample_sheet import add_sample_sheet
from casefile_audit.output.form_books import CellArea, FormBook, FormSheet
from casefile_audit.output.spreadsheets import height_of

ROWS_WITHOUT_CASES = 100
"""So many rows have drop-downs where nobody said which cases are to be read."""
_HIGHEST = 130
_ASKS, _NEEDS, _MARKS, _HEADS, _FIRST = 1, 2, 3, 4, 5


def form_workbook(plan: FormPlan, one_case_a_sheet: bool = False) -> bytes:
    """The form as a file.

    Args:
        one_case_a_sheet: whether each case has a sheet of its own, to be printed.

    Raises:
        RubricError: two choices of a question have the same wording.
    """
    book = FormBook(f"{plan.rubric.title}: form", plan.day, {PROPERTY: plan.stamp.text})
    add_first_sheet(book, plan)
    for sector in plan.sectors:
        if one_case_a_sheet:
            add_case_pages(book, plan, sector)
        else:
            _CaseSheet(book, plan, sector).add()
    add_questions_sheet(book, plan)
    if plan.sample is not None:
        add_sample_sheet(book, plan.sample)
    return book.to_bytes()


class _CaseSheet:
    """A sheet with a case in each row."""

    def __init__(self, book: FormBook, plan: FormPlan, sector: str) -> None:
        self._book, self._plan, self._sector = book, plan, sector
        self._questions = plan.questions(sector)
        self._cases = plan.cases_of(sector)
        self._further = list(plan.further(self._cases))
        self._last = _FIRST + (len(self._cases) or ROWS_WITHOUT_CASES) - 1

    def add(self) -> None:
        """Add it to the workbook."""
        sheet = self._book.add_sheet(self._plan.title_of(self._sector))
        sheet.fill(0, 0, about_sheet(self._plan, self._sector), "small")
        for column, question in enumerate(self._questions):
            self._add_column(sheet, column, question)
        self._add_further(sheet)
        self._lay_out(sheet)
        sheet.lock()

    def _add_column(self, sheet: FormSheet, column: int, question: FormQuestion) -> None:
        sheet.fill(_ASKS, column, question.asks, "above")
        sheet.fill(_NEEDS, column, question.need.value, need_style(question.need))
        sheet.fill(_MARKS, column, question.mark.text, "mark")
        sheet.fill(_HEADS, column, question.heading, "heading")
        sheet.set_column(column, column, width_of(question))
        for row in range(_FIRST, self._last + 1):
            write_answer(sheet, row, column, question, self._known(row, question))
        area = CellArea(_FIRST, column, self._last, column)
        add_rule(sheet, area, question, self._plan.day)
        if question.need is Need.REQUIRED and self._cases:
            sheet.mark_wanting(area)

    def _known(self, row: int, question: FormQuestion) -> KnownCell | None:
        if not self._cases:
            return None
        return self._cases[row - _FIRST].cells.get((question.field, question.number))

    def _add_further(self, sheet: FormSheet) -> None:
        """The columns beside those of the questions."""
        plan = self._plan
        for column, its in enumerate(self._further, len(self._questions)):
            sheet.fill(_NEEDS, column, its.asks or Need.OPTIONAL.value, "above")
            sheet.fill(_MARKS, column, its.mark.text, "mark")
            sheet.fill(_HEADS, column, its.heading, "heading")
            sheet.set_column(column, column, 26 if its.asks else 40)
            for row in range(_FIRST, self._last + 1):
                held = plan.held(its, self._cases[row - _FIRST]) if self._cases else ""
                sheet.fill(row, column, held or None, "locked" if held else "open")
        if self._sector:
            mark = Mark(MarkKind.SECTOR, self._sector)
            sheet.fill(_MARKS, len(self._questions) + len(self._further), mark.text, "mark")

    def _lay_out(self, sheet: FormSheet) -> None:
        widths = [width_of(question) for question in self._questions]
        asks = [question.asks for question in self._questions]
        small = [width * 11 / 9 for width in widths]
        sheet.set_row(_ASKS, min(height_of(zip(asks, small, strict=True)), _HIGHEST))
        sheet.set_row(_MARKS, None, None, {"hidden": True})
        headings = [question.heading for question in self._questions]
        sheet.set_row(_HEADS, height_of(zip(headings, widths, strict=True)))
        sheet.freeze_panes(_FIRST, 1)
        notes = len(self._questions)
        sheet.autofilter(_HEADS, 0, self._last, notes + self._plan.asks_why)
        sheet.set_landscape()
        sheet.repeat_rows(_HEADS)
        sheet.repeat_columns(0)
