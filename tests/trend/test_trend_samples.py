from pathlib import Path
from typing import Any

import pytest

from workbooks import Audit

HERE = Path(__file__).parent
SAMPLES = HERE.parents[1] / "samples"
MONTHLY = SAMPLES / "encompass-monthly.xlsx"
YEAR_1 = [f"{month} 2023" for month in ("January", "February", "March", "April", "May", "June",
          "July", "August", "September", "October", "November", "December")]  # fmt: skip
AFTER = [f"{month} 2024" for month in ("January", "February", "March", "April", "May", "June",
         "July", "September", "October", "November", "December")]  # fmt: skip
SCHOOL, DASH, REPORT = "school-told", "risk-assessment-completed", "domestic-abuse-report"


def monthly(audit: Audit, *options: str) -> Any:
    run = audit("trend", MONTHLY, "--period", "incident", *options, "--json")
    assert run.code == 0, run.err
    return run.json


def signals(criterion: Any) -> list[tuple[str, list[str], bool | None]]:
    return [(signal["rule"], signal["at"], signal["better"]) for signal in criterion["signals"]]


def test_page_reads_well_at_80_columns(audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    run = audit("trend", MONTHLY, "--period", "incident", "--full")
    assert run.out == (HERE / "encompass-monthly.txt").read_text(encoding="utf-8")
    assert max(map(len, run.out.splitlines())) <= 80


def test_change_in_the_middle_is_found_in_its_months_and_its_rule_named(audit: Audit) -> None:
    school = monthly(audit)["criteria"][SCHOOL]
    assert sorted(signals(school)) == [("run", YEAR_1, False), ("run", AFTER, True)]
    assert school["verdict"] == "improving"
    assert (
        "Lower since January 2024: 74 of 142 (52%) before, 22 of 131 (17%) since. All 12 months "
        "before are above the long-run rate (35%) and all 11 since are below it" in school["says"]
    )
    assert school["held"] == {
        "since": "January 2024", "met": 109, "applicable": 131, "reached": False,
        "beyond_chance": True,
    }  # fmt: skip


def test_frozen_baseline_shows_the_year_after_it_alone(audit: Audit) -> None:
    for option in ("12", "2023-01:2023-12", "2023-01-15:2023-12-31"):
        result = monthly(audit, "--baseline", option)
        assert result["baseline"] == ["January 2023", "December 2023"]
        school = result["criteria"][SCHOOL]
        assert signals(school) == [("run", AFTER, True)]
        assert school["stretches"][0]["centre"] == pytest.approx(74 / 142)
        assert "below the baseline rate (52%)" in school["says"]


def test_one_month_stands_out(audit: Audit) -> None:
    dash = monthly(audit)["criteria"][DASH]
    assert signals(dash) == [("outside", ["March 2024"], False)]
    assert dash["verdict"] == "stands out"
    assert "March 2024 stands out: 9 of 12, where every other month had 0 to 2." in dash["says"]
    assert dash["target_word"] == "hit and miss"


def test_rare_failure_is_counted_in_cases_between(audit: Audit) -> None:
    report = monthly(audit)["criteria"][REPORT]
    assert [event["cases_before"] for event in report["gaps"]["events"][1:]] == [
        24, 15, 45, 10, 36, 36, 26, 35
    ]  # fmt: skip
    assert report["gaps"]["trial"]
    assert report["verdict"] == "no sign"
    assert monthly(audit)["criteria"][SCHOOL]["gaps"] is None


def test_month_without_cases_is_a_gap(audit: Audit) -> None:
    result = monthly(audit)
    assert {"label": "August 2024", "first_day": "2024-08-01", "cases": 0} in result["periods"]
    point = result["criteria"][SCHOOL]["points"][19]
    assert (point["period"], point["applicable"], point["rate"]) == ("August 2024", 0, None)


def test_nhs_view_draws_xmr_limits_within_0_and_100_percent(audit: Audit) -> None:
    result = monthly(audit, "--nhs")
    dash = result["criteria"][DASH]
    assert dash["stretches"][0]["method"] == "XmR"
    assert {point["low"] for point in dash["points"] if point["applicable"]} == {0.0}
    assert signals(dash)[0] == ("outside", ["March 2024"], False)
    assert dash["says"].count("Special cause") == len(dash["signals"])
    assert any(note.startswith("The NHS rules are made for large") for note in result["notes"])


def test_rebasing_starts_afresh_where_the_user_says_and_shows_the_reason(audit: Audit) -> None:
    options = ("--rebase", "2024-01", "--because", "the control room tells the schools")
    result = monthly(audit, *options)
    school = result["criteria"][SCHOOL]
    assert [part["because"] for part in school["stretches"]] == ["", options[3]]
    assert [part["centre"] for part in school["stretches"]] == [
        pytest.approx(74 / 142), pytest.approx(22 / 131)
    ]  # fmt: skip
    assert signals(school) == []
    assert (
        "It was 74 of 142 (52%) before the re-basing of January 2024, and 22 of 131 (17%) since. "
        "No sign of change beyond month-to-month chance since" in school["says"]
    )
    page = audit("trend", MONTHLY, "--period", "incident", *options).out
    assert f"Re-based at January 2024, because: {options[3]}." in page


def test_quarters_add_the_months_up_and_say_that_eight_are_few(audit: Audit) -> None:
    school = monthly(audit, "--every", "quarter")["criteria"][SCHOOL]
    assert [(point["missing"], point["applicable"]) for point in school["points"]] == [
        (18, 36), (19, 36), (18, 36), (19, 34), (6, 36), (7, 36), (3, 23), (6, 36)
    ]  # fmt: skip
    assert school["points"][0]["period"] == "Jan–Mar 2023"
    assert school["verdict"] == "too few"
    assert "8 quarters are too few to show whether the rate has moved" in school["says"]


def test_two_cases_of_victim_blaming_in_115_are_too_few_for_limits(audit: Audit) -> None:
    files = (SAMPLES / "case-reviews-2024.xlsx", SAMPLES / "dip-samples-2024.xlsx")
    run = audit("trend", *files, "--criterion", "free-of-victim-blaming", "--json")
    language = run.json["criteria"]["free-of-victim-blaming"]
    assert language["says"].startswith("2 of 115 with victim-blaming language (2%).")
    assert language["verdict"] == "too few"
    assert language["gaps"]["says"] == (
        "2 in 115 cases: 17 came before the first, 71 between the two, 25 since the last. 2 are "
        "too few for limits."
    )
    assert (language["gaps"]["low"], language["gaps"]["high"]) == (None, None)
    assert [event["case"] for event in language["gaps"]["events"]] == [
        "NSP/24/00818", "NSP/24/04821"
    ]  # fmt: skip


def test_grade_split_of_each_month_and_good_or_better(audit: Audit) -> None:
    run = audit("trend", SAMPLES / "case-reviews-2024.xlsx", "--period", "allocated", "--json")
    overall, *_ = run.json["grades"]["overall"]["splits"]
    assert overall["kind"] == "recorded"
    assert [sum(split.values()) for split in overall["splits"]] == [15, 22, 11]
    assert [next(iter(split.values())) for split in overall["splits"]] == [6, 9, 5]
    assert overall["good_or_better"]["says"] == (
        "28 of 48 graded below good (58%). Too few months (3) to judge."
    )


def test_saved_results_are_told_apart_by_their_day(audit: Audit, tmp_path: Path) -> None:
    days = {"after": "2024-08-11", "before": "2024-04-14"}
    for name, day in days.items():
        sample = SAMPLES / f"encompass-{name}.xlsx"
        assert audit("score", sample, "--as-of", day, "-o", f"{name}.json").code == 0
    result = audit("trend", *(f"{name}.json" for name in days), "--json").json
    assert [period["label"] for period in result["periods"]] == [
        "April 2024", "May 2024", "June 2024", "July 2024", "August 2024"
    ]  # fmt: skip
    points = result["criteria"][SCHOOL]["points"]
    assert [(points[place]["missing"], points[place]["applicable"]) for place in (0, 2, 4)] == [
        (6, 12), (0, 0), (2, 12)
    ]  # fmt: skip


def test_saved_result_holds_the_months_if_it_was_scored_by_the_date(audit: Audit) -> None:
    assert audit("score", MONTHLY, "--by", "incident", "-o", "all.json").code == 0
    run = audit("trend", "all.json", "--period", "incident", "--json")
    assert run.json["criteria"] == monthly(audit)["criteria"]
