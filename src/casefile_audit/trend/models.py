"""The answer to which way it is going: the stable models that are printed as JSON."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field, InstanceOf

from casefile_audit.capped import no_items
from casefile_audit.issues import Issue
from casefile_audit.results import (
    InputResult,
    NotCounted,
    PrintedAnswer,
    ResultModel,
    RubricResult,
    Unsaved,
)
from casefile_audit.statistics.control import Limits
from casefile_audit.statistics.run_rules import RunChart

SCHEMA = "casefile-audit/trend/1"

Rule = Literal["outside", "run", "rising or falling", "two of three", "run chart", "gap", "gap run"]
Verdict = Literal[
    "improving",
    "worsening",
    "changed",
    "stands out",
    "no sign",
    "varies",
    "same cases",
    "too few",
    "none",
    "all",
    "not asked",
]
Method = Literal["exact binomial", "p-prime", "XmR"]
Assurance = Literal["consistently achieves", "consistently misses", "hit and miss"]


class PeriodResult(ResultModel):
    """A month, a quarter, a year or an audit; ``first_day`` is None for an audit without a day."""

    label: str
    first_day: dt.date | None
    cases: int


@dataclass(frozen=True, kw_only=True)
class Signal:
    """A rule that was broken.

    Attributes:
        rule: which; docs/trend.md says what each looks for.
        at: the labels of the periods that broke it; for a rule about gaps, the case references of
            the events that end them, and none for the gap that is still open.
        better: whether the rate is better there, or the gaps are long.
        places: the numbers, from 0, of the periods, or of the events that end the gaps; the number
            after the last event is the gap that is still open.
        now: whether it holds still, at the last period of the series.
    """

    rule: Rule
    at: Sequence[str]
    better: bool
    places: Unsaved[tuple[int, ...]]
    now: Unsaved[bool]


@dataclass(frozen=True)
class Phase:
    """Periods that are judged by one centre: all of them, or those from one re-basing to the next.

    Attributes:
        first, last: labels of its periods.
        because: the user's reason for re-basing at its first period; empty for the first phase.
        periods: how many of its periods have cases that the question applies to.
        baseline: first and last label of the periods that give the centre and limits.
        baseline_fixed: whether the user chose them.
        centre: the rate of the baseline, 0 to 1; for XmR the mean of its periods' rates. None where
            there are too few periods.
        drawn_from: the rate that the limits are drawn from: the centre, or where none or all of the
            baseline fell short, the furthest rate from it that the baseline leaves open.
        method: of the limits.
        spread: for p-prime how much wider than chance the periods vary, otherwise 1.
        trial: whether there are too few periods for limits that can be relied on.
        run_chart: about the median rate (Anhøj and Olesen 2014); at few periods only.
        span: the numbers of all its periods.
        places: of those that have cases.
        base: of those that give the centre.
        limits: by period, of those that have cases; empty where there are too few.
        signals: the rules that its periods broke.
    """

    first: str
    last: str
    because: str
    periods: int
    baseline: tuple[str, str]
    baseline_fixed: bool
    centre: float | None
    drawn_from: float | None
    method: Method | None
    spread: float
    trial: bool
    run_chart: RunChart | None
    span: Unsaved[InstanceOf[range]]
    places: Unsaved[Sequence[int]]
    base: Unsaved[InstanceOf[range]]
    limits: Unsaved[Mapping[int, Limits]]
    signals: Unsaved[Sequence[Signal]]


class PointResult(ResultModel):
    """One period of a series.

    Attributes:
        applicable: cases that the question applies to; 0 is a gap in the series.
        missing: those that fall short.
        rate: missing of applicable, 0 to 1.
        low, high: the lowest and highest rate that is inside the limits.
        rules: those that it broke.
    """

    period: str
    applicable: int
    missing: int
    rate: float | None
    centre: float | None
    low: float | None
    high: float | None
    rules: list[Rule]


class EventResult(ResultModel):
    """A rare event, and the cases without one since the last; for the first, since the start."""

    case: str
    period: str
    cases_before: int


class GapsResult(ResultModel):
    """The cases between rare events. The cases before the first event are no gap.

    Attributes:
        since: the label of the first period that is looked at.
        events: in order of time.
        cases_since: cases without one since the last.
        median: the gap that half of all would be at or under; None at too few events for limits.
        low, high: the shortest and longest gap that is inside the limits.
        trial: whether there are too few gaps for limits that can be relied on.
        signals: the gaps outside the limits, and runs of gaps on one side of the median.
        says: what they come to.
    """

    since: str
    events: list[EventResult]
    cases_since: int
    median: int | None
    low: float | None
    high: float | None
    trial: bool
    signals: list[Signal]
    says: str


class SeriesResult(ResultModel):
    """Counts over the periods, and which way they are going.

    Attributes:
        missing, applicable: over all periods.
        rate: missing of applicable, 0 to 1; None where it applies to no case.
        verdict: the leading signal's; see docs/trend.md.
        signs: what the signals come to, in sentences; not printed but said.
        says: the finding, and then the same.
    """

    missing: int
    applicable: int
    rate: float | None
    verdict: Verdict
    signs: str = Field("", exclude=True)
    says: str
    phases: list[Phase] = Field(alias="stretches")
    points: list[PointResult]
    signals: list[Signal]


class HeldToTarget(ResultModel):
    """How the share that meets a criterion stands against its target, counted.

    Attributes:
        since: the label of the first period counted: of all; of those since the last re-basing; or
            of those since the level moved, where it did and has stayed.
        met, applicable: the cases of those periods.
        reached, beyond_chance: as of a criterion in a result.
    """

    since: str
    met: int
    applicable: int
    reached: bool
    beyond_chance: bool


class CriterionTrend(SeriesResult):
    """One criterion over the periods.

    Attributes:
        phrase: what completes "12 of 48 …".
        expected: failures that a period expects: the mean applicable cases at the rate; None
            where it applies to no case.
        gaps: where failures are rare: no more than one a period, and one in ten of the cases.
        target: the percentage of applicable cases that should meet it.
        target_word: how the latest limits stand to the target; None where that can't be said.
        held: what the cases themselves show of it; None without a target or a case.
    """

    question: str
    title: str
    theme: str
    phrase: str
    expected: float | None
    gaps: GapsResult | None
    target: float | None
    target_word: Assurance | None
    held: HeldToTarget | None


class SplitTrend(ResultModel):
    """How the grades split, period by period.

    Attributes:
        kind: by the reader, or from the rubric's bands and limits.
        splits: for each period how many cases have each grade.
        without: for each period how many have none.
        good_or_better: cases below "good" as a series; None where the scale has no such grade.
    """

    kind: Literal["recorded", "derived"]
    splits: list[dict[str, int]]
    without: list[int]
    good_or_better: SeriesResult | None


class GradeTrend(ResultModel):
    """One judgement over the periods, its scale best first."""

    title: str
    scale: list[str]
    splits: list[SplitTrend]


class PeriodBecause(ResultModel):
    """A period that gives no limits, or with which they start afresh, and the user's reason."""

    at: str
    because: str


class Trend(PrintedAnswer):
    """Audits over time: every number that is drawn, every verdict, and what each says.

    Attributes:
        only: in words, what the cases asked for have in common.
        unit: what a period is: a month, a quarter, a year, or an audit.
        field: the date field that tells cases apart; empty where each audit is a period.
        view: ``exact`` limits and guarded runs, or the ``nhs`` view (Making Data Count).
        baseline: first and last label of the periods that the user fixed as the baseline.
        without_period: the cases without a date.
        warnings: what to know before reading any of it, in sentences.
        notes: what was done with the input, and what to bear in mind, in sentences.
        doubts: what could change a count, to be put right before any signal is believed.
        not_counted: the cells in doubt and the rows left out.
    """

    schema_: str = Field(SCHEMA, alias="schema")
    rubric: RubricResult
    as_of: dt.date
    inputs: list[InputResult]
    only: list[str] = Field(default_factory=no_items)
    unit: Literal["month", "quarter", "year", "audit"]
    field: str
    view: Literal["exact", "nhs"]
    baseline: tuple[str, str] | None
    rebaselined: list[PeriodBecause] = Field(alias="rebased")
    left_out: list[PeriodBecause] = Field(default_factory=no_items)
    periods: list[PeriodResult]
    without_period: list[str]
    warnings: list[str]
    criteria: dict[str, CriterionTrend]
    grades: dict[str, GradeTrend]
    notes: list[str]
    doubts: list[Issue] = Field(default_factory=no_items)
    not_counted: NotCounted
