"""Ranges in a population that has an end, and strata: shares of cases, and rates put together."""

from itertools import product
from math import sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefile_audit.statistics.finite import in_population
from casefile_audit.statistics.proportion import wilson
from casefile_audit.statistics.sample_size import chance_of_at_most
from casefile_audit.statistics.strata import (
    StratumCounts,
    in_equal_parts,
    in_proportion,
    is_in_proportion,
    weighted,
)


@pytest.mark.parametrize(
    ("strata", "cases", "least", "expected"),
    [
        ([210, 97, 33], 30, 2, [18, 9, 3]),  # rounding each would make 31
        ([17, 17, 17], 10, 2, [4, 3, 3]),
        ([260, 130, 9], 24, 2, [15, 7, 2]),
        ([5, 1], 6, 2, [5, 1]),
        ([1000, 1], 3, 1, [2, 1]),
    ],
)
def test_cases_in_proportion(
    strata: list[int], cases: int, least: int, expected: list[int]
) -> None:
    assert in_proportion(strata, cases, least) == expected


def test_equal_parts_go_no_further_than_a_stratum() -> None:
    assert in_equal_parts([17, 17, 17], 10) == [4, 3, 3]
    assert in_equal_parts([50, 2, 50], 20) == [9, 2, 9]


@given(st.lists(st.integers(1, 50), min_size=1, max_size=6), st.data())
def test_shares_are_whole_and_add_up(strata: list[int], data: st.DataObject) -> None:
    least = data.draw(st.integers(1, 3))
    fewest = sum(min(least, size) for size in strata)
    cases = data.draw(st.integers(fewest, sum(strata)))
    drawn = in_proportion(strata, cases, least)
    assert sum(drawn) == cases
    assert all(min(least, size) <= n <= size for n, size in zip(drawn, strata, strict=True))


def test_what_cannot_be_shared_is_refused() -> None:
    for strata, cases in (([3, 3], 7), ([3, 3], 3)):
        with pytest.raises(ValueError, match="can't be drawn"):
            in_proportion(strata, cases, 2)


def test_a_part_of_a_case_is_no_other_proportion() -> None:
    assert is_in_proportion([210, 97, 33], [18, 9, 3])
    assert not is_in_proportion([90, 10], [9, 10])


def test_a_range_narrows_with_the_population_and_a_census_has_none() -> None:
    # Between 61 and 152 of the 400, in whole cases.
    span = in_population(12, 48, 48, 400)
    assert span is not None
    assert (round(span.low * 400, 9), round(span.high * 400, 9)) == (61, 152)
    assert in_population(12, 48, 48, 48) is None
    endless, plain = in_population(12, 48, 48, 10**9), wilson(12, 48)
    assert endless is not None
    assert (endless.low, endless.high) == pytest.approx((plain.low, plain.high), abs=1e-6)


@given(st.integers(2, 60), st.data())
def test_a_range_is_never_wider_and_holds_what_is_known(
    population: int, data: st.DataObject
) -> None:
    read = data.draw(st.integers(1, population - 1))
    asked = data.draw(st.integers(1, read))
    k = data.draw(st.integers(0, asked))
    span, plain = in_population(k, asked, read, population), wilson(k, asked)
    assert span is not None
    assert plain.low <= span.low <= k / asked <= span.high <= plain.high
    if asked == read:
        assert k / population <= span.high
        assert span.low <= (population - read + k) / population


@pytest.mark.parametrize(("population", "read"), [(20, 10), (20, 18), (40, 12), (74, 30)])
def test_the_range_holds_the_truth_as_often_as_it_says(population: int, read: int) -> None:
    spans = [in_population(k, read, read, population) for k in range(read + 1)]
    for failing in range(population + 1):
        exactly = [
            chance_of_at_most(k, read, failing, population)
            - (chance_of_at_most(k - 1, read, failing, population) if k else 0)
            for k in range(read + 1)
        ]
        held = sum(
            (chance for chance, span in zip(exactly, spans, strict=True)
             if span and span.low - 1e-9 <= failing / population <= span.high + 1e-9)
        )  # fmt: skip
        assert held > 0.94


def test_a_weighted_rate_counts_each_stratum_for_what_it_is() -> None:
    strata = [StratumCounts(120, 10, 10, 1), StratumCounts(60, 10, 10, 3)]
    rate, _ = weighted([*strata, StratumCounts(30, 10, 10, 6)])
    assert rate == pytest.approx(48 / 210)  # 23%, and not 33%
    # None of 9 from 90, and 5 of all 10: 5% at least, as those are known; and up to 26 of the 90.
    rate, span = weighted([StratumCounts(90, 9, 9, 0), StratumCounts(10, 10, 10, 5)])
    assert rate == pytest.approx(0.05)
    assert span is not None
    assert (span.low, span.high) == pytest.approx((0.05, 0.31))


def test_strata_that_were_all_read_have_no_range() -> None:
    rate, span = weighted([StratumCounts(9, 9, 9, 3), StratumCounts(3, 3, 3, 3)])
    assert (rate, span) == (0.5, None)


def test_a_single_stratum_is_as_it_would_be_alone() -> None:
    rate, span = weighted([StratumCounts(90, 30, 20, 4)])
    alone = in_population(4, 20, 30, 90)
    assert rate == 0.2
    assert span is not None
    assert alone is not None
    assert (span.low, span.high) == pytest.approx((alone.low, alone.high))


def test_a_stratum_to_which_a_question_never_applies_has_no_part() -> None:
    with_it, _ = weighted([StratumCounts(90, 30, 20, 4), StratumCounts(50, 5, 0, 0)])
    assert with_it == pytest.approx(0.2)
    for strata in ([], [StratumCounts(50, 5, 0, 0)]):
        with pytest.raises(ValueError, match="at least one case"):
            weighted(strata)


def test_of_how_many_a_question_is_asked_widens_the_range() -> None:
    # Of 30 of 900 it is asked of 3, of 30 of 100 of 15: the population has some 90 and 50.
    strata = [StratumCounts(900, 30, 3, 0), StratumCounts(100, 30, 15, 15)]
    rate, span = weighted(strata, has_end=False)
    none, every = wilson(0, 3), wilson(15, 15)
    assert rate == pytest.approx(50 / 140)
    assert span is not None
    # By hand: the shares of the whole, their distances from the rate, and the variances of sizes.
    sizes = 1.96**2 * ((90 / 140 * rate) ** 2 * 0.9 / 3 + (50 / 140 * (1 - rate)) ** 2 * 0.5 / 15)
    below = sqrt((50 / 140 * (1 - every.low)) ** 2 + sizes)
    above = sqrt((90 / 140 * none.high) ** 2 + sizes)
    assert (span.low, span.high) == pytest.approx((rate - below, rate + above), abs=1e-4)


def test_the_range_of_a_question_of_some_cases_holds_the_truth() -> None:
    random = Random(5)
    held = 0
    for _ in range(500):
        asked = [sum(random.random() < share for _ in range(30)) for share in (0.1, 0.5)]
        counted = [
            sum(random.random() < rate for _ in range(n))
            for n, rate in zip(asked, (0.05, 0.9), strict=True)
        ]
        _, span = weighted(
            [StratumCounts(size, 30, n, k)
             for size, n, k in zip((900, 100), asked, counted, strict=True)],
            has_end=False,
        )  # fmt: skip
        assert span is not None
        held += span.low <= (90 * 0.05 + 50 * 0.9) / 140 <= span.high
    assert held > 500 * 0.9  # 76% where the sizes are taken as known


def test_counts_that_cannot_be_are_refused() -> None:
    for k, n, read, population in product((5,), (3, 6), (4,), (9, 2)):
        with pytest.raises(ValueError, match="can't be so"):
            in_population(k, n, read, population)
