"""The range that k of n cases leaves for the rate they were drawn from.

Imports the standard library alone, so that ``audit score`` starts quickly.
"""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from casefile_audit.statistics.binomial import at_least, at_most

ONE_SIDE = 0.025
"""The chance that a range of 95% leaves on either side."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval.

    Attributes:
        low: the lower end, in the unit of what is estimated (a rate is 0 to 1).
        high: the upper end, in the same unit.
        level: the confidence level, such as 0.95.
        method: the name of the method, such as ``Wilson``.
    """

    low: float
    high: float
    level: float
    method: str


def wilson(k: int, n: int, level: float = 0.95) -> Interval:
    """The Wilson score interval for a rate: exactly 0 at the low end of 0 of n, 1 at the high of n.

    Source: Wilson 1927; recommended for small samples by Brown, Cai and DasGupta 2001,
    Statistical Science 16:101.

    Raises:
        ValueError: n is not positive, k is not within 0 to n, or level is not between 0 and 1.
    """
    _check(k, n, level)
    return _wilson(k, n, level)


def range_of(k: int, n: int) -> Interval | None:
    """Wilson's range of a rate; None of no cases."""
    return wilson(k, n) if n else None


def held_to(k: int, n: int, target: float) -> tuple[bool, bool]:
    """Whether k of n reach a target, and whether that is by more than chance.

    So few, or so many, then have a chance under 1 in 40 where the target is just reached: the exact
    test, since of few cases Wilson's range is too narrow for it.

    Args:
        target: the percentage that should.
    """
    reached, rate = 100 * k >= target * n, target / 100
    return reached, (at_least if reached else at_most)(k, n, rate) < ONE_SIDE


def wilson_of_rate(rate: float, worth: float, level: float = 0.95) -> Interval:
    """The same for a rate that is worth so many cases of a plain random sample, whole or not.

    Raises:
        ValueError: it is worth nothing, the rate is not within 0 to 1, or level not between them.
    """
    if worth <= 0 or not 0 <= rate <= 1 or not 0 < level < 1:
        raise ValueError(f"a rate of {rate} worth {worth} cases has no range at {level}")
    return _wilson(rate * worth, worth, level)


def upper_bound_none_found(n: int, level: float = 0.95) -> float:
    """The highest rate (0 to 1) at which n cases would still show none as often as 1 - level.

    The one-sided Clopper-Pearson bound at 0 of n.

    Raises:
        ValueError: n is not positive, or level is not between 0 and 1.
    """
    _check(0, n, level)
    return 1.0 - float((1.0 - level) ** (1.0 / n))


def _check(k: int, n: int, level: float) -> None:
    if n <= 0:
        raise ValueError(f"a rate needs at least one case, and n is {n}")
    if not 0 <= k <= n:
        raise ValueError(f"k must be within 0 to {n}, and is {k}")
    if not 0 < level < 1:
        raise ValueError(f"a confidence level is between 0 and 1, and this is {level}")


def _wilson(k: float, n: float, level: float) -> Interval:
    z = NormalDist().inv_cdf((1 + level) / 2)
    return Interval(_wilson_low(k, n, z), 1 - _wilson_low(n - k, n, z), level, "Wilson")


def _wilson_low(k: float, n: float, z: float) -> float:
    # The smaller root from the product of the two: nothing cancels, so 0 of n gives exactly 0.
    return 2 * k * k / (n * (2 * k + z * z + z * sqrt(z * z + 4 * k * (n - k) / n)))
