import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from monthly import rows_of, save_months, save_rows

from casefile_audit.audit import result_of
from casefile_audit.commands.options import day_of
from casefile_audit.trend.gaps import gaps_between, is_rare
from casefile_audit.trend.models import GapsResult
from casefile_audit.trend.periods import NamedResult, PeriodLength, by_date
from casefile_audit.trend.phases import Counts, Plan, phases
from casefile_audit.trend.trends import TrendOptions, trend
from workbooks import NIGHT_DUTY, Audit, case, save_text

Months = list[tuple[int, int]]
ETHNICITY = "ethnicity-recorded"
LABELS = [f"month {number}" for number in range(30)]


def answer(audit: Audit, folder: Path, months: Months, *options: str) -> Any:
    save_months(folder / "cases.csv", months)
    command = ("trend", "cases.csv", "--period", "allocated", "--rubric", "rubric.yaml")
    run = audit(*command, *options, "--json")
    assert run.code == 0, run.err
    return run.json["criteria"][ETHNICITY]


STABLE: Months = [(3, 12), (4, 12), (2, 12), (3, 12), (5, 12), (3, 12)]


@pytest.mark.parametrize(
    ("months", "options", "verdict", "said"),
    [
        (STABLE[:5], (), "too few", "Too few months (5) to judge."),
        (STABLE[:1], (), "too few", "Too few months (1) to judge."),
        ([(1, 1)], (), "too few", "1 of 1 missing ethnicity. Too few months (1) to judge."),
        ([(0, 0), *STABLE], (), "too few", "Too few months (6) to judge."),
        ([(0, 4)] * 12, (), "none", "None of the 48 fell short, in any of the 12 months."),
        ([(4, 4)] * 12, (), "all", "48 of 48 missing ethnicity, in every one of the 12 months."),
        ([(2, 4)] * 12, (), "no sign", "No sign of change beyond month-to-month chance."),
        ([(2, 4)] * 12, ("--nhs",), "no sign", "Common cause: no sign of change"),
        ([(1, 3)] * 12, ("--nhs",), "no sign", "Common cause: no sign of change"),
        (STABLE * 2, (), "no sign", "No sign of change beyond month-to-month chance."),
        (STABLE * 2, ("--baseline", "4"), "too few", "Too few months in the baseline (4) to judge"),
        (
            [(5, 12)] * 5 + [(2, 12)] * 5,
            (),
            "improving",
            "Improving: the rate crosses its median only once in 10 months, from above to below",
        ),
        (
            [(2, 12)] * 5 + [(5, 12)] * 5,
            (),
            "worsening",
            "Worsening: the rate crosses its median only once in 10 months, from below to above",
        ),
        (
            [(2, 12), (1, 12)] * 4 + [(9, 12)] * 8,
            ("--baseline", "8"),
            "worsening",
            "Higher since September 2023: 12 of 96 (13%) before, 72 of 96 (75%) since. The last 8 "
            "months are all above the baseline rate (13%), which would be rare if nothing had "
            "changed.",
        ),
        (
            [*STABLE, *STABLE, *[(k, 12) for k in range(7)]],
            ("--nhs",),
            "worsening",
            "Special cause, concern: the last 7 months each have a higher rate",
        ),
        (
            [*STABLE, *STABLE, (11, 12), *STABLE],
            (),
            "stands out",
            "January 2024 stands out: 11 of 12, where every other month had 2 to 5. Chance would "
            "seldom give that: ask what happened.",
        ),
    ],
)
def test_series_gets_its_verdict_and_sentence(
    audit: Audit,
    tmp_path: Path,
    months: Months,
    options: tuple[str, ...],
    verdict: str,
    said: str,
) -> None:
    found = answer(audit, tmp_path, months, *options)
    assert found["verdict"] == verdict
    assert said in found["says"]


def test_no_limits_are_drawn_under_seven_months(audit: Audit, tmp_path: Path) -> None:
    found = answer(audit, tmp_path, STABLE)
    assert [point["low"] for point in found["points"]] == [None] * 6
    assert answer(audit, tmp_path, [*STABLE, (3, 12)])["points"][0]["low"] is not None


def test_limits_are_trial_limits_until_twelve_months(audit: Audit, tmp_path: Path) -> None:
    eleven = answer(audit, tmp_path, [*STABLE, *STABLE[:5]])
    assert eleven["stretches"][0]["trial"]
    assert eleven["stretches"][0]["run_chart"] is not None
    assert "From 11 months these are trial limits." in eleven["says"]
    twelve = answer(audit, tmp_path, STABLE * 2)
    assert not twelve["stretches"][0]["trial"]
    assert twelve["stretches"][0]["run_chart"] is None


def test_one_failure_after_a_clean_baseline_is_not_called_a_signal(
    audit: Audit, tmp_path: Path
) -> None:
    clean, later = [(0, 12)] * 12, [(0, 12), (1, 12), (0, 12)]
    found = answer(audit, tmp_path, [*clean, *later], "--baseline", "12")
    assert found["signals"] == []
    assert found["stretches"][0]["centre"] == 0
    assert found["stretches"][0]["drawn_from"] == pytest.approx(1 - 0.05 ** (1 / 144))
    bad = answer(audit, tmp_path, [*clean, (6, 12)], "--baseline", "12")
    assert [signal["rule"] for signal in bad["signals"]] == ["outside"]


def test_large_months_that_vary_more_than_chance_have_wider_limits() -> None:
    counts = Counts([20, 60] * 8, [100] * 16, LABELS)
    (phase,) = phases(counts, Plan())
    assert phase.method == "p-prime"
    assert phase.signals == []
    (smaller,) = phases(Counts([8, 24] * 8, [40] * 16, LABELS), Plan())
    assert smaller.method == "exact binomial"


@pytest.mark.parametrize(
    ("months", "word", "held"),
    [
        ([(0, 60)] * 12, "consistently achieves", (720, 720, True, True)),
        ([(15, 30), (16, 30)] * 6, "consistently misses", (174, 360, False, True)),
        ([(0, 12), (1, 12)] * 6, "hit and miss", (138, 144, True, False)),
        ([(0, 1)] * 12, None, (12, 12, True, False)),
        ([(1, 5), (2, 5)] * 6, None, (42, 60, False, True)),
        ([(0, 30)] * 11, None, (330, 330, True, True)),
        ([(6, 12)] * 8 + [(1, 12)] * 8, None, (88, 96, False, False)),
        ([(0, 30)] * 6, None, (180, 180, True, True)),
    ],
)
def test_target_is_judged_by_limits_from_twelve_months_on_and_counted_always(
    audit: Audit,
    tmp_path: Path,
    months: Months,
    word: str | None,
    held: tuple[int, int, bool, bool],
) -> None:
    found = answer(audit, tmp_path, months)
    assert found["target_word"] == word
    moved = months[0] == (6, 12)
    assert found["held"]["since"] == ("September 2023" if moved else "January 2023")
    assert tuple(found["held"].values())[1:] == held


def gaps_of(failed: Sequence[bool]) -> GapsResult:
    asked = [("May", f"C{n}" if short else None) for n, short in enumerate(failed)]
    return gaps_between(asked, "May")


def test_long_silence_after_rare_events_is_an_improvement() -> None:
    every_tenth = ([False] * 9 + [True]) * 9
    quiet = gaps_of(every_tenth + [False] * 100)
    assert [(signal.rule, signal.better, signal.now) for signal in quiet.signals] == [
        ("gap", True, True)
    ]
    assert gaps_of(every_tenth + [False] * 20).signals == []


def test_seven_short_gaps_running_are_worse() -> None:
    gaps = gaps_of(([False] * 40 + [True]) * 6 + ([False] * 2 + [True]) * 7)
    (signal,) = [signal for signal in gaps.signals if signal.rule == "gap run"]
    assert (signal.places, signal.better, signal.now) == (tuple(range(6, 13)), False, True)


@pytest.mark.parametrize(
    ("missing", "applicable", "periods", "rare"),
    [
        (0, 60, 5, False),
        (1, 10, 1, True),
        (1, 9, 1, False),
        (5, 60, 5, True),
        (6, 60, 5, False),
    ],
)
def test_rare_is_one_a_period_and_one_in_ten_at_most(
    missing: int, applicable: int, periods: int, rare: bool
) -> None:
    assert is_rare(missing, applicable, periods) == rare


def test_gaps_all_alike_are_no_run() -> None:
    assert gaps_of(([False] * 9 + [True]) * 12).signals == []


def test_one_failure_is_a_rare_event_and_no_gap(audit: Audit, tmp_path: Path) -> None:
    found = answer(audit, tmp_path, [(0, 4), (1, 4), (0, 4)])
    assert found["gaps"]["says"].startswith("1 in 12 cases: 4 came before it, 7 since.")


def test_months_without_cases_in_a_row_take_one_row_of_the_chart(
    audit: Audit, tmp_path: Path
) -> None:
    save_months(tmp_path / "cases.csv", [(1, 4)] * 8 + [(0, 0)] * 5 + [(1, 4)] * 2)
    run = audit("trend", "cases.csv", "--period", "allocated", "--rubric", "rubric.yaml", "--full")
    assert "(5 months)" in run.out
    assert "no cases" in run.out


MONTHS = st.lists(
    st.integers(0, 6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=1,
    max_size=16,
).filter(lambda months: any(n for _, n in months))


@given(months=MONTHS, order=st.randoms(use_true_random=False), nhs=st.booleans())
@settings(max_examples=25)
def test_answer_is_plain_json_whatever_the_order_of_the_rows(
    tmp_path_factory: pytest.TempPathFactory, months: Months, order: Any, nhs: bool
) -> None:
    tmp_path = tmp_path_factory.mktemp("trend")
    rows = rows_of(months)
    answers = []
    for _ in range(2):
        order.shuffle(rows)
        path = save_rows(tmp_path / "cases.csv", rows)
        rubric = save_text(tmp_path / "rubric.yaml", NIGHT_DUTY)
        result = result_of([path], day_of("2026-01-01"), str(rubric), period="allocated")
        timeline = by_date([NamedResult("cases.csv", result)], "allocated", PeriodLength.MONTH)
        found = trend(timeline, TrendOptions(nhs=nhs))
        answers.append(found.model_dump(by_alias=True, mode="json", exclude={"inputs"}))
    assert answers[0] == answers[1]
    json.dumps(answers[0], allow_nan=False)


@given(
    series=st.lists(
        st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
        min_size=1,
        max_size=30,
    ),
    split=st.integers(1, 29),
    nhs=st.booleans(),
    baseline=st.integers(0, 30),
)
def test_limits_are_rates_and_signals_are_periods_with_cases(
    series: Months, split: int, nhs: bool, baseline: int
) -> None:
    missing, applicable = zip(*series, strict=True)
    counts = Counts(missing, applicable, LABELS)
    starts = [0, split] if split < len(series) else [0]
    end = starts[1] if len(starts) > 1 else len(series)
    fixed = range(baseline) if 0 < baseline <= end else None
    for phase in phases(counts, Plan(starts, fixed, nhs=nhs)):
        for limits in phase.limits.values():
            assert 0 <= limits.low <= limits.high <= 1
        for signal in phase.signals:
            assert set(signal.places) <= set(phase.places)


def test_large_months_that_vary_more_than_chance_are_not_said_to_show_no_more_than_that(
    audit: Audit, tmp_path: Path
) -> None:
    found = answer(
        audit, tmp_path, [(k, 60) for k in (12, 27, 15, 24, 10, 28, 14, 25, 11, 26, 13, 24)]
    )
    assert found["verdict"] == "varies"
    assert found["stretches"][-1]["method"] == "p-prime"
    assert "No sign of change" not in found["says"]
    assert re.search(
        r"No month stands out from how much the months vary, but they vary \d\.\d times as much as "
        r"chance alone would have them: ask what differs between them\.",
        found["says"],
    )


@pytest.mark.parametrize("options", [(), ("--period", "allocated")])
@pytest.mark.parametrize(("shared", "snapshots"), [(20, True), (5, True), (3, False), (0, False)])
def test_the_same_cases_looked_at_again_get_no_verdict_and_it_is_said_first(
    audit: Audit, tmp_path: Path, shared: int, snapshots: bool, options: tuple[str, ...]
) -> None:
    save_text(tmp_path / "rubric.yaml", NIGHT_DUTY)
    months = []
    for month in range(8):
        # The cases that stay are put right one a month; the others are of their month alone.
        rows = rows_of([(max(0, 10 - month), shared)]) if shared else []
        rows += [
            case(f"X{month}-{number}", allocated="05/01/2023", ethnicity="W1" if number % 3 else "")
            for number in range(20 - shared)
        ]
        months.append(save_rows(tmp_path / f"month{month}.csv", rows).name)
    run = audit("trend", *months, *options, "--rubric", "rubric.yaml", "--json")
    found = run.json["criteria"][ETHNICITY]
    page = audit("trend", *months, *options, "--rubric", "rubric.yaml").out
    # Of 20 cases in each of 8 months, 5 that stay are 5 of 125 cases, and a quarter of each month.
    if snapshots:
        assert found["verdict"] == "same cases"
        assert found["signals"] == []
        assert all(point["low"] is None for point in found["points"])
        assert "No verdict" in found["says"]
        (warning,) = run.json["warnings"]
        assert "these are the same cases looked at again" in warning
        assert page.index("Before you read the answer") < page.index("No verdict")
    else:
        assert found["verdict"] != "same cases"
        assert run.json["warnings"] == []


@pytest.mark.parametrize(
    ("months", "options", "often"),
    [
        (12, (), "up to 1 in 10 such series"),
        (30, (), "up to 1 in 6 such series"),
        (42, (), "up to 1 in 3 such series"),
        (54, (), "up to 2 in 5 such series"),
        (66, (), "2 in 5 or more such series"),
        (36, ("--baseline", "24"), "up to 1 in 4 such series"),
        (36, ("--baseline", "12"), "up to 1 in 3 such series"),
        (24, ("--baseline", "12"), "up to 1 in 6 such series"),
        (24, ("--baseline", "7"), "up to 1 in 4 such series"),
    ],
)
def test_how_often_chance_alone_shows_a_signal_goes_by_the_baseline(
    audit: Audit, tmp_path: Path, months: int, options: tuple[str, ...], often: str
) -> None:
    save_text(tmp_path / "rubric.yaml", NIGHT_DUTY)
    save_months(tmp_path / "cases.csv", STABLE * (months // len(STABLE)))
    command = ("trend", "cases.csv", "--period", "allocated", "--rubric", "rubric.yaml")
    notes = " ".join(audit(*command, *options, "--json").json["notes"])
    assert often in notes
    assert ("since a baseline is off by chance itself" in notes) == bool(options)
