"""How likely two samples are to show a change that is there, and how many cases that takes."""

from functools import lru_cache
from math import sqrt
from statistics import NormalDist

from casefile_audit.statistics.comparison import BOSCHLOO_TABLES

_WANTED = 0.8


def power(
    rate_before: float, rate_after: float, n_before: int, n_after: int, alpha: float = 0.05
) -> float:
    """The probability that a true change is found clear, and in the right direction.

    Every pair of counts that Boschloo's two-sided test finds clear is counted with its
    probability; above about 300 cases a side, the normal approximation takes its place.

    Raises:
        ValueError: a sample is empty, or a rate is not within 0 to 1.
    """
    if min(n_before, n_after) <= 0:
        raise ValueError(f"a sample needs at least one case, not {n_before} and {n_after}")
    if not (0 <= rate_before <= 1 and 0 <= rate_after <= 1):
        raise ValueError(f"a rate is within 0 to 1, not {rate_before} and {rate_after}")
    if rate_after > rate_before:
        rate_before, rate_after = 1 - rate_before, 1 - rate_after
    if n_before * n_after > BOSCHLOO_TABLES:
        return _normal_power(rate_before, rate_after, n_before, n_after, alpha)
    import numpy as np
    from scipy.stats import binom

    from casefile_audit.statistics.boschloo import clear_falls

    before = binom.pmf(np.arange(n_before + 1), n_before, rate_before)
    clear = binom.cdf(np.array(clear_falls(n_before, n_after, alpha)), n_after, rate_after)
    return min(1.0, float(before @ clear))


@lru_cache(maxsize=256)
def cases_needed(rate_before: float, rate_after: float, alpha: float = 0.05) -> int | None:
    """About how many cases a side find a true change clear in 4 of 5 tries.

    Power rises with the number of cases in small steps up and down, so this is a number that has
    the power wanted where one case fewer has not, and a round figure is as good. None where the
    rates are the same and there is nothing to find.

    Raises:
        ValueError: a rate is not within 0 to 1.
    """
    if rate_before == rate_after:
        return None
    too_few, enough = 0, 1
    while power(rate_before, rate_after, enough, enough, alpha) < _WANTED:
        too_few, enough = enough, enough * 2
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        if power(rate_before, rate_after, middle, middle, alpha) < _WANTED:
            too_few = middle
        else:
            enough = middle
    return enough


def _normal_power(
    rate_before: float, rate_after: float, n_before: int, n_after: int, alpha: float
) -> float:
    """Fleiss, Levin and Paik 2003, Statistical Methods for Rates and Proportions, section 4.2."""
    pooled = (n_before * rate_before + n_after * rate_after) / (n_before + n_after)
    if pooled in (0, 1):
        return 0.0
    null = sqrt(pooled * (1 - pooled) * (1 / n_before + 1 / n_after))
    true = sqrt(
        rate_before * (1 - rate_before) / n_before + rate_after * (1 - rate_after) / n_after
    )
    margin = rate_before - rate_after - NormalDist().inv_cdf(1 - alpha / 2) * null
    if true == 0:
        return 1.0
    return NormalDist().cdf(margin / true)
