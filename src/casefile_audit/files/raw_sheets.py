"""The sheets of a workbook as python-calamine gives them."""

import io
from collections.abc import Callable, Container, Iterator
from itertools import islice
from typing import Any, NamedTuple

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

CheckSize = Callable[[str, int, int], None]
"""Takes a sheet's name, its rows and its columns, and raises an error if they are too many."""

NONE_MERGED = b"<mergeCells></mergeCells>"
"""What a sheet may start with that has no merged cells, wherever they stand in others: else
python-calamine goes through all of it a second time to find some, for a third of all it takes."""

# So many rows have few different cells, but for those that are nobody else's.
_ROWS_AT_ONCE = 1_000


class RawSheet(NamedTuple):
    """A sheet as python-calamine gives it.

    Attributes:
        name: the name on its tab.
        rows: from A1, all of one length.
        merged: the merged ranges, as first row, first column, last row and last column.
    """

    name: str
    visible: bool
    rows: list[list[Any]]
    merged: list[tuple[int, int, int, int]]


class TooManyCellsError(Exception):
    """A sheet's name, its rows and its columns."""


def cell_counter(most: int) -> CheckSize:
    """Counts the cells of the sheets of one file, and stops at the sheet that has too many."""
    taken = 0

    def check(name: str, rows: int, columns: int) -> None:
        nonlocal taken
        taken += rows * columns
        if taken > most:
            raise TooManyCellsError(name, rows, columns)

    return check


def raw_sheets(
    data: bytes, check: CheckSize, known: Container[str] | None = None
) -> list[RawSheet]:
    """The sheets of cells of a workbook.

    Args:
        data: the whole file. python-calamine tries every format in turn, so it must have been
            told to be a workbook of one kind and of no other.
        check: called before the cells of each sheet are taken.
        known: the names of the sheets for which memory may be set aside, if not for all.

    Raises:
        CalamineError: the file can't be read.
        ValueError: it has a sheet that isn't known.
    """
    sheets = []
    with CalamineWorkbook.from_object(io.BytesIO(data)) as book:
        for index, metadata in enumerate(book.sheets_metadata):
            if metadata.typ is not SheetTypeEnum.WorkSheet:
                continue
            if known is not None and metadata.name not in known:
                raise ValueError("a sheet that nobody looked through")
            raw = book.get_sheet_by_index(index)
            rows: list[list[Any]] = []
            if raw.start is not None and raw.end is not None:
                check(metadata.name, raw.end[0] + 1, raw.end[1] + 1)
                # It begins with the first column that holds a value.
                before = [""] * raw.start[1]
                rows = _each_once(iter(raw.iter_rows()))
                rows = [before + row for row in rows] if before else rows
            visible = metadata.visible is SheetVisibleEnum.Visible
            merged = [(*first, *last) for first, last in raw.merged_cell_ranges or ()]
            sheets.append(RawSheet(metadata.name, visible, rows, merged))
    return sheets


def _each_once(rows: Iterator[list[Any]]) -> list[list[Any]]:
    """Rows of which, some at a time, equal cells are one and the same: those of a long sheet take a
    third less memory, and are sooner told apart later.
    """  # noqa: D205 - one thought
    kept: list[list[Any]] = []
    while some := [*islice(rows, _ROWS_AT_ONCE)]:
        own: Callable[[Any, Any], Any] = {}.setdefault
        # True and 1 are one value to a hash table, and two to whoever reads them.
        kept += [row if bool in set(map(type, row)) else [*map(own, row, row)] for row in some]
    return kept
