import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest, hypergeom

from casefile_audit.statistics.finite import held_to_in_population
from casefile_audit.statistics.proportion import held_to, upper_bound_none_found, wilson

counts = st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("k", "n", "ends"),
    [
        # P01, R 4.2.2 prop.test(correct=FALSE)
        (12, 48, (0.14920634, 0.38784373)),
        # P02
        (5, 6, (0.43649718, 0.96994663)),
        # P03
        (10, 10, (0.7224672, 1.0)),
        # P04, Newcombe 1998, Statistics in Medicine 17:857, table I
        (81, 263, (0.25528852, 0.36620958)),
    ],
)
def test_reference_intervals(k: int, n: int, ends: tuple[float, float]) -> None:
    interval = wilson(k, n)
    assert (interval.low, interval.high) == pytest.approx(ends, abs=1e-7)
    assert interval.method == "Wilson"


@pytest.mark.parametrize("n", range(1, 31))
def test_the_interval_is_that_of_scipy(n: int) -> None:
    for k in range(n + 1):
        interval, expected = wilson(k, n), binomtest(k, n).proportion_ci(method="wilson")
        assert (interval.low, interval.high) == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize(
    ("n", "mean", "lowest"),
    [(12, 0.954, 0.839)],  # Brown, Cai and DasGupta 2001 recommend Wilson for this
)
def test_the_wilson_interval_covers_the_true_rate_as_often_as_it_says(
    n: int, mean: float, lowest: float
) -> None:
    rates = np.arange(1, 4000) / 4000
    cover = np.zeros_like(rates)
    for k in range(n + 1):
        interval = wilson(k, n)
        inside = (interval.low <= rates) & (rates <= interval.high)
        cover += binom.pmf(k, n, rates) * inside
    assert cover.mean() == pytest.approx(mean, abs=0.001)
    assert cover.min() == pytest.approx(lowest, abs=0.01)


@given(counts, st.floats(0.5, 0.999))
def test_an_interval_holds_its_rate_and_is_the_mirror_of_the_others(
    counted: tuple[int, int], level: float
) -> None:
    k, n = counted
    interval, mirror = wilson(k, n, level), wilson(n - k, n, level)
    assert 0 <= interval.low <= k / n <= interval.high <= 1
    assert interval.low == pytest.approx(1 - mirror.high, abs=1e-12)
    assert interval.high == pytest.approx(1 - mirror.low, abs=1e-12)
    assert interval.level == level


@given(st.integers(1, 10**6))
def test_the_ends_at_none_and_all_are_exactly_none_and_all(n: int) -> None:
    assert wilson(0, n).low == 0
    assert wilson(n, n).high == 1
    assert wilson(0, n).high < 1
    assert wilson(n, n).low > 0


def test_a_higher_level_is_wider() -> None:
    assert wilson(12, 48, 0.99).low < wilson(12, 48).low < wilson(12, 48, 0.8).low


def test_none_found_in_ten_leaves_one_in_four_open() -> None:
    assert upper_bound_none_found(10) == pytest.approx(0.2588656, abs=1e-6)
    assert wilson(0, 10).high == pytest.approx(0.2775328, abs=1e-6)


@given(st.integers(1, 10**6), st.floats(0.5, 0.999))
def test_the_bound_for_none_found_is_where_none_is_as_rare_as_said(n: int, level: float) -> None:
    bound = upper_bound_none_found(n, level)
    assert 0 < bound < 1
    assert (1 - bound) ** n == pytest.approx(1 - level, rel=1e-6)


@pytest.mark.parametrize(
    ("k", "n", "level", "message"),
    [
        (0, 0, 0.95, "at least one case"),
        (0, -3, 0.95, "at least one case"),
        (-1, 12, 0.95, "within 0 to 12"),
        (13, 12, 0.95, "within 0 to 12"),
        (2, 12, 0.0, "confidence level"),
        (2, 12, 1.0, "confidence level"),
        (2, 12, float("nan"), "confidence level"),
    ],
)
def test_counts_that_cannot_be_are_refused(k: int, n: int, level: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        wilson(k, n, level)


def test_the_bound_for_none_found_needs_a_case() -> None:
    with pytest.raises(ValueError, match="at least one case"):
        upper_bound_none_found(0)


def test_an_interval_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        wilson(2, 12).low = 0.0  # type: ignore[misc]


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("proportion", ["numpy", "scipy"]),
        ("control", ["numpy", "scipy"]),
        ("run_rules", ["numpy", "scipy"]),
        ("comparison", ["scipy"]),
        ("power", ["scipy"]),
        ("ordinal", ["scipy"]),
        ("agreement", ["scipy"]),
        ("totals", ["scipy"]),
    ],
)
def test_importing_a_module_does_not_load_what_is_slow(module: str, heavy: list[str]) -> None:
    script = (
        f"import sys, casefile_audit.statistics.{module}\n"
        f"print([name for name in {[*heavy, 'statsmodels', 'pandas']} if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize("target", [50, 80, 95, 99, 100])
def test_beyond_chance_is_what_the_exact_test_says(target: float) -> None:
    for n in (1, 2, 5, 12, 48):
        for k in range(n + 1):
            reached = 100 * k >= target * n
            tail = binom.sf(k - 1, n, target / 100) if reached else binom.cdf(k, n, target / 100)
            assert held_to(k, n, target) == (reached, bool(tail < 0.025)), (k, n)


@pytest.mark.parametrize("target", [50, 80, 95, 99, 100])
def test_and_so_in_a_population_that_has_an_end(target: int) -> None:
    for n, population in ((1, 2), (1, 1000), (5, 12), (12, 30), (48, 50), (48, 400)):
        enough = -(-target * population // 100)
        for k in range(n + 1):
            reached = 100 * k >= target * n
            # The most that miss the target, or the fewest that reach it, in the population.
            tail = (
                hypergeom.sf(k - 1, population, enough - 1, n)
                if reached
                else hypergeom.cdf(k, population, enough, n)
            )
            found = held_to_in_population(k, n, n, population, target)
            assert found == (reached, bool(tail < 0.025)), (k, n, population)


@pytest.mark.parametrize(
    ("k", "n", "read", "population", "target", "beyond"),
    [
        (12, 13, 48, 60, 95, False),  # of 16 that it may apply to all are 95%, of 20 only 19
        (4, 5, 58, 60, 85, False),  # as 5 of 6 would not be
        (6, 13, 48, 60, 95, True),
        (15, 16, 48, 60, 100, True),  # all: then one that missed it is enough
        (12, 13, 13, 16, 95, True),  # asked of every case read, it applies to all
    ],
)
def test_a_target_is_missed_for_sure_by_no_estimate_of_whom_it_is_for(
    k: int, n: int, read: int, population: int, target: int, beyond: bool
) -> None:
    assert held_to_in_population(k, n, read, population, target) == (False, beyond)
