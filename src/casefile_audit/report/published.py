"""The page of what may be published: a mark stands where a number would tell of few."""

from collections.abc import Iterator, Mapping, Sequence

from casefile_audit.english import listing
from casefile_audit.output.writing import OutputTable
from casefile_audit.publishing.models import (
    HIDDEN,
    NOT_APPLICABLE,
    NOT_ASKED,
    Publication,
    PublishedCriterion,
    PublishedGrade,
    PublishedGroup,
    ShownCriterion,
)
from casefile_audit.report.against_targets import FINDING_COLUMNS, in_figures
from casefile_audit.report.blocks import (
    Block,
    Definitions,
    Heading,
    Page,
    Row,
    Sentence,
    SplitBar,
    Table,
    Tone,
    figures,
    table,
)
from casefile_audit.report.figures import (
    FigureRow,
    count_figures,
    figures_table,
    of_each_part,
    rate_figures,
    split_figures,
)
from casefile_audit.report.findings import (
    against_target,
    finding,
    missed_of,
    missed_worst_first,
    worst_first,
)
from casefile_audit.report.published_parts import (
    groups_of_published,
    marks_explained,
    notices,
    said,
    small_numbers,
    who,
)
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


def published_page(publication: Publication) -> Page:
    """Everything that may be published of a scored audit."""
    page = [
        Heading(publication.rubric.title, level=1),
        Sentence(f"{who(publication)}."),
        *notices(publication),
        *_answer(publication),
        *published_findings(publication),
        *groups_of_published(publication),
        *areas_for_improvement(missed_worst_first(_held(publication))),
    ]
    return [*page, *_how(publication, page)]


def _answer(its: Publication) -> Iterator[Block]:
    yield Heading("The answer")
    yield from judged(its)
    yield from furthest_below(missed_worst_first(_held(its)))


def _held(its: Publication) -> list[ShownCriterion]:
    """The questions that have a target, and whose counts are shown."""
    held = [c.shown for c in its.criteria.values() if c.target is not None]
    return [c for c in held if c is not None and c.target_reached is not None]


def judged(its: Publication) -> Iterator[Block]:
    """How many targets were missed, of those whose counts are shown; and which are not judged."""
    shown = _held(its)
    hidden = [c.title for c in its.criteria.values() if c.target_reached == HIDDEN]
    if shown:
        number = len(shown) + len(hidden)
        are = "is" if len(shown) == 1 else "are"
        of = f"Of {number:,} targets {len(shown):,} {are} judged here. " if hidden else ""
        yield Sentence(f"{of}{missed_of(shown)}", Tone.STRONG)
    elif not hidden:
        none = "No question has a target." if its.criteria else "The grades are the answer."
        yield Sentence(none, Tone.STRONG)
    if hidden:
        yield Sentence(f"Not judged, as counts of it are hidden: {listing(hidden)}.")


def published_findings(its: Publication) -> Iterator[Block]:
    """Every question against its target, and every grade."""
    yield from _questions(its)
    yield from _grades(its)


def _questions(its: Publication) -> Iterator[Block]:
    if not its.criteria:
        return
    yield Heading("Findings by theme", annex=True)
    yield READING_A_FINDING
    without = [c for c in its.criteria.values() if c.rate in (NOT_ASKED, NOT_APPLICABLE)]
    yield from by_theme((c for c in its.criteria.values() if c not in without), _findings_table)
    if without:
        yield Heading("Questions without figures", level=3)
        rows = [[criterion.title, str(criterion.rate)] for criterion in without]
        caption = "Questions that were not asked, or applied to no case"
        yield table(caption, ["Question", *figures("met")], rows)


def _findings_table(theme: str, criteria: Sequence[PublishedCriterion]) -> Table:
    """What is shown stands worst first; what isn't stands after it, as the rubric has it."""
    shown = [criterion.shown for criterion in criteria]
    rows: list[Row] = [
        [finding(each), *in_figures(each), against_target(each).in_short]
        for each in worst_first(each for each in shown if each is not None)
    ]
    rows += [_marked(each) for each in criteria if each.shown is None]
    named = f"{theme}: each question" if theme else "Each question"
    return table(f"{named} against its target", [*FINDING_COLUMNS, "against target"], rows)


def _marked(criterion: PublishedCriterion) -> Row:
    """A row without a rate."""
    mark = str(criterion.rate)
    text = criterion.title
    if mark == HIDDEN and any(n != HIDDEN for n in (criterion.missing, criterion.applicable)):
        text = f"{said(criterion.missing)} of {said(criterion.applicable)} {criterion.phrase}"
    bar = "" if criterion.target is None else f"{criterion.target:g}%"
    # Where the count of those that met it is all that may be told, it is told.
    part = isinstance(criterion.met, int) and mark == HIDDEN
    rate = f"{said(criterion.met)} of {said(criterion.applicable)}" if part else mark
    return [text, "", rate, mark, bar, mark if bar else ""]


def _grades(its: Publication) -> Iterator[Block]:
    scales: dict[tuple[str, ...], list[Row]] = {}
    for grade in its.grades.values():
        scales.setdefault(tuple(grade.scale), []).extend(_grade_rows(grade))
    if any(scales.values()):
        yield Heading("Grades", annex=True)
    for scale, rows in scales.items():
        if rows:
            caption = "How many cases have each grade"
            yield table(caption, ["Graded", "", *figures(*scale, "all")], rows)


def _grade_rows(grade: PublishedGrade) -> Iterator[Row]:
    for kind, split in grade.splits.items():
        if split.graded == 0:
            continue
        name = graded(grade.title, kind)
        shown = [(word, n) for word, n in split.counts.items() if isinstance(n, int)]
        # A bar of some of the parts would be read as the whole.
        bar: str | SplitBar = ""
        if len(shown) == len(split.counts):
            bar = SplitBar(f"{name}: {', '.join(f'{w} {n:,}' for w, n in shown)}", shown)
        yield [name, bar, *(split.counts[word] for word in grade.scale), split.graded]


def _how(its: Publication, page: Page) -> Iterator[Block]:
    yield Heading("How the audit was done", annex=True)
    hidden = [small_numbers(its.hides), *marks_explained(page)]
    yield Definitions([questions_said(its), *METHODS, *hidden])
    yield Heading("Fingerprints", annex=True)
    yield Definitions(made_by(its))


def published_figures(its: Publication) -> OutputTable:
    """The same of what may be published, with a mark for what is hidden or isn't there."""
    return figures_table(all_published(its))


def all_published(its: Publication) -> Iterator[FigureRow]:
    """Every count of a publication: of all its cases first, then of each group."""
    return of_each_part(its, its.groups, _part_figures)


def _part_figures(part: Publication | PublishedGroup, held: bool) -> Iterator[FigureRow]:
    for name, criterion in part.criteria.items():
        yield {"Kind": "question", "Name": name, **_question_figures(criterion, held)}
    for name, grade in part.grades.items():
        for kind, split in grade.splits.items():
            yield from split_figures(name, grade, kind, split.counts, split.graded)


def _question_figures(criterion: PublishedCriterion, held: bool) -> FigureRow:
    shown = criterion.shown
    mark = None if shown else str(criterion.rate)
    hidden: FigureRow = {"Met, %": mark, "Met from, %": mark, "Met to, %": mark}
    hidden |= {"Target, %": criterion.target}
    hidden |= {"Against target": mark if held and criterion.target is not None else None}
    return {
        **count_figures(criterion, finding(shown) if shown else mark),
        **(rate_figures(shown, held) if shown else hidden),
    }


def if_question(row: FigureRow, heading: str, verdicts: Mapping[str, str]) -> FigureRow:
    """What is said of a question over all its cases."""
    if row["Kind"] != "question" or row["By"]:
        return {}
    return {heading: verdicts.get(str(row["Name"]), HIDDEN)}
