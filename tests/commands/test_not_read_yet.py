"""Cases that nobody has read yet, and columns that nobody filled, from files to what is printed."""

from pathlib import Path
from typing import Any

import pytest

from workbooks import HEADINGS, NIGHT_DUTY, Audit, Row, case, save_csv, save_text

READ = ("--rubric", "read.yaml", "--json")
UNREAD = NIGHT_DUTY.replace("unanswered: nothing recorded\n", "")
NO_ANSWERS = {"protected": "", "reviewed": "", "grade": "", "ethnicity": "", "disability": ""}
ETHNICITY, REVIEW = "ethnicity-recorded", "review-recorded"


def listed(number: int, **cells: object) -> Row:
    """A case that nobody has read: the reference, and what came with it."""
    return case(f"C{number}", **{**NO_ANSWERS, "review_1": "", **cells})


@pytest.fixture
def table(tmp_path: Path) -> Path:
    save_text(tmp_path / "read.yaml", UNREAD)
    rows = [case(f"C{n}") for n in range(8)] + [listed(n) for n in range(8, 20)]
    return save_csv(tmp_path / "cases.csv", [HEADINGS, *rows])


def counts(result: dict[str, Any], criterion: str) -> tuple[int, int]:
    found = result["criteria"][criterion]
    return found["missing"], found["applicable"]


def codes(result: dict[str, Any]) -> list[str]:
    return [issue["code"] for issue in result["issues"]]


def test_cases_that_nobody_has_read_are_in_no_denominator(audit: Audit, table: Path) -> None:
    result = audit("score", table, *READ).json
    assert (result["cases"], result["not_read"]) == (8, 12)
    assert counts(result, ETHNICITY) == (0, 8)
    (sheet,) = result["inputs"]
    assert (sheet["rows"], sheet["cases"], sheet["not_read"], sheet["left_out"]) == (20, 8, 12, [])
    (issue,) = result["issues"]
    assert (issue["code"], issue["level"], issue["total"]) == ("cases-not-read", "doubt", 12)
    assert (issue["places"], issue["facts"]) == (["rows 10 to 21"], {"of": 20})


@pytest.mark.parametrize("how", ["option", "mapping", "rubric"])
def test_they_count_where_blank_means_that_nothing_is_recorded(
    how: str, audit: Audit, table: Path, tmp_path: Path
) -> None:
    said = "unanswered: nothing recorded"
    options = {
        "option": ("--count-unread",),
        "mapping": ("--mapping", save_text(tmp_path / "mapping.yaml", said)),
        "rubric": (),
    }
    if how == "rubric":
        save_text(tmp_path / "read.yaml", NIGHT_DUTY)
    result = audit("score", table, *READ, *options[how]).json
    assert (result["cases"], result["not_read"]) == (20, 0)
    assert counts(result, ETHNICITY) == (12, 20)
    assert not result["issues"]


@pytest.mark.parametrize(
    "answer",
    [
        {"protected": "No"},
        {"grade": "good"},
        {"reviewed": "Not recorded"},
        {"reviewed": "N/K"},
        {"reviewed": "see notes"},
    ],
)
def test_a_case_with_any_answer_has_been_read(
    answer: dict[str, object], audit: Audit, table: Path
) -> None:
    # `protected` only says whether a question applies, so it is nobody's answer to one.
    rows = [case("C1"), case("C2"), listed(3, **answer)]
    save_csv(table, [HEADINGS, *rows])
    result = audit("score", table, *READ).json
    assert result["not_read"] == (1 if "protected" in answer else 0)


def test_what_was_known_beforehand_is_no_answer(audit: Audit, table: Path) -> None:
    rows = [case("C1"), case("C2"), listed(3, ethnicity="W1", review_1="04/03/2024")]
    rows.append(listed(4, reviewed="Not started"))
    save_csv(table, [HEADINGS, *rows])
    assert audit("score", table, *READ).json["not_read"] == 2


def test_where_nobody_has_read_any_it_says_so(audit: Audit, table: Path) -> None:
    save_csv(table, [HEADINGS, *map(listed, range(3))])
    run = audit("score", table, *READ)
    assert run.code == 2
    assert "none of the 3 cases has been read yet" in run.err
    assert "--count-unread" in run.err


def test_every_command_says_it_first(audit: Audit, table: Path, tmp_path: Path) -> None:
    other = save_csv(tmp_path / "other.csv", [HEADINGS, *(case(f"C{n}") for n in range(20))])
    rubric = READ[:2]
    runs = {
        "score": audit("score", table, *rubric),
        "check": audit("check", table, *rubric),
        "compare": audit("compare", table, other, *rubric),
        "agree": audit("agree", table, other, *rubric),
        "trend": audit("trend", table, "--period", "allocated", *rubric),
    }
    for name, run in runs.items():
        assert run.code == 0, name
        top = " ".join("\n".join(run.out.splitlines()[:12]).split())
        assert "12 of 20 cases aren't read yet" in top, (name, run.out)


def test_a_column_that_nobody_filled_is_said_and_its_question_set_aside(
    audit: Audit, table: Path
) -> None:
    rows = [case(f"C{n}", ethnicity="", disability="" if n < 3 else "None") for n in range(9)]
    save_csv(table, [HEADINGS, *rows])
    result = audit("score", table, *READ).json
    assert codes(result) == ["column-blank"]
    (issue,) = result["issues"]
    assert (issue["field"], issue["total"], issue["facts"]["column"]) == (
        *("ethnicity", 9),
        "`Ethnicity` (column C)",
    )
    assert counts(result, ETHNICITY) == (0, 0)
    assert result["criteria"][ETHNICITY]["not_asked"] == [
        "set aside: `Ethnicity` (column C) is blank in all 9 cases"
    ]
    assert counts(result, "disability-recorded") == (3, 9)
    counted = audit("score", table, *READ, "--count-blank", "ethnicity").json
    assert (counts(counted, ETHNICITY), counted["issues"]) == ((9, 9), [])


def test_of_a_column_that_is_blank_nobody_is_told_that_there_is_none(
    audit: Audit, table: Path, tmp_path: Path
) -> None:
    save_csv(table, [HEADINGS, *(case(f"C{n}", ethnicity="") for n in range(9))])
    later = save_csv(tmp_path / "later.csv", [HEADINGS, *(case(f"D{n}") for n in range(9))])
    read = ("--rubric", "read.yaml")
    runs = [
        audit("score", table, *read),
        audit("score", table, *read, "--full"),
        audit("score", table, *read, "--hold-to-targets"),
        audit("compare", table, later, *read),
        audit("trend", table, *read, "--period", "allocated"),
    ]
    for run in runs:
        assert "no column" not in " ".join((run.out + run.err).split())
    assert "nothing in its column before: Ethnicity recorded" in " ".join(runs[3].out.split())


@pytest.mark.parametrize(
    ("number", "cells"),
    [
        (4, {"ethnicity": ""}),
        (9, {"ethnicity": "Not recorded"}),
        (9, {"review_2": ""}),
        (9, {"protected": "No", "reviewed": ""}),
        (9, {"district": ""}),
    ],
)
def test_a_blank_column_that_answers_something_is_counted(
    number: int, cells: dict[str, object], audit: Audit, table: Path
) -> None:
    save_csv(table, [HEADINGS, *(case(f"C{n}", **cells) for n in range(number))])
    assert not audit("score", table, *READ).json["issues"]


def test_the_check_counts_them_as_the_score_does_and_keeps_it_in_the_mapping(
    audit: Audit, table: Path
) -> None:
    save_csv(table, [HEADINGS, *(case(f"C{n}", ethnicity="") for n in range(9)), listed(9)])
    counted = ("--count-unread", "--count-blank", "ethnicity")
    run = audit("check", table, *READ[:2], *counted, "--write-mapping", "mapping.yaml")
    assert run.code == 0
    assert "10 cases" in run.out
    assert "read yet" not in run.out
    by_options = audit("score", table, *READ, *counted).json
    by_mapping = audit("score", table, *READ, "--mapping", "mapping.yaml").json
    assert counts(by_mapping, ETHNICITY) == counts(by_options, ETHNICITY) == (10, 10)


@pytest.mark.parametrize("command", ["score", "check"])
def test_a_field_that_is_not_there_cannot_be_counted(
    command: str, audit: Audit, table: Path
) -> None:
    run = audit(command, table, *READ[:2], "--count-blank", "ethnicty")
    assert run.code == 2
    assert "Did you mean `ethnicity`?" in run.err
