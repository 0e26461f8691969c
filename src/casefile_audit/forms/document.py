"""A form as a Word document: a page to read first, then a table of questions for each case."""

import datetime as dt
import io

import docx
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_ROW_HEIGHT_RULE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table as WordTable
from docx.table import _Cell as WordCell

from casefile_audit.english import without_controls
from casefile_audit.forms.first_sheet import first_lines
from casefile_audit.forms.plan import FormPlan, KnownCase
from casefile_audit.forms.questions import AnswerKind, FormQuestion, Need
from casefile_audit.intake.form_marks import (
    CHOOSE,
    CHOOSE_A_DATE,
    NUMBERS,
    SECTOR_LABEL,
    TYPE_HERE,
    Mark,
    MarkKind,
)
from casefile_audit.intake.form_stamp import PROPERTY
from casefile_audit.intake.sample_sheet import FOR_THE_PROGRAM, facts
from casefile_audit.manifest import Manifest, in_cells
from casefile_audit.output.word_controls import add_choice, add_date, add_locked, add_text

FORMS_WITHOUT_CASES = 1
"""So many cases have room in a document where nobody said which are to be read."""
_WIDTHS = (Mm(10), Mm(42), Mm(48), Mm(70))
_LINE = Mm(5)
_GREY = RGBColor(0x50, 0x5A, 0x5F)


def form_document(plan: FormPlan) -> bytes:
    """The form as a .docx file.

    Raises:
        RubricError: two choices of a question have the same wording.
    """
    word = docx.Document()
    _prepare(word, plan)
    word.add_paragraph(_clean(f"{plan.rubric.title}: a form to record in"), style="Title")
    first = [(label, text) for label, text in first_lines(plan, in_word=True) if label]
    table = _table(word, len(first), (Mm(38), Mm(132)))
    for row, (label, text) in enumerate(first):
        _say(table.cell(row, 0), label, bold=True)
        _say(table.cell(row, 1), text)
    for sector in plan.sectors:
        for case in plan.cases_of(sector) or [KnownCase({})] * FORMS_WITHOUT_CASES:
            _add_case(word, plan, sector, case)
    if plan.sample is not None:
        _add_sample(word, plan.sample)
    held = io.BytesIO()
    word.save(held)
    return held.getvalue()


def _prepare(word: WordDocument, plan: FormPlan) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = Mm(20)
    normal = word.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(10)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    normal.element.get_or_add_rPr().append(language)
    prompt = word.styles.add_style("PlaceholderText", WD_STYLE_TYPE.CHARACTER)
    prompt.font.color.rgb = _GREY
    properties = word.core_properties
    properties.title, properties.author = _clean(f"{plan.rubric.title}: form"), "casefile-audit"
    properties.language, properties.comments = "en-GB", ""
    properties.created = properties.modified = dt.datetime.combine(plan.day, dt.time())
    properties.keywords = _clean(f"{PROPERTY}: {plan.stamp.text}")


def _add_case(word: WordDocument, plan: FormPlan, sector: str, case: KnownCase) -> None:
    title = plan.rubric.title_of("sectors", sector) if sector else "Case"
    number = plan.reserve_number(case)
    reserve = f"Reserve {number}: " if number else ""
    named = f"{reserve}{title} {plan.reference_of(case)}".strip()
    word.add_heading(_clean(named), level=1).paragraph_format.page_break_before = True
    questions = plan.questions(sector)
    further = list(plan.further([case]))
    table = _table(word, len(questions) + 1 + bool(sector) + len(further), _WIDTHS)
    for column, heading in enumerate((NUMBERS, "Question", "Answer", "What is asked")):
        _say(table.cell(0, column), heading, bold=True)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    if sector:
        _say(table.cell(1, 0), SECTOR_LABEL)
        add_locked(table.cell(1, 1), Mark(MarkKind.SECTOR, sector).text, SECTOR_LABEL, title)
    above = 1 + bool(sector)
    for place, question in enumerate(questions):
        _add_question(table, above + place, place + 1, question, case)
    for row, its in enumerate(further, above + len(questions)):
        held, tag, answer = plan.held(its, case), its.mark.text, table.cell(row, 2)
        _say(table.cell(row, 1), its.heading, bold=True)
        if held:
            add_locked(answer, tag, its.heading, held)
        else:
            add_text(answer, tag, its.heading, TYPE_HERE)
        if its.asks:
            _say(table.cell(row, 3), its.asks, small=True)


def _add_sample(word: WordDocument, manifest: Manifest) -> None:
    """How the cases were drawn, in words; and the manifest, for the program, in sight as well.

    No property of a document is as long, and a part of one's own is dropped by some programs.
    """
    word.add_heading("Sample", level=1).paragraph_format.page_break_before = True
    said = [*facts(manifest), ("Manifest", FOR_THE_PROGRAM)]
    # A space that a program would take for one too many is written as what JSON reads as one.
    parts = [part.replace(" ", r"\u0020") for part in in_cells(manifest)]
    table = _table(word, len(said) + len(parts), (Mm(38), Mm(132)))
    for row, (label, text) in enumerate(said):
        _say(table.cell(row, 0), label, bold=True)
        _say(table.cell(row, 1), text)
    for row, part in enumerate(parts, len(said)):
        _say(table.cell(row, 1), part, small=True)
        table.rows[row].height, table.rows[row].height_rule = _LINE, WD_ROW_HEIGHT_RULE.EXACTLY


def _add_question(
    table: WordTable, row: int, number: int, question: FormQuestion, case: KnownCase
) -> None:
    _say(table.cell(row, 0), str(number))
    _say(table.cell(row, 1), question.heading, bold=True)
    _add_answer(table.cell(row, 2), question, case)
    need = Need.KNOWN if (question.field, question.number) in case.cells else question.need
    _say(table.cell(row, 3), f"{need.value}. {question.said}".strip(), small=True)


def _add_answer(cell: WordCell, question: FormQuestion, case: KnownCase) -> None:
    known = case.cells.get((question.field, question.number))
    tag, title = question.marked(known=known is not None).text, question.heading
    if known is not None:
        add_locked(cell, tag, title, known)
    elif question.kind is AnswerKind.CHOICE and not question.several:
        add_choice(cell, tag, title, question.choices, CHOOSE)
    elif question.kind in (AnswerKind.DATE, AnswerKind.MOMENT):
        add_date(cell, tag, title, CHOOSE_A_DATE, with_time=question.kind is AnswerKind.MOMENT)
    else:
        add_text(cell, tag, title, TYPE_HERE)


def _table(word: WordDocument, rows: int, widths: tuple[Mm, ...]) -> WordTable:
    table: WordTable = word.add_table(rows, len(widths), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for cells in table.rows:
        # Not broken over a page: the question stays with its answer.
        cells._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, width in zip(cells.cells, widths, strict=True):
            cell.width = width
    return table


def _say(cell: WordCell, text: str, *, bold: bool = False, small: bool = False) -> None:
    run = cell.paragraphs[0].add_run(_clean(text))
    run.bold = bold
    if small:
        run.font.size, run.font.color.rgb = Pt(8), _GREY


def _clean(text: str) -> str:
    return without_controls(text)
