"""A form as it is filled in: its cases, the questions of each, and the cell of each answer."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from casefile_audit.english import fold, on_one_line
from casefile_audit.errors import WorkbookError
from casefile_audit.files.formats import Kind, check_kind
from casefile_audit.files.workbook import AS_STORED, Cell, Sheet, Workbook, open_workbook, text_of
from casefile_audit.forms.first_sheet import question_in_full
from casefile_audit.forms.plan import IF_UNAVAILABLE, FormPlan
from casefile_audit.forms.questions import AnswerKind, FormQuestion, Need
from casefile_audit.forms.workbook import ROWS_WITHOUT_CASES
from casefile_audit.intake.form_marks import (
    NOTES,
    QUESTIONS_SHEET,
    FormMarks,
    Mark,
    MarkKind,
    form_marks,
)
from casefile_audit.intake.form_stamp import named_rubric, stamp_in
from casefile_audit.intake.sample_sheet import manifest_in
from casefile_audit.manifest import UNAVAILABLE_HEADING, Manifest
from casefile_audit.rubric.fields import FieldBase
from casefile_audit.rubric.loading import load_rubric
from casefile_audit.rubric.model import Rubric

_ANSWER = "answer"
_INSTEAD = {
    Kind.WORD: "Fill a Word form in in Word, and bring it back with `audit collect`.",
    Kind.TEXT: "Text keeps neither the lists of a form nor its other sheets. Go on in the .xlsx "
    "that it was saved from, or make a new one with `audit template`.",
    Kind.ODS: "Open it in LibreOffice, save it as {0}, and read that: audit read {0}",
    Kind.XLS: "Open it in Excel or LibreOffice, save it as {0}, and read that: audit read {0}",
}
_Questions = Mapping[tuple[str, int], FormQuestion]


@dataclass(frozen=True)
class AnswerCell:
    """Where an answer goes: a sheet, and the zero-based row and column."""

    sheet: str
    row: int
    column: int


@dataclass(frozen=True)
class AskedCell:
    """A question of one case.

    Attributes:
        field: how its answers are read; None of the notes.
    """

    question: FormQuestion
    field: FieldBase | None
    cell: AnswerCell

    @property
    def theme(self) -> str:
        """What it stands under."""
        if self.field is not None and self.field.type == "grade":
            return "Grades"
        return self.question.themes[0] if self.question.themes else "The case"

    @property
    def required(self) -> bool:
        """Whether it is missing while it is blank."""
        return self.question.need is Need.REQUIRED


@dataclass(frozen=True)
class RecordedCase:
    """A case of the form.

    Attributes:
        reference: what names it, where that was known.
        known: what else was known of it: headings, and what stands there.
        asked: the questions, the notes last.
        reference_cell: where its reference is to be filled in, if that is a question.
        reserve: of a sample's reserve its number; 0 of a case that is to be read.
        pool: the sector and the stratum, whose unavailable files the reserve takes the place of.
        unavailable: where it is said why its file couldn't be read, if the form asks it.
    """

    reference: str
    known: tuple[tuple[str, str], ...]
    asked: tuple[AskedCell, ...]
    reference_cell: AnswerCell | None
    place: str
    reserve: int = 0
    pool: tuple[str, int] = ("", 0)
    unavailable: AskedCell | None = None


@dataclass(frozen=True)
class RecordingForm:
    """A form.

    Attributes:
        cases: in the order of the form.
        contents: what stood in the cells of the answers when it was opened.
    """

    path: Path
    rubric: Rubric
    cases: tuple[RecordedCase, ...]
    contents: Mapping[AnswerCell, Cell]
    workbook: Workbook

    def number_of(self, case: RecordedCase) -> str:
        """Which of the cases a case is, or which of the reserve that may take its place."""
        alike = [its for its in self.cases if bool(its.reserve) is bool(case.reserve)]
        if case.reserve:
            alike = [its for its in alike if its.pool == case.pool]
        number = next(n for n, its in enumerate(alike, 1) if its is case)
        return f"{'reserve' if case.reserve else 'case'} {number} of {len(alike)}"

    @property
    def epoch(self) -> dt.datetime:
        """The workbook's day 0."""
        return self.workbook.sheets[0].epoch


def open_form(path: Path, rubric_named: str | None) -> RecordingForm:
    """Open a form that ``audit template`` made.

    Raises:
        WorkbookError: it is no such form, or can't be written back into.
        RubricError: its rubric isn't there.
    """
    book = open_workbook(path, AS_STORED)
    kind = check_kind(path, path.read_bytes())
    if kind is not Kind.XLSX:
        raise WorkbookError(
            f"{path.name} isn't an .xlsx workbook, so answers can't be written into it",
            hint=_INSTEAD.get(kind, "").format(path.with_suffix(".xlsx"))
            or "Save it as .xlsx in Excel or LibreOffice, without a password, and read that.",
        )
    stamp = stamp_in(book.sheets)
    marked = [(sheet, marks) for sheet in book.sheets if (marks := form_marks(sheet)) is not None]
    if stamp is None or not marked:
        raise WorkbookError(
            f"{path.name} isn't a form of this program",
            hint="`audit template RUBRIC -o form.xlsx` makes one.",
        )
    rubric = load_rubric(rubric_named or named_rubric(stamp.rubric))
    contents: dict[AnswerCell, Cell] = {}
    asked = {marks.sector: _questions(rubric, marks.sector) for _, marks in marked}
    if rubric.sha256 != stamp.digest and (changed := _changed(book, marked, asked)):
        raise WorkbookError(
            f"{path.name} was made from {stamp.said}; the rubric `{rubric.name}` that is here is "
            f"another, version {rubric.version}, {rubric.sha256[:8]}, and asks otherwise",
            details=changed,
            hint="Give the one that the form was made from with --rubric, or fill the form in as a "
            "spreadsheet.",
        )
    sample = manifest_in([book])
    cases = [
        _of_sample(case, marks.sector, sample)
        for sheet, marks in marked
        for case in _cases(sheet, marks, rubric, asked[marks.sector], contents)
    ]
    if not cases:
        raise WorkbookError(
            f"{path.name} has no case left to read",
            hint="Make it again with `audit template`, with --cases or without.",
        )
    return RecordingForm(path, rubric, tuple(cases), contents, book)


def _of_sample(case: RecordedCase, sector: str, sample: Manifest | None) -> RecordedCase:
    """A case that knows what its sample says of it."""
    drawn = sample.by_reference.get(fold(case.reference)) if sample else None
    return replace(case, reserve=drawn.reserve, pool=(sector, drawn.stratum)) if drawn else case


def _changed(
    book: Workbook, marked: Sequence[tuple[Sheet, FormMarks]], asked: Mapping[str, _Questions]
) -> list[str]:
    """The questions that a rubric asks in other words, or with other choices, than the form."""
    said = [
        [text_of(cell) for cell in row]
        for sheet in book.sheets
        if sheet.name == QUESTIONS_SHEET
        for row in sheet.rows
    ]
    found = {}
    for _, marks in marked:
        for mark in marks.marks.values():
            question = asked[marks.sector].get((mark.name, mark.number))
            if mark.kind is not MarkKind.ASK or mark.number > 1:
                continue
            if question is None:
                found[mark.name] = f"{mark.name}: not asked any more"
            elif not any(_says(row, question) for row in said):
                found[mark.name] = f"{question.heading}: asked in other words, or other choices"
    return list(found.values())


def _says(row: Sequence[str], question: FormQuestion) -> bool:
    """Whether a row of the sheet of questions is of a question as it is asked."""
    heading, asks, _, choices, _ = question_in_full(question)
    wanted = (on_one_line(asks), on_one_line(choices))
    return len(row) > 3 and row[0].startswith(on_one_line(heading)) and (row[1], row[3]) == wanted


def _cases(
    sheet: Sheet,
    marks: FormMarks,
    rubric: Rubric,
    questions: _Questions,
    contents: dict[AnswerCell, Cell],
) -> Iterator[RecordedCase]:
    """The cases of a sheet: one in each row, or the one that it is."""
    if marks.row is None:
        answers = _answers_column(sheet, marks.column or 0)
        places = {at: (at, answers) for at in marks.marks}
        yield _case(sheet, marks, rubric, questions, places, contents)
        return
    first = marks.row + 2
    has_cases = any(mark.kind is MarkKind.KNOWN for mark in marks.marks.values())
    last = len(sheet.rows) if has_cases else max(len(sheet.rows), first + ROWS_WITHOUT_CASES)
    for row in range(first, last):
        places = {at: (row, at) for at in marks.marks}
        if has_cases and not any(map(text_of, sheet.rows[row])):
            continue
        yield _case(sheet, marks, rubric, questions, places, contents)


def _answers_column(sheet: Sheet, marks_column: int) -> int:
    for row in sheet.rows:
        for column, cell in enumerate(row):
            if fold(text_of(cell)) == _ANSWER:
                return column
    return marks_column + 2


def _questions(rubric: Rubric, sector: str) -> _Questions:
    plan = FormPlan(rubric, rubric.name, dt.date.today(), (sector,))
    return {(its.field, its.number): its for its in plan.questions(sector)}


def _case(
    sheet: Sheet,
    marks: FormMarks,
    rubric: Rubric,
    questions: _Questions,
    places: Mapping[int, tuple[int, int]],
    contents: dict[AnswerCell, Cell],
) -> RecordedCase:
    fields = rubric.fields_of(marks.sector)
    known: list[tuple[str, str]] = []
    asked: list[AskedCell] = []
    reference, reference_cell, unavailable = "", None, None
    for at in sorted(marks.marks):
        mark, (row, column) = marks.marks[at], places[at]
        content = _content(sheet, row, column)
        question = _question(mark, questions)
        if question is None:
            continue
        cell = AnswerCell(sheet.name, row, column)
        is_reference = mark.name == rubric.identifier
        if mark.kind is MarkKind.KNOWN and text_of(content):
            known.append((question.heading, text_of(content)))
            reference = text_of(content) if is_reference else reference
            continue
        asked.append(AskedCell(question, fields.get(mark.name), cell))
        unavailable = asked[-1] if mark.kind is MarkKind.UNAVAILABLE else unavailable
        contents[cell] = content
        reference_cell = cell if is_reference else reference_cell
    first = next(iter(places.values()))
    place = sheet.name if marks.row is None else f"{sheet.name}, row {first[0] + 1}"
    return RecordedCase(
        reference, tuple(known), tuple(asked), reference_cell, place, unavailable=unavailable
    )


def _content(sheet: Sheet, row: int, column: int) -> Cell:
    inside = row < len(sheet.rows) and column < len(sheet.rows[row])
    return sheet.rows[row][column] if inside else None


def _question(mark: Mark, questions: _Questions) -> FormQuestion | None:
    if (its := _BESIDE_QUESTIONS.get(mark.kind)) is not None:
        return its
    return questions.get((mark.name, mark.number))


def _room_for(heading: str, asks: str, theme: str) -> FormQuestion:
    return FormQuestion(
        field="",
        number=0,
        heading=heading,
        kind=AnswerKind.TEXT,
        choices=(),
        several=False,
        need=Need.OPTIONAL,
        asks=asks,
        guidance="",
        sources=(),
        themes=(theme,),
    )


_BESIDE_QUESTIONS = {
    MarkKind.NOTES: _room_for(NOTES, "What you want to say beside the answers.", "Notes"),
    MarkKind.UNAVAILABLE: _room_for(UNAVAILABLE_HEADING, IF_UNAVAILABLE, "The file"),
}
