"""Binomial probabilities and the sign test, from the standard library alone."""

from math import comb, exp, lgamma, log, log1p


def at_most(k: int, n: int, rate: float) -> float:
    """The probability of k or fewer failures among n cases when each fails at ``rate`` (0 to 1)."""
    if k < 0:
        return 0.0
    if k >= n:
        return 1.0
    if rate in (0.0, 1.0):
        return 1.0 - rate
    if k <= n * rate:
        return _tail(k, n, rate)
    return 1.0 - _tail(n - k - 1, n, 1.0 - rate)


def at_least(k: int, n: int, rate: float) -> float:
    """The probability of k or more failures among n cases when each fails at ``rate`` (0 to 1)."""
    return at_most(n - k, n, 1.0 - rate)


def _tail(k: int, n: int, rate: float) -> float:
    """Sum the terms from k, which is at or below the mean, down: each is smaller than the last."""
    term = exp(
        lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(rate) + (n - k) * log1p(-rate)
    )
    total = 0.0
    odds_against = (1.0 - rate) / rate
    while k >= 0 and term > total * 1e-17:
        total += term
        term *= k / (n - k + 1) * odds_against
        k -= 1
    return min(1.0, total)


def sign_test_mid_p(better: int, worse: int) -> float:
    """The two-sided mid-P value of the sign test, 1.0 where as many moved one way as the other.

    Twice the chance of a split more lopsided than this one, and once the chance of this one, when
    a move either way is as likely as the other. It is McNemar's mid-P test when the moves are of a
    yes or no criterion.

    Source: Fagerland, Lydersen and Laake 2013, BMC Medical Research Methodology 13:91.

    Args:
        better: cases that moved up.
        worse: cases that moved down.

    Raises:
        ValueError: a count is negative.
    """
    if better == worse:
        return 1.0
    moved, fewer = better + worse, min(better, worse)
    return (2 * _splits(moved, fewer - 1) + comb(moved, fewer)) / (1 << moved)


def sign_test_exact(better: int, worse: int) -> float:
    """The two-sided exact p of the sign test: twice the chance of a split at least as lopsided.

    Source: Conover 1999, Practical Nonparametric Statistics, section 3.4.

    Raises:
        ValueError: a count is negative.
    """
    moved, fewer = better + worse, min(better, worse)
    return min(1.0, 2 * _splits(moved, fewer) / (1 << moved))


def _splits(moved: int, most: int) -> int:
    """The ways in which at most ``most`` of those that moved can have moved one way."""
    return sum(comb(moved, i) for i in range(most + 1))
