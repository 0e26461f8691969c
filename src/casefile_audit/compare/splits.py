"""A grade before and after: the split, the shift and its test, good or better, and what it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import ClassVar, Literal

from pydantic import Field

from casefile_audit.compare.rates import MovedResult, RatePair, VerdictRule, holding
from casefile_audit.compare.verdicts import Direction, Evidence, Verdict
from casefile_audit.compare.wording import (
    BY_CHANCE,
    IN_DOUBT,
    among,
    change,
    hardly_by_chance,
    label,
    number,
    often_by_chance,
)
from casefile_audit.english import counted, fold, in_parts, sentence_case
from casefile_audit.results import ResultModel
from casefile_audit.statistics.binomial import sign_test_mid_p
from casefile_audit.statistics.comparison import PValue
from casefile_audit.statistics.ordinal import rank_p, relative_effect, relative_effect_interval
from casefile_audit.statistics.proportion import Interval

Kind = Literal["recorded", "derived"]
KINDS: tuple[Kind, Kind] = ("recorded", "derived")
_GOOD = "good"
NEITHER = 0.5
"""The chance that a case after is graded better where neither side is, ties counted half."""


class ShareResult(ResultModel):
    """So many of so many graded cases."""

    count: int
    of: int


class GoodOrBetterResult(ResultModel):
    """The share of cases that were graded good or better.

    Attributes:
        grades: the grades that count, best first.
        before, after: how many of the graded cases have one of them.
        difference: the share after less the share before; above 0 is better.
        interval: the difference's range; None where both are every case there was.
        says: it in a sentence.
    """

    grades: list[str]
    before: ShareResult
    after: ShareResult
    difference: float
    interval: Interval | None
    says: str


class GradeComparison(ResultModel):
    """What became of one grade, as recorded or as derived.

    Attributes:
        scale: the grades, best first.
        before, after: how many cases have each.
        before_in_population, after_in_population: what share of the population has each, where its
            strata were read unequally; else empty. The effect and the p are of these.
        effect: the chance that a case after is graded better than a case before, ties counted
            half; None for the same cases read twice.
        interval: the effect's range; None where both are every case there was.
        p, test: the two-sided p-value and the test that gave it.
        adjusted_p: the same adjusted by Holm's method over all grades tested in this run.
        direction: which way these cases went: better, worse or same.
        moved: for the same cases read twice.
        good_or_better: None where the scale has no grade ``good``, or nothing was graded.
        label: the verdict with its direction.
        why_not: why it couldn't be compared, which isn't printed but said.
        says: the finding and the verdict in sentences.
    """

    title: str
    kind: Kind
    scale: list[str]
    before: dict[str, int]
    after: dict[str, int]
    before_in_population: dict[str, float] = Field(default_factory=dict)
    after_in_population: dict[str, float] = Field(default_factory=dict)
    effect: float | None = None
    interval: Interval | None = None
    p: float | None = None
    test: str | None = None
    adjusted_p: float | None = None
    verdict: Verdict
    direction: Direction | None = None
    moved: MovedResult | None = None
    good_or_better: GoodOrBetterResult | None = None
    label: str
    why_not: str = Field("", exclude=True)
    says: str


@dataclass(frozen=True)
class SplitPair:
    """How many cases have each grade of one scale, best first, before and after.

    Attributes:
        why_not: why the two can't be compared; empty if they can.
        cases: for the same cases read twice, the reference of each, and its place on the scale
            before and after.
        left_out: those of them that have no grade in one reading.
        is_plain: as of a ``RatePair``.
    """

    title: str
    kind: Kind
    scale: Sequence[str]
    before: Sequence[int]
    after: Sequence[int]
    why_not: str = ""
    cases: Sequence[tuple[str, int, int]] | None = None
    left_out: int = 0
    is_plain: ClassVar[bool] = True

    @property
    def varies(self) -> bool:
        """Whether there is anything to test: not all cases of both have one grade."""
        if self.why_not:
            return False
        return sum(a + b > 0 for a, b in zip(self.before, self.after, strict=True)) > 1

    @property
    def moved(self) -> MovedResult | None:
        """Which of the same cases moved, if they were read twice."""
        return self.moved_across(range(len(self.scale)))

    def moved_across(self, steps: Sequence[int]) -> MovedResult | None:
        """Which cases moved between steps; places of one step count as the same."""
        if self.cases is None:
            return None
        moves = [(case, steps[b] - steps[a]) for case, a, b in self.cases]
        better = [case for case, move in moves if move < 0]
        worse = [case for case, move in moves if move > 0]
        same = len(moves) - len(better) - len(worse)
        return MovedResult(better=better, worse=worse, same=same, left_out=self.left_out)

    @property
    def direction(self) -> Direction:
        """Which way the grades went."""
        if (moved := self.moved) is not None:
            return Direction.of(len(moved.better) - len(moved.worse))
        return Direction.of(self.effect - NEITHER)

    @property
    def shares(self) -> tuple[Sequence[float], Sequence[float]] | None:
        """The shares of the populations that have each grade, where those aren't the cases'."""
        return None

    @property
    def effect(self) -> float:
        """The chance that a case after is graded better than one before, ties counted half."""
        return relative_effect(self.after, self.before)

    def effect_interval(self, level: float) -> Interval:
        """The range of that chance."""
        return relative_effect_interval(self.after, self.before, level)

    @cached_property
    def test(self) -> PValue:
        """The exact rank test; the sign test's mid-P for the same cases read twice."""
        if (moved := self.moved) is not None:
            p = sign_test_mid_p(len(moved.better), len(moved.worse))
            return PValue(p, "sign test mid-P")
        return rank_p(self.before, self.after)

    def could_be_clear(self, bar: float) -> tuple[bool, bool]:
        """Whether the best grade for all cases after would be under ``bar``, and the worst."""
        return self._p_at(0) < bar, self._p_at(-1) < bar

    def _p_at(self, end: int) -> float:
        """The p if all cases after had the first grade (0) or the last (-1)."""
        if self.cases is not None:
            return sign_test_mid_p(sum(self.before) - self.before[end], 0)
        after = [0] * len(self.scale)
        after[end] = sum(self.after)
        return rank_p(self.before, after).value

    def worse_than(self, place: int) -> RatePair:
        """How many were graded worse than one of the grades, before and after."""
        (k_before, n_before), (k_after, n_after) = (
            (sum(split[place + 1 :]), sum(split)) for split in (self.before, self.after)
        )
        moved = self.moved_across([int(step > place) for step in range(len(self.scale))])
        return RatePair((k_before, n_before), (k_after, n_after), moved)

    def good_or_better(self, rule: VerdictRule) -> GoodOrBetterResult | None:
        """The share graded ``good`` or better, where the scale has that grade and a worse one."""
        words = [fold(grade) for grade in self.scale]
        if self.why_not or _GOOD not in words[:-1]:
            return None
        last = words.index(_GOOD) + 1
        pair = self.worse_than(last - 1)
        (before, n_before), (after, n_after) = ((n - k, n) for k, n in (pair.before, pair.after))
        interval, bar = pair.interval(rule.thresholds.level), rule.family.bar
        ends = interval.low, interval.high
        if pair.test.value >= bar:
            ends = holding(0, interval, pair.interval(1 - bar))
        could_be = change(*ends, Direction.of(pair.difference))
        weighted = ""
        if pair.shares is not None:
            first, second = (in_parts(1 - share) for share in pair.shares)
            weighted = f", of the cases read; weighted by their strata, {first} and {second}"
        return GoodOrBetterResult(
            grades=list(self.scale[:last]),
            before=ShareResult(count=before, of=n_before),
            after=ShareResult(count=after, of=n_after),
            difference=pair.difference,
            interval=None if rule.census else interval,
            says=f"Graded {self.scale[last - 1]}{' or better' if last > 1 else ''}: "
            f"{counted(before, n_before)} before, {counted(after, n_after)} after{weighted}."
            + ("" if rule.census else f" The true change could be anything {could_be}."),
        )


def compare_split(pair: SplitPair, rule: VerdictRule) -> GradeComparison:
    """The comparison of one grade."""
    comparison = partial(
        GradeComparison,
        title=pair.title,
        kind=pair.kind,
        scale=list(pair.scale),
        before=dict(zip(pair.scale, pair.before, strict=True)),
        after=dict(zip(pair.scale, pair.after, strict=True)),
    )
    verdict = Verdict.NOT_COMPARED
    if why := pair.why_not:
        says = f"Not compared: {why}."
        return comparison(verdict=verdict, label=label(verdict, None), why_not=why, says=says)
    test, direction, thresholds = pair.test, pair.direction, rule.thresholds
    verdict = Verdict.NOTHING_TO_COMPARE
    adjusted = rule.family.adjusted[test.value] if pair.varies else None
    if adjusted is not None:
        settled = test.value < thresholds.points_towards or not pair.is_plain
        could_be = (True, True) if settled else pair.could_be_clear(rule.family.bar)
        verdict = rule.decide(Evidence(direction, test.value, adjusted, None, None, *could_be))
    effect = interval = None
    if pair.cases is None:
        effect = pair.effect
    if pair.cases is None and not rule.census:
        interval = pair.effect_interval(thresholds.level)
    first, second = pair.shares or ((), ())
    return comparison(
        before_in_population=dict(zip(pair.scale, first, strict=False)),
        after_in_population=dict(zip(pair.scale, second, strict=False)),
        effect=effect,
        interval=interval,
        p=test.value,
        test=test.method,
        adjusted_p=adjusted,
        verdict=verdict,
        direction=direction,
        moved=pair.moved,
        good_or_better=pair.good_or_better(rule),
        label=label(verdict, direction),
        says=_says(pair, verdict, rule, interval),
    )


def _says(pair: SplitPair, verdict: Verdict, rule: VerdictRule, interval: Interval | None) -> str:
    p = pair.test.value
    if verdict is Verdict.NOTHING_TO_COMPARE:
        (grade,) = (g for g, n in zip(pair.scale, pair.before, strict=True) if n)
        cases = f"({sum(pair.before):,} and {sum(pair.after):,} cases)"
        return f"All were graded {grade} in both samples {cases}."
    parts = [_verdict_says(pair, verdict, p, rule.census)]
    if (moved := pair.moved) is not None:
        better, worse = number(len(moved.better)), number(len(moved.worse))
        counts = f"{better} graded better after, {worse} worse, {number(moved.same)} the same."
        parts.insert(0, sentence_case(counts))
    if pair.shares is not None:
        first, second = (", ".join(map(in_parts, shares)) for shares in pair.shares)
        said = f"Weighted by their strata, best grade first: {first} before, {second} after."
        parts.insert(0, said)
    if verdict is Verdict.POINTS_TOWARDS and p < rule.thresholds.alpha:
        parts.append(among(rule.family.tested, "grades"))
    if interval is not None:
        parts.append(_effect(pair, verdict, rule, interval))
    return " ".join(parts)


def _verdict_says(pair: SplitPair, verdict: Verdict, p: float, census: bool) -> str:
    direction, paired = pair.direction, pair.cases is not None
    match verdict:
        case Verdict.CLEAR:
            seldom = hardly_by_chance("a shift", paired, census, p)
            return f"The grades are clearly {direction}: {seldom}"
        case Verdict.IN_DOUBT:
            return IN_DOUBT
        case Verdict.POINTS_TOWARDS:
            cases = min(sum(pair.before), sum(pair.after))
            return (
                f"This points towards {direction} grades but does not settle it. "
                f"{often_by_chance(paired, cases, census, p)}"
            )
        case Verdict.NO_IMPROVEMENT_COULD_BE_CLEAR | Verdict.NO_WORSENING_COULD_BE_CLEAR:
            end, n = pair.scale[-1 if direction is Direction.WORSE else 0], sum(pair.after)
            return (
                f"With this split before, not even {n:,} of {n:,} graded {end} after could have "
                f"shown a clear change for the {direction}."
            )
        case Verdict.NONE_COULD_BE_CLEAR:
            best, worst, n = pair.scale[0], pair.scale[-1], sum(pair.after)
            return (
                f"With this split before, neither {n:,} of {n:,} graded {best} after nor {n:,} "
                f"graded {worst} could have shown a clear change."
            )
        case _ if census:
            return BY_CHANCE
        case _:
            return (
                "These samples can't tell us whether cases are graded better or worse. That is not "
                "the same as no change."
            )


def _effect(pair: SplitPair, verdict: Verdict, rule: VerdictRule, interval: Interval) -> str:
    ends = interval.low, interval.high
    if verdict is not Verdict.CLEAR:
        level = 1 - rule.family.bar
        ends = holding(NEITHER, interval, pair.effect_interval(level))
    times, low, high = (round(100 * x) for x in (pair.effect, *ends))
    return (
        "Of one case from before and one from after, the one from after would be graded better "
        f"about {times} times in 100, ties counted half (range {low} to {high})."
    )
