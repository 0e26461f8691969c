"""What the cells of a column tell together that none of them tells alone."""

from dataclasses import dataclass

from casefile_audit.rubric.dates import AS_WRITTEN, DateReader


@dataclass(frozen=True)
class Habit:
    """How one column is filled in.

    Attributes:
        no_values: texts, folded, that aren't the values they look like, such as ``-99``.
        dates: how its dates are read.
    """

    no_values: frozenset[str] = frozenset()
    dates: DateReader = AS_WRITTEN


NO_HABIT = Habit()
