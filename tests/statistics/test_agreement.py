import random
from dataclasses import astuple
from itertools import product
from math import isfinite
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefile_audit.statistics.agreement import (
    Coefficient,
    Metric,
    Readings,
    Weights,
    alpha_by_chance,
    case_agreement,
    grade_counts,
    gwet_ac,
    gwet_ac_by_chance,
    krippendorff_alpha,
    pair_agreement,
    weighted_kappa,
)

Table = list[list[int]]

# Feinstein and Cicchetti 1990: the same 85% agreement, and kappa halves.
PARADOX = [[80, 10], [5, 5]]
BALANCED = [[40, 9], [6, 45]]
# A moderation of 30 cases on four grades, of which the first reader never used the fourth.
MODERATION = [[7, 10, 0, 2], [1, 6, 1, 1], [0, 0, 0, 2], [0, 0, 0, 0]]
# 27 of 30 agree, nearly all of them on one grade.
ONE_GRADE_PREVAILS = [[0, 1, 1], [1, 0, 0], [0, 0, 27]]
# Gwet 2014, Handbook of Inter-Rater Reliability, 4th edition, p. 120; grades 1 to 5, 0 not rated.
GWET = [
    "1101", "2232", "3333", "3333", "2222", "1234", "4444", "1121", "2222", "0555", "0011", "0030",
]  # fmt: skip

GRADES = 4
readings_of_three = st.lists(
    st.tuples(*[st.none() | st.integers(0, GRADES - 1)] * 3), min_size=1, max_size=15
)
tables = st.lists(
    st.lists(st.integers(0, 9), min_size=GRADES, max_size=GRADES),
    min_size=GRADES,
    max_size=GRADES,
)


def gwet_readings() -> Readings:
    return [[int(grade) - 1 if grade != "0" else None for grade in case] for case in GWET]


def as_readings(table: Table) -> list[tuple[int, int]]:
    cells = ((i, j, n) for i, line in enumerate(table) for j, n in enumerate(line))
    return [(i, j) for i, j, n in cells for _ in range(n)]


def the(coefficient: Coefficient | None) -> Coefficient:
    assert coefficient is not None
    return coefficient


@pytest.mark.parametrize(
    ("table", "counts"),
    [
        (PARADOX, (100, 85, 100, 10, 5, 0.301757813)),  # P13
        (MODERATION, (30, 13, 27, 16, 1, 2.746582e-4)),  # P14; 16 of the 17 that differ one way
        ([[0, 0], [0, 0]], (0, 0, 0, 0, 0, 1.0)),
        ([[4, 0], [0, 3]], (7, 7, 7, 0, 0, 1.0)),
    ],
)
def test_counts_of_agreement(table: Table, counts: tuple[float, ...]) -> None:
    assert astuple(pair_agreement(table)) == pytest.approx(counts, abs=1e-9)


@pytest.mark.parametrize(
    ("table", "weights", "kappa", "gwet"),
    [
        (PARADOX, "identity", 0.31818182, 0.808),  # P13, R irrCAC 1.0
        (MODERATION, "identity", 0.15282392, 0.28737774),  # P14, R irrCAC 1.0
        (MODERATION, "linear", 0.24311927, 0.53180421),  # P14
        (ONE_GRADE_PREVAILS, "identity", 0.3617, 0.8915),
    ],
)
def test_reference_coefficients_of_two_readers(
    table: Table, weights: Weights, kappa: float, gwet: float
) -> None:
    assert the(weighted_kappa(table, weights)).value == pytest.approx(kappa, abs=1e-4)
    coefficient = the(gwet_ac(as_readings(table), len(table), weights))
    assert coefficient.value == pytest.approx(gwet, abs=1e-4)


def test_reference_standard_errors_of_two_readers() -> None:
    kappa = the(weighted_kappa(MODERATION, "linear"))
    gwet = the(gwet_ac(as_readings(MODERATION), 4, "linear"))
    # P14, R irrCAC 1.0: not the interval of R psych, from -0.29 to 0.94.
    assert kappa.standard_error == pytest.approx(0.10040426, abs=1e-7)
    assert gwet.standard_error == pytest.approx(0.1104077, abs=1e-7)
    assert kappa.interval is not None
    assert (kappa.interval.low, kappa.interval.high) == pytest.approx((0.0463, 0.4399), abs=1e-4)
    assert gwet.interval is not None
    assert (gwet.interval.low, gwet.interval.high) == pytest.approx((0.3060, 0.7576), abs=1e-4)


def test_the_same_agreement_gives_two_kappas() -> None:
    assert pair_agreement(BALANCED).same == pair_agreement(PARADOX).same == 85
    assert the(weighted_kappa(BALANCED, "identity")).value == pytest.approx(0.70, abs=0.005)
    assert the(weighted_kappa(PARADOX, "identity")).value == pytest.approx(0.32, abs=0.005)


def test_the_whole_scale_counts_whether_or_not_it_was_used() -> None:
    readings = as_readings(ONE_GRADE_PREVAILS)
    assert the(gwet_ac(readings, 3, "identity")).value == pytest.approx(0.8915, abs=1e-4)
    assert the(gwet_ac(readings, 4, "identity")).value == pytest.approx(0.8945, abs=1e-4)


@pytest.mark.parametrize(
    ("weights", "value", "error"),
    [("identity", 0.77544407, 0.14295), ("linear", 0.85873914, 0.11733)],  # P15, R irrCAC 1.0
)
def test_reference_coefficients_of_four_readers(
    weights: Weights, value: float, error: float
) -> None:
    coefficient = the(gwet_ac(gwet_readings(), 5, weights))
    assert coefficient.value == pytest.approx(value, abs=1e-7)
    assert coefficient.standard_error == pytest.approx(error, abs=1e-5)
    assert coefficient.interval is not None
    assert coefficient.interval.high == 1


def test_reference_agreement_of_four_readers() -> None:
    each = [case_agreement(case, "identity") for case in grade_counts(gwet_readings(), 5)]
    assert fmean(its for its in each if its is not None) == pytest.approx(0.81818182)


@pytest.mark.parametrize(
    ("metric", "alpha"),
    [
        ("nominal", 0.74342105),  # P15, R irr 0.84.1 kripp.alpha
        ("ordinal", 0.8153875),  # not 0.8336, which is what irrCAC calls ordinal weights
        ("interval", 0.84910714),
    ],
)
def test_reference_alpha_of_four_readers(metric: Metric, alpha: float) -> None:
    assert krippendorff_alpha(gwet_readings(), 5, metric) == pytest.approx(alpha, abs=1e-7)


def test_reference_alpha_of_two_readers() -> None:
    alpha = krippendorff_alpha(as_readings(MODERATION), 4, "ordinal")
    assert alpha == pytest.approx(0.2248366, abs=1e-7)  # P14, R irr 0.84.1


@pytest.mark.parametrize("table", [[[0, 0], [0, 0]], [[9, 0], [0, 0]], [[0, 0], [0, 9]], [[7]], []])
def test_one_grade_throughout_has_no_kappa(table: Table) -> None:
    assert weighted_kappa(table, "identity") is None
    assert weighted_kappa(table, "linear") is None


@pytest.mark.parametrize(
    "readings",
    [
        [],
        [(None, None)],
        [(1, None), (None, 2)],
    ],
)
def test_no_case_with_two_readings_has_no_coefficient(readings: Readings) -> None:
    assert gwet_ac(readings, 4) is None
    assert krippendorff_alpha(readings, 4, "ordinal") is None


def test_one_grade_throughout_has_no_alpha_and_a_perfect_ac_without_an_interval() -> None:
    readings = [(1, 1, 1)] * 9
    assert krippendorff_alpha(readings, 4, "ordinal") is None
    assert gwet_ac(readings, 4) == Coefficient(1.0, None, None)


@pytest.mark.parametrize(
    "table",
    [
        [[5, 0], [0, 5]],  # perfect agreement
        [[5, 5], [0, 0]],  # one reader with one grade
        [[0, 5], [5, 0]],
    ],
)
def test_a_kappa_that_cannot_vary_has_no_interval(table: Table) -> None:
    kappa = the(weighted_kappa(table, "identity"))
    assert kappa.standard_error is None
    assert kappa.interval is None


def test_one_case_has_a_coefficient_and_no_interval() -> None:
    assert the(gwet_ac([(0, 1)], 4)).interval is None
    two = the(gwet_ac([(0, 1), (2, 2)], 4)).interval
    assert two is not None
    assert (two.low, two.high) == (-1, 1)


def test_coefficients_count_steps_unless_told_otherwise() -> None:
    readings = as_readings(MODERATION)
    assert weighted_kappa(MODERATION) == weighted_kappa(MODERATION, "linear")
    assert gwet_ac(readings, 4) == gwet_ac(readings, 4, "linear")


def test_an_interval_is_of_its_level_and_says_whose_it_is() -> None:
    kappa = the(weighted_kappa(MODERATION, level=0.9)).interval
    gwet = the(gwet_ac(as_readings(MODERATION), 4, level=0.9)).interval
    assert kappa is not None
    assert gwet is not None
    assert (kappa.level, kappa.method) == (0.9, "Fleiss-Cohen-Everitt")
    assert (gwet.level, gwet.method) == (0.9, "Gwet")
    wider = the(gwet_ac(as_readings(MODERATION), 4, level=0.95)).interval
    assert wider is not None
    assert wider.low < gwet.low < gwet.high < wider.high


def test_a_third_reader_who_read_nothing_changes_nothing_where_a_reading_is_missing() -> None:
    two = [(0, 1), (2, 2), (1, None), (3, 1), (0, 0)]
    assert gwet_ac([(*case, None) for case in two], 4) == gwet_ac(two, 4)


@pytest.mark.parametrize("weights", ["identity", "linear"])
def test_every_small_cross_table_has_an_answer_that_is_a_number_or_none(weights: Weights) -> None:
    for cells in product(range(3), repeat=4):
        for table in ([cells[:2], cells[2:]], [[*cells[:3]], [cells[3], 1, 0], [0, 0, 0]]):
            readings = as_readings([list(line) for line in table])
            coefficients = [weighted_kappa(table, weights)]
            coefficients.append(gwet_ac(readings, len(table), weights))
            for coefficient in coefficients:
                if coefficient is None:
                    continue
                assert -1 - 1e-12 <= coefficient.value <= 1 + 1e-12
                assert coefficient.standard_error is None or coefficient.standard_error > 1e-6
                assert (coefficient.interval is None) == (coefficient.standard_error is None)
            alpha = krippendorff_alpha(readings, len(table), "ordinal")
            assert alpha is None or isfinite(alpha)


@given(tables)
def test_kappa_has_no_first_reader_and_no_better_end(table: Table) -> None:
    for weights in ("identity", "linear"):
        kappa = weighted_kappa(table, weights)
        swapped = weighted_kappa([list(line) for line in zip(*table, strict=True)], weights)
        turned = weighted_kappa([line[::-1] for line in table[::-1]], weights)
        for other in (swapped, turned):
            assert (kappa is None) == (other is None)
            if kappa is None or other is None:
                continue
            assert other.value == pytest.approx(kappa.value, abs=1e-9)
            assert other.standard_error == pytest.approx(kappa.standard_error, abs=1e-7)


@given(readings_of_three, st.randoms())
def test_the_order_of_cases_and_of_readers_does_not_matter(
    readings: list[tuple[int | None, ...]], shuffler: random.Random
) -> None:
    order = [0, 1, 2]
    shuffler.shuffle(order)
    shuffled = [tuple(case[reader] for reader in order) for case in readings]
    shuffler.shuffle(shuffled)
    before, after = gwet_ac(readings, GRADES), gwet_ac(shuffled, GRADES)
    assert (before is None) == (after is None)
    if before is not None and after is not None:
        assert after.value == pytest.approx(before.value, abs=1e-9)
        assert after.standard_error == pytest.approx(before.standard_error, abs=1e-6)
    alpha = krippendorff_alpha(readings, GRADES, "ordinal")
    assert krippendorff_alpha(shuffled, GRADES, "ordinal") == pytest.approx(alpha, abs=1e-9)


@given(readings_of_three, st.integers(0, GRADES - 1))
def test_a_case_with_one_reading_does_not_move_alpha(
    readings: list[tuple[int | None, ...]], grade: int
) -> None:
    more = [*readings, (None, grade, None)]
    assert krippendorff_alpha(more, GRADES, "ordinal") == krippendorff_alpha(
        readings, GRADES, "ordinal"
    )


@given(readings_of_three)
def test_an_interval_holds_its_coefficient(readings: list[tuple[int | None, ...]]) -> None:
    for weights in ("identity", "linear"):
        coefficient = gwet_ac(readings, GRADES, weights)
        if coefficient is not None and coefficient.interval is not None:
            interval = coefficient.interval
            assert interval.low <= coefficient.value <= interval.high <= 1


@given(readings_of_three)
def test_a_case_nobody_read_does_not_move_the_coefficient(
    readings: list[tuple[int | None, ...]],
) -> None:
    assert gwet_ac([*readings, (None, None, None)], GRADES) == gwet_ac(readings, GRADES)


@pytest.mark.parametrize("table", [[[1, 2]], [[1, 2], [3]], [[1, -2], [3, 4]]])
def test_what_is_no_cross_table_is_refused(table: Table) -> None:
    with pytest.raises(ValueError, match="cross-table"):
        weighted_kappa(table)
    with pytest.raises(ValueError, match="cross-table"):
        pair_agreement(table)


@pytest.mark.parametrize(
    ("readings", "grades", "message"),
    [
        ([(0, 0)], 1, "two grades or more"),
        ([(0, 4)], 4, "within 0 to 3"),
        ([(0, -1)], 4, "within 0 to 3"),
    ],
)
def test_readings_that_are_not_on_the_scale_are_refused(
    readings: Readings, grades: int, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        gwet_ac(readings, grades)
    with pytest.raises(ValueError, match=message):
        krippendorff_alpha(readings, grades, "ordinal")


def dealt_again(readings: Readings, chance: random.Random) -> Readings:
    """Each reader's readings shuffled among the cases that this reader read."""
    columns = []
    for own in zip(*readings, strict=True):
        given = [step for step in own if step is not None]
        chance.shuffle(given)
        columns.append([None if step is None else given.pop() for step in own])
    return list(zip(*columns, strict=True))


@pytest.mark.parametrize(
    ("readings", "grades"),
    [
        (as_readings(MODERATION), 4),
        (as_readings(ONE_GRADE_PREVAILS), 3),
        (as_readings([[80, 10], [5, 5]]), 2),
        (gwet_readings(), 5),
    ],
)
def test_what_readers_come_to_at_random_is_what_shuffling_them_comes_to(
    readings: Readings, grades: int
) -> None:
    chance = random.Random(5)
    shuffled = [dealt_again(readings, chance) for _ in range(1500)]
    by_ac = [the(gwet_ac(each, grades)).value for each in shuffled]
    by_alpha = [krippendorff_alpha(each, grades, "ordinal") or 0.0 for each in shuffled]
    assert gwet_ac_by_chance(readings, grades) == pytest.approx(fmean(by_ac), abs=0.015)
    assert alpha_by_chance(readings, grades, "ordinal") == pytest.approx(fmean(by_alpha), abs=0.025)
    if all(None not in case for case in readings) and len(readings[0]) == 2:
        tables = [
            [[each.count((i, j)) for j in range(grades)] for i in range(grades)]
            for each in shuffled
        ]
        kappas = [kappa.value for table in tables if (kappa := weighted_kappa(table))]
        assert fmean(kappas) == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize(
    ("shares", "average"),
    [((80, 15, 4, 1), 0.80), ((92, 8, 0, 0), 0.94), ((25, 25, 25, 25), 0.0)],
)
def test_random_readers_average_what_is_said_of_their_scale(
    shares: tuple[int, ...], average: float
) -> None:
    readings = as_readings([[a * b // 10 for b in shares] for a in shares])
    assert gwet_ac_by_chance(readings, 4) == pytest.approx(average, abs=0.01)


@given(readings_of_three)
def test_what_readers_come_to_at_random_is_defined_where_the_coefficient_is(
    readings: list[tuple[int | None, ...]],
) -> None:
    assert (gwet_ac_by_chance(readings, GRADES) is None) == (gwet_ac(readings, GRADES) is None)
    alpha = krippendorff_alpha(readings, GRADES, "ordinal")
    by_chance = alpha_by_chance(readings, GRADES, "ordinal")
    assert (by_chance is None) == (alpha is None)
    assert by_chance is None or isfinite(by_chance)
