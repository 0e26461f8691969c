"""The cells of a field's columns, each different one once: of a sheet, or of a long file."""

from collections import Counter
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_

import numpy as np

from casefile_audit.cases import Mask, State
from casefile_audit.english import fold
from casefile_audit.files.tables import NumberedCells
from casefile_audit.files.workbook import Cell, address, text_of
from casefile_audit.intake.heading_words import RECORDED, heading_words
from casefile_audit.intake.texts_seen import LONGEST_CODE, LongestTexts, TextsSeen
from casefile_audit.issues import PLACES_NAMED, Issue, IssueCode, Level
from casefile_audit.rubric.dates import DateOrder, order_told_by
from casefile_audit.rubric.fields import CodeField, FieldBase, TextField
from casefile_audit.rubric.words import USUAL_ANSWERS


@dataclass(frozen=True)
class CellsOfSheet:
    """Those of a column of a sheet in memory, from a zero-based row on. See TextsSeen."""

    cells: NumberedCells
    first: int

    @cached_property
    def counts(self) -> Mapping[Cell, int]:
        """How often each different cell is there."""
        numbers = np.bincount(self.cells.codes, minlength=len(self.distinct)).tolist()
        return dict(zip(self.distinct, numbers, strict=True))

    @property
    def distinct(self) -> Set[Cell]:
        """The different cells."""
        return self.cells.distinct

    @property
    def rows(self) -> int:
        """How many cells there are."""
        return len(self.cells.codes)

    @cached_property
    def short(self) -> list[Cell]:
        """The different cells that are no text of more letters than a code has."""
        # Written out, as is_short is too dear to call for each of a hundred thousand texts.
        return [c for c in self.distinct if not isinstance(c, str) or len(c) <= LONGEST_CODE]

    @cached_property
    def longest(self) -> LongestTexts:
        """The longest texts."""
        cells = list(self.distinct)
        lengths = np.array([len(c) if isinstance(c, str) else -1 for c in cells], dtype=int)
        are_longest = lengths == lengths.max(initial=0)
        texts = [str(cells[place]) for place in np.flatnonzero(are_longest).tolist()]
        return LongestTexts.of(texts, *self._those(are_longest))

    def passing(self, test: Callable[[Cell], bool]) -> tuple[int, list[int]]:
        """How many cells pass a test, which is made once for each different one, and the zero-based
        rows of the first.
        """  # noqa: D205 - one thought
        return self._those(np.fromiter(map(test, self.distinct), bool, len(self.distinct)))

    def _those(self, different: Mask) -> tuple[int, list[int]]:
        rows = np.flatnonzero(different[self.cells.codes]) + self.first
        return len(rows), rows[:PLACES_NAMED].tolist()


ColumnCells = CellsOfSheet | TextsSeen


@dataclass(frozen=True)
class FilledField:
    """The cells of one field's columns.

    Attributes:
        columns: the cells of each, by its index.
        headings: of these columns.
        semicolons: whether they are of a text with semicolons between its cells.
        values: texts, folded, that the user says are values whatever they look like.
    """

    file: str
    sheet: str
    name: str
    field: FieldBase
    columns: Mapping[int, ColumnCells]
    headings: tuple[str, ...]
    semicolons: bool
    values: frozenset[str]

    @cached_property
    def counts(self) -> Mapping[Cell, int]:
        """How often each different cell is there; of a long file's texts, only of short ones."""
        first, *others = (cells.counts for cells in self.columns.values())
        return sum(map(Counter, others), Counter(first)) if others else first

    @cached_property
    def distinct(self) -> Set[Cell]:
        """The different cells, as far as they are counted."""
        return reduce(or_, (cells.distinct for cells in self.columns.values()))

    @cached_property
    def short(self) -> list[Cell]:
        """Those that are no text of more letters than a code has."""
        return list(dict.fromkeys(cell for its in self.columns.values() for cell in its.short))

    def passing(self, test: Callable[[Cell], bool]) -> int:
        """How many cells pass a test, which is made once for each different one."""
        return sum(cells.passing(test)[0] for cells in self.columns.values())

    @cached_property
    def explained(self) -> frozenset[str]:
        """The texts, folded, of which the rubric or the user says what they mean."""
        words = (*self.field.blank, *self.field.unknown, *self.field.not_applicable)
        return self.values.union(map(fold, words))

    @cached_property
    def orders(self) -> Counter[DateOrder | None]:
        """How many of its texts are dates of each order."""
        orders: Counter[DateOrder | None] = Counter()
        for cell, number in self.counts.items():
            if isinstance(cell, str):
                orders[order_told_by(cell)] += number
        return orders

    @cached_property
    def asks_whether(self) -> bool:
        """Whether its heading asks whether it is recorded, and each cell says yes or no to that."""
        if not isinstance(self.field, CodeField | TextField):
            return False
        if not self.values.isdisjoint(USUAL_ANSWERS):
            return False
        if not any(RECORDED in heading_words(heading) for heading in self.headings):
            return False
        texts = map(text_of, self.distinct)
        return all(fold(text) in USUAL_ANSWERS or self._is_no_value(text) for text in texts)

    def _is_no_value(self, text: str) -> bool:
        found = self.field.state_of_word(text)
        return found is not None and found[0] != State.VALUE

    def issue(
        self,
        code: IssueCode,
        test: Callable[[Cell], bool],
        level: Level = Level.DOUBT,
        **facts: str | int,
    ) -> Issue:
        """An issue about the cells that pass a test, which is made once for each different one."""
        found = {column: cells.passing(test) for column, cells in self.columns.items()}
        return self.issue_at(code, found, level, **facts)

    def issue_at(
        self,
        code: IssueCode,
        found: Mapping[int, tuple[int, list[int]]],
        level: Level = Level.DOUBT,
        **facts: str | int,
    ) -> Issue:
        """An issue about so many cells of each column, by its index, and the rows of the first."""
        named = [address(row, column) for column, (_, rows) in found.items() for row in rows]
        total, places = sum(n for n, _ in found.values()), tuple(named[:PLACES_NAMED])
        return Issue(code, level, self.file, self.sheet, self.name, total, places, facts)
