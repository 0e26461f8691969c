from pathlib import Path
from typing import Any

import openpyxl
import pytest

from workbooks import Audit

SAMPLES = Path(__file__).parents[2] / "samples"
FORCE, INSPECTORS = SAMPLES / "self-assessment-2014.xlsx", SAMPLES / "inspectors-2014.xlsx"
REVIEWERS = [SAMPLES / f"peer-reviewer-{letter}-2025.xlsx" for letter in "abc"]
GOLDEN = Path(__file__).parent
TOTALS = "good:19, adequate:9, requires improvement:2, inadequate:0"


def grade(found: Any) -> Any:
    return found["grades"]["overall"]


def test_force_and_inspectors_of_2014(audit: Audit) -> None:
    found = audit("agree", FORCE, INSPECTORS, "--significant", "3", "--json").json
    overall, (pair,) = grade(found), grade(found)["pairs"]
    assert found["schema"] == "casefile-audit/agreement/1"
    assert (found["matched"], overall["cases"]) == (30, 30)
    assert [sum(row) for row in pair["table"]] == [19, 9, 2, 0]  # H1
    assert [sum(column) for column in zip(*pair["table"], strict=True)] == [8, 16, 1, 5]  # H2
    assert (overall["same"], overall["within_one"]) == (13, 27)
    assert len(overall["significant"]) == 2  # H3
    assert [case["steps"] for case in overall["differing"]].count(3) == 2
    assert (pair["first_more_generous"], pair["second_more_generous"]) == (16, 1)
    assert (pair["direction"], pair["more_generous"]) == ("clear", "self-assessment-2014")
    assert pair["direction_p"] == pytest.approx(2.746582e-4)
    assert overall["kappa"]["value"] == pytest.approx(0.2431, abs=1e-4)  # P14
    assert overall["ac2"]["value"] == pytest.approx(0.5318, abs=1e-4)
    assert overall["alpha"]["value"] == pytest.approx(0.2248, abs=1e-4)
    assert overall["kappa"]["interval"]["low"] == pytest.approx(0.0463, abs=1e-4)


def test_the_other_reader_first_gives_the_same_answer_turned_round(audit: Audit) -> None:
    found = grade(audit("agree", INSPECTORS, FORCE, "--json").json)
    (pair,) = found["pairs"]
    assert (pair["first_more_generous"], pair["second_more_generous"]) == (1, 16)
    assert pair["more_generous"] == "self-assessment-2014"
    assert found["kappa"]["value"] == pytest.approx(0.2431, abs=1e-4)


@pytest.mark.parametrize(("steps", "cases"), [("1", 17), ("2", 3), ("3", 2)])
def test_cases_that_differ_by_so_many_steps(audit: Audit, steps: str, cases: int) -> None:
    found = grade(audit("agree", FORCE, INSPECTORS, "--significant", steps, "--json").json)
    assert len(found["significant"]) == cases


def test_without_significant_no_case_is_called_so(audit: Audit) -> None:
    run = audit("agree", FORCE, INSPECTORS)
    assert "Say how many grades apart matters" in run.out
    assert grade(audit("agree", FORCE, INSPECTORS, "--json").json)["significant"] is None


def test_totals_have_no_cases_to_name(audit: Audit) -> None:
    run = audit("agree", INSPECTORS, "--totals", TOTALS, "--details")
    assert (run.code, run.out) == (2, "")
    assert "no cases to list" in run.err


@pytest.mark.parametrize(
    ("golden", "arguments"),
    [
        ("moderation-2014.txt", (FORCE, INSPECTORS, "--significant", "3")),
        ("totals-2014.txt", (INSPECTORS, "--totals", TOTALS)),
        ("peer-reviewers-2025.txt", (*REVIEWERS, "--significant", "2")),
    ],
)
def test_page_reads_so_at_80_columns(
    audit: Audit, monkeypatch: pytest.MonkeyPatch, golden: str, arguments: tuple[str | Path, ...]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    run = audit("agree", *arguments, "--full")
    assert run.code == 0, run.err
    assert max(map(len, run.out.splitlines())) <= 80
    lines = [line.rstrip() for line in run.out.splitlines()]
    assert lines == (GOLDEN / golden).read_text(encoding="utf-8").splitlines()


def test_three_reviewers_with_readings_missing(audit: Audit) -> None:
    found = audit("agree", *REVIEWERS, "--json").json
    overall = grade(found)
    assert [reader["cases"] for reader in found["readers"]] == [40, 37, 38]
    assert found["readers"][0]["alone"] == ["NSP/25/01004"]
    assert (found["matched"], found["read_by_all"], overall["cases"]) == (39, 36, 39)
    assert [pair["cases"] for pair in overall["pairs"]] == [35, 36, 36]
    assert [pair["more_generous"][-6] for pair in overall["pairs"]] == ["a", "a", "b"]
    assert [pair["direction"] for pair in overall["pairs"]][:2] == ["clear", "clear"]
    assert overall["kappa"] is None
    assert 0 < overall["ac2"]["value"] < overall["alpha"]["value"] < 1
    (caution,) = found["criteria"]["child-seen"]["cautions"]
    assert caution["kind"] == "prevails"


def test_saved_results_agree_as_their_workbooks_do(audit: Audit, tmp_path: Path) -> None:
    for path in (FORCE, INSPECTORS):
        audit("score", path, "-o", tmp_path / f"{path.stem}.json")
    saved = [tmp_path / f"{path.stem}.json" for path in (FORCE, INSPECTORS)]
    of_saved = audit("agree", *saved, "--json").json
    of_workbooks = audit("agree", FORCE, INSPECTORS, "--json").json
    assert of_saved["grades"] == of_workbooks["grades"]


def test_totals_prove_how_many_differ_at_least(audit: Audit) -> None:
    found = audit("agree", INSPECTORS, "--totals", TOTALS, "--json").json
    assert found["same"] == {"at_least": 0, "at_most": 18}
    assert [(line["at_least"], line["at_most"]) for line in found["apart"]] == [
        (12, 30), (3, 8), (0, 5)
    ]  # fmt: skip
    assert found["totals_more_generous"] == 11
    # H3: so "significantly" can't mean two steps, of which there are at least three.
    says = " ".join(found["says"])
    assert "Of the 5 that inspectors-2014 graded inadequate" in says
    assert "at least three of them two steps or more away" in says
    assert not found.keys() & {"kappa", "ac2", "alpha"}


def test_totals_with_two_cases_known_three_steps_apart(audit: Audit) -> None:
    known = ("--known-apart", "3:2")
    found = audit("agree", INSPECTORS, "--totals", TOTALS, *known, "--json").json
    assert found["same"]["at_most"] == 16
    assert "at best 16 of 30" in found["says"][0]
    assert found["apart"][2] == {"steps": 3, "at_least": 2, "at_most": 2}


def test_consensus_is_settled_and_read_back_as_the_agreed_record(
    audit: Audit, tmp_path: Path
) -> None:
    path = tmp_path / "consensus.xlsx"
    run = audit("agree", FORCE, INSPECTORS, "--consensus", path)
    assert (run.code, "17 cases to settle" in run.err) == (0, True)
    before = grade(audit("score", path, "--json").json)
    assert (sum(before["recorded"].values()), before["without_recorded"]) == (13, 17)

    book = openpyxl.load_workbook(path)
    sheet = book["To settle"]
    headings = [cell.value for cell in sheet[1]]
    agreed, inspectors = headings.index("Overall grade (agreed)"), headings.index(
        "inspectors-2014 found: Overall"
    )  # fmt: skip
    for row in sheet.iter_rows(min_row=2):
        assert row[agreed].value is None
        row[agreed].value = row[inspectors].value
    book.save(path)

    after = audit("score", path, "--json").json
    assert after["rubric"]["name"] == "inspection-2014"
    assert list(grade(after)["recorded"].values()) == [8, 16, 1, 5]
    assert grade(audit("agree", path, INSPECTORS, "--json").json)["same"] == 30
