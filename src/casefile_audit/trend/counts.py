"""Counts that somebody added up already, month by month, as the periods of a trend.

The table has a row for each month and question: the month, how many fell short, and of how many.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from casefile_audit.english import count, first_few, heading_key, sentence_case
from casefile_audit.errors import WorkbookError
from casefile_audit.files.workbook import Cell, OpenOptions, Sheet, open_workbook, text_of
from casefile_audit.intake import row_labels
from casefile_audit.results import CriterionResult, InputResult, LeftOut, Result, RubricResult
from casefile_audit.statistics.proportion import held_to, range_of
from casefile_audit.trend.periods import (
    NamedResult,
    Period,
    PeriodLength,
    Timeline,
    check_span,
    every_first,
    first_day,
    first_of,
    label_of,
)

_HEADINGS: Mapping[str, Sequence[str]] = {
    "period": ("month", "period", "date", "quarter", "year"),
    "number": ("number", "missing", "count", "fell short", "failures", "numerator"),
    "of": ("of", "out of", "total", "cases", "applicable", "denominator"),
    "question": ("question", "criterion", "measure", "indicator", "title"),
    "target": ("target", "target percent"),
}
_NEEDED = ("period", "number", "of")
_ROWS_SEARCHED = 40
_MOST_TOLD = 8
_IN_WORDS = ("%B %Y", "%b %Y", "%b-%y", "%b %y", "%m/%Y", "%B-%y", "%d/%m/%Y")
_QUARTER_RE = re.compile(r"(?:(\d{4})[ -]?q([1-4])|q([1-4])[ -]?(\d{4}))", re.IGNORECASE)
_PERCENT = 100
_LONGEST_COUNT = 15


@dataclass(frozen=True)
class _Row:
    """One row: its number counted from 1, and what it says."""

    number: int
    question: str
    day: dt.date
    length: PeriodLength
    missing: int
    of: int
    target: float | None


def timeline_of_counts(path: Path, every: PeriodLength, opening: OpenOptions) -> Timeline:
    """The periods of a table of counts.

    Args:
        path: the table, of any kind that case files can be.
        every: how long a period is; shorter ones are added up.

    Raises:
        WorkbookError: it has no such columns, or rows of it can't be read or contradict each other.
    """
    workbook = open_workbook(path, opening)
    found = [(sheet, top, places) for sheet in workbook.sheets for top, places in _heads(sheet)]
    if not found:
        raise WorkbookError(
            f"{path.name} has no row with the headings of counts",
            hint="A table of counts has a column Month, a column Number (how many fell short) and "
            "a column Of (of how many); Question and Target are read too where they are there.",
        )
    sheet, top, places = found[0]
    rows, left_out = _rows(path, sheet, top, places)
    _refuse_twice(path, rows)
    _refuse_longer(path, rows, every)
    ends = min(rows, key=lambda row: row.day), max(rows, key=lambda row: row.day)
    first, last = ((row.day, f"row {row.number}") for row in ends)
    check_span(first, last, every, path.name)
    days = [first_of(row.day, every.months) for row in rows]
    firsts = list(every_first(min(days), max(days), every.months))
    names = {heading_key(row.question): row.question for row in reversed(rows)}
    counted: dict[str, list[tuple[int, int]]] = {}
    for row, day in zip(rows, days, strict=True):
        own = counted.setdefault(heading_key(row.question), [(0, 0)] * len(firsts))
        at = firsts.index(day)
        own[at] = (own[at][0] + row.missing, own[at][1] + row.of)
    criteria = {
        key: _criterion(names[key], own, _latest_target(rows, key)) for key, own in counted.items()
    }
    result = _result(path, workbook.sha256, sheet.name, top, rows, left_out, criteria)
    periods = [
        Period(label_of(first, every), first, (), max(own[place][1] for own in counted.values()))
        for place, first in enumerate(firsts)
    ]
    return Timeline(
        unit=every.value,
        field="",
        audits=[NamedResult(path.name, result)],
        periods=periods,
        undated=[],
        same_cases=None,
        notes=["Counts as they were given: no case stands behind them here, so gaps between rare "
               "events can't be shown."],
        counted=counted,
    )  # fmt: skip


def _heads(sheet: Sheet) -> Iterator[tuple[int, dict[str, int]]]:
    """The row of headings, if it is there, and the column of each thing."""
    for number, row in enumerate(sheet.rows[:_ROWS_SEARCHED]):
        keys = [heading_key(text_of(cell).replace("%", " percent")) for cell in row]
        places = {
            what: keys.index(name)
            for what, names in _HEADINGS.items()
            for name in reversed(names)
            if name in keys
        }
        if all(what in places for what in _NEEDED) and len(set(places.values())) == len(places):
            yield number, places
            return


def _rows(
    path: Path, sheet: Sheet, top: int, places: Mapping[str, int]
) -> tuple[list[_Row], list[LeftOut]]:
    found: list[_Row] = []
    left_out: list[LeftOut] = []
    wrong: list[str] = []
    for number, cells in enumerate(sheet.rows[top + 1 :], top + 2):
        texts = {what: text_of(cells[place]) for what, place in places.items()}
        if not any(texts.values()):
            continue
        first = next(text for text in map(text_of, cells) if text)
        if row_labels.total(first) or row_labels.note(first):
            left_out.append(LeftOut(number, f"a total or a note (“{first}”)"))
            continue
        row, why = _row(number, cells, texts, places)
        if row is None:
            wrong.append(f"row {number}: {why}")
        else:
            found.append(row)
    if wrong or not found:
        raise WorkbookError(
            f"{path.name}: {count(len(wrong), 'row')} of counts can't be read"
            if wrong
            else f"{path.name} has no row of counts under its headings",
            details=first_few(wrong, _MOST_TOLD, "and {:,} more"),
            hint="Each row has a month such as 2024-03 or March 2024, and two whole numbers, the "
            "first no greater than the second.",
        )
    return found, left_out


def _row(
    number: int, cells: Sequence[Cell], texts: Mapping[str, str], places: Mapping[str, int]
) -> tuple[_Row | None, str]:
    day, length = _day(cells[places["period"]])
    missing, of = _whole(texts["number"]), _whole(texts["of"])
    if day is None:
        return None, f"“{texts['period']}” is no month"
    if missing is None or of is None:
        return None, "a count is no whole number"
    if missing > of:
        return None, f"{missing:,} of {of:,} is more than all"
    said = texts.get("target", "")
    target = _target(said)
    if said and target is None:
        return None, f"the target “{said}” is no percentage"
    question = texts.get("question") or "Falls short"
    return _Row(number, question, day, length, missing, of, target), ""


def _day(cell: Cell) -> tuple[dt.date | None, PeriodLength]:
    """The first day of a period, and how long it is; a day is taken for a part of its month."""
    if isinstance(cell, dt.datetime):
        return cell.date(), PeriodLength.MONTH
    if isinstance(cell, dt.date):
        return cell, PeriodLength.MONTH
    text = text_of(cell)
    if quarter := _QUARTER_RE.fullmatch(text):
        year, part = quarter[1] or quarter[4], quarter[2] or quarter[3]
        return first_day(f"{year}-Q{part}"), PeriodLength.QUARTER
    for form in _IN_WORDS:
        try:
            return dt.datetime.strptime(text, form).date(), PeriodLength.MONTH
        except ValueError:
            continue
    return first_day(text), PeriodLength.YEAR if text.isdecimal() else PeriodLength.MONTH


def _whole(text: str) -> int | None:
    plain = text.replace(",", "").removesuffix(".0")
    is_count = plain.isascii() and plain.isdecimal() and len(plain) <= _LONGEST_COUNT
    return int(plain) if is_count else None


def _target(text: str) -> float | None:
    try:
        value = float(text.strip().removesuffix("%"))
    except ValueError:
        return None
    if 0 < value <= 1 and not text.strip().endswith("%"):
        value *= _PERCENT
    return value if 0 < value <= _PERCENT else None


def _refuse_twice(path: Path, rows: Sequence[_Row]) -> None:
    seen: dict[tuple[str, dt.date], int] = {}
    for row in rows:
        first = seen.setdefault((heading_key(row.question), row.day), row.number)
        if first != row.number:
            raise WorkbookError(
                f"{path.name}: rows {first} and {row.number} are of one month and question",
                hint="Leave one of them, or give each question a name in a column Question.",
            )


def _refuse_longer(path: Path, rows: Sequence[_Row], every: PeriodLength) -> None:
    """Refuse counts of longer periods than are asked for: nobody knows how to part them."""
    longest = max(rows, key=lambda row: row.length.months)
    if longest.length.months > every.months:
        raise WorkbookError(
            f"{path.name}, row {longest.number}: a count is of a {longest.length.value}, "
            f"not of a {every.value}",
            hint=f"Add --every {longest.length.value}.",
        )


def _latest_target(rows: Sequence[_Row], key: str) -> float | None:
    """The target of a question as its latest row has it; None where none has."""
    own = [row for row in rows if heading_key(row.question) == key and row.target is not None]
    return max(own, key=lambda row: row.day).target if own else None


def _result(
    path: Path,
    sha256: str,
    sheet: str,
    top: int,
    rows: Sequence[_Row],
    left_out: list[LeftOut],
    criteria: dict[str, CriterionResult],
) -> Result:
    """The counts as a result that holds no cases."""
    total = max(criterion.applicable for criterion in criteria.values())
    return Result(
        made_at=dt.datetime.now(dt.UTC).replace(microsecond=0),
        as_of=max(row.day for row in rows),
        rubric=RubricResult(
            name="counts",
            title=sentence_case(path.stem.replace("-", " ").replace("_", " ")),
            version="as given",
            source="",
            sha256=sha256,
            is_default=False,
        ),
        inputs=[
            InputResult(
                file=path.name,
                sha256=sha256,
                sheet=sheet,
                header_row=top + 1,
                rows=len(rows) + len(left_out),
                cases=len(rows),
                left_out=left_out,
                without_column=[],
                notes=[],
            )
        ],
        passed_over=[],
        case_count=total,
        criteria=criteria,
        grades={},
        groups={},
        problems=[],
        most_listed=0,
        by_case=None,
    )


def _criterion(name: str, own: Sequence[tuple[int, int]], target: float | None) -> CriterionResult:
    missing, of = (sum(column) for column in zip(*own, strict=True))
    reached, beyond = held_to(of - missing, of, target) if target and of else (None, None)
    return CriterionResult(
        question=name,
        title=name,
        theme="",
        phrase="fall short",
        applicable=of,
        met=of - missing,
        partly_met=0,
        not_met=missing,
        not_recorded=0,
        not_applicable=0,
        cannot_tell=0,
        missing=missing,
        says=f"{missing:,} of {of:,} fall short",
        rate=missing / of if of else None,
        interval=range_of(missing, of),
        target=target,
        target_reached=reached,
        target_beyond_chance=beyond,
        due=None,
        not_asked=[],
        missing_cases=[],
        not_met_cases=[],
        not_recorded_cases=[],
        partly_met_cases=[],
        cannot_tell_cases=[],
    )
