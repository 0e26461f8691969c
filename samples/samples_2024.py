"""The samples after the 2024 Greater Manchester inspection, but for the case file reviews."""

import datetime as dt
from collections.abc import Sequence

from sample_books import Cell, SampleBook, SampleSheet
from sample_words import CASE_TYPES, NBSP, Chance, any_quality, filled, narratives, where

_SEEN_LANGUAGE = (
    "Did you find victim-blaming language anywhere in the record, including the summary, "
    "the log and the officer's rationale?"
)
_CHALLENGED = (
    "If you found victim-blaming language, had a supervisor already spotted it and given "
    "feedback to the officer who used it?"
)
_NARRATIVE = (
    "In a few sentences, what happened and what does the record say about the child? "
    "Do not give names or dates of birth"
)
_BLAMING_DIP = 41


def dip_samples() -> SampleBook:
    """67 cases in the shape of a Microsoft Forms export."""
    chance = Chance("dip-samples-2024")
    n = 67
    kinds = [chance.pick(list(CASE_TYPES)) for _ in range(n)]
    texts = narratives(chance, kinds, [chance.number(*CASE_TYPES[kind]) for kind in kinds])
    kinds[_BLAMING_DIP] = "Child sexual exploitation"
    texts[_BLAMING_DIP] = (
        "Youth worker reported that adults had given the child alcohol and a new phone. "
        "Rationale for no further action says that contact with the men is a lifestyle choice."
    )
    used = ["Yes" if case == _BLAMING_DIP else "No" for case in range(n)]
    days = [chance.working_day(dt.date(2024, 7, 1), 0, 53) for _ in range(n)]
    starts = sorted(map(chance.office_time, days))
    ends = [start + dt.timedelta(minutes=chance.number(9, 34)) for start in starts]
    columns: dict[str, Sequence[Cell]] = {
        "ID": list(range(1, n + 1)),
        "Start time": starts,
        "Completion time": ends,
        "Email": ["anonymous"] * n,
        "Name": [""] * n,
        f"Crime reference{NBSP}": chance.references(2024, n, first=3000),
        f"Which district does the case belong to?{NBSP}": chance.districts(n),
        f"What is the main concern in this case?{NBSP}": kinds,
        f"{_SEEN_LANGUAGE}{NBSP}": used,
        f"{_CHALLENGED}{NBSP}": ["No" if answer == "Yes" else "N/A" for answer in used],
        f"{_NARRATIVE}{NBSP}": texts,
    }
    return SampleBook(
        file="dip-samples-2024",
        title="Language dip sample 2024",
        rubric="child-protection",
        reproduces=(
            "E3: victim-blaming language in 2 of 115 cases, together with case-reviews-2024.xlsx. "
            "The case here is the one that nobody had challenged.",
        ),
        invented="Everything but the counts.",
        sheets=(SampleSheet("Sheet1", columns),),
    )


def police_protection() -> SampleBook:
    """Six uses of the power, five without the designated officer's record."""
    chance = Chance("police-protection-2024")
    columns: dict[str, Sequence[Cell]] = {
        "Police protection ref": chance.references(2024, 6),
        "District": ["Salford", "Bolton", "Rochdale", "Manchester", "Tameside", "Manchester"],
        "Age of child": [4, 9, 1, 15, 6, 12],
        "Date and time power used": [
            chance.moment(day) for day in chance.days(6, dt.date(2024, 2, 1), dt.date(2024, 7, 12))
        ],
        "Reason for use": [
            "Young child left alone overnight",
            "Assault by a parent, who was arrested",
            "Parents arrested; no other carer present",
            "Found with adults who are suspected of exploiting the child",
            "Assault by a parent's partner; parent would not agree to leave",
            "Missing from care four times in a week; unsafe address",
        ],
        "Best interests considered?": ["Yes"] * 6,
        "Children's social care contacted at the earliest opportunity?": ["Yes"] * 6,
        "DO recorded wishes and feelings": ["Yes", "No", "", "No", "Yes", "-"],
        "DO reviewed use of power": ["Yes", "No", "", "Yes", "", "No"],
        "How police protection ended": [
            "Placed with grandmother by agreement, 14:20 the next day",
            "",
            "",
            "",
            "Returned to mother; no time given",
            "TBC",
        ],
    }
    return SampleBook(
        file="police-protection-2024",
        title="Police protection review 2024",
        rubric="police-protection",
        reproduces=(
            "E4: 5 of 6 missing the designated officer's record: the child's wishes and feelings, "
            "a review of the use of the power, or how it ended.",
            "E5: children's social care contacted at the earliest opportunity in 6 of 6.",
        ),
        invented="Which of the three records each case lacks, and everything else but the counts.",
        sheets=(SampleSheet("Police protection", columns),),
    )


def missing_children() -> SampleBook:
    """Ten episodes under a two-row heading, with dates as people type them."""
    chance = Chance("missing-children-2024")
    n = 10
    days = chance.days(n, dt.date(2024, 5, 1), dt.date(2024, 7, 14))
    reported = [chance.moment(day) for day in days]
    returned = [moment + dt.timedelta(hours=chance.number(5, 30)) for moment in reported]
    at_risk = ["No", "Y", "Yes", "yes", "Yes", "No", f"Yes{NBSP}", "Yes", "NK", "Yes"]
    columns: dict[str, Sequence[Cell]] = {
        "Episode number": chance.references(2024, n),
        "District": chance.districts(n),
        "Date and time reported missing": [
            moment if case % 3 else f"{moment:%d/%m/%Y %H:%M}"
            for case, moment in enumerate(reported)
        ],
        "Age when reported missing": [13, 15, 14, 16, 15, 11, 17, 14, 12, 16],
        "At risk of exploitation?": at_risk,
        "Initial risk grading": ["High", "HIGH", "High", "high", *["High"] * 6],
        "Date returned": [chance.written(moment.date()) for moment in returned],
        "Seen on return": ["Y", "Y", "N", "Y", "Y", "Y", "N", "Y", "Y", "Y"],
        "Account of where the child had been": [
            "Y",
            "Partly",
            "N",
            "Y",
            "",
            "Y",
            "N",
            "Partly",
            "Y",
            "",
        ],
    }
    return SampleBook(
        file="missing-children-2024",
        title="Missing children dip sample 2024",
        rubric="missing-children",
        reproduces=(
            "E6: after April 2024, 10 of 10 children of 13 or under, or at risk of exploitation, "
            "were graded high risk at once. One is 13 and not at risk.",
        ),
        invented="What happened on the child's return, and everything else but the counts.",
        sheets=(
            SampleSheet(
                "Missing episodes",
                columns,
                groups=(("Episode", 3), ("Risk when reported", 3), ("Return", 3)),
            ),
        ),
    )


def encompass_before() -> SampleBook:
    """Twelve incidents before the change of process, sorted by team with merged cells."""
    chance = Chance("encompass-before")
    teams = ["Bury", *["Manchester"] * 3, *["Oldham"] * 2, *["Rochdale"] * 4, *["Stockport"] * 2]
    told = chance.dealt({"y": 5, "Y": 1, "n": 3, "N": 1, "": 1, "not recorded": 1})
    columns = _encompass(chance, teams, told, dt.date(2024, 1, 8), dt.date(2024, 4, 14))
    sheet = SampleSheet(
        "Before",
        columns,
        banner=("Operation Encompass dip sample: before the new process",),
        merge_down=("MASH",),
        footer=(("Total", None, None, None, 6),),
    )
    return SampleBook(
        file="encompass-before",
        title="Operation Encompass dip sample, before the change",
        rubric="operation-encompass",
        reproduces=("E7, first half: 6 of 12 incidents not shared with the school.",),
        invented="Everything but the counts.",
        sheets=(sheet,),
    )


def encompass_after() -> SampleBook:
    """Twelve incidents after it."""
    chance = Chance("encompass-after")
    told = chance.dealt({"Yes": 10, "No": 1, "": 1})
    columns = _encompass(
        chance, sorted(chance.districts(12)), told, dt.date(2024, 6, 3), dt.date(2024, 8, 11)
    )
    return SampleBook(
        file="encompass-after",
        title="Operation Encompass dip sample, after the change",
        rubric="operation-encompass",
        reproduces=("E7, second half: 2 of 12 incidents not shared with the school.",),
        invented="Everything but the counts.",
        sheets=(SampleSheet("After", columns),),
    )


def _encompass(
    chance: Chance, teams: list[str], told: list[str], first: dt.date, last: dt.date
) -> dict[str, Sequence[Cell]]:
    # Numbers run on through the year, so that no incident is in two dip samples.
    references = chance.references(2024, 12, first=8000 + 100 * first.month)
    days = chance.days(12, first, last)
    order = chance.shuffled(range(12))
    return {
        "MASH": teams,
        "Incident number": [references[place] for place in order],
        "Date of incident": [days[place] for place in order],
        "School-aged child?": ["Yes"] * 12,
        "School notified?": told,
        "DASH completed?": ["Yes"] * 12,
        "Domestic abuse report completed": ["Yes"] * 12,
    }


def child_deaths() -> SampleBook:
    """Ten deaths, each led by a trained detective inspector."""
    chance = Chance("child-deaths-2024")
    n = 10
    columns: dict[str, Sequence[Cell]] = {
        "Incident ref": chance.references(2024, n),
        "District": chance.districts(n),
        "Date reported": chance.days(n, dt.date(2024, 1, 3), dt.date(2024, 7, 5)),
        "DI attended?": ["Yes"] * n,
        "DI lead investigator": ["Yes"] * n,
        "Suitably trained?": ["Yes"] * n,
        "Joint decision with partners": ["Yes"] * n,
    }
    return SampleBook(
        file="child-deaths-2024",
        title="Child deaths review 2024",
        rubric="child-deaths",
        reproduces=("E8: a suitably trained detective inspector led in 10 of 10.",),
        invented="Everything but the counts of E8.",
        sheets=(SampleSheet("Child deaths", columns),),
    )


def online_extortion() -> SampleBook:
    """Ten children extorted after sharing images."""
    chance = Chance("online-extortion-2024")
    n = 10
    quality = any_quality(chance, n)
    consent = ["Yes", "Yes", "N/A", "Yes", "No", "Yes", "Yes", "N/A", "Yes", "No"]
    taken: list[Cell] = [""] * n
    returned: list[Cell] = [""] * n
    days = chance.days(n, dt.date(2024, 3, 4), dt.date(2024, 7, 19))
    # Minutes that each device was kept. Nobody takes one whose owner doesn't agree.
    for case, minutes in {0: 1440, 1: 640, 3: 1385, 5: 1120, 6: 415}.items():
        moment = chance.moment(days[case])
        taken[case], returned[case] = moment, moment + dt.timedelta(minutes=minutes)
    images = quality.answers({"Yes": 3, "No": 3}, where(consent, "Yes"))
    columns: dict[str, Sequence[Cell]] = {
        "Crime number": chance.references(2024, n, first=6000),
        "District": chance.districts(n),
        "Age of child": [chance.number(12, 17) for _ in range(n)],
        "Money demanded?": ["Yes"] * n,
        "Enquiries with bank or payment provider": quality.answers({"No": 7, "": 3}),
        "Usernames recorded as intelligence": quality.answers({"Yes": 2, "Some": 1, "No": 7}),
        "Victim consented to examination": consent,
        "Date and time device taken": taken,
        "Date and time device returned": returned,
        "Images uploaded to CAID": filled(images, where(consent, "Yes"), "N/A"),
        "CAP submitted": quality.answers({"Yes": 4, "No": 6}),
    }
    return SampleBook(
        file="online-extortion-2024",
        title="Online extortion dip sample 2024",
        rubric="online-exploitation",
        reproduces=(
            "E9: enquiries with financial institutions made in 0 of 10.",
            "E11: the target of 95% for devices back with consenting victims within 24 hours. "
            "Here 5 of 5 are in time, one of them to the minute.",
        ),
        invented="The devices, the images and the referrals, and everything else but E9's counts.",
        sheets=(SampleSheet("Extortion cases", columns),),
    )


def judgements() -> SampleBook:
    """The force's five graded judgements, as published."""
    columns = {
        "Judgement area": [
            "Leadership of child protection arrangements",
            "Working with safeguarding partners",
            "Responding to children at risk of harm",
            "Assessing risk to children and making appropriate referrals",
            "Investigating reports of abuse, neglect and exploitation of children",
        ],
        "Inspected by": ["HMICFRS"] * 5,
        "Graded judgement": ["Good", "Good", "Adequate", "Adequate", "Adequate"],
    }
    return SampleBook(
        file="judgements-2024",
        title="Graded judgements 2024",
        rubric="judgements",
        reproduces=("E13: 2 good and 3 adequate. These five are as published.",),
        invented="Nothing: the rows are judgements of a force, not cases.",
        sheets=(SampleSheet("Judgements", columns),),
    )
