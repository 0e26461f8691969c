"""What every kind of condition promises, whatever it asks."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casefile_audit.cases import Cases, Outcome
from casefile_audit.intake.cells import join_cases
from casefile_audit.rubric.checks import faults_of
from casefile_audit.rubric.conditions.base import Condition
from casefile_audit.rubric.conditions.table import KINDS
from casefile_audit.rubric.model import Criterion, Rubric
from casefile_audit.scoring.trials import LATE, trial_cases

DOC = Path(__file__).parents[2] / "docs" / "rubric-language.md"
FIELDS: dict[str, Any] = {
    "word": {"type": "text"},
    "code": {"type": "code", "codes": "police-ethnicity-18+1"},
    "answer": {"type": "yes-no"},
    "other": {"type": "yes-no"},
    "age": {"type": "number"},
    "opened": {"type": "date"},
    "closed": {"type": "date"},
    "reviews": {"type": "dates"},
    "grade": {"type": "grade"},
    "again": {"type": "grade"},
    "needs": {"type": "code", "codes": ["MOB", "VIS", "NONE"], "several": "true"},
    "spent": {"type": "number"},
}
CONDITIONS: dict[str, Any] = {
    "recorded": "word",
    "known": "reviews",
    "yes": "answer",
    "no": "other",
    "is": {"code": ["W1", "B1"]},
    "at_least": {"grade": "fair"},
    "at_most": {"age": "10"},
    "between": {"age": ["5", "10"]},
    "only": {"needs": "NONE"},
    "none_of": {"needs": ["MOB", "VIS"]},
    "each_once": "needs",
    "same_as": {"answer": "other"},
    "no_more_than": {"age": "spent"},
    "no_less_than": {"spent": "age"},
    "no_better_than": {"grade": "again"},
    "no_worse_than": {"again": "grade"},
    "within": {"days": 7, "of": "opened", "any": "reviews", "until": "closed"},
    "every": {"working_days": 20, "of": "opened", "any": "reviews", "until": "closed"},
    "on_or_before": {"closed": "latest reviews"},
    "on_or_after": {"closed": "2024-03-01"},
    "matches": {"word": "[A-Z]{2}\\d+"},
    "mentions": {"word": ["lifestyle choice*", "AB1"]},
    "free_of": {"word": "lifestyle choice*"},
    "all": [{"yes": "answer"}, {"recorded": "word"}, {"at_least": {"age": "5"}}],
    "any": [{"yes": "answer"}, {"no": "other"}, {"known": "code"}],
    "not": {"any": [{"yes": "answer"}, {"is": {"word": "AB1"}}]},
    "count_of": {"at_least": 2, "of": [{"yes": "answer"}, {"no": "other"}, {"known": "code"}]},
}
KEYS = [kind.key for kind in KINDS]
BLANKS = ["", "-", "TBC", "Not recorded"]
SILENT = [*BLANKS, "Not known", "N/A", "#REF!", "zzz"]
DATES = ["01/03/2024", "08/03/2024 10:00", "09/03/2024", "29/02/2024", "2024-06-01", *SILENT]
CELLS: dict[str, list[str]] = {
    "word": ["AB1", "a lifestyle choice", "None", *SILENT],
    "code": ["W1", "a) B1", "IC1", "NS", "NOBT", *SILENT],
    "answer": ["Yes", "Partly", "No", *SILENT],
    "other": ["Yes", "Partly", "No", *SILENT],
    "age": ["4", "5", "10", "10.5", *SILENT],
    "opened": DATES,
    "closed": DATES,
    "reviews": DATES,
    "grade": ["good", "fair", "poor", *SILENT],
    "again": ["good", "fair", "poor", *SILENT],
    "spent": ["4", "10", *SILENT],
    "needs": ["MOB", "VIS;MOB;", "MOB MOB", "NONE", *SILENT],
}
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            name: st.lists(st.sampled_from(cells), min_size=2, max_size=2)
            if name == "reviews"
            else st.sampled_from(cells)
            for name, cells in CELLS.items()
        }
    ),
    min_size=1,
    max_size=8,
)


def criterion(key: str, condition: Any = None) -> dict[str, Any]:
    met = {key: CONDITIONS[key] if condition is None else condition}
    return {"question": "Is it so?", "missing": "without it", "met": met}


def rubric_with(**criteria: dict[str, Any]) -> Rubric:
    return Rubric.model_validate(
        {
            "rubric": "contract",
            "title": "Contract",
            "version": "1",
            "fields": FIELDS,
            "scales": {"three": ["good", "fair", "poor"]},
            "grades": {
                "overall": {"scale": "three", "recorded": "grade"},
                "again": {"scale": "three", "recorded": "again"},
            },
            "criteria": criteria,
        }
    )


RUBRIC = rubric_with(
    **{key.replace("_", "-"): criterion(key) for key in KEYS},
)
SETTING = RUBRIC.setting(LATE)


def asked(key: str) -> Criterion:
    return RUBRIC.criteria[key.replace("_", "-")]


def condition(key: str) -> Condition:
    return asked(key).met


def test_the_examples_here_are_of_every_kind_and_without_faults() -> None:
    assert list(CONDITIONS) == KEYS
    assert [fault for fault in faults_of(RUBRIC) if fault.is_error] == []


def outcomes_of_all(cases: Cases) -> dict[str, list[int]]:
    """What every kind comes to, as ``met`` and as a fact to go by."""
    found: dict[str, list[int]] = {}
    for key in KEYS:
        for way in (condition(key).outcomes, condition(key).holds):
            outcomes = way(cases, SETTING)
            assert outcomes.dtype == np.int8
            found[f"{key} {way.__name__}"] = outcomes.tolist()
    return found


@given(rows=ROWS)
@settings(max_examples=25, deadline=None)
def test_one_known_outcome_for_each_case_and_the_cases_stay_as_they_were(rows: list[Any]) -> None:
    cases = trial_cases(RUBRIC, rows, "")
    frame = cases.to_frame()
    states = {name: of_column.copy() for name, of_column in cases.states.items()}
    for outcomes in outcomes_of_all(cases).values():
        assert len(outcomes) == len(rows)
        assert set(outcomes) <= set(Outcome)
    assert cases.to_frame().equals(frame)
    assert cases.states.keys() == states.keys()
    assert all((cases.states[name] == of_column).all() for name, of_column in states.items())


@given(rows=ROWS, data=st.data())
@settings(max_examples=25, deadline=None)
def test_the_order_of_the_rows_does_not_matter(rows: list[Any], data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(rows))))
    plain = outcomes_of_all(trial_cases(RUBRIC, rows, ""))
    mixed = outcomes_of_all(trial_cases(RUBRIC, [rows[place] for place in order], ""))
    assert mixed == {key: [found[place] for place in order] for key, found in plain.items()}


@given(rows=ROWS, data=st.data())
@settings(max_examples=25, deadline=None)
def test_rows_split_and_put_together_come_to_the_same(rows: list[Any], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(rows)))
    blocks = [trial_cases(RUBRIC, part, "") for part in (rows[:cut], rows[cut:]) if part]
    whole = outcomes_of_all(trial_cases(RUBRIC, rows, ""))
    parts = [outcomes_of_all(block) for block in blocks]
    assert {key: [each for part in parts for each in part[key]] for key in whole} == whole
    joined = outcomes_of_all(join_cases(blocks, RUBRIC.fields_of()))
    assert {key: sorted(found) for key, found in joined.items()} == {
        key: sorted(found) for key, found in whole.items()
    }


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize("key", KEYS)
def test_a_case_of_blanks_meets_nothing(key: str, blank: str) -> None:
    cases = trial_cases(RUBRIC, [dict.fromkeys(FIELDS, blank)], "")
    assert condition(key).outcomes(cases, SETTING)[0] not in (Outcome.MET, Outcome.PARTLY_MET)


@pytest.mark.parametrize("key", [key for key in KEYS if key not in ("recorded", "known")])
def test_nor_does_it_meet_the_opposite(key: str) -> None:
    rubric = rubric_with(opposite=criterion("not", {key: CONDITIONS[key]}))
    cases = trial_cases(rubric, [dict.fromkeys(FIELDS, "")], "")
    met = rubric.criteria["opposite"].met
    # What holds a `recorded` or `known` may be told by a blank: that nothing is recorded is a fact.
    told = {Outcome.MET} if key in ("all", "any", "count_of") else set()
    outcome = met.outcomes(cases, SETTING)[0]
    assert outcome in {Outcome.NOT_RECORDED, Outcome.NOT_APPLICABLE} | told


@pytest.mark.parametrize("key", KEYS)
def test_it_says_itself_in_words(key: str) -> None:
    words = condition(key).says(SETTING)
    assert re.fullmatch(r"[\w\"(].*[\w\")*+}]", words)
    assert not re.search(r"[{}\[\]']|None|_", words.split("pattern")[0])
    assert len(words.split()) >= 3


@pytest.mark.parametrize("key", [key for key in KEYS if key != "matches"])
def test_one_of_its_examples_meets_it_and_one_does_not(key: str) -> None:
    examples = condition(key).examples(SETTING)
    names = list(examples)
    grids = np.array(np.meshgrid(*examples.values())).T.reshape(-1, len(names))
    rows = [dict(zip(names, row.tolist(), strict=True)) for row in grids]
    outcomes = set(condition(key).outcomes(trial_cases(RUBRIC, rows, ""), SETTING).tolist())
    assert Outcome.MET in outcomes
    assert outcomes & {Outcome.NOT_MET, Outcome.NOT_RECORDED, Outcome.NOT_APPLICABLE}


@pytest.mark.parametrize("kind", KINDS, ids=KEYS)
def test_it_is_in_the_language_and_has_a_docstring(kind: type[Condition]) -> None:
    table = DOC.read_text("utf-8").split("## Conditions")[1].split("## Lexicons")[0]
    names = " ".join(line.split(" | ")[0] for line in table.splitlines() if line.startswith("| `"))
    assert re.search(rf"`{kind.key}\b", names)
    assert kind.__dict__.get("__doc__")


PAIRS = st.lists(
    st.tuples(
        st.sampled_from(["Yes", "Partly", "No", "", "N/A", "zzz"]),
        st.sampled_from(["Yes", "Partly", "No", "", "N/A", "zzz"]),
    ),
    min_size=1,
    max_size=6,
)
TWO = [{"yes": "answer"}, {"yes": "other"}]


def outcomes_of_condition(key: str, value: Any, pairs: list[tuple[str, str]]) -> list[int]:
    rubric = rubric_with(it=criterion(key, value))
    cases = trial_cases(rubric, [{"answer": a, "other": b} for a, b in pairs], "")
    found: list[int] = rubric.criteria["it"].met.outcomes(cases, SETTING).tolist()
    return found


@given(pairs=PAIRS)
@settings(max_examples=25, deadline=None)
def test_at_least_one_is_any_and_the_order_of_parts_does_not_matter(
    pairs: list[tuple[str, str]],
) -> None:
    any_of = outcomes_of_condition("any", TWO, pairs)
    assert outcomes_of_condition("count_of", {"at_least": 1, "of": TWO}, pairs) == any_of
    for key in ("any", "all"):
        plain = outcomes_of_condition(key, TWO, pairs)
        assert outcomes_of_condition(key, TWO[::-1], pairs) == plain
        assert outcomes_of_condition(key, [{key: TWO}], pairs) == plain


@given(pairs=PAIRS)
@settings(max_examples=25, deadline=None)
def test_at_least_all_of_those_that_apply_is_all(pairs: list[tuple[str, str]]) -> None:
    pairs = [pair for pair in pairs if "N/A" not in pair] or [("Yes", "")]
    counted = outcomes_of_condition("count_of", {"at_least": 2, "of": TWO}, pairs)
    assert counted == outcomes_of_condition("all", TWO, pairs)


@given(pairs=PAIRS)
@settings(max_examples=25, deadline=None)
def test_an_outcome_stands_whatever_the_silent_and_unreadable_cells_turn_out_to_hold(
    pairs: list[tuple[str, str]],
) -> None:
    for key in ("all", "any"):
        for pair, outcome in zip(pairs, outcomes_of_condition(key, TWO, pairs), strict=True):
            filled = [("Yes", "No") if cell in ("", "zzz") else (cell, cell) for cell in pair]
            worlds = [(a, b) for a in filled[0] for b in filled[1]]
            possible = set(outcomes_of_condition(key, TWO, worlds))
            if outcome in (Outcome.MET, Outcome.NOT_MET, Outcome.NOT_APPLICABLE):
                assert possible == {outcome}
            if outcome == Outcome.CANNOT_TELL:
                assert len(possible) > 1
