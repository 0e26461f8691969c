import datetime as dt
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casefile_audit.cases import Cases, Outcome
from casefile_audit.intake.account import Intake
from casefile_audit.results import Result
from casefile_audit.scoring.findings import Findings, score
from casefile_audit.scoring.grades import Grading, grade_cases
from casefile_audit.scoring.groupings import group_names, labels_by
from casefile_audit.scoring.tallies import Tally
from results_made import result_of, tally
from workbooks import FIELDS, HEADINGS, NIGHT_DUTY, opened, read, rubric_of, save_csv, save_xlsx

DAY = dt.date(2024, 12, 31)
CELLS: Mapping[str, list[str]] = {
    "case_ref": ["C1", "C2", "C3"],
    "district": ["North", "north", "South", "", "NK", "(blank)"],
    "ethnicity": ["W1", "IC1", "NS", "", "Not known", "N/A", "wrong"],
    "disability": ["None", "ADHD", "", "NK", "N/A"],
    "protected": ["Yes", "No", "", "N/A", "perhaps"],
    "reviewed": ["Yes", "No", "Partly", "", "N/A", "NK", "perhaps"],
    "allocated": ["01/03/2024", "", "13/13/2024", "25/12/2024"],
    "review_1": ["04/03/2024", "20/03/2024", "", "N/A", "later"],
    "review_2": ["04/04/2024", ""],
    "grade": ["good", "RI", "inadequate", "", "N/A"],
}
rows_of_cases = st.lists(
    st.fixed_dictionaries({field: st.sampled_from(CELLS[field]) for field in FIELDS}).map(
        lambda row: [row[field] for field in FIELDS]
    ),
    min_size=1,
    max_size=8,
).filter(lambda rows: all(sum(map(bool, row)) > 1 for row in rows))
law = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


RUBRIC = rubric_of()


def scored(cases: Cases) -> tuple[Findings, dict[str, Grading]]:
    findings = score(cases, RUBRIC, DAY)
    return findings, grade_cases(findings, RUBRIC)


def counts(intake: Intake) -> dict[str, Any]:
    findings, gradings = scored(intake.cases)
    whole = tally(findings, gradings)
    return {
        "cases": whole.cases,
        "outcomes": whole.outcomes.tolist(),
        "recorded": whole.recorded,
        "derived": whole.derived,
        "districts": Counter(group_names(intake.cases, "district")),
    }


@law
@given(rows=rows_of_cases, notes=st.lists(st.sampled_from(["Total", "Source: us"]), max_size=2))
def test_rows_are_cases_and_rows_left_out(
    rows: list[list[str]], notes: list[str], tmp_path: Path
) -> None:
    foot = [[note, *[""] * 9] for note in notes]
    (sheet,) = read(save_csv(tmp_path / "a.csv", [HEADINGS, *rows, *foot])).account.sheets.values()
    assert sheet.rows == len(rows) + len(notes)
    assert (sheet.cases, len(sheet.left_out)) == (len(rows), len(notes))


@law
@given(rows=rows_of_cases)
def test_the_six_outcomes_of_each_criterion_are_all_the_cases(
    rows: list[list[str]], tmp_path: Path
) -> None:
    cases = read(save_csv(tmp_path / "a.csv", [HEADINGS, *rows])).cases
    findings, gradings = scored(cases)
    whole = tally(findings, gradings)
    assert whole.outcomes.sum(axis=1).tolist() == [len(rows)] * len(RUBRIC.criteria)
    for split in (*whole.recorded.values(), *whole.derived.values()):
        assert sum(split.grades) + split.without == len(rows)


@law
@given(rows=rows_of_cases, data=st.data())
def test_tallies_of_parts_add_up_to_the_whole(
    rows: list[list[str]], data: st.DataObject, tmp_path: Path
) -> None:
    cases = read(save_csv(tmp_path / "a.csv", [HEADINGS, *rows])).cases
    mask = np.array(data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows))))
    whole = tally(*scored(cases))
    apart: Tally = tally(*scored(cases.take(mask))) + tally(*scored(cases.take(~mask)))
    masked = tally(*scored(cases), mask) + tally(*scored(cases), ~mask)
    for other in (apart, masked):
        assert other.cases == whole.cases
        assert other.outcomes.tolist() == whole.outcomes.tolist()
        assert (other.recorded, other.derived) == (whole.recorded, whole.derived)


@law
@given(rows=rows_of_cases, data=st.data())
def test_the_order_of_rows_columns_sheets_and_files_changes_no_count(
    rows: list[list[str]], data: st.DataObject, tmp_path: Path
) -> None:
    columns = data.draw(st.permutations(range(len(FIELDS))))
    turned = [[row[column] for column in columns] for row in [list(HEADINGS), *rows]]
    shuffled = [turned[0], *data.draw(st.permutations(turned[1:]))]
    middle = data.draw(st.integers(0, len(rows)))
    halves = {"A": [HEADINGS, *rows[middle:]], "B": [HEADINGS, *rows[:middle]]}
    expected = counts(read(save_csv(tmp_path / "a.csv", [HEADINGS, *rows])))
    assert counts(read(save_csv(tmp_path / "b.csv", shuffled))) == expected
    # Both are named, since the same references on two sheets are asked about.
    assert counts(read(save_xlsx(tmp_path / "c.xlsx", halves), sheets=["A", "B"])) == expected
    if 0 < middle < len(rows) and halves["A"] != halves["B"]:
        parts = [save_csv(tmp_path / f"{name}.csv", half) for name, half in halves.items()]
        assert counts(read(*parts)) == expected


@law
@given(rows=rows_of_cases)
def test_renaming_the_headings_with_a_mapping_changes_nothing(
    rows: list[list[str]], tmp_path: Path
) -> None:
    plain = read(save_csv(tmp_path / "a.csv", [HEADINGS, *rows]))
    renamed = [f"Nr {number} x" for number in range(len(FIELDS))]
    pairs = [
        f"{'reviews' if field.startswith('review_') else field}={name}"
        for field, name in zip(FIELDS, renamed, strict=True)
    ]
    mapped = read(save_csv(tmp_path / "b.csv", [renamed, *rows]), pairs=pairs)
    assert counts(mapped) == counts(plain)
    assert score(mapped.cases, RUBRIC, DAY).matrix.tolist() == (
        score(plain.cases, RUBRIC, DAY).matrix.tolist()
    )


@law
@given(rows=rows_of_cases)
def test_a_case_to_which_nothing_applies_changes_no_rate(
    rows: list[list[str]], tmp_path: Path
) -> None:
    silent = ["C9", "", "N/A", "N/A", "No", "N/A", "N/A", "N/A", "N/A", ""]
    before = result_of(opened(save_csv(tmp_path / "a.csv", [HEADINGS, *rows])), ("district",))
    after = result_of(
        opened(save_csv(tmp_path / "b.csv", [HEADINGS, *rows, silent])), ("district",)
    )
    for name, criterion in before.criteria.items():
        other = after.criteria[name]
        assert (other.missing, other.applicable) == (criterion.missing, criterion.applicable)
        assert other.rate == criterion.rate
        assert other.not_applicable == criterion.not_applicable + 1
    assert after.grades["overall"].derived == before.grades["overall"].derived


@law
@given(rows=rows_of_cases, blank=st.sampled_from(["", " ", "\u00a0", "-", "TBC", "Not recorded"]))
def test_a_blank_is_never_met(rows: list[list[str]], blank: str, tmp_path: Path) -> None:
    emptied = [[row[0] or "C1", "North", *[blank] * 8] for row in rows]
    findings = score(read(save_csv(tmp_path / "a.csv", [HEADINGS, *emptied])).cases, RUBRIC, DAY)
    assert not np.isin(findings.matrix, [Outcome.MET, Outcome.PARTLY_MET]).any()


@law
@given(rows=rows_of_cases)
def test_a_result_comes_back_from_json_as_it_was(rows: list[list[str]], tmp_path: Path) -> None:
    result = result_of(opened(save_csv(tmp_path / "a.csv", [HEADINGS, *rows])), ("district",))
    assert Result.model_validate_json(result.as_json()) == result


@law
@given(rows=rows_of_cases)
def test_groups_share_the_cases_out(rows: list[list[str]], tmp_path: Path) -> None:
    cases = read(save_csv(tmp_path / "a.csv", [HEADINGS, *rows])).cases
    for field in ("district", "ethnicity", "protected", "allocated", "grade"):
        codes, labels = labels_by(cases, field)
        assert Counter(codes.tolist()).keys() == set(range(len(labels)))
        assert Counter(group_names(cases, field)).total() == len(rows)


def test_the_rubric_of_these_laws_has_every_kind_of_outcome(tmp_path: Path) -> None:
    assert NIGHT_DUTY.count("question:") == len(RUBRIC.criteria)
    rows = [[CELLS[field][i % len(CELLS[field])] for field in FIELDS] for i in range(60)]
    findings = score(read(save_csv(tmp_path / "a.csv", [HEADINGS, *rows])).cases, RUBRIC, DAY)
    assert set(np.unique(findings.matrix)) == {int(outcome) for outcome in Outcome}
