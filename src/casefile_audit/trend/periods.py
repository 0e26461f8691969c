"""Results to periods: the months, quarters or years of a date field, or one saved audit each."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from casefile_audit.cases import State
from casefile_audit.english import count, listing, nearest, quoted
from casefile_audit.errors import UsageError, WorkbookError
from casefile_audit.results import CriterionResult, GradedCase, Result
from casefile_audit.scoring.references import Key, check_named_alike, reworded, rows_by_reference

_MOST_PERIODS = 600
_MONTHS = 12
_WITHOUT_DATE = {state.as_group for state in State}

SAME_CASES = 0.2
"""Where so many of the cases that are read were read before, runs come about by themselves, and
charts that take each period for cases of its own cry wolf. The share is ours."""


class PeriodLength(Enum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def months(self) -> int:
        """How many calendar months it has."""
        return {PeriodLength.MONTH: 1, PeriodLength.QUARTER: 3, PeriodLength.YEAR: _MONTHS}[self]


@dataclass(frozen=True)
class NamedResult:
    """A scored audit, and the name of the file that it came from."""

    name: str
    result: Result


@dataclass(frozen=True)
class Case:
    """One case: its result, and its place there."""

    result: Result
    place: int

    @property
    def reference(self) -> str:
        """What names it."""
        return self.result.each_case().references[self.place]

    def outcome(self, criterion: str) -> str:
        """The letter of its outcome, as in a saved result; A where its audit didn't ask."""
        outcomes = self.result.each_case().outcomes.get(criterion)
        return outcomes[self.place] if outcomes else "A"

    def graded(self, grade: str) -> GradedCase | None:
        """Its grades; None where its audit has no such judgement."""
        judged = self.result.grades.get(grade)
        return judged.cases[self.place] if judged else None


@dataclass(frozen=True)
class Period:
    """A month, a quarter, a year, or one audit; its cases in order of time. It may have none.

    Attributes:
        label: what it is called, such as ``March 2024``.
        first: its first day; None where it is an audit without a day.
        cases: by day and then by reference; in an audit, in the order of the rows.
        counted: how many there were, where only counts were given.
    """

    label: str
    first: dt.date | None
    cases: Sequence[Case]
    counted: int = 0

    @property
    def size(self) -> int:
        """How many cases it has."""
        return len(self.cases) or self.counted


@dataclass(frozen=True)
class SameCases:
    """The cases that more than one audit has, or more than one file of an audit.

    Attributes:
        readings: how often a case was looked at in all.
        repeated: how often it was one that had been looked at before.
    """

    references: Sequence[str]
    readings: int
    repeated: int

    def if_many(self) -> "SameCases | None":
        """Itself where they are too many for periods to be taken as samples of their own."""
        return self if self.repeated > SAME_CASES * self.readings else None


@dataclass(frozen=True)
class Timeline:
    """Periods in order of time, with every one between the first and the last.

    Attributes:
        unit: what a period is called: ``month``, ``quarter``, ``year`` or ``audit``.
        field: the date field that the cases were told apart by; empty where each audit is one.
        undated: the cases that are in no period, for want of a date.
        same_cases: how much of the periods is of the same cases; None where that is little.
        notes: what was done, and what is not alike between the periods, in sentences.
        counted: for each criterion how many fell short in each period, and of how many, where only
            counts were given.
    """

    unit: str
    field: str
    audits: Sequence[NamedResult]
    periods: Sequence[Period]
    undated: Sequence[str]
    same_cases: "SameCases | None"
    notes: Sequence[str]
    counted: Mapping[str, Sequence[tuple[int, int]]] | None = None

    @property
    def weighted(self) -> list[str]:
        """The audits whose strata were read unequally, so that their counts aren't their shares."""
        return [
            audit.name
            for audit in self.audits
            if audit.result.population is not None and audit.result.population.weighted
        ]

    @property
    def criteria(self) -> Mapping[str, CriterionResult]:
        """Every criterion, as the newest audit that has it asks it."""
        found: dict[str, CriterionResult] = {}
        for audit in self.audits:
            found.update(audit.result.criteria)
        return found

    def place_of(self, text: str, option: str) -> int:
        """The period that a text names: its label, a day or month in it, or its quarter.

        Raises:
            UsageError: it names none of them.
        """
        labels = [period.label for period in self.periods]
        if text in labels:
            return labels.index(text)
        if (day := first_day(text)) is not None and self.periods[0].first:
            first = first_of(day, PeriodLength(self.unit).months)
            for place, period in enumerate(self.periods):
                if period.first == first:
                    return place
        ends = f"{labels[0]} to {labels[-1]}"
        known = "a month such as 2024-03" if self.periods[0].first else "the name of a file"
        near = nearest(text, labels)
        hint = f"Did you mean {near}?" if near else f"The audits run from {ends}: give {known}."
        raise UsageError(f"{option}: `{text}` is none of the {self.unit}s", hint=hint)


def by_date(audits: Sequence[NamedResult], field: str, every: PeriodLength) -> Timeline:
    """The cases of audits by the calendar month or quarter of a date field.

    Args:
        audits: scored so that they hold each case's date in ``field``.

    Raises:
        UsageError: the field holds no dates.
        WorkbookError: no case has a date there, or the dates are too far apart to be right.
    """
    _refuse_twice(audits)
    dated: dict[dt.date, list[tuple[dt.date, str, int, Case]]] = {}
    undated = []
    for number, audit in enumerate(audits):
        for place, fact in enumerate(audit.result.each_case().facts[field]):
            case = Case(audit.result, place)
            if fact in _WITHOUT_DATE:
                undated.append(case.reference)
                continue
            day = _day(fact, field)
            key = (day, case.reference, number, case)
            dated.setdefault(first_of(day, every.months), []).append(key)
    if not dated:
        raise _no_date(audits, field)
    ends = min(dated[min(dated)], key=_in_order), max(dated[max(dated)], key=_in_order)
    check_span(ends[0][:2], ends[1][:2], every, f"`{field}`")
    periods = [
        Period(label_of(first, every), first, [case for *_, case in sorted(found, key=_in_order)])
        for first in every_first(min(dated), max(dated), every.months)
        for found in [dated.get(first, [])]
    ]
    again = _seen_again(audits)
    notes = [
        *_unlike(audits),
        *_again_note(again, audits),
        *_undated_note(undated, field),
        *_future_note(audits, field),
    ]
    return Timeline(every.value, field, audits, periods, undated, again.if_many(), notes)


def _in_order(dated: tuple[dt.date, str, int, Case]) -> tuple[dt.date, str, int]:
    return dated[:3]


def by_audit(audits: Sequence[NamedResult], every: PeriodLength, *, dated: bool) -> Timeline:
    """Each audit as one period.

    Args:
        audits: two or more, all saved results or none.
        dated: whether they are saved results, which fall in the month or quarter of the day that
            they speak of. Otherwise they are in the order given, each called after its file.

    Raises:
        UsageError: two of them speak of the same day, or are of the same file, or of the same cases
            in one month.
    """
    _refuse_twice(audits)
    again = _seen_again(audits)
    if not dated:
        names = _own_names(audits)
        periods = [
            Period(name, None, _all_cases(audit)) for name, audit in zip(names, audits, strict=True)
        ]
        order = (
            "Each file is one audit, in the order given, and its cases are in the order of "
            "its rows."
        )
        notes = [order, *_unlike(audits), *_again_note(again, audits)]
        return Timeline("audit", "", audits, periods, [], again.if_many(), notes)
    audits = sorted(audits, key=lambda audit: audit.result.as_of)
    _refuse_same_day(audits)
    _refuse_snapshots(audits)
    by_period: dict[dt.date, list[NamedResult]] = {}
    for audit in audits:
        by_period.setdefault(first_of(audit.result.as_of, every.months), []).append(audit)
    periods = [
        Period(
            label_of(first, every),
            first,
            [case for audit in by_period.get(first, []) for case in _all_cases(audit)],
        )
        for first in every_first(min(by_period), max(by_period), every.months)
    ]
    added = [
        f"{label_of(first, every)} is {listing(audit.name for audit in found)} added together."
        for first, found in by_period.items()
        if len(found) > 1
    ]
    notes = [*added, *_unlike(audits), *_again_note(again, audits)]
    return Timeline(every.value, "", audits, periods, [], again.if_many(), notes)


def _all_cases(audit: NamedResult) -> list[Case]:
    return [Case(audit.result, place) for place in range(audit.result.case_count)]


def _own_names(audits: Sequence[NamedResult]) -> list[str]:
    """The files' names without their endings; with them, or numbered, where that isn't enough."""
    stems = [audit.name.rsplit(".", 1)[0] for audit in audits]
    if len(set(stems)) == len(stems):
        return stems
    return [f"{number}. {audit.name}" for number, audit in enumerate(audits, 1)]


def _day(fact: str, field: str) -> dt.date:
    try:
        return dt.date.fromisoformat(fact)
    except ValueError:
        raise UsageError(
            f"--period: the field `{field}` doesn't hold dates",
            hint="Give a date field of the rubric: `audit rubric show NAME` lists its fields.",
        ) from None


def first_day(text: str) -> dt.date | None:
    """The day of ``2024-03-05``, or the first day of ``2024-03``, ``2024-Q1`` or ``2024``."""
    year, _, part = text.partition("-")
    if part[:1].upper() == "Q" and part[1:] in ("1", "2", "3", "4"):
        part = f"{3 * int(part[1:]) - 2:02d}"
    for whole in (f"{year}-{part}", f"{year}-{part}-01", f"{text}-01-01"):
        try:
            return dt.date.fromisoformat(whole)
        except ValueError:
            continue
    return None


def first_of(day: dt.date, months: int) -> dt.date:
    """The first day of the period of so many months that a day is in."""
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def every_first(first: dt.date, last: dt.date, months: int) -> Iterator[dt.date]:
    """The first day of every period of so many months from one to another."""
    ends = [day.year * _MONTHS + day.month - 1 for day in (first, last)]
    for month in range(ends[0], ends[1] + 1, months):
        yield dt.date(month // _MONTHS, month % _MONTHS + 1, 1)


def label_of(first: dt.date, every: PeriodLength) -> str:
    """What a period is called: ``March 2024``, ``Jan–Mar 2024``, ``2024``."""
    if every is PeriodLength.YEAR:
        return f"{first.year}"
    if every is PeriodLength.MONTH:
        return f"{first:%B} {first.year}"
    return f"{first:%b}–{first.replace(month=first.month + 2):%b} {first.year}"


def _refuse_twice(audits: Sequence[NamedResult]) -> None:
    """A copy under another name is the same; another sheet of one workbook is not."""
    check_named_alike([audit.result for audit in audits])
    seen: dict[tuple[str, str], int] = {}
    for number, audit in enumerate(audits):
        for sheet in audit.result.inputs:
            in_book = "" if sheet.sheet == sheet.file.rsplit(".", 1)[0] else sheet.sheet
            other = seen.setdefault((sheet.sha256, in_book), number)
            if other != number:
                raise UsageError(
                    f"{audits[other].name} and {audit.name} hold the same cases, which would "
                    "count twice",
                    hint="Give each audit once. Whether the same cases changed, looked at again, "
                    "is asked with `audit compare FIRST LAST --paired`.",
                )


def _refuse_same_day(audits: Sequence[NamedResult]) -> None:
    days = Counter(audit.result.as_of for audit in audits)
    same = [day for day, n in days.items() if n > 1]
    if same:
        raise UsageError(
            f"{count(days[same[0]], 'result')} speak of the same day, {same[0].isoformat()}",
            details=[audit.name for audit in audits if audit.result.as_of == same[0]],
            hint="Score each with --as-of and its own day; or score those of one day together.",
        )


def _refuse_snapshots(audits: Sequence[NamedResult]) -> None:
    """Two audits of one month may be of other cases; of the same ones only one can count."""
    by_month: dict[dt.date, list[NamedResult]] = {}
    for audit in audits:
        by_month.setdefault(first_of(audit.result.as_of, 1), []).append(audit)
    for first, found in by_month.items():
        if (again := _seen_again(found).if_many()) is not None:
            raise UsageError(
                f"{listing(audit.name for audit in found)} are of the same cases in "
                f"{label_of(first, PeriodLength.MONTH)}, which would count more than once",
                details=[f"{count(len(again.references), 'case is', 'cases are')} in several"],
                hint="Give the one that is to stand for the month.",
            )


def _no_date(audits: Sequence[NamedResult], field: str) -> WorkbookError:
    without = [
        (sheet, absent.nearest)
        for audit in audits
        for sheet in audit.result.inputs
        for absent in sheet.without_column
        if absent.field == field
    ]
    if not without:
        return WorkbookError(
            f"no case has a date in `{field}`",
            hint="`audit check` shows what the column holds. A month is written as a day in it, "
            "such as 01/03/2024.",
        )
    near = listing(quoted(dict.fromkeys(near for _, near in without if near)), "or")
    return WorkbookError(
        f"there is no column for `{field}`",
        details=[f"{sheet.file}, sheet {sheet.sheet}" for sheet, _ in without],
        hint=f"{near} is nearest: if that is it, add the heading to the rubric's field."
        if near
        else "Add the column, or give --period another date field of the rubric.",
    )


def check_span(
    first: tuple[dt.date, str], last: tuple[dt.date, str], every: PeriodLength, where: str
) -> None:
    """Refuse more periods than any audit runs for: a year was mistyped.

    Args:
        first, last: the days at the ends, and what has each.

    Raises:
        WorkbookError: they are too far apart.
    """
    months = (last[0].year - first[0].year) * _MONTHS + last[0].month - first[0].month
    if months // every.months >= _MOST_PERIODS:
        raise WorkbookError(
            f"the dates in {where} are {count(months // _MONTHS, 'year')} apart: one may be "
            "mistyped",
            details=[f"{what}: {day.isoformat()}" for day, what in (first, last)],
            hint="Put it right in the workbook.",
        )


def _undated_note(undated: Sequence[str], field: str) -> Iterator[str]:
    if undated:
        named = listing(undated, most=6)
        yield (
            f"{count(len(undated), 'case')} without a date in {field} "
            f"{'is' if len(undated) == 1 else 'are'} in no period: {named}."
        )


def _future_note(audits: Sequence[NamedResult], field: str) -> Iterator[str]:
    late = [
        audit.result.each_case().references[place]
        for audit in audits
        for place, fact in enumerate(audit.result.each_case().facts[field])
        if fact not in _WITHOUT_DATE and fact > audit.result.as_of.isoformat()
    ]
    if late:
        yield (
            f"{count(len(late), 'case')} dated after the audit's day: {listing(late, most=6)}. "
            "Is the date right?"
        )


def _unlike(audits: Sequence[NamedResult]) -> Iterator[str]:
    """What is not the same in all audits, in sentences."""
    rubrics = {audit.result.rubric.sha256: audit.result.rubric for audit in audits}
    if len(rubrics) > 1:
        named = listing(
            dict.fromkeys(f"{rubric.name} {rubric.version}" for rubric in rubrics.values())
        )
        yield (
            f"The audits were not scored by one rubric ({named}): a change of the questions can "
            "look like a change of practice."
        )
    for title in reworded([audit.result for audit in audits]).values():
        yield f"Not asked in the same words throughout: {title}."


def _seen_again(audits: Sequence[NamedResult]) -> SameCases:
    """The cases of several audits or files, by their references."""
    seen: dict[Key, set[tuple[int, str]]] = {}
    written: dict[Key, str] = {}
    for number, audit in enumerate(audits):
        files = [sheet.sha256 for sheet in audit.result.inputs for _ in range(sheet.cases)]
        for key, rows in rows_by_reference(audit.result).items():
            seen.setdefault(key, set()).update((number, files[row]) for row in rows)
            written.setdefault(key, audit.result.each_case().references[rows[0]])
    readings = sum(map(len, seen.values()))
    return SameCases(
        references=[written[key] for key, where in seen.items() if len(where) > 1],
        readings=readings,
        repeated=readings - len(seen),
    )


def _again_note(again: SameCases, audits: Sequence[NamedResult]) -> Iterator[str]:
    if again.references:
        yield (
            f"{count(len(again.references), 'case is', 'cases are')} in more than one "
            f"{'audit' if len(audits) > 1 else 'file'}: {listing(again.references, most=6)}."
        )
