"""Whether two samples, or two readings, differ where strata of them are weighted.

The tests are those of plain samples, of as many whole cases as the strata together are worth.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor
from statistics import NormalDist

from casefile_audit.statistics.binomial import sign_test_mid_p
from casefile_audit.statistics.comparison import PValue, bonett_price_of, unpaired_p
from casefile_audit.statistics.ordinal import effect_of_shares, newcombe_effect, rank_p
from casefile_audit.statistics.proportion import Interval
from casefile_audit.statistics.strata import METHOD, StratumCounts, StratumMoves, weighted

_LEVEL = 0.95
_HAIR = 1e-9
_MORE_THAN_A_HAIR = 1e-6
# Fisher's test of more cases than these a side says the same of any rate that is not one in many.
_MOST_WORTH = 1_000_000


def worth(strata: Sequence[StratumCounts]) -> tuple[float, float]:
    """As many cases of a plain sample as would leave the same range, by its low end and its high.

    By an end at 0 or 1 that is where the rate is too, nothing can be told: then by the other.
    """
    rate, span = weighted(strata, _LEVEL, has_end=False)
    assert span is not None
    low, high = (_worth(rate, end) for end in (span.low, span.high))
    return low or high, high or low


def _worth(rate: float, end: float) -> float:
    z = NormalDist().inv_cdf((1 + _LEVEL) / 2)
    apart = (rate - end) ** 2
    return min(_MOST_WORTH, z * z * end * (1 - end) / apart) if apart else 0.0


def unlike_p(before: Sequence[StratumCounts], after: Sequence[StratumCounts]) -> PValue:
    """Test whether two samples have the same rate, where strata of them are weighted.

    The test of plain samples, of as many whole cases as each is worth on the side that faces the
    other, parts of a case being left to the benefit of no change. So it is wrong less often than
    it says: see benchmarks/strata.py.

    Raises:
        ValueError: the question could be asked of no case of one of them.
    """
    rates = [weighted(its, has_end=False)[0] for its in (before, after)]
    if abs(rates[0] - rates[1]) < _HAIR:
        return PValue(1.0, f"Boschloo, {METHOD}")
    higher, lower = (before, after) if rates[0] > rates[1] else (after, before)
    n_higher = max(1, floor(worth(higher)[0] + _HAIR))
    n_lower = max(1, floor(worth(lower)[1] + _HAIR))
    k_higher = floor(max(rates) * n_higher + _HAIR)
    k_lower = ceil(min(rates) * n_lower - _HAIR)
    if k_higher * n_lower <= k_lower * n_higher:
        return PValue(1.0, f"Boschloo, {METHOD}")
    found = unpaired_p(k_higher, n_higher, k_lower, n_lower)
    return PValue(found.value, f"{found.method}, {METHOD}")


def moves_p(strata: Sequence[StratumMoves], test: str) -> PValue:
    """Test whether cases that were read twice moved one way, where strata of them are weighted.

    The sign test of as many whole cases as would leave the same range of the change, by its end
    that faces no change; parts of a case are left to the benefit of no change.

    Raises:
        ValueError: no case could be asked about both times.
    """
    change = weighted(strata, has_end=False)[0]
    shares = [_share_of(strata, better) for better in (True, False)]
    if abs(change) < _HAIR:
        return PValue(1.0, f"{test}, {METHOD}")
    this_way, other = shares if change > 0 else reversed(shares)
    n = _worths_of_moves(strata)[0 if change > 0 else 1]
    more, fewer = floor(this_way * n + _HAIR), ceil(other * n - _HAIR)
    p = sign_test_mid_p(more, fewer) if more > fewer else 1.0
    return PValue(p, f"{test}, {METHOD}")


def worth_of_moves(strata: Sequence[StratumMoves]) -> tuple[int, int]:
    """As many cases of a plain sample as would leave no narrower a range of the change; and how
    many of them would have moved.
    """  # noqa: D205 - one thought
    n = max(1, min(_worths_of_moves(strata)))
    return n, round(n * sum(_share_of(strata, better) for better in (True, False)))


def _worths_of_moves(strata: Sequence[StratumMoves]) -> tuple[int, int]:
    """As many cases as would leave the same low end of the range of the change, and high end."""
    span = weighted(strata, _LEVEL, has_end=False)[1]
    assert span is not None
    better, worse = (_share_of(strata, way) for way in (True, False))
    return _worth_of_moves(better, worse, span.low), _worth_of_moves(worse, better, -span.high)


def _share_of(strata: Sequence[StratumMoves], better: bool) -> float:
    """The share of all cases that got better, or worse."""
    counts = [
        StratumCounts(own.population, own.read, own.asked, own.counted if better else own.worse)
        for own in strata
    ]
    return weighted(counts, has_end=False)[0]


def _worth_of_moves(this_way: float, other: float, low: float) -> int:
    """As many cases, of which such shares moved, as would leave this low end of the change."""
    few, many = 0.0, float(_MOST_WORTH)
    while many - few > _HAIR:
        middle = (few + many) / 2
        end = bonett_price_of(this_way * middle, other * middle, middle, _LEVEL).low
        few, many = (middle, many) if end < low else (few, middle)
    return floor(many + _MORE_THAN_A_HAIR)


@dataclass(frozen=True)
class StratumSplit:
    """The grades that were given in one stratum.

    Attributes:
        grades: how many were given each grade, best first.
    """

    population: int
    read: int
    grades: Sequence[int]

    def worse_than(self, place: int) -> StratumCounts:
        """How many were graded worse than one of the grades."""
        counted = sum(self.grades[place + 1 :])
        return StratumCounts(self.population, self.read, sum(self.grades), counted)


@dataclass(frozen=True)
class WeightedSplit:
    """What the strata of one sample of grades come to together.

    Attributes:
        worse: the share of the population that is graded worse than each grade but the last.
        worth: as many cases of a plain sample as would leave the same ranges of these shares.
    """

    worse: Sequence[float]
    worth: float

    @classmethod
    def of(cls, strata: Sequence[StratumSplit]) -> "WeightedSplit":
        """Of several strata of one scale.

        Raises:
            ValueError: no case has a grade.
        """
        cuts = [
            [own.worse_than(place) for own in strata] for place in range(len(strata[0].grades) - 1)
        ]
        shares = [weighted(counts, has_end=False)[0] for counts in cuts]
        return cls(shares, min(min(worth(counts)) for counts in cuts))

    @property
    def shares(self) -> list[float]:
        """The share of the population that has each grade, best first."""
        return [above - below for above, below in pairwise((1.0, *self.worse, 0.0))]

    def whole(self, is_better: bool) -> list[int]:
        """So many whole cases, parts of a case being left to the benefit of no change."""
        n = max(1, floor(self.worth + _HAIR))
        part: Callable[[float], int] = ceil if is_better else floor
        hair = -_HAIR if is_better else _HAIR
        worse = [part(share * n + hair) for share in self.worse]
        return [above - below for above, below in pairwise((n, *worse, 0))]


def split_effect(before: WeightedSplit, after: WeightedSplit, level: float) -> Interval:
    """The range of the chance that a case after is graded better, half of it where the same.

    Newcombe's, which needs the chance and the sizes of the samples only: those that they are worth.
    """
    effect = effect_of_shares(after.shares, before.shares)
    span = newcombe_effect(effect, after.worth, before.worth, level)
    return Interval(span.low, span.high, level, f"{span.method}, {METHOD}")


def split_p(before: WeightedSplit, after: WeightedSplit) -> PValue:
    """Test whether two samples tend to the same grades, where strata of them are weighted.

    The exact rank test of as many whole cases as each is worth at its least certain cut of the
    scale.
    """
    effect = effect_of_shares(after.shares, before.shares)
    if abs(effect - 0.5) < _HAIR:
        return PValue(1.0, f"Wilcoxon-Mann-Whitney, {METHOD}")
    first, second = before.whole(effect < 0.5), after.whole(effect > 0.5)
    if (effect_of_shares(second, first) - 0.5) * (effect - 0.5) <= 0:
        return PValue(1.0, f"Wilcoxon-Mann-Whitney, {METHOD}")
    found = rank_p(first, second)
    return PValue(found.value, f"{found.method}, {METHOD}")
