"""Results made of outcomes and grades, and the attack on what is published of them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp

from casefile_audit.publishing.counts import PublishedCount
from casefile_audit.publishing.models import HIDDEN, Figure
from casefile_audit.results import (
    LETTERS,
    CriterionResult,
    FindingsResult,
    GradedCase,
    GradeResult,
    GroupResult,
    Result,
    RubricResult,
    finding,
)
from casefile_audit.statistics.proportion import wilson

SCALE = ["good", "adequate", "requires improvement", "inadequate"]
KINDS = ["met", "partly_met", "not_met", "not_recorded", "not_applicable", "cannot_tell"]
TARGET = 90.0


def criterion(name: str, counts: Mapping[str, int]) -> CriterionResult:
    """What a criterion comes to, by its counts."""
    missing = counts["not_met"] + counts["not_recorded"]
    applicable = counts["met"] + counts["partly_met"] + missing
    reached = beyond = None
    if applicable:
        reached = 100 * counts["met"] >= TARGET * applicable
        span = wilson(counts["met"], applicable)
        beyond = not span.low <= TARGET / 100 <= span.high
    return CriterionResult(
        question=f"Is {name} so?", title=name.capitalize(), theme="", phrase=f"without {name}",
        applicable=applicable, **counts, missing=missing,
        says=finding(missing, applicable, sum(counts.values()), name),
        rate=missing / applicable if applicable else None,
        interval=wilson(missing, applicable) if applicable else None,
        target=TARGET, target_reached=reached, target_beyond_chance=beyond, due=None,
        not_asked=[], missing_cases=[], not_met_cases=[], not_recorded_cases=[],
        partly_met_cases=[], cannot_tell_cases=[],
    )  # fmt: skip


def split(title: str, counts: Mapping[str, int], without: int) -> GradeResult:
    """The split of a judgement, by its counts."""
    return GradeResult(
        title=title.capitalize(), scale=SCALE, scale_name="four", recorded=dict(counts),
        derived={}, without_recorded=without, without_derived=0, cases=[],
    )  # fmt: skip


def run(
    outcomes: Mapping[str, str],
    grades: Mapping[str, Sequence[str | None]] | None = None,
    facts: Mapping[str, Sequence[str]] | None = None,
) -> Result:
    """A result: a letter for each case and criterion, its grades, and the groups that it is in."""
    grades, facts = grades or {}, facts or {}
    columns = [*outcomes.values(), *grades.values(), *facts.values()]
    cases = len(columns[0])

    def of(chosen: Sequence[int]) -> GroupResult:
        return GroupResult(
            case_count=len(chosen),
            criteria={
                name: criterion(
                    name,
                    {
                        kind: sum(letters[case] == letter for case in chosen)
                        for kind, letter in zip(KINDS, LETTERS, strict=True)
                    },
                )
                for name, letters in outcomes.items()
            },
            grades={
                name: split(
                    name,
                    {word: sum(words[case] == word for case in chosen) for word in SCALE},
                    sum(words[case] is None for case in chosen),
                )
                for name, words in grades.items()
            },
        )

    whole = of(range(cases))
    references = [f"CASE-{number:04}" for number in range(cases)]
    graded = {
        name: grade.model_copy(
            update={
                "cases": [
                    GradedCase(case=reference, recorded=word, derived=None, score=None,
                               score_of_all=None, because="")
                    for reference, word in zip(references, grades[name], strict=True)
                ]
            }
        )
        for name, grade in whole.grades.items()
    }  # fmt: skip
    return Result(
        made_at=dt.datetime(2024, 12, 31, tzinfo=dt.UTC), as_of=dt.date(2024, 12, 31),
        rubric=RubricResult(name="made", title="Made", version="1", source="", sha256="0" * 64,
                            is_default=False),
        inputs=[], passed_over=[], case_count=cases, criteria=whole.criteria, grades=graded,
        groups={
            field: {
                value: of([case for case in range(cases) if values[case] == value])
                for value in sorted(set(values))
            }
            for field, values in facts.items()
        },
        problems=[],
        by_case=FindingsResult(
            references=references, outcomes=dict(outcomes), unnamed=[],
            facts={field: list(values) for field, values in facts.items()},
        ),
    )  # fmt: skip


def with_counts(result: Result, counts: Mapping[PublishedCount, int]) -> Result:
    """A result that came out otherwise: the same questions and groups, other counts."""

    def of(field: str, value: str, group: Result | GroupResult) -> dict[str, object]:
        def n(part: str, kind: str) -> int:
            return counts[PublishedCount(field, value, part, kind)]

        return {
            "case_count": n("", "cases"),
            "criteria": {
                name: criterion(name, {kind: n(name, kind) for kind in KINDS})
                for name in group.criteria
            },
            "grades": {
                name: split(
                    name,
                    {word: n(f"{name} recorded", f"grade {word}") for word in SCALE},
                    n(f"{name} recorded", "without"),
                )
                for name in group.grades
            },
        }

    groups = {
        field: {value: group.model_copy(update=of(field, value, group)) for value, group in each}
        for field, each in ((field, groups.items()) for field, groups in result.groups.items())
    }
    return result.model_copy(update={**of("", "", result), "groups": groups})


def adding_up(figures: Mapping[PublishedCount, Figure]) -> list[dict[PublishedCount, int]]:
    """What adds up to what, worked out for the tests alone from what the counts are called."""
    sums: list[dict[PublishedCount, int]] = []
    scopes = {(count.field, count.value) for count in figures}
    parts = {count.part for count in figures if count.part}
    for scope, part in product(scopes, parts):
        kinds = {c.kind: c for c in figures if (c.field, c.value) == scope and c.part == part}
        if not kinds:
            continue
        cases = PublishedCount(*scope, "", "cases")
        if "graded" in kinds:
            words = [c for kind, c in kinds.items() if kind.startswith("grade ")]
            sums.append({kinds["graded"]: -1, **dict.fromkeys(words, 1)})
            sums.append({cases: -1, kinds["graded"]: 1, kinds["without"]: 1})
        else:
            six = [kinds[kind] for kind in KINDS]
            sums.append({kinds["missing"]: -1, kinds["not_met"]: 1, kinds["not_recorded"]: 1})
            sums.append({kinds["applicable"]: -1, **dict.fromkeys(six[:4], 1)})
            sums.append({cases: -1, **dict.fromkeys(six, 1)})
    for field in {field for field, _ in scopes if field}:
        values = [value for of, value in scopes if of == field]
        for count in figures:
            if not count.field:
                groups = [count._replace(field=field, value=value) for value in values]
                if all(group in figures for group in groups):
                    sums.append({count: -1, **dict.fromkeys(groups, 1)})
    return sums


def least(count: PublishedCount, figures: Mapping[PublishedCount, Figure]) -> int:
    """The least that a hidden count can be: nought is hidden of few cases alone, with all else."""
    apart = ("not_applicable", "cannot_tell", "without")
    beside = [
        (other, n)
        for other, n in figures.items()
        if (other.field, other.value, other.part) == (count.field, count.value, count.part)
        and other.kind not in apart
    ]
    of_few = all(
        n == HIDDEN or (n == 0 and other.field and figures[other.of_all] == 0)
        for other, n in beside
    )
    return 0 if of_few or count.kind in apart else 1


class Attack:
    """Works back what it can of some figures, by linear programming over whole numbers."""

    def __init__(
        self,
        figures: Mapping[PublishedCount, Figure],
        more: Sequence[Mapping[PublishedCount, int]] = (),
    ) -> None:
        self.hidden = sorted(count for count, n in figures.items() if not isinstance(n, int))
        place = {count: number for number, count in enumerate(self.hidden)}
        rows, comes_to = [], []
        for terms in [*adding_up(figures), *more]:
            row, known = np.zeros(len(self.hidden)), 0
            for count, factor in terms.items():
                figure = figures[count]
                if isinstance(figure, int):
                    known += factor * figure
                else:
                    row[place[count]] += factor
            if row.any():
                rows.append(row)
                comes_to.append(-known)
        self.rows, self.comes_to = np.array(rows), np.array(comes_to)
        self.floors = [least(count, figures) for count in self.hidden]

    def largest(self, prices: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        found = milp(
            -prices,
            integrality=np.ones(len(self.hidden), dtype=int),
            bounds=Bounds(self.floors, 500),
            constraints=LinearConstraint(self.rows, self.comes_to, self.comes_to),
        )
        assert found.success
        return np.round(found.x)

    def worked_back(self) -> list[PublishedCount]:
        """The hidden counts for which one whole number alone will do."""
        if not self.hidden:
            return []
        chance = np.random.default_rng(7)
        worlds = [self.largest(chance.normal(size=len(self.hidden))) for _ in range(12)]
        same = np.all(np.array(worlds) == worlds[0], axis=0)
        alone = []
        for number, count in enumerate(self.hidden):
            if not same[number]:
                continue
            price = np.zeros(len(self.hidden))
            price[number] = 1
            if self.largest(price)[number] == self.largest(-price)[number]:
                alone.append(count)
        return alone

    def another_world(self, chance: np.random.Generator) -> dict[PublishedCount, int]:
        """What the hidden counts may have been."""
        numbers = self.largest(chance.normal(size=len(self.hidden)))
        return {count: int(n) for count, n in zip(self.hidden, numbers, strict=True)}
