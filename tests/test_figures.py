import csv
import datetime as dt
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from processes import run

HERE = Path(__file__).parent
SAMPLES = HERE.parent / "samples"
FIGURES = [f"E{number}" for number in range(1, 17)] + [f"H{number}" for number in range(1, 15)]
TABLE: list[dict[str, Any]] = yaml.safe_load((HERE / "figures.yaml").read_text(encoding="utf-8"))


@cache
def scored(*arguments: str) -> Mapping[str, Any]:
    done = run("score", *arguments, "--json", folder=HERE)
    assert done.code == 0, done.err
    result: Mapping[str, Any] = done.json
    return result


def scored_samples(*words: str) -> Mapping[str, Any]:
    given: list[str] = []
    for word in words:
        paths = (SAMPLES / f"{word}.xlsx", *sorted((SAMPLES / word).glob("*.docx")))
        there = [str(path) for path in paths if path.exists()]
        given += there or [word]
    return scored(*given)


def at(result: Mapping[str, Any], path: str) -> Any:
    found: Any = result
    for key in path.split("/"):
        found = found[int(key)] if isinstance(found, list) else found[key]
    return found


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row['figure']} {row['score'][0]}")
def test_published_figure_comes_out_of_the_sample(row: dict[str, Any]) -> None:
    result = scored_samples(*row["score"])
    assert {path: at(result, path) for path in row["expect"]} == row["expect"]


def test_every_published_figure_has_a_row() -> None:
    assert sorted({row["figure"] for row in TABLE}) == sorted(FIGURES)


def test_not_known_and_none_are_entries_and_a_blank_is_not() -> None:
    groups = scored_samples("case-reviews-2024", "--by", "send")["groups"]["send"]
    missing = {
        answer: group["criteria"]["disability-or-send-recorded"]["missing"]
        for answer, group in groups.items()
    }
    assert missing.pop("(blank)") == 20
    assert {"No", "None", "No SEND", "Declined to say", "(unknown)"} <= missing.keys()
    assert set(missing.values()) == {0}


def test_supervision_is_in_time_to_the_day(tmp_path: Path) -> None:
    reviews = [f"Sergeant review {number}" for number in (1, 2, 3)]
    path = _written(
        tmp_path,
        ["Case ref", "Date allocated", *reviews, "DI review", "Date closed"],
        ["7, 35, 63; 56", "01/03/2024", *_days(7, 35, 63, 56, 71)],
        ["7, 35, 63; 70", "01/03/2024", *_days(7, 35, 63, 70, 71)],
        ["8, 37, 65; 55", "01/03/2024", *_days(8, 37, 65, 55, 71)],
        ["8, 37, 65; 71", "01/03/2024", *_days(8, 37, 65, 71, 71)],
    )
    criteria = scored(str(path))["criteria"]
    for name in ("sergeant-first-review", "sergeant-repeat-review"):
        assert criteria[name]["not_met_cases"] == ["8, 37, 65; 55", "8, 37, 65; 71"]
    # After 56 days, and within the two weeks of grace that are ours.
    assert criteria["inspector-review"]["met"] == 2
    assert criteria["inspector-review"]["not_met_cases"] == ["8, 37, 65; 55", "8, 37, 65; 71"]


def _days(*after: int) -> list[str]:
    return [f"{dt.date(2024, 3, 1) + dt.timedelta(days=days):%d/%m/%Y}" for days in after]


def test_missing_child_policy_covers_13_year_olds_and_those_at_risk(tmp_path: Path) -> None:
    path = _written(
        tmp_path,
        ["Case ref", "Age", "At risk of exploitation", "Initial risk grading"],
        ["13", "13", "No", "Medium"],
        ["14", "14", "No", "Medium"],
        ["14 at risk", "14", "Yes", "Medium"],
    )
    result = scored(str(path), "--rubric", "missing-children")
    assert result["criteria"]["high-risk-at-once"]["missing_cases"] == ["13", "14 at risk"]
    assert result["criteria"]["high-risk-at-once"]["not_applicable"] == 1


def _written(folder: Path, *rows: list[str]) -> Path:
    path = folder / "cases.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def test_two_of_the_thirty_cases_stand_at_opposite_ends_of_the_scale() -> None:
    scale = ["good", "adequate", "requires improvement", "inadequate"]
    force, inspectors = (
        {graded["case"]: scale.index(graded["recorded"]) for graded in result["cases"]}
        for name in ("self-assessment-2014", "inspectors-2014")
        for result in [scored_samples(name)["grades"]["overall"]]
    )
    assert force.keys() == inspectors.keys()
    apart = [abs(force[case] - inspectors[case]) for case in force]
    assert (len(apart), apart.count(3)) == (30, 2)


def test_each_district_gives_four_peer_reviews_and_gets_four() -> None:
    by = ("--by", "district", "--by", "reviewing_team")
    result = scored_samples("peer-review-2025", "--sheet", "Police", *by)
    given = {name: group["cases"] for name, group in result["groups"]["reviewing_team"].items()}
    got = {name: group["cases"] for name, group in result["groups"]["district"].items()}
    assert given == got
    assert set(got.values()) == {4}
    assert len(got) == 10
