"""Rules that tell a change from chance in a series: which points break which rule.

Points are numbered from 0, in order of time. A point on the centre breaks a run.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, log, log1p, log2, prod
from sys import float_info

from casefile_audit.statistics.binomial import at_least, at_most
from casefile_audit.statistics.control import Limits

RUN = 7
"""Points that make a shift or a trend."""


@dataclass(frozen=True, slots=True)
class RunChart:
    """The two measures of a run chart, and what chance keeps them to.

    Attributes:
        useful: points not on the centre.
        longest_run: the most useful points running on one side of it.
        longest_expected: a longer run is a signal.
        crossings: how often the useful points cross it.
        fewest_expected: fewer crossings are a signal.
    """

    useful: int
    longest_run: int
    longest_expected: int
    crossings: int
    fewest_expected: int

    @property
    def signal(self) -> bool:
        """Whether chance is an unlikely account of the series."""
        too_long = self.longest_run > self.longest_expected
        return too_long or self.crossings < self.fewest_expected
