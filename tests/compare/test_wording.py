"""The sentences on rates, whole, as people read them."""

from dataclasses import replace
from typing import Any

import pytest

from casefile_audit.compare.verdicts import Direction, Thresholds, Verdict
from casefile_audit.compare.wording import (
    RateWording,
    change,
    doubt,
    fact,
    label,
    number,
    sentence,
    so_much_by_chance,
)

POINTS_TOWARDS = RateWording(
    phrase="not shared with the school",
    before=(6, 12),
    after=(2, 12),
    moved=None,
    verdict=Verdict.POINTS_TOWARDS,
    direction=Direction.BETTER,
    p=0.1,
    low=-0.04,
    high=0.61,
    tested=1,
    clear_at=1,
    clear_moves=None,
    needed=32,
)
SENTENCES: list[tuple[dict[str, Any], str]] = [
    (
        {"verdict": Verdict.IN_DOUBT},
        (
            "6 of 12 before, 2 of 12 after (50% → 17%). If the counts stand, chance alone would "
            "hardly bring this about. But what is in doubt above could change them, so there is no "
            "verdict: put that right first, and compare again."
        ),
    ),
    (
        {},
        (
            "6 of 12 before, 2 of 12 after (50% → 17%). This points towards improvement but"
            " does not settle it. If nothing had changed, samples this small would differ "
            "by this much or more about 1 time in 10. The true change could be anything "
            "from 4 points worse to 61 points better. 1 of 12 or fewer after would have "
            "been clear. To have 4 chances in 5 of confirming such a fall takes about 32 "
            "cases a side."
        ),
    ),
    (
        {"tested": 19},
        (
            "6 of 12 before, 2 of 12 after (50% → 17%). This points towards improvement but"
            " does not settle it. If nothing had changed, samples this small would differ "
            "by this much or more about 1 time in 10. The true change could be anything "
            "from 4 points worse to 61 points better. With 19 questions compared, 1 of 12 "
            "or fewer after would have been clear. To have 4 chances in 5 of confirming "
            "such a fall takes about 32 cases a side."
        ),
    ),
    (
        {"p": 0.03, "tested": 19},
        (
            "6 of 12 before, 2 of 12 after (50% → 17%). This points towards improvement but"
            " does not settle it. If nothing had changed, samples this small would differ "
            "by this much or more about 1 time in 33. On its own that would be clear; as "
            "one of 19 questions compared, it is not rare enough. The true change could be "
            "anything from 4 points worse to 61 points better. With 19 questions compared, "
            "1 of 12 or fewer after would have been clear. To have 4 chances in 5 of "
            "confirming such a fall takes about 32 cases a side."
        ),
    ),
    (
        {"p": 0.05, "tested": 19},
        (
            "6 of 12 before, 2 of 12 after (50% → 17%). This points towards improvement but"
            " does not settle it. If nothing had changed, samples this small would differ "
            "by this much or more about 1 time in 20. The true change could be anything "
            "from 4 points worse to 61 points better. With 19 questions compared, 1 of 12 "
            "or fewer after would have been clear. To have 4 chances in 5 of confirming "
            "such a fall takes about 32 cases a side."
        ),
    ),
    (
        {
            "direction": Direction.WORSE,
            "before": (2, 12),
            "after": (6, 1200),
            "low": -0.61,
            "high": 0.04,
            "clear_at": 7,
            "needed": 1234,
        },
        (
            "2 of 12 before, 6 of 1,200 after (17% → 0.5%). This points towards worsening "
            "but does not settle it. If nothing had changed, samples this small would "
            "differ by this much or more about 1 time in 10. The true change could be "
            "anything from 4 points better to 61 points worse. 7 of 1,200 or more after "
            "would have been clear. To have 4 chances in 5 of confirming such a rise takes "
            "about 1,200 cases a side."
        ),
    ),
    (
        {"clear_at": 0},
        (
            "6 of 12 before, 2 of 12 after (50% → 17%). This points towards improvement but"
            " does not settle it. If nothing had changed, samples this small would differ "
            "by this much or more about 1 time in 10. The true change could be anything "
            "from 4 points worse to 61 points better. 0 of 12 after would have been clear. "
            "To have 4 chances in 5 of confirming such a fall takes about 32 cases a side."
        ),
    ),
    (
        {
            "direction": Direction.WORSE,
            "before": (2, 12),
            "after": (6, 12),
            "clear_at": 12,
            "low": -0.61,
            "high": 0.04,
        },
        (
            "2 of 12 before, 6 of 12 after (17% → 50%). This points towards worsening but "
            "does not settle it. If nothing had changed, samples this small would differ by"
            " this much or more about 1 time in 10. The true change could be anything from "
            "4 points better to 61 points worse. 12 of 12 after would have been clear. To "
            "have 4 chances in 5 of confirming such a rise takes about 32 cases a side."
        ),
    ),
    (
        {"needed": None},
        (
            "6 of 12 before, 2 of 12 after (50% → 17%). This points towards improvement but"
            " does not settle it. If nothing had changed, samples this small would differ "
            "by this much or more about 1 time in 10. The true change could be anything "
            "from 4 points worse to 61 points better. 1 of 12 or fewer after would have "
            "been clear."
        ),
    ),
    (
        {"clear_at": None},
        (
            "6 of 12 before, 2 of 12 after (50% → 17%). This points towards improvement but"
            " does not settle it. If nothing had changed, samples this small would differ "
            "by this much or more about 1 time in 10. The true change could be anything "
            "from 4 points worse to 61 points better. With 6 of 12 before, not even 0 of 12"
            " after could have shown a clear improvement."
        ),
    ),
    (
        {"clear_at": None, "tested": 7},
        (
            "6 of 12 before, 2 of 12 after (50% → 17%). This points towards improvement but"
            " does not settle it. If nothing had changed, samples this small would differ "
            "by this much or more about 1 time in 10. The true change could be anything "
            "from 4 points worse to 61 points better. With 6 of 12 before and 7 questions "
            "compared, not even 0 of 12 after could have shown a clear improvement."
        ),
    ),
    (
        {"clear_at": None, "direction": Direction.WORSE, "low": -0.61, "high": 0.04},
        (
            "6 of 12 before, 2 of 12 after (50% → 17%). This points towards worsening but "
            "does not settle it. If nothing had changed, samples this small would differ by"
            " this much or more about 1 time in 10. The true change could be anything from "
            "4 points better to 61 points worse. With 6 of 12 before, not even 12 of 12 "
            "after could have shown a clear worsening."
        ),
    ),
    (
        {"before": (100, 200), "after": (90, 100)},
        (
            "100 of 200 before, 90 of 100 after (50% → 90%). This points towards "
            "improvement but does not settle it. If nothing had changed, samples of this "
            "size would differ by this much or more about 1 time in 10. The true change "
            "could be anything from 4 points worse to 61 points better. 1 of 100 or fewer "
            "after would have been clear. To have 4 chances in 5 of confirming such a fall "
            "takes about 32 cases a side."
        ),
    ),
    (
        {"before": (99, 99), "after": (90, 100)},
        (
            "99 of 99 before, 90 of 100 after (100% → 90%). This points towards improvement"
            " but does not settle it. If nothing had changed, samples this small would "
            "differ by this much or more about 1 time in 10. The true change could be "
            "anything from 4 points worse to 61 points better. 1 of 100 or fewer after "
            "would have been clear. To have 4 chances in 5 of confirming such a fall takes "
            "about 32 cases a side."
        ),
    ),
    (
        {"moved": (4, 0), "clear_moves": (6, 0)},
        (
            "6 of 12 before, 2 of 12 after (50% → 17%): 4 better, none worse, 8 the same. "
            "This points towards improvement but does not settle it. If nothing had "
            "changed, cases would move this one-sidedly or more so about 1 time in 10. The "
            "true change could be anything from 4 points worse to 61 points better. 6 "
            "better and none worse would have been clear."
        ),
    ),
    (
        {
            "moved": (0, 4),
            "clear_moves": (0, 6),
            "direction": Direction.WORSE,
            "tested": 19,
            "low": -0.61,
            "high": 0.04,
        },
        (
            "6 of 12 before, 2 of 12 after (50% → 17%): none better, 4 worse, 8 the same. "
            "This points towards worsening but does not settle it. If nothing had changed, "
            "cases would move this one-sidedly or more so about 1 time in 10. The true "
            "change could be anything from 4 points better to 61 points worse. With 19 "
            "questions compared, 6 worse and none better would have been clear."
        ),
    ),
    (
        {
            "moved": (1200, 300),
            "clear_moves": (1300, 280),
            "before": (2000, 3000),
            "after": (1100, 3000),
        },
        (
            "2,000 of 3,000 before, 1,100 of 3,000 after (67% → 37%): 1,200 better, 300 "
            "worse, 1,500 the same. This points towards improvement but does not settle it."
            " If nothing had changed, cases would move this one-sidedly or more so about 1 "
            "time in 10. The true change could be anything from 4 points worse to 61 points"
            " better. 1,300 better and 280 worse would have been clear."
        ),
    ),
    (
        {"verdict": Verdict.CLEAR, "p": 0.0004, "low": 0.1, "high": 0.5},
        (
            "6 of 12 before, 2 of 12 after (50% → 17%). The improvement is clear. If "
            "nothing had changed, a gap this large or larger would turn up in fewer than 1 "
            "in 2,400 such pairs of samples. The improvement is probably between 10 and 50 "
            "points."
        ),
    ),
    (
        {"verdict": Verdict.CLEAR, "p": 0.0004, "low": 0.3, "high": 0.3},
        (
            "6 of 12 before, 2 of 12 after (50% → 17%). The improvement is clear. If "
            "nothing had changed, a gap this large or larger would turn up in fewer than 1 "
            "in 2,400 such pairs of samples. The improvement is about 30 points."
        ),
    ),
    (
        {"verdict": Verdict.CLEAR, "p": 0.0004, "low": 0.0, "high": 0.5},
        (
            "6 of 12 before, 2 of 12 after (50% → 17%). The improvement is clear. If "
            "nothing had changed, a gap this large or larger would turn up in fewer than 1 "
            "in 2,400 such pairs of samples. The improvement is probably at most 50 points."
        ),
    ),
    (
        {"verdict": Verdict.CLEAR, "p": 0.04, "low": -0.001, "high": 0.5},
        (
            "6 of 12 before, 2 of 12 after (50% → 17%). The improvement is clear. If "
            "nothing had changed, a gap this large or larger would turn up in fewer than 1 "
            "in 24 such pairs of samples. The improvement is probably at most 50 points."
        ),
    ),
    (
        {
            "verdict": Verdict.CLEAR,
            "p": 0.0004,
            "low": -0.5,
            "high": -0.1,
            "direction": Direction.WORSE,
        },
        (
            "6 of 12 before, 2 of 12 after (50% → 17%). The worsening is clear. If nothing "
            "had changed, a gap this large or larger would turn up in fewer than 1 in 2,400"
            " such pairs of samples. The worsening is probably between 10 and 50 points."
        ),
    ),
    (
        {
            "verdict": Verdict.CLEAR,
            "p": 0.0004,
            "low": -0.5,
            "high": 0.01,
            "direction": Direction.WORSE,
            "moved": (0, 12),
        },
        (
            "6 of 12 before, 2 of 12 after (50% → 17%): none better, 12 worse, none the "
            "same. The worsening is clear. If nothing had changed, moves this one-sided "
            "would turn up in fewer than 1 in 2,400 such readings. The worsening is "
            "probably at most 50 points."
        ),
    ),
    (
        {
            "verdict": Verdict.NO_MATERIAL_CHANGE,
            "low": -0.04,
            "high": 0.03,
            "direction": Direction.SAME,
        },
        (
            "6 of 12 before, 2 of 12 after (50% → 17%). These samples rule out a change of "
            "more than 10 points either way, and one by a factor of more than 2: the true "
            "change could be anything from 4 points worse to 3 points better."
        ),
    ),
    (
        {
            "verdict": Verdict.NONE_COULD_BE_CLEAR,
            "direction": Direction.BETTER,
            "before": (1, 4),
            "after": (0, 3),
        },
        (
            "1 of 4 before, 0 of 3 after. With 1 of 4 before, neither 0 of 3 nor 3 of 3 "
            "after could have shown a clear change. The true change could be anything from "
            "4 points worse to 61 points better."
        ),
    ),
    (
        {
            "verdict": Verdict.NONE_COULD_BE_CLEAR,
            "direction": Direction.SAME,
            "before": (1, 4),
            "after": (1, 4),
            "tested": 3,
        },
        (
            "1 of 4 before, 1 of 4 after. With 1 of 4 before and 3 questions compared, "
            "neither 0 of 4 nor 4 of 4 after could have shown a clear change. The true "
            "change could be anything from 4 points worse to 61 points better."
        ),
    ),
    (
        {
            "verdict": Verdict.NO_IMPROVEMENT_COULD_BE_CLEAR,
            "before": (3, 12),
            "after": (2, 12),
            "tested": 3,
        },
        (
            "3 of 12 before, 2 of 12 after (25% → 17%). With 3 of 12 before and 3 questions"
            " compared, not even 0 of 12 after could have shown a clear improvement. A "
            "worsening could have been. The true change could be anything from 4 points "
            "worse to 61 points better."
        ),
    ),
    (
        {
            "verdict": Verdict.NO_WORSENING_COULD_BE_CLEAR,
            "direction": Direction.WORSE,
            "before": (9, 12),
            "after": (10, 12),
        },
        (
            "9 of 12 before, 10 of 12 after (75% → 83%). With 9 of 12 before, not even 12 "
            "of 12 after could have shown a clear worsening. An improvement could have "
            "been. The true change could be anything from 61 points better to 4 points "
            "worse."
        ),
    ),
    (
        {
            "verdict": Verdict.NO_MATERIAL_CHANGE,
            "before": (300, 100_000),
            "after": (310, 100_000),
            "low": -0.0006,
            "high": 0.0004,
            "direction": Direction.WORSE,
        },
        (
            "300 of 100,000 before, 310 of 100,000 after (0.3% → 0.3%). These samples rule "
            "out a change of more than 10 points either way, and one by a factor of more "
            "than 2: the true change could be anything from 0.04 points better to 0.06 "
            "points worse."
        ),
    ),
    (
        {"verdict": Verdict.CLEAR, "p": 1 / 43.8, "low": 0.15, "high": 0.75},
        (
            "6 of 12 before, 2 of 12 after (50% → 17%). The improvement is clear. If "
            "nothing had changed, a gap this large or larger would turn up in fewer than 1 "
            "in 43 such pairs of samples. The improvement is probably between 15 and 75 "
            "points."
        ),
    ),
    (
        {"low": 0.0, "high": 0.61},
        (
            "6 of 12 before, 2 of 12 after (50% → 17%). This points towards improvement but"
            " does not settle it. If nothing had changed, samples this small would differ "
            "by this much or more about 1 time in 10. The true change could be anything "
            "from none to 61 points better. 1 of 12 or fewer after would have been clear. "
            "To have 4 chances in 5 of confirming such a fall takes about 32 cases a side."
        ),
    ),
    (
        {"verdict": Verdict.CHANCE},
        (
            "6 of 12 before, 2 of 12 after (50% → 17%). These samples can't tell us whether "
            "anything changed: the true change could be anything from 4 points worse to 61 "
            "points better. That is not the same as no change."
        ),
    ),
    (
        {"verdict": Verdict.NOTHING_TO_COMPARE, "before": (12, 12), "after": (9, 9)},
        "All 12 fell short before, all 9 after.",
    ),
    (
        {"verdict": Verdict.NOTHING_TO_COMPARE, "before": (0, 12), "after": (0, 9)},
        "None of 12 fell short before, none of 9 after.",
    ),
    (
        {"tested": 2},
        (
            "6 of 12 before, 2 of 12 after (50% → 17%). This points towards improvement but"
            " does not settle it. If nothing had changed, samples this small would differ "
            "by this much or more about 1 time in 10. The true change could be anything "
            "from 4 points worse to 61 points better. With 2 questions compared, 1 of 12 or"
            " fewer after would have been clear. To have 4 chances in 5 of confirming such "
            "a fall takes about 32 cases a side."
        ),
    ),
    (
        {
            "verdict": Verdict.NONE_COULD_BE_CLEAR,
            "direction": Direction.WORSE,
            "before": (1, 4),
            "after": (2, 3),
            "tested": 2,
        },
        (
            "1 of 4 before, 2 of 3 after. With 1 of 4 before and 2 questions compared, "
            "neither 0 of 3 nor 3 of 3 after could have shown a clear change. The true "
            "change could be anything from 61 points better to 4 points worse."
        ),
    ),
    (
        {
            "verdict": Verdict.CLEAR,
            "p": 0.0004,
            "low": -0.5,
            "high": -0.001,
            "direction": Direction.WORSE,
        },
        (
            "6 of 12 before, 2 of 12 after (50% → 17%). The worsening is clear. If nothing "
            "had changed, a gap this large or larger would turn up in fewer than 1 in 2,400"
            " such pairs of samples. The worsening is probably at most 50 points."
        ),
    ),
]
CHANGES = [
    (-0.04, 0.61, Direction.BETTER, "from 4 points worse to 61 points better"),
    (-0.04, 0.61, Direction.WORSE, "from 61 points better to 4 points worse"),
    (-0.61, -0.04, Direction.SAME, "from 61 points worse to 4 points worse"),
    (-0.0004, 0.00003, Direction.SAME, "from 0.04 points worse to 0.003 points better"),
    (-0.004, 0.01, Direction.SAME, "from under 1 point worse to 1 point better"),
    (0.0, 0.01, Direction.SAME, "from none to 1 point better"),
]
LABELS = {
    (Verdict.CLEAR, Direction.BETTER): "clear improvement",
    (Verdict.CLEAR, Direction.WORSE): "clear worsening",
    (Verdict.CLEAR, Direction.SAME): "clear",
    (Verdict.POINTS_TOWARDS, Direction.BETTER): "points towards improvement",
    (Verdict.POINTS_TOWARDS, Direction.WORSE): "points towards worsening",
    (Verdict.POINTS_TOWARDS, None): "points towards",
    (Verdict.CHANCE, Direction.BETTER): "can't be told from chance",
    (Verdict.NO_MATERIAL_CHANGE, Direction.WORSE): "no material change",
    (Verdict.NOT_COMPARED, None): "not compared",
}
BY_CHANCE = [
    (True, 12, "cases would move this one-sidedly or more so"),
    (False, 99, "samples this small would differ by this much or more"),
    (False, 100, "samples of this size would differ by this much or more"),
]
FACTS = {
    Direction.BETTER: (
        "The share fell: 6 of 12 (50%), then 2 of 1,200 (0.2%); that is a fact about these cases."
    ),
    Direction.WORSE: (
        "The share rose: 6 of 12 (50%), then 2 of 1,200 (0.2%); that is a fact about these cases."
    ),
    Direction.SAME: "It was 6 of 12 and then 2 of 1,200; that is a fact about these cases.",
}
DOUBTS = {
    Direction.BETTER: "Whether the process is better, they are too few to say.",
    Direction.WORSE: "Whether the process is worse, they are too few to say.",
    Direction.SAME: "Whether the process is different, they are too few to say.",
}
CASES_NEEDED = {9: "9", 10: "10", 99: "99", 123: "120", 126: "130", 1149: "1,100", 12345: "12,000"}


@pytest.mark.parametrize(("changed", "said"), SENTENCES)
def test_the_whole_sentence(changed: dict[str, Any], said: str) -> None:
    assert sentence(replace(POINTS_TOWARDS, **changed), Thresholds()) == said


def test_every_verdict_on_a_rate_has_its_sentence() -> None:
    told = {replace(POINTS_TOWARDS, **changed).verdict for changed, _ in SENTENCES}
    assert told == {*Verdict} - {Verdict.NOT_COMPARED}


@pytest.mark.parametrize(("low", "high", "direction", "said"), CHANGES)
def test_a_range_ends_on_the_side_that_the_cases_went_to(
    low: float, high: float, direction: Direction, said: str
) -> None:
    assert change(low, high, direction) == said


@pytest.mark.parametrize(("verdict", "said"), LABELS.items())
def test_a_verdict_has_a_direction_where_that_is_part_of_it(
    verdict: tuple[Verdict, Direction | None], said: str
) -> None:
    assert label(*verdict) == said


@pytest.mark.parametrize(("paired", "smaller", "said"), BY_CHANCE)
def test_what_chance_alone_would_do(paired: bool, smaller: int, said: str) -> None:
    assert so_much_by_chance(paired, smaller) == said


@pytest.mark.parametrize("direction", Direction)
def test_a_fact_about_every_case_and_the_doubt_that_goes_with_it(direction: Direction) -> None:
    assert fact((6, 12), (2, 1_200), direction) == FACTS[direction]
    assert doubt(direction) == DOUBTS[direction]


@pytest.mark.parametrize(("needed", "said"), CASES_NEEDED.items())
def test_cases_needed_are_no_more_exact_than_they_are(needed: int, said: str) -> None:
    whole = sentence(replace(POINTS_TOWARDS, needed=needed), Thresholds())
    assert f"takes about {said} cases a side" in whole


def test_a_count_of_none() -> None:
    assert [number(n) for n in (0, 1, 1_200)] == ["none", "1", "1,200"]
