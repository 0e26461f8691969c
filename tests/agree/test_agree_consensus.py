from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from workbooks import Audit, save_text, save_xlsx

RUBRIC = """
rubric: moderated
title: Moderated
version: 1
fields:
  case_ref: {type: identifier, headings: [Case ref]}
  voice: {type: yes-no, headings: [Voice recorded]}
  delayed: {type: yes-no, headings: [Delayed]}
  protected: {type: yes-no, headings: [Protected]}
  reviewed: {type: yes-no, headings: [Reviewed]}
  notes: {type: text, headings: [Notes]}
  grade: {type: grade, title: Grade, headings: [Overall judgement]}
criteria:
  voice: {question: Voice?, title: Voice, missing: without voice, met: {yes: voice}}
  delay: {question: No delay?, title: No delay, missing: delayed, met: {no: delayed}}
  review:
    question: Reviewed?
    title: Review
    missing: without a review
    applies: {yes: protected}
    met: {yes: reviewed}
grades:
  scale: [good, fair, poor]
  recorded: grade
"""
UNGRADED = "".join(
    line for line in RUBRIC.split("grades:")[0].splitlines(True) if "type: grade" not in line
)
HEADINGS = ["Case ref", "Voice recorded", "Delayed", "Protected", "Reviewed", "Overall judgement"]
FIRST = [
    ["C1", "Yes", "No", "Yes", "Yes", "good"],
    ["C2", "Yes", "No", "Yes", "No", "fair"],
    ["=C3", "", "Yes", "No", "", "poor"],
    ["C4", "Partly", "", "Yes", "Yes", "good"],
]
SECOND = [
    ["C4", "Partly", "", "Yes", "Yes", "good"],
    ["=C3", "No", "Yes", "No", "", "poor"],
    ["C2", "Yes", "Yes", "Yes", "Yes", ""],
    ["C1", "Yes", "No", "Yes", "Yes", "poor"],
]


@pytest.fixture
def consensus(audit: Audit, tmp_path: Path) -> Path:
    save_text(tmp_path / "moderated.yaml", RUBRIC)
    for name, rows in (("first", FIRST), ("second", SECOND)):
        path = save_xlsx(tmp_path / f"{name}.xlsx", [HEADINGS])
        book = openpyxl.load_workbook(path)
        for number, row in enumerate(rows, 2):
            for place, text in enumerate(row, 1):
                cell = book["Cases"].cell(number, place, text or None)
                cell.data_type = "s" if text else "n"
        book.save(path)
    readers = (tmp_path / "first.xlsx", tmp_path / "second.xlsx")
    written = tmp_path / "agreed.xlsx"
    run = audit("agree", *readers, "--rubric", "moderated.yaml", "--consensus", written)
    assert run.code == 0, run.err
    return written


def rows_of(path: Path, sheet: str) -> list[dict[str, Any]]:
    headings, *rows = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, headings), row, strict=True)) for row in rows]


def test_differing_cases_stand_side_by_side_with_nothing_agreed(consensus: Path) -> None:
    settle = {row["Case ref"]: row for row in rows_of(consensus, "To settle")}
    assert list(settle) == ["C1", "C2", "=C3"]
    assert (settle["C1"]["first found: Overall"], settle["C1"]["second found: Overall"]) == (
        "good", "poor"
    )  # fmt: skip
    assert settle["C1"]["Grade (agreed)"] is None
    assert settle["C1"]["Voice (agreed)"] == "Yes"
    # Read by one only: not agreed.
    assert settle["C2"]["Grade (agreed)"] is None
    assert settle["C2"]["Delayed (agreed)"] == "to settle"
    assert (settle["C2"]["first found: Review"], settle["C2"]["Agreed: Review"]) == (
        "not met", None
    )  # fmt: skip
    # Silent and "no" are both missing, and not the same.
    assert settle["=C3"]["first found: Voice"] == "not recorded"
    assert settle["=C3"]["Voice (agreed)"] == "to settle"
    assert settle["=C3"]["Delayed (agreed)"] == "Yes"
    assert {row["Moderation notes"] for row in settle.values()} == {None}


def test_what_is_agreed_already_is_kept(consensus: Path) -> None:
    (agreed,) = rows_of(consensus, "Agreed already")
    assert agreed == {
        "Case ref": "C4",
        "Grade (agreed)": "good",
        "Voice (agreed)": "Partly",
        "Delayed (agreed)": None,
        "Agreed: Review": "met",
    }


def test_no_cell_is_a_formula(consensus: Path) -> None:
    book = openpyxl.load_workbook(consensus)
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} == {
        "n", "s"
    }  # fmt: skip


def test_cells_to_settle_offer_the_scale(consensus: Path) -> None:
    book = openpyxl.load_workbook(consensus)
    sheet = book["To settle"]
    headings = [cell.value for cell in sheet[1]]
    letter = get_column_letter(headings.index("Grade (agreed)") + 1)
    (offered,) = (
        validation.formula1
        for validation in sheet.data_validations.dataValidation
        if f"{letter}2" in validation.sqref
    )
    name, area = book.defined_names[offered].attr_text.split("!")
    assert [cell.value for (cell,) in book[name][area.replace("$", "")]] == ["good", "fair", "poor"]


def test_about_names_the_rubric(consensus: Path) -> None:
    rows = openpyxl.load_workbook(consensus)["About"].iter_rows(values_only=True)
    about = {str(label): str(text) for label, text in rows}
    assert about["Rubric"] == "moderated.yaml"
    assert "3 to settle, 1 agreed already" in about["Cases"]
    assert "Review" in about["For the record"]


def test_until_it_is_settled_it_counts_in_neither_direction(audit: Audit, consensus: Path) -> None:
    found = audit("score", consensus, "--json").json
    voice, delay = found["criteria"]["voice"], found["criteria"]["delay"]
    assert (voice["met"], voice["partly_met"], voice["missing"], voice["cannot_tell"]) == (
        2, 1, 0, 1
    )  # fmt: skip
    assert (delay["met"], delay["not_met"], delay["not_recorded"], delay["cannot_tell"]) == (
        1, 1, 1, 1
    )  # fmt: skip
    assert found["grades"]["overall"]["recorded"] == {"good": 1, "fair": 0, "poor": 1}
    assert found["cases"] == 4


def test_readers_who_agree_throughout_leave_nothing_to_settle(audit: Audit, tmp_path: Path) -> None:
    save_text(tmp_path / "moderated.yaml", RUBRIC)
    first = save_xlsx(tmp_path / "first.xlsx", [HEADINGS, FIRST[0]])
    second = save_xlsx(tmp_path / "second.xlsx", [HEADINGS, [*FIRST[0]], ["C9", *FIRST[0][1:]]])
    written = tmp_path / "agreed.xlsx"
    run = audit("agree", first, second, "--rubric", "moderated.yaml", "--consensus", written)
    assert "0 cases to settle" in run.err
    assert openpyxl.load_workbook(written).sheetnames == ["About", "Agreed already", "Lists"]


def test_a_workbook_that_names_no_rubric_takes_the_other_one(audit: Audit, consensus: Path) -> None:
    written = consensus.with_name("again.xlsx")
    found = audit("agree", consensus, consensus.with_name("first.xlsx"), "--consensus", written)
    assert found.code == 0, found.err


def test_a_file_that_is_there_is_kept_without_force(audit: Audit, consensus: Path) -> None:
    before = consensus.read_bytes()
    readers = (consensus.with_name("first.xlsx"), consensus.with_name("second.xlsx"))
    arguments = ("agree", *readers, "--rubric", "moderated.yaml", "--consensus", consensus)
    assert audit(*arguments).code == 2
    assert consensus.read_bytes() == before
    assert audit(*arguments, "--force").code == 0


def test_a_saved_result_needs_its_own_rubric(audit: Audit, consensus: Path) -> None:
    folder = consensus.parent
    for name in ("first", "second"):
        saved = folder / f"{name}.json"
        audit("score", folder / f"{name}.xlsx", "--rubric", "moderated.yaml", "-o", saved)
    readers = (folder / "first.json", folder / "second.json")
    written = folder / "again.xlsx"
    run = audit("agree", *readers, "--consensus", written)
    assert (run.code, "there is no rubric `moderated`" in run.err) == (2, True)
    run = audit("agree", *readers, "--consensus", written, "--rubric", "rubric.yaml")
    assert "is not the one that first was scored by" in run.err
    run = audit("agree", *readers, "--consensus", written, "--rubric", "moderated.yaml")
    assert run.code == 0
    assert rows_of(written, "To settle") == rows_of(consensus, "To settle")


def test_cases_that_no_other_reader_has_are_said_to_be_left_out(
    audit: Audit, tmp_path: Path
) -> None:
    save_text(tmp_path / "moderated.yaml", RUBRIC)
    first = save_xlsx(tmp_path / "first.xlsx", [HEADINGS, FIRST[0], ["C/8", *FIRST[0][1:]]])
    second = save_xlsx(tmp_path / "second.xlsx", [HEADINGS, FIRST[0], ["C 8", *FIRST[0][1:]]])
    written = tmp_path / "agreed.xlsx"
    run = audit("agree", first, second, "--rubric", "moderated.yaml", "--consensus", written)
    assert "0 cases to settle; left out: 2 cases without a match" in " ".join(run.err.split())
    assert "`C/8` and `C 8`" in " ".join(run.out.split())
    rows = openpyxl.load_workbook(written)["About"].iter_rows(values_only=True)
    about = {str(label): str(text) for label, text in rows}
    assert "first alone has C/8; second alone has C 8" in about["Not here"]


def test_reader_without_a_grade_leaves_it_out(audit: Audit, tmp_path: Path) -> None:
    save_text(tmp_path / "moderated.yaml", RUBRIC)
    save_text(tmp_path / "ungraded.yaml", UNGRADED)
    for name, rubric in (("first", "moderated"), ("second", "ungraded")):
        row = ["C1", "Yes", "No", "Yes", "Yes", "good" if rubric == "moderated" else "fair"]
        save_xlsx(tmp_path / f"{name}.xlsx", [HEADINGS, row])
        scored = audit("score", f"{name}.xlsx", "--rubric", f"{rubric}.yaml", "-o", f"{name}.json")
        assert scored.code == 0, scored.err
    written = ("--rubric", "moderated.yaml", "--consensus", "agreed.xlsx")
    run = audit("agree", "first.json", "second.json", *written)
    assert run.code == 0, run.err
    assert "Grade (agreed)" not in rows_of(tmp_path / "agreed.xlsx", "Agreed already")[0]
