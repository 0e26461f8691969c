"""The 48 case file reviews of 2024: the sample that the program is shown with."""

import datetime as dt
from collections.abc import Mapping, Sequence

from sample_books import Cell, SampleBook, SampleSheet
from sample_words import (
    CASE_TYPES,
    NBSP,
    Chance,
    Quality,
    any_quality,
    filled,
    narratives,
    where,
)

_N = 48
_REVIEWS = 6
# The case in which a supervisor had spotted the language.
_BLAMING = 17
_ETHNICITIES = {
    "W1": 8,
    "W1 - White British": 4,
    "White British": 5,
    f"W1{NBSP}": 2,
    "W9": 2,
    "A2": 3,
    "Asian - Pakistani": 2,
    "A3": 1,
    "B1": 2,
    "Black - African": 1,
    "M1": 2,
    "O2 Arab": 1,
    "Somali": 1,
    "NS": 1,
    "Declined": 1,
    # From here on nothing is recorded: "not known" is no answer to this question. The last is what
    # an officer saw, not what the child said.
    "Not known": 1,
    "": 6,
    "-": 2,
    "TBC": 1,
    "Not recorded": 1,
    "IC1": 1,
}
_SEND = {
    "No": 9,
    "None": 4,
    "No SEND": 3,
    "Not known": 4,
    "NK": 1,
    "ADHD": 2,
    "Autism, EHC plan": 1,
    "SEN support - speech and language": 2,
    "Hearing impairment": 1,
    "Declined to say": 1,
    # From here on nothing is recorded.
    "": 13,
    "-": 3,
    "TBC": 2,
    "?": 1,
    "No entry": 1,
}
# What a case is, not how well it was done.
_FACTS = ("CAP needed?", "Strategy discussion needed?", "VRI needed")
_GUIDANCE = (
    "How to fill in the case file review",
    "One row for each file. Read the whole record before you answer, and answer from the record.",
    "Answer Yes, Partly, No or N/A. Leave the cell blank where the record is silent.",
    "Write Not known only where the record itself says that it isn't known.",
    "Ethnicity is what the child says it is, not what an officer observed.",
    "Dates are day, month, year. Put the sergeant's reviews in the order in which they were made.",
    "The overall grade is your judgement of the file. It isn't an average of the answers.",
)


def case_reviews() -> SampleBook:
    """48 files under a banner, with a guidance sheet, hidden lists and a row of totals."""
    chance = Chance("case-reviews-2024")
    columns = _columns(chance, any_quality(chance, _N))
    sheet = SampleSheet(
        "Case reviews",
        columns,
        banner=(
            "Child protection case file review, January to June 2024",
            "Reviewed by the audit team in July 2024. Synthetic sample, no real case.",
        ),
        footer=(("Total", _N),),
    )
    return SampleBook(
        file="case-reviews-2024",
        title="Child protection case file review 2024",
        rubric="child-protection",
        reproduces=(
            "E1: 12 of 48 missing ethnicity.",
            "E2: 20 of 48 missing disability or SEND. Not known, None and No SEND are entries.",
            "E3: victim-blaming language in 2 of 115 cases, together with dip-samples-2024.xlsx. "
            "The case here is the one that a supervisor had challenged.",
            "E10: a sergeant's review within 7 days and every 28 days, an inspector's after 56. "
            "The counts are ours.",
            "E12: 2 of 48 missing family-link assessment.",
        ),
        invented="The counts of every other question, the grades, the dates and all the cases.",
        sheets=(sheet,),
        guidance=_GUIDANCE,
        lists={
            "Answers": ["Yes", "Partly", "No", "N/A"],
            "Grades": ["Good", "Adequate", "Requires improvement", "Inadequate"],
        },
    )


def _columns(chance: Chance, quality: Quality) -> dict[str, Sequence[Cell]]:
    kinds = chance.dealt(dict.fromkeys(CASE_TYPES, _N // len(CASE_TYPES)))
    kinds[_BLAMING] = "Child sexual exploitation"
    ages = [chance.number(*CASE_TYPES[kind]) for kind in kinds]
    blaming = ["Yes" if case == _BLAMING else "No" for case in range(_N)]
    answers = _answers(chance, quality, kinds, ages)
    challenged = ["Yes" if answer == "Yes" else "N/A" for answer in blaming]
    return {
        "Case ref": chance.references(2024, _N),
        "District": chance.districts(_N),
        "Case type": kinds,
        "Age of child": ages,
        "Self-defined ethnicity": chance.dealt(_ETHNICITIES),
        "Disability or SEN": chance.dealt(_SEND),
        **answers,
        **_supervision(chance, quality),
        "Victim-blaming language used": blaming,
        "Supervisor challenged language": challenged,
        **_grades(chance, answers),
        "Summary": _summaries(chance, kinds, ages, answers["CAP needed?"]),
    }


# The kinds of case in which something is needed, from where it always is to where it seldom is.
# What a case is doesn't hang on how well it was done.
_SERIOUS = (
    *("Sexual abuse", "Child sexual exploitation", "Child criminal exploitation", "Physical abuse"),
    *("Neglect", "Online exploitation", "Domestic abuse", "Missing child"),
)
_INTERVIEWED = (
    *("Sexual abuse", "Child sexual exploitation", "Online exploitation", "Physical abuse"),
    *("Child criminal exploitation", "Domestic abuse", "Missing child", "Neglect"),
)
# What was reported where no referral was needed.
_NO_REFERRAL = {
    "Missing child": (
        "Reported missing by a grandparent; had stayed on for football training and was home "
        "before officers came. Never missing before.",
        "Late back from school by bus and without a phone; home within the hour. Parents' plan "
        "for late buses is on file.",
        "Reported missing from a shopping centre; found by staff with the friend's mother who had "
        "driven them there.",
        "Missed the last train after a concert and rang home from the next station; collected by "
        "a parent before midnight.",
    ),
    "Domestic abuse": (
        "Verbal argument between adult siblings. The child lives elsewhere and wasn't there; a "
        "referral of the week before is open with social care.",
        "Call by a neighbour about raised voices; the child was away with grandparents, and both "
        "adults were seen apart. A plan with social care is in place.",
    ),
}
# Younger children are seldom interviewed on video.
_YOUNGEST_INTERVIEWED = 4


def _needed(
    chance: Chance, kinds: Sequence[str], order: Sequence[str], n: int, unfit: Sequence[int] = ()
) -> list[str]:
    """Yes for so many cases, of the kinds that need it most, and of those any."""
    cases = chance.shuffled(range(len(kinds)))
    ranked = sorted(cases, key=lambda case: (case in unfit, order.index(kinds[case])))
    chosen = set(ranked[:n])
    return ["Yes" if case in chosen else "No" for case in range(len(kinds))]


def _answers(
    chance: Chance, quality: Quality, kinds: Sequence[str], ages: Sequence[int]
) -> dict[str, list[str]]:
    referral = _needed(chance, kinds, _SERIOUS, 40)
    discussion = _needed(chance, kinds, _SERIOUS, 33)
    young = [case for case, age in enumerate(ages) if age < _YOUNGEST_INTERVIEWED]
    interview = _needed(chance, kinds, _INTERVIEWED, 24, young)
    among = where(discussion, "Yes")
    strategy = filled(quality.answers({"Yes": 31, "No": 2}, among), among, "No")

    def asked(among: list[str], counts: Mapping[str, int]) -> list[str]:
        cases = where(among, "Yes")
        return filled(quality.answers(counts, cases), cases, "N/A")

    return {
        "Risks recognised?": quality.answers({"Yes": 39, "Partly": 4, "No": 5}),
        "Response prompt?": _typed(quality.answers({"Yes": 44, "No": 4})),
        "Child seen and spoken to?": quality.answers({"Yes": 43, "N/A": 2, "No": 1, "": 2}),
        "Voice of the child recorded?": quality.answers({"Yes": 35, "Partly": 6, "No": 4, "": 3}),
        "Family links adequately assessed?": _typed(quality.answers({"Yes": 46, "No": 2})),
        "CAP needed?": referral,
        "CAP submitted?": asked(referral, {"Yes": 36, "No": 3, "": 1}),
        "Strategy discussion needed?": discussion,
        "Strategy discussion held?": strategy,
        "Strategy discussion outcome recorded": asked(strategy, {"Yes": 30, "No": 1}),
        "Victim needs assessment completed?": quality.answers({"Yes": 39, "N/A": 3, "No": 6}),
        "VRI needed": interview,
        "VRI without delay": asked(interview, {"Yes": 16, "No": 8}),
        "Activity on crime system?": quality.answers({"Yes": 36, "Partly": 5, "No": 7}),
    }


def _typed(answers: Sequence[str]) -> list[str]:
    """Answers as different readers type them."""
    forms = {"Yes": ("Yes", "yes", "Y", f"Yes{NBSP}"), "No": ("No", "N")}
    return [forms[answer][case % len(forms[answer])] for case, answer in enumerate(answers)]


def _supervision(chance: Chance, quality: Quality) -> dict[str, list[Cell]]:
    allocated = chance.days(_N, dt.date(2024, 1, 8), dt.date(2024, 3, 22))
    first = _with(quality.answers({"in time": 39, "late": 6, "none": 3}), _BLAMING, "in time")
    rhythm = quality.answers({"kept": 33, "lapsed": 12}, where(first, "in time", "late"))
    inspector = _with(
        quality.answers({"in time": 37, "not in time": 6, "": 5}), _BLAMING, "in time"
    )
    reviews: list[list[Cell]] = [[""] * _N for _ in range(_REVIEWS)]
    closed: list[Cell] = []
    seen_by_inspector: list[Cell] = []
    for case, start in enumerate(allocated):
        ended = chance.working_day(start, 76, 100)
        day = chance.working_day(start, *((8, 15) if first[case] == "late" else (2, 7)))
        gap = (21, 28) if rhythm[case] == "kept" else (31, 40)
        for number in range(_REVIEWS if first[case] != "none" else 0):
            if day < ended:
                reviews[number][case] = chance.written(day)
            day = chance.working_day(day, *gap)
        closed.append(ended)
        # Some come early, which is no review after 56 days, and some late.
        outside = chance.pick(((38, 52), (71, 75)))
        seen = chance.working_day(start, *((56, 70) if inspector[case] == "in time" else outside))
        seen_by_inspector.append(seen if inspector[case] else "")
    # Somebody meant a week. It can't be read as a day, and no published figure hangs on it.
    unread = next(case for case in where(inspector, "in time") if case != _BLAMING)
    seen_by_inspector[unread] = "w/c 14/03"
    return {
        "Date allocated": [chance.written(day) for day in allocated],
        **{f"Sergeant review {number + 1}": dates for number, dates in enumerate(reviews)},
        "DI review": seen_by_inspector,
        "Date closed": closed,
    }


def _with(answers: list[str], case: int, answer: str) -> list[str]:
    """The same answers, dealt so that one case has a given one: it changes with another."""
    other = answers.index(answer)
    answers[other], answers[case] = answers[case], answers[other]
    return answers


def _grades(chance: Chance, answers: Mapping[str, Sequence[str]]) -> dict[str, list[Cell]]:
    """Grades that follow the answers, as a reader's do, but not to the letter."""
    weight = {"No": 2, "N": 2, "": 2, "Partly": 1}
    questions = [words for heading, words in answers.items() if heading not in _FACTS]
    faults = [sum(weight.get(words[case], 0) for words in questions) for case in range(_N)]
    quality = Quality(chance, sorted(range(_N), key=lambda case: (faults[case], case)), 2)
    grades = ("Good", "Adequate", "RI", "Inadequate")
    splits = {
        "Responding": (26, 14, 6, 2),
        "Assessing risk": (17, 20, 8, 3),
        "Investigating": (19, 17, 9, 3),
        "Overall grade": (20, 17, 8, 3),
    }
    return {
        heading: [*quality.answers(dict(zip(grades, split, strict=True)))]
        for heading, split in splits.items()
    }


def _summaries(
    chance: Chance, kinds: Sequence[str], ages: Sequence[int], referral: Sequence[str]
) -> list[str]:
    texts = narratives(chance, kinds, ages)
    for number, case in enumerate(where(referral, "No")):
        stories = _NO_REFERRAL[kinds[case]]
        texts[case] = stories[number % len(stories)]
    texts[_BLAMING] = (
        "Care home reported that adult males were collecting the child by car. Response log says "
        "that she keeps putting herself at risk by going with them. Detective sergeant challenged "
        "this on review, gave feedback to the officer and had the log corrected."
    )
    return texts
