"""A criterion before and after: counts, difference, range, test, verdict, and what it says."""

from dataclasses import dataclass, replace
from functools import cached_property, partial
from math import comb
from typing import ClassVar

from pydantic import Field

from casefile_audit.compare.verdicts import Direction, Evidence, Family, Thresholds, Verdict, decide
from casefile_audit.compare.wording import (
    RateWording,
    doubt,
    explanation,
    fact,
    label,
    sentence,
    verdict_says,
)
from casefile_audit.english import points_of
from casefile_audit.results import CriterionResult, ResultModel
from casefile_audit.statistics.binomial import sign_test_mid_p
from casefile_audit.statistics.comparison import (
    PValue,
    bonett_price,
    largest_clear_after,
    newcombe,
    paired_ratio,
    ratio,
    unpaired_p,
)
from casefile_audit.statistics.power import cases_needed
from casefile_audit.statistics.proportion import Interval


class RateResult(ResultModel):
    """Cases that fall short, and those that meet it wholly, of those the question applies to.

    Attributes:
        rate: missing of applicable, 0 to 1; None where it applies to none.
    """

    missing: int
    met: int
    applicable: int
    rate: float | None


class MovedResult(ResultModel):
    """The same cases read twice: which went better, which worse, and how many neither.

    Attributes:
        left_out: pairs to which the question applied in one reading only, or of which it can't be
            told in one or both; for grades, those graded in one reading only.
    """

    better: list[str]
    worse: list[str]
    same: int
    left_out: int


class PopulationChange(ResultModel):
    """What changed among all the cases there were, where either sample was drawn from so many.

    Attributes:
        before, after: the share of each population that falls short, its strata weighted where
            they were read unequally.
        met_after: the share of the second that meets it wholly.
        weighted: whether either has strata that were read unequally.
        interval: the range of the difference, above 0 where it is better.
        says: it in a sentence.
    """

    before: float
    after: float
    met_after: float
    weighted: bool
    interval: Interval
    says: str


class MovesResult(ResultModel):
    """How many cases went better and how many worse."""

    better: int
    worse: int


class CriterionComparison(ResultModel):
    """What became of one criterion.

    Attributes:
        title, theme, phrase: as the rubric of the first audit has them.
        target: the percentage that should meet it, as the second audit has it.
        difference: the share missing before less the share missing after; above 0 is better.
        interval: the difference's range, for this question alone; None where both are every case
            there was, which leaves the difference no range.
        ratio: the range of how many times as common the rarer of the two outcomes, falling short
            or not, is after as before; None likewise.
        in_population: what changed among all the cases that those read were drawn from, where
            that number is known.
        p, test: the two-sided p-value and the test that gave it.
        adjusted_p: the same adjusted by Holm's method over all questions tested in this run; None
            where there was nothing to test.
        direction: which way these cases went: better, worse or same.
        clear_at: how many missing after would have been clear, at most if better and at least if
            worse. None unless two samples point one way, or where no count would have been.
        clear_moves: the same for the same cases read twice: how many moves.
        cases_needed: about how many cases a side would confirm a change of this size.
        moved: for the same cases read twice.
        label: the verdict with its direction.
        why_not: why it couldn't be compared, which isn't printed but said.
        span: the range as it goes with the verdict, which isn't printed but said: where that isn't
            clear it holds no change.
        explains: what the verdict rests on and leaves open, which isn't printed but said.
        says: the finding and the verdict in sentences.
    """

    title: str
    theme: str
    phrase: str
    before: RateResult
    after: RateResult
    target: float | None
    difference: float | None = None
    interval: Interval | None = None
    ratio: Interval | None = None
    in_population: PopulationChange | None = None
    p: float | None = None
    test: str | None = None
    adjusted_p: float | None = None
    verdict: Verdict
    direction: Direction | None = None
    clear_at: int | None = None
    clear_moves: MovesResult | None = None
    cases_needed: int | None = None
    moved: MovedResult | None
    label: str
    why_not: str = Field("", exclude=True)
    span: Interval | None = Field(None, exclude=True)
    explains: str = Field("", exclude=True)
    says: str

    @property
    def points(self) -> str:
        """How many percentage points before and after are apart, whole where they are so far."""
        apart = self.difference or 0.0
        return points_of(apart)(apart)

    @property
    def met_after(self) -> float | None:
        """The share that meets it now, of the population where that is another."""
        its = self.in_population
        return its.met_after if its is not None and its.weighted else None


@dataclass(frozen=True)
class VerdictRule:
    """What comparisons are judged by.

    Attributes:
        census: whether both audits are of every case of their period.
        doubted: whether something about either audit's files could change a count.
    """

    family: Family
    thresholds: Thresholds
    census: bool
    doubted: bool = False

    def decide(self, evidence: Evidence) -> Verdict:
        """The verdict on a question that could be tested: nothing is clear on counts in doubt."""
        verdict = decide(evidence, self.thresholds)
        return Verdict.IN_DOUBT if self.doubted and verdict is Verdict.CLEAR else verdict


@dataclass(frozen=True)
class RatePair:
    """Cases that fall short of a criterion, before and after.

    Attributes:
        before, after: how many fall short, of how many.
        moved: for the same cases read twice.
        met: how many meet it wholly, before and after.
        in_population: what changed among all the cases that they were drawn from.
        is_plain: whether it can be said what counts would have been clear: with weights it hangs on
            the strata that they are in.
    """

    before: tuple[int, int]
    after: tuple[int, int]
    moved: MovedResult | None = None
    met: tuple[int, int] = (0, 0)
    in_population: PopulationChange | None = None
    is_plain: ClassVar[bool] = True

    @property
    def shares(self) -> tuple[float, float] | None:
        """The shares of the populations, where they aren't those of the cases read."""
        its = self.in_population
        return (its.before, its.after) if its is not None and its.weighted else None

    @property
    def comparable(self) -> bool:
        """Whether the question applied to a case on both sides."""
        return bool(self.before[1] and self.after[1])

    @property
    def moves(self) -> tuple[int, int] | None:
        """How many of the same cases went better and worse."""
        return (len(self.moved.better), len(self.moved.worse)) if self.moved else None

    @property
    def varies(self) -> bool:
        """Whether there is anything to test: neither none nor all of both fall short."""
        missing, cases = self.before[0] + self.after[0], self.before[1] + self.after[1]
        return self.comparable and 0 < missing < cases

    @property
    def difference(self) -> float:
        """The share missing before less the share missing after."""
        # Over a common denominator, so that equal shares differ by exactly 0.
        (k_before, n_before), (k_after, n_after) = self.before, self.after
        return (k_before * n_after - k_after * n_before) / (n_before * n_after)

    @cached_property
    def test(self) -> PValue:
        """Boschloo's test; McNemar's mid-P test for the same cases read twice."""
        if self.moves is not None:
            return PValue(sign_test_mid_p(*self.moves), "McNemar mid-P")
        return unpaired_p(*self.before, *self.after)

    def interval(self, level: float) -> Interval:
        """Newcombe's interval; Bonett and Price's for the same cases read twice."""
        if self.moves is not None:
            return bonett_price(*self.moves, self.before[1], level)
        return newcombe(*self.before, *self.after, level)

    def ratio(self, level: float) -> Interval:
        """Of the rarer outcome: falling short or not, after and before."""
        (k_before, n_before), (k_after, n_after) = self.before, self.after
        if 2 * (k_before + k_after) > n_before + n_after:
            k_before, k_after = n_before - k_before, n_after - k_after
        if self.moves is not None:
            return paired_ratio(k_before, k_after, sum(self.moves), level)
        return ratio(k_before, n_before, k_after, n_after, level)

    def could_be_clear(self, bar: float) -> tuple[bool, bool]:
        """Whether none after would be under a p of ``bar``, and whether all would."""
        return self._clear_if(0, bar), self._clear_if(self.after[1], bar)

    def _clear_if(self, after: int, bar: float) -> bool:
        """Whether none (0) or all falling short after would be under a p of ``bar``."""
        (k, n), n_after = self.before, self.after[1]
        room = k if after == 0 else n - k
        if self.moves is not None:
            return sign_test_mid_p(room, 0) < bar
        # Here Fisher's p is a single term; Boschloo's is never above it, and takes far longer.
        fisher = 2 * comb(n, room) / comb(n + n_after, room)
        return fisher < bar or unpaired_p(k, n, after, n_after).value < bar

    def clear_at(self, bar: float) -> int | None:
        """The count after that would be under a p of ``bar``; None if none would."""
        (k, n), n_after = self.before, self.after[1]
        better = self.difference > 0
        most = largest_clear_after(k if better else n - k, n, n_after, bar)
        return most if better or most is None else n_after - most

    def clear_moves(self, bar: float) -> tuple[int, int] | None:
        """How many better and worse would be under a p of ``bar``; None if none would.

        Beside as many moves the other way as there are, or where that leaves no room, none.
        """
        k, n = self.before
        better = self.difference > 0
        there = min(self.moves or (0, 0))
        for other in (there, 0):
            for this_way in range(other + 1, (k if better else n - k) + 1):
                if sign_test_mid_p(this_way, other) < bar:
                    return (this_way, other) if better else (other, this_way)
        return None

    def cases_needed(self, bar: float) -> int | None:
        """About how many cases a side would confirm a change between these whole percentages."""
        rates = (round(100 * k / n) / 100 for k, n in (self.before, self.after))
        return cases_needed(*rates, alpha=bar)


def compare_rate(
    pair: RatePair,
    question: CriterionResult,
    rule: VerdictRule,
    why_not: str,
    target: float | None = None,
) -> CriterionComparison:
    """The comparison of one criterion.

    Args:
        question: the criterion as the first audit has it.
        why_not: why it can't be compared, where it can't.
        target: the percentage that should meet it, as the second audit has it.
    """
    comparison = partial(
        CriterionComparison,
        title=question.title,
        theme=question.theme,
        phrase=question.phrase,
        before=_rate(pair.before, pair.met[0]),
        after=_rate(pair.after, pair.met[1]),
        target=target,
        moved=pair.moved,
    )
    if not pair.comparable:
        verdict, says = Verdict.NOT_COMPARED, f"Not compared: {why_not}."
        return comparison(verdict=verdict, label=label(verdict, None), why_not=why_not, says=says)
    interval = pair.interval(rule.thresholds.level)
    adjusted = rule.family.adjusted[pair.test.value] if pair.varies else None
    told = _told(pair, question.phrase, rule, adjusted, interval)
    moves = told.clear_moves
    return comparison(
        difference=pair.difference,
        interval=None if rule.census else interval,
        ratio=pair.ratio(rule.thresholds.level) if pair.varies and not rule.census else None,
        in_population=pair.in_population,
        p=pair.test.value,
        test=pair.test.method,
        adjusted_p=adjusted,
        verdict=told.verdict,
        direction=told.direction,
        clear_at=told.clear_at,
        clear_moves=MovesResult(better=moves[0], worse=moves[1]) if moves else None,
        cases_needed=told.needed,
        label=label(told.verdict, told.direction),
        span=None if rule.census else replace(interval, low=told.low, high=told.high),
        explains=explanation(told, rule.thresholds),
        says=_says(told, rule, pair.in_population.says if pair.in_population else ""),
    )


def _told(
    pair: RatePair, phrase: str, rule: VerdictRule, adjusted: float | None, interval: Interval
) -> RateWording:
    """The verdict, and all that the sentence on it is made of."""
    p, bar, direction = pair.test.value, rule.family.bar, Direction.of(pair.difference)
    verdict = Verdict.NOTHING_TO_COMPARE
    if adjusted is not None:
        # Only worked out where the verdict hangs on it: it takes as long as the test.
        settled = p < rule.thresholds.points_towards
        could_be = (True, True) if settled or not pair.is_plain else pair.could_be_clear(bar)
        within = pair.ratio(rule.thresholds.level)
        evidence = Evidence(direction, p, adjusted, interval, within, *could_be)
        verdict = rule.decide(evidence)
    low, high = interval.low, interval.high
    if verdict is not Verdict.CLEAR:
        low, high = holding(0, interval, pair.interval(1 - bar))
    tells = verdict is Verdict.POINTS_TOWARDS and pair.is_plain
    paired = pair.moved is not None
    return RateWording(
        phrase=phrase,
        before=pair.before,
        after=pair.after,
        moved=pair.moves,
        verdict=verdict,
        direction=direction,
        p=p,
        low=low,
        high=high,
        tested=rule.family.tested,
        clear_at=pair.clear_at(bar) if tells and not paired else None,
        clear_moves=pair.clear_moves(bar) if tells and paired else None,
        needed=pair.cases_needed(bar) if tells and not paired else None,
        census=rule.census,
        shares=pair.shares,
    )


def holding(none: float, alone: Interval, among_all: Interval) -> tuple[float, float]:
    """The range to give with a verdict that is not clear, which can't leave out no change.

    Where the range of the question alone does, it is the one that allows for the number of
    questions; where that does so too, for the range is another method than the test, it ends there.
    """
    found = alone if alone.low <= none <= alone.high else among_all
    return min(none, found.low), max(none, found.high)


def _says(told: RateWording, rule: VerdictRule, among_all: str) -> str:
    says = " ".join(filter(None, (sentence(told, rule.thresholds), among_all)))
    if not rule.census or told.verdict is Verdict.NOTHING_TO_COMPARE:
        return says
    settled = told.verdict in (Verdict.CLEAR, Verdict.NO_MATERIAL_CHANGE)
    doubts = [] if settled else [doubt(told.direction)]
    if told.moved is None:  # the fact has the counts, though not the moves
        says = verdict_says(told, rule.thresholds)
    return " ".join([fact(told.before, told.after, told.direction), *doubts, says])


def _rate(counts: tuple[int, int], met: int) -> RateResult:
    missing, applicable = counts
    rate = missing / applicable if applicable else None
    return RateResult(missing=missing, met=met, applicable=applicable, rate=rate)
