"""The page of a scored audit."""

from collections.abc import Iterable, Iterator

from casefile_audit.english import count, listing, share, share_beside, share_range
from casefile_audit.report.blocks import (
    Bar,
    Block,
    Cell,
    Column,
    Heading,
    Items,
    Page,
    Section,
    Sentence,
    Table,
    Text,
    Tone,
)
from casefile_audit.report.issues import doubts, notes
from casefile_audit.results import CriterionResult, GradeResult, GroupResult, InputResult, Result

_MOST_PROBLEMS = 12
_MOST_CELLS = 4


def scored_page(result: Result, details: bool = False) -> Page:
    """A result as people read it; with ``details``, the case references behind each count."""
    return [
        *_title(result),
        *_criteria(result),
        *_grades(result),
        *_groups(result),
        *_improvement(result),
        *(_details(result) if details else ()),
        *_reading(result),
        *_problems(result, details),
    ]


def _title(result: Result) -> Iterator[Block]:
    rubric = result.rubric
    yield Heading(rubric.title, level=1)
    sheets: dict[str, list[str]] = {}
    for sheet in result.inputs:
        sheets.setdefault(sheet.file, []).append(sheet.sheet)
    files = listing((_file(name, names) for name, names in sheets.items()), most=4)
    default = " (the default: the workbook names none)" if rubric.is_default else ""
    yield Sentence(
        f"{count(result.cases, 'case file')} read from {files}. "
        f"Rubric {rubric.name} {rubric.version}{default}, as of {day(result)}."
    )
    yield from doubts(result.issues)


def day(result: Result) -> str:
    """The audit's day in words."""
    return f"{result.as_of.day} {result.as_of:%B %Y}"


def _file(name: str, sheets: list[str]) -> str:
    """A file with its sheets; a table without sheets is called after its file."""
    if sheets == [name.rsplit(".", 1)[0]]:
        return name
    return f"{name} ({'sheet' if len(sheets) == 1 else 'sheets'} {listing(sheets)})"


def _criteria(result: Result) -> Iterator[Block]:
    if not result.criteria:
        return
    rows: list[list[Cell] | Section] = []
    theme = ""
    for criterion in _by_theme(result.criteria.values()):
        if not criterion.applicable:
            continue
        if criterion.theme != theme:
            theme = criterion.theme
            rows.append(Section(theme or "Other questions"))
        rows.append(_criterion_row(criterion, result.cases))
    if not rows:
        yield Sentence("No question applied to any case: there is nothing to count.", Tone.WARNING)
        yield from _silent_criteria(result)
        return
    has_targets = any(c.target is not None for c in result.criteria.values())
    columns = [
        Column("Finding"),
        Column("rate", figures=True),
        Column("95% range", figures=True),
        Column(""),
        *([Column("target")] if has_targets else []),
    ]
    width = len(columns)
    yield Table(
        "What the case files show",
        columns,
        [row if isinstance(row, Section) else row[:width] for row in rows],
    )
    yield Sentence(
        "The 95% range (Wilson) is where the rate would lie if these cases are typical. "
        "It allows for chance only.",
        Tone.QUIET,
    )
    yield from _silent_criteria(result)


def _silent_criteria(result: Result) -> Iterator[Block]:
    """The questions that no case answers, and why not."""
    silent = [criterion for criterion in result.criteria.values() if not criterion.applicable]
    not_asked = [c.title for c in silent if c.not_asked]
    unsure = [c for c in silent if not c.not_asked and c.cannot_tell]
    others = [c.title for c in silent if not c.not_asked and not c.cannot_tell]
    if not_asked:
        yield Sentence(f"Not asked, for want of a column: {listing(not_asked)}.", Tone.WARNING)
    if others:
        yield Sentence(f"Applied to none of the {count(result.cases, 'case')}: {listing(others)}.")
    for criterion in unsure:
        told = f"can't be told in {count(criterion.cannot_tell, 'case')}"
        yield Sentence(
            f"{criterion.title}: {told}, and applied to none of the others.", Tone.WARNING
        )


def _by_theme(criteria: Iterable[CriterionResult]) -> list[CriterionResult]:
    """The criteria with those of one theme together, themes in the order they first come in."""
    listed = list(criteria)
    themes = list(dict.fromkeys(criterion.theme for criterion in listed))
    return sorted(listed, key=lambda criterion: themes.index(criterion.theme))


def _criterion_row(criterion: CriterionResult, cases: int) -> list[Cell]:
    return [
        Text(criterion.says, note=_note(criterion, cases)),
        Text(share(criterion.missing, criterion.applicable)),
        Text(
            share_range(criterion.interval.low, criterion.interval.high)
            if criterion.interval
            else ""
        ),
        Bar(criterion.rate),
        _target(criterion),
    ]


def _note(criterion: CriterionResult, cases: int) -> str:
    """What else there is to know of a count: how many it isn't out of, and why."""
    parts = []
    if criterion.applicable < cases:
        parts.append(f"applies to {criterion.applicable:,} of {cases:,}")
    if criterion.partly_met:
        parts.append(f"{criterion.partly_met:,} partly met, {criterion.met:,} met")
    if criterion.cannot_tell:
        parts.append(f"{criterion.cannot_tell:,} can't be told")
    return "; ".join(parts)


def _target(criterion: CriterionResult) -> Cell:
    if criterion.target is None or criterion.target_reached is None:
        return Text("")
    if criterion.target_reached:
        return Text(f"{criterion.target:g}% reached")
    return Text(f"{criterion.target:g}% missed", Tone.WARNING)


def _improvement(result: Result) -> Iterator[Block]:
    missed = [result.criteria[name] for name in result.targets_missed]
    if not missed:
        return
    yield Heading("Areas for improvement")
    yield Items([_area(criterion) for criterion in missed])


def _area(criterion: CriterionResult) -> str:
    met = share_beside(criterion.met, criterion.applicable, criterion.target or 0)
    due = ""
    # What was asked of one force is nothing to another that asks the same questions.
    if criterion.due and not criterion.due_of:
        what = f"{criterion.due_for} " if criterion.due_for else ""
        due = f"; {what}due by {criterion.due.day} {criterion.due:%B %Y}"
    doubt = "" if criterion.target_beyond_chance else ", which chance could explain"
    return (
        f"{criterion.title}: met in {met} ({criterion.met:,} of {criterion.applicable:,}), "
        f"target {criterion.target:g}%{doubt}{due}"
    )


def _grades(result: Result) -> Iterator[Block]:
    empty = [grade.title for grade in result.grades.values() if not _kinds(grade)]
    for grade in result.grades.values():
        if _kinds(grade):
            yield Heading(grade.title)
            yield _split_table(grade)
            yield from _grade_remarks(grade, result)
    if empty:
        yield Sentence(f"No grade was recorded for {listing(empty)}.", Tone.WARNING)


def _kinds(grade: GradeResult) -> list[tuple[str, dict[str, int], int]]:
    """The splits that have any case in them: recorded, derived, or both, each with its total."""
    kinds = (("recorded", grade.recorded), ("derived", grade.derived))
    return [(kind, counts, total) for kind, counts in kinds if (total := sum(counts.values()))]


def _split_table(grade: GradeResult) -> Table:
    kinds = _kinds(grade)
    columns = [Column("Grade")]
    for name, _, _ in kinds:
        columns += [Column(name, figures=True), Column("share", figures=True), Column("")]
    rows: list[list[Cell]] = []
    for word in grade.scale:
        row: list[Cell] = [Text(word)]
        for _, counts, total in kinds:
            n = counts[word]
            row += [Text(f"{n:,}"), Text(share(n, total)), Bar(n / total)]
        rows.append(row)
    return Table(f"Split of {grade.title}", columns, rows)


def _grade_remarks(grade: GradeResult, result: Result) -> Iterator[Block]:
    kinds = [kind for kind, _, _ in _kinds(grade)]
    remarks = []
    if "recorded" in kinds and grade.without_recorded:
        remarks.append(f"{count(grade.without_recorded, 'case')} without a recorded grade.")
    if "derived" in kinds:
        remarks.append("The derived grade is a proposal from the rubric's bands and limits.")
        if grade.without_derived:
            cases = count(grade.without_derived, "case")
            why = "no question could be answered, or less than half could be asked"
            remarks.append(f"{cases} without one: {why}.")
        both = [case for case in grade.cases if case.recorded and case.derived]
        if both:
            same = sum(case.recorded == case.derived for case in both)
            remarks.append(f"It is the recorded one in {same:,} of {len(both):,}.")
    if remarks:
        yield Sentence(" ".join(remarks), Tone.QUIET)
    asked = [criterion for criterion in result.criteria.values() if not criterion.not_asked]
    if "derived" in kinds and len(asked) < len(result.criteria):
        yield Sentence(
            f"The derived grade rests on {len(asked)} of the rubric's "
            f"{count(len(result.criteria), 'question')}: the others were not asked of all cases.",
            Tone.WARNING,
        )


def _groups(result: Result) -> Iterator[Block]:
    for field, groups in result.groups.items():
        yield Heading(f"By {field.replace('_', ' ')}")
        yield _group_table(field, groups, result)
        for name, grade in result.grades.items():
            for kind in ("recorded", "derived"):
                if any(getattr(grade, kind).values()):
                    yield _group_grades(groups, name, grade, kind)


def _group_table(field: str, groups: dict[str, GroupResult], result: Result) -> Table:
    columns = [Column("Missing, of applicable")]
    columns += [Column(value, figures=True) for value in groups]
    rows: list[list[Cell]] = [
        [Text("all case files"), *(Text(f"{group.cases:,}") for group in groups.values())]
    ]
    for name, criterion in result.criteria.items():
        if not criterion.applicable:
            continue
        cells: list[Cell] = [Text(criterion.title)]
        for group in groups.values():
            part = group.criteria[name]
            cells.append(
                Text(f"{part.missing:,} of {part.applicable:,}" if part.applicable else "–")
            )
        rows.append(cells)
    return Table(f"Missing by {field}", columns, rows)


def _group_grades(
    groups: dict[str, GroupResult], name: str, grade: GradeResult, kind: str
) -> Table:
    columns = [Column(f"{grade.title}, {kind}")]
    columns += [Column(value, figures=True) for value in groups]
    rows: list[list[Cell]] = [
        [Text(word), *(Text(f"{getattr(g.grades[name], kind)[word]:,}") for g in groups.values())]
        for word in grade.scale
    ]
    return Table(f"{grade.title}, {kind}, by group", columns, rows)


def _details(result: Result) -> Iterator[Block]:
    yield Heading("The cases behind each count")
    for name, criterion in result.criteria.items():
        kinds = (
            ("the record says no", criterion.not_met_cases),
            ("the record is silent", criterion.not_recorded_cases),
            ("partly met", criterion.partly_met_cases),
            ("can't be told", criterion.cannot_tell_cases),
        )
        lines = [f"{kind} ({len(cases):,}): {', '.join(cases)}" for kind, cases in kinds if cases]
        lines += _missing_by_group(name, result)
        if lines:
            yield Heading(f"{criterion.title}: {criterion.says}", level=3)
            yield Items(lines)
    for grade in result.grades.values():
        yield from _grade_details(grade)


def _missing_by_group(criterion: str, result: Result) -> Iterator[str]:
    """The cases behind each group's count: ``missing, district Bolton (3): …``."""
    for field, groups in result.groups.items():
        for value, group in groups.items():
            cases = group.criteria[criterion].missing_cases
            if cases:
                where = f"{field.replace('_', ' ')} {value}"
                yield f"missing, {where} ({len(cases):,}): {', '.join(cases)}"


def _grade_details(grade: GradeResult) -> Iterator[Block]:
    graded = {
        word: [case.case for case in grade.cases if case.recorded == word] for word in grade.scale
    }
    if any(graded.values()):
        graded["without a recorded grade"] = [c.case for c in grade.cases if c.recorded is None]
        yield Heading(f"{grade.title}, recorded", level=3)
        yield Items(
            [
                f"{word} ({len(cases):,}): {', '.join(cases)}"
                for word, cases in graded.items()
                if cases
            ]
        )
    if any(grade.derived.values()):
        yield Heading(f"{grade.title}: why the derived grade is what it is", level=3)
        rows: list[list[Cell]] = [
            [Text(case.case), Text(case.recorded or "–"), Text(case.because or "–")]
            for case in grade.cases
        ]
        columns = [Column("Case"), Column("recorded"), Column("derived, and why")]
        yield Table(f"{grade.title}, case by case", columns, rows)


def _reading(result: Result) -> Iterator[Block]:
    """How the files were read, where there is something to know."""
    lines: list[str] = []
    for sheet in result.inputs:
        place = _file(sheet.file, [sheet.sheet])
        if sheet.left_out:
            reasons = listing(f"row {out.row}: {out.reason}" for out in sheet.left_out[:6])
            number = sheet.rows - sheet.cases
            more = f" and {number - 6:,} more" if number > 6 else ""
            left = count(number, "row")
            lines.append(
                f"{place}: {count(sheet.rows, 'row')} read, {sheet.cases:,} cases and "
                f"{left} left out ({reasons}{more})"
            )
        lines += [f"{place}: {note}" for note in sheet.notes]
    lines += notes(result.issues)
    lines += result.passed_over
    if any(criterion.not_asked for criterion in result.criteria.values()):
        lines += [_without_column(sheet) for sheet in result.inputs if sheet.without_column]
    if lines:
        yield Heading("How the files were read")
        yield Items(lines)


def _without_column(sheet: InputResult) -> str:
    fields = listing((absent.field for absent in sheet.without_column), "or", most=8)
    near = [f'"{a.nearest}" for {a.field}' for a in sheet.without_column if a.nearest]
    nearest = f"; nearest headings: {listing(near, most=4)}" if near else ""
    return f"{_file(sheet.file, [sheet.sheet])}: no column for {fields}{nearest}"


def _problems(result: Result, details: bool) -> Iterator[Block]:
    """Every cell to look at, those that say the same in one row."""
    if not result.problems:
        return
    several = len({sheet.file for sheet in result.inputs}) > 1
    alike: dict[tuple[str, str, str], list[str]] = {}
    for p in result.problems:
        sheet = f"{p.file}, {p.sheet}" if several else p.sheet
        alike.setdefault((sheet, p.found or "(blank)", p.expected), []).append(p.cell)
    shown = list(alike.items())[: None if details else _MOST_PROBLEMS]
    number = len(result.problems) + result.problems_unlisted
    yield Heading(f"{count(number, 'cell')} to look at")
    if result.problems_unlisted:
        yield Sentence(f"These are the first {len(result.problems):,} of them.", Tone.QUIET)
    rows: list[list[Cell]] = [
        [
            Text(f"{sheet}!{listing(cells, most=0 if details else _MOST_CELLS)}"),
            Text(found),
            Text(expected),
        ]
        for (sheet, found, expected), cells in shown
    ]
    columns = [Column("Cell"), Column("found"), Column("expected")]
    yield Table("Cells to look at", columns, rows)
    if not details and (len(shown) < len(alike) or max(map(len, alike.values())) > _MOST_CELLS):
        yield Sentence("--details lists every one of these.", Tone.QUIET)
