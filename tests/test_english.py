"""Numbers in words: enough digits, none too many, and never rarer than they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefile_audit.english import (
    fine_points,
    in_points,
    one_in,
    range_beside,
    rarer_than,
    share,
    share_range,
)


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (0, 100_000, "0%"),
        (3, 100_000, "0.003%"),
        (1, 115, "0.9%"),
        (6, 1_200, "0.5%"),
        (1, 100, "1%"),
        (5, 40, "13%"),
        (99, 100, "99%"),
        (199, 200, "99.5%"),
        (99_997, 100_000, "99.997%"),
        (40, 40, "100%"),
    ],
)
def test_a_share_in_digits_enough(part: int, whole: int, said: str) -> None:
    assert share(part, whole) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.149, 0.388, "15–39%"),
        (0.0, 0.28, "0–28%"),
        (0.0048, 0.061, "0–6%"),
        (0.72, 1.0, "72–100%"),
        (0.0000102, 0.0000882, "0.001–0.009%"),
        (0.0, 0.0000384, "0–0.004%"),
        (0.99991, 0.99999, "99.991–99.999%"),
        (0.99996, 1.0, "99.996–100%"),
        (0.2511, 0.2539, "25.1–25.4%"),
        (0.25, 0.25, "25–25%"),
    ],
)
def test_a_range_in_digits_enough(low: float, high: float, said: str) -> None:
    assert share_range(low, high) == said


@pytest.mark.parametrize(
    ("low", "high", "bar", "said"),
    [
        (0.685, 0.8977, 90, "69–89.8%"),
        (0.685, 0.8996, 90, "69–89.96%"),
        (0.685, 0.9, 90, "69–90%"),
        (0.9499, 0.951, 95, "94.99–95.1%"),
        (0.99991, 0.99999, 95, "99.991–99.999%"),
        (0.0, 0.0000384, None, "0–0.004%"),
        (0.0048, 0.061, None, "0.5–6%"),
        (0.72, 1.0, 95, "72–100%"),
    ],
)
def test_a_range_keeps_on_its_side_of_a_target(
    low: float, high: float, bar: float | None, said: str
) -> None:
    assert range_beside(low, high, bar) == said


@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_a_share_of_some_never_reads_as_none_or_as_all(whole: int, part: int) -> None:
    part = min(part, whole)
    said = float(share(part, whole).rstrip("%"))
    assert (said == 0) == (part == 0)
    assert (said == 100) == (part == whole)


@given(st.floats(1e-7, 1))
def test_nothing_is_said_to_be_rarer_than_it_is(p: float) -> None:
    said = rarer_than(p)
    times = 1_000_000 if said == "a million" else int(said.replace(",", ""))
    assert p < 1 / times or times == 1


@pytest.mark.parametrize(
    ("p", "rarer", "about"),
    [
        (1 / 43.8, "43", "44"),
        (1 / 512, "511", "512"),
        (0.0991, "10", "10"),
        (0.0002755, "3,600", "3,600"),
        (1e-9, "a million", "a million"),
    ],
)
def test_one_in_so_many(p: float, rarer: str, about: str) -> None:
    assert (rarer_than(p), one_in(p)) == (rarer, about)


@pytest.mark.parametrize(
    ("difference", "said"), [(0.004, "0.4 points"), (-0.00006, "0.006 points"), (0, "0 points")]
)
def test_what_is_less_than_a_point_has_a_figure(difference: float, said: str) -> None:
    assert in_points(fine_points(difference)) == said
