"""What the cells of a column tell together that none of them tells alone."""

from typing import NamedTuple

from casefile_audit.rubric.dates import AS_WRITTEN, DateReader


class Habit(NamedTuple):
    """How one column is filled in.

    Attributes:
        no_values: texts, folded, that aren't the values they look like, such as ``-99``.
        asks_whether: its heading asks whether it is recorded, and its cells say yes or no to that.
    """

    no_values: frozenset[str] = frozenset()
    dates: DateReader = AS_WRITTEN
    asks_whether: bool = False


NO_HABIT = Habit()
