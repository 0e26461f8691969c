"""Good forms decorated, shifted, moved and doubled: each case stays as it is, or it is said.

A workbook with a form a sheet, and a Word document with one after the other. What a form answers is
told by the number in its reference, wherever it stands.
"""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from random import Random

import docx
from fuzz_targets import try_known
from openpyxl import Workbook, load_workbook

from casefile_audit.cases import Outcome
from casefile_audit.results import Result

FORMS = 4
QUESTIONS = {
    "visit": "Home was visited unannounced",
    "alone": "Child was spoken to alone",
    "log": "Daily log is signed",
    "plan": "Plan has named people",
}
_FIELDS = "".join(f"  {k}: {{type: yes-no, headings: [{v}]}}\n" for k, v in QUESTIONS.items())
_ASKED = "".join(
    f"  {k}: {{question: {v}?, missing: no {k}, met: {{yes: {k}}}}}\n" for k, v in QUESTIONS.items()
)
RUBRIC = f"""
rubric: forms
title: Forms
version: 1
fields:
  ref: {{type: identifier, headings: [Carer file no]}}
  team: {{type: text, headings: [Team]}}
{_FIELDS}criteria:
{_ASKED}"""
Form = tuple[str, list[list[str]]]
Forms = list[Form]
_ANSWERS = ("Yes", "No", "N/A")
_OUTCOMES = dict(zip(_ANSWERS, (Outcome.MET, Outcome.NOT_MET, Outcome.NOT_APPLICABLE), strict=True))
_COMMENTS = ("No gaps since May", "N/A to the older child", "Yes on two visits of three", "")


def _reference(number: int) -> str:
    return f"FC-{100 + number}"


def _answer(number: int, question: int) -> str:
    return _ANSWERS[(number * 5 + question * 3 + number * question) % len(_ANSWERS)]


def _form(number: int, ticks: bool) -> Form:
    rows = [["Carer file no", _reference(number)], ["Team", "North"]]
    rows += [["Question", *_ANSWERS, "Remarks"]] if ticks else [["Question", "Answer", "Remarks"]]
    for place, label in enumerate(QUESTIONS.values()):
        answer = _answer(number, place)
        held = ["X" if answer == each else "" for each in _ANSWERS] if ticks else [answer]
        rows.append([label, *held, ""])
    return f"Form {number}", rows


def seeds() -> list[bytes]:
    """Good forms: with the answer beside the question, and with a column for each answer."""
    every = [[_form(number, ticks) for number in range(1, FORMS + 1)] for ticks in (False, True)]
    return [save(forms) for save in (_workbook, _document) for forms in every]


def suffix_of(data: bytes) -> str:
    """What a file is called."""
    return ".docx" if b"word/document.xml" in data else ".xlsx"


def _workbook(forms: Forms) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in forms:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([cell or None for cell in row])
    held = BytesIO()
    book.save(held)
    return held.getvalue()


def _document(forms: Forms) -> bytes:
    document = docx.Document()
    for number, (_, rows) in enumerate(forms):
        if number:
            document.add_page_break()  # type: ignore[no-untyped-call]
        table = document.add_table(len(rows), max(map(len, rows)))
        for row, cells in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, cells, strict=False):
                cell.text = text
    held = BytesIO()
    document.save(held)
    return held.getvalue()


def _forms_of(data: bytes) -> Forms:
    if suffix_of(data) == ".xlsx":
        return [
            (sheet.title, [[str(cell or "") for cell in row] for row in sheet.values])
            for sheet in load_workbook(BytesIO(data)).worksheets
        ]
    tables = docx.Document(BytesIO(data)).tables
    return [
        (f"Form {number}", [[cell.text for cell in row.cells] for row in table.rows])
        for number, table in enumerate(tables, 1)
    ]


def mutated(data: bytes, random: Random) -> bytes:
    """A file of forms with one to five changes."""
    save = _workbook if suffix_of(data) == ".xlsx" else _document
    forms = _forms_of(data)
    for _ in range(random.choice((1, 1, 2, 3, 5))):
        random.choice(_CHANGES)(forms, random)
    return save(forms)


def _one(forms: Forms, random: Random) -> list[list[str]]:
    """The rows of one of the forms that hold a case."""
    return random.choice([rows for name, rows in forms if name.startswith("Form")])


def _questions(rows: list[list[str]]) -> list[int]:
    """The rows with a question and its answer."""
    labels = QUESTIONS.values()
    return [
        n for n, row in enumerate(rows) if any(label in cell for label in labels for cell in row)
    ]


def _move(forms: Forms, random: Random) -> None:
    forms.insert(random.randrange(len(forms)), forms.pop(random.randrange(len(forms))))


def _double(forms: Forms, random: Random) -> None:
    name, rows = random.choice(forms)
    if all(name != f"{each} again" and each != f"{name} again" for each, _ in forms):
        forms.append((f"{name} again", [list(row) for row in rows]))


def _shift(forms: Forms, random: Random) -> None:
    """A form further to the right, or further down."""
    rows = _one(forms, random)
    if random.random() < 0.5:
        rows[:] = [["", *row] for row in rows]
    else:
        rows[:0] = [[""] * len(rows[0])] * random.randrange(1, 4)


def _reorder(forms: Forms, random: Random) -> None:
    rows = _one(forms, random)
    places = _questions(rows)
    others = [rows[place] for place in random.sample(places, len(places))]
    for place, row in zip(places, others, strict=True):
        rows[place] = row


def _decorate(forms: Forms, random: Random) -> None:
    """A title, a part's heading or a sign-off, above, among or under the questions."""
    rows = _one(forms, random)
    width = len(rows[0])
    texts = [
        *(["Foster home check"], ["Please answer every question"], ["1. Recording"]),
        *([""], ["What needs doing", "By whom"], ["Signed off by", "Service manager"]),
    ]
    cells = random.choice(texts)
    at = random.choice((0, len(rows), random.choice(_questions(rows))))
    rows.insert(at, [*cells, *[""] * (width - len(cells))][:width])


def _remark(forms: Forms, random: Random) -> None:
    """What a reader noted beside an answer, in the last column."""
    rows = _one(forms, random)
    rows[random.choice(_questions(rows))][-1] = random.choice(_COMMENTS)


def _label(forms: Forms, random: Random) -> None:
    """A question with a number before it, or a mark behind."""
    rows = _one(forms, random)
    row = rows[random.choice(_questions(rows))]
    at = next(n for n, cell in enumerate(row) if cell)
    before, after = random.choice((("2. ", ""), ("1.3 ", ""), ("", ":"), ("", "?"), ("", " *")))
    row[at] = f"{before}{row[at]}{after}" if row[at] in QUESTIONS.values() else row[at]


def _spoil(forms: Forms, random: Random) -> None:
    """Two answers at once, or one that nobody can read."""
    rows = _one(forms, random)
    row = rows[random.choice(_questions(rows))]
    at = next(n for n, cell in enumerate(row) if cell)
    ticks = "X" in row[at + 1 :]
    for place in range(at + 1, at + 3 if ticks else at + 2):
        row[place] = "X" if ticks else random.choice(("see below", "#REF!"))


def _add(forms: Forms, random: Random) -> None:
    """A page that is no case: guidance on the questions, a letter, or a form nobody filled in."""
    kind = random.choice(("Guidance", "Letter", "Unread"))
    if any(name.startswith(kind) for name, _ in forms):
        return
    guidance = [[label, "Look for it in the last three visits"] for label in QUESTIONS.values()]
    letter = [["Sent to", "Number of forms"], ["Team managers", "4"]]
    empty = [["Carer file no", "FC-900"], *[[label, ""] for label in QUESTIONS.values()]]
    page = {"Guidance": guidance, "Letter": letter, "Unread": empty}[kind]
    forms.insert(random.randrange(len(forms) + 1), (kind, page))


_CHANGES: tuple[Callable[[Forms, Random], None], ...] = (
    *(_move, _double, _shift, _reorder, _decorate, _remark, _label, _spoil, _add),
)


def try_forms(path: Path) -> bool:
    """Score forms; whether they could be. A wrong answer of which nothing is said is a finding."""
    return try_known(path, RUBRIC, _check)


def _check(result: Result) -> None:
    findings = result.each_case()
    named = {_reference(number): number for number in range(1, FORMS + 1)}
    assert sorted(findings.references) == sorted(named), "a case vanished, or came about"
    for place, name in enumerate(QUESTIONS):
        for reference, outcome in zip(findings.references, findings.of(name), strict=True):
            right = _OUTCOMES[_answer(named[reference], place)]
            assert outcome in (right, Outcome.CANNOT_TELL), f"{reference} is wrong: {name}"
