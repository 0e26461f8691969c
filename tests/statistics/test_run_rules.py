from math import ceil, log

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from casefile_audit.statistics.control import Limits, xmr_chart
from casefile_audit.statistics.run_rules import (
    guarded_shift,
    outside,
    run_chart,
    shift,
    trend,
    two_of_three,
)

# P18, R NHSRplotthedots 0.2 ptd_special_cause_type: centre 6, limits 0 and 12.
SHIFTED = [5, 7, 4, 6, 5, 3, 6, 8, 9, 8, 7, 9, 8, 9, 7]
WIDE, WARNING = Limits(0, 12), Limits(2, 10)

series = st.lists(st.integers(0, 12), max_size=30)


def test_reference_rules() -> None:
    assert outside(SHIFTED, [WIDE] * 15) == []
    assert [point + 1 for point in shift(SHIFTED, 6)] == [8, 9, 10, 11, 12, 13, 14, 15]
    assert trend(SHIFTED) == []
    assert two_of_three(SHIFTED, 6, [WIDE] * 15, [WARNING] * 15) == []


def test_a_point_on_its_limit_is_inside() -> None:
    assert outside([0, 12, -1, 13], [WIDE] * 4) == [2, 3]


@pytest.mark.parametrize(
    ("values", "points"),
    [
        ([7] * 7, list(range(7))),
        ([7] * 6, []),
        ([7] * 6 + [6] + [7] * 6, []),  # a point on the centre breaks a run
        ([7] * 6 + [5] * 7, list(range(6, 13))),
        ([], []),
    ],
)
def test_a_shift_is_seven_on_one_side(values: list[float], points: list[int]) -> None:
    assert shift(values, 6) == points


@pytest.mark.parametrize(
    ("values", "points"),
    [
        ([1, 2, 3, 4, 5, 6, 7], list(range(7))),
        ([2, 7, 6, 5, 4, 3, 2, 1, 3], list(range(1, 8))),
        ([1, 2, 3, 4, 5, 6], []),
        ([1, 2, 3, 3, 4, 5, 6], []),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 1], list(range(9))),
        ([], []),
    ],
)
def test_a_trend_is_seven_that_only_rise_or_only_fall(
    values: list[float], points: list[int]
) -> None:
    assert trend(values) == points


@pytest.mark.parametrize(
    ("values", "points"),
    [
        ([11, 11, 7], [0, 1]),
        ([11, 7, 11], [0, 2]),
        ([11, 11, 11], [0, 1, 2]),
        ([1, 1, 5], [0, 1]),
        ([11, 11, 5], []),  # the third on the other side
        ([11, 11, 6], []),  # the third on the centre
        ([10, 10, 10], []),  # at two-thirds of the way, not beyond
        ([13, 11, 7], []),  # a point outside is not one of the two
        ([13, 11, 11], [1, 2]),  # but it is on their side
        ([11, 1, 11], []),
        ([7, 11, 7, 11, 7], [1, 3]),
        ([11, 11, 7, 6, 1, 1, 5], [0, 1, 4, 5]),
        ([11, 11], []),
    ],
)
def test_two_of_three_beyond_two_thirds(values: list[float], points: list[int]) -> None:
    assert two_of_three(values, 6, [WIDE] * len(values), [WARNING] * len(values)) == points


def test_months_with_none_are_not_near_a_limit_that_was_cut_to_none() -> None:
    rates = [0.0, 0.0, 0.0, 0.4, 0.0, 0.0, 0.0, 0.0]
    chart = xmr_chart(rates, as_rates=True)
    assert chart.limits.low == chart.warning_limits.low == 0
    assert two_of_three(rates, chart.centre, [chart.limits] * 8, [chart.warning_limits] * 8) == []


def is_signal(rate: float, n: int, months: int, below: bool) -> bool:
    """Whether so many months, as far to one side as can be, are a guarded shift."""
    points = guarded_shift([0 if below else n] * months, [n] * months, rate)
    assert points in ([], list(range(months)))
    return bool(points)


@pytest.mark.parametrize(
    ("rate", "length"), [(0.02, 21), (0.05, 8), (0.1, 12), (0.25, 7), (0.5, 7)]
)
def test_a_guarded_shift_at_twelve_cases_has_its_length(rate: float, length: int) -> None:
    for months in (length - 1, length):
        assert is_signal(rate, 12, months, True) == (months == length)
        assert is_signal(1 - rate, 12, months, False) == (months == length)
    assert [is_signal(rate, 12, months, False) for months in (6, 7)] == [False, True]


def test_a_run_exactly_as_likely_as_seven_fair_coins_is_long_enough() -> None:
    # Each of these periods is below the centre with the chance of half a coin.
    assert [is_signal(1 - 0.5**0.5, 1, months, True) for months in (13, 14)] == [False, True]


@pytest.mark.parametrize("rate", [0.0, 1.0, 1e-20])
@pytest.mark.parametrize("below", [True, False])
def test_no_run_is_a_shift_where_nothing_or_everything_fails_but_by_a_wonder(
    rate: float, below: bool
) -> None:
    wonder = (rate == 1) if below else rate < 1
    assert is_signal(rate, 12, 7, below) == wonder
    assert is_signal(rate, 12, 500, below) == wonder


@given(st.integers(1, 99), st.integers(1, 60), st.booleans())
def test_a_guarded_run_is_the_shortest_no_likelier_than_seven_fair_coins(
    percent: int, n: int, below: bool
) -> None:
    rate = percent / 100
    chance = sum(
        binom.pmf(k, n, rate) for k in range(n + 1) if (k / n < rate if below else k / n > rate)
    )
    length = max(7, ceil(7 * log(0.5) / log(chance) - 1e-6))
    assert is_signal(rate, n, length, below)
    assert not is_signal(rate, n, length - 1, below)


@pytest.mark.parametrize(
    ("rate", "months", "signal"),
    [(0.02, 20, False), (0.02, 21, True), (0.05, 7, False), (0.05, 8, True), (0.5, 7, True)],
)
def test_a_guarded_shift_needs_its_length(rate: float, months: int, signal: bool) -> None:
    points = guarded_shift([0] * months, [12] * months, rate)
    assert points == (list(range(months)) if signal else [])


def test_every_guarded_shift_of_a_series_is_found() -> None:
    assert guarded_shift([3] * 7 + [9] * 7, [12] * 14, 0.5) == list(range(14))


def test_seven_periods_each_as_likely_as_a_fair_coin_are_a_guarded_shift() -> None:
    # Of 11 cases none is on the centre, so a period is below it half the time.
    assert guarded_shift([5] * 7, [11] * 7, 0.5) == list(range(7))


def test_a_guarded_shift_takes_each_period_at_its_own_size() -> None:
    assert guarded_shift([0] * 8, [12] * 8, 0.05) == list(range(8))
    assert guarded_shift([0] * 8, [6] * 8, 0.05) == []
    assert guarded_shift([0] * 8, [19] * 7 + [6], 0.05) == list(range(8))


def test_a_period_without_cases_is_refused() -> None:
    with pytest.raises(ValueError, match="leave it out"):
        guarded_shift([0, 0], [12, 0], 0.1)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(12, 40)), max_size=30), st.floats(0, 1))
def test_the_guard_only_takes_signals_away(periods: list[tuple[int, int]], centre: float) -> None:
    failed, cases = [k for k, _ in periods], [n for _, n in periods]
    guarded = guarded_shift(failed, cases, centre)
    assert set(guarded) <= set(shift([k / n for k, n in periods], centre))


@given(series)
def test_rules_mirror_when_the_series_is_turned_over_or_round(values: list[int]) -> None:
    limits = [WIDE] * len(values), [WARNING] * len(values)
    over = [12 - value for value in values]
    assert shift(over, 6) == shift(values, 6)
    assert trend(over) == trend(values)
    assert two_of_three(over, 6, *limits) == two_of_three(values, 6, *limits)
    last = len(values) - 1
    assert shift(values[::-1], 6) == sorted(last - i for i in shift(values, 6))
    assert trend(values[::-1]) == sorted(last - i for i in trend(values))


@pytest.mark.parametrize(
    ("values", "longest", "expected", "crossings", "fewest"),
    [
        (SHIFTED, 8, 7, 3, 3),  # the run of eight is the signal
        ([5, 7] * 12, 1, 8, 23, 8),
        ([5] * 12 + [7] * 12, 12, 8, 1, 8),
        ([7], 1, 3, 0, 0),
    ],
)
def test_run_chart(
    values: list[float], longest: int, expected: int, crossings: int, fewest: int
) -> None:
    chart = run_chart(values, 6)
    assert chart is not None
    assert (chart.median, chart.longest_run, chart.longest_expected) == (6, longest, expected)
    assert (chart.crossings, chart.fewest_expected) == (crossings, fewest)
    assert chart.signal == (longest > expected or crossings < fewest)


def test_a_series_on_its_median_has_no_run_chart() -> None:
    assert run_chart([6, 6, 6], 6) is None
    assert run_chart([], 6) is None


@pytest.mark.parametrize("n", [10, 12, 20, 24, 30, 50])
def test_the_fewest_crossings_are_the_five_per_cent_point(n: int) -> None:
    chart = run_chart([5, 7] * (n // 2), 6)
    assert chart is not None
    assert chart.fewest_expected == binom.ppf(0.05, n - 1, 0.5)
