"""Forms, in the layouts that social care, police and health use: one case a page, or several."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Color, Font, PatternFill

from casefile_audit.errors import WorkbookError
from casefile_audit.intake.account import Intake
from casefile_audit.issues import IssueCode
from documents import Block, cell, check_box, control, run, save_docx, struck, symbol
from workbooks import Rows, only_sheet, read, save_csv, save_xlsx, texts

RUBRIC = """
rubric: visits
title: Visits
version: 1
fields:
  ref: {type: identifier, headings: [Case number, Our reference]}
  team: {type: text, headings: [Team]}
  alone: {type: yes-no, headings: [Child was seen alone]}
  wishes: {type: yes-no, headings: ["Child's wishes are recorded"]}
  plan: {type: yes-no, headings: [Plan is up to date]}
  said: {type: text, headings: [What the child said]}
  grade: {type: grade, headings: [Overall grade], also: {RI: requires improvement}}
criteria:
  alone: {question: Seen alone?, missing: not seen alone, met: {yes: alone}}
  wishes: {question: Wishes?, missing: without wishes, met: {yes: wishes}}
  plan: {question: Plan?, missing: without plan, met: {yes: plan}}
grades:
  scale: [good, requires improvement, inadequate]
  recorded: grade
"""
LABELS = {
    "ref": "Case number",
    "team": "Team",
    "alone": "Child was seen alone",
    "wishes": "Child's wishes are recorded",
    "plan": "Plan is up to date",
    "said": "What the child said",
    "grade": "Overall grade",
}
QUESTIONS = ("alone", "wishes", "plan")
ANSWERS = {
    "ref": "V/101/24",
    "team": "East",
    "alone": "Yes",
    "wishes": "No",
    "plan": "",
    "said": "Wants to see Nan more. No change of school.",
    "grade": "Good",
}
COMMENT = "No gaps since May; N/A to the older sibling."
TICK, BOX, EMPTY = "\N{CHECK MARK}", "\N{BALLOT BOX WITH X}", "\N{BALLOT BOX}"
Page = list[list[Any]]


def read_forms(*paths: Path) -> Intake:
    return read(*paths, rubric=RUBRIC)


def answers(intake: Intake, case: int = 0) -> dict[str, str]:
    """What was read of a case: its answers by field, a blank or another state in words."""
    found = {}
    for name in LABELS:
        values, states = intake.cases.column(name)
        state = states[case]
        found[name] = str(values.rows()[case]) if state == 0 else "" if state == 1 else str(state)
    return found


def beside(gap: int = 0, label: Callable[[str], str] = str) -> Page:
    space = [""] * gap
    return [
        ["File audit"],
        [],
        *([label(LABELS[name]), *space, ANSWERS[name]] for name in ("ref", "team")),
        ["Question", *space, "Answer", "Evidence"],
        ["1. Practice"],
        *([label(LABELS[name]), *space, ANSWERS[name], COMMENT] for name in QUESTIONS),
        *([label(LABELS[name]), *space, ANSWERS[name]] for name in ("said", "grade")),
        ["Action", *space, "By whom", "By when"],
        ["Update the plan", *space, "Worker", "June"],
    ]


def above() -> Page:
    def pair(*names: str) -> Page:
        return [[LABELS[name] for name in names], [ANSWERS[name] for name in names]]

    return [*pair("ref", "team"), *pair("alone", "wishes"), *pair("plan"), *pair("said", "grade")]


def ticked(marks: Sequence[object], blank: object = "") -> Page:
    """Yes, No and N/A over columns of marks, the heading row twice; the grades likewise."""

    def row(name: str, options: Sequence[str], number: int) -> list[object]:
        mark = marks[number % len(marks)]
        picks = [mark if option == ANSWERS[name] else blank for option in options]
        return [number, LABELS[name], *picks, COMMENT]

    words, grades = ["Yes", "No", "N/A"], ["Good", "Requires improvement", "Inadequate"]
    return [
        ["", LABELS["ref"], ANSWERS["ref"]],
        ["", LABELS["team"], ANSWERS["team"]],
        ["", "Standard", *words, "Comments"],
        row("alone", words, 1),
        ["", "Standard", *words, "Comments"],
        row("wishes", words, 2),
        row("plan", words, 3),
        ["", LABELS["said"], ANSWERS["said"]],
        ["", "", *grades],
        row("grade", grades, 4)[:-1],
    ]


def headed_by(*words: str) -> Page:
    """The same under other words than Yes, No and N/A."""
    other = dict(zip(("Yes", "No", "N/A"), words, strict=True))
    rows = ticked(["X"])
    return [[other.get(cell, cell) for cell in row] if "Standard" in row else row for row in rows]


def boxed(before: bool = True, apart: bool = False) -> Page:
    """A box before or after each choice, all in one cell, or each in its own."""

    def choices(name: str, options: Sequence[str]) -> list[object]:
        boxes = [BOX if option == ANSWERS[name] else EMPTY for option in options]
        pairs = zip(boxes, options, strict=True)
        each = [f"{box} {option}" if before else f"{option} {box}" for box, option in pairs]
        return [*each] if apart else ["   ".join(each)]

    words, grades = ["Yes", "No", "N/A"], ["Good", "Requires improvement", "Inadequate"]
    return [
        *([LABELS[name], ANSWERS[name]] for name in ("ref", "team", "said")),
        *([LABELS[name], *choices(name, words), COMMENT] for name in QUESTIONS),
        [LABELS["grade"], *choices("grade", grades)],
    ]


def in_one_cell(between: str) -> Page:
    return [[f"{label}{between}{ANSWERS[name]}"] for name, label in LABELS.items()]


def alternating() -> Page:
    """Each choice in a cell, and its mark in the next."""

    def choices(name: str) -> list[Any]:
        return [cell for word in WORDS for cell in (word, "X" if word == ANSWERS[name] else "")]

    plain = ([LABELS[name], ANSWERS[name]] for name in ("ref", "team", "said", "grade"))
    return [*plain, *([LABELS[name], *choices(name)] for name in QUESTIONS)]


def answered(**changes: str) -> Page:
    """A form of which some answers are others."""
    of_label = {LABELS[name]: answer for name, answer in changes.items()}
    rows = beside()
    return [[row[0], of_label.get(row[0], row[1]), *row[2:]] if row[1:] else row for row in rows]


def with_guidance(guidance: str) -> Page:
    return [
        [LABELS[name] + (guidance if name in QUESTIONS else ""), its, COMMENT]
        for name, its in ANSWERS.items()
    ]


def in_columns(*headings: str) -> Page:
    """A table of questions whose answers stand under the second heading, or the third."""
    at = next(number for number, word in enumerate(headings) if word in ("Answer", "Met?"))
    rows = [[LABELS[name], *[COMMENT] * (len(headings) - 1)] for name in QUESTIONS]
    for name, row in zip(QUESTIONS, rows, strict=True):
        row[at] = ANSWERS[name]
    plain = [[LABELS[name], ANSWERS[name]] for name in ("ref", "team", "said", "grade")]
    return [*plain, [*headings], *rows]


def in_own_words() -> Page:
    """Under each option the answer itself, and crosses for the grade."""
    page = ticked(["Yes"])[:6] + ticked(["X"])[6:]
    page[5][3] = "No"
    return page


WORDS, GRADES = ("Yes", "No", "N/A"), ("Good", "Requires improvement", "Inadequate")
LAYOUTS: dict[str, Page] = {
    "beside": beside(),
    "beside, with an empty column between": beside(gap=1),
    "numbered": beside(label=lambda text: f"1.2 {text}:"),
    "lettered, with a question mark": beside(label=lambda text: f"(a) {text}?"),
    "with an instruction": beside(label=lambda text: f"Q3. {text} (choose one)"),
    "over two lines": beside(label=lambda text: text.replace(" ", "\n", 1)),
    "above": above(),
    "marks": ticked(["X", "x", "\N{SQUARE ROOT}", TICK]),
    "boxes in the columns": ticked([BOX], EMPTY),
    "tick boxes in cells": ticked([True], False),
    "Wingdings": ticked(["\u00fc"]),
    "the answers' own words": in_own_words(),
    "met and not met": headed_by("Met", "Not met", "N/A"),
    "achieved and not achieved": headed_by("Achieved", "Not achieved", "Not applicable"),
    "compliant and not": headed_by("Compliant", "Non-compliant", "N/A"),
    "labels under the answers of others": [
        [LABELS[name] for name in ("ref", "alone", "wishes")],
        [ANSWERS[name] for name in ("ref", "alone", "wishes")],
        [],
        [LABELS[name] for name in ("plan", "team", "said")],
        [ANSWERS[name] for name in ("plan", "team", "said")],
        [LABELS["grade"]],
        [ANSWERS["grade"]],
    ],
    "guidance between some labels and their answers": [
        *([LABELS[name], "", ANSWERS[name]] for name in ("ref", "team")),
        *([LABELS[name], COMMENT, ANSWERS[name]] for name in QUESTIONS),
        *([LABELS[name], "", ANSWERS[name]] for name in ("said", "grade")),
    ],
    "boxes before": boxed(),
    "boxes after": boxed(before=False),
    "boxes apart": boxed(apart=True),
    "a mark after each choice": alternating(),
    "two abreast": [
        [LABELS[one], ANSWERS[one], LABELS[two], ANSWERS[two]]
        for one, two in (("ref", "team"), ("alone", "wishes"), ("plan", "grade"))
    ]
    + [[LABELS["said"], ANSWERS["said"]]],
    "guidance under each label": with_guidance("\nLook at the last three months."),
    "guidance after each label": with_guidance(" - see standard 3"),
    "evidence before the answers": in_columns("Question", "Evidence", "Met?"),
    "scores beside the answers": [
        ["", "Answer", "Score", "Out of"],
        *([LABELS[name], its, "1", "1"] for name, its in ANSWERS.items()),
    ],
    "the name of the grade over its words": [
        *([LABELS[name], its] for name, its in ANSWERS.items() if name != "grade"),
        ["Judgement", *GRADES],
        [LABELS["grade"], "X", "", ""],
    ],
    "a column of guidance": in_columns("Standard", "What to look for", "Answer", "Notes"),
    "after a colon": in_one_cell(": "),
    "after a line break": in_one_cell("\n"),
    "after dots": in_one_cell(" ...... "),
}
EXPECTED = ANSWERS | {"alone": "yes", "wishes": "no", "grade": "good"}


@pytest.mark.parametrize("page", LAYOUTS.values(), ids=LAYOUTS)
def test_a_layout_is_read_from_a_workbook(page: Page, tmp_path: Path) -> None:
    intake = read_forms(save_xlsx(tmp_path / "forms.xlsx", {"One": page}))
    assert answers(intake) == EXPECTED
    assert [sheet.cases for sheet in intake.account.sheets.values()] == [1]


@pytest.mark.parametrize("page", LAYOUTS.values(), ids=LAYOUTS)
def test_a_layout_is_read_from_a_document(page: Page, tmp_path: Path) -> None:
    cells = [["TRUE" if c is True else "" if c is False else str(c) for c in r] for r in page if r]
    intake = read_forms(save_docx(tmp_path / "form.docx", cells))
    assert answers(intake) == EXPECTED


def choose(*kept: str, of: Sequence[str]) -> str:
    """Choices of which those that don't apply are struck through."""
    return run(" / ").join(run(word) if word in kept else struck(word) for word in of)


@pytest.mark.parametrize(
    ("alone", "grade", "state"),
    [
        pytest.param("Yes", "Good", "yes", id="words"),
        pytest.param(control(run("Yes")), control(run("Good")), "yes", id="controls"),
        pytest.param(choose("Yes", of=WORDS), choose("Good", of=GRADES), "yes", id="struck"),
        pytest.param(choose("Yes", "No", of=WORDS), "Good", "4", id="two not struck"),
        pytest.param(choose(*WORDS, of=WORDS), "Good", "", id="none struck"),
        pytest.param(choose("Yes", of=WORDS[:2]), choose(of=GRADES), "yes", id="all struck"),
        pytest.param(
            f"{check_box('1')}{run(' Yes ')}{check_box('1')}{run(' No')}", "Good", "4", id="both"
        ),
        pytest.param(
            f"{symbol('F0A8')}{run(' Yes ')}{symbol('F0FE')}{run(' No')}", "Good", "no", id="sym"
        ),
        pytest.param("Choose an item.", "Not graded", "", id="prompts"),
        pytest.param(run("Yes", "<w:b/>") + run(" / No"), "Good", "yes", id="bold"),
        pytest.param(
            run("Yes / ") + run("No", '<w:highlight w:val="yellow"/>'), "Good", "no", id="marked"
        ),
        pytest.param(
            run("Yes", '<w:u w:val="single"/>') + run(" / ") + run("No", "<w:b/>"),
            *("Good", "4"),
            id="two stand out",
        ),
        pytest.param(run("Yes / No", "<w:b/>"), "Good", "", id="all bold"),
        pytest.param(
            run("Yes", '<w:color w:val="00B050"/>')
            + run("/")
            + run("No", '<w:color w:val="FF0000"/>'),
            *("Good", ""),
            id="each in its colour",
        ),
        pytest.param(run("Yes", '<w:b w:val="0"/>') + run(" / No"), "Good", "", id="not bold"),
    ],
)
def test_an_answer_of_a_document(alone: str, grade: str, state: str, tmp_path: Path) -> None:
    rows = [[LABELS["ref"], "V1"], [LABELS["alone"], alone], [LABELS["wishes"], "No"]]
    path = save_docx(tmp_path / "form.docx", [*rows, [LABELS["grade"], grade]])
    intake = read_forms(path)
    assert answers(intake)["alone"] == state
    if state == "4":
        (problem,) = intake.account.problems
        assert (problem.file, problem.cell) == ("form.docx", "table 1, row 2")


SHADED = '<w:shd w:val="clear" w:color="auto" w:fill="00B050"/>'


@pytest.mark.parametrize(
    ("shaded", "state"), [("Yes", "yes"), ("No", "no"), ("", ""), ("YesNoN/A", "")]
)
def test_of_choices_in_cells_the_shaded_one_is_taken(
    shaded: str, state: str, tmp_path: Path
) -> None:
    def choices(name: str) -> list[str]:
        word = shaded if name == "alone" else "No"
        return [cell(each, SHADED) if each in word else cell(each) for each in WORDS]

    rows = [[LABELS["ref"], "V1"], *([LABELS[name], *choices(name)] for name in QUESTIONS)]
    assert answers(read_forms(save_docx(tmp_path / "form.docx", rows)))["alone"] == state


STYLES: dict[str, dict[str, Any]] = {
    "filled": {"fill": PatternFill("solid", fgColor="FF92D050")},
    "bold": {"font": Font(bold=True)},
    "white": {"fill": PatternFill("solid", fgColor="FFFFFFFF")},
    "white by number": {"fill": PatternFill("solid", fgColor=Color(indexed=9))},
    "green by number": {"fill": PatternFill("solid", fgColor=Color(indexed=11))},
}


@pytest.mark.parametrize(
    ("look", "chosen", "state"),
    [
        ("filled", "Yes", "yes"),
        ("filled", "No", "no"),
        ("bold", "No", "no"),
        ("filled", "N/A", "3"),
        ("filled", "", ""),
        ("filled", "Yes No N/A", ""),
        ("filled", "Yes No", "4"),
        ("white", "No", ""),
        ("white by number", "No", ""),
        ("green by number", "No", "no"),
    ],
)
def test_of_choices_in_cells_of_a_workbook_the_one_that_stands_out_is_taken(
    look: str, chosen: str, state: str, tmp_path: Path
) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append([LABELS["ref"], "V1"])
    for row, name in enumerate(QUESTIONS, 2):
        sheet.append([LABELS[name], *WORDS])
        taken = chosen if name == "alone" else "No"
        for its in sheet[row][1:]:
            if str(its.value) in taken.split():
                for part, style in STYLES[look].items():
                    setattr(its, part, style)
    sheet.append([LABELS["grade"], "Good"])
    book.save(tmp_path / "form.xlsx")
    assert answers(read_forms(tmp_path / "form.xlsx"))["alone"] == state


@pytest.mark.parametrize(
    ("bold", "marked", "states", "doubts"),
    [
        (["Yes", "Yes", "Yes"], ["", "", ""], ["yes", "yes", "yes"], 3),
        (["Yes", "Yes No", "Yes"], ["", "", ""], ["yes", "4", "yes"], 3),
        (["Yes", "No", "Yes"], ["", "", ""], ["yes", "no", "yes"], 0),
        (["Yes", "Yes", ""], ["", "", ""], ["yes", "yes", ""], 0),
        (["Yes", "Yes", "Yes"], ["No", "Yes", ""], ["no", "yes", ""], 0),
        (["No", "Yes", "Yes"], ["No", "", ""], ["no", "yes", "yes"], 0),
    ],
)
def test_a_word_that_always_stands_out_may_be_printed_so(
    bold: list[str], marked: list[str], states: list[str], doubts: int, tmp_path: Path
) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append([LABELS["ref"], "V1"])
    for row, (name, stands_out, mark) in enumerate(zip(QUESTIONS, bold, marked, strict=True), 2):
        sheet.append([LABELS[name], *(c for w in WORDS for c in (w, "X" if w == mark else ""))])
        for its in sheet[row][1:]:
            its.font = Font(bold=bool(its.value) and str(its.value) in stands_out.split())
    sheet.append([LABELS["grade"], "Good"])
    book.save(tmp_path / "form.xlsx")
    intake = read_forms(tmp_path / "form.xlsx")
    assert [answers(intake)[name] for name in QUESTIONS] == states
    found = [(i.code, i.total, i.places, i.facts) for i in intake.layout.issues]
    one = (IssueCode.FORMS_PRINTED_SO, doubts, ("form.xlsx",), {"word": "yes"})
    assert found == ([one] if doubts else [])


@pytest.mark.parametrize(
    ("font", "letter"),
    [("Marlett", "a"), ("Webdings", "a"), ("Wingdings", "\u00fc"), ("Wingdings 2", "P")],
)
def test_a_letter_of_a_font_of_signs_is_a_tick(font: str, letter: str, tmp_path: Path) -> None:
    found = []
    for name in (font, "Arial"):
        book = Workbook()
        sheet = book.worksheets[0]
        for row in ([LABELS["ref"], "V1"], ["", *WORDS], *([LABELS[q], letter] for q in QUESTIONS)):
            sheet.append(row)
        for at in (3, 4, 5):
            sheet.cell(at, 2).font = Font(name=name)
        book.save(tmp_path / "form.xlsx")
        found.append(answers(read_forms(tmp_path / "form.xlsx"))["alone"])
    # Of letters that nobody enters for a word, the font needn't tell.
    assert found == ["yes", "4" if letter == "a" else "yes"]


Runs = Sequence[tuple[str, bool]]
"""The words of a cell, and whether they are struck through."""


LOOKS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "struck": ({"strike": True}, {"font_strikeout": True}),
    "bold": ({"b": True}, {"bold": True}),
    "underlined": ({"u": "single"}, {"underline": True}),
    "red": ({"color": "FFFF0000"}, {"font_color": "red"}),
    "black": ({"color": "FF000000"}, {"font_color": "black"}),
}
"""How words of a cell may look, as openpyxl and as XlsxWriter have it."""


def save_struck(path: Path, answer: Runs, *, shared: bool, look: str = "struck") -> Path:
    """A form with such an answer, as Excel writes it and as openpyxl does."""
    inline, format_ = LOOKS[look]
    before = [[LABELS["ref"], "V1"], [LABELS["wishes"], "No"], [LABELS["grade"], "Good"]]
    if not shared:
        blocks = (
            TextBlock(InlineFont(**(inline if looks else {})), text) for text, looks in answer
        )
        return save_xlsx(path, [*before, [LABELS["alone"], CellRichText(*blocks)]])
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Cases")
        for row, cells in enumerate(before):
            sheet.write_row(row, 0, cells)
        looks = {True: book.add_format(format_), False: book.add_format()}
        pieces = (piece for text, is_struck in answer for piece in (looks[is_struck], text))
        sheet.write(len(before), 0, LABELS["alone"])
        sheet.write_rich_string(len(before), 1, *pieces)
    return path


@pytest.mark.parametrize("shared", [True, False], ids=["shared", "inline"])
@pytest.mark.parametrize(
    ("answer", "state"),
    [
        pytest.param([("Yes", False), (" / No / N/A", True)], "yes", id="the first is left"),
        pytest.param([("Yes / ", True), ("No", False), (" / N/A", True)], "no", id="the middle"),
        pytest.param([("Yes", False), (" / No", False), (" / N/A", True)], "4", id="two are left"),
    ],
)
def test_words_that_are_struck_through_in_a_cell(
    answer: Runs, state: str, shared: bool, tmp_path: Path
) -> None:
    intake = read_forms(save_struck(tmp_path / "form.xlsx", answer, shared=shared))
    assert answers(intake)["alone"] == state


@pytest.mark.parametrize("shared", [True, False], ids=["shared", "inline"])
@pytest.mark.parametrize(
    ("look", "answer", "state"),
    [
        ("bold", [("Yes", True), (" / No / N/A", False)], "yes"),
        ("underlined", [("Yes / ", False), ("No", True), (" / N/A", False)], "no"),
        ("red", [("Yes / ", False), ("No", True), (" / N/A", False)], "no"),
        ("black", [("Yes / ", False), ("No", True), (" / N/A", False)], ""),
        ("bold", [("Yes", True), (" / ", False), ("No", True)], ""),
        ("bold", [("Yes / No / N/A", True)], ""),
    ],
)
def test_of_choices_in_a_cell_the_one_that_stands_out_is_taken(
    look: str, answer: Runs, state: str, shared: bool, tmp_path: Path
) -> None:
    if len(answer) == 1 and shared:
        answer = [*answer, (" ", True)]  # XlsxWriter wants two runs
    path = save_struck(tmp_path / "form.xlsx", answer, shared=shared, look=look)
    assert answers(read_forms(path))["alone"] == state


def test_only_choices_are_marked_as_struck_through(tmp_path: Path) -> None:
    path = save_struck(
        tmp_path / "form.xlsx", [("Seen on 3 May", False), (" 4 May", True)], shared=True
    )
    assert texts(only_sheet(path))[-1][1] == "Seen on 3 May 4 May"


def test_a_signature_under_the_last_line_is_no_answer(tmp_path: Path) -> None:
    lines = [
        f"{label}: {ANSWERS[name] if name != 'grade' else ''}" for name, label in LABELS.items()
    ]
    intake = read_forms(save_docx(tmp_path / "form.docx", *lines, "Signed: the reviewer"))
    assert answers(intake) == EXPECTED | {"grade": ""}


def test_lines_without_tables_are_read(tmp_path: Path) -> None:
    lines = (f"{label}:\t{ANSWERS[name]}" for name, label in LABELS.items())
    intake = read_forms(save_docx(tmp_path / "form.docx", "Audit", *lines))
    assert answers(intake) == EXPECTED
    assert intake.cases.address(0, "alone") == "line 4"


@pytest.mark.parametrize("answer", ["Yes", ""])
def test_text_boxes_over_a_form_are_a_doubt_since_answers_may_stand_in_them(
    answer: str, tmp_path: Path
) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet("One")
        for row, cells in enumerate(([LABELS["ref"], "V1"], *([LABELS[q], ""] for q in QUESTIONS))):
            sheet.write_row(row, 0, cells)
        sheet.write(1, 1, answer)
        sheet.insert_textbox(2, 1, "Yes")
    if not answer:
        with pytest.raises(WorkbookError) as caught:
            read_forms(tmp_path / "a.xlsx")
        assert "a.xlsx: text boxes lie over its cells" in caught.value.details[-1]
        return
    intake = read_forms(tmp_path / "a.xlsx")
    assert [(i.code, i.level, i.file) for i in intake.layout.issues] == [
        (IssueCode.FORM_BEYOND_READING, "doubt", "a.xlsx")
    ]
    assert not any(sheet.notes for sheet in intake.account.sheets.values())


def test_both_marked_is_unreadable_and_named(tmp_path: Path) -> None:
    page = ticked(["X"])
    page[3][3] = "X"
    intake = read_forms(save_xlsx(tmp_path / "forms.xlsx", {"One": page}))
    assert answers(intake)["alone"] == "4"
    assert [(p.sheet, p.cell, p.field) for p in intake.account.problems] == [("One", "C4", "alone")]


@pytest.mark.parametrize("mark", ["X", TICK, BOX])
def test_a_mark_under_a_word_that_is_no_answer_is_unreadable(mark: str, tmp_path: Path) -> None:
    page = [
        [LABELS["ref"], "V1"],
        ["", "Evidenced", "Weak"],
        [LABELS["alone"], mark, ""],
        [LABELS["wishes"], "", mark],
        [LABELS["plan"], "", ""],
    ]
    intake = read_forms(save_xlsx(tmp_path / "forms.xlsx", {"One": page}))
    assert [p.cell for p in intake.account.problems] == ["B3", "C4"]
    assert answers(intake)["plan"] == ""


def test_the_place_of_each_answer_is_kept(tmp_path: Path) -> None:
    intake = read_forms(save_xlsx(tmp_path / "forms.xlsx", {"One": ticked(["X"])}))
    places = {name: intake.cases.address(0, name) for name in LABELS}
    assert places == {
        "ref": "C1",
        "team": "C2",
        "alone": "C4",
        "wishes": "D6",
        "plan": "C7",
        "said": "C8",
        "grade": "C10",
    }


def with_ref(reference: str, page: Page) -> Page:
    return [[reference if cell == ANSWERS["ref"] else cell for cell in row] for row in page]


SEVERAL: dict[str, Page] = {
    "one under the other": [*beside(), [], *with_ref("V2", beside())],
    "with the reference again over its actions": [
        *beside(),
        [LABELS["ref"], ANSWERS["ref"]],
        *with_ref("V2", beside()),
    ],
    "side by side": [
        [*left, *[""] * (4 - len(left)), *right]
        for left, right in zip(beside(), with_ref("V2", beside()), strict=True)
    ],
    "side by side, each answer beside its label": [
        [label, ANSWERS[n], "", label, "V2" if n == "ref" else ANSWERS[n]]
        for n, label in LABELS.items()
    ],
    "cases across, with the totals of each question": [
        ["", "Case 1", "Case 2", "Total yes"],
        *(
            [label, ANSWERS[n], "V2" if n == "ref" else ANSWERS[n], "2 of 2"]
            for n, label in LABELS.items()
        ),
    ],
    "cases across": [
        ["", "Case 1", "Case 2"],
        *([label, ANSWERS[n], "V2" if n == "ref" else ANSWERS[n]] for n, label in LABELS.items()),
    ],
}


@pytest.mark.parametrize("page", SEVERAL.values(), ids=SEVERAL)
def test_several_forms_of_one_page_are_several_cases(page: Page, tmp_path: Path) -> None:
    intake = read_forms(save_xlsx(tmp_path / "forms.xlsx", {"One": page}))
    assert [answers(intake, case) for case in range(2)] == [EXPECTED, EXPECTED | {"ref": "V2"}]
    cells = [[str(cell) for cell in row] for row in page if row]
    intake = read_forms(save_docx(tmp_path / "form.docx", cells))
    assert [answers(intake, case) for case in range(2)] == [EXPECTED, EXPECTED | {"ref": "V2"}]


@pytest.mark.parametrize(("second", "cases"), [("V1", 1), ("V2", 2), ("", 2)])
def test_pages_with_one_reference_that_ask_different_things_are_one_form(
    second: str, cases: int, tmp_path: Path
) -> None:
    pages = [
        [["ref", "V1"], ["team", "East"], ["alone", "Yes"], ["wishes", "No"]],
        [["ref", second], ["team", "East"], ["plan", "Yes"], ["grade", "Good"]],
    ]
    tables = [[[LABELS[name], its] for name, its in page] for page in pages]
    intake = read_forms(save_docx(tmp_path / "form.docx", *tables))
    assert len(intake.cases) == cases
    if cases == 1:
        assert answers(intake)["plan"] == "yes"
    again = [[[LABELS[name], its] for name, its in pages[0]]] * 2
    assert len(read_forms(save_docx(tmp_path / "twice.docx", *again)).cases) == 2


def test_a_second_column_of_answers_is_said(tmp_path: Path) -> None:
    page = [[*row, "No" if row and row[0] in LABELS.values() else ""] for row in beside()]
    page[4] = ["Question", "Answer", "Evidence", "Moderated"]
    for row in page[6:9]:
        row[3:] = ["No"]
    intake = read_forms(save_xlsx(tmp_path / "forms.xlsx", {"One": page}))
    assert answers(intake) == EXPECTED
    (sheet,) = intake.account.sheets.values()
    assert [note for note in sheet.notes if "column D" in note]


def test_two_readings_of_one_case_side_by_side_are_one_case(tmp_path: Path) -> None:
    page = [["", "Reader", "Moderator"], *([label, ANSWERS[n]] * 2 for n, label in LABELS.items())]
    page = [[row[0], row[1], row[-1]] for row in page]
    intake = read_forms(save_xlsx(tmp_path / "forms.xlsx", {"One": page}))
    assert (len(intake.cases), answers(intake)) == (1, EXPECTED)
    (sheet,) = intake.account.sheets.values()
    assert [note for note in sheet.notes if "column C" in note]


def test_a_case_without_a_reference_is_called_after_its_page(tmp_path: Path) -> None:
    pages = {"Child A": with_ref("", beside()), "Child B": beside()[4:]}
    one = save_xlsx(tmp_path / "forms.xlsx", pages)
    document: Sequence[Block] = [[[str(c) for c in row] for row in with_ref("", beside()) if row]]
    other = save_docx(tmp_path / "form.docx", *document)
    assert list(read_forms(one).cases.references) == ["Child A", "Child B"]
    assert list(read_forms(one, other).cases.references) == [
        "forms.xlsx, Child A",
        "forms.xlsx, Child B",
        "form.docx",
    ]


def blank(page: Page, keep: Sequence[str] = ()) -> Page:
    gone = {its for name, its in ANSWERS.items() if name not in keep}
    return [[None if cell in gone else cell for cell in row] for row in page]


@pytest.mark.parametrize("keep", [(), ("ref",), ("ref", "team")])
def test_a_form_that_nobody_has_answered_is_in_no_count(
    keep: Sequence[str], tmp_path: Path
) -> None:
    pages = {"Done": beside(), "Next": blank(beside(), keep)}
    intake = read_forms(save_xlsx(tmp_path / "forms.xlsx", pages))
    assert list(intake.cases.references) == [ANSWERS["ref"]]
    (issue,) = intake.layout.issues
    assert (issue.code, issue.total, issue.places) == (IssueCode.FORMS_UNREAD, 1, ("Next",))


def test_a_form_without_an_answer_counts_if_the_user_says_so(tmp_path: Path) -> None:
    pages = {"Done": beside(), "Next": blank(beside(), ["ref", "team"]), "Blank": blank(beside())}
    path = save_xlsx(tmp_path / "forms.xlsx", pages)
    intake = read(path, rubric=RUBRIC, mapping="unanswered: nothing recorded")
    assert len(intake.cases) == 2
    assert {answers(intake, 1)[name] for name in QUESTIONS} == {""}
    assert [issue.places for issue in intake.layout.issues] == [("Blank",)]


def test_forms_that_are_all_blank_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match="none of the forms is filled in"):
        read_forms(save_xlsx(tmp_path / "a.xlsx", dict.fromkeys("AB", blank(beside()))))


@pytest.mark.parametrize("first", [True, False])
def test_guidance_among_the_forms_of_a_document_takes_no_form_with_it(
    first: bool, tmp_path: Path
) -> None:
    texts: Page = [[LABELS[name], f"Look at the file for {name} first."] for name in QUESTIONS]
    one, two = beside(), answered(ref="V/102/24")
    pages = [texts, one, two] if first else [one, texts, two]
    document = save_docx(tmp_path / "forms.docx", *pages)
    stacked = save_xlsx(
        tmp_path / "forms.xlsx", {"All": [r for page in pages for r in [*page, []]]}
    )
    for path in (document, stacked):
        intake = read_forms(path)
        assert list(intake.cases.references) == ["V/101/24", "V/102/24"]
        assert [answers(intake, case)["alone"] for case in (0, 1)] == ["yes", "yes"]
        assert [answers(intake, case)["wishes"] for case in (0, 1)] == ["no", "no"]
        assert any("text about them" in line for line in intake.layout.passed_over)


@pytest.mark.parametrize("word", ["#REF!", "#NUM!", "########"])
def test_a_cell_that_failed_is_no_label_of_a_form(word: str, tmp_path: Path) -> None:
    page = answered(wishes=word, plan=word)
    intake = read_forms(save_docx(tmp_path / "forms.docx", page))
    assert list(intake.cases.references) == ["V/101/24"]
    assert answers(intake)["wishes"] == answers(intake)["plan"] == "4"


def test_guidance_is_named_and_no_case(tmp_path: Path) -> None:
    guidance: Page = [[label, f"Look at the file for {label}."] for label in LABELS.values()]
    path = save_xlsx(tmp_path / "forms.xlsx", {"How to": guidance, "One": beside()})
    intake = read_forms(path)
    assert list(intake.cases.references) == [ANSWERS["ref"]]
    assert [line.split(":")[0] for line in intake.layout.passed_over] == ["forms.xlsx, How to"]


def test_a_letter_among_the_forms_is_named_and_no_case(tmp_path: Path) -> None:
    letter = save_docx(
        tmp_path / "letter.docx", "Dear all,", [["Sent to", "Forms"], ["Chairs", "5"]]
    )
    form = save_docx(tmp_path / "form.docx", *(f"{LABELS[n]}: {a}" for n, a in ANSWERS.items()))
    intake = read_forms(letter, form)
    assert len(intake.cases) == 1
    (issue,) = intake.layout.issues
    assert (issue.code, issue.places) == (IssueCode.FILES_WITHOUT_FORM, ("letter.docx",))
    with pytest.raises(WorkbookError, match=r"letter\.docx"):
        read_forms(letter)


def test_a_label_that_the_rubric_does_not_know_is_not_asked_and_said(tmp_path: Path) -> None:
    other = [
        ["Our plan is quite up to date" if c == LABELS["plan"] else c for c in r] for r in beside()
    ]
    other[8][1] = "Yes"
    intake = read_forms(save_xlsx(tmp_path / "forms.xlsx", {"One": beside(), "Two": other}))
    assert answers(intake, 1)["plan"] == "3"
    (_, two) = intake.account.sheets.values()
    assert dict(two.without_column)["plan"] == "Our plan is quite up to date"


def test_one_case_on_two_forms_is_counted_twice_and_listed(tmp_path: Path) -> None:
    intake = read_forms(save_xlsx(tmp_path / "forms.xlsx", {"One": beside(), "Two": beside()}))
    (problem,) = intake.account.problems
    assert len(intake.cases) == 2
    assert (problem.sheet, problem.cell) == ("Two", "B3")
    assert "One!B3" in problem.expected


def test_a_table_of_cases_in_a_document_is_refused_with_what_to_do(tmp_path: Path) -> None:
    row = [its or "-" for its in ANSWERS.values()]
    path = save_docx(tmp_path / "cases.docx", "Cases", [[*LABELS.values()], row, row])
    with pytest.raises(WorkbookError, match="has no form") as refused:
        read_forms(path)
    assert "table 1, row 1" in refused.value.details[0]
    assert "copy the table into a workbook" in refused.value.details[0]


HEADINGS = [*LABELS.values()]
ROW = [*ANSWERS.values()]
TABLES: dict[str, Rows] = {
    "a table": [HEADINGS, ROW, ROW, ROW],
    "a table of one case": [HEADINGS, ROW],
    "a banner over it": [["Child was seen alone: survey"], [], HEADINGS, ROW],
    "two tables": [HEADINGS[:4], ROW[:4], [], HEADINGS[:1] + HEADINGS[4:], ROW[:1] + ROW[4:]],
    "a key under it": [HEADINGS, ROW, [], ["Team", "where"], ["Overall grade", "Good or not"]],
    "few columns": [HEADINGS[:2] + HEADINGS[6:], [*ROW[:2], ROW[6]], [*ROW[:2], ROW[6]]],
    "the headings again": [HEADINGS[:3], ROW[:3], HEADINGS[:3], ROW[:3]],
}


@pytest.mark.parametrize("rows", TABLES.values(), ids=TABLES)
def test_a_table_is_never_taken_for_a_form(rows: Rows, tmp_path: Path) -> None:
    intake = read_forms(save_csv(tmp_path / "cases.csv", rows))
    assert not any(sheet.data.is_form for sheet in intake.account.sheets.values())


def test_a_table_of_cases_comes_before_forms_of_the_same_workbook(tmp_path: Path) -> None:
    pages: dict[str, Rows] = {"Cases": [[*HEADINGS], [*ROW], [*ROW]], "Form": beside()}
    intake = read_forms(save_xlsx(tmp_path / "a.xlsx", pages))
    assert [sheet.sheet for sheet in intake.account.sheets.values()] == ["Cases"]
    assert any("Form" in line for line in intake.layout.passed_over)
    log: Page = [[LABELS["ref"], LABELS["team"]], ["V/101/24", "East"], ["V2", "West"]]
    intake = read_forms(save_xlsx(tmp_path / "b.xlsx", {"Log": log, "Form": beside()}))
    assert [sheet.sheet for sheet in intake.account.sheets.values()] == ["Form"]


def test_guidance_alone_is_refused(tmp_path: Path) -> None:
    guidance: Rows = [[label, f"Look at the file for {label}."] for label in LABELS.values()]
    with pytest.raises(WorkbookError, match="not filled in yet") as refused:
        read_forms(save_xlsx(tmp_path / "forms.xlsx", {"How to": guidance}))
    assert "text about them" in refused.value.details[0]
