"""The sheet of a form that is read first, on one page, and the sheet of its questions in full."""

from collections.abc import Iterator

from casefile_audit.forms.choices import NOT_APPLICABLE, NOT_KNOWN, NOT_RECORDED
from casefile_audit.forms.plan import FormPlan
from casefile_audit.forms.questions import FormQuestion
from casefile_audit.intake.form_marks import FIRST_SHEET, QUESTIONS_SHEET
from casefile_audit.intake.form_stamp import DIGEST, READER, RUBRIC, VERSION
from casefile_audit.manifest import UNAVAILABLE_HEADING
from casefile_audit.output.form_books import FormBook, cut_at_word

_LONGEST_PURPOSE = 600

_WORDS = (
    ("Left blank", "You have not answered yet. In a case that you have started it counts as not "
     "recorded, so choose the word that is true rather than leaving it."),
    (NOT_RECORDED, "You looked, and the record says nothing about it."),
    (NOT_KNOWN, "The record says that somebody asked and the answer is not known."),
    (NOT_APPLICABLE, "The question does not arise in this case, and the record shows why."),
    ("Yes, Partly, No", "What the record shows, not what probably happened."),
)  # fmt: skip
_DATES = "Write the month in letters: 12 Jan 2026. Leave a date blank where the record has none."
_IN_CELLS = (
    ("How to answer", "Put your name or team beside “Reader”. Choose from the list in each cell, "
     "and fill in what is marked Required, which is yellow."),
    ("Help", f"Stand on a cell and its question appears. The sheet {QUESTIONS_SHEET} has each in "
     "full, how to answer it, and where it comes from."),
    ("Dates", _DATES),
    ("Notes", "In the column for notes at the end, never in the cell of an answer."),
)  # fmt: skip
_IN_WORD = (
    ("How to answer", "Put your name or team beside “Reader”. Click in the column Answer: choose "
     "from the list, or type. Fill in what is marked Required."),
    ("Dates", _DATES),
    ("Notes", "At the end of each case, never in an answer."),
)  # fmt: skip
_UNAVAILABLE = f"Say why beside or under “{UNAVAILABLE_HEADING}”, and answer nothing of that case."
_RESERVE = (
    "Cases with a reserve number are read only in place of a file that can't be read, of the same "
    "stratum if there are several, in the order of their numbers. Skip none."
)
_NOT_READ = (
    "A case in which nothing is answered is not yet read, and is in no figure. Start a case only "
    "when you have its file in front of you."
)


def add_first_sheet(book: FormBook, plan: FormPlan) -> None:
    """Add the sheet that is read first."""
    sheet = book.add_sheet(FIRST_SHEET)
    sheet.fill(0, 0, f"{plan.rubric.title}: a form to record in", "title")
    sheet.fill_labelled(first_lines(plan), (22, 78), 2, open_=READER)
    sheet.lock()


def first_lines(plan: FormPlan, *, in_word: bool = False) -> Iterator[tuple[str, str]]:
    """What is to be read first, by its labels; both are empty for a gap."""
    rubric, stamp = plan.rubric, plan.stamp
    if rubric.description:
        yield "What it is for", cut_at_word(rubric.description, _LONGEST_PURPOSE)
    if (source := rubric.source) is not None:
        parts = (source.title, source.publisher, source.year)
        yield "Where it comes from", ", ".join(filter(None, parts))
    yield READER, plan.reader
    yield "", ""
    yield from _IN_WORD if in_word else _IN_CELLS
    if plan.cases:
        yield "Filled in", "Grey cells and locked answers are filled in already."
    if plan.asks_why:
        yield "If a file can't be read", _UNAVAILABLE
    if plan.sample is not None and plan.sample.reserves:
        yield "Reserve", _RESERVE
    yield "", ""
    yield from _WORDS
    yield "Not yet read", _NOT_READ
    yield "", ""
    yield RUBRIC, stamp.rubric
    yield VERSION, stamp.version
    yield DIGEST, stamp.digest


def add_questions_sheet(book: FormBook, plan: FormPlan) -> None:
    """Add the sheet with all that there is to say of each question."""
    sheet = book.add_sheet(QUESTIONS_SHEET)
    headings = ("Heading", "What is asked", "How to answer", "Choices", "Where it comes from")
    widths = (24, 50, 50, 40, 40)
    sheet.fill(0, 0, f"{plan.rubric.title}: the questions in full", "title")
    sheet.fill_table(headings, widths, _questions_in_full(plan), top=2)
    sheet.freeze_panes(3, 1)
    sheet.lock()


def _questions_in_full(plan: FormPlan) -> Iterator[tuple[str, ...]]:
    seen: set[tuple[str, str, tuple[str, ...]]] = set()
    for sector in plan.sectors:
        for question in plan.questions(sector):
            key = (question.field, question.asks, question.choices)
            if question.number <= 1 and key not in seen:
                seen.add(key)
                only = f" ({plan.rubric.title_of('sectors', sector)})" if sector else ""
                yield question_in_full(question, only)


def question_in_full(question: FormQuestion, only: str = "") -> tuple[str, ...]:
    """A row of the sheet of questions: heading, what is asked, how to answer, choices, sources.

    Args:
        only: what stands after its heading, such as the sector that alone is asked it.
    """
    several = " One or several of them, with commas between." if question.several else ""
    how = " ".join(filter(None, (question.guidance, f"{question.need.value}.", several.strip())))
    choices = "; ".join(question.choices) or question.kind.value
    return (question.heading + only, question.asks, how, choices, "; ".join(question.sources))
