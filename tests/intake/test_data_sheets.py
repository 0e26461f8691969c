from collections.abc import Sequence
from pathlib import Path

import pytest

from casefile_audit.errors import UsageError, WorkbookError
from casefile_audit.files.tables import NumberedCells
from casefile_audit.files.workbook import Cell
from casefile_audit.issues import IssueCode
from workbooks import HEADINGS, Rows, case, read, save_csv, save_xlsx, states

GUIDANCE = [
    ["How to fill in this workbook"],
    ["Column", "What to write"],
    ["Case ref", "The URN, as on the crime system"],
    ["District", "Where the child lives"],
    ["Ethnicity", "As the child defines it; see Codes"],
]
CODES = [["Ethnicity", "Meaning"], ["W1", "White British"], ["A1", "Indian"]]
SUMMARY = [["District", "Overall grade", "Cases"], ["North", "good", 12], ["South", "good", 9]]
DICTIONARY = [["Case ref", "URN"], ["District", "Borough"], ["Ethnicity", "Self-defined"]]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(GUIDANCE, id="guidance"),
        pytest.param(CODES, id="codes"),
        pytest.param(SUMMARY, id="a summary"),
        pytest.param(DICTIONARY, id="a dictionary of headings"),
        pytest.param([], id="nothing"),
        pytest.param([["Lists"], ["Yes"], ["No"], ["N/A"]], id="drop-down lists"),
    ],
)
def test_a_sheet_without_cases_is_passed_over(other: Rows, tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {"Before": other, "Cases": [HEADINGS, case("C1")], "After": other}
    intake = read(save_xlsx(tmp_path / "a.xlsx", sheets))
    assert [sheet.sheet for sheet in intake.account.sheets.values()] == ["Cases"]
    assert list(intake.cases.references) == ["C1"]
    assert intake.layout.passed_over == ("sheets Before and After (no headings of cases)",)


def test_every_data_sheet_is_read_in_its_order(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {
        "South": [HEADINGS, case("S1"), case("S2")],
        "North": [["Banner"], HEADINGS[::-1], case("N1")[::-1]],
    }
    intake = read(save_xlsx(tmp_path / "a.xlsx", sheets))
    assert list(intake.cases.references) == ["S1", "S2", "N1"]
    assert [(s.sheet, s.rows, s.cases) for s in intake.account.sheets.values()] == [
        ("South", 2, 2),
        ("North", 1, 1),
    ]
    assert intake.cases.address(2, "ethnicity") == "H3"


def test_a_hidden_sheet_is_passed_over_and_said(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {"Cases": [HEADINGS, case("C1")], "Old": [HEADINGS, case("C9")]}
    path = save_xlsx(tmp_path / "a.xlsx", sheets, hide=["Old"])
    intake = read(path)
    assert list(intake.cases.references) == ["C1"]
    assert intake.layout.passed_over == ('sheet Old (hidden; --sheet "Old" reads it)',)
    assert list(read(path, sheets=["old"]).cases.references) == ["C9"]


def test_where_the_only_cases_are_hidden_the_error_says_so(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {"Guidance": [["Read me"]], "Cases": [HEADINGS, case("C1")]}
    with pytest.raises(WorkbookError) as caught:
        read(save_xlsx(tmp_path / "a.xlsx", sheets, hide=["Cases"]))
    assert 'sheet Cases is hidden; --sheet "Cases" reads it' in caught.value.details


def test_hidden_rows_are_counted_and_said(tmp_path: Path) -> None:
    rows = [["Banner"], HEADINGS, case("C1"), case("C2"), case("C3")]
    (sheet,) = read(
        save_xlsx(tmp_path / "a.xlsx", rows, hide_rows=[1, 4, 5])
    ).account.sheets.values()
    assert sheet.cases == 3
    assert sheet.notes == ("rows 4 and 5 are hidden; they were read and counted",)


NOTED = "column D is hidden; it was read and counted"


@pytest.mark.parametrize(
    ("hidden", "others", "mapped", "doubt", "note"),
    [
        ("", ["Disability or SEN (moderated)"], "", "", ""),
        ("D", [], "", "", NOTED),
        ("K", ["Notes"], "", "", ""),
        ("D", ["Disability or SEN (moderated)"], "", "K", NOTED),
        ("D", ["2. Disability or SEN"], "", "K", NOTED),
        ("D", ["Disability or SEN (moderated)"], "column D", "", NOTED),
        ("D", ["Disability or SEN (moderated)"], "column K", "", ""),
        ("K", ["Disability or SEN (moderated)"], "", "", ""),
    ],
)
def test_a_hidden_column_that_is_read_is_named(
    hidden: str, others: list[str], mapped: str, doubt: str, note: str, tmp_path: Path
) -> None:
    rows: Rows = [
        [*HEADINGS, *others],
        *([*case(f"C{n}"), *("No" for _ in others)] for n in (1, 2)),
    ]
    path = save_xlsx(tmp_path / "a.xlsx", rows, hide_columns=hidden)

    (sheet,) = read(path, pairs=[f"disability={mapped}"] if mapped else []).account.sheets.values()
    in_doubt = [issue for issue in sheet.issues if issue.code is IssueCode.COLUMN_HIDDEN]
    assert [issue.facts["beside"] for issue in in_doubt] == [*doubt]
    said = [text for text in sheet.notes if "hidden" in text]
    assert said == ([note] if note else [])


def test_only_the_sheets_named_are_read(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {name: [HEADINGS, case(name)] for name in ("March", "April", "May")}
    intake = read(save_xlsx(tmp_path / "a.xlsx", sheets), sheets=["april", "May "])
    assert list(intake.cases.references) == ["April", "May"]


def test_a_sheet_that_is_not_there_is_refused_with_the_nearest(tmp_path: Path) -> None:
    path = save_xlsx(tmp_path / "a.xlsx", {"Cases": [HEADINGS, case("C1")], "Codes": CODES})
    with pytest.raises(UsageError, match="there is no sheet `Casse`") as caught:
        read(path, sheets=["Casse"])
    assert caught.value.hint == "did you mean `Cases`?"


def test_a_sheet_named_that_has_no_cases_is_refused(tmp_path: Path) -> None:
    path = save_xlsx(tmp_path / "a.xlsx", {"Cases": [HEADINGS, case("C1")], "Codes": CODES})
    with pytest.raises(WorkbookError, match="case reference"):
        read(path, sheets=["Cases", "Codes"])


def test_a_sheet_with_headings_only_counts_for_nothing(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {
        "March": [HEADINGS],
        "April": [HEADINGS, case("C1")],
        "May": [HEADINGS],
    }
    intake = read(save_xlsx(tmp_path / "a.xlsx", sheets))
    assert [(s.sheet, s.rows, s.cases) for s in intake.account.sheets.values()] == [
        *(("March", 0, 0), ("April", 1, 1), ("May", 0, 0))
    ]
    assert intake.cases.address(0, "case_ref") == "A2"


@pytest.mark.parametrize("copied", [True, False])
def test_the_same_file_twice_is_refused(copied: bool, tmp_path: Path) -> None:
    first = save_xlsx(tmp_path / "a.xlsx", [HEADINGS, case("C1")])
    second = tmp_path / "copy.xlsx" if copied else first
    second.write_bytes(first.read_bytes())
    third = save_xlsx(tmp_path / "c.xlsx", [HEADINGS, case("C2")])
    with pytest.raises(UsageError, match="same file"):
        read(third, first, second)


def test_files_of_different_columns_are_read_together(tmp_path: Path) -> None:
    full = save_xlsx(tmp_path / "a.xlsx", [HEADINGS, case("C1"), case("C2", ethnicity="")])
    less = save_csv(tmp_path / "b.csv", [["URN", "District"], ["D1", "East"], ["D2", ""]])
    intake = read(full, less)
    assert list(intake.cases.references) == ["C1", "C2", "D1", "D2"]
    assert intake.cases.column("district")[0].rows().tolist()[:3] == ["North", "North", "East"]
    assert states(intake, "ethnicity") == ["value", "blank", *["not applicable"] * 2]
    assert states(intake, "district") == ["value", "value", "value", "blank"]
    assert intake.cases.dates("reviews")[0].shape == (4, 2)
    assert intake.cases.address(3, "district") == "B3"
    assert intake.cases.address(3, "ethnicity") == ""
    assert {field for field, _ in intake.account.sheets[1].without_column} >= {"ethnicity", "grade"}


def test_files_of_one_name_in_two_folders_are_both_read(tmp_path: Path) -> None:
    paths = []
    for month, reference in (("march", "C1"), ("april", "C2")):
        (tmp_path / month).mkdir()
        path = tmp_path / month / "cases.xlsx"
        paths.append(save_xlsx(path, [HEADINGS, case(reference)]))
    assert list(read(*paths).cases.references) == ["C1", "C2"]


def test_the_cells_of_a_sheet_are_numbered_once_for_all_who_ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [HEADINGS, *(case(f"C{number}") for number in range(6_000))]
    path = save_csv(tmp_path / "a.csv", rows)
    numbered = 0
    add = NumberedCells.add

    def counted(its: NumberedCells, cells: Sequence[Cell]) -> None:
        nonlocal numbered
        numbered += len(cells)
        add(its, cells)

    monkeypatch.setattr(NumberedCells, "add", counted)
    assert len(read(path).cases) == 6_000
    # Besides, some of the rows are looked at beforehand.
    assert numbered < 1.5 * len(rows) * len(HEADINGS)
