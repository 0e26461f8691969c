"""Which rows of a sheet answer anything, and in which of their cells."""

import re
from collections.abc import Iterator, Mapping
from functools import partial

import numpy as np
import numpy.typing as npt

from casefile_audit.cases import Mask, State, States, Values
from casefile_audit.english import fold
from casefile_audit.error_cells import OUT_OF_PLACE, is_error_word
from casefile_audit.files.markup import EPOCH_1900
from casefile_audit.files.tables import CellTable
from casefile_audit.intake.cells import read_once
from casefile_audit.intake.columns import Header
from casefile_audit.rubric.fields import FieldBase

FieldsBySector = Mapping[str, Mapping[str, FieldBase]]

_NUMBER_RE = re.compile(r"[+-]?\d+([.,]\d+)*%?")
# What a cell holds where an answer should be.
_NOTHING, _NO_ANSWER, _ANSWER = range(3)


class RowAnswers:
    """Which rows answer anything, told from the columns whose cells can't be just any words.

    Numbers among words are no answers: they are what a total or a tally has.
    """

    def __init__(self, header: Header, fields: FieldsBySector, numeric: frozenset[int]) -> None:
        self._numeric = numeric
        self._fields: dict[int, list[FieldBase]] = {}
        for column in header.columns:
            name = column.field or ""
            variants = [own[name] for own in fields.values() if name in own]
            if variants and variants[0].holds_set_answers:
                self._fields[column.index] = list({id(field): field for field in variants}.values())

    @property
    def told(self) -> bool:
        """Whether there is a column to tell it from."""
        return bool(self._fields)

    def rows(self, table: CellTable) -> Mask:
        """Which rows of a table answer anything; all of them where nothing could tell.

        A column in which nearly every cell differs is not read for it.
        """
        answered = np.full(len(table), not self._fields, dtype=bool)
        for index, fields in self._fields.items():
            column = table.column(index)
            numbers = index in self._numeric
            for field in () if column.is_unique else fields:
                states = read_once(column, field, table.epoch).states
                tell = partial(_kinds, states=states, numbers=numbers)
                kinds = column.cached((_kinds, id(field), numbers), tell, _appended)
                answered |= (kinds == _ANSWER)[column.codes]
        return answered

    def of_row(self, texts: Mapping[int, str]) -> tuple[bool, int]:
        """Whether a row answers anything, and how many of its cells hold what is no answer.

        Where no column could tell, it does.
        """
        held = self._kinds_of(texts)
        return not self._fields or _ANSWER in held, held.count(_NO_ANSWER)

    def in_words(self, texts: Mapping[int, str]) -> int:
        """How many cells of a row answer something in words."""
        words = {index: text for index, text in texts.items() if not is_number(text)}
        return self._kinds_of(words).count(_ANSWER)

    def _kinds_of(self, texts: Mapping[int, str]) -> list[int]:
        """What each cell of a row holds that should answer something."""
        return [
            max(_kind(texts[index], field, index in self._numeric) for field in fields)
            for index, fields in self._fields.items()
            if index in texts
        ]

    def numeric_in(self, table: CellTable) -> Iterator[int]:
        """The columns in which most of what is there is a number."""
        for index in self._fields:
            column = table.column(index)
            filled = np.count_nonzero(column.filled)
            if np.count_nonzero(column.where(is_number)) * 2 > filled:
                yield index


def _kind(text: str, field: FieldBase, numbers: bool) -> int:
    """What a text is as the answer to a field."""
    states = field.read([text], EPOCH_1900).states
    return int(_kinds([text], states, numbers)[0])


def _kinds(texts: Values, states: States, numbers: bool) -> npt.NDArray[np.int8]:
    """Which texts answer a field, which are blank, and which are something else.

    Args:
        texts: the texts, or the last of all whose states are given.
        numbers: whether a number is an answer.
    """
    states = states[len(states) - len(texts) :]
    number = [not numbers and is_number(text) for text in texts]
    kinds = np.full(len(states), _ANSWER, dtype=np.int8)
    # A formula that failed stands for an answer that somebody gave.
    failed = [is_error_word(fold(text)) for text in texts]
    unreadable = (states == State.UNREADABLE) & ~np.array(failed, dtype=bool)
    kinds[unreadable | np.array(number, dtype=bool)] = _NO_ANSWER
    # What stands in a row of another width may be a total's as well as a case's.
    nothing = (states == State.BLANK) | np.array([text == OUT_OF_PLACE for text in texts], bool)
    kinds[nothing] = _NOTHING
    return kinds


def _appended(kinds: npt.NDArray[np.int8], more: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    return np.concatenate([kinds, more])


def is_number(text: str) -> bool:
    """Whether a text is a number or a percentage."""
    return _NUMBER_RE.fullmatch(text) is not None
