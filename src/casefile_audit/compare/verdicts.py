"""The one rule that gives a verdict on a change, its thresholds, and many questions at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from casefile_audit.errors import UsageError
from casefile_audit.statistics.comparison import holm


class Verdict(StrEnum):
    """What can be said of a change."""

    CLEAR = "clear"
    POINTS_TOWARDS = "points towards"
    CHANCE = "can't be told from chance"
    NO_MATERIAL_CHANGE = "no material change"
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
        margin: a change within so many percentage points either way is not material.
    """

    alpha: float = 0.05
    points_towards: float = 0.20
    margin: float = 10.0

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
        direction: which way it went.
        p: the test's p-value.
        adjusted_p: the same adjusted for all questions compared.
        low, high: the range of the true change, from -1 to 1; None where it has no unit.
        could_be_clear: whether the most extreme result after, in this direction, would be.
    """

    direction: Direction
    p: float
    adjusted_p: float
    low: float | None
    high: float | None
    could_be_clear: bool


def decide(evidence: Evidence, thresholds: Thresholds) -> Verdict:
    """The verdict on a question that could be tested: the first of these that holds.

    - clear: the adjusted p is under alpha.
    - no material change: the whole range is within the margin.
    - points towards: p is under its threshold.
    - no result could be clear: not even the most extreme result in this direction would be.
    - can't be told from chance: anything else.
    """
    moved = evidence.direction is not Direction.SAME
    margin = thresholds.margin / 100
    if moved and evidence.adjusted_p < thresholds.alpha:
        return Verdict.CLEAR
    if (
        evidence.low is not None
        and evidence.high is not None
        and -margin <= evidence.low <= evidence.high <= margin
    ):
        return Verdict.NO_MATERIAL_CHANGE
    if moved and evidence.p < thresholds.points_towards:
        return Verdict.POINTS_TOWARDS
    if not evidence.could_be_clear:
        return Verdict.NONE_COULD_BE_CLEAR
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
