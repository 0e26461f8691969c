"""``yes`` and ``no``: what was answered."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from casefile_audit.cases import Cases, Outcome, Outcomes
from casefile_audit.rubric.conditions.base import OfField, Setting, answered
from casefile_audit.rubric.words import NO, PARTLY, YES


class _Answer(OfField):
    types = ("yes-no",)
    wanted: ClassVar[str]

    def outcomes(self, cases: Cases, setting: Setting) -> Outcomes:
        """Partly is partly met; silence is not a no."""
        outcomes = answered(cases.states[self.field], cases.where(self.field, self.wanted.__eq__))
        partly = cases.where(self.field, PARTLY.__eq__)
        return np.where(partly, np.int8(Outcome.PARTLY_MET), outcomes)

    def says(self, setting: Setting) -> str:
        return f"{setting.title(self.field)} is {self.wanted}"

    def examples(self, setting: Setting) -> Mapping[str, list[str]]:
        return {self.field: ["Yes", "Partly", "No", ""]}


class Yes(_Answer):
    """The answer is yes."""

    key = "yes"
    wanted = YES
    yes: str


class No(_Answer):
    """The answer is no, and somebody gave it: a blank cell is not a no."""

    key = "no"
    wanted = NO
    no: str
