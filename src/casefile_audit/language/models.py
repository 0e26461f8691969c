"""The answer to what language the record uses: the stable model that is printed as JSON."""

import datetime as dt
from typing import Final, Literal

from pydantic import Field

from casefile_audit.results import PrintedAnswer, ResultModel
from casefile_audit.statistics.proportion import Interval

SCHEMA: Final = "casefile-audit/language/1"


class LexiconUsed(ResultModel):
    """The lexicon that was looked for."""

    name: str
    title: str
    version: str
    sha256: str


class Counted(ResultModel):
    """What some cases came to. Each case that holds a term is in one of the four counts.

    Attributes:
        searched: how many were searched: something was written, and in English.
        challenged: of those with such language, those in which it was named as wrong.
        unchallenged: the others of those.
        quoted: those in which it is only said by somebody outside the record.
        negated: those in which it is only denied, or said by nobody.
    """

    searched: int = 0
    unchallenged: int = 0
    challenged: int = 0
    quoted: int = 0
    negated: int = 0

    @property
    def with_language(self) -> int:
        """How many have such language, challenged or not."""
        return self.unchallenged + self.challenged


class TermResult(ResultModel):
    """A term that was found, and in how many cases: what it is, and what could be said instead."""

    title: str
    cases: Counted
    why: str
    alternatives: list[str]
    sources: list[str]


class Decision(ResultModel):
    """What a person decided of a place where a term stands.

    Attributes:
        usage: how it is meant; ``waived`` where it isn't to count.
    """

    usage: Literal["used", "challenged", "quoted", "negated", "waived"]
    reason: str
    who: str
    when: str


class HitResult(ResultModel):
    """A place where a term stands.

    Attributes:
        key: what tells it from others, in this file and the next month's, for as long as the case
            and its sentence stay what they are.
        usage: how it is meant, by the rules or by whoever decided.
        because: the rule that says so.
        decision: what a person decided, if one did.
    """

    key: str
    case: str
    file: str
    sheet: str
    cell: str
    field: str
    term: str
    usage: Literal["used", "challenged", "quoted", "negated", "waived"]
    because: str
    decision: Decision | None = None


class LanguageAnswer(PrintedAnswer):
    """Which cases have terms of a lexicon. It holds no words of any case.

    Attributes:
        fields: the fields that were searched.
        case_count: how many cases there are: those searched and those that could not be.
        blank: those in which nothing was written.
        unreadable: those whose cells can't be read.
        not_english: those in which nothing was looked for, as they are in another language.
        without_column: those on sheets without a column for any of the fields.
        cut_off: searched ones whose text fills its cell, so that its end may be missing.
        says: the finding in a sentence.
        terms: the terms that were found, those of most cases first.
        groups: the same counts for each value of some fields; of dates, for each month.
        hits: every place, in the order of the rows.
        unmatched: decisions that were read, and fit no place.
    """

    schema_: Literal["casefile-audit/language/1"] = Field(SCHEMA, alias="schema")
    made_at: dt.datetime
    lexicon: LexiconUsed
    files: list[str]
    fields: list[str]
    case_count: int = Field(alias="cases")
    blank: int
    unreadable: int
    not_english: int
    without_column: int
    cut_off: int
    counts: Counted
    says: str
    rate: float | None
    interval: Interval | None
    terms: dict[str, TermResult]
    groups: dict[str, dict[str, Counted]]
    hits: list[HitResult]
    unmatched: int = 0
