"""``same_as``, ``no_more_than`` and their like: one field of a case against another."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from casefile_audit.cases import Cases, Mask, Outcomes, State
from casefile_audit.english import fold
from casefile_audit.rubric.conditions.base import (
    OUTCOME_OF_STATE,
    Fault,
    OfField,
    Setting,
    answered,
)
from casefile_audit.rubric.conditions.presence import example_cell
from casefile_audit.rubric.conditions.values import heights
from casefile_audit.rubric.fields import CodeField, GradeField

Pair = Annotated[dict[str, str], Field(min_length=1, max_length=1)]


class _Against(OfField):
    """A comparison of two fields, met or not where both hold a value."""

    @property
    def pair(self) -> tuple[str, str]:
        """The field that is asked about, and the one that it is compared with."""
        return self.field, str(self.given[self.field])

    def uses(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        for name in self.pair:
            yield name, self.types

    @abstractmethod
    def passes(self, cases: Cases, setting: Setting) -> Mask:
        """Compare, whatever the states are."""

    def outcomes(self, cases: Cases, setting: Setting) -> Outcomes:
        """Met or not; without the other value the record doesn't say."""
        field, other = self.pair
        outcomes = answered(cases.states[field], self.passes(cases, setting))
        states = cases.states[other]
        return np.where(states == State.VALUE, outcomes, OUTCOME_OF_STATE[states])

    def says(self, setting: Setting) -> str:
        field, other = self.pair
        same = self.key.replace("_", " ").replace("same", "the same")
        return f"{setting.title(field)} is {same} {setting.title(other)}"

    def examples(self, setting: Setting) -> Mapping[str, list[str]]:
        """Values of both, and none."""
        return {
            name: [example_cell(field), *(["2"] if field.type == "number" else []), ""]
            for name in self.pair
            for field in [setting.fields[name]]
        }

    def faults(self, setting: Setting) -> Iterator[Fault]:
        """Fields of two types, codes or scales can't be compared; nor a field with itself."""
        yield from super().faults(setting)
        first, second = (setting.fields.get(name) for name in self.pair)
        if first is None or second is None:
            return
        place = (self.key, self.pair[0])
        if self.pair[0] == self.pair[1]:
            yield Fault(place, f"`{self.pair[0]}` is compared with itself", "name another field")
        elif _kind(first.type) != _kind(second.type):
            found = f"`{self.pair[0]}` is a {first.type} field, `{self.pair[1]}` a {second.type}"
            yield Fault(place, f"{found} field", "they have to be of one type")
        elif isinstance(first, GradeField) and isinstance(second, GradeField):
            if first.scale != second.scale:
                found = f"`{self.pair[0]}` and `{self.pair[1]}` are graded on two scales"
                yield Fault(place, found, "only grades of one scale can be compared")
        elif isinstance(first, CodeField) and isinstance(second, CodeField):
            codes, others = ({c.code for c in its.code_set.codes} for its in (first, second))
            if not codes & others:
                found = f"`{self.pair[0]}` and `{self.pair[1]}` have no code in common"
                yield Fault(place, found, "give both the same `codes`")


def _kind(of_type: str) -> str:
    """What can be compared with what: a reference is a text like any other."""
    return "text" if of_type == "identifier" else of_type


class SameAs(_Against):
    """Both hold the same: the same word, code, grade, number or day."""

    key = "same_as"
    types = ("text", "identifier", "yes-no", "code", "grade", "number", "date")
    same_as: Pair

    def passes(self, cases: Cases, setting: Setting) -> Mask:
        """Words in any case and spacing, days whatever the hour."""
        columns = [cases.column(name)[0] for name in self.pair]
        kind = setting.fields[self.pair[0]].type
        if kind == "number":
            return np.asarray(columns[0].rows() == columns[1].rows())
        if kind == "date":
            days = [column.rows().astype("datetime64[D]") for column in columns]
            return np.asarray(days[0] == days[1])
        words: dict[str, int] = {}
        numbers = []
        for column in columns:
            folded = (fold(str(value)) if value is not None else "" for value in column.values)
            codes = [words.setdefault(word, len(words)) for word in folded]
            numbers.append(np.array(codes, dtype=np.int64)[column.codes])
        return np.asarray(numbers[0] == numbers[1])


class _Compared(_Against):
    compares: ClassVar[np.ufunc]

    def passes(self, cases: Cases, setting: Setting) -> Mask:
        """Numbers as they are; grades by their place on the scale: higher is more, and better."""
        first, second = (heights(cases, name, setting.fields[name]) for name in self.pair)
        return np.asarray(self.compares(first, second))


class NoMoreThan(_Compared):
    """The number is at most the other."""

    key = "no_more_than"
    types = ("number",)
    compares = np.less_equal
    no_more_than: Pair


class NoLessThan(_Compared):
    """The number is at least the other."""

    key = "no_less_than"
    types = ("number",)
    compares = np.greater_equal
    no_less_than: Pair


class NoBetterThan(_Compared):
    """The grade is the same as the other or worse."""

    key = "no_better_than"
    types = ("grade",)
    compares = np.less_equal
    no_better_than: Pair


class NoWorseThan(_Compared):
    """The grade is the same as the other or better."""

    key = "no_worse_than"
    types = ("grade",)
    compares = np.greater_equal
    no_worse_than: Pair
