"""A judgement that is made of some of the cases: ``applies`` on grades."""

import datetime as dt
from pathlib import Path

import pytest

from casefile_audit import score
from casefile_audit.audit import open_audit
from casefile_audit.files import long_csv, sources
from casefile_audit.results import GradeResult
from casefile_audit.rubric.loading import read_rubric
from casefile_audit.scoring.partial import ScoreOptions
from workbooks import Audit, save_csv

DAY = dt.date(2024, 5, 31)
RUBRIC = """
rubric: some
title: Some
version: "1"
unanswered: nothing recorded
fields:
  ref: {type: identifier}
  protected: {type: yes-no}
  seen: {type: yes-no}
  grade: {type: grade}
criteria:
  seen: {question: Seen?, missing: not seen, met: {yes: seen}}
grades:
  protection:
    scale: [good, fair, poor]
    recorded: grade
    bands: {good: 100, fair: 50}
    applies: {yes: protected}
"""
HEADINGS = ["ref", "protected", "seen", "grade"]
ROWS = [
    ["1", "Yes", "Yes", "good"],
    ["2", "Yes", "No", "fair"],
    ["3", "Yes", "Yes", ""],
    ["4", "No", "Yes", "poor"],
    ["5", "No", "Yes", ""],
    ["6", "N/A", "Yes", ""],
    ["7", "", "No", "good"],
    ["8", "perhaps", "No", ""],
]


def files(folder: Path, rows: list[list[str]], text: str = RUBRIC) -> tuple[Path, Path]:
    (folder / "rubric.yaml").write_text(text, "utf-8")
    return save_csv(folder / "cases.csv", rows), folder / "rubric.yaml"


def check(grade: GradeResult) -> None:
    assert grade.recorded == {"good": 1, "fair": 1, "poor": 0}
    assert grade.derived == {"good": 2, "fair": 0, "poor": 1}
    assert (grade.without_recorded, grade.without_derived, grade.ungraded) == (6, 5, 1)
    assert (grade.not_applicable, grade.cannot_tell, grade.not_counted) == (3, 2, 1)


def test_a_case_that_isnt_judged_has_no_grade(tmp_path: Path) -> None:
    result = score(*files(tmp_path, [HEADINGS, *ROWS]), as_of=DAY)
    check(result.grades["protection"])
    cases = {case.case: (case.recorded, case.derived) for case in result.grades["protection"].cases}
    assert cases["4"] == (None, None)
    assert cases["7"] == (None, None)
    assert cases["3"] == (None, "good")


def test_pieces_come_to_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table, rubric = files(tmp_path, [HEADINGS, *ROWS])
    monkeypatch.setattr(sources, "LONG_BYTES", 10)
    monkeypatch.setattr(sources, "KEPT_BYTES", 0)
    monkeypatch.setattr(long_csv, "PIECE", 30)
    check(open_audit([table], str(rubric)).result(ScoreOptions(DAY)).grades["protection"])


def test_a_saved_result_adds_up_and_the_page_says_how_many(audit: Audit) -> None:
    files(Path(), [HEADINGS, *ROWS])
    run = audit("score", "cases.csv", "--rubric", "rubric.yaml", "-o", "r.json")
    said = " ".join(run.out.split())
    assert (
        "Protection isn't given in 3 cases, as the rubric has it, and 1 of these has one that "
        "isn't counted. Protection: in 2 cases nobody can tell whether it is to be given. "
        "1 case without a grade for Protection." in said
    )
    again = audit("score", "r.json", "--full")
    assert again.code == 0
    assert "Protection isn't given in 3 cases" in again.out
    assert "given where protected is yes" in audit("rubric", "show", "rubric.yaml").out


def test_of_a_sheet_without_the_column_nobody_can_tell(tmp_path: Path) -> None:
    rows = [["ref", "seen", "grade"], ["1", "Yes", "good"], ["2", "No", "fair"]]
    grade = score(*files(tmp_path, rows), as_of=DAY).grades["protection"]
    assert (grade.cannot_tell, sum(grade.recorded.values())) == (2, 0)


def test_a_condition_that_leads_nowhere_is_a_fault(tmp_path: Path) -> None:
    _, rubric = files(tmp_path, [HEADINGS], RUBRIC.replace("{yes: protected}", "{yes: protcted}"))
    (fault,) = [fault for fault in read_rubric(str(rubric))[2] if fault.is_error]
    assert fault.location == ("grades", "protection", "applies", "yes")
