"""The screen of a scored audit: what was read, what is in doubt, the answer, what to do next."""

from collections.abc import Iterable, Iterator, Sequence

from casefile_audit.english import FEWEST_FOR_SHARES, count, first_few, listing, sentence_case
from casefile_audit.intake.alike_cells import alike_cells
from casefile_audit.report.blocks import (
    Block,
    Columns,
    Heading,
    Page,
    Row,
    Section,
    Sentence,
    Stack,
    Tone,
    figures,
    table,
)
from casefile_audit.report.findings import (
    AgainstTarget,
    against_target,
    answer,
    finding,
    in_words,
    met,
    met_range,
    short_of,
    speaks_for,
    target,
    weighs,
    worst_first,
)
from casefile_audit.report.issues import doubts, notes
from casefile_audit.report.reading import and_more, next_steps
from casefile_audit.report.score_cases import case_lists, groups_of
from casefile_audit.report.score_full import (
    by_scale,
    day,
    full_page,
    not_judged,
    offered,
    rests_on,
    rows_not_read,
    rubric_named,
    silent_criteria,
)
from casefile_audit.report.screens import MOST_ROOM, fitted
from casefile_audit.report.terminal import drawn
from casefile_audit.report.took import took_in_short
from casefile_audit.results import CriterionResult, GradeResult, Result

_MOST_BELOW, _LEAST_ROWS = 16, 5
_MOST_NAMED = 3
_MOST_NOTES = 6
_NOT_BELOW = (AgainstTarget.REACHED_PERHAPS, AgainstTarget.REACHED, AgainstTarget.REACHED_IN_FACT)
# Where rows have no room, what was reached is named in a line, then what chance may explain.
_FOLDED_FIRST = (_NOT_BELOW, (AgainstTarget.BELOW_PERHAPS,))


def score_lines(result: Result, details: bool = False, full: bool = False) -> list[str]:
    """The answer on one screen, or in full; with ``details``, the case references behind it.

    What there are of groups and of references takes no room from the findings.
    """
    if full:
        return drawn(full_page(result, details))
    room, lines = fitted(lambda room: _page(result, room, [], details), _LEAST_ROWS)
    besides = [*groups_of(result), *(case_lists(result) if details else ())]
    return drawn(_page(result, room, besides, details)) if besides else lines


def _page(result: Result, room: int, besides: Sequence[Block], details: bool) -> Page:
    return [
        Stack([*_title(result)]),
        *doubts(result.issues),
        Stack([Sentence(answer(result), Tone.STRONG), *_cells_in_doubt(result)]),
        *([Stack([*_findings(result, room)])] if result.criteria else ()),
        *besides,
        Stack([*_grades(result), *_closing(result, details, room)]),
    ]


def _title(result: Result) -> Iterator[Block]:
    rubric = result.rubric
    files = [*dict.fromkeys(sheet.file for sheet in result.inputs)]
    cases = count(result.case_count, "case")
    read = f"{cases} from {listing(files, most=4)}{result.only_says}"
    yield Heading(f"{rubric.title}: {read}", level=1)
    # A document has no sheets: several of them are known by their files.
    sheets = [
        *dict.fromkeys(
            sheet.sheet
            for sheet in result.inputs
            if sheet.cases or not sheet.spare
            if len(files) == 1 or sheet.sheet != sheet.file.rpartition(".")[0]
        )
    ]
    where = f"Sheet {sheets[0]}. " if len(sheets) == 1 and len(files) == 1 else ""
    if len(sheets) > 1:
        where = f"Sheets {listing(sheets, most=6)}. "
    yield Sentence(f"{where}Rubric {rubric_named(rubric)}, as of {day(result)}.")
    yield from rows_not_read(result)
    if result.population is not None and result.population.kind != "drawn":
        yield Sentence(speaks_for(result.population), Tone.STRONG)
    if result.population is not None and result.population.weighted:
        yield Sentence(weighs(result.population))


def _cells_in_doubt(result: Result) -> Iterator[Block]:
    """Cells that aren't what their column holds: the first of them, those alike together."""
    alike = alike_cells(result.problems)
    for its in alike[:_MOST_NAMED]:
        cells = listing(its.cells, most=4)
        told = f"expected {its.expected}"
        told = "can't be read, counted neither way" if its.uncounted else told
        yield Sentence(f"In doubt: {cells} {its.word} ({its.fields}): {told}")
    left = sum(len(its.cells) for its in alike[_MOST_NAMED:]) + result.problems_unlisted
    if left:
        yield Sentence(f"And {count(left, 'more cell')} in doubt: --full", Tone.WARNING)


def _findings(result: Result, room: int) -> Iterator[Block]:
    ordered = worst_first(result.criteria.values())
    by_verdict = {
        verdict: [each for each in ordered if against_target(each) is verdict]
        for verdict in AgainstTarget
    }
    without_target = by_verdict.pop(AgainstTarget.NO_TARGET)
    if not any(by_verdict.values()):
        # Without any target the findings themselves are the answer.
        yield from _table({AgainstTarget.NO_TARGET: _most_missing_first(without_target)}, room)
        without_target = []
    else:
        folded: dict[AgainstTarget, list[CriterionResult]] = {}
        for verdicts in _FOLDED_FIRST:
            if sum(map(len, by_verdict.values())) > room:
                folded |= {v: its for v in verdicts if (its := by_verdict.pop(v))}
        if not any(by_verdict.values()):
            by_verdict, folded = folded, {}
        yield from _table(by_verdict, room)
        for verdict in AgainstTarget:
            if alike := folded.get(verdict):
                counts = [f"{c.title} {c.met:,} of {c.applicable:,}" for c in alike]
                named = "; ".join(first_few(counts, 6))
                yield Sentence(f"{verdict.value}: {len(alike)}. Met: {named}.")
    if without_target:
        said = finding(_most_missing_first(without_target)[0])
        more = len(without_target) - 1
        yield Sentence(f"No target: {said}{f'; {more} more: --full' if more > 0 else ''}.")
    yield from took_in_short(result)
    yield from silent_criteria(result, _MOST_NAMED)


def _most_missing_first(criteria: Sequence[CriterionResult]) -> list[CriterionResult]:
    return sorted(criteria, key=lambda each: -each.missing / each.applicable)


def _table(groups: dict[AgainstTarget, list[CriterionResult]], room: int) -> Iterator[Block]:
    """The findings under their verdicts; those past the first are counted."""
    rows: list[Row | Section] = []
    left = 0
    free = min(_MOST_BELOW, room)
    for verdict, criteria in groups.items():
        most = room if verdict in _NOT_BELOW else free
        # The line that counts one more has room for it.
        most += len(criteria) == most + 1
        if criteria[:most]:
            rows.append(Section(f"{verdict.value}: {len(criteria)}"))
            rows += [_row(each) for each in criteria[:most]]
        if verdict not in _NOT_BELOW:
            free = max(free - len(criteria), 0)
        left += len(criteria[most:])
    if not rows:
        return
    has_range = any(row[3] for row in rows if not isinstance(row, Section))
    columns: Columns = [*figures("Fall short"), "", *figures("met", "range", "target")]
    found = table("What the case files show", columns, rows, compact=True)
    yield found if has_range else found.without(3)
    yield from and_more(left, "more below target")


def _row(criterion: CriterionResult) -> Row:
    return [
        short_of(criterion),
        in_words(criterion) if criterion.missing or criterion.partly_met else criterion.title,
        met(criterion),
        met_range(criterion),
        target(criterion),
    ]


def _grades(result: Result) -> Iterator[Block]:
    """One line a split, those of one scale under one another."""
    graded = [grade for grade in result.grades.values() if any(grade.recorded.values())]
    proposed = [
        grade
        for grade in result.grades.values()
        if grade not in graded and any(grade.derived.values())
    ]
    yield from _splits("Graded by the reviewer", graded, "recorded")
    yield from _splits("Proposed by the rubric", proposed, "derived")
    lines = [line for grade in graded for line in _proposal(grade)]
    empty = [g.title for g in result.grades.values() if g not in graded and g not in proposed]
    if empty:
        asked_all = not any(criterion.not_asked for criterion in result.criteria.values())
        near = offered(result.inputs, _MOST_NAMED) if asked_all else ""
        lines.append(f"No grade was recorded for {listing(empty)}.{near}")
    lines += [line for grade in (*graded, *proposed) for line in not_judged(grade)]
    without = [g for g in graded if g.ungraded]
    if without:
        most = max(without, key=lambda grade: grade.ungraded)
        lines.append(f"{count(most.ungraded, 'case')} without a grade for {most.title}.")
    if (proposed or any(map(_proposal, graded))) and (said := rests_on(result)):
        lines.append(said)
    if lines:
        yield Sentence(" ".join(lines))


def _splits(title: str, grades: Iterable[GradeResult], kind: str) -> Iterator[Block]:
    for scale, alike in by_scale(grades).items():
        rows = [[grade.title, *(getattr(grade, kind)[word] for word in scale)] for grade in alike]
        caption = f"{title}: how many cases have each grade"
        yield table(caption, [title, *figures(*scale)], rows, compact=True)


def _proposal(grade: GradeResult) -> list[str]:
    """What the rubric would make of it, only where it would find more of the worst grade."""
    worst = grade.scale[-1]
    proposed, given = grade.derived.get(worst, 0), grade.recorded.get(worst, 0)
    if proposed <= given or sum(grade.derived.values()) < FEWEST_FOR_SHARES:
        return []
    more = count(proposed - given, "more case")
    of = "" if grade.title.casefold() == "overall" else f" for {grade.title}"
    return [f"The rubric would put {more} ({proposed:,} in all) in {worst}{of}: --full says why."]


def _closing(result: Result, details: bool, room: int) -> Iterator[Block]:
    lines = [*_passed_by(result, named=room == MOST_ROOM), *notes(result.issues)]
    lines += [
        f"{sheet.sheet}: {note}" if len(result.inputs) > 1 else sentence_case(note)
        for sheet in result.inputs
        for note in sheet.notes
    ]
    more = len(lines) - _MOST_NOTES
    for line in lines[:_MOST_NOTES]:
        yield Sentence(line if line.endswith((".", ")")) else f"{line}.")
    if more > 0:
        yield Sentence(f"And {count(more, 'more note')}: --full")
    population = result.population
    if population is not None and population.kind == "drawn":
        yield Sentence(speaks_for(population), Tone.QUIET)
    elif population is None and any(
        each.applicable >= FEWEST_FOR_SHARES for each in result.criteria.values()
    ):
        yield Sentence(
            f"Range: where the rate would probably lie, had the {result.case_count:,} cases been "
            "drawn at random.",
            Tone.QUIET,
        )
    which, by = "" if details else "--details (which cases)", "" if result.groups else "--by FIELD"
    yield next_steps(which, "--full", "-o report.docx", by)


def _passed_by(result: Result, named: bool) -> Iterator[str]:
    """The rows that are no cases, and the sheets that were not read: named if there is room."""
    rows = sum(sheet.rows_left_out for sheet in result.inputs)
    left = [
        f"row {out.row}, {out.reason}"
        if len(result.inputs) == 1
        else f"{sheet.sheet} row {out.row}, {out.reason}"
        for sheet in result.inputs
        for out in sheet.left_out
    ]
    said = []
    if rows:
        said.append(f"Left out: {listing(first_few(left, _MOST_NAMED, total=rows))}")
    if result.passed_over:
        passed = "; ".join(first_few(result.passed_over, _MOST_NAMED))
        said.append(f"Not read: {passed}" if named else "Sheets not read: --full")
    if said:
        yield ". ".join(said)
