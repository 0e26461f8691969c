"""``within``, ``on_or_before`` and ``on_or_after``: when it was done."""

import datetime as dt
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Set
from typing import Annotated, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from casefile_audit.cases import Cases, Mask, Outcome, Outcomes, State, States
from casefile_audit.english import count
from casefile_audit.rubric.calendars import working_days_after
from casefile_audit.rubric.conditions.base import (
    OUTCOME_OF_STATE,
    Condition,
    Fault,
    Setting,
    field_faults,
)
from casefile_audit.rubric.dates import DateReader
from casefile_audit.rubric.fields import RubricPart

Days = npt.NDArray[np.datetime64]

_SERIAL_EPOCH = dt.datetime(1899, 12, 30)
EXAMPLE_START = dt.date(2024, 1, 1)


# A century: what is longer is a slip, and would run off the end of the calendar.
NumberOfDays = Annotated[int, Field(ge=0, le=36_525)]


class Term(RubricPart):
    """A time limit, in calendar days or working days."""

    days: NumberOfDays | None = None
    working_days: NumberOfDays | None = None

    def deadline(self, start: Days, setting: Setting) -> Days:
        """The last day that is in time, for each start (datetime64[D]); NaT gives NaT."""
        if self.working_days is not None:
            return working_days_after(start, self.working_days, setting.nation)
        return start + np.timedelta64(self.days or 0, "D")

    @property
    def words(self) -> str:
        """The limit, such as ``7 days``."""
        if self.working_days is not None:
            return count(self.working_days, "working day")
        return count(self.days or 0, "day")


class WithinTerm(Term):
    """What has to happen, and by when.

    Attributes:
        days, working_days, hours: the limit; one of them.
        earliest: the first day that counts, in the unit of the limit; by default the start itself.
        of: the date field that the limit counts from.
        date: the date field of what has to be done.
        any: or the field of several dates, one of which is enough.
        until: a date field: a case that closed before the limit ran out is not asked, and where
            the closure can't be told, nor can what is missing.
    """

    hours: Annotated[float, Field(gt=0, le=876_600)] | None = None
    earliest: NumberOfDays | None = None
    of: str
    date: str | None = None
    any: str | None = None
    until: str | None = None

    @model_validator(mode="after")
    def _one_limit_one_date(self) -> "WithinTerm":
        if sum(limit is not None for limit in (self.days, self.working_days, self.hours)) != 1:
            raise ValueError("it needs one limit: `days`, `working_days` or `hours`")
        if (self.date is None) == (self.any is None):
            raise ValueError("it needs either `date` (one date) or `any` (several dates)")
        if self.earliest is not None:
            self._check_earliest(self.earliest)
        return self

    def _check_earliest(self, earliest: int) -> None:
        limit = self.days if self.days is not None else self.working_days
        if limit is None:
            raise ValueError("`earliest` goes with a limit in `days` or `working_days`")
        if earliest > limit:
            raise ValueError(f"the earliest day, {earliest}, comes after the last, {limit}")

    def opening(self, start: Days, setting: Setting) -> Days:
        """The first day that counts, for each start (datetime64[D]); NaT gives NaT."""
        if self.earliest is None:
            return start
        if self.working_days is not None:
            return Term(working_days=self.earliest).deadline(start, setting)
        return Term(days=self.earliest).deadline(start, setting)

    @property
    def done(self) -> str:
        """The field of what has to be done."""
        return self.date or self.any or ""


class Within(Condition):
    """It was done within a limit of another date: on day 7 is within 7 days, on day 8 is not.

    What is not yet due on the audit's day is not applicable. A date before the start (or before the
    earliest day, where there is one), or after the audit's day, doesn't count.
    A limit in hours needs clock times: where a cell has only a date and the answer hangs on the
    hour, it can't be told.
    """

    key: ClassVar[str] = "within"
    within: WithinTerm

    def uses(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The dates."""
        yield self.within.of, ("date",)
        yield self.within.done, ("date",) if self.within.date else ("dates",)
        if self.within.until:
            yield self.within.until, ("date",)

    def answerable(self, fields: Set[str]) -> bool:
        """Without a column for the closure, every case counts as open."""
        return {self.within.of, self.within.done} <= fields

    def outcomes(self, cases: Cases, setting: Setting) -> Outcomes:
        """In time, late, not done, or not yet due."""
        start, start_states = cases.dates(self.within.of)
        done, done_states = cases.dates(self.within.done)
        if self.within.hours is not None:
            in_time, perhaps, due = self._by_the_hour(start[:, 0], done, self.within.hours)
        else:
            first_day = start[:, 0].astype("datetime64[D]")
            due = self.within.deadline(first_day, setting)
            opening = self.within.opening(first_day, setting)
            days = done.astype("datetime64[D]")
            in_time = (days >= opening[:, None]) & (days <= due[:, None])
            perhaps = in_time
        # What is dated after the audit's day is a plan or a slip: nobody has done it yet.
        past = done.astype("datetime64[D]") <= np.datetime64(setting.as_of, "D")
        in_time, perhaps = in_time & past, perhaps & past
        # From the weakest evidence to the strongest, each overriding those before it: that nothing
        # serves; that it isn't due yet, but not over a cell that nobody can read, which may hold
        # the date; that a date may be in time; that one is. A case that was done early is met
        # though it isn't due, so this comes after what is pending.
        outcomes = not_done(done_states)
        pending = due >= ends(cases, self.within.until, setting)
        outcomes = np.where(pending & (outcomes != Outcome.CANNOT_TELL), _N_A, outcomes)
        outcomes = np.where(perhaps.any(axis=1), np.int8(Outcome.CANNOT_TELL), outcomes)
        outcomes = np.where(in_time.any(axis=1), np.int8(Outcome.MET), outcomes)
        # Last, what no date of the deed can mend: an unknown closure, and then an unknown start.
        outcomes = unless_closed(cases, self.within.until, outcomes)
        return where_started(start_states[:, 0], outcomes)

    def _by_the_hour(self, start: Days, done: Days, hours: float) -> tuple[Mask, Mask, Days]:
        """In time for sure; in time for sure or perhaps; and the day when the limit runs out."""
        # The two moments that are closest together make it possible, the two that are furthest
        # apart certain; it is due once even the latest start has had its hours.
        limit = np.timedelta64(round(hours * 3600), "s")
        first, last = clock_range(start)
        done_first, done_last = clock_range(done)
        possible = (done_last >= first[:, None]) & (done_first - last[:, None] <= limit)
        certain = possible & (done_last - first[:, None] <= limit)
        due = (last + limit).astype("datetime64[D]")
        return certain, possible, due

    def says(self, setting: Setting) -> str:
        """In words."""
        term = self.within
        limit = f"{term.hours:g} hours" if term.hours is not None else term.words
        done = setting.title(term.done)
        one = f"one of {done}" if term.any else done
        start = setting.title(term.of)
        if term.earliest is not None:
            day = "day" if term.days is not None else "working day"
            last = term.days if term.days is not None else term.working_days
            return f"{one} is from {day} {term.earliest} to {day} {last} after {start}"
        return f"{one} is within {limit} of {start}"

    def examples(self, setting: Setting) -> Mapping[str, list[str]]:
        """On the last day, after it, and not at all."""
        term = self.within
        days = term.days if term.days is not None else term.working_days
        span = 2 * days + 14 if days is not None else round((term.hours or 0) / 24) + 2
        clock = " 09:00" if days is None else ""
        opening = np.array([EXAMPLE_START], dtype="datetime64[D]")
        first = term.opening(opening, setting)[0]
        late = EXAMPLE_START + dt.timedelta(days=span)
        dates = [f"{first}{clock}", f"{late}{clock}", ""]
        closed = {term.until: [""]} if term.until else {}
        return {term.of: [f"{EXAMPLE_START}{clock}"], term.done: dates} | closed


_N_A = np.int8(Outcome.NOT_APPLICABLE)


def clock_range(moments: Days) -> tuple[Days, Days]:
    """The earliest and latest moment that a cell can mean: midnight stands for a date alone."""
    date_alone = moments == moments.astype("datetime64[D]")
    last = np.where(date_alone, moments + np.timedelta64(86_399, "s"), moments)
    return moments, last


def not_done(states: States) -> Outcomes:
    """What cases × dates come to where none of the dates serves.

    Not met if there is a date, otherwise what the silence of the cells comes to.
    """
    # One cell that can't be read may hold the date that serves, so it outweighs a date that
    # doesn't; a date that doesn't outweighs silence; and only where all of the cells say that the
    # question isn't asked is it not.
    outcomes = np.full(len(states), Outcome.NOT_RECORDED, dtype=np.int8)
    outcomes[(states == State.NOT_APPLICABLE).all(axis=1)] = Outcome.NOT_APPLICABLE
    outcomes[(states == State.VALUE).any(axis=1)] = Outcome.NOT_MET
    outcomes[(states == State.UNREADABLE).any(axis=1)] = Outcome.CANNOT_TELL
    return outcomes


def where_started(start_states: States, outcomes: Outcomes) -> Outcomes:
    """The outcomes where the starting date is known, elsewhere what its own state comes to."""
    return np.where(start_states == State.VALUE, outcomes, OUTCOME_OF_STATE[start_states])


def ends(cases: Cases, until: str | None, setting: Setting) -> Days:
    """The last day of each case that the audit can speak of: it closed, or the audit's day."""
    days = np.full(len(cases), np.datetime64(setting.as_of, "D"))
    if until is None:
        return days
    closed = cases.dates(until)[0][:, 0].astype("datetime64[D]")
    return np.where(np.isnat(closed) | (closed > days), days, closed)


def unless_closed(cases: Cases, until: str | None, outcomes: Outcomes) -> Outcomes:
    """The outcomes; but nobody can tell what a case lacks that may have closed before it was due.

    That is so where its closure can't be read, or is recorded as not known.
    """
    if until is None:
        return outcomes
    states = cases.dates(until)[1][:, 0]
    unsure = (states == State.UNREADABLE) | (states == State.UNKNOWN)
    missing = (outcomes == Outcome.NOT_MET) | (outcomes == Outcome.NOT_RECORDED)
    return np.where(unsure & missing, np.int8(Outcome.CANNOT_TELL), outcomes)


class _AgainstDate(Condition):
    """A date compared with a date, or with another date field."""

    @property
    def _terms(self) -> tuple[str, str]:
        ((field, limit),) = getattr(self, self.key).items()
        return str(field), str(limit)

    def uses(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The date, and the other date where it is a field's."""
        field, limit = self._terms
        yield field, ("date",)
        if fixed_day(limit) is None:
            yield limit, ("date",)

    @abstractmethod
    def passes(self, days: Days, limits: Days) -> Mask:
        """Compare whole days."""

    def _limits(self, cases: Cases) -> tuple[Days, States]:
        limit = self._terms[1]
        day = fixed_day(limit)
        if day is None:
            moments, states = cases.dates(limit)
            return moments[:, 0].astype("datetime64[D]"), states[:, 0]
        n = len(cases)
        return np.full(n, np.datetime64(day, "D")), np.full(n, State.VALUE, dtype=np.int8)

    def outcomes(self, cases: Cases, setting: Setting) -> Outcomes:
        """Met, late or early, or not recorded."""
        moments, states = cases.dates(self._terms[0])
        limits, limit_states = self._limits(cases)
        met = self.passes(moments[:, 0].astype("datetime64[D]"), limits)
        outcomes = np.where(met, np.int8(Outcome.MET), not_done(states))
        return where_started(limit_states, outcomes)

    def examples(self, setting: Setting) -> Mapping[str, list[str]]:
        """The day itself, the days around it, and none."""
        field, limit = self._terms
        day = fixed_day(limit) or EXAMPLE_START
        near = [str(np.datetime64(day) + step) for step in (0, -1, 1)]
        other = {} if fixed_day(limit) else {limit: [str(day)]}
        return {field: [*near, ""]} | other

    def faults(self, setting: Setting) -> Iterator[Fault]:
        """A limit that is neither a date nor a date field is a fault."""
        field, limit = self._terms
        yield from field_faults(field, ("date",), setting, (self.key, field))
        if fixed_day(limit) is None:
            for fault in field_faults(limit, ("date",), setting, (self.key, field)):
                yield Fault(fault.location, f"{fault.found}, and it isn't a date", fault.hint)


def fixed_day(text: str) -> dt.date | None:
    """The day that a text of the rubric is; None if it isn't a date."""
    day: dt.date | None = DateReader(_SERIAL_EPOCH).read([text])[0].astype("datetime64[D]").item()
    return day


OneDate = Annotated[dict[str, str], Field(min_length=1, max_length=1)]


class OnOrBefore(_AgainstDate):
    """The date is no later than a day, or than another date of the case.

    While the limit has not passed, a date that isn't there is not yet missed.
    """

    key: ClassVar[str] = "on_or_before"
    on_or_before: OneDate

    def passes(self, days: Days, limits: Days) -> Mask:
        """Compare."""
        return days <= limits

    def outcomes(self, cases: Cases, setting: Setting) -> Outcomes:
        """As compared, and not applicable where it is not yet due."""
        # Only silence is excused by a limit that hasn't passed: a date that is there was compared.
        outcomes = super().outcomes(cases, setting)
        limits, _ = self._limits(cases)
        pending = limits >= np.datetime64(setting.as_of, "D")
        return np.where(pending & (outcomes == Outcome.NOT_RECORDED), _N_A, outcomes)

    def says(self, setting: Setting) -> str:
        """In words."""
        field, limit = self._terms
        other = limit if fixed_day(limit) else setting.title(limit)
        return f"{setting.title(field)} is on or before {other}"


class OnOrAfter(_AgainstDate):
    """The date is no earlier than a day, or than another date of the case."""

    key: ClassVar[str] = "on_or_after"
    on_or_after: OneDate

    def passes(self, days: Days, limits: Days) -> Mask:
        """Compare."""
        return days >= limits

    def says(self, setting: Setting) -> str:
        """In words."""
        field, limit = self._terms
        other = limit if fixed_day(limit) else setting.title(limit)
        return f"{setting.title(field)} is on or after {other}"
