"""The samples after the 2014 inspection. A case has the same reference in each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sample_books import Cell, SampleBook, SampleSheet
from sample_words import DISTRICTS, NBSP, Chance, Quality, filled, where

_CUSTODY = "Child in custody"
_PROTECTION = "Police protection"
_MISSING = "Missing from home"
_ABUSE = "Domestic abuse"
_ENQUIRY = "Child protection enquiry (s. 47)"

# The types that the report lists; police protection and custody are placed by hand.
_SELF_ASSESSED_TYPES = {
    _ENQUIRY: 5,
    _ABUSE: 5,
    "General concern with referral": 5,
    "Sex offender enquiry": 3,
    "At risk of sexual exploitation": 3,
    "Online sexual abuse": 3,
    _PROTECTION: 3,
}
# The force's grade and the inspectors', and how many cases have both. Only the totals of each are
# published; two cases stand at opposite ends of the scale.
_PAIRS = {
    ("good", "good"): 7,
    ("good", "adequate"): 9,
    ("good", "inadequate"): 2,
    ("adequate", "good"): 1,
    ("adequate", "adequate"): 5,
    ("adequate", "requires improvement"): 1,
    ("requires improvement", "inadequate"): 2,
}
_CUSTODY_PAIRS = [("good", "adequate"), ("adequate", "adequate"), ("adequate", "inadequate")]
# The grades of the further 84 by type. Only the totals, the ten missing and the twelve in custody
# are published.
_FURTHER: Mapping[str, Mapping[str, int]] = {
    _MISSING: {"good": 2, "adequate": 3, "requires improvement": 1, "inadequate": 4},
    _CUSTODY: {"adequate": 5, "inadequate": 4},
    _PROTECTION: {"good": 4, "adequate": 2},
    _ABUSE: {"good": 6, "adequate": 7, "requires improvement": 1, "inadequate": 4},
    _ENQUIRY: {"good": 8, "adequate": 6, "requires improvement": 1, "inadequate": 2},
    "General concern with referral": {
        "good": 4,
        "adequate": 4,
        "requires improvement": 1,
        "inadequate": 1,
    },
    "Sex offender enquiry": {"good": 3, "adequate": 2},
    "At risk of sexual exploitation": {"good": 1, "adequate": 2, "inadequate": 2},
    "Online sexual abuse": {"good": 1, "adequate": 2, "inadequate": 1},
}
_AGES = {
    _ENQUIRY: (4, 15),
    _ABUSE: (2, 14),
    "General concern with referral": (3, 15),
    "Sex offender enquiry": (3, 14),
    "At risk of sexual exploitation": (12, 17),
    "Online sexual abuse": (9, 16),
    _PROTECTION: (1, 12),
    _MISSING: (11, 17),
}
# Of those in custody the youngest age, the oldest and those of the two girls are published.
_CUSTODY_AGES = {"self-assessed": (14, 17, 15), "further": (12, 16, 16, 17, 14, 15, 13, 17, 16)}
_GIRLS = (5, 7)
_STRENGTHS = (
    "Prompt response; liaison with social care from the outset",
    "Careful interviewing of the child with the social worker",
    "Good use of bail conditions to protect the child",
    "Suspect arrested quickly; scene secured",
    "Sensitive support through an interpreter",
    "Detailed plan attached to the record",
)
_WEAKNESSES = (
    "Child not seen alone",
    "Earlier incidents not drawn together",
    "Late update to partner agencies",
    "Limited record of the child's demeanour",
    "Supervision not evident after the first week",
    "None of note",
)


@dataclass(frozen=True)
class _Case:
    reference: str
    kind: str
    district: str
    age: int
    own_grade: str
    grade: str


def _self_assessed() -> list[_Case]:
    chance = Chance("self-assessed-2014")
    kinds = chance.dealt(_SELF_ASSESSED_TYPES)
    pairs = chance.shuffled([pair for pair, n in _PAIRS.items() for _ in range(n)])
    both = [*zip(kinds, pairs, strict=True), *((_CUSTODY, pair) for pair in _CUSTODY_PAIRS)]
    references, districts = chance.references(2014, 30), chance.districts(30)
    graded = chance.shuffled(both)
    ages = _ages(chance, [kind for kind, _ in graded], _CUSTODY_AGES["self-assessed"])
    return [
        _Case(references[index], kind, districts[index], ages[index], *pair)
        for index, (kind, pair) in enumerate(graded)
    ]


def _further() -> list[_Case]:
    chance = Chance("further-2014")
    graded = chance.shuffled(
        [(kind, grade) for kind, grades in _FURTHER.items() for grade in chance.dealt(grades)]
    )
    # Far from the numbers of the self-assessed: no case is both.
    references = chance.references(2014, 84, first=5000)
    districts = sorted(chance.districts(84))
    ages = _ages(chance, [kind for kind, _ in graded], _CUSTODY_AGES["further"])
    return [
        _Case(references[index], kind, districts[index], ages[index], "", grade)
        for index, (kind, grade) in enumerate(graded)
    ]


def _ages(chance: Chance, kinds: Sequence[str], in_custody: Sequence[int]) -> list[int]:
    custody = iter(in_custody)
    return [next(custody) if kind == _CUSTODY else chance.number(*_AGES[kind]) for kind in kinds]


def self_assessment() -> SampleBook:
    """The 30 cases as the force graded them."""
    chance = Chance("self-assessment-2014")
    cases = _self_assessed()
    columns: dict[str, Sequence[Cell]] = {
        "Case ref": [case.reference for case in cases],
        "Case type": [case.kind for case in cases],
        "District": [case.district for case in cases],
        "Self-assessed grade": [case.own_grade.capitalize() for case in cases],
        "Strengths": [chance.pick(_STRENGTHS) for _ in cases],
        "Areas for improvement": [chance.pick(_WEAKNESSES) for _ in cases],
    }
    return SampleBook(
        file="self-assessment-2014",
        title="Self-assessed cases 2014: the force's grades",
        rubric="inspection-2014",
        reproduces=(
            "H1: 19 good, 9 adequate, 2 requires improvement, 0 inadequate. The report says about "
            "two thirds and just under a third; 19 and 9 are our reading.",
            "H3: with inspectors-2014.xlsx, two cases stand three steps apart.",
            "H11: the 30 cases by type.",
        ),
        invented="Which grade each case has, and everything else but the totals.",
        sheets=(SampleSheet("Self-assessment", columns),),
    )


def inspectors() -> SampleBook:
    """The same 30 cases as inspectors graded them, in another order and other words."""
    cases = Chance("inspectors-2014").shuffled(_self_assessed())
    shown = {"requires improvement": "RI"}
    columns: dict[str, Sequence[Cell]] = {
        "CASE REF": [case.reference for case in cases],
        "TYPE": [case.kind for case in cases],
        "INSPECTORS' GRADE": [shown.get(case.grade, case.grade.capitalize()) for case in cases],
    }
    return SampleBook(
        file="inspectors-2014",
        title="Self-assessed cases 2014: the inspectors' grades",
        rubric="inspection-2014",
        reproduces=(
            "H2: 8 good, 16 adequate, 1 requires improvement, 5 inadequate.",
            "H3: with self-assessment-2014.xlsx, two cases stand three steps apart.",
        ),
        invented="Which grade each case has, and everything else but the totals.",
        sheets=(SampleSheet("Inspectors", columns),),
    )


def further_cases() -> SampleBook:
    """The further 84 cases on two sheets, each with totals at its foot."""
    cases = _further()
    columns = _further_columns(Chance("further-cases-2014"), cases)
    half = next(i for i, case in enumerate(cases) if case.district == "Salford")
    sheets = []
    for name, part in (
        ("Bolton to Rochdale", slice(0, half)),
        ("Salford to Wigan", slice(half, 84)),
    ):
        some = {heading: cells[part] for heading, cells in columns.items()}
        total = ("Total cases", len(cases[part]))
        sheets.append(SampleSheet(name, some, footer=((None,), total)))
    return SampleBook(
        file="further-cases-2014",
        title="Further cases examined by inspectors 2014",
        rubric="inspection-2014",
        reproduces=(
            "H4: 29 good, 33 adequate, 4 requires improvement, 18 inadequate of 84.",
            "H5: 78 of 84 missing the voice of the child.",
            "H6: 8 of 36 with significant delay.",
            "H9: 4 of the 10 missing from home inadequate.",
            "H12: officers attended about three quarters of initial case conferences: 15 of 20.",
            "H14: time limits of immediately, six weeks, three months and six months.",
        ),
        invented=(
            "The 20 conferences, the grades by type but for H9, the counts of every other question "
            "and all the cases."
        ),
        sheets=sheets,
    )


def _further_columns(chance: Chance, cases: Sequence[_Case]) -> dict[str, list[Cell]]:
    kinds = [case.kind for case in cases]
    scale = ("good", "adequate", "requires improvement", "inadequate")
    # The grade follows the answers: the better the grade, the fewer the faults.
    best_first = sorted(range(len(cases)), key=lambda case: scale.index(cases[case].grade))
    quality = Quality(chance, best_first, 12)
    everyone = range(len(cases))
    abuse, missing = where(kinds, _ABUSE), where(kinds, _MISSING)
    always = where(
        kinds,
        _ENQUIRY,
        "Online sexual abuse",
        "At risk of sexual exploitation",
        "Sex offender enquiry",
    )
    examined = sorted([*always, *chance.shuffled(abuse)[:5]])
    submitted = chance.shuffled(examined)[:7]
    conferences = chance.shuffled(where(kinds, _ENQUIRY, _ABUSE))[:20]

    def asked(counts: Mapping[str, int], among: Sequence[int]) -> list[Cell]:
        return [*filled(quality.answers(counts, among), among, "N/A")]

    def whether(among: Sequence[int]) -> list[Cell]:
        return ["Yes" if case in set(among) else "No" for case in everyone]

    return {
        "Case ref": [case.reference for case in cases],
        "District": [case.district for case in cases],
        "Case type": [kind.upper() if case % 17 == 5 else kind for case, kind in enumerate(kinds)],
        "Age": [case.age for case in cases],
        "Welfare checked": asked({"Yes": 68, "No": 9, "": 7}, everyone),
        "Demeanour recorded": asked({"Yes": 6, "No": 5, "": 7}, abuse),
        "History of abuse and number of children recorded": asked({"Yes": 9, "No": 9}, abuse),
        "Spoken to on return?": asked({"Yes": 6, "No": 4}, missing),
        "ICPC held": whether(conferences),
        "Police attended ICPC": asked({"Yes": 15, "No": 5}, conferences),
        "Criminal investigation": whether(examined),
        "Significant delay": asked({"No": 28, "Yes": 8}, examined),
        "HTCU submission": whether(submitted),
        "HTCU report prompt": asked({"Yes": 2, "No": 5}, submitted),
        "All relevant information recorded": asked({"Yes": 55, "Partly": 12, "No": 17}, everyone),
        "Child listened to": asked({"Yes": 5, f"yes{NBSP}": 1, "No": 49, "": 22, "-": 7}, everyone),
        "Grade": [case.grade.capitalize() for case in cases],
    }


def police_detention() -> SampleBook:
    """The twelve children in custody: three self-assessed and nine further."""
    cases = [case for case in (*_self_assessed(), *_further()) if case.kind == _CUSTODY]
    poor = [case.grade == "inadequate" for case in cases]
    reviewed = [case in (1, 4, 8) for case in range(12)]
    columns: dict[str, Sequence[Cell]] = {
        "Case ref": [case.reference for case in cases],
        "District": [case.district for case in cases],
        "Age of detainee": [case.age for case in cases],
        "Gender": ["F" if case in _GIRLS else "M" for case in range(12)],
        "Appropriate adult contact recorded": ["No" if is_poor else "Yes" for is_poor in poor],
        "Rights repeated in presence of appropriate adult": [
            "" if is_poor else "Yes" for is_poor in poor
        ],
        "Illnesses and injuries recorded": ["-" if is_poor else "Yes" for is_poor in poor],
        "Review of detention held": ["Yes" if was else "No" for was in reviewed],
        "Method of review": [
            "",
            "By telephone",
            "",
            "",
            "In person",
            "",
            "",
            "",
            "Telephone",
            "",
            "",
            "",
        ],
        "Child or AA spoken to in review": ["No" if was else "" for was in reviewed],
        "Inspectors' grade": [case.grade.capitalize() for case in cases],
    }
    return SampleBook(
        file="police-detention-2014",
        title="Children in police detention 2014",
        rubric="police-detention",
        reproduces=(
            "H7: 7 adequate and 5 inadequate of 12, aged 12 to 17, two of them girls of 14 and 16.",
            "H8: 2 of 3 custody reviews by telephone; 3 of 3 without a conversation with the child "
            "or the appropriate adult.",
        ),
        invented="Which records each of the five lacks, and everything else but the counts.",
        sheets=(SampleSheet("Custody", columns),),
    )


def police_protection() -> SampleBook:
    """Nine uses of the power: three self-assessed and six further."""
    cases = [case for case in (*_self_assessed(), *_further()) if case.kind == _PROTECTION]
    columns: dict[str, Sequence[Cell]] = {
        "Case ref": [case.reference for case in cases],
        "District": [case.district for case in cases],
        "Age of child": [case.age for case in cases],
        "Best interests considered": ["Yes"] * 9,
    }
    return SampleBook(
        file="police-protection-2014",
        title="Police protection cases 2014",
        rubric="police-protection",
        reproduces=("H10: the child's best interests considered in 9 of 9.",),
        invented="Everything but the counts.",
        sheets=(SampleSheet("Police protection", columns),),
    )


def local_authorities() -> SampleBook:
    """The ten local authorities' judgements, as published."""
    published = (
        ("Requires improvement", "January 2014"),
        ("Adequate", "April 2012"),
        ("Inadequate", "September 2014"),
        ("Good", "January 2012"),
        ("Inadequate", "November 2012"),
        ("Adequate", "October 2012"),
        ("Adequate", "February 2012"),
        ("Adequate", "March 2012"),
        ("Good", "April 2010"),
        ("Good", "May 2012"),
    )
    columns: dict[str, Sequence[Cell]] = {
        "Local authority": DISTRICTS,
        "Inspected by": ["Ofsted"] * 10,
        "Judgement": [grade for grade, _ in published],
        "Date": [month for _, month in published],
    }
    return SampleBook(
        file="local-authorities-2014",
        title="Local authorities' judgements, as listed in 2014",
        rubric="judgements",
        reproduces=(
            "H13: good 3, adequate 4, requires improvement 1, inadequate 2. These ten are as "
            "published.",
        ),
        invented="Nothing: the rows are judgements of authorities, not cases.",
        sheets=(SampleSheet("Local authorities", columns),),
    )
