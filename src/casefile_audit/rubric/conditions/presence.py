"""``recorded`` and ``known``: is anything there, and is it an answer?"""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from casefile_audit.cases import Cases, Outcome, Outcomes, State
from casefile_audit.rubric.conditions.base import OUTCOME_OF_STATE, OfField, Setting, first_of
from casefile_audit.rubric.fields import CodeField, FieldBase, GradeField


def example_cell(field: FieldBase) -> str:
    """A cell that holds a value of a field."""
    if isinstance(field, CodeField):
        return field.code_set.codes[0].code
    if isinstance(field, GradeField):
        return field.scale[0] if field.scale else ""
    examples = {"yes-no": "Yes", "number": "1", "date": "2024-01-01", "dates": "2024-01-01"}
    return examples.get(field.type, "something written")


# The best of several columns: a value, then a cell that may hold one, then silence.
_BEST = (
    Outcome.MET,
    Outcome.CANNOT_TELL,
    Outcome.NOT_MET,
    Outcome.NOT_RECORDED,
    Outcome.NOT_APPLICABLE,
)


class _Presence(OfField):
    unknown_comes_to: ClassVar[Outcome]

    def outcomes(self, cases: Cases, setting: Setting) -> Outcomes:
        """A field of several dates is recorded if any of them is."""
        by_state = OUTCOME_OF_STATE.copy()
        by_state[State.UNKNOWN] = self.unknown_comes_to
        parts = (by_state[cases.states[part]] for part in cases.parts[self.field])
        return first_of(parts, _BEST)

    def holds(self, cases: Cases, setting: Setting) -> Outcomes:
        """A blank cell answers the question: no, nothing is recorded."""
        outcomes = self.outcomes(cases, setting)
        return np.where(outcomes == Outcome.NOT_RECORDED, np.int8(Outcome.NOT_MET), outcomes)

    def says(self, setting: Setting) -> str:
        return f"{setting.title(self.field)} is {self.key}"

    def examples(self, setting: Setting) -> Mapping[str, list[str]]:
        """A value and a blank."""
        return {self.field: [example_cell(setting.fields[self.field]), ""]}


class Recorded(_Presence):
    """Something is recorded: a value, or that it is not known. Only silence is not."""

    key = "recorded"
    unknown_comes_to = Outcome.MET
    recorded: str


class Known(_Presence):
    """An answer is recorded; "not known" is not one, declining to answer is."""

    key = "known"
    unknown_comes_to = Outcome.NOT_MET
    known: str
