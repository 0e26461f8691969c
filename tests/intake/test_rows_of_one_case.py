"""Several rows a case, brought together as a mapping says: what is counted, and where it stands."""

from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefile_audit.cases import State
from casefile_audit.errors import UsageError, WorkbookError
from casefile_audit.intake.account import Intake
from casefile_audit.issues import IssueCode
from workbooks import HEADINGS, Row, case, read, save_xlsx

SEVERAL = "a case is: several rows\n"
RUBRIC = """
    rubric: reviews
    title: Reviews
    version: 1
    fields:
      child: {type: identifier, headings: [Child]}
      told: {type: yes-no, headings: [School told]}
      notes: {type: text, headings: [Notes]}
      grade: {type: grade, headings: [Grade]}
      reviews: {type: dates, headings: [Review date]}
    criteria:
      told: {question: Told?, missing: not told, met: {yes: told}}
    grades:
      overall: {scale: [good, adequate, inadequate], recorded: grade}
"""
TOP: Row = ["Child", "School told", "Notes", "Review date"]


def joined(tmp_path: Path, sheets: object) -> Intake:
    path = tmp_path / "a.xlsx"
    save_xlsx(path, sheets)  # type: ignore[arg-type]
    return read(path, rubric=RUBRIC, mapping=SEVERAL)


def days(intake: Intake) -> list[list[str]]:
    dates, states = intake.cases.dates("reviews")
    return [
        [str(day)[:10] for day, state in zip(own, its, strict=True) if state == State.VALUE]
        for own, its in zip(dates, states, strict=True)
    ]


def answers(intake: Intake, field: str = "told") -> list[object]:
    column, states = intake.cases.column(field)
    return [v if s == State.VALUE else State(s).label
            for v, s in zip(column.rows().tolist(), states, strict=True)]  # fmt: skip


ONE = [
    TOP,
    ["A1", "Yes", "", ""],
    ["A1", "", "first visit", "01/02/2024"],
    ["B2", "", "", "03/02/2024"],
    ["A1", "", "second visit", "13/08/2024"],
    ["B2", "No", "", "01/05/2024"],
    ["C3", "Yes", "", ""],
]


def test_the_rows_of_a_case_are_one_case(tmp_path: Path) -> None:
    intake = joined(tmp_path, {"Reviews": ONE})
    assert list(intake.cases.references) == ["A1", "B2", "C3"]
    assert answers(intake) == ["yes", "no", "yes"]
    assert days(intake) == [["2024-02-01", "2024-08-13"], ["2024-02-03", "2024-05-01"], []]
    assert answers(intake, "notes")[0] == "first visit second visit"
    (note,) = [e for e in intake.layout.issues if e.code is IssueCode.ROWS_JOINED]
    assert (note.total, note.facts["cases"]) == (5, 2)


def test_each_cell_is_named_where_it_stands(tmp_path: Path) -> None:
    cases = joined(tmp_path, {"Reviews": ONE}).cases
    assert [cases.address(0, part) for part in cases.parts["reviews"]] == ["D3", "D5"]
    assert [cases.address(n, "told") for n in range(3)] == ["B2", "B6", "B7"]
    assert cases.address(2, "reviews 2") == ""


def test_sheets_are_joined_by_the_reference(tmp_path: Path) -> None:
    sheets = {
        "Children": [TOP[:2], ["A1", "Yes"], ["B2", "No"], ["C3", "Yes"], ["D4", "Yes"]],
        "Reviews": [
            ["Child", "Review date", "Grade"],
            *(["A1", f"0{n}/02/2024", ""] for n in (1, 2, 3)),
            ["B2", "05/02/2024", "good"],
            ["C3", "05/02/2024", "good"],
        ],
    }
    intake = joined(tmp_path, sheets)
    assert len(intake.cases) == 4
    assert [len(own) for own in days(intake)] == [3, 1, 1, 0]
    assert answers(intake, "grade") == ["blank", "good", "good", "blank"]
    assert intake.cases.address(0, "reviews 2") == "Reviews!B3"
    assert intake.cases.address(1, "grade") == "Reviews!C5"
    assert "sheet Reviews: its rows are further rows" in intake.layout.passed_over[-1]


def test_a_case_that_stands_on_the_second_sheet_alone_is_read_there(tmp_path: Path) -> None:
    sheets = {
        "April": [TOP, ["A1", "Yes", "", ""]],
        "May": [TOP, ["A1", "", "", "01/05/2024"], ["B2", "No", "", "02/05/2024"]],
    }
    intake = joined(tmp_path, sheets)
    assert list(intake.cases.references) == ["A1", "B2"]
    assert days(intake) == [["2024-05-01"], ["2024-05-02"]]
    assert intake.cases.address(1, "told") == "B3"


@pytest.mark.parametrize(
    ("told", "said", "doubts"),
    [
        (["Yes", "No"], "yes", ["Cases!B2 against Cases!B3"]),
        (["Yes", "y"], "yes", []),
        (["Not known", "No"], "no", []),
        (["", "No"], "no", []),
        (["N/A", "Yes"], "not applicable", ["Cases!B2 against Cases!B3"]),
        (["Yes", "see file"], "yes", ["Cases!B2 against Cases!B3"]),
        (["see file", "Yes"], "unreadable", ["Cases!B2 against Cases!B3"]),
    ],
)
def test_what_contradicts_is_said_and_the_first_is_taken(
    told: Sequence[str], said: str, doubts: list[str], tmp_path: Path
) -> None:
    rows = [TOP, *(["A1", answer, "", ""] for answer in told), ["B2", "Yes", "", ""]]
    intake = joined(tmp_path, {"Cases": rows})
    assert answers(intake)[0] == said
    found = [e for e in intake.layout.issues if e.code is IssueCode.ROWS_CONTRADICT]
    assert [list(e.places) for e in found] == ([doubts] if doubts else [])


def test_rows_go_on_with_the_case_above_and_a_sign_off_does_not(tmp_path: Path) -> None:
    rows = [
        *(TOP, ["A1", "Yes", "", "01/02/2024"], ["", "", "", "02/02/2024"]),
        *(["B2", "No", "", "01/02/2024"], ["", "Yes", "", ""], []),
        *(["", "Yes", "", ""], ["Signed off by", "", "", "Ann"], ["Total", 2, "", ""]),
    ]
    intake = joined(tmp_path, {"Cases": rows})
    assert list(intake.cases.references) == ["A1", "B2"]
    assert answers(intake) == ["yes", "no"]
    assert days(intake)[0][0] == "2024-02-01"
    assert len(days(intake)[1]) == 1
    left_out = [out.row for sheet in intake.account.sheets.values() for out in sheet.left_out]
    assert set(left_out) >= {7, 8, 9}


def test_a_merged_reference_names_its_rows(tmp_path: Path) -> None:
    rows = [TOP, *(["A1", "", "", f"0{n}/02/2024"] for n in (1, 2, 3)), ["B2", "Yes", "", ""]]
    path = save_xlsx(tmp_path / "a.xlsx", rows)
    book = openpyxl.load_workbook(path)
    book["Cases"].merge_cells("A2:A4")
    book.save(path)
    intake = read(path, rubric=RUBRIC, mapping=SEVERAL)
    assert [len(own) for own in days(intake)] == [3, 0]


def test_what_is_refused_without_the_mapping_says_how_to_go_on(tmp_path: Path) -> None:
    rows = [TOP, *([f"A{n}", "", "", f"0{m}/02/2024"] for n in range(4) for m in (1, 2))]
    with pytest.raises(WorkbookError) as caught:
        read(save_xlsx(tmp_path / "a.xlsx", rows), rubric=RUBRIC)
    assert "a case is: several rows" in str(caught.value.hint)


def test_what_is_struck_out_or_hidden_in_a_further_row_is_said(tmp_path: Path) -> None:
    rows = [*ONE, ["D4", "", "seen", ""], ["D4", "Yes", "", ""]]
    path = save_xlsx(tmp_path / "a.xlsx", rows)
    book = openpyxl.load_workbook(path)
    for cell in book.worksheets[0][len(rows)]:
        cell.font = openpyxl.styles.Font(strike=True)
    book.worksheets[0].row_dimensions[3].hidden = True
    book.save(path)
    intake = read(path, rubric=RUBRIC, mapping=SEVERAL)
    (note,) = intake.account.sheets[0].notes
    assert note == "row 3 is hidden; it was read with the other rows of its case"
    assert answers(intake)[-1] == "yes"
    struck = [i for i in intake.layout.issues if i.code is IssueCode.CELLS_STRUCK_OUT]
    assert [(issue.field, issue.places) for issue in struck] == [("told", ("Cases!B9",))]


def test_without_a_case_reference_nothing_brings_rows_together(tmp_path: Path) -> None:
    rubric = RUBRIC.replace("type: identifier", "type: text")
    path = save_xlsx(tmp_path / "a.xlsx", ONE)
    with pytest.raises(UsageError, match="has no case reference"):
        read(path, rubric=rubric, mapping=SEVERAL)


def test_a_good_workbook_is_read_alike_with_the_mapping(tmp_path: Path) -> None:
    path = save_xlsx(tmp_path / "a.xlsx", [HEADINGS, *(case(f"C{n}") for n in range(5))])
    plain, mapped = read(path), read(path, mapping=SEVERAL)
    assert plain.cases.to_frame().equals(mapped.cases.to_frame())


@given(st.lists(st.tuples(st.sampled_from("ABCD"), st.integers(1, 28)), min_size=1, max_size=12))
def test_every_date_of_a_case_is_collected_once(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, int]]
) -> None:
    table = [TOP, *([f"{ref}1", "Yes", "", f"{day:02}/02/2024"] for ref, day in rows)]
    intake = joined(tmp_path_factory.mktemp("law"), {"Cases": table})
    wanted: dict[str, list[str]] = {}
    for ref, day in rows:
        wanted.setdefault(f"{ref}1", []).append(f"2024-02-{day:02}")
    got = dict(zip(intake.cases.references, days(intake), strict=True))
    assert got == {ref: list(dict.fromkeys(own)) for ref, own in wanted.items()}
