"""Two samples of populations that have an end, or strata that were read unequally."""

from math import hypot, sqrt
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from casefile_audit import score
from casefile_audit.compare.comparison import compare
from casefile_audit.compare.verdicts import Thresholds
from casefile_audit.errors import UsageError
from casefile_audit.results import PopulationResult, StratumResult
from casefile_audit.statistics.binomial import sign_test_mid_p
from casefile_audit.statistics.comparison import unpaired_p
from casefile_audit.statistics.finite import in_population
from casefile_audit.statistics.ordinal import rank_p
from casefile_audit.statistics.strata import StratumCounts
from casefile_audit.statistics.weighted_tests import unlike_p, worth
from workbooks import Audit, save_csv, save_text

RUBRIC = """
rubric: trial
title: Trial
version: "1"
fields:
  ref: {type: identifier, headings: [Case reference]}
  district: {type: text, headings: [District]}
  seen: {type: yes-no, headings: [Child seen]}
  grade: {type: grade, headings: [Grade]}
criteria:
  seen: {question: Was the child seen?, missing: not seen, met: {yes: seen}, target: 90}
grades:
  scale: [good, fair, poor]
  recorded: grade
"""
TRIAL = ("--rubric", "trial.yaml")


@pytest.fixture(autouse=True)
def trial(audit: Audit) -> None:
    save_text(Path("trial.yaml"), RUBRIC)


def cases_of(name: str, missing: int, cases: int) -> Path:
    rows = [[f"{name}{n}", "No" if n < missing else "Yes", "good"] for n in range(cases)]
    return save_csv(Path(f"{name}.csv"), [["Case reference", "Child seen", "Grade"], *rows])


def stratified(audit: Audit) -> Path:
    """Of 90 large ones 9 were read, and none falls short; of 10 small ones all, and 5 do."""
    names = [f"C{n:03d}" for n in range(100)]
    rows = [[name, "Large" if name < "C090" else "Small"] for name in names]
    save_csv(Path("list.csv"), [["Case ref", "District"], *rows])
    drawn = audit("sample", "list.csv", "--size", 19, "--by", "district", "--quota", "Small=10",
                  "--seed", "7", "-o", "sample.xlsx")  # fmt: skip
    assert drawn.code == 0, drawn.err
    book = load_workbook("sample.xlsx")
    sheet = book["Cases"]
    for number, row in enumerate(sheet.iter_rows(), 1):
        answers = ("Child seen", "Grade")
        if number > 1:
            answers = ("No", "poor") if str(row[0].value) >= "C095" else ("Yes", "good")
        for place, answer in enumerate(answers, len(row) + 1):
            sheet.cell(number, place, answer)
    book.save("before.xlsx")
    return Path("before.xlsx")


def compared(audit: Audit, *typed: object) -> Any:
    run = audit("compare", *typed, *TRIAL, "--json")
    assert run.code == 0, run.err
    return run.json


def test_strata_that_were_read_unequally_are_weighted_in_a_comparison(audit: Audit) -> None:
    before, after = stratified(audit), cases_of("after", 8, 20)
    found = compared(audit, before, after)
    seen = found["criteria"]["seen"]
    assert (seen["before"]["missing"], seen["before"]["applicable"]) == (5, 19)
    # 5 of 19 and 8 of 20 would be 26% and 40%, and nothing to be told.
    assert unpaired_p(5, 19, 8, 20).value > 0.2
    its = seen["in_population"]
    assert (its["before"], its["after"]) == pytest.approx((0.05, 0.4))
    assert seen["difference"] == pytest.approx(-0.35)
    # By hand: Wilson's ranges of 0 of 9, 5 of 10 and 8 of 20, to five figures.
    below, above = 0.1 * (0.5 - 0.23659), hypot(0.9 * 0.29915, 0.1 * (0.76341 - 0.5))
    assert seen["interval"]["low"] == pytest.approx(-0.35 - hypot(below, 0.61342 - 0.4), abs=1e-4)
    assert seen["interval"]["high"] == pytest.approx(-0.35 + hypot(above, 0.4 - 0.21881),
                                                     abs=1e-4)  # fmt: skip
    # The 19 are worth 11 of a plain sample, on the side that faces the other.
    assert seen["p"] == unpaired_p(1, 11, 8, 20).value
    assert (seen["label"], seen["test"]) == (
        "points towards worsening",
        "Boschloo, strata weighted",
    )
    assert (seen["clear_at"], seen["cases_needed"]) == (None, None)
    page = " ".join(audit("compare", before, after, *TRIAL).out.split())
    assert "Weighted by their strata, there fell short: Seen 5% → 40%." in page
    assert "35 " in page
    assert "Still below its target: met in 60% of the population, target 90%." in page
    full = " ".join(audit("compare", before, after, *TRIAL, "--full").out.split())
    assert "5 of 19 before, 8 of 20 after, of the cases read. Weighted by their strata, 5% " in full
    assert "The strata were read unequally before. So each case counts for as many as its" in full


def read_again(name: str, better: int) -> Path:
    """The 19 again, of the small ones so many of the five that fell short having got better."""
    book = load_workbook("before.xlsx")
    sheet = book["Cases"]
    for row in sheet.iter_rows(min_row=2):
        if "C095" <= str(row[0].value) < f"C{95 + better:03d}":
            row[-2].value, row[-1].value = "Yes", "good"
    book.save(name)
    return Path(name)


def test_grades_of_strata_are_weighted_in_a_comparison(audit: Audit) -> None:
    before = stratified(audit)
    rows = [[f"A{n}", "Yes", "poor" if n < 8 else "good"] for n in range(20)]
    after = save_csv(Path("after.csv"), [["Case reference", "Child seen", "Grade"], *rows])
    (grade,) = compared(audit, before, after)["grades"]["overall"]
    # 5 of 19 and 8 of 20 are poor: no more is to be told of the cases read.
    assert rank_p([14, 0, 5], [12, 0, 8]).value > 0.2
    assert grade["before_in_population"] == pytest.approx({"good": 0.95, "fair": 0, "poor": 0.05})
    assert grade["after_in_population"] == pytest.approx({"good": 0.6, "fair": 0, "poor": 0.4})
    assert grade["effect"] == pytest.approx(0.6 * 0.05 + (0.6 * 0.95 + 0.4 * 0.05) / 2)
    # As of the question with the same counts: worth 11, of which one falls short.
    assert grade["p"] == rank_p([10, 0, 1], [12, 0, 8]).value
    assert grade["label"] == "points towards worsening"
    good = grade["good_or_better"]
    assert good["difference"] == pytest.approx(-0.35)
    assert good["interval"]["low"] == pytest.approx(-0.57, abs=0.01)
    assert "of the cases read; weighted by their strata, 95% and 60%" in good["says"]
    page = " ".join(audit("compare", before, after, *TRIAL, "--full").out.split())
    assert "best grade first: 95%, 0%, 5% before, 60%, 0%, 40% after" in page
    assert "good 14 95% 12 60%" in page


def test_the_same_cases_read_twice_are_weighted(audit: Audit) -> None:
    before = stratified(audit)
    after = read_again("after.xlsx", 5)
    found = compared(audit, before, after, "--paired")
    seen, grade = found["criteria"]["seen"], found["grades"]["overall"][0]
    # Five better and none worse are clear of the cases read; but all are of 10 among 100.
    assert sign_test_mid_p(5, 0) < 0.05
    for its in (seen, grade):
        assert (its["verdict"], its["direction"]) == ("can't be told from chance", "better")
        assert (its["p"], its["test"].endswith("strata weighted")) == (1, True)
        assert len(its["moved"]["better"]) == 5
    assert seen["difference"] == pytest.approx(0.05)
    # By hand: Bonett and Price's ranges of 0 and 0 of 9, and of 5 and 0 of 10.
    none = 1.95996 * sqrt(2 / 11 / 11)
    some = 5 / 12 - 1.95996 * sqrt((7 / 12 - (5 / 12) ** 2) / 12)
    low = 0.05 - hypot(0.9 * none, 0.1 * (0.5 - some))
    assert seen["interval"]["low"] == pytest.approx(low, abs=1e-4)
    assert seen["interval"]["method"] == "Bonett-Price, strata weighted"
    its = seen["in_population"]
    assert (its["before"], its["after"], its["met_after"]) == pytest.approx((0.05, 0, 1))
    assert its["interval"]["low"] > seen["interval"]["low"]
    assert "Of all 100 cases, the change was probably from" in its["says"]
    page = " ".join(audit("compare", before, after, "--paired", *TRIAL, "--full").out.split())
    assert "of the cases read: 5 better, none worse, 14 the same. Weighted by their" in page


def test_a_group_of_them_is_weighted_by_its_own(audit: Audit) -> None:
    before, after = stratified(audit), read_again("after.xlsx", 5)
    found = compared(audit, before, after, "--paired", "--by", "district")
    small = found["groups"]["district"]["Small"]
    assert small["criteria"]["seen"]["difference"] == pytest.approx(0.5)
    # One stratum is what it would be alone.
    assert small["criteria"]["seen"]["p"] == pytest.approx(sign_test_mid_p(5, 0))
    assert small["grades"]["overall"][0]["p"] == pytest.approx(sign_test_mid_p(5, 0))


def test_a_saved_result_is_weighted_as_its_workbook_is(audit: Audit) -> None:
    before, after = stratified(audit), cases_of("after", 8, 20)
    assert audit("score", before, *TRIAL, "-o", "before.json", "--by", "district").code == 0
    saved, fresh = (compared(audit, side, after)["criteria"] for side in ("before.json", before))
    assert saved == fresh


def test_a_group_is_weighted_by_its_own_cases(audit: Audit) -> None:
    before = stratified(audit)
    found = compared(audit, before, before, "--by", "district")
    small = found["groups"]["district"]["Small"]["criteria"]["seen"]
    assert small["in_population"]["before"] == pytest.approx(0.5)
    assert found["groups"]["district"]["Large"]["criteria"]["seen"]["difference"] == 0


def test_grades_of_a_group_have_their_weighted_shares(audit: Audit) -> None:
    before = stratified(audit)
    held = audit("score", before, *TRIAL, "--by", "district", "--json").json
    groups = held["groups"]["district"]
    small, large = (groups[name]["grades"]["overall"] for name in ("Small", "Large"))
    assert small["recorded_in_population"] == pytest.approx({"good": 0.5, "fair": 0, "poor": 0.5})
    assert large["recorded_in_population"] == pytest.approx({"good": 1, "fair": 0, "poor": 0})
    span = in_population(9, 9, 9, 90)
    assert span is not None
    assert large["recorded_intervals"]["good"]["low"] == pytest.approx(span.low)


def test_cases_of_a_population_with_an_end_say_what_changed_in_it(audit: Audit) -> None:
    before, after = cases_of("before", 6, 12), cases_of("after", 2, 12)
    typed = ("score", before, *TRIAL, "--population", 20, "-o", "before.json")
    assert audit(*typed).code == 0
    seen = compared(audit, "before.json", after)["criteria"]["seen"]
    # The verdict is on what is done, of which the 20 are a sample too: Cochran 1977, section 2.14.
    assert (seen["p"], seen["label"]) == (pytest.approx(0.0991, abs=1e-4),
                                          "points towards improvement")  # fmt: skip
    its, first = seen["in_population"], in_population(6, 12, 12, 20)
    assert first is not None
    assert its["interval"]["low"] == pytest.approx(1 / 3 - hypot(0.5 - first.low, 0.44803 - 1 / 6),
                                                   abs=1e-4)  # fmt: skip
    assert its["says"] in seen["says"]
    assert its["interval"]["low"] > seen["interval"]["low"]


def test_how_many_there_were_can_be_said_of_workbooks(audit: Audit) -> None:
    before, after = cases_of("before", 6, 12), cases_of("after", 2, 12)
    for path, size in ((before, 20), (after, 30)):
        saved = path.with_suffix(".json")
        assert audit("score", path, *TRIAL, "--population", size, "-o", saved).code == 0
    saved = compared(audit, "before.json", "after.json")
    typed = compared(audit, before, after, "--population", 20, "--population", 30)
    assert typed["criteria"] == saved["criteria"]
    once = compared(audit, before, after, "--population", 20)["criteria"]["seen"]
    assert "Of the 20 cases there were before and the 20 after" in once["says"]


def test_of_cases_read_twice_too_it_is_said_what_changed_among_all(audit: Audit) -> None:
    rows = [["Case reference", "District", "Child seen", "Grade"]]
    for name, seen in (("one", "No"), ("two", "Yes")):
        own = [[f"C{n}", "AB"[n % 2], seen if n < 6 else "Yes", "good"] for n in range(12)]
        save_csv(Path(f"{name}.csv"), [*rows, *own])
    typed = ("one.csv", "two.csv", "--paired", "--population", 20, "--by", "district")
    found = compared(audit, *typed)
    seen = found["criteria"]["seen"]
    assert seen["p"] == sign_test_mid_p(6, 0)
    its, span = seen["in_population"], seen["interval"]
    # The distances from a half, by the root of the 8 of 19 that are left.
    assert 0.5 - its["interval"]["low"] == pytest.approx((0.5 - span["low"]) * sqrt(8 / 19))
    assert "Of all 20 cases, the change was probably from" in seen["says"]
    group = found["groups"]["district"]["A"]["criteria"]["seen"]
    assert "Of all such cases, the change was probably from" in group["says"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("--population", 11), "there are 11 cases, and 12 were read"),
        (("--population", 20, "--census"), "don't go together"),
        (("--population", 20) * 3, "given 3 times"),
        (("--population", 0), "there are 0 cases"),
    ],
)
def test_populations_that_cannot_be_are_refused(
    typed: tuple[object, ...], said: str, audit: Audit
) -> None:
    before, after = cases_of("before", 6, 12), cases_of("after", 2, 12)
    refused = audit("compare", before, after, *TRIAL, *typed)
    assert (refused.code, refused.out) == (2, "")
    assert said in refused.err


def test_a_census_both_times_has_no_range(audit: Audit) -> None:
    before, after = cases_of("before", 6, 12), cases_of("after", 2, 12)
    for path in (before, after):
        saved = path.with_suffix(".json")
        assert audit("score", path, *TRIAL, "--census", "-o", saved).code == 0
    found = compared(audit, "before.json", "after.json")
    assert found["census"]
    seen, grade = found["criteria"]["seen"], found["grades"]["overall"][0]
    assert (seen["interval"], seen["ratio"], seen["in_population"]) == (None, None, None)
    assert (grade["interval"], grade["good_or_better"]["interval"]) == (None, None)
    assert "true change" not in seen["says"] + grade["good_or_better"]["says"]
    for typed in ((), ("--full",)):
        page = audit("compare", before, after, *TRIAL, "--census", *typed).out
        assert "true change" not in page
        assert "probably" not in page


def test_a_sample_is_no_census(audit: Audit) -> None:
    refused = audit("compare", stratified(audit), cases_of("after", 8, 20), *TRIAL, "--census")
    assert refused.code == 2
    assert "the audit before is of 19 of 100 cases, as its manifest says" in refused.err


def test_a_saved_result_that_cannot_be_weighted_says_so() -> None:
    strata = [StratumResult(name=name, population=50, read=9) for name in "AB"]
    its = PopulationResult(kind="drawn", said_by="manifest", cases=100, read=18, weighted=True,
                           strata=strata)  # fmt: skip
    plain = score(cases_of("plain", 6, 18), rubric="trial.yaml")
    old = plain.model_copy(update={"population": its})
    found = compare(old, plain, by=[], paired=False, census=False, thresholds=Thresholds())
    (said,) = [each.says for each in found.warnings if each.kind == "population"]
    assert "Give the case files instead." in said
    with pytest.raises(UsageError, match="18 of 100 cases"):
        compare(old, old, by=[], paired=False, census=True, thresholds=Thresholds())


def test_one_stratum_is_a_plain_sample() -> None:
    for k, n, m, after in ((6, 12, 2, 12), (1, 30, 9, 40), (0, 8, 8, 8)):
        strata = [StratumCounts(n, n, n, k)], [StratumCounts(after, after, after, m)]
        assert unlike_p(*strata).value == pytest.approx(unpaired_p(k, n, m, after).value)
        assert worth(strata[0]) == pytest.approx((n, n))


def test_the_same_share_is_told_apart_by_nothing() -> None:
    one = [StratumCounts(90, 9, 9, 3), StratumCounts(10, 10, 10, 5)]
    assert unlike_p(one, one).value == 1
    assert worth(one)[0] < sqrt(19) * 19
