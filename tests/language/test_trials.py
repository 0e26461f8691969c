"""The tests inside a rubric, and criteria that no case could meet."""

from pathlib import Path
from typing import Any

import pytest

from casefile_audit.rubric.loading import describe, load_rubric, read_rubric, shipped_rubrics
from casefile_audit.scoring.trials import trial_faults

FIELDS = """\
rubric: trial
title: Trial
version: 1
fields:
  case: {type: identifier}
  seen: {type: yes-no}
  age: {type: number}
  kind: {type: code, codes: [Neglect, Physical]}
  opened: {type: date}
  visited: {type: date}
  reviews: {type: dates}
  closed: {type: date}
  notes: {type: text}
  grade: {type: grade}
lexicons: {blame: {phrases: [putting himself/herself at risk, lifestyle choice*]}}
grades: {scale: [good, fair, poor], recorded: grade}
criteria:
  asked:
    question: Is it so?
    missing: without it
"""


def told(folder: Path, criterion: str) -> list[str]:
    path = folder / "trial.yaml"
    path.write_text(FIELDS + "".join(f"    {line}\n" for line in criterion.splitlines()))
    text, rubric, faults, _ = read_rubric(str(path))
    assert rubric is not None
    assert not [fault for fault in faults if fault.is_error]
    kinds = {True: "error", False: "warning"}
    return [
        f"{kinds[fault.is_error]}: {describe(text, fault).removeprefix(f'{path}, ')}"
        for fault in [*faults, *trial_faults(rubric)]
    ]


def test_a_test_that_fails_is_an_error_with_its_line(tmp_path: Path) -> None:
    tests = '- {given: {seen: "Yes"}, expect: met}\n  - {given: {seen: ""}, expect: not met}'
    (fault,) = told(tmp_path, f"met: {{yes: seen}}\ntests:\n  {tests}")
    assert fault.startswith("error: line 24: criteria → asked → tests → 2: ")
    assert "comes to not recorded, and not met was expected" in fault


def test_tests_that_pass_are_not_spoken_of(tmp_path: Path) -> None:
    tests = [
        '{given: {seen: "Yes"}, expect: met}',
        "{given: {seen: }, expect: not recorded}",
        "{given: {}, expect: not recorded}",
        "{given: {seen: null}, expect: not recorded}",
        "{given: {seen: N/A, age: 012}, expect: not applicable}",
    ]
    lines = "".join(f"  - {test}\n" for test in tests)
    assert told(tmp_path, f"met: {{yes: seen}}\ntests:\n{lines}") == []


def test_a_criterion_without_a_test_is_warned_of(tmp_path: Path) -> None:
    (fault,) = told(tmp_path, "met: {yes: seen}")
    assert fault.startswith("warning: line 18: criteria → asked: it has no test; add `tests:`")


def test_a_test_has_its_own_day_or_one_on_which_everything_is_due(tmp_path: Path) -> None:
    given = "{given: {opened: 2024-01-01}, expect: "
    tests = f"{given}not recorded}}, {given}not applicable, as_of: 2024-01-07}}"
    criterion = f"met: {{within: {{days: 7, of: opened, date: visited}}}}\ntests: [{tests}]"
    assert told(tmp_path, criterion) == []


def test_a_test_has_as_many_dates_as_it_likes(tmp_path: Path) -> None:
    given = "{opened: 2024-01-01, reviews: [2024-03-01, '', 2024-01-05]}"
    criterion = f"met: {{within: {{days: 7, of: opened, any: reviews}}}}\ntests: [{{given: {given}"
    assert told(tmp_path, criterion + ", expect: met}]") == []


@pytest.mark.parametrize(
    "asked",
    [
        "met: {all: [{yes: seen}, {no: seen}]}",
        "met: {all: [{at_least: {age: 10}}, {at_most: {age: 9}}]}",
        "met: {all: [{recorded: notes}, {not: {recorded: notes}}]}",
        "met: {all: [{is: {kind: Neglect}}, {is: {kind: Physical}}]}",
        "met: {all: [{at_least: {grade: good}}, {at_most: {grade: poor}}]}",
        "met: {between: {age: [10, 9]}}",
        "met: {count_of: {at_least: 2, of: [{yes: seen}, {no: seen}]}}",
        "met: {is: {notes: N/A}}",
        "met: {all: [{mentions: {notes: blame}}, {free_of: {notes: blame}}]}",
        "applies: {no: seen}\nmet: {yes: seen}",
        "applies: {not: {recorded: kind}}\nmet: {is: {kind: Neglect}}",
    ],
)
def test_a_criterion_that_can_never_be_met_is_warned_of(tmp_path: Path, asked: str) -> None:
    faults = [fault for fault in told(tmp_path, asked) if "no test" not in fault]
    line = 21 + asked.count("applies")
    assert faults == [
        f"warning: line {line}: criteria → asked → met: no case could ever meet it; "
        "look for conditions that exclude each other"
    ]


@pytest.mark.parametrize(
    "asked",
    [
        "met: {all: [{yes: seen}, {at_least: {age: 10}}, {at_most: {age: 10}}]}",
        "met: {between: {age: [1234567, 1234567]}}",
        "met: {between: {age: [0.25, 0.3]}}",
        "met: {within: {hours: 1, of: opened, date: visited}}",
        "met: {within: {hours: 0.25, of: opened, any: reviews}}",
        "met: {within: {days: 0, of: opened, date: visited, until: closed}}",
        "met: {within: {working_days: 0, of: opened, date: visited}}",
        "met: {every: {days: 28, of: opened, any: reviews}}",
        "met: {every: {working_days: 5, of: opened, any: reviews, until: closed, first: 0}}",
        "met: {on_or_before: {visited: opened}}",
        "met: {all: [{on_or_after: {visited: opened}}, {on_or_before: {visited: opened}}]}",
        "met: {mentions: {notes: blame}}",
        "met: {mentions: {notes: [him/her, well-known friend*]}}",
        "met: {free_of: {notes: blame}}",
        "met: {matches: {notes: 'a{3}'}}",
        "met: {is: {seen: partly}}",
        "met: {is: {kind: neglect}}",
        "met: {not: {is: {grade: good}}}",
        "met: {not: {recorded: reviews}}",
        "applies: {no: seen}\nmet: {not: {yes: seen}}",
    ],
)
def test_a_criterion_that_can_be_met_is_not(tmp_path: Path, asked: str) -> None:
    assert [fault for fault in told(tmp_path, asked) if "no test" not in fault] == []


def test_a_tests_own_cells_show_that_it_can_be_met(tmp_path: Path) -> None:
    asked = "met: {all: [{matches: {notes: 'A\\d'}}, {at_least: {age: 3}}]}"
    tests = "tests: [{given: {notes: A1, age: 3}, expect: met}]"
    assert told(tmp_path, f"{asked}\n{tests}") == []


@pytest.mark.parametrize("name", shipped_rubrics())
def test_a_shipped_rubric_is_well(name: str) -> None:
    text, rubric, faults, _ = read_rubric(name)
    assert rubric is not None
    assert [describe(text, fault) for fault in [*faults, *trial_faults(rubric)]] == []


@pytest.mark.parametrize("name", shipped_rubrics())
def test_a_shipped_rubric_says_where_each_question_comes_from(name: str) -> None:
    rubric = load_rubric(name)
    assert rubric.name == name
    assert rubric.description
    assert rubric.source is not None
    assert rubric.source.publisher
    unsaid: list[Any] = [key for key, asked in rubric.criteria.items() if not asked.source]
    assert unsaid == []
