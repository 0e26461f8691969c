import csv
import re
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from workbooks import HEADINGS, Audit, case, save_csv, save_xlsx

RUBRIC = ("--rubric", "rubric.yaml")


def cases(folder: Path) -> Path:
    sheets = {
        "March": [["Banner"], HEADINGS, case("C1"), case("C2", ethnicity="", review_2="1/4/2024")],
        "April": [HEADINGS[::-1], case("C3", reviewed="No")[::-1], ["", *[""] * 8, "Total"],
                  case("C4", protected="No", grade="")[::-1]],
    }  # fmt: skip
    return save_xlsx(folder / "cases.xlsx", sheets)


def sheet_of(path: Path) -> Worksheet:
    (sheet,) = openpyxl.load_workbook(path).worksheets
    return sheet


def rows_of(path: Path) -> list[dict[str, object]]:
    headings, *rows = sheet_of(path).iter_rows(values_only=True)
    return [dict(zip(map(str, headings), row, strict=True)) for row in rows]


def test_the_findings_have_a_row_for_each_case_in_its_order(audit: Audit, tmp_path: Path) -> None:
    audit("score", cases(tmp_path), *RUBRIC, "--findings", "findings.xlsx")
    rows = rows_of(tmp_path / "findings.xlsx")
    assert [(row["Case"], row["Sheet"], row["Row"]) for row in rows] == [
        *(("C1", "March", 3), ("C2", "March", 4), ("C3", "April", 2), ("C4", "April", 4))
    ]
    assert [row["Ethnicity recorded"] for row in rows] == ["met", "not recorded", "met", "met"]
    assert [row["Designated officer review"] for row in rows] == [
        *("met", "met", "not met", "not applicable")
    ]


def test_the_cells_named_hold_what_the_finding_was_read_from(audit: Audit, tmp_path: Path) -> None:
    path = cases(tmp_path)
    audit("score", path, *RUBRIC, "--findings", "findings.xlsx")
    book = openpyxl.load_workbook(path)
    held: dict[str, list[object]] = {
        "Ethnicity recorded": ["W1", "W1", None],
        "Designated officer review": ["Yes", "No"],
        "First review": ["01/03/2024", "04/03/2024", "1/4/2024", None],
    }
    for row in rows_of(tmp_path / "findings.xlsx"):
        sheet = book[str(row["Sheet"])]
        for question, values in held.items():
            cells = str(row[f"{question}: cells"]).split(", ")
            assert all(re.fullmatch(r"[A-J]\d+", cell) for cell in cells)
            assert {cell[1:] for cell in cells} == {str(row["Row"])}
            assert all(sheet[cell].value in values for cell in cells)


def test_the_grades_are_in_the_findings_with_their_reason(audit: Audit, tmp_path: Path) -> None:
    audit("score", cases(tmp_path), *RUBRIC, "--findings", "findings.csv")
    text = (tmp_path / "findings.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert [row["Overall: recorded"] for row in rows] == ["good", "good", "good", ""]
    assert rows[2]["Overall: derived"] == "requires improvement"
    assert rows[2]["Overall: why"] == (
        "requires improvement because designated officer review was not met"
    )
    assert [float(row["Overall: score"]) for row in rows] == [100, 75, 75, 100]
    assert [float(row["Overall: score of all questions"]) for row in rows] == [100, 75, 75, 75]


FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "\t=1+1", "#REF!x",
            "=cmd|' /C calc'!A0"]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_in_a_cell_stays_text_in_xlsx(text: str, audit: Audit, tmp_path: Path) -> None:
    path = save_csv(tmp_path / "a.csv", [HEADINGS, case(text)])
    assert audit("score", path, *RUBRIC, "--findings", "out.xlsx").code == 0
    cell = sheet_of(tmp_path / "out.xlsx")["A2"]
    assert cell.data_type == "s"
    assert str(cell.value) == text.strip()


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_in_a_cell_does_not_run_from_csv(text: str, audit: Audit, tmp_path: Path) -> None:
    path = save_csv(tmp_path / "a.csv", [HEADINGS, case(text)])
    audit("score", path, *RUBRIC, "--findings", "out.csv")
    rows = list(csv.reader((tmp_path / "out.csv").read_text("utf-8-sig").splitlines()))
    assert not any(
        cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row
    )
    assert rows[1][0].lstrip("'") == text.strip()


def test_control_characters_do_not_stop_a_workbook(audit: Audit, tmp_path: Path) -> None:
    path = save_csv(tmp_path / "a.csv", [HEADINGS, case("C\x01\x0b1")])
    run = audit("score", path, *RUBRIC, "--findings", "out.xlsx")
    assert run.code == 0, run.err
    assert "C" in str(sheet_of(tmp_path / "out.xlsx")["A2"].value)


@pytest.mark.parametrize("name", ["out.json", "out.xlsx", "out.csv", "OUT.CSV"])
def test_an_output_is_not_written_over_another_without_leave(
    name: str, audit: Audit, tmp_path: Path
) -> None:
    path = cases(tmp_path)
    (tmp_path / name).write_text("mine")
    assert audit("score", path, *RUBRIC, "-o", name).code == 2
    assert (tmp_path / name).read_text() == "mine"
    assert audit("score", path, *RUBRIC, "-o", name, "--force").code == 0
    assert (tmp_path / name).read_bytes() != b"mine"
    assert not list(tmp_path.glob(".*"))


def test_a_mapping_is_not_written_over_another_without_leave(audit: Audit, tmp_path: Path) -> None:
    path = cases(tmp_path)
    (tmp_path / "m.yaml").write_text("mine")
    assert audit("check", path, *RUBRIC, "--write-mapping", "m.yaml").code == 2
    assert (tmp_path / "m.yaml").read_text() == "mine"
    assert audit("check", path, *RUBRIC, "--write-mapping", "m.json").code == 2
    assert audit("check", path, *RUBRIC, "--write-mapping", "m.yaml", "--force").code == 0


@pytest.mark.parametrize(
    "words", [("-o", "a.csv", "--findings", "a.csv"), ("-o", "a.csv", "-o", "./a.csv")]
)
def test_one_file_is_not_asked_for_twice(
    words: tuple[str, ...], audit: Audit, tmp_path: Path
) -> None:
    refused = audit("score", cases(tmp_path), *RUBRIC, *words)
    assert refused.code == 2
    assert "written twice" in refused.err
    assert not (tmp_path / "a.csv").exists()


def test_findings_are_for_their_owner_only(audit: Audit, tmp_path: Path) -> None:
    audit("score", cases(tmp_path), *RUBRIC, "-o", "out.json", "--findings", "out.csv")
    assert {(tmp_path / name).stat().st_mode & 0o077 for name in ("out.json", "out.csv")} == {0}


def test_a_consensus_is_never_written_over_a_reader(audit: Audit, tmp_path: Path) -> None:
    first = save_xlsx(tmp_path / "a.xlsx", {"Cases": [HEADINGS, case("C1")]})
    second = save_xlsx(tmp_path / "b.xlsx", {"Cases": [HEADINGS, case("C1", district="Other")]})
    before = first.read_bytes()
    run = audit("agree", first, second, *RUBRIC, "--consensus", first, "--force")
    assert run.code == 2
    assert first.read_bytes() == before
