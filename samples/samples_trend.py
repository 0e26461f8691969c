"""The sample for trends: a dip sample every month for two years, with a change in the middle."""

import datetime as dt
from collections.abc import Sequence

from sample_books import Cell, SampleBook, SampleSheet
from sample_words import Chance

_FIRST_YEAR = 2023
# Each month's incidents, and how many of them fall short. No sample was drawn in August 2024, and
# the process of telling schools changed at the end of 2023.
_SIZES = (12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 10,
          12, 12, 12, 12, 12, 12, 11, 0, 12, 12, 12, 12)  # fmt: skip
_NOT_TOLD = (6, 5, 7, 6, 8, 5, 6, 7, 5, 6, 7, 6, 3, 2, 1, 2, 3, 2, 1, 0, 2, 3, 1, 2)
_WITHOUT_DASH = (1, 2, 0, 1, 1, 2, 1, 0, 1, 2, 1, 1, 0, 1, 9, 1, 2, 1, 1, 0, 1, 0, 2, 1)
# The months of the rare failure, counted from 0.
_WITHOUT_REPORT = (1, 3, 4, 8, 9, 12, 15, 18, 22)


def encompass_monthly() -> SampleBook:
    """Twenty-three monthly dip samples, 273 incidents."""
    return SampleBook(
        file="encompass-monthly",
        title="Operation Encompass dip samples, every month of 2023 and 2024",
        rubric="operation-encompass",
        reproduces=(
            "None. Half of the incidents are not shared with the school before the change at the "
            "end of 2023, and about one in six after it: the rates of E7, month by month.",
        ),
        invented="Every count and every case.",
        sheets=(SampleSheet("Dip samples", _columns()),),
    )


def _columns() -> dict[str, Sequence[Cell]]:
    chance = Chance("encompass-monthly")
    days: list[Cell] = []
    told: list[Cell] = []
    assessed: list[Cell] = []
    reported: list[Cell] = []
    for month, n in enumerate(_SIZES):
        year, first = _FIRST_YEAR + month // 12, month % 12 + 1
        month_days = chance.days(n, dt.date(year, first, 1), dt.date(year, first, 28))
        days += [chance.written(day) for day in month_days]
        silent = _NOT_TOLD[month] // 3
        told += chance.dealt(
            {"Yes": n - _NOT_TOLD[month], "No": _NOT_TOLD[month] - silent, "": silent}
        )
        assessed += chance.dealt({"Yes": n - _WITHOUT_DASH[month], "No": _WITHOUT_DASH[month]})
        without = _WITHOUT_REPORT.count(month)
        reported += chance.dealt({"Yes": n - without, "No": without})
    cases = len(days)
    references = [
        reference
        for year, n in enumerate((sum(_SIZES[:12]), sum(_SIZES[12:])))
        for reference in chance.references(_FIRST_YEAR + year, n)
    ]
    return {
        "Incident number": references,
        "MASH": chance.districts(cases),
        "Date of incident": days,
        "School-aged child?": ["Yes"] * cases,
        "School notified?": told,
        "DASH completed?": assessed,
        "Domestic abuse report completed": reported,
    }
