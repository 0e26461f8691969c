"""What may be published of a result: nothing from which a small number can be worked back."""

import random
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from published_runs import SCALE, Attack, run, with_counts

from casefile_audit.errors import UsageError
from casefile_audit.publishing.counts import PublishedCount, figures_of
from casefile_audit.publishing.hiding import hide
from casefile_audit.publishing.models import HIDDEN, Figure, HidingRule, Publication
from casefile_audit.publishing.publication import publish, published
from casefile_audit.report.published import published_figures, published_page
from casefile_audit.report.reports import Report, rendered
from casefile_audit.results import Result

RULE = HidingRule(up_to=4, set_by="the program's default")


def said(publication: Publication) -> str:
    """The page, in one line."""
    text = rendered(
        Report(published_page(publication), published_figures(publication)), ".md"
    ).decode()
    return " ".join(text.replace("\\", "").split())


def letters(**counts: int) -> str:
    return "".join(letter * n for letter, n in counts.items())


def graded(*counts: int) -> list[str | None]:
    return [word for word, n in zip(SCALE, counts, strict=False) for _ in range(n)]


def of(publication: Publication, name: str) -> list[object]:
    its = publication.criteria[name]
    return [its.applicable, its.met, its.partly_met, its.missing, its.not_met, its.not_recorded]


def counts(
    publication: Publication, name: str, group: tuple[str, str] | None = None
) -> list[Figure]:
    grades = publication.groups[group[0]][group[1]].grades if group else publication.grades
    return [*grades[name].splits["recorded"].counts.values()]


def test_a_second_grade_goes_with_a_small_one() -> None:
    publication = publish(run({}, {"overall": graded(6, 3, 9, 22)}), RULE)
    assert counts(publication, "overall") == [HIDDEN, HIDDEN, 9, 22]


def test_yes_and_no_go_together_with_the_rate_and_the_verdict() -> None:
    publication = publish(run({"seen": letters(M=20, N=2)}), RULE)
    assert of(publication, "seen") == [22, HIDDEN, 0, HIDDEN, HIDDEN, 0]
    its = publication.criteria["seen"]
    assert (its.rate, its.interval, its.target_reached) == (HIDDEN, HIDDEN, HIDDEN)
    assert "%" not in said(publication).split("How the audit")[0].replace("90%", "")


def test_missing_is_the_sum_of_two_counts() -> None:
    publication = publish(run({"seen": letters(M=23, N=5, R=2)}), RULE)
    assert of(publication, "seen") == [30, 23, 0, 7, HIDDEN, HIDDEN]


def test_nought_and_all_are_shown_with_a_warning() -> None:
    publication = publish(run({"seen": letters(N=7)}), RULE)
    assert of(publication, "seen") == [7, 0, 0, 7, 7, 0]
    assert "Noughts and alls" in said(publication)


def test_of_a_small_group_nothing_is_shown() -> None:
    facts = {"district": ["North"] * 10 + ["South"] * 9 + ["West"] * 3}
    grades = {"overall": graded(12, 10)}
    result = run({"seen": letters(M=12, N=10)}, grades, facts)
    publication = publish(result, RULE)
    west = publication.groups["district"]["West"]
    assert west.case_count == HIDDEN
    its = west.criteria["seen"]
    assert {its.met, its.missing, its.applicable, its.rate} == {HIDDEN}
    shown = counts(publication, "overall", ("district", "West"))
    assert shown[:2] == [HIDDEN, HIDDEN]
    assert not Attack(figures_of(publication)).worked_back()


def test_a_question_that_few_cases_are_asked_shows_nothing_of_them() -> None:
    publication = publish(run({"seen": letters(M=3, A=30)}), RULE)
    assert of(publication, "seen") == [HIDDEN] * 6


def test_all_that_is_small_is_hidden_and_nothing_else_need_be() -> None:
    publication = publish(run({"seen": letters(M=40, N=8)}), RULE)
    assert publication.hidden == 0
    assert HIDDEN not in said(publication)


def test_a_larger_limit_hides_more() -> None:
    result = run({"seen": letters(M=40, N=8)})
    assert publish(result, HidingRule(up_to=8, set_by="the rubric")).criteria["seen"].met == HIDDEN


def test_two_groupings_of_the_same_cases_are_attacked_together() -> None:
    chance = random.Random(3)
    facts = {
        "district": [chance.choice(["North", "South"]) for _ in range(60)],
        "sector": [chance.choice(["police", "health", "care"]) for _ in range(60)],
    }
    words = [chance.choice(SCALE) for _ in range(60)]
    publication = publish(run({}, {"overall": words}, facts), RULE)
    assert not Attack(figures_of(publication)).worked_back()


def test_districts_add_up_to_the_force_that_they_are_in() -> None:
    district = ["A1"] * 12 + ["A2"] * 9 + ["B1"] * 15 + ["B2"] * 10
    facts = {"district": district, "force": [name[0] for name in district]}
    seen = letters(M=10, N=2) + letters(M=3, N=6) + letters(M=8, N=7) + letters(M=4, N=6)
    publication = publish(run({"seen": seen}, {}, facts), RULE)
    figures = figures_of(publication)
    more = []
    for count in figures:
        if count.field == "force":
            districts = [
                count._replace(field="district", value=f"{count.value}{n}") for n in (1, 2)
            ]
            more.append({count: -1, **dict.fromkeys(districts, 1)})
    assert figures[PublishedCount("district", "A1", "seen", "missing")] == HIDDEN
    assert not Attack(figures, more).worked_back()


def scoped(
    figures: Mapping[PublishedCount, Figure], terms: Mapping[tuple[str, str], int]
) -> list[dict[PublishedCount, int]]:
    """What comes to nought in every scope: counts by their part and kind, each with a factor."""
    scopes = {(count.field, count.value) for count in figures}
    return [
        {PublishedCount(*scope, *each): factor for each, factor in terms.items()}
        for scope in scopes
    ]


NEEDED = letters(M=31, N=2, A=15)
SAME_CASES: list[tuple[dict[str, str], dict[tuple[str, str], int]]] = [
    # Its outcome is asked for where a discussion was held.
    (
        {"held": NEEDED, "outcome": letters(M=24, N=7, A=17)},
        {("outcome", "applicable"): -1, ("held", "met"): 1},
    ),
    # In one of them nobody can tell.
    (
        {"held": NEEDED, "outcome": letters(M=30, C=1, A=17)},
        {("outcome", "not_applicable"): -1, ("held", "not_met"): 1, ("held", "not_applicable"): 1},
    ),
    # Put right is what wasn't done, whether the record says no or is silent.
    (
        {"done": letters(M=30, P=9, N=2, R=7), "righted": letters(A=30, M=12, N=6)},
        {("righted", "applicable"): -1, ("done", "partly_met"): 1, ("done", "missing"): 1},
    ),
    # A question to the cases that have a grade.
    (
        {"why": letters(A=30, M=10, N=8)},
        {("why", "applicable"): -1, ("overall recorded", "grade adequate"): 1,
         ("overall recorded", "grade requires improvement"): 1,
         ("overall recorded", "grade inadequate"): 1},
    ),
    (
        {"seen": letters(M=30, N=12, A=6)},
        {("seen", "applicable"): -1, ("overall recorded", "graded"): 1},
    ),
]  # fmt: skip


@pytest.mark.parametrize("facts", [{}, {"district": [*"NS"] * 24}], ids=["all", "by district"])
@pytest.mark.parametrize(("outcomes", "same"), SAME_CASES)
def test_a_question_for_the_cases_of_an_outcome_tells_nothing_of_it(
    outcomes: dict[str, str], same: dict[tuple[str, str], int], facts: dict[str, list[str]]
) -> None:
    words: list[str | None] = [*graded(30, 9, 3), *[None] * 6]
    if "why" in outcomes:
        words = [*graded(30, 9, 7, 2)]
    publication = publish(run(outcomes, {"overall": words}, facts), RULE)
    figures = figures_of(publication)
    assert publication.hidden
    assert not Attack(figures, scoped(figures, same)).worked_back()


def test_groups_by_a_grade_are_as_large_as_its_counts() -> None:
    words = graded(20, 12, 9, 3)
    result = run({"seen": letters(M=30, N=14)}, {"overall": words}, {"overall": [*map(str, words)]})
    figures = figures_of(publish(result, RULE))
    same = [
        {
            PublishedCount("", "", "overall recorded", f"grade {word}"): 1,
            PublishedCount("overall", word, "", "cases"): -1,
        }
        for word in SCALE
    ]
    assert not Attack(figures, same).worked_back()


def test_rows_in_any_order_are_hidden_alike() -> None:
    chance = random.Random(5)
    rows = [
        (chance.choice("MMMNRPA"), chance.choice("MMMMMN"), chance.choice(SCALE), district)
        for district in ("North", "South", "West")
        for _ in range(17)
    ]
    made = []
    for _ in range(3):
        chance.shuffle(rows)
        seen, asked, grades, districts = zip(*rows, strict=True)
        outcomes = {"seen": "".join(seen), "asked": "".join(asked)}
        made.append(run(outcomes, {"overall": grades}, {"district": districts}))
    first, *others = [publish(result, RULE) for result in made]
    assert first.hidden
    assert all(other == first for other in others)


def test_more_than_a_third_hidden_is_said() -> None:
    hidden = publish(run({"seen": letters(M=20, N=2)}), RULE)
    assert "More than a third" in said(hidden)
    shown = publish(run({"seen": letters(M=20, N=9)}, {"overall": graded(9, 8, 12)}), RULE)
    assert "More than a third" not in said(shown)


def test_marks_are_told_apart_and_only_those_used_are_explained() -> None:
    made = run({"few": letters(M=20, N=2), "none": "A" * 22, "absent": "A" * 22, "all": "N" * 22})
    absent = made.criteria["absent"].model_copy(update={"not_asked": ["no column for it"]})
    result = made.model_copy(update={"criteria": {**made.criteria, "absent": absent}})
    publication = publish(result, RULE)
    rates = {name: its.rate for name, its in publication.criteria.items()}
    assert rates == {"few": "[c]", "none": "[z]", "absent": "[x]", "all": 1}
    page = said(publication)
    assert all(word in page for word in ("Confidential:", "Not available:", "Not applicable:"))
    plain = said(publish(run({"all": letters(M=9, N=13)}), RULE))
    assert not any(word in plain for word in ("[c]", "[x]", "[z]", "Confidential:"))


@st.composite
def runs(draw: st.DrawFn) -> Result:
    """Audits of up to 40 cases, most of whose counts are small somewhere."""
    cases = draw(st.integers(1, 40))

    def column(words: list[str]) -> list[str]:
        return draw(st.lists(st.sampled_from(words), min_size=cases, max_size=cases))

    outcomes = {name: "".join(column([*"MMMMMNNRPAC"])) for name in ("seen", "asked")}
    facts = {"district": column(["North", "South", "West"])} if draw(st.booleans()) else {}
    grades = {"overall": column(SCALE[: draw(st.integers(1, 4))])} if draw(st.booleans()) else {}
    return run(outcomes, grades, facts)


@settings(max_examples=10)
@given(runs())
def test_nothing_hidden_of_a_run_is_worked_back(result: Result) -> None:
    publication = publish(result, RULE)
    figures = figures_of(publication)
    assert not [count for count, n in figures.items() if isinstance(n, int) and 1 <= n <= 4]
    assert not Attack(figures).worked_back()


@settings(max_examples=10)
@given(runs(), st.integers(0, 2**32 - 1))
def test_no_word_or_order_tells_what_is_hidden(result: Result, seed: int) -> None:
    """Had the hidden counts been others, the same would be published: all there is to say of it."""
    hiding = hide(result, RULE.up_to)
    publication = published(result, hiding, RULE)
    attack = Attack(figures_of(publication))
    if not attack.hidden:
        return
    world = {**hiding.values, **attack.another_world(np.random.default_rng(seed))}
    other = published(with_counts(result, world), replace(hiding, values=world), RULE)
    assert other == publication


@pytest.mark.parametrize("up_to", [1, 4, 9])
def test_a_run_of_few_cases_shows_none(up_to: int) -> None:
    publication = publish(run({"seen": "M"}), HidingRule(up_to=up_to, set_by="the rubric"))
    assert not [n for n in figures_of(publication).values() if isinstance(n, int) and n]


@pytest.mark.parametrize("by", ["file", "sheet"])
def test_no_file_or_sheet_is_named(by: str) -> None:
    with pytest.raises(UsageError, match="names no"):
        publish(run({"seen": "M" * 20}, {}, {by: ["A Child"] * 20}), RULE)
