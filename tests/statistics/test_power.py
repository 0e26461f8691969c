from math import isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from casefile_audit.statistics.comparison import unpaired_p
from casefile_audit.statistics.power import cases_needed, power

rates = st.integers(0, 100).map(lambda percent: percent / 100)


@pytest.mark.parametrize(
    ("before", "after", "n", "chance"),
    [
        (0.5, 1 / 6, 12, 0.4003),  # Boschloo 40%, where Fisher's test has 27%
        (0.5, 0.17, 12, 0.3918),
        (0.5, 0.5, 1, 0.0),
        (1.0, 0.0, 12, 1.0),
        (1.0, 0.0, 1000, 1.0),
        (0.0, 0.0, 1000, 0.0),
        (1.0, 1.0, 1000, 0.0),
    ],
)
def test_power(before: float, after: float, n: int, chance: float) -> None:
    assert power(before, after, n, n) == pytest.approx(chance, abs=1e-4)


@pytest.mark.parametrize(("n_before", "n_after"), [(7, 5), (4, 9), (8, 8)])
@pytest.mark.parametrize(("before", "after"), [(0.7, 0.1), (0.1, 0.7), (0.4, 0.35)])
def test_power_adds_up_the_pairs_of_counts_that_are_clear_in_the_right_direction(
    before: float, after: float, n_before: int, n_after: int
) -> None:
    total = sum(
        binom.pmf(k_before, n_before, before) * binom.pmf(k_after, n_after, after)
        for k_before in range(n_before + 1)
        for k_after in range(n_after + 1)
        if unpaired_p(k_before, n_before, k_after, n_after).value < 0.05
        and (k_before / n_before > k_after / n_after) == (before > after)
    )
    assert power(before, after, n_before, n_after) == pytest.approx(total, abs=1e-9)


@pytest.mark.parametrize(("n_before", "n_after"), [(12, 12), (12, 20), (5, 60), (30, 30)])
def test_a_false_claim_is_never_more_common_than_alpha(n_before: int, n_after: int) -> None:
    shares = [i / 200 for i in range(201)]
    falls = [power(rate, rate, n_before, n_after) for rate in shares]
    either_way = [fall + rise for fall, rise in zip(falls, reversed(falls), strict=True)]
    assert max(either_way) <= 0.05


def test_the_worst_false_claim_rate_at_twelve_against_twelve() -> None:
    falls = [power(i / 1000, i / 1000, 12, 12) for i in range(1001)]
    worst = max(fall + rise for fall, rise in zip(falls, reversed(falls), strict=True))
    assert worst == pytest.approx(0.045, abs=0.0005)


@pytest.mark.parametrize(
    ("before", "after", "cases"),
    [
        (0.5, 0.17, 32),
        (0.17, 0.5, 32),
        (0.5, 0.4, 388),  # the normal approximation, Fleiss 2003 without continuity correction
        (1.0, 0.0, 3),
        (0.5, 0.5, None),
    ],
)
def test_cases_needed_a_side(before: float, after: float, cases: int | None) -> None:
    assert cases_needed(before, after) == cases


@given(rates, rates)
@settings(max_examples=25)
def test_the_cases_needed_have_the_power_and_one_fewer_have_not(
    before: float, after: float
) -> None:
    needed = cases_needed(before, after)
    if needed is None:
        assert before == after
    else:
        assert power(before, after, needed, needed) >= 0.8
        assert needed == 1 or power(before, after, needed - 1, needed - 1) < 0.8


@given(rates, rates, st.integers(1, 25), st.integers(1, 25))
@settings(max_examples=40)
def test_power_is_a_probability_and_the_same_for_passes_as_for_failures(
    before: float, after: float, n_before: int, n_after: int
) -> None:
    chance = power(before, after, n_before, n_after)
    assert isfinite(chance)
    assert 0 <= chance <= 1
    if before != after:
        mirror = power(1 - before, 1 - after, n_before, n_after)
        assert mirror == pytest.approx(chance, abs=1e-9)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one case"):
        power(0.5, 0.2, 0, 12)
    for before, after in ((0.5, 1.2), (1.2, 0.5), (-0.1, 0.5), (0.5, -0.1)):
        with pytest.raises(ValueError, match="within 0 to 1"):
            power(before, after, 12, 12)
