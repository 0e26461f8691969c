import json
from pathlib import Path

import pytest
from monthly import rows_of, save_months, save_rows

from workbooks import Audit, case, save_csv

NAMES = ("ethnicity-recorded", "disability-recorded")
RUBRIC = ("--rubric", "rubric.yaml")
PERIOD = ("--period", "allocated", *RUBRIC)


@pytest.mark.parametrize(
    ("options", "what", "hint"),
    [
        ((), "cases.csv alone is one audit", "--period"),
        (("--period", "alocated"), "no date field `alocated`", "Did you mean `allocated`?"),
        (("--period", "district"), "no date field `district`", "`allocated`"),
        ((*PERIOD, "--criterion", "ethnicity"), "no criterion `ethnicity`", NAMES[0]),
        ((*PERIOD, "--baseline", "0"), "it can't be 0", ""),
        ((*PERIOD, "--baseline", "13"), "there are 12 months", ""),
        ((*PERIOD, "--baseline", "first"), "neither a number nor FROM:TO", "2023-01:2023-12"),
        ((*PERIOD, "--baseline", "2023-05:2023-02"), "`2023-02` is before `2023-05`", ""),
        ((*PERIOD, "--baseline", "2023-05:2024-02"), "`2024-02` is none of the months", "2024-03"),
        ((*PERIOD, "--rebase", "2023-05"), "--rebaseline needs a reason", "--because"),
        ((*PERIOD, "--rebase", "2023-05", "--because", " "), "the reason is empty", ""),
        ((*PERIOD, "--rebaseline", "2023-01", "--because", "x"), "a month after the first", ""),
        ((*PERIOD, "--rebase", "2022-12", "--because", "x"), "none of the months", "January 2023"),
        (
            (*PERIOD, "--baseline", "6", "--rebase", "2023-05", "--because", "x"),
            "reaches over a --rebaseline",
            "",
        ),
    ],
)
def test_usage_is_refused_in_one_message(
    audit: Audit, tmp_path: Path, options: tuple[str, ...], what: str, hint: str
) -> None:
    save_months(tmp_path / "cases.csv", [(1, 3)] * 12)
    run = audit("trend", "cases.csv", *options, *([] if RUBRIC[0] in options else RUBRIC))
    assert (run.code, run.out) == (2, "")
    assert what in run.err
    assert hint in run.err


def test_workbook_without_the_periods_column_is_refused(audit: Audit, tmp_path: Path) -> None:
    save_csv(tmp_path / "cases.csv", [["Case ref", "Ethnicity", "Alocatd"], ["C1", "W1", ""]])
    run = audit("trend", "cases.csv", *PERIOD)
    assert run.code == 2
    assert "there is no column for `allocated`" in run.err
    assert "`Alocatd`" in run.err


def test_column_without_a_date_is_refused(audit: Audit, tmp_path: Path) -> None:
    save_rows(tmp_path / "cases.csv", [case("C1", allocated="March"), case("C2", allocated="")])
    run = audit("trend", "cases.csv", *PERIOD)
    assert run.code == 2
    assert "no case has a date in `allocated`" in run.err


def test_mistyped_year_is_refused_with_its_case(audit: Audit, tmp_path: Path) -> None:
    rows = [*rows_of([(1, 3)] * 8), case("C99", allocated="01/03/2204")]
    save_rows(tmp_path / "cases.csv", rows)
    run = audit("trend", "cases.csv", *PERIOD)
    assert run.code == 2
    assert "one may be mistyped" in run.err
    assert "C99: 2204-03-01" in run.err


def test_cases_without_a_date_are_named_and_in_no_period(audit: Audit, tmp_path: Path) -> None:
    rows = [*rows_of([(1, 3)] * 8), case("C98", allocated=""), case("C99", allocated="31/02/2023")]
    save_rows(tmp_path / "cases.csv", rows)
    result = audit("trend", "cases.csv", *PERIOD, "--json").json
    assert sorted(result["without_period"]) == ["C98", "C99"]
    assert sum(period["cases"] for period in result["periods"]) == 24
    assert any("2 cases without a date in allocated are in no period" in n for n in result["notes"])


def test_case_after_the_audits_day_is_pointed_out(audit: Audit, tmp_path: Path) -> None:
    save_months(tmp_path / "cases.csv", [(1, 2)] * 8)
    result = audit("trend", "cases.csv", *PERIOD, "--as-of", "2023-07-31", "--json").json
    assert any(
        "2 cases dated after the audit's day: M07-00 and M07-01" in n for n in result["notes"]
    )


def test_saved_result_without_its_dates_is_refused(audit: Audit, tmp_path: Path) -> None:
    save_months(tmp_path / "a.csv", [(1, 3)])
    audit("score", "a.csv", *RUBRIC, "--by", "district", "-o", "a.json")
    missing = audit("trend", "a.json", "--period", "allocated")
    assert (missing.code, missing.out) == (2, "")
    assert "saved without --by allocated" in missing.err
    no_date = audit("trend", "a.json", "--period", "district")
    assert no_date.code == 2
    assert "`district` doesn't hold dates" in no_date.err


def test_one_file_twice_is_refused(audit: Audit, tmp_path: Path) -> None:
    save_months(tmp_path / "a.csv", [(1, 3)])
    (tmp_path / "b.csv").write_bytes((tmp_path / "a.csv").read_bytes())
    for files in (("a.csv", "a.csv"), ("a.csv", "b.csv")):
        run = audit("trend", *files, *RUBRIC)
        assert run.code == 2
        assert "count twice" in run.err


def test_results_of_one_day_are_refused_and_of_one_month_added(
    audit: Audit, tmp_path: Path
) -> None:
    for name, day, months in (
        ("a", "2024-03-05", [(1, 3)]),
        ("b", "2024-03-05", [(2, 4)]),
        ("c", "2024-03-28", [(0, 0), (1, 5)]),
    ):
        save_months(tmp_path / f"{name}.csv", months)
        audit("score", f"{name}.csv", *RUBRIC, "--as-of", day, "-o", f"{name}.json")
    run = audit("trend", "a.json", "b.json")
    assert run.code == 2
    assert "2 results speak of the same day, 2024-03-05" in run.err
    result = audit("trend", "c.json", "a.json", "--json").json
    assert [period["cases"] for period in result["periods"]] == [8]
    assert "March 2024 is a.json and c.json added together." in result["notes"]


def test_results_and_workbooks_together_are_refused(audit: Audit, tmp_path: Path) -> None:
    save_months(tmp_path / "a.csv", [(1, 3)])
    audit("score", "a.csv", *RUBRIC, "-o", "a.json")
    run = audit("trend", "a.json", "a.csv")
    assert run.code == 2
    assert "not both" in run.err


def test_results_of_two_rubrics_share_what_they_both_ask(audit: Audit, tmp_path: Path) -> None:
    rubric = (tmp_path / "rubric.yaml").read_text(encoding="utf-8")
    other = rubric.replace("  ethnicity-recorded:", "  ethnicity:").replace(
        "version: 2025", "version: 2026"
    )
    (tmp_path / "other.yaml").write_text(
        other.replace("Is disability recorded?", "Is a disability recorded?"), encoding="utf-8"
    )
    for name, file, day in (("a", "rubric", "2024-01-05"), ("b", "other", "2024-02-05")):
        save_months(tmp_path / f"{name}.csv", [(1, 3 + (name == "b"))])
        options = ("--rubric", f"{file}.yaml", "--as-of", day, "-o", f"{name}.json")
        scored = audit("score", f"{name}.csv", *options)
        assert scored.code == 0, scored.err
    result = audit("trend", "a.json", "b.json", "--json").json
    assert "disability-recorded" in result["criteria"]
    assert not {"ethnicity", "ethnicity-recorded"} & result["criteria"].keys()
    assert any("(night-duty 2025.1 and night-duty 2026.1)" in note for note in result["notes"])
    assert "Not asked in the same words throughout: Disability recorded." in result["notes"]


def test_samples_of_two_rubrics_have_nothing_in_common(audit: Audit) -> None:
    samples = Path(__file__).parents[2] / "samples"
    run = audit("trend", samples / "encompass-before.xlsx", samples / "child-deaths-2024.xlsx")
    assert run.code == 2
    assert "no criterion in common" in run.err


def test_grades_on_another_scale_are_left_out_and_said(audit: Audit, tmp_path: Path) -> None:
    rubric = (tmp_path / "rubric.yaml").read_text(encoding="utf-8")
    other = rubric.replace("adequate", "sufficient")
    (tmp_path / "other.yaml").write_text(other, encoding="utf-8")
    for name, file, day in (("a", "rubric", "2024-01-05"), ("b", "other", "2024-02-05")):
        save_months(tmp_path / f"{name}.csv", [(1, 3 + (name == "b"))])
        scored = audit("score", f"{name}.csv", "--rubric", f"{file}.yaml", "--as-of", day,
                       "-o", f"{name}.json")  # fmt: skip
        assert scored.code == 0, scored.err
    result = audit("trend", "a.json", "b.json", "--json").json
    assert result["grades"] == {}
    assert any("its scale is not the same" in note for note in result["notes"])


@pytest.mark.parametrize("called", ["Ethnicity recorded", "ethnicity  RECORDED", NAMES[0]])
def test_criterion_goes_by_its_name_or_title(audit: Audit, tmp_path: Path, called: str) -> None:
    save_months(tmp_path / "cases.csv", [(1, 3)] * 12)
    run = audit("trend", "cases.csv", *PERIOD, "--criterion", called, "--json")
    assert list(run.json["criteria"]) == [NAMES[0]]


def test_nearest_title_is_offered(audit: Audit, tmp_path: Path) -> None:
    save_months(tmp_path / "cases.csv", [(1, 3)] * 12)
    run = audit("trend", "cases.csv", *PERIOD, "--criterion", "Ethnicty record")
    assert run.code == 2
    assert "Did you mean `Ethnicity recorded`?" in run.err


def test_case_in_two_files_is_said_by_period_too(audit: Audit, tmp_path: Path) -> None:
    save_months(tmp_path / "a.csv", [(1, 3)] * 8)
    save_rows(tmp_path / "b.csv", [case("m00-00", allocated="01/05/2023"), case("N1")])
    result = audit("trend", "a.csv", "b.csv", *PERIOD, "--json").json
    assert "1 case is in more than one file: M00-00." in result["notes"]


def test_a_period_left_out_gives_no_limits_and_is_said(audit: Audit, tmp_path: Path) -> None:
    save_months(tmp_path / "a.csv", [(2, 12)] * 6 + [(12, 12)] + [(2, 12)] * 6)
    typed = ("trend", "a.csv", *RUBRIC, *PERIOD, "--criterion", "ethnicity-recorded")
    with_all = audit(*typed, "--json").json["criteria"]["ethnicity-recorded"]["stretches"][0]
    without = audit(*typed, "--leave-out", "2023-07=the form was new", "--json").json
    phase = without["criteria"]["ethnicity-recorded"]["stretches"][0]
    assert (with_all["centre"], phase["centre"]) == (36 / 156, 24 / 144)
    assert without["left_out"] == [{"at": "July 2023", "because": "the form was new"}]
    point = without["criteria"]["ethnicity-recorded"]["points"][6]
    assert (point["missing"], point["rules"]) == (12, ["outside"])
    page = audit(*typed, "--leave-out", "2023-07=the form was new", "--full").out
    assert "July 2023 is left out of the limits, because: the form was new." in " ".join(
        page.split()
    )


@pytest.mark.parametrize(
    ("left_out", "said"),
    [
        (["2023-07"], "gives no reason"),
        (["2023-07= "], "gives no reason"),
        (["2031-01=x"], "none of the months"),
        ([f"2023-{n:02}=x" for n in range(1, 4)], "leaves nothing to draw limits from"),
    ],
)
def test_what_cannot_be_left_out_is_refused(
    left_out: list[str], said: str, audit: Audit, tmp_path: Path
) -> None:
    save_months(tmp_path / "a.csv", [(2, 12)] * 3)
    options = [word for each in left_out for word in ("--leave-out", each)]
    refused = audit("trend", "a.csv", *RUBRIC, *PERIOD, *options)
    assert refused.code == 2
    assert said in refused.err


def test_two_audits_of_the_same_cases_in_one_month_are_asked_about(
    audit: Audit, tmp_path: Path
) -> None:
    save_months(tmp_path / "a.csv", [(1, 10)])
    save_months(tmp_path / "b.csv", [(3, 10)])
    for name, day in (("a", "2024-03-05"), ("b", "2024-03-28")):
        audit("score", f"{name}.csv", *RUBRIC, "--as-of", day, "-o", f"{name}.json")
    refused = audit("trend", "a.json", "b.json", "--every", "quarter")
    assert refused.code == 2
    assert "of the same cases in March 2024" in refused.err


def test_years_are_periods(audit: Audit, tmp_path: Path) -> None:
    save_months(tmp_path / "a.csv", [(1, 2)] * 30)
    answer = audit("trend", "a.csv", *RUBRIC, *PERIOD, "--every", "year", "--json").json
    assert [(each["label"], each["cases"]) for each in answer["periods"]] == [
        ("2023", 24),
        ("2024", 24),
        ("2025", 12),
    ]


def test_strata_that_were_read_unequally_are_said_and_held_against_no_target(
    audit: Audit, tmp_path: Path
) -> None:
    names = []
    for month in range(1, 4):
        rows = [case(f"C{month}{n}", ethnicity="" if n < 2 else "W1") for n in range(6)]
        save_rows(tmp_path / "a.csv", rows)
        names.append(f"{month}.json")
        typed = ("--as-of", f"2024-0{month}-28", "-o", names[-1])
        assert audit("score", "a.csv", *RUBRIC, *typed).code == 0
    assert audit("trend", *names, "--json").json["criteria"][NAMES[0]]["held"] is not None
    held = json.loads(Path(names[1]).read_text())
    strata = [{"name": name, "population": 50, "read": 3} for name in "AB"]
    held["population"] = {"kind": "drawn", "said_by": "manifest", "cases": 100, "read": 6,
                          "weighted": True, "strata": strata}  # fmt: skip
    Path(names[1]).write_text(json.dumps(held))
    answer = audit("trend", *names, "--json").json
    criterion = answer["criteria"][NAMES[0]]
    assert (criterion["target"], criterion["held"]) == (95, None)
    assert any("The strata were read unequally in 2.json" in each for each in answer["warnings"])
