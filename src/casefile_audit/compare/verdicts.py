"""The one rule that gives a verdict on a change, its thresholds, and many questions at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from casefile_audit.errors import UsageError
from casefile_audit.statistics.comparison import holm
from casefile_audit.statistics.proportion import Interval


class Verdict(StrEnum):
    """What can be said of a change."""

    CLEAR = "clear"
    IN_DOUBT = "in doubt"
    POINTS_TOWARDS = "points towards"
    CHANCE = "can't be told from chance"
    NO_MATERIAL_CHANGE = "no material change"
    NO_IMPROVEMENT_COULD_BE_CLEAR = "no improvement could be clear"
    NO_WORSENING_COULD_BE_CLEAR = "no worsening could be clear"
    NONE_COULD_BE_CLEAR = "no result could be clear"
    NOTHING_TO_COMPARE = "nothing to compare"
    NOT_COMPARED = "not compared"


class Direction(StrEnum):
    """Which way it went in these cases, whether or not the verdict is that it did."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"

    @classmethod
    def of(cls, difference: float) -> "Direction":
        """The direction of a difference that is above 0 where it went better."""
        if difference == 0:
            return cls.SAME
        return cls.BETTER if difference > 0 else cls.WORSE


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The settings of the rule. They are the same for good news as for bad.

    Attributes:
        alpha: a change is clear if its adjusted p is under this. The ranges are those of 1 - alpha.
        points_towards: a change that isn't clear points one way if its p is under this.
        margin: a change within so many percentage points either way is not material,
        ratio: if it is within so many times as often, too: points are no measure of what is rare.
    """

    alpha: float = 0.05
    points_towards: float = 0.20
    margin: float = 10.0
    ratio: float = 2.0

    @property
    def level(self) -> float:
        """The confidence level of the ranges."""
        return 1 - self.alpha

    def check(self) -> None:
        """Refuse thresholds that make no rule.

        Raises:
            UsageError: they aren't 0 < alpha < points_towards < 1 and 0 <= margin <= 100.
        """
        if not 0 < self.alpha < self.points_towards < 1:
            raise UsageError(
                f"--alpha {self.alpha:g} and --points-towards {self.points_towards:g} don't go "
                "together",
                hint="Both are probabilities, the first smaller than the second.",
            )
        if not 0 <= self.margin <= 100:
            raise UsageError(f"--margin {self.margin:g} is not within 0 to 100 percentage points")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the rule goes by.

    Attributes:
        adjusted_p: the p-value adjusted for all questions compared.
        change: the range of the true change, from -1 to 1; None where it has no unit.
        ratio: the range of how many times as common the rarer outcome is after as before.
        could_improve, could_worsen: whether the best result after would be clear, and the worst.
    """

    direction: Direction
    p: float
    adjusted_p: float
    change: Interval | None
    ratio: Interval | None
    could_improve: bool
    could_worsen: bool

    def is_within(self, thresholds: Thresholds) -> bool:
        """Whether the whole of both ranges is too small to matter."""
        if self.change is None or self.ratio is None:
            return False
        margin, times = thresholds.margin / 100, thresholds.ratio
        return (
            -margin <= self.change.low <= self.change.high <= margin
            and 1 / times <= self.ratio.low <= self.ratio.high <= times
        )


def decide(evidence: Evidence, thresholds: Thresholds) -> Verdict:
    """The verdict on a question that could be tested: the first of these that holds.

    - clear: the adjusted p is under alpha.
    - points towards: p is under its threshold.
    - no material change: the whole range is within the margin, and within the ratio.
    - no result could be clear: neither the best result after nor the worst would be.
    - no improvement could be clear, no worsening: it went that way, and not even the best result
      after, or the worst, would be.
    - can't be told from chance: anything else.
    """
    moved = evidence.direction is not Direction.SAME
    if moved and evidence.adjusted_p < thresholds.alpha:
        return Verdict.CLEAR
    if moved and evidence.p < thresholds.points_towards:
        return Verdict.POINTS_TOWARDS
    if evidence.is_within(thresholds):
        return Verdict.NO_MATERIAL_CHANGE
    if not evidence.could_improve and not evidence.could_worsen:
        return Verdict.NONE_COULD_BE_CLEAR
    if evidence.direction is Direction.BETTER and not evidence.could_improve:
        return Verdict.NO_IMPROVEMENT_COULD_BE_CLEAR
    if evidence.direction is Direction.WORSE and not evidence.could_worsen:
        return Verdict.NO_WORSENING_COULD_BE_CLEAR
    return Verdict.CHANCE


@dataclass(frozen=True, slots=True)
class Family:
    """Questions that are compared at once, each of which may mislead by chance.

    Attributes:
        adjusted: Holm's adjusted p for each p-value.
        tested: how many questions could be tested.
        bar: the p that one more of them would have to be under to be clear beside those that are.
    """

    adjusted: Mapping[float, float]
    tested: int
    bar: float

    @classmethod
    def of(cls, p_values: Sequence[float], alpha: float) -> "Family":
        """The family of the questions that could be tested, by their p-values."""
        # Equal p-values have equal adjusted ones.
        adjusted = {p: a for p, a in zip(p_values, holm(p_values), strict=True) if a is not None}
        clear = sum(adjusted[p] < alpha for p in p_values)
        return cls(adjusted, len(p_values), alpha / max(1, len(p_values) - clear))
