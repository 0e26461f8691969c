from collections import defaultdict
from itertools import product

import pytest

from casefile_audit.statistics.totals import Bounds, TotalsBounds, bounds_from_totals

# Self-assessment and inspectors, 30 cases of the 2014 inspection, best grade first.
FORCE = [19, 9, 2, 0]
INSPECTORS = [8, 16, 1, 5]


def test_bounds_of_the_moderation_from_its_totals() -> None:
    bounds = bounds_from_totals(FORCE, INSPECTORS)
    assert bounds is not None
    assert bounds.same == Bounds(0, 18)
    assert bounds.apart == (Bounds(12, 30), Bounds(3, 8), Bounds(0, 5))


def test_bounds_where_two_cases_are_known_to_be_three_steps_apart() -> None:
    bounds = bounds_from_totals(FORCE, INSPECTORS, {3: 2})
    assert bounds is not None
    assert bounds.same.at_most == 16
    assert bounds.apart[2] == Bounds(2, 2)


@pytest.mark.parametrize("known", [{3: 6}, {1: 3}, {3: -1}, {2: 1, 3: 2}])
def test_no_cross_table_fits_what_is_known(known: dict[int, int]) -> None:
    assert bounds_from_totals(FORCE, INSPECTORS, known) is None


def test_half_a_case_fits_no_cross_table() -> None:
    # The case that the first reader graded best moved one step, since none moved two. Either of
    # the others may have moved beside it; only half of each would leave the totals as they are.
    assert bounds_from_totals([1, 1, 1], [0, 2, 1], {1: 2, 2: 0}) is None
    bounds = bounds_from_totals([5, 4, 3], [3, 7, 2], {1: 10})
    assert bounds is not None
    assert bounds.apart == (Bounds(10, 10), Bounds(1, 3))


@pytest.mark.parametrize(
    ("first", "second", "bounds"),
    [
        ([5, 0], [5, 0], TotalsBounds(5, Bounds(5, 5), (Bounds(0, 0),))),
        ([5, 0], [0, 5], TotalsBounds(5, Bounds(0, 0), (Bounds(5, 5),))),
        ([0, 0], [0, 0], TotalsBounds(0, Bounds(0, 0), (Bounds(0, 0),))),
        ([4], [4], TotalsBounds(4, Bounds(4, 4), ())),
    ],
)
def test_bounds_of_plain_totals(first: list[int], second: list[int], bounds: TotalsBounds) -> None:
    assert bounds_from_totals(first, second) == bounds


def test_bounds_are_those_of_every_small_cross_table() -> None:
    tables = defaultdict(list)
    for cells in product(range(4), repeat=9):
        if sum(cells) == 3:
            table = [list(cells[:3]), list(cells[3:6]), list(cells[6:])]
            columns = tuple(map(sum, zip(*table, strict=True)))
            tables[tuple(map(sum, table)), columns].append(table)
    for (first, second), found in tables.items():
        same = [sum(table[i][i] for i in range(3)) for table in found]
        corner = [table[0][2] + table[2][0] for table in found]
        bounds = bounds_from_totals(first, second)
        assert bounds is not None
        assert bounds.same == Bounds(min(same), max(same))
        assert bounds.apart == (
            Bounds(3 - max(same), 3 - min(same)),
            Bounds(min(corner), max(corner)),
        )


@pytest.mark.parametrize(
    ("first", "second"),
    [([1, 2], [1, 2, 0]), ([1, 2], [1, 3]), ([3, -1], [1, 1]), ([1, 1], [3, -1])],
)
def test_totals_that_are_not_of_the_same_cases_are_refused(
    first: list[int], second: list[int]
) -> None:
    with pytest.raises(ValueError, match="two splits of the same cases"):
        bounds_from_totals(first, second)


@pytest.mark.parametrize("steps", [0, 4])
def test_steps_that_the_scale_does_not_have_are_refused(steps: int) -> None:
    with pytest.raises(ValueError, match="within 1 to 3"):
        bounds_from_totals(FORCE, INSPECTORS, {steps: 2})
