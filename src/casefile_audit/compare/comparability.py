"""Where two audits are not alike, so that what they say of a change may have another reason."""

from collections import Counter
from collections.abc import Iterator, Sequence

from casefile_audit.compare.pairs import in_both
from casefile_audit.english import count, fold, listing, quoted
from casefile_audit.results import PopulationResult, Result, ResultModel
from casefile_audit.rubric.model import SECTOR
from casefile_audit.scoring.partial import CASE_TYPE
from casefile_audit.scoring.references import reworded

FAR_SMALLER = 3
"""One audit has so many times the cases of the other: worth a warning."""

MIX_POINTS = 20
"""A value's share of the cases differs by so many percentage points: worth a warning."""

_MOST_NAMED = 3


class ComparabilityWarning(ResultModel):
    """Something to know before reading the answer.

    Attributes:
        kind: same file, same cases, rubric, version, wording, scale, size, population or mix.
        says: it in a sentence.
    """

    kind: str
    says: str


def comparability(
    before: Result, after: Result, paired: bool, by: Sequence[str], *, same_file: bool = True
) -> list[ComparabilityWarning]:
    """Everything to know of two audits before they are compared.

    Args:
        by: fields whose mix of values matters, beside the sector and the case type.
        same_file: whether to say that a file is on both sides; not where its parts have names.
    """
    found = [
        *(_same_file(before, after) if same_file else []),
        *([] if paired else _same_cases(before, after)),
        *_rubrics(before, after),
        *_wording(before, after),
        *_scales(before, after),
        *_sizes(before, after),
        *_populations(before, after),
        *_mixes(before, after, (SECTOR, CASE_TYPE, *by)),
    ]
    return [ComparabilityWarning(kind=kind, says=says) for kind, says in found]


Found = Iterator[tuple[str, str]]


def _same_file(before: Result, after: Result) -> Found:
    if before.only != after.only:  # other cases of it
        return
    first = {(sheet.sha256, sheet.sheet) for sheet in before.inputs}
    again = [sheet.file for sheet in after.inputs if (sheet.sha256, sheet.sheet) in first]
    if again:
        names = listing(quoted(dict.fromkeys(again)))
        yield (
            "same file",
            f"The same file, or one that is alike to the last byte, is on both sides: {names}.",
        )


def _same_cases(before: Result, after: Result) -> Found:
    both = in_both(before, after)
    if both:
        named = listing(both, most=_MOST_NAMED)
        yield (
            "same cases",
            f"{count(len(both), 'case is', 'cases are')} in both samples ({named}). Two "
            "samples that share cases are not independent, as this comparison takes them to be. "
            "If the same cases were read again, compare them with --paired.",
        )


def _rubrics(before: Result, after: Result) -> Found:
    first, second = before.rubric, after.rubric
    if first.name != second.name:
        yield (
            "rubric",
            f"Two rubrics: {first.name} before, {second.name} after. Only what has the same name "
            "in both is compared.",
        )
    elif first.version != second.version:
        yield (
            "version",
            f"Two versions of the rubric {first.name}: {first.version} before, {second.version} "
            "after. What counts as falling short may have changed.",
        )
    elif first.sha256 != second.sha256:
        yield (
            "version",
            f"The rubric {first.name} {first.version} was edited between the two, its version was "
            "not. What counts as falling short may have changed.",
        )


def _wording(before: Result, after: Result) -> Found:
    if other := reworded([before, after]):
        yield "wording", f"Asked in other words before and after: {listing(other.values())}."


def _scales(before: Result, after: Result) -> Found:
    for name, grade in before.grades.items():
        if name in after.grades and after.grades[name].scale != grade.scale:
            yield "scale", f"{grade.title} has another scale after, so it is not compared."


def _sizes(before: Result, after: Result) -> Found:
    smaller, larger = sorted((before.case_count, after.case_count))
    if smaller < larger >= FAR_SMALLER * smaller:
        yield (
            "size",
            f"One sample is far smaller than the other: {count(before.case_count, 'case')} before, "
            f"{after.case_count:,} after.",
        )


def _populations(before: Result, after: Result) -> Found:
    """What the cases speak for, where that isn't what chance would make of them."""
    sides = [("before", before.population), ("after", after.population)]
    uneven = [(when, its) for when, its in sides if its is not None and its.weighted]
    if uneven:
        times = "both times" if len(uneven) == 2 else uneven[0][0]
        weighed = [_weighed(its) for _, its in uneven]
        yield (
            "population",
            f"The strata were read unequally {times}. {' '.join(dict.fromkeys(weighed))}",
        )
    for when, its in sides:
        if its is not None and its.kind == "chosen":
            yield (
                "population",
                f"The cases {when} were chosen, not drawn by lot: a change may be in the choosing.",
            )


def _weighed(its: PopulationResult) -> str:
    """Whether a comparison is weighted by the strata."""
    if not its.stratum_of:
        return (
            "It was saved without saying which case is of which, so what is compared are the cases "
            "read, each for one. Give the case files instead."
        )
    return "So each case counts for as many as its stratum has of them."


def _mixes(before: Result, after: Result, fields: Sequence[str]) -> Found:
    facts = before.each_case().facts, after.each_case().facts
    for field in dict.fromkeys(fields):
        if field not in facts[0] or field not in facts[1]:
            continue
        first, second = (Counter(map(fold, values[field])) for values in facts)
        written = {fold(value): value for value in [*facts[1][field], *facts[0][field]]}
        n, m = max(1, first.total()), max(1, second.total())
        # Over the common denominator n × m, so that equal shares are exactly as far apart.
        apart = {v: abs(first[v] * m - second[v] * n) for v in {**first, **second}}
        unlike = [v for v, gap in apart.items() if 100 * gap >= MIX_POINTS * n * m]
        unlike.sort(key=lambda v: (-apart[v], v))
        if unlike:
            shown = "; ".join(
                f"{written[value]} {first[value]:,} of {n:,} before, {second[value]:,} of "
                f"{m:,} after"
                for value in unlike[:_MOST_NAMED]
            )
            name = field.replace("_", " ")
            yield (
                "mix",
                f"The cases are not of the same {name} before and after: {shown}. That alone can "
                "make a difference.",
            )
