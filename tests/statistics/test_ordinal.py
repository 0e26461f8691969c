from collections.abc import Iterator
from itertools import combinations, product
from math import comb, isfinite

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu, rankdata

from casefile_audit.statistics import ordinal
from casefile_audit.statistics.ordinal import rank_p, relative_effect, relative_effect_interval

PAIN = ([11, 2, 0, 1, 0], [3, 1, 4, 2, 1])
GRADES = ([2, 4, 4, 2], [6, 4, 2, 0])

splits = st.lists(st.integers(0, 6), min_size=4, max_size=4).filter(any)


def all_splits(cases: int, grades: int) -> Iterator[list[int]]:
    for split in product(range(cases + 1), repeat=grades):
        if sum(split) == cases:
            yield list(split)


def spread_out(split: list[int]) -> list[int]:
    return [grade for grade, cases in enumerate(split) for _ in range(cases)]


@pytest.mark.parametrize(
    ("splits_of", "p", "effect", "low", "high"),
    [
        # P11, pain scores of Brunner and Munzel 2000; without ties it would be 0.0152
        (PAIN, 0.006690223, 0.78896104, 0.59521686, 0.98270521),
        # P12, R coin 1.4-2 and brunnermunzel 2.0
        (GRADES, 0.049474217, 0.26388889, 0.057656547, 0.47012123),
    ],
)
def test_reference_rank_tests(
    splits_of: tuple[list[int], list[int]], p: float, effect: float, low: float, high: float
) -> None:
    interval = relative_effect_interval(*splits_of)
    assert rank_p(*splits_of).value == pytest.approx(p, abs=1e-8)
    assert rank_p(*splits_of).method == "Wilcoxon-Mann-Whitney"
    assert relative_effect(*splits_of) == pytest.approx(effect, abs=1e-8)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=1e-7)
    assert interval.method == "Brunner-Munzel"


# Before, 100/80/40/20 of four grades: what three good ones after can show, and the like.
SPLIT = [100, 80, 40, 20]


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [
        (SPLIT, [3, 0, 0, 0], 0.12288990749948879),
        (SPLIT, [0, 0, 0, 3], 0.0008),
        ([9000, 900, 90, 10], [2, 1, 1, 1], 0.00051668),
        ([4000, 40], [10, 2], 0.0059),
        ([300, 100, 50, 30, 20], [4, 3, 2, 2, 1], None),
    ],
)
def test_a_small_sample_beside_a_large_one_is_tested_exactly(
    first: list[int], second: list[int], p: float | None
) -> None:
    result = rank_p(first, second)
    assert result.method == "Wilcoxon-Mann-Whitney"
    assert rank_p(second, first) == result
    cases, places = np.array(spread_out(first) + spread_out(second)), sum(second)
    ranks = rankdata(cases)
    centre = places * (len(cases) + 1) / 2
    shuffled = np.random.default_rng(3).permuted(np.tile(ranks, (4000, 1)), axis=1)[:, :places]
    out = abs(shuffled.sum(axis=1) - centre) >= abs(ranks[sum(first) :].sum() - centre) - 1e-9
    assert result.value == pytest.approx(out.mean(), abs=5 * np.sqrt(0.25 / 4000))
    if p is not None:
        assert result.value == pytest.approx(p, rel=0.1)


@pytest.mark.parametrize(
    ("first", "second"),
    [([66, 12, 0, 6, 36], [18, 36, 24, 12, 6]), ([60, 60, 30, 10, 9], [45, 55, 40, 20, 8])],
)
def test_large_samples_are_shared_out_at_random(first: list[int], second: list[int]) -> None:
    result = rank_p(first, second)
    assert result.method == "Wilcoxon-Mann-Whitney by 200,000 random sharings"
    assert rank_p(first, second) == rank_p(second, first) == result
    expected = float(
        mannwhitneyu(spread_out(first), spread_out(second), method="asymptotic").pvalue
    )
    assert result.value == pytest.approx(expected, abs=4 * np.sqrt(expected / 200_000) + 0.002)
    assert result.value >= 1 / 200_001


@pytest.mark.parametrize("cases", [201, 400])
def test_drawing_sharings_comes_to_what_going_through_them_all_does(cases: int) -> None:
    first, second = [cases - 60, 30, 20, 10], [20, 10, 4, 2]
    by_all = rank_p(first, second)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ordinal, "EXACT_SHARINGS", 0)
        drawn = rank_p(first, second)
    assert by_all.method != drawn.method
    assert drawn.value == pytest.approx(by_all.value, abs=4 * np.sqrt(by_all.value / 200_000))


@pytest.mark.parametrize(
    ("first", "second", "method"),
    [
        ([100, 80, 40, 20], [2, 2, 1, 0], "Newcombe"),
        ([1, 2, 1], [40, 40, 40], "Newcombe"),
        ([30, 20], [28, 21], "Brunner-Munzel"),
        ([8, 5], [14, 12], "Brunner-Munzel"),
        ([8, 5], [14, 13], "Newcombe"),
        ([30, 20], [300, 200], "Brunner-Munzel"),
        ([29, 20], [300, 200], "Newcombe"),
    ],
)
def test_the_interval_beside_a_far_larger_sample_goes_by_sizes_alone(
    first: list[int], second: list[int], method: str
) -> None:
    assert relative_effect_interval(first, second).method == method
    assert relative_effect_interval(second, first).method == method


def by_shuffling(first: list[int], second: list[int]) -> tuple[float, float]:
    cases = spread_out(first) + spread_out(second)
    n = sum(first)

    def wins(chosen: tuple[int, ...]) -> int:
        others = [j for j in range(len(cases)) if j not in chosen]
        return sum((cases[i] < cases[j]) - (cases[i] > cases[j]) for i in chosen for j in others)

    seen = wins(tuple(range(n)))
    shuffled = [abs(wins(chosen)) for chosen in combinations(range(len(cases)), n)]
    p = sum(ahead >= abs(seen) for ahead in shuffled) / len(shuffled)
    return p, 0.5 + seen / (2 * n * (len(cases) - n))


@pytest.mark.parametrize(("n_first", "n_second"), [(3, 3), (4, 3), (2, 4)])
def test_every_small_pair_of_splits_is_what_shuffling_gives(n_first: int, n_second: int) -> None:
    for first, second in product(all_splits(n_first, 3), all_splits(n_second, 3)):
        p, effect = by_shuffling(first, second)
        assert rank_p(first, second).value == pytest.approx(p, abs=1e-12)
        assert relative_effect(first, second) == pytest.approx(effect, abs=1e-12)


def test_every_small_pair_of_splits_has_an_interval() -> None:
    small = [split for cases in range(1, 6) for split in all_splits(cases, 3)]
    for first, second in product(small, small):
        interval = relative_effect_interval(first, second)
        effect = relative_effect(first, second)
        assert isfinite(interval.low)
        assert isfinite(interval.high)
        assert 0 <= interval.low <= effect <= interval.high <= 1
        assert interval.low < interval.high


@pytest.mark.parametrize(
    ("first", "second", "low", "high", "p"),
    [
        ([5, 0], [0, 5], 0.6427, 1.0, 2 / 252),
        ([0, 5], [5, 0], 0.0, 0.3573, 2 / 252),
        ([5, 0], [5, 0], 0.2056, 0.7944, 1.0),
        ([1, 0], [0, 1], 0.2065, 1.0, 1.0),
        ([300, 0], [300, 0], 0.4540, 0.5460, 1.0),
    ],
)
def test_samples_with_no_variance_have_a_score_interval(
    first: list[int], second: list[int], low: float, high: float, p: float
) -> None:
    interval = relative_effect_interval(first, second)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=1e-4)
    assert interval.method == "Newcombe"
    assert rank_p(first, second).value == pytest.approx(p, abs=1e-9)


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [
        ([300, 0], [0, 300], 0.0),
        ([201, 0], [0, 2], 2 / (203 * 202)),
        ([0, 1, 0], [100, 100, 100], 1.0),
    ],
)
def test_large_samples_that_share_no_grade_or_have_one_case_are_tested_exactly(
    first: list[int], second: list[int], p: float
) -> None:
    result = rank_p(first, second)
    assert result.method == "Wilcoxon-Mann-Whitney"
    assert result.value == pytest.approx(p, abs=1e-9)
    assert result.value > 0


@pytest.mark.parametrize(("first", "method"), [([1, 1], "Brunner-Munzel"), ([1, 0], "Newcombe")])
def test_two_cases_vary_and_one_does_not(first: list[int], method: str) -> None:
    assert relative_effect_interval(first, [2, 2]).method == method


@pytest.mark.parametrize("cases", [100, 101])
def test_two_hundred_cases_together_are_always_tested_exactly(cases: int) -> None:
    drawn = rank_p([20, 20, 20, 20, cases - 80], [21, 19, 22, 18, 20]).method
    assert drawn.startswith("Wilcoxon-Mann-Whitney")
    assert ("random" in drawn) == (cases > 100)


def test_an_unused_grade_changes_nothing() -> None:
    first, second = GRADES
    assert rank_p([0, *first, 0], [0, *second, 0]) == rank_p(first, second)
    padded = relative_effect_interval([*first, 0], [*second, 0])
    assert padded == relative_effect_interval(first, second)


@given(splits, splits)
def test_swapping_the_samples_or_the_scale_mirrors_the_effect(
    first: list[int], second: list[int]
) -> None:
    p, effect = rank_p(first, second).value, relative_effect(first, second)
    interval = relative_effect_interval(first, second)
    assert 0 < p <= 1
    for mirrored in ((second, first), (first[::-1], second[::-1])):
        other = relative_effect_interval(*mirrored)
        assert rank_p(*mirrored).value == p
        assert relative_effect(*mirrored) == pytest.approx(1 - effect, abs=1e-12)
        assert (other.low, other.high) == pytest.approx(
            (1 - interval.high, 1 - interval.low), abs=1e-9
        )


@given(splits)
def test_a_sample_against_itself_is_no_different(split: list[int]) -> None:
    assert relative_effect(split, split) == 0.5
    assert rank_p(split, split).value == 1


def test_samples_of_a_hundred_thousand_take_no_time() -> None:
    assert rank_p([100_000, 0], [100_000, 0]).value == 1
    rare = rank_p([99_997, 3], [100_000, 0])
    assert rare.value == pytest.approx(0.25, abs=0.005)
    assert "random sharings" in rare.method
    # The rarer grade stands with the smaller sample in 10 of 10: exact, whatever the other's size.
    assert rank_p([999_990, 0], [0, 10]).value == pytest.approx(1 / comb(1_000_000, 10))


@pytest.mark.parametrize("ask", [rank_p, relative_effect, relative_effect_interval])
@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ([1, 2], [1, 2, 3], "one scale has 2 grades"),
        ([0, 0], [1, 2], "at least one case"),
        ([1, 2], [0, 0], "at least one case"),
        ([], [], "at least one case"),
        ([3, -1], [1, 2], "no negative count"),
    ],
)
def test_splits_that_cannot_be_are_refused(
    ask: object, first: list[int], second: list[int], message: str
) -> None:
    assert callable(ask)
    with pytest.raises(ValueError, match=message):
        ask(first, second)
