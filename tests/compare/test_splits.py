import re
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefile_audit.compare.pairs import Pairs
from casefile_audit.compare.rates import VerdictRule
from casefile_audit.compare.split_pairs import paired_split, unpaired_split
from casefile_audit.compare.splits import (
    GradeComparison,
    Kind,
    SplitPair,
    compare_split,
)
from casefile_audit.compare.verdicts import Family, Thresholds
from casefile_audit.results import GradedCase, GradeResult
from casefile_audit.statistics.comparison import bonett_price

FORBIDDEN = re.compile(r"significan|\bprove|demonstrat|trend|no change|likely|\bnan\b|\d\.\d")
FOUR = ("good", "adequate", "requires improvement", "inadequate")
FIVE = ("outstanding", *FOUR)


def graded(words: Sequence[str | None], scale: Sequence[str] = FOUR) -> GradeResult:
    """A judgement with these recorded grades, one a case."""
    cases = [
        GradedCase(
            case=f"C{i}", recorded=word, derived=None, score=None, score_of_all=None, because=""
        )
        for i, word in enumerate(words)
    ]
    return GradeResult(
        title="Overall",
        scale=list(scale),
        scale_name="overall",
        recorded={grade: list(words).count(grade) for grade in scale},
        derived={},
        without_recorded=list(words).count(None),
        without_derived=0,
        cases=cases,
    )


def in_order(
    cases: Mapping[str, tuple[int, int]] | None,
) -> Sequence[tuple[str, int, int]] | None:
    return None if cases is None else [(case, *places) for case, places in cases.items()]


def split(
    before: Sequence[int],
    after: Sequence[int],
    scale: Sequence[str] = FOUR,
    others: Sequence[float] = (),
    cases: Mapping[str, tuple[int, int]] | None = None,
) -> GradeComparison:
    """The comparison of two splits, beside other grades' p-values."""
    kind: Kind = "recorded"
    pair = SplitPair("Overall", kind, scale, before, after, cases=in_order(cases))
    p_values = [*others, *([pair.test.value] if pair.varies else [])]
    return compare_split(pair, VerdictRule(Family.of(p_values, 0.05), Thresholds(), census=False))


# P11 Brunner and Munzel 2000; P12 made; both worked out in R.
@pytest.mark.parametrize(
    ("before", "after", "p", "effect", "label"),
    [
        ([11, 2, 0, 1, 0], [3, 1, 4, 2, 1], 0.0067, 1 - 0.789, "clear worsening"),
        ([3, 1, 4, 2, 1], [11, 2, 0, 1, 0], 0.0067, 0.789, "clear improvement"),
        ([2, 4, 4, 2, 0], [6, 4, 2, 0, 0], 0.0495, 1 - 0.2639, "clear improvement"),
        ([2, 4, 4, 2, 0], [4, 4, 3, 1, 0], 0.3, 0.6, "can't be told from chance"),
    ],
)
def test_a_shift_of_grades_is_tested_by_ranks(
    before: list[int], after: list[int], p: float, effect: float, label: str
) -> None:
    found = split(before, after, FIVE)
    assert found.adjusted_p == found.p
    assert found.direction == ("better" if effect > 0.5 else "worse")
    assert found.interval is not None
    assert found.interval.low < effect < found.interval.high
    assert (found.before, found.after) == (
        dict(zip(FIVE, before, strict=True)),
        dict(zip(FIVE, after, strict=True)),
    )
    assert found.p == pytest.approx(p, abs=1e-4 if p < 0.1 else 0.2)
    assert found.effect == pytest.approx(effect, abs=1e-4 if p < 0.1 else 0.05)
    assert found.label == label
    assert found.test == "Wilcoxon-Mann-Whitney"


def test_the_range_of_a_shift_is_of_the_level_that_was_asked_for() -> None:
    pair = SplitPair("Overall", "recorded", FIVE, [2, 4, 4, 2, 0], [4, 4, 3, 1, 0])
    narrow, wide = (
        compare_split(
            pair,
            VerdictRule(Family.of([pair.test.value], alpha), Thresholds(alpha=alpha), census=False),
        ).interval
        for alpha in (0.15, 0.01)
    )
    assert narrow is not None
    assert wide is not None
    assert (narrow.level, wide.level) == (0.85, 0.99)
    assert wide.low < narrow.low
    assert narrow.high < wide.high


@pytest.mark.parametrize(
    ("before", "after", "part"),
    [
        (
            [3, 1, 4, 2, 1],
            [11, 2, 0, 1, 0],
            (
                "The grades are clearly better: if nothing had changed, a shift this large or "
                "larger would turn up in fewer than 1 in 149 such pairs of samples. Of one case"
                " from before and one from after, the one from after would be graded better "
                "about 79 times in 100, ties counted half (range 60 to 98)."
            ),
        ),
        (
            [2, 4, 4, 2, 0],
            [5, 4, 2, 1, 0],
            (
                "This points towards better grades but does not settle it. If nothing had "
                "changed, samples this small would differ by this much or more about 1 time in "
            ),
        ),
        (
            [0, 2, 0, 0, 0],
            [1, 1, 0, 0, 0],
            "With this split before, neither 2 of 2 graded outstanding after nor 2 graded "
            "inadequate could have shown a clear change.",
        ),
        (
            [0, 5, 0, 0, 0],
            [0, 4, 0, 0, 1],
            "These samples can't tell us whether cases are graded better or worse.",
        ),
        (
            [3, 2, 0, 0, 0],
            [4, 1, 0, 0, 0],
            "With this split before, not even 5 of 5 graded outstanding after could have shown a "
            "clear change for the better.",
        ),
        (
            [2, 4, 4, 2, 0],
            [4, 4, 3, 1, 0],
            "These samples can't tell us whether cases are graded better or worse. That is not the "
            "same as no change.",
        ),
        ([0, 3, 0, 0, 0], [0, 1, 0, 0, 0], "All were graded good in both samples (3 and 1 cases)."),
    ],
)
def test_what_is_said_of_grades(before: list[int], after: list[int], part: str) -> None:
    assert part in split(before, after, FIVE).says


@pytest.mark.parametrize(
    ("scale", "says"),
    [
        (
            FOUR,
            "Graded good: 2 of 12 (17%) before, 6 of 12 (50%) after. The true change could be "
            "anything from 4 points worse to 61 points better.",
        ),
        (
            ("outstanding", "Good", "adequate", "poor"),
            "Graded Good or better: 6 of 12 (50%) before, 10 of 12 (83%) after. The true change "
            "could be anything from 4 points worse to 61 points better.",
        ),
        (
            ("best", "better", "good", "poor"),
            "Graded good or better: 10 of 12 (83%) before, 12 of 12 (100%) after. The true change "
            "could be anything from 10 points worse to 45 points better.",
        ),
        (("safe", "unsafe", "b", "c"), None),
        (("a", "b", "c", "good"), None),
    ],
)  # fmt: skip
def test_good_or_better(scale: Sequence[str], says: str | None) -> None:
    found = split([2, 4, 4, 2], [6, 4, 2, 0], scale)
    assert (found.good_or_better.says if found.good_or_better else None) == says


def test_a_fall_in_those_graded_good_ends_on_the_side_of_worse() -> None:
    found = split([6, 4, 2, 0], [2, 4, 4, 2]).good_or_better
    assert found is not None
    assert found.says.endswith("could be anything from 4 points better to 61 points worse.")


def on_its_side(pair: SplitPair) -> bool:
    """Whether a result could be clear on the side that the grades went to, or on either."""
    improved, worsened = pair.could_be_clear(0.05)
    sides = {"better": improved, "worse": worsened, "same": improved or worsened}
    return sides[pair.direction]


# Found by trying all small splits: whether a result could be clear hangs on the end of the scale.
@pytest.mark.parametrize(
    ("before", "after", "could_be"),
    [
        ([0, 0, 0, 0, 4], [0, 0, 1, 0, 0], False),
        ([0, 1, 0, 2, 0], [0, 1, 2, 1, 0], True),
        ([0, 0, 0, 3, 1], [0, 0, 1, 0, 2], False),
        ([0, 1, 1, 1, 0], [0, 0, 2, 0, 2], True),
        ([2, 1, 1, 1, 0], [0, 1, 0, 0, 0], False),
        ([1, 0, 1, 1, 0], [0, 2, 1, 1, 0], True),
        ([0, 1, 0, 0, 1], [1, 0, 1, 1, 2], True),
    ],
)
def test_a_result_could_be_clear_if_all_after_had_the_grade_at_the_end(
    before: list[int], after: list[int], could_be: bool
) -> None:
    pair = SplitPair("Overall", "recorded", FIVE, before, after)
    assert on_its_side(pair) is could_be


@pytest.mark.parametrize(("cases", "could_be"), [(5, False), (6, True)])
def test_the_same_cases_could_be_clear_if_all_that_can_move_did(cases: int, could_be: bool) -> None:
    # One has the best grade already, and one comes to it.
    before, after = [1, cases - 1, 0, 0, 0], [2, cases - 2, 0, 0, 0]
    places = {f"C{i}": (min(i, 1), min(i // 2, 1)) for i in range(cases)}
    pair = SplitPair("Overall", "recorded", FIVE, before, after, cases=in_order(places))
    assert on_its_side(pair) is could_be


def test_a_grade_that_is_not_told_of_was_given_to_nobody() -> None:
    first, second = graded(["good"] * 3), graded(["inadequate"] * 2)
    first, second = (
        grade.model_copy(update={"recorded": {g: n for g, n in grade.recorded.items() if n}})
        for grade in (first, second)
    )
    pair = unpaired_split(first, second, "recorded", False)
    assert pair is not None
    assert (pair.before, pair.after) == ([3, 0, 0, 0], [0, 0, 0, 2])


def test_a_scale_that_differs_is_never_mapped() -> None:
    pair = unpaired_split(graded(["good"], FIVE), graded(["good"], FOUR), "recorded", False)
    assert pair is not None
    found = compare_split(pair, VerdictRule(Family.of([], 0.05), Thresholds(), census=False))
    assert found.label == "not compared"
    assert found.says == (
        "Not compared: the scale was outstanding, good, adequate, requires improvement, inadequate "
        "before and is good, adequate, requires improvement, inadequate after."
    )
    assert (found.p, found.good_or_better) == (None, None)


@pytest.mark.parametrize(
    ("before", "after", "where"),
    [(["good"], [None], "after"), ([None], ["good"], "before"), ([None], [None], "either time")],
)
def test_a_grade_that_nobody_recorded_is_not_compared(
    before: list[str | None], after: list[str | None], where: str
) -> None:
    pair = unpaired_split(graded(before), graded(after), "recorded", False)
    assert pair is not None
    assert pair.why_not == f"no case has a recorded grade {where}"


def test_a_grade_that_the_rubric_does_not_derive_is_left_out() -> None:
    once = graded(["good"])
    assert unpaired_split(once, once, "derived", False) is None
    assert paired_split(once, once, "derived", pairs_of(1), False) is None


@pytest.mark.parametrize("swapped", [False, True])
def test_a_grade_that_is_derived_on_one_side_only_is_not_compared(swapped: bool) -> None:
    plain = graded(["good"])
    derived = plain.model_copy(update={"derived": plain.recorded})
    before, after = (derived, plain) if swapped else (plain, derived)
    for pair in (
        unpaired_split(before, after, "derived", False),
        paired_split(before, after, "derived", pairs_of(1), False),
    ):
        assert pair is not None
        found = compare_split(pair, VerdictRule(Family.of([], 0.05), Thresholds(), census=False))
        assert found.label == "not compared"
        assert "no case has a derived grade" in found.says


def test_the_same_cases_asked_other_questions_are_not_compared_by_what_is_derived() -> None:
    case = GradedCase(
        case="C0", recorded="good", derived="good", score=1, score_of_all=1, because=""
    )
    once = graded(["good"]).model_copy(update={"derived": {"good": 1}, "cases": [case]})
    derived = paired_split(once, once, "derived", pairs_of(1), asked_otherwise=True)
    recorded = paired_split(once, once, "recorded", pairs_of(1), asked_otherwise=True)
    assert derived is not None
    assert derived.why_not == "it is derived from other questions before than after"
    assert recorded is not None
    assert recorded.why_not == ""


def pairs_of(cases: int) -> Pairs:
    """So many cases, in the same order both times."""
    places = list(range(cases))
    return Pairs([f"C{i}" for i in places], places, places, (), (), 0)


def test_grades_of_the_same_cases_go_by_the_direction_of_each_move() -> None:
    before = ["adequate"] * 6 + ["good", "inadequate", None]
    after = ["good"] * 5 + ["requires improvement", "good", "requires improvement", "good"]
    pair = paired_split(graded(before), graded(after), "recorded", pairs_of(9), False)
    assert pair is not None
    p = pair.test
    found = compare_split(pair, VerdictRule(Family.of([p.value], 0.05), Thresholds(), census=False))
    assert found.moved is not None
    assert found.moved.better == ["C0", "C1", "C2", "C3", "C4", "C7"]
    assert found.moved.worse == ["C5"]
    assert (found.moved.same, found.moved.left_out) == (1, 1)
    assert p.method == "sign test mid-P"
    assert p.value == pytest.approx((1 + 8) / 128)
    assert found.says.startswith("6 graded better after, 1 worse, 1 the same. This points towards")
    assert found.good_or_better is not None
    assert found.good_or_better.interval == bonett_price(5, 0, 8, 0.95)
    assert (found.good_or_better.before.count, found.good_or_better.after.count) == (1, 6)


def read_twice(better: int, worse: int, same: int) -> dict[str, tuple[int, int]]:
    """Cases graded adequate, of which so many are good and so many inadequate after."""
    after = [0] * better + [3] * worse + [1] * same
    return {f"C{i}": (1, place) for i, place in enumerate(after)}


@pytest.mark.parametrize(
    ("moves", "others", "says"),
    [
        (
            (9, 0, 3),
            [],
            "9 graded better after, none worse, 3 the same. The grades are clearly better: if "
            "nothing had changed, moves this one-sided would turn up in fewer than 1 in 511 "
            "such readings.",
        ),
        (
            (0, 9, 0),
            [],
            "None graded better after, 9 worse, none the same. The grades are clearly worse: if"
            " nothing had changed, moves this one-sided would turn up in fewer than 1 in 511 "
            "such readings.",
        ),
        (
            (6, 0, 1),
            [0.5] * 4,
            (
                "6 graded better after, none worse, 1 the same. This points towards better "
                "grades but does not settle it. If nothing had changed, cases would move this "
                "one-sidedly or more so about 1 time in 64. On its own that would be clear; as "
                "one of 5 grades compared, it is not rare enough."
            ),
        ),
        (
            (0, 2, 0),
            [],
            "None graded better after, 2 worse, none the same. With this split before, neither "
            "2 of 2 graded good after nor 2 graded inadequate could have shown a clear change.",
        ),
    ],
)
def test_what_is_said_of_grades_of_the_same_cases(
    moves: tuple[int, int, int], others: list[float], says: str
) -> None:
    better, worse, same = moves
    before, after = [0, sum(moves), 0, 0], [better, same, 0, worse]
    assert split(before, after, others=others, cases=read_twice(*moves)).says == says


splits = st.integers(2, 5).flatmap(
    lambda grades: st.tuples(
        *[st.lists(st.integers(0, 6), min_size=grades, max_size=grades).filter(any)] * 2
    )
)


@given(splits, st.lists(st.floats(0, 1), max_size=10))
def test_grades_are_never_said_to_show_more_than_they_do(
    counts: tuple[list[int], list[int]], others: list[float]
) -> None:
    found = split(*counts, FIVE[-len(counts[0]) :], others)
    said = found.says.replace("That is not the same as no change.", "")
    assert not FORBIDDEN.search(said)
    assert ("clearly" in said) == (found.verdict == "clear")


def test_good_or_better_is_not_said_to_be_better_for_certain_where_its_test_is_not_clear() -> None:
    found = split([100, 80, 40, 20], [3, 0, 0, 0], FIVE[-4:])
    assert found.label == "points towards improvement"
    assert found.p == pytest.approx(0.1229, abs=1e-4)
    good = found.good_or_better
    assert good is not None
    assert good.interval is not None
    assert good.interval.low > 0
    assert good.says.endswith("The true change could be anything from none to 64 points better.")


@pytest.mark.parametrize(
    ("after", "says"),
    [
        (
            [0, 2, 4, 6],
            "if nothing had changed in what is done, a shift this large or larger would",
        ),
        ([5, 4, 2, 1], "Chance alone would often bring as much about."),
    ],
)
def test_a_census_of_grades_has_no_samples_and_no_range(after: list[int], says: str) -> None:
    pair = SplitPair("Overall", "recorded", FIVE[-4:], [6, 4, 1, 1], after)
    family = Family.of([pair.test.value], 0.05)
    found = compare_split(pair, VerdictRule(family, Thresholds(), census=True))
    assert says in found.says
    assert "sample" not in found.says
    assert found.interval is None
    assert found.good_or_better is not None
    assert found.good_or_better.interval is None


def test_one_reference_in_two_sectors_is_two_pairs() -> None:
    pairs = Pairs(matched=["C1", "C1"], before=[0, 1], after=[0, 1])
    before, after = graded(["good", "good"]), graded(["good", "inadequate"])
    pair = paired_split(before, after, "recorded", pairs, asked_otherwise=False)
    assert pair is not None
    assert pair.moved is not None
    assert (pair.moved.worse, pair.moved.same, list(pair.after)) == (["C1"], 1, [1, 0, 0, 1])
