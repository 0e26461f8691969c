"""Two samples of grades: is one graded better than the other, with no distance between grades.

A split is the number of cases at each grade, best grade first, on one scale. For the same cases
graded twice, see ``binomial.sign_test_mid_p``, which needs only the direction of each move.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import comb, sqrt
from statistics import NormalDist

from casefile_audit.statistics.comparison import PValue
from casefile_audit.statistics.proportion import Interval
from casefile_audit.statistics.student import t_quantile, two_sided_t_p

EXACT_CASES = 200
"""The most cases, both samples together, whose rank test is worked out exactly."""


@dataclass(frozen=True, slots=True)
class _Placements:
    """How the cases of each sample stand among those of the other, on a scale of 0 to 1."""

    effect: float
    variance: float
    df: float


def relative_effect(first: Sequence[int], second: Sequence[int]) -> float:
    """The probability that a case of the first sample is graded better, half of it where the same.

    Above 0.5 the second sample is the worse; 0.5 where neither tends to be better.

    Source: Brunner and Munzel 2000, Biometrical Journal 42:17.

    Raises:
        ValueError: the splits are not on one scale, a count is negative or a sample is empty.
    """
    _check(first, second)
    return _twice_wins(first, second) / (2 * sum(first) * sum(second))


def relative_effect_interval(
    first: Sequence[int], second: Sequence[int], level: float = 0.95
) -> Interval:
    """The interval for the relative effect: Brunner and Munzel's, cut to 0..1.

    Where their variance is nothing, as when the two samples share no grade or one has a single
    case, it is Newcombe's score interval, which needs sample sizes only and is wider.

    Sources: Brunner and Munzel 2000, Biometrical Journal 42:17; Newcombe 2006, Statistics in
    Medicine 25:559, method 5.

    Raises:
        ValueError: the splits are not on one scale, a count is negative or a sample is empty.
    """
    _check(first, second)
    placements = _placements(first, second)
    if placements is None:
        effect, n_first, n_second = relative_effect(first, second), sum(first), sum(second)
        low = _newcombe_low(effect, n_first, n_second, level)
        high = 1 - _newcombe_low(1 - effect, n_first, n_second, level)
        return Interval(low, high, level, "Newcombe")
    half = t_quantile(level, placements.df) * sqrt(placements.variance)
    low, high = max(0.0, placements.effect - half), min(1.0, placements.effect + half)
    return Interval(low, high, level, "Brunner-Munzel")


def rank_p(first: Sequence[int], second: Sequence[int]) -> PValue:
    """Test whether two samples tend to the same grades: Wilcoxon-Mann-Whitney, two-sided.

    Exact, given how many cases of both samples have each grade, with mid-ranks for equal grades;
    above 200 cases together, Brunner and Munzel's approximation takes its place where the samples
    share a grade.

    Sources: Lehmann 1975, Nonparametrics, section 1.4; Brunner and Munzel 2000, Biometrical
    Journal 42:17; Neubert and Brunner 2007, Computational Statistics and Data Analysis 51:5192.

    Raises:
        ValueError: the splits are not on one scale, a count is negative or a sample is empty.
    """
    _check(first, second)
    n_first, n_second = sum(first), sum(second)
    if n_first + n_second <= EXACT_CASES or min(n_first, n_second) == 1:
        return PValue(_exact_p(first, second), "Wilcoxon-Mann-Whitney")
    placements = _placements(first, second)
    if placements is None:
        return PValue(_separated_p(first, second), "Wilcoxon-Mann-Whitney")
    t = (placements.effect - 0.5) / sqrt(placements.variance)
    return PValue(two_sided_t_p(t, placements.df), "Brunner-Munzel")


def _check(first: Sequence[int], second: Sequence[int]) -> None:
    if len(first) != len(second):
        raise ValueError(f"one scale has {len(first)} grades and the other {len(second)}")
    if min([*first, *second, 0]) < 0 or not sum(first) or not sum(second):
        raise ValueError(
            f"a split needs at least one case and no negative count: {first}, {second}"
        )


def _twice_wins(first: Sequence[int], second: Sequence[int]) -> int:
    """Pairs of cases in which the first is graded better, twice, and the same grade, once."""
    worse_or_same = accumulate(reversed(second))
    pairs = zip(reversed(first), reversed(second), worse_or_same, strict=True)
    return sum(a * (2 * reached - b) for a, b, reached in pairs)


def _exact_p(first: Sequence[int], second: Sequence[int]) -> float:
    """Share the cases out between the samples in every way, and count those at least as far out.

    Whole numbers throughout, so that sharings equally far out either way compare equal.
    """
    totals = [a + b for a, b in zip(first, second, strict=True)]
    n_first, cases = sum(first), sum(totals)
    # Twice the mid-rank of each grade, measured from the mean of all mid-ranks.
    scores = [
        2 * passed - total - cases for passed, total in zip(accumulate(totals), totals, strict=True)
    ]
    ways: dict[tuple[int, int], int] = {(0, 0): 1}
    left = cases
    for total, score in zip(totals, scores, strict=True):
        left -= total
        grown: dict[tuple[int, int], int] = defaultdict(int)
        for (taken, rank_sum), count in ways.items():
            for more in range(max(0, n_first - taken - left), min(total, n_first - taken) + 1):
                grown[taken + more, rank_sum + more * score] += count * comb(total, more)
        ways = grown
    seen = abs(sum(a * score for a, score in zip(first, scores, strict=True)))
    far = sum(count for (_, rank_sum), count in ways.items() if abs(rank_sum) >= seen)
    return far / comb(cases, n_first)


def _separated_p(first: Sequence[int], second: Sequence[int]) -> float:
    """The p where the two samples share no grade, or all cases have one grade."""
    if _twice_wins(first, second) == sum(first) * sum(second):
        return 1.0
    return min(1.0, 2 / comb(sum(first) + sum(second), sum(first)))


def _placements(first: Sequence[int], second: Sequence[int]) -> _Placements | None:
    """The relative effect's variance and degrees of freedom, or None where there is no variance."""
    n_first, n_second = sum(first), sum(second)
    if min(n_first, n_second) < 2:
        return None
    part_first = _placement_variance(first, second) / n_first
    part_second = _placement_variance(second, first) / n_second
    variance = part_first + part_second
    if variance == 0:
        return None
    df = variance**2 / (part_first**2 / (n_first - 1) + part_second**2 / (n_second - 1))
    return _Placements(relative_effect(first, second), variance, df)


def _placement_variance(own: Sequence[int], other: Sequence[int]) -> float:
    """The sample variance of the share of the other sample that each case is graded worse than."""
    n_own, n_other = sum(own), sum(other)
    # Twice the placements, whole numbers, so that no spread is exactly 0.
    placed = [2 * passed - count for passed, count in zip(accumulate(other), other, strict=True)]
    total = sum(count * p for count, p in zip(own, placed, strict=True))
    squares = sum(count * p * p for count, p in zip(own, placed, strict=True))
    return (n_own * squares - total * total) / (n_own * (n_own - 1) * 4 * n_other**2)


def _newcombe_low(effect: float, n_first: int, n_second: int, level: float) -> float:
    """The lowest effect whose standard error, times z, reaches the effect that was seen."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    weight = (n_first + n_second) / 2 - 1
    low, high = 0.0, effect
    while low < (middle := (low + high) / 2) < high:
        spread = 1 + weight * ((1 - middle) / (2 - middle) + middle / (1 + middle))
        variance = middle * (1 - middle) * spread / (n_first * n_second)
        if effect - middle > z * sqrt(variance):
            low = middle
        else:
            high = middle
    return low
