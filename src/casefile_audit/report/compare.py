"""A comparison on one screen, as a document and in figures: what changed, and what may have."""

from collections.abc import Iterator, Sequence

from casefile_audit.compare.comparison import Comparison, GroupComparison
from casefile_audit.compare.rates import CriterionComparison
from casefile_audit.compare.splits import GradeComparison
from casefile_audit.compare.verdicts import Direction, Verdict
from casefile_audit.english import count, first_few, in_parts, listing, points_of, sentence_case
from casefile_audit.output.writing import OutputTable
from casefile_audit.report.blocks import (
    Block,
    Columns,
    Heading,
    Items,
    Page,
    Row,
    Section,
    Sentence,
    Stack,
    Table,
    Tone,
    figures,
    table,
)
from casefile_audit.report.compare_answer import CHANGED, all_grades, answer, short_of, title
from casefile_audit.report.compare_full import (
    UNGRADED,
    alike_both_times,
    compare_full_page,
    moved_cases,
    pairing_in_names,
    told_of_groups,
    why_not_compared,
)
from casefile_audit.report.documents import IN_ANNEXES, with_front
from casefile_audit.report.figures import (
    KINDS,
    FigureRow,
    ends,
    figures_table,
    of_each_part,
    percent,
    percent_of,
)
from casefile_audit.report.findings import met_in
from casefile_audit.report.issues import doubts
from casefile_audit.report.reading import and_more, next_steps, to_know_before
from casefile_audit.report.score_full import by_scale
from casefile_audit.report.screens import MOST_ROOM, AnswerPages
from casefile_audit.scoring.references import hint_of

_GROUPS = (
    (Verdict.CLEAR, Direction.WORSE, "Clearly worse"),
    (Verdict.CLEAR, Direction.BETTER, "Clearly better"),
    (Verdict.IN_DOUBT, Direction.WORSE, "Clearly worse, if the counts in doubt stand"),
    (Verdict.IN_DOUBT, Direction.BETTER, "Clearly better, if the counts in doubt stand"),
    (Verdict.POINTS_TOWARDS, Direction.WORSE, "Points towards worse, not settled"),
    (Verdict.POINTS_TOWARDS, Direction.BETTER, "Points towards better, not settled"),
)
_CHANCE = "Can't be told from chance"
_OTHER_WAY = {Direction.BETTER: Direction.WORSE, Direction.WORSE: Direction.BETTER}
_FEWER_NAMES = 5
_HAIR = 1e-9
_MOST_SPLITS = 3
# So that what is for the meeting has room on two pages, whatever was compared.
_MOST_FOR_MEETING = 18
_MOST_REASONS = 3


def compare_page(comparison: Comparison, details: bool = False, room: int = MOST_ROOM) -> Page:
    """What changed, on one screen, with room for so many findings, and names in a line."""
    return [
        Stack([*title(comparison)]),
        *doubts(comparison.doubts),
        *to_know_before([warning.says for warning in comparison.warnings]),
        Stack([Sentence(answer(comparison), Tone.STRONG), *_pairing(comparison)]),
        Stack([*_changes(comparison, room), *_rest(comparison, room)]),
        *_by_group(comparison, room),
        *_grades(comparison, room),
        Stack([*_closing(comparison, details)]),
    ]


def _pairing(comparison: Comparison) -> Iterator[Block]:
    pairing = comparison.pairing
    if pairing is None:
        return
    sides = (("before", pairing.only_before), ("after", pairing.only_after))
    said = [f"{count(len(pairing.matched), 'case')} read both times"]
    said += [f"{len(names):,} only {side}" for side, names in sides if names]
    said += [f"{pairing.unnamed:,} without a reference, so not matched"] if pairing.unnamed else []
    yield Sentence(f"{', '.join(said)}.")
    if pairing.near_misses:
        yield Sentence(f"{hint_of(pairing.near_misses)}.", Tone.WARNING)


def _changes(comparison: Comparison, room: int) -> Iterator[Block]:
    """What changed or may have, under its verdict; what there is no room for is counted."""
    changed = [c for c in comparison.criteria.values() if c.verdict in CHANGED]
    table, left = _changes_table(changed, room)
    if table is not None:
        yield table
    yield from and_more(left, "more that changed or may have")
    if len(changed) == 1:
        yield Sentence(changed[0].explains)
    yield from _weighted_shares(changed)
    yield from _against_targets(changed)


def compare_document_page(comparison: Comparison) -> Page:
    """The answer and what changed, in figures; then, as annexes, everything."""
    return with_front(compare_full_page(comparison), _for_the_meeting(comparison))


def _for_the_meeting(comparison: Comparison) -> Iterator[Block]:
    changed = [c for c in comparison.criteria.values() if c.verdict in CHANGED]
    table, left = _changes_table(changed, _MOST_FOR_MEETING)
    if table is not None:
        yield table
    if left:
        yield Sentence(f"And {left:,} more that changed or may have: {IN_ANNEXES}.")
    yield from _weighted_shares(changed)
    yield from _against_targets(changed)
    grades = [grade for grade in all_grades(comparison.grades) if grade.verdict in CHANGED]
    yield from _split_tables(grades[:_MOST_SPLITS])


def _changes_table(changed: Sequence[CriterionComparison], room: int) -> tuple[Table | None, int]:
    """Questions that changed or may have, under their verdicts; and how many are left out."""
    rows: list[Row | Section] = []
    left = 0
    for verdict, way, heading in _GROUPS:
        alike = [c for c in changed if (c.verdict, c.direction) == (verdict, way)]
        alike.sort(key=lambda c: (-abs(c.difference or 0), -c.after.applicable))
        if alike:
            most = max(room - len(rows), 1)
            rows += [Section(f"{heading}: {len(alike)}"), *map(_row, alike[:most])]
            left += len(alike[most:])
    if not rows:
        return None, 0
    columns: Columns = ["", *figures("before", "after", "points", "probably between")]
    found = table("What changed, in cases that fall short", columns, rows, compact=True)
    # Of every case there was, what changed has no range.
    has_range = any(row[-1] for row in rows if not isinstance(row, Section))
    return found if has_range else found.without(-1), left


def _weighted_shares(changed: Sequence[CriterionComparison]) -> Iterator[Block]:
    """The shares of the population that fell short, where strata are weighted."""
    shares = [
        f"{c.title} {in_parts(c.in_population.before)} → {in_parts(c.in_population.after)}"
        for c in changed
        if c.met_after is not None and c.in_population is not None
    ]
    if shares:
        yield Sentence(f"Weighted by their strata, there fell short: {'; '.join(shares)}.")


def _row(criterion: CriterionComparison) -> Row:
    counts = short_of(criterion.before), short_of(criterion.after)
    return [criterion.phrase, *counts, criterion.points, _range(criterion)]


def _range(criterion: CriterionComparison) -> str:
    """Where the change would probably lie: ``13–44``, or ``2 better–30 worse``."""
    span, way = criterion.span, criterion.direction
    if span is None or way is None:
        return ""
    ends = (span.low, span.high)
    near, far = ends if way is Direction.BETTER else (-ends[1], -ends[0])
    first, last = map(points_of(near, far), (near, far))
    return f"{first}–{last}" if near >= 0 else f"{first} {_OTHER_WAY[way]}–{last} {way}"


def _against_targets(changed: Sequence[CriterionComparison]) -> Iterator[Block]:
    """Which of what changed reaches its target now, which is what the meeting asks."""
    held = [c for c in changed if c.target is not None]
    reached = [c for c in held if _reaches(c)]
    if not held:
        return
    with_target = f"these {len(held)}" + ("" if held == changed else " that have a target")
    if len(held) == 1:
        (only,) = held
        now = "Now at its target" if reached else "Still below its target"
        named = "" if held == changed else f" ({only.title})"
        yield Sentence(f"{now}{named}: {_met(only)}.")
    elif not reached:
        yield Sentence(f"None of {with_target} reaches its target now.")
    elif len(reached) == 1:
        only = reached[0]
        yield Sentence(f"Of {with_target}, only {only.title} now reaches its target: {_met(only)}.")
    else:
        named = listing((c.title for c in reached), most=4)
        yield Sentence(f"Of {with_target}, {len(reached)} now reach their targets: {named}.")


def _reaches(criterion: CriterionComparison) -> bool:
    after, target = criterion.after, criterion.target or 0
    if criterion.met_after is not None:
        return 100 * criterion.met_after >= target - _HAIR
    return 100 * after.met >= target * after.applicable


def _met(criterion: CriterionComparison) -> str:
    after, target = criterion.after, criterion.target or 0
    if criterion.met_after is not None:
        return f"met in {in_parts(criterion.met_after)} of the population, target {target:g}%"
    return f"met in {met_in(after.met, after.applicable, target)}, target {target:g}%"


def _rest(comparison: Comparison, room: int) -> Iterator[Block]:
    """What didn't change, can't be told, or couldn't be compared: a line each."""
    folded: dict[str, list[str]] = {}
    margin = f"{comparison.thresholds.margin:g} points"
    for c in comparison.criteria.values():
        if c.verdict is Verdict.NOTHING_TO_COMPARE:
            said = f"Nothing to compare, {alike_both_times(c)}"
            folded.setdefault(said, []).append(c.title)
        elif c.verdict is Verdict.NO_MATERIAL_CHANGE:
            folded.setdefault(f"No change of more than {margin}", []).append(c.title)
        elif c.verdict not in (*CHANGED, Verdict.NOT_COMPARED):
            folded.setdefault(_CHANCE, []).append(c.title)
    # The commonest of what can't be compared is said in so many words, the rest counted.
    order = sorted(folded, key=lambda said: (said != _CHANCE, -len(folded[said])))
    alone = len(folded.get(_CHANCE, ())) == 1 and comparison.tested == 1
    for said in order[:_MOST_REASONS]:
        if not (alone and said == _CHANCE):
            same = ", which is not the same as no change" if said == _CHANCE else ""
            yield Sentence(f"{said}: {len(folded[said])}{same}. {_named(folded[said], room)}.")
    left = sum(len(folded[said]) for said in order[_MOST_REASONS:])
    if left:
        yield Sentence(f"Nothing to compare: {left} more (--full).")
    reasons = why_not_compared(comparison)
    for why, names in [*reasons.items()][:_MOST_REASONS]:
        yield Sentence(f"Not compared, {why}: {_named(names, room)}.")
    more = sum(len(names) for names in [*reasons.values()][_MOST_REASONS:])
    if more:
        yield Sentence(f"Not compared for other reasons: {more} (--full).")


def _named(titles: Sequence[str], room: int) -> str:
    """Names in a line, which make room for findings first."""
    most = max(room - _FEWER_NAMES, 1)
    return "; ".join(first_few(titles, most))


def _by_group(comparison: Comparison, room: int) -> Iterator[Block]:
    """What changed within the values of each field; a line each, the rest counted."""
    for field, groups in comparison.groups.items():
        told = [line for value, group in groups.items() for line in _told_of(value, group)]
        heading = Sentence(f"By {field.replace('_', ' ')}", Tone.STRONG)
        yield Stack([heading, *told_of_groups(comparison, field, told, room)])


def _told_of(value: str, group: GroupComparison) -> Iterator[str]:
    for c in group.criteria.values():
        if c.verdict in CHANGED:
            counts = f"{short_of(c.before)} before, {short_of(c.after)} after"
            yield f"{value}: {c.phrase}, {counts}: {c.label}"
    for grade in all_grades(group.grades):
        if grade.verdict in CHANGED:
            yield f"{value}: {grade.title}, {grade.kind} grades: {grade.label}"


def _grades(comparison: Comparison, room: int) -> Iterator[Block]:
    """The splits of the grades that changed, or of the first; of the others the verdict alone."""
    compared = [g for g in all_grades(comparison.grades) if g.verdict is not Verdict.NOT_COMPARED]
    if not compared:
        return
    changed = [grade for grade in compared if grade.verdict in CHANGED]
    most = _MOST_SPLITS if room >= MOST_ROOM // 2 else 1
    tables = [*_split_tables(changed[:most] or compared[:1])]
    by_label: dict[str, list[str]] = {}
    for grade in compared:
        by_label.setdefault(grade.label, []).append(_grade_name(grade))
    said = (f"{_said_of(label)}: {_named(names, room)}." for label, names in by_label.items())
    yield Stack([*tables, Sentence(" ".join(said))])


def _split_tables(grades: Sequence[GradeComparison]) -> Iterator[Block]:
    """How many cases have each grade before and after, those of one scale under one another."""
    for scale, alike in by_scale(grades).items():
        rows: list[Row] = [
            [f"{_grade_name(grade)}, {side}", *(split[w] for w in scale)]
            for grade in alike
            for side, split in (("before", grade.before), ("after", grade.after))
        ]
        caption = "How many cases have each grade"
        yield table(caption, ["Graded", *figures(*scale)], rows, compact=True)


def _said_of(label: str) -> str:
    """A verdict on grades, which tells whether they went up or down and nothing else of a split."""
    return sentence_case(f"better or worse {label}" if label == Verdict.CHANCE else label)


def _grade_name(grade: GradeComparison) -> str:
    return grade.title if grade.kind == "recorded" else f"{grade.title}, by the rubric"


def cases_compared(comparison: Comparison) -> Page:
    """The cases that moved, where the same were read twice, and those that were read once."""
    lines = [*pairing_in_names(comparison.pairing)][1:]
    lines += [
        f"{c.title}:{moved}"
        for c in comparison.criteria.values()
        if (moved := moved_cases(c.moved))
    ]
    lines += [
        f"{_grade_name(grade)}:{moved}"
        for grade in all_grades(comparison.grades)
        if (moved := moved_cases(grade.moved, UNGRADED))
    ]
    return [Heading("Which cases"), Items(lines or ["No case moved."])]


def _closing(comparison: Comparison, details: bool) -> Iterator[Block]:
    said = []
    if comparison.tested > 1:
        chance = (
            f"at most about {comparison.by_chance:,}" if comparison.by_chance else "fewer than 1"
        )
        would = f"{chance} would point one way by chance alone"
        groups = " (those of each group counted)" if comparison.groups else ""
        said.append(
            f"With {comparison.tested:,} questions compared{groups}, “clear” asks more of each, "
            f"and so does a range that leaves out no change; {would}."
        )
    if comparison.census:
        said.append("Both are every case of their period, so the counts are facts.")
    drawn = "" if comparison.census else ", as if the cases had been drawn at random"
    said.append(
        f"Fewer is better: counts are of cases that fall short. Only chance was weighed{drawn}: "
        "the people, the questions or the recording may have changed too. Two samples are not a "
        "trend."
    )
    yield Sentence(" ".join(said), Tone.QUIET)
    which = "--details (which cases)" if comparison.paired and not details else ""
    yield next_steps(which, "--full (tests, and how many cases would settle it)", "-o change.docx")


def compare_figures(comparison: Comparison) -> OutputTable:
    """Every count before and after: of all the cases first, then of each group."""
    return figures_table(of_each_part(comparison, comparison.groups, _of_both))


def _of_both(part: Comparison | GroupComparison, _: bool) -> Iterator[FigureRow]:
    for name, criterion in part.criteria.items():
        yield {"Kind": "question", "Name": name, **_change_figures(criterion)}
    for name, several in part.grades.items():
        for grade in several:
            for row in _shift_figures(grade):
                yield {"Kind": KINDS[grade.kind], "Name": name, **row}


def _change_figures(criterion: CriterionComparison) -> FigureRow:
    before, after = criterion.before, criterion.after
    low, high = ends(criterion.interval)
    return {
        "Title": criterion.title,
        "Theme": criterion.theme,
        "Grade": None,
        "Count before": before.missing,
        "Of before": before.applicable,
        "Count after": after.missing,
        "Of after": after.applicable,
        "Missing before, %": percent_of(before.missing, before.applicable),
        "Missing after, %": percent_of(after.missing, after.applicable),
        "Better by, points": percent(criterion.difference),
        "Better from, points": percent(low),
        "Better to, points": percent(high),
        **_verdict(criterion),
    }


def _verdict(part: CriterionComparison | GradeComparison) -> FigureRow:
    return {"p": part.p, "Adjusted p": part.adjusted_p, "Verdict": part.label}


def _shift_figures(grade: GradeComparison) -> Iterator[FigureRow]:
    n_before, n_after = sum(grade.before.values()), sum(grade.after.values())
    for word in grade.scale:
        yield {
            "Title": grade.title,
            "Grade": word,
            "Count before": grade.before[word],
            "Of before": n_before,
            "Count after": grade.after[word],
            "Of after": n_after,
            **_verdict(grade),
        }


COMPARED = AnswerPages(
    compare_page, cases_compared, compare_full_page, compare_document_page, compare_figures
)
"""How a comparison is read."""
