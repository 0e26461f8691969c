"""``within``, ``on_or_before`` and ``on_or_after``: when it was done."""

import datetime as dt
from collections.abc import Iterator, Mapping, Set
from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from casefile_audit.capped import no_items
from casefile_audit.cases import Cases, Mask, Outcome, Outcomes, State, States
from casefile_audit.english import count, listing, quoted
from casefile_audit.rubric.calendars import working_days_after, working_days_between
from casefile_audit.rubric.conditions.base import (
    OUTCOME_OF_STATE,
    Condition,
    Fault,
    OfField,
    Setting,
)
from casefile_audit.rubric.conditions.moments import (
    AS_OF,
    DateName,
    Days,
    cells_of,
    faults_of,
    fields_of,
    fixed_day,
    moments_of,
    title_of,
    uses_of,
)
from casefile_audit.rubric.parts import RubricPart

EXAMPLE_START = dt.date(2024, 1, 1)


# A century: what is longer is a slip, and would run off the end of the calendar.
NumberOfDays = Annotated[int, Field(ge=0, le=36_525)]
NumberOfMonths = Annotated[int, Field(ge=0, le=1_200)]
NumberOfYears = Annotated[int, Field(ge=0, le=100)]

UNITS = ("days", "working_days", "months", "years")
_MONTHS_IN = {"months": 1, "years": 12}
_DAYS_IN = {"days": 1, "working_days": 1, "months": 31, "years": 366}


class Term(RubricPart):
    """A time limit, in calendar days, working days, months or years."""

    days: NumberOfDays | None = None
    working_days: NumberOfDays | None = None
    months: NumberOfMonths | None = None
    years: NumberOfYears | None = None

    @property
    def unit(self) -> str:
        """What the limit is given in; empty if it is in none of these."""
        return next((unit for unit in UNITS if getattr(self, unit) is not None), "")

    @property
    def length(self) -> int:
        """How many of them."""
        return int(getattr(self, self.unit))

    @property
    def in_days(self) -> int:
        """How many days it is at most, but for holidays."""
        return self.length * _DAYS_IN[self.unit]

    def of_unit(self, length: int) -> "Term":
        """Another limit in the same unit."""
        return Term.model_validate({self.unit: length})

    def deadline(self, start: Days, setting: Setting) -> Days:
        """The last day that is in time, for each start (datetime64[D]); NaT gives NaT."""
        if self.unit == "working_days":
            return working_days_after(start, self.length, setting.nation)
        if self.unit == "days":
            return start + np.timedelta64(self.length, "D")
        return months_after(start, self.length * _MONTHS_IN[self.unit])

    @property
    def words(self) -> str:
        """The limit, such as ``7 days``."""
        return count(self.length, self.unit_in_words)

    @property
    def unit_in_words(self) -> str:
        """One of what the limit is given in, such as ``working day``."""
        return self.unit.removesuffix("s").replace("_", " ")


def months_after(start: Days, months: int) -> Days:
    """The same day so many months later; where the month is too short, its last day."""
    month = start.astype("datetime64[M]")
    later = month + np.timedelta64(months, "M")
    last = (later + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    same = later.astype("datetime64[D]") + (start - month.astype("datetime64[D]"))
    earlier: Days = np.minimum(same, last)
    return earlier


class WithinTerm(Term):
    """What has to happen, and by when.

    Attributes:
        days, working_days, months, years, hours: the limit; one of them.
        earliest: the first day that counts, in the unit of the limit; by default the start itself.
        of: the date field that the limit counts from.
        date: the date field of what has to be done.
        any: or the field of several dates, one of which is enough.
        until: a date field: a case that closed before the limit ran out is not asked, and where
            the closure can't be told, nor can what is missing.
        also_within: further limits in the same unit: how many cases keep to each is told beside it.
    """

    hours: Annotated[float, Field(gt=0, le=876_600)] | None = None
    earliest: NumberOfDays | None = None
    of: DateName
    date: DateName | None = None
    any: str | None = None
    until: DateName | None = None
    also_within: list[NumberOfDays] = Field(default_factory=no_items, max_length=20)

    @model_validator(mode="after")
    def _one_limit_one_date(self) -> "WithinTerm":
        limits = [unit for unit in (*UNITS, "hours") if getattr(self, unit) is not None]
        if len(limits) != 1:
            raise ValueError(f"it needs one limit: {listing(quoted((*UNITS, 'hours')), 'or')}")
        if (self.date is None) == (self.any is None):
            raise ValueError("it needs either `date` (one date) or `any` (several dates)")
        if self.earliest is not None:
            if limits == ["hours"]:
                raise ValueError("`earliest` goes with a limit in days, working days or months")
            if self.earliest > self.length:
                first, last = f"the earliest day, {self.earliest}", f"the last, {self.length}"
                raise ValueError(f"{first}, comes after {last}")
        return self

    def opening(self, start: Days, setting: Setting) -> Days:
        """The first day that counts, for each start (datetime64[D]); NaT gives NaT."""
        if self.earliest is None:
            return start
        return self.of_unit(self.earliest).deadline(start, setting)

    def by_limits(self) -> dict[int, "WithinTerm"]:
        """The same by each of its limits, the shortest first; without others, by none."""
        unit = self.unit or "hours"
        limits = sorted({*self.also_within, *([self.length] if self.unit else [])})
        if self.hours is not None and self.hours.is_integer():
            limits = sorted({*limits, int(self.hours)})
        alike = self.model_copy(update={"also_within": []})
        each = {limit: alike.model_copy(update={unit: limit}) for limit in limits}
        return each if self.also_within else {}

    @property
    def done(self) -> str:
        """The field of what has to be done."""
        return self.date or self.any or ""


class OfTerm(Condition):
    """A condition on what has to be done in time, from one date on, perhaps until another."""

    @property
    def term(self) -> Any:
        """What stands under its key."""
        return getattr(self, self.key)

    def uses(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        yield from uses_of(self.term.of)
        yield from uses_of(self.term.done, ("dates",) if self.term.any else ("date",))
        if self.term.until:
            yield from uses_of(self.term.until)

    def answerable(self, fields: Set[str]) -> bool:
        """Without a column for the closure, every case counts as open."""
        return {*fields_of(self.term.of), *fields_of(self.term.done)} <= fields


class Within(OfTerm):
    """It was done within a limit of another date: on day 7 is within 7 days, on day 8 is not.

    What is not yet due on the audit's day is not applicable. A date before the start (or before the
    earliest day, where there is one), or after the audit's day, doesn't count.
    A limit in hours needs clock times: where a cell has only a date and the answer hangs on the
    hour, it can't be told.
    """

    key = "within"
    within: WithinTerm

    def outcomes(self, cases: Cases, setting: Setting) -> Outcomes:
        """In time, late, not done, or not yet due."""
        start, start_states = moments_of(cases, self.within.of, setting)
        done, done_states = moments_of(cases, self.within.done, setting)
        days = done.astype("datetime64[D]")
        if self.within.hours is not None:
            in_time, perhaps, due = self._by_the_hour(start[:, 0], done, self.within.hours)
        else:
            first_day = start[:, 0].astype("datetime64[D]")
            due = self.within.deadline(first_day, setting)
            opening = self.within.opening(first_day, setting)
            in_time = (days >= opening[:, None]) & (days <= due[:, None])
            perhaps = in_time
        # What is dated after the audit's day is a plan or a slip: nobody has done it yet.
        past = days <= np.datetime64(setting.as_of, "D")
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
        outcomes = unless_closed(cases, self.within.until, outcomes, setting)
        return where_started(start_states[:, 0], outcomes)

    def lengths(self, cases: Cases, setting: Setting) -> npt.NDArray[np.int64]:
        """How long it took in each case: hours, working days, or days; -1 where nobody can tell.

        What counts is what counts for the limit: the first date from the opening to the audit's
        day. Of hours both clock times have to be known.
        """
        start = moments_of(cases, self.within.of, setting)[0][:, 0]
        done = moments_of(cases, self.within.done, setting)[0]
        first_day, days = start.astype("datetime64[D]"), done.astype("datetime64[D]")
        counts = days >= self.within.opening(first_day, setting)[:, None]
        counts &= days <= np.datetime64(setting.as_of, "D")
        if not self.within.unit:
            timed = done != days
            counts &= (done >= start[:, None]) & timed & (start != first_day)[:, None]
        moments = days if self.within.unit else done
        first = np.fmin.reduce(np.where(counts, moments, np.datetime64("NaT")), axis=1)
        told = ~np.isnat(first)
        lengths = np.full(len(cases), -1, dtype=np.int64)
        if self.within.unit == "working_days":
            lengths[told] = working_days_between(first_day[told], first[told], setting.nation)
        elif self.within.unit:
            lengths[told] = (first - first_day)[told].astype(np.int64)
        else:
            lengths[told] = (first - start)[told].astype("timedelta64[h]").astype(np.int64)
        return lengths

    @property
    def length_unit(self) -> str:
        """One of what its lengths are counted in, such as ``working day``."""
        return {"": "hour", "working_days": "working day"}.get(self.within.unit, "day")

    def by_limits(self) -> dict[int, "Within"]:
        """The same condition by each of its limits, the shortest first."""
        return {n: Within(within=term) for n, term in self.within.by_limits().items()}

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
        term = self.within
        limit = f"{term.hours:g} hours" if term.hours is not None else term.words
        done = title_of(term.done, setting)
        one = f"one of {done}" if term.any else done
        start = title_of(term.of, setting)
        if term.earliest is not None:
            unit = term.unit_in_words
            return f"{one} is from {unit} {term.earliest} to {unit} {term.length} after {start}"
        return f"{one} is within {limit} of {start}"

    def examples(self, setting: Setting) -> Mapping[str, list[str]]:
        """On the last day, after it, and not at all."""
        term = self.within
        span = 2 * term.in_days + 14 if term.unit else round((term.hours or 0) / 24) + 2
        clock = "" if term.unit else " 09:00"
        opening = np.array([EXAMPLE_START], dtype="datetime64[D]")
        first = term.opening(opening, setting)[0]
        late = EXAMPLE_START + dt.timedelta(days=span)
        dates = [f"{first}{clock}", f"{late}{clock}", ""]
        cells = cells_of(term.of, [f"{EXAMPLE_START}{clock}"])
        if term.date == AS_OF:
            cells = cells_of(term.of, [str(setting.as_of), str(EXAMPLE_START)])
        closed = cells_of(term.until, [""])
        return cells | cells_of(term.done, dates) | closed

    def faults(self, setting: Setting) -> Iterator[Fault]:
        """Fields that aren't there, or hold no dates."""
        yield from super().faults(setting)
        if self.within.of == self.within.date == AS_OF:
            yield Fault((self.key,), "it compares the audit's day with itself", "name a date field")


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
    closed = moments_of(cases, until, setting)[0][:, 0].astype("datetime64[D]")
    return np.where(np.isnat(closed) | (closed > days), days, closed)


def unless_closed(
    cases: Cases, until: str | None, outcomes: Outcomes, setting: Setting
) -> Outcomes:
    """The outcomes; but nobody can tell what a case lacks that may have closed before it was due.

    That is so where its closure can't be read, or is recorded as not known.
    """
    if until is None:
        return outcomes
    states = moments_of(cases, until, setting)[1][:, 0]
    unsure = (states == State.UNREADABLE) | (states == State.UNKNOWN)
    missing = (outcomes == Outcome.NOT_MET) | (outcomes == Outcome.NOT_RECORDED)
    return np.where(unsure & missing, np.int8(Outcome.CANNOT_TELL), outcomes)


class _AgainstDate(OfField):
    """A date compared with a date, or with another date field: whole days."""

    compares: ClassVar[np.ufunc]

    @property
    def _limit(self) -> str:
        return str(self.given[self.field])

    def uses(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The date, and the other date where it is a field's."""
        yield from uses_of(self.field)
        if fixed_day(self._limit) is None:
            yield from uses_of(self._limit)

    def _limits(self, cases: Cases, setting: Setting) -> tuple[Days, States]:
        day = fixed_day(self._limit)
        if day is None:
            moments, states = moments_of(cases, self._limit, setting)
            return moments[:, 0].astype("datetime64[D]"), states[:, 0]
        n = len(cases)
        return np.full(n, np.datetime64(day, "D")), np.full(n, State.VALUE, dtype=np.int8)

    def outcomes(self, cases: Cases, setting: Setting) -> Outcomes:
        """Met, late or early, or not recorded."""
        moments, states = moments_of(cases, self.field, setting)
        limits, limit_states = self._limits(cases, setting)
        met = self.compares(moments[:, 0].astype("datetime64[D]"), limits)
        outcomes = np.where(met, np.int8(Outcome.MET), not_done(states))
        return where_started(limit_states, outcomes)

    def examples(self, setting: Setting) -> Mapping[str, list[str]]:
        """The day itself, the days around it, and none."""
        field, limit = self.field, self._limit
        day = setting.as_of if limit == AS_OF else fixed_day(limit) or EXAMPLE_START
        near = [str(np.datetime64(day) + step) for step in (0, -1, 1)]
        other = None if fixed_day(limit) else limit
        return cells_of(field, [*near, ""]) | cells_of(other, [str(day)])

    def faults(self, setting: Setting) -> Iterator[Fault]:
        """A limit that is neither a date nor a date field is a fault."""
        field, limit = self.field, self._limit
        yield from faults_of(field, ("date",), setting, (self.key, field))
        if fixed_day(limit) is not None:
            return
        for fault in faults_of(limit, ("date",), setting, (self.key, field)):
            hint = fault.hint
            if limit[:1].isdigit():
                dates = [name for name, its in setting.fields.items() if its.type == "date"]
                hint = f"write a day such as 2024-12-31, or a date: {listing(quoted(dates), 'or')}"
            yield Fault(fault.location, f"{fault.found}, and it isn't a date", hint)

    def says(self, setting: Setting) -> str:
        field, limit = self.field, self._limit
        other = limit if fixed_day(limit) else title_of(limit, setting)
        return f"{title_of(field, setting)} is {self.key.replace('_', ' ')} {other}"


OneDate = Annotated[dict[str, DateName], Field(min_length=1, max_length=1)]


class OnOrBefore(_AgainstDate):
    """The date is no later than a day, or than another date of the case.

    While the limit has not passed, a date that isn't there is not yet missed.
    """

    key = "on_or_before"
    compares = np.less_equal
    on_or_before: OneDate

    def outcomes(self, cases: Cases, setting: Setting) -> Outcomes:
        """As compared, and not applicable where it is not yet due."""
        # Only silence is excused by a limit that hasn't passed: a date that is there was compared.
        outcomes = super().outcomes(cases, setting)
        limits, _ = self._limits(cases, setting)
        pending = limits >= np.datetime64(setting.as_of, "D")
        return np.where(pending & (outcomes == Outcome.NOT_RECORDED), _N_A, outcomes)


class OnOrAfter(_AgainstDate):
    """The date is no earlier than a day, or than another date of the case."""

    key = "on_or_after"
    compares = np.greater_equal
    on_or_after: OneDate
