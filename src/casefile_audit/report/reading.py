"""What was read, as every page says it: the files, and what of them could not be counted."""

from collections.abc import Iterator, Sequence

from casefile_audit.english import count, first_few, listing
from casefile_audit.results import NotCounted, only_says

_MOST_NAMED = 3


def read_files(cases: int, files: Sequence[str], only: Sequence[str], left: NotCounted) -> str:
    """``48 cases, reviews.xlsx (2 cells in doubt: AA5 and E41; left out: row 53, a total)``.

    Args:
        cases: how many.
        files: whence.
        only: in words, what the cases asked for have in common.
        left: what of the files could not be counted.
    """
    beside = "; ".join(not_counted(left))
    read = f"{count(cases, 'case')}, {listing(files, most=4)}{only_says(only)}"
    return f"{read} ({beside})" if beside else read


def not_counted(left: NotCounted) -> Iterator[str]:
    """The cells in doubt and the rows left out, the first of them by name."""
    if left.cells_total:
        named = _named(left.cells, left.cells_total)
        yield f"{count(left.cells_total, 'cell')} in doubt: {named}"
    if left.rows_total:
        yield f"left out: {_rows_named(left)}"


def _rows_named(left: NotCounted) -> str:
    """The row, or how many and the first of them, those of one reason together."""
    if left.rows_total == 1:
        return left.rows[0]
    named = listing(first_few(left.rows, _MOST_NAMED, "others"))
    return f"{count(left.rows_total, 'row')} ({named})"


def _named(first: Sequence[str], total: int) -> str:
    return listing(first_few(first, _MOST_NAMED, "{:,} more", total))
