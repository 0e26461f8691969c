import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefile_audit.compare.verdicts import (
    Direction,
    Evidence,
    Family,
    Thresholds,
    Verdict,
    decide,
)
from casefile_audit.errors import UsageError
from casefile_audit.statistics.proportion import Interval

BETTER, WORSE, SAME = Direction.BETTER, Direction.WORSE, Direction.SAME
WIDE, NARROW = (-0.3, 0.5), (-0.1, 0.1)
MIRROR = {BETTER: WORSE, WORSE: BETTER, SAME: SAME}
ALIKE, DOUBLED, HALVED = (0.5, 2.0), (0.5, 2.1), (0.4, 2.0)
BOTH, WORSE_ONLY, BETTER_ONLY, NEITHER = (True, True), (False, True), (True, False), (False, False)


def between(ends: tuple[float, float]) -> Interval:
    return Interval(*ends, 0.95, "made")


@pytest.mark.parametrize(
    ("direction", "p", "adjusted", "change", "ratio", "could_be", "verdict"),
    [
        (BETTER, 0.0499, 0.0499, WIDE, ALIKE, BOTH, Verdict.CLEAR),
        (WORSE, 0.001, 0.0499, WIDE, ALIKE, BOTH, Verdict.CLEAR),
        (BETTER, 0.001, 0.04, NARROW, ALIKE, BOTH, Verdict.CLEAR),
        (BETTER, 0.05, 0.05, WIDE, ALIKE, BOTH, Verdict.POINTS_TOWARDS),
        (WORSE, 0.1999, 1.0, WIDE, ALIKE, BOTH, Verdict.POINTS_TOWARDS),
        (BETTER, 0.01, 0.2, WIDE, ALIKE, BOTH, Verdict.POINTS_TOWARDS),
        (BETTER, 0.1, 0.1, WIDE, ALIKE, NEITHER, Verdict.POINTS_TOWARDS),
        (BETTER, 0.2, 0.2, WIDE, ALIKE, BOTH, Verdict.CHANCE),
        (SAME, 1.0, 1.0, WIDE, ALIKE, BOTH, Verdict.CHANCE),
        (SAME, 0.01, 0.01, WIDE, ALIKE, BOTH, Verdict.CHANCE),
        (BETTER, 0.2, 0.2, WIDE, ALIKE, WORSE_ONLY, Verdict.NO_IMPROVEMENT_COULD_BE_CLEAR),
        (WORSE, 0.2, 0.2, WIDE, ALIKE, BETTER_ONLY, Verdict.NO_WORSENING_COULD_BE_CLEAR),
        (BETTER, 0.2, 0.2, WIDE, ALIKE, BETTER_ONLY, Verdict.CHANCE),
        (WORSE, 0.2, 0.2, WIDE, ALIKE, WORSE_ONLY, Verdict.CHANCE),
        (SAME, 1.0, 1.0, WIDE, ALIKE, WORSE_ONLY, Verdict.CHANCE),
        (BETTER, 0.2, 0.2, WIDE, ALIKE, NEITHER, Verdict.NONE_COULD_BE_CLEAR),
        (SAME, 1.0, 1.0, WIDE, ALIKE, NEITHER, Verdict.NONE_COULD_BE_CLEAR),
        (SAME, 1.0, 1.0, NARROW, ALIKE, BOTH, Verdict.NO_MATERIAL_CHANGE),
        (BETTER, 0.1, 0.1, NARROW, ALIKE, BOTH, Verdict.POINTS_TOWARDS),
        (BETTER, 0.6, 0.6, NARROW, ALIKE, NEITHER, Verdict.NO_MATERIAL_CHANGE),
        (BETTER, 0.1, 0.1, NARROW, HALVED, BOTH, Verdict.POINTS_TOWARDS),
        (WORSE, 0.6, 0.6, NARROW, DOUBLED, BOTH, Verdict.CHANCE),
        (BETTER, 0.6, 0.6, (-0.11, 0.05), ALIKE, BOTH, Verdict.CHANCE),
        (BETTER, 0.6, 0.6, (-0.05, 0.11), ALIKE, BOTH, Verdict.CHANCE),
        (BETTER, 0.6, 0.6, None, None, BOTH, Verdict.CHANCE),
    ],
)
def test_the_rule(
    direction: Direction,
    p: float,
    adjusted: float,
    change: tuple[float, float] | None,
    ratio: tuple[float, float] | None,
    could_be: tuple[bool, bool],
    verdict: Verdict,
) -> None:
    far, often = (between(ends) if ends else None for ends in (change, ratio))
    evidence = Evidence(direction, p, adjusted, far, often, *could_be)
    assert decide(evidence, Thresholds()) is verdict


shares = st.floats(-1, 1)


ends = st.tuples(shares, shares).map(lambda two: between((min(two), max(two))))
times = st.floats(0.1, 9).map(lambda far: between((1 / far, far)) if far > 1 else between((far, 1)))
MIRRORED = {
    Verdict.NO_IMPROVEMENT_COULD_BE_CLEAR: Verdict.NO_WORSENING_COULD_BE_CLEAR,
    Verdict.NO_WORSENING_COULD_BE_CLEAR: Verdict.NO_IMPROVEMENT_COULD_BE_CLEAR,
}


@given(
    st.sampled_from(Direction), st.floats(0, 1), st.floats(0, 1), ends, times, st.booleans(),
    st.booleans(),
)  # fmt: skip
def test_good_and_bad_news_meet_the_same_rule(
    direction: Direction,
    p: float,
    adjusted: float,
    change: Interval,
    ratio: Interval,
    improve: bool,
    worsen: bool,
) -> None:
    evidence = Evidence(direction, p, adjusted, change, ratio, improve, worsen)
    mirrored = Evidence(
        MIRROR[direction], p, adjusted, between((-change.high, -change.low)),
        between((1 / ratio.high, 1 / ratio.low)), worsen, improve,
    )  # fmt: skip
    found = decide(evidence, Thresholds())
    assert decide(mirrored, Thresholds()) is MIRRORED.get(found, found)


@pytest.mark.parametrize(
    ("thresholds", "verdict"),
    [
        (Thresholds(alpha=0.12), Verdict.CLEAR),
        (Thresholds(points_towards=0.1), Verdict.CHANCE),
        (Thresholds(points_towards=0.1, margin=60), Verdict.NO_MATERIAL_CHANGE),
    ],
)
def test_thresholds_are_settings(thresholds: Thresholds, verdict: Verdict) -> None:
    evidence = Evidence(BETTER, 0.11, 0.11, between((-0.04, 0.6)), between(ALIKE), *BOTH)
    assert decide(evidence, Thresholds()) is Verdict.POINTS_TOWARDS
    assert decide(evidence, thresholds) is verdict


@pytest.mark.parametrize(
    "thresholds",
    [
        Thresholds(alpha=0),
        Thresholds(alpha=float("nan")),
        Thresholds(alpha=0.2),
        Thresholds(points_towards=1),
        Thresholds(margin=-1),
        Thresholds(margin=float("inf")),
    ],
)
def test_thresholds_that_make_no_rule_are_refused(thresholds: Thresholds) -> None:
    with pytest.raises(UsageError):
        thresholds.check()


@pytest.mark.parametrize(
    ("p_values", "adjusted", "bar"),
    [
        ([], {}, 0.05),
        ([0.03], {0.03: 0.03}, 0.05),
        ([0.03, 0.04], {0.03: 0.06, 0.04: 0.06}, 0.025),
        ([0.01, 0.04, 0.5], {0.01: 0.03, 0.04: 0.08, 0.5: 0.5}, 0.025),
        ([0.02, 0.02], {0.02: 0.04}, 0.05),
    ],
)
def test_a_family_adjusts_by_holm_and_knows_what_one_more_has_to_reach(
    p_values: list[float], adjusted: dict[float, float], bar: float
) -> None:
    family = Family.of(p_values, alpha=0.05)
    assert family.adjusted == pytest.approx(adjusted)
    assert family.bar == pytest.approx(bar)
    assert family.tested == len(p_values)


@given(st.lists(st.floats(0.0001, 1), min_size=1, max_size=8), st.integers(0, 7))
def test_a_question_under_the_bar_would_have_been_clear(p_values: list[float], which: int) -> None:
    place = which % len(p_values)
    family = Family.of(p_values, alpha=0.05)
    if family.adjusted[p_values[place]] >= 0.05:
        under = [*p_values[:place], family.bar * 0.999, *p_values[place + 1 :]]
        at = [*p_values[:place], family.bar * 1.001, *p_values[place + 1 :]]
        assert Family.of(under, alpha=0.05).adjusted[under[place]] < 0.05
        assert Family.of(at, alpha=0.05).adjusted[at[place]] >= 0.05


@pytest.mark.parametrize(
    ("settings", "what", "hint"),
    [
        (
            {"alpha": 0.2},
            "--alpha 0.2 and --points-towards 0.2 don't go together",
            "Both are probabilities, the first smaller than the second.",
        ),
        ({"margin": -0.5}, "--margin -0.5 is not within 0 to 100 percentage points", ""),
        ({"margin": 100.5}, "--margin 100.5 is not within 0 to 100 percentage points", ""),
    ],
)
def test_settings_that_make_no_rule_are_refused(
    settings: dict[str, float], what: str, hint: str
) -> None:
    with pytest.raises(UsageError) as refused:
        Thresholds(**settings).check()
    assert (refused.value.what, refused.value.hint) == (what, hint)


@pytest.mark.parametrize("margin", [0, 0.5, 99.5, 100])
def test_a_margin_is_from_none_to_all(margin: float) -> None:
    Thresholds(margin=margin).check()


def test_a_range_of_one_point_within_the_margin_is_no_material_change() -> None:
    evidence = Evidence(BETTER, 0.5, 0.5, between((0.05, 0.05)), between((1, 1)), *BOTH)
    assert decide(evidence, Thresholds()) is Verdict.NO_MATERIAL_CHANGE
