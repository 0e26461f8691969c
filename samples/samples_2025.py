"""The samples after the 2025 report: peer reviews in three sectors, and 74 people's records."""

import datetime as dt
from collections.abc import Mapping, Sequence

from sample_books import Cell, SampleBook, SampleSheet
from sample_words import DISTRICTS, Chance, any_quality

_EACH = 4
_CASES = _EACH * len(DISTRICTS)
# The forty children, as the three sectors write what is so of them.
_ETHNICITIES = {"british": 20, "pakistani": 9, "mixed": 5, "african": 4, "other white": 2}
_DISABILITIES = {"none": 26, "learning": 5, "autism": 4, "behaviour": 3, "two": 2}
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


def _children() -> list[tuple[str, str]]:
    """What is so of each child, whichever sector writes it down: ethnicity and disability."""
    chance = Chance("peer-review-2025 children")
    return [*zip(chance.dealt(_ETHNICITIES), chance.dealt(_DISABILITIES), strict=True)]


def _written(chance: Chance, words: Sequence[str], instead: Mapping[str, int]) -> list[str]:
    """What a sector's records hold: the words for each child, but in some files something else."""
    held = list(words)
    cases = iter(chance.shuffled(range(len(held))))
    for other, n in instead.items():
        for _ in range(n):
            held[next(cases)] = other
    return held


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
    codes = {
        "british": "W1",
        "pakistani": "A2",
        "mixed": "M1",
        "african": "B2",
        "other white": "W9",
    }
    ethnicity = [codes[group] for group, _ in _children()]
    disabled = ["No" if disability == "none" else "Yes" for _, disability in _children()]
    columns: dict[str, Sequence[Cell]] = {
        "Crime or CAP number": _references("P"),
        "District": reviewed,
        "Reviewed by": team,
        "Reviewer from another district?": ["Yes"] * _CASES,
        "Self-defined ethnicity": _written(
            chance, ethnicity, {"NS": 2, "Not known": 1, "": 6, "-": 2}
        ),
        "Disability or SEN": _written(chance, disabled, {"Not known": 3, "": 12, "TBC": 1}),
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
    codes = {
        "british": "a) WBRI",
        "pakistani": "h) APKN",
        "mixed": "d) MWBC",
        "african": "BAFR",
        "other white": "WOTH",
    }
    ethnicity = [codes[group] for group, _ in _children()]
    ethnicity = [
        "wbri" if c % 9 == 4 and e == codes["british"] else e for c, e in enumerate(ethnicity)
    ]
    # The return takes several codes for a child.
    needs = {
        "none": "NONE",
        "learning": "LD",
        "autism": "AUT",
        "behaviour": "BEH",
        "two": "MOB, LD",
    }
    disability = [needs[need] for _, need in _children()]
    columns: dict[str, Sequence[Cell]] = {
        "Social care record ID": _references("S"),
        "District": reviewed,
        "Reviewing team": team,
        "Independent of the district": ["a) Yes"] * _CASES,
        "Child's ethnicity": _written(chance, ethnicity, {"s) REFU": 3, "s) NOBT": 1}),
        "Disability codes": _written(chance, disability, {"": 4}),
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
    words = {
        "british": "White British",
        "pakistani": "Pakistani",
        "mixed": "White and Black Caribbean",
        "african": "African",
        "other white": "White Other",
    }
    ethnicity = [words[group] for group, _ in _children()]
    # The dictionary has no code of its own for autism.
    needs = {"none": "NN", "learning": "04", "autism": "XX", "behaviour": "01", "two": "04, 05"}
    disability = [needs[need] for _, need in _children()]
    columns: dict[str, Sequence[Cell]] = {
        "Health record ref": _references("H"),
        "Locality": reviewed,
        "Reviewed by": team,
        "Reviewer from another district?": ["Y"] * _CASES,
        "Ethnic category": _written(chance, ethnicity, {"Z": 2, "99": 1, "": 5}),
        "Disability (NHS code)": _written(chance, disability, {"ZZ": 2, "": 7}),
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
        title="Records of 74 likely victims and survivors 2025",
        rubric="victim-records",
        reproduces=("E15: a census of 74 records, all of them reviewed.",),
        invented=(
            "The counts of every question: the report says only that there were failings in some. "
            "The dates and the records too."
        ),
        sheets=(SampleSheet("Records", columns, hidden_cases=(20, 21)),),
    )
