"""What results may be given by: a field, the month of a date, the sheet or the file of a case."""

import re
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from casefile_audit.cases import Cases, Column, State, States
from casefile_audit.english import did_you_mean
from casefile_audit.errors import UsageError
from casefile_audit.rubric.fields import GradeField
from casefile_audit.rubric.model import SECTOR, Rubric
from casefile_audit.scoring.tallies import Label, labels_of, names_of_groups

SHEET, FILE = "sheet", "file"
_OF_DATE_RE = re.compile(r"(month|quarter|year|financial year) of (.+)")
_PERIODS = ("month", "quarter", "year", "financial year")
_MONTHS, _MONTHS_OF_A_QUARTER, _APRIL = 12, 3, 3


def labels_by(cases: Cases, by: str) -> tuple[npt.NDArray[np.int64], list[Label]]:
    """For each case the index of its label, and the labels that occur."""
    if by in cases.parts:
        return labels_of(*cases.column(by))
    if found := _OF_DATE_RE.fullmatch(by):
        return labels_of(*_periods(*cases.column(found[2]), found[1]))
    names = [origin.sheet if by == SHEET else origin.file for origin in cases.sheets]
    known = np.full(len(cases), State.VALUE, dtype=np.int8)
    return labels_of(Column(cases.sheet.astype(np.int64), np.array(names, dtype=object)), known)


def group_names(cases: Cases, by: str) -> list[str]:
    """What the group of each case is called."""
    codes, labels = labels_by(cases, by)
    counts = np.bincount(codes, minlength=len(labels)).tolist()
    names = names_of_groups(dict(zip(labels, counts, strict=True)))
    called = [names[label] for label in labels]
    return [called[code] for code in codes.tolist()]


def order_of(rubric: Rubric, by: str, labels: Sequence[Label]) -> Sequence[str]:
    """The texts of labels that have an order of their own: grades, periods, sheets and files."""
    its = rubric.fields_of().get(by)
    if isinstance(its, GradeField):
        return its.scale
    texts = [label.text for label in labels if label.state is State.VALUE]
    if its is None and is_period(by):
        return sorted(texts)
    return texts if its is None and by in (SHEET, FILE) else ()


def is_period(by: str) -> bool:
    """Whether it is the month, quarter or year of a date."""
    return _OF_DATE_RE.fullmatch(by) is not None


def check_grouping(rubric: Rubric, by: str) -> None:
    """Refuse a ``--by`` that can't group cases.

    Raises:
        UsageError: there is no such field, its cells can't name groups, or it holds no date to take
            the month of.
    """
    if by in _groups_of(rubric):
        return
    dates = [name for name, its in rubric.fields.items() if its.type == "date"]
    if found := _OF_DATE_RE.fullmatch(by):
        if found[2] not in dates:
            raise UsageError(
                f"--by: the rubric `{rubric.name}` has no date field `{found[2]}` to take the "
                f"{found[1]} of",
                hint=did_you_mean(found[2], dates),
            )
        return
    if by in _PERIODS and dates:
        raise UsageError(
            f"--by: of which date the {by} is meant can't be told",
            hint=f'Write --by "{by} of {dates[0]}".',
        )
    raise UsageError(
        f"--by: the rubric `{rubric.name}` has no field `{by}` to group by",
        hint=did_you_mean(by, list(_groups_of(rubric))),
    )


def _groups_of(rubric: Rubric) -> Iterator[str]:
    yield from (n for n, f in rubric.fields.items() if f.type not in ("identifier", "dates"))
    yield from [SECTOR] if rubric.sectors else []
    yield from (SHEET, FILE)


def _periods(column: Column, states: States, period: str) -> tuple[Column, States]:
    """The periods of dates, as texts that sort by time: 2024-03, 2024 Q1, 2024, 2024/25."""
    months = column.values.astype("datetime64[M]").astype(np.int64)
    known = ~np.isnat(column.values)
    texts = np.full(len(months), "", dtype=object)
    texts[known] = [_period(month, period) for month in months[known].tolist()]
    return Column(column.codes, texts), states


def _period(month: int, period: str) -> str:
    """The period that a month, counted from January 1970, is in."""
    year, of_year = divmod(month, _MONTHS)
    year += 1970
    if period == "month":
        return f"{year}-{of_year + 1:02}"
    if period == "quarter":
        return f"{year} Q{of_year // _MONTHS_OF_A_QUARTER + 1}"
    if period == "year":
        return f"{year}"
    first = year if of_year >= _APRIL else year - 1
    return f"{first}/{(first + 1) % 100:02}"
