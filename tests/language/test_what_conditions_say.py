"""What a condition says of itself: in words, by example, what it reads and what is wrong."""

from typing import Any

import pytest

from casefile_audit.rubric.conditions.base import Condition, Fault, Setting
from casefile_audit.rubric.conditions.table import KINDS
from casefile_audit.rubric.model import Rubric
from casefile_audit.scoring.trials import LATE

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
    "again": {"type": "grade"},
    "unused": {"type": "grade"},
    "north": {"type": "text"},
    "spent": {"type": "number"},
    "code": {"type": "code", "codes": ["X", "Y"]},
    "codes": {"type": "code", "codes": ["X", "Y"], "several": "true"},
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
    ({"only": {"codes": ["X", "Y"]}}, "codes is only X or Y"),
    ({"none_of": {"codes": ["X", "Y"]}}, "codes is none of X and Y"),
    ({"each_once": "codes"}, "codes has each code once"),
    ({"same_as": {"note": "case"}}, "note is the same as Case number"),
    ({"no_more_than": {"spent": "age"}}, "spent is no more than age"),
    ({"no_less_than": {"spent": "age"}}, "spent is no less than age"),
    ({"no_better_than": {"grade": "again"}}, "grade is no better than again"),
    ({"no_worse_than": {"grade": "again"}}, "grade is no worse than again"),
    (
        {"within": {"days": 7, "of": "opened", "date": "first_visit"}},
        "first visit is within 7 days of Day opened",
    ),
    (
        {"within": {"months": 1, "of": {"latest": "reviews"}, "date": "as_of"}},
        "the day of the audit is within 1 month of the latest of reviews",
    ),
    (
        {"within": {"years": 2, "earliest": 1, "of": "first reviews", "date": "closed"}},
        "closed is from year 1 to year 2 after the first of reviews",
    ),
    (
        {"on_or_before": {"latest first_visit, closed": "as_of"}},
        "the latest of first visit and closed is on or before the day of the audit",
    ),
    (
        {"within": {"working_days": 1, "of": "opened", "any": "reviews"}},
        "one of reviews is within 1 working day of Day opened",
    ),
    (
        {"within": {"days": 70, "earliest": 56, "of": "opened", "date": "first_visit"}},
        "first visit is from day 56 to day 70 after Day opened",
    ),
    (
        {"within": {"working_days": 4, "earliest": 2, "of": "opened", "any": "reviews"}},
        "one of reviews is from working day 2 to working day 4 after Day opened",
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


ANSWERS = ["Yes", "Partly", "No", ""]
ONE_DAY = ["2024-01-01"]
AROUND = ["2024-01-01", "2023-12-31", "2024-01-02", ""]
EXAMPLES: list[tuple[dict[str, Any], dict[str, list[str]]]] = [
    ({"recorded": "note"}, {"note": ["something written", ""]}),
    ({"recorded": "plan"}, {"plan": ["Yes", ""]}),
    ({"recorded": "age"}, {"age": ["1", ""]}),
    ({"recorded": "grade"}, {"grade": ["good", ""]}),
    ({"recorded": "unused"}, {"unused": ["", ""]}),
    ({"known": "code"}, {"code": ["X", ""]}),
    ({"known": "opened"}, {"opened": ["2024-01-01", ""]}),
    ({"known": "reviews"}, {"reviews": ["2024-01-01", ""]}),
    ({"yes": "plan"}, {"plan": ANSWERS}),
    ({"no": "plan"}, {"plan": ANSWERS}),
    ({"is": {"note": ["AB1", "AB2"]}}, {"note": ["AB1", "AB2", "something else", ""]}),
    ({"is": {"plan": "no"}}, {"plan": ["no", "yes", ""]}),
    ({"is": {"code": "X"}}, {"code": ["X", "Y", ""]}),
    ({"is": {"code": ["X", "Y"]}}, {"code": ["X", "Y", "something else", ""]}),
    ({"at_least": {"age": "5"}}, {"age": ["5.0", "4.0", "6.0", ""]}),
    ({"at_most": {"grade": "fair"}}, {"grade": ["good", "fair", "poor", ""]}),
    ({"between": {"age": ["5", "10"]}}, {"age": ["5.0", "4.0", "6.0", "10.0", "9.0", "11.0", ""]}),
    ({"only": {"codes": ["X"]}}, {"codes": ["X", "X", "Y", ""]}),
    ({"none_of": {"codes": ["X"]}}, {"codes": ["X", "X", "Y", ""]}),
    ({"each_once": "codes"}, {"codes": ["X", "X; X", ""]}),
    (
        {"same_as": {"note": "case"}},
        {"note": ["something written", ""], "case": ["something written", ""]},
    ),
    ({"no_more_than": {"spent": "age"}}, {"spent": ["1", "2", ""], "age": ["1", "2", ""]}),
    ({"no_less_than": {"spent": "age"}}, {"spent": ["1", "2", ""], "age": ["1", "2", ""]}),
    ({"no_better_than": {"grade": "again"}}, {"grade": ["good", ""], "again": ["good", ""]}),
    ({"no_worse_than": {"grade": "again"}}, {"grade": ["good", ""], "again": ["good", ""]}),
    (
        {"within": {"months": 1, "of": {"latest": "reviews"}, "date": "as_of"}},
        {"reviews": ["2099-12-31", "2024-01-01"]},
    ),
    (
        {"within": {"days": 7, "of": "opened", "date": "first_visit"}},
        {"opened": ONE_DAY, "first_visit": ["2024-01-01", "2024-01-29", ""]},
    ),
    (
        {"within": {"days": 70, "earliest": 56, "of": "opened", "date": "first_visit"}},
        {"opened": ONE_DAY, "first_visit": ["2024-02-26", "2024-06-03", ""]},
    ),
    (
        {"within": {"working_days": 1, "of": "opened", "any": "reviews", "until": "closed"}},
        {"opened": ONE_DAY, "reviews": ["2024-01-01", "2024-01-17", ""], "closed": [""]},
    ),
    (
        {"within": {"hours": 960, "of": "opened", "date": "first_visit"}},
        {
            "opened": ["2024-01-01 09:00"],
            "first_visit": ["2024-01-01 09:00", "2024-02-12 09:00", ""],
        },
    ),
    (
        {"every": {"days": 30, "of": "opened", "any": "reviews"}},
        {"opened": [*ONE_DAY, "2099-12-31"], "reviews": [*ONE_DAY, "2099-12-31", ""]},
    ),
    (
        {"every": {"working_days": 20, "of": "opened", "any": "reviews", "until": "closed"}},
        {
            "opened": [*ONE_DAY, "2099-12-31"],
            "reviews": [*ONE_DAY, "2099-12-31", ""],
            "closed": [*ONE_DAY, "2024-03-31"],
        },
    ),
    (
        {"every": {"days": 0, "first": 5, "of": "opened", "any": "reviews", "until": "closed"}},
        {
            "opened": [*ONE_DAY, "2099-12-31"],
            "reviews": [*ONE_DAY, "2099-12-31", ""],
            "closed": [*ONE_DAY, "2024-01-31"],
        },
    ),
    (
        {"on_or_before": {"opened": "1 March 2024"}},
        {"opened": ["2024-03-01", "2024-02-29", "2024-03-02", ""]},
    ),
    ({"on_or_after": {"first_visit": "opened"}}, {"first_visit": AROUND, "opened": ONE_DAY}),
    ({"matches": {"note": r"AB\d"}}, {}),
    ({"mentions": {"note": ["blame"]}}, {"note": ["streetwise", "0", ""]}),
    (
        {"free_of": {"note": ["slang", "nosy* put/puts off*", "later"]}},
        {"note": ["gaff", "nosy put off", "0", ""]},
    ),
    (
        {"all": [{"is": {"note": "a"}}, {"is": {"note": "b"}}, {"yes": "plan"}]},
        {"note": ["a", "something else", "", "b"], "plan": ANSWERS},
    ),
    ({"any": [{"yes": "plan"}, {"known": "age"}]}, {"plan": ANSWERS, "age": ["1", ""]}),
    ({"not": {"known": "age"}}, {"age": ["1", ""]}),
    (
        {"count_of": {"at_least": 1, "of": [{"yes": "plan"}, {"no": "plan"}]}},
        {"plan": ANSWERS},
    ),
]
WORDS = ("text", "identifier", "yes-no", "code", "grade")
SAME = (*WORDS, "number", "date")
USES: list[tuple[dict[str, Any], list[tuple[str, tuple[str, ...]]]]] = [
    ({"recorded": "case"}, [("case", ())]),
    ({"known": "case"}, [("case", ())]),
    ({"yes": "plan"}, [("plan", ("yes-no",))]),
    ({"no": "plan"}, [("plan", ("yes-no",))]),
    ({"is": {"note": "a"}}, [("note", WORDS)]),
    ({"at_least": {"age": "5"}}, [("age", ("number", "grade"))]),
    ({"at_most": {"age": "5"}}, [("age", ("number", "grade"))]),
    ({"between": {"age": ["5", "10"]}}, [("age", ("number",))]),
    ({"only": {"codes": ["X"]}}, [("codes", ("code",))]),
    ({"none_of": {"codes": ["X"]}}, [("codes", ("code",))]),
    ({"each_once": "codes"}, [("codes", ("code",))]),
    ({"same_as": {"note": "case"}}, [("note", SAME), ("case", SAME)]),
    ({"no_more_than": {"spent": "age"}}, [("spent", ("number",)), ("age", ("number",))]),
    ({"no_less_than": {"spent": "age"}}, [("spent", ("number",)), ("age", ("number",))]),
    ({"no_better_than": {"grade": "again"}}, [("grade", ("grade",)), ("again", ("grade",))]),
    ({"no_worse_than": {"grade": "again"}}, [("grade", ("grade",)), ("again", ("grade",))]),
    (
        {"within": {"months": 1, "of": {"latest": ["closed", "reviews"]}, "date": "as_of"}},
        [("closed", ("date", "dates")), ("reviews", ("date", "dates"))],
    ),
    (
        {"within": {"days": 7, "of": "opened", "date": "first_visit"}},
        [("opened", ("date",)), ("first_visit", ("date",))],
    ),
    (
        {"within": {"days": 7, "of": "opened", "any": "reviews", "until": "closed"}},
        [("opened", ("date",)), ("reviews", ("dates",)), ("closed", ("date",))],
    ),
    (
        {"every": {"days": 7, "of": "opened", "any": "reviews", "until": "closed"}},
        [("opened", ("date",)), ("reviews", ("dates",)), ("closed", ("date",))],
    ),
    ({"on_or_before": {"opened": "2024-03-01"}}, [("opened", ("date",))]),
    ({"on_or_after": {"closed": "opened"}}, [("closed", ("date",)), ("opened", ("date",))]),
    ({"matches": {"note": "a"}}, [("note", ("text", "identifier"))]),
    ({"mentions": {"note": "a"}}, [("note", ("text",))]),
    ({"free_of": {"note": "a"}}, [("note", ("text",))]),
    ({"all": [{"yes": "plan"}, {"known": "age"}]}, [("plan", ("yes-no",)), ("age", ())]),
    ({"any": [{"yes": "plan"}, {"known": "age"}]}, [("plan", ("yes-no",)), ("age", ())]),
    ({"not": {"yes": "plan"}}, [("plan", ("yes-no",))]),
    ({"count_of": {"at_least": 1, "of": [{"yes": "plan"}]}}, [("plan", ("yes-no",))]),
]
VISIT = {"within": {"days": 7, "of": "opened", "date": "first_visit", "until": "closed"}}
REVIEWS = {"every": {"days": 7, "of": "opened", "any": "reviews", "until": "closed"}}
EITHER = {"any": [{"yes": "plan"}, {"all": [{"known": "age"}, {"yes": "plan"}]}]}
ANSWERABLE: list[tuple[dict[str, Any], str, bool]] = [
    ({"yes": "plan"}, "plan", True),
    ({"yes": "plan"}, "age", False),
    (VISIT, "opened first_visit", True),
    (VISIT, "opened first_visit closed", True),
    (VISIT, "opened closed", False),
    (REVIEWS, "opened reviews", True),
    (REVIEWS, "opened reviews age", True),
    (REVIEWS, "reviews closed", False),
    (EITHER, "plan", True),
    (EITHER, "age", False),
    ({"all": [EITHER, {"known": "age"}]}, "plan", False),
    ({"all": [EITHER, {"known": "age"}]}, "plan age", True),
    ({"not": EITHER}, "plan", True),
    ({"not": EITHER}, "age", False),
    ({"count_of": {"at_least": 1, "of": [EITHER, {"known": "age"}]}}, "plan", False),
]
NO_LEXICON = "there is no lexicon"
FAULTS: list[tuple[dict[str, Any], list[Fault]]] = [
    (
        {"recorded": "cse"},
        [Fault(("recorded",), "there is no field `cse`", "did you mean `case`?")],
    ),
    (
        {"yes": "case"},
        [Fault(("yes",), "`case` is an identifier field", "this asks for a `yes-no` field")],
    ),
    (
        {"matches": {"age": "a"}},
        [
            Fault(
                ("matches",),
                "`age` is a number field",
                "this asks for a `text` or `identifier` field",
            )
        ],
    ),
    (
        {"on_or_before": {"age": "2024-03-01"}},
        [
            Fault(
                ("on_or_before", "age"),
                "`age` is a number field",
                "this asks for a `date` field",
            )
        ],
    ),
    (
        {"on_or_after": {"opened": "clsed"}},
        [
            Fault(
                ("on_or_after", "opened"),
                "there is no field `clsed`, and it isn't a date",
                "did you mean `closed`?",
            )
        ],
    ),
    (
        {"on_or_after": {"opened": "age"}},
        [
            Fault(
                ("on_or_after", "opened"),
                "`age` is a number field, and it isn't a date",
                "this asks for a `date` field",
            )
        ],
    ),
    (
        {"is": {"code": ["X", "Z", "Xx"]}},
        [
            Fault(("is", "code", 1), "`code` never holds `Z`", "it holds `X` or `Y`"),
            Fault(("is", "code", 2), "`code` never holds `Xx`", "did you mean `X`?"),
        ],
    ),
    (
        {"is": {"note": ["AB1", "north"]}},
        [
            Fault(
                ("is", "note", 1),
                "`north` is a field, and `is` compares with words",
                "to compare the two write `same_as: {note: north}`; if the word is meant, write it "
                "`North`",
            )
        ],
    ),
    ({"is": {"note": ["North"]}}, []),
    (
        {"none_of": {"codes": ["X", "Z"]}},
        [
            Fault(
                ("none_of", "codes", 1),
                "`codes` never holds `Z`",
                "it holds one or several of `X` or `Y`",
            )
        ],
    ),
    (
        {"each_once": "code"},
        [
            Fault(
                ("each_once",),
                "the cells of `code` hold one code",
                "if they may hold several, give `code` the key `several: true`",
            )
        ],
    ),
    (
        {"at_most": {"age": "spent"}},
        [
            Fault(
                ("at_most", "age"),
                "`spent` is a field",
                "to compare the two write `no_more_than: {age: spent}`",
            )
        ],
    ),
    (
        {"at_least": {"grade": "again"}},
        [
            Fault(
                ("at_least", "grade"),
                "`again` is a field",
                "to compare the two write `no_worse_than: {grade: again}`",
            )
        ],
    ),
    (
        {"same_as": {"note": "age"}},
        [
            Fault(
                ("same_as", "note"),
                "`note` is a text field, `age` a number field",
                "they have to be of one type",
            )
        ],
    ),
    (
        {"same_as": {"note": "note"}},
        [Fault(("same_as", "note"), "`note` is compared with itself", "name another field")],
    ),
    (
        {"no_better_than": {"grade": "unused"}},
        [
            Fault(
                ("no_better_than", "grade"),
                "`grade` and `unused` are graded on two scales",
                "only grades of one scale can be compared",
            )
        ],
    ),
    (
        {"on_or_after": {"latest reviws": "as_of"}},
        [
            Fault(
                ("on_or_after", "latest reviws"),
                "there is no field `reviws`",
                "did you mean `reviews`?",
            )
        ],
    ),
    ({"at_least": {"age": "ten"}}, [Fault(("at_least", "age"), "`ten` isn't a number")]),
    ({"at_most": {"age": "inf"}}, [Fault(("at_most", "age"), "`inf` isn't a number")]),
    (
        {"at_least": {"grade": "fare"}},
        [Fault(("at_least", "grade"), "`fare` isn't on the scale", "did you mean `fair`?")],
    ),
    (
        {"matches": {"note": "a(b"}},
        [Fault(("matches", "note"), "the pattern can't be read: missing ): a(b")],
    ),
    (
        {"mentions": {"note": ["bla-me", "shame"]}},
        [Fault(("mentions", "note"), f"{NO_LEXICON} `bla-me`", "did you mean `blame`?")],
    ),
    (
        {"free_of": {"note": ["lang"]}},
        [
            Fault(
                ("free_of", "note"),
                f"{NO_LEXICON} `lang`",
                "did you mean `slang`?",
                is_error=False,
            )
        ],
    ),
    ({"mentions": {"note": ["blam", "shame"]}}, []),
    ({"mentions": {"note": ["blame", "blame me", "bl ame"]}}, []),
    ({"mentions": {"note": "bl ame"}}, []),
    ({"mentions": {"note": "b-l-a-m"}}, []),
    (
        {"all": [{"yes": "plan"}, {"yes": "age"}]},
        [Fault(("all", 1, "yes"), "`age` is a number field", "this asks for a `yes-no` field")],
    ),
    (
        {"not": {"any": [{"yes": "age"}]}},
        [
            Fault(
                ("not", "any", 0, "yes"),
                "`age` is a number field",
                "this asks for a `yes-no` field",
            )
        ],
    ),
    (
        {"count_of": {"at_least": 2, "of": [{"yes": "plan"}]}},
        [Fault(("count_of", "at_least"), "at least 2 of 1 condition can never be met")],
    ),
    (
        {"count_of": {"at_least": 3, "of": [{"yes": "plan"}, {"no": "age"}]}},
        [
            Fault(
                ("count_of", "of", 1, "no"),
                "`age` is a number field",
                "this asks for a `yes-no` field",
            ),
            Fault(("count_of", "at_least"), "at least 3 of 2 conditions can never be met"),
        ],
    ),
]


def read(condition: dict[str, Any]) -> tuple[Condition, Setting]:
    """A condition as a rubric holds it, and what it is read against."""
    rubric = Rubric.model_validate(
        {
            "rubric": "said",
            "title": "Said",
            "version": "1",
            "fields": FIELDS,
            "lexicons": LEXICONS,
            "scales": {"three": ["good", "fair", "poor"]},
            "grades": {
                "overall": {"scale": "three", "recorded": "grade"},
                "again": {"scale": "three", "recorded": "again"},
            },
            "criteria": {"asked": {"question": "So?", "missing": "without", "met": condition}},
        }
    )
    return rubric.criteria["asked"].met, rubric.setting(LATE)


@pytest.mark.parametrize("table", [IN_WORDS, EXAMPLES, USES])
def test_every_kind_is_in_the_tables(table: list[tuple[dict[str, Any], Any]]) -> None:
    assert {key for condition, _ in table for key in condition} == {kind.key for kind in KINDS}


@pytest.mark.parametrize(("condition", "words"), IN_WORDS)
def test_a_condition_is_said_in_the_words_of_the_fields(
    condition: dict[str, Any], words: str
) -> None:
    met, setting = read(condition)
    assert met.says(setting) == words


@pytest.mark.parametrize(("condition", "examples"), EXAMPLES)
def test_examples_are_on_both_sides_of_what_is_asked(
    condition: dict[str, Any], examples: dict[str, list[str]]
) -> None:
    met, setting = read(condition)
    assert met.examples(setting) == examples


@pytest.mark.parametrize(("condition", "uses"), USES)
def test_a_condition_names_the_fields_that_it_reads_and_their_types(
    condition: dict[str, Any], uses: list[tuple[str, tuple[str, ...]]]
) -> None:
    met, _ = read(condition)
    assert [*met.uses()] == uses


@pytest.mark.parametrize(("condition", "columns", "answerable"), ANSWERABLE)
def test_a_condition_can_be_asked_of_a_sheet_that_has_its_columns(
    condition: dict[str, Any], columns: str, answerable: bool
) -> None:
    met, _ = read(condition)
    assert met.answerable(set(columns.split())) is answerable


@pytest.mark.parametrize(("condition", "faults"), FAULTS)
def test_what_is_wrong_with_a_condition_is_said_where_it_is(
    condition: dict[str, Any], faults: list[Fault]
) -> None:
    met, setting = read(condition)
    assert [*met.faults(setting)] == faults
