"""Counts of outcomes and grades, which add up across groups, files and machines."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from casefile_audit.cases import Cases, Outcome, State
from casefile_audit.findings import Findings
from casefile_audit.grades import NO_GRADE, Grading
from casefile_audit.words import fold
from casefile_audit.workbook import text_of

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Split:
    """How many cases have each grade of a scale, best first, and how many have none."""

    grades: tuple[int, ...]
    without: int

    def __add__(self, other: "Split") -> "Split":
        added = tuple(a + b for a, b in zip(self.grades, other.grades, strict=True))
        return Split(added, self.without + other.without)


@dataclass(frozen=True)
class Tally:
    """What a number of cases came to. Tallies of different cases of one rubric add up.

    Attributes:
        cases: how many cases.
        outcomes: criteria × outcomes.
        recorded, derived: the split of each judgement that has one.
    """

    cases: int
    outcomes: Counts
    recorded: Mapping[str, Split]
    derived: Mapping[str, Split]

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.cases + other.cases,
            self.outcomes + other.outcomes,
            {name: split + other.recorded[name] for name, split in self.recorded.items()},
            {name: split + other.derived[name] for name, split in self.derived.items()},
        )


def tally(
    findings: Findings,
    gradings: Mapping[str, Grading],
    chosen: npt.NDArray[np.bool_] | None = None,
) -> Tally:
    """Count outcomes and grades, of all cases or of those chosen by a mask."""
    mask = np.ones(len(findings.cases), dtype=bool) if chosen is None else chosen
    matrix = findings.matrix[mask]
    outcomes = np.stack(
        [(matrix == outcome).sum(axis=0, dtype=np.int64) for outcome in Outcome], axis=1
    )
    return Tally(
        cases=int(mask.sum()),
        outcomes=outcomes,
        recorded={
            name: _split(grading.recorded[mask], len(grading.scale))
            for name, grading in gradings.items()
            if grading.recorded is not None
        },
        derived={
            name: _split(grading.derived[mask], len(grading.scale))
            for name, grading in gradings.items()
            if grading.derived is not None
        },
    )


def _split(places: npt.NDArray[np.int16], grades: int) -> Split:
    counts = np.bincount(places[places != NO_GRADE], minlength=grades)
    return Split(tuple(int(n) for n in counts), int((places == NO_GRADE).sum()))


def groups_of(cases: Cases, field: str) -> dict[str, npt.NDArray[np.bool_]]:
    """A mask of the cases for each value of a field, largest group first.

    Grades keep the order of their scale. Values that differ only in case are one, called by their
    most frequent spelling. Cells without a value are groups of their own, named in brackets after
    their state.
    """
    values, states = cases.column(field)
    has_value = states == State.VALUE
    labels = values.astype(object).to_numpy(copy=True)
    if values.dtype.kind == "M":
        labels = values.dt.strftime("%Y-%m-%d").to_numpy(dtype=object, copy=True)
    elif values.dtype.kind == "f":
        labels = np.array([text_of(float(value)) for value in values], dtype=object)
    labels[has_value] = _one_spelling(labels[has_value].tolist())
    found = _in_order(labels[has_value].tolist(), values)
    groups = {label: has_value & (labels == label) for label in found}
    for state in (State.UNKNOWN, State.NOT_APPLICABLE, State.BLANK, State.UNREADABLE):
        if (states == state).any():
            name = f"({state.label})"
            groups[name] = groups.get(name, False) | (states == state)
    return groups


def _one_spelling(labels: Sequence[str]) -> list[str]:
    """Each label as the most frequent of those that differ from it in case only."""
    common = {fold(label): label for label, _ in reversed(Counter(sorted(labels)).most_common())}
    return [common[fold(label)] for label in labels]


def group_labels(cases: Cases, field: str) -> list[str]:
    """Each case's value of a field, as groups are called."""
    labels = np.empty(len(cases), dtype=object)
    for label, mask in groups_of(cases, field).items():
        labels[mask] = label
    return [str(label) for label in labels]


def _in_order(labels: Sequence[str], values: pd.Series) -> list[str]:
    counts = Counter(labels)
    if isinstance(values.dtype, pd.CategoricalDtype) and values.cat.ordered:
        return [grade for grade in values.cat.categories if grade in counts]
    return sorted(counts, key=lambda label: (-counts[label], label))
