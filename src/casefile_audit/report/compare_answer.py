"""What was compared, and the answer in a sentence or two, as every page of a comparison has it."""

from collections.abc import Iterator, Mapping, Sequence

from casefile_audit.compare.comparison import Comparison
from casefile_audit.compare.rates import CriterionComparison, RateResult
from casefile_audit.compare.splits import GradeComparison
from casefile_audit.compare.verdicts import Direction, Verdict
from casefile_audit.english import count, listing
from casefile_audit.report.blocks import Block, Heading, Sentence
from casefile_audit.report.reading import read_files

CHANGED = (Verdict.CLEAR, Verdict.IN_DOUBT, Verdict.POINTS_TOWARDS)
"""The verdicts that say that something changed, or may have."""
NOT_TESTED = (Verdict.NOTHING_TO_COMPARE, Verdict.NOT_COMPARED)
"""The verdicts on what there was nothing to test of."""
_MOST_GRADES = 3


def title(comparison: Comparison) -> Iterator[Block]:
    """What was compared: the two audits, and what of their files could not be counted."""
    sides = ("Before", comparison.before), ("After", comparison.after)
    yield Heading(f"{comparison.title}: did it change?", level=1)
    for side, sample in sides:
        read = read_files(sample.cases, sample.files, sample.only, sample.not_counted)
        name = f" ({sample.name})" if sample.name else ""
        yield Sentence(f"{side}{name}: {read}.")
    rubrics = list(dict.fromkeys(f"{sample.rubric} {sample.version}" for _, sample in sides))
    both = " both times" if len(rubrics) == 1 else ""
    yield Sentence(f"Rubric {listing(rubrics)}{both}.")


def answer(comparison: Comparison) -> str:
    """What changed, of how much these cases can't tell, and which grades moved."""
    return " ".join(filter(None, (_of_questions(comparison), _of_grades(comparison))))


def _of_grades(comparison: Comparison) -> str:
    """The grades that changed or may have; empty where none did."""
    ways = {
        Verdict.CLEAR: "{} is clearly {}",
        Verdict.IN_DOUBT: "{} would be clearly {}, if the counts in doubt stand",
        Verdict.POINTS_TOWARDS: "{} points towards {} (not settled)",
    }
    said = [
        ways[grade.verdict].format(
            grade.title if grade.kind == "recorded" else f"{grade.title} by the rubric",
            grade.direction,
        )
        for grade in all_grades(comparison.grades)
        if grade.verdict in CHANGED
    ]
    return f"Of the grades, {listing(said, most=_MOST_GRADES)}." if said else ""


def _of_questions(comparison: Comparison) -> str:
    tested = [c for c in comparison.criteria.values() if c.verdict not in NOT_TESTED]
    if len(tested) == 1:
        return _answer_on_one(tested[0], comparison)
    if not tested and comparison.grades_tested:
        return "No question could be compared: the grades are the answer."
    if not tested:
        return "There is nothing to compare: in no question did some cases fall short and some not."
    told = (*CHANGED, Verdict.NO_MATERIAL_CHANGE)
    parts = [*_clear_ones(tested), *_pointing_ones(tested)]
    if all(c.verdict not in told for c in tested):
        return (
            f"None of {len(tested):,} questions points one way: these {_samples(comparison)} can't "
            "tell whether anything changed. That is not the same as no change."
        )
    steady = sum(c.verdict is Verdict.NO_MATERIAL_CHANGE for c in tested)
    if steady:
        margin = f"{comparison.thresholds.margin:g} points"
        parts.append(f"for {steady:,} a change of more than {margin} is ruled out")
    if chance := sum(c.verdict not in told for c in tested):
        parts.append(f"for {chance:,} these {_samples(comparison)} can't tell")
    return f"Of {len(tested):,} questions, {'; '.join(parts)}."


def _samples(comparison: Comparison) -> str:
    return "cases" if comparison.paired else "samples"


def _clear_ones(tested: Sequence[CriterionComparison]) -> Iterator[str]:
    would_be = "would be clearly"
    for verdict, be in ((Verdict.CLEAR, ("is clearly", "are clearly")),
                        (Verdict.IN_DOUBT, (would_be, would_be))):  # fmt: skip
        ways = [
            f"{n:,} {be[n > 1]} {way}"
            for way in (Direction.BETTER, Direction.WORSE)
            if (n := _going(tested, verdict, way))
        ]
        if ways:
            stand = ", if the counts in doubt stand" if verdict is Verdict.IN_DOUBT else ""
            yield f"{listing(ways)}{stand}"


def _pointing_ones(tested: Sequence[CriterionComparison]) -> Iterator[str]:
    better, worse = (
        _going(tested, Verdict.POINTS_TOWARDS, way) for way in (Direction.BETTER, Direction.WORSE)
    )
    if better and worse:
        both = f"{better:,} better, {worse:,} worse"
        yield f"{better + worse:,} point one way but don't settle it ({both})"
    elif better or worse:
        point = "point" if better + worse > 1 else "points"
        settle = "don't" if better + worse > 1 else "doesn't"
        way = "better" if better else "worse"
        yield f"{better + worse:,} {point} towards {way} but {settle} settle it"


def _going(tested: Sequence[CriterionComparison], verdict: Verdict, way: Direction) -> int:
    return sum(c.verdict is verdict and c.direction is way for c in tested)


def _answer_on_one(criterion: CriterionComparison, comparison: Comparison) -> str:
    first, then = criterion.before.applicable, criterion.after.applicable
    sides = f"{count(first, 'case')} a side" if first == then else f"{first:,} and {then:,} cases"
    cases = f"{count(first, 'case')} read twice" if comparison.paired else sides
    counts = f"{short_of(criterion.before)} fell short before, {short_of(criterion.after)} after"
    match criterion.verdict:
        case Verdict.CLEAR:
            return f"{criterion.title} is clearly {criterion.direction}: {counts}."
        case Verdict.IN_DOUBT:
            return (
                f"{criterion.title} would be clearly {criterion.direction}, if the counts in doubt "
                "stand."
            )
        case Verdict.POINTS_TOWARDS:
            return f"{criterion.title} {criterion.label}; {cases} can't settle it."
        case Verdict.NO_MATERIAL_CHANGE:
            margin = f"{comparison.thresholds.margin:g} points"
            return f"{criterion.title}: a change of more than {margin} is ruled out."
        case _:
            return (
                f"{criterion.title}: {counts}. Whether it changed, {cases} can't tell. That is not "
                "the same as no change."
            )


def short_of(rate: RateResult) -> str:
    """How many fall short: ``12 of 48``."""
    return f"{rate.missing:,} of {rate.applicable:,}"


def all_grades(grades: Mapping[str, Sequence[GradeComparison]]) -> list[GradeComparison]:
    """The grades, as recorded and as derived, one by one."""
    return [grade for several in grades.values() for grade in several]
