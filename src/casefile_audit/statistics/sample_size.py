"""How many cases of a population are enough, for a margin or to find a failure; and what was ruled
out. Whole numbers and fractions throughout: a limit that is reached exactly counts as reached.
"""  # noqa: D205 - one thought

from collections.abc import Callable
from fractions import Fraction
from math import ceil, comb
from statistics import NormalDist

_HAIR = 1e-9


def for_margin(margin: Fraction, population: int, level: float = 0.95) -> int:
    """The cases that give a rate to within a margin either way, whatever the rate is.

    n₀N/(n₀+N-1) rounded up, with n₀ = z²/4e² of a rate of one half, where the most are needed.
    Source: Cochran 1977, Sampling Techniques, section 4.4; Krejcie and Morgan 1970 round it to the
    nearest.

    Args:
        margin: from 0 to 1, such as 1/10 for ten points.

    Raises:
        ValueError: the margin is not between 0 and 1, or there is no case.
    """
    if not 0 < margin < 1:
        raise ValueError(f"a margin is between 0 and 1, and this is {margin}")
    _check_population(population)
    z = NormalDist().inv_cdf((1 + level) / 2)
    endless = z * z / (4 * float(margin) ** 2)
    return min(population, ceil(endless * population / (endless + population - 1) - _HAIR))


def to_find(
    rate: Fraction, population: int, allowed: int = 0, level: Fraction = Fraction(19, 20)
) -> int:
    """The fewest cases that show more than ``allowed`` failures, if so many fail, with ``level``.

    Discovery sampling, exact in a finite population (hypergeometric). Sources: the tables of the
    AICPA for attribute sampling (59, 93, 124 and 153 cases for 5% in a large population), and
    Cannon and Roe 1982, Livestock Disease Surveys, table 1 (45 of 100).

    Raises:
        ValueError: the rate is not between 0 and 1, there is no case, or no more than ``allowed``
            would fail.
    """
    if not 0 < rate <= 1:
        raise ValueError(f"a rate is above 0 and at most 1, and this is {rate}")
    _check_population(population)
    failing = failing_at(rate, population)
    if allowed >= failing:
        raise ValueError(f"more than {allowed} can't be found where {failing} fail")
    return _first(
        lambda cases: chance_of_at_most(allowed, cases, failing, population) <= 1 - level,
        1,
        population,
    )


def failing_at(rate: Fraction, population: int) -> int:
    """The fewest cases of a population that are the rate or more: 7 of 100 for 7%."""
    return ceil(rate * population)


def most_failing(found: int, read: int, population: int, level: Fraction = Fraction(19, 20)) -> int:
    """The most cases of a population that may fail, where ``found`` of those read did.

    The one-sided exact bound: with one more, so few would be found less often than 1 - ``level``.

    Raises:
        ValueError: the numbers can't be so.
    """
    if not 0 <= found <= read <= population:
        raise ValueError(f"{found} of {read} of {population} can't be so")
    most = population - read + found
    too_many = _first(
        lambda failing: chance_of_at_most(found, read, failing, population) <= 1 - level,
        found + 1,
        most + 1,
    )
    return too_many - 1


def chance_of_at_most(most: int, read: int, failing: int, population: int) -> Fraction:
    """How likely it is to find ``most`` or fewer of the failing ones in the cases read."""
    # The two are alike to it, and the fewer there are of one, the shorter the numbers.
    few, many = sorted((read, failing))
    ways = sum(
        comb(many, found) * comb(population - many, few - found)
        for found in range(min(most, few) + 1)
        if few - found <= population - many
    )
    return Fraction(ways, comb(population, few))


def _first(holds: Callable[[int], bool], start: int, end: int) -> int:
    """The first number from ``start`` on at which something holds, as it does from there on.

    It is taken to hold at ``end``. Small numbers are tried first: large ones take long to reckon.
    """
    below, step = start - 1, 1
    while below + step < end and not holds(below + step):
        below, step = below + step, step * 2
    above = min(below + step, end)
    while above - below > 1:
        middle = (below + above) // 2
        if holds(middle):
            above = middle
        else:
            below = middle
    return above


def _check_population(population: int) -> None:
    if population < 1:
        raise ValueError(f"a population has at least one case, not {population}")
