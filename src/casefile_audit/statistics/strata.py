"""Populations that are divided into strata: how many cases to draw of each, and what they say
together.
"""  # noqa: D205 - one thought

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heapreplace
from math import sqrt

from casefile_audit.statistics.finite import in_population
from casefile_audit.statistics.proportion import Interval

METHOD = "Wilson, strata weighted"


def in_proportion(populations: Sequence[int], cases: int, least: int = 0) -> list[int]:
    """How many cases to draw of each stratum: in proportion to its size, whole, adding up.

    One more goes to the stratum with the highest N/√(m(m+1)), m being what it has already; of
    several the first. No stratum has more than its population, or fewer than ``least`` of it.
    Source: Wright 2012, The Equivalence of Neyman Optimum Allocation for Sampling and Equal
    Proportions for Apportioning the U.S. House of Representatives, American Statistician 66:217.

    Args:
        populations: how many cases each stratum has, at least one; in the order of their names,
            so that it doesn't depend on that of the rows.
        cases: how many are drawn in all.
        least: how many of each at the least, as far as it has them.

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
    populations: Sequence[int],
    cases: int,
    least: int,
    priority: Callable[[int, int], Fraction],
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
        population: how many cases it has.
        read: how many of them were read.
        asked: of how many of those the question could be asked.
        counted: how many of those are counted.
    """

    population: int
    read: int
    asked: int
    counted: int

    @property
    def applies_to(self) -> float:
        """How many cases of the stratum the question applies to, going by those read."""
        return self.population * self.asked / self.read if self.read else 0.0


def weighted(strata: Sequence[StratumCounts], level: float = 0.95) -> tuple[float, Interval | None]:
    """A rate in the whole population, each stratum counting for as many cases as it has.

    The range is made of those of the strata, the distances of their ends from their rates being
    added as squares, times their parts of the whole (MOVER: Zou, Huang and Zhang 2009,
    Computational Statistics and Data Analysis 53:1080; of Wilson's ranges, Yan and Su 2010,
    Statistics in Biopharmaceutical Research 2:482). A stratum without a failure, or with a single
    case, then adds what it leaves open; of the textbook's variance it would add nothing.

    Returns:
        The rate; and its range, or None where every case of each stratum was read.

    Raises:
        ValueError: the question could be asked of no case.
    """
    asked = [own for own in strata if own.asked]
    whole = sum(own.applies_to for own in asked)
    if not whole:
        raise ValueError("a rate needs at least one case")
    rate = sum(own.applies_to * own.counted / own.asked for own in asked) / whole
    if all(own.read == own.population for own in strata):
        return rate, None
    below = above = 0.0
    for own in asked:
        part, its = own.applies_to / whole, own.counted / own.asked
        span = in_population(own.counted, own.asked, own.read, own.population, level)
        if span is not None:
            below += (part * (its - span.low)) ** 2
            above += (part * (span.high - its)) ** 2
    return rate, Interval(max(0.0, rate - sqrt(below)), min(1.0, rate + sqrt(above)), level, METHOD)
