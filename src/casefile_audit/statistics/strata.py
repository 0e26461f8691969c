"""Populations that are divided into strata: how many cases to draw of each, and what they say
together.
"""  # noqa: D205 - one thought

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heapreplace
from math import sqrt
from statistics import NormalDist
from typing import ClassVar

from casefile_audit.statistics.comparison import bonett_price
from casefile_audit.statistics.finite import in_population
from casefile_audit.statistics.proportion import Interval, wilson

METHOD = "strata weighted"


def in_proportion(populations: Sequence[int], cases: int, least: int = 0) -> list[int]:
    """How many cases to draw of each stratum: in proportion to its size, whole, adding up.

    One more goes to the stratum with the highest N/√(m(m+1)), m being what it has already; of
    several the first. No stratum has more than its population, or fewer than ``least`` of it.
    Source: Wright 2012, The Equivalence of Neyman Optimum Allocation for Sampling and Equal
    Proportions for Apportioning the U.S. House of Representatives, American Statistician 66:217.

    Args:
        populations: how many cases each stratum has, at least one; in the order of their names,
            so that it doesn't depend on that of the rows.

    Raises:
        ValueError: there are not so many, or they can't be so few.
    """
    return _shared(
        populations, cases, max(1, least), lambda size, own: Fraction(size**2, own * (own + 1))
    )


def in_equal_parts(populations: Sequence[int], cases: int) -> list[int]:
    """As many cases of each stratum as of any other that has so many; the first have one more.

    Raises:
        ValueError: there are not so many.
    """
    return _shared(populations, cases, 1, lambda _, own: Fraction(1, own))


def _shared(
    populations: Sequence[int], cases: int, least: int, priority: Callable[[int, int], Fraction]
) -> list[int]:
    drawn = [min(least, size) for size in populations]
    if not sum(drawn) <= cases <= sum(populations):
        raise ValueError(f"{cases} can't be drawn of {populations}, {least} of each at the least")
    waiting = [
        (-priority(size, own), place)
        for place, (size, own) in enumerate(zip(populations, drawn, strict=True))
        if own < size
    ]
    heapify(waiting)
    for _ in range(cases - sum(drawn)):
        _, place = waiting[0]
        drawn[place] += 1
        if drawn[place] < populations[place]:
            heapreplace(waiting, (-priority(populations[place], drawn[place]), place))
        else:
            heappop(waiting)
    return drawn


def is_in_proportion(populations: Sequence[int], read: Sequence[int]) -> bool:
    """Whether strata were read in proportion to their sizes, but for parts of a case."""
    share = Fraction(sum(read), sum(populations))
    return all(abs(own - size * share) < 1 for size, own in zip(populations, read, strict=True))


@dataclass(frozen=True)
class StratumCounts:
    """What was found in one stratum.

    Attributes:
        asked: of how many of those read the question could be asked.
        counted: how many of those are counted.
    """

    population: int
    read: int
    asked: int
    counted: int

    least: ClassVar[float] = 0.0
    method: ClassVar[str] = "Wilson"

    @property
    def rate(self) -> float:
        """The share that is counted, of those that it was asked of."""
        return self.counted / self.asked

    def span(self, level: float, *, has_end: bool) -> Interval | None:
        """The range of that share; None where all of the stratum was read, and it has an end."""
        if has_end:
            return in_population(self.counted, self.asked, self.read, self.population, level)
        return wilson(self.counted, self.asked, level)

    @property
    def applies_to(self) -> float:
        """How many cases of the stratum the question applies to, going by those read."""
        return self.population * self.asked / self.read if self.read else 0.0

    def size_variance(self, *, has_end: bool) -> float:
        """The variance of that number, as a share of it squared: 0 where it is asked of all."""
        return self.left_open(has_end=has_end) * (1 - self.asked / self.read) / self.asked

    def left_open(self, *, has_end: bool) -> float:
        """The share of a variance that is left where part of the stratum was read."""
        return (self.population - self.read) / max(1, self.population - 1) if has_end else 1.0


@dataclass(frozen=True)
class StratumMoves(StratumCounts):
    """How the cases of one stratum moved that were read twice: ``counted`` for the better."""

    worse: int

    least: ClassVar[float] = -1.0
    method: ClassVar[str] = "Bonett-Price"

    @property
    def rate(self) -> float:
        """The share that got better less the share that got worse."""
        return (self.counted - self.worse) / self.asked

    def span(self, level: float, *, has_end: bool) -> Interval | None:
        """Bonett and Price's range of that, narrowed by what is left unread where it has an end."""
        its = bonett_price(self.counted, self.worse, self.asked, level)
        left = self.left_open(has_end=has_end)
        if not left:
            return None
        low, high = ((end - self.rate) * sqrt(left) for end in (its.low, its.high))
        return Interval(self.rate + min(0.0, low), self.rate + max(0.0, high), level, its.method)


def weighted(
    strata: Sequence[StratumCounts], level: float = 0.95, *, has_end: bool = True
) -> tuple[float, Interval | None]:
    """A rate in the whole population, or a change, each stratum counting for the cases it has.

    The range is made of those of the strata, the distances of their ends from their rates being
    added as squares, times their parts of the whole (MOVER: Zou, Huang and Zhang 2009,
    Computational Statistics and Data Analysis 53:1080; of Wilson's ranges, Yan and Su 2010,
    Statistics in Biopharmaceutical Research 2:482). A stratum without a failure, or with a single
    case, then adds what it leaves open; of the textbook's variance it would add nothing. Where the
    question is asked of some of the cases only, how many of each stratum those are isn't known
    either: that adds the variance of a domain's size (Cochran 1977, section 5A.14).

    Args:
        has_end: whether the rate is that of these very cases; else it is of what is done, of which
            they are as much a sample as any others.

    Returns:
        The rate; and its range, or None where every case of each stratum was read.

    Raises:
        ValueError: the question could be asked of no case.
    """
    asked = [own for own in strata if own.asked]
    whole = sum(own.applies_to for own in asked)
    if not whole:
        raise ValueError("a rate needs at least one case")
    rate = sum(own.applies_to * own.rate for own in asked) / whole
    if has_end and all(own.read == own.population for own in strata):
        return rate, None
    below, above, z = 0.0, 0.0, NormalDist().inv_cdf((1 + level) / 2)
    for own in asked:
        part, span = own.applies_to / whole, own.span(level, has_end=has_end)
        if span is not None:
            size = (part * (own.rate - rate)) ** 2 * own.size_variance(has_end=has_end) * z**2
            below += (part * (own.rate - span.low)) ** 2 + size
            above += (part * (span.high - own.rate)) ** 2 + size
    low, high = max(asked[0].least, rate - sqrt(below)), min(1.0, rate + sqrt(above))
    return rate, Interval(low, high, level, f"{asked[0].method}, {METHOD}")
