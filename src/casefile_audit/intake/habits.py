"""How the columns of a sheet are filled in: what their cells tell only together."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Set
from typing import cast

from casefile_audit.english import fold
from casefile_audit.files.tables import table_of
from casefile_audit.files.workbook import Cell, Sheet, text_of
from casefile_audit.intake.column_cells import CellsOfSheet, ColumnCells, FilledField
from casefile_audit.intake.columns import Header
from casefile_audit.intake.date_habits import date_reader, month_first_in, no_days
from casefile_audit.intake.mapping import MappingFile
from casefile_audit.intake.texts_seen import LONGEST_CODE, SPOILT, is_short
from casefile_audit.issues import PLACES_NAMED, Issue, IssueCode
from casefile_audit.rubric.fields import (
    CodeField,
    DateField,
    DatesField,
    IdentifierField,
    NumberField,
    TextField,
)
from casefile_audit.rubric.habits import NO_HABIT, Habit
from casefile_audit.rubric.model import Rubric
from casefile_audit.rubric.words import NO, USUAL_ANSWERS

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


def habits_of(
    file: str,
    sheet: Sheet,
    header: Header,
    rubric: Rubric,
    mapping: MappingFile,
    columns: Mapping[int, ColumnCells] | None = None,
) -> tuple[dict[str, Habit], list[Issue]]:
    """How the columns of a sheet are filled in.

    Args:
        sheet: the sheet; of a long file the first rows.
        columns: of a long file what its columns hold, by their indexes; else that of the sheet.

    Returns:
        The habit of each field that has one, and what could change a count.
    """
    every = list(_filled_fields(file, sheet, header, rubric, mapping, columns))
    dated = [each for each in every if isinstance(each.field, DateField | DatesField)]
    month_first, always = month_first_in(dated), _asked_of_all(rubric)
    conditions = [condition for its in rubric.criteria.values() for condition in its.conditions]
    asked = {name for condition in conditions for name, _ in condition.uses()}
    habits, issues = {}, []
    for filled in every:
        habit, found = _habit(filled, mapping, month_first)
        issues += [*found, *(_not_applicable(filled) if filled.name in always else ())]
        issues += _nothing_written(filled) if filled.name in asked else ()
        issues += _fractions(filled, rubric)
        if habit != NO_HABIT:
            habits[filled.name] = habit
    return habits, issues


def _filled_fields(
    file: str,
    sheet: Sheet,
    header: Header,
    rubric: Rubric,
    mapping: MappingFile,
    columns: Mapping[int, ColumnCells] | None,
) -> Iterator[FilledField]:
    first = header.rows[-1] + 1
    numbered = table_of(sheet, first).numbered if columns is None else []
    for name, field in rubric.fields.items():
        if not (own := header.of_field(name)):
            continue
        yield FilledField(
            file,
            sheet.name,
            name,
            mapping.words_of(name, field),
            {c.index: columns[c.index] for c in own}
            if columns is not None
            else {c.index: CellsOfSheet(numbered[c.index], first) for c in own},
            headings=tuple(column.heading for column in own),
            semicolons=sheet.separator == ";",
            values=mapping.values_of(name),
        )


def _habit(
    filled: FilledField, mapping: MappingFile, month_first: str
) -> tuple[Habit, list[Issue]]:
    habit, issues, codes = Habit(asks_whether=filled.asks_whether), list[Issue](), set[str]()
    if isinstance(filled.field, DateField | DatesField):
        dates, issues = date_reader(filled, mapping, month_first)
        habit, codes = habit._replace(dates=dates), no_days(filled, dates)
    elif isinstance(filled.field, IdentifierField):
        issues = list(_references(filled))
    elif isinstance(filled.field, NumberField):
        codes = _codes_of_numbers(filled)
    elif isinstance(filled.field, TextField):
        issues = [*_cut(filled), *(_noes(filled) if filled.asks_whether else ())]
        codes = _codes_in_texts(filled)
    if codes := codes - filled.explained:
        code, shown = IssueCode.MISSING_CODES, ", ".join(sorted(codes)[:PLACES_NAMED])
        issues.append(filled.issue(code, lambda cell: fold(text_of(cell)) in codes, codes=shown))
    unclear = _unclear_commas(filled)
    if unclear:
        issues.append(filled.issue(IssueCode.COMMAS_UNCLEAR, lambda cell: cell in unclear))
    return habit._replace(no_values=frozenset(codes | unclear)), issues


def _noes(filled: FilledField) -> Iterator[Issue]:
    """Noes that say that it isn't recorded, where a no could also be what is recorded."""
    issue = filled.issue(
        IssueCode.ASKED_WHETHER, lambda cell: USUAL_ANSWERS.get(fold(text_of(cell))) == NO
    )
    if issue.total:
        yield issue


def _nothing_written(filled: FilledField) -> Iterator[Issue]:
    """``None`` or ``Nil`` among accounts; beside other short answers it is one of them."""
    if not isinstance(filled.field, TextField):
        return
    words = _NOTHING - filled.explained

    def says_nothing(cell: Cell) -> bool:
        return fold(text_of(cell)).strip(" .") in words

    if not any(map(says_nothing, filled.short)):
        return
    accounts = sum(cells.rows for cells in filled.columns.values()) - filled.passing(is_short)
    if accounts > filled.passing(lambda cell: is_short(cell) and text_of(cell) != ""):
        yield filled.issue(IssueCode.NOTHING_WRITTEN, says_nothing)


def _fractions(filled: FilledField, rubric: Rubric) -> Iterator[Issue]:
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


def _asks_for_share(filled: FilledField, rubric: Rubric) -> bool:
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


def _unclear_commas(filled: FilledField) -> set[str]:
    """Numbers of a file separated by semicolons whose comma may be a decimal point."""
    if not (filled.semicolons and isinstance(filled.field, NumberField)):
        return set()
    return {c for c in filled.distinct if isinstance(c, str) and _THOUSANDS.fullmatch(c)}


def _codes_of_numbers(filled: FilledField) -> set[str]:
    """The numbers that stand for one that isn't there, as texts."""
    texts = map(text_of, filled.short)
    numbers = {text: float(text) for text in texts if _NUMBER.fullmatch(text)}
    usual = [number for number in numbers.values() if number not in _BELOW | _ABOVE]
    if not usual or min(usual) < 0:
        return set()
    above = {number for number in _ABOVE if number > _TIMES_ABOVE * max(usual)}
    return {fold(text) for text, number in numbers.items() if number in _BELOW | above}


def _codes_in_texts(filled: FilledField) -> set[str]:
    """The numbers among words that stand for there being none; a code begins with no letter."""
    cells = (c for c in filled.short if not (isinstance(c, str) and c[:1].isalpha()))
    texts = [text for text in map(text_of, cells) if text]
    numbers = {text: float(text) for text in texts if _NUMBER.fullmatch(text)}
    codes = {fold(text) for text, number in numbers.items() if number in _IN_TEXTS}
    are_words = (
        any(cells.longest.length > LONGEST_CODE for cells in filled.columns.values())
        or len(texts) < len(filled.distinct)
        or any(map(str.isalpha, "".join(texts)))
    )
    return codes if are_words and len(codes) == len(numbers) else set()


def _references(filled: FilledField) -> Iterator[Issue]:
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


def _cut(filled: FilledField) -> Iterator[Issue]:
    """Texts of which several end at the same length, as no writer ends them."""
    each = {column: cells.longest for column, cells in filled.columns.items()}
    longest = max(its.length for its in each.values())
    ends = {column: its for column, its in each.items() if its.length == longest}
    alike = sum(its.different for its in ends.values())
    unfinished = sum(its.unfinished for its in ends.values())
    total = sum(its.total for its in ends.values())
    # Short remarks may be of one length by chance; but most of them would have an end.
    enough = alike if longest >= _SURELY_CUT else unfinished if unfinished * 2 > alike else 0
    is_limit = longest in _USUAL_LIMITS or (longest >= _SHORTEST_CUT and enough >= _LEAST_CUT)
    if is_limit and total > 1:
        found = {column: (its.total, [*its.rows]) for column, its in ends.items()}
        yield filled.issue_at(IssueCode.TEXTS_CUT, found, length=longest)


def _asked_of_all(rubric: Rubric) -> set[str]:
    """The fields of questions that are asked of every case."""
    criteria = [c for c in rubric.criteria.values() if c.applies is None]
    return {name for criterion in criteria for name, _ in criterion.met.uses()}


def _not_applicable(filled: FilledField) -> Iterator[Issue]:
    """``NA`` where the rubric knows no case that it doesn't ask: R writes it for an empty cell."""
    field = filled.field
    is_code = isinstance(field, CodeField) and field.code_set.find("NA") is not None
    if is_code or "na" in filled.explained:
        return
    rows = max(cells.rows for cells in filled.columns.values())
    if "NA" in filled.distinct:
        yield filled.issue(IssueCode.NOT_APPLICABLE_ASKED, lambda cell: cell == "NA", rows=rows)
