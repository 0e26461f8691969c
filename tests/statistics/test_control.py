from collections.abc import Callable
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, geom

from casefile_audit.statistics.control import (
    ONE_SIDED_TAIL,
    GapChart,
    Limits,
    centre_rate,
    exact_limits,
    gap_chart,
    p_limits,
    p_prime_spread,
    xmr_chart,
)
from casefile_audit.statistics.run_rules import outside

# Montgomery, Introduction to Statistical Quality Control: orange-juice cans, 30 samples of 50.
CANS = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22]
CANS += [8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]
CAN_SAMPLES = [50] * 30

rates = st.floats(0, 1)
sizes = st.integers(1, 400)


def test_reference_p_chart() -> None:
    centre = centre_rate(CANS, CAN_SAMPLES)
    limits = p_limits(centre, 50)
    # P16, R qicharts2 0.8.1; the samples out are 15 and 23, counted from 1.
    assert centre == pytest.approx(0.23133333, abs=1e-6)
    assert (limits.low, limits.high) == pytest.approx((0.052427548, 0.41023912), abs=1e-6)
    assert outside([k / 50 for k in CANS], [limits] * 30) == [14, 22]


@pytest.mark.parametrize(
    ("values", "centre", "low", "high"),
    [
        # P17, NHSRplotthedots, "Deviations from Excel defaults": 6.95 and -3.06, no screening
        ([1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1], 1.9444444, -3.0626144, 6.9515033),
        ([0.5, 0.5, 0.5], 0.5, 0.5, 0.5),
        ([1, 3], 2, 2 - 2 * 2.66, 2 + 2 * 2.66),
    ],
)
def test_reference_xmr_chart(values: list[float], centre: float, low: float, high: float) -> None:
    chart = xmr_chart(values)
    assert chart.centre == pytest.approx(centre, abs=1e-6)
    assert (chart.limits.low, chart.limits.high) == pytest.approx((low, high), abs=1e-6)


def test_limits_of_rates_stay_rates_where_asked() -> None:
    values = [0.1, 0.9, 0.2, 0.8]
    assert xmr_chart(values).limits.low < 0
    assert xmr_chart(values, as_rates=True).limits == Limits(0, 1)


def test_warning_limits_are_two_thirds_of_the_way() -> None:
    chart = xmr_chart([5, 7, 6, 6])
    assert chart.limits.high - chart.centre == pytest.approx(2.66, abs=1e-9)
    assert chart.warning_limits.high - chart.centre == pytest.approx(2.66 * 2 / 3, abs=1e-9)


@pytest.mark.parametrize("values", [[], [0.5]])
def test_a_moving_range_needs_two_values(values: list[float]) -> None:
    with pytest.raises(ValueError, match="needs two values"):
        xmr_chart(values)


@pytest.mark.parametrize(
    ("rate", "fewest", "most"), [(0.02, 0, 3), (0.1, 0, 5), (0.25, 0, 8), (0.5, 1, 11)]
)
def test_exact_limits_of_twelve_cases(rate: float, fewest: int, most: int) -> None:
    assert exact_limits(rate, 12) == Limits(fewest / 12, most / 12)


def test_three_sigma_limits_of_twelve_cases_cannot_show_an_improvement() -> None:
    assert p_limits(0.25, 12).low == 0


@given(rates, sizes)
def test_an_exact_limit_is_the_last_count_that_chance_explains(rate: float, n: int) -> None:
    limits = exact_limits(rate, n)
    fewest, most = round(limits.low * n), round(limits.high * n)
    assert 0 <= fewest <= most <= n
    assert binom.cdf(fewest, n, rate) > ONE_SIDED_TAIL * (1 - 1e-9)
    assert binom.cdf(fewest - 1, n, rate) <= ONE_SIDED_TAIL * (1 + 1e-9)
    assert binom.sf(most - 1, n, rate) > ONE_SIDED_TAIL * (1 - 1e-9)
    assert binom.sf(most, n, rate) <= ONE_SIDED_TAIL * (1 + 1e-9)


@given(st.integers(0, 40), st.integers(1, 40), st.integers(1, 60))
def test_the_two_ends_of_exact_limits_mirror_each_other(k: int, more: int, n: int) -> None:
    rate = k / (k + more)
    limits, mirror = exact_limits(rate, n), exact_limits(1 - rate, n)
    assert round(limits.low * n) == n - round(mirror.high * n)


@given(rates, sizes)
def test_p_chart_limits_are_rates_around_the_centre(rate: float, n: int) -> None:
    limits = p_limits(rate, n)
    assert 0 <= limits.low <= rate <= limits.high <= 1
    wider = p_limits(rate, n, spread=2.0)
    assert wider.low <= limits.low
    assert limits.high <= wider.high


@pytest.mark.parametrize("limits", [p_limits, exact_limits])
@pytest.mark.parametrize(("centre", "n"), [(0.5, 0), (0.5, -1), (1.1, 12), (float("nan"), 12)])
def test_a_period_that_cannot_be_has_no_limits(
    limits: Callable[[float, int], Limits], centre: float, n: int
) -> None:
    with pytest.raises(ValueError, match="a period with cases"):
        limits(centre, n)


def test_p_prime_widens_the_limits_of_large_periods_that_vary() -> None:
    assert p_prime_spread(CANS, CAN_SAMPLES, centre_rate(CANS, CAN_SAMPLES)) == pytest.approx(
        1.6608667, abs=1e-6
    )


def test_p_prime_measures_each_period_against_its_own_size() -> None:
    # Two periods at 0.1 and 0.3 of 100 and 400 cases: centre 0.26, z -3.6477 and 1.8238.
    assert p_prime_spread([10, 120], [100, 400], 0.26) == pytest.approx(5.4715 / 1.128, abs=1e-3)


@pytest.mark.parametrize(
    ("failed", "cases"),
    [
        ([0, 12, 0, 12], [12, 12, 12, 12]),  # small periods
        ([10, 90, 10, 90], [100, 100, 49, 100]),  # one small period
        ([50, 50, 50, 50], [100, 100, 100, 100]),  # less spread than chance
        ([50, 52, 51, 49], [100, 100, 100, 100]),
        ([0, 0], [100, 100]),
        ([100, 100], [100, 100]),
        ([30], [100]),
    ],
)
def test_p_prime_leaves_the_limits_alone(failed: list[int], cases: list[int]) -> None:
    assert p_prime_spread(failed, cases, centre_rate(failed, cases)) == 1


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(60, 200)), min_size=1, max_size=24))
def test_p_prime_never_tightens(periods: list[tuple[int, int]]) -> None:
    failed, cases = [k for k, _ in periods], [n for _, n in periods]
    spread = p_prime_spread(failed, cases, centre_rate(failed, cases))
    assert isfinite(spread)
    assert spread == 1 or spread > 1.2


@pytest.mark.parametrize(
    ("failed", "cases"), [([], []), ([0], [0]), ([3], [2]), ([-1], [2]), ([1, 2], [4])]
)
def test_a_centre_needs_counts_that_can_be(failed: list[int], cases: list[int]) -> None:
    with pytest.raises(ValueError, match=r"k within 0 to n|shorter"):
        centre_rate(failed, cases)


@pytest.mark.parametrize(
    ("gaps", "chart"),
    [
        ([40, 60], GapChart(35, Limits(0, 333))),
        ([1, 1, 1, 1], GapChart(0, Limits(0, 9))),
        ([0, 0], GapChart(0, Limits(0, 0))),
    ],
)
def test_g_chart(gaps: list[int], chart: GapChart) -> None:
    assert gap_chart(gaps) == chart


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=30).filter(any))
def test_a_g_chart_limit_is_the_last_gap_that_chance_explains(gaps: list[int]) -> None:
    chart = gap_chart(gaps)
    shortest, longest = int(chart.limits.low), int(chart.limits.high)
    waits = geom(len(gaps) / (len(gaps) + sum(gaps)), loc=-1)
    assert shortest <= chart.median <= longest
    assert waits.cdf(shortest) > ONE_SIDED_TAIL * (1 - 1e-9)
    assert waits.cdf(shortest - 1) <= ONE_SIDED_TAIL * (1 + 1e-9)
    assert waits.sf(longest - 1) > ONE_SIDED_TAIL * (1 - 1e-9)
    assert waits.sf(longest) <= ONE_SIDED_TAIL * (1 + 1e-9)
    assert waits.cdf(chart.median) >= 0.5 * (1 - 1e-9)
    assert waits.cdf(chart.median - 1) < 0.5 * (1 + 1e-9)


@pytest.mark.parametrize("gaps", [[], [3, -1]])
def test_gaps_that_cannot_be_are_refused(gaps: list[int]) -> None:
    with pytest.raises(ValueError, match="gaps of 0 cases or more"):
        gap_chart(gaps)
