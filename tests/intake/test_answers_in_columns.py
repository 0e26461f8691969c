"""A question with several answers that a survey's export spreads over a column for each."""

from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from casefile_audit import score
from casefile_audit.files import long_csv, sources
from casefile_audit.issues import IssueCode
from casefile_audit.results import Result
from workbooks import Audit, save_csv

RUBRIC = """
rubric: survey
title: Survey
version: "1"
unanswered: nothing recorded
fields:
  ref: {type: identifier}
  grounds:
    type: code
    codes: {neglect: Neglect, physical: Physical abuse, none: None of these}
    several: true
    headings: [Grounds]
criteria:
  recorded: {question: Are grounds recorded?, missing: without grounds, met: {recorded: grounds}}
  neglect: {question: Is it neglect?, missing: without neglect, met: {is: {grounds: neglect}}}
  alone:
    question: Does none stand alone?
    missing: with none beside another
    met: {any: [{only: {grounds: none}}, {none_of: {grounds: none}}]}
"""
ANSWERS = [("1", "0", "0"), ("1", "1", "0"), ("0", "0", "0"), ("", "", ""), ("1", "0", "1")]
HEADINGS = [
    ("grounds/neglect", "grounds/physical", "grounds/none"),  # KoBo
    (
        "Grounds (choice=Neglect)",
        "Grounds (choice=Physical abuse)",
        "Grounds (choice=None of these)",
    ),
    ("grounds___neglect", "grounds___physical", "grounds___none"),  # REDCap
    ("Grounds [Neglect]", "Grounds [Physical abuse]", "Grounds [None of these]"),  # LimeSurvey
    ("Grounds: Neglect", "Grounds: Physical abuse", "Grounds: None of these"),
    ("Q4. Grounds/neglect", "Q4. Grounds/physical", "Q4. Grounds/none"),
]


def scored(folder: Path, headings: tuple[str, ...], answers: Sequence[tuple[str, ...]]) -> Result:
    (folder / "rubric.yaml").write_text(RUBRIC, "utf-8")
    rows = [[f"C{number}", *row] for number, row in enumerate(answers, 1)]
    table = save_csv(folder / "cases.csv", [["ref", *headings], *rows])
    return score(table, folder / "rubric.yaml")


def missing(result: Result) -> dict[str, list[str]]:
    return {name: its.missing_cases for name, its in result.criteria.items()}


EXPECTED = {"recorded": ["C3", "C4"], "neglect": ["C3", "C4"], "alone": ["C3", "C4", "C5"]}


@pytest.mark.parametrize("headings", HEADINGS)
def test_the_columns_are_one_question(headings: tuple[str, ...], tmp_path: Path) -> None:
    result = scored(tmp_path, headings, ANSWERS)
    assert missing(result) == EXPECTED
    assert result.inputs[0].without_column == []
    assert [issue.code for issue in result.issues] == []
    assert result.cases()["grounds"].tolist()[:2] == ["neglect", "neglect, physical"]


@pytest.mark.parametrize(
    ("yes", "no"), [("Checked", "Unchecked"), ("TRUE", "FALSE"), ("x", ""), ("Yes", "No")]
)
def test_a_tick_is_written_in_many_ways(yes: str, no: str, tmp_path: Path) -> None:
    words = {"1": yes, "0": no, "": ""}
    answers = [tuple(words[cell] for cell in row) for row in ANSWERS]
    assert missing(scored(tmp_path, HEADINGS[0], answers)) == EXPECTED


def test_the_answer_itself_is_a_tick(tmp_path: Path) -> None:
    answers = [("Neglect", "", ""), ("neglect", "Physical abuse", ""), ("", "", "")]
    result = scored(tmp_path, HEADINGS[1], answers)
    assert missing(result)["neglect"] == ["C3"]


def test_a_cell_that_is_no_tick_is_listed_and_counted_in_neither_direction(tmp_path: Path) -> None:
    result = scored(tmp_path, HEADINGS[0], [*ANSWERS, ("1", "perhaps", "0")])
    assert [(p.cell, p.field) for p in result.problems] == [("C7", "grounds")]
    assert {its.cannot_tell for its in result.criteria.values()} == {1}


def test_a_column_that_has_all_the_answers_comes_first(tmp_path: Path) -> None:
    headings = ("grounds", *HEADINGS[0])
    answers = [("neglect physical", "0", "0", "1"), ("physical", "1", "0", "0")]
    assert missing(scored(tmp_path, headings, answers))["neglect"] == ["C2"]


def test_pieces_come_to_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "LONG_BYTES", 10)
    monkeypatch.setattr(long_csv, "PIECE", 20)
    result = scored(tmp_path, HEADINGS[0], ANSWERS)
    assert missing(result) == EXPECTED


def test_what_is_read_of_them_is_shown(audit: Audit) -> None:
    scored(Path(), HEADINGS[1], ANSWERS)
    for arguments in ((), ("--full",)):
        run = audit("check", "cases.csv", "--rubric", "rubric.yaml", *arguments)
        assert run.code == 0
        assert "grounds, a column for each answer" in " ".join(run.out.split())
        assert "no field has" not in run.out


def test_ticks_in_any_row_of_a_case_that_has_several_are_its_answer(tmp_path: Path) -> None:
    (tmp_path / "rubric.yaml").write_text(RUBRIC, "utf-8")
    (tmp_path / "mapping.yaml").write_text("a case is: several rows\n", "utf-8")
    rows = [
        ["ref", *HEADINGS[2]],
        ["C1", "0", "0", "0"],
        ["C1", "1", "0", "0"],
        ["C1", "0", "1", "0"],
        ["C2", "0", "1", ""],
        ["C2", "", "0", ""],
        ["C3", "0", "0", "0"],
    ]
    table = save_csv(tmp_path / "cases.csv", rows)
    result = score(table, tmp_path / "rubric.yaml", mapping=tmp_path / "mapping.yaml")
    assert result.cases()["grounds"].tolist()[:2] == ["neglect, physical", "physical"]
    assert missing(result)["recorded"] == ["C3"]


@pytest.mark.parametrize(
    ("cases", "only", "left"),
    [
        ("", ["grounds=physical"], ["C2"]),
        ("", ["grounds=neglect"], ["C1", "C2", "C5"]),
        ("cases: {is: {grounds: neglect}}", [], ["C1", "C2", "C5"]),
    ],
)
def test_cases_are_chosen_by_it(
    cases: str, only: list[str], left: list[str], tmp_path: Path
) -> None:
    (tmp_path / "rubric.yaml").write_text(RUBRIC.replace("fields:", f"{cases}\nfields:"), "utf-8")
    rows = [[f"C{number}", *row] for number, row in enumerate(ANSWERS, 1)]
    table = save_csv(tmp_path / "cases.csv", [["ref", *HEADINGS[0]], *rows])
    assert score(table, tmp_path / "rubric.yaml", only=only).cases().index.tolist() == left


def test_a_column_that_is_hidden_and_a_tick_that_is_struck_out_are_said(tmp_path: Path) -> None:
    (tmp_path / "rubric.yaml").write_text(RUBRIC, "utf-8")
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["ref", *HEADINGS[0]], *([f"C{n}", *row] for n, row in enumerate(ANSWERS, 1))):
        sheet.append(row)
    sheet.column_dimensions["C"].hidden = True
    sheet["B2"].font = openpyxl.styles.Font(strike=True)
    book.save(tmp_path / "cases.xlsx")
    result = score(tmp_path / "cases.xlsx", tmp_path / "rubric.yaml")
    assert [(i.code, i.field, i.places) for i in result.issues] == [
        (IssueCode.CELLS_STRUCK_OUT, "grounds", ("B2",))
    ]
    assert "column C is hidden; it was read and counted" in result.inputs[0].notes


@pytest.mark.parametrize("no", ["", "0", "Unchecked"])
def test_a_case_with_a_tick_alone_was_read(no: str, tmp_path: Path) -> None:
    text = RUBRIC.replace("unanswered: nothing recorded\n", "").replace(
        "fields:", "fields:\n  opened: {type: date}\n  closed: {type: date}"
    )
    text += "  soon: {question: Soon?, missing: late, met: {within: {days: 7, of: opened, "
    text += "date: closed}}}\n"
    (tmp_path / "rubric.yaml").write_text(text, "utf-8")
    rows = [["C1", "1", no, no, "", ""], ["C2", no, no, no, "", ""]]
    rows += [["C3", no, no, no, "01/02/2024", "03/02/2024"]]
    table = save_csv(tmp_path / "cases.csv", [["ref", *HEADINGS[2], "opened", "closed"], *rows])
    assert score(table, tmp_path / "rubric.yaml").cases().index.tolist() == ["C1", "C3"]
