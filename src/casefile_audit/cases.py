"""The cases that were read: what each cell holds, its state, and where it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

States = npt.NDArray[np.int8]
Outcomes = npt.NDArray[np.int8]


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
        states: a State (int8) for each cell of the frame.
        parts: the frame's columns that belong to each field.
        references: what names each case.
        sheet: for each case, the index of its sheet in ``sheets``.
        row: for each case, the sheet's row number, counted from 1.
        sheets: where the cases come from.
    """

    frame: pd.DataFrame
    states: pd.DataFrame
    parts: Mapping[str, Sequence[str]]
    references: npt.NDArray[np.object_]
    sheet: npt.NDArray[np.int32]
    row: npt.NDArray[np.int64]
    sheets: tuple[SheetOrigin, ...]

    def __len__(self) -> int:
        """How many cases there are."""
        return len(self.frame)

    def column(self, field: str) -> tuple[pd.Series, States]:
        """The values and states of a field that is one column."""
        (name,) = self.parts[field]
        return self.frame[name], self.states[name].to_numpy()

    def dates(self, field: str) -> tuple[npt.NDArray[np.datetime64], States]:
        """The dates of a field and their states, both as cases × parts.

        A cell that holds no date is NaT.
        """
        names = list(self.parts[field])
        values = self.frame[names].to_numpy(dtype="datetime64[s]")
        return values.reshape(len(self), len(names)), self.states[names].to_numpy()

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
            states=self.states.take(index).reset_index(drop=True),
            references=self.references[index],
            sheet=self.sheet[index],
            row=self.row[index],
        )
