"""Which periods break which rule, and what a phase is drawn from."""

from collections.abc import Sequence
from itertools import combinations
from statistics import median

import pytest

from casefile_audit.statistics.control import exact_limits, p_limits
from casefile_audit.statistics.proportion import upper_bound_none_found
from casefile_audit.statistics.run_rules import run_chart
from casefile_audit.trend.models import Phase, Rule, Signal
from casefile_audit.trend.phases import Counts, Plan, neighbours, phases

CALM = [25, 26, 25, 24, 25, 26, 25, 24, 25, 26, 25, 24]
# Limits that nothing here lies outside of.
WIDE = [15, 35, 25, 35, 15, 25, 15, 35, 25, 35, 15, 25]
RISE = [20, 22, 24, 26, 28, 30, 32]
FALL = RISE[::-1]
NHS = Plan(nhs=True)


def labelled(missing: Sequence[int], applicable: Sequence[int]) -> Counts:
    return Counts(missing, applicable, [str(place) for place in range(len(missing))])


def broken(rule: Rule, places: tuple[int, ...], better: bool, now: bool) -> Signal:
    at = [str(place) for place in places]
    return Signal(rule=rule, at=at, better=better, places=places, now=now)


def judged(missing: Sequence[int], applicable: int | Sequence[int], plan: Plan) -> Phase:
    """One phase; so many cases in every period, or a number for each."""
    cases = [applicable] * len(missing) if isinstance(applicable, int) else applicable
    (phase,) = phases(labelled(missing, cases), plan)
    return phase


def places(first: int, last: int) -> tuple[int, ...]:
    return tuple(range(first, last + 1))


@pytest.mark.parametrize(
    ("missing", "signals"),
    [
        (CALM, []),
        ([25] * 12, []),
        ([25, 26] * 6, []),
        ([*WIDE, *RISE], [broken("rising or falling", places(12, 18), better=False, now=True)]),
        ([*WIDE, *RISE[:6]], []),
        (
            [*WIDE, *FALL, 25, 24],
            [broken("rising or falling", places(12, 18), better=True, now=False)],
        ),
        # One that rises and then falls shares the period of its turn.
        (
            [25, 24, 25, 20, 21, 22, 23, 24, 25, 26, 25, 24, 23, 22, 21, 20, 25, 24, 25, 26],
            [
                broken("rising or falling", places(3, 9), better=False, now=False),
                broken("rising or falling", places(9, 15), better=True, now=False),
            ],
        ),
        # Two that rise, with a period between them, or with two alike.
        (
            [*WIDE, 20, 21, 22, 23, 24, 25, 26, 24, 20, 21, 22, 23, 24, 25, 26],
            [
                broken("rising or falling", places(12, 18), better=False, now=False),
                broken("rising or falling", places(20, 26), better=False, now=True),
            ],
        ),
        (
            [*WIDE, 21, 22, 23, 24, 25, 26, 27, 27, 26, 25, 24, 23, 22, 21],
            [
                broken("rising or falling", places(12, 18), better=False, now=False),
                broken("rising or falling", places(19, 25), better=True, now=True),
            ],
        ),
        (
            [*CALM, *CALM, 29, 25, 29, *CALM],
            [broken("outside", (24,), better=False, now=False),
             broken("outside", (26,), better=False, now=False)],
        ),
        (
            [*CALM, *CALM, 21, *CALM[:3]],
            [broken("outside", (24,), better=True, now=False)],
        ),
        (
            [*CALM, 26, 26, 27, 26, 26, 27, 26],
            [broken("run", places(12, 18), better=False, now=True)],
        ),
        (
            [24, 24, 23, 24, 24, 23, 24, *CALM[1:]],
            [broken("run", places(0, 6), better=True, now=False)],
        ),
    ],
)  # fmt: skip
def test_the_rules_of_making_data_count_name_their_periods(
    missing: list[int], signals: list[Signal]
) -> None:
    phase = judged(missing, 100, NHS)
    assert list(phase.signals) == signals
    assert (phase.method, phase.spread, phase.drawn_from) == ("XmR", 1.0, phase.centre)
    assert [*phase.limits] == [*range(len(missing))]


def test_limits_of_rates_lie_within_none_and_all() -> None:
    low, high = judged([0, 4] * 6, 20, NHS), judged([20, 16] * 6, 20, NHS)
    assert {limits.low for limits in low.limits.values()} == {0}
    assert {limits.high for limits in high.limits.values()} == {1}


def test_a_period_stands_out_of_others_that_are_all_alike() -> None:
    assert list(judged([25] * 11 + [60], 100, NHS).signals) == [
        broken("outside", (11,), better=False, now=True),
        broken("run", places(0, 10), better=True, now=False),
    ]


NEAR = [250, 262, 248, 240, 258, 245, 255, 241, 259, 250, 244, 256]


@pytest.mark.parametrize(
    ("ending", "near"),
    [
        ([274, 273, 250], [((12, 13), False)]),
        ([274, 251, 273, 250], [((12, 14), False)]),
        ([226, 227, 250], [((12, 13), True)]),
        ([274, 273, 250, 248, 226, 227], [((16, 17), True), ((12, 13), False)]),
        # One apart they are of one signal, two apart of two.
        ([274, 273, 251, 273, 274, 240], [((12, 13, 15, 16), False)]),
        ([274, 273, 251, 252, 273, 274, 240], [((12, 13), False), ((16, 17), False)]),
        ([274, 249, 273, 250], []),
    ],
)
def test_two_of_three_close_to_a_limit(
    ending: list[int], near: list[tuple[tuple[int, ...], bool]]
) -> None:
    found = judged([*NEAR, *ending], 1000, Plan(baseline=range(12), nhs=True)).signals
    last = len(NEAR) + len(ending) - 1
    assert [s for s in found if s.rule == "two of three"] == [
        broken("two of three", at, better, now=at[-1] == last) for at, better in near
    ]


@pytest.mark.parametrize(
    ("missing", "signals"),
    [
        ([5] * 5 + [2] * 5, [broken("run chart", places(0, 9), better=True, now=True)]),
        ([2] * 5 + [5] * 5, [broken("run chart", places(0, 9), better=False, now=True)]),
        # Periods on the median are on neither side.
        (
            [2] * 5 + [3] + [5] * 5,
            [broken("run chart", (*places(0, 4), *places(6, 10)), better=False, now=True)],
        ),
        ([2, 5] * 5, []),
        ([2] * 6 + [5] * 6, []),
    ],
)
def test_under_twelve_periods_a_rate_that_crosses_its_median_once_is_a_signal(
    missing: list[int], signals: list[Signal]
) -> None:
    assert list(judged(missing, 12, Plan()).signals) == signals


def test_a_signal_of_halves_holds_still_whatever_lies_after_its_last_period() -> None:
    found = judged([2] * 5 + [5] * 5 + [3], 12, Plan()).signals
    assert [(signal.rule, signal.now) for signal in found] == [("run chart", True)]


def test_under_twelve_periods_nothing_but_a_single_crossing_is_a_signal() -> None:
    for n in range(1, 12):
        for above in range(n // 2 + 1):
            for on in range(n - 2 * above + 1) if above else [n]:
                for high in combinations(range(n - on), above):
                    values = [2 if i in high else 0 for i in range(n - on)] + [1] * on
                    middle = median(values)
                    measures = run_chart(values, middle)
                    if measures is not None and measures.signal:
                        assert measures.crossings == 1, values
                        assert n >= 10


@pytest.mark.parametrize(("cases", "method"), [(49, "exact binomial"), (50, "p-prime")])
def test_limits_widen_for_more_than_chance_where_every_period_has_fifty_cases(
    cases: int, method: str
) -> None:
    missing = [10, 25] * 6
    phase = judged(missing, [cases, *[60] * 11], Plan())
    assert phase.method == method
    assert (phase.spread > 1) == (method == "p-prime")
    centre = sum(missing) / (cases + 660)
    assert phase.drawn_from == phase.centre == centre
    assert phase.limits[1] == (
        exact_limits(centre, 60) if phase.spread == 1 else p_limits(centre, 60, phase.spread)
    )


def test_periods_that_differ_by_no_more_than_chance_have_exact_limits() -> None:
    phase = judged([15, 17] * 6, 60, Plan())
    assert (phase.method, phase.spread, phase.trial) == ("exact binomial", 1.0, False)
    assert phase.limits[0] == exact_limits(16 / 60, 60)
    assert phase.run_chart is None


def test_a_spread_a_little_over_chance_still_widens() -> None:
    phase = judged([13, 19] * 6, 60, Plan())
    assert 1 < phase.spread < 2
    assert phase.method == "p-prime"
    assert phase.limits[0] == p_limits(16 / 60, 60, phase.spread)


def test_a_few_periods_have_a_median_and_fewer_have_nothing() -> None:
    few, too_few = judged([3, 4, 2, 3, 5, 3, 4], 12, Plan()), judged([3, 4, 2, 3, 5, 3], 12, Plan())
    assert few.run_chart is not None
    assert (few.run_chart.median, few.trial) == (3 / 12, True)
    assert (too_few.centre, too_few.drawn_from, too_few.method) == (None, None, None)
    assert (too_few.spread, too_few.limits, too_few.run_chart, too_few.signals) == (
        1.0,
        {},
        None,
        [],
    )


@pytest.mark.parametrize(
    ("start", "then", "centre", "better"), [(0, 9, 0, False), (12, 3, 1, True)]
)
def test_nothing_is_better_than_a_baseline_of_none_nor_worse_than_one_of_all(
    start: int, then: int, centre: int, better: bool
) -> None:
    phase = judged([start] * 8 + [then] * 8, 12, Plan(baseline=range(8)))
    assert phase.centre == centre
    rare = upper_bound_none_found(96)
    assert phase.drawn_from == (1 - rare if centre else rare)
    assert {signal.better for signal in phase.signals} == {better}
    assert {place for signal in phase.signals for place in signal.places} == {*range(8, 16)}


def test_a_period_without_cases_has_no_place_and_no_limits() -> None:
    phase = judged([3, 0, 4, 2, 3, 5, 3, 3], [12, 0, *[12] * 6], Plan())
    assert phase.places == [0, 2, 3, 4, 5, 6, 7]
    assert [*phase.limits] == phase.places
    assert (phase.trial, phase.method) == (True, "exact binomial")
    assert phase.centre == 23 / 84


def test_each_stretch_is_judged_by_itself_and_only_the_last_can_hold_still() -> None:
    plan = Plan(starts=(0, 12), baseline=range(12, 20))
    first, second = phases(labelled([3, 5] * 5 + [3, 12] + [6] * 12, [12] * 24), plan)
    assert (first.span, second.span) == (range(12), range(12, 24))
    assert (first.base, first.baseline_fixed) == (range(12), False)
    assert (second.base, second.baseline_fixed) == (range(12, 20), True)
    assert (first.centre, second.centre) == (55 / 144, 0.5)
    assert [*first.signals] == [broken("outside", (11,), better=False, now=False)]


@pytest.mark.parametrize(
    ("points", "apart", "groups"),
    [
        ([], 1, []),
        ([4], 1, [[4]]),
        ([1, 2, 4, 5, 7], 1, [[1, 2], [4, 5], [7]]),
        ([1, 3, 4, 7], 2, [[1, 3, 4], [7]]),
    ],
)
def test_neighbours_are_no_further_apart_than_is_said(
    points: list[int], apart: int, groups: list[list[int]]
) -> None:
    assert [*neighbours(points, apart)] == groups
    if apart == 1:
        assert [*neighbours(points)] == groups
