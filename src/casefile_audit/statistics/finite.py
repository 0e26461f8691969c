"""The range that k of n cases leaves where they were drawn from a population that has an end."""

from math import ceil, floor

from casefile_audit.statistics.proportion import Interval, wilson, wilson_of_rate

METHOD = "Wilson, finite population"
_HAIR = 1e-9


def in_population(
    k: int, n: int, read: int, population: int, level: float = 0.95
) -> Interval | None:
    """The range of a rate in a population of which so many cases were read; None if all were.

    Wilson's, of as many cases as would tell as much of a population without end: n(N-1)/(N-read),
    the finite population correction of the variance (Cochran 1977, Sampling Techniques, section
    2.6). Where the question was asked of every case read, it is opened to whole cases of the
    population, and holds what is known of those read: without that it misses the truth too often
    where few are left unread. How many of the others the question applies to isn't known, so they
    are taken to be the same share.

    Args:
        k: cases counted, 0 to n.
        n: applicable cases, at most ``read``.
        read: cases that were read of the population.
        population: how many cases it has.
        level: the confidence level, between 0 and 1.

    Raises:
        ValueError: the numbers can't be so.
    """
    if not 0 <= k <= n <= read <= population or n == 0:
        raise ValueError(f"{k} of {n} of {read} of {population} can't be so")
    if read == population:
        return None
    plain = wilson(k, n, level)
    worth = n * (population - 1) / (population - read)
    near = wilson_of_rate(k / n, worth, level)
    low, high = near.low, near.high
    if n == read:
        low = max(k, floor(low * population + _HAIR)) / population
        high = min(population - n + k, ceil(high * population - _HAIR)) / population
    return Interval(max(low, plain.low), min(high, plain.high), level, METHOD)
