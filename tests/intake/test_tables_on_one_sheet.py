"""Several tables on a sheet, and lists and tallies beside the cases."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from casefile_audit.errors import WorkbookError
from workbooks import HEADINGS, Row, Rows, case, read, save_csv, save_xlsx, states

OTHER = ("Case ref", "Overall grade", "District", "Ethnicity")
"""The headings of a second table, in another order, and not all of them."""


def other(reference: str, grade: str = "adequate") -> list[object]:
    return [reference, grade, "South", "A1"]


def beside(left: Rows, right: Rows, gap: int = 1) -> list[list[object]]:
    """Two tables side by side, with blank columns between them."""
    width = max(map(len, left))
    height = max(len(left), len(right))
    pairs = zip(padded(left, height), padded(right, height), strict=True)
    return [[*a, *[None] * (width - len(a) + gap), *b] for a, b in pairs]


def padded(rows: Rows, height: int) -> list[Row]:
    return [*rows, *([] for _ in range(height - len(rows)))]


LEFT = [HEADINGS, case("C1"), case("C2")]
RIGHT = [OTHER, other("D1"), other("D2"), other("D3")]
TITLED = [["Leaving care"], [], *RIGHT]


@pytest.mark.parametrize(
    ("rows", "parts", "at"),
    [
        pytest.param(beside(LEFT, RIGHT), ["A1:J3", "L1:O4"], "M4", id="side by side"),
        pytest.param(beside(RIGHT, LEFT), ["A1:D4", "F1:O3"], "B4", id="the shorter first"),
        pytest.param(beside(LEFT, TITLED, 3), ["A1:J3", "N3:Q6"], "O6", id="from another row"),
        pytest.param([*LEFT, [], *TITLED], ["A1:J3", "A7:D10"], "B10", id="one under the other"),
        pytest.param([*LEFT, *RIGHT], ["A1:J3", "A4:D7"], "B7", id="right under the other"),
        pytest.param(
            beside([*LEFT, [], *RIGHT], [OTHER, other("E1", "inadequate")]),
            ["A1:J3", "A5:D8", "L1:O2"],
            "B8",
            id="three",
        ),
    ],
)
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_each_table_of_a_sheet_is_read(
    rows: Rows, parts: Sequence[str], at: str, kind: str, tmp_path: Path
) -> None:
    width = max(map(len, rows))
    save, padded_out = (
        (save_xlsx, rows)
        if kind == "xlsx"
        else (save_csv, [[*r, *[""] * (width - len(r))] for r in rows])
    )
    intake = read(save(tmp_path / f"Cases.{kind}", padded_out))

    assert [sheet.sheet for sheet in intake.account.sheets.values()] == [
        f"Cases ({part})" for part in parts
    ]
    references = [*intake.cases.references]
    assert sorted(set(references) - {"E1"}) == ["C1", "C2", "D1", "D2", "D3"]
    last = references.index("D3")
    assert intake.cases.address(last, "grade") == at
    assert {
        name: state
        for name, state in zip(references, states(intake, "reviewed"), strict=True)
        if name in ("C1", "D3")
    } == {"C1": "value", "D3": "not applicable"}
    assert all(sheet.rows == sheet.cases + len(sheet.left_out) for sheet in
               intake.account.sheets.values())  # fmt: skip


WIDE = [[*row[:5], None, *row[5:]] for row in (HEADINGS, case("C1"), case("C2"), case("C3"))]
NUMBERED: Rows = [["URN", "Notes"], ["77", "x"], ["78", "y"], ["79", "z"]]
CASES = [HEADINGS[:9], *(case(f"C{number}")[:9] for number in range(1, 7))]
"""Six cases, without a grade."""
GRADES = ["good", "adequate", "requires improvement", "inadequate"]
KEY: Rows = [["Overall grade", "Meaning"], *([grade, f"It is {grade}"] for grade in GRADES)]
TALLY: Rows = [["Overall grade", "Count"], *([grade, n] for n, grade in enumerate(GRADES))]
TOTAL: Rows = [["Overall grade", ""], *([grade, n] for n, grade in enumerate(GRADES)), ["Total", 6]]
WORDS: Rows = [["Police protection used"], *([word] for word in ("Yes", "No", "N/A"))]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(WIDE, id="a blank column in the middle"),
        pytest.param([["Title of the audit"], [], *WIDE], id="under a title"),
        pytest.param(beside(LEFT, NUMBERED), id="another number of the same cases"),
        pytest.param([*LEFT, HEADINGS, case("C3")], id="the headings again"),
        pytest.param([*LEFT, [], HEADINGS[:6], case("C3")[:6]], id="some headings again"),
        pytest.param(
            beside(CASES, [["Overall grade"], *([GRADES[n % 2]] for n in range(6))]),
            id="grades apart",
        ),
        pytest.param(beside(CASES, [["Overall grade"], ["good"], ["good"]]), id="grades begun"),
    ],
)
def test_one_table_stays_one(rows: Rows, tmp_path: Path) -> None:
    intake = read(save_xlsx(tmp_path / "a.xlsx", rows))
    (sheet,) = intake.account.sheets.values()
    assert sheet.sheet == "Cases"
    assert "grade" in sheet.header.fields
    assert {*intake.cases.references} >= {"C1", "C2"}


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(beside(CASES, KEY), id="a key"),
        pytest.param(beside(CASES, TALLY), id="a tally"),
        pytest.param(beside(CASES, TOTAL), id="a tally with its total"),
        pytest.param(beside(CASES[:3], [["Overall grade"], *([g] for g in GRADES)]), id="a list"),
    ],
)
def test_a_list_beside_the_cases_answers_none_and_is_named(rows: Rows, tmp_path: Path) -> None:
    intake = read(save_xlsx(tmp_path / "a.xlsx", rows))
    (sheet,) = intake.account.sheets.values()
    assert len(intake.cases) == sum(bool(row[0]) for row in rows) - 1
    assert "grade" not in sheet.header.fields
    assert [note for note in sheet.notes if "is a list or a tally" in note] == [
        "column K `Overall grade` was not read: it stands beside the cases, apart from them, and "
        "is a list or a tally"
    ]


@pytest.mark.parametrize("tally", [KEY, TALLY, TOTAL])
def test_a_tally_of_what_the_cases_answer_leaves_their_answers(tally: Rows, tmp_path: Path) -> None:
    graded = [HEADINGS, *(case(f"C{number}") for number in range(1, 7))]
    for rows in (beside(graded, tally), beside(tally, graded)):
        intake = read(save_xlsx(tmp_path / "a.xlsx", rows))
        assert states(intake, "grade") == ["value"] * 6
        (sheet,) = intake.account.sheets.values()
        assert len([note for note in sheet.notes if "is a list or a tally" in note]) == 1


@pytest.mark.parametrize("rows_of_headings", [2, 3])
def test_further_rows_of_the_same_headings_begin_no_table(
    rows_of_headings: int, tmp_path: Path
) -> None:
    further = ["", "", "", "", "", "", "of allocation", "", "", "and its reason"]
    rows = [HEADINGS, *[further] * (rows_of_headings - 1), case("C1"), case("C2")]
    merged = {"Cases": f"A1:A{rows_of_headings}"}
    intake = read(save_xlsx(tmp_path / "a.xlsx", rows, merge=merged))
    (sheet,) = intake.account.sheets.values()
    assert [*intake.cases.references] == ["C1", "C2"]
    assert sheet.header.fields >= {"ethnicity", "reviewed", "allocated"}


def test_a_list_of_references_beside_the_cases_is_named_and_not_read(tmp_path: Path) -> None:
    sampled: Rows = [["Case ref", "Drawn"], ["C1", "x"], ["C2", "y"], ["C9", "z"]]
    pivot: Rows = [["Row Labels", "Sum"], ["North", 2]]
    path = save_xlsx(tmp_path / "a.xlsx", beside(beside(LEFT, sampled), [[], [], *pivot]))

    intake = read(path)

    assert [*intake.cases.references] == ["C1", "C2"]
    assert intake.layout.passed_over == (
        "a.xlsx, sheet Cases: columns O to P: it stands beside the cases, and has no reference",
        "a.xlsx, sheet Cases: L1:M4: a list of 3 rows beside the cases, without an answer",
    )


@pytest.mark.parametrize(
    ("rows", "places"),
    [
        pytest.param(
            beside(LEFT, [["Case ref", "Date allocated"], ["D1", "01/03/2024"]]),
            ["A1:J3", "L1:M2"],
            id="dates and no answers",
        ),
        pytest.param(
            beside([HEADINGS, *map(case, "ABC")], [HEADINGS, *map(case, "ABC")]),
            ["A1:J4", "L1:U4"],
            id="two readings",
        ),
        pytest.param(
            [HEADINGS, *map(case, "ABC"), [], OTHER, *map(other, "ABC")],
            ["A1:J4", "A6:D9"],
            id="the same cases below",
        ),
        pytest.param(
            beside(CASES, [["Overall grade"], *([grade] for grade in GRADES)]),
            ["column K", "columns A to I"],
            id="words that may be answers or a list",
        ),
        pytest.param(
            beside(CASES, WORDS), ["column K", "columns A to I"], id="a list of an own field"
        ),
    ],
)
def test_what_cannot_be_told_is_refused_with_both_places(
    rows: Rows, places: Sequence[str], tmp_path: Path
) -> None:
    with pytest.raises(WorkbookError) as caught:
        read(save_xlsx(tmp_path / "a.xlsx", rows))
    said = "\n".join((str(caught.value), *caught.value.details))
    assert "a.xlsx, sheet Cases" in said
    assert [place for place in places if place not in said] == []


def test_a_column_that_is_mapped_is_read_wherever_it_stands(tmp_path: Path) -> None:
    rows = beside(CASES, [["Overall grade"], *([grade] for grade in GRADES)])
    path = save_xlsx(tmp_path / "a.xlsx", rows)
    intake = read(path, pairs=["grade=column K"])
    assert states(intake, "grade") == [*["value"] * 4, "blank", "blank"]


def test_tables_of_the_same_cases_are_joined_where_a_mapping_says_so(tmp_path: Path) -> None:
    left = [HEADINGS[:5], *(case(name)[:5] for name in "ABC")]
    right = [["Case ref", "Overall grade"], *([name, "good"] for name in "ABC")]
    path = save_xlsx(tmp_path / "a.xlsx", beside(left, right))
    intake = read(path, mapping="a case is: several rows")
    assert [*intake.cases.references] == [*"ABC"]
    assert states(intake, "grade") == ["value"] * 3
    assert intake.cases.address(2, "grade") == "Cases!H4"
