"""A criterion before and after: counts, difference, range, test, verdict, and what it says."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from casefile_audit.cases import Outcome
from casefile_audit.compare.pairs import Pairs
from casefile_audit.compare.verdicts import (
    Direction,
    Evidence,
    Family,
    Thresholds,
    Verdict,
    decide,
)
from casefile_audit.compare.wording import Told, doubt, fact, label, sentence
from casefile_audit.findings import APPLICABLE, MISSING
from casefile_audit.results import CriterionResult, IntervalResult, Result
from casefile_audit.statistics.binomial import sign_test_mid_p
from casefile_audit.statistics.comparison import (
    PValue,
    bonett_price,
    largest_clear_after,
    newcombe,
    unpaired_p,
)
from casefile_audit.statistics.power import cases_needed
from casefile_audit.statistics.proportion import Interval


class Part(BaseModel):
    """A part of the stable model."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class RateResult(Part):
    """Cases that fall short, of those the question applies to; ``rate`` from 0 to 1."""

    missing: int
    applicable: int
    rate: float | None


class MovedResult(Part):
    """The same cases read twice: which went better, which worse, and how many neither.

    Attributes:
        left_out: pairs in which the question applied in one reading only, or can't be told.
    """

    better: list[str]
    worse: list[str]
    same: int
    left_out: int


class CriterionComparison(Part):
    """What became of one criterion.

    Attributes:
        title, theme, phrase: as the rubric of the first audit has them.
        difference: the share missing before less the share missing after; above 0 is better.
        interval: the difference's range.
        p, test: the two-sided p-value and the test that gave it.
        adjusted_p: the same adjusted by Holm's method over all questions tested in this run; None
            where there was nothing to test.
        direction: which way these cases went: better, worse or same.
        clear_at: how many missing after would have been clear, at most if better and at least if
            worse; for the same cases read twice, how many moves that way and none the other. None
            unless it points one way, or where no count would have been.
        cases_needed: about how many cases a side would confirm a change of this size.
        moved: for the same cases read twice.
        label: the verdict with its direction.
        says: the finding and the verdict in sentences.
    """

    title: str
    theme: str
    phrase: str
    before: RateResult
    after: RateResult
    difference: float | None
    interval: IntervalResult | None
    p: float | None
    test: str | None
    adjusted_p: float | None
    verdict: Verdict
    direction: Direction | None
    clear_at: int | None
    cases_needed: int | None
    moved: MovedResult | None
    label: str
    says: str


@dataclass(frozen=True)
class Rule:
    """What comparisons are judged by.

    Attributes:
        family: all the questions compared.
        census: whether both audits are of every case of their period.
    """

    family: Family
    thresholds: Thresholds
    census: bool


@dataclass(frozen=True)
class RatePair:
    """Cases that fall short of a criterion, before and after.

    Attributes:
        before, after: how many fall short, of how many.
        moved: for the same cases read twice.
    """

    before: tuple[int, int]
    after: tuple[int, int]
    moved: MovedResult | None = None

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

    def could_be_clear(self, bar: float) -> bool:
        """Whether none after, or all where it went worse, would be under a p of ``bar``."""
        n_after = self.after[1]
        ends = {Direction.BETTER: (0,), Direction.WORSE: (n_after,), Direction.SAME: (0, n_after)}
        return any(self._p_at(end) < bar for end in ends[Direction.of(self.difference)])

    def _p_at(self, after: int) -> float:
        """The p if none (0) or all fell short after."""
        k, n = self.before
        if self.moves is not None:
            return sign_test_mid_p(k, 0) if after == 0 else sign_test_mid_p(0, n - k)
        return unpaired_p(k, n, after, self.after[1]).value

    def clear_at(self, bar: float) -> int | None:
        """The count after that would be under a p of ``bar``; None if none would.

        For the same cases read twice, how many moves this way, with none the other.
        """
        (k, n), n_after = self.before, self.after[1]
        better = self.difference > 0
        room = k if better else n - k
        if self.moves is not None:
            return next((m for m in range(room + 1) if sign_test_mid_p(m, 0) < bar), None)
        most = largest_clear_after(room, n, n_after, bar)
        return most if better or most is None else n_after - most

    def cases_needed(self, bar: float) -> int | None:
        """About how many cases a side would confirm a change between these whole percentages."""
        if self.moves is not None:
            return None
        rates = (round(100 * k / n) / 100 for k, n in (self.before, self.after))
        return cases_needed(*rates, alpha=bar)


def unpaired(before: CriterionResult, after: CriterionResult) -> RatePair:
    """A criterion in two samples."""
    return RatePair((before.missing, before.applicable), (after.missing, after.applicable))


def paired(before: Result, after: Result, name: str, pairs: Pairs) -> RatePair:
    """A criterion in the same cases read twice, where it applied both times."""
    first, second = before.findings.of(name), after.findings.of(name)
    fell_short: dict[tuple[bool, bool], list[str]] = {
        (a, b): [] for a in (True, False) for b in (True, False)
    }
    for reference, i, j in zip(pairs.references, pairs.before, pairs.after, strict=True):
        if first[i] in APPLICABLE and second[j] in APPLICABLE:
            fell_short[first[i] in MISSING, second[j] in MISSING].append(reference)
    both, better = len(fell_short[True, True]), fell_short[True, False]
    worse, neither = fell_short[False, True], len(fell_short[False, False])
    n = both + len(better) + len(worse) + neither
    return RatePair(
        before=(both + len(better), n),
        after=(both + len(worse), n),
        moved=MovedResult(
            better=better,
            worse=worse,
            same=both + neither,
            left_out=_read_in_both(first, second, pairs) - n,
        ),
    )


def _read_in_both(first: Sequence[Outcome], second: Sequence[Outcome], pairs: Pairs) -> int:
    """Pairs to which the question applied at least once, or can't be told."""
    asked = {*APPLICABLE, Outcome.CANNOT_TELL}
    places = zip(pairs.before, pairs.after, strict=True)
    return sum(first[i] in asked or second[j] in asked for i, j in places)


def compare_rate(
    pair: RatePair, question: CriterionResult, adjusted: float | None, rule: Rule, why_not: str
) -> CriterionComparison:
    """The comparison of one criterion.

    Args:
        pair: its counts.
        question: the criterion as the first audit has it.
        adjusted: its adjusted p; None where there is nothing to test.
        rule: what it is judged by.
        why_not: why it can't be compared, where it can't.
    """
    if not pair.comparable:
        return _not_compared(pair, question, why_not)
    test, interval = pair.test(), pair.interval(rule.thresholds.level)
    direction, thresholds = Direction.of(pair.difference), rule.thresholds
    bar = rule.family.bar
    verdict = Verdict.NOTHING_TO_COMPARE
    if adjusted is not None:
        # Only worked out where the verdict hangs on it: it takes as long as the test.
        room = test.value < thresholds.points_towards or pair.could_be_clear(bar)
        evidence = Evidence(direction, test.value, adjusted, interval.low, interval.high, room)
        verdict = decide(evidence, thresholds)
    points_one_way = verdict is Verdict.POINTS_TOWARDS
    clear_at = pair.clear_at(bar) if points_one_way else None
    needed = pair.cases_needed(bar) if points_one_way else None
    told = Told(
        question.phrase, pair.before, pair.after, pair.moves, verdict, direction, test.value,
        adjusted, interval.low, interval.high, rule.family.tested, clear_at, needed,
    )  # fmt: skip
    says = sentence(told, thresholds)
    if rule.census and verdict is not Verdict.NOTHING_TO_COMPARE:
        says = " ".join(
            [fact(pair.before, pair.after, direction), *_doubt(verdict, direction), says]
        )
    return CriterionComparison(
        title=question.title,
        theme=question.theme,
        phrase=question.phrase,
        before=rate_result(pair.before),
        after=rate_result(pair.after),
        difference=pair.difference,
        interval=interval_result(interval),
        p=test.value,
        test=test.method,
        adjusted_p=adjusted,
        verdict=verdict,
        direction=direction,
        clear_at=clear_at,
        cases_needed=needed,
        moved=pair.moved,
        label=label(verdict, direction),
        says=says,
    )


def _doubt(verdict: Verdict, direction: Direction) -> list[str]:
    settled = (Verdict.CLEAR, Verdict.NO_MATERIAL_CHANGE)
    return [] if verdict in settled else [doubt(direction)]


def _not_compared(pair: RatePair, question: CriterionResult, why_not: str) -> CriterionComparison:
    return CriterionComparison(
        title=question.title,
        theme=question.theme,
        phrase=question.phrase,
        before=rate_result(pair.before),
        after=rate_result(pair.after),
        difference=None,
        interval=None,
        p=None,
        test=None,
        adjusted_p=None,
        verdict=Verdict.NOT_COMPARED,
        direction=None,
        clear_at=None,
        cases_needed=None,
        moved=pair.moved,
        label=label(Verdict.NOT_COMPARED, None),
        says=f"Not compared: {why_not}.",
    )


def rate_result(counts: tuple[int, int]) -> RateResult:
    """Counts as the model has them."""
    missing, applicable = counts
    rate = missing / applicable if applicable else None
    return RateResult(missing=missing, applicable=applicable, rate=rate)


def interval_result(interval: Interval) -> IntervalResult:
    """A range as the model has it."""
    return IntervalResult(
        low=interval.low, high=interval.high, level=interval.level, method=interval.method
    )
