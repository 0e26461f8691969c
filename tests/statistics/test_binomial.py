from math import comb, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from casefile_audit.statistics.binomial import (
    at_least,
    at_most,
    sign_test_exact,
    sign_test_mid_p,
)

RATES = (0.0, 0.001, 0.02, 0.25, 0.5, 0.9, 1.0)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("n", [1, 2, 12, 50, 1000])
def test_tails_are_those_of_scipy(n: int, rate: float) -> None:
    for k in range(-1, n + 2, max(1, n // 40)):
        assert at_most(k, n, rate) == pytest.approx(binom.cdf(k, n, rate), rel=1e-9, abs=1e-300)
        assert at_least(k, n, rate) == pytest.approx(binom.sf(k - 1, n, rate), rel=1e-9, abs=1e-300)


@pytest.mark.parametrize(
    ("better", "worse", "mid_p"),
    [
        (1, 7, 0.0390625),  # P08, Bentur et al. 2009 in Fagerland et al. 2013
        (4, 0, 0.0625),  # P09, R contingencytables 3.0.1
        (5, 0, 0.03125),  # the fewest all one way that can be clear
        (3, 3, 1.0),
        (0, 0, 1.0),  # the formula as R has it says 0.5
    ],
)
def test_mid_p_of_the_sign_test(better: int, worse: int, mid_p: float) -> None:
    assert sign_test_mid_p(better, worse) == pytest.approx(mid_p, abs=1e-12)


@pytest.mark.parametrize(
    ("better", "worse", "p"),
    [
        (1, 7, 0.0703125),  # P08, R exact2x2 1.7.0
        (4, 0, 0.125),  # P09
        (16, 1, 2.746582e-4),  # P14, the direction of a moderation
        (0, 0, 1.0),
    ],
)
def test_exact_p_of_the_sign_test(better: int, worse: int, p: float) -> None:
    assert sign_test_exact(better, worse) == pytest.approx(p, abs=1e-9)


@given(st.integers(0, 200), st.integers(0, 200))
def test_sign_tests_have_no_side_and_the_mid_p_is_never_the_larger(a: int, b: int) -> None:
    mid_p, exact = sign_test_mid_p(a, b), sign_test_exact(a, b)
    assert 0 < mid_p <= exact <= 1
    assert (mid_p, exact) == (sign_test_mid_p(b, a), sign_test_exact(b, a))


@given(st.integers(0, 60), st.integers(1, 60))
def test_the_sign_test_counts_whole_splits(fewer: int, more: int) -> None:
    fewer, more = min(fewer, more), max(fewer, more)
    splits = sum(comb(fewer + more, i) for i in range(fewer + 1)) / 2 ** (fewer + more)
    assert isclose(sign_test_exact(fewer, more), min(1, 2 * splits), rel_tol=1e-10)


@pytest.mark.parametrize("test", [sign_test_mid_p, sign_test_exact])
@pytest.mark.parametrize("moves", [(-1, 3), (3, -1), (-1, -1)])
def test_a_negative_count_of_moves_is_refused(test: object, moves: tuple[int, int]) -> None:
    assert callable(test)
    with pytest.raises(ValueError, match="below 0"):
        test(*moves)
