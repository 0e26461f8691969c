"""The page of a comparison that may be published: what changed, of what both audits show."""

from collections.abc import Iterator

from casefile_audit.english import listing
from casefile_audit.output.writing import OutputTable
from casefile_audit.publishing.changes import PublishedComparison
from casefile_audit.publishing.models import Publication
from casefile_audit.report.blocks import (
    Block,
    Heading,
    Page,
    Row,
    Sentence,
    Table,
    Tone,
    figures,
    table,
)
from casefile_audit.report.compare_full import compare_full_page
from casefile_audit.report.figures import figures_table
from casefile_audit.report.published import all_published, if_question
from casefile_audit.report.published_parts import (
    explained,
    groups_of_published,
    notices,
    of_group,
    who,
)
from casefile_audit.report.score_parts import OF_THOSE, graded


def published_compare_page(comparison: PublishedComparison) -> Page:
    """What may be published of a comparison."""
    page: Page = [
        Heading(f"{comparison.title}: did it change?", level=1),
        Sentence(f"Before: {who(comparison.before)}."),
        Sentence(f"After: {who(comparison.after)}."),
        *notices(comparison.before, comparison.after),
        *_answer(comparison),
        *_counts(comparison),
        *groups_of_published(comparison.before, ", before"),
        *groups_of_published(comparison.after, ", after"),
    ]
    return explained(page, comparison.hides)


def _answer(comparison: PublishedComparison) -> Iterator[Block]:
    if comparison.not_compared:
        yield Sentence(
            f"Not compared, as counts of it are hidden: {listing(comparison.not_compared)}. The "
            "answer is of the others alone."
        )
    for when, own, other in (
        ("before", comparison.before, comparison.after),
        ("after", comparison.after, comparison.before),
    ):
        alone = [its.title for name, its in own.criteria.items() if name not in other.criteria]
        alone += [its.title for name, its in own.grades.items() if name not in other.grades]
        if alone:
            yield Sentence(f"Asked only {when}, so not compared: {listing(alone)}.")
    if comparison.shown is None:
        yield Heading("The answer")
        yield Sentence("Nothing is shown both times, so nothing is compared here.", Tone.STRONG)
        return
    # Its first two blocks say which files were read, which isn't published.
    yield from compare_full_page(comparison.shown)[2:]


def _counts(comparison: PublishedComparison) -> Iterator[Block]:
    sides = (comparison.before, comparison.after)
    yield Heading("Counts before and after", annex=True)
    rows: list[Row] = [["all case files", *(side.case_count for side in sides)]]
    for name, criterion in comparison.before.criteria.items():
        if name in comparison.after.criteria:
            rows.append([criterion.title, *(of_group(side.criteria[name]) for side in sides)])
    caption = "Cases that fall short, before and after"
    yield table(caption, [OF_THOSE, *figures("before", "after")], rows)
    for name, grade in comparison.before.grades.items():
        for kind in grade.splits:
            if name in comparison.after.grades and kind in comparison.after.grades[name].splits:
                yield _grades(sides, name, kind)


def _grades(sides: tuple[Publication, Publication], name: str, kind: str) -> Table:
    splits = [side.grades[name].splits[kind] for side in sides]
    title, scale = sides[0].grades[name].title, sides[0].grades[name].scale
    name = graded(title, kind)
    rows = [[word, *(split.counts.get(word, 0) for split in splits)] for word in scale]
    caption = f"{name}: how many cases have each grade"
    return table(caption, [name, *figures("before", "after")], rows)


def published_compare_figures(comparison: PublishedComparison) -> OutputTable:
    """What may be published of a comparison: the counts of each audit, and what changed."""
    shown = comparison.shown
    verdicts = {name: c.label for name, c in shown.criteria.items()} if shown else {}
    return figures_table(
        {"Audit": audit, **row, **if_question(row, "Change", verdicts)}
        for audit, its in (("before", comparison.before), ("after", comparison.after))
        for row in all_published(its)
    )
