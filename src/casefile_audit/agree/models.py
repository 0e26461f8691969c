"""The answer to how far readers agree: the stable models that are printed as JSON."""

import datetime as dt
from typing import Literal

from pydantic import Field

from casefile_audit.capped import no_items
from casefile_audit.issues import Issue
from casefile_audit.results import NotCounted, PrintedAnswer, ResultModel, RubricResult
from casefile_audit.statistics.proportion import Interval

SCHEMA = "casefile-audit/agreement/1"

Direction = Literal["clear", "points towards", "can't be told from chance", "none differ"]


class ReaderResult(ResultModel):
    """A reader.

    Attributes:
        name: after the file.
        files: what was read.
        rubric: the rubric that was applied.
        cases: how many the reader has.
        matched: how many of them another reader has too.
        alone: the others.
        unnamed: cases without a reference, which can't be matched.
        not_counted: the reader's cells in doubt and rows left out.
        only: in words, what the cases asked for have in common.
    """

    name: str
    files: list[str]
    rubric: RubricResult
    cases: int
    matched: int
    alone: list[str]
    unnamed: list[str]
    not_counted: NotCounted
    only: list[str] = Field(default_factory=no_items)


class Measure(ResultModel):
    """A coefficient: 1 is perfect.

    Attributes:
        by_chance: what it comes to on average where each reader's readings are dealt out again at
            random among the same cases. Only kappa's is always 0.
        interval: None where nothing varied.
    """

    value: float
    by_chance: float
    interval: Interval | None
    method: str


class CategoryPair(ResultModel):
    """Two of the readers, on one field.

    Attributes:
        cases: those that both have a reading of.
        table: cases by the first reader's word (rows) and the second's (columns), in their order.
    """

    first: str
    second: str
    cases: int
    table: list[list[int]]
    same: int


class PairResult(CategoryPair):
    """Two of the readers, on one grade or criterion.

    Attributes:
        within_one: on the same step or the next.
        direction_p: two-sided exact sign test; None where none differ.
        direction_p_adjusted: by Holm, over all the pairs and all that was compared.
        direction: the verdict on who is the more generous.
        more_generous: the reader who is so more often; None where neither is.
        kappa, ac2: linear weights.
    """

    within_one: int
    first_more_generous: int
    second_more_generous: int
    direction_p: float | None
    direction_p_adjusted: float | None
    direction: Direction
    more_generous: str | None
    kappa: Measure | None
    ac2: Measure | None


class DifferingCase(ResultModel):
    """A case that readers differ about.

    Attributes:
        readings: by reader; None where that reader has none.
        steps: from the best reading to the worst.
    """

    case: str
    readings: dict[str, str | None]
    steps: int


class Caution(ResultModel):
    """What to know before repeating a coefficient.

    Attributes:
        step: the step of the scale that prevails, where one does.
    """

    kind: Literal["not defined", "too few", "one reading only", "prevails"]
    step: str | None = None
    says: str


class ItemAgreement(ResultModel):
    """Agreement on one grade or criterion.

    Attributes:
        scale: best first; all of it counts, whether or not it was used.
        cases: those with two readings or more.
        read_by_one: cases with one reading, which count towards no agreement.
        same: cases to which all their readers gave the same.
        within_one: cases whose readings are all on one step or two neighbouring ones.
        applies_to_some: cases that a criterion applies to by one reader and not by another.
        kappa: for two readers; for more, see the pairs.
        ac2: Gwet's, with linear weights.
        alpha: Krippendorff's, with his ordinal metric.
        differing: every case that differs.
        significant: those that differ by the steps asked for; None where none were asked for.
        cautions: what to know before repeating any of it.
        says: in sentences.
    """

    title: str
    scale: list[str]
    cases: int
    read_by_one: list[str]
    same: int
    same_interval: Interval
    within_one: int
    applies_to_some: list[str]
    pairs: list[PairResult]
    kappa: Measure | None
    ac2: Measure | None
    alpha: Measure | None
    differing: list[DifferingCase]
    significant: list[str] | None
    cautions: list[Caution]
    says: list[str]


class CategoryAgreement(ResultModel):
    """Agreement on a field whose words have no order: nobody is the more generous there.

    Attributes:
        categories: the words, the commonest first.
        cases: those with two readings or more.
        read_by_one: cases with one reading, which count towards no agreement.
        same: cases to which all their readers gave the same word.
        kappa: Cohen's, for two readers.
        fleiss: Fleiss' kappa, for three or more.
        ac1: Gwet's.
        alpha: Krippendorff's, for three or more.
        differing: every case that differs; of its steps there is one.
        says: in sentences.
    """

    title: str
    categories: list[str]
    cases: int
    read_by_one: list[str]
    same: int
    same_interval: Interval
    pairs: list[CategoryPair]
    kappa: Measure | None
    fleiss: Measure | None
    ac1: Measure | None
    alpha: Measure | None
    differing: list[DifferingCase]
    says: list[str]


class Agreement(PrintedAnswer):
    """What two readers or more make of the same cases.

    Attributes:
        significant_steps: how many steps of a grade's scale the user called significant.
        matched: cases that two readers or more have.
        read_by_all: those that all of them have.
        near_misses: references of several readers that are alike in letters and digits only.
        warnings: where the readers' audits are not alike.
        fields: what was found of the fields that were asked for.
        not_compared: titles of what no case has two readings of.
        doubts: what could change a count of any reader: nobody is clearly the more generous on it.
    """

    schema_: str = Field(SCHEMA, alias="schema")
    made_at: dt.datetime
    significant_steps: int | None
    readers: list[ReaderResult]
    matched: int
    read_by_all: int
    near_misses: list[list[str]]
    warnings: list[str]
    grades: dict[str, ItemAgreement]
    criteria: dict[str, ItemAgreement]
    fields: dict[str, CategoryAgreement] = Field(default_factory=dict)
    not_compared: list[str]
    says: list[str]
    doubts: list[Issue] = Field(default_factory=no_items)
