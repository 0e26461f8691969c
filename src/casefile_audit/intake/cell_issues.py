"""What cells that can't be read have in common, where that could change a count."""

from collections.abc import Callable, Iterator, Sequence

from casefile_audit.english import fold
from casefile_audit.error_cells import NOT_CALCULATED, OUT_OF_PLACE, is_error_word
from casefile_audit.files.workbook import address
from casefile_audit.intake.cells import Doubts
from casefile_audit.issues import PLACES_NAMED, Issue, IssueCode, Level

# A column is said to be one of errors where so many of its cases have one.
_LEAST_ERRORS, _SHARE_OF_ERRORS = 3, 0.25


def issues_of_cells(columns: Sequence[Doubts]) -> Iterator[Issue]:
    """Formulas that nobody calculated, and columns of errors: each is one thing to put right.

    Args:
        columns: the cells of each column that somebody ought to look at.
    """
    for column in columns:
        yield from _issue(column, IssueCode.FORMULA_NOT_CALCULATED, NOT_CALCULATED.__eq__, 1)
        least = max(_LEAST_ERRORS, round(_SHARE_OF_ERRORS * len(column.block.places)))
        yield from _issue(column, IssueCode.CELLS_OF_ERRORS, _is_error, least)


def _is_error(text: str) -> bool:
    return text not in (NOT_CALCULATED, OUT_OF_PLACE) and is_error_word(fold(text))


def _issue(
    column: Doubts, code: IssueCode, test: Callable[[str], bool], least: int
) -> Iterator[Issue]:
    found = column.where(test)
    if len(found) >= least:
        first = (int(place) + column.block.table.first for place in found[:PLACES_NAMED])
        yield Issue(
            code,
            Level.DOUBT,
            file=column.block.file,
            sheet=column.block.sheet,
            field=column.field,
            total=len(found),
            places=tuple(
                column.block.place_of(row, column.index) or address(row, column.index)
                for row in first
            ),
        )
