"""How many are enough: published values, and what they must be by their definition."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefile_audit.statistics.sample_size import (
    chance_of_at_most,
    failing_at,
    for_margin,
    most_failing,
    to_find,
)

LARGE = 10**7


@pytest.mark.parametrize(
    ("rate", "population", "allowed", "expected"),
    [
        # AICPA, tables for attribute sampling: large populations.
        (Fraction(5, 100), LARGE, 0, 59),
        (Fraction(10, 100), LARGE, 0, 29),
        (Fraction(1, 100), LARGE, 0, 299),
        (Fraction(5, 100), LARGE, 1, 93),
        (Fraction(5, 100), LARGE, 2, 124),
        (Fraction(5, 100), LARGE, 3, 153),
        # Cannon and Roe 1982, table 1.
        (Fraction(5, 100), 100, 0, 45),
        (Fraction(5, 100), 74, 0, 39),
        # Worked out with R's phyper. 5% of 20 is one case: at 19 it is exactly 95%.
        (Fraction(5, 100), 20, 0, 19),
        (Fraction(5, 100), 50, 0, 31),
        (Fraction(5, 100), 84, 0, 37),
        (Fraction(5, 100), 200, 0, 51),
        (Fraction(5, 100), 500, 0, 56),
        (Fraction(5, 100), 1000, 0, 57),
        # In floating point 0.07 × 100 is a shade over 7, and would be 8 failures and 31 cases.
        (Fraction(7, 100), 100, 0, 34),
        # Not steady in the population, as failures are whole: 3 of 120, but 1 of 40.
        (Fraction(2, 100), 120, 0, 76),
        (Fraction(2, 100), 40, 0, 38),
    ],
)
def test_cases_to_find_a_failure(
    rate: Fraction, population: int, allowed: int, expected: int
) -> None:
    assert to_find(rate, population, allowed) == expected


@given(st.integers(1, 60), st.integers(1, 100), st.integers(0, 3))
def test_one_case_fewer_would_not_be_enough(population: int, percent: int, allowed: int) -> None:
    failing = failing_at(Fraction(percent, 100), population)
    if allowed >= failing:
        with pytest.raises(ValueError, match="can't be found"):
            to_find(Fraction(percent, 100), population, allowed)
        return
    cases = to_find(Fraction(percent, 100), population, allowed)
    assert chance_of_at_most(allowed, cases, failing, population) <= Fraction(1, 20)
    if cases > 1:
        assert chance_of_at_most(allowed, cases - 1, failing, population) > Fraction(1, 20)


@pytest.mark.parametrize(
    ("points", "population", "expected"),
    [
        (10, 150, 59),
        (8, 160, 78),
        (5, 74, 63),
        (5, 100, 80),
        (5, 500, 218),
        (10, 10, 10),
        (10, 1, 1),
    ],
)
def test_cases_for_a_margin(points: int, population: int, expected: int) -> None:
    assert for_margin(Fraction(points, 100), population) == expected


@pytest.mark.parametrize(
    ("found", "read", "population", "expected"),
    [(0, 25, 90, 8), (0, 30, 74, 5), (0, 39, 74, 3), (0, 74, 74, 0), (5, 5, 5, 5), (0, 0, 9, 9)],
)
def test_most_that_may_fail(found: int, read: int, population: int, expected: int) -> None:
    assert most_failing(found, read, population) == expected


@given(st.integers(1, 40), st.data())
def test_as_many_as_may_fail_could_have_shown_so_few(population: int, data: st.DataObject) -> None:
    read = data.draw(st.integers(0, population))
    found = data.draw(st.integers(0, read))
    most = most_failing(found, read, population)
    assert found <= most <= population - read + found
    assert chance_of_at_most(found, read, most, population) > Fraction(1, 20)
    if most < population - read + found:
        assert chance_of_at_most(found, read, most + 1, population) <= Fraction(1, 20)


def test_what_cannot_be_is_refused() -> None:
    for share in (Fraction(0), Fraction(3, 2)):
        with pytest.raises(ValueError, match="rate"):
            to_find(share, 10)
        with pytest.raises(ValueError, match="margin"):
            for_margin(share, 10)
    with pytest.raises(ValueError, match="population"):
        for_margin(Fraction(1, 10), 0)
    with pytest.raises(ValueError, match="can't be so"):
        most_failing(3, 2, 10)
