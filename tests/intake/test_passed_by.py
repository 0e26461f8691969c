"""What isn't read, and may be cases or answers: said first, and nothing of a good workbook."""

from pathlib import Path

import pytest

from casefile_audit.errors import WorkbookError
from casefile_audit.files import sources
from workbooks import HEADINGS, Row, Rows, case, read, save_csv, save_xlsx

CASES = [HEADINGS, *map(case, ("C1", "C2", "C3"))]


def moderated(first: str, second: str, answers: list[tuple[str, str]]) -> Rows:
    rows: Rows = [["Case ref", first, second]]
    return [*rows, *([f"C{n}", *pair] for n, pair in enumerate(answers, 1))]


@pytest.mark.parametrize(
    ("rows", "doubted"),
    [
        ([case("C4"), case("C5")], 2),
        ([*map(case, ("C4", "C5", "C6", "C7", "C8")), ["Total", "", "", "", 5]], 5),
        ([["Cases of May"], [], case("C4"), case("C5", protected="No")], 2),
        # One row alone, lists of answers, and what has no reference where references are.
        ([case("C4")], 0),
        ([["White", "North", "", "", "Yes"], ["Asian", "South", "", "", "No"]], 0),
        ([case(""), case("")], 0),
        ([["Notes"], ["C4 was moved to the other team"], ["C5 too"]], 0),
        # Words where others answer, and mostly other things.
        ([["C4", "", "", "", "see below"], ["C5", "", "", "", "see above"]], 0),
        ([case("C4"), case("C5"), *[["Read by", "A Reader"]] * 5], 0),
    ],
)
def test_a_sheet_without_headings_whose_rows_look_like_cases_is_doubted(
    rows: list[Row], doubted: int, tmp_path: Path
) -> None:
    path = save_xlsx(tmp_path / "a.xlsx", {"April": CASES, "May": rows})
    intake = read(path)
    found = [issue for issue in intake.layout.issues if issue.code == "sheet-without-headings"]
    assert len(intake.cases) == 3
    assert [(issue.sheet, issue.total) for issue in found] == (
        [("May", doubted)] if doubted else []
    )


@pytest.mark.parametrize(
    ("headings", "answers", "doubted"),
    [
        (("Overall grade", "Overall grade (moderated)"), [("good", "inadequate")] * 3, 3),
        (("Overall grade (auditor)", "Overall grade (final)"), [("good", "adequate")], 1),
        (("Overall grade", "Overall grade (moderated)"), [("good", ""), ("good", "Good")], 0),
        (("Overall grade", "Overall grade (moderated)"), [("good", "as before")], 0),
        (("Overall grade", "Overall grade (comment)"), [("good", "adequate")], 0),
        (
            ("Police protection used", "Police protection used (after moderation)"),
            [("Yes", "No"), ("No", "No")],
            1,
        ),
        (("Police protection used", "Police protection used (sibling)"), [("Yes", "No")], 0),
        (("District", "District (revised)"), [("North", "South")], 0),
        # What programs put behind a heading that is there twice.
        (("Overall grade", "Overall grade.1"), [("good", "adequate")], 1),
        (("Ethnicity", "Ethnicity2"), [("W1", "A1"), ("A1", "A1")], 1),
        (("Overall grade", "Overall grade.1"), [("good", "good"), ("good", "")], 0),
        (("Overall grade", "Overall grade2"), [("", "good"), ("good", "")], 1),
        (("Overall grade", "Overall grades of 2"), [("good", "adequate")], 0),
        (("Age of sibling", "Age of sibling.1"), [("4", "5")], 0),
    ],
)
def test_another_answer_to_the_same_question_is_doubted(
    headings: tuple[str, str], answers: list[tuple[str, str]], doubted: int, tmp_path: Path
) -> None:
    intake = read(save_xlsx(tmp_path / "a.xlsx", moderated(*headings, answers)))
    found = [issue for issue in intake.layout.issues if issue.code == "columns-disagree"]
    assert [(issue.total, issue.places[0]) for issue in found] == (
        [(doubted, "C2")] if doubted else []
    )


def test_a_mapping_says_which_of_two_columns_counts(tmp_path: Path) -> None:
    rows = moderated("Overall grade", "Overall grade (moderated)", [("good", "inadequate")])
    path = save_xlsx(tmp_path / "a.xlsx", rows)
    for letter in "BC":
        intake = read(path, mapping=f"fields: {{grade: column {letter}}}")
        assert not [issue for issue in intake.layout.issues if issue.code == "columns-disagree"]


FEWER, MORE = ["Case ref", "Police protection used"], ["Case ref", "District", *HEADINGS[4:6]]


def test_fuller_headings_further_down_lose_no_case_above_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows: Rows = [[*FEWER, "", ""], ["C1", "Yes", "", ""], ["C2", "No", "", ""], MORE]
    below: Rows = [["C3", "North", "Yes", "No"], ["C4", "South", "No", "No"]]
    text = save_csv(tmp_path / "a.csv", [*rows, *below])
    for path in (text, save_xlsx(tmp_path / "a.xlsx", [*rows, *below])):
        assert list(read(path).cases.references) == ["C1", "C2", "C3", "C4"]
    monkeypatch.setattr(sources, "LONG_BYTES", 10)
    with pytest.raises(WorkbookError, match=r"row 4 has the headings again.* than row 1"):
        read(text)


@pytest.mark.parametrize(
    "above",
    [
        [FEWER, ["Our number", "Yes or no"], ["As in the list", "Y/N"]],
        [FEWER, ["e.g. NS/24/0000", "Yes"]],
        [["Case ref", "URN"], ["District", "BCU 1"], ["Grade", "of 4"]],
    ],
)
def test_what_explains_the_headings_above_them_is_no_table(above: Rows, tmp_path: Path) -> None:
    padded = [[*row, *[""] * (len(HEADINGS) - len(row))] for row in above]
    path = save_csv(tmp_path / "a.csv", [*padded, *CASES])
    assert list(read(path).cases.references) == ["C1", "C2", "C3"]
