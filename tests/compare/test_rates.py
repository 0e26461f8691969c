import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefile_audit.compare.rates import (
    CriterionComparison,
    MovedResult,
    RatePair,
    VerdictRule,
    compare_rate,
)
from casefile_audit.compare.verdicts import Family, Thresholds
from casefile_audit.results import CriterionResult
from casefile_audit.statistics.binomial import sign_test_mid_p

WORDS: dict[str, Any] = {"title": "Ethnicity", "theme": "", "phrase": "missing ethnicity"}
QUESTION = CriterionResult.model_construct(**WORDS)
FORBIDDEN = re.compile(
    r"significan|prove[sdn]?\b|demonstrat|trend|on track|no difference|nan\b|\binf\b|\d\.\d|%?-\d"
    r"|no change(?! of more than)|likely|−",
    re.IGNORECASE,
)


def pair_of(
    before: tuple[int, int], after: tuple[int, int], moves: tuple[int, int] | None
) -> RatePair:
    """Counts that fall short; of the same cases read twice, if some are said to have moved."""
    if moves is None:
        return RatePair(before, after)
    better, worse = ([f"{way}{i}" for i in range(n)] for way, n in zip("BW", moves, strict=True))
    same = before[1] - sum(moves)
    return RatePair(before, after, MovedResult(better=better, worse=worse, same=same, left_out=0))


def compared(
    before: tuple[int, int],
    after: tuple[int, int],
    moves: tuple[int, int] | None = None,
    others: Sequence[float] = (),
    census: bool = False,
    thresholds: Thresholds = Thresholds(),  # noqa: B008 - it is frozen
) -> CriterionComparison:
    """The comparison of counts that fall short, beside other questions' p-values."""
    pair = pair_of(before, after, moves)
    p_values = [*others, *([pair.test.value] if pair.varies else [])]
    rule = VerdictRule(Family.of(p_values, thresholds.alpha), thresholds, census)
    return compare_rate(pair, QUESTION, rule, "no column for it after")


E7 = (
    "6 of 12 before, 2 of 12 after (50% → 17%). This points towards improvement but"
    " does not settle it. If nothing had changed, samples this small would differ "
    "by this much or more about 1 time in 10. The true change could be anything "
    "from 4 points worse to 61 points better. 1 of 12 or fewer after would have "
    "been clear. To have 4 chances in 5 of confirming such a fall takes about 32 "
    "cases a side."
)


@pytest.mark.parametrize(
    ("before", "after", "label", "says"),
    [
        ((6, 12), (2, 12), "points towards improvement", E7),
        (
            (2, 12),
            (6, 12),
            "points towards worsening",
            (
                "2 of 12 before, 6 of 12 after (17% → 50%). This points towards worsening but "
                "does not settle it. If nothing had changed, samples this small would differ by"
                " this much or more about 1 time in 10. The true change could be anything from "
                "4 points better to 61 points worse. 7 of 12 or more after would have been "
                "clear. To have 4 chances in 5 of confirming such a rise takes about 32 cases a"
                " side."
            ),
        ),
        (
            (6, 12),
            (1, 12),
            "clear improvement",
            (
                "6 of 12 before, 1 of 12 after (50% → 8%). The improvement is clear. If nothing"
                " had changed, a gap this large or larger would turn up in fewer than 1 in 34 "
                "such pairs of samples. The improvement is probably between 5 and 67 points."
            ),
        ),
        (
            (1, 12),
            (6, 12),
            "clear worsening",
            (
                "1 of 12 before, 6 of 12 after (8% → 50%). The worsening is clear. If nothing "
                "had changed, a gap this large or larger would turn up in fewer than 1 in 34 "
                "such pairs of samples. The worsening is probably between 5 and 67 points."
            ),
        ),
        (
            (3, 12),
            (4, 12),
            "can't be told from chance",
            "3 of 12 before, 4 of 12 after (25% → 33%). These samples can't tell us whether "
            "anything changed: the true change could be anything from 26 points better to 40 "
            "points worse. That is not the same as no change.",
        ),
        (
            (3, 12),
            (1, 12),
            "no improvement could be clear",
            (
                "3 of 12 before, 1 of 12 after (25% → 8%). With 3 of 12 before, not even 0 of "
                "12 after could have shown a clear improvement. A worsening could have been. "
                "The true change could be anything from 15 points worse to 46 points better."
            ),
        ),
        (
            (9, 12),
            (10, 12),
            "no worsening could be clear",
            (
                "9 of 12 before, 10 of 12 after (75% → 83%). With 9 of 12 before, not even 12 "
                "of 12 after could have shown a clear worsening. An improvement could have "
                "been. The true change could be anything from 24 points better to 39 points "
                "worse."
            ),
        ),
        (
            (1, 2),
            (1, 2),
            "no result could be clear",
            (
                "1 of 2 before, 1 of 2 after. With 1 of 2 before, neither 0 of 2 nor 2 of 2 "
                "after could have shown a clear change. The true change could be anything from "
                "57 points worse to 57 points better."
            ),
        ),
        (
            (100, 200),
            (100, 200),
            "no material change",
            (
                "100 of 200 before, 100 of 200 after (50% → 50%). These samples rule out a "
                "change of more than 10 points either way, and one by a factor of more than 2: "
                "the true change could be anything from 10 points worse to 10 points better."
            ),
        ),
        (
            (0, 10),
            (0, 20),
            "nothing to compare",
            "None of 10 fell short before, none of 20 after.",
        ),
        (
            (10, 10),
            (20, 20),
            "nothing to compare",
            "All 10 fell short before, all 20 after.",
        ),
        ((0, 0), (3, 4), "not compared", "Not compared: no column for it after."),
    ],
)
def test_each_verdict_says_what_the_counts_bear(
    before: tuple[int, int], after: tuple[int, int], label: str, says: str
) -> None:
    found = compared(before, after)
    assert (found.label, found.says) == (label, says)


# P08 Bentur et al. 2009 in Fagerland et al. 2013; P09 the counts of E7 as if read again.
@pytest.mark.parametrize(
    ("before", "after", "moves", "p", "low", "high", "label", "part"),
    [
        (
            *((2, 21), (8, 21), (1, 7), 0.0391, -0.5084, -0.0134, "clear worsening"),
            (
                "1 better, 7 worse, 13 the same. The worsening is clear. If nothing had "
                "changed, moves this one-sided would turn up in fewer than 1 in 25 such "
                "readings. The worsening is probably between 1 and 51 points."
            ),
        ),
        (
            *((6, 12), (2, 12), (4, 0), 0.0625, -0.0228, 0.5943, "points towards improvement"),
            (
                "4 better, none worse, 8 the same. This points towards improvement but does not"
                " settle it. If nothing had changed, cases would move this one-sidedly or more "
                "so about 1 time in 16. The true change could be anything from 2 points worse "
                "to 59 points better. 5 better and none worse would have been clear."
            ),
        ),
        (
            *((6, 12), (6, 12), (0, 0), 1.0, -0.198, 0.198, "can't be told from chance"),
            "none better, none worse, 12 the same. These samples can't tell us",
        ),
        (
            *((3, 12), (1, 12), (2, 0), 0.25, -0.127, 0.4127, "no improvement could be clear"),
            "With 3 of 12 before, not even 0 of 12 after could have shown a clear improvement.",
        ),
    ],
)
def test_the_same_cases_read_twice(
    before: tuple[int, int],
    after: tuple[int, int],
    moves: tuple[int, int],
    p: float,
    low: float,
    high: float,
    label: str,
    part: str,
) -> None:
    found = compared(before, after, moves)
    assert found.p == pytest.approx(p, abs=1e-4)
    assert found.test == "McNemar mid-P"
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == pytest.approx((low, high), abs=1e-3)
    assert found.label == label
    assert part in found.says


@pytest.mark.parametrize(
    ("before", "after", "moves", "part"),
    [
        ((6, 12), (2, 12), (4, 0), "5 better and none worse would have been clear."),
        ((2, 12), (6, 12), (0, 4), "5 worse and none better would have been clear."),
        ((19, 40), (11, 40), (13, 5), "14 better and 5 worse would have been clear."),
        # Six failed before: beside two that went worse they leave no room.
        ((6, 40), (2, 40), (6, 2), "5 better and none worse would have been clear."),
        ((4, 12), (0, 12), (4, 0), "not even 0 of 12 after could have shown a clear improvement."),
        ((9, 12), (12, 12), (0, 3), "not even 12 of 12 after could have shown a clear worsening."),
        ((5, 5), (1, 5), (4, 0), "5 better and none worse would have been clear."),
    ],
)
def test_moves_that_would_have_been_clear(
    before: tuple[int, int], after: tuple[int, int], moves: tuple[int, int], part: str
) -> None:
    found = compared(before, after, moves)
    assert found.verdict == "points towards"
    assert part in found.says
    if found.clear_moves is not None:
        clear = found.clear_moves.better, found.clear_moves.worse
        assert sign_test_mid_p(*clear) < 0.05


def test_moves_that_come_to_the_bar_itself_are_not_clear() -> None:
    at_the_bar = Thresholds(alpha=sign_test_mid_p(4, 0))
    found = compared((6, 12), (3, 12), (3, 0), thresholds=at_the_bar)
    assert found.clear_moves is not None
    assert found.clear_moves.better == 5


@pytest.mark.parametrize(
    ("before", "after", "others", "needed"),
    [((8, 10), (4, 10), (), 23), ((4, 10), (8, 10), (), 23), ((8, 10), (4, 10), [0.5] * 19, 43)],
)
def test_the_cases_needed_are_of_these_percentages_and_of_all_the_questions(
    before: tuple[int, int], after: tuple[int, int], others: list[float], needed: int
) -> None:
    assert compared(before, after, others=others).cases_needed == needed


def test_the_same_cases_to_which_nothing_applied_are_still_told() -> None:
    found = compared((0, 0), (0, 0), (0, 0))
    assert found.label == "not compared"
    assert found.moved == MovedResult(better=[], worse=[], same=0, left_out=0)


def test_what_is_clear_alone_is_not_clear_among_twenty() -> None:
    alone, among = compared((7, 12), (1, 12)), compared((7, 12), (1, 12), others=[0.5] * 19)
    assert alone.label == "clear improvement"
    assert among.label == "points towards improvement"
    assert among.adjusted_p == pytest.approx(20 * (among.p or 0))
    assert among.clear_at == 0
    assert "as one of 20 questions compared, it is not rare enough" in among.says
    assert "With 20 questions compared, 0 of 12 after would have been clear." in among.says


def test_a_census_states_the_fact_and_then_the_verdict() -> None:
    found = compared((6, 12), (2, 12), census=True)
    assert found.says == (
        "The share fell: 6 of 12 (50%), then 2 of 12 (17%); that is a fact about these cases. "
        "Whether the process is better, they are too few to say. This points towards improvement "
        "but does not settle it. If nothing had changed in what is done, numbers of cases this "
        "small would differ by this much or more about 1 time in 10. 1 of 12 or fewer after would "
        "have been clear. To have 4 chances in 5 of confirming such a fall takes about 32 cases a "
        "side."
    )


def test_what_is_under_a_point_is_said_in_as_many_figures_as_it_takes() -> None:
    found = compared((40, 20_000), (70, 20_000))
    assert found.points == "0.1"
    assert found.says.endswith("The worsening is probably between 0.05 and 0.3 points.")
    assert compared((400, 20_000), (700, 20_000)).points == "2"


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ((9, 12), (1, 12), "in fewer than 1 in 975 such pairs of periods."),
        ((3, 12), (4, 12), "Chance alone would often bring as much about."),
        ((1, 4), (0, 3), "neither 0 of 3 nor 3 of 3 after could have shown a clear change."),
        ((3, 12), (2, 12), "A worsening could have been."),
        ((500, 2000), (500, 2000), "rule out that what is done changed by more than 10 points"),
    ],
)
def test_a_census_has_no_range_of_what_changed(
    before: tuple[int, int], after: tuple[int, int], says: str
) -> None:
    found = compared(before, after, census=True)
    assert says in found.says
    assert (found.interval, found.ratio) == (None, None)
    assert not re.search("true change|probably|samples", found.says)


def test_a_share_that_falls_while_its_count_rises_is_said_to_fall() -> None:
    assert compared((6, 12), (10, 40), census=True).says.startswith(
        "The share fell: 6 of 12 (50%), then 10 of 40 (25%); that is a fact about these cases."
    )


@pytest.mark.parametrize(
    ("before", "after", "moves", "label"),
    [
        # Points are no measure of what is rare: none to 4 of 150 is not "no material change".
        ((0, 150), (3, 150), None, "can't be told from chance"),
        ((0, 150), (4, 150), None, "points towards worsening"),
        ((0, 150), (5, 150), None, "clear worsening"),
        ((4, 150), (0, 150), None, "points towards improvement"),
        ((150, 150), (146, 150), None, "points towards improvement"),
        ((1, 150), (2, 150), None, "can't be told from chance"),
        ((2, 10_000), (3, 10_000), None, "can't be told from chance"),
        ((15, 1500), (17, 1500), None, "can't be told from chance"),
        ((30, 1500), (33, 1500), None, "no material change"),
        ((100, 5000), (104, 5000), None, "no material change"),
        ((4900, 5000), (4896, 5000), None, "no material change"),
        ((200, 400), (204, 400), None, "no material change"),
        # The same cases read twice: few moved, so few can have changed.
        ((10, 400), (10, 400), (1, 1), "no material change"),
        ((10, 400), (12, 400), (1, 3), "no material change"),
        ((0, 400), (2, 400), (0, 2), "can't be told from chance"),
        ((390, 400), (390, 400), (6, 6), "no material change"),
        ((394, 400), (394, 400), (6, 6), "can't be told from chance"),
    ],
)
def test_what_is_rare_is_measured_by_how_many_times_as_often(
    before: tuple[int, int], after: tuple[int, int], moves: tuple[int, int] | None, label: str
) -> None:
    found = compared(before, after, moves)
    assert found.label == label
    assert found.ratio is not None
    if label == "no material change":
        assert 0.5 <= found.ratio.low <= 1 <= found.ratio.high <= 2
        assert (
            "rule out a change of more than 10 points either way, and one by a factor of "
            "more than 2"
        ) in found.says


@pytest.mark.parametrize("n", [12, 40, 400])
def test_a_range_never_says_that_what_is_not_settled_is(n: int) -> None:
    before, after = (round(0.6 * n), n), (round((0.6 - 1.7 / n**0.5) * n), n)
    found = compared(before, after, others=[0.5] * 30)
    assert found.label == "points towards improvement"
    assert found.interval is not None
    assert found.interval.low > 0  # on its own it is clear
    assert "it is not rare enough. The true change could be anything from" in found.says
    assert re.search(r"from (\d+ points? worse|none|under 1 point worse) to", found.says)


def test_a_range_that_the_test_does_not_bear_out_begins_at_none() -> None:
    found = compared((8, 12), (3, 12))
    assert found.interval is not None
    assert found.interval.low > 0
    assert found.p == pytest.approx(0.064, abs=0.001)
    assert "The true change could be anything from none to 67 points better." in found.says


def test_the_range_is_of_the_level_that_alpha_sets() -> None:
    found = compared((6, 12), (2, 12), thresholds=Thresholds(alpha=0.1))
    assert found.interval is not None
    assert found.interval.level == pytest.approx(0.9)
    assert found.label == "clear improvement"


def test_the_range_of_the_same_cases_is_of_that_level_too() -> None:
    found = compared((6, 12), (2, 12), (4, 0), thresholds=Thresholds(alpha=0.1))
    assert found.interval is not None
    assert found.interval.level == pytest.approx(0.9)
    assert (found.clear_at, found.cases_needed) == (None, None)


@pytest.mark.parametrize(
    ("before", "after", "moves", "could_be"),
    [
        # Three of three to none of three: Fisher's p is 0.1, Boschloo's 0.03.
        ((3, 3), (1, 3), None, True),
        ((0, 3), (2, 3), None, True),
        ((2, 3), (1, 3), None, False),
        # As many as before: one end is enough.
        ((1, 5), (1, 5), None, True),
        ((4, 5), (4, 5), None, True),
        ((1, 2), (1, 2), None, False),
        # Four moves can't be clear, five can.
        ((4, 12), (0, 12), (4, 0), False),
        ((5, 12), (1, 12), (4, 0), True),
        ((7, 12), (11, 12), (0, 4), True),
        ((8, 12), (12, 12), (0, 4), False),
    ],
)
def test_whether_the_furthest_result_would_have_been_clear(
    before: tuple[int, int],
    after: tuple[int, int],
    moves: tuple[int, int] | None,
    could_be: bool,
) -> None:
    pair = pair_of(before, after, moves)
    improved, worsened = pair.could_be_clear(0.05)
    # On the side that these cases went to; where they stayed as they were, either will do.
    either = {1: improved, -1: worsened, 0: improved or worsened}
    assert either[(pair.difference > 0) - (pair.difference < 0)] is could_be


samples = st.tuples(st.integers(1, 15), st.integers(1, 15)).flatmap(
    lambda n: st.tuples(
        st.tuples(st.integers(0, n[0]), st.just(n[0])),
        st.tuples(st.integers(0, n[1]), st.just(n[1])),
    )
)
four_counts = st.tuples(*[st.integers(0, 30)] * 4).filter(any)
beside = st.lists(st.floats(0, 1), max_size=30)


@given(samples, beside)
def test_two_samples_are_never_said_to_show_more_than_they_do(
    counts: tuple[tuple[int, int], tuple[int, int]], others: list[float]
) -> None:
    check_words(compared(*counts, others=others))


@given(four_counts, beside)
def test_the_same_cases_are_never_said_to_show_more_than_they_do(
    counts: tuple[int, ...], others: list[float]
) -> None:
    both, better, worse, neither = counts
    n = both + better + worse + neither
    check_words(compared((both + better, n), (both + worse, n), (better, worse), others))


def check_words(found: CriterionComparison) -> None:
    said = found.says.replace("That is not the same as no change.", "")
    assert not FORBIDDEN.search(said)
    if found.verdict != "clear":
        assert "improvement is" not in said
        assert "worsening is" not in said
    if found.verdict == "clear":
        assert found.adjusted_p is not None
        assert found.adjusted_p < 0.05


@given(samples)
def test_swapping_the_samples_turns_good_news_into_bad_of_the_same_strength(
    counts: tuple[tuple[int, int], tuple[int, int]],
) -> None:
    forth, back = compared(*counts), compared(counts[1], counts[0])
    assert forth.p == pytest.approx(back.p, abs=1e-4)
    if {forth.verdict, back.verdict} & {"clear", "points towards", "no material change"}:
        assert forth.verdict == back.verdict
        assert forth.label.replace("improvement", "worsening") == back.label.replace(
            "improvement", "worsening"
        )
        assert (forth.direction == "same") == (forth.direction == back.direction)
