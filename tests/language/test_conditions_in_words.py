"""What `audit rubric show` says of a condition."""

from typing import Any

import pytest

from casefile_audit.conditions.table import KINDS
from casefile_audit.rubric import Rubric
from casefile_audit.rubric_trials import LATE

FIELDS: dict[str, Any] = {
    "case": {"type": "identifier", "title": "Case number"},
    "note": {"type": "text"},
    "voice_of-child": {"type": "yes-no"},
    "plan": {"type": "yes-no", "title": "Plan in place"},
    "age": {"type": "number"},
    "opened": {"type": "date", "title": "Day opened"},
    "first_visit": {"type": "date"},
    "closed": {"type": "date"},
    "reviews": {"type": "dates"},
    "grade": {"type": "grade"},
}
LEXICONS: dict[str, Any] = {
    "blame": {"title": "Words that blame", "phrases": ["streetwise"]},
    "slang": {"phrases": ["gaff"]},
}
IN_WORDS: list[tuple[dict[str, Any], str]] = [
    ({"recorded": "case"}, "Case number is recorded"),
    ({"known": "first_visit"}, "first visit is known"),
    ({"yes": "voice_of-child"}, "voice of child is yes"),
    ({"no": "plan"}, "Plan in place is no"),
    ({"is": {"note": ["AB1"]}}, "note is AB1"),
    ({"is": {"note": ["AB1", "AB2", "AB3"]}}, "note is AB1, AB2 or AB3"),
    ({"at_least": {"age": "5"}}, "age is 5 or more"),
    ({"at_least": {"grade": "fair"}}, "grade is fair or better"),
    ({"at_most": {"age": "5"}}, "age is 5 or less"),
    ({"at_most": {"grade": "fair"}}, "grade is fair or worse"),
    ({"between": {"age": ["5", "10"]}}, "age is between 5 and 10"),
    (
        {"within": {"days": 7, "of": "opened", "date": "first_visit"}},
        "first visit is within 7 days of Day opened",
    ),
    (
        {"within": {"working_days": 1, "of": "opened", "any": "reviews"}},
        "one of reviews is within 1 working day of Day opened",
    ),
    (
        {"within": {"hours": 1.5, "of": "opened", "date": "first_visit"}},
        "first visit is within 1.5 hours of Day opened",
    ),
    (
        {"every": {"days": 30, "of": "opened", "any": "reviews"}},
        "reviews come at least every 30 days from Day opened",
    ),
    (
        {"every": {"days": 30, "first": 1, "of": "opened", "any": "reviews", "until": "closed"}},
        "reviews come at least every 30 days from Day opened, the first within 1 day until closed",
    ),
    (
        {"every": {"working_days": 20, "first": 5, "of": "opened", "any": "reviews"}},
        "reviews come at least every 20 working days from Day opened, "
        "the first within 5 working days",
    ),
    ({"on_or_before": {"opened": "2024-03-01"}}, "Day opened is on or before 2024-03-01"),
    ({"on_or_before": {"first_visit": "opened"}}, "first visit is on or before Day opened"),
    ({"on_or_after": {"opened": "1 March 2024"}}, "Day opened is on or after 1 March 2024"),
    ({"on_or_after": {"first_visit": "opened"}}, "first visit is on or after Day opened"),
    ({"matches": {"note": r"AB\d"}}, r"note matches the pattern AB\d"),
    ({"mentions": {"note": ["blame"]}}, "note mentions Words that blame"),
    ({"free_of": {"note": ["slang", "nosy*"]}}, 'note is free of slang or "nosy*"'),
    (
        {"mentions": {"note": ["slang", *"abcdef"]}},
        'note mentions slang, "a", "b", "c", "d", "e" or 1 more',
    ),
    ({"all": [{"yes": "plan"}, {"known": "age"}]}, "Plan in place is yes and age is known"),
    ({"any": [{"yes": "plan"}, {"known": "age"}]}, "Plan in place is yes or age is known"),
    ({"not": {"known": "age"}}, "it is not so that age is known"),
    (
        {"count_of": {"at_least": 1, "of": [{"yes": "plan"}, {"known": "age"}]}},
        "at least 1 of these is so: Plan in place is yes; age is known",
    ),
    (
        {"count_of": {"at_least": 2, "of": [{"yes": "plan"}, {"known": "age"}, {"no": "plan"}]}},
        "at least 2 of these are so: Plan in place is yes; age is known; Plan in place is no",
    ),
]


@pytest.mark.parametrize(("condition", "words"), IN_WORDS)
def test_a_condition_is_said_in_the_words_of_the_fields(
    condition: dict[str, Any], words: str
) -> None:
    rubric = Rubric.model_validate(
        {
            "rubric": "said",
            "title": "Said",
            "version": "1",
            "fields": FIELDS,
            "lexicons": LEXICONS,
            "grades": {"scale": ["good", "fair", "poor"], "recorded": "grade"},
            "criteria": {"asked": {"question": "So?", "missing": "without", "met": condition}},
        }
    )
    met = rubric.criteria["asked"].met
    assert met.says(rubric.setting(LATE)) == words


def test_every_kind_is_said() -> None:
    assert {key for condition, _ in IN_WORDS for key in condition} == {kind.key for kind in KINDS}
