"""Which rows of a sheet are case files, and why the others are not."""

import datetime
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from casefile_audit.capped import Capped
from casefile_audit.cases import Mask
from casefile_audit.english import fold, heading_key, listing
from casefile_audit.files.tables import CellTable, table_of
from casefile_audit.files.workbook import Cell, Sheet, address, text_of
from casefile_audit.intake import row_labels
from casefile_audit.intake.columns import Header
from casefile_audit.intake.row_answers import FieldsBySector, RowAnswers, is_number
from casefile_audit.results import LeftOut
from casefile_audit.rubric.words import is_prompt

_START_RE = re.compile(r"[\s!-/:-@\[-`{-~]*([A-Za-z0-9]{1,3})")
_MAYBE_LABEL_RE = re.compile(row_labels.MAYBE_LABEL)
_LINE_RE = re.compile(r"\W*([-=_*~–—]{2,}|[–—])\W*")
_LETTERS_RE = re.compile(r"[^\W\d_]+")
_DIGITS_RE = re.compile(r"\d+")
_ROWS_NAMED = 8
# How case references look is told from so many rows of a sheet.
_ROWS_SAMPLED = 2_000
# From fewer rows that answer it can't be told how case references look.
_LEAST_ANSWERED = 3
# A row that starts with a total, and has a number where others have their reference, is a case if
# so many cells of it answer something in words: a total is graded at most.
_LEAST_OF_A_NUMBER = 2
# A longer number counts no rows of a sheet.
_DIGITS = 7
# What is as rare as this among them is a slip, and not how they look.
_RARE = 50
# A second and a third row of headings stand no further down.
_ROWS_OF_HEADINGS = 3
# What a template holds in each of its rows before anybody has filled one in.
_PREFILLED = frozenset(("false", "no", "n", "0", "☐", "□", "-", "n/a"))
# What nearly all cases have, so that a row without it is perhaps none.
_NEARLY_ALL = 0.9
_NO_NAME = r"^[\s._?–—-]+$|^(?i:n/a|tbc|tba)$"
_NO_NAME_RE = re.compile(_NO_NAME)


class ClassifiedRows(NamedTuple):
    """The rows of a table, told apart.

    Attributes:
        cases: the places in the table of those that are cases.
        left_out: the others that hold anything.
        single_cell: the row numbers, counted from 1, of the cases that hold a single cell.
        reordered: those of the first row that has the headings again in other columns; 0 for none.
    """

    cases: npt.NDArray[np.int64]
    left_out: tuple[LeftOut, ...]
    single_cell: tuple[int, ...]
    reordered: int = 0


class ReferenceLook(NamedTuple):
    """How case references look.

    Attributes:
        numbered: whether most hold a digit, so that a name without one is hardly another.
        counted: whether most are nothing but a number.
        examples: whether several say that they are examples, so that none of them is for show.
        shapes: their shapes, as ``shape`` makes them; none where that can't be told.
        numeric: columns of answers, by their indexes, in which numbers are answers.
    """

    numbered: bool = False
    counted: bool = False
    examples: bool = False
    shapes: frozenset[str] = frozenset()
    numeric: frozenset[int] = frozenset()

    def is_like(self, text: str) -> bool:
        """Whether a text may be a case reference by its look."""
        if self.numbered and not any(map(str.isdigit, text)):
            return False
        return not self.shapes or shape(text) in self.shapes


class RowRules(NamedTuple):
    """What tells the cases of a sheet from its other rows.

    Attributes:
        headings: the keys of the mapped columns' headings, by the columns' indexes.
        identifier: the column of the case reference, if there is one.
        wide: zero-based rows in which cells are merged sideways.
        unwanted: numbers, counted from 1, of rows that the mapping leaves out.
    """

    header: Header
    headings: Mapping[int, frozenset[str]]
    identifier: int | None
    wide: frozenset[int]
    unwanted: frozenset[int]
    look: ReferenceLook = ReferenceLook()

    def classify(self, table: CellTable, fields: FieldsBySector) -> ClassifiedRows:
        """Tell the rows of a table apart. Only those that may be no case are looked at singly."""
        answers = RowAnswers(self.header, fields, self.look.numeric)
        templates = self._templates(table)
        doubtful = np.flatnonzero(self._doubtful(table, answers.rows(table)) | templates)
        is_case = np.ones(len(table), dtype=bool)
        is_case[doubtful] = False
        left_out: list[LeftOut] = []
        single_cell: list[int] = []
        noes: set[int] = set()
        is_unnamed = False
        reordered = 0
        for place, cells in zip(doubtful.tolist(), table.cells(doubtful.tolist()), strict=True):
            row = table.first + place
            filled = [index for index, cell in enumerate(cells) if not is_blank(cell)]
            if not filled:
                continue
            out = self._left_out(row, cells, filled, answers)
            if out is None and templates[place]:
                out = LeftOut(row + 1, "it holds only what a template holds beforehand", True)
            if out is not None:
                left_out.append(out)
                if out.nameless and not out.may_be and answers.of_row(_texts(cells, filled))[0]:
                    noes.add(out.row)
                if not reordered and row + 1 not in self.unwanted and self._reorders(cells):
                    reordered = row + 1
                continue
            is_case[place] = True
            is_unnamed |= self.identifier in filled and _names_nothing(
                text_of(cells[self.identifier])
            )
            if len(filled) == 1:
                single_cell.append(row + 1)
        cases = np.flatnonzero(is_case)
        # A template's own rows stand under the cases, and those have references.
        last = table.first + (len(table) if is_unnamed else int(cases.max(initial=-1)) + 1)
        among = {row for row in noes if row <= last}
        told = (replace(out, may_be=True) if out.row in among else out for out in left_out)
        return ClassifiedRows(cases, tuple(told), tuple(single_cell), reordered)

    def whatever_its_look(self) -> "RowRules":
        """The same rules, but that a case reference may look like no other.

        Nobody ruled off a form, or a list of cases that are to be read.
        """
        return self._replace(look=ReferenceLook())

    def _reorders(self, cells: Sequence[Cell]) -> bool:
        """Whether a row has the headings again, some of them over other columns than theirs.

        A table of sums has the headings of what it counts, and not that of the case reference.
        """
        texts = (text_of(cell) for cell in cells if isinstance(cell, str))
        held = {key for text in texts if (key := heading_key(text))}
        again = [index for index, keys in self.headings.items() if keys & held]
        moved = [i for i in again if heading_key(text_of(cells[i])) not in self.headings[i]]
        has_reference = self.identifier is None or self.identifier in again
        return bool(moved) and has_reference and 1 < len(again) > len(self.headings) // 2

    def _templates(self, table: CellTable) -> Mask:
        """The rows of nothing but noes and empty boxes, without what nearly all the others have.

        Where there are case references, a row without one is told by that.
        """
        only = np.full(len(table), self.identifier is None)
        told: list[tuple[Mask, Mask]] = []
        for column in map(table.column, table.known if self.identifier is None else ()):
            nothing = ~column.filled if column.is_unique else column.where(_is_prefilled)
            only &= nothing
            told.append((~nothing, column.filled))
        enough = _NEARLY_ALL * max(int(np.count_nonzero(~only)), 1)
        complete = np.ones(len(table), dtype=bool)
        for tells, filled in told:
            if np.count_nonzero(tells[~only]) >= enough:
                complete &= filled
        return only & ~complete

    def _doubtful(self, table: CellTable, answered: Mask) -> Mask:
        """All rows that may be no case, and some others.

        They have no case reference, or one unlike the others and no answer; hold no more than one
        cell that is known; start with what may be a total, or with a column that isn't known;
        repeat two headings; are merged; or the mapping leaves them out.
        """
        count = np.zeros(len(table), dtype=np.int32)
        repeated = np.zeros(len(table), dtype=np.int32)
        doubtful = self._unlike(table, answered)
        unseen = np.ones(len(table), dtype=bool)
        columns = [table.column(index) for index in self.headings]
        # The headings again are more than half of them, so most columns need not be searched.
        least = max(len(columns) // 2 + 1, 2) - sum(column.is_unique for column in columns)
        enough = least > 0
        for order, index in enumerate(table.known):
            column = table.column(index)
            first = unseen & column.filled
            if first.any():
                # Where a column before it isn't known, this may not be the first that is filled.
                known = order == index
                label = (
                    column.where_matching(_maybe_label, row_labels.MAYBE_LABEL) if known else True
                )
                doubtful |= first & label
                unseen &= ~column.filled
            count += column.filled
            if index in self.headings and not (column.is_unique and enough):
                keys = self.headings[index]
                repeated += column.where(_may_be_heading, keys)
        rows = (*self.wide, *(row - 1 for row in self.unwanted))
        under = range(self.header.rows[-1] + 1, self.header.rows[-1] + 1 + _ROWS_OF_HEADINGS)
        places = np.array([row - table.first for row in (*rows, *under)], dtype=np.int64)
        doubtful[places[(places >= 0) & (places < len(table))]] = True
        return doubtful | (count <= 1) | (repeated >= (least if enough else 2))

    def _unlike(self, table: CellTable, answered: Mask) -> Mask:
        """Which rows have no case reference, or no answer and one that is unlike the others or may
        be a count.
        """  # noqa: D205 - one thought
        if self.identifier is None:
            return ~answered
        column = table.column(self.identifier)
        unlike = ~column.filled | column.where_matching(_names_nothing, _NO_NAME)
        for place in np.flatnonzero(~answered & column.filled).tolist():
            reference = text_of(column.at(place))
            counts = self._may_count(table.first + place, reference)
            unlike[place] = counts or not self.look.is_like(reference)
        return unlike

    def _left_out(
        self, row: int, cells: Sequence[Cell], filled: Sequence[int], answers: RowAnswers
    ) -> LeftOut | None:
        """Why a row that holds something is not a case; None if it is one."""
        texts = _texts(cells, filled)
        answered, no_answers = answers.of_row(texts)
        names_case = self._names_case(texts, answers)
        if reason := self._reason(row, cells, filled, names_case):
            return LeftOut(row + 1, reason)
        if reason := self._shows_how(row, texts, (answered, no_answers)):
            return LeftOut(row + 1, reason)
        label = texts[filled[0]]
        prefilled = all(_is_prefilled(text) for at, text in texts.items() if at != self.identifier)
        nameless = self.identifier is not None and (
            self.identifier not in texts or (prefilled and _names_nothing(texts[self.identifier]))
        )
        is_label = not names_case and (
            nameless
            or not answered
            or (len(filled) <= 2 and self.look.numbered and not self.look.is_like(label))
        )
        if is_label and (what := row_labels.says_what_it_is(label)):
            # A number after it may be the case's, or how many there are.
            own = self.identifier if self.identifier != filled[0] else None
            may_be = own in texts and self.look.is_like(texts[own]) and not no_answers
            return LeftOut(row + 1, f"{what} (“{label}”)", may_be)
        if self.identifier is None:
            # A row of a list or of a tally under the table holds what its columns can't hold.
            if answered or not no_answers:
                return None
            return LeftOut(row + 1, "it answers nothing, and holds what isn't an answer", True)
        if nameless:
            return LeftOut(row + 1, "it has no case reference", answered and not prefilled, True)
        reference = texts[self.identifier]
        unlike = not self.look.is_like(reference)
        if unlike and row_labels.heads_a_tally(reference):
            return LeftOut(row + 1, f"it heads another table (“{reference}”)", bool(answered))
        is_count = all(map(is_number, texts.values())) and self._may_count(row, reference)
        if is_count and not answered and no_answers > 1:
            return LeftOut(row + 1, "it holds only numbers, where others answer in words", True)
        guides = self._under_headings(row) and no_answers > (0 if unlike else 1)
        # Where no row answers anything, how case references look can't be told.
        in_words = not self.look.shapes and not any(map(str.isdigit, reference))
        if answered or not (unlike or (guides and in_words)):
            return None
        if guides:
            reason = "it guides how the columns are filled in, and answers nothing"
            return LeftOut(row + 1, reason, not unlike)
        reason = "it answers nothing, and its case reference is unlike the others"
        return LeftOut(row + 1, reason, not no_answers)

    def _names_case(self, texts: Mapping[int, str], answers: RowAnswers) -> bool:
        """Whether a row has a case reference, so that its first cell is no label.

        Total loss is a category, Median Road a team, and Sum may be what somebody calls a case. A
        row of totals has no reference, or a number of cases where the references are.
        """
        reference = texts.get(self.identifier, "") if self.identifier is not None else ""
        if not reference or not self.look.is_like(reference):
            return False
        in_words = answers.in_words(texts)
        if next(iter(texts)) == self.identifier:
            return in_words >= _LEAST_OF_A_NUMBER
        if is_number(reference):
            return in_words >= _LEAST_OF_A_NUMBER
        return in_words > 0 or (self.look.numbered and any(map(str.isalpha, reference)))

    def _may_count(self, row: int, reference: str) -> bool:
        """Whether a reference may be how many cases stand above its row, and no number of one."""
        above = row - self.header.rows[-1] - 1
        return reference.isdecimal() and len(reference) <= _DIGITS and int(reference) <= above

    def _shows_how(self, row: int, texts: Mapping[int, str], held: tuple[bool, int]) -> str:
        """Whether a row only shows how others are filled in, or numbers the columns under them.

        Args:
            row: its number, from nought.
            held: whether it answers anything, and how many of its cells hold no answer.
        """
        reference = texts.get(self.identifier, "") if self.identifier is not None else ""
        if not self.look.examples and row_labels.example(reference):
            return f"an example (“{reference}”)"
        if not self._under_headings(row):
            return ""
        numbers = [*map(str, range(1, len(texts) + 1))]
        counted = [text.strip("().[] ") for text in texts.values()] == numbers
        # A case may be number 1, of a child of 2.
        is_case = held == (True, 0) and bool(reference) and self.look.counted
        return "the numbers of the columns" if counted and len(texts) > 2 and not is_case else ""

    def _reason(
        self, row: int, cells: Sequence[Cell], filled: Sequence[int], names_case: bool
    ) -> str:
        """What says for certain that a row is no case; empty if nothing does."""
        first = cells[filled[0]]
        reason = "as the mapping says" if row + 1 in self.unwanted else ""
        reason = reason or ("" if names_case else _total(first)) or _repeated(cells, self.headings)
        reason = reason or row_labels.of_an_export(text_of(first))
        if len(filled) > 1 and all(_LINE_RE.fullmatch(text_of(cells[i])) for i in filled):
            reason = reason or "a ruled line"
        alone = len(filled) == 1 or (row in self.wide and len({cells[i] for i in filled}) == 1)
        if not reason and alone:
            reason = _lone_cell(row, filled[0], text_of(first), self.identifier)
            reason = reason or _dividing_line(first, self.look.numbered)
        return reason

    def _under_headings(self, row: int) -> bool:
        """Whether a row stands where a second and a third row of headings do."""
        return row <= self.header.rows[-1] + _ROWS_OF_HEADINGS


def shape(text: str) -> str:
    """How a case reference looks: ``a/9/9`` for NS/24/0001."""
    return _DIGITS_RE.sub("9", _LETTERS_RE.sub("a", text))


def row_rules(
    sheet: Sheet,
    header: Header,
    identifier: int | None,
    unwanted: Sequence[int] = (),
    fields: FieldsBySector | None = None,
) -> RowRules:
    """The rules for a sheet, or for the table that starts with it.

    Args:
        sheet: the sheet, or the first rows of a long table.
        unwanted: numbers, counted from 1, of rows that the mapping leaves out.
    """
    names = {
        name: frozenset(
            heading_key(heading)
            for own in (fields or {}).values()
            if name in own
            for heading in filter(None, (*own[name].headings, own[name].title, name))
        )
        for name in header.fields
    }
    return RowRules(
        header=header,
        headings={
            column.index: names[column.field]
            | {heading_key(text_of(sheet.rows[row][column.index])) for row in header.rows}
            for column in header.columns
            if column.field is not None
        },
        identifier=identifier,
        wide=frozenset(
            row
            for span in sheet.merged
            if span.last_column > span.first_column
            for row in range(span.first_row, span.last_row + 1)
        ),
        unwanted=frozenset(unwanted),
    )


def with_looks(
    rules: Sequence[RowRules], sheets: Sequence[Sheet], fields: FieldsBySector
) -> list[RowRules]:
    """The rules of all data sheets, knowing how their case references look.

    That is told from the rows that answer something, of all of the sheets: a sheet of guidance has
    the headings, and no case.
    """
    shapes: Counter[str] = Counter()
    every: Counter[str] = Counter()
    numeric: list[frozenset[int]] = []
    examples = 0
    for own, sheet in zip(rules, sheets, strict=True):
        first = own.header.rows[-1] + 1
        step = max(1, (len(sheet.rows) - first) // _ROWS_SAMPLED)
        table = table_of(sheet, first).sample(step)
        answers = RowAnswers(own.header, fields, frozenset())
        numeric.append(frozenset(answers.numeric_in(table)))
        if own.identifier is None:
            continue
        texts = [text_of(row[own.identifier]) for row in table.rows]
        looks = [shape(text) for text in texts]
        every.update(filter(None, looks))
        examples += sum(map(row_labels.example, texts))
        answers = RowAnswers(own.header, fields, numeric[-1])
        answered = np.flatnonzero(answers.rows(table)).tolist() if answers.told else []
        shapes.update(looks[place] for place in answered if looks[place])
    seen = shapes if shapes.total() > 1 else every
    numbered = sum(n for look, n in seen.items() if "9" in look) * 2 > seen.total()
    known = frozenset(look for look, n in shapes.items() if n * _RARE >= shapes.total())
    # Names, and numbers that a system draws by lot, look as many ways as there are of them.
    differ = len(shapes) * 2 > shapes.total()
    return [
        own._replace(
            look=ReferenceLook(
                numbered=numbered,
                counted=seen["9"] * 2 > seen.total(),
                examples=examples > 1,
                shapes=known if shapes.total() >= _LEAST_ANSWERED and not differ else frozenset(),
                numeric=columns,
            ),
        )
        for own, columns in zip(rules, numeric, strict=True)
    ]


def _texts(cells: Sequence[Cell], filled: Sequence[int]) -> dict[int, str]:
    return {index: text_of(cells[index]) for index in filled}


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing that a reader of the page sees."""
    return cell is None or (isinstance(cell, str) and not text_of(cell))


def _is_prefilled(text: str) -> bool:
    """Whether a text is blank, or what a template has before anybody fills it in."""
    return not text or (word := fold(text)) in _PREFILLED or is_prompt(word)


def _names_nothing(text: str) -> bool:
    """Whether a text stands where a case reference should, and is none: ``-``, or ``n/a``."""
    return _NO_NAME_RE.fullmatch(text) is not None


def _maybe_label(text: str) -> bool:
    """Whether a text may say that its row is no case: quick, and never wrongly False."""
    return _MAYBE_LABEL_RE.search(text) is not None


def _may_be_heading(text: str, keys: frozenset[str]) -> bool:
    """Whether a text may be one of these headings: quick, and never wrongly False."""
    if not text:
        return False
    start = _START_RE.match(text)
    return start is None or start[1].lower() in _starts_of(keys)


@cache
def _starts_of(keys: frozenset[str]) -> frozenset[str]:
    return frozenset(key[:end] for key in keys for end in (1, 2, 3))


def _total(cell: Cell) -> str:
    """Why a row that starts with a cell is one of totals; empty if it isn't."""
    is_total = isinstance(cell, str) and row_labels.total(cell)
    return f"a row of totals (“{text_of(cell)}”)" if is_total else ""


def _repeated(cells: Sequence[Cell], mapped: Mapping[int, frozenset[str]]) -> str:
    """Why a row is the headings over again; empty if it isn't."""
    same = 0
    for index, keys in mapped.items():
        key = heading_key(text_of(cells[index]))
        same += bool(key) and key in keys
    return "the headings again" if same > 1 and same * 2 > len(mapped) else ""


def _lone_cell(row: int, index: int, text: str, identifier: int | None) -> str:
    """Why a row with a single filled cell is not a case; empty if it may be one."""
    if identifier is not None and index != identifier:
        return f"only {address(row, index)} is filled, and it isn't the case reference"
    return "a note under the table" if row_labels.note(text) else ""


def _dividing_line(cell: Cell, numbered: bool) -> str:
    """Why a lone cell only divides the cases, by month or by team; empty if it may be a case."""
    text = text_of(cell)
    is_no_reference = isinstance(cell, datetime.date) or not any(map(str.isdigit, text))
    divides = row_labels.month(text) or (numbered and is_no_reference)
    if divides and len(text) < row_labels.LONGEST_LABEL:
        return f"a dividing line (“{text}”)"
    return ""


def note_on_rows(rows: Capped[int], one: str, several: str) -> Iterator[str]:
    """A sentence on cases that were read and counted though they look odd; none if there are none.

    Args:
        rows: their row numbers, counted from 1.
        one: what the only one is or does.
        several: what several are or do.
    """
    named = [*map(str, rows[:_ROWS_NAMED])]
    more = [f"{rows.total - len(named):,} more"] if rows.total > len(named) else []
    if rows.total == 1:
        yield f"row {named[0]} {one}; it was read and counted"
    elif rows.total:
        yield f"rows {listing([*named, *more])} {several}; they were read and counted"
