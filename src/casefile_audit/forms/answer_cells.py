"""The cells of a form in which an answer goes: what they hold, take and say."""

from collections.abc import Mapping
from datetime import date

from casefile_audit.forms.plan import FormPlan, KnownCell
from casefile_audit.forms.questions import AnswerKind, FormQuestion, Need
from casefile_audit.output.form_books import CellArea, FormSheet, Prompt, Style

_MORE = "More on the sheet Questions."
_OPEN: Mapping[AnswerKind, Style] = {
    AnswerKind.DATE: "open date",
    AnswerKind.MOMENT: "open moment",
    AnswerKind.NUMBER: "open number",
}
_HOW = {
    AnswerKind.DATE: "Enter a date such as 12 Jan 2026.",
    AnswerKind.MOMENT: "Enter a date and the time of day, such as 12 Jan 2026 14:30.",
    AnswerKind.NUMBER: "Enter a number.",
}
# Nobody records earlier days of a child's life; later ones, such as a conference, may be planned.
_FIRST_DAY = date(1950, 1, 1)


def about_sheet(plan: FormPlan, sector: str) -> str:
    """What a sheet is and of which form, for the top of it."""
    return f"{plan.title_of(sector)} – {plan.stamp.said}. How to answer: see the first sheet."


def need_style(need: Need) -> Style:
    """How it looks whether a cell is to be filled in: in colour too, never in colour alone."""
    return "required" if need is Need.REQUIRED else "above"


def write_answer(
    sheet: FormSheet,
    row: int,
    column: int,
    question: FormQuestion,
    known: KnownCell | None,
) -> None:
    """Write the cell of an answer: what is known, and locked; or nothing yet."""
    style: Style
    if known is not None:
        style = "locked date" if isinstance(known, date) else "locked"
    else:
        style = _OPEN.get(question.kind, "open")
    sheet.fill(row, column, known, style)


def add_rule(sheet: FormSheet, area: CellArea, question: FormQuestion, day: date) -> None:
    """Let the cells of an answer take what the question asks for, and say what that is."""
    message = f"{_HOW.get(question.kind, '')} {question.said}".strip()
    prompt = Prompt(question.heading, message, _MORE)
    if question.kind is AnswerKind.CHOICE:
        sheet.offer(area, question.choices, prompt, only=not question.several)
    elif question.kind in (AnswerKind.DATE, AnswerKind.MOMENT):
        sheet.ask_date(area, _FIRST_DAY, date(day.year + 1, 12, 31), prompt)
    elif question.kind is AnswerKind.NUMBER:
        sheet.ask_number(area, prompt)
    else:
        sheet.ask(area, prompt)


def width_of(question: FormQuestion) -> float:
    """How wide a column is, in characters."""
    if question.kind is AnswerKind.TEXT and question.need is not Need.REQUIRED:
        return 20
    longest = max(map(len, (*question.choices, *question.heading.split())), default=0)
    return min(max(longest + 3, 16), 30)
