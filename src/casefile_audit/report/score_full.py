"""The page of a scored audit in full: what a document holds, and ``--full`` prints."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

from casefile_audit.english import (
    FEWEST_FOR_SHARES,
    count,
    first_few,
    listing,
    long_day,
    range_beside,
    share_beside,
)
from casefile_audit.intake.alike_cells import alike_cells
from casefile_audit.report.against_targets import findings_table
from casefile_audit.report.blocks import (
    Block,
    Definitions,
    Heading,
    Items,
    Page,
    Row,
    Sentence,
    SplitBar,
    Table,
    Text,
    Tone,
    figures,
    table,
)
from casefile_audit.report.findings import (
    answer,
    met_range,
    missed_worst_first,
    speaks_for,
    weighs,
    worst_first,
)
from casefile_audit.report.issues import doubts, notes
from casefile_audit.report.reading import rows_passed
from casefile_audit.report.score_cases import case_lists, groups_of
from casefile_audit.report.score_parts import (
    METHODS,
    READING_A_FINDING,
    areas_for_improvement,
    by_theme,
    furthest_below,
    graded,
    made_by,
    questions_said,
)
from casefile_audit.report.took import took_table
from casefile_audit.results import GradeResult, InputResult, Result, RubricResult

_MOST_CELLS = 12
_TILL_THEN = ". Till then it counts neither way"


def full_page(result: Result, details: bool = False) -> Page:
    """Everything there is to say, by theme; with ``details``, the cases behind each count."""
    return [
        *_title(result),
        *_answer(result),
        *_in_doubt(result),
        *_findings(result),
        *_grades(result),
        *groups_of(result),
        *areas_for_improvement(missed_worst_first(result.criteria.values())),
        *_how(result),
        *_fingerprints(result),
        *(case_lists(result) if details else ()),
    ]


def _title(result: Result) -> Iterator[Block]:
    rubric = result.rubric
    yield Heading(rubric.title, level=1)
    yield Sentence(
        f"{count(result.case_count, 'case file')} from {read_from(result)}{result.only_says}, "
        f"measured against the rubric {rubric_named(rubric)} as of {day(result)}."
    )
    yield from rows_not_read(result)
    if result.population is not None:
        yield Sentence(speaks_for(result.population))


def rubric_named(rubric: RubricResult) -> str:
    """A rubric and its version, and whether nobody named it."""
    default = " (the default: the workbook names none)" if rubric.is_default else ""
    return f"{rubric.name} {rubric.version}{default}"


def rows_not_read(result: Result) -> Iterator[Sentence]:
    """Which rows are cases as the rubric has it, and how many of those were asked for."""
    rows = sum(sheet.cases + sheet.not_read + sheet.not_chosen for sheet in result.inputs)
    others = sum(sheet.not_cases for sheet in result.inputs)
    said = []
    if result.rubric.cases:
        said.append(
            f"Cases are rows where {result.rubric.cases}: {rows:,} of {count(rows + others, 'row')}"
        )
    if result.only:
        chosen = rows - sum(sheet.not_chosen for sheet in result.inputs)
        were = "was" if chosen == 1 else "were"
        said.append(f"Of {count(rows, 'case')}, {chosen:,} {were} asked for")
    if said:
        yield Sentence(f"{'. '.join(said)}.")


def day(result: Result) -> str:
    """The audit's day in words."""
    return long_day(result.as_of)


def read_from(result: Result) -> str:
    """The files that were read, each with its sheets."""
    sheets: dict[str, list[str]] = {}
    for sheet in result.inputs:
        sheets.setdefault(sheet.file, []).append(sheet.sheet)
    return listing((_file(name, names) for name, names in sheets.items()), most=4)


def _file(name: str, sheets: list[str]) -> str:
    """A file with its sheets; a table without sheets is called after its file."""
    if sheets == [name.rsplit(".", 1)[0]]:
        return name
    noun = "" if sheets[0] == "form 1" else "sheet " if len(sheets) == 1 else "sheets "
    return f"{name} ({noun}{listing(sheets, most=6)})"


def _answer(result: Result) -> Iterator[Block]:
    yield Heading("The answer")
    yield Sentence(answer(result), Tone.STRONG)
    yield from furthest_below(missed_worst_first(result.criteria.values()))
    for grade in result.grades.values():
        if any(grade.recorded.values()):
            split = _split_in_words(grade, grade.recorded)
            yield Sentence(f"{grade.title}, as their readers graded them: {split}.")
            break


def _in_doubt(result: Result) -> Iterator[Block]:
    said = [*doubts(result.issues)]
    if not said and not result.problems:
        return
    yield Heading("What stands in doubt")
    yield from said[1:]
    if result.problems:
        yield _problems(result)
        if result.problems_unlisted:
            yield Sentence(
                f"These are the first {len(result.problems):,} of "
                f"{len(result.problems) + result.problems_unlisted:,} cells.",
                Tone.QUIET,
            )


def _problems(result: Result) -> Table:
    """Every cell to look at, those that say the same in one row."""
    several = len({sheet.file for sheet in result.inputs}) > 1
    rows: list[Row] = [
        [
            its.places(files=several, most=_MOST_CELLS),
            its.fields,
            its.found or "(blank)",
            Text(f"{its.expected}{_TILL_THEN if its.uncounted else ''}", told=True),
        ]
        for its in alike_cells(result.problems)
    ]
    return table("Cells in doubt", ["Cell", "field", "found", "expected"], rows)


def _findings(result: Result) -> Iterator[Block]:
    if not result.criteria:
        return
    yield Heading("Findings by theme", annex=True)
    asked = [criterion for criterion in result.criteria.values() if criterion.applicable]
    if not asked:
        yield Sentence("No question applied to any case: there is nothing to count.", Tone.WARNING)
    else:
        yield READING_A_FINDING
    has_ranges = any(met_range(criterion) for criterion in asked)
    yield from by_theme(
        asked,
        lambda theme, its: findings_table(theme, worst_first(its), result.case_count, has_ranges),
    )
    yield from took_table(asked)
    yield from silent_criteria(result)


def silent_criteria(result: Result, most: int = 0) -> Iterator[Block]:
    """The questions that no case answers, and why not; with ``most``, so many are named."""

    def named(titles: Sequence[str]) -> str:
        return "; ".join(first_few(titles, most))

    # What is set aside, as its column is blank, is a doubt and said as one.
    silent = [
        criterion
        for name, criterion in result.criteria.items()
        if not criterion.applicable and name not in result.set_aside
    ]
    not_asked = [c.title for c in silent if c.not_asked]
    unsure = [c for c in silent if not c.not_asked and c.cannot_tell]
    others = [c.title for c in silent if not c.not_asked and not c.cannot_tell]
    if not_asked:
        missing = f"Not asked, as there is no column for it: {named(not_asked)}."
        yield Sentence(f"{missing}{offered(result.inputs, most)}", Tone.WARNING)
    if partly := [c.title for c in result.criteria.values() if c.applicable and c.not_asked]:
        lacking = [_without_column(sheet) for sheet in _unlike_the_others(result.inputs)]
        yield Sentence(f"Not asked of all cases: {named(partly)}. {'. '.join(lacking)}.")
    if others:
        cases = (
            "the 1 case" if result.case_count == 1 else f"any of the {result.case_count:,} cases"
        )
        yield Sentence(f"Did not apply to {cases}: {named(others)}.")
    untold: dict[int, list[str]] = {}
    for criterion in unsure:
        untold.setdefault(criterion.cannot_tell, []).append(criterion.title)
    for number, titles in untold.items():
        is_all = number == result.case_count > 1
        said = f"all {number:,} cases" if is_all else count(number, "case")
        rest = ", and did not apply to the others" if number < result.case_count else ""
        yield Sentence(f"Can't be told in {said}{rest}: {named(titles)}.", Tone.WARNING)


def _grades(result: Result) -> Iterator[Block]:
    if not result.grades:
        return
    yield Heading("Grades", annex=True)
    for scale, grades in by_scale(result.grades.values()).items():
        rows = [row for grade in grades for row in _grade_rows(grade)]
        if rows:
            caption = "How many cases have each grade"
            yield table(caption, ["Graded", "", *figures(*scale)], rows)
    empty = [grade.title for grade in result.grades.values() if not [*_grade_rows(grade)]]
    if empty:
        yield Sentence(f"No grade was recorded for {listing(empty)}.", Tone.WARNING)
    remarks = [remark for grade in result.grades.values() for remark in _remarks(grade)]
    if remarks:
        yield Items(remarks)
    derived = any(any(grade.derived.values()) for grade in result.grades.values())
    if derived and (said := rests_on(result)):
        yield Sentence(said, Tone.WARNING)


class OfAScale(Protocol):
    """A grade of any kind of answer, by its scale."""

    @property
    def scale(self) -> list[str]:
        """The words, best first."""
        ...


_Graded = TypeVar("_Graded", bound=OfAScale)


def by_scale(grades: Iterable[_Graded]) -> dict[tuple[str, ...], list[_Graded]]:
    """Grades by their scale: those of one scale can stand under one another."""
    alike: dict[tuple[str, ...], list[_Graded]] = {}
    for grade in grades:
        alike.setdefault(tuple(grade.scale), []).append(grade)
    return alike


def _grade_rows(grade: GradeResult) -> Iterator[Row]:
    for key, counts in (("recorded", grade.recorded), ("derived", grade.derived)):
        if not any(counts.values()):
            continue
        whole = sum(counts.values())
        of_scale = [counts[word] for word in grade.scale]
        yield [
            graded(grade.title, key),
            SplitBar(
                f"{grade.title}: {_split_in_words(grade, counts)}",
                [*zip(grade.scale, of_scale, strict=True)],
            ),
            *(
                Text(f"{counts[word]:,}", note=_share(grade, key, word, whole))
                for word in grade.scale
            ),
        ]


def _share(grade: GradeResult, kind: str, word: str, whole: int) -> str:
    """The range of a grade's share; before it the share of the population, where it is weighted."""
    span = getattr(grade, f"{kind}_intervals").get(word)
    if whole < FEWEST_FOR_SHARES or span is None:
        return ""
    weighted = getattr(grade, f"{kind}_in_population").get(word)
    share = "" if weighted is None else f"{share_beside(round(weighted * 10**6), 10**6, 0)}, "
    return f"{share}{range_beside(span.low, span.high, None)}"


def _split_in_words(grade: GradeResult, counts: dict[str, int]) -> str:
    parts = ", ".join(f"{word} {counts[word]:,}" for word in grade.scale)
    return f"{parts}, of {count(sum(counts.values()), 'case')}"


def _remarks(grade: GradeResult) -> Iterator[str]:
    yield from not_judged(grade)
    if any(grade.recorded.values()) and grade.ungraded:
        yield f"{grade.title}: {count(grade.ungraded, 'case')} without a recorded grade."
    underived = grade.without_derived - grade.not_applicable - grade.cannot_tell
    if any(grade.derived.values()) and underived:
        yield (
            f"{grade.title}: {count(underived, 'case')} without a grade by the rubric: "
            "no question could be answered, or less than half could be asked."
        )
    yield from _likeness(grade)


def not_judged(grade: GradeResult) -> Iterator[str]:
    """Of how many cases a judgement isn't made, as the rubric has it."""
    if grade.not_applicable:
        has = "has" if grade.not_counted == 1 else "have"
        counted = f", and {grade.not_counted:,} of these {has} one that isn't counted"
        said = f"{grade.title} isn't given in {count(grade.not_applicable, 'case')}"
        yield f"{said}, as the rubric has it{counted if grade.not_counted else ''}."
    if grade.cannot_tell:
        cases = count(grade.cannot_tell, "case")
        yield f"{grade.title}: in {cases} nobody can tell whether it is to be given."


def _likeness(grade: GradeResult) -> Iterator[str]:
    """How the grades that the rubric proposes lie beside those that readers gave."""
    both = [case for case in grade.cases if case.recorded and case.derived]
    if len(both) < FEWEST_FOR_SHARES:
        return
    steps = [
        grade.scale.index(case.derived or "") - grade.scale.index(case.recorded or "")
        for case in both
    ]
    same, better = steps.count(0), sum(step < 0 for step in steps)
    yield (
        f"{grade.title}: from the answers alone the rubric would give {same:,} of the "
        f"{len(both):,} the grade that their reader gave, {better:,} a better one and "
        f"{len(both) - same - better:,} a worse one. That is a proposal, not a judgment."
    )


def rests_on(result: Result) -> str:
    """On how many questions grades rest that the rubric proposes; empty where it is all of them."""
    asked = sum(not criterion.not_asked for criterion in result.criteria.values())
    if asked == len(result.criteria):
        return ""
    return (
        f"What the rubric would give rests on {asked} of its "
        f"{count(len(result.criteria), 'question')}: the others were not asked of all cases."
    )


def _how(result: Result) -> Iterator[Block]:
    yield Heading("How the audit was done", annex=True)
    yield Definitions(
        [
            ("Cases", "; ".join(_rows_of(sheet) for sheet in result.inputs)),
            questions_said(result),
            *_speaking_for(result),
            *METHODS,
        ]
    )
    lines = [*_left_out(result.inputs), *notes(result.issues)]
    lines += [f"not read: {sheet}" for sheet in result.passed_over]
    lines += [f"{_place(sheet)}: {note}" for sheet in result.inputs for note in sheet.notes]
    if any(criterion.not_asked for criterion in result.criteria.values()):
        lines += [_without_column(sheet) for sheet in result.inputs if sheet.without_column]
    if lines:
        yield Heading("How the files were read", level=3)
        yield Items(lines)


def _speaking_for(result: Result) -> Iterator[tuple[str, str]]:
    population = result.population
    if population is None:
        return
    yield "What they speak for", speaks_for(population)
    if population.weighted:
        yield "Weighted", weighs(population)
    if population.kind == "drawn":
        yield (
            "Of a population with an end",
            "Ranges are narrower the more of it was read: Wilson's for n(N-1)/(N-read) cases, "
            "opened to whole cases. Where a question applies to some of the cases only, the same "
            "share of those is taken to have been read. Strata that were read unequally count for "
            "as many cases as they have, and their ranges are put together as squares (MOVER).",
        )


def _place(sheet: InputResult) -> str:
    return _file(sheet.file, [sheet.sheet])


def _rows_of(sheet: InputResult) -> str:
    left = sheet.rows_left_out
    passed = (sheet.not_read, sheet.not_chosen, sheet.unavailable, sheet.spare, sheet.not_cases)
    parts = [count(sheet.cases, "case"), *rows_passed(*passed)]
    parts += [f"{count(left, 'row')} left out"] if left else []
    return f"{_place(sheet)}: {count(sheet.rows, 'row')} read, {listing(parts)}"


def _left_out(inputs: Iterable[InputResult]) -> Iterator[str]:
    for sheet in inputs:
        if sheet.left_out:
            reasons = [f"row {out.row}: {out.reason}" for out in sheet.left_out]
            number = sheet.rows_left_out
            more = f" and {number - len(reasons):,} more" if number > len(reasons) else ""
            yield f"{_place(sheet)}: left out {listing(reasons)}{more}"


def offered(inputs: Sequence[InputResult], most: int = 0) -> str:
    """The headings that are the nearest to fields without a column, and what to do about them."""
    near = {a.field: a.nearest for sheet in inputs for a in sheet.without_column if a.nearest}
    offers = first_few([f"“{heading}” for {field}" for field, heading in near.items()], most)
    said = f" Nearest: {'; '.join(offers)}; --map takes a heading that is the same."
    return said if offers else ""


def _unlike_the_others(inputs: Sequence[InputResult]) -> Iterator[InputResult]:
    """The sheets that lack a column which another has, with what they alone lack."""
    lacked = [{absent.field for absent in sheet.without_column} for sheet in inputs]
    by_all = set.intersection(*lacked)
    for sheet in inputs:
        if own := [absent for absent in sheet.without_column if absent.field not in by_all]:
            yield sheet.model_copy(update={"without_column": own})


def _without_column(sheet: InputResult) -> str:
    fields = listing((absent.field for absent in sheet.without_column), "or", most=8)
    near = [f'"{a.nearest}" for {a.field}' for a in sheet.without_column if a.nearest]
    nearest = f"; nearest headings: {listing(near, most=4)}" if near else ""
    return f"{_place(sheet)}: no column for {fields}{nearest}"


def _fingerprints(result: Result) -> Iterator[Block]:
    yield Heading("Fingerprints", annex=True)
    yield Sentence("Whoever has these files can check that they are the ones that were read.")
    files = dict.fromkeys((sheet.file, sheet.sha256) for sheet in result.inputs)
    yield Definitions([*files, *made_by(result)])
