"""Copies, lists that a sample was drawn from, and several rows a case: asked about, not counted."""

from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest

from casefile_audit.errors import WorkbookError
from workbooks import HEADINGS, Row, case, read, save_xlsx

CASES: list[Row] = [HEADINGS, *(case(f"C{n}") for n in range(1, 6))]
MAY = "07/05/2024"
FRAME: list[Row] = [["Case ref", "District"], *([f"C{n}", "North"] for n in range(1, 30))]
PIVOT: list[Row] = [
    ["Case ref", "Overall grade", "Count"],
    *([f"C{n}", "good", 1] for n in range(6)),
]
REVIEWS: list[Row] = [
    ["Case ref", "Supervisor review 1"],
    *([f"C{n}", f"0{month}/05/2024"] for n in range(1, 4) for month in (1, 2)),
]
OTHER_QUESTIONS: list[Row] = [
    ["Case ref", "Review recorded"],
    *([f"C{n}", "Yes"] for n in range(1, 6)),
]
GRADES: list[Row] = [["Case ref", "Overall grade"], *([f"C{n}", "good"] for n in range(1, 6))]


@pytest.mark.parametrize(
    ("sheets", "said"),
    [
        (
            {"Cases": CASES, "Cases (2)": CASES},
            "the same cases stand on sheets Cases and Cases (2)",
        ),
        (
            {"Ann": CASES, "Bob": [HEADINGS, *(case(f"C{n}", grade="RI") for n in range(1, 6))]},
            "the same cases stand on sheets Ann and Bob",
        ),
        ({"Cases": CASES, "Pivot": PIVOT}, "the same cases stand on sheets Cases and Pivot"),
        ({"One": OTHER_QUESTIONS, "Two": GRADES}, "each case stands on two sheets, One and Two"),
        ({"Cases": CASES, "Reviews": REVIEWS}, "sheet Reviews: each case seems to take several"),
    ],
)
def test_what_would_count_cases_twice_is_asked_about(
    sheets: Mapping[str, list[Row]], said: str, tmp_path: Path
) -> None:
    with pytest.raises(WorkbookError) as caught:
        read(save_xlsx(tmp_path / "a.xlsx", sheets))
    assert said in caught.value.what
    assert len(read(tmp_path / "a.xlsx", sheets=[*sheets][:1]).cases) == 5


def test_a_list_that_the_cases_come_from_is_passed_over_and_named(tmp_path: Path) -> None:
    intake = read(save_xlsx(tmp_path / "a.xlsx", {"Frame": FRAME, "Audit": CASES}))
    assert len(intake.cases) == 5
    (line,) = intake.layout.passed_over
    assert "sheet Frame: a list of 29 references without answers, 5 of which" in line


def test_a_reference_merged_over_its_reviews_is_no_case_a_row(tmp_path: Path) -> None:
    rows = [
        ["Case ref", "Review recorded", "Supervisor review 1"],
        *[["C1", "Yes", "01/05/2024"], ["", "", "02/05/2024"]],
        *[["C2", "No", "01/05/2024"], ["", "", "02/05/2024"]],
        *[["C3", "No", "01/05/2024"], ["", "", "02/05/2024"]],
    ]
    path = save_xlsx(tmp_path / "a.xlsx", rows)
    book = openpyxl.load_workbook(path)
    for first in (2, 4, 6):
        book["Cases"].merge_cells(f"A{first}:A{first + 1}")
    book.save(path)
    with pytest.raises(WorkbookError, match="each case seems to take several rows"):
        read(path)


@pytest.mark.parametrize(
    "sheets",
    [
        {"April": CASES, "May": [HEADINGS, *(case(f"D{n}") for n in range(5))]},
        {"April": CASES, "May": [HEADINGS, case("C1"), *(case(f"D{n}") for n in range(5))]},
        # Numbered from 1 in each month: the dates are those of other cases.
        {"April": CASES, "May": [HEADINGS, *(case(f"C{n}", allocated=MAY) for n in range(1, 6))]},
        {"Cases": [HEADINGS, *(case(f"C{n}") for n in (1, 1, 2, 2, 3, 3))]},
        {"Cases": [HEADINGS, case("C1"), case("C1", review_2="1/5/2024"), case("C2"), case("C3")]},
        {
            "Cases": [
                HEADINGS,
                *(case(f"C{n}", grade=grade) for n in range(3) for grade in ("good", "RI")),
            ]
        },
    ],
)
def test_months_slips_and_second_readings_are_read_as_they_stand(
    sheets: Mapping[str, list[Row]], tmp_path: Path
) -> None:
    intake = read(save_xlsx(tmp_path / "a.xlsx", sheets))
    assert len(intake.cases) == sum(len(rows) - 1 for rows in sheets.values())


@pytest.mark.parametrize("column", [False, True])
def test_each_sector_has_a_file_of_its_own_on_one_child(column: bool, tmp_path: Path) -> None:
    rubric = """
        rubric: partners
        title: Partners
        version: 1
        sectors: {police: {title: Police, sheets: [Police*]}, health: {title: Health}}
        sector: agency
        fields:
          child: {type: identifier, headings: [Child]}
          agency: {type: text, headings: [Agency]}
          told: {type: yes-no, headings: [Told]}
        criteria:
          told: {question: Told?, missing: not told, met: {yes: told}}
    """
    sheets: dict[str, list[Row]] = {}
    for sector in ("Police", "Health"):
        rows = [[f"N{n}", "Yes", sector][: 2 + column] for n in range(1, 6)]
        headings = ["Child", "Told", "Agency"][: 2 + column]
        sheets[f"{sector[0]} files" if column else sector] = [headings, *rows]
    intake = read(save_xlsx(tmp_path / "a.xlsx", sheets), rubric=rubric)
    assert len(intake.cases) == 10
    sheets["Police again"] = sheets["P files" if column else "Police"]
    with pytest.raises(WorkbookError, match=r"the same cases stand on sheets P.* and Police again"):
        read(save_xlsx(tmp_path / "b.xlsx", sheets), rubric=rubric)


def test_a_list_of_words_to_choose_from_is_no_sheet_of_cases(tmp_path: Path) -> None:
    rubric = """
        rubric: nameless
        title: Nameless
        version: 1
        fields:
          told: {type: yes-no, headings: [Told]}
          seen: {type: yes-no, headings: [Seen]}
          district: {type: text, headings: [District]}
        criteria:
          told: {question: Told?, missing: not told, met: {yes: told}}
          seen: {question: Seen?, missing: not seen, met: {yes: seen}}
    """
    cases: list[Row] = [["District", "Told", "Seen"], *([["North", "Yes", "No"]] * 4)]
    words: list[Row] = [["Told", "Seen"], ["Yes", "Yes"], ["No", "No"], ["N/A", "Partly"]]
    intake = read(save_xlsx(tmp_path / "a.xlsx", {"Audit": cases, "Lists": words}), rubric=rubric)
    assert len(intake.cases) == 4
    assert "a list of words to choose from" in intake.layout.passed_over[0]
