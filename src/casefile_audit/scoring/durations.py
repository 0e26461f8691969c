"""How long it took: the days from one date of a case to another, and the share within limits."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from casefile_audit.cases import Mask


class Took(NamedTuple):
    """How long what a criterion asks for took in each case.

    Attributes:
        lengths: so many days, working days or hours; -1 where it wasn't done, or isn't asked.
        within: by each limit, the shortest first, which cases met it, and of which that is asked.
    """

    lengths: npt.NDArray[np.int64]
    within: Mapping[int, tuple[Mask, Mask]]

    def tallies(self, groups: npt.NDArray[np.int64], number: int) -> list["TookTally"]:
        """How long it took in each group, given the group of each case and how many there are."""
        counts = [
            {limit: np.bincount(groups[mask], minlength=number) for limit, mask in masks.items()}
            for masks in (
                {limit: met for limit, (met, _) in self.within.items()},
                {limit: asked for limit, (_, asked) in self.within.items()},
            )
        ]
        done = self.lengths >= 0
        span = int(self.lengths.max(initial=0)) + 1
        found, times = np.unique(groups[done] * span + self.lengths[done], return_counts=True)
        stops = np.searchsorted(found, np.arange(number + 1) * span).tolist()
        lengths = [*zip((found % span).tolist(), times.tolist(), strict=True)]
        return [
            TookTally(
                dict(lengths[stops[group] : stops[group + 1]]),
                {limit: (int(counts[0][limit][group]), int(counts[1][limit][group]))
                 for limit in self.within},
            )
            for group in range(number)
        ]  # fmt: skip


@dataclass(frozen=True)
class TookTally:
    """How long it took in a number of cases. Those of different cases add up.

    Attributes:
        lengths: how many cases took each length.
        within: for each limit how many cases met it, and of how many that is asked.
    """

    lengths: Mapping[int, int]
    within: Mapping[int, tuple[int, int]]

    def __add__(self, other: "TookTally") -> "TookTally":
        return TookTally(
            Counter(self.lengths) + Counter(other.lengths),
            {
                limit: (met + other.within[limit][0], of + other.within[limit][1])
                for limit, (met, of) in self.within.items()
            },
        )

    @property
    def done(self) -> int:
        """How many cases have a length."""
        return sum(self.lengths.values())

    @property
    def median(self) -> float:
        """The length in the middle; half way between the two in the middle of an even number."""
        ordered = sorted(self.lengths)
        upto = np.cumsum([self.lengths[length] for length in ordered])
        middle = [(self.done - 1) // 2, self.done // 2]
        places = np.searchsorted(upto, middle, side="right").tolist()
        return float(sum(ordered[place] for place in places)) / 2
