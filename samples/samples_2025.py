"""The samples after the 2025 report: peer reviews in three sectors, and 74 people's records."""

import datetime as dt
from collections.abc import Sequence

from sample_books import Cell, SampleBook, SampleSheet
from sample_words import DISTRICTS, Chance, any_quality

_EACH = 4
_CASES = _EACH * len(DISTRICTS)
# Each team reviews the district so many places further on, never its own.
_NEXT = 3


def peer_review() -> SampleBook:
    """Forty cases, ten districts by four, on a sheet for each sector with that sector's words."""
    return SampleBook(
        file="peer-review-2025",
        title="Complex safeguarding peer review 2025",
        rubric="peer-review",
        reproduces=(
            "E14: ten district teams review four cases each of another district, 40 in all. Each "
            "gives four and gets four.",
            "E16: three sectors with headings and codes of their own, asked the same questions.",
        ),
        invented="The counts of every question, the pairs of districts and all the cases.",
        sheets=(_police(), _social_care(), _health()),
    )


def _rota() -> tuple[list[str], list[str]]:
    """The district of each case, and the district whose team reviews it."""
    reviewed = [district for district in DISTRICTS for _ in range(_EACH)]
    places = [DISTRICTS.index(district) for district in reviewed]
    return reviewed, [DISTRICTS[(place - _NEXT) % len(DISTRICTS)] for place in places]


def _references(code: str) -> list[Cell]:
    return [
        f"PR25/{district[:3].upper()}/{number}/{code}"
        for district in DISTRICTS
        for number in range(1, _EACH + 1)
    ]


def _police() -> SampleSheet:
    chance = Chance("peer-review-2025 police")
    quality = any_quality(chance, _CASES)
    reviewed, team = _rota()
    ethnicity = {
        "W1": 14,
        "A2": 6,
        "M1": 4,
        "B1": 3,
        "W9": 2,
        "NS": 2,
        "Not known": 1,
        "": 6,
        "-": 2,
    }
    columns: dict[str, Sequence[Cell]] = {
        "Crime or CAP number": _references("P"),
        "District": reviewed,
        "Reviewed by": team,
        "Reviewer from another district?": ["Yes"] * _CASES,
        "Self-defined ethnicity": chance.dealt(ethnicity),
        "Disability or SEN": chance.dealt({"No": 19, "Yes": 5, "Not known": 3, "": 12, "TBC": 1}),
        "Child's voice recorded": quality.answers({"Yes": 29, "Partly": 5, "No": 4, "": 2}),
        "Exploitation risk assessed?": quality.answers({"Yes": 37, "No": 3}),
        "Disruption considered": quality.answers({"Yes": 33, "No": 5, "": 2}),
        "Multi-agency plan on record": quality.answers({"Yes": 34, "No": 6}),
        "Shared with partners": quality.answers({"Yes": 38, "No": 2}),
        "Supervision recorded": quality.answers({"Yes": 32, "No": 8}),
    }
    return SampleSheet("Police", columns)


def _social_care() -> SampleSheet:
    chance = Chance("peer-review-2025 social care")
    quality = any_quality(chance, _CASES)
    reviewed, team = _rota()
    ethnicity = {
        "a) WBRI": 17,
        "h) APKN": 7,
        "d) MWBC": 4,
        "BAFR": 4,
        "wbri": 4,
        "s) REFU": 3,
        "s) NOBT": 1,
    }
    disability = {"NONE": 24, "LD": 4, "AUT": 4, "BEH": 3, "COMM": 1, "": 4}
    columns: dict[str, Sequence[Cell]] = {
        "Social care record ID": _references("S"),
        "District": reviewed,
        "Reviewing team": team,
        "Independent of the district": ["a) Yes"] * _CASES,
        "Child's ethnicity": chance.dealt(ethnicity),
        "Does the child have a disability": chance.dealt(disability),
        "Child's wishes and feelings": quality.answers({"Yes": 35, "Partly": 3, "No": 2}),
        "Exploitation risk assessed": quality.answers({"Yes": 38, "No": 2}),
        "Return home interview offered": quality.answers({"Yes": 21, "N/A": 14, "No": 5}),
        "Multi-agency plan on record": quality.answers({"Yes": 37, "No": 3}),
        "Information shared with partners": quality.answers({"Yes": 36, "No": 4}),
        "Management oversight recorded": quality.answers({"Yes": 37, "No": 2, "": 1}),
    }
    return SampleSheet("Children's social care", columns)


def _health() -> SampleSheet:
    chance = Chance("peer-review-2025 health")
    quality = any_quality(chance, _CASES)
    reviewed, team = _rota()
    ethnicity = {
        "White British": 18,
        "Pakistani": 7,
        "White and Black Caribbean": 4,
        "African": 3,
        "Z": 2,
        "99": 1,
        "": 5,
    }
    disability = {"NN": 22, "01": 4, "04": 4, "10": 1, "ZZ": 2, "": 7}
    columns: dict[str, Sequence[Cell]] = {
        "Health record ref": _references("H"),
        "Locality": reviewed,
        "Reviewed by": team,
        "Reviewer from another district?": ["Y"] * _CASES,
        "Ethnic category": chance.dealt(ethnicity),
        "Disability (NHS code)": chance.dealt(disability),
        "What the child said": quality.answers({"Y": 25, "Partly": 6, "N": 6, "": 3}),
        "Exploitation screening done": quality.answers({"Y": 29, "N": 11}),
        "Health needs assessed?": quality.answers({"Y": 34, "Partly": 3, "N": 3}),
        "Safeguarding plan on file": quality.answers({"Y": 26, "N": 10, "": 4}),
        "Shared with partners": quality.answers({"Y": 33, "N": 7}),
        "Safeguarding supervision": quality.answers({"Y": 30, "N": 7, "": 3}),
    }
    return SampleSheet("Health", columns)


def victim_records() -> SampleBook:
    """All 74 records, with references that begin with noughts and two hidden rows."""
    chance = Chance("victim-records-2025")
    n = 74
    quality = any_quality(chance, n)
    assessed = quality.answers({"Yes": 52, "No": 14, "": 8})
    offered = quality.answers({"Yes": 48, "Partly": 9, "No": 12, "": 5})
    investigated = quality.answers({"Yes": 55, "No": 13, "NK": 2, "": 4})
    short = [
        case
        for case in range(n)
        if {assessed[case], offered[case], investigated[case]} & {"No", "Partly"}
    ]
    revisited = quality.answers({"Yes": len(short) - 4, "No": 4}, short)
    columns: dict[str, Sequence[Cell]] = {
        "Record number": [
            f"{number:05d}" for number in sorted(chance.shuffled(range(11, 990))[:n])
        ],
        "First contact": [
            chance.written(day)
            for day in chance.days(n, dt.date(2003, 2, 1), dt.date(2013, 11, 30))
        ],
        "Vulnerability assessment recorded": assessed,
        "Offer of support recorded": offered,
        "Adequately investigated?": investigated,
        "Revisited since 2019": revisited,
    }
    return SampleBook(
        file="victim-records-2025",
        title="Records of 74 likely victims 2025",
        rubric="victim-records",
        reproduces=("E15: a census of 74 records, all of them reviewed.",),
        invented=(
            "The counts of every question: the report says only that there were failings in some. "
            "The dates and the records too."
        ),
        sheets=(SampleSheet("Records", columns, hidden_cases=(20, 21)),),
    )
