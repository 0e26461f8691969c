"""What may be published: the stable model, with a mark where a number would tell of few people."""

import datetime as dt
from typing import Final, Literal, Protocol, cast

from pydantic import Field

from casefile_audit.results import PUBLICATION_SCHEMA, PrintedAnswer, ResultModel, RubricResult
from casefile_audit.statistics.proportion import Interval

HIDDEN: Final = "[c]"
"""Confidential: a small number, or one from which another could be worked out."""
NOT_ASKED: Final = "[x]"
"""Not available: there was no column for the question."""
NOT_APPLICABLE: Final = "[z]"
"""Not applicable: the question applied to none of these cases."""

HIDES_UP_TO: Final = 4
"""Where neither the user nor the rubric says which counts are small."""

Mark = Literal["[c]", "[x]", "[z]"]
Figure = int | Mark


class ShownCriterion(Protocol):
    """A criterion whose rate is published: what a finding is said from."""

    title: str
    question: str
    phrase: str
    applicable: int
    met: int
    partly_met: int
    missing: int
    target: float | None
    target_reached: bool | None
    target_beyond_chance: bool | None
    deadline: dt.date | None
    due_for: str
    met_interval: Interval | None


class PublishedCriterion(ResultModel):
    """What one criterion came to, as a result has it, with a mark for what isn't published.

    Attributes:
        asked_of_all: whether there was a column for it everywhere.
    """

    question: str
    title: str
    theme: str
    phrase: str
    asked_of_all: bool
    applicable: Figure
    met: Figure
    partly_met: Figure
    missing: Figure
    not_met: Figure
    not_recorded: Figure
    not_applicable: Figure
    cannot_tell: Figure
    rate: float | Mark
    interval: Interval | Mark | None
    met_interval: Interval | Mark | None = None
    target: float | None
    target_reached: bool | Mark | None
    target_beyond_chance: bool | Mark | None
    due: dt.date | None
    due_for: str

    @property
    def deadline(self) -> dt.date | None:
        """The day by which it is to be put right."""
        return self.due

    @property
    def shown(self) -> ShownCriterion | None:
        """It with its rate; None where that isn't published, or there is none."""
        marked = (self.rate, self.target_reached, self.target_beyond_chance)
        if any(isinstance(its, str) for its in marked):
            return None
        return cast("ShownCriterion", self)  # where a rate is shown, so is all that it rests on


class PublishedSplit(ResultModel):
    """How many cases have each grade of a scale.

    Attributes:
        counts: for each grade, best first.
        graded: how many cases have one.
        without: how many have none.
    """

    counts: dict[str, Figure]
    graded: Figure
    without: Figure


class PublishedGrade(ResultModel):
    """The splits of one judgement: as recorded, derived, or both."""

    title: str
    scale: list[str]
    scale_name: str
    splits: dict[str, PublishedSplit]


class PublishedGroup(ResultModel):
    """What the cases that share a field's value came to."""

    case_count: Figure = Field(alias="cases")
    criteria: dict[str, PublishedCriterion]
    grades: dict[str, PublishedGrade]


class HidingRule(ResultModel):
    """Which counts are small.

    Attributes:
        up_to: counts from 1 to this are hidden.
        set_by: who says so.
    """

    up_to: int
    set_by: Literal["the program's default", "the rubric", "whoever published it"]


class Publication(PrintedAnswer):
    """What may be published of a result: no case, no file, no cell, and no small number.

    Attributes:
        only: in words, what the cases that were asked for have in common.
        hides: which counts are small.
        figures, hidden: how many counts there are that aren't nought, and how many of them and
            of noughts are hidden.
        hides_least: whether no fewer could have been hidden.
        doubts: the codes of what could change a count; the internal result says what and where.
        cells_in_doubt: whether there were cells that couldn't be read.
    """

    schema_: Literal["casefile-audit/publication/1"] = Field(PUBLICATION_SCHEMA, alias="schema")
    made_at: dt.datetime
    as_of: dt.date
    rubric: RubricResult
    only: list[str]
    hides: HidingRule
    figures: int
    hidden: int
    hides_least: bool
    case_count: Figure = Field(alias="cases")
    not_read: Figure
    criteria: dict[str, PublishedCriterion]
    grades: dict[str, PublishedGrade]
    groups: dict[str, dict[str, PublishedGroup]]
    doubts: list[str]
    cells_in_doubt: bool
