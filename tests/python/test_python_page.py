"""The page on Python: what it shows runs, and gives what it says."""

import json
import re
import subprocess
import sys
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from jsonschema import Draft202012Validator

import casefile_audit as ca
from workbooks import Audit

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
PAGE = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def shown() -> Mapping[str, Any]:
    """The names that the page's code has made at its end, drawn by a stand-in for matplotlib."""
    drawn = types.ModuleType("drawn")
    drawn.plot = lambda data, kind, **how: (kind, data, how)  # type: ignore[attr-defined]
    names: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(SAMPLES)
        patch.setitem(sys.modules, "drawn", drawn)
        with pd.option_context("plotting.backend", "drawn"):
            for number, code in enumerate(BLOCKS, 1):
                exec(compile(code, f"docs/python.md, block {number}", "exec"), names)
    return names


def test_from_the_import_to_a_plot_in_ten_lines(shown: Mapping[str, Any]) -> None:
    assert len([line for line in BLOCKS[0].splitlines() if line]) <= 10
    kind, data, how = shown["chart"]
    assert (kind, how["y"]) == ("barh", "rate")
    assert data.loc["ethnicity-recorded", "missing"] == 12
    assert data["rate"].is_monotonic_increasing


def test_frames_hold_the_numbers_of_the_json(shown: Mapping[str, Any], audit: Audit) -> None:
    path = SAMPLES / "case-reviews-2024.xlsx"
    printed = audit("score", path, "--by", "district", "--json").json
    counts, result = shown["counts"], shown["result"]
    for name, criterion in printed["criteria"].items():
        row = counts.loc[name].to_dict()
        for key in ("applicable", "met", "not_recorded", "missing", "says", "title"):
            assert row[key] == criterion[key]
        assert row["rate"] == pytest.approx(criterion["rate"], nan_ok=True)
        assert row["low"] == pytest.approx(criterion["interval"]["low"])
    by_district = result.to_frame("district")
    for value, group in printed["groups"]["district"].items():
        for name, criterion in group["criteria"].items():
            assert by_district.loc[(value, name), "missing"] == criterion["missing"]
    assert by_district.index.names == ["district", "criterion"]


def test_findings_are_a_row_a_case_in_ordered_categories(shown: Mapping[str, Any]) -> None:
    found, result = shown["found"], shown["result"]
    assert len(found) == result.case_count == 48
    assert list(found.index) == result.each_case().references
    column = found["ethnicity-recorded"]
    assert column.cat.ordered
    assert list(column.cat.categories)[:4] == ["met", "partly met", "not met", "not recorded"]
    missing = column.isin(["not met", "not recorded"])
    assert list(found.index[missing]) == result.criteria["ethnicity-recorded"].missing_cases
    grade = result.grades["overall"]
    assert list(found["overall recorded"].cat.categories) == grade.scale[::-1]
    assert (found["overall recorded"] == "good").sum() == grade.recorded["good"]
    assert {"overall derived", "overall score", "district"} <= set(found.columns)


def test_cases_are_the_cells_that_were_read(shown: Mapping[str, Any]) -> None:
    cells = shown["cells"]
    assert len(cells) == 48
    assert list(cells.columns[:3]) == ["file", "sheet", "row"]
    assert cells["age"].dtype == np.float64
    assert cells["allocated"].dtype == "datetime64[s]"
    assert cells["grade"].cat.ordered
    assert set(cells["referral_made"].dropna()) <= {"yes", "partly", "no"}
    assert len(shown["both"])


def test_other_questions_get_the_answers_of_their_commands(
    shown: Mapping[str, Any], audit: Audit
) -> None:
    two = [SAMPLES / f"encompass-{which}.xlsx" for which in ("before", "after")]
    answers = {
        "change": audit("compare", *two, "--json").json,
        "agreement": audit(
            "agree", *(SAMPLES / f"peer-reviewer-{name}-2025.xlsx" for name in "abc"),
            "--significant", "2", "--json",
        ).json,
        "course": audit(
            "trend", SAMPLES / "encompass-monthly.xlsx", "--period", "incident", "--json"
        ).json,
    }  # fmt: skip
    names = {reader: f"peer-reviewer-{reader}-2025" for reader in "abc"}
    for name, printed in answers.items():
        own = json.loads(shown[name].as_json())
        for each in (own, printed):
            each.pop("made_at", None)
        if name == "agreement":  # but for what the readers are called
            assert own.keys() == printed.keys()
            assert own["matched"] == printed["matched"]
            assert [r["name"] for r in own["readers"]] == list(names)
        else:
            assert own == printed


def test_a_slip_is_said_with_what_to_do(shown: Mapping[str, Any]) -> None:
    error = shown.get("error")
    assert error is None  # Python lets go of it at the end of its block
    with pytest.raises(ca.AuditError, match="no field `distrct`") as raised:
        ca.score(SAMPLES / "case-reviews-2024.xlsx", by="distrct")
    assert raised.value.hint in raised.value.__notes__


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda result: result.to_frame("send"), "not grouped by `send`"),
        (lambda result: ca.compare(result, result, by="send"), "not grouped by `send`"),
        (lambda result: ca.compare(result, result, alpha=2), "don't go together"),
        (lambda result: ca.trend(result), "one audit alone is no trend"),
        (lambda result: ca.trend(result, period="closed"), "scored without period='closed'"),
        (lambda result: ca.agree({"a": result}), "two readers or more"),
    ],
)
def test_what_cannot_be_asked_is_refused(call: Any, message: str, shown: Mapping[str, Any]) -> None:
    with pytest.raises(ca.AuditError, match=re.escape(message)):
        call(shown["result"])


def test_a_saved_result_has_its_findings_and_no_cells(
    shown: Mapping[str, Any], tmp_path: Path
) -> None:
    result = shown["result"]
    (tmp_path / "saved.json").write_text(result.as_json(), encoding="utf-8")
    saved = ca.score(tmp_path / "saved.json")
    assert saved == result
    assert saved.findings().equals(result.findings())
    assert saved.to_frame().equals(result.to_frame())
    with pytest.raises(ca.AuditError, match="no cells"):
        saved.cases()


def test_a_result_shows_itself_in_a_notebook_and_is_never_markup(tmp_path: Path) -> None:
    rubric = """rubric: x
title: <script>alert(1)</script>
version: "1"
fields: {a: {type: "yes-no", headings: A}}
criteria: {asked: {question: "Asked?", title: "<b>Asked</b>", missing: "<i>not</i>", met: {yes: a}}}
"""
    (tmp_path / "x.yaml").write_text(rubric, encoding="utf-8")
    (tmp_path / "a.csv").write_text("Name,A\nC1,Yes\nC2,No\n", encoding="utf-8")
    shows = ca.score(tmp_path / "a.csv", tmp_path / "x.yaml")._repr_html_()
    assert "&lt;b&gt;Asked&lt;/b&gt;" in shows
    assert "1 of 2 &lt;i&gt;not&lt;/i&gt;" in shows
    assert not {"<script", "<b>Asked", "<i>"} & set(re.findall(r"<script|<b>Asked|<i>", shows))


@pytest.mark.parametrize("sample", ["case-reviews-2024", "victim-records-2025", "encompass-before"])
def test_the_schema_of_the_result_holds_what_is_printed(sample: str, audit: Audit) -> None:
    schema = audit("result", "schema").json
    Draft202012Validator.check_schema(schema)
    printed = audit("score", SAMPLES / f"{sample}.xlsx", "--json").json
    validator = Draft202012Validator(schema)
    assert not list(validator.iter_errors(printed))
    assert list(validator.iter_errors(printed | {"cases": "many"}))
    assert list(validator.iter_errors(printed | {"of": "another program"}))


def test_to_import_the_package_is_to_import_nothing_heavy() -> None:
    script = """
import sys, casefile_audit as ca
heavy = {"numpy", "pandas", "pydantic", "polars", "typing"} & sys.modules.keys()
import casefile_audit.compare.comparison
import casefile_audit.agree.agreement
import casefile_audit.trend.trends
print(sorted(heavy), callable(ca.compare), callable(ca.agree), callable(ca.trend), ca.Result)
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.split() == [
        "[]",
        "True",
        "True",
        "True",
        "<class",
        "'casefile_audit.results.Result'>",
    ]
