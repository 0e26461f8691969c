"""How a finding, its rate and its target are said, the same on every page and in every format."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import Enum
from typing import TypeVar

from casefile_audit.english import FEWEST_FOR_SHARES, count, listing, range_beside, share_beside
from casefile_audit.publishing.models import ShownCriterion
from casefile_audit.results import CriterionResult, PopulationResult, Result
from casefile_audit.statistics.proportion import Interval, wilson

_MILLION = 1_000_000


# What a finding is said from: a criterion of a result, or of what is published of one.
Counted = CriterionResult | ShownCriterion
_Counted = TypeVar("_Counted", CriterionResult, ShownCriterion)


class AgainstTarget(Enum):
    """How a finding stands against its target, chance weighed for what is reached as for a miss."""

    BELOW = "Below target, by more than chance could explain"
    BELOW_PERHAPS = "Below target, but chance could explain it"
    REACHED_PERHAPS = "Target reached, but chance could explain that too"
    REACHED = "Target reached, by more than chance could explain"
    BELOW_IN_FACT = "Below target"
    REACHED_IN_FACT = "Target reached"
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
    AgainstTarget.BELOW_IN_FACT: "below",
    AgainstTarget.REACHED_IN_FACT: "reached",
    AgainstTarget.NO_TARGET: "",
}


def against_target(criterion: Counted) -> AgainstTarget:
    """How a criterion stands against its target."""
    return standing(criterion.target_reached, criterion.target_beyond_chance)


def standing(reached: bool | None, beyond_chance: bool | None) -> AgainstTarget:
    """How a share stands against its target: whether it reaches it, and whether by chance.

    Of every case there is, and of cases that were chosen, nothing is by chance.
    """
    match reached, beyond_chance:
        case None, _:
            return AgainstTarget.NO_TARGET
        case _, None:
            return AgainstTarget.REACHED_IN_FACT if reached else AgainstTarget.BELOW_IN_FACT
        case False, _:
            return AgainstTarget.BELOW if beyond_chance else AgainstTarget.BELOW_PERHAPS
        case _:
            return AgainstTarget.REACHED if beyond_chance else AgainstTarget.REACHED_PERHAPS


def worst_first(criteria: Iterable[_Counted]) -> list[_Counted]:
    """The furthest below target first, then those of more cases, then as the rubric has them."""

    def place(criterion: _Counted) -> tuple[float, int]:
        return 100 * met_share(criterion) - (criterion.target or 0), -criterion.applicable

    return sorted((each for each in criteria if each.applicable), key=place)


def missed_worst_first(criteria: Iterable[_Counted]) -> list[_Counted]:
    """What fell below its target, the furthest below first."""
    return [each for each in worst_first(criteria) if each.target_reached is False]


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
    return f"{criterion.title}: met in {all_of(criterion.applicable)}{_at_most(criterion)}"


def _at_most(criterion: Counted) -> str:
    """What a clean sample leaves open, as a number of files."""
    most = criterion.at_most if isinstance(criterion, CriterionResult) else None
    if most is None:
        return ""
    return f", so at most {most:,} of the population fall short (95% sure)"


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
    share = _weighted(criterion)
    if share is None or criterion.applicable < FEWEST_FOR_SHARES:
        return met_in(criterion.met, criterion.applicable, criterion.target)
    return share_beside(round(share * _MILLION), _MILLION, criterion.target or 0)


def _weighted(criterion: Counted) -> float | None:
    """The share of the population that met it, where its strata are weighted."""
    return criterion.met_in_population if isinstance(criterion, CriterionResult) else None


def met_share(criterion: Counted) -> float:
    """The share that met it, from 0 to 1, as ``met`` has it."""
    share = _weighted(criterion)
    return criterion.met / criterion.applicable if share is None else share


def met_span(criterion: Counted) -> Interval | None:
    """The range of the share that met it; None where there are few cases, or nothing is open."""
    span = criterion.met_interval
    if criterion.applicable < FEWEST_FOR_SHARES or (span and span.low == span.high):
        return None
    if criterion.met_interval is None and isinstance(criterion, CriterionResult):
        # A result that was saved before it held this range has that of what is missing.
        has_range = criterion.interval is not None
        span = wilson(criterion.met, criterion.applicable) if has_range else None
    if span is None or criterion.target is None or criterion.target_beyond_chance is not False:
        return span
    # The test decides, and a range is another method: where chance could explain it, it says so.
    target = criterion.target / 100
    return replace(span, low=min(span.low, target), high=max(span.high, target))


def met_in(met_by: int, cases: int, target: float | None) -> str:
    """So many of so many as a share beside its target; as counts where there are few cases."""
    if cases < FEWEST_FOR_SHARES:
        return f"{met_by:,} of {cases:,}"
    return share_beside(met_by, cases, target or 0)


def met_range(criterion: Counted) -> str:
    """Where the share that met it would probably lie; empty where there are few cases."""
    span = met_span(criterion)
    return range_beside(span.low, span.high, criterion.target) if span else ""


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
    if all(each.target_beyond_chance is None for each in held):
        return _missed_in_fact(len(missed), len(held))
    beyond = sum(bool(each.target_beyond_chance) for each in missed)
    targets = count(len(held), "target")
    if not missed:
        sure = sum(bool(each.target_beyond_chance) for each in held)
        chance = f", {sure:,} by more than chance could explain" if sure < len(held) else ""
        chance = chance if sure else ", but chance could explain that too"
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
    if len(missed) == len(held):
        every = "Both targets" if len(held) == 2 else f"All {targets}"
        return f"{every} were missed, {of_them}."
    was = "was" if len(missed) == 1 else "were"
    return f"{len(missed):,} of {targets} {was} missed, {of_them}."


def _missed_in_fact(missed: int, held: int) -> str:
    """The same of cases that leave nothing to chance."""
    targets = count(held, "target")
    if held == 1:
        return f"The one target was {'missed' if missed else 'reached'}."
    if not missed:
        return f"{'Both targets were' if held == 2 else f'All {targets} were'} reached."
    return f"{missed:,} of {targets} {'was' if missed == 1 else 'were'} missed."


def speaks_for(population: PopulationResult) -> str:
    """What the cases say of others, in a sentence or two; what the range is, where there is one."""
    read, cases = count(population.read, "case"), f"{population.cases:,}"
    stratum = population.strata[0].name if len(population.strata) == 1 else ""
    of = " in ".join(filter(None, (stratum, population.file)))
    listed = f" of {of}" if of else ""
    if population.kind == "census":
        every = "That is the 1 case there is" if population.read == 1 else f"These are all {read}"
        return (
            f"{every}{listed}: what is found is a fact about them, so there is no range, and "
            "nothing is by chance."
        )
    if population.kind == "chosen":
        return (
            f"The {read} were chosen, not drawn by lot, from the {cases}{listed}: counts say "
            "nothing of the others, so there is no range, and nothing is said of chance."
        )
    if population.said_by == "manifest":
        return (
            f"Range: where the rate probably lies among all {cases} cases{listed}, of which these "
            f"{population.read:,} were drawn by lot."
        )
    return (
        f"Range: where the rate would probably lie among all {cases} cases, had these "
        f"{population.read:,} been drawn from them at random."
    )


def weighs(population: PopulationResult) -> str:
    """Why shares are weighted, in a sentence or two."""
    strata = [f"{its.name} {its.read:,} of {its.population:,}" for its in population.strata]
    return (
        f"Strata were read unequally ({listing(strata, most=6)}). Counts are of the cases read; "
        "what was met, its range and whether a target is reached are of the population, each "
        "stratum counting for as many cases as it has."
    )
