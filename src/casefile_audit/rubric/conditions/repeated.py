"""``every``: a review repeated at least so often until the case closes."""

import datetime as dt
from collections.abc import Iterator, Mapping, Set
from typing import ClassVar

import numpy as np
from pydantic import model_validator

from casefile_audit.cases import Cases, Mask, Outcome, Outcomes, State
from casefile_audit.english import count
from casefile_audit.rubric.conditions.base import Condition, Setting
from casefile_audit.rubric.conditions.dates import (
    EXAMPLE_START,
    Days,
    NumberOfDays,
    Term,
    ends,
    not_done,
    unless_closed,
    where_started,
)


class EveryTerm(Term):
    """How often, from when, and until when.

    Attributes:
        days, working_days: the longest allowed gap; one of them.
        first: the longest allowed wait for the first, in the same unit; by default the gap.
        of: the date field that it counts from.
        any: the field of several dates.
        until: the date field of the closure; without one, every case is open.
    """

    first: NumberOfDays | None = None
    of: str
    any: str
    until: str | None = None

    @model_validator(mode="after")
    def _one_limit(self) -> "EveryTerm":
        if (self.days is None) == (self.working_days is None):
            raise ValueError("it needs one limit: `days` or `working_days`")
        return self

    @property
    def wait(self) -> Term:
        """The limit for the first."""
        if self.first is None:
            return self
        if self.working_days is not None:
            return Term(working_days=self.first)
        return Term(days=self.first)


class Every(Condition):
    """No gap between reviews was longer than allowed.

    The last gap runs to the closure, or to the audit's day for an open case: a review that is not
    yet due is not missed, and a case in which none has fallen due yet is not applicable. Reviews
    before the start, or after the end, don't count.
    """

    key: ClassVar[str] = "every"
    every: EveryTerm

    def uses(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The dates."""
        yield self.every.of, ("date",)
        yield self.every.any, ("dates",)
        if self.every.until:
            yield self.every.until, ("date",)

    def answerable(self, fields: Set[str]) -> bool:
        """Without a column for the closure, every case counts as open."""
        return {self.every.of, self.every.any} <= fields

    def outcomes(self, cases: Cases, setting: Setting) -> Outcomes:
        """Met if no gap is too long."""
        starts, start_states = cases.dates(self.every.of)
        dates, states = cases.dates(self.every.any)
        start = starts[:, 0].astype("datetime64[D]")
        end = ends(cases, self.every.until, setting)
        missed, any_review = self._gaps(start, dates.astype("datetime64[D]"), end, setting)
        # Where none was due and none was done there is nothing to judge, whatever the closure: so
        # that comes after it, and only the start, without which nothing can be due, after that.
        outcomes = np.where(missed, not_done(states), np.int8(Outcome.MET))
        outcomes = unless_closed(cases, self.every.until, outcomes)
        none_due = ~missed & ~any_review
        unread = (states == State.UNREADABLE).any(axis=1)
        silent = np.where(unread, np.int8(Outcome.CANNOT_TELL), np.int8(Outcome.NOT_APPLICABLE))
        return where_started(start_states[:, 0], np.where(none_due, silent, outcomes))

    def _gaps(self, start: Days, reviews: Days, end: Days, setting: Setting) -> tuple[Mask, Mask]:
        """For each case: was a review missed, and was there any."""
        counted = (reviews >= start[:, None]) & (reviews <= end[:, None])
        # In order of time, column by column for all cases at once: NaT is sorted to the end.
        ordered = np.sort(np.where(counted, reviews, np.datetime64("NaT")), axis=1)
        missed = np.zeros(len(start), dtype=bool)
        due = self.every.wait.deadline(start, setting)
        for review in ordered.T:
            there = ~np.isnat(review)
            missed |= there & (review > due)
            due = np.where(there, self.every.deadline(review, setting), due)
        return np.asarray(missed | (end > due)), np.asarray(counted.any(axis=1))

    def says(self, setting: Setting) -> str:
        """In words."""
        term = self.every
        unit = "working day" if term.working_days is not None else "day"
        first = f", the first within {count(term.first, unit)}" if term.first is not None else ""
        until = f" until {setting.title(term.until)}" if term.until else ""
        reviews, start = setting.title(term.any), setting.title(term.of)
        return f"{reviews} come at least every {term.words} from {start}{first}{until}"

    def examples(self, setting: Setting) -> Mapping[str, list[str]]:
        """One review on the first day, and the case closed that day or long after."""
        term = self.every
        later = EXAMPLE_START + dt.timedelta(days=3 * (term.days or term.working_days or 0) + 30)
        closed = {term.until: [str(EXAMPLE_START), str(later)]} if term.until else {}
        reviews = [str(EXAMPLE_START), str(setting.as_of), ""]
        return {term.of: [str(EXAMPLE_START), str(setting.as_of)], term.any: reviews} | closed
