import json
from math import isfinite
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from readers import FOUR, answer, overall, pair_of, reader

from casefile_audit.agree.sentences import once_in, two_places
from casefile_audit.agree.totals import agree_with_totals
from casefile_audit.report.agree_full import agree_full_page
from casefile_audit.report.terminal import show

# Gwet 2014, Handbook of Inter-Rater Reliability, 4th edition, p. 120; grades 1 to 5, 0 not rated.
GWET = [
    "1101", "2232", "3333", "3333", "2222", "1234", "4444", "1121", "2222", "0555", "0011", "0030",
]  # fmt: skip
FIVE = ("1", "2", "3", "4", "5")

readings = st.lists(
    st.tuples(*[st.none() | st.sampled_from(FOUR)] * 3, *[st.sampled_from("MPNRAC")] * 3),
    min_size=1,
    max_size=14,
)


def test_paradox_of_kappa_is_warned_of() -> None:  # P13
    found = overall(*pair_of([[80, 10], [5, 5]], ("met", "missing")))
    assert found.same == 85
    assert found.kappa is not None
    assert found.ac2 is not None
    assert found.kappa.value == pytest.approx(0.3182, abs=1e-4)
    assert found.ac2.value == pytest.approx(0.808, abs=1e-4)
    (caution,) = found.cautions
    assert caution.kind == "prevails"
    assert "88% of all readings are “met”" in caution.says


def test_four_readers_with_readings_missing() -> None:  # P15
    four = [
        reader(f"reader {place}", [None if case[place] == "0" else case[place] for case in GWET],
               FIVE)
        for place in range(4)
    ]  # fmt: skip
    found = overall(*four)
    assert found.cases == 11
    assert found.read_by_one == ["C12"]
    assert found.ac2 is not None
    assert found.alpha is not None
    assert found.ac2.value == pytest.approx(0.8587, abs=1e-4)
    assert found.alpha.value == pytest.approx(0.8154, abs=1e-4)
    assert len(found.pairs) == 6


def test_whole_scale_counts_whether_or_not_it_was_used() -> None:
    table = [[0, 1, 1], [1, 0, 0], [0, 0, 27]]
    three = overall(*pair_of(table, FOUR[1:]))
    four = overall(*pair_of([[0] * 4, *([0, *line] for line in table)]))
    assert three.ac2 is not None
    assert four.ac2 is not None
    assert three.ac2.value < four.ac2.value
    assert three.kappa is not None
    assert four.kappa is not None
    assert three.kappa.value == pytest.approx(four.kappa.value)


@pytest.mark.parametrize(
    ("first", "second", "same", "caution", "direction"),
    [
        (["good"], ["inadequate"], 0, "too few", "can't be told from chance"),
        (["good"] * 3, ["good"] * 3, 3, "not defined", "none differ"),
        (["good"] * 20, ["good"] * 20, 20, "not defined", "none differ"),
        (["good"] * 20, ["good", "adequate"] * 10, 10, "one reading only", "clear"),
        (["good", "adequate"] * 10, ["good", "adequate"] * 10, 20, None, "none differ"),
        (["good"] * 20 + ["adequate"], ["adequate"] + ["good"] * 20, 19, "prevails",
         "can't be told from chance"),
    ],
)  # fmt: skip
def test_every_odd_pair_has_an_answer(
    first: list[str], second: list[str], same: int, caution: str | None, direction: str
) -> None:
    found = overall(reader("first", first), reader("second", second))
    assert found.same == same
    assert [c.kind for c in found.cautions] == ([caution] if caution else [])
    assert found.pairs[0].direction == direction
    assert (found.ac2 is None) == (caution in ("too few", "not defined"))


def test_perfect_agreement_has_no_range() -> None:
    found = overall(*pair_of([[8, 0, 0, 0], [0, 8, 0, 0], [0] * 4, [0] * 4]))
    assert found.kappa is not None
    assert found.kappa.value == 1
    assert found.kappa.interval is None
    assert found.says[1] == "They gave every case the same grade."


def test_findings_agree_as_met_partly_met_or_missing() -> None:
    outcomes = "MMPNRACMMMMMM", "MPPRNMMMMMMMN"
    found = answer(
        *(
            reader(name, [None] * 13, outcomes={"voice": letters})
            for name, letters in zip(("first", "second"), outcomes, strict=True)
        )
    )
    voice = found.criteria["voice"]
    assert voice.scale == ["met", "partly met", "missing"]
    assert voice.pairs[0].table == [[6, 1, 1], [0, 1, 0], [0, 0, 2]]
    assert voice.applies_to_some == ["C6"]
    assert voice.read_by_one == ["C6", "C7"]
    assert [case.case for case in voice.differing] == ["C2", "C13"]
    assert found.not_compared == ["Overall"]


def test_scale_of_a_question_has_partly_met_only_where_somebody_used_it() -> None:
    found = answer(
        reader("first", [None] * 12, outcomes={"voice": "MN" * 6}),
        reader("second", [None] * 12, outcomes={"voice": "MR" * 6}),
    )
    assert found.criteria["voice"].scale == ["met", "missing"]
    assert found.criteria["voice"].same == 12


def test_references_match_whatever_their_case_and_spaces() -> None:
    found = answer(
        reader("first", ["good"] * 3, references=["NSP/14/1", "nsp/14/2", "X–3"]),
        reader("second", ["good"] * 3, references=["nsp/14/1 ", "NSP/14/2", "x-3"]),
    )
    assert found.matched == 3


def test_a_reference_counts_once_in_each_sector() -> None:
    one, other = (
        reader(name, ["good", grade], references=["C1", "C1"], sectors=["police", "health"])
        for name, grade in (("first", "good"), ("second", "inadequate"))
    )
    found = overall(one, other)
    assert (found.cases, found.same) == (2, 1)
    assert [case.case for case in found.differing] == ["C1 (health)"]


def test_those_who_are_compared_many_times_are_held_to_more() -> None:
    def two(questions: int) -> str:
        outcomes = [{f"q{n}": letter * 6 for n in range(questions)} for letter in "MN"]
        pair = (
            reader(name, [None] * 6, outcomes=own) for name, own in zip("ab", outcomes, strict=True)
        )
        return answer(*pair).criteria["q0"].pairs[0].direction

    assert two(1) == "clear"  # six of six, p = 0.03
    assert two(2) == "points towards"


@pytest.mark.parametrize(
    ("p", "words"),
    [
        (0.000274658, "about once in 3,600"),
        (0.1799, "about once in 6"),
        (0.0099, "about once in 100"),
        (1e-9, "less than once in a million"),
        (0.0, "less than once in a million"),
    ],
)
def test_chance_in_words(p: float, words: str) -> None:
    assert once_in(p) == words


def numbers_in(found: Any) -> list[float]:
    if isinstance(found, dict):
        return [n for value in found.values() for n in numbers_in(value)]
    if isinstance(found, list):
        return [n for value in found for n in numbers_in(value)]
    return [found] if isinstance(found, float) else []


@settings(max_examples=50)
@given(readings, st.sampled_from([None, 1, 3]))
def test_any_readings_have_an_answer_in_plain_numbers(
    cases: list[tuple[str | None, ...]], significant: int | None
) -> None:
    grades = [[case[place] for case in cases] for place in range(3)]
    letters = ["".join(str(case[place]) for case in cases) for place in range(3, 6)]
    # One case that all have graded, so that there is something to compare.
    three = [
        reader(f"r{place}", [*own, "good"], outcomes={"q": f"{outcomes}M"})
        for place, (own, outcomes) in enumerate(zip(grades, letters, strict=True))
    ]
    for readers in (three, three[:2]):
        found = answer(*readers, significant=significant)
        text = found.as_json()
        assert "NaN" not in text
        assert "Infinity" not in text
        assert all(map(isfinite, numbers_in(json.loads(text))))
        for item in (*found.grades.values(), *found.criteria.values()):
            assert item.same <= item.within_one <= item.cases
            assert len(item.differing) == item.cases - item.same
            assert "nan" not in " ".join(item.says).replace("significant", "")
        show(agree_full_page(found))


@settings(max_examples=50)
@given(st.lists(st.tuples(*[st.sampled_from(FOUR)] * 2), min_size=1, max_size=25))
def test_totals_bound_what_the_readers_in_truth_did(cases: list[tuple[str, str]]) -> None:
    first, second = ([case[place] for case in cases] for place in (0, 1))
    known = reader("known", second)
    totals = ", ".join(f"{word}:{first.count(word)}" for word in FOUR)
    proved = agree_with_totals("known", known.result, totals)
    truth = overall(reader("other", first), known)
    assert proved.same.at_least <= truth.same <= proved.same.at_most
    (pair,) = truth.pairs
    assert proved.totals_more_generous <= pair.first_more_generous
    assert proved.reader_more_generous <= pair.second_more_generous
    for line in proved.apart:
        apart = sum(case.steps >= line.steps for case in truth.differing)
        assert line.at_least <= apart <= line.at_most


@pytest.mark.parametrize(
    ("value", "said"),
    [(-0.001, "0.00"), (-0.0, "0.00"), (-0.006, "-0.01"), (0.534, "0.53"), (1.0, "1.00")],
)
def test_no_coefficient_reads_as_minus_nothing(value: float, said: str) -> None:
    assert two_places(value) == said
