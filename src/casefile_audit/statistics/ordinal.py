"""Two samples of grades: is one graded better than the other, with no distance between grades.

A split is the number of cases at each grade, best grade first, on one scale. For the same cases
graded twice, see ``binomial.sign_test_mid_p``, which needs only the direction of each move.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import comb, prod, sqrt
from statistics import NormalDist

from casefile_audit.statistics.comparison import PValue
from casefile_audit.statistics.proportion import Interval
from casefile_audit.statistics.student import t_quantile

EXACT_CASES = 200
"""The most cases, both samples together, whose rank test is always worked out exactly."""

EXACT_SHARINGS = 300_000
"""The most ways of sharing the grades of more cases out between the samples that are all gone
through."""

EXACT_TAKEN = 5_000
"""The most cases of the smaller sample for that: the number of ways to take more has so many digits
that it takes minutes."""

RANDOM_SHARINGS = 200_000
"""How many of the ways are drawn where there are more. A p of 5% then has a standard error of
0.05 points, one of 0.25% (twenty at once) 0.01 points."""

_SEED = 19450101

FEW = 50
FAR_LARGER = 2
"""Brunner and Munzel's interval is wrong where one sample has fewer than 50 cases and the other
more than twice as many: it takes the spread of the smaller from its few cases."""


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
    return effect_of_shares(first, second)


def effect_of_shares(first: Sequence[float], second: Sequence[float]) -> float:
    """The same of two splits in shares or in counts."""
    return _twice_wins(first, second) / (2 * sum(first) * sum(second))


def relative_effect_interval(
    first: Sequence[int], second: Sequence[int], level: float = 0.95
) -> Interval:
    """The interval for the relative effect: Brunner and Munzel's, cut to 0..1.

    Where one sample is small beside the other, or their variance is nothing, as when the two share
    no grade or one has a single case, it is Newcombe's score interval, which needs sample sizes
    only and is wider.

    Sources: Brunner and Munzel 2000, Biometrical Journal 42:17; Newcombe 2006, Statistics in
    Medicine 25:559, method 5.

    Raises:
        ValueError: the splits are not on one scale, a count is negative or a sample is empty.
    """
    _check(first, second)
    placements = None if _lopsided(first, second) else _placements(first, second)
    if placements is None:
        return newcombe_effect(relative_effect(first, second), sum(first), sum(second), level)
    half = t_quantile(level, placements.df) * sqrt(placements.variance)
    low, high = max(0.0, placements.effect - half), min(1.0, placements.effect + half)
    return Interval(low, high, level, "Brunner-Munzel")


def newcombe_effect(effect: float, n_first: float, n_second: float, level: float) -> Interval:
    """Newcombe's interval for a relative effect of samples of such sizes, whole or not."""
    low = _newcombe_low(effect, n_first, n_second, level)
    high = 1 - _newcombe_low(1 - effect, n_first, n_second, level)
    return Interval(low, high, level, "Newcombe")


def rank_p(first: Sequence[int], second: Sequence[int]) -> PValue:
    """Test whether two samples tend to the same grades: Wilcoxon-Mann-Whitney, two-sided.

    Exact, given how many cases of both samples have each grade, with mid-ranks for equal grades.
    Where more than 200 cases can be shared out between the samples in too many ways to go through
    all, ways are drawn at random from a fixed seed. No large-sample formula is used: however large
    one sample is, it is wrong where the other is small.

    Sources: Lehmann 1975, Nonparametrics, section 1.4; for drawing, Phipson and Smyth 2010,
    Statistical Applications in Genetics and Molecular Biology 9:39.

    Raises:
        ValueError: the splits are not on one scale, a count is negative or a sample is empty.
    """
    _check(first, second)
    scored = _scored(first, second)
    cases = sum(first) + sum(second)
    is_few = scored.taken <= EXACT_TAKEN and _sharings(scored) <= EXACT_SHARINGS
    if cases <= EXACT_CASES or is_few:
        return PValue(_exact_p(scored), "Wilcoxon-Mann-Whitney")
    method = f"Wilcoxon-Mann-Whitney by {RANDOM_SHARINGS:,} random sharings"
    return PValue(_drawn_p(scored), method)


def _check(first: Sequence[int], second: Sequence[int]) -> None:
    if len(first) != len(second):
        raise ValueError(f"one scale has {len(first)} grades and the other {len(second)}")
    if min([*first, *second, 0]) < 0 or not sum(first) or not sum(second):
        raise ValueError(
            f"a split needs at least one case and no negative count: {first}, {second}"
        )


def _twice_wins(first: Sequence[float], second: Sequence[float]) -> float:
    """Pairs of cases in which the first is graded better, twice, and the same grade, once."""
    worse_or_same = accumulate(reversed(second))
    pairs = zip(reversed(first), reversed(second), worse_or_same, strict=True)
    return sum(a * (2 * reached - b) for a, b, reached in pairs)


@dataclass(frozen=True, slots=True)
class _Scored:
    """The grades that were given, the commonest last, with their scores, and the smaller sample.

    Attributes:
        totals: cases of both samples with each grade.
        scores: twice the mid-rank of each grade, measured from the mean of all mid-ranks: whole
            numbers, so that sharings equally far out either way compare equal.
        taken: how many cases the smaller sample has.
        seen: how far out its sum of scores is.
    """

    totals: Sequence[int]
    scores: Sequence[int]
    taken: int
    seen: int


def _scored(first: Sequence[int], second: Sequence[int]) -> _Scored:
    smaller, larger = sorted((first, second), key=sum)
    totals = [a + b for a, b in zip(smaller, larger, strict=True)]
    cases = sum(totals)
    scores = [
        2 * passed - total - cases for passed, total in zip(accumulate(totals), totals, strict=True)
    ]
    # The last grade takes the cases that are left, so what is gone through grows least this way.
    order = sorted((grade for grade, n in enumerate(totals) if n), key=totals.__getitem__)
    return _Scored(
        totals=[totals[grade] for grade in order],
        scores=[scores[grade] for grade in order],
        taken=sum(smaller),
        seen=abs(sum(n * score for n, score in zip(smaller, scores, strict=True))),
    )


def _sharings(scored: _Scored) -> int:
    """No more than so many ways there are of sharing out all grades but the commonest."""
    others = scored.totals[:-1]
    each = prod(min(total, scored.taken) + 1 for total in others)
    return min(each, comb(scored.taken + len(others), len(others)))


def _exact_p(scored: _Scored) -> float:
    """Share the cases out between the samples in every way, and count those at least as far out."""
    ways: dict[tuple[int, int], int] = {(0, 0): 1}
    left = cases = sum(scored.totals)
    for total, score in zip(scored.totals, scored.scores, strict=True):
        left -= total
        rooms = [scored.taken - taken for taken, _ in ways]
        least, most = max(0, min(rooms) - left), min(total, max(rooms))
        choices = {more: comb(total, more) for more in range(least, most + 1)}
        grown: dict[tuple[int, int], int] = defaultdict(int)
        for (taken, rank_sum), count in ways.items():
            room = scored.taken - taken
            for more in range(max(0, room - left), min(total, room) + 1):
                grown[taken + more, rank_sum + more * score] += count * choices[more]
        ways = grown
    far = sum(count for (_, rank_sum), count in ways.items() if abs(rank_sum) >= scored.seen)
    return far / comb(cases, scored.taken)


def _drawn_p(scored: _Scored) -> float:
    """The same of sharings drawn at random; the one that was seen counts as another of them."""
    import numpy as np

    drawn = np.random.default_rng(_SEED).multivariate_hypergeometric(
        scored.totals, scored.taken, size=RANDOM_SHARINGS, method="marginals"
    )
    far = np.abs(drawn @ np.array(scored.scores)) >= scored.seen
    return (int(far.sum()) + 1) / (RANDOM_SHARINGS + 1)


def _lopsided(first: Sequence[int], second: Sequence[int]) -> bool:
    smaller, larger = sorted((sum(first), sum(second)))
    return smaller < FEW and larger > FAR_LARGER * smaller


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


def _newcombe_low(effect: float, n_first: float, n_second: float, level: float) -> float:
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
