"""Three peer reviewers' readings of the same forty cases, with some readings missing."""

from collections.abc import Mapping, Sequence

from sample_books import Cell, SampleBook, SampleSheet
from sample_words import Chance, any_quality

_CASES = 40
_SCALE = ("Good", "Adequate", "Requires improvement", "Inadequate")
# The grades that the files deserve, best first, before any reader's own leaning.
_DESERVED = {0: 15, 1: 14, 2: 7, 3: 4}
# How many of the forty each reader answers with yes, partly or no.
_ANSWERS: Mapping[str, Mapping[str, int]] = {
    "Child seen?": {"Yes": 39, "No": 1},
    "Voice of the child recorded": {"Yes": 26, "Partly": 6, "No": 8},
    "All risks recognised": {"Yes": 30, "No": 10},
    "Family links assessed?": {"Yes": 33, "No": 7},
}


def reviewer_a() -> SampleBook:
    """The most generous of the three; two cases without a grade."""
    columns = _readings("a", leaning=-3)
    grades = list(columns["Overall judgement"])
    grades[11], grades[27] = "", "TBC"
    return _book("a", {**columns, "Overall judgement": grades})


def reviewer_b() -> SampleBook:
    """Between the two; three cases not read, and references in small letters with spaces."""
    kept = [case for case in range(_CASES) if case not in (4, 19, 33)]
    columns = _readings("b", leaning=0)
    chosen = {heading: [cells[case] for case in kept] for heading, cells in columns.items()}
    chosen["Case ref"] = [
        f"{str(reference).lower()} " if place % 7 == 3 else reference
        for place, reference in enumerate(chosen["Case ref"])
    ]
    return _book("b", chosen)


def reviewer_c() -> SampleBook:
    """The hardest of the three; two cases not read, another order, and RI for short."""
    order = [case for case in Chance("reviewer c order").shuffled(range(_CASES))
             if case not in (19, 36)]  # fmt: skip
    columns = _readings("c", leaning=3)
    chosen = {heading: [cells[case] for case in order] for heading, cells in columns.items()}
    chosen["Overall judgement"] = [
        "RI" if grade == _SCALE[2] else grade for grade in chosen["Overall judgement"]
    ]
    return _book("c", chosen)


def _readings(reader: str, leaning: int) -> dict[str, list[Cell]]:
    """A reader's answers on all forty.

    Args:
        reader: the reader's letter.
        leaning: below 0 is generous: in so many tenths of the cases more.
    """
    same = Chance("peer reviewers 2025")
    references: list[Cell] = list(same.references(2025, _CASES))
    districts: list[Cell] = list(same.districts(_CASES))
    quality = any_quality(same, _CASES)
    deserved = quality.answers({str(step): n for step, n in _DESERVED.items()})
    own = Chance(f"peer reviewer {reader} 2025")
    columns = {"Case ref": references, "District": districts}
    for heading, counts in _ANSWERS.items():
        columns[heading] = [_unsure(own, answer) for answer in quality.answers(counts)]
    columns["Overall judgement"] = [_graded(own, int(step), leaning) for step in deserved]
    return columns


def _unsure(own: Chance, answer: str) -> Cell:
    """One reader in twelve sees it otherwise."""
    if own.number(1, 12) > 1 or answer == "Partly":
        return answer
    return own.pick(("Partly", "No")) if answer == "Yes" else "Yes"


def _graded(own: Chance, step: int, leaning: int) -> Cell:
    """The grade deserved, or the one beside it."""
    roll = own.number(1, 10)
    moved = -1 if roll <= 1 - leaning else 1 if roll > 9 - leaning else 0
    return _SCALE[max(0, min(len(_SCALE) - 1, step + moved))]


def _book(reader: str, columns: Mapping[str, Sequence[Cell]]) -> SampleBook:
    return SampleBook(
        file=f"peer-reviewer-{reader}-2025",
        title=f"Peer review 2025: reviewer {reader.upper()}",
        rubric="child-protection",
        reproduces=(
            "No published figure: three peer reviewers of the same forty cases, to show how "
            "far readers agree where some readings are missing.",
        ),
        invented="All of it.",
        sheets=(SampleSheet(f"Reviewer {reader.upper()}", columns),),
    )
