"""What scored cases say of the population that they are from: ranges, and weighted shares."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from casefile_audit.cases import Mask
from casefile_audit.english import count
from casefile_audit.errors import UsageError
from casefile_audit.results import (
    CriterionResult,
    FindingsResult,
    GradeResult,
    GroupResult,
    PopulationResult,
    Result,
)
from casefile_audit.rubric.model import Rubric, what_is_due
from casefile_audit.statistics.finite import held_to_in_population, in_population
from casefile_audit.statistics.proportion import Interval
from casefile_audit.statistics.sample_size import most_failing
from casefile_audit.statistics.strata import StratumCounts, weighted

# A share that reaches its target to the last digits that a computer has reaches it.
_HAIR = 1e-9
_LETTERS = {"applicable": "MPNR", "missing": "NR", "met": "M"}


_SaidBy = Literal["--population", "--census", "rubric"]


def population_said(
    result: Result, cases: int | None, census: bool, rubric: Rubric | None
) -> PopulationResult | None:
    """The population that an option or the rubric says the cases are from; None if neither does.

    Args:
        cases: how many cases there are, as typed.
        census: whether those of the result are typed to be all.

    Raises:
        UsageError: the cases of the result are more than that, or not all of them.
    """
    if census:
        if unread := result.unread:
            raise UsageError(
                f"--census: {count(unread, 'case is', 'cases are')} not read yet, so these are not "
                "all",
                hint=f"Read the rest; or write --population {result.case_count + unread}, "
                "if it is by chance which were read first.",
            )
        return _said("--census", result.case_count, result.case_count)
    if cases is not None:
        return _said("--population", cases, result.case_count)
    if rubric is None or rubric.population is None:
        return None
    # The rubric speaks of all cases, whichever are asked for.
    return _said("rubric", rubric.population, result.case_count + not_chosen(result))


def _said(said_by: _SaidBy, cases: int, read: int) -> PopulationResult:
    if read > cases:
        by = "the rubric says" if said_by == "rubric" else f"{said_by} says"
        are = "is" if cases == 1 else "are"
        raise UsageError(
            f"{by} that there {are} {count(cases, 'case')}, and {read:,} were read",
            hint="Give the number of all cases that these are from, or --census if these are all.",
        )
    kind: Literal["census", "drawn"] = "census" if read == cases else "drawn"
    return PopulationResult(kind=kind, said_by=said_by, cases=cases, read=read)


def not_chosen(result: Result) -> int:
    """How many cases were there and not asked for."""
    return sum(sheet.not_chosen for sheet in result.inputs)


Group = tuple[str, str]
"""A field, and the value of it that cases share."""


class WeightedCases(NamedTuple):
    """The cases of a result whose strata were read unequally.

    Attributes:
        strata: for each the place of its stratum; -1 of one that wasn't drawn.
    """

    population: PopulationResult
    found: FindingsResult
    strata: npt.NDArray[np.int64]

    @classmethod
    def of(
        cls, population: PopulationResult | None, found: FindingsResult | None
    ) -> "WeightedCases | None":
        """The cases; None where they aren't weighted, or weren't kept."""
        if population is None or found is None or not population.stratum_of:
            return None
        return cls(population, found, np.array(population.stratum_of, dtype=np.int64))

    def those(self, of: Group | None) -> Mask:
        """Which cases a group has, or all."""
        if of is None:
            return np.ones(len(self.strata), dtype=bool)
        values: Mask = np.array(self.found.facts[of[0]], dtype=object) == of[1]
        return values

    def told(self, name: str, those: Mask) -> Mapping[str, Mask]:
        """Which of some cases a criterion applies to, and which fall short of it or meet it."""
        letters = np.frombuffer(self.found.outcomes[name].encode(), dtype="S1").astype(str)
        return {kind: np.isin(letters, list(of)) & those for kind, of in _LETTERS.items()}

    def counts(self, counted: Mask, asked: Mask) -> list[StratumCounts]:
        """What was found in each stratum that a case of these is from; none where none is."""
        strata, drawn = self.population.strata, self.strata >= 0
        asked_in, counted_in = (
            np.bincount(self.strata[drawn & those], minlength=len(strata)).tolist()
            for those in (asked, asked & counted)
        )
        if not any(asked_in):
            return []
        times = max(_times(n, own.read) for n, own in zip(asked_in, strata, strict=True))
        return [
            StratumCounts(own.population * times, own.read * times, n, k)
            for own, n, k in zip(strata, asked_in, counted_in, strict=True)
        ]

    def of_grades(self, its: GradeResult, kind: str, those: Mask) -> dict[str, list[StratumCounts]]:
        """How many in each stratum have each grade, of some cases whose grades they are."""
        words = np.full(len(those), None, dtype=object)
        words[those] = [getattr(case, kind) for case in its.cases]
        graded: Mask = words != None  # noqa: E711 - each of them
        return {
            grade: counts for grade in its.scale if (counts := self.counts(words == grade, graded))
        }


def speaking_for(
    result: Result, population: PopulationResult, rubric: Rubric | None = None
) -> Result:
    """The same result, its ranges and targets being of the population that its cases speak for.

    Args:
        rubric: the rubric; needed where strata are weighted.
    """
    whole = GroupResult(
        case_count=result.case_count, criteria=result.criteria, grades=result.grades
    )
    speaker = _Speaker(population, WeightedCases.of(population, result.by_case), rubric)
    ours = speaker.group(whole, None)
    return result.model_copy(
        update={
            "population": population,
            "criteria": ours.criteria,
            "grades": ours.grades,
            "groups": {
                field: {value: speaker.group(its, (field, value)) for value, its in groups.items()}
                for field, groups in result.groups.items()
            },
        }
    )


class _Speaker(NamedTuple):
    population: PopulationResult
    cases: WeightedCases | None
    rubric: Rubric | None

    def group(self, its: GroupResult, of: Group | None) -> GroupResult:
        """All the cases, or those of one value of a field."""
        those = self.cases.those(of) if self.cases is not None else None
        return its.model_copy(
            update={
                "criteria": {
                    name: self._criterion(name, criterion, those, whole=of is None)
                    for name, criterion in its.criteria.items()
                },
                "grades": {name: self._grade(grade, those) for name, grade in its.grades.items()},
            }
        )

    def _criterion(
        self, name: str, its: CriterionResult, those: Mask | None, *, whole: bool
    ) -> CriterionResult:
        if not its.applicable:
            return its
        if self.population.kind != "drawn":
            facts = {"interval": None, "met_interval": None, "target_beyond_chance": None}
            return its.model_copy(update=facts)
        if self.cases is None or those is None:
            return self._plain(its, whole=whole)
        return self._weighted(name, its, self.cases, self.cases.told(name, those))

    def _plain(self, its: CriterionResult, *, whole: bool) -> CriterionResult:
        met = self._range(its.met, its.applicable)
        update: dict[str, Any] = {
            "interval": self._range(its.missing, its.applicable),
            "met_interval": met,
        }
        if its.target is not None:
            size = self._size(its.applicable)
            update["target_beyond_chance"] = held_to_in_population(
                its.met, its.applicable, *size, its.target
            )[1]
        if whole and not its.missing and its.applicable == self.population.read:
            update["at_most"] = most_failing(0, self.population.read, self.population.cases)
        return its.model_copy(update=update)

    def _weighted(
        self, name: str, its: CriterionResult, cases: WeightedCases, told: Mapping[str, Mask]
    ) -> CriterionResult:
        short = cases.counts(told["missing"], told["applicable"])
        if not short:
            return its
        rate, interval = weighted(short)
        met, met_interval = weighted(cases.counts(told["met"], told["applicable"]))
        update: dict[str, Any] = {
            "interval": interval,
            "met_interval": met_interval,
            "rate_in_population": rate,
            "met_in_population": met,
        }
        if its.target is not None:
            target = its.target / 100
            reached = met >= target - _HAIR
            update["target_reached"] = reached
            update["target_beyond_chance"] = None
            if met_interval is not None:
                inside = met_interval.low <= target <= met_interval.high
                update["target_beyond_chance"] = not inside
            update |= due_facts(None if reached else self.rubric, name)
        return its.model_copy(update=update)

    def _grade(self, its: GradeResult, those: Mask | None) -> GradeResult:
        update: dict[str, Any] = {}
        for kind in ("recorded", "derived"):
            counts: Mapping[str, int] = getattr(its, kind)
            whole = sum(counts.values())
            if not whole:
                continue
            ranges: dict[str, Interval | None]
            if self.population.kind != "drawn":
                ranges = {}
            elif self.cases is None or those is None:
                ranges = {grade: self._range(n, whole) for grade, n in counts.items()}
            else:
                ranges, shares = _weighted_grades(its, kind, self.cases, those)
                update[f"{kind}_in_population"] = shares
            update[f"{kind}_intervals"] = {g: r for g, r in ranges.items() if r is not None}
        return its.model_copy(update=update)

    def _range(self, k: int, n: int) -> Interval | None:
        return in_population(k, n, *self._size(n))

    def _size(self, asked: int) -> tuple[int, int]:
        """How many readings there are of how many, where a file may be read by several sectors."""
        times = _times(asked, self.population.read)
        return self.population.read * times, self.population.cases * times


def due_facts(rubric: Rubric | None, name: str) -> dict[str, Any]:
    """The deadline of a target that is missed, as the rubric has it; none of one that isn't."""
    due = rubric.due_by(name) if rubric is not None else None
    if due is None or rubric is None or rubric.source is None:
        return {"due": None, "due_for": "", "due_of": ""}
    limit = rubric.criteria[name].due or ""
    return {"due": due, "due_for": what_is_due(limit), "due_of": rubric.source.force}


def _times(asked: int, read: int) -> int:
    """How often each file was read: more than once where each sector read it for itself."""
    return max(1, -(-asked // read)) if read else 1


def _weighted_grades(
    its: GradeResult, kind: str, cases: WeightedCases, those: Mask
) -> tuple[dict[str, Interval | None], dict[str, float]]:
    """The range of each grade's share in the population, and the share; of a group, in its part."""
    found = {grade: weighted(own) for grade, own in cases.of_grades(its, kind, those).items()}
    return (
        {grade: span for grade, (_, span) in found.items()},
        {grade: share for grade, (share, _) in found.items()},
    )
