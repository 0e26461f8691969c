"""Ranges in a population that has an end, a census, and the mistakes about both."""

import json
from pathlib import Path
from typing import Any

import pytest

import casefile_audit as ca
from casefile_audit.statistics.finite import in_population
from casefile_audit.statistics.proportion import wilson
from workbooks import HEADINGS, NIGHT_DUTY, Audit, case, save_csv, save_text

RUBRIC = ("--rubric", "rubric.yaml")


def cases_of(path: Path, read: int, missing: int, grade: str = "good") -> Path:
    rows = [case(f"C{n}", ethnicity="" if n < missing else "W1", grade=grade) for n in range(read)]
    return save_csv(path, [HEADINGS, *rows])


def result_of(audit: Audit, *typed: object) -> dict[str, Any]:
    run = audit("score", *typed, *RUBRIC, "--json")
    assert run.code == 0, run.err
    held: dict[str, Any] = json.loads(run.out)
    return held


def test_ranges_narrow_by_the_population(audit: Audit, tmp_path: Path) -> None:
    path = cases_of(tmp_path / "a.csv", 48, 12)
    held = result_of(audit, path, "--population", 400)
    assert held["population"] | {"strata": []} == {
        "kind": "drawn", "said_by": "--population", "cases": 400, "read": 48, "weighted": False,
        "strata": [], "stratum_of": [], "file": "", "unavailable": [],
    }  # fmt: skip
    ethnicity = held["criteria"]["ethnicity-recorded"]
    span = in_population(12, 48, 48, 400)
    assert span is not None
    assert (ethnicity["interval"]["low"], ethnicity["interval"]["high"]) == (span.low, span.high)
    assert (ethnicity["rate"], ethnicity["interval"]["method"]) == (
        0.25,
        "Wilson, finite population",
    )
    good = held["grades"]["overall"]["recorded_intervals"]["good"]
    assert good["low"] > wilson(48, 48).low
    said = audit("score", path, *RUBRIC, "--population", 400).out
    assert "among all 400 cases" in " ".join(said.split())


def test_a_census_has_facts_only(audit: Audit, tmp_path: Path) -> None:
    path = cases_of(tmp_path / "a.csv", 48, 12)
    for typed in (("--census",), ("--population", 48)):
        held = result_of(audit, path, *typed)
        ethnicity = held["criteria"]["ethnicity-recorded"]
        assert held["population"]["kind"] == "census"
        assert (ethnicity["rate"], ethnicity["interval"], ethnicity["met_interval"]) == (
            0.25,
            None,
            None,
        )
        assert (ethnicity["target_reached"], ethnicity["target_beyond_chance"]) == (False, None)
        assert held["grades"]["overall"]["recorded_intervals"] == {}
        for full in ((), ("--full",)):
            page = " ".join(audit("score", path, *RUBRIC, *typed, *full).out.split())
            assert "These are all 48 cases" in page
            assert "The one target was missed." in page
            assert "chance could" not in page
            assert "61–85%" not in page


def test_a_saved_result_is_read_with_its_population_and_can_be_given_one(
    audit: Audit, tmp_path: Path
) -> None:
    path = cases_of(tmp_path / "a.csv", 48, 12)
    for name, typed in (("plain", ()), ("census", ("--census",)), ("sample", ("--population", 60))):
        saved = tmp_path / f"{name}.json"
        assert audit("score", path, *RUBRIC, *typed, "-o", saved).code == 0
        again = json.loads(audit("score", saved, "--json").out)
        assert again == json.loads(saved.read_text())
    plain = json.loads(audit("score", tmp_path / "plain.json", "--population", 60, "--json").out)
    sample = json.loads((tmp_path / "sample.json").read_text())
    assert plain["criteria"] == sample["criteria"]
    held = json.loads((tmp_path / "sample.json").read_text())
    held["population"]["cases"] = 10
    run = audit("score", save_text(tmp_path / "wrong.json", json.dumps(held)))
    assert run.code == 2
    assert "48 of 10" in run.err


def test_a_rubric_says_how_many_there_are(audit: Audit, tmp_path: Path) -> None:
    path = cases_of(tmp_path / "a.csv", 48, 12)
    rubric = save_text(tmp_path / "p.yaml", NIGHT_DUTY + "population: 60\n")
    held = json.loads(audit("score", path, "--rubric", rubric, "--json").out)
    assert (held["population"]["said_by"], held["population"]["cases"]) == ("rubric", 60)
    # What somebody types comes before it.
    typed = json.loads(audit("score", path, "--rubric", rubric, "--population", 90, "--json").out)
    assert typed["population"]["cases"] == 90
    small = save_text(tmp_path / "s.yaml", NIGHT_DUTY + "population: 6\n")
    run = audit("score", path, "--rubric", small)
    assert run.code == 2
    assert "there are 6 cases, and 48 were read" in run.err


def test_a_clean_sample_says_how_many_may_still_fall_short(audit: Audit, tmp_path: Path) -> None:
    path = cases_of(tmp_path / "a.csv", 25, 0)
    held = result_of(audit, path, "--population", 90)
    assert held["criteria"]["ethnicity-recorded"]["at_most"] == 8
    said = audit("score", path, *RUBRIC, "--population", 90).out
    assert "at most 8 of the population fall short" in " ".join(said.split())


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("--population", 20), "there are 20 cases, and 48 were read"),
        (("--population", 60, "--census"), "don't go together"),
        (("--population", 0), "greater than or equal to 1"),
    ],
)
def test_mistakes_are_explained(
    audit: Audit, tmp_path: Path, typed: tuple[object, ...], said: str
) -> None:
    path = cases_of(tmp_path / "a.csv", 48, 12)
    run = audit("score", path, *RUBRIC, *typed)
    assert (run.code, run.out) == (2, "")
    assert said in run.err


def test_a_census_is_of_cases_that_were_read(audit: Audit, tmp_path: Path) -> None:
    rubric = save_text(
        tmp_path / "r.yaml", NIGHT_DUTY.replace("unanswered: nothing recorded\n", "")
    )
    rows = [case(f"C{n}") for n in range(5)]
    blank = ["C9", *[""] * (len(HEADINGS) - 1)]
    path = save_csv(tmp_path / "a.csv", [HEADINGS, *rows, blank])
    run = audit("score", path, "--rubric", rubric, "--census")
    assert run.code == 2
    assert "1 case is not read yet" in run.err
    assert "--population 6" in run.err


def test_from_python(audit: Audit, tmp_path: Path) -> None:
    path = cases_of(tmp_path / "a.csv", 48, 12)
    rubric = save_text(tmp_path / "r.yaml", NIGHT_DUTY)
    result = ca.score(path, rubric, population=60)
    assert result.population is not None
    assert result.population.cases == 60
    assert ca.score(path, rubric, census=True).criteria["ethnicity-recorded"].interval is None


def test_a_report_of_a_census_can_be_written_and_published(audit: Audit, tmp_path: Path) -> None:
    path = cases_of(tmp_path / "a.csv", 48, 12)
    report, published = tmp_path / "r.html", tmp_path / "p.html"
    assert audit("score", path, *RUBRIC, "--census", "-o", report).code == 0
    assert "These are all 48 cases" in report.read_text()
    assert audit("score", path, *RUBRIC, "--census", "--publish", "-o", published).code == 0
    assert "61–85%" not in published.read_text()
