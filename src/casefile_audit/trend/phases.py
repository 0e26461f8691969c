"""A series of counts to limits, and the signals that break a rule."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from casefile_audit.statistics.control import (
    FEWEST_FOR_P_PRIME,
    Limits,
    centre_rate,
    exact_limits,
    p_limits,
    p_prime_spread,
    xmr_chart,
)
from casefile_audit.statistics.proportion import upper_bound_none_found
from casefile_audit.statistics.run_rules import (
    RUN,
    guarded_shift,
    outside,
    run_chart,
    shift,
    trend,
    two_of_three,
)
from casefile_audit.trend.models import Method, Phase, Rule, Signal

FEWEST_TO_JUDGE = RUN
FEWEST_FOR_LIMITS = 12
# With fewer, not even one crossing of the median is too few: 1 in 9 has a chance of 4%, in 8 of 7%.
FEWEST_FOR_HALVES = 10


@dataclass(frozen=True)
class Counts:
    """How many fall short, of how many, in each period, and its label; a period may have none."""

    missing: Sequence[int]
    applicable: Sequence[int]
    labels: Sequence[str]

    def rate(self, place: int) -> float:
        """Of a period that has some."""
        return self.missing[place] / self.applicable[place]


@dataclass(frozen=True)
class Plan:
    """What the user says of the whole chart.

    Attributes:
        starts: the first period of each phase; 0 is the first.
        baseline: the periods that are the baseline of the phase they are in.
        left_out: periods that give no limits, as something else explains them.
        judged: whether limits mean anything: not where the periods are of the same cases.
        reasons: by the first period of a phase, why the user re-based there.
    """

    starts: Sequence[int] = (0,)
    baseline: range | None = None
    left_out: frozenset[int] = frozenset()
    nhs: bool = False
    judged: bool = True
    reasons: Mapping[int, str] = field(default_factory=dict)


def phases(counts: Counts, plan: Plan) -> list[Phase]:
    """Judge every phase of a series by limits of its own."""
    ends = [*plan.starts[1:], len(counts.applicable)]
    return [
        _Judge(counts, plan, range(start, end)).phase()
        for start, end in zip(plan.starts, ends, strict=True)
    ]


class _Judge:
    """Judges one phase."""

    def __init__(self, counts: Counts, plan: Plan, periods: range) -> None:
        self.counts = counts
        self.nhs = plan.nhs
        self.judged = plan.judged
        self.because = plan.reasons.get(periods.start, "")
        self.periods = periods
        self.places = [place for place in periods if counts.applicable[place]]
        self.fixed = plan.baseline is not None and plan.baseline.start in periods
        self.baseline = plan.baseline if plan.baseline is not None and self.fixed else periods
        self.base = [p for p in self.places if p in self.baseline and p not in plan.left_out]
        self.last = max(
            (place for place, n in enumerate(counts.applicable) if n), default=periods.start
        )
        self.rates = [counts.rate(place) for place in self.places]

    def phase(self) -> Phase:
        missing, applicable = self._of(self.base)
        if not self.judged or min(len(self.places), len(self.base)) < FEWEST_TO_JUDGE:
            return self._judged(None, None, None, 1.0, {}, [])
        if self.nhs:
            return self._nhs()
        centre = centre_rate(missing, applicable)
        drawn_from = _drawn_from(centre, sum(applicable))
        large = all(self.counts.applicable[place] >= FEWEST_FOR_P_PRIME for place in self.places)
        spread = p_prime_spread(missing, applicable, drawn_from) if large else 1.0
        limits = {
            place: p_limits(drawn_from, n, spread) if spread > 1 else exact_limits(drawn_from, n)
            for place in self.places
            for n in [self.counts.applicable[place]]
        }
        found = [
            *self._single(outside(self.rates, list(limits.values())), drawn_from),
            *self._runs(guarded_shift(*self._of(self.places), drawn_from), drawn_from),
        ]
        if centre != drawn_from:
            # Nothing can be better than a baseline in which none fell short, nor worse than all.
            found = [signal for signal in found if signal.better is (centre == 1)]
        method: Method = "p-prime" if spread > 1 else "exact binomial"
        return self._judged(centre, drawn_from, method, spread, limits, found)

    def _nhs(self) -> Phase:
        chart = xmr_chart([self.counts.rate(place) for place in self.base], as_rates=True)
        limits = [chart.limits] * len(self.places)
        by_place = dict(zip(self.places, limits, strict=True))
        found: list[Signal] = []
        if len(set(self.rates)) > 1:
            found = [
                *self._single(outside(self.rates, limits), chart.centre),
                *self._runs(shift(self.rates, chart.centre), chart.centre),
                *self._trends(trend(self.rates)),
                *self._near(
                    two_of_three(
                        self.rates, chart.centre, limits, [chart.warning_limits] * len(self.places)
                    ),
                    chart.centre,
                ),
            ]
        return self._judged(chart.centre, chart.centre, "XmR", 1.0, by_place, found)

    def _judged(
        self,
        centre: float | None,
        drawn_from: float | None,
        method: Method | None,
        spread: float,
        limits: dict[int, Limits],
        found: Sequence[Signal],
    ) -> Phase:
        few = len(self.base) < FEWEST_FOR_LIMITS
        measures = None
        if centre is not None and few and not self.fixed and not self.nhs:
            middle = median(self.rates)
            measures = run_chart(self.rates, middle)
            if measures is not None and measures.signal:
                found = [*found, self._unmixed(middle)]
        labels = self.counts.labels
        return Phase(
            first=labels[self.periods[0]],
            last=labels[self.periods[-1]],
            because=self.because,
            periods=len(self.places),
            baseline=(labels[self.baseline[0]], labels[self.baseline[-1]]),
            baseline_fixed=self.fixed,
            centre=centre,
            drawn_from=drawn_from,
            method=method,
            spread=spread,
            trial=few,
            run_chart=measures,
            span=self.periods,
            places=self.places,
            base=self.baseline,
            limits=limits,
            signals=found,
        )

    def _of(self, places: Iterable[int]) -> tuple[list[int], list[int]]:
        chosen = list(places)
        return (
            [self.counts.missing[place] for place in chosen],
            [self.counts.applicable[place] for place in chosen],
        )

    def _signal(self, rule: Rule, points: Sequence[int], better: bool) -> Signal:
        places = tuple(self.places[point] for point in points)
        at = [self.counts.labels[place] for place in places]
        now = places[-1] == self.last
        return Signal(rule=rule, at=at, better=better, places=places, now=now)

    def _single(self, points: Iterable[int], centre: float) -> Iterator[Signal]:
        for point in points:
            yield self._signal("outside", [point], self.rates[point] < centre)

    def _runs(self, points: Iterable[int], centre: float) -> Iterator[Signal]:
        """One signal for each run: neighbours on one side."""
        better = {point: self.rates[point] < centre for point in points}
        for side in (True, False):
            for run in neighbours(
                point for point, is_better in better.items() if is_better == side
            ):
                yield self._signal("run", run, side)

    def _trends(self, points: Sequence[int]) -> Iterator[Signal]:
        """One signal for each phase that only rises or only falls; two may share their turn."""
        run: list[int] = []
        for point in points:
            if run and (point != run[-1] + 1 or self.rates[point] == self.rates[run[-1]]):
                yield self._trend(run)
                run = []
            elif len(run) > 1 and self._falls(run[-1]) != self._falls(point):
                yield self._trend(run)
                run = run[-1:]
            run.append(point)
        if run:
            yield self._trend(run)

    def _trend(self, run: Sequence[int]) -> Signal:
        return self._signal("rising or falling", run, self._falls(run[-1]))

    def _falls(self, point: int) -> bool:
        return self.rates[point] < self.rates[point - 1]

    def _near(self, points: Iterable[int], centre: float) -> Iterator[Signal]:
        for better in (True, False):
            side = [point for point in points if (self.rates[point] < centre) == better]
            for run in neighbours(side, apart=2):
                yield self._signal("two of three", run, better)

    def _unmixed(self, middle: float) -> Signal:
        """The signal of a run chart: that the rate crosses its median but once.

        Nothing else is one in fewer than 12 periods: half of them at most are on either side, and
        a run of half of them is not too long.
        """
        useful = [point for point, rate in enumerate(self.rates) if rate != middle]
        signal = self._signal("run chart", useful, self.rates[useful[-1]] < middle)
        return replace(signal, now=True)


def neighbours(points: Iterable[int], apart: int = 1) -> Iterator[list[int]]:
    """Points in groups: each is no further than ``apart`` from the one before."""
    group: list[int] = []
    for point in points:
        if group and point - group[-1] > apart:
            yield group
            group = []
        group.append(point)
    if group:
        yield group


def _drawn_from(centre: float, cases: int) -> float:
    """The rate that limits are drawn from: none of n never means that none ever will."""
    if centre == 0:
        return upper_bound_none_found(cases)
    if centre == 1:
        return 1 - upper_bound_none_found(cases)
    return centre
