"""Which rows of a sheet are case files, and why the others are not."""

import re
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from casefile_audit.cases import Mask
from casefile_audit.files.tables import CellTable
from casefile_audit.files.workbook import text_of
from casefile_audit.intake import row_labels
from casefile_audit.intake.doubtful_rows import (
    NO_NAME,
    DoubtfulRow,
    is_prefilled,
    may_count,
    names_nothing,
)
from casefile_audit.intake.row_answers import FieldsBySector, RowAnswers
from casefile_audit.intake.row_rules import RowRules
from casefile_audit.results import LeftOut

_START_RE = re.compile(r"[\s!-/:-@\[-`{-~]*([A-Za-z0-9]{1,3})")
_MAYBE_LABEL_RE = re.compile(row_labels.MAYBE_LABEL)
# What nearly all cases have, so that a row without it is perhaps none.
_NEARLY_ALL = 0.9


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


def classified(rules: RowRules, table: CellTable, fields: FieldsBySector) -> ClassifiedRows:
    """The rows of a table told apart. Only those that may be no case are looked at singly."""
    answers = RowAnswers(rules.header, fields, rules.look.numeric)
    templates = _templates(rules, table)
    doubtful = np.flatnonzero(_doubtful(rules, table, answers.rows(table)) | templates).tolist()
    is_case = np.ones(len(table), dtype=bool)
    is_case[doubtful] = False
    left_out: list[LeftOut] = []
    single_cell: list[int] = []
    noes: set[int] = set()
    is_unnamed = False
    reordered = 0
    for place, cells in zip(doubtful, table.cells(doubtful), strict=True):
        row = DoubtfulRow(rules, table.first + place, cells, answers)
        if not row.texts:
            continue
        if (out := row.left_out(is_template=bool(templates[place]))) is not None:
            left_out.append(out)
            if out.nameless and not out.may_be and row.answered:
                noes.add(out.row)
            reordered = reordered or (out.row if row.reorders else 0)
            continue
        is_case[place] = True
        is_unnamed |= row.names_nothing
        if len(row.texts) == 1:
            single_cell.append(row.row + 1)
    cases = np.flatnonzero(is_case)
    # A template's own rows stand under the cases, and those have references.
    last = table.first + (len(table) if is_unnamed else int(cases.max(initial=-1)) + 1)
    among = {row for row in noes if row <= last}
    told = (replace(out, may_be=True) if out.row in among else out for out in left_out)
    return ClassifiedRows(cases, tuple(told), tuple(single_cell), reordered)


def _templates(rules: RowRules, table: CellTable) -> Mask:
    """The rows of nothing but noes and empty boxes, without what nearly all the others have.

    Where there are case references, a row without one is told by that.
    """
    only = np.full(len(table), rules.identifier is None)
    told: list[tuple[Mask, Mask]] = []
    for column in map(table.column, table.known if rules.identifier is None else ()):
        nothing = ~column.filled if column.is_unique else column.where(is_prefilled)
        only &= nothing
        told.append((~nothing, column.filled))
    enough = _NEARLY_ALL * max(int(np.count_nonzero(~only)), 1)
    complete = np.ones(len(table), dtype=bool)
    for tells, filled in told:
        if np.count_nonzero(tells[~only]) >= enough:
            complete &= filled
    return only & ~complete


def _doubtful(rules: RowRules, table: CellTable, answered: Mask) -> Mask:
    """All rows that may be no case, and some others.

    They have no case reference, or one unlike the others and no answer; hold no more than one
    cell that is known; start with what may be a total, or with a column that isn't known;
    repeat two headings; are merged; or the mapping leaves them out.
    """
    count = np.zeros(len(table), dtype=np.int32)
    repeated = np.zeros(len(table), dtype=np.int32)
    doubtful = _unlike(rules, table, answered)
    unseen = np.ones(len(table), dtype=bool)
    columns = [table.column(index) for index in rules.headings]
    # The headings again are more than half of them, so most columns need not be searched.
    least = max(len(columns) // 2 + 1, 2) - sum(column.is_unique for column in columns)
    enough = least > 0
    for order, index in enumerate(table.known):
        column = table.column(index)
        first = unseen & column.filled
        if first.any():
            # Where a column before it isn't known, this may not be the first that is filled.
            known = order == index
            label = column.where_matching(_maybe_label, row_labels.MAYBE_LABEL) if known else True
            doubtful |= first & label
            unseen &= ~column.filled
        count += column.filled
        if index in rules.headings and not (column.is_unique and enough):
            keys = rules.headings[index]
            repeated += column.where(_may_be_heading, keys)
    rows = (*rules.wide, *(row - 1 for row in rules.unwanted), *rules.under_headings)
    places = np.array([row - table.first for row in rows], dtype=np.int64)
    doubtful[places[(places >= 0) & (places < len(table))]] = True
    return doubtful | (count <= 1) | (repeated >= (least if enough else 2))


def _unlike(rules: RowRules, table: CellTable, answered: Mask) -> Mask:
    """Which rows have no case reference, or no answer and one that is unlike the others or may
    be a count.
    """  # noqa: D205 - one thought
    if rules.identifier is None:
        return ~answered
    column = table.column(rules.identifier)
    unlike = ~column.filled | column.where_matching(names_nothing, NO_NAME)
    for place in np.flatnonzero(~answered & column.filled).tolist():
        reference = text_of(column.at(place))
        counts = may_count(rules, table.first + place, reference)
        unlike[place] = counts or not rules.look.is_like(reference)
    return unlike


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
