"""``every``: a review repeated at least so often until the case closes."""

import datetime as dt
from collections.abc import Mapping

import numpy as np
from pydantic import model_validator

from casefile_audit.cases import Cases, Mask, Outcome, Outcomes, State
from casefile_audit.english import count, listing, quoted
from casefile_audit.rubric.conditions.base import Setting
from casefile_audit.rubric.conditions.dates import (
    EXAMPLE_START,
    UNITS,
    NumberOfDays,
    OfTerm,
    Term,
    ends,
    not_done,
    unless_closed,
    where_started,
)
from casefile_audit.rubric.conditions.moments import (
    DateName,
    Days,
    cells_of,
    moments_of,
    title_of,
)


class EveryTerm(Term):
    """How often, from when, and until when.

    Attributes:
        days, working_days, months, years: the longest allowed gap; one of them.
        first: the longest allowed wait for the first, in the same unit; by default the gap.
        of: the date field that it counts from.
        any: the field of several dates.
        until: the date field of the closure; without one, every case is open.
    """

    first: NumberOfDays | None = None
    of: DateName
    any: str
    until: DateName | None = None

    @model_validator(mode="after")
    def _one_limit(self) -> "EveryTerm":
        if sum(getattr(self, unit) is not None for unit in UNITS) != 1:
            raise ValueError(f"it needs one limit: {listing(quoted(UNITS), 'or')}")
        return self

    @property
    def done(self) -> str:
        """The field of what has to be done."""
        return self.any

    @property
    def wait(self) -> Term:
        """The limit for the first."""
        return self if self.first is None else self.of_unit(self.first)


class Every(OfTerm):
    """No gap between reviews was longer than allowed.

    The last gap runs to the closure, or to the audit's day for an open case: a review that is not
    yet due is not missed, and a case in which none has fallen due yet is not applicable. Reviews
    before the start, or after the end, don't count.
    """

    key = "every"
    every: EveryTerm

    def outcomes(self, cases: Cases, setting: Setting) -> Outcomes:
        """Met if no gap is too long."""
        starts, start_states = moments_of(cases, self.every.of, setting)
        dates, states = cases.dates(self.every.any)
        start = starts[:, 0].astype("datetime64[D]")
        end = ends(cases, self.every.until, setting)
        missed, any_review = self._gaps(start, dates.astype("datetime64[D]"), end, setting)
        # Where none was due and none was done there is nothing to judge, whatever the closure: so
        # that comes after it, and only the start, without which nothing can be due, after that.
        outcomes = np.where(missed, not_done(states), np.int8(Outcome.MET))
        outcomes = unless_closed(cases, self.every.until, outcomes, setting)
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
        term = self.every
        unit = term.unit_in_words
        first = f", the first within {count(term.first, unit)}" if term.first is not None else ""
        until = f" until {title_of(term.until, setting)}" if term.until else ""
        reviews, start = setting.title(term.any), title_of(term.of, setting)
        return f"{reviews} come at least every {term.words} from {start}{first}{until}"

    def examples(self, setting: Setting) -> Mapping[str, list[str]]:
        """One review on the first day, and the case closed that day or long after."""
        term = self.every
        later = EXAMPLE_START + dt.timedelta(days=3 * term.in_days + 30)
        closed = cells_of(term.until, [str(EXAMPLE_START), str(later)])
        starts = cells_of(term.of, [str(EXAMPLE_START), str(setting.as_of)])
        return starts | {term.any: [str(EXAMPLE_START), str(setting.as_of), ""]} | closed
