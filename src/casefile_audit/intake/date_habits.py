"""How the dates of a field's columns are written: which comes first, and what is no day at all."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from casefile_audit.english import fold
from casefile_audit.files.workbook import Cell, text_of
from casefile_audit.intake.column_cells import FilledField
from casefile_audit.intake.mapping import MappingFile
from casefile_audit.issues import Issue, IssueCode, Level
from casefile_audit.rubric.dates import DateOrder, DateReader, has_offset, order_told_by

# Days that databases and spreadsheets write where there is none.
_NO_DAYS = {dt.date(1900, 1, 1), dt.date(1899, 12, 31), dt.date(1899, 12, 30), dt.date(1900, 1, 2),
            dt.date(9999, 12, 31), dt.date(2099, 12, 31), dt.date(2999, 12, 31)}  # fmt: skip
_YEAR_RE = re.compile(r"(?<!\d)([2-9]\d{3})(?!\d)")
_YEARS_AHEAD = 10
_LEAST_NOUGHT = 2
_MONTHS = 12
# One date of the other order among so many is a slip of its own.
_SLIP = 20
_LEAST_TURNED = 3


def month_first_in(dated: Sequence[FilledField]) -> str:
    """The first field of a sheet whose dates are certainly month first, where none's are day first.

    Where the other columns of an export can't tell their order, they have that of this one.
    """
    told = [(order, each.name) for each in dated if (order := _order(each.orders))]
    return told[0][1] if {order for order, _ in told} == {DateOrder.MONTH_FIRST} else ""


def _order(orders: Counter[DateOrder | None]) -> DateOrder | None:
    """The order that the dates of a column tell; None where they don't."""
    day, month = orders[DateOrder.DAY_FIRST], orders[DateOrder.MONTH_FIRST]
    if not day and not month:
        return None
    if day >= _SLIP * month:
        return DateOrder.DAY_FIRST
    return DateOrder.EITHER if day else DateOrder.MONTH_FIRST


def date_reader(
    filled: FilledField, mapping: MappingFile, month_first: str
) -> tuple[DateReader, list[Issue]]:
    """How the dates of a field are read.

    Args:
        month_first: the field that tells that they are month first, if its own cells don't.
    """
    reader = DateReader(zone=mapping.time_zone)
    issues = list(_far_ahead(filled))
    if not mapping.time_zone and any(map(_has_offset, filled.distinct)):
        issues.append(filled.issue(IssueCode.OFFSETS_DROPPED, _has_offset, Level.NOTE))
    if mapping.dates:
        return reader._replace(order=DateOrder(mapping.dates)), issues
    orders = filled.orders
    order = _order(orders)
    is_either = _is_of(DateOrder.EITHER)
    if order is None:
        beside = month_first and orders[DateOrder.EITHER]
        order = DateOrder.MONTH_FIRST if beside else DateOrder.DAY_FIRST
        if beside:
            code = IssueCode.DATES_MONTH_FIRST
            issues.append(filled.issue(code, is_either, beside=month_first))
    elif order is DateOrder.MONTH_FIRST:
        issues.append(filled.issue(IssueCode.DATES_MONTH_FIRST, _is_of(order)))
    elif order is DateOrder.EITHER and orders[order]:
        issues.append(filled.issue(IssueCode.DATES_OF_TWO_ORDERS, is_either))
    turned = _was_turned(filled, orders, order)
    if turned:
        issues.append(filled.issue(IssueCode.DATES_TURNED, _is_early_day))
    return reader._replace(order=order, was_turned=turned), issues


def _was_turned(filled: FilledField, orders: Counter[DateOrder | None], order: DateOrder) -> bool:
    """Whether a spreadsheet took the texts that it could for dates, day and month turned round.

    It leaves as texts what it can't take: those whose day is over 12. So either they are
    month-first beside real dates, or none of the texts could be taken and none of the dates
    couldn't.
    """
    dates = {day: n for day, n in filled.counts.items() if isinstance(day, dt.date)}
    if not dates:
        return False
    if order is not DateOrder.DAY_FIRST:
        return any(map(_is_early_day, dates))
    early = sum(n for day, n in dates.items() if day.day <= _MONTHS)
    left = orders[DateOrder.DAY_FIRST] if not orders[DateOrder.EITHER] else 0
    return early == sum(dates.values()) and min(left, early) >= _LEAST_TURNED


def _is_early_day(cell: Cell) -> bool:
    return isinstance(cell, dt.date) and cell.day <= _MONTHS and cell.day != cell.month


def _is_of(order: DateOrder) -> Callable[[Cell], bool]:
    return lambda cell: isinstance(cell, str) and order_told_by(cell) is order


def _has_offset(cell: Cell) -> bool:
    return isinstance(cell, str) and has_offset(cell)


def _far_ahead(filled: FilledField) -> Iterator[Issue]:
    """Years that nobody can have reached: ``3025``."""
    last = dt.date.today().year + _YEARS_AHEAD
    far = {
        text: int(found[1])
        for text in map(text_of, filled.distinct)
        if (found := _YEAR_RE.search(text)) and last < int(found[1]) and not _is_no_day(text)
    }
    if far:
        code, year = IssueCode.DATES_FAR_AHEAD, max(far.values())
        yield filled.issue(code, lambda cell: text_of(cell) in far, year=year)


def _is_no_day(text: str) -> bool:
    (day,) = DateReader().read([text]).astype("datetime64[D]").tolist()
    return day is None or day in _NO_DAYS


def no_days(filled: FilledField, reader: DateReader) -> set[str]:
    """The texts, folded, of days that stand for none.

    Also the day from which a system counts, such as 01/01/1970: it is there again and again, and no
    other day of the column is within years of it.
    """
    texts = {cell: text for cell in filled.short if (text := text_of(cell))}
    days = reader.read([*texts.values()]).astype("datetime64[D]").tolist()
    dates = {text: day for text, day in zip(texts.values(), days, strict=True) if day}
    numbers: Counter[dt.date] = Counter()
    for cell, text in texts.items():
        number, day = filled.counts[cell], dates.get(text)
        if day is not None and day not in _NO_DAYS:
            numbers[day] += number
    none = set(_NO_DAYS)
    if len(numbers) > 1:
        first, second = sorted(numbers)[:2]
        far = second.year - first.year > _YEARS_AHEAD
        if (first.month, first.day) == (1, 1) and numbers[first] >= _LEAST_NOUGHT and far:
            none.add(first)
    return {fold(text) for text, day in dates.items() if day in none}
