"""The cells of some rows of a sheet read as the rubric's fields, each distinct text once."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import union_categoricals

from casefile_audit.cases import Cases, SheetOrigin, State, States
from casefile_audit.fields import (
    CodeField,
    DateField,
    DatesField,
    FieldBase,
    GradeField,
    NumberField,
    Reading,
)
from casefile_audit.headings import Header
from casefile_audit.listings import Listing
from casefile_audit.shown import LONGEST_SHOWN, shown
from casefile_audit.tables import Column, Mask, Table, Texts
from casefile_audit.vocabularies import Standing
from casefile_audit.workbook import address, text_of

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
        most_listed: how many problems of a column are listed at most; None for all.
    """

    file: str
    sheet: str
    table: Table
    header: Header
    fields: Mapping[str, FieldBase]
    places: npt.NDArray[np.int64]
    most_listed: int | None = None


def read_block(block: Block, sheet_index: int) -> tuple[Cases, list[Listing[CellProblem]]]:
    """Read every field of a block, and list the problems of each of its columns.

    A field without a column comes out as not applicable, since nobody was asked.
    """
    frame: dict[str, pd.Series] = {}
    states: dict[str, States] = {}
    parts: dict[str, list[str]] = {}
    letters: dict[str, str] = {}
    written: dict[str, Any] = {}
    problems: list[Listing[CellProblem]] = []
    count = len(block.places)
    for name, field in block.fields.items():
        columns = block.header.of_field(name)
        if field.several_columns:
            columns = sorted(columns, key=lambda column: column.rank)
        for number, column in enumerate(columns[: None if field.several_columns else 1], 1):
            part = f"{name} {number}" if field.several_columns else name
            values, part_states, unread = _read_column(block, name, field, column.index)
            (frame if isinstance(values, pd.Series) else written)[part] = values
            states[part], letters[part] = part_states, column.letter
            parts.setdefault(name, []).append(part)
            problems.append(unread)
        if name not in parts:
            part = f"{name} 1" if field.several_columns else name
            frame[part], states[part] = _no_column(field, count)
            parts[name] = [part]
    cases = Cases(
        frame=pd.DataFrame(frame, copy=False),
        states=pd.DataFrame(states, dtype=np.int8, copy=False),
        parts=parts,
        references=np.full(count, "", dtype=object),
        sheet=np.full(count, sheet_index, dtype=np.int32),
        row=block.places + block.table.first + 1,
        sheets=(SheetOrigin(block.file, block.sheet, letters),),
        written=written,
    )
    return cases, problems


def _read_column(
    block: Block, name: str, field: FieldBase, index: int
) -> tuple[Any, States, Listing[CellProblem]]:
    """A column's values, or what was written in it, their states and its problems."""
    column = block.table.column(index)
    codes = column.codes[block.places]
    values: Any
    if column.plain is None or not field.takes_any_text or _has_numbers_for_words(field):
        reading = _read_texts(field, column, block.table.epoch)
        states, values = reading.states, _spread(field, reading.values, codes)
    else:
        states = _states_of_written(field, column, column.plain, block.table.epoch)
        values = column.texts if len(codes) == len(states) else column.texts[codes]
    return values, states[codes], _problems(block, name, index, states)


def _problems(block: Block, name: str, index: int, states: States) -> Listing[CellProblem]:
    """The cells of a column that somebody ought to look at, given the state of each text."""
    field, column = block.fields[name], block.table.column(index)
    in_question = states == State.UNREADABLE
    if isinstance(field, CodeField):  # a blank of which may hold a code of another code set
        in_question |= states == State.BLANK
    if not in_question.any():
        return Listing((), 0, block.most_listed)
    unclear = np.flatnonzero(in_question[column.codes[block.places]])
    codes, own = np.unique(column.codes[block.places[unclear]], return_inverse=True)
    doubts = [
        _doubt(name, field, text_of(column.texts[code]), int(states[code]))
        for code in codes.tolist()
    ]
    wrong = np.array([bool(expected) for _, expected in doubts])[own]
    items = (
        CellProblem(
            file=block.file,
            sheet=block.sheet,
            row=block.table.first + int(block.places[unclear[place]]),
            column=index,
            field=name,
            found=doubts[own[place]][0],
            expected=doubts[own[place]][1],
            stops=isinstance(field, GradeField),
        )
        for place in np.flatnonzero(wrong)[: block.most_listed]
    )
    return Listing(tuple(items), int(wrong.sum()), block.most_listed)


def _read_texts(field: FieldBase, column: Column, epoch: datetime.datetime) -> Reading:
    """What each text of a column is."""

    def read(texts: Texts) -> Reading:
        # A text of its own for each row may still be as it was written.
        return field.read([text_of(text) for text in texts], epoch)

    # By identity, as a field lasts as long as the layout of the file does.
    return column.told(id(field), read, Reading.__add__)


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
        found = shown(text, close)
        if close is None and isinstance(field, _WITHOUT_WORDS) and _is_wording(text):
            entry = f"words: {{{name}: {{blank: {text if found == text else '…'}}}}}"
            return found, f"{field.expected}; if it means that there is none yet, map it: {entry}"
        return found, field.expected + (f"; did you mean `{close}`?" if close else "")
    if state == State.BLANK and text and isinstance(field, CodeField):
        code = field.vocabulary.find(text)
        if code is not None and code.standing is Standing.OTHER_CODE_SET:
            is_other = f"this is {code.meaning}, so it counts as not recorded"
            return shown(text, text), f"{field.expected}; {is_other}"
    return "", ""


def _is_wording(text: str) -> bool:
    """Whether a text is a word or a few, such as ``not done``."""
    return len(text) <= LONGEST_SHOWN and text.replace(" ", "").isalpha()


def _spread(field: FieldBase, values: pd.Series, codes: npt.NDArray[np.int64]) -> pd.Series:
    """The values of distinct texts, spread over the rows that hold them."""
    if values.dtype != object:
        return values.take(codes).reset_index(drop=True)
    if isinstance(field, GradeField):
        ordered = pd.Categorical(values, categories=list(field.scale), ordered=True)
        return pd.Series(ordered.take(codes))
    inner, categories = pd.factorize(values.to_numpy())
    return pd.Series(
        pd.Categorical.from_codes(inner[codes], categories=pd.Index(categories, dtype=object))
    )


def _no_column(field: FieldBase, count: int) -> tuple[pd.Series, States]:
    nothing = _spread(field, field.empty_values(1), np.zeros(count, dtype=np.int64))
    return nothing, np.full(count, State.NOT_APPLICABLE, dtype=np.int8)


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
                (b.values(part), b.states[part].to_numpy())
                if part in b.states
                else _no_column(fields[name], len(b))
                for b in blocks
            ]
            frame[part] = _joined([piece[0] for piece in pieces])
            states[part] = np.concatenate([piece[1] for piece in pieces])
    joined = Cases(
        frame=pd.DataFrame(frame),
        states=pd.DataFrame(states, dtype=np.int8),
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
