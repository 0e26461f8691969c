"""Limits that chance alone keeps to when nothing changes: p, p-prime, XmR and g-charts.

Rates are 0 to 1. A limit is the last value inside it: a point is out when it is beyond.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, inf, log, log1p, sqrt
from statistics import fmean

from casefile_audit.statistics.binomial import at_most

ONE_SIDED_TAIL = 0.00135
"""The chance beyond three standard deviations on one side of a normal distribution."""

MOVING_RANGE_TO_SIGMA = 1.128
"""The mean range of two normal values, in standard deviations."""

MOVING_RANGE_TO_LIMIT = 2.66
"""Three standard deviations in mean moving ranges, as control charts round 3 / 1.128."""

FEWEST_FOR_P_PRIME = 50
LEAST_OVERDISPERSION = 1.2


@dataclass(frozen=True, slots=True)
class Limits:
    """The lowest and highest value that is inside."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class XmrChart:
    """The centre and limits of an XmR chart, in the unit of the values.

    Attributes:
        warning_limits: two-thirds of the way from the centre to them.
    """

    centre: float
    limits: Limits
    warning_limits: Limits


@dataclass(frozen=True, slots=True)
class GapChart:
    """The centre and limits of a g-chart, in cases between one event and the next.

    Attributes:
        median: the gap that half of all gaps are at or under, for rules about runs.
    """

    median: int
    limits: Limits


def centre_rate(failed: Sequence[int], cases: Sequence[int]) -> float:
    """The centre of a p-chart: all that failed of all cases, 0 to 1.

    Raises:
        ValueError: there are no cases, or more failed in a period than it has cases.
    """
    if not sum(cases) or any(not 0 <= k <= n for k, n in zip(failed, cases, strict=True)):
        raise ValueError(f"each period needs k within 0 to n, and some cases: {failed}, {cases}")
    return sum(failed) / sum(cases)


def p_limits(centre: float, n: int, spread: float = 1.0) -> Limits:
    """The three-sigma limits of a p-chart for a period of n cases, cut to 0..1.

    A normal approximation: with few cases use ``exact_limits``.

    Source: Montgomery, Introduction to Statistical Quality Control, section 7.2.

    Args:
        spread: 1, or what ``p_prime_spread`` gives for a p-prime chart.

    Raises:
        ValueError: the period has no cases, or the centre is not within 0 to 1.
    """
    _check_period(centre, n)
    return _cut(centre, 3 * spread * sqrt(centre * (1 - centre) / n), (0.0, 1.0))


def exact_limits(centre: float, n: int) -> Limits:
    """The limits of a p-chart for a period of n cases from binomial probabilities, as rates.

    A count is outside when one as low, or one as high, has a chance of 0.00135 or less.

    Source: Montgomery, Introduction to Statistical Quality Control, section 7.2, with the tail of
    a three-sigma limit.

    Raises:
        ValueError: the period has no cases, or the centre is not within 0 to 1.
    """
    _check_period(centre, n)
    return Limits(_fewest_inside(centre, n) / n, (n - _fewest_inside(1 - centre, n)) / n)


def p_prime_spread(failed: Sequence[int], cases: Sequence[int], centre: float) -> float:
    """How much wider than chance the periods vary, for large periods that vary more than chance.

    1.0, which leaves a plain p-chart, unless every period has 50 cases and the spread is above 1.2:
    in small periods it says nothing, and it must never tighten the limits.

    Source: Laney 2002, Quality Engineering 14:531; the two thresholds are this program's own.
    """
    if len(cases) < 2 or min(cases) < FEWEST_FOR_P_PRIME or centre in (0, 1):
        return 1.0
    z = [
        (k / n - centre) / sqrt(centre * (1 - centre) / n)
        for k, n in zip(failed, cases, strict=True)
    ]
    spread = _mean_moving_range(z) / MOVING_RANGE_TO_SIGMA
    return spread if spread > LEAST_OVERDISPERSION else 1.0


def xmr_chart(values: Sequence[float], *, as_rates: bool = False) -> XmrChart:
    """The centre and natural process limits of single values, with no range screened out.

    Source: Wheeler 2000, Understanding Variation; NHS England, Making Data Count.

    Args:
        as_rates: cut all limits to 0..1, which rates cannot leave.

    Raises:
        ValueError: there are fewer than two values.
    """
    if len(values) < 2:
        raise ValueError(f"a moving range needs two values, and there is {len(values)}")
    centre = fmean(values)
    half = MOVING_RANGE_TO_LIMIT * _mean_moving_range(values)
    ends = (0.0, 1.0) if as_rates else (-inf, inf)
    # The warning limits are cut after they are worked out: two-thirds of the way to a limit that
    # was cut would be so near the centre that a run of zeros broke a rule.
    return XmrChart(centre, _cut(centre, half, ends), _cut(centre, half * 2 / 3, ends))


def gap_chart(gaps: Sequence[int]) -> GapChart:
    """The g-chart of rare events, from the geometric distribution and its own probabilities.

    A gap is outside when one as short, or one as long, has a chance of 0.00135 or less.

    Source: Benneyan 2001, Health Care Management Science 4:305.

    Args:
        gaps: cases without the event between one event and the next, 0 where they are neighbours.

    Raises:
        ValueError: there are no gaps, or one is negative.
    """
    if not gaps or min(gaps) < 0:
        raise ValueError(f"a g-chart needs gaps of 0 cases or more, not {gaps}")
    rate = len(gaps) / (len(gaps) + sum(gaps))
    if rate == 1:
        return GapChart(0, Limits(0, 0))
    per_case = log1p(-rate)
    median = max(0, ceil(log(0.5) / per_case) - 1)
    shortest = floor(log1p(-ONE_SIDED_TAIL) / per_case)
    longest = ceil(log(ONE_SIDED_TAIL) / per_case) - 1
    return GapChart(median, Limits(shortest, longest))


def _check_period(centre: float, n: int) -> None:
    if n <= 0 or not 0 <= centre <= 1:
        raise ValueError(f"limits need a period with cases and a rate, not {n} and {centre}")


def _cut(centre: float, half: float, ends: tuple[float, float]) -> Limits:
    return Limits(max(ends[0], centre - half), min(ends[1], centre + half))


def _fewest_inside(centre: float, n: int) -> int:
    return bisect_right(range(n + 1), ONE_SIDED_TAIL, key=lambda k: at_most(k, n, centre))


def _mean_moving_range(values: Sequence[float]) -> float:
    return fmean(abs(later - earlier) for earlier, later in pairwise(values))
