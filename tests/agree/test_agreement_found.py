"""All that is found of readers, and what is said where nothing can be."""

import datetime as dt
import json
from pathlib import Path

import pytest
from readers import FOUR, answer, overall, pair_of, reader

from casefile_audit.agree import sentences
from casefile_audit.agree.models import Caution
from casefile_audit.agree.readings import Reader
from casefile_audit.errors import AuditError

GOOD, ADEQUATE, POOR, BAD = FOUR


def three_readers() -> list[Reader]:
    """Twelve cases; one that the third calls otherwise, and some that not all have read."""
    called = [f"CF/{number}" for number in range(12)]
    grades = {
        "ann": [GOOD, GOOD, ADEQUATE, POOR, None, GOOD, ADEQUATE, GOOD, GOOD, ADEQUATE, POOR, GOOD],
        "bob": [GOOD, ADEQUATE, ADEQUATE, BAD, ADEQUATE, None, POOR, GOOD, BAD, ADEQUATE, POOR,
                GOOD],
        "cat": [GOOD, GOOD, POOR, BAD, None, None, ADEQUATE, GOOD, ADEQUATE, ADEQUATE, ADEQUATE,
                GOOD],
    }  # fmt: skip
    voices = {"ann": "MMMMNNMPAMCM", "bob": "MMNMNNMMMMMM", "cat": "MNMMNNPPAMCR"}
    names = dict.fromkeys(grades, called) | {"cat": [*called[:11], "CF-11"]}
    return [
        reader(name, own, outcomes={"voice": voices[name]}, references=names[name])
        for name, own in grades.items()
    ]


def test_three_readers_are_told_of_as_before() -> None:
    found = json.loads(answer(*three_readers(), significant=2).as_json())
    made_at = dt.datetime.fromisoformat(found.pop("made_at"))
    assert (made_at.tzinfo, made_at.microsecond) == (dt.UTC, 0)
    assert found.pop("program")
    golden = Path(__file__).parent / "three-readers.json"
    assert found == json.loads(golden.read_text(encoding="utf-8"))


def test_what_is_said_of_two_readers_is_what_is_said_of_the_pair() -> None:
    found = overall(*pair_of([[6, 1, 0, 0], [2, 4, 0, 1], [0, 0, 3, 0], [0, 0, 0, 0]]))
    (pair,) = found.pairs
    assert pair.kappa is not None
    assert pair.kappa.interval is not None
    assert pair.ac2 is not None
    assert pair.ac2.interval is not None
    assert (found.kappa, found.ac2) == (pair.kappa, pair.ac2)
    assert (found.same, found.within_one, found.cases) == (13, 16, 17)
    assert (pair.first_more_generous, pair.second_more_generous) == (2, 2)
    assert found.says[1] == (
        "Where they differed, each gave the better grade as often as the other (2 cases each)."
    )


def test_one_case_each_is_said_in_the_singular() -> None:
    found = overall(*pair_of([[2, 1, 0, 0], [1, 0, 0, 0], [0] * 4, [0] * 4]))
    assert found.says[1].endswith("as often as the other (1 case each).")


ONE_EACH = [reader("ann", [GOOD, None, None]), reader("bob", [None, GOOD, None])]


@pytest.mark.parametrize(
    ("readers", "significant", "what", "details", "hint"),
    [
        (
            ONE_EACH,
            None,
            "the readers have cases in common, but no grade or question that two of them answered",
            ["Overall: no case has two readings"],
            "See with `audit check` which columns are read.",
        ),
        (
            three_readers(),
            4,
            "--significant 4: no grade that was compared can be so far apart",
            [],
            "Give the steps of the scale from 1 to 3.",
        ),
        (
            three_readers(),
            0,
            "--significant 0: no grade that was compared can be so far apart",
            [],
            "Give the steps of the scale from 1 to 3.",
        ),
        (
            [reader(name, [None] * 3, outcomes={"voice": "MMN"}) for name in ("ann", "bob")],
            1,
            "--significant 1: no grade that was compared can be so far apart",
            [],
            "No grade was recorded by two readers, so leave it out.",
        ),
    ],
)
def test_what_cannot_be_compared_is_told(
    readers: list[Reader], significant: int | None, what: str, details: list[str], hint: str
) -> None:
    with pytest.raises(AuditError) as refused:
        answer(*readers, significant=significant)
    error = refused.value
    assert (error.what, list(error.details), error.hint) == (what, details, hint)


def test_cases_so_many_steps_apart_are_listed_up_to_the_whole_scale() -> None:
    table = [[3, 1, 0, 1], [0, 3, 0, 0], [0, 0, 3, 0], [0, 0, 0, 3]]
    found = {steps: overall(*pair_of(table), significant=steps) for steps in (1, 2, 3)}
    assert [one.significant for one in found.values()] == [["C4", "C5"], ["C5"], ["C5"]]


@pytest.mark.parametrize(
    ("first", "second", "cautions"),
    [
        (
            [GOOD] * 9,
            [GOOD] * 8 + [BAD],
            [
                Caution(
                    kind="too few",
                    says="9 cases read by two or more: too few for any coefficient. Go by the "
                    "counts and look at the cases.",
                )
            ],
        ),
        (
            [POOR] * 9,
            [POOR] * 9,
            [
                Caution(
                    kind="not defined",
                    says="Agreement beyond chance is not defined: everyone gave the same "
                    "(requires improvement), so nothing shows whether they would tell cases apart.",
                )
            ],
        ),
        (
            [ADEQUATE] * 10,
            [GOOD, ADEQUATE] * 5,
            [
                Caution(
                    kind="one reading only",
                    says="first gave every case the same (adequate), so kappa comes out as 0 "
                    "however often they agree.",
                )
            ],
        ),
        (
            [GOOD] * 10,
            [GOOD, ADEQUATE] * 5,
            [
                Caution(
                    kind="one reading only",
                    says="first gave every case the same (good), so kappa comes out as 0 however "
                    "often they agree.",
                )
            ],
        ),
        # Sixteen readings of twenty, then fifteen.
        (
            [ADEQUATE] * 8 + [GOOD] * 2,
            [ADEQUATE] * 8 + [POOR, GOOD],
            [
                Caution(
                    kind="prevails",
                    step=ADEQUATE,
                    says="80% of all readings are “adequate”. That pulls kappa and alpha down "
                    "however well the readers agree, and AC2 up though they answer at random: go "
                    "by the counts.",
                )
            ],
        ),
        ([ADEQUATE] * 8 + [GOOD] * 2, [ADEQUATE] * 7 + [POOR, GOOD, GOOD], []),
    ],
)
def test_what_to_mind_is_said(first: list[str], second: list[str], cautions: list[Caution]) -> None:
    assert overall(reader("first", first), reader("second", second)).cautions == cautions


def test_cases_without_a_reference_are_not_matched() -> None:
    one, other = (
        reader(name, [GOOD] * 4, references=["C1", "C2", f"{name} row 4", f"{name} row 5"])
        for name in ("ann", "bob")
    )
    findings = one.result.each_case().model_copy(update={"unnamed": ["ann row 4", "ann row 5"]})
    nameless = Reader("ann", one.result.model_copy(update={"by_case": findings}))
    first, second = answer(nameless, other).readers
    assert (first.cases, first.matched, first.alone) == (4, 2, [])
    assert first.unnamed == ["ann row 4", "ann row 5"]
    assert (second.matched, second.alone) == (2, ["bob row 4", "bob row 5"])


def changed(of: Reader, **changes: object) -> Reader:
    return Reader(of.name, of.result.model_copy(update=changes))


def test_readers_are_told_where_their_audits_are_not_alike() -> None:
    ann, bob, cat = (
        reader(name, [GOOD, BAD], outcomes={"voice": "MN", "plan": "MN"})
        for name in ("ann", "bob", "cat")
    )
    assert answer(ann, bob, cat).warnings == []
    rubric = cat.result.rubric.model_copy(update={"version": "2"})
    plan = cat.result.criteria["plan"].model_copy(update={"question": "Is there a plan?"})
    other = changed(cat, rubric=rubric, criteria={"plan": plan}, as_of=dt.date(2026, 2, 1))
    assert answer(ann, bob, other).warnings == [
        sentences.rubrics_differ(["ann", "bob", "cat"], ["made 1", "made 1", "made 2"]),
        sentences.reworded(["plan"]),
        sentences.days_differ(
            ["ann", "bob", "cat"], [dt.date(2026, 1, 1), dt.date(2026, 1, 1), dt.date(2026, 2, 1)]
        ),
    ]
    assert answer(ann, other).warnings[1:2] == [sentences.reworded(["plan"])]


def test_too_few_cases_have_no_coefficient_however_many_read_them() -> None:
    readers = [
        reader(name, grades)
        for name, grades in {
            "a": [GOOD, BAD, GOOD],
            "b": [GOOD, POOR, BAD],
            "c": [GOOD] * 3,
        }.items()
    ]
    found = overall(*readers)
    assert (found.kappa, found.ac2, found.alpha) == (None, None, None)
    assert [caution.kind for caution in found.cautions] == ["too few"]
