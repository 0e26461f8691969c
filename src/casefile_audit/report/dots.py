"""Counts over time drawn in text: dots, the line they are judged by, and the counts beneath."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from casefile_audit.report.blocks import Dots

_HEIGHT = 7
_TOPS = (0.1, 0.2, 0.25, 0.5, 0.75, 1.0)


def dot_lines(dots: Dots, width: int, dot: str = "●", line: str = "·") -> Iterator[str]:
    """The lines of a drawing that is so many columns wide.

    Where the counts have no room beneath, the dots stand close together without them.
    """
    cells = [cell for _, row in dots.rows for cell in row]
    left = max([len("100%"), *(len(name) for name, _ in dots.rows)])
    column = 1 + max(2, *map(len, cells), *(len(head) for head, _ in dots.heads))
    with_counts = left + column * len(dots.heads) <= width
    if not with_counts:
        column = 1
    shown = slice(max(len(dots.heads) - (width - left) // column, 0), None)
    heads = dots.heads[shown]
    if dots.heights:
        yield from _drawn(dots.heights[shown], dots.line, left, column, (dot, line))
    if dots.headed and (with_counts or dots.heights):
        yield " " * left + "".join(head[:column].rjust(column) for head, _ in heads)
    if with_counts:
        for name, row in dots.rows:
            yield name.ljust(left) + "".join(cell.rjust(column) for cell in row)
    if dots.headed and (with_counts or dots.heights):
        yield from _years([year for _, year in heads], left, column)


def _drawn(
    heights: Sequence[float | None],
    line: float | None,
    left: int,
    column: int,
    marks: tuple[str, str],
) -> Iterator[str]:
    """The dots from the top down, each on the side of the line that it lies on."""
    highest = max([height for height in (*heights, line) if height is not None], default=0.0)
    top = next((end for end in _TOPS if highest <= end), 1.0)
    scale = (_HEIGHT - 1) / top
    at_line = None if line is None else round(line * scale)

    def place(height: float) -> int:
        row = round(height * scale)
        if at_line is not None and line is not None and row == at_line and height != line:
            row += 1 if height > line else -1
        return min(max(row, 0), _HEIGHT - 1)

    places = [None if height is None else place(height) for height in heights]
    for row in reversed(range(_HEIGHT)):
        label = {_HEIGHT - 1: f"{100 * top:.0f}%", 0: "0%"}.get(row, "")
        if row == at_line and line is not None:
            label = f"{100 * line:.0f}%"
        blank = marks[1] if row == at_line else " "
        drawn = "".join((marks[0] if at == row else blank).rjust(column) for at in places)
        yield f"{label:>{left - 1}} {drawn}"


def _years(years: Sequence[str], left: int, column: int) -> Iterator[str]:
    """Each year beneath its first period, as far as it has room."""
    text = " " * left
    for year, group in groupby(years):
        room = column * len([*group])
        start = " " * (column - 1) if column > 1 else ""
        text += (start[: max(column - 2, 0)] + year)[:room].ljust(room)
    if text.strip():
        yield text
