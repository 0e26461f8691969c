"""The solver against brute force, and the checker against rotas that were broken on purpose."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import combinations, permutations
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
import scipy.optimize
from hypothesis import given, settings
from hypothesis import strategies as st

from casefile_audit.allocation import solving
from casefile_audit.allocation.checking import broken_rules, swaps
from casefile_audit.allocation.models import CaseFile, Review, Reviewer, Round
from casefile_audit.allocation.rotas import rota_of
from casefile_audit.allocation.rounds import PreparedRound
from casefile_audit.allocation.solving import share_out
from casefile_audit.errors import UsageError

DISTRICTS = (
    *("Bolton", "Bury", "Manchester", "Oldham", "Rochdale", "Salford", "Stockport", "Tameside"),
    *("Trafford", "Wigan"),
)


def round_of(teams: Iterable[str], each: int, **more: Any) -> Round:
    """So many files of each team, of which each reads as many."""
    names = tuple(teams)
    given: dict[str, Any] = {
        "reviewers": tuple(Reviewer(name, name) for name in names),
        "cases": tuple(CaseFile(f"{t} {n}", t) for t in names for n in range(1, each + 1)),
        "reads": dict.fromkeys(names, (each, each)),
        "per_pair": 1,
        "seed": "test",
    }
    return Round(**{**given, **more})


def reviews_of(round_: Round) -> list[Review]:
    return rota_of(PreparedRound(round_, False, [], [])).reviews


def ring(*steps: int) -> frozenset[tuple[str, str]]:
    return frozenset((t, DISTRICTS[(i + k) % 10]) for i, t in enumerate(DISTRICTS) for k in steps)


@pytest.mark.parametrize(("teams", "each", "least"), [(10, 4, 0), (8, 4, 4), (9, 4, 0), (3, 1, 0)])
def test_swaps_are_as_few_as_the_pairs_allow(teams: int, each: int, least: int) -> None:
    reviews = reviews_of(round_of(DISTRICTS[:teams], each))
    assert len(reviews) == teams * each
    assert len(swaps(reviews)) == least


def test_last_times_pairs_and_swaps_are_both_avoided_where_they_can_be() -> None:
    reviews = reviews_of(round_of(DISTRICTS, 4, previous=ring(1, 2, 3, 4)))
    assert swaps(reviews) == []
    assert not {(r.reviewing_team, r.team) for r in reviews} & ring(1, 2, 3, 4)


def test_a_national_round_of_43_forces_has_no_swap() -> None:
    reviews = reviews_of(round_of([f"Force {n}" for n in range(43)], 4))
    assert (len(reviews), swaps(reviews)) == (172, [])


@st.composite
def small_rounds(draw: st.DrawFn) -> Round:
    """Up to six teams, with barred pairs."""
    names = DISTRICTS[: draw(st.integers(2, 6))]
    each = draw(st.integers(1, len(names) - 1))
    pairs = list(permutations(names, 2))
    barred = draw(st.sets(st.sampled_from(pairs), max_size=min(8, len(pairs) // 2)))
    return round_of(names, each, previous=frozenset(barred))


def fewest_swaps(round_: Round) -> int | None:
    """By trying every choice of teams for each team to read; None where there is none."""
    teams = round_.teams
    each = round_.reads[teams[0]][0]
    choices = []
    for team in teams:
        others = [t for t in teams if t != team and (team, t) not in round_.previous]
        choices.append(list(combinations(others, each)))
    best: int | None = None
    for chosen in _even(choices, teams, each):
        ways = {(team, other) for team, own in zip(teams, chosen, strict=True) for other in own}
        found = sum((b, a) in ways for a, b in ways) // 2
        best = found if best is None else min(best, found)
    return best


def _even(
    choices: list[list[tuple[str, ...]]], teams: list[str], each: int
) -> Iterable[list[tuple[str, ...]]]:
    def further(chosen: list[tuple[str, ...]]) -> Iterable[list[tuple[str, ...]]]:
        got = [name for own in chosen for name in own]
        if any(got.count(team) > each for team in teams):
            return
        if len(chosen) == len(teams):
            yield chosen
            return
        for own in choices[len(chosen)]:
            yield from further([*chosen, own])

    return further([])


@settings(max_examples=25)
@given(small_rounds())
def test_whatever_brute_force_solves_is_solved_with_as_few_swaps(round_: Round) -> None:
    least = fewest_swaps(round_)
    shared = share_out(round_)
    if least is None:
        assert shared is None
        with pytest.raises(UsageError):
            reviews_of(round_)
        return
    reviews = reviews_of(round_)
    assert broken_rules(round_, reviews) == []
    assert len(swaps(reviews)) == least


@st.composite
def mixed_rounds(draw: st.DrawFn) -> Round:
    """People and teams, workers, conflicts and files read twice, which may or may not work out."""
    teams = DISTRICTS[: draw(st.integers(3, 4))]
    people = [Reviewer(f"{t} {n}", t) for t in teams for n in range(draw(st.integers(1, 2)))]
    workers = st.lists(st.sampled_from([who.name for who in people]), max_size=1)
    cases = [
        CaseFile(f"{t}/{n}", t, tuple(draw(workers)))
        for t in teams
        for n in range(draw(st.integers(1, 2)))
    ]
    doubles = draw(st.integers(0, 2))
    total = len(cases) + doubles
    even = (total // len(people), -(-total // len(people)))
    pair = st.sampled_from(list(permutations(teams, 2)))
    readings = st.tuples(st.sampled_from(people), st.sampled_from(cases))
    handed = draw(st.lists(readings, max_size=4, unique_by=lambda its: its[1].reference))
    round_ = Round(
        reviewers=tuple(people),
        cases=tuple(cases),
        reads={who.name: even for who in people},
        per_pair=draw(st.integers(1, 3)),
        seed="mixed",
        doubles=doubles,
        conflicts=frozenset(
            frozenset((("team", a), ("team", b))) for a, b in draw(st.sets(pair, max_size=1))
        ),
    )
    still = [(who.name, case.reference) for who, case in handed if not round_.obstacle(who, case)]
    return replace(round_, kept=frozenset(still))


def is_possible(round_: Round) -> bool:
    """By giving each file to every reviewer, and pair of them, in turn; checked by the checker."""
    options = [
        [
            *[(who,) for who in round_.reviewers],
            *([*combinations(round_.reviewers, 2)] if round_.doubles else []),
        ]
        for _ in round_.cases
    ]
    most = {name: high for name, (_, high) in round_.reads.items()}

    def further(at: int, reviews: list[Review]) -> bool:
        if at == len(round_.cases):
            return not broken_rules(round_, reviews)
        case = round_.cases[at]
        for chosen in options[at]:
            if any(round_.obstacle(who, case) for who in chosen):
                continue
            more = [
                *reviews,
                *(
                    Review(
                        case=case.reference, team=case.team, reviewing_team=w.team, reviewer=w.name
                    )
                    for w in chosen
                ),
            ]
            held = Counter(review.reviewer for review in more)
            if all(held[name] <= most[name] for name in held) and further(at + 1, more):
                return True
        return False

    return further(0, [])


@settings(max_examples=25)
@given(mixed_rounds(), st.sampled_from([solving._MANY, 0]))
def test_what_is_shared_out_keeps_every_rule(round_: Round, many: int) -> None:
    """Whether it is taken for a large round, of which some ways are looked at first, or not."""
    with patch.object(solving, "_MANY", many):
        _check_shared(round_)


def _check_shared(round_: Round) -> None:
    shared = share_out(round_)
    assert (shared is not None) == is_possible(round_)
    if shared is not None:
        again = replace(round_, reviewers=round_.reviewers[::-1], cases=round_.cases[::-1])
        assert reviews_of(round_) == reviews_of(again)
    else:
        with pytest.raises(UsageError) as refused:
            reviews_of(round_)
        assert refused.value.hint


def test_a_large_round_of_many_workers_is_settled_in_time() -> None:
    people = [f"P{n}" for n in range(50)]
    cases = tuple(
        CaseFile(f"CF-{n}", f"T{n % 10}", (people[7 * n % 50], people[(11 * n + n // 50) % 50]))
        for n in range(1000)
    )
    round_ = Round(
        reviewers=tuple(Reviewer(name, f"T{n % 10}") for n, name in enumerate(people)),
        cases=cases,
        reads=dict.fromkeys(people, (20, 20)),
        per_pair=1000,
        seed="large",
    )
    shared = share_out(round_)
    assert shared is not None
    assert (shared.proven, shared.settled) == (True, True)
    reviews = reviews_of(round_)
    assert swaps(reviews) == []
    assert max(Counter((r.reviewing_team, r.team) for r in reviews).values()) <= 2 * -(-1000 // 45)
    _check_leaver(round_, shared)


def _check_leaver(round_: Round, shared: solving.Shared) -> None:
    """Whoever leaves a large round, no other file changes hands, and that is known to be so."""
    left = frozenset((r.name, c.reference) for r, c in shared.readings if r.name != "P0")
    staying = tuple(r for r in round_.reviewers if r.name != "P0")
    reads = {r.name: (20, 21) for r in staying}
    changed = replace(round_, reviewers=staying, reads=reads, kept=left, seed="another")
    again = share_out(changed)
    assert again is not None
    assert (again.proven, again.settled) == (True, True)
    assert left < {(r.name, c.reference) for r, c in again.readings}
    assert swaps(reviews_of(changed)) == []


PEOPLE = Round(
    reviewers=tuple(
        Reviewer(*both) for both in (("Jo", "A"), ("Ann", "A"), ("Kit", "B"), ("Lee", "C"))
    ),
    cases=(CaseFile("a1", "A"), CaseFile("b1", "B", ("Ann",)), CaseFile("c1", "C")),
    reads={"Jo": (1, 1), "Ann": (0, 1), "Kit": (1, 2), "Lee": (1, 1)},
    per_pair=1,
    seed="people",
    doubles=1,
    previous=frozenset({("C", "B")}),
    conflicts=frozenset({frozenset((("person", "Lee"), ("case", "c1")))}),
)  # fmt: skip
RIGHT = [("a1", "Kit"), ("a1", "Lee"), ("b1", "Jo"), ("c1", "Kit")]


def as_reviews(pairs: Iterable[tuple[str, str]]) -> list[Review]:
    teams = {who.name: who.team for who in PEOPLE.reviewers}
    owners = {case.reference: case.team for case in PEOPLE.cases}
    return [
        Review(case=case, team=owners[case], reviewing_team=teams[who], reviewer=who)
        for case, who in pairs
    ]


def test_a_rota_that_keeps_the_rules_passes() -> None:
    assert broken_rules(PEOPLE, as_reviews(RIGHT)) == []


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([*RIGHT[:3], ("c1", "Lee")], "their own team's"),
        ([*RIGHT[:2], ("b1", "Ann"), RIGHT[3]], "on which they worked"),
        ([*RIGHT[:2], ("b1", "Lee"), RIGHT[3]], "C reviews B again"),
        ([*RIGHT[:3], ("c1", "Lee")], "a conflict keeps them apart"),
        (RIGHT[:3], "c1 is read 0 times"),
        ([RIGHT[0], RIGHT[0], *RIGHT[2:]], "read twice by one team"),
        ([RIGHT[0], *RIGHT[2:]], "0 files are read twice, and not 1"),
        ([*RIGHT[:3], ("c1", "Jo")], "Jo reads 2, and not 1 to 1"),
        ([*RIGHT, ("b1", "Jo")], "A reads 2 files of B, and not 1"),
    ],
)
def test_each_broken_rule_is_named(pairs: list[tuple[str, str]], said: str) -> None:
    assert any(said in line for line in broken_rules(PEOPLE, as_reviews(pairs)))


def test_strangers_in_a_rota_are_named() -> None:
    strange = Review(case="x9", team="X", reviewing_team="Y", reviewer="Who")
    lines = broken_rules(PEOPLE, [*as_reviews(RIGHT), strange])
    assert {"Who of Y is no reviewer of this round", "x9 of X is no file of this round"} <= {*lines}


def test_uneven_shares_and_doubles_are_named() -> None:
    round_ = replace(PEOPLE, team_reads={"A": (0, 9)}, sharers=frozenset({"Jo", "Ann"}), reads={})
    lines = broken_rules(round_, as_reviews([*RIGHT, ("c1", "Jo"), ("c1", "Jo")]))
    assert "the people of A don't share its reviews evenly" in lines
    files = tuple(CaseFile(f"{t}{n}", t) for t in ("A", "B", "C") for n in (1, 2))
    twice = [(case, who) for case in ("A1", "A2") for who in (("B", "B"), ("C", "C"))]
    doubled = [
        Review(case=case, team="A", reviewing_team=team, reviewer=who)
        for case, (who, team) in twice
    ]
    round_ = replace(PEOPLE, cases=files, doubles=2, per_pair=9)
    assert "the files that are read twice aren't spread over the teams" in broken_rules(
        round_, doubled
    )


def stubbed(change: Callable[[np.ndarray], np.ndarray]) -> Callable[..., Any]:
    real = scipy.optimize.milp

    def milp(*arguments: Any, **more: Any) -> Any:
        answer = real(*arguments, **more)
        assert answer.x is not None
        answer.x = change(answer.x)
        return answer

    return milp


def test_numbers_that_are_nearly_whole_are_rounded(monkeypatch: pytest.MonkeyPatch) -> None:
    round_ = round_of(DISTRICTS, 4)
    expected = reviews_of(round_)
    monkeypatch.setattr(
        scipy.optimize, "milp", stubbed(lambda x: np.where(x > 0.5, x - 1e-7, x + 1e-7))
    )
    assert reviews_of(round_) == expected


def test_a_solver_that_breaks_a_rule_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scipy.optimize, "milp", stubbed(_turned))
    with pytest.raises(AssertionError, match="the rota breaks its rules"):
        reviews_of(round_of(DISTRICTS, 4))


def _turned(x: np.ndarray) -> np.ndarray:
    """One review less, as an answer that is wrong and called the best would have."""
    wrong = x.copy()
    wrong[int(np.argmax(x > 0.5))] = 0
    return wrong


def test_time_that_runs_out_gives_the_best_so_far_or_says_that_there_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real, calls = scipy.optimize.milp, []

    def milp(*arguments: Any, **more: Any) -> Any:
        answer = real(*arguments, **more)
        calls.append(answer)
        answer.status = 1
        if len(calls) != 1:
            answer.x = None
        return answer

    monkeypatch.setattr(scipy.optimize, "milp", milp)
    rota = rota_of(PreparedRound(round_of(DISTRICTS, 4), False, [], []))
    assert (rota.proven, rota.settled, len(rota.reviews)) == (False, False, 40)
    with pytest.raises(UsageError, match="no rota was found within"):
        reviews_of(round_of(DISTRICTS, 4))
