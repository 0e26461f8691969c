"""Samples and readings whose strata are weighted, told apart no more often than they say."""

from random import Random

import pytest

from casefile_audit.statistics.binomial import sign_test_mid_p
from casefile_audit.statistics.comparison import bonett_price
from casefile_audit.statistics.ordinal import rank_p, relative_effect
from casefile_audit.statistics.strata import StratumMoves, weighted
from casefile_audit.statistics.weighted_tests import (
    StratumSplit,
    WeightedSplit,
    moves_p,
    split_effect,
    split_p,
    worth_of_moves,
)


@pytest.mark.parametrize(
    ("better", "worse", "n"),
    [(4, 0, 12), (7, 1, 20), (1, 7, 20), (10, 3, 40), (3, 3, 9), (0, 0, 5)],
)
def test_moves_of_one_stratum_are_as_they_would_be_alone(better: int, worse: int, n: int) -> None:
    strata = [StratumMoves(500, n, n, better, worse)]
    change, span = weighted(strata, has_end=False)
    alone = bonett_price(better, worse, n)
    assert change == pytest.approx((better - worse) / n)
    assert span is not None
    assert (span.low, span.high) == pytest.approx((alone.low, alone.high))
    assert moves_p(strata, "sign test").value == pytest.approx(sign_test_mid_p(better, worse))
    assert worth_of_moves(strata) == (n, better + worse)


def test_a_stratum_without_moves_leaves_open_what_it_leaves_open() -> None:
    moves = StratumMoves(100, 10, 10, 6, 0)
    assert moves_p([moves], "sign test").value < 0.05
    unmoved = StratumMoves(900, 9, 9, 0, 0)
    assert moves_p([moves, unmoved], "sign test").value == 1


def test_moves_in_a_population_that_has_an_end_are_nearer_known() -> None:
    strata = [StratumMoves(20, 10, 10, 4, 0), StratumMoves(12, 12, 12, 1, 2)]
    endless, ending = (weighted(strata, has_end=has_end)[1] for has_end in (False, True))
    assert endless is not None
    assert ending is not None
    assert endless.low < ending.low < ending.high < endless.high
    assert weighted([strata[1]])[1] is None


@pytest.mark.parametrize(
    ("first", "second"),
    [([2, 4, 4, 2], [6, 4, 2, 0]), ([11, 2, 0, 1], [3, 1, 4, 3]), ([5, 5, 0, 0], [5, 5, 0, 0])],
)
def test_grades_of_one_stratum_are_as_they_would_be_alone(
    first: list[int], second: list[int]
) -> None:
    before, after = (WeightedSplit.of([StratumSplit(300, sum(n), n)]) for n in (first, second))
    assert split_p(before, after).value == pytest.approx(rank_p(first, second).value)
    span = split_effect(before, after, 0.95)
    assert span.low < relative_effect(second, first) < span.high


def drawn(random: Random, n: int, shares: list[float]) -> list[int]:
    found = random.choices(range(len(shares)), shares, k=n)
    return [found.count(each) for each in range(len(shares))]


def test_what_did_not_change_is_seldom_told_apart() -> None:
    """Two strata of 900 and 100, 30 read of each, that have little in common."""
    random = Random(11)
    grades = ([0.8, 0.15, 0.05], [0.2, 0.3, 0.5])
    # The small one gets better as often as makes up for the large one, and the reverse.
    ways = ([0.05, 0.08, 0.87], [0.5, 0.23, 0.27])
    clear = {"grades": 0, "moves": 0}
    for _ in range(200):
        sides = [
            WeightedSplit.of(
                [StratumSplit(size, 30, drawn(random, 30, shares))
                 for size, shares in zip((900, 100), grades, strict=True)]
            )
            for _ in range(2)
        ]  # fmt: skip
        clear["grades"] += split_p(*sides).value < 0.05
        strata = []
        for size, shares in zip((900, 100), ways, strict=True):
            better, worse, _ = drawn(random, 30, shares)
            strata.append(StratumMoves(size, 30, 30, better, worse))
        clear["moves"] += moves_p(strata, "sign test").value < 0.05
    assert max(clear.values()) <= 10, clear  # 5%
