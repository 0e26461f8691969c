import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import boschloo_exact

from casefile_audit.statistics.boschloo import clear_falls, two_sided_p

TABLES = st.tuples(st.integers(1, 30), st.integers(1, 30)).flatmap(
    lambda n: st.tuples(st.integers(0, n[0]), st.just(n[0]), st.integers(0, n[1]), st.just(n[1]))
)


def by_scipy(k_before: int, n_before: int, k_after: int, n_after: int) -> float:
    # The samples are the columns: with the samples as rows the answer is silently another.
    table = [[k_before, k_after], [n_before - k_before, n_after - k_after]]
    return min(1.0, float(boschloo_exact(table).pvalue))


@given(TABLES.filter(lambda t: 0 < t[0] + t[2] < t[1] + t[3]))
@settings(max_examples=60, deadline=None)
def test_p_is_that_of_scipy(table: tuple[int, int, int, int]) -> None:
    # Scipy looks for the worst rate from random points, so now and then it finds a lesser one.
    assert two_sided_p(*table) == pytest.approx(by_scipy(*table), rel=1e-4)


@pytest.mark.parametrize(
    ("table", "p"),
    [
        # scipy 1.17 boschloo_exact
        ((61, 299, 41, 299), 0.03239355816096674),
        ((181, 299, 161, 299), 0.10238256647334523),
        # By hand: twice the largest p (1 - p)^2, which is 4 / 27 at p = 1/3
        ((1, 1, 0, 2), 8 / 27),
        ((0, 2, 1, 1), 8 / 27),
        ((1, 1, 0, 1), 0.5),
    ],
)
def test_reference_p_values(table: tuple[int, int, int, int], p: float) -> None:
    assert two_sided_p(*table) == pytest.approx(p, rel=1e-6)


@pytest.mark.parametrize(("n_before", "n_after"), [(12, 12), (7, 15), (15, 7), (30, 4), (1, 1)])
@pytest.mark.parametrize("alpha", [0.05, 0.0025])
def test_a_count_is_clear_where_its_p_is(n_before: int, n_after: int, alpha: float) -> None:
    for before, most in enumerate(clear_falls(n_before, n_after, alpha)):
        clear = [
            after
            for after in range(n_after + 1)
            if before * n_after > after * n_before
            and two_sided_p(before, n_before, after, n_after) <= alpha
        ]
        assert most == max(clear, default=-1)


def test_samples_of_very_unlike_sizes_have_a_p_value() -> None:
    p = two_sided_p(3, 9, 2000, 9999)
    assert p == pytest.approx(two_sided_p(2000, 9999, 3, 9), rel=1e-6)
    assert 0.2 < p < 1
