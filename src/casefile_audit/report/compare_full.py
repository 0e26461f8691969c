"""The page of a comparison in full: what a document holds, and ``--full`` prints."""

from collections.abc import Iterable, Iterator, Sequence

from casefile_audit.compare.comparison import Comparison, GroupComparison
from casefile_audit.compare.pairs import Pairs
from casefile_audit.compare.rates import CriterionComparison, MovedResult
from casefile_audit.compare.splits import GradeComparison
from casefile_audit.compare.verdicts import Verdict
from casefile_audit.compare.wording import BY_CHANCE, change, weighted_says
from casefile_audit.english import (
    FEWEST_FOR_SHARES,
    count,
    in_parts,
    in_points,
    listing,
    sentence_case,
    share,
)
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
    Text,
    Tone,
    figures,
    table,
)
from casefile_audit.report.compare_answer import (
    NOT_TESTED,
    all_grades,
    answer,
    short_of,
    title,
)
from casefile_audit.report.findings import all_of
from casefile_audit.report.glossary import words_used
from casefile_audit.report.issues import doubts
from casefile_audit.report.reading import and_more, to_know_before
from casefile_audit.report.reports import THE_ANSWER
from casefile_audit.scoring.references import hint_of

_TOLD_OF_GROUPS = (Verdict.CLEAR, Verdict.POINTS_TOWARDS)


def compare_full_page(comparison: Comparison) -> Page:
    """Everything there is to say: warnings, the answers by verdict, the figures, how to read it."""
    heading, *read = title(comparison)
    return [
        heading,
        Stack(read),
        *doubts(comparison.doubts),
        *to_know_before([warning.says for warning in comparison.warnings]),
        *_under("The same cases, read twice", [*pairing_in_names(comparison.pairing)]),
        THE_ANSWER,
        Sentence(answer(comparison), Tone.STRONG),
        *_answers(comparison.criteria.values()),
        *_grades(comparison),
        *_under("Not compared", [*_not_compared(comparison)], annex=True),
        *_groups(comparison),
        *_figures(comparison),
        Heading("How to read this", annex=True),
        Items([*_remarks(comparison)], Tone.QUIET),
        *words_used(
            "Falls short", "Clear", "Points towards", "Can't be told from chance", "Points"
        ),
    ]


def _under(heading: str, items: Sequence[str], annex: bool = False) -> Iterator[Block]:
    if items:
        yield Heading(heading, annex=annex)
        yield Items(items)


def pairing_in_names(pairing: Pairs | None) -> Iterator[str]:
    """How the same cases were matched, and by name which were not; nothing of others."""
    if pairing is None:
        return
    matched = len(pairing.matched)
    yield f"{count(matched, 'case reference is', 'case references are')} in both files"
    for side, references in (("before", pairing.only_before), ("after", pairing.only_after)):
        if references:
            yield f"Only {side} ({len(references):,}): {', '.join(references)}"
    if pairing.unnamed:
        have = "case without a reference", "cases without a reference"
        yield f"{count(pairing.unnamed, *have)} can't be matched"
    if pairing.near_misses:
        yield hint_of(pairing.near_misses)


def _answers(criteria: Iterable[CriterionComparison]) -> Iterator[Block]:
    """The criteria under a heading for each verdict, the strongest first."""
    listed = [c for c in criteria if c.verdict is not Verdict.NOT_COMPARED]
    order = list(Verdict)
    labels = {c.label: order.index(c.verdict) for c in listed}
    if labels:
        yield Heading("Question by question", annex=True)
    for label in sorted(labels, key=lambda label: (labels[label], label)):
        alike = [criterion for criterion in listed if criterion.label == label]
        yield Heading(sentence_case(label), level=3)
        if alike[0].verdict is Verdict.CHANCE and len(alike) > 1:
            yield Sentence(
                BY_CHANCE
                if all(criterion.interval is None for criterion in alike)
                else "These samples can't tell us whether any of this changed. That is not the "
                "same as no change."
            )
            yield Items([_in_short(criterion) for criterion in alike])
        else:
            yield Items([_in_full(criterion) for criterion in alike])


def why_not_compared(comparison: Comparison) -> dict[str, list[str]]:
    """What couldn't be compared, by the reason why."""
    reasons: dict[str, list[str]] = {}
    for criterion in comparison.criteria.values():
        if criterion.verdict is Verdict.NOT_COMPARED:
            reasons.setdefault(criterion.why_not, []).append(criterion.title)
    for grade in all_grades(comparison.grades):
        if grade.verdict is Verdict.NOT_COMPARED:
            reasons.setdefault(grade.why_not, []).append(f"{grade.title} ({grade.kind} grade)")
    for side, names in (("before", comparison.only_before), ("after", comparison.only_after)):
        if names:
            reasons[f"only {side}"] = list(names)
    return reasons


def _not_compared(comparison: Comparison) -> Iterator[str]:
    for why, names in why_not_compared(comparison).items():
        yield f"{sentence_case(why)}: {'; '.join(names)}"


def alike_both_times(criterion: CriterionComparison) -> str:
    """What there was nothing to compare of: all met it, or none did, before and after."""
    first, then = criterion.before, criterion.after
    if first.missing:
        return "met in none, either time"
    if (first.met, then.met) != (first.applicable, then.applicable):
        return "no case fell short, either time"
    if first.applicable != then.applicable:
        return f"met in {all_of(first.applicable)} before and {all_of(then.applicable)} after"
    return f"met in {all_of(first.applicable)}, both times"


def _in_full(criterion: CriterionComparison) -> str:
    if criterion.verdict is Verdict.NOTHING_TO_COMPARE:
        return f"{criterion.title}: {alike_both_times(criterion)}."
    return f"{sentence_case(criterion.phrase)}: {criterion.says}{moved_cases(criterion.moved)}"


def _in_short(criterion: CriterionComparison) -> str:
    said = f"{short_of(criterion.before)} before, {short_of(criterion.after)} after"
    its = criterion.in_population
    if its is not None and its.weighted:
        said += f", of the cases read. {weighted_says((its.before, its.after))} The true change "
        said += f"could be anything {_range(criterion)}"
    elif criterion.interval is not None:
        said += f"; the true change could be anything {_range(criterion)}"
    among_all = f" {its.says}" if its is not None else ""
    return f"{sentence_case(criterion.phrase)}: {said}.{among_all}{moved_cases(criterion.moved)}"


_UNANSWERED = "in one reading or in both it didn't apply or can't be told"
UNGRADED = "graded in one reading only"


def moved_cases(moved: MovedResult | None, why_left_out: str = _UNANSWERED) -> str:
    """Which of the same cases went better and worse; empty where others were read."""
    if moved is None:
        return ""
    parts = [
        f" {name}: {', '.join(references)}."
        for name, references in (("Better", moved.better), ("Worse", moved.worse))
        if references
    ]
    if moved.left_out:
        left_out = count(moved.left_out, "pair is", "pairs are")
        parts.append(f" {left_out} left out: {why_left_out}.")
    return "".join(parts)


def _grades(comparison: Comparison) -> Iterator[Block]:
    graded = [g for g in all_grades(comparison.grades) if g.verdict is not Verdict.NOT_COMPARED]
    if graded:
        yield Heading("Grades", annex=True)
    for grade in graded:
        yield Heading(f"{grade.title}, {grade.kind} grades: {grade.label}", level=3)
        yield _split(grade)
        good = f" {grade.good_or_better.says}" if grade.good_or_better else ""
        yield Sentence(f"{grade.says}{good}")
        if moved := moved_cases(grade.moved, UNGRADED).strip():
            yield Sentence(moved)


def _split(grade: GradeComparison) -> Table:
    n_before, n_after = sum(grade.before.values()), sum(grade.after.values())
    counts = [(word, grade.before[word], grade.after[word]) for word in grade.scale]
    return table(
        f"{grade.title}, {grade.kind}, before and after",
        ["Grade", *figures("before", "share", "after", "share")],
        [
            [
                word,
                k,
                _share(k, n_before, grade.before_in_population.get(word)),
                m,
                _share(m, n_after, grade.after_in_population.get(word)),
            ]
            for word, k, m in counts
        ],
    )


def _share(part: int, whole: int, weighted: float | None) -> str:
    """A share of the population, where it is weighted; else of the cases."""
    if whole < FEWEST_FOR_SHARES:
        return ""
    return share(part, whole) if weighted is None else in_parts(weighted)


def _groups(comparison: Comparison) -> Iterator[Block]:
    for field, groups in comparison.groups.items():
        name = field.replace("_", " ")
        yield Heading(f"By {name}", annex=True)
        told = [
            f"{value} – {_in_full(criterion)}"
            for value, group in groups.items()
            for criterion in group.criteria.values()
            if criterion.verdict in _TOLD_OF_GROUPS
        ]
        told += [
            f"{value} – {grade.title}, {grade.kind} grades: {grade.says}"
            for value, group in groups.items()
            for grade in all_grades(group.grades)
            if grade.verdict in _TOLD_OF_GROUPS
        ]
        yield from told_of_groups(comparison, field, told)
        rows: list[Row | Section] = []
        for value, group in groups.items():
            if own := _rows(group, comparison):
                cases = f"{group.cases_before:,} cases before, {group.cases_after:,} after"
                rows += [Section(f"{value} ({cases})"), *own]
        if rows:
            yield table(f"Before and after, by {name}", _COLUMNS, rows)


def told_of_groups(
    comparison: Comparison, field: str, told: Sequence[str], most: int | None = None
) -> Iterator[Block]:
    """What is told of the values of a field, or that nothing is; with ``most``, the first of it."""
    name = field.replace("_", " ")
    if changed := comparison.changed_group.get(field):
        whose = "it" if changed == 1 else "theirs"
        pairs = count(changed, "pair is", "pairs are")
        yield Sentence(f"{pairs} in no {name}, for {whose} changed.")
    if told:
        shown = told[:most]
        yield Items(shown)
        yield from and_more(len(told) - len(shown))
    elif comparison.groups[field]:
        yield Sentence(f"Nothing points one way within any {name}.")
    else:
        yield Sentence(f"No {name} is in both.")


_COLUMNS: Columns = (
    "Cases that fall short, and grades",
    *figures("before → after", "p", "adjusted p"),
)


def _figures(comparison: Comparison) -> Iterator[Block]:
    rows = _rows(comparison, comparison)
    if rows:
        yield Heading("The figures", annex=True)
        yield table("The figures of every question that was compared", _COLUMNS, rows)


def _rows(part: Comparison | GroupComparison, comparison: Comparison) -> list[Row]:
    """A row for each question and grade that was tested."""
    settings = comparison.thresholds
    bars = (settings.alpha, settings.points_towards)
    rows: list[Row] = [
        [
            Text(c.phrase, note=f"{_difference(c)}; {c.label}"),
            f"{short_of(c.before)} → {short_of(c.after)}",
            p_text(c.p, bars),
            p_text(c.adjusted_p, bars),
        ]
        for c in part.criteria.values()
        if c.verdict not in NOT_TESTED
    ]
    rows += [
        [
            Text(f"{grade.title}, {grade.kind} grades", note=f"{_good(grade)}{grade.label}"),
            "",
            p_text(grade.p, bars),
            p_text(grade.adjusted_p, bars),
        ]
        for grade in all_grades(part.grades)
        if grade.verdict not in NOT_TESTED
    ]
    return rows


def _good(grade: GradeComparison) -> str:
    good = grade.good_or_better
    if good is None:
        return ""
    word = f"{good.grades[-1]}{' or better' if len(good.grades) > 1 else ''}"
    return (
        f"{word} {good.before.count:,} of {good.before.of:,} → {good.after.count:,} of "
        f"{good.after.of:,}; "
    )


def p_text(p: float | None, bars: Sequence[float]) -> str:
    """A p-value in two figures after the point, in more where it would read as one of the bars."""
    if p is None:
        return ""
    if p < 0.001:
        return "<0.001"
    digits = 3 if p < 0.01 else 2
    while digits < 6 and any(f"{p:.{digits}f}" == f"{bar:.{digits}f}" for bar in bars):
        digits += 1
    return f"{p:.{digits}f}"


def _difference(criterion: CriterionComparison) -> str:
    difference = criterion.difference or 0.0
    way = f"{in_points(criterion.points)} {'better' if difference > 0 else 'worse'}"
    return ", ".join(filter(None, (way if difference else "the same share", _range(criterion))))


def _range(criterion: CriterionComparison) -> str:
    if criterion.span is None or criterion.direction is None:
        return ""
    return change(criterion.span.low, criterion.span.high, criterion.direction)


def _remarks(comparison: Comparison) -> Iterator[str]:
    yield "Counts are of cases that fall short, so fewer is better."
    if comparison.tested > 1:
        chance = (
            f"about {comparison.by_chance:,} at most" if comparison.by_chance else "fewer than 1"
        )
        groups = ", those of each group counted" if comparison.groups else ""
        yield (
            f"{comparison.tested:,} questions were compared{groups}; {chance} would point one way "
            "or the other by chance alone. The adjusted p (Holm) allows for their number; the "
            "ranges in the table don't, each is its own question's."
        )
    if comparison.grades_tested > 1:
        yield (
            f"{comparison.grades_tested:,} splits of grades were compared, and are adjusted for "
            "their number in the same way, apart from the questions."
        )
    if comparison.census:
        yield "Both are every case of their period: what changed is a fact, and has no range."
    else:
        yield (
            "The ranges cover chance only. If the cases were chosen, not drawn at random, they "
            "don't cover that."
        )
    yield "The people, the questions or the recording may have changed as well."
    tests = dict.fromkeys(part.test for part in _parts(comparison) if part.test is not None)
    if tests:
        level = f"{100 * (1 - comparison.thresholds.alpha):g}%"
        ranges = dict.fromkeys(_ranges(comparison))
        by = f"; {level} ranges by {listing(ranges)}" if ranges else ""
        yield f"p by {listing(tests)}{by}."


def _parts(comparison: Comparison) -> Iterator[CriterionComparison | GradeComparison]:
    groups = [group for values in comparison.groups.values() for group in values.values()]
    parts: list[Comparison | GroupComparison] = [comparison, *groups]
    for part in parts:
        yield from part.criteria.values()
        yield from all_grades(part.grades)


def _ranges(comparison: Comparison) -> Iterator[str]:
    for part in _parts(comparison):
        good = part.good_or_better if isinstance(part, GradeComparison) else None
        yield from (own.interval.method for own in (part, good) if own and own.interval)
