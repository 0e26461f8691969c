"""Did a rate change: two samples, or the same cases read twice, and many criteria at once.

Counts are of cases that fail, and a difference is the share failing before less the share failing
after: above 0 is better.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, hypot, isnan, sqrt
from statistics import NormalDist

from casefile_audit.statistics.proportion import Interval, wilson

BOSCHLOO_TABLES = 300 * 300
"""The largest product of the two sample sizes for which Boschloo's test is worked out."""


@dataclass(frozen=True, slots=True)
class PValue:
    """A two-sided p-value and the name of the test that gave it.

    Attributes:
        value: 0 to 1. In samples of thousands it can be too small for a float, and then it is 0.0.
    """

    value: float
    method: str


@lru_cache(maxsize=4096)
def unpaired_p(k_before: int, n_before: int, k_after: int, n_after: int) -> PValue:
    """Test whether two independent samples have the same rate: twice the smaller one-sided p.

    Boschloo's unconditional exact test, which keeps its level and finds more than Fisher's; 1.0
    where neither sample, or all of both, fails. Above about 300 cases a side Fisher's exact test
    takes its place, which comes to much the same there. An approximation by chi-squared would not:
    however large one sample is, it is wrong where the other is small or what is counted is rare.

    Sources: Boschloo 1970, Statistica Neerlandica 24:1; Lydersen, Fagerland and Laake 2009,
    Statistics in Medicine 28:1159.

    Raises:
        ValueError: a sample is empty, or a count is not within 0 to its sample's size.
    """
    _check(k_before, n_before, k_after, n_after)
    failed, cases = k_before + k_after, n_before + n_after
    if n_before * n_after <= BOSCHLOO_TABLES:
        if failed in (0, cases):
            return PValue(1.0, "Boschloo")
        # Here because most commands test nothing and need not wait for scipy.
        from casefile_audit.statistics.boschloo import two_sided_p

        return PValue(two_sided_p(k_before, n_before, k_after, n_after), "Boschloo")
    return PValue(_fisher(k_before, n_before, failed, cases), "Fisher")


def newcombe(
    k_before: int, n_before: int, k_after: int, n_after: int, level: float = 0.95
) -> Interval:
    """The interval for the difference of two independent rates, built from their Wilson intervals.

    Source: Newcombe 1998, Statistics in Medicine 17:873, method 10.

    Raises:
        ValueError: a sample is empty, or a count is not within 0 to its sample's size.
    """
    spans = wilson(k_before, n_before, level), wilson(k_after, n_after, level)
    return difference_of((k_before / n_before, k_after / n_after), spans, "Newcombe")


def difference_of(
    rates: tuple[float, float], spans: tuple[Interval, Interval], method: str
) -> Interval:
    """The interval for the first of two rates less the second, built from their own.

    Source: Newcombe 1998, as above; of ranges by any method Zou and Donner 2008, Statistics in
    Medicine 27:1693.
    """
    (before, after), (first, second) = rates, spans
    difference = before - after
    return Interval(
        difference - hypot(before - first.low, second.high - after),
        difference + hypot(first.high - before, after - second.low),
        first.level,
        method,
    )


def largest_clear_after(
    before: int, n_before: int, n_after: int, alpha: float = 0.05
) -> int | None:
    """The most that may fail after for the fall to be clear at ``alpha``, or None if not even 0.

    Raises:
        ValueError: a sample is empty, or ``before`` is not within 0 to ``n_before``.
    """
    after = -1
    # Newcombe's interval is quick and nearly always right; the test decides.
    while newcombe(before, n_before, after + 1, n_after, 1 - alpha).low > 0:
        after += 1
    while unpaired_p(before, n_before, after + 1, n_after).value < alpha:
        after += 1
    while after >= 0 and unpaired_p(before, n_before, after, n_after).value >= alpha:
        after -= 1
    return after if after >= 0 else None


def bonett_price(better: int, worse: int, n: int, level: float = 0.95) -> Interval:
    """The interval for the change in a rate when the same n cases are read twice.

    It goes with ``sign_test_mid_p(better, worse)``, which is McNemar's mid-P test.

    Source: Bonett and Price 2012, Journal of Educational and Behavioral Statistics 37:479.

    Raises:
        ValueError: there are no cases, or more moved than there are.
    """
    if n <= 0 or min(better, worse) < 0 or better + worse > n:
        raise ValueError(f"of {n} cases, {better} cannot be better and {worse} worse")
    return bonett_price_of(better, worse, n, level)


def bonett_price_of(better: float, worse: float, n: float, level: float) -> Interval:
    """The same of numbers of cases that need not be whole, as weighted ones aren't."""
    p_better, p_worse = (better + 1) / (n + 2), (worse + 1) / (n + 2)
    difference = p_better - p_worse
    z = NormalDist().inv_cdf((1 + level) / 2)
    half = z * sqrt((p_better + p_worse - difference**2) / (n + 2))
    return Interval(
        max(-1.0, difference - half), min(1.0, difference + half), level, "Bonett-Price"
    )


def ratio(
    k_before: int, n_before: int, k_after: int, n_after: int, level: float = 0.95
) -> Interval:
    """The interval for how many times as high a rate is after as before, by its logarithm.

    Half a case is added everywhere, so that none before has an interval too, and a wide one.

    Source: Walter 1975, Biometrika 62:371.

    Raises:
        ValueError: a sample is empty, or a count is not within 0 to its sample's size.
    """
    _check(k_before, n_before, k_after, n_after)
    before, after = k_before + 0.5, k_after + 0.5
    variance = 1 / before - 1 / (n_before + 0.5) + 1 / after - 1 / (n_after + 0.5)
    times = after / (n_after + 0.5) * (n_before + 0.5) / before
    return _around(times, variance, level, "Walter")


def paired_ratio(k_before: int, k_after: int, moved: int, level: float = 0.95) -> Interval:
    """The same where the same cases are read twice, of which so many moved either way.

    A case is added to each count, as ``bonett_price`` does.

    Source: Bonett and Price 2006, Statistics in Medicine 25:3039, the standard error of its method.

    Raises:
        ValueError: a count is negative.
    """
    if min(k_before, k_after, moved) < 0:
        raise ValueError(f"a count cannot be below 0: {k_before}, {k_after}, {moved}")
    before, after = k_before + 1, k_after + 1
    return _around(after / before, (moved + 2) / (before * after), level, "Bonett-Price, ratio")


def _around(times: float, variance: float, level: float, method: str) -> Interval:
    far = exp(NormalDist().inv_cdf((1 + level) / 2) * sqrt(variance))
    return Interval(times / far, times * far, level, method)


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Adjust p-values so that any false claim among them is as rare as alpha, by Holm's steps.

    Source: Holm 1979, Scandinavian Journal of Statistics 6:65.

    None stands for a criterion that could not be tested, and is not counted.

    Raises:
        ValueError: a p-value is not within 0 to 1.
    """
    if any(p is not None and (isnan(p) or not 0 <= p <= 1) for p in p_values):
        raise ValueError(f"a p-value is within 0 to 1, and among these one is not: {p_values}")
    order = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    largest = 0.0
    for step, (p, place) in enumerate(order):
        largest = max(largest, min(1.0, p * (len(order) - step)))
        adjusted[place] = largest
    return adjusted


def _check(k_before: int, n_before: int, k_after: int, n_after: int) -> None:
    for k, n in ((k_before, n_before), (k_after, n_after)):
        if n <= 0 or not 0 <= k <= n:
            raise ValueError(f"a sample needs k within 0 to n and n above 0, not {k} of {n}")


def _fisher(k: int, n: int, failed: int, cases: int) -> float:
    from scipy.stats import hypergeom

    one_sided = min(hypergeom.cdf(k, cases, failed, n), hypergeom.sf(k - 1, cases, failed, n))
    return min(1.0, 2 * float(one_sided))
