"""``--only FIELD=VALUE``: which of the cases are asked for, as it is typed and as it is said."""

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from casefile_audit.cases import Cases, Mask, Outcome, Outcomes, State
from casefile_audit.english import did_you_mean, listing, long_day
from casefile_audit.errors import UsageError
from casefile_audit.rubric.conditions.base import Setting, answered
from casefile_audit.rubric.conditions.moments import fixed_day
from casefile_audit.rubric.conditions.values import Is, height, heights, is_number
from casefile_audit.rubric.fields import FieldBase
from casefile_audit.rubric.model import SECTOR, Rubric

ONLY, BY_DATE, CHANGE = "--only", "--by-date", "--change"
_TYPED_RE = re.compile(r"\s*([^=<>!]*?)\s*(>=|<=|!=|==|=|<|>)\s*(.*?)\s*", re.DOTALL)
# A year, or a month: 2024, 2024-04.
_PERIOD_RE = re.compile(r"(\d{4})(?:-(0?[1-9]|1[0-2]))?")
_ORDERED = ("number", "grade", "date")
# What a cell without a value is called where results are given by groups.
_STATES = {state.as_group: state for state in State if state is not State.VALUE}

Values = npt.NDArray[Any]
# Each compares values with the first and the last that are meant: of a month its first and last
# day, of a number or a grade the same twice.
_PASSES: Mapping[str, Callable[[Values, Any, Any], Mask]] = {
    "=": lambda values, first, last: (values >= first) & (values <= last),
    "!=": lambda values, first, last: (values < first) | (values > last),
    ">=": lambda values, first, _: np.greater_equal(values, first),
    "<=": lambda values, _, last: np.less_equal(values, last),
    ">": lambda values, _, last: np.greater(values, last),
    "<": lambda values, first, _: np.less(values, first),
}
_IN_WORDS: Mapping[str, Mapping[str, str]] = {
    kind: dict(zip((">=", "<=", ">", "<", "=", "!="), words, strict=False))
    for kind, words in {
        "period": (
            "in or after {}",
            "in or before {}",
            "after {}",
            "before {}",
            "in {}",
            "not in {}",
        ),
        "date": ("on or after {}", "on or before {}", "after {}", "before {}"),
        "number": ("{} or more", "{} or less", "more than {}", "less than {}"),
        "grade": ("{} or better", "{} or worse", "better than {}", "worse than {}"),
    }.items()
}


class SideOfDay(NamedTuple):
    """The cases before a day, or from it on, as ``--by-date`` and ``--change`` tell them apart.

    Attributes:
        field: the date that goes, as typed.
        day: the first day that is after; a month or a year stands for its first.
    """

    field: str
    day: str
    after: bool

    def only(self, rubric: Rubric) -> "Only":
        """What the cases of this side have in common.

        Raises:
            UsageError: the rubric has no such date, or the day is none.
        """
        dates = [name for name, its in rubric.fields_of().items() if its.type == "date"]
        if self.field not in dates:
            what = f"has no field `{self.field}`"
            if self.field in rubric.fields:
                what = f"holds no date in `{self.field}`"
            hint = did_you_mean(self.field, dates) if dates else "It has no field of one date."
            raise UsageError(f"{BY_DATE}: the rubric `{rubric.name}` {what}", hint=hint)
        if _days_of(self.day) is None:
            raise UsageError(
                f"{CHANGE}: `{self.day}` isn't a date",
                hint="Write the first day that is after, such as 2024-04-15; or a month or a year, "
                "such as 2024-04 or 2024.",
            )
        sign = ">=" if self.after else "<"
        given = {self.day: f"{self.field}{sign}{self.day}"}
        says = _says(rubric, self.field, sign, [self.day])
        return Only(self.field, "date", sign, given, says, BY_DATE)


class Only(NamedTuple):
    """One thing that the cases asked for have in common.

    Attributes:
        field: the field, or ``sector``.
        given: by each value that it is compared with, how that was typed; one of them is enough.
        says: it in words, such as ``district is North``.
        option: what it was typed with.
    """

    field: str
    kind: str
    sign: str
    given: Mapping[str, str]
    says: str
    option: str = ONLY

    @property
    def typed(self) -> str:
        """It as it was typed."""
        if self.option == ONLY:
            return " ".join(f"{ONLY} {text}" for text in self.given.values())
        (day,) = self.given
        return f"{BY_DATE} {self.field} {CHANGE} {day}"

    @property
    def words(self) -> bool:
        """Whether any word could be meant, so that a slip shows only in what is found."""
        return self.sign == "=" and self.kind in ("text", "identifier")

    def outcomes(self, value: str, cases: Cases, setting: Setting) -> Outcomes:
        """Met by the cases of one value; not recorded, or cannot tell, where nobody knows."""
        states = cases.states[self.field]
        if value in _STATES:
            passed = (states == _STATES[value]) == (self.sign == "=")
            return np.where(passed, np.int8(Outcome.MET), np.int8(Outcome.NOT_MET))
        field = setting.fields.get(self.field)
        if field is None or field.type not in _ORDERED:
            holds = value.__eq__ if field is None else _word(self.field, value).passes(setting)
            passed = cases.where(self.field, lambda text: holds(text) == (self.sign == "="))
            return answered(states, passed)
        first, last = _ends(field, value)
        if field.type == "date":
            values = cases.column(self.field)[0].rows().astype("datetime64[D]")
        else:
            values = heights(cases, self.field, field)
        return answered(states, _PASSES[self.sign](values, first, last))


def _word(field: str, value: str) -> Is:
    return Is.model_validate({"is": {field: value}})


def _ends(field: FieldBase, value: str) -> tuple[Any, Any]:
    """The first and the last value that are meant."""
    if field.type != "date":
        return height(field, value), height(field, value)
    days = _days_of(value)
    if days is None:
        raise ValueError(f"{value} was let through, which isn't a date")
    return np.datetime64(days[0], "D"), np.datetime64(days[1], "D")


def _days_of(value: str) -> tuple[dt.date, dt.date] | None:
    """The first and last day of a day, a month or a year; None of what is none of them."""
    if found := _PERIOD_RE.fullmatch(value):
        year, month = int(found[1]), found[2]
        if not dt.MINYEAR <= year <= dt.MAXYEAR:
            return None
        first, last = (int(month), int(month)) if month else (1, 12)
        return dt.date(year, first, 1), dt.date(year, last, monthrange(year, last)[1])
    day = fixed_day(value)
    return None if day is None else (day, day)


def only_of(
    typed: Sequence[str], rubric: Rubric, side: SideOfDay | None = None
) -> tuple[Only, ...]:
    """What is typed as ``--only``: all of it has to be so; and the side of a day, likewise.

    One field given several values with ``=`` holds one of them; nothing else could be meant.

    Raises:
        UsageError: it isn't a field, a sign and a value; or the field isn't the rubric's, or can't
            be compared so, or never holds the value.
    """
    wanted: dict[tuple[str, str, int], dict[str, str]] = {}
    for place, text in enumerate(typed):
        field, sign, value = _parts(text, rubric)
        wanted.setdefault((field, sign, 0 if sign == "=" else place), {})[value] = text
    chosen = [
        Only(field, _kind(rubric, field), sign, given, _says(rubric, field, sign, [*given]))
        for (field, sign, _), given in wanted.items()
    ]
    return (*chosen, *([] if side is None else [side.only(rubric)]))


def _kind(rubric: Rubric, field: str) -> str:
    return rubric.fields[field].type if field in rubric.fields else SECTOR


def typed_parts(text: str) -> tuple[str, str, str]:
    """The field, the sign and the value of what is typed; empty where it has none of them."""
    found = _TYPED_RE.fullmatch(text)
    return (found[1], found[2].replace("==", "="), found[3]) if found else ("", "", "")


def _parts(text: str, rubric: Rubric) -> tuple[str, str, str]:
    name, sign, value = typed_parts(text)
    if not name or not value:
        raise UsageError(
            f"--only: `{text}` isn't a field, a sign and a value",
            hint="Write it such as --only district=North, or --only 'incident>=2024-04-01' between "
            'quotation marks. The signs are = != >= <= > <; what has no entry is "(blank)".',
        )
    fields = rubric.fields_of()
    known = [n for n, its in fields.items() if not its.several_columns]
    known += [SECTOR] if rubric.sectors and SECTOR not in fields else []
    if name not in known:
        what = f"has no field `{name}`"
        if name in fields:
            what = f"has several dates for `{name}`, so cases can't be chosen by it"
        hint = did_you_mean(name, known)
        raise UsageError(f"--only: the rubric `{rubric.name}` {what}", hint=hint)
    _check(text, rubric, name, sign, value)
    return name, sign, value


def _check(text: str, rubric: Rubric, name: str, sign: str, value: str) -> None:
    """Refuse a comparison that the field has no room for."""
    kind = _kind(rubric, name)
    if sign not in ("=", "!=") and (kind not in _ORDERED or value in _STATES):
        raise UsageError(
            f"--only: `{text}` compares what is neither a date, a number nor a grade",
            hint=f"Write {name}={value} or {name}!={value}.",
        )
    if value in _STATES:
        return
    if kind == SECTOR:
        if value not in rubric.sectors:
            hint = did_you_mean(value, list(rubric.sectors))
            raise UsageError(f"--only: there is no sector `{value}`", hint=hint)
    elif kind == "date":
        if _days_of(value) is None:
            raise UsageError(
                f"--only: `{value}` isn't a date",
                hint=f"Write a day, a month or a year, such as {name}{sign}2024-04-01, "
                f"{name}{sign}2024-04 or {name}{sign}2024.",
            )
    elif kind == "number":
        if not is_number(value):
            raise UsageError(f"--only: `{value}` isn't a number", hint=f"`{name}` holds numbers.")
    else:
        for fault in _word(name, value).faults(rubric.setting(dt.date.max)):
            raise UsageError(f"--only: {fault.found}", hint=fault.hint)


def _says(rubric: Rubric, field: str, sign: str, values: Sequence[str]) -> str:
    kind = _kind(rubric, field)
    title = rubric.fields[field].title if field in rubric.fields else ""
    of_period = kind == "date" and all(map(_PERIOD_RE.fullmatch, values))
    words = _IN_WORDS.get("period" if of_period else kind, {})
    said = words.get(sign, "{}" if sign == "=" else "not {}")
    shown = [_shown(kind, value) for value in values]
    return f"{title or re.sub('[-_]', ' ', field)} is {said.format(listing(shown, 'or'))}"


def _shown(kind: str, value: str) -> str:
    days = _days_of(value) if kind == "date" else None
    if value in _STATES or days is None:
        return value.strip("()") if value in _STATES else value
    found = _PERIOD_RE.fullmatch(value)
    if found is None:
        return long_day(days[0])
    return f"{days[0]:%B %Y}" if found[2] else found[1]
