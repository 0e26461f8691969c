import datetime as dt
from typing import get_args

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casefile_audit.rubric.calendars import (
    Nation,
    bank_holidays,
    working_days_after,
)

NATIONS: tuple[Nation, ...] = get_args(Nation)
DAYS = st.dates(dt.date(2009, 12, 20), dt.date(2030, 1, 10))


def dates(*texts: str | dt.date) -> npt.NDArray[np.datetime64]:
    return np.array(texts, dtype="datetime64[D]")


# Whole years as the government lists them.
@pytest.mark.parametrize(
    ("nation", "year", "expected"),
    [
        ("england-and-wales", 2011, "01-03 04-22 04-25 04-29 05-02 05-30 08-29 12-26 12-27"),
        ("england-and-wales", 2012, "01-02 04-06 04-09 05-07 06-04 06-05 08-27 12-25 12-26"),
        ("england-and-wales", 2020, "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28"),
        ("england-and-wales", 2021, "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28"),
        ("england-and-wales", 2022, "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27"),
        ("england-and-wales", 2023, "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26"),
        ("scotland", 2022, "01-03 01-04 04-15 05-02 06-02 06-03 08-01 09-19 11-30 12-26 12-27"),
        ("scotland", 2023, "01-02 01-03 04-07 05-01 05-08 05-29 08-07 11-30 12-25 12-26"),
        ("scotland", 2024, "01-01 01-02 03-29 05-06 05-27 08-05 12-02 12-25 12-26"),
        (
            "northern-ireland",
            2020,
            "01-01 03-17 04-10 04-13 05-08 05-25 07-13 08-31 12-25 12-28",
        ),
        (
            "northern-ireland",
            2022,
            "01-03 03-17 04-15 04-18 05-02 06-02 06-03 07-12 08-29 09-19 12-26 12-27",
        ),
    ],
)
def test_bank_holidays_of_a_year(nation: Nation, year: int, expected: str) -> None:
    found = [f"{day:%m-%d}" for day in bank_holidays(nation, year, year).tolist()]
    assert found == expected.split()


def test_england_and_wales_share_one_list() -> None:
    import holidays

    years = range(2000, 2041)
    england, wales = (
        holidays.country_holidays("GB", subdiv=s, years=years) for s in ("ENG", "WLS")
    )
    assert set(england) == set(wales)


def test_years_follow_one_another_and_those_unknown_have_none() -> None:
    two_years = bank_holidays("scotland", 2022, 2023)
    assert two_years.dtype == np.dtype("datetime64[D]")
    assert np.array_equal(
        two_years,
        np.concatenate(
            [bank_holidays("scotland", 2022, 2022), bank_holidays("scotland", 2023, 2023)]
        ),
    )
    assert bank_holidays("scotland", 9998, 9999).size == 0


@pytest.mark.parametrize(
    ("nation", "start", "days", "deadline"),
    [
        # Monday 2 December 2024: 19 working days left in the year, 45 on Thursday 6 February.
        ("england-and-wales", "2024-12-02", 19, "2024-12-31"),
        ("england-and-wales", "2024-12-02", 20, "2025-01-02"),
        ("england-and-wales", "2024-12-02", 45, "2025-02-06"),
        ("northern-ireland", "2024-12-02", 45, "2025-02-06"),
        # There it is the day for St Andrew, so it counts from the Friday; 2 January is one more.
        ("scotland", "2024-12-02", 45, "2025-02-07"),
        ("scotland", "2024-11-29", 45, "2025-02-07"),
        # Two substitute days at the end of 2021 and one at the start of 2022.
        ("england-and-wales", "2021-12-24", 1, "2021-12-29"),
        ("england-and-wales", "2021-12-31", 1, "2022-01-04"),
        # A weekend's start counts from the Friday, Easter's from the Thursday.
        ("england-and-wales", "2024-06-07", 1, "2024-06-10"),
        ("england-and-wales", "2024-06-08", 1, "2024-06-10"),
        ("england-and-wales", "2024-06-09", 1, "2024-06-10"),
        ("england-and-wales", "2024-06-08", 15, "2024-06-28"),
        ("england-and-wales", "2024-03-30", 1, "2024-04-02"),
        ("scotland", "2024-03-30", 1, "2024-04-01"),
        # New Year's Day on a Sunday counts from the Friday of the year before.
        ("england-and-wales", "2023-01-01", 1, "2023-01-03"),
        # The same day is in time, even where that is not a working day.
        ("england-and-wales", "2024-06-07", 0, "2024-06-07"),
        ("england-and-wales", "2024-06-08", 0, "2024-06-08"),
        # Outside the years that have bank holidays, weekends alone.
        ("england-and-wales", "2200-12-24", 1, "2200-12-25"),
    ],
)
def test_deadline_in_working_days(nation: Nation, start: str, days: int, deadline: str) -> None:
    assert working_days_after(dates(start), days, nation) == dates(deadline)


def test_no_date_gives_no_deadline_and_no_count() -> None:
    start = dates("NaT", "2024-06-03", "2024-06-03")
    deadlines = working_days_after(start, 1, "scotland")
    assert np.array_equal(deadlines, dates("NaT", "2024-06-04", "2024-06-04"), equal_nan=True)


@pytest.mark.parametrize("texts", [(), ("NaT",)])
def test_a_column_without_dates(texts: tuple[str, ...]) -> None:
    column = dates(*texts)
    assert working_days_after(column, 5, "scotland").shape == column.shape


nations = pytest.mark.parametrize("nation", NATIONS)
# The first example of all imports the library of holidays, which no later one does.
unhurried = settings(deadline=None)


@nations
@unhurried
@given(first=DAYS, second=DAYS, days=st.integers(0, 60))
def test_a_later_start_never_gives_an_earlier_deadline(
    nation: Nation, first: dt.date, second: dt.date, days: int
) -> None:
    earlier, later = working_days_after(dates(*sorted((first, second))), days, nation)
    assert earlier <= later


@nations
@unhurried
@given(column=st.lists(DAYS, min_size=1, max_size=8))
def test_a_date_has_the_same_deadline_alone_and_in_a_column(
    nation: Nation, column: list[dt.date]
) -> None:
    together = working_days_after(dates(*column), 10, nation)
    alone = [working_days_after(dates(day), 10, nation)[0] for day in column]
    assert together.tolist() == [day.tolist() for day in alone]
