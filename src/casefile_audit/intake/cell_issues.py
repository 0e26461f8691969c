"""What cells that can't be read have in common, where that could change a count."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from casefile_audit.cases import State
from casefile_audit.english import fold
from casefile_audit.error_cells import NOT_CALCULATED, OUT_OF_PLACE, is_error_word
from casefile_audit.intake.cells import Block, Doubts
from casefile_audit.issues import PLACES_NAMED, Issue, IssueCode
from casefile_audit.rubric.fields import FieldBase

# A column is said to be one of errors where so many of its cases have one.
_LEAST_ERRORS, _SHARE_OF_ERRORS = 3, 0.25
# A row has moved if so many of its cells fit the columns beside theirs, and few rows have.
_LEAST_MOVED, _FEW_ROWS, _SHARE_OF_ROWS, _MOST_ROWS = 2, 3, 0.05, 100
# Which column beside its own each cell of such a row fits.
_WAYS = {"left": 1, "right": -1}


def issues_of_cells(columns: Sequence[Doubts]) -> Iterator[Issue]:
    """Formulas that nobody calculated, and columns of errors: each is one thing to put right."""
    for column in columns:
        yield from _issue(column, IssueCode.FORMULA_NOT_CALCULATED, NOT_CALCULATED.__eq__, 1)
        least = max(_LEAST_ERRORS, round(_SHARE_OF_ERRORS * len(column.block.places)))
        yield from _issue(column, IssueCode.CELLS_OF_ERRORS, _is_error, least)
    for block in {id(column.block): column.block for column in columns}.values():
        yield from _moved_rows(block, [column for column in columns if column.block is block])


def _moved_rows(block: Block, columns: Sequence[Doubts]) -> Iterator[Issue]:
    """The rows in which a cell was deleted, or one put in: what can't be read there can be read as
    what the column beside it holds, and what can be read may stand in the wrong one.
    """  # noqa: D205 - one thought
    if not columns or any(column.place for column in block.header.columns):
        return
    numbers = np.bincount(np.concatenate([column.places for column in columns]))
    odd = np.flatnonzero(numbers >= _LEAST_MOVED)
    few = max(_FEW_ROWS, min(_MOST_ROWS, round(_SHARE_OF_ROWS * len(block.places))))
    if not len(odd) or len(odd) > few:
        return  # so is the whole sheet
    fields = {c.index: block.fields[c.field] for c in block.header.columns if c.field is not None}
    there, fits = np.zeros(len(odd), dtype=int), np.zeros((len(_WAYS), len(odd)), dtype=int)
    for column in columns:
        own = replace(column, places=np.intersect1d(column.places, odd))
        there += np.isin(odd, own.places)
        for number, step in enumerate(_WAYS.values()):
            is_value = partial(_is_value, fields.get(column.index + step), block)
            fits[number] += np.isin(odd, own.where(is_value))
    moved = (fits >= _LEAST_MOVED) & (fits * 2 >= there)
    for way, its in zip(_WAYS, moved, strict=True):
        if its.any():
            rows = (odd[its] + block.table.first + 1).tolist()
            code = IssueCode.ROWS_MOVED
            yield Issue.of_rows(code, rows, file=block.file, sheet=block.sheet, facts={"way": way})


def _is_value(field: FieldBase | None, block: Block, text: str) -> bool:
    """Whether a text is what a field holds, which doesn't take any."""
    if field is None or field.takes_any_text:
        return False
    return bool(field.read([text], block.table.epoch).states[0] == State.VALUE)


def _is_error(text: str) -> bool:
    return text not in (NOT_CALCULATED, OUT_OF_PLACE) and is_error_word(fold(text))


def _issue(
    column: Doubts, code: IssueCode, test: Callable[[str], bool], least: int
) -> Iterator[Issue]:
    found = column.where(test)
    if len(found) >= least:
        block, first = column.block, found[:PLACES_NAMED] + column.block.table.first
        yield Issue.doubt(
            code,
            [block.address(row, column.index) for row in first.tolist()],
            file=block.file,
            sheet=block.sheet,
            field=column.field,
            total=len(found),
        )
