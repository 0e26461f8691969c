"""How a finding, its rate and its target are said, the same on every page and in every format."""

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import TypeVar

from casefile_audit.english import FEWEST_FOR_SHARES, count, range_beside, share_beside
from casefile_audit.publishing.models import ShownCriterion
from casefile_audit.results import CriterionResult, Result
from casefile_audit.statistics.proportion import wilson

# What a finding is said from: a criterion of a result, or of what is published of one.
Counted = CriterionResult | ShownCriterion
_Counted = TypeVar("_Counted", CriterionResult, ShownCriterion)


class AgainstTarget(Enum):
    """How a finding stands against its target, chance weighed for what is reached as for a miss."""

    BELOW = "Below target, by more than chance could explain"
    BELOW_PERHAPS = "Below target, but chance could explain it"
    REACHED_PERHAPS = "Target reached, but chance could explain that too"
    REACHED = "Target reached, by more than chance could explain"
    NO_TARGET = "No target"

    @property
    def in_short(self) -> str:
        """The verdict as it fits into a cell."""
        return _IN_SHORT[self]


_IN_SHORT = {
    AgainstTarget.BELOW: "below, by more than chance",
    AgainstTarget.BELOW_PERHAPS: "below, may be chance",
    AgainstTarget.REACHED_PERHAPS: "reached, may be chance",
    AgainstTarget.REACHED: "reached, by more than chance",
    AgainstTarget.NO_TARGET: "",
}


def against_target(criterion: Counted) -> AgainstTarget:
    """How a criterion stands against its target."""
    return standing(criterion.target_reached, criterion.target_beyond_chance)


def standing(reached: bool | None, beyond_chance: bool | None) -> AgainstTarget:
    """How a share stands against its target: whether it reaches it, and whether by chance."""
    match reached, beyond_chance:
        case False, True:
            return AgainstTarget.BELOW
        case False, _:
            return AgainstTarget.BELOW_PERHAPS
        case True, True:
            return AgainstTarget.REACHED
        case True, _:
            return AgainstTarget.REACHED_PERHAPS
        case _:
            return AgainstTarget.NO_TARGET


def worst_first(criteria: Iterable[_Counted]) -> list[_Counted]:
    """The furthest below target first, then those of more cases, then as the rubric has them."""

    def place(criterion: _Counted) -> tuple[float, int]:
        met = criterion.met / criterion.applicable
        return 100 * met - (criterion.target or 0), -criterion.applicable

    return sorted((each for each in criteria if each.applicable), key=place)


def short_of(criterion: Counted) -> str:
    """How many cases fall short: ``12 of 48``; empty where none does."""
    if not criterion.missing:
        return ""
    return f"{criterion.missing:,} of {criterion.applicable:,}"


def in_words(criterion: Counted) -> str:
    """What the count is of, without a double negative where nothing is missing."""
    part = criterion.partly_met
    if criterion.missing:
        # A publication doesn't hold how many were challenged: it hides no counts but its own.
        challenged = criterion.challenged if isinstance(criterion, CriterionResult) else 0
        also = f", {challenged:,} challenged" if challenged else ""
        return criterion.phrase + also + (f", {part:,} more in part" if part else "")
    if part:
        return f"{criterion.title}: met in {criterion.met:,}, {part:,} in part"
    return f"{criterion.title}: met in {all_of(criterion.applicable)}"


def all_of(cases: int) -> str:
    """``all 48``, ``both``, or ``the 1 case``."""
    return {1: "the 1 case that it applies to", 2: "both"}.get(cases, f"all {cases:,}")


def finding(criterion: Counted) -> str:
    """The whole finding in one line: ``12 of 48 missing ethnicity``."""
    return f"{short_of(criterion)} {in_words(criterion)}".strip()


def finding_of(missing: int, applicable: int, phrase: str) -> str:
    """A count and what it is of: ``12 of 48 missing ethnicity``, ``none of 12 fell short``."""
    return (
        f"{missing:,} of {applicable:,} {phrase}"
        if missing
        else f"none of {applicable:,} fell short"
    )


def met(criterion: Counted) -> str:
    """The share that met it, on the target's own scale; only counts where there are few cases."""
    return met_in(criterion.met, criterion.applicable, criterion.target)


def met_in(met_by: int, cases: int, target: float | None) -> str:
    """So many of so many as a share beside its target; as counts where there are few cases."""
    if cases < FEWEST_FOR_SHARES:
        return f"{met_by:,} of {cases:,}"
    return share_beside(met_by, cases, target or 0)


def met_range(criterion: Counted) -> str:
    """Where the share that met it would probably lie; empty where there are few cases."""
    if criterion.applicable < FEWEST_FOR_SHARES:
        return ""
    span = wilson(criterion.met, criterion.applicable)
    return range_beside(span.low, span.high, criterion.target)


def target(criterion: Counted) -> str:
    """The target as it is printed; empty where there is none."""
    return "" if criterion.target is None else f"{criterion.target:g}%"


def out_of(criterion: CriterionResult, cases: int) -> str:
    """What else there is to know of a count: how many it isn't out of, and why."""
    parts = []
    if criterion.not_met and criterion.not_recorded:
        parts.append(
            f"in {criterion.not_met:,} the record says no, in {criterion.not_recorded:,} "
            "it is silent"
        )
    if criterion.applicable < cases:
        parts.append(f"applies to {criterion.applicable:,} of {cases:,}")
    if criterion.cannot_tell:
        parts.append(f"{criterion.cannot_tell:,} can't be told")
    return "; ".join(parts)


def answer(result: Result) -> str:
    """The audit in a sentence or two: how many targets were missed, and whether chance might."""
    held = [each for each in result.criteria.values() if each.target_reached is not None]
    few = ""
    if result.case_count < FEWEST_FOR_SHARES:
        cases = count(result.case_count, "case")
        are = "is" if result.case_count == 1 else "are"
        few = f" {cases} {are} too few for percentages: go by the counts."
    if not result.criteria:
        return f"The rubric asks no questions: the grades are the answer.{few}"
    if not held:
        return f"No question that was asked has a target.{few}"
    return f"{missed_of(held)}{few}"


def missed_of(held: Sequence[Counted]) -> str:
    """In a sentence, how many of some targets were missed, and whether chance might explain it."""
    missed = [each for each in held if not each.target_reached]
    beyond = sum(bool(each.target_beyond_chance) for each in missed)
    targets = count(len(held), "target")
    if not missed:
        sure = sum(bool(each.target_beyond_chance) for each in held)
        chance = f", {sure:,} by more than chance could explain" if sure < len(held) else ""
        every = {1: "The one target was", 2: "Both targets were"}.get(
            len(held), f"All {targets} were"
        )
        return f"{every} reached{chance}."
    of_them = f"{beyond:,} of them by more than chance could explain"
    if beyond == len(missed):
        of_them = "by more than chance could explain"
    elif not beyond:
        of_them = "but chance could explain that"
    if len(held) == 1:
        return f"The one target was missed, {of_them}."
    was = "was" if len(missed) == 1 else "were"
    return f"{len(missed):,} of {targets} {was} missed, {of_them}."
