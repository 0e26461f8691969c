"""The cells of some rows of a sheet read as the rubric's fields, each distinct text once."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import union_categoricals

from casefile_audit.capped import Capped
from casefile_audit.cases import Cases, Mask, SheetOrigin, State, States
from casefile_audit.files.tables import CellTable, Column, Texts
from casefile_audit.files.workbook import address, text_of
from casefile_audit.intake.headings import Header
from casefile_audit.intake.redaction import LONGEST_SHOWN, redacted
from casefile_audit.rubric.code_sets import CodeStatus
from casefile_audit.rubric.fields import (
    CodeField,
    DateField,
    DatesField,
    FieldBase,
    GradeField,
    NumberField,
)

_LONGEST_LIKENED = 40
# The types of field whose cells hold no words, unless they say that there is nothing to hold.
_WITHOUT_WORDS = (DateField, DatesField, NumberField)


@dataclass(frozen=True)
class CellProblem:
    """A cell that isn't what its field holds, or that somebody ought to look at.

    Attributes:
        file, sheet: where it is.
        row, column: the cell; zero-based.
        field: the field.
        found: what it holds; of a longer text only the length.
        expected: what it should hold, and the nearest right word.
        stops: whether nothing is scored until it is put right.
    """

    file: str
    sheet: str
    row: int
    column: int
    field: str
    found: str
    expected: str
    stops: bool = False

    @property
    def cell(self) -> str:
        """The cell as ``B7``."""
        return address(self.row, self.column)


@dataclass(frozen=True)
class Block:
    """Some rows of a table that are read alike.

    Attributes:
        file: the file's name.
        sheet: the sheet's name.
        table: the rows and others.
        header: the sheet's headings.
        fields: the fields as these rows hold them.
        places: the rows' places in the table.
    """

    file: str
    sheet: str
    table: CellTable
    header: Header
    fields: Mapping[str, FieldBase]
    places: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Doubts:
    """The cells of one column that somebody ought to look at.

    Attributes:
        block, index: where they are.
        field: the field's name.
        places: their places in the table.
        said: what each text of the column holds, and what it should hold instead.
    """

    block: Block
    index: int
    field: str
    places: npt.NDArray[np.int64]
    said: Sequence[tuple[str, str]]

    @property
    def stops(self) -> bool:
        """Whether nothing is scored until they are put right."""
        return isinstance(self.block.fields[self.field], GradeField)

    def problem(self, number: int) -> CellProblem:
        """One of them."""
        place, table = int(self.places[number]), self.block.table
        found, expected = self.said[table.column(self.index).codes[place]]
        return CellProblem(
            file=self.block.file,
            sheet=self.block.sheet,
            row=table.first + place,
            column=self.index,
            field=self.field,
            found=found,
            expected=expected,
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
    frame: dict[str, pd.Series] = {}
    states: dict[str, States] = {}
    parts: dict[str, list[str]] = {}
    letters: dict[str, str] = {}
    written: dict[str, Any] = {}
    doubts: list[Doubts] = []
    count = len(block.places)
    for name, field in block.fields.items():
        columns = block.header.of_field(name)
        if field.several_columns:
            columns = sorted(columns, key=lambda column: column.rank)
        for number, column in enumerate(columns[: None if field.several_columns else 1], 1):
            part = f"{name} {number}" if field.several_columns else name
            values, part_states, wrong = _read_column(block, name, field, column.index)
            (frame if isinstance(values, pd.Series) else written)[part] = values
            states[part], letters[part] = part_states, column.letter
            parts.setdefault(name, []).append(part)
            doubts += [wrong] if wrong else []
        if name not in parts:
            part = f"{name} 1" if field.several_columns else name
            frame[part], states[part] = _no_column(field, count)
            parts[name] = [part]
    cases = Cases(
        frame=pd.DataFrame(frame, copy=False),
        states=states,
        parts=parts,
        references=np.full(count, "", dtype=object),
        sheet=np.full(count, sheet_index, dtype=np.int32),
        row=block.places + block.table.first + 1,
        sheets=(SheetOrigin(block.file, block.sheet, letters),),
        written=written,
    )
    return cases, doubts


def _read_column(
    block: Block, name: str, field: FieldBase, index: int
) -> tuple[Any, States, Doubts | None]:
    """A column's values, or what was written in it, their states, and what is to be looked at."""
    column = block.table.column(index)
    codes = column.codes[block.places]
    if column.plain is None or not field.takes_any_text or _has_numbers_for_words(field):
        read = _read_texts(name, field, column, block.table.epoch)
        doubtful = block.places[np.flatnonzero(read.doubtful[codes])]
        doubts = Doubts(block, index, name, doubtful, read.said) if len(doubtful) else None
        return read.spread(codes), read.states[codes], doubts
    states = _states_of_written(field, column, column.plain, block.table.epoch)
    if len(codes) == len(states):
        return column.texts, states, None
    return column.texts[codes], states[codes], None


@dataclass(frozen=True)
class _Read:
    """What each text of a column is.

    Attributes:
        field: how it was read.
        states, values: as in a Reading.
        said: what it holds, and what it should hold instead; empty if nobody need look at it.
    """

    field: FieldBase
    states: States
    values: pd.Series
    said: Sequence[tuple[str, str]]

    def __add__(self, other: "_Read") -> "_Read":
        states = np.concatenate([self.states, other.states])
        values = pd.concat([self.values, other.values], ignore_index=True)
        return _Read(self.field, states, values, [*self.said, *other.said])

    @cached_property
    def doubtful(self) -> Mask:
        """Which texts somebody ought to look at."""
        return np.array([bool(expected) for _, expected in self.said], dtype=bool)

    @cached_property
    def _distinct(self) -> Any:
        if self.values.dtype != object:
            return self.values.to_numpy()
        if isinstance(self.field, GradeField):
            return pd.Categorical(self.values, categories=list(self.field.scale), ordered=True)
        inner, categories = pd.factorize(self.values.to_numpy())
        return pd.Categorical.from_codes(inner, categories=pd.Index(categories, dtype=object))

    def spread(self, codes: npt.NDArray[np.int64]) -> pd.Series:
        """The values of the rows that hold these texts."""
        return pd.Series(self._distinct.take(codes), copy=False)


def _read_texts(name: str, field: FieldBase, column: Column, epoch: datetime.datetime) -> _Read:
    """What each text of a column is."""

    def read(texts: Texts) -> _Read:
        # A text of its own for each row may still be as it was written.
        written = [text_of(text) for text in texts] if column.one_each else list(texts)
        reading = field.read(written, epoch)
        states = reading.states.tolist()
        said = [_doubt(name, field, *each) for each in zip(written, states, strict=True)]
        return _Read(field, reading.states, reading.values, said)

    # By identity, as a field lasts as long as the layout of the file does.
    return column.told(id(field), read, _Read.__add__)


def _states_of_written(
    field: FieldBase, column: Column, plain: Mask, epoch: datetime.datetime
) -> States:
    """The state of each text of its own; what plainly is only words needs no looking into."""
    states = np.full(len(plain), State.VALUE, dtype=np.int8)
    states[~plain] = field.read([text_of(text) for text in column.odd], epoch).states
    return states


def _has_numbers_for_words(field: FieldBase) -> bool:
    """Whether a word that the user gave a meaning holds a number, as a plain text may."""
    words = (*field.blank, *field.unknown, *field.not_applicable)
    return any(letter.isdigit() for word in words for letter in word)


def _doubt(name: str, field: FieldBase, text: str, state: int) -> tuple[str, str]:
    """What a cell holds, as it may be shown, and what it should hold instead; the second is empty
    if nobody need look at it.
    """  # noqa: D205 - one thought
    if state == State.UNREADABLE:
        close = field.nearest(text) if len(text) <= _LONGEST_LIKENED else None
        found = redacted(text, close)
        if close is None and isinstance(field, _WITHOUT_WORDS) and _is_wording(text):
            entry = f"words: {{{name}: {{blank: {text if found == text else '…'}}}}}"
            return found, f"{field.expected}; if it means that there is none yet, map it: {entry}"
        return found, field.expected + (f"; did you mean `{close}`?" if close else "")
    if state == State.BLANK and text and isinstance(field, CodeField):
        code = field.code_set.find(text)
        if code is not None and code.standing is CodeStatus.OTHER_CODE_SET:
            is_other = f"this is {code.meaning}, so it counts as not recorded"
            return redacted(text, text), f"{field.expected}; {is_other}"
    return "", ""


def _is_wording(text: str) -> bool:
    """Whether a text is a word or a few, such as ``not done``."""
    return len(text) <= LONGEST_SHOWN and text.replace(" ", "").isalpha()


def _no_column(field: FieldBase, count: int) -> tuple[pd.Series, States]:
    states = np.full(count, State.NOT_APPLICABLE, dtype=np.int8)
    nothing = _Read(field, states[:1], field.empty_values(1), [("", "")])
    return nothing.spread(np.zeros(count, dtype=np.int64)), states


def join_cases(blocks: Sequence[Cases], fields: Mapping[str, FieldBase]) -> Cases:
    """The cases of several blocks as one, in the order of sheets and rows.

    A sheet with fewer columns of a field's dates than another was not asked for the further ones.
    """
    parts = {
        name: max((block.parts[name] for block in blocks), key=len) for name in blocks[0].parts
    }
    frame: dict[str, pd.Series] = {}
    states: dict[str, States] = {}
    for name, names in parts.items():
        for part in names:
            pieces = [
                (b.values(part), b.states[part])
                if part in b.states
                else _no_column(fields[name], len(b))
                for b in blocks
            ]
            frame[part] = _joined([piece[0] for piece in pieces])
            states[part] = np.concatenate([piece[1] for piece in pieces])
    joined = Cases(
        frame=pd.DataFrame(frame),
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


def _joined(pieces: Sequence[pd.Series]) -> pd.Series:
    if any(piece.dtype == object for piece in pieces):
        return pd.concat([piece.astype(object) for piece in pieces], ignore_index=True)
    if isinstance(pieces[0].dtype, pd.CategoricalDtype):
        ordered = bool(pieces[0].cat.ordered)
        if ordered:
            return pd.concat(pieces, ignore_index=True)
        return pd.Series(union_categoricals([piece.array for piece in pieces]))
    return pd.concat(pieces, ignore_index=True)
