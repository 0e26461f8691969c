"""Dates as people write them, day first, and as spreadsheets count them."""

import datetime as dt
import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from casefile_audit.english import fold

# A bare number is a date only where it can be nothing else: 1950 to 2099. A year, an age or a
# count is not one of the first eighteen thousand days of a spreadsheet's calendar.
_FIRST_SERIAL: Final = 18_264
_LAST_SERIAL: Final = 73_050

_FIRST_YEAR: Final = 1900

_SERIAL_RE = re.compile(r"\d{5}(\.\d+)?")
_WEEKDAY_RE = re.compile(r"^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+")
_ORDINAL_RE = re.compile(r"^(\d{1,2})(st|nd|rd|th)\b")
_SEPTEMBER_RE = re.compile(r"\bsept\b")
_OFFSET_RE = re.compile(r"(?<=:\d{2})(\.\d+)?\s*(z|[+-]\d{2}:?\d{2})$")
_FRACTION_RE = re.compile(r"(?<=:\d{2})\.\d+")
_SEPARATORS_RE = re.compile(r"(?<=\w)\s*[./\- ]\s*(?=\w)")

# 2024-04-03, 03/04/2024, 3/apr/24 and so on, each with or without a clock time.
_DATE_RE = re.compile(
    r"(?:(?P<y>[0-9]{4})[/-](?P<m>[0-9]{1,2})[/-](?P<d>[0-9]{1,2})"
    r"|(?P<day>[0-9]{1,2})[/-](?P<month>[0-9]{1,2}|[a-z]+)[/-](?P<year>[0-9]{4}|[0-9]{2}))"
    r"(?:[ T](?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-5][0-9]|6[01]))?"
    r"(?P<half> [AP]M)?)?"
)
# Day and month, or month and day, in figures, and the same of a date in ISO form.
_FIGURES_RE = re.compile(r"0?([0-9]{1,2})[/-]0?([0-9]{1,2})[/-][0-9]{2}")
_ISO_RE = re.compile(r"[0-9]{4}[/-]0?([0-9]{1,2})[/-]0?([0-9]{1,2})")
_MONTH_FIRST_RE = re.compile(r"^([0-9]{1,2})[/-]([0-9]{1,2})[/-](?=[0-9]{2})")
_MONTHS_OF_A_YEAR: Final = 12
_NAMES = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)
_MONTHS: Final = {
    spelling: number
    for number, name in enumerate(_NAMES, 1)
    for spelling in (name, name[:3], str(number), f"{number:02}")
}
# Two figures are of 1969 to 2068. But 03/04/65 is a birth, not an appointment decades from now:
# which century, nobody wrote.
_FIRST_SHORT_YEAR: Final = 69
_YEARS_AHEAD: Final = 10
_NOON: Final = 12
# The columns of a sheet have their days in common: so many texts are looked at once for all.
_TEXTS_KEPT: Final = 4_096


class DateOrder(StrEnum):
    """Which comes first in dates of figures alone."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"
    EITHER = "either"


class DateReader(NamedTuple):
    """How the dates of a column are read.

    Attributes:
        epoch: the day 0 of a spreadsheet's serial numbers.
        order: which comes first in dates of figures alone; either, where 03/04/2024 can't be told.
        was_turned: whether dates in ISO form may have day and month the wrong way round.
        zone: the time zone by whose clock moments with an offset are read; as written without one.
    """

    epoch: dt.datetime = dt.datetime(1899, 12, 30)
    order: DateOrder = DateOrder.DAY_FIRST
    was_turned: bool = False
    zone: str = ""

    def read(self, texts: Sequence[str]) -> npt.NDArray[np.datetime64]:
        """Read dates and times, to the second; what isn't one becomes NaT.

        ISO 8601, months in words, and serial numbers are read, and dates in the column's order.
        Those of the other order are not: where the day comes first 04/13/2024 is unreadable, never
        the 13th of April by luck. Nor are years before 1900, which are slips. Without a zone a
        time zone's offset is dropped: the clock time stands as written.
        """
        latest = dt.date.today().year + _YEARS_AHEAD
        # Most are written plainly, and need no folding.
        read = (self._in_order(text, latest) for text in texts)
        return np.fromiter(read, dtype="datetime64[s]", count=len(texts))

    def _in_order(self, text: str, latest: int) -> dt.datetime | None:
        written = text
        if self.order is not DateOrder.DAY_FIRST or self.was_turned:
            plain = _plain(text)
            if self.order is DateOrder.MONTH_FIRST:
                text = _MONTH_FIRST_RE.sub(r"\2/\1/", plain)
            elif self.order is DateOrder.EITHER and _is_either(_FIGURES_RE.match(plain)):
                return None
            if self.was_turned and _is_either(_ISO_RE.match(plain)):
                return None
        moment = _read(text, latest) or _read_other(_plain(text), latest, self.epoch)
        if moment is not None and self.zone and (offset := _OFFSET_RE.search(fold(written))):
            return _on_the_clock(moment, offset[2], self.zone)
        return moment


AS_WRITTEN = DateReader()


@lru_cache(maxsize=_TEXTS_KEPT)
def order_told_by(text: str) -> DateOrder | None:
    """Which order a date of figures alone is in; None of what isn't one."""
    found = _FIGURES_RE.match(_plain(text))
    if found is None:
        return None
    first, second = int(found[1]), int(found[2])
    if first == second or max(first, second) <= _MONTHS_OF_A_YEAR:
        return DateOrder.EITHER
    return DateOrder.DAY_FIRST if first > second else DateOrder.MONTH_FIRST


@lru_cache(maxsize=_TEXTS_KEPT)
def has_offset(text: str) -> bool:
    """Whether a moment says how far its clock is from Greenwich's."""
    return _OFFSET_RE.search(fold(text)) is not None


def _is_either(found: re.Match[str] | None) -> bool:
    """Whether two figures may be day and month either way round, and it matters."""
    return (
        found is not None
        and found[1] != found[2]
        and max(int(found[1]), int(found[2])) <= _MONTHS_OF_A_YEAR
    )


def _on_the_clock(moment: dt.datetime, offset: str, zone: str) -> dt.datetime:
    """A moment by the clock of another place, given its offset as ``z`` or ``+01:00``."""
    if offset != "z":
        hours, minutes = int(offset[1:3]), int(offset[-2:])
        away = dt.timedelta(hours=hours, minutes=minutes)
        moment = moment + away if offset[0] == "-" else moment - away
    return moment.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


@lru_cache(maxsize=_TEXTS_KEPT)
def _read(text: str, latest: int) -> dt.datetime | None:
    found = _DATE_RE.fullmatch(text)
    if found is None:
        return None
    year = int(found["y"] or found["year"])
    if found["year"] and len(found["year"]) == 2:
        year += 1900 if year >= _FIRST_SHORT_YEAR else 2000
        if year > latest:
            return None
    month = _MONTHS.get(found["m"] or found["month"], 0)
    hour = int(found["hour"] or 0)
    if found["half"]:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if found["half"] == " PM" else 0)
    day, minute, second = found["d"] or found["day"], found["minute"] or 0, found["second"] or 0
    try:
        # Added, because a leap second is the 60th.
        moment = dt.datetime(year, month, int(day), hour, int(minute)) + dt.timedelta(
            seconds=int(second)
        )
    except (ValueError, OverflowError):  # the 31st of February, or 25 o'clock
        return None
    return moment if year >= _FIRST_YEAR else None


def _read_other(plain: str, latest: int, epoch: dt.datetime) -> dt.datetime | None:
    if _SERIAL_RE.fullmatch(plain) and _FIRST_SERIAL <= float(plain) <= _LAST_SERIAL:
        return epoch + dt.timedelta(seconds=round(float(plain) * 86_400))
    return _read(plain, latest)


def _plain(text: str) -> str:
    """One separator, no weekday, ordinal or offset: ``Wed 3rd April 2024`` as ``3/april/2024``."""
    text = _FRACTION_RE.sub("", _OFFSET_RE.sub("", fold(text)))
    text = _SEPTEMBER_RE.sub("sep", _ORDINAL_RE.sub(r"\1", _WEEKDAY_RE.sub("", text)))
    if _SERIAL_RE.fullmatch(text):
        return text
    day, time = _split_time(text)
    return _SEPARATORS_RE.sub("/", day) + (f" {time}" if time else "")


def _split_time(text: str) -> tuple[str, str]:
    """The part before the clock time, and the clock time (``14:30``, ``2:30 pm``)."""
    found = re.search(r"[t ,]\s*(\d{1,2}:\d{2}(?::\d{2})?)\s*([ap]\.?m\.?)?$", text)
    if found is None:
        return text, ""
    clock, half = found.groups()
    suffix = f" {half.replace('.', '').upper()}" if half else ""
    return text[: found.start()], clock + suffix
