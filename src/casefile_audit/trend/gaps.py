"""Rare events: the cases between one and the next."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from casefile_audit.statistics.control import GapChart, gap_chart
from casefile_audit.statistics.run_rules import outside, shift
from casefile_audit.trend.models import EventResult, GapsResult, Rule, Signal
from casefile_audit.trend.phases import FEWEST_FOR_LIMITS, FEWEST_TO_JUDGE, neighbours
from casefile_audit.trend.sentences import gaps_say

MOST_RARE = 0.1


def is_rare(missing: int, applicable: int, periods: int) -> bool:
    """Whether failures are so rare that gaps say more than rates.

    No more than one a period, and no more than one in ten of the cases: with few cases a month the
    first alone would hold of what is common.
    """
    return 0 < missing <= periods and missing <= MOST_RARE * applicable


def gaps_between(asked: Sequence[tuple[str, str | None]], since: str) -> GapsResult:
    """The gaps between failures.

    Args:
        asked: for each case that the question applies to, in order of time, its period, and its
            reference if it falls short; one or more does.
        since: the first period that is looked at.
    """
    events = [(at, period, case) for at, (period, case) in enumerate(asked) if case is not None]
    ends = [-1, *(at for at, _, _ in events)]
    before = [end - last - 1 for last, end in pairwise(ends)]
    cases = [case for _, _, case in events]
    cases_since = len(asked) - 1 - ends[-1]
    chart = gap_chart(before[1:]) if len(before) - 1 >= FEWEST_TO_JUDGE else None
    bare = GapsResult(
        since=since,
        events=[
            EventResult(case=case, period=period, cases_before=n)
            for (_, period, case), n in zip(events, before, strict=True)
        ],
        cases_since=cases_since,
        median=chart.median if chart else None,
        low=chart.limits.low if chart else None,
        high=chart.limits.high if chart else None,
        trial=len(before) - 1 < FEWEST_FOR_LIMITS,
        signals=list(_signals(cases, before, cases_since, chart)) if chart else [],
        says="",
    )
    return bare.model_copy(update={"says": gaps_say(bare, len(asked))})


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
