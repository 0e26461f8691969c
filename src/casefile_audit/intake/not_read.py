"""Which cases nobody has read yet: they hold what was known beforehand, and no answer."""

from collections.abc import Iterable

import numpy as np

from casefile_audit.cases import Column, Mask
from casefile_audit.english import fold
from casefile_audit.error_cells import is_error_word
from casefile_audit.files.tables import CellTable
from casefile_audit.intake.cells import is_unticked
from casefile_audit.intake.columns import Header, SheetColumn
from casefile_audit.intake.form_marks import MarkKind
from casefile_audit.rubric.model import Rubric
from casefile_audit.rubric.words import LONGEST_WORD, NOT_READ_YET, is_prompt

# With fewer columns of answers a case that is blank in all of them may be what is looked for.
_LEAST_ASKED = 2
# What programs write for an empty cell, and people for a case that is still to be read. Whoever
# writes "not recorded" has read the case.
_WRITTEN_FOR_NOTHING = frozenset(
    ("null", "nan", "none", "nil", "(blank)", "<na>", "\\n", "#empty", *NOT_READ_YET)
)


def not_read(table: CellTable, header: Header, rubric: Rubric) -> Mask:
    """The rows without any answer: nothing in any column in which a reader judges something.

    Where there aren't two such columns, those of everything that the rubric asks have to be empty.
    A form of this program knows which columns its readers fill in: there has to be nothing in any.
    """
    own = [c for c in header.columns if c.mark is not None and c.mark.kind is MarkKind.ASK]
    if own:
        return _nothing_in(table, own)
    are_judged = {name for name, field in rubric.fields.items() if field.is_judged}
    judged = header.of_fields(rubric.asked_fields & are_judged)
    wanted = judged if len(judged) >= _LEAST_ASKED else header.of_fields(rubric.asked_fields)
    if len(wanted) < _LEAST_ASKED:
        return np.zeros(len(table), dtype=bool)
    return _nothing_in(table, judged) if wanted is judged else unanswered(table, header, rubric)


def unanswered(table: CellTable, header: Header, rubric: Rubric) -> Mask:
    """The rows that hold no answer to anything that the rubric asks."""
    nothing = _nothing_in(table, header.of_fields(rubric.asked_fields))
    for name in rubric.asked_fields & header.by_option.keys():
        for column, _ in header.by_option[name]:
            nothing &= table.column(column.index).where(is_unticked)
    return nothing


def _nothing_in(table: CellTable, columns: Iterable[SheetColumn]) -> Mask:
    """The rows in which nobody has written anything in any of some columns."""
    empty = np.ones(len(table), dtype=bool)
    for column in columns:
        empty &= holds_nothing(table.column(column.index))
    return empty


def holds_nothing(column: Column) -> Mask:
    """Which cells of a column nobody has written anything in."""
    return ~column.filled if column.is_unique else column.where(_is_nothing)


def _is_nothing(text: str) -> bool:
    says_something = any(map(str.isalnum, text))
    if says_something and len(text) > LONGEST_WORD:
        return False
    word = fold(text)
    # A cell that failed, or was too narrow when it was saved, stands for what somebody wrote.
    if is_error_word(word):
        return False
    return not says_something or word in _WRITTEN_FOR_NOTHING or is_prompt(word)
