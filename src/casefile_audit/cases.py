"""The cases that were read: what each cell holds, its state, and where it stands."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

from casefile_audit.english import on_one_line

if TYPE_CHECKING:
    import pandas as pd

Mask = npt.NDArray[np.bool_]
States = npt.NDArray[np.int8]
Outcomes = npt.NDArray[np.int8]

Codes = npt.NDArray[np.int64]
Values = Any  # an array of texts (None where there is none), numbers or dates; or a Polars series
Computed = TypeVar("Computed")

# So many texts are worth a search of all of them at once, which has to be loaded first.
_WORTH_A_PREFILTER = 3_000


class _Labelled(IntEnum):
    @property
    def label(self) -> str:
        """As people read it: ``not applicable``."""
        return self.name.lower().replace("_", " ")


class State(_Labelled):
    """What a cell is, whatever the question."""

    VALUE = 0
    BLANK = 1
    UNKNOWN = 2
    NOT_APPLICABLE = 3
    UNREADABLE = 4

    @property
    def as_group(self) -> str:
        """As the group, or the fact, of a case without a value: ``(blank)``."""
        return f"({self.label})"


class Outcome(_Labelled):
    """What a criterion comes to for a case. The six never collapse into one another."""

    MET = 0
    PARTLY_MET = 1
    NOT_MET = 2
    NOT_RECORDED = 3
    NOT_APPLICABLE = 4
    CANNOT_TELL = 5


@dataclass(frozen=True)
class Column:
    """One column, of a sheet or of the cases: each row's value, as a code into the distinct ones.

    Reading a column changes its values and keeps its codes, so a value may be there twice: ``Yes``
    and ``y`` are one answer and were two texts.

    Attributes:
        codes: for each row the place of its value.
        values: texts, numbers (float64, nan where there is none) or dates (datetime64[s], NaT).
        is_unique: whether there is a text for each row, because nearly all of them differ. Such
            texts may still have the white space that they had on the page, and be what is no value:
            of the cases, only those count whose State is a value.
        ordinary: where there is a text for each row, which of them are certainly neither blank nor
            a word with a set meaning.
        cache: what was computed of the texts; chunks of a long file that number their texts alike
            share it.
    """

    codes: Codes
    values: Values
    is_unique: bool = False
    ordinary: Mask | None = None
    cache: dict[Hashable, tuple[int, Any]] = field(default_factory=dict, compare=False)

    @classmethod
    def of_rows(cls, values: Values) -> "Column":
        """A column in which each row has a text of its own."""
        return cls(np.arange(len(values)), values, is_unique=True)

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.codes)

    def at(self, row: int) -> Any:
        """The value of a row, by its place."""
        return self.values[int(self.codes[row])]

    def rows(self) -> npt.NDArray[Any]:
        """The value of each row."""
        values = self.values if isinstance(self.values, np.ndarray) else self.values.to_numpy()
        return cast("npt.NDArray[Any]", values if self.is_unique else values[self.codes])

    def take(self, places: Codes) -> "Column":
        """Some of the rows."""
        if self.is_unique:
            return Column.of_rows(self.values[places])
        return replace(self, codes=self.codes[places])

    def places_in(self, words: Sequence[str]) -> npt.NDArray[np.int16]:
        """For each row the place of its value among some words, such as a scale; -1 if nowhere."""
        places = {word: place for place, word in enumerate(words)}
        of_values = np.array([places.get(value, -1) for value in self.values], dtype=np.int16)
        return of_values[self.codes]

    def cached(
        self,
        key: Hashable,
        compute: Callable[[Values], Computed],
        add: Callable[[Computed, Computed], Computed],
    ) -> Computed:
        """What is computed of each text, once for all the chunks that have it.

        Args:
            key: what else it depends on.
            add: puts what is computed of further texts after it.
        """
        count, computed = self.cache.get(key, (0, None))
        if computed is None or count < len(self.values):
            more = compute(self.values[count:])
            computed = more if computed is None else add(computed, more)
            self.cache[key] = len(self.values), computed
        return cast("Computed", computed)

    def where(self, test: Callable[..., bool], *given: Hashable) -> Mask:
        """A test of text and something given, made once for each text, as a mask of the rows."""

        def passed(texts: Values) -> Mask:
            return np.fromiter((test(text, *given) for text in texts), dtype=bool, count=len(texts))

        return self.cached((test, given), passed, _appended)[self.codes]

    def where_matching(self, test: Callable[[str], bool], pattern: str) -> Mask:
        """The same for a test that only texts with a regular expression in them pass."""
        if not self.is_unique:
            return self.where(test)
        passed = self.values.str.contains(pattern).to_numpy().copy()
        passed[passed] = [test(text) for text in self.values.filter(passed)]
        return cast("Mask", passed)

    @cached_property
    def not_ordinary(self) -> list[str]:
        """The texts that have to be looked into."""
        return list(self.values if self.ordinary is None else self.values.filter(~self.ordinary))

    @cached_property
    def filled(self) -> Mask:
        """Which rows hold something that a reader of the page sees."""
        if self.ordinary is None:
            return self.where(bool)
        filled = self.ordinary.copy()
        filled[~self.ordinary] = [bool(on_one_line(text)) for text in self.not_ordinary]
        return filled


def _are_there(texts: Values, codes: Codes) -> Mask:
    """Which of some texts are the value of a row; those of rows that were not chosen aren't."""
    there = np.zeros(len(texts), dtype=bool)
    there[codes] = True
    there[there] = [text is not None for text in texts[there]]
    return there


def _appended(mask: Mask, more: Mask) -> Mask:
    return np.concatenate([mask, more])


@dataclass(frozen=True)
class SheetOrigin:
    """Where some of the cases come from.

    Attributes:
        letters: the sheet's column letter for each of the cases' columns that it has.
        places: of a form, which is one case, the place of each cell instead.
        moved: where a case's cell stands that isn't in the case's own row, or on its sheet, by its
            column and the row's number.
    """

    file: str
    sheet: str
    letters: Mapping[str, str]
    places: Mapping[str, str] = field(default_factory=dict)
    moved: Mapping[tuple[str, int], str] = field(default_factory=dict)


class RowName(str):
    """What a case without a reference is called: the place of its row."""

    __slots__ = ()


@dataclass(frozen=True)
class Cases:
    """Every case that was read, one row each; nothing after intake writes to it.

    Attributes:
        columns: a column for each field, or for each part of a field that holds several dates.
        states: for each of the columns a State (int8) of each case.
        parts: the columns that belong to each field.
        sheet: for each case, the index of its sheet in ``sheets``.
        row: for each case, the sheet's row number, counted from 1.
    """

    columns: Mapping[str, Column]
    states: Mapping[str, States]
    parts: Mapping[str, Sequence[str]]
    references: npt.NDArray[np.object_]
    sheet: npt.NDArray[np.int32]
    row: npt.NDArray[np.int64]
    sheets: tuple[SheetOrigin, ...]

    def __len__(self) -> int:
        """How many cases there are."""
        return len(self.row)

    def column(self, field: str) -> tuple[Column, States]:
        """The column and the states of a field that is one column."""
        (name,) = self.parts[field]
        return self.columns[name], self.states[name]

    def where(
        self,
        field: str,
        test: Callable[[str], bool],
        prefilter: Callable[[Values], tuple[Mask, Mask]] | None = None,
    ) -> Mask:
        """The cases whose text passes a test, which is made once for each distinct text.

        Args:
            field: a field of text, of words or of grades that is one column.
            test: the test of a text on one line.
            prefilter: which of many texts, as they are written, certainly pass it, and which others
                may, where that is quickly told of all together.
        """
        column, states = self.column(field)
        texts = column.values
        unknown = states == State.VALUE if column.is_unique else _are_there(texts, column.codes)
        passed = np.zeros(len(texts), dtype=bool)
        if prefilter is not None and np.count_nonzero(unknown) > _WORTH_A_PREFILTER:
            # Of an array that starts with nothing Polars makes no texts.
            written = texts.tolist() if isinstance(texts, np.ndarray) else texts
            certain, unsure = prefilter(written)
            passed, unknown = certain & unknown, unsure & unknown
        for place in np.flatnonzero(unknown).tolist():
            passed[place] = test(on_one_line(texts[place]))
        return cast("Mask", passed[column.codes])

    def dates(self, field: str) -> tuple[npt.NDArray[np.datetime64], States]:
        """The dates of a field and their states, both as cases × parts.

        A cell that holds no date is NaT.
        """
        names = self.parts[field]
        values = np.empty((len(names), len(self)), dtype="datetime64[s]")
        states = np.empty((len(names), len(self)), dtype=np.int8)
        for place, name in enumerate(names):
            values[place], states[place] = self.columns[name].rows(), self.states[name]
        return values.T, states.T

    def address(self, case: int, column: str) -> str:
        """Where a case's cell stands, as ``B7``; empty where its sheet has no such column."""
        origin = self.sheets[self.sheet[case]]
        letter = origin.letters.get(column)
        row = int(self.row[case])
        own = origin.places.get(column) or (f"{letter}{row}" if letter else "")
        return str(origin.moved.get((column, row), own))

    def take(self, chosen: npt.NDArray[np.bool_ | np.int64]) -> "Cases":
        """The chosen cases, by a mask or by position."""
        index: Codes = np.arange(len(self))[chosen]
        return replace(
            self,
            columns={name: column.take(index) for name, column in self.columns.items()},
            states={name: states[index] for name, states in self.states.items()},
            references=self.references[index],
            sheet=self.sheet[index],
            row=self.row[index],
        )

    def to_frame(self, scales: Mapping[str, Sequence[str]] | None = None) -> "pd.DataFrame":
        """The cases as a pandas frame, indexed by their references, to take away.

        Texts, numbers and dates stand where the cell holds a value, and nothing where it doesn't:
        why it doesn't is in ``states``.

        Args:
            scales: for the columns that hold grades the grades, worst first, as ordered categories.
        """
        import pandas as pd

        frame: dict[str, Any] = {}
        for name, column in self.columns.items():
            values = column.rows()
            if values.dtype == object:
                values = values.copy()
                values[self.states[name] != State.VALUE] = None
            grades = list((scales or {}).get(name, ()))
            frame[name] = pd.Categorical(values, grades, ordered=True) if grades else values
        return pd.DataFrame(frame, index=pd.Index(self.references, name="reference", dtype=object))
