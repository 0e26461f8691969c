"""What two readers' totals prove when nobody knows who gave which case which grade."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Bounds:
    """The fewest and the most cases that any cross-table with these totals has."""

    at_least: int
    at_most: int


@dataclass(frozen=True, slots=True)
class TotalsBounds:
    """What every cross-table with these totals keeps to.

    Attributes:
        apart: cases that differ by 1 step or more, by 2 or more, and so on to the whole scale.
    """

    cases: int
    same: Bounds
    apart: tuple[Bounds, ...]


def bounds_from_totals(
    first: Sequence[int], second: Sequence[int], known_apart: Mapping[int, int] | None = None
) -> TotalsBounds | None:
    """Bound how far two readers can have agreed, by integer programming over all cross-tables.

    Args:
        known_apart: how many cases are known to differ by a number of steps or more, such as
            ``{3: 2}``.

    None where no cross-table has these totals and what is known.

    Raises:
        ValueError: the scales or the numbers of cases differ, or a count is negative.
    """
    if len(first) != len(second) or sum(first) != sum(second) or min([*first, *second, 0]) < 0:
        raise ValueError(f"two splits of the same cases are needed, not {first} and {second}")
    known = dict(known_apart or {})
    if any(not 0 < steps < len(first) for steps in known):
        raise ValueError(f"steps are within 1 to {len(first) - 1}, not {sorted(known)}")
    apart = []
    for steps in range(1, len(first)):
        bounds = _bounds_apart(steps, first, second, known)
        if bounds is None:
            return None
        apart.append(bounds)
    cases = sum(first)
    moved = apart[0] if apart else Bounds(0, 0)
    same = Bounds(cases - moved.at_most, cases - moved.at_least)
    return TotalsBounds(cases, same, tuple(apart))


def _bounds_apart(
    steps: int, first: Sequence[int], second: Sequence[int], known: Mapping[int, int]
) -> Bounds | None:
    """The fewest and most cases ``steps`` or more apart, None where no cross-table fits."""
    import numpy as np
    from scipy.optimize import LinearConstraint, milp

    grades = range(len(first))
    distance = np.array([abs(i - j) for i in grades for j in grades])
    rows = [[float(i == grade) for i in grades for _ in grades] for grade in grades]
    columns = [[float(j == grade) for _ in grades for j in grades] for grade in grades]
    facts = [(distance >= least).astype(float) for least in known]
    counts = [*first, *second, *known.values()]
    constraint = LinearConstraint(np.array([*rows, *columns, *facts]), counts, counts)
    wanted = (distance >= steps).astype(float)
    ends = []
    for sign in (1, -1):
        found = milp(sign * wanted, constraints=constraint, integrality=np.ones_like(distance))
        if found.x is None:
            return None
        ends.append(round(sign * found.fun))
    return Bounds(*ends)
