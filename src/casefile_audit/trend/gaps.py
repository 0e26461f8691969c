"""Rare events: the cases between one and the next."""

from collections.abc import Sequence
from dataclasses import dataclass

from casefile_audit.statistics.control import GapChart, gap_chart
from casefile_audit.statistics.run_rules import outside, shift
from casefile_audit.trend.models import Rule
from casefile_audit.trend.phases import FEWEST_FOR_LIMITS, FEWEST_TO_JUDGE, neighbours

MOST_RARE = 0.1


@dataclass(frozen=True)
class GapSignal:
    """A rule that gaps broke.

    Attributes:
        rule: its name.
        events: the numbers, from 0, of the events that end the gaps; the number after the last is
            the gap that is still open.
        better: whether the gaps are long.
        now: whether it holds still.
    """

    rule: Rule
    events: tuple[int, ...]
    better: bool
    now: bool


@dataclass(frozen=True)
class Gaps:
    """The cases without an event before each event, and since the last.

    Attributes:
        before: for each event; for the first they are no gap, but what was seen before it.
        since: cases since the last event.
        chart: centre and limits; None at too few gaps.
        trial: whether there are too few gaps for limits that can be relied on.
        signals: in order of the rules.
    """

    before: Sequence[int]
    since: int
    chart: GapChart | None
    trial: bool
    signals: Sequence[GapSignal]


def is_rare(missing: int, applicable: int, periods: int) -> bool:
    """Whether failures are so rare that gaps say more than rates.

    No more than one a period, and no more than one in ten of the cases: with few cases a month the
    first alone would hold of what is common.
    """
    return 0 < missing <= periods and missing <= MOST_RARE * applicable


def gaps_between(failed: Sequence[bool]) -> Gaps:
    """The gaps between failures.

    Args:
        failed: for each case that the question applies to, in order of time; one or more is true.
    """
    places = [place for place, is_event in enumerate(failed) if is_event]
    ends = [-1, *places]
    before = [place - end - 1 for end, place in zip(ends, places, strict=False)]
    since = len(failed) - 1 - places[-1]
    trial = len(before) - 1 < FEWEST_FOR_LIMITS
    if len(before) - 1 < FEWEST_TO_JUDGE:
        return Gaps(before, since, None, trial, [])
    chart = gap_chart(before[1:])
    return Gaps(before, since, chart, trial, _signals(before, since, chart))


def _signals(before: Sequence[int], since: int, chart: GapChart) -> list[GapSignal]:
    between = before[1:]
    last = len(before) - 1
    found = [
        GapSignal("gap", (point + 1,), between[point] > chart.median, now=point + 1 == last)
        for point in outside(between, [chart.limits] * len(between))
    ]
    # An open gap can only grow, so it may be too long already but never too short.
    if since > chart.limits.high:
        found.append(GapSignal("gap", (last + 1,), better=True, now=True))
    runs = shift(between, chart.median)
    for better in (True, False):
        side = [point + 1 for point in runs if (between[point] > chart.median) == better]
        for run in neighbours(side):
            if len(run) == len(between):
                continue  # gaps more alike than chance would make them: nothing has changed
            found.append(GapSignal("gap run", tuple(run), better, now=run[-1] == last))
    return found
