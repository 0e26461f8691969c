"""The cases that were read: what each cell holds, its state, and where it stands."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from casefile_audit.english import on_one_line

Mask = npt.NDArray[np.bool_]
States = npt.NDArray[np.int8]
Outcomes = npt.NDArray[np.int8]

# So many texts are worth a search of all of them at once, which has to be loaded first.
_WORTH_A_SIEVE = 2_000


class State(IntEnum):
    """What a cell is, whatever the question."""

    VALUE = 0
    BLANK = 1
    UNKNOWN = 2
    NOT_APPLICABLE = 3
    UNREADABLE = 4

    @property
    def label(self) -> str:
        """As people read it: ``not applicable``."""
        return self.name.lower().replace("_", " ")


class Outcome(IntEnum):
    """What a criterion comes to for a case. The six never collapse into one another."""

    MET = 0
    PARTLY_MET = 1
    NOT_MET = 2
    NOT_RECORDED = 3
    NOT_APPLICABLE = 4
    CANNOT_TELL = 5

    @property
    def label(self) -> str:
        """As people read it: ``not recorded``."""
        return self.name.lower().replace("_", " ")


@dataclass(frozen=True)
class SheetOrigin:
    """Where some of the cases come from.

    Attributes:
        file: the input file's name.
        sheet: the sheet's name.
        letters: the sheet's column letter for each column of the frame that it has.
    """

    file: str
    sheet: str
    letters: Mapping[str, str]


@dataclass(frozen=True)
class Cases:
    """Every case that was read, one row each; nothing after intake writes to it.

    Attributes:
        frame: a column for each field, or for each part of a field that holds several dates:
            ordered categories for grades, categories of text, float64, or datetime64[s].
            Those of ``written`` are not in it.
        states: for each of the columns a State (int8) of each case.
        parts: the frame's columns that belong to each field.
        references: what names each case.
        sheet: for each case, the index of its sheet in ``sheets``.
        row: for each case, the sheet's row number, counted from 1.
        sheets: where the cases come from.
        written: the columns in which nearly every one of many cases has a text of its own: a
            Polars series of texts, of which those count whose State is a value.
    """

    frame: pd.DataFrame
    states: Mapping[str, States]
    parts: Mapping[str, Sequence[str]]
    references: npt.NDArray[np.object_]
    sheet: npt.NDArray[np.int32]
    row: npt.NDArray[np.int64]
    sheets: tuple[SheetOrigin, ...]
    written: Mapping[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        """How many cases there are."""
        return len(self.row)

    def values(self, name: str) -> pd.Series:
        """The values of a column."""
        if name not in self.written:
            return self.frame[name]
        texts = self.written[name].to_numpy().copy()
        texts[self.states[name] != State.VALUE] = None
        return pd.Series(texts, dtype=object)

    def column(self, field: str) -> tuple[pd.Series, States]:
        """The values and states of a field that is one column."""
        (name,) = self.parts[field]
        return self.values(name), self.states[name]

    def where(
        self,
        field: str,
        test: Callable[[str], bool],
        sieve: Callable[[Any], tuple[Mask, Mask]] | None = None,
    ) -> Mask:
        """The cases whose text passes a test, which is made once for each distinct text.

        Args:
            field: a field of text, of words or of grades that is one column.
            test: the test of a text on one line.
            sieve: which of many texts pass it for certain, and which others may pass it, where that
                is quicker told for all together.
        """
        (name,) = self.parts[field]
        codes: Any = slice(-1)
        if name in self.written:
            texts = self.written[name]
            untold = self.states[name] == State.VALUE
        else:
            values = self.frame[name]
            shared = isinstance(values.dtype, pd.CategoricalDtype)
            texts = (values.cat.categories if shared else values).tolist()
            codes = values.cat.codes.to_numpy() if shared else codes
            untold = np.array([text is not None for text in texts], dtype=bool)
        passed = np.zeros(len(texts) + 1, dtype=bool)
        if sieve is not None and np.count_nonzero(untold) > _WORTH_A_SIEVE:
            certain, perhaps = sieve(texts)
            passed[:-1] = certain & untold
            untold = perhaps & untold
        for place in np.flatnonzero(untold).tolist():
            passed[place] = test(on_one_line(str(texts[place])))
        return cast("Mask", passed[codes])

    def dates(self, field: str) -> tuple[npt.NDArray[np.datetime64], States]:
        """The dates of a field and their states, both as cases × parts.

        A cell that holds no date is NaT.
        """
        names = self.parts[field]
        values = np.empty((len(names), len(self)), dtype="datetime64[s]")
        states = np.empty((len(names), len(self)), dtype=np.int8)
        for place, name in enumerate(names):
            values[place], states[place] = self.frame[name].to_numpy(), self.states[name]
        return values.T, states.T

    def address(self, case: int, column: str) -> str:
        """Where a case's cell stands, as ``B7``; empty where its sheet has no such column."""
        letter = self.sheets[self.sheet[case]].letters.get(column)
        return f"{letter}{self.row[case]}" if letter else ""

    def take(self, chosen: npt.NDArray[np.bool_ | np.int64]) -> "Cases":
        """The chosen cases, by a mask or by position."""
        index = np.flatnonzero(chosen) if chosen.dtype == bool else chosen
        return replace(
            self,
            frame=self.frame.take(index).reset_index(drop=True),
            states={name: states[index] for name, states in self.states.items()},
            references=self.references[index],
            sheet=self.sheet[index],
            row=self.row[index],
            written={name: texts[index] for name, texts in self.written.items()},
        )
