"""How the columns of a sheet are filled in: what their cells tell only together."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import compress
from operator import or_
from typing import Protocol, cast

import numpy as np
import numpy.typing as npt

from casefile_audit.cases import Mask, State
from casefile_audit.english import fold
from casefile_audit.files.tables import NumberedCells, table_of
from casefile_audit.files.workbook import Cell, Sheet, address, text_of
from casefile_audit.intake.columns import Header
from casefile_audit.intake.heading_words import RECORDED, heading_words
from casefile_audit.intake.mapping import MappingFile
from casefile_audit.intake.texts_seen import LONGEST_CODE, SPOILT, LongestTexts
from casefile_audit.issues import PLACES_NAMED, Issue, IssueCode, Level
from casefile_audit.rubric.dates import DateOrder, DateReader, has_offset, order_told_by
from casefile_audit.rubric.fields import (
    NO,
    USUAL_ANSWERS,
    CodeField,
    DateField,
    DatesField,
    FieldBase,
    IdentifierField,
    NumberField,
    TextField,
)
from casefile_audit.rubric.habits import NO_HABIT, Habit
from casefile_audit.rubric.model import Rubric

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_FRACTION = re.compile(r"0?\.\d+")
# What people ask of a share is more than this, and no child's age is.
_LEAST_SHARE = 25
_THOUSANDS = re.compile(r"[+-]?\d{1,3},\d{3}")
_SCIENTIFIC = re.compile(SPOILT)
_TWO_NUMBERS = re.compile(r"\d{1,4}[-/]\d{1,4}")
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_NAME_AND_NUMBER = re.compile(r"[A-Za-z]{3}-\d\d|\d\d?-[A-Za-z]{3}")
_LONGEST_SHORT = len("12-Jan")
_SHORT_DATE = re.compile(rf"{_MONTH}-\d\d|\d\d?-{_MONTH}", re.IGNORECASE)
# Numbers that people enter where they have none: below nought where nothing else is, or far above.
_BELOW = {-1, -2, -3, -4, -5, -6, -7, -8, -9, -77, -88, -97, -98, -99, -777, -888, -999, -9999}
_ABOVE = {77, 88, 98, 99, 777, 888, 998, 999, 7777, 8888, 9998, 9999, 99999, 999999}
_TIMES_ABOVE = 5
_IN_TEXTS = {0} | _BELOW | _ABOVE
# Days that databases and spreadsheets write where there is none.
_NO_DAYS = {dt.date(1900, 1, 1), dt.date(1899, 12, 31), dt.date(1899, 12, 30), dt.date(1900, 1, 2),
            dt.date(9999, 12, 31), dt.date(2099, 12, 31), dt.date(2999, 12, 31)}  # fmt: skip
_YEARS_AHEAD = 10
_LEAST_NOUGHT = 2
_MONTHS = 12
# One date of the other order among so many is a slip of its own.
_SLIP = 20
_LEAST_TURNED = 3
# Texts are cut where so many different ones are exactly as long as the longest.
_LEAST_CUT, _SHORTEST_CUT, _SURELY_CUT = 3, 20, 100
_USUAL_LIMITS = {255, 256, 32_767}
_DIGITS_KEPT = 10**15
# What says in a word that there is nothing, or that nothing was written.
_NOTHING = frozenset(
    (
        *("none", "nil", "no", "nothing", "none noted", "nil noted", "nothing noted"),
        *("none given", "not stated", "not noted"),
    )
)


class ColumnCells(Protocol):
    """The cells of one column, each different one once."""

    @property
    def counts(self) -> Mapping[Cell, int]:
        """How often each different cell is there; of long texts, or of references, perhaps none."""

    @property
    def distinct(self) -> Set[Cell]:
        """The same cells."""

    @property
    def longest(self) -> LongestTexts:
        """The longest texts."""

    @property
    def short(self) -> Iterable[Cell]:
        """Those that are no text of more letters than a code has."""

    @property
    def rows(self) -> int:
        """How many cells there are."""

    def passing(self, test: Callable[[Cell], bool]) -> tuple[int, list[int]]:
        """How many cells pass a test, which is made once for each different one, and the zero-based
        rows of the first.
        """  # noqa: D205 - one thought


@dataclass(frozen=True)
class _CellsOfSheet:
    """Those of a sheet in memory, from a zero-based row on."""

    cells: NumberedCells
    first: int

    @cached_property
    def counts(self) -> Mapping[Cell, int]:
        numbers = np.bincount(self.cells.codes, minlength=len(self.cells.distinct)).tolist()
        return dict(zip(self.cells.distinct, numbers, strict=True))

    @property
    def distinct(self) -> Set[Cell]:
        return self.cells.distinct

    @property
    def rows(self) -> int:
        return len(self.cells.codes)

    @cached_property
    def longest(self) -> LongestTexts:
        are_longest = self._lengths == self._lengths.max(initial=0)
        texts = compress(self.distinct, are_longest.tolist())
        return LongestTexts.of(cast("list[str]", list(texts)), *self._those(are_longest))

    @property
    def short(self) -> Iterable[Cell]:
        return compress(self.distinct, (self._lengths <= LONGEST_CODE).tolist())

    @cached_property
    def _lengths(self) -> npt.NDArray[np.int64]:
        """Those of the different texts; under nought of what is no text."""
        lengths = (len(cell) if isinstance(cell, str) else -1 for cell in self.distinct)
        return np.fromiter(lengths, dtype=np.int64, count=len(self.distinct))

    def passing(self, test: Callable[[Cell], bool]) -> tuple[int, list[int]]:
        distinct = self.cells.distinct
        return self._those(np.fromiter(map(test, distinct), dtype=bool, count=len(distinct)))

    def _those(self, different: Mask) -> tuple[int, list[int]]:
        rows = np.flatnonzero(different[self.cells.codes]) + self.first
        return len(rows), rows[:PLACES_NAMED].tolist()


@dataclass(frozen=True)
class _Filled:
    """The cells of one field's columns."""

    file: str
    sheet: str
    name: str
    field: FieldBase
    columns: Mapping[int, ColumnCells]
    semicolons: bool
    headings: tuple[str, ...]

    @cached_property
    def counts(self) -> Mapping[Cell, int]:
        """How often each different cell is there."""
        first, *others = (cells.counts for cells in self.columns.values())
        return sum(map(Counter, others), Counter(first)) if others else first

    @cached_property
    def distinct(self) -> Set[Cell]:
        """The different cells."""
        return reduce(or_, (cells.distinct for cells in self.columns.values()))

    @cached_property
    def asks_whether(self) -> bool:
        """Whether its heading asks whether it is recorded, and each cell says yes or no to that."""
        if not isinstance(self.field, CodeField | TextField):
            return False
        if not any(RECORDED in heading_words(heading) for heading in self.headings):
            return False
        return all(
            fold(text) in USUAL_ANSWERS or _has_no_value(self.field.state_of_word(text))
            for text in map(text_of, self.distinct)
        )

    @cached_property
    def orders(self) -> Counter[DateOrder | None]:
        """How many of its texts are dates of each order."""
        orders: Counter[DateOrder | None] = Counter()
        for cell, number in self.counts.items():
            if isinstance(cell, str):
                orders[order_told_by(cell)] += number
        return orders

    def issue(
        self,
        code: IssueCode,
        test: Callable[[Cell], bool],
        level: Level = Level.DOUBT,
        **facts: str | int,
    ) -> Issue:
        """An issue about the cells that pass a test, which is made once for each different one."""
        found = [(column, *cells.passing(test)) for column, cells in self.columns.items()]
        named = [address(row, column) for column, _, rows in found for row in rows]
        total, places = sum(n for _, n, _ in found), tuple(named[:PLACES_NAMED])
        return Issue(code, level, self.file, self.sheet, self.name, total, places, facts)


def habits_of(
    file: str, sheet: Sheet, header: Header, rubric: Rubric, mapping: MappingFile
) -> tuple[dict[str, Habit], list[Issue]]:
    """How the columns of a sheet are filled in.

    Args:
        sheet: the sheet; of a long file the first rows.

    Returns:
        The habit of each field that has one, and what could change a count.
    """
    first = header.rows[-1] + 1
    numbered = table_of(sheet, first).numbered
    columns = {
        column.index: _CellsOfSheet(numbered[column.index], first)
        for name in rubric.fields
        for column in header.of_field(name)
    }
    return habits_told_by(columns, file, sheet, header, rubric, mapping)


def habits_told_by(
    columns: Mapping[int, ColumnCells],
    file: str,
    sheet: Sheet,
    header: Header,
    rubric: Rubric,
    mapping: MappingFile,
) -> tuple[dict[str, Habit], list[Issue]]:
    """The same, given the cells of its columns by their indexes."""
    semicolons = sheet.separator == ";"
    every = [
        _Filled(file, sheet.name, name, mapping.words_of(name, field), own, semicolons, headings)
        for name, field in rubric.fields.items()
        if (own := {c.index: columns[c.index] for c in header.of_field(name)})
        for headings in [tuple(column.heading for column in header.of_field(name))]
    ]
    dated = [each for each in every if isinstance(each.field, DateField | DatesField)]
    month_first, always = _month_first_in(dated), _asked_of_all(rubric)
    conditions = [condition for its in rubric.criteria.values() for condition in its.conditions]
    asked = {name for condition in conditions for name, _ in condition.uses()}
    habits, issues = {}, []
    for filled in every:
        habit, found = _habit(filled, mapping, month_first)
        issues += [*found, *(_not_applicable(filled) if filled.name in always else ())]
        issues += _nothing_written(filled, mapping) if filled.name in asked else ()
        issues += _fractions(filled, rubric)
        if habit != NO_HABIT:
            habits[filled.name] = habit
    return habits, issues


def _habit(filled: _Filled, mapping: MappingFile, month_first: str) -> tuple[Habit, list[Issue]]:
    own = mapping.words.get(filled.name)
    asks_whether = filled.asks_whether and not (own and own.value)
    habit = Habit(asks_whether=asks_whether)
    issues: list[Issue] = []
    if isinstance(filled.field, DateField | DatesField):
        dates, issues = _dates(filled, mapping, month_first)
        habit = habit._replace(dates=dates)
    elif isinstance(filled.field, IdentifierField):
        issues = list(_references(filled))
    elif isinstance(filled.field, TextField):
        issues = [*_cut(filled), *(_noes(filled) if asks_whether else ())]
    codes = _codes(filled, habit.dates)
    unclear = _unclear_commas(filled) if filled.semicolons else set()
    if own:
        codes -= {fold(word) for word in own.value}
    codes -= {fold(w) for w in _own_words(filled.field)}
    if codes:
        habit = habit._replace(no_values=frozenset(codes))
        code = IssueCode.MISSING_CODES
        shown = ", ".join(sorted(codes)[:PLACES_NAMED])
        issues.append(filled.issue(code, lambda cell: fold(text_of(cell)) in codes, codes=shown))
    if unclear:
        habit = habit._replace(no_values=habit.no_values | unclear)
        issues.append(filled.issue(IssueCode.COMMAS_UNCLEAR, lambda cell: cell in unclear))
    return habit, issues


def _noes(filled: _Filled) -> Iterator[Issue]:
    """Noes that say that it isn't recorded, where a no could also be what is recorded."""
    issue = filled.issue(
        IssueCode.ASKED_WHETHER, lambda cell: USUAL_ANSWERS.get(fold(text_of(cell))) == NO
    )
    if issue.total:
        yield issue


def _nothing_written(filled: _Filled, mapping: MappingFile) -> Iterator[Issue]:
    """``None`` or ``Nil`` among accounts; beside other short answers it is one of them."""
    if not isinstance(filled.field, TextField):
        return
    own = mapping.words.get(filled.name)
    words = _NOTHING - {*map(fold, own.value if own else ()), *map(fold, _own_words(filled.field))}

    def says_nothing(cell: Cell) -> bool:
        return fold(text_of(cell)).strip(" .") in words

    columns = filled.columns.values()
    if not any(says_nothing(cell) for cells in columns for cell in cells.short):
        return
    accounts = sum(cells.rows - cells.passing(_is_short)[0] for cells in columns)
    if accounts > sum(
        cells.passing(lambda c: _is_short(c) and text_of(c) != "")[0] for cells in columns
    ):
        yield filled.issue(IssueCode.NOTHING_WRITTEN, says_nothing)


def _is_short(cell: Cell) -> bool:
    return not isinstance(cell, str) or len(cell) <= LONGEST_CODE


def _has_no_value(found: tuple[State, str] | None) -> bool:
    return found is not None and found[0] != State.VALUE


def _fractions(filled: _Filled, rubric: Rubric) -> Iterator[Issue]:
    """Fractions that may be percentages in another form.

    They stand beside percentages; or the rubric asks for more than any other number could be that
    isn't one, and no number between tells that they are what they are, as the ages of babies.
    """
    if not isinstance(filled.field, NumberField):
        return
    texts = [text_of(cell) for cell in filled.distinct]
    if not any(map(_is_fraction, texts)):
        return
    numbers = [float(text) for text in texts if _NUMBER.fullmatch(text) and not _is_fraction(text)]
    is_apart = all(number in (0, 1) or number > _LEAST_SHARE for number in numbers)
    if any(text.endswith("%") for text in texts) or (is_apart and _asks_for_share(filled, rubric)):
        code = IssueCode.FRACTIONS_UNCLEAR
        yield filled.issue(code, lambda cell: _is_fraction(text_of(cell)))


def _asks_for_share(filled: _Filled, rubric: Rubric) -> bool:
    """Whether the numbers that a rubric compares a field with may be percentages."""
    setting = rubric.setting(dt.date.today())
    examples = (
        text
        for criterion in rubric.criteria.values()
        for condition in criterion.conditions
        if filled.name in {name for name, _ in condition.uses()}
        for text in condition.examples(setting).get(filled.name, ())
    )
    return any(_NUMBER.fullmatch(text) and float(text) > _LEAST_SHARE for text in examples)


def _is_fraction(text: str) -> bool:
    return _FRACTION.fullmatch(text) is not None


def _unclear_commas(filled: _Filled) -> set[str]:
    """Numbers of a file separated by semicolons whose comma may be a decimal point."""
    if not isinstance(filled.field, NumberField):
        return set()
    return {c for c in filled.distinct if isinstance(c, str) and _THOUSANDS.fullmatch(c)}


def _own_words(field: FieldBase) -> tuple[str, ...]:
    return (*field.blank, *field.unknown, *field.not_applicable)


def _codes(filled: _Filled, reader: DateReader) -> set[str]:
    """The texts that stand for a value that isn't there."""
    if not isinstance(filled.field, DateField | DatesField | NumberField | TextField):
        return set()
    # A cell of many letters is none.
    cells = list(dict.fromkeys(cell for its in filled.columns.values() for cell in its.short))
    if isinstance(filled.field, TextField):
        # Nor is one that begins with a letter.
        cells = [c for c in cells if not isinstance(c, str) or not c[:1].isalpha()]
    texts = [text for text in map(text_of, cells) if text]
    if isinstance(filled.field, DateField | DatesField):
        return _no_days(filled, dict(zip(texts, reader.read(texts).tolist(), strict=True)))
    numbers = {text: float(text) for text in texts if _NUMBER.fullmatch(text)}
    if isinstance(filled.field, TextField):
        found = {fold(text) for text, number in numbers.items() if number in _IN_TEXTS}
        has_long = any(cells.longest.length > LONGEST_CODE for cells in filled.columns.values())
        worded = has_long or len(texts) < len(filled.distinct)
        worded = worded or any(map(str.isalpha, "".join(texts)))
        return found if worded and len(found) == len(numbers) else set()
    usual = [number for number in numbers.values() if number not in _BELOW | _ABOVE]
    if not usual or min(usual) < 0:
        return set()
    above = {number for number in _ABOVE if number > _TIMES_ABOVE * max(usual)}
    return {fold(text) for text, number in numbers.items() if number in _BELOW | above}


def _no_days(filled: _Filled, days: Mapping[str, dt.datetime | dt.date | None]) -> set[str]:
    """The texts of days that stand for none.

    Also the day from which a system counts, such as 01/01/1970: it is there again and again, and no
    other day of the column is within years of it.
    """
    dates = {text: dt.date(day.year, day.month, day.day) for text, day in days.items() if day}
    numbers: Counter[dt.date] = Counter()
    for cell, number in filled.counts.items():
        day = dates.get(text_of(cell))
        if day is not None and day not in _NO_DAYS:
            numbers[day] += number
    none = set(_NO_DAYS)
    for first, second in (sorted(numbers)[:2],) if len(numbers) > 1 else ():
        far = second.year - first.year > _YEARS_AHEAD
        if (first.month, first.day) == (1, 1) and numbers[first] >= _LEAST_NOUGHT and far:
            none.add(first)
    return {fold(text) for text, day in dates.items() if day in none}


def _month_first_in(filled: Sequence[_Filled]) -> str:
    """The first field of a sheet whose dates are certainly month first, where none's are day first.

    Where the other columns of an export can't tell their order, they have that of this one.
    """
    orders = {each.name: _order(each.orders) for each in filled}
    told = {name: order for name, order in orders.items() if order is not None}
    if set(told.values()) != {DateOrder.MONTH_FIRST}:
        return ""
    return next(iter(told))


def _order(orders: Mapping[DateOrder | None, int]) -> DateOrder | None:
    """The order that the dates of a column tell; None where they don't."""
    day, month = orders[DateOrder.DAY_FIRST], orders[DateOrder.MONTH_FIRST]
    if not day and not month:
        return None
    if day >= _SLIP * month:
        return DateOrder.DAY_FIRST
    return DateOrder.EITHER if day else DateOrder.MONTH_FIRST


def _dates(
    filled: _Filled, mapping: MappingFile, month_first: str
) -> tuple[DateReader, list[Issue]]:
    """How the dates of a field are read.

    Args:
        month_first: the field that tells that they are month first, if its own cells don't.
    """
    cells, orders = filled.distinct, filled.orders
    reader = DateReader(zone=mapping.time_zone)
    issues = list(_far_ahead(filled, cells))
    if not mapping.time_zone and any(map(_has_offset, cells)):
        issues.append(filled.issue(IssueCode.OFFSETS_DROPPED, _has_offset, Level.NOTE))
    if mapping.dates:
        return reader._replace(order=DateOrder(mapping.dates)), issues
    order = _order(orders)
    if order is None:
        beside = month_first and orders[DateOrder.EITHER]
        order = DateOrder.MONTH_FIRST if beside else DateOrder.DAY_FIRST
        if beside:
            code = IssueCode.DATES_MONTH_FIRST
            issues.append(filled.issue(code, _is_either, beside=month_first))
    elif order is DateOrder.MONTH_FIRST:
        issues.append(filled.issue(IssueCode.DATES_MONTH_FIRST, _is_month_first))
    elif order is DateOrder.EITHER and orders[DateOrder.EITHER]:
        issues.append(filled.issue(IssueCode.DATES_OF_TWO_ORDERS, _is_either))
    turned = _was_turned(filled, orders, order)
    if turned:
        issues.append(filled.issue(IssueCode.DATES_TURNED, _is_early_day))
    return reader._replace(order=order, was_turned=turned), issues


def _was_turned(filled: _Filled, orders: Mapping[DateOrder | None, int], order: DateOrder) -> bool:
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


def _is_either(cell: Cell) -> bool:
    return isinstance(cell, str) and order_told_by(cell) is DateOrder.EITHER


def _is_month_first(cell: Cell) -> bool:
    return isinstance(cell, str) and order_told_by(cell) is DateOrder.MONTH_FIRST


def _has_offset(cell: Cell) -> bool:
    return isinstance(cell, str) and has_offset(cell)


def _far_ahead(filled: _Filled, cells: Set[Cell]) -> Iterator[Issue]:
    """Years that nobody can have reached: ``3025``."""
    last = dt.date.today().year + _YEARS_AHEAD
    texts = [text_of(cell) for cell in cells]
    years = re.compile(r"(?<!\d)([2-9]\d{3})(?!\d)")
    far = {
        text: int(found[1])
        for text in texts
        if (found := years.search(text)) and last < int(found[1]) and not _is_no_day(text)
    }
    if far:
        code, year = IssueCode.DATES_FAR_AHEAD, max(far.values())
        yield filled.issue(code, lambda cell: text_of(cell) in far, year=year)


def _is_no_day(text: str) -> bool:
    (day,) = DateReader().read([text]).astype("datetime64[D]").tolist()
    return day is None or day in _NO_DAYS


def _references(filled: _Filled) -> Iterator[Issue]:
    """References that a spreadsheet took for dates or for numbers."""
    cells = filled.distinct
    # Mostly all are texts, of which that is told together.
    are_texts = set(map(type, cells)) == {str}
    filled_cells = () if are_texts else (cell for cell in cells if cell not in ("", None))
    kinds = {isinstance(cell, dt.date) for cell in filled_cells}
    code = IssueCode.REFERENCES_AS_DATES
    if kinds == {True, False}:
        yield filled.issue(code, lambda cell: isinstance(cell, dt.date))
    else:
        brief = [c for c in cells if isinstance(c, str) and len(c) <= _LONGEST_SHORT]
        short = sum(_SHORT_DATE.fullmatch(cell) is not None for cell in brief)
        # Where others look so too, it may be somebody's name and a number.
        alike = sum(_NAME_AND_NUMBER.fullmatch(cell) is not None for cell in brief)
        is_odd = alike == short < len(cells) / 2
        if short and (is_odd or sum(map(_is_of_two_numbers, cells)) >= short):
            yield filled.issue(code, _is_short_date)
    has_plus = not are_texts or "+" in "".join(cast("Set[str]", cells))
    if has_plus and any(map(_has_lost_digits, cells)):
        yield filled.issue(IssueCode.REFERENCES_CUT, _has_lost_digits)


def _is_of_two_numbers(cell: Cell) -> bool:
    return isinstance(cell, str) and _TWO_NUMBERS.fullmatch(cell) is not None


def _is_short_date(cell: Cell) -> bool:
    """Whether it is what is saved as text of 1-24 or 3-4: ``Jan-24``, ``03-Apr``."""
    return isinstance(cell, str) and _SHORT_DATE.fullmatch(cell) is not None


def _has_lost_digits(cell: Cell) -> bool:
    if isinstance(cell, float | int):
        return abs(cell) >= _DIGITS_KEPT
    return isinstance(cell, str) and "+" in cell and bool(_SCIENTIFIC.fullmatch(cell.strip()))


def _cut(filled: _Filled) -> Iterator[Issue]:
    """Texts of which several end at the same length, as no writer ends them."""
    longest = max(cells.longest.length for cells in filled.columns.values())
    ends = {c: cells.longest for c, cells in filled.columns.items()}
    ends = {column: its for column, its in ends.items() if its.length == longest}
    alike = sum(its.different for its in ends.values())
    unfinished = sum(its.unfinished for its in ends.values())
    total = sum(its.total for its in ends.values())
    # Short remarks may be of one length by chance; but most of them would have an end.
    enough = alike if longest >= _SURELY_CUT else unfinished if unfinished * 2 > alike else 0
    is_limit = longest in _USUAL_LIMITS or (longest >= _SHORTEST_CUT and enough >= _LEAST_CUT)
    if is_limit and total > 1:
        named = [address(row, column) for column, its in ends.items() for row in its.rows]
        yield Issue(
            IssueCode.TEXTS_CUT,
            Level.DOUBT,
            filled.file,
            filled.sheet,
            filled.name,
            total,
            tuple(named[:PLACES_NAMED]),
            {"length": longest},
        )


def _asked_of_all(rubric: Rubric) -> set[str]:
    """The fields of questions that are asked of every case."""
    criteria = [c for c in rubric.criteria.values() if c.applies is None]
    return {name for criterion in criteria for name, _ in criterion.met.uses()}


def _not_applicable(filled: _Filled) -> Iterator[Issue]:
    """``NA`` where the rubric knows no case that it doesn't ask: R writes it for an empty cell."""
    field = filled.field
    if "na" in map(fold, _own_words(field)) or (
        isinstance(field, CodeField) and field.code_set.find("NA") is not None
    ):
        return
    rows = max(cells.rows for cells in filled.columns.values())
    if "NA" in filled.distinct:
        yield filled.issue(IssueCode.NOT_APPLICABLE_ASKED, lambda cell: cell == "NA", rows=rows)
