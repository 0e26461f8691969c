import datetime as dt
from pathlib import Path

import pytest

from casefile_audit.cases import Outcome
from casefile_audit.rubric.model import SECTOR
from casefile_audit.scoring.findings import score
from workbooks import Audit, read, rubric_of, save_csv, save_xlsx, states

RUBRIC = """
rubric: sectors
title: Sectors
version: 1
sectors:
  police: {title: Police, words: [GMP], sheets: [Police*], files: ["*police*"]}
  health: {title: Health, words: [NHS], sheets: [Health*], files: ["*health*"]}
sector: agency
fields:
  case_ref: {type: identifier, headings: [Case ref]}
  agency: {type: text, headings: [Agency]}
  ethnicity:
    type: code
    codes: police-ethnicity-18+1
    headings: [Ethnicity]
    by_sector:
      health: {codes: social-care-ethnicity, headings: [Ethnic group], blank: [Not asked]}
  reviewed: {type: yes-no, headings: [Reviewed]}
criteria:
  ethnicity: {question: Is it?, missing: missing ethnicity, met: {recorded: ethnicity}}
  reviewed: {question: Is it?, missing: not reviewed, met: {yes: reviewed}, sectors: police}
"""
COLUMNS = ["Case ref", "Agency", "Ethnicity", "Reviewed"]


def sectors(*paths: Path) -> list[object]:
    intake = read(*paths, rubric=RUBRIC)
    return list(intake.cases.columns[SECTOR].rows())


def test_a_column_tells_the_sector_of_each_case(tmp_path: Path) -> None:
    rows = [COLUMNS, ["C1", "police", "W1", "Yes"], ["C2", " N H S", "WBRI", ""],
            ["C3", "NHS", "WBRI", ""], ["C4", "GMP", "WBRI", "No"]]  # fmt: skip
    intake = read(save_csv(tmp_path / "a.csv", rows), rubric=RUBRIC)
    told = ["police", None, "health", "police"]
    assert intake.cases.columns[SECTOR].rows().tolist() == told
    assert states(intake, "ethnicity")[2:] == ["value", "unreadable"]
    assert {(problem.cell, problem.field) for problem in intake.account.problems} == {
        *(("B3", "agency"), ("C3", "ethnicity"), ("C5", "ethnicity"))
    }
    assert list(intake.cases.references) == ["C1", "C2", "C3", "C4"]


def test_sheets_tell_the_sector_and_have_their_own_headings(tmp_path: Path) -> None:
    sheets = {
        "Police (GMP)": [["Case ref", "Ethnicity", "Reviewed"], ["C1", "W1", "No"]],
        "health records": [["Case ref", "Ethnic group"], ["C1", "WBRI"], ["C2", "Not asked"]],
    }
    intake = read(save_xlsx(tmp_path / "a.xlsx", sheets), rubric=RUBRIC)
    assert list(intake.cases.columns[SECTOR].rows()) == ["police", "health", "health"]
    assert states(intake, "ethnicity") == ["value", "value", "blank"]
    assert not intake.account.problems


def test_files_tell_the_sector(tmp_path: Path) -> None:
    rows = [["Case ref", "Ethnicity", "Reviewed"], ["C1", "W1", "Yes"]]
    police = save_csv(tmp_path / "Q1 Police return.csv", rows)
    health = save_csv(tmp_path / "health-q1.csv", [rows[0], ["C2", "WBRI", ""]])
    assert sectors(police, health) == ["police", "health"]


def test_a_blank_cell_leaves_the_sector_to_the_sheet_and_a_wrong_word_does_not(
    tmp_path: Path,
) -> None:
    rows = [COLUMNS, ["C1", "", "W1", "No"], ["C2", "Helth", "W1", "No"], ["C3", "TBC", "W1", "No"]]
    path = save_xlsx(tmp_path / "a.xlsx", {"Police": rows})
    intake = read(path, rubric=RUBRIC)
    assert intake.cases.columns[SECTOR].rows().tolist() == ["police", None, "police"]
    (problem,) = intake.account.problems
    assert (problem.cell, problem.found) == ("B3", "Helth")
    assert "did you mean `health`?" in problem.expected


def test_a_question_of_one_sector_is_not_put_to_another(tmp_path: Path) -> None:
    rows = [
        COLUMNS,
        ["C1", "GMP", "W1", "No"],
        ["C2", "NHS", "WBRI", "No"],
        ["C3", "x", "W1", "No"],
    ]
    cases = read(save_csv(tmp_path / "a.csv", rows), rubric=RUBRIC).cases
    findings = score(cases, rubric_of(RUBRIC), dt.date(2024, 12, 31))
    assert findings.column("reviewed").tolist() == [
        *(Outcome.NOT_MET, Outcome.NOT_APPLICABLE, Outcome.CANNOT_TELL)
    ]


@pytest.mark.parametrize("columns", [COLUMNS[:1] + COLUMNS[2:], COLUMNS])
def test_where_nothing_tells_the_sector_it_is_said(columns: list[str], tmp_path: Path) -> None:
    rows = [columns, ["C1", *[""] * (len(columns) - 2), "No"]]
    intake = read(save_csv(tmp_path / "a.csv", rows), rubric=RUBRIC)
    said = [
        *intake.account.sheets[0].notes,
        *(problem.expected for problem in intake.account.problems),
    ]
    assert any("sector" in line for line in said)


def without_column(*rows: list[str], folder: Path, name: str) -> set[str]:
    intake = read(save_csv(folder / name, list(rows)), rubric=RUBRIC)
    return {field for field, _ in intake.account.sheets[0].without_column}


@pytest.mark.parametrize(
    ("name", "rows", "absent"),
    [
        # its file tells that all of its cases are health's, which nobody asks of a review
        ("nhs health.csv", [["Case ref", "Ethnic group"], ["C1", "WBRI"]], set()),
        ("police.csv", [["Case ref", "Ethnicity"], ["C1", "W1"]], {"reviewed"}),
        # its column tells
        ("a.csv", [["Case ref", "Agency", "Ethnicity"], ["C1", "NHS", "WBRI"]], set()),
        ("a.csv", [["Case ref", "Agency", "Ethnicity"], ["C1", "GMP", "W1"]], {"reviewed"}),
        (
            "a.csv",
            [["Case ref", "Agency", "Ethnicity"], ["C1", "NHS", "WBRI"], ["C2", "GMP", "W1"]],
            {"reviewed"},
        ),
        # nobody can tell, so that every field may be wanted
        ("a.csv", [["Case ref", "Agency", "Ethnicity"], ["C1", "?", "W1"]], {"reviewed"}),
        ("a.csv", [["Case ref", "Ethnicity"], ["C1", "W1"]], {"reviewed", "agency"}),
    ],
)
def test_a_sheet_isnt_said_to_lack_what_only_others_are_asked(
    name: str, rows: list[list[str]], absent: set[str], tmp_path: Path
) -> None:
    assert without_column(*rows, folder=tmp_path, name=name) == absent


def test_a_sheet_of_one_sector_is_ready_without_the_questions_to_others(audit: Audit) -> None:
    Path("rubric.yaml").write_text(RUBRIC, "utf-8")
    save_csv(Path("health.csv"), [["Case ref", "Ethnic group"], ["C1", "WBRI"]])
    out = audit("check", "health.csv", "--rubric", "rubric.yaml").out
    assert "Ready to score. The one question has its column." in out
    save_csv(Path("police.csv"), [["Case ref", "Ethnicity"], ["C1", "W1"]])
    out = audit("check", "police.csv", "--rubric", "rubric.yaml").out
    assert "1 of 2 questions have no column: Reviewed." in " ".join(out.split())
