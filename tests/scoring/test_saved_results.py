"""A saved result that was tampered with is not believed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbooks import HEADINGS, Audit, case, save_csv

Change = Callable[[dict[str, Any]], object]


def ethnicity(result: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = result["criteria"]["ethnicity-recorded"]
    return found


CHANGES: dict[str, Change] = {
    "nobody is missing it": lambda r: ethnicity(r).update(missing=0, applicable=1),
    "fewer are missing it": lambda r: ethnicity(r).update(missing=1, not_recorded=1, met=5),
    "another rate": lambda r: ethnicity(r).update(rate=0.9),
    "no rate": lambda r: ethnicity(r).update(rate=None, interval=None),
    "a range beyond all": lambda r: ethnicity(r)["interval"].update(high=3.0),
    "a target reached in no case": lambda r: ethnicity(r).update(target_reached=None),
    "fewer than none": lambda r: ethnicity(r).update(met=-1, not_met=5),
    "one letter": lambda r: r["findings"]["outcomes"].update({"ethnicity-recorded": "MMMMMM"}),
    "one case less in a list": lambda r: ethnicity(r)["not_recorded_cases"].pop(),
    "more cases than rows": lambda r: r["inputs"][0].update(rows=2),
    "other cases in a sheet": lambda r: r["inputs"][0].update(cases=5, rows=5),
    "a grade off the scale": lambda r: r["grades"]["overall"]["recorded"].update(excellent=0),
    "a grade of one case": lambda r: r["grades"]["overall"]["cases"][0].update(recorded="adequate"),
    "a split of others": lambda r: r["grades"]["overall"]["recorded"].update(good=9),
    "fewer than no grades": lambda r: r["grades"]["overall"].update(without_recorded=-3),
    "a group of others": lambda r: r["groups"]["district"]["North"].update(cases=9),
    "counts of a group": lambda r: r["groups"]["district"]["North"]["criteria"][
        "ethnicity-recorded"
    ].update(met=0, not_met=3),
    "the last day there is": lambda r: r.update(as_of="9999-12-31"),
    "the first day there is": lambda r: r.update(as_of="0001-01-01"),
    "more repeated than there are": lambda r: r.update(repeated_references=99),
    "fewer than no cells": lambda r: r.update(problems_unlisted=-1),
}


@pytest.fixture
def saved(audit: Audit, tmp_path: Path) -> dict[str, Any]:
    rows = [case(f"C{n}", ethnicity=["W1", ""][n % 2], district=["North", "South"][n % 2],
                 grade=["good", "requires improvement"][n % 2]) for n in range(6)]  # fmt: skip
    save_csv(tmp_path / "cases.csv", [HEADINGS, *rows])
    line = ("score", "cases.csv", "--rubric", "rubric.yaml", "--by", "district")
    assert audit(*line, "-o", "saved.json").code == 0
    result: dict[str, Any] = json.loads((tmp_path / "saved.json").read_bytes())
    return result


def test_a_result_as_it_was_saved_is_read(
    audit: Audit, saved: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "again.json").write_text(json.dumps(saved))
    assert audit("compare", "saved.json", "again.json").code == 0


@pytest.mark.parametrize("command", ["compare", "trend"])
@pytest.mark.parametrize("name", CHANGES)
def test_a_result_that_does_not_add_up_is_refused(
    name: str, command: str, audit: Audit, saved: dict[str, Any], tmp_path: Path
) -> None:
    before = json.dumps(saved)
    CHANGES[name](saved)
    assert json.dumps(saved) != before
    (tmp_path / "changed.json").write_text(json.dumps(saved))
    ended = audit(command, "saved.json", "changed.json")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("error: `changed.json` does not add up")
