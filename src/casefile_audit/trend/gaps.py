"""Rare events: the cases between one and the next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from casefile_audit.statistics.control import GapChart, gap_chart
from casefile_audit.statistics.run_rules import outside, shift
from casefile_audit.trend.models import Rule, Signal
from casefile_audit.trend.phases import FEWEST_FOR_LIMITS, FEWEST_TO_JUDGE, neighbours

MOST_RARE = 0.1


@dataclass(frozen=True)
class Gaps:
    """The cases without an event before each event, and since the last.

    Attributes:
        cases: the references of the events.
        before: for each event; for the first they are no gap, but what was seen before it.
        since: cases since the last event.
        chart: centre and limits; None at too few gaps.
        trial: whether there are too few gaps for limits that can be relied on.
    """

    cases: Sequence[str]
    before: Sequence[int]
    since: int
    chart: GapChart | None
    trial: bool
    signals: Sequence[Signal]


def is_rare(missing: int, applicable: int, periods: int) -> bool:
    """Whether failures are so rare that gaps say more than rates.

    No more than one a period, and no more than one in ten of the cases: with few cases a month the
    first alone would hold of what is common.
    """
    return 0 < missing <= periods and missing <= MOST_RARE * applicable


def gaps_between(events: Sequence[str | None]) -> Gaps:
    """The gaps between failures.

    Args:
        events: for each case that the question applies to, in order of time, its reference if it
            falls short; one or more does.
    """
    cases = [event for event in events if event is not None]
    places = [place for place, event in enumerate(events) if event is not None]
    ends = [-1, *places]
    before = [place - end - 1 for end, place in zip(ends, places, strict=False)]
    since = len(events) - 1 - places[-1]
    trial = len(before) - 1 < FEWEST_FOR_LIMITS
    if len(before) - 1 < FEWEST_TO_JUDGE:
        return Gaps(cases, before, since, None, trial, [])
    chart = gap_chart(before[1:])
    return Gaps(cases, before, since, chart, trial, list(_signals(cases, before, since, chart)))


def _signals(
    cases: Sequence[str], before: Sequence[int], since: int, chart: GapChart
) -> Iterator[Signal]:
    between = before[1:]
    last = len(before) - 1

    def signal(rule: Rule, *events: int, better: bool) -> Signal:
        at = [cases[event] for event in events if event <= last]
        now = events[-1] >= last
        return Signal(rule=rule, at=at, better=better, places=events, now=now)

    for point in outside(between, [chart.limits] * len(between)):
        yield signal("gap", point + 1, better=between[point] > chart.median)
    # An open gap can only grow, so it may be too long already but never too short.
    if since > chart.limits.high:
        yield signal("gap", last + 1, better=True)
    runs = shift(between, chart.median)
    for better in (True, False):
        side = [point + 1 for point in runs if (between[point] > chart.median) == better]
        for run in neighbours(side):
            if len(run) < len(between):  # gaps more alike than chance would make them say nothing
                yield signal("gap run", *run, better=better)
