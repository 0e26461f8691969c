"""Grades: those that readers recorded, and those that the rubric's bands and limits propose."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from casefile_audit.cases import Outcome
from casefile_audit.findings import APPLICABLE, MISSING, Findings
from casefile_audit.rubric import Grade, Rubric

NO_GRADE = -1
# A score that arithmetic leaves a hair under a band has reached it.
_HAIR = 1e-9

Places = npt.NDArray[np.int16]


@dataclass(frozen=True)
class Grading:
    """One judgement of every case.

    Attributes:
        scale: the grades, best first.
        recorded: each case's place on the scale as its reader recorded it, or NO_GRADE; None if
            the rubric has no field for it.
        derived: each case's place as the rubric proposes it, or NO_GRADE where no criterion
            applied; None if the rubric derives none.
        score: the share of the weight of the applicable criteria that the case earned, from 0 to
            1; nan where none applied.
        score_of_all: the share of the weight of all the criteria.
        moved_by: the index of the criterion whose limit or floor decided the grade, or NO_GRADE.
    """

    scale: list[str]
    recorded: Places | None
    derived: Places | None
    score: npt.NDArray[np.float64]
    score_of_all: npt.NDArray[np.float64]
    moved_by: Places

    def word(self, which: Literal["recorded", "derived"], case: int) -> str | None:
        """A case's grade in words; None if it has none."""
        places: Places | None = getattr(self, which)
        if places is None or places[case] == NO_GRADE:
            return None
        return self.scale[int(places[case])]


def grade_cases(findings: Findings, rubric: Rubric) -> dict[str, Grading]:
    """Every judgement of the rubric, recorded and derived."""
    return {name: _grading(findings, rubric, name) for name in rubric.grades}


def _grading(findings: Findings, rubric: Rubric, name: str) -> Grading:
    grade, scale = rubric.grades[name], rubric.scale(name)
    earned, applicable, total = _weights(findings, rubric, grade)
    with np.errstate(invalid="ignore", divide="ignore"):
        score, score_of_all = earned / applicable, earned / total
    moved_by = np.full(len(findings.cases), NO_GRADE, dtype=np.int16)
    derived = None
    if grade.bands:
        derived = _placed(score, scale, grade)
        _move(findings, rubric, name, derived, moved_by)
        derived[applicable == 0] = NO_GRADE
        moved_by[applicable == 0] = NO_GRADE
    return Grading(scale, _recorded(findings, grade), derived, score, score_of_all, moved_by)


def _recorded(findings: Findings, grade: Grade) -> Places | None:
    if grade.recorded is None:
        return None
    values, _ = findings.cases.column(grade.recorded)
    return values.cat.codes.to_numpy().astype(np.int16)


def _weights(
    findings: Findings, rubric: Rubric, grade: Grade
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], float]:
    """For each case the weight earned and the weight that applied; and the whole weight."""
    earned = np.zeros(len(findings.cases))
    applicable = np.zeros(len(findings.cases))
    total = 0.0
    for name, criterion in rubric.criteria.items():
        if grade.theme not in (None, criterion.theme):
            continue
        outcomes = findings.column(name)
        partly = rubric.partly_earns if criterion.partly_earns is None else criterion.partly_earns
        earned += criterion.weight * (outcomes == Outcome.MET)
        earned += criterion.weight * partly * (outcomes == Outcome.PARTLY_MET)
        applicable += criterion.weight * np.isin(outcomes, APPLICABLE)
        total += criterion.weight
    return earned, applicable, total


def _placed(score: npt.NDArray[np.float64], scale: list[str], grade: Grade) -> Places:
    """Each score's place on the scale: the best grade whose band it reaches."""
    places = np.full(len(score), len(scale) - 1, dtype=np.int16)
    for place in reversed(range(len(scale))):
        band = grade.bands.get(scale[place])
        if band is not None:
            places[100 * score + _HAIR >= band] = place
    return places


def _move(findings: Findings, rubric: Rubric, name: str, places: Places, moved_by: Places) -> None:
    """Let floors raise the grades and then limits lower them; a limit outweighs a floor."""
    scale, theme = rubric.scale(name), rubric.grades[name].theme
    for which in ("floors", "limits"):
        for index, (criterion_name, criterion) in enumerate(rubric.criteria.items()):
            bound = criterion.bound(which, name)
            if not bound or theme not in (None, criterion.theme):
                continue
            place = scale.index(bound)
            outcomes = findings.column(criterion_name)
            if which == "limits":
                moved = np.isin(outcomes, MISSING) & (places < place)
            else:
                moved = (outcomes == Outcome.MET) & (places > place)
            places[moved] = place
            moved_by[moved] = index


def because(grading: Grading, findings: Findings, rubric: Rubric, case: int) -> str:
    """Why a case has the derived grade that it has, in words; empty if it has none."""
    word = grading.word("derived", case)
    if word is None:
        return ""
    mover = int(grading.moved_by[case])
    if mover != NO_GRADE:
        name = findings.criteria[mover]
        title = rubric.title_of("criteria", name)
        outcome = Outcome(findings.matrix[case, mover]).label
        return f"{word} because {title[:1].lower()}{title[1:]} was {outcome}"
    return f"{word}: {100 * grading.score[case]:.0f} of 100 for the questions that apply"
