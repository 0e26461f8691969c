"""The groups of a scored audit in counts, and the references of the cases behind each count."""

from collections.abc import Iterator, Sequence

from casefile_audit.english import FEWEST_FOR_SHARES
from casefile_audit.report.blocks import Block, Heading, Items, table
from casefile_audit.report.findings import finding
from casefile_audit.report.score_parts import Split, by_group, graded, grades_by_group
from casefile_audit.report.took import took_by_group
from casefile_audit.results import CriterionResult, GradeResult, Result


def groups_of(result: Result) -> Iterator[Block]:
    """The results of each group, in counts."""
    for field, groups in result.groups.items():
        sizes = {value: group.case_count for value, group in groups.items()}
        rows = [
            [criterion.title, *(_short_of(group.criteria[name]) for group in groups.values())]
            for name, criterion in result.criteria.items()
            if criterion.applicable
        ]
        yield from by_group(field, sizes, rows)
        yield from took_by_group(result.criteria, groups)
        splits: Iterator[Split] = (
            (
                graded(grade.title, kind),
                grade.scale,
                {value: getattr(group.grades[name], kind) for value, group in groups.items()},
            )
            for name, grade in result.grades.items()
            for kind in ("recorded", "derived")
            if any(getattr(grade, kind).values())
        )
        yield from grades_by_group(field, splits)


def _short_of(part: CriterionResult) -> str:
    return f"{part.missing:,} of {part.applicable:,}" if part.applicable else "–"


def case_lists(result: Result, by_group: bool = True) -> Iterator[Block]:
    """The references of the cases behind each count, and of those of each group."""
    yield Heading("The cases behind each count", annex=True)
    for name, criterion in result.criteria.items():
        kinds = (
            ("the record says no", criterion.not_met_cases),
            ("the record is silent", criterion.not_recorded_cases),
            ("met in part", criterion.partly_met_cases),
            ("can't be told", criterion.cannot_tell_cases),
        )
        lines = [
            f"{kind} ({len(cases):,}): {_each(cases, result)}" for kind, cases in kinds if cases
        ]
        lines += _missing_by_group(name, result) if by_group else ()
        if lines:
            yield Heading(f"{criterion.title}: {finding(criterion)}", level=3)
            yield Items(lines)
    for grade in result.grades.values():
        yield from _grade_lists(grade)


def _each(cases: Sequence[str], result: Result) -> str:
    """The references of some cases; of all where it is all."""
    is_all = len(cases) == result.case_count >= FEWEST_FOR_SHARES
    return "every case" if is_all else ", ".join(cases)


def _missing_by_group(criterion: str, result: Result) -> Iterator[str]:
    """The cases behind each group's count: ``missing, district Bolton (3): …``."""
    for field, groups in result.groups.items():
        for value, group in groups.items():
            cases = group.criteria[criterion].missing_cases
            if cases:
                where = f"{field.replace('_', ' ')} {value}"
                yield f"missing, {where} ({len(cases):,}): {', '.join(cases)}"


def _grade_lists(grade: GradeResult) -> Iterator[Block]:
    graded = {
        word: [case.case for case in grade.cases if case.recorded == word] for word in grade.scale
    }
    if any(graded.values()):
        graded["without a recorded grade"] = [c.case for c in grade.cases if c.recorded is None]
        yield Heading(f"{grade.title}, recorded", level=3)
        lines = [f"{word} ({len(c):,}): {', '.join(c)}" for word, c in graded.items() if c]
        yield Items(lines)
    rows = [
        [case.case, case.recorded or "–", case.because or "–"]
        for case in grade.cases
        if case.derived != case.recorded
    ]
    if rows and any(grade.derived.values()):
        yield Heading(f"{grade.title}: where the rubric would give another, and why", level=3)
        caption = f"{grade.title}: the cases that the rubric would grade so"
        yield table(caption, ["Case", "recorded", "by the rubric, and why"], rows)
