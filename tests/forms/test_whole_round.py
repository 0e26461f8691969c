"""A whole round, as the documentation tells it: from a list of cases to what all of them show."""

import datetime as dt
import shlex
from pathlib import Path

import openpyxl
import pytest
from filled import marked_sheets
from openpyxl.worksheet.worksheet import Worksheet

from casefile_audit.files.workbook import open_workbook
from casefile_audit.forms.plan import FormPlan
from casefile_audit.intake.form_marks import MarkKind
from casefile_audit.rubric.loading import load_rubric
from workbooks import Audit, save_csv

SHARED, OF_POLICE = "voice-of-the-child", "disruption-considered"
DISTRICTS = ("Bolton", "Bury", "Leigh", "Wigan")


def fill_all(path: Path) -> int:
    """Answer every question of a form by its first choice, Bury's by the second; how many cases."""
    rubric = load_rubric("peer-review")
    book = openpyxl.load_workbook(path)
    cases = 0
    for name, marks in marked_sheets(path):
        plan = FormPlan(rubric, "peer-review", dt.date(2026, 3, 2), (marks.sector,))
        asked = {(its.field, its.number): its for its in plan.questions(marks.sector)}
        sheet = book[name]
        assert isinstance(sheet, Worksheet)
        assert marks.row is not None
        for row in range(marks.row + 3, sheet.max_row + 1):
            cases += 1
            for at, mark in marks.marks.items():
                question = asked.get((mark.name, mark.number))
                if mark.kind is MarkKind.ASK and question and question.choices:
                    choice = question.choices[path.stem == "Bury"]
                    sheet.cell(row, at + 1).value = choice
    book.save(path)
    return cases


@pytest.mark.parametrize("equally", [False, True])
def test_a_round_of_three_sectors_speaks_for_all_cases(audit: Audit, equally: bool) -> None:
    rows = [[f"PR-{n:03d}", DISTRICTS[min(n // 12, 3)]] for n in range(60)]
    save_csv(Path("list.csv"), [["Case ref", "District"], *rows])

    def done(*typed: object) -> str:
        run = audit(*map(str, typed))
        assert run.code == 0, run.err
        return run.out

    size = ("--size", 12, "--by", "district", *(["--equal"] * equally))
    done("sample", "list.csv", *size, "--reserve", 1, "--seed", "s", "-o", "sample.xlsx")
    given = ("--rubric", "peer-review", "--double", 4, "--seed", "7", "-o", "rota.xlsx")
    done("allocate", "sample.xlsx", *given, "--packs", "packs")
    packs = sorted(Path("packs").iterdir())
    assert [path.stem for path in packs] == list(DISTRICTS)
    assert sum(map(fill_all, packs)) == 16 * 3
    page = done(
        *("collect", "packs", "--rota", "rota.xlsx", "--cases", "sample.xlsx", "-o", "all.xlsx")
    )
    assert "16 of 16 back" in page
    assert "4 cases read by more than one reader" in page
    refused = audit("agree", "all.xlsx")
    typed = refused.err.partition("Add ")[2].partition(" or ")[0]
    agreement = audit("agree", "all.xlsx", *shlex.split(typed), "--json").json
    assert [its["matched"] for its in agreement["readers"]] == [4, 4]
    held = audit("score", "all.xlsx", "--json").json
    population = held["population"]
    assert (held["cases"], population["cases"], population["read"]) == (36, 60, 12)
    assert sum(its["read"] for its in population["strata"]) == 12
    assert population["weighted"] is equally
    # Of every sector, and of one: the same files, so as wide a range for as large a share.
    of_all, of_one = (held["criteria"][name] for name in (SHARED, OF_POLICE))
    assert (of_all["applicable"], of_one["applicable"]) == (36, 12)
    wide, narrow = (
        its["met_interval"]["high"] - its["met_interval"]["low"] for its in (of_one, of_all)
    )
    assert narrow < wide
    alone = audit("score", "all.xlsx", "--only", "sector=police", "--json").json
    assert alone["criteria"][OF_POLICE]["met_interval"] == pytest.approx(of_one["met_interval"])


def test_whoever_is_given_a_file_of_a_sample_can_say_why_it_cannot_be_read(audit: Audit) -> None:
    rows = [[f"C{n}", DISTRICTS[n % 4]] for n in range(40)]
    save_csv(Path("list.csv"), [["Case ref", "District"], *rows])
    drawn = ("--size", 8, "--by", "district", "--seed", "s", "-o", "sample.xlsx")
    assert audit("sample", "list.csv", *drawn).code == 0
    given = ("--rubric", "child-protection", "--seed", "7", "-o", "rota.xlsx", "--packs", "packs")
    run = audit("allocate", "sample.xlsx", *given)
    assert run.code == 0, run.err
    for path in Path("packs").iterdir():
        sheet = openpyxl.load_workbook(path)["Cases"]
        assert isinstance(sheet, Worksheet)
        texts = [str(cell.value) for row in sheet.iter_rows(max_row=6) for cell in row]
        assert "Not available because" in texts
    names = open_workbook(path).sheets
    assert "Sample" not in [its.name for its in names]  # it names the cases of the other teams
