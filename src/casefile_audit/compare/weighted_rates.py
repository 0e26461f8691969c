"""A criterion before and after where cases speak for a population that has an end or is divided."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from casefile_audit.compare.rates import PopulationChange, RatePair
from casefile_audit.compare.verdicts import Direction
from casefile_audit.compare.wording import among_all
from casefile_audit.results import CriterionResult, PopulationResult, Result
from casefile_audit.scoring.populations import Group, WeightedCases
from casefile_audit.statistics.comparison import PValue, difference_of, ratio
from casefile_audit.statistics.proportion import Interval
from casefile_audit.statistics.strata import METHOD, StratumCounts, weighted
from casefile_audit.statistics.weighted_tests import unlike_p, worth

DIGITS = 12
"""Weighted shares that differ by less are the same."""


@dataclass(frozen=True, kw_only=True)
class WeightedPair(RatePair):
    """Two samples, of which at least one has strata that were read unequally."""

    strata: tuple[Sequence[StratumCounts], Sequence[StratumCounts]]
    is_plain: ClassVar[bool] = False

    @property
    def shares(self) -> tuple[float, float]:
        """The shares that fall short, each stratum counting for as many cases as it has."""
        first, second = (weighted(its, has_end=False)[0] for its in self.strata)
        return first, second

    @property
    def difference(self) -> float:
        """The share falling short before less the share after."""
        return round(self.shares[0] - self.shares[1], DIGITS)

    @cached_property
    def test(self) -> PValue:
        """Boschloo's or Fisher's, of as many cases as the strata together are worth."""
        return unlike_p(*self.strata)

    def interval(self, level: float) -> Interval:
        """Newcombe's construction of the ranges that the strata together have."""
        spans = [weighted(its, level, has_end=False)[1] for its in self.strata]
        assert spans[0] is not None and spans[1] is not None  # noqa: PT018 - they have no end
        return difference_of(self.shares, (spans[0], spans[1]), f"Newcombe, {METHOD}")

    def ratio(self, level: float) -> Interval:
        """Of the rarer outcome, of as many cases as the strata together are worth."""
        flip = 2 * sum(k for k, _ in (self.before, self.after)) > self.before[1] + self.after[1]
        shares = [1 - share if flip else share for share in self.shares]
        sizes = [max(1, round(min(worth(its)))) for its in self.strata]
        counts = [round(share * n) for share, n in zip(shares, sizes, strict=True)]
        return ratio(counts[0], sizes[0], counts[1], sizes[1], level)


@dataclass(frozen=True)
class _Side:
    """One of two samples.

    Attributes:
        strata: what was found in each stratum, where they are weighted.
    """

    its: CriterionResult
    population: PopulationResult | None
    strata: Sequence[StratumCounts]

    @property
    def counts(self) -> Sequence[StratumCounts]:
        """What was found in each stratum; of a plain sample in the one that there is."""
        n = self.its.applicable
        return self.strata or [StratumCounts(n, n, n, self.its.missing)]


def _side(result: Result, name: str, its: CriterionResult, of: Group | None) -> _Side:
    cases = WeightedCases.of(result.population, result.by_case)
    strata: list[StratumCounts] = []
    if cases is not None and name in cases.found.outcomes:
        told = cases.told(name, cases.those(of))
        strata = cases.counts(told["missing"], told["applicable"])
    return _Side(its, result.population, strata)


def rate_of_samples(
    results: tuple[Result, Result],
    name: str,
    its: tuple[CriterionResult, CriterionResult],
    groups: tuple[Group, Group] | None,
) -> RatePair:
    """A criterion in two samples, weighted where either has to be.

    Args:
        its: what it came to in each: in all its cases, or in those of one group.
        groups: which group of each that is; None for all.
    """
    first, second = (
        _side(result, name, own, groups and groups[at])
        for at, (result, own) in enumerate(zip(results, its, strict=True))
    )
    before, after = ((side.its.missing, side.its.applicable) for side in (first, second))
    met, both = (first.its.met, second.its.met), before[1] and after[1]
    change = _change(first, second, is_whole=groups is None) if both else None
    if both and (first.strata or second.strata):
        strata = (first.counts, second.counts)
        return WeightedPair(before, after, met=met, in_population=change, strata=strata)
    return RatePair(before, after, met=met, in_population=change)


def _change(first: _Side, second: _Side, *, is_whole: bool) -> PopulationChange | None:
    """What changed among all the cases there were, where one of the two was drawn from so many."""
    kinds = [side.population.kind if side.population else "" for side in (first, second)]
    if "drawn" not in kinds or "chosen" in kinds:
        return None
    before, after = (_share(side.its) for side in (first, second))
    spans = _span(first.its), _span(second.its)
    interval = difference_of((before, after), spans, "Newcombe, finite population")
    is_weighted = bool(first.strata or second.strata)
    met = second.its.met_in_population
    # How many of them a group has isn't known.
    sizes = tuple(
        side.population.cases if side.population and is_whole else None for side in (first, second)
    )
    return PopulationChange(
        before=before,
        after=after,
        met_after=second.its.met / second.its.applicable if met is None else met,
        weighted=is_weighted,
        interval=interval,
        says=among_all(
            (sizes[0], sizes[1]), (interval.low, interval.high), Direction.of(before - after)
        ),
    )


def _share(its: CriterionResult) -> float:
    weighted_share = its.rate_in_population
    return its.missing / its.applicable if weighted_share is None else weighted_share


def _span(its: CriterionResult) -> Interval:
    """The range of a share; where every case was read it is the share itself."""
    share = _share(its)
    return its.interval or Interval(share, share, 0.95, "")
