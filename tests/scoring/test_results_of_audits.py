import datetime as dt
from pathlib import Path

import pytest

from casefile_audit.results import Result
from results_made import result_of
from workbooks import HEADINGS, NIGHT_DUTY, Rows, case, opened, save_csv, save_xlsx


def of_cases(folder: Path, rows: Rows, text: str = NIGHT_DUTY, by: tuple[str, ...] = ()) -> Result:
    path = save_csv(folder / "cases.csv", [HEADINGS, *rows])
    return result_of(opened(path, rubric=text), by)


def missing_of(folder: Path, missing: int, cases: int) -> Result:
    rows = [case(f"C{i}", ethnicity="Not recorded" if i < missing else "W1") for i in range(cases)]
    return of_cases(folder, rows)


@pytest.mark.parametrize(
    ("missing", "cases", "says", "low", "high"),
    [
        (12, 48, "12 of 48 missing ethnicity", 0.1492, 0.3878),
        (10, 10, "10 of 10 missing ethnicity", 0.7225, 1),
        (0, 10, "0 of 10 missing ethnicity", 0, 0.2775),
        (5, 6, "5 of 6 missing ethnicity", 0.4365, 0.9699),
        (1, 1, "1 of 1 missing ethnicity", 0.2065, 1),
        (1, 1200, "1 of 1,200 missing ethnicity", 0.0001, 0.0047),
    ],
)
def test_a_count_has_its_sentence_rate_and_interval(
    missing: int, cases: int, says: str, low: float, high: float, tmp_path: Path
) -> None:
    found = missing_of(tmp_path, missing, cases).criteria["ethnicity-recorded"]
    assert (found.missing, found.applicable, found.not_recorded) == (missing, cases, missing)
    assert found.says == says
    assert found.rate == missing / cases
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == pytest.approx((low, high), abs=5e-5)
    assert (found.interval.level, found.interval.method) == (0.95, "Wilson")
    assert found.missing_cases == [f"C{i}" for i in range(missing)]


def test_a_question_that_applied_to_no_case_says_so(tmp_path: Path) -> None:
    result = of_cases(tmp_path, [case("C1", protected="No"), case("C2", protected="N/A")])
    found = result.criteria["review-recorded"]
    assert found.says == "did not apply to any of the 2 cases"
    assert (found.applicable, found.not_applicable) == (0, 2)
    assert (found.rate, found.interval, found.target_reached) == (None, None, None)


def test_each_outcome_is_counted_apart(tmp_path: Path) -> None:
    answers = ["Yes", "Partly", "No", "", "NK", "N/A", "illegible"]
    result = of_cases(tmp_path, [case(f"C{i}", reviewed=word) for i, word in enumerate(answers)])
    found = result.criteria["review-recorded"]
    assert {
        "met": found.met,
        "partly": found.partly_met,
        "no": found.not_met_cases,
        "silent": found.not_recorded_cases,
        "missing": found.missing_cases,
        "n/a": found.not_applicable,
        "unreadable": found.cannot_tell_cases,
        "applicable": found.applicable,
        "rate": found.rate,
    } == {
        "met": 1,
        "partly": 1,
        "no": ["C2"],
        "silent": ["C3", "C4"],
        "missing": ["C2", "C3", "C4"],
        "n/a": 1,
        "unreadable": ["C6"],
        "applicable": 5,
        "rate": 0.6,
    }
    assert [result.each_case().outcomes["review-recorded"]] == ["MPNRRAC"]
    assert [(p.cell, p.found) for p in result.problems] == [("F8", "a text of 9 characters")]


def test_whether_it_applies_can_be_unsure(tmp_path: Path) -> None:
    result = of_cases(tmp_path, [case("C1", protected=""), case("C2", protected="perhaps")])
    found = result.criteria["review-recorded"]
    assert (found.applicable, found.cannot_tell) == (0, 2)


@pytest.mark.parametrize(
    ("missing", "cases", "reached", "beyond"),
    [
        (0, 100, True, True),
        (0, 10, True, False),
        (1, 20, True, False),
        (2, 20, False, False),
        (10, 20, False, True),
        (20, 20, False, True),
        (1, 1, False, False),
        (2, 2, False, True),
    ],
)
def test_a_target_is_reached_or_missed_beyond_chance_or_within(
    missing: int, cases: int, reached: bool, beyond: bool, tmp_path: Path
) -> None:
    result = missing_of(tmp_path, missing, cases)
    found = result.criteria["ethnicity-recorded"]
    assert (found.target, found.target_reached, found.target_beyond_chance) == (95, reached, beyond)
    assert result.targets_missed == ([] if reached else ["ethnicity-recorded"])


def test_partly_met_is_not_missing_and_does_not_reach_a_target(tmp_path: Path) -> None:
    text = NIGHT_DUTY.replace("    limits: requires improvement\n", "    target: 100\n")
    result = of_cases(tmp_path, [case("C1", reviewed="Partly"), case("C2")], text)
    found = result.criteria["review-recorded"]
    assert (found.missing, found.applicable, found.target_reached) == (0, 2, False)


def test_a_shortfall_is_due_from_the_sources_publication(tmp_path: Path) -> None:
    text = NIGHT_DUTY.replace("    target: 95\n", "    target: 95\n    due: 3 months\n") + (
        "source: {title: Report, published: 2024-11-30}\n"
    )
    late = of_cases(tmp_path, [case("C1", ethnicity="")], text)
    assert late.criteria["ethnicity-recorded"].due == dt.date(2025, 2, 28)
    well = of_cases(tmp_path, [case("C1")], text)
    assert well.criteria["ethnicity-recorded"].due is None


def test_a_deadline_of_one_force_is_a_fact_on_it_and_never_printed_to_another(
    tmp_path: Path,
) -> None:
    text = NIGHT_DUTY.replace("    target: 95\n", "    target: 95\n    due: 8 weeks for a reply\n")
    source = (
        "source: {title: Report, publisher: HMICFRS, published: 2024-12-13, force: Elsewhere}\n"
    )
    bound = of_cases(tmp_path, [case("C1", ethnicity="")], text + source)
    criterion = bound.criteria["ethnicity-recorded"]
    assert (criterion.due, criterion.due_for, criterion.due_of) == (
        dt.date(2025, 2, 7),
        "a reply",
        "Elsewhere",
    )


def test_groups_have_results_of_their_own(tmp_path: Path) -> None:
    rows = [
        *(case("C1", district="South", ethnicity=""), case("C2"), case("C3", district="north ")),
        *(case("C4", district=""), case("C5", district="NK", grade="RI")),
    ]
    groups = of_cases(tmp_path, rows, by=("district", "grade")).groups
    assert {name: group.case_count for name, group in groups["district"].items()} == {
        "North": 2,
        "South": 1,
        "(unknown)": 1,
        "(blank)": 1,
    }
    assert groups["district"]["South"].criteria["ethnicity-recorded"].missing_cases == ["C1"]
    assert groups["district"]["North"].criteria["ethnicity-recorded"].missing == 0
    assert list(groups["grade"]) == ["good", "requires improvement"]
    split = groups["district"]["(unknown)"].grades["overall"].recorded
    assert split == {"good": 0, "adequate": 0, "requires improvement": 1, "inadequate": 0}


@pytest.mark.parametrize(
    ("values", "groups"),
    [
        (["1234567", "1234568", "9"], {"1234567": 1, "1234568": 1, "9": 1}),
        (["0.1", "0.10", "2"], {"0.1": 2, "2": 1}),
    ],
)
def test_numbers_keep_apart_in_groups(
    values: list[str], groups: dict[str, int], tmp_path: Path
) -> None:
    text = NIGHT_DUTY.replace("disability: {type: text", "disability: {type: number")
    rows = [case(f"C{i}", disability=value) for i, value in enumerate(values)]
    found = of_cases(tmp_path, rows, text, by=("disability",)).groups["disability"]
    assert {name: group.case_count for name, group in found.items()} == groups


def test_a_word_like_a_state_in_brackets_loses_no_case(tmp_path: Path) -> None:
    rows = [case("C1", district="(blank)"), case("C2", district="")]
    (group,) = of_cases(tmp_path, rows, by=("district",)).groups["district"].values()
    assert group.case_count == 2


def test_both_splits_of_a_judgement_are_given_case_by_case(tmp_path: Path) -> None:
    rows = [case("C1"), case("C2", grade="RI"), case("C3", grade="", reviewed="No")]
    overall = of_cases(tmp_path, rows).grades["overall"]
    assert overall.recorded == {
        "good": 1,
        "adequate": 0,
        "requires improvement": 1,
        "inadequate": 0,
    }
    assert overall.derived == {"good": 2, "adequate": 0, "requires improvement": 1, "inadequate": 0}
    assert (overall.without_recorded, overall.without_derived) == (1, 0)
    assert [(c.recorded, c.derived, c.score) for c in overall.cases] == [
        ("good", "good", 100),
        ("requires improvement", "good", 100),
        (None, "requires improvement", 75),
    ]
    assert overall.cases[2].because == (
        "requires improvement because designated officer review was not met"
    )


def test_where_a_column_is_absent_it_is_not_asked_and_said(tmp_path: Path) -> None:
    full = save_xlsx(tmp_path / "a.xlsx", [HEADINGS, case("C1", ethnicity="")])
    less = save_csv(tmp_path / "b.csv", [["Case ref", "District", "Ethnicty"], ["C2", "N", "W1"]])
    found = result_of(opened(full, less)).criteria["ethnicity-recorded"]
    assert found.says == "1 of 1 missing ethnicity"
    assert found.not_applicable == 1
    assert found.not_asked == ["b.csv, sheet b, has no column for `ethnicity`; nearest: `Ethnicty`"]


def test_sheets_that_lack_the_same_columns_are_named_together(tmp_path: Path) -> None:
    less = [["Case ref", "District"], ["C2", "N"]]
    sheets: dict[str, Rows] = {"A": [HEADINGS, case("C1")], "B": less, "C": less, "D": less[:1]}
    found = result_of(opened(save_xlsx(tmp_path / "a.xlsx", sheets))).criteria["review-recorded"]
    assert found.not_asked == [
        "a.xlsx, sheets B and C, have no column for `protected` or `reviewed`"
    ]


def test_a_sheet_without_cases_is_not_one_that_was_not_asked(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {"A": [HEADINGS], "B": [HEADINGS, case("C1")], "C": [HEADINGS]}
    result = result_of(opened(save_xlsx(tmp_path / "a.xlsx", sheets)))
    assert [found.not_asked for found in result.criteria.values()] == [[], [], [], []]
    assert [(sheet.rows, sheet.cases) for sheet in result.inputs] == [(0, 0), (1, 1), (0, 0)]


def test_what_was_read_can_be_traced(tmp_path: Path) -> None:
    rows = [["Banner"], HEADINGS, case("C1", reviewed="maybe"), ["Total", 1]]
    result = result_of(opened(save_xlsx(tmp_path / "a.xlsx", rows)))
    (sheet,) = result.inputs
    assert (sheet.file, sheet.sheet, sheet.header_row) == ("a.xlsx", "Cases", 2)
    assert (sheet.rows, sheet.cases) == (2, 1)
    assert [(out.row, out.reason) for out in sheet.left_out] == [(4, "a row of totals (“Total”)")]
    (problem,) = result.model_dump()["problems"]
    assert problem == {
        "file": "a.xlsx",
        "sheet": "Cases",
        "cell": "F3",
        "field": "reviewed",
        "found": "maybe",
        "expected": "yes, partly or no; if it means that it isn't known, map it: words: "
        "{reviewed: {unknown: maybe}}",
        "uncounted": True,
    }
    assert len(sheet.sha256) == len(result.rubric.sha256) == 64
    assert (result.rubric.name, result.rubric.version) == ("night-duty", "2025.1")
