"""What two readers' totals prove when nobody knows who gave which case which grade."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """The fewest and the most cases that any cross-table with these totals has."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class TotalsBounds:
    """What every cross-table with these totals keeps to.

    Attributes:
        cases: cases that both graded.
        same: cases given the same grade.
        apart: cases that differ by 1 step or more, by 2 or more, and so on to the whole scale.
        kappa: the lowest and highest unweighted kappa, or None where it is not defined.
    """

    cases: int
    same: Bounds
    apart: tuple[Bounds, ...]
    kappa: tuple[float, float] | None


def bounds_from_totals(
    first: Sequence[int], second: Sequence[int], known_apart: Mapping[int, int] | None = None
) -> TotalsBounds | None:
    """Bound how far two readers can have agreed, by integer programming over all cross-tables.

    Args:
        first: cases at each grade by the first reader, best grade first.
        second: the same for the second reader, on the same scale and of the same cases.
        known_apart: how many cases are known to differ by a number of steps or more, such as
            ``{3: 2}``.

    Returns:
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
    same = Bounds(cases - moved.most, cases - moved.least)
    return TotalsBounds(cases, same, tuple(apart), _kappa_bounds(same, first, second))


def _kappa_bounds(
    same: Bounds, first: Sequence[int], second: Sequence[int]
) -> tuple[float, float] | None:
    """Kappa rises with the number of cases the same, as the totals fix the rest of it."""
    cases = sum(first)
    by_chance = sum(a * b for a, b in zip(first, second, strict=True))
    if by_chance == cases * cases:
        return None
    low, high = (
        (cases * count - by_chance) / (cases * cases - by_chance)
        for count in (same.least, same.most)
    )
    return low, high


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
