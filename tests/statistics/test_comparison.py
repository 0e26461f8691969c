import random
from math import exp, hypot, isfinite, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, fisher_exact

from casefile_audit.statistics.binomial import sign_test_mid_p
from casefile_audit.statistics.comparison import (
    bonett_price,
    holm,
    largest_clear_after,
    newcombe,
    paired_ratio,
    ratio,
    unpaired_p,
)
from casefile_audit.statistics.proportion import wilson

samples = st.tuples(st.integers(1, 15), st.integers(1, 15)).flatmap(
    lambda n: st.tuples(st.integers(0, n[0]), st.just(n[0]), st.integers(0, n[1]), st.just(n[1]))
)
p_values = st.lists(st.none() | st.floats(0, 1), max_size=20)

# Published p-values, Benjamini and Hochberg 1995 section 4.1; adjusted by R p.adjust.
P10 = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
P10 += [0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1]
P10_HOLM = [0.0015, 0.0056, 0.0247, 0.114, 0.2211, 0.278, 0.278, 0.278, 0.3213, 1, 1, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("counts", "p"),
    [
        ((6, 12, 2, 12), 0.099098494),  # P05, R Exact 3.3; samples as rows would give 0.1127
        ((7, 34, 1, 34), 0.038463922),  # P06, Perondi et al. 2004
        ((56, 70, 48, 80), 0.0088444612),  # P07, Newcombe 1998
        ((6, 12, 1, 12), 0.0288),  # one fewer would have been clear
        ((8, 12, 3, 12), 0.0640),
        ((4, 10, 9, 14), 0.2714),  # twice the smaller side, not R's minlike 0.349
        ((1, 4, 15, 18), 0.0397),  # not R's minlike 0.019
    ],
)
def test_reference_p_values_of_boschloo(counts: tuple[int, int, int, int], p: float) -> None:
    result = unpaired_p(*counts)
    assert result.value == pytest.approx(p, abs=1e-4)
    assert result.method == "Boschloo"


@pytest.mark.parametrize(
    ("counts", "p"),
    [
        # Twice the smaller of the two one-sided p-values of scipy.stats.fisher_exact.
        ((200, 400, 178, 400), 0.13691868043411007),
        ((300, 1000, 190, 1000), 1.3079677815756625e-08),
        ((1, 400, 1, 400), 1.0),
        ((6, 400, 0, 400), 0.030665536532298615),
        ((0, 1000, 0, 1000), 1.0),
        ((1000, 1000, 1000, 1000), 1.0),
        # However large one sample is, the other is small: chi-squared has 0.0006 and 0.00005.
        ((5, 13, 100_000, 1_000_000), 0.012921586177503011),
        ((600, 20_000, 10, 100), 0.0018371012894780735),
    ],
)
def test_samples_too_large_for_boschloo_are_tested_exactly(
    counts: tuple[int, int, int, int], p: float
) -> None:
    result = unpaired_p(*counts)
    k, n, m, o = counts
    tails = [
        fisher_exact(np.array([[k, n - k], [m, o - m]]), side).pvalue
        for side in ("less", "greater")
    ]
    assert result.value == pytest.approx(min(1, 2 * min(tails)), rel=1e-6)
    assert result.value == pytest.approx(p, rel=1e-6)
    assert result.method == "Fisher"


def test_large_samples_continue_where_boschloo_stops() -> None:
    below, above = unpaired_p(150, 300, 120, 300), unpaired_p(150, 300, 120, 301)
    assert (below.method, above.method) == ("Boschloo", "Fisher")
    assert above.value == pytest.approx(below.value, abs=0.005)


@pytest.mark.parametrize("counts", [(3, 4, 12, 5000), (0, 3, 900, 9000), (7, 12, 1400, 7000)])
def test_a_small_sample_beside_a_large_one_is_the_same_whichever_comes_first(
    counts: tuple[int, int, int, int],
) -> None:
    k, n, m, o = counts
    first = unpaired_p(k, n, m, o)
    assert first.method == "Boschloo"
    assert first.value == unpaired_p(m, o, k, n).value
    assert first.value == pytest.approx(unpaired_p(n - k, n, o - m, o).value, rel=1e-6)
    # So many cases as good as settle their rate, and what is left is the exact binomial test.
    near = min(binom.cdf(k, n, m / o), binom.sf(k - 1, n, m / o))
    assert first.value == pytest.approx(min(1, 2 * near), rel=0.35)


@pytest.mark.parametrize("counts", [(0, 10, 0, 20), (10, 10, 20, 20), (0, 1, 0, 1)])
def test_none_in_both_or_all_in_both_is_nothing_to_compare(
    counts: tuple[int, int, int, int],
) -> None:
    assert unpaired_p(*counts).value == 1


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((6, 12, 2, 12), -0.040550756, 0.60710688),  # P05, R ratesci 1.0.0
        ((7, 34, 1, 34), 0.018921444, 0.34036869),  # P06, Fagerland et al. 2017
        ((56, 70, 48, 80), 0.052431472, 0.33387265),  # P07, Newcombe 1998, table II
    ],
)
def test_reference_intervals_of_newcombe(
    counts: tuple[int, int, int, int], low: float, high: float
) -> None:
    interval = newcombe(*counts)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=1e-6)
    assert (interval.level, interval.method) == (0.95, "Newcombe")


@pytest.mark.parametrize("level", [0.5, 0.9, 0.99])
def test_newcombe_is_built_from_intervals_of_its_own_level(level: float) -> None:
    before, after, interval = (
        wilson(6, 12, level),
        wilson(2, 15, level),
        newcombe(6, 12, 2, 15, level),
    )
    low = hypot(6 / 12 - before.low, after.high - 2 / 15)
    high = hypot(before.high - 6 / 12, 2 / 15 - after.low)
    difference = 6 / 12 - 2 / 15
    assert (interval.low, interval.high) == pytest.approx((difference - low, difference + high))


def test_newcombe_and_boschloo_disagree_in_four_tables_of_twelve_against_twelve() -> None:
    disagree = [
        (before, after)
        for before in range(13)
        for after in range(13)
        if (unpaired_p(before, 12, after, 12).value < 0.05)
        != (newcombe(before, 12, after, 12).low > 0 or newcombe(before, 12, after, 12).high < 0)
    ]
    assert disagree == [(3, 8), (4, 9), (8, 3), (9, 4)]


def test_largest_clear_after_count_of_twelve_against_twelve() -> None:
    found = [largest_clear_after(before, 12, 12) for before in range(13)]
    assert found == [None, None, None, None, 0, 0, 1, 2, 2, 3, 5, 6, 8]


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        (5, {5: None, 6: 0, 7: 0, 8: 1}),
        (10, {6: None, 7: 0, 8: 1}),
        (20, {6: None, 7: 0, 8: 0, 9: 1}),
    ],
)
def test_largest_clear_after_count_at_the_first_step_of_holm(
    criteria: int, found: dict[int, int | None]
) -> None:
    alpha = 0.05 / criteria
    assert {before: largest_clear_after(before, 12, 12, alpha) for before in found} == found


@given(st.integers(0, 12), st.integers(1, 12), st.sampled_from([0.2, 0.05, 0.01]))
@settings(max_examples=30)
def test_the_largest_clear_count_is_clear_and_the_next_is_not(
    before: int, n_after: int, alpha: float
) -> None:
    found = largest_clear_after(before, 12, n_after, alpha)
    most = -1 if found is None else found
    assert most < n_after
    assert found is None or unpaired_p(before, 12, found, n_after).value < alpha
    assert unpaired_p(before, 12, most + 1, n_after).value >= alpha


# Where Newcombe's interval, which the count is first guessed from, and the test don't agree.
@pytest.mark.parametrize(
    ("before", "n_before", "n_after", "most"),
    [(7, 7, 23, 14), (11, 11, 24, 17), (1, 1, 3, None), (2, 2, 2, None)],
)
def test_the_test_and_not_the_interval_decides_what_is_clear(
    before: int, n_before: int, n_after: int, most: int | None
) -> None:
    assert largest_clear_after(before, n_before, n_after) == most


def test_a_count_whose_p_value_is_alpha_itself_is_not_clear() -> None:
    alpha = unpaired_p(6, 12, 1, 12).value
    assert largest_clear_after(6, 12, 12, alpha) == 0
    assert largest_clear_after(6, 12, 12, alpha * 1.000001) == 1


def test_the_largest_clear_count_in_large_samples() -> None:
    found = largest_clear_after(600, 3000, 3000)
    assert found is not None
    assert unpaired_p(600, 3000, found, 3000).value < 0.05
    assert unpaired_p(600, 3000, found + 1, 3000).value >= 0.05


@given(samples)
@settings(max_examples=40)
def test_an_unpaired_comparison_has_no_side(counts: tuple[int, int, int, int]) -> None:
    k_before, n_before, k_after, n_after = counts
    p = unpaired_p(*counts).value
    interval = newcombe(*counts)
    assert 0 < p <= 1
    assert unpaired_p(k_after, n_after, k_before, n_before).value == pytest.approx(p, abs=1e-6)
    passed = (n_before - k_before, n_before, n_after - k_after, n_after)
    assert unpaired_p(*passed).value == pytest.approx(p, abs=1e-6)
    mirror = newcombe(*passed)
    assert -1 <= interval.low <= k_before / n_before - k_after / n_after <= interval.high <= 1
    assert (mirror.low, mirror.high) == pytest.approx((-interval.high, -interval.low), abs=1e-12)


def test_every_small_pair_of_samples_has_a_p_value_and_an_interval() -> None:
    for n_before in range(1, 5):
        for n_after in range(1, n_before + 1):
            for k_before in range(n_before + 1):
                for k_after in range(n_after + 1):
                    counts = (k_before, n_before, k_after, n_after)
                    assert 0 < unpaired_p(*counts).value <= 1
                    assert isfinite(newcombe(*counts).low)
                    assert isfinite(newcombe(*counts).high)


@pytest.mark.parametrize("counts", [(0, 0, 1, 2), (1, 2, 0, 0), (3, 2, 0, 2), (1, 2, -1, 2)])
def test_samples_that_cannot_be_are_refused(counts: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="k within 0 to n"):
        unpaired_p(*counts)
    with pytest.raises(ValueError, match=r"k must be within|at least one case"):
        newcombe(*counts)


@pytest.mark.parametrize(
    ("better", "worse", "n", "low", "high"),
    [
        (1, 7, 21, -0.50835931, -0.013379824),  # P08, R contingencytables 3.0.1
        (4, 0, 12, -0.022825017, 0.59425359),  # P09
    ],
)
def test_reference_intervals_of_bonett_and_price(
    better: int, worse: int, n: int, low: float, high: float
) -> None:
    interval = bonett_price(better, worse, n)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=1e-7)


@pytest.mark.parametrize("n", [12, 20])
def test_bonett_and_price_agree_with_the_mid_p_in_every_table(n: int) -> None:
    for better in range(n + 1):
        for worse in range(n + 1 - better):
            interval = bonett_price(better, worse, n)
            clear = interval.low > 0 or interval.high < 0
            assert -1 <= interval.low <= interval.high <= 1
            assert clear == (sign_test_mid_p(better, worse) < 0.05)


@pytest.mark.parametrize("counts", [(0, 0, 0), (3, 2, 4), (-1, 0, 3), (0, -1, 3)])
def test_moves_that_cannot_be_are_refused(counts: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="cannot be better"):
        bonett_price(*counts)


def test_reference_adjustment() -> None:
    assert holm(list(P10)) == pytest.approx(P10_HOLM, abs=1e-8)


def test_holm_does_not_count_a_criterion_that_could_not_be_tested() -> None:
    assert holm([0.01, None, 0.04]) == [0.02, None, 0.04]


@given(p_values, st.randoms())
def test_adjusting_follows_each_value_wherever_it_stands(
    values: list[float | None], shuffler: random.Random
) -> None:
    order = list(range(len(values)))
    shuffler.shuffle(order)
    adjusted = holm(values)
    assert holm([values[i] for i in order]) == [adjusted[i] for i in order]
    tested = [p for p in values if p is not None]
    assert holm(list(tested)) == [p for p in adjusted if p is not None]
    assert [p is None for p in values] == [p is None for p in adjusted]


@given(p_values)
def test_adjusted_values_only_grow_and_keep_their_order(values: list[float | None]) -> None:
    rows = [
        (raw, adjusted)
        for raw, adjusted in zip(values, holm(values), strict=True)
        if raw is not None and adjusted is not None
    ]
    for raw, adjusted in rows:
        assert raw <= adjusted * (1 + 1e-12)
        assert adjusted <= 1
    rows.sort()
    assert [row[1] for row in rows] == sorted(row[1] for row in rows)


@pytest.mark.parametrize("bad", [float("nan"), -0.1, 1.1])
def test_what_is_no_p_value_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="within 0 to 1"):
        holm([0.2, bad])


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        # Adjusted log intervals, by hand: half a case added everywhere.
        ((6, 12, 2, 12), 0.11242, 1.31588),
        ((0, 150, 4, 150), 0.4886, 165.8),
        ((30, 1500, 33, 1500), 0.67607, 1.78443),
    ],
)
def test_the_ratio_of_two_rates(counts: tuple[int, int, int, int], low: float, high: float) -> None:
    found = ratio(*counts)
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-3)
    k, n, m, o = counts
    swapped = ratio(m, o, k, n)
    assert (1 / swapped.high, 1 / swapped.low) == pytest.approx((found.low, found.high))


@pytest.mark.parametrize("rate", [0.02, 0.1, 0.5])
@pytest.mark.parametrize("sizes", [(150, 150), (40, 400)])
def test_the_ratio_of_two_rates_holds_the_truth_often_enough(
    rate: float, sizes: tuple[int, int]
) -> None:
    weights = [binom.pmf(np.arange(n + 1), n, rate) for n in sizes]
    held = sum(
        float(weights[0][k] * weights[1][m])
        for k in range(sizes[0] + 1)
        for m in range(sizes[1] + 1)
        if weights[0][k] * weights[1][m] > 1e-7
        and (found := ratio(k, sizes[0], m, sizes[1])).low <= 1 <= found.high
    )
    assert held >= 0.93


def test_the_ratio_of_the_same_cases_read_twice_goes_by_those_that_moved() -> None:
    few, many = paired_ratio(10, 10, 2), paired_ratio(10, 10, 20)
    assert few.low > many.low
    assert few.high < many.high
    assert few.low == pytest.approx(1 / few.high)
    assert few.high == pytest.approx(exp(1.959964 * sqrt(4 / 121)), rel=1e-5)
    with pytest.raises(ValueError, match="below 0"):
        paired_ratio(1, -1, 0)
