"""Rules that tell a change from chance in a series: which points break which rule.

Points are numbered from 0, in order of time. A point on the centre breaks a run.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import log2, prod

from casefile_audit.statistics.binomial import at_least, at_most
from casefile_audit.statistics.control import Limits

RUN = 7
"""Points that make a shift or a trend."""


@dataclass(frozen=True, slots=True)
class RunChart:
    """The two measures of a run chart, and what chance keeps them to.

    Attributes:
        median: of all points; the useful ones are those not on it.
        longest_run: the most useful points running on one side of it.
        longest_expected: a longer run is a signal.
        crossings: how often the useful points cross it.
        fewest_expected: fewer crossings are a signal.
    """

    median: float
    longest_run: int
    longest_expected: int
    crossings: int
    fewest_expected: int

    @property
    def signal(self) -> bool:
        """Whether chance is an unlikely account of the series."""
        too_long = self.longest_run > self.longest_expected
        return too_long or self.crossings < self.fewest_expected


def outside(values: Sequence[float], limits: Sequence[Limits]) -> list[int]:
    """The points beyond their limits.

    Source: NHS England, Making Data Count, rule 1.
    """
    pairs = enumerate(zip(values, limits, strict=True))
    return [i for i, (value, limit) in pairs if not limit.low <= value <= limit.high]


def shift(values: Sequence[float], centre: float) -> list[int]:
    """The points of every run of 7 or more on one side of the centre.

    Source: NHS England, Making Data Count, rule 2.
    """
    return [i for run in _one_sided(values, centre) if len(run) >= RUN for i in run]


def guarded_shift(failed: Sequence[int], cases: Sequence[int], centre: float) -> list[int]:
    """The points of every run on one side that is no likelier than 7 fair coins alike.

    With few cases the centre splits the periods unevenly, and a run on the likelier side is longer
    by chance alone. A run here has 7 points or more, and the binomial chance of all of them falling
    on that side is at most 0.5 to the power of 7. The guard is this program's own, not part of
    Making Data Count.

    Raises:
        ValueError: a period has no cases.
    """
    if min(cases, default=1) <= 0:
        raise ValueError(f"a period without cases has no rate; leave it out: {cases}")
    rates = [k / n for k, n in zip(failed, cases, strict=True)]
    signals: list[int] = []
    for run in _one_sided(rates, centre):
        below = rates[run[0]] < centre
        chance = prod(_side_chance(centre, cases[i], below=below) for i in run)
        if len(run) >= RUN and chance <= 0.5**RUN * (1 + 1e-9):
            signals += run
    return signals


def trend(values: Sequence[float]) -> list[int]:
    """The points of every stretch of 7 or more that only rises, or only falls.

    Source: NHS England, Making Data Count, rule 3.
    """
    found: set[int] = set()
    for start in range(len(values) - RUN + 1):
        steps = {_sign(values[i + 1], values[i]) for i in range(start, start + RUN - 1)}
        if steps in ({1}, {-1}):
            found.update(range(start, start + RUN))
    return sorted(found)


def two_of_three(
    values: Sequence[float],
    centre: float,
    limits: Sequence[Limits],
    warning_limits: Sequence[Limits],
) -> list[int]:
    """The points, two or all of three in a row on one side, between a warning limit and its limit.

    A point beyond the limits counts as being on its side, but not as one of the two.

    Source: NHS England, Making Data Count, rule 4, as NHSRplotthedots reads it.
    """
    out, warned = set(outside(values, limits)), set(outside(values, warning_limits))
    near = warned - out
    sides = [_sign(value, centre) for value in values]
    found: set[int] = set()
    for start in range(len(values) - 2):
        three = range(start, start + 3)
        if abs(sum(sides[i] for i in three)) == 3 and len(near.intersection(three)) >= 2:
            found |= near.intersection(three)
    return sorted(found)


def run_chart(values: Sequence[float], median: float) -> RunChart | None:
    """Measure the longest run on one side of the median and how often the series crosses it.

    Not for rare failures: many periods tie on the median then, and false alarms are common.

    Source: Anhøj and Olesen 2014, PLoS ONE 9:e113825.

    None where every point is on the median.
    """
    sides = [side for value in values if (side := _sign(value, median))]
    if not sides:
        return None
    runs = [len(list(run)) for _, run in groupby(sides)]
    chances = len(sides) - 1
    return RunChart(
        median=median,
        longest_run=max(runs),
        longest_expected=round(log2(len(sides))) + 3,
        crossings=len(runs) - 1,
        fewest_expected=bisect_left(
            range(chances + 1), 0.05, key=lambda k: at_most(k, chances, 0.5)
        ),
    )


def _sign(value: float, other: float) -> int:
    return (value > other) - (value < other)


def _one_sided(values: Sequence[float], centre: float) -> list[list[int]]:
    """The runs of points on one side of the centre."""
    sides = [_sign(value, centre) for value in values]
    runs = [(side, list(run)) for side, run in groupby(range(len(sides)), key=sides.__getitem__)]
    return [run for side, run in runs if side]


def _side_chance(centre: float, n: int, *, below: bool) -> float:
    """The binomial chance of a period on one side of the centre."""

    def rate(count: int) -> float:
        # The same division as made the point, so that a point on the centre is on neither side.
        return count / n

    if below:
        return at_most(bisect_left(range(n + 1), centre, key=rate) - 1, n, centre)
    return at_least(bisect_right(range(n + 1), centre, key=rate), n, centre)
