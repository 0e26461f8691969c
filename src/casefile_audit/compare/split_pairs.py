"""A grade as two audits have it, to be compared; weighted where strata were read unequally."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from casefile_audit.compare.paired_rates import PairStrata, weighted_moves
from casefile_audit.compare.pairs import Pairs
from casefile_audit.compare.rates import RatePair
from casefile_audit.compare.splits import Kind, SplitPair
from casefile_audit.compare.verdicts import Direction
from casefile_audit.compare.weighted_rates import DIGITS, WeightedPair
from casefile_audit.results import GradeResult, Result
from casefile_audit.scoring.populations import Group, WeightedCases
from casefile_audit.statistics.comparison import PValue
from casefile_audit.statistics.ordinal import effect_of_shares
from casefile_audit.statistics.proportion import Interval
from casefile_audit.statistics.strata import StratumMoves, weighted
from casefile_audit.statistics.weighted_tests import (
    StratumSplit,
    WeightedSplit,
    moves_p,
    split_effect,
    split_p,
)


@dataclass(frozen=True, kw_only=True)
class WeightedSplitPair(SplitPair):
    """Two samples of grades, of which at least one has strata that were read unequally."""

    strata: tuple[Sequence[StratumSplit], Sequence[StratumSplit]]
    is_plain: ClassVar[bool] = False

    @cached_property
    def sides(self) -> tuple[WeightedSplit, WeightedSplit]:
        """What the strata come to together, before and after."""
        first, second = map(WeightedSplit.of, self.strata)
        return first, second

    @property
    def shares(self) -> tuple[Sequence[float], Sequence[float]]:
        """The shares that have each grade, each stratum counting for as many cases as it has."""
        return self.sides[0].shares, self.sides[1].shares

    @property
    def effect(self) -> float:
        """The chance that a case after is graded better than one before, of the populations."""
        before, after = self.shares
        return round(effect_of_shares(after, before), DIGITS)

    def effect_interval(self, level: float) -> Interval:
        """Newcombe's, of as many cases as the strata together are worth."""
        return split_effect(*self.sides, level)

    @cached_property
    def test(self) -> PValue:
        """The exact rank test, of as many cases as the strata together are worth."""
        return split_p(*self.sides)

    def worse_than(self, place: int) -> RatePair:
        """How many were graded worse than one of the grades, weighted."""
        plain = super().worse_than(place)
        first, second = ([own.worse_than(place) for own in side] for side in self.strata)
        return WeightedPair(plain.before, plain.after, strata=(first, second))


@dataclass(frozen=True, kw_only=True)
class WeightedSplitMoves(SplitPair):
    """The same cases graded twice, whose strata were read unequally.

    Attributes:
        strata: of which stratum each pair is.
        places: where each of ``cases`` stands among the pairs.
    """

    strata: PairStrata
    places: Sequence[int]
    is_plain: ClassVar[bool] = False

    @property
    def shares(self) -> tuple[Sequence[float], Sequence[float]]:
        """The shares that have each grade, each stratum counting for as many cases as it has."""
        first, second = (
            [weighted(self.strata.counts(self._at(time, step), self.places), has_end=False)[0]
             for step in range(len(self.scale))]
            for time in (1, 2)
        )  # fmt: skip
        return first, second

    @property
    def direction(self) -> Direction:
        """Which way the grades went."""
        return Direction.of(round(weighted(self._moves, has_end=False)[0], DIGITS))

    @cached_property
    def test(self) -> PValue:
        """The sign test's mid-P, of as many cases as the strata together are worth."""
        return moves_p(self._moves, "sign test mid-P")

    def worse_than(self, place: int) -> RatePair:
        """How many were graded worse than one of the grades, weighted."""
        short = [
            [pair for step in range(place + 1, len(self.scale)) for pair in self._at(time, step)]
            for time in (1, 2)
        ]
        plain = super().worse_than(place)
        return weighted_moves(self.strata, (short[0], short[1]), self.places, (), plain)

    def _at(self, time: int, step: int) -> list[int]:
        """The pairs that have a grade before (1) or after (2)."""
        found = zip(self.places, self.cases or (), strict=True)
        return [place for place, case in found if case[time] == step]

    @property
    def _moves(self) -> list[StratumMoves]:
        found = list(zip(self.places, self.cases or (), strict=True))
        better = [place for place, (_, a, b) in found if b < a]
        worse = [place for place, (_, a, b) in found if b > a]
        return self.strata.moves(better, worse, self.places)


def unpaired_split(
    before: GradeResult, after: GradeResult, kind: Kind, asked_otherwise: bool
) -> SplitPair | None:
    """A grade in two samples; None if neither has grades of this kind."""
    first, second = getattr(before, kind), getattr(after, kind)
    if not first and not second:
        return None
    return SplitPair(
        title=before.title,
        kind=kind,
        scale=before.scale,
        before=[first.get(grade, 0) for grade in before.scale],
        after=[second.get(grade, 0) for grade in before.scale],
        why_not=_why_not(
            before, after, kind, asked_otherwise, (sum(first.values()), sum(second.values()))
        ),
    )


def split_of_samples(
    results: tuple[Result, Result],
    its: tuple[GradeResult, GradeResult],
    kind: Kind,
    asked_otherwise: bool,
    groups: tuple[Group, Group] | None,
) -> SplitPair | None:
    """A grade in two samples, weighted where either has to be.

    Args:
        its: the grade in each: of all its cases, or of those of one group.
        asked_otherwise: whether the two were not asked the same questions.
        groups: which group of each that is; None for all.
    """
    plain = unpaired_split(*its, kind, asked_otherwise)
    if plain is None or plain.why_not:
        return plain
    first, second = (
        _in_strata(result, grade, kind, groups and groups[at])
        for at, (result, grade) in enumerate(zip(results, its, strict=True))
    )
    if not first and not second:
        return plain
    alone = [[StratumSplit(sum(n), sum(n), n)] for n in (plain.before, plain.after)]
    return WeightedSplitPair(**vars(plain), strata=(first or alone[0], second or alone[1]))


def _in_strata(
    result: Result, grade: GradeResult, kind: Kind, of: Group | None
) -> list[StratumSplit]:
    """The grades in each stratum; none where they aren't weighted."""
    cases = WeightedCases.of(result.population, result.by_case)
    if cases is None:
        return []
    counts = cases.of_grades(grade, kind, cases.those(of)).values()
    return [
        StratumSplit(own[0].population, own[0].read, [each.counted for each in own])
        for own in zip(*counts, strict=True)
    ]


def paired_split(
    before: GradeResult,
    after: GradeResult,
    kind: Kind,
    pairs: Pairs,
    asked_otherwise: bool,
    strata: PairStrata | None = None,
) -> SplitPair | None:
    """A grade of the same cases read twice, weighted where they have to be."""
    if not getattr(before, kind) and not getattr(after, kind):
        return None
    scale = before.scale
    words = [
        (getattr(before.cases[i], kind), getattr(after.cases[j], kind))
        for i, j in zip(pairs.before, pairs.after, strict=True)
    ]
    places = [place for place, both in enumerate(words) if all(word in scale for word in both)]
    steps = [tuple(map(scale.index, words[place])) for place in places]
    plain = SplitPair(
        title=before.title,
        kind=kind,
        scale=scale,
        before=[sum(a == step for a, _ in steps) for step in range(len(scale))],
        after=[sum(b == step for _, b in steps) for step in range(len(scale))],
        why_not=_why_not(before, after, kind, asked_otherwise, (len(places), len(places))),
        cases=[(pairs.matched[n], a, b) for n, (a, b) in zip(places, steps, strict=True)],
        left_out=sum((a is None) != (b is None) for a, b in words),
    )
    if strata is None or not strata.is_weighted or plain.why_not:
        return plain
    if all(strata.of[place] < 0 for place in places):
        return plain
    return WeightedSplitMoves(**vars(plain), strata=strata, places=places)


def _why_not(
    before: GradeResult,
    after: GradeResult,
    kind: Kind,
    asked_otherwise: bool,
    graded: tuple[int, int],
) -> str:
    if before.scale != after.scale:
        scales = [", ".join(scale) for scale in (before.scale, after.scale)]
        return f"the scale was {scales[0]} before and is {scales[1]} after"
    if kind == "derived" and asked_otherwise:
        return "it is derived from other questions before than after"
    if all(graded):
        return ""
    where = "either time" if not any(graded) else "after" if graded[0] else "before"
    return f"no case has a {kind} grade {where}"
