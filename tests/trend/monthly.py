"""Workbooks of monthly audits, made for one test."""

from collections.abc import Sequence
from pathlib import Path

from workbooks import HEADINGS, Rows, case, save_csv

FIRST_YEAR = 2023


def month_name(place: int) -> str:
    """The month so many after January 2023, as the rubric's dates are written: ``03/2023``."""
    return f"{place % 12 + 1:02d}/{FIRST_YEAR + place // 12}"


def rows_of(months: Sequence[tuple[int, int]]) -> list[list[object]]:
    """For each month k cases without ethnicity among n, the k first, one a day."""
    return [
        case(
            f"M{place:02d}-{number:02d}",
            allocated=f"{number % 28 + 1:02d}/{month_name(place)}",
            ethnicity="NR" if number < missing else "W1",
        )
        for place, (missing, n) in enumerate(months)
        for number in range(n)
    ]


def save_months(path: Path, months: Sequence[tuple[int, int]]) -> Path:
    """A table of monthly audits from January 2023 on."""
    return save_rows(path, rows_of(months))


def save_rows(path: Path, rows: Rows) -> Path:
    """A table of cases under the headings of the night-duty rubric."""
    return save_csv(path, [HEADINGS, *rows])
