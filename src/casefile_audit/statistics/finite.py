"""The range that k of n cases leaves where they were drawn from a population that has an end."""

from math import ceil, exp, floor

from casefile_audit.statistics.binomial import log_ways
from casefile_audit.statistics.proportion import ONE_SIDE, Interval, wilson, wilson_of_rate

METHOD = "Wilson, finite population"
_HAIR = 1e-9
_NOTHING = 1e-17


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
        n: applicable cases, at most ``read``.

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


def held_to_in_population(
    k: int, n: int, read: int, population: int, target: float
) -> tuple[bool, bool]:
    """Whether k of n reach a target, and whether that is by more than chance: ``held_to`` where so
    many cases were read of a population that has an end.
    """  # noqa: D205 - one thought
    applies_to = max(n, round(population * n / read))
    needed = target / 100 * applies_to
    enough = ceil(needed - _HAIR)
    if 100 * k >= target * n:
        # As likely as so few that don't meet it where one case too few does.
        return True, _chance_of_at_most(n - k, n, applies_to - enough + 1, applies_to) < ONE_SIDE
    if n < read:
        # Of 16 cases 95% are all of them, but of 20 one may miss it, and 16 is an estimate.
        enough = floor(needed + _HAIR)
    return False, _chance_of_at_most(k, n, enough, applies_to) < ONE_SIDE


def _chance_of_at_most(most: int, read: int, counted: int, population: int) -> float:
    """How likely it is that at most so many of those that count are among those read."""
    if counted > population:
        return 0.0
    least, total = max(0, read + counted - population), 0.0
    # From the top down, as below the mean each is smaller than the last.
    for found in range(min(most, counted), least - 1, -1):
        others = log_ways(population - counted, read - found)
        term = exp(log_ways(counted, found) + others - log_ways(population, read))
        total += term
        if term <= total * _NOTHING:
            break
    return total
