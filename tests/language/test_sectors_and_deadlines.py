"""One rubric for several sectors; and the day by which a shortfall is to be put right."""

import datetime as dt
from typing import Any

import pytest

from casefile_audit.cases import Outcome
from casefile_audit.rubric.checks import faults_of
from casefile_audit.rubric.model import Rubric, add_time, grades_by_name, what_is_due
from casefile_audit.scoring.findings import outcomes_of
from casefile_audit.scoring.trials import LATE, trial_cases, trial_faults

SHARED: dict[str, Any] = {
    "rubric": "shared",
    "title": "Shared",
    "version": "1",
    "sectors": {"police": {}, "health": {}},
    "fields": {
        "ethnicity": {
            "type": "code",
            "codes": "police-ethnicity-18+1",
            "by_sector": {"health": {"codes": "social-care-ethnicity", "headings": ["Group"]}},
        },
        "seen": {"type": "yes-no", "by_sector": {"health": {"blank": ["N"]}}},
    },
}


def rubric_with(criterion: dict[str, Any], **parts: Any) -> Rubric:
    asked = {"question": "Is it so?", "missing": "without it", **criterion}
    return Rubric.model_validate(SHARED | {"criteria": {"asked": asked}} | parts)


def errors(rubric: Rubric) -> list[tuple[tuple[str | int, ...], str]]:
    return [(fault.location, fault.found) for fault in faults_of(rubric) if fault.is_error]


def outcome(rubric: Rubric, sector: str, **cells: str) -> str:
    cases = trial_cases(rubric, [cells], sector)
    found = outcomes_of(rubric.criteria["asked"], cases, rubric.setting(LATE))[0]
    return Outcome(found).label


@pytest.mark.parametrize(
    ("sector", "cell", "expected"),
    [
        ("police", "W1", "met"),
        ("police", "White British", "met"),
        ("police", "WBRI", "cannot tell"),
        ("health", "WBRI", "met"),
        ("health", "a) WBRI", "met"),
        ("health", "White British", "met"),
        ("health", "BCRB", "not met"),
        ("health", "", "not recorded"),
    ],
)
@pytest.mark.parametrize("words", [["White British"], ["W1", "WBRI"]])
def test_a_word_is_read_in_each_sectors_own_code_set(
    words: list[str], sector: str, cell: str, expected: str
) -> None:
    rubric = rubric_with({"met": {"is": {"ethnicity": words}}})
    assert errors(rubric) == []
    assert outcome(rubric, sector, ethnicity=cell) == expected


@pytest.mark.parametrize(
    ("sector", "cell", "expected"),
    [
        ("police", "N", "not met"),
        ("health", "N", "not recorded"),
        ("health", "Yes", "met"),
    ],
)
def test_each_sector_has_its_own_words(sector: str, cell: str, expected: str) -> None:
    assert outcome(rubric_with({"met": {"yes": "seen"}}), sector, seen=cell) == expected


@pytest.mark.parametrize(
    ("sector", "expected"),
    [("police", "met"), ("health", "not applicable"), ("", "cannot tell")],
)
def test_a_question_to_one_sector_is_not_asked_of_another(sector: str, expected: str) -> None:
    rubric = rubric_with({"met": {"yes": "seen"}, "sectors": ["police"]})
    assert outcome(rubric, sector, seen="Yes") == expected


def test_what_no_sector_can_meet_is_told_and_what_one_can_is_not() -> None:
    own = {"type": "yes-no", "yes": ["K"], "by_sector": {"health": {"not_applicable": ["Yes"]}}}
    fields = {"seen": own}
    assert [*trial_faults(rubric_with({"met": {"yes": "seen"}}, fields=fields))] == []
    never = rubric_with({"met": {"yes": "seen"}, "sectors": ["health"]}, fields=fields)
    assert ["no case" in fault.found for fault in trial_faults(never)] == [True]


@pytest.mark.parametrize(
    ("criterion", "parts", "place", "found"),
    [
        (
            {"met": {"is": {"ethnicity": "XYZ"}}},
            {},
            ("criteria", "asked", "met", "is", "ethnicity", 0),
            "`ethnicity` never holds `XYZ`",
        ),
        (
            {"met": {"yes": "seen"}, "tests": [{"given": {"sector": "polce"}, "expect": "met"}]},
            {},
            ("criteria", "asked", "tests", 0, "given", "sector"),
            "there is no sector `polce`",
        ),
        (
            {"met": {"yes": "seen"}, "sectors": ["polce"]},
            {},
            ("criteria", "asked", "sectors", 0),
            "there is no sector `polce`",
        ),
        (
            {"met": {"yes": "seen"}},
            {"fields": {**SHARED["fields"], "team": {"type": "text", "headings": ["group"]}}},
            ("fields", "ethnicity", "headings"),
            "the heading `Group` is claimed by `team` and by `ethnicity`",
        ),
        (
            {"met": {"yes": "seen"}},
            {
                "fields": {**SHARED["fields"], "grade": {"type": "grade"}},
                "grades": {
                    "care": {"scale": ["good", "poor"], "recorded": "grade"},
                    "risk": {"scale": ["high", "low"], "recorded": "grade"},
                },
            },
            ("grades", "risk", "recorded"),
            "`grade` records `care` already",
        ),
    ],
)
def test_a_slip_between_sectors_or_judgements_is_told(
    criterion: dict[str, Any], parts: dict[str, Any], place: tuple[str | int, ...], found: str
) -> None:
    assert errors(rubric_with(criterion, **parts)) == [(place, found)]


@pytest.mark.parametrize(
    ("day", "due", "by"),
    [
        ("2024-12-17", "immediately", "2024-12-17"),
        ("2024-12-17", "6 weeks", "2025-01-28"),
        ("2024-12-17", "1 day", "2024-12-18"),
        ("2024-12-17", "3 months", "2025-03-17"),
        ("2024-12-31", "2 months", "2025-02-28"),
        ("2023-12-31", "2 months", "2024-02-29"),
        ("2024-01-31", "1 month", "2024-02-29"),
        ("2024-10-31", "1 month", "2024-11-30"),
        ("2024-11-30", "1 month", "2024-12-30"),
        ("2024-01-15", "12 months", "2025-01-15"),
        ("2024-02-29", "12 months", "2025-02-28"),
        ("2024-03-31", "9 months", "2024-12-31"),
    ],
)
def test_the_last_day_of_a_time_limit(day: str, due: str, by: str) -> None:
    assert add_time(dt.date.fromisoformat(day), due) == dt.date.fromisoformat(by)


def test_a_time_limit_may_be_set_for_something_else_than_putting_it_right() -> None:
    assert what_is_due("8 weeks for a written response") == "a written response"
    assert what_is_due("immediately") == ""
    assert add_time(dt.date(2024, 12, 13), "8 weeks for a written response") == dt.date(2025, 2, 7)
    assert add_time(dt.date(2024, 12, 13), "immediately for action") == dt.date(2024, 12, 13)


def test_a_shortfall_without_a_time_limit_or_a_publication_is_due_on_no_day() -> None:
    published = {"title": "Report", "published": "2024-12-17"}
    limits = {"now": {"due": "1 day"}, "some-day": {}}
    asked = {"question": "Seen?", "missing": "not seen", "met": {"yes": "seen"}}
    criteria = {name: asked | limit for name, limit in limits.items()}
    seen = {"seen": {"type": "yes-no"}}
    whole = {"rubric": "due", "title": "Due", "version": "1", "fields": seen, "criteria": criteria}
    dated = Rubric.model_validate(whole | {"source": published})
    assert [dated.due_by(name) for name in limits] == [dt.date(2024, 12, 18), None]
    for source in ({"title": "Report"}, None):
        undated = Rubric.model_validate(whole | {"source": source})
        assert [undated.due_by(name) for name in limits] == [None, None]


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ({"scale": ["good", "poor"]}, ["overall"]),
        ({"recorded": "grade", "title": "Judgement"}, ["overall"]),
        ({"bands": {"good": 50}}, ["overall"]),
        ({"plan": {"scale": "two"}, "care": {"scale": "two"}}, ["plan", "care"]),
        ({}, []),
    ],
)
def test_a_single_judgement_needs_no_name(written: dict[str, Any], names: list[str]) -> None:
    grades = grades_by_name(written)
    assert list(grades) == names
    assert [*grades.values()] == ([written] if names == ["overall"] else [*written.values()])


def test_a_part_of_a_rubric_goes_by_its_title_or_its_name_in_words() -> None:
    scale = ["good", "poor"]
    rubric = Rubric.model_validate(
        {
            "rubric": "titles",
            "title": "Titles",
            "version": "1",
            "fields": {
                "first_visit-day": {"type": "date"},
                "case": {"type": "text", "title": "File"},
            },
            "scales": {"two": scale},
            "grades": {"overall": {"scale": "two"}, "of-care": {"scale": scale}},
        }
    )
    names = ["first_visit-day", "case", "sector"]
    assert [rubric.title_of("fields", name) for name in names] == [
        "First visit day",
        "File",
        "Sector",
    ]
    assert [rubric.scale_name(grade) for grade in rubric.grades] == ["two", "of-care"]
    assert [rubric.scale(grade) for grade in rubric.grades] == [scale, scale]
