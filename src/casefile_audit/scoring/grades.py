"""Grades: those that readers recorded, and those that the rubric's bands and limits propose."""

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from casefile_audit.cases import Outcome, Outcomes
from casefile_audit.rubric.model import Grade, Rubric
from casefile_audit.scoring.findings import APPLICABLE, MISSING, Findings

NO_GRADE = -1
UNASKED = ("not applicable", "cannot tell", "graded all the same")
"""Why a case has no grade of a judgement: it isn't made of it, nobody can tell whether it is, or it
isn't and its reader gave one, which isn't counted."""
# A score that arithmetic leaves a hair under a band has reached it.
_HAIR = 1e-9

# A proposal from less than half of the questions, by weight, would be a proposal from a scrap.
_LEAST_ASKED = 0.5

Places = npt.NDArray[np.int16]
Weights = npt.NDArray[np.float64]


class Grading(NamedTuple):
    """One judgement of every case.

    Attributes:
        recorded: each case's place on the scale as its reader recorded it, or NO_GRADE; None if
            the rubric has no field for it.
        derived: each case's place as the rubric proposes it, or NO_GRADE where no criterion
            applied or less than half of their weight could be asked, for want of columns; None if
            the rubric derives none.
        score: the share of the weight of the applicable criteria that the case earned, from 0 to
            1; nan where none applied.
        score_of_all: the share of the weight of all the criteria.
        moved_by: the index of the criterion whose limit or floor decided the grade, or NO_GRADE.
        unasked: of which cases it isn't made, why, by the places of UNASKED; None where it is made
            of all of them.
    """

    scale: list[str]
    recorded: Places | None
    derived: Places | None
    score: npt.NDArray[np.float64]
    score_of_all: npt.NDArray[np.float64]
    moved_by: Places
    unasked: Places | None = None

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
    earned, applicable, asked, total = _weights(findings, rubric, grade)
    with np.errstate(invalid="ignore"):  # nothing of nothing is nan
        score, score_of_all = earned / applicable, earned / total
    moved_by = np.full(len(findings.cases), NO_GRADE, dtype=np.int16)
    derived = None
    if grade.bands:
        derived = _placed(score, scale, grade)
        _move(findings, rubric, name, derived, moved_by)
        without = (applicable == 0) | (asked < _LEAST_ASKED * total)
        derived[without] = NO_GRADE
        moved_by[without] = NO_GRADE
    recorded, unasked = _recorded(findings, grade, scale), None
    if name in findings.graded:
        unasked = _unasked(findings.graded[name], recorded)
        for places in (recorded, derived, moved_by):
            if places is not None:
                places[unasked != NO_GRADE] = NO_GRADE
    return Grading(scale, recorded, derived, score, score_of_all, moved_by, unasked)


def _unasked(applies: Outcomes, recorded: Places | None) -> Places:
    """For each case why it isn't judged, as a place of UNASKED; NO_GRADE where it is."""
    unasked = np.full(len(applies), NO_GRADE, dtype=np.int16)
    unasked[applies != Outcome.MET] = 0
    if recorded is not None:
        unasked[(unasked == 0) & (recorded != NO_GRADE)] = 2
    unasked[np.isin(applies, (Outcome.NOT_RECORDED, Outcome.CANNOT_TELL))] = 1
    return unasked


def _recorded(findings: Findings, grade: Grade, scale: Sequence[str]) -> Places | None:
    if grade.recorded is None:
        return None
    column, _ = findings.cases.column(grade.recorded)
    return column.places_in(scale)


def _weights(
    findings: Findings, rubric: Rubric, grade: Grade
) -> tuple[Weights, Weights, Weights, float]:
    """For each case the weight earned, that applied, that was asked; and the whole weight."""
    earned, applicable, asked = np.zeros((3, len(findings.cases)))
    total = 0.0
    for name in _counted(rubric, grade):
        criterion = rubric.criteria[name]
        outcomes = findings.column(name)
        partly = rubric.partly_earns if criterion.partly_earns is None else criterion.partly_earns
        earned += criterion.weight * (outcomes == Outcome.MET)
        earned += criterion.weight * partly * (outcomes == Outcome.PARTLY_MET)
        applicable += criterion.weight * np.isin(outcomes, APPLICABLE)
        asked += criterion.weight * findings.asked(name)
        total += criterion.weight
    return earned, applicable, asked, total


def _counted(rubric: Rubric, grade: Grade) -> list[str]:
    """The criteria that a judgement is derived from."""
    return [n for n, c in rubric.criteria.items() if grade.theme in (None, c.theme)]


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


def because(name: str, grading: Grading, findings: Findings, rubric: Rubric, case: int) -> str:
    """Why a case has the derived grade that it has, in words; empty if it has none."""
    word = grading.word("derived", case)
    if word is None:
        return ""
    mover = int(grading.moved_by[case])
    if mover != NO_GRADE:
        title = rubric.title_of("criteria", findings.criteria[mover])
        outcome = Outcome(findings.matrix[case, mover]).label
        return f"{word} because {title[:1].lower()}{title[1:]} was {outcome}"
    # Never rounded up: 84.6 must not read as the 85 that the next grade needs.
    score = math.floor(1000 * grading.score[case] + _HAIR) / 10
    reason = f"{word}: {score:g} of 100 for the questions that apply"
    # As numbers of Python's own, once: for numpy's each comparison with an Outcome takes its time.
    row = dict(zip(findings.criteria, findings.matrix[case].tolist(), strict=True))
    counted = [n for n in _counted(rubric, rubric.grades[name]) if rubric.criteria[n].weight]
    for outcomes, label in (
        (MISSING, "missing"),
        ((Outcome.PARTLY_MET,), "partly met"),
        ((Outcome.CANNOT_TELL,), "can't be told"),
    ):
        titles = [rubric.title_of("criteria", n) for n in counted if row[n] in outcomes]
        if titles:
            reason += f"; {label}: {', '.join(titles)}"
    return reason
