"""``audit trend --counts``: counts that somebody added up already."""

from pathlib import Path

import pytest
from monthly import save_months

from workbooks import Audit, save_csv, save_xlsx

HEADINGS = ["Month", "Number", "Of"]
MONTHS = [(6, 12)] * 12 + [(1, 12)] * 12


def month(place: int) -> str:
    return f"{2023 + place // 12}-{place % 12 + 1:02}"


def rows(months: list[tuple[int, int]]) -> list[list[object]]:
    return [[month(place), *counts] for place, counts in enumerate(months)]


def test_counts_come_to_what_their_cases_come_to(audit: Audit, tmp_path: Path) -> None:
    save_months(tmp_path / "cases.csv", MONTHS)
    save_csv(tmp_path / "counts.csv", [HEADINGS, *rows(MONTHS)])
    typed = ("trend", "cases.csv", "--rubric", "rubric.yaml", "--period", "allocated")
    of_cases = audit(*typed, "--json").json["criteria"]["ethnicity-recorded"]
    (of_counts,) = audit("trend", "counts.csv", "--counts", "--json").json["criteria"].values()
    for key in ("points", "verdict", "signals", "missing", "applicable", "stretches"):
        assert of_counts[key] == of_cases[key], key


@pytest.mark.parametrize(
    "months",
    [
        ["January 2024", "February 2024", "March 2024"],
        ["Jan-24", "Feb-24", "Mar-24"],
        ["01/2024", "02/2024", "03/2024"],
        ["15/01/2024", "01/02/2024", "31/03/2024"],
        ["2024-01", "2024-02", "2024-03"],
    ],
)
def test_months_are_read_as_people_write_them(
    months: list[str], audit: Audit, tmp_path: Path
) -> None:
    save_csv(tmp_path / "a.csv", [HEADINGS, *([name, 1, 10] for name in months)])
    answer = audit("trend", "a.csv", "--counts", "--json").json
    assert [each["first_day"] for each in answer["periods"]] == [
        "2024-01-01",
        "2024-02-01",
        "2024-03-01",
    ]


def test_questions_targets_totals_and_quarters(audit: Audit, tmp_path: Path) -> None:
    table: list[list[object]] = [
        ["Returns of the force"],
        ["Month", "Question", "Number", "Of", "Target"],
        ["Total", "", 24, 28_800, ""],
    ]
    for n in range(12):
        table[-1:-1] = [[month(n), name, n % 3, 1_200, "95%"] for name in ("Told", "Seen")]
    save_xlsx(tmp_path / "a.xlsx", table)
    answer = audit("trend", "a.xlsx", "--counts", "--every", "quarter", "--json").json
    assert [each["cases"] for each in answer["periods"]] == [3_600] * 4
    told = answer["criteria"]["told"]
    assert (told["target"], told["missing"], told["applicable"]) == (95.0, 12, 14_400)
    assert told["gaps"] is None
    assert answer["not_counted"]["rows_total"] == 1
    page = audit("trend", "a.xlsx", "--counts")
    assert (page.code, page.err) == (0, "")


def test_a_question_is_one_however_it_is_written_and_its_last_target_holds(
    audit: Audit, tmp_path: Path
) -> None:
    table: list[list[object]] = [
        ["Month", "Question", "Number", "Of", "Target"],
        ["2024-03", "told ", 1, 10, 90],
        ["2024-01", "Told", 2, 10, 80],
        ["2024-02", "TOLD", 3, 10, ""],
        ["2024-02", "Seen", 4, 10, ""],
    ]
    save_csv(tmp_path / "a.csv", table)
    answer = audit("trend", "a.csv", "--counts", "--json").json
    told = answer["criteria"]["told"]
    assert [each["missing"] for each in told["points"]] == [2, 3, 1]
    assert (told["missing"], told["applicable"], told["target"]) == (6, 30, 90)
    page = audit("trend", "a.csv", "--counts").out
    # Which row of the table is which.
    assert "Seen " in page
    assert "told " in page


def test_quarters_are_counted_by_the_quarter(audit: Audit, tmp_path: Path) -> None:
    save_csv(tmp_path / "a.csv", [HEADINGS, ["Q1 2024", 1, 10], ["2024-Q2", 2, 10]])
    answer = audit("trend", "a.csv", "--counts", "--every", "quarter", "--json").json
    assert [each["label"] for each in answer["periods"]] == ["Jan–Mar 2024", "Apr–Jun 2024"]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ([["Month", "Missing cases"], ["2024-01", 1]], "no row with the headings of counts"),
        ([HEADINGS], "no row of counts under its headings"),
        ([HEADINGS, ["soon", 1, 2]], "row 2: “soon” is no month"),
        ([HEADINGS, ["0000 Q1", 1, 2]], "row 2: “0000 Q1” is no month"),
        ([HEADINGS, ["2024-01", 1, 2], ["2204-01", 1, 2]], "row 3: 2204-01-01"),
        ([HEADINGS, ["2024-01", 1, "9" * 5000]], "row 2: a count is no whole number"),
        ([HEADINGS, ["2024-01", 3, 2]], "row 2: 3 of 2 is more than all"),
        ([HEADINGS, ["2024-01", 1.5, 2]], "row 2: a count is no whole number"),
        ([HEADINGS, ["2024-01", "-1", 2]], "row 2: a count is no whole number"),
        ([HEADINGS, ["2024-01", "", 2]], "row 2: a count is no whole number"),
        ([HEADINGS, ["2024-01", 1, 2], ["2024-01", 1, 3]], "rows 2 and 3 are of one month"),
        (
            [HEADINGS, ["2024-01", 1, 2], ["Q2 2024", 1, 3]],
            "row 3: a count is of a quarter, not",
        ),
        ([HEADINGS, ["2024", 1, 2]], "Add --every year."),
        ([[*HEADINGS, "Target"], ["2024-01", 1, 2, "high"]], "“high” is no percentage"),
    ],
)
def test_a_table_that_does_not_add_up_is_refused(
    table: list[list[object]], said: str, audit: Audit, tmp_path: Path
) -> None:
    save_csv(tmp_path / "a.csv", table)
    refused = audit("trend", "a.csv", "--counts")
    assert refused.code == 2
    assert said in refused.err


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("a.csv", "a.csv"), "--counts takes one table"),
        (("a.csv", "--period", "allocated"), "says which month each count is of"),
        (("a.csv", "--publish"), "--publish hides counts by the cases behind them"),
    ],
)
def test_what_counts_cannot_be_asked_is_refused(
    typed: tuple[str, ...], said: str, audit: Audit, tmp_path: Path
) -> None:
    save_csv(tmp_path / "a.csv", [HEADINGS, ["2024-01", 1, 2]])
    refused = audit("trend", *typed, "--counts")
    assert refused.code == 2
    assert said in refused.err


def test_the_last_months_of_the_calendar_have_none_after_them(audit: Audit, tmp_path: Path) -> None:
    save_csv(tmp_path / "a.csv", [HEADINGS, ["9999-11", 1, 10], ["9999-12", 2, 10]])
    answer = audit("trend", "a.csv", "--counts", "--json").json
    assert [each["label"] for each in answer["periods"]] == ["November 9999", "December 9999"]
