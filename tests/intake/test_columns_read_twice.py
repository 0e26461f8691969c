"""One column under two readings: a date alone and among dates, a word as grade and as text."""

from pathlib import Path

import pytest

from casefile_audit import score
from casefile_audit.rubric.loading import read_rubric
from workbooks import Audit, save_csv, save_text

RUBRIC = """
rubric: twice
title: Twice
version: "1"
unanswered: nothing recorded
fields:
  ref: {type: identifier}
  opened: {type: date}
  reviews: {type: dates, headings: ["Review {n}"]}
  first_review: {type: date, same_column_as: reviews, headings: [Review 1]}
  grade: {type: grade, headings: [Overall grade], not_applicable: [deferred]}
  grade_words: {type: text, same_column_as: grade}
criteria:
  reviewed:
    question: Reviewed within 7 days?
    missing: not reviewed in 7 days
    met: {within: {days: 7, of: opened, any: reviews}}
  first:
    question: Was the first review within 7 days?
    missing: without a first review in 7 days
    met: {within: {days: 7, of: opened, date: first_review}}
  not-deferred:
    question: Was a grade given, and not deferred?
    missing: deferred
    met: {not: {is: {grade_words: deferred}}}
grades: {scale: [good, poor], recorded: grade}
"""
ROWS = [
    ["ref", "opened", "Review 1", "Review 2", "Overall grade"],
    ["1", "01/03/2024", "04/03/2024", "", "good"],
    ["2", "01/03/2024", "20/03/2024", "05/03/2024", "deferred"],
    ["3", "01/03/2024", "", "", "poor"],
]


def files(folder: Path, text: str = RUBRIC, rows: list[list[str]] = ROWS) -> tuple[Path, Path]:
    (folder / "rubric.yaml").write_text(text, "utf-8")
    return save_csv(folder / "cases.csv", rows), folder / "rubric.yaml"


def test_a_column_is_read_as_two_fields(tmp_path: Path) -> None:
    result = score(*files(tmp_path))
    missing = {name: its.missing_cases for name, its in result.criteria.items()}
    assert missing == {"reviewed": ["3"], "first": ["2", "3"], "not-deferred": ["2"]}
    assert result.grades["overall"].recorded == {"good": 1, "poor": 1}
    assert result.inputs[0].without_column == []
    frame = result.cases()
    assert frame["first_review"].notna().tolist() == [True, True, False]


def test_a_case_that_is_answered_in_another_fields_column_alone_was_read(tmp_path: Path) -> None:
    text = RUBRIC.replace("unanswered: nothing recorded\n", "")
    text = text[: text.index("  reviewed:")] + text[text.index("  first:") :]
    text = text[: text.index("  not-deferred:")] + text[text.index("grades:") :]
    rows = [*ROWS, ["4", "", "05/03/2024", "", ""], ["5", "", "", "", ""]]
    result = score(*files(tmp_path, text, rows))
    assert result.case_count == 4
    assert "4" in result.cases().index


@pytest.mark.parametrize(
    ("only", "left"), [("first_review>=2024-03-10", ["2"]), ("grade_words=deferred", ["2"])]
)
def test_cases_are_chosen_by_either(only: str, left: list[str], tmp_path: Path) -> None:
    assert score(*files(tmp_path), only=[only]).cases().index.tolist() == left


def test_of_a_case_of_several_rows_it_is_brought_together_once(tmp_path: Path) -> None:
    rows = [ROWS[0], ["1", "01/03/2024", "", "04/03/2024", "good"]]
    rows += [["1", "", "06/03/2024", "", "Good"], ["1", "", "", "08/03/2024", ""]]
    save_text(tmp_path / "mapping.yaml", "a case is: several rows\n")
    result = score(*files(tmp_path, rows=rows), mapping=tmp_path / "mapping.yaml")
    assert result.grades["overall"].recorded == {"good": 1, "poor": 0}
    dates = [str(day)[:10] for day in result.cases().filter(like="reviews").iloc[0]]
    assert dates == ["2024-03-04", "2024-03-06", "2024-03-08"]


def test_a_sheet_without_the_column_lacks_both(tmp_path: Path) -> None:
    rows = [row[:2] + row[4:] for row in ROWS]
    absent = score(*files(tmp_path, rows=rows)).inputs[0].without_column
    assert {each.field for each in absent} == {"reviews", "first_review"}


def test_it_is_shown_that_a_column_is_read_twice(audit: Audit) -> None:
    files(Path())
    for arguments in ((), ("--full",)):
        out = audit("check", "cases.csv", "--rubric", "rubric.yaml", *arguments).out
        assert "C: first_review, in the same column as reviews" in " ".join(out.split())


def test_a_mapping_names_the_heading_once(audit: Audit) -> None:
    files(Path())
    written = audit("check", "cases.csv", "--rubric", "rubric.yaml", "--write-mapping", "m.yaml")
    assert written.code == 0
    assert "first_review" not in Path("m.yaml").read_text("utf-8")
    again = audit("score", "cases.csv", "--rubric", "rubric.yaml", "--mapping", "m.yaml", "--json")
    assert again.json["criteria"]["first"]["missing_cases"] == ["2", "3"]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("same_column_as: grade}", "same_column_as: grad}", "there is no field `grad`"),
        ("same_column_as: grade}", "same_column_as: grade_words}", "has no column of its own"),
        ("same_column_as: grade}", "same_column_as: first_review}", "has no column of its own"),
        (", headings: [Review 1]", "", "`reviews` has several columns"),
    ],
)
def test_a_field_that_reads_no_column_is_a_fault(
    old: str, new: str, found: str, tmp_path: Path
) -> None:
    _, rubric = files(tmp_path, RUBRIC.replace(old, new))
    faults = [fault.found for fault in read_rubric(str(rubric))[2] if fault.is_error]
    assert any(found in fault for fault in faults), faults
