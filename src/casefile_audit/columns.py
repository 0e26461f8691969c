"""The cells of some rows of a sheet read as the rubric's fields, each distinct text once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
)
from casefile_audit.headings import Header
from casefile_audit.vocabularies import Standing
from casefile_audit.workbook import Cell, Sheet, address, text_of

# What somebody wrote at length is theirs and the child's: messages give its length only.
_LONGEST_SHOWN = 24
_LONGEST_LIKENED = 40
# The types of field whose cells hold no words, unless they say that there is nothing to hold.
_WITHOUT_WORDS = (DateField, DatesField, NumberField)


@dataclass(frozen=True)
class CellProblem:
    """A cell that isn't what its field holds, or that somebody ought to look at.

    Attributes:
        file, sheet, cell: where it is; the cell as ``B7``.
        field: the field.
        found: what it holds; of a longer text only the length.
        expected: what it should hold, and the nearest right word.
        stops: whether nothing is scored until it is put right.
    """

    file: str
    sheet: str
    cell: str
    field: str
    found: str
    expected: str
    stops: bool = False


@dataclass(frozen=True)
class Block:
    """Some rows of one sheet that are read alike.

    Attributes:
        file, sheet: where they are.
        header: the sheet's headings.
        fields: the fields as these rows hold them.
        rows: zero-based row numbers.
    """

    file: str
    sheet: Sheet
    header: Header
    fields: Mapping[str, FieldBase]
    rows: npt.NDArray[np.int64]

    def cells(self, index: int) -> list[Cell]:
        """One column's cells."""
        rows = self.sheet.rows
        return [rows[row][index] for row in self.rows.tolist()]


def read_block(block: Block, sheet_index: int) -> tuple[Cases, list[CellProblem]]:
    """Read every field of a block.

    A field without a column comes out as not applicable, since nobody was asked.
    """
    frame: dict[str, pd.Series] = {}
    states: dict[str, States] = {}
    parts: dict[str, list[str]] = {}
    letters: dict[str, str] = {}
    problems: list[CellProblem] = []
    for name, field in block.fields.items():
        columns = block.header.of_field(name)
        if field.several_columns:
            columns = sorted(columns, key=lambda column: column.rank)
        for number, column in enumerate(columns[: None if field.several_columns else 1], 1):
            part = f"{name} {number}" if field.several_columns else name
            values, part_states, unread = _read_column(block, name, field, column.index)
            frame[part], states[part], letters[part] = values, part_states, column.letter
            parts.setdefault(name, []).append(part)
            problems += unread
        if name not in parts:
            part = f"{name} 1" if field.several_columns else name
            frame[part], states[part] = _no_column(field, len(block.rows))
            parts[name] = [part]
    count = len(block.rows)
    cases = Cases(
        frame=pd.DataFrame(frame),
        states=pd.DataFrame(states, dtype=np.int8),
        parts=parts,
        references=np.full(count, "", dtype=object),
        sheet=np.full(count, sheet_index, dtype=np.int32),
        row=block.rows + 1,
        sheets=(SheetOrigin(block.file, block.sheet.name, letters),),
    )
    return cases, problems


def _read_column(
    block: Block, name: str, field: FieldBase, index: int
) -> tuple[pd.Series, States, list[CellProblem]]:
    codes, texts = distinct_texts(block.cells(index))
    reading = field.read(texts, block.sheet.epoch)
    problems: list[CellProblem] = []
    doubtful = {
        i: p for i, text in enumerate(texts) if (p := _doubt(name, field, text, reading.states[i]))
    }
    if doubtful:
        for place in np.flatnonzero(np.isin(codes, list(doubtful))):
            code = int(codes[place])
            problems.append(
                CellProblem(
                    file=block.file,
                    sheet=block.sheet.name,
                    cell=address(int(block.rows[place]), index),
                    field=name,
                    found=shown(texts[code]),
                    expected=doubtful[code],
                    stops=isinstance(field, GradeField),
                )
            )
    return _spread(field, reading.values, codes), reading.states[codes], problems


def distinct_texts(cells: Sequence[Cell]) -> tuple[npt.NDArray[np.int64], list[str]]:
    """The distinct cells as the words on the page, and for each cell the index of its own."""
    if any(type(cell) is bool for cell in cells):
        cells = [text_of(cell) for cell in cells]  # True and 1 are one value to a hash table
    values = np.empty(len(cells), dtype=object)
    values[:] = cells
    codes, distinct = pd.factorize(values, use_na_sentinel=False)
    return codes, [text_of(None if cell is pd.NA else cell) for cell in distinct]


def shown(text: str) -> str:
    """A cell's text as messages may show it."""
    return text if len(text) <= _LONGEST_SHOWN else f"a text of {len(text)} characters"


def _doubt(name: str, field: FieldBase, text: str, state: int) -> str:
    """What a cell should hold instead, if somebody ought to look at it; empty if it is well."""
    if state == State.UNREADABLE:
        close = field.nearest(text) if len(text) <= _LONGEST_LIKENED else None
        if close is None and isinstance(field, _WITHOUT_WORDS) and _is_wording(text):
            entry = f"words: {{{name}: {{blank: {text}}}}}"
            return f"{field.expected}; if it means that there is none yet, map it: {entry}"
        return field.expected + (f"; did you mean `{close}`?" if close else "")
    if state == State.BLANK and text and isinstance(field, CodeField):
        code = field.vocabulary.find(text)
        if code is not None and code.standing is Standing.OTHER_CODE_SET:
            return f"{field.expected}; this is {code.meaning}, so it counts as not recorded"
    return ""


def _is_wording(text: str) -> bool:
    """Whether a text is a word or a few, such as ``not done``."""
    return len(text) <= _LONGEST_SHOWN and text.replace(" ", "").isalpha()


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
                (b.frame[part], b.states[part].to_numpy())
                if part in b.frame
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
    if isinstance(pieces[0].dtype, pd.CategoricalDtype):
        ordered = bool(pieces[0].cat.ordered)
        if ordered:
            return pd.concat(pieces, ignore_index=True)
        return pd.Series(union_categoricals([piece.array for piece in pieces]))
    return pd.concat(pieces, ignore_index=True)
