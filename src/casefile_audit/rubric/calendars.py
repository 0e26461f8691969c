"""Bank holidays and working days of the nations of the United Kingdom."""

import datetime as dt
from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt

Nation = Literal["england-and-wales", "scotland", "northern-ireland"]
Dates = npt.NDArray[np.datetime64]

# England and Wales have the same bank holidays; the library keeps a list for each.
_SUBDIVISIONS: dict[Nation, str] = {
    "england-and-wales": "ENG",
    "scotland": "SCT",
    "northern-ireland": "NIR",
}
# The years that the library knows. A date outside them is a slip or a stand-in such as 31/12/9999.
_FIRST_YEAR, _LAST_YEAR = 1872, 2100


@cache
def _bank_holidays_of_year(nation: Nation, year: int) -> tuple[dt.date, ...]:
    # Here because few rubrics count working days.
    import holidays

    return tuple(holidays.country_holidays("GB", subdiv=_SUBDIVISIONS[nation], years=year))


def bank_holidays(nation: Nation, first_year: int, last_year: int) -> Dates:
    """The weekdays that are bank holidays, substitute days and one-off days among them.

    Years outside 1872 to 2100 have none. Dates of type ``datetime64[D]``, sorted.
    """
    years = range(max(first_year, _FIRST_YEAR), min(last_year, _LAST_YEAR) + 1)
    dates = [date for year in years for date in _bank_holidays_of_year(nation, year)]
    sorted_dates = np.unique(np.array(dates, dtype="datetime64[D]"))
    return sorted_dates[np.is_busday(sorted_dates)]


def working_days_after(start: Dates, days: int, nation: Nation) -> Dates:
    """The last day that is in time for something due within some working days.

    The start is day 0. A start that is not a working day counts from the working day before it,
    so that a Saturday's first working day is the Monday. Dates are of type ``datetime64[D]``; of
    NaT it is NaT.
    """
    # Weekends and holidays take fewer than half of all days, and never a month at a stretch.
    latest = start + np.timedelta64(2 * days + 31, "D")
    due = np.busday_offset(
        start, days, roll="backward", busdaycal=_working_week(nation, start, latest)
    )
    return np.maximum(start, due)


def working_days_between(start: Dates, end: Dates, nation: Nation) -> npt.NDArray[np.int64]:
    """The fewest working days by which something done on a day was in time, as counted there.

    Args:
        start: dates of type ``datetime64[D]``, each known.
        end: dates no earlier than these.
    """
    week = _working_week(nation, start, end)
    first = np.busday_offset(start, 0, roll="backward", busdaycal=week) + np.timedelta64(1, "D")
    # The day itself counts: where it is no working day, what it is in time for is the next one.
    return np.where(end > start, np.busday_count(first, end, busdaycal=week) + 1, 0)


def _working_week(nation: Nation, first: Dates, last: Dates) -> np.busdaycalendar:
    """Monday to Friday without the bank holidays of the years that the dates fall in."""
    both = np.concatenate([first.ravel(), last.ravel()])
    known = both[~np.isnat(both)]
    if not known.size:
        return np.busdaycalendar()
    years = known.astype("datetime64[Y]").astype(np.int64) + 1970
    return np.busdaycalendar(holidays=bank_holidays(nation, int(years.min()), int(years.max())))
