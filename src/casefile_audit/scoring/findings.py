"""Scoring: what every criterion comes to for every case."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as made_by

import numpy as np
import numpy.typing as npt

from casefile_audit.cases import Cases, Mask, Outcome, Outcomes, State
from casefile_audit.rubric.conditions.base import Condition, Setting
from casefile_audit.rubric.conditions.dates import Within
from casefile_audit.rubric.model import SECTOR, Criterion, Rubric
from casefile_audit.scoring.durations import Took

MISSING = (Outcome.NOT_MET, Outcome.NOT_RECORDED)
APPLICABLE = (Outcome.MET, Outcome.PARTLY_MET, *MISSING)


@dataclass(frozen=True)
class Findings:
    """A case × criterion matrix of outcomes.

    Attributes:
        cases: the cases, in the order of the rows.
        criteria: the names of the criteria, in the order of the columns.
        matrix: an Outcome (int8) for each.
        without_column: for each criterion the cases that it concerns and can't be asked of, for
            want of a column; there only where there are any.
        challenged: for each criterion the cases that don't meet it and whose record names that as
            wrong; there only where there are any.
        graded: for each judgement that isn't made of all cases, whether it is of each: met, not
            met, or nobody can tell.
        took: how long it took, of the criteria that ask for something within a limit.
    """

    cases: Cases
    criteria: tuple[str, ...]
    matrix: npt.NDArray[np.int8]
    without_column: dict[str, npt.NDArray[np.bool_]]
    challenged: dict[str, npt.NDArray[np.bool_]] = made_by(default_factory=dict)
    took: dict[str, Took] = made_by(default_factory=dict)
    graded: dict[str, Outcomes] = made_by(default_factory=dict)

    def column(self, criterion: str) -> Outcomes:
        """The outcomes of one criterion."""
        return self.matrix[:, self.criteria.index(criterion)]

    def asked(self, criterion: str) -> npt.NDArray[np.bool_]:
        """Which cases a criterion could be asked of, as far as the columns go."""
        if criterion not in self.without_column:
            return np.ones(len(self.cases), dtype=bool)
        return ~self.without_column[criterion]

    def not_asked(self, criterion: str) -> list[int]:
        """The indexes of the sheets with cases that a criterion can't be asked of."""
        if criterion not in self.without_column:
            return []
        sheets = self.cases.sheet[self.without_column[criterion]]
        return np.flatnonzero(np.bincount(sheets)).tolist()


def score(
    cases: Cases, rubric: Rubric, as_of: dt.date, set_aside: frozenset[str] = frozenset()
) -> Findings:
    """Score cases against a rubric: a pure function of the cases it is given.

    Args:
        as_of: the audit's day; what falls due on it or later is not yet missed.
        set_aside: criteria that aren't asked of any case.
    """
    setting = rubric.setting(as_of)
    fields_of_sheets = [
        {name for name, parts in cases.parts.items() if not sheet.letters.keys().isdisjoint(parts)}
        for sheet in cases.sheets
    ]
    matrix = np.empty((len(cases), len(rubric.criteria)), dtype=np.int8, order="F")
    without_column: dict[str, npt.NDArray[np.bool_]] = {}
    challenged: dict[str, npt.NDArray[np.bool_]] = {}
    durations: dict[str, Took] = {}
    for column, (name, criterion) in enumerate(rubric.criteria.items()):
        outcomes = outcomes_of(criterion, cases, setting)
        silent = [
            index
            for index, fields in enumerate(fields_of_sheets)
            if name in set_aside
            or not all(condition.answerable(fields) for condition in criterion.conditions)
        ]
        if silent:
            unasked = np.isin(cases.sheet, silent)
            if criterion.sectors:
                unasked &= _in_sectors(cases, criterion.sectors) != Outcome.NOT_MET
            if unasked.any():
                without_column[name] = unasked
                outcomes = np.where(unasked, np.int8(Outcome.NOT_APPLICABLE), outcomes)
        matrix[:, column] = outcomes
        named = _challenged(criterion, cases, setting, outcomes)
        if named.any():
            challenged[name] = named
        if isinstance(criterion.met, Within) and len(silent) < len(cases.sheets):
            durations[name] = _took(criterion, criterion.met, cases, setting, outcomes)
    graded = {
        name: _graded(grade.applies, cases, setting, fields_of_sheets)
        for name, grade in rubric.grades.items()
        if grade.applies is not None
    }
    return Findings(
        cases, tuple(rubric.criteria), matrix, without_column, challenged, durations, graded
    )


def _graded(
    applies: Condition, cases: Cases, setting: Setting, fields_of_sheets: Sequence[set[str]]
) -> Outcomes:
    """Which cases a judgement is made of; of a sheet without the column nobody can tell."""
    silent = [i for i, fields in enumerate(fields_of_sheets) if not applies.answerable(fields)]
    holds = applies.holds(cases, setting)
    return np.where(np.isin(cases.sheet, silent), np.int8(Outcome.CANNOT_TELL), holds)


def _challenged(
    criterion: Criterion, cases: Cases, setting: Setting, outcomes: Outcomes
) -> npt.NDArray[np.bool_]:
    """The cases that don't meet a criterion, and whose record itself names that as wrong."""
    unmet: npt.NDArray[np.bool_] = outcomes == Outcome.NOT_MET
    if not criterion.met.can_be_challenged(setting):
        return np.zeros(len(cases), dtype=bool)
    if unmet.any():
        unmet[unmet] = criterion.met.challenged(cases.take(unmet), setting)
    return unmet


def _took(
    criterion: Criterion, met: Within, cases: Cases, setting: Setting, outcomes: Outcomes
) -> Took:
    """How long it took in the cases that are asked, and which of them kept to each limit."""
    lengths = np.where(np.isin(outcomes, APPLICABLE), met.lengths(cases, setting), -1)
    within: dict[int, tuple[Mask, Mask]] = {}
    for limit, term in met.by_limits().items():
        by_limit = outcomes_of(criterion.model_copy(update={"met": term}), cases, setting)
        within[limit] = by_limit == Outcome.MET, np.isin(by_limit, APPLICABLE)
    return Took(lengths, within)


def outcomes_of(criterion: Criterion, cases: Cases, setting: Setting) -> Outcomes:
    """What one criterion comes to for each case."""
    # What the record says of the deed first; then whether silence counts; then whether the case is
    # asked at all, which overrides both: a case that isn't asked has missed nothing.
    outcomes = criterion.met.outcomes(cases, setting)
    if criterion.if_not_recorded == "cannot tell":
        silent = outcomes == Outcome.NOT_RECORDED
        outcomes = np.where(silent, np.int8(Outcome.CANNOT_TELL), outcomes)
    if criterion.applies is not None:
        outcomes = _asked(criterion.applies.holds(cases, setting), outcomes)
    if criterion.sectors:
        outcomes = _asked(_in_sectors(cases, criterion.sectors), outcomes)
    return outcomes


def _asked(asked: Outcomes, outcomes: Outcomes) -> Outcomes:
    """The outcomes of the cases that a question is asked of."""
    not_asked = (asked == Outcome.NOT_MET) | (asked == Outcome.NOT_APPLICABLE)
    unsure = (asked == Outcome.NOT_RECORDED) | (asked == Outcome.CANNOT_TELL)
    # Even what was met can't be told where nobody can tell whether it was asked: it would stand in
    # a denominator that it may not belong to.
    outcomes = np.where(unsure, np.int8(Outcome.CANNOT_TELL), outcomes)
    return np.where(not_asked, np.int8(Outcome.NOT_APPLICABLE), outcomes)


def _in_sectors(cases: Cases, sectors: list[str]) -> Outcomes:
    named = cases.where(SECTOR, sectors.__contains__)
    inside = np.where(named, np.int8(Outcome.MET), np.int8(Outcome.NOT_MET))
    return np.where(cases.states[SECTOR] == State.VALUE, inside, np.int8(Outcome.CANNOT_TELL))


def cells_behind(findings: Findings, rubric: Rubric, criterion: str) -> list[str]:
    """For each case the cells that one outcome was read from, such as ``B7, C7``."""
    cases = findings.cases
    fields = [field for c in rubric.criteria[criterion].conditions for field, _ in c.uses()]
    parts = list(dict.fromkeys(part for field in fields for part in cases.parts[field]))
    behind: list[str] = [""] * len(cases)
    for index, origin in enumerate(cases.sheets):
        own = np.flatnonzero(cases.sheet == index).tolist()
        if origin.places or origin.moved:
            for case in own:
                found = dict.fromkeys(cases.address(case, part) for part in parts)
                behind[case] = ", ".join(filter(None, found))
            continue
        letters = dict.fromkeys(origin.letters[part] for part in parts if part in origin.letters)
        # With the row's number for each nought: the quickest way to say it of many rows.
        pattern = ", ".join(f"{letter}\0" for letter in letters)
        for case, row in zip(own, cases.row[own].tolist(), strict=True):
            behind[case] = pattern.replace("\0", str(row))
    return behind
