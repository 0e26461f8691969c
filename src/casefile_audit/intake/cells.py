"""The cells of some rows of a sheet read as the rubric's fields, each distinct text once."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from functools import cached_property

import numpy as np
import numpy.typing as npt

from casefile_audit.capped import Capped
from casefile_audit.cases import Cases, Codes, Column, Mask, SheetOrigin, State, States, Values
from casefile_audit.english import fold
from casefile_audit.error_cells import NOT_CALCULATED, OUT_OF_PLACE
from casefile_audit.files.tables import CellTable
from casefile_audit.files.workbook import address, text_of
from casefile_audit.intake.columns import Header, SheetColumn
from casefile_audit.intake.offers import offer
from casefile_audit.intake.redaction import LONGEST_SHOWN, MANY_ROWS, redacted
from casefile_audit.results import CellProblem
from casefile_audit.rubric.code_sets import CodeStatus
from casefile_audit.rubric.fields import CodeField, FieldBase, GradeField, Reading

_LONGEST_LIKENED = 40
# What a cell is read as that holds nothing to read: what was found, and why.
_STAND_INS = {
    NOT_CALCULATED: (
        "a formula without a result",
        "it was never calculated: open the workbook in Excel and save it",
    ),
    OUT_OF_PLACE: (
        "a cell out of place",
        "the row hasn't as many cells as there are headings, as where a comma or a quotation mark "
        "in a text isn't between quotation marks",
    ),
}


# What a column for one answer of several holds, where that is ticked and where it isn't.
_TICKED = frozenset(
    ("1", "true", "yes", "y", "x", "checked", "ticked", "selected", "✓", "✔", "☑", "☒")
)
_NOT_TICKED = frozenset(("", "0", "false", "no", "n", "unchecked", "not selected", "-", "☐", "□"))
_A_TICK = "1 or 0, Checked or Unchecked, Yes or No, or nothing"


@dataclass(frozen=True)
class Block:
    """Some rows of a table that are read alike.

    Attributes:
        fields: the fields as these rows hold them.
        places: the rows' places in the table.
        moved: where cells stand that were brought here, by their zero-based row and column.
    """

    file: str
    sheet: str
    table: CellTable
    header: Header
    fields: Mapping[str, FieldBase]
    places: npt.NDArray[np.int64]
    moved: Mapping[tuple[int, int], str] = made_by(default_factory=dict)

    def address(self, row: int, index: int) -> str:
        """Where a cell is: in its zero-based row and column, or where it was brought from."""
        place = self.moved.get((row, index), "") or self.header.place_of(index)
        return place or address(row, index)

    def text(self, place: int, index: int) -> str:
        """The words in a cell of a row by its place in the table."""
        return text_of(self.table.column(index).at(place))


@dataclass(frozen=True)
class Doubts:
    """The cells of one column that somebody ought to look at.

    Attributes:
        block, index: where they are.
        said: what each text of the column holds, and what it should hold instead.
    """

    block: Block
    index: int
    field: str
    places: npt.NDArray[np.int64]
    said: Sequence[tuple[str, str, bool]] | Mapping[int, tuple[str, str, bool]]

    @property
    def stops(self) -> bool:
        """Whether nothing is scored until they are put right."""
        return isinstance(self.block.fields[self.field], GradeField)

    def where(self, test: Callable[[str], bool]) -> npt.NDArray[np.int64]:
        """The places of those whose text passes a test."""
        codes, values = self._column.codes[self.places], self._column.values
        there = np.flatnonzero(np.bincount(codes)).tolist()
        passed = [code for code in there if test(text_of(values[code]))]
        return self.places[np.isin(codes, passed)]

    @property
    def _column(self) -> Column:
        return self.block.table.column(self.index)

    @cached_property
    def _in_many_rows(self) -> frozenset[int]:
        """The texts that so many rows hold that they are words for something, and not too long."""
        rows = np.bincount(self._column.codes[self.places])
        texts = {
            code: text_of(self._column.values[code])
            for code in np.flatnonzero(rows >= MANY_ROWS).tolist()
        }
        return frozenset(
            code
            for code, text in texts.items()
            if len(text) <= LONGEST_SHOWN and text not in _STAND_INS
        )

    def problem(self, number: int) -> CellProblem:
        """One of them."""
        place, table = int(self.places[number]), self.block.table
        row, code = table.first + place, int(self._column.codes[place])
        found, expected, uncounted = self.said[code]
        if code in self._in_many_rows:
            found = text_of(self._column.values[code])
        return CellProblem(
            file=self.block.file,
            sheet=self.block.sheet,
            cell=self.block.address(row, self.index),
            field=self.field,
            found=found,
            expected=expected,
            uncounted=uncounted,
            row=row,
            column=self.index,
            stops=self.stops,
        )


def listed(doubts: Sequence[Doubts], most: int | None) -> Capped[CellProblem]:
    """The cells of several columns as one listing, in the order of the rows."""
    if not doubts:
        return Capped((), 0, most)
    rows = np.concatenate([each.places + each.block.table.first for each in doubts])
    columns = np.concatenate([np.full(len(each.places), each.index) for each in doubts])
    own = np.concatenate([np.arange(len(each.places)) for each in doubts])
    whose = np.repeat(np.arange(len(doubts)), [len(each.places) for each in doubts])
    first = np.lexsort((columns, rows))[:most].tolist()
    return Capped(tuple(doubts[whose[n]].problem(own[n]) for n in first), len(rows), most)


def read_block(block: Block, sheet_index: int) -> tuple[Cases, list[Doubts]]:
    """Read every field of a block, and find the cells that somebody ought to look at.

    A field without a column comes out as not applicable, since nobody was asked.
    """
    columns: dict[str, Column] = {}
    states: dict[str, States] = {}
    parts: dict[str, list[str]] = {}
    letters: dict[str, str] = {}
    places: dict[str, str] = {}
    moved: dict[tuple[str, int], str] = {}
    by_index = _by_column(block.moved)
    doubts: list[Doubts] = []
    count = len(block.places)
    for name, field in block.fields.items():
        headed = block.header.of_field(name)
        if field.several_columns:
            headed = sorted(headed, key=lambda column: column.rank)
        for number, column in enumerate(headed[: None if field.several_columns else 1], 1):
            part = f"{name} {number}" if field.several_columns else name
            columns[part], states[part], wrong = _read_column(block, name, field, column.index)
            letters[part] = column.letter
            places |= {part: column.place} if column.place else {}
            moved |= {(part, row + 1): at for row, at in by_index.get(column.index, {}).items()}
            parts.setdefault(name, []).append(part)
            doubts += [wrong] if wrong else []
        if name not in parts and name in block.header.by_option:
            options = block.header.by_option[name]
            columns[name], states[name], wrong_ones = _read_options(block, name, field, options)
            letters[name], parts[name] = options[0][0].letter, [name]
            doubts += wrong_ones
        if name not in parts:
            part = f"{name} 1" if field.several_columns else name
            columns[part], states[part] = _no_column(field, count)
            parts[name] = [part]
    cases = Cases(
        columns=columns,
        states=states,
        parts=parts,
        references=np.full(count, "", dtype=object),
        sheet=np.full(count, sheet_index, dtype=np.int32),
        row=block.places + block.table.first + 1,
        sheets=(SheetOrigin(block.file, block.sheet, letters, places, moved),),
    )
    return cases, doubts


def _by_column(moved: Mapping[tuple[int, int], str]) -> dict[int, dict[int, str]]:
    """Places by column, and in each by row."""
    found: dict[int, dict[int, str]] = {}
    for (row, index), at in moved.items():
        found.setdefault(index, {})[row] = at
    return found


def _read_options(
    block: Block, name: str, field: FieldBase, options: Sequence[tuple[SheetColumn, str]]
) -> tuple[Column, States, list[Doubts]]:
    """A question with a column for each answer, as a cell that holds those that are ticked."""
    ticked = np.zeros((len(block.places), len(options)), dtype=bool)
    unreadable = np.zeros(len(block.places), dtype=bool)
    doubts: list[Doubts] = []
    for place, (option, answer) in enumerate(options):
        column = block.table.column(option.index)
        texts = [fold(text_of(text)) for text in column.values]
        ticked_so = ticks(field, answer)
        codes = column.codes[block.places]
        ticked[:, place] = np.array([text in ticked_so for text in texts], dtype=bool)[codes]
        wrong = [text not in _NOT_TICKED | ticked_so for text in texts]
        rows = block.places[np.array(wrong, dtype=bool)[codes]]
        if len(rows):
            unreadable |= np.isin(block.places, rows)
            found = {
                code: (redacted(texts[code]), _A_TICK, True)
                for code in np.flatnonzero(wrong).tolist()
            }
            doubts.append(Doubts(block, option.index, name, rows, found))
    chosen, which = np.unique(ticked, axis=0, return_inverse=True)
    answers = [answer for _, answer in options]
    texts = ["; ".join(a for a, its in zip(answers, row, strict=True) if its) for row in chosen]
    read = field.read(texts, block.table.epoch)
    which = which.reshape(-1)
    states = np.where(unreadable, np.int8(State.UNREADABLE), read.states[which])
    return Column(which, read.values), states, doubts


def is_unticked(text: str) -> bool:
    """Whether a column for one answer of several holds that it isn't ticked, or nothing."""
    return fold(text) in _NOT_TICKED


def ticks(field: FieldBase, answer: str) -> frozenset[str]:
    """What a column for one answer of several holds, folded, where that is ticked."""
    codes = field.code_set.codes if isinstance(field, CodeField) else ()
    meanings = (code.meaning for code in codes if code.code == answer)
    return _TICKED.union(map(fold, (answer, *meanings)))


def _read_column(
    block: Block, name: str, field: FieldBase, index: int
) -> tuple[Column, States, Doubts | None]:
    """A column as it is read, the states of its cells, and what is to be looked at."""
    column = block.table.column(index)
    # What is certainly somebody's own words is not read text by text: in a field that takes any
    # text it is a value as it stands, unless the user gave a meaning to words with numbers.
    if column.ordinary is not None and field.takes_any_text and not _has_numbers_for_words(field):
        states = _states_of_free_text(field, column, column.ordinary, block.table.epoch)
        unread = block.places[states[block.places] == State.UNREADABLE]
        written = {row: text_of(column.values[row]) for row in unread.tolist()}
        of_rows = {at: _doubt(name, field, its, State.UNREADABLE) for at, its in written.items()}
        doubts = Doubts(block, index, name, unread, of_rows) if of_rows else None
        if len(block.places) == len(states):
            return column, states, doubts
        return column.take(block.places), states[block.places], doubts
    codes = column.codes[block.places]
    read = read_once(column, field, block.table.epoch)
    said = _said_of(name, field, column, read.states)
    doubtful = block.places[np.flatnonzero(said.doubtful[codes])]
    doubts = Doubts(block, index, name, doubtful, said.said) if len(doubtful) else None
    return Column(codes, read.values), read.states[codes], doubts


class _Said:
    """What each text holds, what it should hold instead (empty if nobody need look at it), and
    whether it counts in neither direction.
    """  # noqa: D205 - one thought

    def __init__(self, said: Sequence[tuple[str, str, bool]]) -> None:
        self.said = said

    def __add__(self, other: "_Said") -> "_Said":
        return _Said([*self.said, *other.said])

    @cached_property
    def doubtful(self) -> Mask:
        """Which texts somebody ought to look at."""
        return np.array([bool(expected) for _, expected, _ in self.said], dtype=bool)


def read_once(column: Column, field: FieldBase, epoch: datetime.datetime) -> Reading:
    """What each text of a column is, read once for all who ask."""

    def read(texts: Values) -> Reading:
        # A text of its own for each row may still be as it was written.
        return field.read(list(map(text_of, texts)) if column.is_unique else list(texts), epoch)

    # By identity, as a field lasts as long as the layout of the file does.
    return column.cached((read_once, id(field)), read, Reading.__add__)


def _said_of(name: str, field: FieldBase, column: Column, states: States) -> "_Said":
    """What each text of a column holds, and what it should hold instead, given its state."""

    def said(texts: Values) -> _Said:
        own = states[len(states) - len(texts) :].tolist()
        # A text of its own for each row may still be as it was written.
        written = map(text_of, texts) if column.is_unique else texts
        return _Said([_doubt(name, field, *each) for each in zip(written, own, strict=True)])

    return column.cached((_said_of, id(field)), said, _Said.__add__)


def _states_of_free_text(
    field: FieldBase, column: Column, ordinary: Mask, epoch: datetime.datetime
) -> States:
    """The state of each text of its own; what is ordinary needs no looking into."""
    states = np.full(len(ordinary), State.VALUE, dtype=np.int8)
    texts = [text_of(text) for text in column.not_ordinary]
    states[~ordinary] = field.read(texts, epoch).states
    return states


def _has_numbers_for_words(field: FieldBase) -> bool:
    """Whether a word that the user gave a meaning holds a number, as a plain text may."""
    words = (*field.blank, *field.unknown, *field.not_applicable, *field.habit.no_values)
    return any(letter.isdigit() for word in words for letter in word)


def _doubt(name: str, field: FieldBase, text: str, state: int) -> tuple[str, str, bool]:
    """What a cell holds, as it may be shown; what it should hold instead, empty if nobody need look
    at it; and whether it counts in neither direction.
    """  # noqa: D205 - one thought
    if state == State.UNREADABLE:
        return *_unreadable(name, field, text), True
    if state == State.BLANK and text and isinstance(field, CodeField):
        code = field.code_set.find(text)
        if code is not None and code.standing is CodeStatus.OTHER_CODE_SET:
            said = "what the person says they are, not what an officer saw: it counts as missing"
            return redacted(text, text), said, False
    return "", "", False


def _unreadable(name: str, field: FieldBase, text: str) -> tuple[str, str]:
    """What a cell that can't be read holds, as it may be shown, and what it should hold."""
    if text in _STAND_INS:
        found, why = _STAND_INS[text]
        return found, f"{field.expected}; {why}"
    if fold(text) in field.habit.no_values:
        return redacted(text, text), f"{field.expected}; what this stands for is in doubt"
    if isinstance(field, CodeField) and (two := field.code_set.contradiction(text)):
        sole, other = (f"`{code.code}` ({code.meaning})" for code in two)
        said = f"{sole} or what stands beside it, such as {other}: one rules out the other"
        return redacted(text, text), said
    close = field.nearest(text) if len(text) <= _LONGEST_LIKENED else None
    found = redacted(text, close, field.scale if isinstance(field, GradeField) else ())
    advice = f"; did you mean `{close}`?" if close else offer(name, field, text, found)
    return found, field.expected + advice


def _no_column(field: FieldBase, count: int) -> tuple[Column, States]:
    nothing = Column(np.zeros(count, dtype=np.int64), field.empty_values(1))
    return nothing, np.full(count, State.NOT_APPLICABLE, dtype=np.int8)


def join_cases(blocks: Sequence[Cases], fields: Mapping[str, FieldBase]) -> Cases:
    """The cases of several blocks as one, in the order of sheets and rows.

    A sheet with fewer columns of a field's dates than another was not asked for the further ones.
    """
    parts = {
        name: max((block.parts[name] for block in blocks), key=len) for name in blocks[0].parts
    }
    columns: dict[str, Column] = {}
    states: dict[str, States] = {}
    for name, names in parts.items():
        for part in names:
            pieces = [
                (b.columns[part], b.states[part])
                if part in b.states
                else _no_column(fields[name], len(b))
                for b in blocks
            ]
            columns[part] = _joined([piece[0] for piece in pieces])
            states[part] = np.concatenate([piece[1] for piece in pieces])
    joined = Cases(
        columns=columns,
        states=states,
        parts=parts,
        references=np.concatenate([block.references for block in blocks]),
        sheet=np.concatenate([block.sheet for block in blocks]),
        row=np.concatenate([block.row for block in blocks]),
        sheets=_sheets(blocks),
    )
    order = np.lexsort((joined.row, joined.sheet))
    return joined if (np.diff(order) == 1).all() else joined.take(order)


def _sheets(blocks: Sequence[Cases]) -> tuple[SheetOrigin, ...]:
    """One origin for each sheet; a sheet read in several blocks has the same columns in each."""
    by_index = {int(block.sheet[0]): block.sheets[0] for block in blocks if len(block)}
    last = max(by_index, default=-1)
    nowhere = SheetOrigin("", "", {})
    return tuple(by_index.get(index, nowhere) for index in range(last + 1))


def _joined(columns: Sequence[Column]) -> Column:
    if len(columns) == 1:
        return columns[0]
    if any(column.is_unique for column in columns):
        return Column.of_rows(np.concatenate([column.rows() for column in columns]))
    # The values of each come after those of the ones before it, and so do the codes.
    before = np.cumsum([0, *(len(column.values) for column in columns[:-1])])
    codes: list[Codes] = [c.codes + n for c, n in zip(columns, before.tolist(), strict=True)]
    return Column(np.concatenate(codes), np.concatenate([column.values for column in columns]))
