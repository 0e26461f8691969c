"""Tallies and groups: what is counted of whom, and what adds up."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from casefile_audit.cases import Outcome, State
from casefile_audit.scoring.findings import Findings, cells_behind, score
from casefile_audit.scoring.grades import NO_GRADE, Grading, Places
from casefile_audit.scoring.groupings import group_names
from casefile_audit.scoring.tallies import (
    Label,
    Split,
    Tally,
    names_of_groups,
    tallies_by,
)
from casefile_audit.scoring.trials import LATE, trial_cases
from results_made import tally
from workbooks import read, rubric_of, save_csv

RUBRIC = """
rubric: adding-up
title: Adding up
version: 1
sectors:
  police: {}
  health: {}
fields:
  case_ref: {type: identifier}
  district: {type: text}
  opened: {type: date}
  age: {type: number}
  seen: {type: yes-no}
criteria:
  seen: {question: Seen?, missing: not seen, met: {yes: seen}}
  seen-again: {question: Seen?, missing: not seen, met: {all: [{yes: seen}, {recorded: seen}]}}
  police-only: {question: Seen?, missing: not seen, sectors: [police], met: {yes: seen}}
"""


def findings_of(
    answers: Sequence[str], without_column: Mapping[str, Sequence[bool]] | None = None
) -> Findings:
    cases = trial_cases(rubric_of(RUBRIC), [{"seen": answer} for answer in answers], "police")
    scored = score(cases, rubric_of(RUBRIC), LATE)
    masks = {name: np.array(mask) for name, mask in (without_column or {}).items()}
    return Findings(cases, scored.criteria, scored.matrix, masks)


def grading(recorded: Sequence[int] | None, derived: Sequence[int] | None) -> Grading:
    def places(of_cases: Sequence[int] | None) -> Places | None:
        return None if of_cases is None else np.array(of_cases, dtype=np.int16)

    nobody = np.full(4, NO_GRADE, dtype=np.int16)
    score = np.full(4, np.nan)
    return Grading(["good", "poor"], places(recorded), places(derived), score, score, nobody)


def test_every_group_is_tallied_as_if_it_were_alone() -> None:
    findings = findings_of(["Yes", "No", "", "Yes"], {"seen-again": [True, False, False, True]})
    gradings = {
        "unrecorded": grading(None, [0, 1, 1, NO_GRADE]),
        "recorded": grading([1, NO_GRADE, 0, 0], None),
    }
    groups = np.array([0, 2, 2, 0])
    first, none, third = tallies_by(findings, gradings, groups, 3)
    assert (first.cases, none.cases, third.cases) == (2, 0, 2)
    assert first.outcomes.dtype == first.asked.dtype == np.int64
    assert first.outcomes[0].tolist() == [2 * (kind == Outcome.MET) for kind in Outcome]
    assert third.outcomes[0, Outcome.NOT_MET] == third.outcomes[0, Outcome.NOT_RECORDED] == 1
    assert not none.outcomes.any()
    assert first.asked.tolist() == [2, 0, 2]
    assert third.asked.tolist() == [2, 2, 2]
    assert none.asked.tolist() == [0, 0, 0]
    assert first.derived == {"unrecorded": Split((1, 0), 1)}
    assert third.recorded == {"recorded": Split((1, 0), 1)}
    alone = tally(findings, gradings, groups == 2)
    assert (alone.outcomes == third.outcomes).all()
    assert (alone.cases, alone.derived, alone.recorded) == (2, third.derived, third.recorded)
    whole = first + none + third
    everyone = tally(findings, gradings)
    for added in (whole, everyone):
        assert added.cases == 4
        assert (added.outcomes == sum(each.outcomes for each in (first, none, third))).all()
        assert added.asked.tolist() == [4, 2, 4]
        assert added.derived == {"unrecorded": Split((1, 2), 1)}
        assert added.recorded == {"recorded": Split((2, 1), 1)}


def test_splits_of_different_scales_do_not_add_up() -> None:
    with pytest.raises(ValueError, match="shorter"):
        Split((1, 2), 0) + Split((1,), 0)
    nothing = np.zeros((1, len(Outcome)), dtype=np.int64)
    tallied = Tally(1, nothing, np.array([1]), {"overall": Split((1,), 0)}, {})
    assert (tallied + tallied).recorded == {"overall": Split((2,), 0)}


VALUE, BLANK, UNKNOWN, NOT_APPLICABLE, UNREADABLE = State
Written = tuple[State, str, int]


@pytest.mark.parametrize(
    ("counts", "scale", "called"),
    [
        ([(VALUE, "a", 1), (VALUE, "b", 3), (VALUE, "c", 2)], (), ["b", "c", "a"]),
        ([(VALUE, "b", 2), (VALUE, "c", 2), (VALUE, "a", 2)], (), ["a", "b", "c"]),
        # The spelling that is most frequent, or else the first of the alphabet, names the group.
        ([(VALUE, "North", 2), (VALUE, "north", 3), (VALUE, "a", 4)], (), ["north", "north", "a"]),
        ([(VALUE, "north", 2), (VALUE, "North", 2), (VALUE, "a", 3)], (), ["North", "North", "a"]),
        ([(VALUE, "NORTH", 1), (VALUE, "north", 1), (VALUE, "North", 1)], (), ["NORTH"] * 3),
        # Grades stand in the order of their scale, however many there are of each.
        ([(VALUE, "poor", 9), (VALUE, "good", 1)], ("good", "poor"), ["good", "poor"]),
        ([(VALUE, "good", 1), (VALUE, "poor", 9)], ("good", "fair", "poor"), ["good", "poor"]),
        # What has no value comes last, as in a table of the states, however many there are.
        (
            [
                (BLANK, "(blank)", 50),
                (UNREADABLE, "(unreadable)", 60),
                (VALUE, "a", 1),
                (NOT_APPLICABLE, "(not applicable)", 40),
                (UNKNOWN, "(not known)", 30),
            ],
            (),
            ["a", "(not known)", "(not applicable)", "(blank)", "(unreadable)"],
        ),
        (
            [(BLANK, "(blank)", 5), (VALUE, "poor", 1), (UNKNOWN, "(not known)", 3)],
            ("good", "poor"),
            ["poor", "(not known)", "(blank)"],
        ),
        # Somebody wrote it in a cell: it is a value.
        ([(BLANK, "(blank)", 5), (VALUE, "(none)", 1)], (), ["(none)", "(blank)"]),
    ],
)
def test_groups_are_called_and_ordered_alike_in_whatever_order_they_come(
    counts: list[Written], scale: Sequence[str], called: list[str]
) -> None:
    for order in (counts, counts[::-1]):
        given = {Label(state, text): number for state, text, number in order}
        assert list(names_of_groups(given, scale).values()) == called


def test_each_case_is_told_the_name_of_its_group() -> None:
    rubric = rubric_of(RUBRIC)
    given = [
        {"district": "north", "opened": "2024-03-01", "age": "5"},
        {"district": "North", "opened": "2024-03-01", "age": "5.5"},
        {"district": "", "opened": "", "age": ""},
        {"district": "north", "opened": "2024-03-02", "age": "12"},
        {"district": "Not known", "opened": "later", "age": "young"},
    ]
    cases = trial_cases(rubric, given, "police")
    blank, unknown, unreadable = (f"({state.label})" for state in (BLANK, UNKNOWN, UNREADABLE))
    assert group_names(cases, "district") == ["north", "north", blank, "north", unknown]
    assert group_names(cases, "opened")[:2] == ["2024-03-01"] * 2
    assert group_names(cases, "opened")[2:] == [blank, "2024-03-02", unreadable]
    assert group_names(cases, "age") == ["5", "5.5", blank, "12", unreadable]


def test_a_criterion_is_asked_of_every_case_that_has_its_columns() -> None:
    findings = findings_of(["Yes", "No", ""], {"seen": [True, False, False]})
    assert findings.asked("seen").tolist() == [False, True, True]
    assert findings.asked("seen-again").dtype == bool
    assert findings.asked("seen-again").tolist() == [True] * 3


HALF = """
rubric: half
title: Half of it
version: 1
sector: agency
sectors:
  police: {}
  health: {}
fields:
  case_ref: {type: identifier, headings: [Ref]}
  agency: {type: text, headings: [Agency]}
  seen: {type: yes-no, headings: [Seen]}
  planned: {type: yes-no, headings: [Planned]}
criteria:
  both: {question: Both?, missing: without both, met: {all: [{yes: seen}, {yes: planned}]}}
  police-both:
    question: Both?
    missing: without both
    sectors: [police]
    met: {all: [{yes: seen}, {yes: planned}]}
"""


def test_a_question_half_of_which_has_no_column_is_asked_of_no_case_of_its_sectors(
    tmp_path: Path,
) -> None:
    agencies = [[f"C{n}", agency, "Yes"] for n, agency in enumerate(["police", "health", "zzz"])]
    without = save_csv(tmp_path / "a.csv", [["Ref", "Agency", "Seen"], *agencies])
    whole = [["Ref", "Agency", "Seen", "Planned"], ["D1", "police", "Yes", "Yes"]]
    cases = read(without, save_csv(tmp_path / "b.csv", whole), rubric=HALF).cases
    findings = score(cases, rubric_of(HALF), LATE)
    assert cases.references.tolist() == ["C0", "C1", "C2", "D1"]
    assert findings.column("both").tolist() == [Outcome.NOT_APPLICABLE] * 3 + [Outcome.MET]
    assert findings.asked("both").tolist() == [False, False, False, True]
    assert findings.column("police-both").tolist() == [Outcome.NOT_APPLICABLE] * 3 + [Outcome.MET]
    assert findings.asked("police-both").tolist() == [False, True, False, True]
    assert (findings.not_asked("both"), findings.not_asked("police-both")) == ([0], [0])


def test_each_cell_behind_an_outcome_is_named_once() -> None:
    findings = findings_of(["Yes", "No"])
    assert cells_behind(findings, rubric_of(RUBRIC), "seen-again") == ["E1", "E2"]


def test_a_question_for_one_sector_is_not_asked_of_another() -> None:
    rubric = rubric_of(RUBRIC)
    for sector, outcomes in (
        ("police", [Outcome.MET, Outcome.NOT_MET]),
        ("health", [Outcome.NOT_APPLICABLE] * 2),
        ("", [Outcome.CANNOT_TELL] * 2),
    ):
        cases = trial_cases(rubric, [{"seen": "Yes"}, {"seen": "No"}], sector)
        findings = score(cases, rubric, LATE)
        assert findings.column("police-only").tolist() == outcomes
