"""Binomial probabilities and the sign test, from the standard library alone."""

from math import exp, lgamma, log


def log_ways(n: int, k: int) -> float:
    """The logarithm of the ways to take k of n."""
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def at_most(k: int, n: int, rate: float) -> float:
    """The probability of k or fewer failures among n cases when each fails at ``rate`` (0 to 1)."""
    if k < 0:
        return 0.0
    if k >= n:
        return 1.0
    if rate in (0.0, 1.0):
        return 1.0 - rate
    if k <= n * rate:
        return _tail(k, n, rate, 1.0 - rate)
    return 1.0 - _tail(n - k - 1, n, 1.0 - rate, rate)


def at_least(k: int, n: int, rate: float) -> float:
    """The probability of k or more failures among n cases when each fails at ``rate`` (0 to 1)."""
    return at_most(n - k, n, 1.0 - rate)


def _tail(k: int, n: int, rate: float, otherwise: float) -> float:
    """Sum the terms from k, which is at or below the mean, down: each is smaller than the last.

    Takes 1 - rate as well, since the smaller of the two can be too small to subtract from 1.
    """
    term = exp(log_ways(n, k) + k * log(rate) + (n - k) * log(otherwise))
    total = 0.0
    while k >= 0 and term > total * 1e-17:
        total += term
        term *= k / (n - k + 1) * (otherwise / rate)
        k -= 1
    return min(1.0, total)


def sign_test_mid_p(better: int, worse: int) -> float:
    """The two-sided mid-P value of the sign test, 1.0 where as many moved one way as the other.

    Twice the chance of a split more lopsided than this one, and once the chance of this one, when
    a move either way is as likely as the other. It is McNemar's mid-P test when the moves are of a
    yes or no criterion.

    Source: Fagerland, Lydersen and Laake 2013, BMC Medical Research Methodology 13:91.

    Raises:
        ValueError: a count is negative.
    """
    moved, fewer = _moves(better, worse)
    if better == worse:
        return 1.0
    return at_most(fewer - 1, moved, 0.5) + at_most(fewer, moved, 0.5)


def sign_test_exact(better: int, worse: int) -> float:
    """The two-sided exact p of the sign test: twice the chance of a split at least as lopsided.

    Source: Conover 1999, Practical Nonparametric Statistics, section 3.4.

    Raises:
        ValueError: a count is negative.
    """
    moved, fewer = _moves(better, worse)
    return min(1.0, 2 * at_most(fewer, moved, 0.5))


def _moves(better: int, worse: int) -> tuple[int, int]:
    """How many moved, and how many of those the way that fewer did."""
    if min(better, worse) < 0:
        raise ValueError(f"a count cannot be below 0: {better} better, {worse} worse")
    return better + worse, min(better, worse)
