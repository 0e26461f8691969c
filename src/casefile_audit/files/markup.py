"""What a sheet says beside the values of its cells: hidden, struck out, shown otherwise."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field

from casefile_audit.error_cells import NOT_CALCULATED

EPOCH_1900 = datetime.datetime(1899, 12, 30)
EPOCH_1904 = datetime.datetime(1904, 1, 1)

Range = tuple[int, int, int, int]
"""First row, first column, last row and last column, zero-based, both ends belonging to it."""


@dataclass
class Markup:
    """What the markup of one sheet says.

    Attributes:
        hidden_rows: row numbers counted from 1; those of rows without height are among them.
        hidden_columns: zero-based; those of columns without width are among them.
        struck: the filled cells that are struck out, by zero-based row and column.
        shown: what cells show where that isn't what they hold: an error such as ``#N/A``, a
            percentage, ``NOT_CALCULATED``.
        stressed: the words that stand out in a cell, by zero-based row and column.
        merged: the merged ranges.
        has_unread_boxes: whether check boxes lie over it of which nobody can tell over which cells.
        last_row: after this row, counted from 1, no value stands.
        last_column: nor does one after this column, counted from 1.
        checksum: of a long sheet without merged cells, what it is with ``NONE_MERGED`` in front.
    """

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    struck: list[tuple[int, int]] = field(default_factory=list)
    shown: list[tuple[Range, str]] = field(default_factory=list)
    stressed: dict[tuple[int, int], tuple[str, ...]] = field(default_factory=dict)
    merged: list[Range] = field(default_factory=list)
    has_unread_boxes: bool = False
    last_row: int = 0
    last_column: int = 0
    checksum: int | None = None


class FormulaResults:
    """The formulas of one sheet whose results aren't in the file.

    A result of nought or nothing may stand in for one that isn't there. It does where no formula of
    the column has another.
    """

    def __init__(self) -> None:
        self._without: list[tuple[int, int]] = []
        self._doubtful: dict[int, list[int]] = {}
        self._calculated: set[int] = set()

    def without(self, row: int, column: int) -> None:
        """One that has none."""
        self._without.append((row, column))

    def stand_in(self, row: int, column: int) -> None:
        """One that may have none."""
        self._doubtful.setdefault(column, []).append(row)

    def calculated(self, column: int) -> None:
        """One that has one."""
        self._calculated.add(column)

    def shown(self) -> Iterator[tuple[Range, str]]:
        """The cells, each as what is shown in place of it."""
        for row, column in self._without:
            yield (row, column, row, column), NOT_CALCULATED
        for column, rows in self._doubtful.items():
            if column not in self._calculated:
                for row in rows:
                    yield (row, column, row, column), NOT_CALCULATED
