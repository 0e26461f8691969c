"""The six uses of police protection of 2024 once more, as their reviewers' forms."""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

from sample_books import Cell, SampleBook, SampleForm
from sample_documents import choice, entry, line, table, write_document
from samples_2024 import police_protection

_TITLE = "Police protection review 2024: reviewer's form"
_SHEETS, _DOCUMENTS = "police-protection-forms-2024", "police-protection-documents-2024"
_HEAD = ("Police protection ref", "District", "Age of child", "Date and time power used")
_QUESTIONS = (
    "Best interests considered?",
    "Children's social care contacted at the earliest opportunity?",
    "DO recorded wishes and feelings",
    "DO reviewed use of power",
)
_WORDS = ("Reason for use", "How police protection ended")
_UNREAD: Mapping[str, Cell] = {"Police protection ref": "24/90007", "District": "Oldham"}
_REMARKS = ("See the log of the first evening.", "", "N/A to the older sibling.", "No gaps.")


def form_sheets() -> SampleBook:
    """A sheet a case, with marks under Yes, No and N/A; one that nobody has read yet."""
    forms = [SampleForm(f"Case {number}", _rows(case)) for number, case in enumerate(_cases(), 1)]
    return SampleBook(
        file=_SHEETS,
        title="Police protection review 2024, on forms",
        rubric="police-protection",
        reproduces=("E4 and E5, as police-protection-2024 does: the same six cases, on forms.",),
        invented="The remarks, and a seventh form that nobody has read yet.",
        sheets=(),
        forms=(SampleForm("How to fill it in", _GUIDANCE), *forms),
    )


_GUIDANCE: Sequence[Sequence[Cell]] = (
    ("How to fill in the form",),
    (),
    ("Police protection ref", "The reference on the custody system, and never the child's name."),
    (_QUESTIONS[0], "Look for the officer's own words about why this was best for the child."),
    (_QUESTIONS[2], "In the child's own words where you can find them."),
    (_QUESTIONS[3], "A review has a time, a name and a reason of its own."),
)


def _cases() -> list[Mapping[str, Cell]]:
    """The cases of the workbook, a heading to a cell, and one that is not read yet."""
    (sheet,) = police_protection().sheets
    columns = sheet.columns
    count = len(columns[_HEAD[0]])
    return [*({h: cells[at] for h, cells in columns.items()} for at in range(count)), _UNREAD]


def _rows(case: Mapping[str, Cell]) -> Sequence[Sequence[Cell]]:
    options = ("Yes", "No", "N/A")
    marks = ("X", "x", "\N{CHECK MARK}", "\N{SQUARE ROOT}")
    rows: list[Sequence[Cell]] = [(_TITLE,), ()]
    rows += [("", heading, case.get(heading)) for heading in _HEAD]
    rows += [(), ("", "Question", *options, "Comments")]
    for number, heading in enumerate(_QUESTIONS, 1):
        picks = (marks[number - 1] if case.get(heading) == option else "" for option in options)
        remark = _REMARKS[number - 1] if case is not _UNREAD else ""
        rows.append((number, heading, *picks, remark))
    rows += [()]
    rows += [("", heading, case.get(heading)) for heading in _WORDS]
    return [*rows, (), ("", "Signed", "Reviewer")]


def write_forms(folder: Path) -> list[Path]:
    """A document a case, with check boxes and content controls, and the letter with them."""
    cases = enumerate(_cases(), 1)
    forms = [
        write_document(folder / _DOCUMENTS / f"case-{number}.docx", _TITLE, _blocks(case))
        for number, case in cases
    ]
    letter = (
        line("Dear colleagues,"),
        line("Please find the forms of this quarter: six are filled in, and one is to come."),
        table([["Sent to", "Number of forms"], ["Public protection", "7"]]),
    )
    return [*forms, write_document(folder / _DOCUMENTS / "letter.docx", "Review of 2024", letter)]


def _blocks(case: Mapping[str, Cell]) -> Sequence[str]:
    questions = (
        [
            f"{number}. {heading}",
            choice(str(case.get(heading) or "")),
            entry(_REMARKS[number - 1] if case is not _UNREAD else ""),
        ]
        for number, heading in enumerate(_QUESTIONS, 1)
    )
    return (
        line("Rubric:\tpolice-protection"),
        table([[heading, entry(_text(case.get(heading)))] for heading in _HEAD]),
        table([["Question", "Tick one", "Comments"], *questions]),
        table([[heading, entry(_text(case.get(heading)))] for heading in _WORDS]),
    )


def _text(cell: Cell) -> str:
    if isinstance(cell, dt.datetime):
        return f"{cell:%d/%m/%Y %H:%M}"
    return "" if cell is None else str(cell)
