"""Agreement on categories without order, against published values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefile_audit.statistics.agreement import (
    gwet_ac,
    krippendorff_alpha,
    weighted_kappa,
)
from casefile_audit.statistics.categories import fleiss_by_chance, fleiss_kappa, nominal_alpha

# Fleiss 1971, Psychological Bulletin 76:378: how many of 6 psychiatrists gave each of 30 patients
# each of 5 diagnoses. Kappa is 0.430.
FLEISS_1971 = [
    *("00060", "03003", "01401", "00006", "03030", "20400", "00402", "20310", "20040", "00006"),
    *("10050", "11040", "03300", "10050", "02031", "00501", "30012", "51000", "02040", "10203"),
    *("00006", "01050", "02013", "20040", "10041", "05010", "40002", "02040", "10500", "00006"),
]

# Gwet 2014, Handbook of Inter-Rater Reliability, 4th edition, p. 120: 12 units, 4 raters, some
# ratings missing. Fleiss' kappa is 0.76117, AC1 0.77544, Krippendorff's alpha 0.74342.
GWET_2014: list[list[int | None]] = [
    [0, 0, None, 0], [1, 1, 2, 1], [2, 2, 2, 2], [2, 2, 2, 2], [1, 1, 1, 1], [0, 1, 2, 3],
    [3, 3, 3, 3], [0, 0, 1, 0], [1, 1, 1, 1], [None, 4, 4, 4], [None, None, 0, 0],
    [None, None, 2, None],
]  # fmt: skip


def readings(counts: list[str]) -> list[list[int]]:
    return [[c for c, n in enumerate(row) for _ in range(int(n))] for row in counts]


def test_fleiss_kappa_of_fleiss_1971() -> None:
    found = fleiss_kappa(readings(FLEISS_1971), 5)
    assert found is not None
    assert found.value == pytest.approx(0.430, abs=0.0005)


def test_the_coefficients_of_gwet_2014() -> None:
    fleiss, alpha = fleiss_kappa(GWET_2014, 5), nominal_alpha(GWET_2014, 5)
    ac1 = gwet_ac(GWET_2014, 5, "identity")
    assert fleiss is not None
    assert alpha is not None
    assert ac1 is not None
    assert fleiss.interval is not None
    assert alpha.interval is not None
    assert fleiss.value == pytest.approx(0.76117, abs=5e-6)
    assert fleiss.standard_error == pytest.approx(0.15302, abs=5e-6)
    assert (fleiss.interval.low, fleiss.interval.high) == pytest.approx((0.424, 1), abs=5e-4)
    assert alpha.value == pytest.approx(0.74342, abs=5e-6)
    assert (alpha.interval.low, alpha.interval.high) == pytest.approx((0.419, 1), abs=5e-4)
    assert ac1.value == pytest.approx(0.77544, abs=5e-6)


def test_cohens_kappa_of_cohen_1960() -> None:
    # Cohen 1960, Educational and Psychological Measurement 20:37: 200 patients, kappa 0.492.
    found = weighted_kappa([[88, 14, 18], [10, 40, 10], [2, 6, 12]], "identity")
    assert found is not None
    assert found.value == pytest.approx(0.492, abs=0.0005)


def test_what_has_no_coefficient_has_none() -> None:
    assert fleiss_kappa([[None, 1]], 2) is None
    assert fleiss_kappa([[1, 1], [1, 1]], 2) is None
    assert nominal_alpha([[1, None]], 2) is None
    assert nominal_alpha([[0, 0], [0, 0]], 2) is None


given_readings = st.lists(
    st.lists(st.sampled_from([0, 1, 2, None]), min_size=3, max_size=3), min_size=2, max_size=12
)


@given(given_readings)
def test_the_order_of_categories_makes_no_difference(cases: list[list[int | None]]) -> None:
    turned = [[None if c is None else 2 - c for c in case] for case in cases]
    for measure in (fleiss_kappa, nominal_alpha):
        one, other = measure(cases, 3), measure(turned, 3)
        assert (one is None) == (other is None)
        if one and other:
            assert one.value == pytest.approx(other.value)


@given(given_readings)
def test_alpha_is_that_without_an_interval(cases: list[list[int | None]]) -> None:
    found, bare = nominal_alpha(cases, 3), krippendorff_alpha(cases, 3, "nominal")
    assert (found is None) == (bare is None)
    if found and bare is not None:
        assert found.value == pytest.approx(bare)
        assert found.value <= 1 + 1e-12


def test_guessing_scores_about_nought_by_fleiss() -> None:
    found = fleiss_by_chance([[0, 1, 0], [1, 0, 0], [0, 0, 1], [0, 1, 1]] * 10, 2)
    assert found == pytest.approx(0, abs=0.03)
