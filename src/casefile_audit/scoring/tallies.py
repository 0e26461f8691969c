"""Counts of outcomes and grades, which add up across groups, files and machines."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, cast

import numpy as np
import numpy.typing as npt

from casefile_audit.cases import Column, Outcome, State, States
from casefile_audit.english import fold
from casefile_audit.files.workbook import Cell, text_of
from casefile_audit.scoring.durations import TookTally
from casefile_audit.scoring.findings import Findings
from casefile_audit.scoring.grades import UNASKED, Grading, Places

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
        outcomes: criteria × outcomes.
        asked: for each criterion, of how many cases it could be asked as far as the columns go.
        recorded, derived: the split of each judgement that has one.
        challenged: for each criterion, how many cases that don't meet it name that as wrong.
        unasked: of how many cases a judgement isn't made, by the reasons of UNASKED.
        took: how long it took, of the criteria that ask for something within a limit.
    """

    cases: int
    outcomes: Counts
    asked: Counts
    recorded: Mapping[str, Split]
    derived: Mapping[str, Split]
    challenged: Counts = field(default_factory=lambda: np.zeros(1, dtype=np.int64))
    took: Mapping[str, TookTally] = field(default_factory=dict)
    unasked: Mapping[str, Counts] = field(default_factory=dict)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.cases + other.cases,
            self.outcomes + other.outcomes,
            self.asked + other.asked,
            {name: split + other.recorded[name] for name, split in self.recorded.items()},
            {name: split + other.derived[name] for name, split in self.derived.items()},
            self.challenged + other.challenged,
            added(self.took, other.took),
            {name: counts + other.unasked[name] for name, counts in self.unasked.items()},
        )


def added(took: Mapping[str, TookTally], more: Mapping[str, TookTally]) -> dict[str, TookTally]:
    """How long it took in both; a sheet without the columns has nothing to add."""
    return {
        name: took[name] + more[name] if name in took and name in more else {**took, **more}[name]
        for name in dict.fromkeys([*took, *more])
    }


def tallies_by(
    findings: Findings, gradings: Mapping[str, Grading], groups: npt.NDArray[np.int64], number: int
) -> list[Tally]:
    """Count outcomes and grades of every group at once."""
    kinds = len(Outcome)
    outcomes = np.zeros((number, len(findings.criteria), kinds), dtype=np.int64)
    asked = np.zeros((number, len(findings.criteria)), dtype=np.int64)
    challenged = np.zeros_like(asked)
    cases = np.bincount(groups, minlength=number)
    for index, name in enumerate(findings.criteria):
        counts = np.bincount(groups * kinds + findings.matrix[:, index], minlength=number * kinds)
        outcomes[:, index] = counts.reshape(number, kinds)
        asked[:, index] = cases
        if name in findings.without_column:
            asked[:, index] -= np.bincount(groups[findings.without_column[name]], minlength=number)
        if name in findings.challenged:
            challenged[:, index] = np.bincount(groups[findings.challenged[name]], minlength=number)
    recorded = _splits(gradings, "recorded", groups, number)
    derived = _splits(gradings, "derived", groups, number)
    unasked = {
        name: _counted(grading.unasked, len(UNASKED) + 1, groups, number)[:, 1:]
        for name, grading in gradings.items()
        if grading.unasked is not None
    }
    took = {name: each.tallies(groups, number) for name, each in findings.took.items()}
    return [
        Tally(
            cases=int(cases[group]),
            outcomes=outcomes[group],
            asked=asked[group],
            recorded={name: splits[group] for name, splits in recorded.items()},
            derived={name: splits[group] for name, splits in derived.items()},
            challenged=challenged[group],
            took={name: tallies[group] for name, tallies in took.items()},
            unasked={name: counts[group] for name, counts in unasked.items()},
        )
        for group in range(number)
    ]


def _counted(places: Places, width: int, groups: npt.NDArray[np.int64], number: int) -> Counts:
    """Groups × places: how many cases of each group have each, those with none (-1) first."""
    counts: Counts = np.bincount(groups * width + places + 1, minlength=number * width)
    return counts.reshape(number, width)


def _splits(
    gradings: Mapping[str, Grading], which: str, groups: npt.NDArray[np.int64], number: int
) -> dict[str, list[Split]]:
    splits = {}
    for name, grading in gradings.items():
        places = getattr(grading, which)
        if places is not None:
            counts = _counted(places, len(grading.scale) + 1, groups, number).tolist()
            splits[name] = [Split(tuple(row[1:]), row[0]) for row in counts]
    return splits


class Label(NamedTuple):
    """What a group of cases has in common: a value as it was written, or a state without one."""

    state: State
    text: str


def labels_of(column: Column, states: States) -> tuple[npt.NDArray[np.int64], list[Label]]:
    """For each case the index of its label, and the labels that occur."""
    texts: dict[str, int] = {}
    places_of = [texts.setdefault(_written(value, column), len(texts)) for value in column.values]
    codes = np.array(places_of, dtype=np.int64)[column.codes]
    every = [Label(State.VALUE, text) for text in texts]
    every += [Label(state, state.as_group) for state in State if state is not State.VALUE]
    without = len(texts) - 1 + states.astype(np.int64)
    all_codes = np.where(states == State.VALUE, codes, without)
    # Counted, not sorted: there are few labels, and may be many cases.
    there = np.flatnonzero(np.bincount(all_codes, minlength=len(every)))
    places = np.empty(len(every), dtype=np.int64)
    places[there] = np.arange(len(there))
    return places[all_codes], [every[code] for code in there.tolist()]


def _written(value: object, column: Column) -> str:
    if isinstance(value, str) and not column.is_unique:
        return value
    if isinstance(value, np.datetime64):
        return str(value.astype("datetime64[D]"))
    return text_of(cast("Cell", value))


def names_of_groups(counts: Mapping[Label, int], scale: Sequence[str] = ()) -> dict[Label, str]:
    """What the group of each label is called, in the order of the groups: largest first.

    Grades and periods keep their own order. Values that differ only in case are one group, called
    by their most frequent spelling. Cells without a value are groups of their own, named in
    brackets after their state, after the others.

    Args:
        counts: how many cases have each label.
        scale: the texts of labels that have an order of their own, as grades have, in that order.
    """
    spelling: dict[str, Label] = {}
    for label in sorted(counts, key=lambda label: (-counts[label], label.text)):
        if label.state is State.VALUE:
            spelling.setdefault(fold(label.text), label)
    names = {
        label: spelling[fold(label.text)].text if label.state is State.VALUE else label.text
        for label in counts
    }
    sizes: Counter[str] = Counter()
    for label, name in names.items():
        sizes[name] += counts[label] if label.state is State.VALUE else 0
    without = (State.UNKNOWN, State.NOT_APPLICABLE, State.BLANK, State.UNREADABLE)

    def order(label: Label) -> tuple[int, int, str]:
        if sizes[names[label]]:
            place = scale.index(label.text) if scale else 0
            return (place - len(scale), -sizes[names[label]], names[label])
        return (1 + without.index(label.state), 0, "")

    return {label: names[label] for label in sorted(counts, key=order)}
