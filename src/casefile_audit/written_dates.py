"""Dates as people write them, day first, and as spreadsheets count them."""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from casefile_audit.words import fold

# A bare number is a date only where it can be nothing else: 1950 to 2099. A year, an age or a
# count is not one of the first eighteen thousand days of a spreadsheet's calendar.
_FIRST_SERIAL: Final = 18_264
_LAST_SERIAL: Final = 73_050

_FIRST_DATE: Final = np.datetime64("1900-01-01", "s")

_SERIAL_RE = re.compile(r"\d{5}(\.\d+)?")
_WEEKDAY_RE = re.compile(r"^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+")
_ORDINAL_RE = re.compile(r"^(\d{1,2})(st|nd|rd|th)\b")
_SEPTEMBER_RE = re.compile(r"\bsept\b")
_OFFSET_RE = re.compile(r"(?<=:\d{2})(\.\d+)?\s*(z|[+-]\d{2}:?\d{2})$")
_FRACTION_RE = re.compile(r"(?<=:\d{2})\.\d+")
_SEPARATORS_RE = re.compile(r"(?<=\w)\s*[./\- ]\s*(?=\w)")

_DAYS = (
    "%Y/%m/%d",
    "%d/%m/%Y",
    "%d/%m/%y",
    "%d/%b/%Y",
    "%d/%B/%Y",
    "%d/%b/%y",
    "%d/%B/%y",
)
# 03/04/65 is a birth, not an appointment decades from now: which century, nobody wrote.
_YEARS_AHEAD: Final = 10
_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")


def read_dates(texts: Sequence[str], epoch: dt.datetime) -> npt.NDArray[np.datetime64]:
    """Read dates and times, to the second; what isn't one becomes NaT.

    Day first, ISO 8601, months in words, and the serial numbers of a spreadsheet whose day 0 is
    ``epoch`` are read. Month-first dates are not: 04/13/2024 is unreadable, never the 13th of
    April by luck. Nor are years before 1900, which are slips. A time zone's offset is dropped:
    the clock time stands as written.
    """
    found = np.full(len(texts), np.datetime64("NaT"), dtype="datetime64[s]")
    latest = dt.date.today().year + _YEARS_AHEAD
    plain = [_plain(text) for text in texts]
    for index, text in enumerate(plain):
        if _SERIAL_RE.fullmatch(text) and _FIRST_SERIAL <= float(text) <= _LAST_SERIAL:
            seconds = round(float(text) * 86_400)
            found[index] = np.datetime64(epoch + dt.timedelta(seconds=seconds), "s")
    waiting = np.flatnonzero(np.isnat(found) & np.array(["/" in text for text in plain], bool))
    written = pd.Series(plain, dtype=object)
    for day in _DAYS:
        for time in _TIMES:
            if not len(waiting):
                return found
            read = pd.to_datetime(written[waiting], format=day + time, errors="coerce")
            read = read.where(read >= _FIRST_DATE)
            if "%y" in day:
                read = read.where(read.dt.year <= latest)
            found[waiting] = read.to_numpy(dtype="datetime64[s]")
            waiting = waiting[np.isnat(found[waiting])]
    return found


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
