"""Rows of a text file that haven't as many cells as there are headings: understood, or named.

A stray comma moves every answer after it along, and a stray quotation mark swallows rows. Nobody
can tell from such a row which cell is which, so none of its answers counts in either direction.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from casefile_audit.english import count
from casefile_audit.error_cells import OUT_OF_PLACE
from casefile_audit.errors import WorkbookError
from casefile_audit.issues import Issue, IssueCode

Record = list[str]

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}

# Of so many rows and of more than this share of them nobody puts a file right row by row.
_MOST_OUT_OF_PLACE, _SHARE_OUT_OF_PLACE = 3, 0.1
# Programs that leave out the blank cells at the end of a row leave them out of many.
_LEAST_CUT, _SHARE_CUT = 3, 0.02
_MOST_LINES = 50
_SHAPES_KEPT = 20
_ROWS_SAMPLED = 10_000


class _Like(dict[int, str]):
    """What stands for each letter and digit, as they come."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        self[code] = "9" if letter.isdecimal() else "A" if letter.isalnum() else letter
        return self[code]


_LIKE = _Like()


@dataclass(frozen=True)
class TextShape:
    """What the rows of a delimited text are like.

    Attributes:
        named: whether each row has a name before its first cell, which has no heading: R writes so.
        keeps_blanks: whether blank cells at the end of a row are written.
        firsts: what first cells are like: ``AA/99`` for a case reference of two letters and digits.
    """

    separator: str = ","
    width: int = 0
    named: bool = False
    keeps_blanks: bool = True
    firsts: frozenset[str] = frozenset()


def shape_of(name: str, rows: Sequence[Record], separator: str) -> TextShape:
    """Tell what rows are like from the first of them.

    Raises:
        WorkbookError: the rows have one cell more than there are headings, and nobody knows which.
    """
    tables = [row for row in rows[:_ROWS_SAMPLED] if len(row) > 1]
    if len(tables) < 2:
        return TextShape(separator, max(map(len, rows), default=0))
    head, rest = tables[0], tables[1:]
    usual = Counter(map(len, rest)).most_common(1)[0][0]
    named = usual == len(head) + 1 and all(head) and _are_named(name, rest, usual)
    width = usual if named else max(len(head), usual)
    # A line of a text that starts with a bare mark, such as "; ", starts as no row does.
    firsts = Counter(like(row[0]) for row in rest if any(map(str.isalnum, row[0]))).most_common(
        _SHAPES_KEPT
    )
    short = sum(len(row) < width for row in rest)
    return TextShape(
        separator,
        width,
        named,
        keeps_blanks=short * 2 <= len(rest)
        and (
            any(len(row) == width and not row[-1].strip() for row in rest)
            or short < max(_LEAST_CUT, _SHARE_CUT * len(rest))
        ),
        firsts=frozenset(first for first, _ in firsts),
    )


def with_headings(rows: list[Record], shape: TextShape, notes: list[str]) -> list[Record]:
    """Rows whose headings are as many as their cells; adds sentences on what was done to them.

    R writes no heading over the names of rows, and headings may stand between other separators.
    """
    head = next((n for n, row in enumerate(rows) if len(row) > shape.named and any(row)), 0)
    first = rows[head] if rows else []
    if shape.named:
        notes.append("each row has a number in front that has no heading, as R writes it")
        first = ["", *first]
    elif len(first) == 1 < shape.width:
        for separator in SEPARATORS:
            cells = next(csv.reader(first, delimiter=separator), [])
            if len(cells) == shape.width:
                notes.append(f"the headings are separated by {SEPARATORS[separator]}")
                first = cells
    return [*rows[:head], first, *rows[head + 1 :]]


def without_formulas(rows: Sequence[Sequence[str]]) -> list[Record]:
    """Rows with ``00123`` for ``="00123"``, which keeps Excel from dropping the noughts."""
    return [
        [cell[2:-1] if cell[:2] == '="' and cell[-1] == '"' else cell for cell in row]
        for row in rows
    ]


def unquoted(rows: Sequence[Record]) -> str | None:
    """The text of rows that each stand between quotation marks as if it were one cell."""
    cells = [row[0] for row in rows if row]
    if len(cells) < 2 or any(len(row) > 1 for row in rows):
        return None
    return "\n".join(row[0] if row else "" for row in rows)


def _are_named(name: str, rows: Sequence[Record], width: int) -> bool:
    """Whether rows of one cell more than headings have a number each in front."""
    full = [row for row in rows if len(row) == width]
    if not any(row[-1].strip() for row in full):
        return False  # a separator at the end of each row, with nothing after it
    firsts = [row[0].strip() for row in full]
    if firsts == [str(number) for number in range(1, len(firsts) + 1)]:
        return True
    if len(full) < max(2, len(rows) * (1 - _SHARE_OUT_OF_PLACE)):
        return False
    raise WorkbookError(
        f"{name} has {count(width - 1, 'heading')}, and {count(width, 'cell')} in nearly every row",
        hint="Add the heading that is missing, at the front if the rows start with a name or a "
        "number that has none.",
    )


def like(text: str) -> str:
    """A text with A for each letter and 9 for each digit."""
    return text.strip().translate(_LIKE)


def in_shape(
    name: str, rows: Sequence[Record], shape: TextShape, first: int = 0, *, ends: bool = True
) -> tuple[list[Record], tuple[Issue, ...]]:
    """Rows that are all of one width, and what is wrong with them.

    What stands above the first row of all the cells, or under a gap below the last, is no row of
    the table, and is left as it is.

    Args:
        first: how many rows of the file come before them.
        ends: whether the file ends with them.

    Returns:
        As many rows: in one that isn't understood every cell after the first is ``OUT_OF_PLACE``.

    Raises:
        WorkbookError: too many of them aren't understood.
    """
    ragged = _Ragged(shape, rows)
    start, stop = ragged.table(starts=first == 0, ends=ends)
    body = [ragged.row(number, row) for number, row in ragged.unbroken(start, stop)]
    found = [*map(ragged.padded, rows[:start]), *body, *map(ragged.padded, rows[stop:])]
    wrong = sorted([*ragged.other, *ragged.broken, *ragged.swallowing])
    if len(wrong) > max(_MOST_OUT_OF_PLACE, _SHARE_OUT_OF_PLACE * len(rows)):
        raise _too_ragged(name, rows, shape, wrong, ragged.swallowing, first)
    codes = (
        (IssueCode.ROWS_OUT_OF_PLACE, ragged.other),
        (IssueCode.ROWS_BROKEN, ragged.broken),
        (IssueCode.ROWS_SWALLOWED, ragged.swallowing),
    )
    return found, tuple(
        Issue.doubt(
            code,
            [f"row {first + row + 1}" for row in places],
            file=name,
            facts={"headings": shape.width - shape.named},
        )
        for code, places in codes
        if places
    )


def _too_ragged(
    name: str,
    rows: Sequence[Record],
    shape: TextShape,
    wrong: Sequence[int],
    swallowing: Sequence[int],
    first: int,
) -> WorkbookError:
    return WorkbookError(
        f"{count(len(wrong), 'row')} of {name} haven't {shape.width} cells, as there are headings",
        details=[
            f"row {first + row + 1}: {count(len(rows[row]), 'cell')}"
            + (", and whole rows within one of them" if row in swallowing else "")
            for row in wrong[:_MOST_OUT_OF_PLACE]
        ],
        hint="A comma or a quotation mark in a text moves all that comes after it: save it again "
        "with every text between quotation marks, or as .xlsx.",
    )


class _Ragged:
    """Rows looked at one after the other; the numbers of those that aren't understood are kept."""

    def __init__(self, shape: TextShape, rows: Sequence[Record]) -> None:
        self._shape = shape
        self._rows = rows
        self.other: list[int] = []
        self.broken: list[int] = []
        self.swallowing: list[int] = []

    def table(self, *, starts: bool, ends: bool) -> tuple[int, int]:
        """Where the rows of the table start and stop."""
        rows, start, stop = self._rows, 0, len(self._rows)
        while starts and start < stop and not self._is_full(rows[start]):
            start += 1
        while ends and stop > start and not self._is_full(rows[stop - 1]):
            stop -= 1
        # A row straight under the last is one more, cut off; one under a gap is none of them.
        while stop < len(rows) and len(rows[stop]) > 1:
            stop += 1
        return start, stop

    def _is_full(self, row: Record) -> bool:
        return len(row) >= self._shape.width or self._quoted_whole(row) is not None

    def unbroken(self, start: int, stop: int) -> Iterator[tuple[int, Record]]:
        """Rows with their numbers; a blank one for each that is only the end of the one before."""
        ends = 0
        for number in range(start, stop):
            if ends:
                ends -= 1
                yield number, []
                continue
            row = self._rows[number]
            if 1 < len(row) < self._shape.width and (ends := self._lines_after(number)):
                self.broken.append(number)
            yield number, row

    def _lines_after(self, number: int) -> int:
        """How many of the next rows are parts of one that line breaks cut; 0 if none is."""
        cells, width = len(self._rows[number]), self._shape.width
        for after, row in enumerate(self._rows[number + 1 : number + _MOST_LINES], 1):
            cells += max(len(row), 1) - 1
            if len(row) >= width or cells > width:
                return 0
            if cells == width:
                return after
        return 0

    def row(self, number: int, row: Record) -> Record:
        """A row as wide as it should be."""
        width = self._shape.width
        if len(row) == width and not ("\n" in "".join(row) and self._swallows(row)):
            return row
        if len(row) > width and not any(map(str.strip, row[width:])):
            return row[:width]
        if inner := self._quoted_whole(row):
            return inner
        if len(row) == width:
            self.swallowing.append(number)
        elif self.broken[-1:] != [number]:
            if len(row) < 2 or (len(row) < width and not self._shape.keeps_blanks):
                return self.padded(row)
            self.other.append(number)
        return [row[0], *[OUT_OF_PLACE] * (width - 1)]

    def padded(self, row: Record) -> Record:
        """A row with blank cells at its end."""
        return [*row, *[""] * (self._shape.width - len(row))]

    def _swallows(self, row: Record) -> bool:
        """Whether a cell holds a line that starts as a row does, and goes on as one.

        Either all its cells are there, or, in the last line, as many as stand before this cell: the
        mark that closes the text was to open one in the same column.
        """
        for column, cell in enumerate(row):
            lines = cell.splitlines()[1:] if "\n" in cell else []
            for number, line in enumerate(lines, 1):
                first, _, rest = line.partition(self._shape.separator)
                cells = line.count(self._shape.separator)
                whole = cells >= self._shape.width - 1
                cut = number == len(lines) and cells == column and rest[:1] != " "
                if (whole or cut) and cells and like(first) in self._shape.firsts:
                    return True
        return False

    def _quoted_whole(self, row: Record) -> Record | None:
        """The cells of a row that stands between quotation marks as if it were one cell."""
        separator, width = self._shape.separator, self._shape.width
        if len(row) != 1 or width < 2 or row[0].count(separator) < width - 1:
            return None
        try:
            inner, *others = csv.reader(row, delimiter=separator)
        except csv.Error:  # a line within it ends with a return alone
            return None
        return inner if len(inner) == width and not others else None
