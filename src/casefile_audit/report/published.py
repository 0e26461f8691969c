"""The page of what may be published: a mark stands where a number would tell of few."""

from collections.abc import Iterator, Mapping, Sequence

from casefile_audit.english import FEWEST_FOR_SHARES, count, listing
from casefile_audit.publishing.models import (
    HIDDEN,
    NOT_APPLICABLE,
    NOT_ASKED,
    Figure,
    Publication,
    PublishedCriterion,
    PublishedGrade,
    PublishedGroup,
    PublishedSplit,
    ShownCriterion,
)
from casefile_audit.report.blocks import (
    Block,
    Cell,
    Definitions,
    Heading,
    Items,
    Page,
    Section,
    Sentence,
    SplitBar,
    Table,
    TableColumn,
    Text,
    Tone,
)
from casefile_audit.report.findings import (
    against_target,
    finding,
    met,
    met_range,
    missed_of,
    target,
    worst_first,
)
from casefile_audit.report.reports import flat
from casefile_audit.report.score_full import METHODS, READING_A_FINDING, rate_of
from casefile_audit.results import only_says

_MEANS = {
    HIDDEN: "Confidential: a small number, or one from which a small number could be worked out.",
    NOT_ASKED: "Not available: the case files have no column for the question.",
    NOT_APPLICABLE: "Not applicable: the question applied to none of these cases.",
}
_MOST_NAMED = 3


def published_page(publication: Publication) -> Page:
    """Everything that may be published of a scored audit."""
    page = [
        *_title(publication),
        *_answer(publication),
        *_findings(publication),
        *_grades(publication),
        *_groups(publication),
        *_areas(publication),
    ]
    return [*page, *_how(publication, page)]


def said(figure: Figure) -> str:
    """A figure as it is printed."""
    return f"{figure:,}" if isinstance(figure, int) else figure


def _title(its: Publication) -> Iterator[Block]:
    yield Heading(its.rubric.title, level=1)
    cases = count(its.case_count, "case file") if isinstance(its.case_count, int) else None
    yield Sentence(
        f"{cases or f'{its.case_count} case files'}{only_says(its.only)}, measured against the "
        f"rubric {its.rubric.name} {its.rubric.version} as of {its.as_of.day} {its.as_of:%B %Y}."
    )
    if its.hidden:
        yield Sentence(
            f"{HIDDEN} stands for counts from 1 to {its.hides.up_to}, and for others from which "
            f"those could be worked out: {its.hidden:,} of {count(its.figures, 'figure')}."
        )
    if 3 * its.hidden > its.figures:
        yield Sentence(
            "More than a third of the figures are hidden. Fewer groups, or more cases, would show "
            "more.",
            Tone.WARNING,
        )
    if not its.hides_least:
        yield Sentence("More may be hidden than had to be.", Tone.QUIET)
    yield from _of_everyone(its)
    yield from _in_doubt(its)


def _of_everyone(its: Publication) -> Iterator[Block]:
    """Noughts and alls are shown, and tell something of every case that they count."""
    found = [c.title for c in its.criteria.values() if _is_of_everyone(c)]
    found += [
        f"{c.title} ({value})"
        for groups in its.groups.values()
        for value, group in groups.items()
        for c in group.criteria.values()
        if _is_of_everyone(c)
    ]
    found += [
        f"{grade.title} ({where})" if where else grade.title
        for where, grades in _grades_of_all(its)
        for grade in grades.values()
        if any(_is_of_one_grade(split) for split in grade.splits.values())
    ]
    if found:
        more = [f"{len(found) - _MOST_NAMED:,} more"] if len(found) > _MOST_NAMED else []
        yield Sentence(
            "Noughts and alls are shown, and tell the same of everyone they count. Look at these "
            f"before publishing: {listing([*found[:_MOST_NAMED], *more])}.",
            Tone.WARNING,
        )


def _is_of_everyone(criterion: PublishedCriterion) -> bool:
    shown = criterion.shown
    return shown is not None and shown.applicable in (shown.met, shown.partly_met, shown.missing)


def _grades_of_all(its: Publication) -> Iterator[tuple[str, Mapping[str, PublishedGrade]]]:
    yield "", its.grades
    for groups in its.groups.values():
        for value, group in groups.items():
            yield value, group.grades


def _is_of_one_grade(split: PublishedSplit) -> bool:
    return (
        isinstance(split.graded, int)
        and split.graded > 0
        and split.graded in [*split.counts.values()]
    )


def _in_doubt(its: Publication) -> Iterator[Block]:
    found = [code.replace("-", " ") for code in its.doubts]
    found += ["cells that could not be read"] if its.cells_in_doubt else []
    if its.not_read:
        found.append(
            f"case files that nobody has read yet, which count nowhere ({said(its.not_read)})"
        )
    if found:
        yield Sentence(
            f"In doubt, as the internal result says in full: {listing(found)}.", Tone.WARNING
        )


def _answer(its: Publication) -> Iterator[Block]:
    yield Heading("The answer")
    held = [c.shown for c in its.criteria.values() if c.target is not None]
    shown = [c for c in held if c is not None and c.target_reached is not None]
    if shown:
        yield Sentence(missed_of(shown), Tone.STRONG)
    hidden = [c.title for c in its.criteria.values() if c.target_reached == HIDDEN]
    if hidden:
        noun = "further question" if shown else "question"
        are = "is" if len(hidden) == 1 else "are"
        yield Sentence(
            f"{count(len(hidden), noun)} with a target {are} not judged here, as "
            f"the counts are hidden: {listing(hidden)}."
        )
    if not shown and not hidden:
        none = "No question has a target." if its.criteria else "The grades are the answer."
        yield Sentence(none, Tone.STRONG)
    missed = [c for c in worst_first(shown) if c.target_reached is False][:4]
    if missed:
        yield Sentence("Furthest below target:")
        yield Items([_furthest(criterion) for criterion in missed])


def _furthest(criterion: ShownCriterion) -> str:
    verdict = against_target(criterion).in_short
    return f"{finding(criterion)}: met in {met(criterion)}, target {target(criterion)}, {verdict}"


def _findings(its: Publication) -> Iterator[Block]:
    if not its.criteria:
        return
    yield Heading("Findings by theme", annex=True)
    yield Sentence(READING_A_FINDING, Tone.QUIET)
    themes: dict[str, list[PublishedCriterion]] = {}
    without = [c for c in its.criteria.values() if c.rate in (NOT_ASKED, NOT_APPLICABLE)]
    for criterion in its.criteria.values():
        if criterion not in without:
            themes.setdefault(criterion.theme, []).append(criterion)
    for theme, criteria in themes.items():
        if theme or len(themes) > 1:
            yield Heading(theme or "Other questions", level=3)
        yield _findings_table(theme, criteria)
    if without:
        yield Heading("Questions without figures", level=3)
        rows = [[Text(criterion.title), Text(str(criterion.rate))] for criterion in without]
        columns = [TableColumn("Question"), TableColumn("met", figures=True)]
        yield Table("Questions that were not asked, or applied to no case", columns, rows)


def _findings_table(theme: str, criteria: Sequence[PublishedCriterion]) -> Table:
    """What is shown stands worst first; what isn't stands after it, as the rubric has it."""
    columns = [TableColumn("Finding"), TableColumn(""), TableColumn("met", figures=True)]
    columns += [TableColumn("range", figures=True), TableColumn("target", figures=True)]
    columns += [TableColumn("against target")]
    shown = [criterion.shown for criterion in criteria]
    rows: list[list[Cell]] = [
        [
            Text(finding(each)),
            rate_of(each),
            Text(met(each)),
            Text(met_range(each)),
            Text(target(each)),
            Text(against_target(each).in_short),
        ]
        for each in worst_first(each for each in shown if each is not None)
    ]
    rows += [_marked(each) for each in criteria if each.shown is None]
    named = f"{theme}: each question" if theme else "Each question"
    return Table(f"{named} against its target", columns, rows)


def _marked(criterion: PublishedCriterion) -> list[Cell]:
    """A row without a rate."""
    mark = str(criterion.rate)
    text = criterion.title
    if mark == HIDDEN and any(n != HIDDEN for n in (criterion.missing, criterion.applicable)):
        text = f"{said(criterion.missing)} of {said(criterion.applicable)} {criterion.phrase}"
    bar = "" if criterion.target is None else f"{criterion.target:g}%"
    # Where the count of those that met it is all that may be told, it is told.
    part = isinstance(criterion.met, int) and mark == HIDDEN
    rate = f"{said(criterion.met)} of {said(criterion.applicable)}" if part else mark
    return [Text(text), Text(""), Text(rate), Text(mark), Text(bar), Text(mark if bar else "")]


def _grades(its: Publication) -> Iterator[Block]:
    scales: dict[tuple[str, ...], list[list[Cell]]] = {}
    for grade in its.grades.values():
        scales.setdefault(tuple(grade.scale), []).extend(_grade_rows(grade))
    if any(scales.values()):
        yield Heading("Grades", annex=True)
    for scale, rows in scales.items():
        columns = [TableColumn("Graded"), TableColumn("")]
        columns += [TableColumn(word, figures=True) for word in scale]
        columns += [TableColumn("all", figures=True)]
        if rows:
            yield Table("How many cases have each grade", columns, rows)


def _grade_rows(grade: PublishedGrade) -> Iterator[list[Cell]]:
    for kind, split in grade.splits.items():
        if split.graded == 0:
            continue
        name = grade.title if kind == "recorded" else f"{grade.title}, proposed by the rubric"
        shown = [(word, n) for word, n in split.counts.items() if isinstance(n, int)]
        # A bar of some of the parts would be read as the whole.
        bar: Cell = Text("")
        if len(shown) == len(split.counts):
            bar = SplitBar(f"{name}: {', '.join(f'{w} {n:,}' for w, n in shown)}", shown)
        counts = [split.counts[word] for word in grade.scale]
        yield [Text(name), bar, *(Text(said(n)) for n in counts), Text(said(split.graded))]


def _groups(its: Publication) -> Iterator[Block]:
    for field, groups in its.groups.items():
        yield Heading(f"By {field.replace('_', ' ')}", annex=True)
        few = [
            value
            for value, group in groups.items()
            if isinstance(group.case_count, int) and group.case_count < FEWEST_FOR_SHARES
        ]
        if few:
            which = "Each has" if len(few) == len(groups) else f"{listing(few, most=6)} have"
            yield Sentence(
                f"{which} fewer than {FEWEST_FOR_SHARES} cases: too few to compare. Read the "
                "counts as places to look."
            )
        yield _group_table(field, groups, its)
        for name, grade in its.grades.items():
            for kind, split in grade.splits.items():
                if split.graded:
                    yield _group_grades(groups, name, grade, kind)


def _group_table(field: str, groups: Mapping[str, PublishedGroup], its: Publication) -> Table:
    columns = [TableColumn("Fall short, of those it applies to")]
    columns += [TableColumn(value, figures=True) for value in groups]
    rows: list[list[Cell]] = [
        [Text("all case files"), *(Text(said(group.case_count)) for group in groups.values())]
    ]
    for name, criterion in its.criteria.items():
        if criterion.rate not in (NOT_ASKED, NOT_APPLICABLE):
            parts = [group.criteria[name] for group in groups.values()]
            rows.append([Text(criterion.title), *(Text(_of_group(part)) for part in parts)])
    return Table(f"Missing by {field}", columns, rows)


def _of_group(criterion: PublishedCriterion) -> str:
    counts = (criterion.missing, criterion.applicable)
    if criterion.applicable == 0:
        return NOT_APPLICABLE
    return HIDDEN if counts == (HIDDEN, HIDDEN) else " of ".join(said(n) for n in counts)


def _group_grades(
    groups: Mapping[str, PublishedGroup], name: str, grade: PublishedGrade, kind: str
) -> Table:
    by = "" if kind == "recorded" else ", proposed by the rubric"
    columns = [TableColumn(f"{grade.title}{by}")]
    columns += [TableColumn(value, figures=True) for value in groups]
    splits = [group.grades[name].splits[kind] for group in groups.values()]
    rows: list[list[Cell]] = [
        [Text(word), *(Text(said(split.counts[word])) for split in splits)] for word in grade.scale
    ]
    return Table(f"{grade.title}{by}, by group", columns, rows)


def _areas(its: Publication) -> Iterator[Block]:
    shown = [criterion.shown for criterion in its.criteria.values()]
    missed = [c for c in worst_first(c for c in shown if c) if c.target_reached is False]
    if not missed:
        return
    yield Heading("Areas for improvement", annex=True)
    columns = [TableColumn("Area"), TableColumn("figure", figures=True)]
    columns += [TableColumn("met", figures=True), TableColumn("target", figures=True)]
    columns += [TableColumn("deadline")]
    rows = [
        [
            Text(f"{number}. {each.title}", note=each.question),
            Text(f"{each.missing:,} of {each.applicable:,}"),
            Text(met(each)),
            Text(target(each)),
            Text(_deadline(each)),
        ]
        for number, each in enumerate(missed, 1)
    ]
    yield Table("What fell below its target, furthest below first", columns, rows)


def _deadline(criterion: ShownCriterion) -> str:
    if criterion.due is None:
        return "to be set"
    what = f" ({criterion.due_for})" if criterion.due_for else ""
    return f"{criterion.due.day} {criterion.due:%B %Y}{what}"


def _how(its: Publication, page: Page) -> Iterator[Block]:
    yield Heading("How the audit was done", annex=True)
    source = f", drawn from {its.rubric.source}" if its.rubric.source else ""
    questions = count(len(its.criteria), "question")
    pairs = [
        (
            "Questions",
            f"{questions}, from the rubric {its.rubric.title}, version {its.rubric.version}"
            f"{source}.",
        ),
        *METHODS,
        (
            "Small numbers",
            f"Counts from 1 to {its.hides.up_to} are hidden, by {its.hides.set_by}, with every "
            "rate, range, verdict and order that rests on them, and as few other counts as keep "
            "them from being worked out. The program tried to work each of them back from "
            "everything shown here, and could not.",
        ),
    ]
    used = marks_of(page)
    pairs += [(mark, means) for mark, means in _MEANS.items() if mark in used]
    yield Definitions(pairs)
    yield Heading("Fingerprints", annex=True)
    made = f"{its.made_at.day} {its.made_at:%B %Y}"
    yield Definitions(
        [
            (f"{its.rubric.name} {its.rubric.version}", its.rubric.sha256),
            ("Made by", f"{its.program.name} {its.program.version}, {made}"),
        ]
    )


def marks_of(page: Page) -> set[str]:
    """The marks that stand in a page: those, and no others, have to be explained."""
    texts = [
        text
        for block in flat(page)
        for text in (
            [cell.text for row in block.rows if not isinstance(row, Section)
             for cell in row if isinstance(cell, Text)]
            if isinstance(block, Table)
            else [block.text] if isinstance(block, Sentence) else []
        )
    ]  # fmt: skip
    return {mark for mark in _MEANS if any(mark in text for text in texts)}
